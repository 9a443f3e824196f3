//! Members who know what waiting is worth: the values of waiting, found by simulation.
//!
//! Waiting at ballot `t` is worth to a member the mean of its utility of how rounds end, no consensus being 0, if
//! ballots 1 to `t` are soundings at which nobody is appointed and play goes on under the same values. That is a fixed
//! point: values make stances, and stances make values. A pass goes from the last ballot but one back to the first, each
//! value from the same rounds; passes are repeated until no value moves by more than [`TOLERANCE`]. Only where the
//! moves go back and forth without shrinking, half of each is made. The mean is over all rounds, not over those that
//! are still open at `t`: who is still open depends on the values.

use std::ops::Range;

use super::driver::simulate;
use super::experiment::{Execution, Experiment, Worker};
use super::kernel::Kernel;
use super::plan::Plan;
use super::round_log::LogRow;
use super::waiting::Waiting;
use super::worth::Worth;
use crate::model::Model;

/// Seed of the rounds behind the values: values belong to the model, whatever seed its rounds are simulated under.
const SEED: u64 = 0x6e65_6d63_6f6e;
/// Rounds behind each value.
const ROUNDS: u64 = 20_480;
/// Rounds behind each value of a model that is near one whose values are known.
const FEW_ROUNDS: u64 = 1_024;
/// Passes at most.
const PASSES: u32 = 30;
/// Passes at most from known values of a model that is near.
const FEW_PASSES: u32 = 2;
/// Points by which no value may move in the last pass.
pub const TOLERANCE: f64 = 0.01;

impl Plan {
    /// Lays out `model`, and finds what waiting is worth if a member has foresight and there is something to wait for.
    pub fn new(model: Model) -> Self {
        let mut plan = Self::without_foresight(model);
        if plan.model.looks_ahead() {
            solve(&mut plan, Solving { rounds: ROUNDS, passes: PASSES, threads: 0, from: None });
        }
        plan
    }

    /// As [`new`](Self::new), for a model that differs from that of `near` by some judgements: what waiting is worth is
    /// found from its values, in two passes at most, with fewer rounds and on one thread.
    pub fn near(model: Model, near: &Self) -> Self {
        let mut plan = Self::without_foresight(model);
        if plan.model.looks_ahead() {
            let same = |waiting: &&Waiting| {
                waiting.values.len() == plan.members() * plan.model.max_ballots() as usize
                    && waiting.members == plan.members()
            };
            let from = near.solved.as_ref().filter(same).map(|waiting| waiting.values.clone());
            let passes = if from.is_some() { FEW_PASSES } else { PASSES };
            solve(&mut plan, Solving { rounds: FEW_ROUNDS, passes, threads: 1, from });
        }
        plan
    }

    /// Takes over values of waiting.
    fn set_waiting(&mut self, waiting: Waiting) {
        let members = self.members();
        let foresight = |at: usize| self.model.members[at % members].foresight;
        self.waiting = waiting.values.iter().enumerate().map(|(at, value)| (foresight(at) * value) as f32).collect();
        self.solved = Some(waiting);
    }
}

/// How values of waiting are found.
struct Solving {
    /// Rounds behind each.
    rounds: u64,
    /// Passes at most.
    passes: u32,
    /// Threads to use; 0 is as many as the machine has.
    threads: usize,
    /// Where to begin; otherwise as if waiting were worth nothing.
    from: Option<Vec<f64>>,
}

/// Finds what waiting is worth.
fn solve(plan: &mut Plan, how: Solving) {
    let (members, ballots) = (plan.members(), plan.model.max_ballots());
    let nothing = vec![0.0; members * ballots as usize];
    let mut waiting = Waiting {
        members,
        values: how.from.unwrap_or_else(|| nothing.clone()),
        errors: nothing,
        passes: 0,
        residual: f64::INFINITY,
        settled: false,
        rounds: how.rounds,
    };
    plan.set_waiting(waiting.clone());
    let (mut step, mut last_moves) = (1.0, Vec::new());
    while waiting.passes < how.passes && !waiting.settled {
        let before = waiting.values.clone();
        for ballot in (1..ballots).rev() {
            let worth = worth(plan, ballot, how.rounds, how.threads);
            for m in 0..members {
                let at = (ballot as usize - 1) * members + m;
                let (mean, error) = worth.mean(m);
                waiting.values[at] += step * (mean - waiting.values[at]);
                waiting.errors[at] = error;
            }
            plan.set_waiting(waiting.clone());
        }
        let moves: Vec<f64> = waiting.values.iter().zip(&before).map(|(now, before)| (now - before) / step).collect();
        waiting.passes += 1;
        waiting.residual = moves.iter().fold(0.0, |largest, moved| moved.abs().max(largest));
        waiting.settled = waiting.residual <= TOLERANCE;
        if oscillates(&last_moves, &moves) {
            step = 0.5;
        }
        last_moves = moves;
    }
    plan.set_waiting(waiting);
}

/// Whether the largest move goes back on the one before it, and is hardly smaller.
fn oscillates(last: &[f64], moves: &[f64]) -> bool {
    let largest = moves.iter().zip(last).max_by(|a, b| a.0.abs().total_cmp(&b.0.abs()));
    largest.is_some_and(|(now, last)| now * last < 0.0 && now.abs() > 0.9 * last.abs())
}

/// What the members get if ballots up to this one are soundings.
fn worth(plan: &Plan, soundings: u32, rounds: u64, threads: usize) -> Worth {
    let experiment = Weighing { plan, soundings };
    let execution = |threads| Execution { threads, ..Execution::new(SEED, 0..rounds) };
    // Where threads cannot be started the caller's is enough, and without a log nothing else can fail.
    let done = simulate(&experiment, execution(threads)).or_else(|_| simulate(&experiment, execution(1)));
    done.map_or_else(|_| experiment.nothing(), |done| done.counts)
}

/// Simulates a plan whose first ballots only sound, and sums what members get.
struct Weighing<'a> {
    plan: &'a Plan,
    soundings: u32,
}

impl Experiment for Weighing<'_> {
    type Counts = Worth;

    fn plans(&self) -> &[Plan] {
        std::slice::from_ref(self.plan)
    }

    fn nothing(&self) -> Worth {
        Worth::new(self.plan.members())
    }

    fn worker(&self, seed: u64) -> impl Worker<Counts = Worth> {
        let mut kernel = Kernel::new(&[self.plan], self.plan.addresses(), seed);
        kernel.weigh_outcomes(self.soundings, self.nothing());
        Weigher { kernel, rounds: 0, nothing: self.nothing() }
    }
}

/// One thread's rounds.
struct Weigher<'a> {
    kernel: Kernel<'a>,
    rounds: u64,
    nothing: Worth,
}

impl Worker for Weigher<'_> {
    type Counts = Worth;

    fn simulate(&mut self, rounds: Range<u64>, _: Option<&mut Vec<LogRow>>) {
        self.rounds += rounds.end - rounds.start;
        self.kernel.spans(rounds).for_each(|span| self.kernel.simulate(span));
    }

    fn finish(self) -> Worth {
        let worth = self.kernel.worth().cloned().unwrap_or(self.nothing);
        worth.over(self.rounds)
    }
}
