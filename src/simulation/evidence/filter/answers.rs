//! How members may answer about a candidate, and what they think once they have.

use super::{Filter, Told};
use crate::model::{MemberId, MemberSet, Noise};
use crate::simulation::draws::Sequence;
use crate::simulation::evidence::between::{Drawn, Range, between, draw_between, draw_free};
use crate::simulation::evidence::script::Held;
use crate::simulation::evidence::tails::{normal_stances, stances};
use crate::simulation::evidence::totals::{LANES, Lanes, Ways};
use crate::simulation::evidence::weights::{place, running, systematic};
use crate::simulation::noise::standardise;
use crate::simulation::plan::Plan;
use crate::simulation::steps;

/// The chances of every answer, as particles have them before a ballot.
pub(super) struct AnswerChances {
    /// By [`LANES`] of them, member in the order of the ways, and answer.
    lanes: Vec<Lanes>,
    /// Members who are asked.
    asked: usize,
    /// How many particles one after the other have the same.
    alike: usize,
}

impl AnswerChances {
    /// Which of the chances are a particle's.
    fn slot(&self, particle: usize) -> usize {
        particle / self.alike
    }

    /// A particle's, of the member at a place.
    fn of(&self, particle: usize, place: usize) -> [f64; 3] {
        let slot = self.slot(particle);
        let lanes = &self.lanes[(slot / LANES * self.asked + place) * 3..][..3];
        [0, 1, 2].map(|answer| lanes[answer][slot % LANES])
    }

    /// Those of some slots, beside each other.
    fn gather(&self, slots: &[u32], gathered: &mut Vec<Lanes>) {
        gathered.clear();
        gathered.resize(3 * self.asked, [0.0; LANES]);
        for lane in 0..LANES {
            let slot = slots[lane.min(slots.len() - 1)] as usize;
            let from = &self.lanes[slot / LANES * self.asked * 3..][..3 * self.asked];
            gathered.iter_mut().zip(from).for_each(|(to, from)| to[lane] = from[slot % LANES]);
        }
    }
}

impl Filter<'_> {
    /// Each particle's weight with the chance of what was seen, as logarithms.
    pub(super) fn weigh(&self, ways: &Ways, chances: &AnswerChances) -> (Vec<f64>, Told) {
        let mut table = Vec::new();
        let groups = chances.lanes.chunks_exact(3 * chances.asked.max(1));
        let mut logs: Vec<f64> = Vec::with_capacity(self.count() / chances.alike + LANES);
        groups.for_each(|answers| logs.extend(ways.chances(self.level, answers, &mut table)));
        if chances.asked == 0 {
            logs.resize(self.count(), 0.0);
        }
        let weights: Vec<f64> = self
            .weight
            .iter()
            .enumerate()
            .map(|(particle, weight)| logs[chances.slot(particle)] + libm::log(*weight))
            .collect();
        let (mut log_chances, mut effective) = (Vec::new(), 0.0);
        for (logs, weights) in weights.chunks(self.inner).zip(self.weight.chunks(self.inner)) {
            let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if top == f64::NEG_INFINITY {
                log_chances.push(top);
                continue;
            }
            let relative = logs.iter().map(|log| libm::exp(log - top));
            let (sum, square) =
                relative.fold((0.0, 0.0), |(sum, square), weight| (sum + weight, square + weight * weight));
            effective += sum * sum / square / logs.len() as f64;
            log_chances.push(top + libm::log(sum) - libm::log(weights.iter().sum()));
        }
        let blocks = log_chances.iter().filter(|log| **log > f64::NEG_INFINITY).count();
        (weights, Told { log_chances, effective: effective / (blocks.max(1)) as f64 })
    }

    /// The chance of each answer.
    pub(super) fn answer_chances(&self, ways: &Ways, question: &Asking, first: bool) -> AnswerChances {
        let asked = ways.members.len();
        // When the round opens particles with the same draw of what is shared differ in nothing but their own shocks.
        let alike = if first && self.shocks.is_empty() { self.inner } else { 1 };
        let slots = self.count() / alike;
        let mut lanes = vec![[0.0; LANES]; slots.div_ceil(LANES) * asked * 3];
        let room = asked * LANES;
        let [mut low, mut high] = [vec![0.0; room], vec![0.0; room]];
        let [mut encourages, mut objects, mut neither] = [vec![0.0; room], vec![0.0; room], vec![0.0; room]];
        let kind = self.plan.model.noise;
        let is_fresh = first || self.plan.memory.fresh > 0.0;
        for (group, lanes) in lanes.chunks_exact_mut(3 * asked.max(1)).enumerate() {
            let particle = |lane: usize| (group * LANES + lane).min(slots - 1) * alike;
            let is_normal = kind == Noise::Normal && is_fresh;
            if is_normal {
                for lane in 0..LANES {
                    let outlook = self.outlook(particle(lane));
                    for (place, m) in ways.members.iter().enumerate() {
                        let [object, accept] = question.bounds[m.index()];
                        let (mean, sd) = outlook.of(m.index(), first);
                        low[place * LANES + lane] = (object - mean) / sd;
                        high[place * LANES + lane] = (accept - mean) / sd;
                    }
                }
                normal_stances(self.level, &low, &high, &mut encourages, &mut objects, &mut neither);
            }
            for (place, (&m, lanes)) in ways.members.iter().zip(lanes.chunks_exact_mut(3)).enumerate() {
                let is_known = is_normal && self.sd(m.index()) > 0.0;
                for lane in 0..LANES {
                    let (particle, at) = (particle(lane), place * LANES + lane);
                    let chances = if self.yielded[particle].contains(m) {
                        [0.0, 0.0, 1.0]
                    } else if is_known {
                        [encourages[at], objects[at], neither[at]]
                    } else {
                        stances(kind, self.outlook(particle).of(m.index(), first), question.bounds[m.index()])
                    };
                    lanes.iter_mut().zip(chances).for_each(|(of_answer, chance)| of_answer[lane] = chance);
                }
            }
        }
        AnswerChances { lanes, asked, alike }
    }

    /// Whom each particle after the ballot comes from: within each block, in proportion to the weights. The first of a block
    /// stays if it is kept.
    pub(super) fn resample(&self, weights: &[f64], keeps_first: bool, numbers: &mut Sequence) -> Vec<u32> {
        let mut ancestors = Vec::with_capacity(weights.len());
        for (block, logs) in weights.chunks(self.inner).enumerate() {
            let start = block * self.inner;
            let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if top == f64::NEG_INFINITY {
                ancestors.extend((start..start + logs.len()).map(|particle| particle as u32));
                continue;
            }
            let relative: Vec<f64> = logs.iter().map(|log| libm::exp(log - top)).collect();
            if keeps_first {
                ancestors.push(start as u32);
                let sums = running(&relative, relative.len());
                ancestors.extend((1..logs.len()).map(|_| (start + place(&sums, numbers.uniform())) as u32));
            } else {
                let chosen = systematic(&relative, logs.len(), numbers.uniform());
                ancestors.extend(chosen.map(|from| (start + from) as u32));
            }
        }
        ancestors
    }

    /// Draws who gave which answer, for each particle after the ballot.
    pub(super) fn answer(&mut self, ways: &Ways, chances: &AnswerChances, ancestors: &[u32], numbers: &mut Sequence) {
        let (mut answers, mut table) = (Vec::new(), Vec::new());
        let slot = |ancestor: u32| chances.slot(ancestor as usize) as u32;
        let mut by_slot: Vec<(u32, u32)> =
            ancestors.iter().enumerate().map(|(child, &ancestor)| (slot(ancestor), child as u32)).collect();
        by_slot.sort_unstable();
        let mut distinct: Vec<u32> = by_slot.iter().map(|(slot, _)| *slot).collect();
        distinct.dedup();
        let mut children = by_slot.into_iter().peekable();
        let nobody = vec![MemberSet::EMPTY; ancestors.len()];
        let (mut encouraging, mut objecting) = (nobody.clone(), nobody);
        for some in distinct.chunks(LANES) {
            chances.gather(some, &mut answers);
            let possible = ways.chances(self.level, &answers, &mut table);
            for (lane, &slot) in some.iter().enumerate() {
                while let Some((_, child)) = children.next_if(|(from, _)| *from == slot) {
                    if possible[lane] == f64::NEG_INFINITY {
                        continue;
                    }
                    let (for_it, against) = (&mut encouraging[child as usize], &mut objecting[child as usize]);
                    ways.draw(&answers, &table, lane, numbers, |m, answer| match answer {
                        0 => for_it.insert(m),
                        1 => against.insert(m),
                        _ => {}
                    });
                }
            }
        }
        (self.encouraging, self.objecting) = (encouraging, objecting);
    }

    /// Draws each member's view, given its answer if it was asked.
    pub(super) fn think(&mut self, question: &Asking, asked: Option<&Asked<'_>>, first: bool, numbers: &mut Sequence) {
        let (members, memory, kind) = (self.members(), self.plan.memory, self.plan.model.noise);
        let (f, g) = (f64::from(memory.kept), f64::from(memory.fresh));
        if first {
            self.noise = vec![0.0; self.count() * members];
        }
        let has_noise: Vec<bool> = (0..members).map(|m| self.sd(m) * if first { 1.0 } else { g } > 0.0).collect();
        // By member; the normals are worked out together, as many as processors like.
        let mut drawn = vec![Drawn::default(); members];
        let mut bits = vec![0; members.next_multiple_of(16)];
        let mut normals = vec![0.0; bits.len()];
        for particle in 0..self.count() {
            let (encouraging, objecting) = (self.encouraging[particle], self.objecting[particle]);
            let (yielded, outlook) = (self.yielded[particle], self.outlook(particle));
            for (m, drawn) in drawn.iter_mut().enumerate().filter(|(m, _)| has_noise[*m]) {
                let id = MemberId(m as u16);
                *drawn = match asked.and_then(|asked| asked.of(particle, m)) {
                    Some(chances) if !yielded.contains(id) => {
                        let answer = match (encouraging.contains(id), objecting.contains(id)) {
                            (true, _) => 0,
                            (false, true) => 1,
                            (false, false) => 2,
                        };
                        let range = range_given(outlook.of(m, first), question.bounds[m], chances, answer);
                        draw_between(kind, &range, numbers)
                    }
                    _ => draw_free(kind, numbers),
                };
                bits[m] = drawn.bits;
            }
            if kind == Noise::Normal {
                standardise(self.level, kind, &bits, &mut normals);
            }
            let noise = &mut self.noise[particle * members..][..members];
            for (m, noise) in noise.iter_mut().enumerate().filter(|(m, _)| has_noise[*m]) {
                let fresh = drawn[m].noise(normals[m]);
                *noise = if first { fresh } else { f * *noise + g * fresh };
            }
        }
    }
}

/// The noise behind an answer, in standard deviations, given the [chances](stances) of all three; `sd` is above 0.
pub fn noise_given(
    kind: Noise,
    outlook: (f64, f64),
    bounds: [f64; 2],
    chances: [f64; 3],
    answer: usize,
    numbers: &mut Sequence,
) -> f64 {
    between(kind, &range_given(outlook, bounds, chances, answer), numbers)
}

/// Where the noise behind an answer lies.
fn range_given(
    (mean, sd): (f64, f64),
    bounds: [f64; 2],
    [encourages, objects, neither]: [f64; 3],
    answer: usize,
) -> Range {
    let [object, accept] = bounds.map(|bound| (bound - mean) / sd);
    match answer {
        0 => Range { low: accept, high: f64::INFINITY, chances: [objects + neither, encourages, 0.0] },
        1 => Range { low: f64::NEG_INFINITY, high: object, chances: [0.0, objects, encourages + neither] },
        _ => Range { low: object, high: accept, chances: [objects, neither, encourages] },
    }
}

/// What was known of the answers of those who were asked, before they answered.
pub(super) struct Asked<'c> {
    chances: &'c AnswerChances,
    /// By particle: whose chances are its own.
    ancestors: &'c [u32],
    /// By member: its place among those who are asked.
    places: Vec<Option<usize>>,
}

impl<'c> Asked<'c> {
    pub fn new(ways: &Ways, chances: &'c AnswerChances, ancestors: &'c [u32], members: usize) -> Self {
        let mut places = vec![None; members];
        ways.members.iter().enumerate().for_each(|(place, m)| places[m.index()] = Some(place));
        Self { chances, ancestors, places }
    }

    fn of(&self, particle: usize, m: usize) -> Option<[f64; 3]> {
        Some(self.chances.of(self.ancestors[particle] as usize, self.places[m]?))
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
