//! What everyone thinks of one candidate in the rounds at hand.

use super::draws::SpanDraws;
use super::minds::{Column, Minds, gather, gather_shocks};
use super::planes;
use super::world::World;
use crate::model::{CandidateId, MemberId, MemberSet};
use crate::simulation::draws::Shock;
use crate::simulation::noise;
use crate::simulation::plan::Plan;
use crate::simulation::simd::{Level, for_every_level};
use crate::simulation::steps;

/// The parts of everyone's utility of one candidate, by lane, but for what is not known about each single member.
#[derive(Default)]
pub(super) struct Views {
    /// Points that some members share, in the order in which they are added.
    shared: Vec<Shared>,
    /// How many of these are in use.
    used: usize,
    /// For each event that adds points to views of the candidate: its index among these events, and 1 where it happens
    /// and 0 elsewhere.
    events: Vec<(usize, Vec<f64>)>,
    /// Momentum; empty if there is none.
    drift: Vec<f32>,
    mean: Vec<f64>,
    buffer: Vec<f32>,
    all: Vec<f32>,
    bits: Vec<u32>,
}

#[derive(Default)]
struct Shared {
    members: MemberSet,
    points: Vec<f32>,
}

impl Views {
    /// A buffer of this length, to be given back.
    pub fn take_buffer(&mut self, length: usize) -> Vec<f32> {
        self.buffer.resize(length, 0.0);
        std::mem::take(&mut self.buffer)
    }

    /// Takes a buffer back.
    pub fn give_buffer(&mut self, buffer: Vec<f32>) {
        self.buffer = buffer;
    }

    /// Turns to the views of the candidate that `minds` are about, in a world.
    pub fn prepare(&mut self, world: &World, minds: &Minds, draws: &mut SpanDraws) {
        let (plan, c, level) = (world.plan, minds.candidate(), draws.level());
        self.used = 0;
        for group in &plan.groups {
            self.share(group.members, group.sd, draws.shocks(Shock::Bloc(group.group, c)), minds, level);
        }
        let everyone = MemberSet::all(plan.members());
        let common = plan.common_sd[c.index()];
        if common > 0.0 {
            self.share(everyone, common, draws.shocks(Shock::Common(c)), minds, level);
        }
        for shocked in plan.traits.iter().filter(|shocked| shocked.loading[c.index()] != 0.0) {
            let moment = draws.shocks(Shock::Moment(shocked.index));
            self.share(everyone, shocked.loading[c.index()], moment, minds, level);
        }
        self.events.clear();
        for (index, event) in plan.event_points.iter().enumerate() {
            let of_candidate = plan.pair(MemberId(0), c)..plan.pair(MemberId(0), c) + plan.members();
            if event.points[of_candidate].iter().any(|&points| points != 0.0) {
                let happens = &world.happens[event.event];
                let lanes = minds.lanes.rounds.iter().map(|&round| f64::from(planes::has(happens, round.into())));
                let mut lanes: Vec<f64> = lanes.collect();
                lanes.resize(minds.padded(), 0.0);
                self.events.push((index, lanes));
            }
        }
        self.drift.clear();
        if let Some(drift) = world.drift(c) {
            self.drift.resize(minds.padded(), 0.0);
            gather_shocks(level, drift, &minds.lanes.rounds, &mut self.drift);
        }
    }

    fn share(&mut self, members: MemberSet, sd: f32, shocks: &[f32], minds: &Minds, level: Level) {
        if self.used == self.shared.len() {
            self.shared.push(Shared::default());
        }
        let shared = &mut self.shared[self.used];
        self.used += 1;
        shared.members = members;
        shared.points.resize(minds.padded(), 0.0);
        gather_shocks(level, shocks, &minds.lanes.rounds, &mut shared.points);
        scale(level, sd, &mut shared.points);
    }

    /// The utility with which the round opens, without noise, of every lane.
    pub fn open(&mut self, plan: &Plan, m: MemberId, c: CandidateId, level: Level, out: &mut [f32]) {
        let pair = plan.pair(m, c);
        let happening = |index: usize| plan.event_points[index].points[pair];
        if self.events.iter().any(|(index, _)| happening(*index) != 0.0) {
            self.mean.clear();
            self.mean.resize(out.len(), plan.mean[pair]);
            for (index, happens) in self.events.iter().filter(|(index, _)| happening(*index) != 0.0) {
                add_where(level, happening(*index), happens, &mut self.mean);
            }
            out.iter_mut().zip(&self.mean).for_each(|(opening, &mean)| *opening = mean as f32);
        } else {
            out.fill(plan.mean[pair] as f32);
        }
        for shared in self.shared[..self.used].iter().filter(|shared| shared.members.contains(m)) {
            add(level, &shared.points, out);
        }
        // Momentum is added to what is there when the round opens, before anything else.
        if !self.drift.is_empty() {
            add(level, &self.drift, out);
        }
    }

    /// Utility at the ballot at hand, in every lane.
    pub fn utilities(&mut self, plan: &Plan, m: MemberId, minds: &Minds, draws: &SpanDraws, out: &mut [f32]) {
        let (c, level) = (minds.candidate(), draws.level());
        let uncertainty = plan.uncertainty[plan.pair(m, c)];
        self.open(plan, m, c, level, out);
        match minds.column(m.index()) {
            Column::Shocks(shocks) => view(level, uncertainty, shocks, 0.0, out),
            Column::Bits(bits) => {
                let mut shocks = self.take_buffer(out.len());
                noise::standardise(level, draws.noise(), bits, &mut shocks);
                view(level, uncertainty, &shocks, 0.0, out);
                self.give_buffer(shocks);
            }
        }
    }

    /// Utility at the ballot at hand, in some lanes.
    pub fn some_utilities(
        &mut self,
        plan: &Plan,
        m: MemberId,
        minds: &Minds,
        lanes: &[u16],
        draws: &SpanDraws,
        out: &mut Vec<f32>,
    ) {
        let (pair, level) = (plan.pair(m, minds.candidate()), draws.level());
        out.clear();
        out.resize(lanes.len(), plan.mean[pair] as f32);
        match minds.column(m.index()) {
            Column::Shocks(_) => {
                let mut all = std::mem::take(&mut self.all);
                all.resize(minds.padded(), 0.0);
                self.utilities(plan, m, minds, draws, &mut all);
                gather_shocks(level, &all, lanes, out);
                self.all = all;
            }
            Column::Bits(bits) => {
                let mut shocks = self.take_buffer(lanes.len());
                self.bits.resize(lanes.len(), 0);
                gather(level, bits, lanes, &mut self.bits);
                noise::standardise(level, draws.noise(), &self.bits, &mut shocks);
                view(level, plan.uncertainty[pair], &shocks, 0.0, out);
                self.give_buffer(shocks);
            }
        }
    }

    /// Utility at the ballot at hand, in one lane, given the noise.
    pub fn utility(&self, plan: &Plan, m: MemberId, c: CandidateId, lane: usize, noise: f32) -> f32 {
        let pair = plan.pair(m, c);
        let mut mean = plan.mean[pair];
        for (index, happens) in &self.events {
            if happens[lane] != 0.0 {
                mean += plan.event_points[*index].points[pair];
            }
        }
        let mut opening = mean as f32;
        for shared in self.shared[..self.used].iter().filter(|shared| shared.members.contains(m)) {
            opening += shared.points[lane];
        }
        let drift = self.drift.get(lane).copied().unwrap_or(0.0);
        steps::utility(opening, drift, plan.uncertainty[pair], noise)
    }
}

for_every_level! {
    fn scale(sd: f32, shocks: &mut [f32]) {
        for shock in shocks {
            *shock *= sd;
        }
    }
}

for_every_level! {
    fn add(points: &[f32], out: &mut [f32]) {
        for (sum, points) in out.iter_mut().zip(points) {
            *sum += points;
        }
    }
}

for_every_level! {
    fn add_where(points: f64, happens: &[f64], out: &mut [f64]) {
        for (sum, happens) in out.iter_mut().zip(happens) {
            *sum += points * happens;
        }
    }
}

for_every_level! {
    /// Utilities, and what stages and concessions add to them, in place of the openings with momentum.
    pub(super) fn view(uncertainty: f32, noise: &[f32], leniency: f32, opening: &mut [f32]) {
        for (view, &noise) in opening.iter_mut().zip(noise) {
            *view = steps::utility(*view, 0.0, uncertainty, noise) + leniency;
        }
    }
}
