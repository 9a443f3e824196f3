//! What is simulated round by round: one world, several on the same draws, or one and its near neighbours.

use std::ops::Range;

use super::draws::{Addresses, BlockDraws};
use super::monte_carlo::{Control, Job, RoundLog, RunError, Worker};
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
/// The tally depends on plan, seed and rounds alone. Rounds are handed out in blocks in their order, so
/// after a stop the rounds simulated are the first of the range.
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
    let workers = Job { rounds, threads, control, log }.run(|| One {
        draws: BlockDraws::new(plan.addresses(), seed),
        reference: Reference::new(plan),
        tally: Tally::new(&plan.model),
    })?;
    let mut tally = Tally::new(&plan.model);
    for worker in &workers {
        tally.merge(&worker.tally);
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
    let workers = Job { rounds, threads, control, log: None }.run(|| Several {
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

/// One world.
struct One<'a> {
    draws: BlockDraws,
    reference: Reference<'a>,
    tally: Tally,
}

impl Worker for One<'_> {
    fn span(&self) -> usize {
        self.draws.span()
    }

    fn start(&mut self, block: u64, from: usize, rounds: usize) {
        self.draws.start(block, from, rounds);
    }

    fn simulate(&mut self, at: usize) -> &Round {
        self.draws.turn_to(at);
        let round = self.reference.simulate(&mut self.draws);
        self.tally.add(round);
        round
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

impl Worker for Several<'_> {
    fn span(&self) -> usize {
        // Spans are numbers of rounds to buffer; the smallest suits all.
        self.draws.iter().map(BlockDraws::span).min().unwrap_or(1)
    }

    fn start(&mut self, block: u64, from: usize, rounds: usize) {
        for draws in &mut self.draws {
            draws.start(block, from, rounds);
        }
    }

    fn simulate(&mut self, at: usize) -> &Round {
        for draws in &mut self.draws {
            draws.turn_to(at);
        }
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
