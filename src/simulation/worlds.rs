//! What is simulated round by round: one world, several on the same draws, or one and its near neighbours.

use std::ops::Range;

use super::draws::{Addresses, BLOCK, BlockDraws};
use super::kernel::Kernel;
use super::monte_carlo::{Control, Job, LogRow, RoundLog, RunError, Worker};
use super::plan::Plan;
use super::reference::Reference;
use super::round::Round;
use super::tally::{Joint, Tally};

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done<T> {
    /// The counts over the rounds simulated.
    pub tally: T,
    /// The run was stopped before its last round; the rounds simulated are its first.
    pub partial: bool,
}

/// Counts of several assumptions on the same draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// By assumption.
    pub tallies: Vec<Tally>,
    /// By assumption: its outcomes against those of the baseline, round by round.
    pub joints: Vec<Joint>,
}

/// Simulates the rounds `rounds` of `plan` under `seed` on `threads` threads (0: as many as the machine has).
///
/// The tally depends on plan, seed and rounds alone. Rounds are handed out in spans in their order, so
/// after a stop the rounds simulated are the first of the range. A range that ends before it starts has no rounds.
///
/// # Errors
/// [`RunError`] if threads cannot be started or the log cannot be written.
pub fn run(
    plan: &Plan,
    seed: u64,
    rounds: Range<u64>,
    threads: usize,
    control: &Control,
    log: Option<&mut dyn RoundLog>,
) -> Result<Done<Tally>, RunError> {
    let wanted = rounds.end.saturating_sub(rounds.start);
    let span = longest_span(std::slice::from_ref(plan), BLOCK as usize);
    let workers = Job { rounds, span, threads, control, log }
        .run(|| One { kernel: Kernel::new(&[plan], plan.addresses(), seed) })?;
    let mut tally = Tally::new(&plan.model);
    for worker in workers {
        worker.kernel.finish().for_each(|part| tally.merge(&part));
    }
    Ok(Done { partial: tally.rounds < wanted, tally })
}

/// Simulates `plans`, assumptions about the same members and candidates, on the same draws, and counts each as
/// well as each against `plans[baseline]`, round by round.
///
/// # Errors
/// [`RunError`] if threads cannot be started.
pub fn compare(
    plans: &[Plan],
    baseline: usize,
    seed: u64,
    rounds: Range<u64>,
    threads: usize,
    control: &Control,
) -> Result<Done<Compared>, RunError> {
    let wanted = rounds.end.saturating_sub(rounds.start);
    let nothing = || Compared {
        tallies: plans.iter().map(|plan| Tally::new(&plan.model)).collect(),
        joints: plans.iter().map(|plan| Joint::new(plan.candidates())).collect(),
    };
    let (addresses, draws_of) = share(plans);
    let shortest = addresses.iter().map(BlockDraws::longest_span).min().unwrap_or(BLOCK as usize);
    let span = longest_span(plans, shortest);
    let workers = Job { rounds, span, threads, control, log: None }.run(|| Several {
        draws: addresses.iter().map(|addresses| BlockDraws::new(addresses.clone(), seed)).collect(),
        draws_of: &draws_of,
        references: plans.iter().map(Reference::new).collect(),
        baseline,
        compared: nothing(),
    })?;
    let mut compared = nothing();
    for worker in &workers {
        for (mine, theirs) in compared.tallies.iter_mut().zip(&worker.compared.tallies) {
            mine.merge(theirs);
        }
        for (mine, theirs) in compared.joints.iter_mut().zip(&worker.compared.joints) {
            mine.merge(theirs);
        }
    }
    let partial = compared.tallies.first().is_some_and(|tally| tally.rounds < wanted);
    Ok(Done { tally: compared, partial })
}

/// Ballots times members times candidates that a thread may begin at a time: a fraction of a second, after which it
/// looks whether to stop.
const WORK: usize = 1 << 26;

/// How many rounds of all `plans` to take at a time, if buffers have room for `room`; a multiple of 64.
pub(super) fn longest_span(plans: &[Plan], room: usize) -> usize {
    let work = |plan: &Plan| plan.members() * plan.candidates() * plan.model.max_ballots() as usize;
    let rounds = WORK / plans.iter().map(work).sum::<usize>().max(1);
    (rounds.min(room) / 64 * 64).clamp(64, BLOCK as usize)
}

/// As few sets of draws as will do, and which of them each plan uses.
fn share(plans: &[Plan]) -> (Vec<Addresses>, Vec<usize>) {
    let mut sets: Vec<Addresses> = Vec::new();
    let mut draws_of = Vec::new();
    for plan in plans {
        let addresses = plan.addresses();
        let shared = sets.iter().enumerate().find_map(|(i, set)| Some((i, set.shared_with(&addresses)?)));
        draws_of.push(shared.as_ref().map_or(sets.len(), |(i, _)| *i));
        match shared {
            Some((i, wider)) => sets[i] = wider,
            None => sets.push(addresses),
        }
    }
    (sets, draws_of)
}

/// A worker that takes rounds one by one.
pub(super) trait RoundByRound: Send {
    /// The draws that it uses.
    fn draws(&mut self) -> &mut [BlockDraws];
    /// Simulates and counts the round to which these have turned; returns the one to be logged.
    fn simulate(&mut self) -> &Round;
}

impl<W: RoundByRound> Worker for W {
    fn simulate(&mut self, rounds: Range<u64>, mut rows: Option<&mut Vec<LogRow>>) {
        for number in rounds.clone() {
            for draws in self.draws() {
                draws.turn_to(number, rounds.end);
            }
            let round = RoundByRound::simulate(self);
            if let Some(rows) = rows.as_deref_mut() {
                rows.push(LogRow::new(number, round));
            }
        }
    }
}

/// One world.
struct One<'a> {
    kernel: Kernel<'a>,
}

impl Worker for One<'_> {
    fn simulate(&mut self, rounds: Range<u64>, rows: Option<&mut Vec<LogRow>>) {
        self.kernel.simulate(rounds, rows);
    }
}

/// Several worlds on the same draws.
struct Several<'a> {
    draws: Vec<BlockDraws>,
    draws_of: &'a [usize],
    references: Vec<Reference<'a>>,
    baseline: usize,
    compared: Compared,
}

impl RoundByRound for Several<'_> {
    fn draws(&mut self) -> &mut [BlockDraws] {
        &mut self.draws
    }

    fn simulate(&mut self) -> &Round {
        for (i, reference) in self.references.iter_mut().enumerate() {
            let round = reference.simulate(&mut self.draws[self.draws_of[i]]);
            self.compared.tallies[i].add(round);
        }
        let baseline = self.references[self.baseline].round();
        for (joint, reference) in self.compared.joints.iter_mut().zip(&self.references) {
            joint.add(baseline, reference.round());
        }
        baseline
    }
}
