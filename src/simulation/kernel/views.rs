//! What everyone thinks of one candidate in the rounds at hand.

use super::candidate_noise::{CandidateNoise, MemberNoise};
use super::draws::SpanDraws;
use super::kept_noise::NoiseBuffers;
use super::lanes::Lanes;
use super::planes;
use super::world::World;
use crate::model::{CandidateId, MemberId, Noise};
use crate::simulation::draws::Shock;
use crate::simulation::noise;
use crate::simulation::normal::standard_normal;
use crate::simulation::plan::Plan;
use crate::simulation::simd::{self, Level, for_every_level};
use crate::simulation::steps;

/// The parts of everyone's utility of one candidate, by lane, but for what is not known about each single member.
#[derive(Default)]
pub(super) struct Views {
    candidate: CandidateId,
    /// Of which span and world what follows is, and in which rounds, as a plane: it stays from ballot to ballot.
    of: Option<(u64, usize)>,
    rounds: Vec<u64>,
    /// By set of [`Sharers`](super::sharers::Sharers): points that its members share, but for moves of views.
    shared: Vec<Vec<f32>>,
    /// The events that add points to views of the candidate.
    events: Vec<EventLanes>,
    /// By how much everyone's view has moved; empty if views do not move.
    moved: Vec<f32>,
    /// The sums of both, and of which set.
    sums: Vec<f32>,
    summed: Option<usize>,
    /// Some lanes.
    few: Vec<u16>,
    /// By set: what its members share in these.
    few_shared: Vec<Vec<f32>>,
    /// Points by round, of those that have a lane.
    taken: Vec<f32>,
    noise: Vec<f32>,
}

/// Where one event happens.
struct EventLanes {
    /// Index into the plan's events that add points.
    event: usize,
    /// By lane: 1 where it happens and 0 elsewhere.
    happens: Vec<u8>,
}

/// What a member's views of a candidate have in common in all lanes.
#[derive(Clone, Copy)]
struct Terms {
    mean: f32,
    uncertainty: f32,
    /// What stages and concessions add.
    leniency: f32,
}

impl Terms {
    #[inline(always)]
    fn view(self, shared: f32, noise: f32) -> f32 {
        steps::utility(self.mean, shared, self.uncertainty, noise) + self.leniency
    }
}

/// The mean utility of a candidate to a member, events included.
enum Mean {
    /// The same in all rounds.
    Same(f32),
    /// Laid out by lane.
    ByLane,
}

impl Views {
    /// Views of `candidate`, of no rounds yet, with the buffers of `spare`.
    pub fn new(candidate: CandidateId, spare: Self) -> Self {
        Self { candidate, of: None, summed: None, ..spare }
    }

    /// Turns to the views in a world, in these lanes.
    pub fn prepare(&mut self, world: &World, lanes: &Lanes, draws: &mut SpanDraws) {
        let of = Some((draws.epoch(), world.like()));
        if self.of != of || self.rounds != lanes.which() {
            self.of = of;
            self.rounds.clear();
            self.rounds.extend_from_slice(lanes.which());
            self.prepare_shared(world, lanes, draws);
            self.prepare_events(world, lanes);
        }
        self.summed = None;
        self.moved.clear();
        // Nothing has moved yet at the first ballot.
        if let Some(drift) = world.drift(self.candidate).filter(|_| world.ballot > 1) {
            self.moved.resize(lanes.padded(), 0.0);
            if lanes.whole {
                self.moved.copy_from_slice(&drift[..lanes.padded()]);
            } else {
                lanes.take(draws.level(), drift, &mut self.moved);
            }
        }
    }

    /// Lays out what members share.
    fn prepare_shared(&mut self, world: &World, lanes: &Lanes, draws: &mut SpanDraws) {
        let (plan, c, level) = (world.plan, self.candidate, draws.level());
        let sharers = &world.prepared.sharers;
        self.shared.resize_with(sharers.sets(), Vec::new);
        let is_first = |set: usize| sharers.alike()[set] == set;
        for (_, shared) in self.shared.iter_mut().enumerate().filter(|(set, _)| is_first(*set)) {
            planes::renew(shared, lanes.padded(), 0.0);
        }
        for (at, group) in plan.groups.iter().enumerate() {
            let shocks = draws.shocks(Shock::Bloc(group.group, c));
            self.share(group.sd, shocks, lanes, level, |set| is_first(set) && sharers.is_in(set, at));
        }
        let common = plan.common_sd[c.index()];
        if common > 0.0 {
            self.share(common, draws.shocks(Shock::Common(c)), lanes, level, is_first);
        }
        for shocked in plan.traits.iter().filter(|shocked| shocked.loading[c.index()] != 0.0) {
            let moment = draws.shocks(Shock::Moment(shocked.index));
            self.share(shocked.loading[c.index()], moment, lanes, level, is_first);
        }
        for (set, &first) in sharers.alike().iter().enumerate() {
            let (before, shared) = self.shared.split_at_mut(set);
            if let (Some(first), Some(shared)) = (before.get(first), shared.first_mut()) {
                shared.clone_from(first);
            }
        }
        for own in &plan.own_shocks {
            let set = sharers.set_of(own.member);
            if own.mood > 0.0 {
                self.share(own.mood, draws.shocks(Shock::Mood(own.member)), lanes, level, |shares| shares == set);
            }
            for (k, loading) in own.priorities.iter().filter(|(_, loading)| loading[c.index()] != 0.0) {
                let unknown = draws.shocks(Shock::Priority(own.member, *k));
                self.share(loading[c.index()], unknown, lanes, level, |shares| shares == set);
            }
        }
    }

    /// Lays out where the events happen that add points to views of the candidate.
    fn prepare_events(&mut self, world: &World, lanes: &Lanes) {
        let plan = world.plan;
        let first = plan.pair(MemberId(0), self.candidate);
        self.events.clear();
        for (event, points) in plan.event_points.iter().enumerate() {
            if points.points[first..first + plan.members()].iter().any(|&points| points != 0.0) {
                let happens = &world.happens[points.event];
                let happens = lanes.rounds().iter().map(|&round| u8::from(planes::has(happens, round.into())));
                let mut happens: Vec<u8> = happens.collect();
                happens.resize(lanes.padded(), 0);
                self.events.push(EventLanes { event, happens });
            }
        }
    }

    /// Adds a multiple of some points by round to what the members of some sets share.
    fn share(&mut self, factor: f32, points: &[f32], lanes: &Lanes, level: Level, shares: impl Fn(usize) -> bool) {
        let points = if lanes.whole {
            points
        } else {
            self.taken.resize(lanes.padded(), 0.0);
            lanes.take(level, points, &mut self.taken);
            &self.taken
        };
        for (_, shared) in self.shared.iter_mut().enumerate().filter(|(set, _)| shares(*set)) {
            add(level, factor, points, shared);
        }
    }

    /// The mean utility in each of some lanes; if it is not the same in all, it is laid out in `out`.
    fn mean(&self, plan: &Plan, pair: usize, lanes: impl Iterator<Item = usize>, out: &mut [f32]) -> Mean {
        let points = |event: usize| plan.event_points[event].points[pair];
        if self.events.iter().all(|of| points(of.event) == 0.0) {
            return Mean::Same(plan.mean[pair] as f32);
        }
        for (out, lane) in out.iter_mut().zip(lanes) {
            let happening = self.events.iter().filter(|of| of.happens[lane] != 0);
            *out = happening.fold(plan.mean[pair], |mean, of| mean + points(of.event)) as f32;
        }
        Mean::ByLane
    }

    /// By lane: all that the members of a set share.
    fn sum_up(&mut self, set: usize, level: Level) {
        if self.moved.is_empty() || self.summed == Some(set) {
            return;
        }
        self.sums.resize(self.moved.len(), 0.0);
        sum(level, &self.shared[set], &self.moved, &mut self.sums);
        self.summed = Some(set);
    }

    /// In every lane: the utility to `m` at the ballot at hand, given its noise, and `leniency`, which stage and
    /// concessions add to it.
    pub fn take(
        &mut self,
        world: &World,
        m: MemberId,
        noise: MemberNoise,
        leniency: f32,
        level: Level,
        out: &mut [f32],
    ) {
        let plan = world.plan;
        let pair = plan.pair(m, self.candidate);
        let uncertainty = plan.uncertainty[pair];
        let mean = self.mean(plan, pair, 0.., out);
        let set = world.prepared.sharers.set_of(m);
        if let (MemberNoise::Shocks(noise), &Mean::Same(mean), false) = (&noise, &mean, self.moved.is_empty()) {
            let terms = Terms { mean, uncertainty, leniency };
            return view_moved(level, terms, &self.shared[set], &self.moved, noise, out);
        }
        self.sum_up(set, level);
        let shared = if self.moved.is_empty() { &self.shared[set] } else { &self.sums };
        let noise = match (noise, &mean) {
            (MemberNoise::Bits(Noise::Normal, bits), &Mean::Same(mean)) => {
                return view_normals(level, Terms { mean, uncertainty, leniency }, shared, bits, out);
            }
            (MemberNoise::Bits(kind, bits), _) => {
                self.noise.resize(bits.len(), 0.0);
                noise::standardise(level, kind, bits, &mut self.noise);
                &self.noise
            }
            (MemberNoise::Shocks(shocks), _) => shocks,
        };
        match mean {
            Mean::Same(mean) => view(level, Terms { mean, uncertainty, leniency }, shared, noise, out),
            Mean::ByLane => view_means(level, shared, uncertainty, noise, leniency, out),
        }
    }

    /// Turns to some lanes of those that were prepared, for [`Self::few_utilities`].
    pub fn turn_to_few(&mut self, lanes: &[u16], level: Level) {
        self.few.clear();
        self.few.extend_from_slice(lanes);
        self.few_shared.resize_with(self.shared.len(), Vec::new);
        let moved = lanes.iter().map(|&lane| self.moved.get(usize::from(lane)).copied());
        for (few, shared) in self.few_shared.iter_mut().zip(&self.shared) {
            few.resize(lanes.len(), 0.0);
            simd::gather(level, shared, lanes, few);
            few.iter_mut().zip(moved.clone()).for_each(|(few, moved)| *few = moved.map_or(*few, |moved| *few + moved));
        }
    }

    /// The utility to `m` at the ballot at hand, in the lanes to which the views and the noise were last turned.
    pub fn few_utilities(
        &mut self,
        world: &World,
        m: MemberId,
        noise: &CandidateNoise,
        draws: &mut SpanDraws,
        buffers: &mut NoiseBuffers,
        out: &mut Vec<f32>,
    ) {
        let (plan, level) = (world.plan, draws.level());
        let pair = plan.pair(m, self.candidate);
        noise.few(m.index(), draws, buffers, &mut self.noise);
        let shared = &self.few_shared[world.prepared.sharers.set_of(m)];
        let (uncertainty, lanes) = (plan.uncertainty[pair], self.few.iter().map(|&lane| lane.into()));
        out.resize(self.few.len(), 0.0);
        match self.mean(plan, pair, lanes, out) {
            Mean::Same(mean) => view(level, Terms { mean, uncertainty, leniency: 0.0 }, shared, &self.noise, out),
            Mean::ByLane => view_means(level, shared, uncertainty, &self.noise, 0.0, out),
        }
    }
}

for_every_level! {
    fn add(factor: f32, points: &[f32], sums: &mut [f32]) {
        for (sum, &points) in sums.iter_mut().zip(points) {
            *sum += factor * points;
        }
    }
}

for_every_level! {
    fn sum(first: &[f32], second: &[f32], sums: &mut [f32]) {
        for ((sum, &first), &second) in sums.iter_mut().zip(first).zip(second) {
            *sum = first + second;
        }
    }
}

for_every_level! {
    /// Utilities, and what stages and concessions add to them.
    fn view(terms: Terms, shared: &[f32], noise: &[f32], out: &mut [f32]) {
        for ((view, &shared), &noise) in out.iter_mut().zip(shared).zip(noise) {
            *view = terms.view(shared, noise);
        }
    }
}

for_every_level! {
    /// The same where everyone's view has moved.
    fn view_moved(terms: Terms, shared: &[f32], moved: &[f32], noise: &[f32], out: &mut [f32]) {
        for (((view, &shared), &moved), &noise) in out.iter_mut().zip(shared).zip(moved).zip(noise) {
            *view = terms.view(shared + moved, noise);
        }
    }
}

for_every_level! {
    /// The same with standard normal noise, from its random bits.
    fn view_normals(terms: Terms, shared: &[f32], bits: &[u32], out: &mut [f32]) {
        for ((view, &shared), &bits) in out.iter_mut().zip(shared).zip(bits) {
            *view = terms.view(shared, standard_normal(bits));
        }
    }
}

for_every_level! {
    /// The same with means of their own, which are in `out`.
    fn view_means(shared: &[f32], uncertainty: f32, noise: &[f32], leniency: f32, out: &mut [f32]) {
        for ((view, &shared), &noise) in out.iter_mut().zip(shared).zip(noise) {
            *view = steps::utility(*view, shared, uncertainty, noise) + leniency;
        }
    }
}
