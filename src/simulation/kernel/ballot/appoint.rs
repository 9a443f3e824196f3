//! 3.: one of those who pass is appointed.

use super::BallotState;
use super::state::Opinion;
use crate::model::{CandidateId, Choose};
use crate::simulation::draws::Chance;
use crate::simulation::kernel::leaders::Leaders;
use crate::simulation::kernel::planes;
use crate::simulation::kernel::session::Session;
use crate::simulation::kernel::world::World;
use crate::simulation::simd::for_every_level;
use crate::simulation::steps;

/// Buffers for appointments.
pub(super) struct AppointStep {
    room: usize,
    /// By candidate, planes over rounds: where they pass.
    passing: Vec<Vec<u64>>,
    /// Rounds in which someone passes, and in which several do.
    any: Vec<u64>,
    several: Vec<u64>,
    /// By candidate and round: sums of utilities, where they decide.
    totals: Vec<i128>,
}

impl AppointStep {
    /// For so many candidates, in spans of at most `room` rounds.
    pub fn new(candidates: usize, room: usize) -> Self {
        let passing = vec![Vec::new(); candidates];
        Self { room, passing, any: Vec::new(), several: Vec::new(), totals: Vec::new() }
    }

    /// 3. One of those who pass is appointed, and the round ends.
    pub fn appoint(&mut self, state: &mut BallotState, leaders: &mut Leaders, world: &mut World, session: &Session) {
        let (words, level) = (world.open.len(), state.draws.level());
        self.find_passing(state, world, session);
        let choose = world.plan.model.stages[usize::from(session.place.stage)].choose;
        if choose.sums_utilities() {
            session.ever.iter().for_each(|c| self.add_utilities(state, world, session, c));
        }
        leaders.start(session.ever, words);
        leaders.stand(|c, w| self.passing[c.index()][w]);
        if choose.counts_objections() && !planes::is_empty(&self.several) {
            leaders.keep_best(level, &state.standings);
        }
        let tied = leaders.find_ties(level);
        for c in session.ever.iter() {
            for (w, (&best, &tied)) in leaders.plane(c).iter().zip(leaders.tied()).enumerate() {
                planes::lanes_of(w, best & !tied).for_each(|round| world.record.outcome[round] = Some(c));
            }
        }
        for round in tied {
            let equals = leaders.equals(round);
            let best = match choose {
                Choose::Utility => steps::most(equals, |c| self.totals[c.index() * self.room + round]),
                Choose::Support | Choose::Lot => equals,
            };
            let lot = |c| Chance::AppointLot(world.ballot, c);
            world.record.outcome[round] = steps::by_lot(world.plan, best, lot, state.draws.at(round));
        }
        world.open.iter_mut().zip(&self.any).for_each(|(open, appointed)| *open &= !appointed);
    }

    /// Looks up who passes, in rounds.
    fn find_passing(&mut self, state: &BallotState, world: &mut World, session: &Session) {
        let (words, level) = (world.open.len(), state.draws.level());
        for plane in [&mut self.any, &mut self.several] {
            plane.clear();
            plane.resize(words, 0);
        }
        for c in session.ever.iter() {
            let (standing, passing) = (&state.standings[c.index()], &mut self.passing[c.index()]);
            passing.clear();
            passing.resize(words, 0);
            standing.lanes.add_rounds(level, &standing.passing, passing);
            let acceptable = world.record.acceptable[c.index()].iter_mut().zip(&*passing);
            acceptable.for_each(|(acceptable, passing)| *acceptable |= passing);
            planes::add_again(level, passing, &mut self.any, &mut self.several);
        }
    }

    /// Sums of utilities of `c` over those who take part, in units of 2^-24 points, in the rounds where others pass as
    /// well.
    fn add_utilities(&mut self, state: &mut BallotState, world: &World, session: &Session, c: CandidateId) {
        let BallotState { draws, opinions, standings, buffers, .. } = state;
        let Opinion { noise, views, .. } = &mut opinions[c.index()];
        let stage = &world.plan.model.stages[usize::from(session.place.stage)];
        let (standing, level, members) = (&standings[c.index()], draws.level(), || stage.members.iter());
        let round_of = |lane: &u16| usize::from(standing.lanes.rounds()[usize::from(*lane)]);
        let mut several = Vec::new();
        standing.lanes.of_rounds(level, &self.several, &mut several);
        several.iter_mut().zip(&standing.passing).for_each(|(several, passing)| *several &= passing);
        let lanes: Vec<u16> = planes::lanes(&several).map(|lane| lane as u16).collect();
        self.totals.resize(self.room * self.passing.len(), 0);
        let totals = &mut self.totals[c.index() * self.room..];
        let (mut sums, mut largest) = (vec![0.0; lanes.len()], 0.0f32);
        let mut utilities = Vec::new();
        views.turn_to_few(&lanes, level);
        noise.turn_to_few(&lanes, draws, buffers);
        for m in members() {
            views.few_utilities(world, m, noise, draws, buffers, &mut utilities);
            add_units(level, &utilities, &mut sums, &mut largest);
        }
        // Sums of 256 integers below 2^45 are exact in any order.
        if steps::units(largest) < (1u64 << 45) as f64 {
            lanes.iter().zip(&sums).for_each(|(lane, &sum)| totals[round_of(lane)] = i128::from(sum as i64));
            return;
        }
        lanes.iter().for_each(|lane| totals[round_of(lane)] = 0);
        for m in members() {
            views.few_utilities(world, m, noise, draws, buffers, &mut utilities);
            let units = utilities.iter().map(|&utility| steps::units(utility) as i128);
            lanes.iter().zip(units).for_each(|(lane, units)| totals[round_of(lane)] += units);
        }
    }
}

for_every_level! {
    /// Adds utilities in units of 2^-24 points, whole ones, and notes the largest utility.
    fn add_units(utilities: &[f32], sums: &mut [f64], largest: &mut f32) {
        let mut most = *largest;
        for (sum, &utility) in sums.iter_mut().zip(utilities) {
            most = if utility.abs() > most { utility.abs() } else { most };
            *sum += steps::units(utility).trunc();
        }
        *largest = most;
    }
}
