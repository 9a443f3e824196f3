//! 4. to 6.: what follows from a ballot where nobody is appointed.

use std::ops::AddAssign;

use super::BallotState;
use super::state::Opinion;
use crate::model::{CandidateId, CandidateSet, MemberId};
use crate::simulation::draws::Chance;
use crate::simulation::kernel::draws::SpanDraws;
use crate::simulation::kernel::kept_noise::NoiseBuffers;
use crate::simulation::kernel::leaders::Leaders;
use crate::simulation::kernel::observer::WorldObserver;
use crate::simulation::kernel::planes;
use crate::simulation::kernel::session::Session;
use crate::simulation::kernel::world::World;
use crate::simulation::simd::Level;
use crate::simulation::steps::{self, Fare};

/// Buffers for what follows from a ballot.
pub(super) struct AftermathStep {
    /// By candidate and lane: how they fare in heads at the ballot at hand.
    heads: Vec<Heads>,
    /// By candidate: how they fare in one round.
    fares: Vec<Fare>,
}

/// How a candidate fares, by lane.
#[derive(Default)]
struct Heads {
    support: Vec<u16>,
    /// The support where it is not counted by heads, else empty.
    weighed: Vec<u128>,
    vetoes: Vec<u16>,
}

impl Heads {
    /// The support by the measure of the stage.
    fn support(&self, lane: usize) -> u128 {
        self.weighed.get(lane).copied().unwrap_or_else(|| self.support[lane].into())
    }
}

impl AftermathStep {
    /// For so many candidates.
    pub fn new(candidates: usize) -> Self {
        Self {
            heads: std::iter::repeat_with(Heads::default).take(candidates).collect(),
            fares: vec![Fare::default(); candidates],
        }
    }

    /// 4. to 6.: what follows where nobody is appointed.
    pub fn conclude(
        &mut self,
        state: &mut BallotState,
        leaders: &mut Leaders,
        world: &mut World,
        session: &Session,
        observer: &mut impl WorldObserver,
    ) {
        let changes_views = world.prepared.has_dynamics && !world.is_last(session.place);
        let loses_candidates = world.prepared.stages[usize::from(session.place.stage)].loses_candidates;
        if loses_candidates || changes_views && world.gathers_momentum() {
            self.count_heads(state, session);
        }
        if loses_candidates {
            for (w, &word) in session.rounds.iter().enumerate() {
                for round in planes::lanes_of(w, word & world.open[w]) {
                    self.lose(state, world, session, round, observer);
                }
            }
        }
        if changes_views {
            accommodate(state, leaders, world, session);
            self.gather_momentum(state, world, session);
        }
    }

    /// Lays out how everyone fares.
    fn count_heads(&mut self, state: &BallotState, session: &Session) {
        let level = state.draws.level();
        for c in session.ever.iter() {
            let (heads, standing) = (&mut self.heads[c.index()], &state.standings[c.index()]);
            heads.weighed.clear();
            match standing.weighed_support() {
                Some(weighed) => heads.weighed.extend_from_slice(weighed),
                None => standing.support().unpack(level, &mut heads.support),
            }
            standing.vetoes.unpack(level, &mut heads.vetoes);
        }
    }

    /// Looks up how those of `field` fare in one round.
    fn note_fares(&mut self, state: &BallotState, field: CandidateSet, round: usize) {
        for c in field.iter() {
            let (heads, lane) = (&self.heads[c.index()], state.standings[c.index()].lanes.lane_of(round));
            self.fares[c.index()] = Fare { support: heads.support(lane), in_tie: 0, vetoes: heads.vetoes[lane].into() };
        }
    }

    /// 4. Who leaves after an inconclusive ballot, in one round.
    fn lose(
        &mut self,
        state: &mut BallotState,
        world: &mut World,
        session: &Session,
        round: usize,
        observer: &mut impl WorldObserver,
    ) {
        let (plan, ballot, field) = (world.plan, world.ballot, session.field(round));
        let stage = usize::from(session.place.stage);
        self.note_fares(state, field, round);
        let drops = u32::from(session.place.repeat) >= plan.model.stages[stage].from_ballot;
        if drops {
            let tied = steps::tied(plan, stage, field, &self.fares);
            if !tied.is_empty() {
                self.vote_among_tied(state, world, stage, tied, round);
            }
        }
        let draws = state.draws.at(round);
        let dropped = match drops {
            true => steps::drop(plan, stage, ballot, field, &self.fares, draws),
            false => CandidateSet::EMPTY,
        };
        let withdrawn = steps::withdraw(plan, stage, ballot, field.without(dropped), &self.fares, draws);
        for c in dropped.union(withdrawn).iter() {
            planes::clear(&mut world.racing[c.index()], round);
            observer.leaves(c);
        }
    }

    /// 4. One more vote among those tied for elimination, in one round.
    fn vote_among_tied(
        &mut self,
        state: &mut BallotState,
        world: &World,
        stage: usize,
        tied: CandidateSet,
        round: usize,
    ) {
        let (plan, level) = (world.plan, state.draws.level());
        let mut utilities = Vec::new();
        // By candidate and member; members in the order of the file.
        let mut liked: Vec<(CandidateId, Vec<f32>)> = Vec::new();
        for c in tied.iter() {
            let BallotState { draws, opinions, standings, buffers, .. } = state;
            let Opinion { noise, views, .. } = &mut opinions[c.index()];
            let lane = [standings[c.index()].lanes.lane_of(round) as u16];
            views.turn_to_few(&lane, level);
            noise.turn_to_few(&lane, draws, buffers);
            let of = |(m, _)| {
                views.few_utilities(world, m, noise, draws, buffers, &mut utilities);
                utilities.first().copied().unwrap_or(f32::NEG_INFINITY)
            };
            liked.push((c, plan.model.member_ids().map(of).collect()));
        }
        for m in plan.model.stages[stage].members.iter() {
            let of = |(_, liked): &(CandidateId, Vec<f32>)| liked[m.index()];
            let open = || liked.iter().filter(|liked| of(liked) >= plan.votes_at[m.index()]);
            let most = open().map(of).fold(f32::NEG_INFINITY, f32::max);
            let best = open().filter(|liked| of(liked) >= most).map(|(c, _)| *c).collect();
            let lot = |c| Chance::TieLot(world.ballot, m, c);
            if let Some(c) = steps::by_lot(plan, best, lot, state.draws.at(round)) {
                self.fares[c.index()].in_tie += plan.stages[stage].support(&[m].into_iter().collect());
            }
        }
    }

    /// 6. Those who did better than the field's mean gain everywhere, those who did worse lose.
    fn gather_momentum(&self, state: &BallotState, world: &mut World, session: &Session) {
        if !world.gathers_momentum() {
            return;
        }
        // Sums of heads are short.
        if world.plan.stages[usize::from(session.place.stage)].weights.is_none() {
            self.gain(state, world, session, |heads, lane| u32::from(heads.support[lane]), |sum| sum as f32);
        } else {
            self.gain(state, world, session, |heads, lane| heads.weighed[lane], |sum| sum as f32);
        }
    }

    /// The same with support of this kind.
    fn gain<S: Copy + Default + AddAssign>(
        &self,
        state: &BallotState,
        world: &mut World,
        session: &Session,
        support: impl Fn(&Heads, usize) -> S,
        number: impl Fn(S) -> f32,
    ) {
        let (plan, level, stage) = (world.plan, state.draws.level(), usize::from(session.place.stage));
        // By candidate: the lanes that remain.
        let lanes_of = |c: CandidateId| {
            let rounds: Vec<u64> = (0..world.open.len()).map(|w| world.remains(session, c, w)).collect();
            let mut lanes = Vec::new();
            state.standings[c.index()].lanes.of_rounds(level, &rounds, &mut lanes);
            (c, lanes)
        };
        let candidates: Vec<(CandidateId, Vec<u64>)> = session.ever.iter().map(lanes_of).collect();
        // By round: how many candidates remain, and their support together.
        let mut remaining = vec![(0, S::default()); 64 * world.open.len()];
        for (c, lanes) in &candidates {
            let (heads, rounds) = (&self.heads[c.index()], state.standings[c.index()].lanes.rounds());
            for_lanes(level, lanes, rounds, |lane, round| {
                let (candidates, total) = &mut remaining[round];
                *candidates += 1;
                *total += support(heads, lane);
            });
        }
        let mean = |(candidates, total)| steps::mean_share(plan, stage, number(total), candidates);
        let means: Vec<f32> = remaining.into_iter().map(mean).collect();
        for (c, lanes) in &candidates {
            let (heads, rounds) = (&self.heads[c.index()], state.standings[c.index()].lanes.rounds());
            let Some(drift) = world.drift_mut(*c) else { continue };
            for_lanes(level, lanes, rounds, |lane, round| {
                drift[round] += steps::momentum(plan, stage, number(support(heads, lane)), means[round]);
            });
        }
    }
}

/// Goes through the lanes of a plane, and the round of each. Mostly these are all.
#[inline(always)]
fn for_lanes(level: Level, plane: &[u64], rounds: &[u16], mut act: impl FnMut(usize, usize)) {
    if planes::count(level, plane) == rounds.len() {
        rounds.iter().enumerate().for_each(|(lane, &round)| act(lane, usize::from(round)));
    } else {
        planes::lanes(plane).for_each(|lane| act(lane, usize::from(rounds[lane])));
    }
}

/// 5. Where vetoes alone, and of few members, keep the leader from appointment, some of these may yield.
fn accommodate(state: &mut BallotState, leaders: &mut Leaders, world: &mut World, session: &Session) {
    let (plan, ballot, level) = (world.plan, world.ballot, state.draws.level());
    let Some(accommodation) = plan.model.dynamics.accommodation else { return };
    leaders.stand(|c, w| world.remains(session, c, w));
    leaders.keep_best(level, &state.standings);
    // Where several may lead, a lot decides.
    for round in leaders.find_ties(level) {
        let lot = |c| Chance::LeadLot(ballot, c);
        let leader = steps::by_lot(plan, leaders.equals(round), lot, state.draws.at(round));
        leaders.settle(round, leader);
    }
    let mut leads = Vec::new();
    let BallotState { draws, opinions, standings, buffers, .. } = state;
    for c in session.ever.iter() {
        let standing = &standings[c.index()];
        standing.lanes.of_rounds(level, leaders.plane(c), &mut leads);
        for (w, leads) in leads.iter_mut().enumerate() {
            *leads &= standing.would_hold[w] & !standing.vetoes.at_least(u64::from(accommodation.holdouts) + 1, w);
        }
        if planes::is_empty(&leads) {
            continue;
        }
        let holders = world.prepared.holders[c.index()].iter();
        for (holder, vetoing) in holders.zip(standing.vetoing.chunks_exact(standing.words)) {
            if vetoing.iter().zip(&leads).all(|(vetoing, leads)| vetoing & leads == 0) {
                continue;
            }
            let m = holder.member;
            if !plan.model.members[m.index()].yields {
                continue;
            }
            let approached = vetoing.iter().zip(&leads).map(|(vetoing, leads)| vetoing & leads);
            let lanes: Vec<u16> = planes::lanes(&approached.collect::<Vec<u64>>()).map(|lane| lane as u16).collect();
            let lanes = can_be_bought(draws, &mut opinions[c.index()], buffers, (world, session), m, lanes);
            let yields = draws.prospect(plan.yields, Chance::Yield(ballot, m, c));
            let rounds = lanes.into_iter().map(|lane| standing.lanes.rounds()[usize::from(lane)]);
            world.yielded[c.index()].extend(rounds.filter(|&round| yields.comes_true(round)).map(|round| (round, m)));
        }
    }
}

/// Of lanes in which `m` vetoes `c` those in which its dislike is not too deep for a side payment.
fn can_be_bought(
    draws: &mut SpanDraws,
    opinion: &mut Opinion,
    buffers: &mut NoiseBuffers,
    (world, session): (&World, &Session),
    m: MemberId,
    mut lanes: Vec<u16>,
) -> Vec<u16> {
    let plan = world.plan;
    if plan.yield_limit == f32::INFINITY {
        return lanes;
    }
    let Opinion { noise, views, .. } = opinion;
    let stage = &plan.model.stages[usize::from(session.place.stage)];
    let leniency = steps::leniency(plan, stage, m, world.ballot);
    let mut utilities = Vec::new();
    views.turn_to_few(&lanes, draws.level());
    noise.turn_to_few(&lanes, draws, buffers);
    views.few_utilities(world, m, noise, draws, buffers, &mut utilities);
    let mut dislikes = utilities.iter().map(|utility| plan.object_at[m.index()] - (utility + leniency));
    lanes.retain(|_| dislikes.next().is_some_and(|dislike| dislike <= plan.yield_limit));
    lanes
}
