//! What everyone thinks of one candidate in the rounds at hand.

use super::draws::SpanDraws;
use super::lanes::Lanes;
use super::minds::{Column, Scratch, Subject};
use super::planes;
use super::world::World;
use crate::model::{MemberId, Noise};
use crate::simulation::draws::Shock;
use crate::simulation::noise;
use crate::simulation::normal::standard_normal;
use crate::simulation::plan::Plan;
use crate::simulation::simd::{self, Level, for_every_level};
use crate::simulation::steps;

/// Members who share the same shocks.
pub(super) struct Circles {
    /// By member: its circle.
    of: Vec<usize>,
    /// By circle: its groups with a shock of their own, as positions in the plan.
    groups: Vec<Vec<usize>>,
}

impl Circles {
    /// The circles of a plan.
    pub fn new(plan: &Plan) -> Self {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let groups_of = |m: MemberId| {
            let groups = plan.groups.iter().enumerate().filter(move |(_, group)| group.members.contains(m));
            groups.map(|(at, _)| at).collect()
        };
        let of = plan.model.member_ids().map(|(m, _)| {
            let mine = groups_of(m);
            groups.iter().position(|groups| *groups == mine).unwrap_or_else(|| {
                groups.push(mine);
                groups.len() - 1
            })
        });
        Self { of: of.collect(), groups }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.groups.len()
    }
}

/// The parts of everyone's utility of one candidate, by lane, but for what is not known about each single member.
#[derive(Default)]
pub(super) struct Views {
    /// By circle: points that its members share, momentum included.
    shared: Vec<Vec<f32>>,
    /// For each event that adds points to views of the candidate: its index among these events, and 1 where it happens
    /// and 0 elsewhere.
    events: Vec<(usize, Vec<u8>)>,
    /// By circle: the same in some lanes.
    few: Vec<Vec<f32>>,
    taken: Vec<f32>,
    noise: Vec<f32>,
}

impl Views {
    /// Turns to the views of a candidate in a world.
    pub fn prepare(&mut self, world: &World, subject: Subject, draws: &mut SpanDraws) {
        let (plan, c, lanes, level) = (world.plan, subject.candidate(), subject.lanes(), draws.level());
        let circles = &world.circles.groups;
        self.shared.resize_with(circles.len(), Vec::new);
        for shared in &mut self.shared {
            shared.clear();
            shared.resize(lanes.padded(), 0.0);
        }
        for (at, group) in plan.groups.iter().enumerate() {
            let shocks = draws.shocks(Shock::Bloc(group.group, c));
            self.share(group.sd, shocks, lanes, level, |circle| circles[circle].contains(&at));
        }
        let common = plan.common_sd[c.index()];
        if common > 0.0 {
            self.share(common, draws.shocks(Shock::Common(c)), lanes, level, |_| true);
        }
        for shocked in plan.traits.iter().filter(|shocked| shocked.loading[c.index()] != 0.0) {
            let moment = draws.shocks(Shock::Moment(shocked.index));
            self.share(shocked.loading[c.index()], moment, lanes, level, |_| true);
        }
        if let Some(drift) = world.drift(c) {
            self.share(1.0, drift, lanes, level, |_| true);
        }
        self.events.clear();
        for (index, event) in plan.event_points.iter().enumerate() {
            let of_candidate = plan.pair(MemberId(0), c)..plan.pair(MemberId(0), c) + plan.members();
            if event.points[of_candidate].iter().any(|&points| points != 0.0) {
                let happens = &world.happens[event.event];
                let happens = lanes.rounds().iter().map(|&round| u8::from(planes::has(happens, round.into())));
                let mut happens: Vec<u8> = happens.collect();
                happens.resize(lanes.padded(), 0);
                self.events.push((index, happens));
            }
        }
    }

    /// Adds a multiple of some points by round to what some circles share.
    fn share(&mut self, factor: f32, points: &[f32], lanes: &Lanes, level: Level, shares: impl Fn(usize) -> bool) {
        let points = if lanes.whole {
            points
        } else {
            self.taken.resize(lanes.padded(), 0.0);
            lanes.take(level, points, &mut self.taken);
            &self.taken
        };
        for (_, shared) in self.shared.iter_mut().enumerate().filter(|(circle, _)| shares(*circle)) {
            add(level, factor, points, shared);
        }
    }

    /// The mean utility, events included, of every one of some lanes; false, and nothing in `out`, if it is the same in all rounds.
    fn means(&self, plan: &Plan, pair: usize, lanes: impl Iterator<Item = usize>, out: &mut [f32]) -> bool {
        let points = |index: usize| plan.event_points[index].points[pair];
        if self.events.iter().all(|(index, _)| points(*index) == 0.0) {
            return false;
        }
        for (out, lane) in out.iter_mut().zip(lanes) {
            let happening = self.events.iter().filter(|(_, happens)| happens[lane] != 0);
            *out = happening.fold(plan.mean[pair], |mean, (index, _)| mean + points(*index)) as f32;
        }
        true
    }

    /// Utility at the ballot at hand, and what stages and concessions add to it, in every lane, given the noise, of this kind.
    pub fn take(
        &mut self,
        world: &World,
        (m, subject): (MemberId, Subject),
        (kind, noise): (Noise, &Column),
        leniency: f32,
        level: Level,
        out: &mut [f32],
    ) {
        let plan = world.plan;
        let pair = plan.pair(m, subject.candidate());
        let (mean, uncertainty) = (plan.mean[pair] as f32, plan.uncertainty[pair]);
        let varies = self.means(plan, pair, 0.., out);
        let shared = &self.shared[world.circles.of[m.index()]];
        let noise = match *noise {
            Column::Bits(bits) if kind == Noise::Normal && !varies => {
                return view_normals(level, mean, shared, uncertainty, bits, leniency, out);
            }
            Column::Bits(bits) => {
                self.noise.resize(bits.len(), 0.0);
                noise::standardise(level, kind, bits, &mut self.noise);
                &self.noise
            }
            Column::Shocks(shocks) => shocks,
        };
        if varies {
            view_means(level, shared, uncertainty, noise, leniency, out);
        } else {
            view(level, mean, shared, uncertainty, noise, leniency, out);
        }
    }

    /// Turns to some lanes of those that were prepared.
    pub fn turn_to(&mut self, lanes: &[u16], level: Level) {
        self.few.resize_with(self.shared.len(), Vec::new);
        for (few, shared) in self.few.iter_mut().zip(&self.shared) {
            few.resize(lanes.len(), 0.0);
            simd::gather(level, shared, lanes, few);
        }
    }

    /// Utility at the ballot at hand, in the lanes last [turned to](Self::turn_to).
    pub fn few_utilities(
        &mut self,
        world: &World,
        (m, subject): (MemberId, Subject),
        lanes: &[u16],
        draws: &mut SpanDraws,
        scratch: &mut Scratch,
        out: &mut Vec<f32>,
    ) {
        let (plan, level) = (world.plan, draws.level());
        let pair = plan.pair(m, subject.candidate());
        subject.few(m.index(), draws, scratch, &mut self.noise);
        let (shared, uncertainty) = (&self.few[world.circles.of[m.index()]], plan.uncertainty[pair]);
        out.resize(lanes.len(), 0.0);
        if self.means(plan, pair, lanes.iter().map(|&lane| lane.into()), out) {
            view_means(level, shared, uncertainty, &self.noise, 0.0, out);
        } else {
            view(level, plan.mean[pair] as f32, shared, uncertainty, &self.noise, 0.0, out);
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
    /// Utilities, and what stages and concessions add to them.
    fn view(mean: f32, shared: &[f32], uncertainty: f32, noise: &[f32], leniency: f32, out: &mut [f32]) {
        for ((view, &shared), &noise) in out.iter_mut().zip(shared).zip(noise) {
            *view = steps::utility(mean, shared, uncertainty, noise) + leniency;
        }
    }
}

for_every_level! {
    /// The same with standard normal noise, from its random bits.
    fn view_normals(mean: f32, shared: &[f32], uncertainty: f32, bits: &[u32], leniency: f32, out: &mut [f32]) {
        for ((view, &shared), &bits) in out.iter_mut().zip(shared).zip(bits) {
            *view = steps::utility(mean, shared, uncertainty, standard_normal(bits)) + leniency;
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
