//! What members answer about a candidate, and what they think once they have.

use super::prospects::{Prospects, range_given};
use super::sides::Sides;
use super::{Filter, Next, Told};
use crate::model::{MemberId, MemberSet, Noise};
use crate::simulation::draws::{Sequence, Taken};
use crate::simulation::evidence::between::{Batch, between, free};
use crate::simulation::evidence::script::Held;
use crate::simulation::evidence::totals::{LANES, Ways};
use crate::simulation::evidence::weights::{place, running, systematic};
use crate::simulation::plan::Plan;
use crate::simulation::simd::for_every_level;
use crate::simulation::steps;

/// What particles after a ballot have, one after the other.
pub(super) struct After {
    /// The particles before it that they come from.
    pub ancestors: Vec<u32>,
    /// By particle and member: noise, in standard deviations.
    pub noise: Vec<f64>,
    /// By particle: who encourages, and who objects, if anyone was asked.
    pub answered: Option<[Vec<MemberSet>; 2]>,
}

impl Filter<'_> {
    /// Each particle's weight with the chance of what was seen, relative to the largest of its block; nothing in a block
    /// without any.
    pub(super) fn weights(&self, ways: &Ways, question: &Asking) -> (Vec<f64>, Told) {
        let alike = self.alike(question);
        let mut prospects = Prospects::new(self, ways, question);
        let mut weights = Vec::with_capacity(self.count());
        let slots: Vec<u32> = (0..self.count() as u32).step_by(alike).collect();
        for slots in slots.chunks(LANES) {
            prospects.find(self, question, slots);
            weights.extend(prospects.logs[..slots.len()].iter().flat_map(|log| std::iter::repeat_n(*log, alike)));
        }
        let (mut log_chances, mut effective) = (Vec::new(), 0.0);
        for (relative, weights) in weights.chunks_mut(self.inner).zip(self.weight.chunks(self.inner)) {
            let top = weigh(relative, weights);
            if top == f64::NEG_INFINITY {
                log_chances.push(top);
                continue;
            }
            let (sum, square) =
                relative.iter().fold((0.0, 0.0), |(sum, square), weight| (sum + weight, square + weight * weight));
            effective += sum * sum / square / relative.len() as f64;
            log_chances.push(top + libm::log(sum) - libm::log(weights.iter().sum()));
        }
        let blocks = log_chances.iter().filter(|log| **log > f64::NEG_INFINITY).count();
        (weights, Told { log_chances, effective: effective / (blocks.max(1)) as f64 })
    }

    /// How many particles one after the other may answer alike: when the round opens those with the same draw of what is
    /// shared differ in nothing but their own shocks.
    pub(super) fn alike(&self, question: &Asking) -> usize {
        if question.number == 1 && self.shocks.is_empty() { self.inner } else { 1 }
    }

    /// The standard deviation of a member's noise to come, points.
    pub(super) fn fresh_sd(&self, m: MemberId, first: bool) -> f64 {
        self.sd(m.index()) * self.memory(first).1
    }

    /// How much of the noise before stays, and how much is new.
    pub(super) fn memory(&self, first: bool) -> (f64, f64) {
        let memory = self.plan.memory;
        if first { (0.0, 1.0) } else { (f64::from(memory.kept), f64::from(memory.fresh)) }
    }

    /// The particles after a ballot, if what was seen at it gives particles these weights.
    pub(super) fn after(
        &self,
        question: &Asking,
        asked: Option<(&Ways, Vec<f64>)>,
        next: Next<'_>,
        keeps_first: bool,
        numbers: &mut Sequence,
    ) -> After {
        let Some((ways, weights)) = asked else {
            let ancestors = if self.turns(next) {
                self.resample(&self.weight, next, keeps_first, numbers)
            } else {
                (0..self.count() as u32).collect()
            };
            let mut minds = Minds::new(self, question, None, ancestors.len());
            ancestors.iter().for_each(|&ancestor| minds.think(ancestor, None, numbers));
            return After { ancestors, noise: minds.noise, answered: None };
        };
        let ancestors = self.resample(&weights, next, keeps_first, numbers);
        let is_possible: Vec<bool> =
            weights.chunks(self.inner).map(|block| block.iter().any(|weight| *weight > 0.0)).collect();
        let possible = ancestors.iter().filter(|ancestor| is_possible[**ancestor as usize / self.inner]);
        let possible = if is_possible.contains(&false) { possible.count() } else { ancestors.len() };
        let mut walks = numbers.take(possible * ways.members.len());
        let mut prospects = Prospects::new(self, ways, question);
        let mut minds = Minds::new(self, question, Some(ways), ancestors.len());
        let (alike, mut left) = (self.alike(question), &ancestors[..]);
        let (mut slots, mut lanes) = (Vec::with_capacity(LANES), Vec::new());
        while !left.is_empty() {
            slots.clear();
            lanes.clear();
            for &ancestor in left {
                let slot = if alike == 1 { ancestor } else { ancestor - ancestor % alike as u32 };
                if slots.last() != Some(&slot) {
                    if slots.len() == LANES {
                        break;
                    }
                    slots.push(slot);
                }
                lanes.push(slots.len() - 1);
            }
            prospects.find(self, question, &slots);
            let some;
            (some, left) = left.split_at(lanes.len());
            walks = minds.answer(&prospects, &lanes, walks);
            minds.think_given(&prospects, &lanes, some, numbers);
        }
        After { ancestors, noise: minds.noise, answered: Some(minds.answered) }
    }

    /// The same where those of a block that do not answer alike are [`LANES`] at most: what they may answer is found for some
    /// blocks, which then go through the whole ballot. The first of each block stays.
    pub(super) fn after_few(&self, question: &Asking, ways: &Ways, inner: usize, numbers: &mut Sequence) -> After {
        let alike = self.alike(question);
        let (per_block, count) = (self.inner / alike, self.count());
        let blocks = count / self.inner;
        let mut prospects = Prospects::new(self, ways, question);
        let mut minds = Minds::new(self, question, Some(ways), blocks * inner);
        let mut ancestors = Vec::with_capacity(blocks * inner);
        let (mut weights, mut lanes) = (vec![0.0; self.inner], Vec::new());
        let slots: Vec<u32> = (0..count as u32).step_by(alike).collect();
        let mut starts = (0..count).step_by(self.inner);
        for slots in slots.chunks(LANES / per_block * per_block) {
            prospects.find(self, question, slots);
            lanes.clear();
            let before = ancestors.len();
            for (first, start) in (0..slots.len()).step_by(per_block).zip(&mut starts) {
                weights.iter_mut().enumerate().for_each(|(at, weight)| *weight = prospects.logs[first + at / alike]);
                weigh(&mut weights, &self.weight[start..][..self.inner]);
                resample(start, &weights, inner, true, numbers, &mut ancestors);
                let drawn = ancestors[ancestors.len() - inner..].iter();
                lanes.extend(drawn.map(|&ancestor| first + (ancestor as usize - start) / alike));
            }
            let walks = numbers.take(lanes.len() * ways.members.len());
            minds.answer(&prospects, &lanes, walks);
            minds.think_given(&prospects, &lanes, &ancestors[before..], numbers);
        }
        After { ancestors, noise: minds.noise, answered: Some(minds.answered) }
    }

    /// Whom each particle that goes on after the ballot comes from, in proportion to the weights of its block; where there are
    /// none particles stay what they are. The first of a block stays if it is kept.
    fn resample(&self, weights: &[f64], next: Next<'_>, keeps_first: bool, numbers: &mut Sequence) -> Vec<u32> {
        let all: Vec<usize> = (0..weights.len() / self.inner).collect();
        let blocks = next.blocks.unwrap_or(&all);
        let mut ancestors = Vec::with_capacity(blocks.len() * next.inner);
        for block in blocks {
            let start = block * self.inner;
            let weights = &weights[start..][..self.inner];
            resample(start, weights, next.inner, keeps_first, numbers, &mut ancestors);
        }
        ancestors
    }
}

/// Weights from the logarithms of chances and the weights before, relative to the largest; the logarithm of that. All are 0
/// if nothing has a chance.
fn weigh(logs: &mut [f64], before: &[f64]) -> f64 {
    let with_weights = logs.iter_mut().zip(before).filter(|(_, weight)| **weight != 1.0);
    with_weights.for_each(|(log, weight)| *log += libm::log(*weight));
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY {
        logs.fill(0.0);
    } else {
        logs.iter_mut().for_each(|log| *log = libm::exp(*log - top));
    }
    top
}

/// `count` particles of a block that begins at `start`, in proportion to their weights and in order; the first stays if it is
/// kept.
fn resample(
    start: usize,
    weights: &[f64],
    count: usize,
    keeps_first: bool,
    numbers: &mut Sequence,
    ancestors: &mut Vec<u32>,
) {
    let from = ancestors.len();
    if weights.iter().all(|weight| *weight == 0.0) {
        ancestors.extend((0..count).map(|at| (start + at * weights.len() / count) as u32));
    } else if keeps_first {
        ancestors.push(start as u32);
        let sums = running(weights, weights.len());
        ancestors.extend((1..count).map(|_| (start + place(&sums, numbers.uniform())) as u32));
        ancestors[from..].sort_unstable();
    } else {
        ancestors.extend(systematic(weights, count, numbers.uniform()).map(|from| (start + from) as u32));
    }
}

/// A particle of those that answered last.
struct Answered<'a> {
    /// What may be answered,
    prospects: &'a Prospects<'a>,
    /// and in which of its slots that of this particle stands.
    slot: usize,
    /// Its place among those that answered last.
    particle: usize,
}

/// What members answer and think at a ballot, drawn for one particle after the other.
struct Minds<'f> {
    filter: &'f Filter<'f>,
    ways: Option<&'f Ways>,
    first: bool,
    batch: Batch,
    /// Those who were asked first; what is new is drawn in this order. Where it stands, and whose it is.
    order: Vec<(usize, MemberId)>,
    /// In the same order: whether there is noise to come.
    has_noise: Vec<bool>,
    /// Those who have none.
    still: Vec<MemberId>,
    /// By member: what is new.
    fresh: Vec<f64>,
    sides: Sides,
    given: Vec<u8>,
    /// By particle of those that answered last and place in the ways, with room.
    answers: Vec<u8>,
    noise: Vec<f64>,
    answered: [Vec<MemberSet>; 2],
}

impl<'f> Minds<'f> {
    /// Of so many particles, of whom nothing is drawn yet.
    fn new(filter: &'f Filter<'f>, question: &Asking, ways: Option<&'f Ways>, count: usize) -> Self {
        let (members, first) = (filter.members(), question.number == 1);
        let asked: &[MemberId] = ways.map_or(&[], |ways| &ways.members);
        let others = filter.plan.model.member_ids().map(|(m, _)| m).filter(|m| !asked.contains(m));
        let batch = Batch::new(filter.level, asked.len(), members);
        let order: Vec<(usize, MemberId)> = batch.places().zip(asked.iter().copied().chain(others)).collect();
        let has_noise = |m: MemberId| filter.fresh_sd(m, first) > 0.0;
        Self {
            filter,
            ways,
            first,
            batch,
            has_noise: order.iter().map(|(_, m)| has_noise(*m)).collect(),
            still: order.iter().map(|(_, m)| *m).filter(|m| !has_noise(*m)).collect(),
            order,
            fresh: vec![0.0; members],
            sides: Sides::new(asked),
            given: Vec::new(),
            answers: Vec::new(),
            noise: Vec::with_capacity(count * members),
            answered: [(); 2].map(|()| Vec::with_capacity(count)),
        }
    }

    /// Draws who gives which answer, for particles that come from these slots; returns the numbers that are left.
    fn answer(&mut self, prospects: &Prospects<'_>, slots: &[usize], numbers: Taken) -> Taken {
        let (ways, row) = (prospects.ways, prospects.row());
        let asked = ways.members.len();
        let is_possible = |slot: &usize| prospects.logs[*slot] > f64::NEG_INFINITY;
        let possible: Vec<usize> = slots.iter().copied().filter(is_possible).collect();
        ways.draw(self.filter.level, (&prospects.lanes, &prospects.table), &possible, numbers, &mut self.given);
        self.answers.clear();
        self.answers.resize(slots.len() * row, 2);
        let mut given = self.given.chunks_exact(asked.max(1));
        for (particle, _) in slots.iter().enumerate().filter(|(_, slot)| is_possible(slot)) {
            let Some(given) = given.next() else { break };
            self.answers[particle * row..][..asked].copy_from_slice(given);
        }
        for particle in 0..slots.len() {
            let sides = self.sides.of(&self.answers[particle * row..][..row]);
            self.answered.iter_mut().zip(sides).for_each(|(all, side)| all.push(side));
        }
        numbers.after(possible.len() * asked)
    }

    /// Draws what everyone thinks, for the particles that answered last, which come from these slots and particles.
    fn think_given(&mut self, prospects: &Prospects<'_>, slots: &[usize], ancestors: &[u32], numbers: &mut Sequence) {
        for (particle, (&slot, &ancestor)) in slots.iter().zip(ancestors).enumerate() {
            self.think(ancestor, Some(Answered { prospects, slot, particle }), numbers);
        }
    }

    /// Draws what everyone thinks, given the answers of a particle that answered last, which comes from this slot.
    fn think(&mut self, ancestor: u32, given: Option<Answered<'_>>, numbers: &mut Sequence) {
        let filter = self.filter;
        let (members, kind, first) = (filter.members(), filter.plan.model.noise, self.first);
        let answers = given.map(|Answered { prospects, slot, particle }| {
            let row = prospects.row();
            (prospects, slot, &self.answers[particle * row..][..row])
        });
        let fresh = match answers {
            Some((prospects, slot, answers)) if kind == Noise::Normal => {
                let (ends, chances) = prospects.of(slot);
                self.batch.draw(answers, ends, chances, numbers)
            }
            None if kind == Noise::Normal => self.batch.draw(&[], [&[]; 2], [&[]; 3], numbers),
            _ => self.batch.draw_each(|place| match answers {
                // Without noise to come there may be no range.
                _ if !self.has_noise[place] => 0.0,
                Some((prospects, slot, answers)) if place < prospects.ways.members.len() => {
                    between(kind, &prospects.range(slot, place, answers[place]), numbers)
                }
                _ => free(kind, numbers),
            }),
        };
        self.order.iter().for_each(|(at, m)| self.fresh[m.index()] = fresh[*at]);
        let start = self.noise.len();
        if first {
            self.noise.resize(start + members, 0.0);
        } else {
            self.noise.extend_from_slice(&filter.noise[ancestor as usize * members..][..members]);
        }
        let noise = &mut self.noise[start..];
        // Who has yielded was not asked what they think.
        if let Some(ways) = self.ways {
            let yielded = filter.yielded[ancestor as usize];
            for m in yielded.iter().filter(|m| ways.members.contains(m) && !self.still.contains(m)) {
                self.fresh[m.index()] = free(kind, numbers);
            }
        }
        self.still.iter().for_each(|m| self.fresh[m.index()] = 0.0);
        let (kept, new) = filter.memory(first);
        mix(filter.level, kept, new, &self.fresh, noise);
    }
}

for_every_level! {
    /// Noise of which a part stays, with what is new.
    fn mix(kept: f64, new: f64, fresh: &[f64], noise: &mut [f64]) {
        for (noise, fresh) in noise.iter_mut().zip(fresh) {
            *noise = kept * *noise + new * fresh;
        }
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
