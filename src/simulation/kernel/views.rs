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
    events: Vec<(usize, Vec<u8>)>,
    /// Momentum; empty if there is none.
    drift: Vec<f32>,
    buffer: Vec<f32>,
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
                let lanes = minds.lanes.rounds.iter().map(|&round| u8::from(planes::has(happens, round.into())));
                let mut lanes: Vec<u8> = lanes.collect();
                lanes.resize(minds.padded(), 0);
                self.events.push((index, lanes));
            }
        }
        self.drift.clear();
        if let Some(drift) = world.drift(c) {
            self.drift.resize(minds.padded(), 0.0);
            minds.lanes.take_shocks(level, drift, &mut self.drift);
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
        minds.lanes.take_shocks(level, shocks, &mut shared.points);
        scale(level, sd, &mut shared.points);
    }

    /// Points on top of the mean in the order in which they are added: those that `m` shares, and momentum, which is added to
    /// what is there when the round opens, before anything else.
    fn points(&self, m: MemberId) -> impl Iterator<Item = &[f32]> {
        let shared = self.shared[..self.used].iter().filter(move |shared| shared.members.contains(m));
        let drift = (!self.drift.is_empty()).then_some(self.drift.as_slice());
        shared.map(|shared| shared.points.as_slice()).chain(drift)
    }

    /// The mean utility, events included, of every one of some lanes.
    fn means(&self, plan: &Plan, pair: usize, lanes: impl Iterator<Item = usize>, out: &mut [f32]) {
        let points = |index: usize| plan.event_points[index].points[pair];
        if self.events.iter().all(|(index, _)| points(*index) == 0.0) {
            return out.fill(plan.mean[pair] as f32);
        }
        for (out, lane) in out.iter_mut().zip(lanes) {
            let happening = self.events.iter().filter(|(_, happens)| happens[lane] != 0);
            *out = happening.fold(plan.mean[pair], |mean, (index, _)| mean + points(*index)) as f32;
        }
    }

    /// Utility at the ballot at hand, and what stages and concessions add to it, in every lane, given the noise.
    pub fn take(
        &self,
        plan: &Plan,
        (m, c): (MemberId, CandidateId),
        noise: &[f32],
        leniency: f32,
        level: Level,
        out: &mut [f32],
    ) {
        let pair = plan.pair(m, c);
        self.means(plan, pair, 0.., out);
        let mut points = self.points(m);
        let uncertainty = plan.uncertainty[pair];
        loop {
            match (points.next(), points.next(), points.next()) {
                (Some(a), Some(b), Some(c)) => add_three(level, a, b, c, out),
                (Some(a), Some(b), None) => break view_two(level, uncertainty, noise, leniency, a, b, out),
                (Some(a), None, None) => break view_one(level, uncertainty, noise, leniency, a, out),
                _ => break view(level, uncertainty, noise, leniency, out),
            }
        }
    }

    /// Utility at the ballot at hand, in every lane.
    pub fn utilities(&mut self, plan: &Plan, m: MemberId, minds: &Minds, draws: &SpanDraws, out: &mut [f32]) {
        let (c, level) = (minds.candidate(), draws.level());
        match minds.column(m.index()) {
            Column::Shocks(shocks) => self.take(plan, (m, c), shocks, 0.0, level, out),
            Column::Bits(bits) => {
                let mut shocks = self.take_buffer(out.len());
                noise::standardise(level, draws.noise(), bits, &mut shocks);
                self.take(plan, (m, c), &shocks, 0.0, level, out);
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
        out.resize(lanes.len(), 0.0);
        self.means(plan, pair, lanes.iter().map(|&lane| lane.into()), out);
        self.points(m).for_each(|points| add_some(level, points, lanes, out));
        let mut shocks = self.take_buffer(lanes.len());
        match minds.column(m.index()) {
            Column::Shocks(all) => gather_shocks(level, all, lanes, &mut shocks),
            Column::Bits(bits) => {
                self.bits.resize(lanes.len(), 0);
                gather(level, bits, lanes, &mut self.bits);
                noise::standardise(level, draws.noise(), &self.bits, &mut shocks);
            }
        }
        view(level, plan.uncertainty[pair], &shocks, 0.0, out);
        self.give_buffer(shocks);
    }

    /// Utility at the ballot at hand, in one lane, given the noise.
    pub fn utility(&self, plan: &Plan, m: MemberId, c: CandidateId, lane: usize, noise: f32) -> f32 {
        let pair = plan.pair(m, c);
        let mut mean = plan.mean[pair];
        for (index, happens) in &self.events {
            if happens[lane] != 0 {
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
    fn add_some(points: &[f32], places: &[u16], out: &mut [f32]) {
        for (sum, &place) in out.iter_mut().zip(places) {
            *sum += points[usize::from(place)];
        }
    }
}

for_every_level! {
    fn add_three(a: &[f32], b: &[f32], c: &[f32], out: &mut [f32]) {
        for (((sum, a), b), c) in out.iter_mut().zip(a).zip(b).zip(c) {
            *sum = ((*sum + a) + b) + c;
        }
    }
}

for_every_level! {
    /// Utilities, and what stages and concessions add to them, in place of the openings with momentum.
    fn view(uncertainty: f32, noise: &[f32], leniency: f32, opening: &mut [f32]) {
        for (view, &noise) in opening.iter_mut().zip(noise) {
            *view = steps::utility(*view, 0.0, uncertainty, noise) + leniency;
        }
    }
}

for_every_level! {
    /// The same after adding points to the openings.
    fn view_one(uncertainty: f32, noise: &[f32], leniency: f32, a: &[f32], opening: &mut [f32]) {
        for ((view, &noise), a) in opening.iter_mut().zip(noise).zip(a) {
            *view = steps::utility(*view + a, 0.0, uncertainty, noise) + leniency;
        }
    }
}

for_every_level! {
    /// The same after adding points twice.
    fn view_two(uncertainty: f32, noise: &[f32], leniency: f32, a: &[f32], b: &[f32], opening: &mut [f32]) {
        for (((view, &noise), a), b) in opening.iter_mut().zip(noise).zip(a).zip(b) {
            *view = steps::utility((*view + a) + b, 0.0, uncertainty, noise) + leniency;
        }
    }
}
