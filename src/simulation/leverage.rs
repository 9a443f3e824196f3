//! What a point of support would do, from the rounds as they are: scores of the noise, summed by outcome.
//!
//! A point more in `support[m,c]` moves `m`'s utility of `c` at every ballot; so does noise whose mean is moved by
//! `1 / uncertainty`. The outcome as a function of the noise stays the same, only the density of the noise changes,
//! and the derivative of the probability of an outcome is the mean of
//!
//! ```text
//! [the round ends so] · S / uncertainty,    S = s(e) + k · Σ s(fresh noise of the later ballots held),    s = −f′ / f
//! ```
//!
//! where `f` is the density of the noise and `k = (1 − memory) / √(1 − memory²)`: what is new at a ballot must move by
//! that much for the whole, `e′ = memory · e + √(1 − memory²) · fresh`, to move as much as before. (The score function,
//! or likelihood ratio, method: P. W. Glynn, *Likelihood ratio gradient estimation for stochastic systems*,
//! Communications of the ACM 33 (1990), <https://doi.org/10.1145/84537.84552>.) The number of ballots held is a
//! stopping time, which is why those not held may be left out.
//!
//! `S` has mean 0, and so it has over the rounds in which the candidate can have faced a ballot: whether one can does
//! not depend on the noise about them. In the other rounds that noise changes nothing, so there `S` is taken to be 0.

use std::ops::Range;

use super::draws::Shock;
use super::experiment::{Counts, Experiment, Worker};
use super::kernel::Kernel;
use super::noise::{self, SQRT_3, SQRT_6, probability};
use super::plan::Plan;
use super::range_draws::RangeDraws;
use super::round_log::LogRow;
use super::scored::{PARTS, ScoreSum, Scored};
use super::simd::{Level, for_every_level};
use super::tally::Tally;
use crate::model::{CandidateId, MemberId, Model, Noise};

/// Simulates a plan and sums the scores of all noise.
#[derive(Debug, Clone, Copy)]
pub struct Scoring<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The scores of its noise.
    pub scores: Scores,
}

impl Experiment for Scoring<'_> {
    type Counts = Scored;

    fn plans(&self) -> &[Plan] {
        std::slice::from_ref(self.plan)
    }

    fn nothing(&self) -> Scored {
        let tally = Tally::new(&self.plan.model);
        let sums = vec![ScoreSum::default(); tally.pairs.len() * (tally.candidates.len() + 1)];
        Scored { tally, sums }
    }

    fn worker(&self, seed: u64) -> impl Worker<Counts = Scored> {
        Scorer {
            plan: self.plan,
            scores: self.scores,
            kernel: Kernel::new(&[self.plan], self.plan.addresses(), seed),
            draws: RangeDraws::new(self.plan, seed),
            counts: self.nothing(),
            rows: Vec::new(),
            shocks: Vec::new(),
            parts: Vec::new(),
        }
    }
}

/// Scores of a kind of noise.
#[derive(Debug, Clone, Copy)]
pub struct Scores {
    kind: Noise,
    /// Of the noise that is new at a later ballot.
    fresh: f32,
}

impl Scores {
    /// Of the noise in `model`. None if it is uniform: its density ends abruptly, and a shift that takes it beyond its
    /// ends cannot be made good by weights.
    pub fn of(model: &Model) -> Option<Self> {
        let memory = model.dynamics.memory;
        let fresh = libm::sqrt((1.0 - memory) / (1.0 + memory)) as f32;
        match model.noise {
            kind @ (Noise::Normal | Noise::Logistic | Noise::Gumbel | Noise::Laplace) => Some(Self { kind, fresh }),
            Noise::Uniform => None,
        }
    }
}

impl Scores {
    /// The scores of the noise behind `bits`, one each.
    ///
    /// With `p` the probability that bits stand for, `s` at the `p`-quantile is, for noise of variance 1: normal, the
    /// quantile; logistic, `π/√3 · (2p − 1)`; Gumbel, `π/√6 · (1 + ln p)`; Laplace, `±√2`, the sign that of `p − 1/2`.
    fn fill(self, level: Level, bits: &[u32], out: &mut [f32]) {
        use std::f64::consts::{PI, SQRT_2};
        let each = |out: &mut [f32], score: &dyn Fn(u32) -> f64| {
            out.iter_mut().zip(bits).for_each(|(out, &bits)| *out = score(bits) as f32);
        };
        match self.kind {
            Noise::Normal => noise::standardise(level, Noise::Normal, bits, out),
            Noise::Logistic => each(out, &|bits| PI / SQRT_3 * (2.0 * probability(bits) - 1.0)),
            Noise::Gumbel => each(out, &|bits| PI / SQRT_6 * (1.0 + libm::log(probability(bits)))),
            Noise::Laplace => each(out, &|bits| if bits < 1 << 31 { -SQRT_2 } else { SQRT_2 }),
            Noise::Uniform => out.fill(0.0),
        }
    }
}

/// One thread's rounds and their scores.
struct Scorer<'a> {
    plan: &'a Plan,
    scores: Scores,
    kernel: Kernel<'a>,
    draws: RangeDraws<'a>,
    /// The sums; the tally is still with the kernel.
    counts: Scored,
    rows: Vec<LogRow>,
    /// Scores of one kind of noise.
    shocks: Vec<f32>,
    /// By round: scores of one pair, in parts.
    parts: Vec<i32>,
}

impl Scorer<'_> {
    /// The scores of one pair, in every round.
    fn score(&mut self, m: MemberId, c: CandidateId, later: &[Vec<u16>]) {
        let (scores, level) = (self.scores, self.draws.level());
        let shock = |ballot| Shock::Noise { ballot, member: m, candidate: c };
        self.shocks.resize(self.rows.len(), 0.0);
        self.parts.clear();
        self.parts.resize(self.rows.len(), 0);
        scores.fill(level, self.draws.shock_bits(shock(1)), &mut self.shocks);
        add(level, &self.shocks, 1.0, &mut self.parts);
        for (ballot, rounds) in (2..).zip(later) {
            let bits = self.draws.shock_bits(shock(ballot));
            let bits: Vec<u32> = rounds.iter().map(|&round| bits[usize::from(round)]).collect();
            let shocks = &mut self.shocks[..rounds.len()];
            scores.fill(level, &bits, shocks);
            let mut parts = vec![0; rounds.len()];
            add(level, shocks, scores.fresh, &mut parts);
            rounds.iter().zip(&parts).for_each(|(&round, parts)| self.parts[usize::from(round)] += parts);
        }
    }
}

impl Worker for Scorer<'_> {
    type Counts = Scored;

    fn simulate(&mut self, rounds: Range<u64>, log: Option<&mut Vec<LogRow>>) {
        self.kernel.count_vetoes(log.is_some());
        self.rows.clear();
        for span in self.kernel.spans(rounds.clone()) {
            self.kernel.simulate(span);
            self.kernel.log(&mut self.rows);
        }
        if let Some(log) = log {
            log.extend_from_slice(&self.rows);
        }
        self.draws.turn_to(rounds);
        let plan = self.plan;
        let later = rounds_by_ballot(plan, &self.rows);
        for (c, _) in plan.model.candidate_ids() {
            let by_outcome = rounds_by_outcome(plan, c, &self.rows, &self.draws.stands(c));
            for (m, _) in plan.model.member_ids().filter(|&(m, _)| plan.uncertainty[plan.pair(m, c)] > 0.0) {
                self.score(m, c, &later);
                let outcomes = by_outcome.len();
                let sums = &mut self.counts.sums[plan.pair(m, c) * outcomes..][..outcomes];
                for (sum, rounds) in sums.iter_mut().zip(&by_outcome) {
                    sum.add(rounds.iter().map(|&round| self.parts[usize::from(round)]));
                }
            }
        }
    }

    fn finish(self) -> Scored {
        let mut counts = self.counts;
        self.kernel.finish().for_each(|tally| counts.tally.merge(&tally));
        counts
    }
}

for_every_level! {
    /// Adds weighted scores, in parts.
    fn add(scores: &[f32], weight: f32, parts: &mut [i32]) {
        for (parts, &score) in parts.iter_mut().zip(scores) {
            *parts += (score * weight * PARTS).round_ties_even() as i32;
        }
    }
}

/// For each ballot from the second on, as far as there is noise of its own: the rounds in which it was held.
fn rounds_by_ballot(plan: &Plan, rows: &[LogRow]) -> Vec<Vec<u16>> {
    let fresh = plan.memory.fresh;
    let last = rows.iter().map(|row| row.ballots).max().filter(|_| fresh > 0.0).unwrap_or(0);
    let held = |ballot| move |(round, row): (usize, &LogRow)| (row.ballots >= ballot).then_some(round as u16);
    (2..=last).map(|ballot| rows.iter().enumerate().filter_map(held(ballot)).collect()).collect()
}

/// By outcome: the rounds that ended so and in which `c` can have faced a ballot. Whether that is so is known without
/// the noise about `c`.
fn rounds_by_outcome(plan: &Plan, c: CandidateId, rows: &[LogRow], stands: &[bool]) -> Vec<Vec<u16>> {
    let model = &plan.model;
    let considered = model.stages.iter().position(|stage| model.may_consider(stage, c));
    let enters = model.candidates[c.index()].enters;
    let mut rounds = vec![Vec::new(); plan.candidates() + 1];
    for (round, (row, &stands)) in rows.iter().zip(stands).enumerate() {
        if stands && considered.is_some_and(|first| row.stage >= first) && row.ballots >= enters {
            rounds[row.outcome.map_or(plan.candidates(), CandidateId::index)].push(round as u16);
        }
    }
    rounds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::simulation::{Execution, simulate};

    const KINDS: [(Noise, f64); 4] = {
        use std::f64::consts::PI;
        [(Noise::Normal, 1.0), (Noise::Logistic, PI * PI / 9.0), (Noise::Gumbel, PI * PI / 6.0), (Noise::Laplace, 2.0)]
    };

    /// Whatever the density `f` of `e`, the mean of `s = −f′/f` is 0, of `s · e` it is 1 (by parts), and of `s²` the
    /// distribution's Fisher information.
    #[test]
    fn scores_are_those_of_the_noise() {
        let bits: Vec<u32> = (0..1 << 20).map(|i: u32| (i << 12) + (1 << 11)).collect();
        let mean = |of: &dyn Fn(usize) -> f64| (0..bits.len()).map(of).sum::<f64>() / bits.len() as f64;
        for (kind, information) in KINDS {
            let mut scores = vec![0.0; bits.len()];
            Scores { kind, fresh: 0.0 }.fill(Level::best(), &bits, &mut scores);
            let noise = |i: usize| f64::from(noise::shock(kind, bits[i]));
            let score = |i: usize| f64::from(scores[i]);
            // The midpoint rule loses the outermost half-cells: see the test of the noise.
            assert!(mean(&score).abs() < 1e-5, "{kind:?}");
            assert!((mean(&|i| score(i) * noise(i)) - 1.0).abs() < 1e-4, "{kind:?}");
            assert!((mean(&|i| score(i) * score(i)) / information - 1.0).abs() < 5e-4, "{kind:?}");
        }
    }

    /// One member, as likely to accept as not, is asked twice, with a mind that changes by half. Nobody is appointed
    /// with probability `P(e < 0, e′ < 0)`, whose slope in the mean of both is `−2 φ(0) Φ(0) = −1/√(2π)`. By how many
    /// standard errors the slope by some scores is off.
    fn off_by(scores: impl Fn(Scores) -> Scores) -> f64 {
        const ROUNDS: u64 = 200_000;
        let text = "title = \"one\"\n[dynamics]\nmemory = 0.5\n[[member]]\nid = \"A\"\n[[candidate]]\nid = \"x\"\n\
                    [[stage]]\nrepeat = 2\nappoint = \"unanimity\"\n";
        let model = Scenario::from_text("one.toml", text, None).unwrap().assumptions.remove(0);
        let plan = Plan::new(model);
        let experiment = Scoring { plan: &plan, scores: scores(Scores::of(&plan.model).unwrap()) };
        let scored = simulate(&experiment, Execution::new(1, 0..ROUNDS)).unwrap().counts;
        let [appointed, no_consensus] = scored.sums[..] else { panic!("one pair, two outcomes") };
        let (n, p) = (ROUNDS as f64, scored.tally.no_consensus as f64 / ROUNDS as f64);
        let slope = ((1.0 - p) * no_consensus.total() - p * appointed.total()) / n;
        let squares = appointed.squares() + no_consensus.squares();
        let standard_error = (p * (1.0 - p) * squares).sqrt() / n;
        (slope + 1.0 / (2.0 * std::f64::consts::PI).sqrt()) / standard_error
    }

    /// Five standard errors: p = 6e-7.
    #[test]
    fn wrong_scores_would_be_noticed() {
        let right = off_by(|scores| scores);
        assert!(right.abs() < 5.0, "{right}");
        for (what, wrong) in [
            ("other noise", off_by(|scores| Scores { kind: Noise::Logistic, ..scores })),
            ("no news", off_by(|scores| Scores { fresh: 0.0, ..scores })),
            ("news in full", off_by(|scores| Scores { fresh: 1.0, ..scores })),
        ] {
            assert!(wrong.abs() > 5.0, "{what}: {wrong}");
        }
    }
}
