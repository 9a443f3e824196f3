//! How members may answer about a candidate, and what they think once they have.

use super::{Filter, Told};
use crate::model::{MemberId, MemberSet, Noise};
use crate::simulation::draws::Sequence;
use crate::simulation::evidence::between::{Range, between, free};
use crate::simulation::evidence::script::Held;
use crate::simulation::evidence::totals::{LANES, Lanes, Ways};
use crate::simulation::evidence::weights::{place, running, systematic};
use crate::simulation::noise::{above, cdf};
use crate::simulation::plan::Plan;
use crate::simulation::steps;

impl Filter<'_> {
    /// Each particle's weight with the chance of what was seen, as logarithms.
    pub(super) fn weigh(&self, ways: &Ways, chances: &[[f64; 3]]) -> (Vec<f64>, Told) {
        let mut weights = Vec::with_capacity(self.count());
        let (mut answers, mut table) = (Vec::new(), Vec::new());
        for start in (0..self.count()).step_by(LANES) {
            let particles = std::array::from_fn(|lane| (start + lane).min(self.count() - 1));
            side_by_side(chances, &particles, ways.members.len(), &mut answers);
            let chances = ways.chances(&answers, &mut table);
            let used = (self.count() - start).min(LANES);
            weights.extend(
                chances[..used].iter().zip(&self.weight[start..]).map(|(log, weight)| log + libm::log(*weight)),
            );
        }
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

    /// By particle and member, in the order of the ways: the chance of each answer.
    pub(super) fn answer_chances(&self, ways: &Ways, question: &Asking, first: bool) -> Vec<[f64; 3]> {
        let kind = self.plan.model.noise;
        let mut chances = Vec::with_capacity(self.count() * ways.members.len());
        for particle in 0..self.count() {
            for &m in &ways.members {
                let [object, accept] = question.bounds[m.index()];
                let (mean, sd) = self.outlook(particle, m.index(), first);
                chances.push(if self.yielded[particle].contains(m) {
                    [0.0, 0.0, 1.0]
                } else if sd > 0.0 {
                    let (low, high) = ((object - mean) / sd, (accept - mean) / sd);
                    let (encourages, objects) = (above(kind, high), cdf(kind, low));
                    let rest = 1.0 - encourages - objects;
                    // What is left of the rest by subtraction has lost too many digits.
                    [encourages, objects, if rest > 0.1 { rest } else { within(kind, low, high) }]
                } else {
                    let certain = |is: bool| if is { 1.0 } else { 0.0 };
                    let (encourages, objects) = (mean >= accept, mean < object);
                    [certain(encourages), certain(objects), certain(!encourages && !objects)]
                });
            }
        }
        chances
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
    pub(super) fn answer(&mut self, ways: &Ways, chances: &[[f64; 3]], ancestors: &[u32], numbers: &mut Sequence) {
        let (mut answers, mut table) = (Vec::new(), Vec::new());
        let mut by_ancestor: Vec<(u32, u32)> =
            ancestors.iter().enumerate().map(|(child, &ancestor)| (ancestor, child as u32)).collect();
        by_ancestor.sort_unstable();
        let mut distinct: Vec<u32> = by_ancestor.iter().map(|(ancestor, _)| *ancestor).collect();
        distinct.dedup();
        let mut children = by_ancestor.into_iter().peekable();
        let nobody = vec![MemberSet::EMPTY; ancestors.len()];
        let (mut encouraging, mut objecting) = (nobody.clone(), nobody);
        for some in distinct.chunks(LANES) {
            let particles = std::array::from_fn(|lane| some[lane.min(some.len() - 1)] as usize);
            side_by_side(chances, &particles, ways.members.len(), &mut answers);
            let possible = ways.chances(&answers, &mut table);
            for (lane, &ancestor) in some.iter().enumerate() {
                while let Some((_, child)) = children.next_if(|(from, _)| *from == ancestor) {
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
        for particle in 0..self.count() {
            for m in 0..members {
                let (mean, sd) = self.outlook(particle, m, first);
                if sd <= 0.0 {
                    continue;
                }
                let id = MemberId(m as u16);
                let fresh = match asked.and_then(|asked| asked.of(particle, m)) {
                    Some([encourages, objects, neither]) if !self.yielded[particle].contains(id) => {
                        let [object, accept] = question.bounds[m].map(|bound| (bound - mean) / sd);
                        let range = if self.encouraging[particle].contains(id) {
                            let below = objects + neither;
                            Range { low: accept, high: f64::INFINITY, chances: [below, encourages, 0.0] }
                        } else if self.objecting[particle].contains(id) {
                            let above = encourages + neither;
                            Range { low: f64::NEG_INFINITY, high: object, chances: [0.0, objects, above] }
                        } else {
                            Range { low: object, high: accept, chances: [objects, neither, encourages] }
                        };
                        between(kind, &range, numbers)
                    }
                    _ => free(kind, numbers),
                };
                let noise = &mut self.noise[particle * members + m];
                *noise = if first { fresh } else { f * *noise + g * fresh };
            }
        }
    }
}

/// The chances of several particles beside each other, member by member.
fn side_by_side(chances: &[[f64; 3]], particles: &[usize; LANES], members: usize, answers: &mut Vec<[Lanes; 3]>) {
    answers.clear();
    answers.extend((0..members).map(|place| {
        let of = particles.map(|particle| chances[particle * members + place]);
        [0, 1, 2].map(|answer| of.map(|chances| chances[answer]))
    }));
}

/// What was known of the answers of those who were asked, before they answered.
pub(super) struct Asked<'c> {
    chances: &'c [[f64; 3]],
    /// By particle: whose chances are its own.
    ancestors: &'c [u32],
    /// By member: its place among those who are asked.
    places: Vec<Option<usize>>,
    asked: usize,
}

impl<'c> Asked<'c> {
    pub fn new(ways: &Ways, chances: &'c [[f64; 3]], ancestors: &'c [u32], members: usize) -> Self {
        let mut places = vec![None; members];
        ways.members.iter().enumerate().for_each(|(place, m)| places[m.index()] = Some(place));
        Self { chances, ancestors, places, asked: ways.members.len() }
    }

    fn of(&self, particle: usize, m: usize) -> Option<[f64; 3]> {
        let place = self.places[m]?;
        Some(self.chances[self.ancestors[particle] as usize * self.asked + place])
    }
}

/// The probability of noise between two bounds, taken on the side on which its digits are.
fn within(kind: Noise, low: f64, high: f64) -> f64 {
    if low + high > 0.0 { above(kind, low) - above(kind, high) } else { cdf(kind, high) - cdf(kind, low) }
}

/// What members are asked about a candidate at a ballot.
pub(super) struct Asking {
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
