//! How members may answer about a candidate, and what they think once they have.

use super::{Filter, Next, Told};
use crate::model::{MemberId, MemberSet, Noise};
use crate::simulation::draws::Sequence;
use crate::simulation::evidence::between::{Batch, ROW, Range, between, free};
use crate::simulation::evidence::script::Held;
use crate::simulation::evidence::tails::{normal_stances, stances};
use crate::simulation::evidence::totals::{LANES, Lanes, Ways};
use crate::simulation::evidence::weights::{place, running, systematic};
use crate::simulation::plan::Plan;
use crate::simulation::steps;

/// What the answers of those who are asked may be, as particles have it before a ballot: by slot, and in it by place in
/// the ways; each slot has room for a multiple of [`ROW`].
pub(super) struct Prospects {
    /// Below which noise to come the member objects, in standard deviations.
    low: Vec<f64>,
    /// From which it encourages.
    high: Vec<f64>,
    /// The chances of the three answers.
    chances: [Vec<f64>; 3],
    /// Members who are asked.
    asked: usize,
    /// Room of a slot.
    row: usize,
    /// How many particles one after the other have the same: they share a slot.
    alike: usize,
}

impl Prospects {
    /// Which slot is a particle's.
    fn slot(&self, particle: usize) -> usize {
        // Dividing takes its time.
        if self.alike == 1 { particle } else { particle / self.alike }
    }

    /// The chances of some slots, beside each other: by place and answer.
    fn gather(&self, slots: impl Fn(usize) -> usize, gathered: &mut Vec<Lanes>) {
        gathered.resize(3 * self.asked, [0.0; LANES]);
        for lane in 0..LANES {
            let start = slots(lane) * self.row;
            let [encourages, objects, neither] = self.chances.each_ref().map(|of| &of[start..][..self.asked]);
            for (at, three) in gathered.as_chunks_mut::<3>().0.iter_mut().enumerate() {
                three[0][lane] = encourages[at];
                three[1][lane] = objects[at];
                three[2][lane] = neither[at];
            }
        }
    }

    /// Where the noise behind an answer lies.
    fn range(&self, at: usize, answer: u8) -> Range {
        let chances = self.chances.each_ref().map(|of| of[at]);
        range_given([self.low[at], self.high[at]], chances, usize::from(answer))
    }
}

/// The answers that were given.
pub(super) struct Answered<'w> {
    ways: &'w Ways,
    prospects: Prospects,
    /// By particle after the ballot and place in the ways.
    answers: Vec<u8>,
}

impl Filter<'_> {
    /// Each particle's weight with the chance of what was seen, relative to the largest of its block; nothing in a block
    /// without any.
    pub(super) fn weights(&self, ways: &Ways, prospects: &Prospects) -> (Vec<f64>, Told) {
        let (mut answers, mut table) = (Vec::new(), Vec::new());
        let slots = self.count() / prospects.alike;
        let mut logs: Vec<f64> = Vec::with_capacity(slots + LANES);
        for first in (0..slots).step_by(LANES) {
            prospects.gather(|lane| (first + lane).min(slots - 1), &mut answers);
            logs.extend(ways.chances(self.level, &answers, &mut table));
        }
        let with_logs = self.weight.iter().enumerate().map(|(particle, &weight)| {
            let log = logs[prospects.slot(particle)];
            if weight == 1.0 { log } else { log + libm::log(weight) }
        });
        let mut weights: Vec<f64> = with_logs.collect();
        let (mut log_chances, mut effective) = (Vec::new(), 0.0);
        for (relative, weights) in weights.chunks_mut(self.inner).zip(self.weight.chunks(self.inner)) {
            let top = relative.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if top == f64::NEG_INFINITY {
                relative.fill(0.0);
                log_chances.push(top);
                continue;
            }
            relative.iter_mut().for_each(|log| *log = libm::exp(*log - top));
            let (sum, square) =
                relative.iter().fold((0.0, 0.0), |(sum, square), weight| (sum + weight, square + weight * weight));
            effective += sum * sum / square / relative.len() as f64;
            log_chances.push(top + libm::log(sum) - libm::log(weights.iter().sum()));
        }
        let blocks = log_chances.iter().filter(|log| **log > f64::NEG_INFINITY).count();
        (weights, Told { log_chances, effective: effective / (blocks.max(1)) as f64 })
    }

    /// What the answers may be.
    pub(super) fn prospects(&self, ways: &Ways, question: &Asking) -> Prospects {
        let first = question.number == 1;
        let (asked, kind) = (ways.members.len(), self.plan.model.noise);
        // When the round opens particles with the same draw of what is shared differ in nothing but their own shocks.
        let alike = if first && self.shocks.is_empty() { self.inner } else { 1 };
        let slots = self.count() / alike;
        let (kept, fresh) = self.memory(first);
        // By place: what a point, and noise before, are in standard deviations of the noise to come.
        let scale: Vec<f64> = ways.members.iter().map(|m| 1.0 / self.fresh_sd(*m, first)).collect();
        let before = if first { 0.0 } else { kept / fresh };
        let row = asked.next_multiple_of(ROW);
        let room = slots * row;
        let [mut low, mut high] = [Vec::with_capacity(room), Vec::with_capacity(room)];
        let mut levels = vec![0.0; self.members()];
        for slot in 0..slots {
            let particle = slot * alike;
            self.levels(particle, &mut levels);
            let noise = self.noise.get(particle * self.members()..).unwrap_or_default();
            for (bound, ends) in [&mut low, &mut high].into_iter().enumerate() {
                ends.extend(ways.members.iter().zip(&scale).map(|(m, scale)| {
                    let noise = if first { 0.0 } else { before * noise[m.index()] };
                    (question.bounds[m.index()][bound] - levels[m.index()]) * scale - noise
                }));
            }
            // What is left of the room is as if there were members of whom nothing is known.
            low.resize((slot + 1) * row, -1.0);
            high.resize((slot + 1) * row, 1.0);
        }
        let mut chances = [(); 3].map(|()| vec![0.0; room]);
        if kind == Noise::Normal {
            let [encourages, objects, neither] = &mut chances;
            normal_stances(self.level, &low, &high, encourages, objects, neither);
        }
        let mut prospects = Prospects { low, high, chances, asked, row, alike };
        let is_worked_out: Vec<bool> =
            ways.members.iter().map(|m| kind == Noise::Normal && self.fresh_sd(*m, first) > 0.0).collect();
        let all = is_worked_out.iter().all(|&is| is);
        for slot in 0..slots {
            let particle = slot * alike;
            if all && self.yielded[particle].is_empty() {
                continue;
            }
            for (at, &m) in ways.members.iter().enumerate() {
                let chances = if self.yielded[particle].contains(m) {
                    [0.0, 0.0, 1.0]
                } else if is_worked_out[at] {
                    continue;
                } else {
                    stances(kind, self.outlook(particle).of(m.index(), first), question.bounds[m.index()])
                };
                let of_all = prospects.chances.iter_mut().zip(chances);
                of_all.for_each(|(of, chance)| of[slot * row + at] = chance);
            }
        }
        prospects
    }

    /// The standard deviation of a member's noise to come, points.
    fn fresh_sd(&self, m: MemberId, first: bool) -> f64 {
        self.sd(m.index()) * self.memory(first).1
    }

    /// How much of the noise before stays, and how much is new.
    fn memory(&self, first: bool) -> (f64, f64) {
        let memory = self.plan.memory;
        if first { (0.0, 1.0) } else { (f64::from(memory.kept), f64::from(memory.fresh)) }
    }

    /// Whom each particle that goes on after the ballot comes from, in proportion to the weights of its block; where there are
    /// none particles stay what they are. The first of a block stays if it is kept.
    pub(super) fn resample(
        &self,
        weights: &[f64],
        next: Next<'_>,
        keeps_first: bool,
        numbers: &mut Sequence,
    ) -> Vec<u32> {
        let all: Vec<usize> = (0..weights.len() / self.inner).collect();
        let (blocks, count) = (next.blocks.unwrap_or(&all), next.inner);
        let mut ancestors = Vec::with_capacity(blocks.len() * count);
        for block in blocks {
            let start = block * self.inner;
            let weights = &weights[start..][..self.inner];
            if weights.iter().all(|weight| *weight == 0.0) {
                ancestors.extend((0..count).map(|at| (start + at % weights.len()) as u32));
            } else if keeps_first {
                ancestors.push(start as u32);
                let sums = running(weights, weights.len());
                ancestors.extend((1..count).map(|_| (start + place(&sums, numbers.uniform())) as u32));
            } else {
                let chosen = systematic(weights, count, numbers.uniform());
                ancestors.extend(chosen.map(|from| (start + from) as u32));
            }
        }
        ancestors
    }

    /// Draws who gave which answer, for each particle after the ballot.
    pub(super) fn answer<'w>(
        &mut self,
        ways: &'w Ways,
        prospects: Prospects,
        ancestors: &[u32],
        numbers: &mut Sequence,
    ) -> Answered<'w> {
        let (mut chances, mut table) = (Vec::new(), Vec::new());
        let slot = |ancestor: u32| prospects.slot(ancestor as usize) as u32;
        let mut by_slot: Vec<(u32, u32)> =
            ancestors.iter().enumerate().map(|(child, &ancestor)| (slot(ancestor), child as u32)).collect();
        by_slot.sort_unstable();
        let mut distinct: Vec<u32> = by_slot.iter().map(|(slot, _)| *slot).collect();
        distinct.dedup();
        let mut children = by_slot.into_iter().peekable();
        let (asked, row) = (prospects.asked, prospects.row);
        let mut answers = vec![2; ancestors.len() * row];
        self.encouraging = vec![MemberSet::EMPTY; ancestors.len()];
        self.objecting = vec![MemberSet::EMPTY; ancestors.len()];
        let (mut lanes, mut of_lanes, mut given) = (Vec::new(), Vec::new(), Vec::new());
        for some in distinct.chunks(LANES) {
            prospects.gather(|lane| some[lane.min(some.len() - 1)] as usize, &mut chances);
            let possible = ways.chances(self.level, &chances, &mut table);
            lanes.clear();
            of_lanes.clear();
            for (lane, &slot) in some.iter().enumerate() {
                while let Some((_, child)) = children.next_if(|(from, _)| *from == slot) {
                    if possible[lane] > f64::NEG_INFINITY {
                        lanes.push(lane);
                        of_lanes.push(child as usize);
                    }
                }
            }
            ways.draw(self.level, (&chances, &table), &lanes, numbers, &mut given);
            for (&child, given) in of_lanes.iter().zip(given.chunks_exact(asked.max(1))) {
                answers[child * row..][..asked].copy_from_slice(given);
                let who = |wanted: u8| MemberSet::of_those(&ways.members, given.iter().map(|answer| *answer == wanted));
                (self.encouraging[child], self.objecting[child]) = (who(0), who(1));
            }
        }
        Answered { ways, prospects, answers }
    }

    /// Draws each member's view, given its answer if it was asked. Returns the noise of the ballot before.
    pub(super) fn think(
        &mut self,
        answered: Option<&Answered<'_>>,
        ancestors: &[u32],
        first: bool,
        numbers: &mut Sequence,
    ) -> Vec<f64> {
        let (members, kind) = (self.members(), self.plan.model.noise);
        let (f, g) = self.memory(first);
        let asked: &[MemberId] = answered.map_or(&[], |it| &it.ways.members);
        let others = self.plan.model.member_ids().map(|(m, _)| m).filter(|m| !asked.contains(m));
        let mut batch = Batch::new(self.level, asked.len(), members);
        // Those who were asked first; what is new is drawn in this order.
        let order: Vec<(usize, MemberId)> = batch.places().zip(asked.iter().copied().chain(others)).collect();
        let has_noise: Vec<bool> = order.iter().map(|(_, m)| self.fresh_sd(*m, first) > 0.0).collect();
        let old = std::mem::take(&mut self.noise);
        let mut noise = vec![0.0; self.count() * members];
        for (particle, noise) in noise.chunks_exact_mut(members.max(1)).enumerate() {
            let before = (!first).then(|| &old[ancestors[particle] as usize * members..][..members]);
            let fresh = match answered {
                Some(Answered { prospects, answers, .. }) if kind == Noise::Normal => {
                    let row = prospects.row;
                    let start = prospects.slot(ancestors[particle] as usize) * row;
                    let [low, high] = [&prospects.low, &prospects.high].map(|of| &of[start..][..row]);
                    let chances = prospects.chances.each_ref().map(|of| &of[start..][..row]);
                    batch.draw(&answers[particle * row..][..row], [low, high], chances, numbers)
                }
                None if kind == Noise::Normal => batch.draw(&[], [&[]; 2], [&[]; 3], numbers),
                _ => batch.draw_each(|place| match answered {
                    // Without noise to come there may be no range.
                    _ if !has_noise[place] => 0.0,
                    Some(Answered { prospects, answers, .. }) if place < asked.len() => {
                        let at = prospects.slot(ancestors[particle] as usize) * prospects.row + place;
                        between(kind, &prospects.range(at, answers[particle * prospects.row + place]), numbers)
                    }
                    _ => free(kind, numbers),
                }),
            };
            for ((at, m), has_noise) in order.iter().zip(&has_noise) {
                let was = before.map_or(0.0, |before| before[m.index()]);
                noise[m.index()] = if *has_noise { f * was + g * fresh[*at] } else { was };
            }
            // Who has yielded was not asked what they think.
            for m in self.yielded[particle].iter().filter(|m| asked.contains(m)) {
                let was = before.map_or(0.0, |before| before[m.index()]);
                if self.fresh_sd(m, first) > 0.0 {
                    noise[m.index()] = f * was + g * free(kind, numbers);
                }
            }
        }
        self.noise = noise;
        old
    }
}

/// The noise behind an answer, in standard deviations, given the [chances](stances) of all three; `sd` is above 0.
pub fn noise_given(
    kind: Noise,
    (mean, sd): (f64, f64),
    bounds: [f64; 2],
    chances: [f64; 3],
    answer: usize,
    numbers: &mut Sequence,
) -> f64 {
    between(kind, &range_given(bounds.map(|bound| (bound - mean) / sd), chances, answer), numbers)
}

/// Where the noise behind an answer lies, given below which noise a member objects and from which it encourages.
fn range_given([object, accept]: [f64; 2], [encourages, objects, neither]: [f64; 3], answer: usize) -> Range {
    match answer {
        0 => Range { low: accept, high: f64::INFINITY, chances: [objects + neither, encourages, 0.0] },
        1 => Range { low: f64::NEG_INFINITY, high: object, chances: [0.0, objects, encourages + neither] },
        _ => Range { low: object, high: accept, chances: [objects, neither, encourages] },
    }
}

/// What members are asked about a candidate at a ballot.
pub struct Asking {
    pub number: u32,
    /// Who takes part.
    pub members: MemberSet,
    /// By member: below which utility it objects, and from which it encourages.
    pub bounds: Vec<[f64; 2]>,
}

impl Asking {
    pub fn new(plan: &Plan, held: &Held) -> Self {
        let stage = &plan.model.stages[held.stage];
        let bounds = plan.model.member_ids().map(|(m, _)| {
            let gained = f64::from(steps::leniency(plan, stage, m, held.number));
            [plan.object_at[m.index()], plan.accept_at[m.index()]].map(|bound| f64::from(bound) - gained)
        });
        Self { number: held.number, members: stage.members, bounds: bounds.collect() }
    }
}
