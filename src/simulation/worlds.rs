//! What is simulated round by round: one world, several on the same draws, or one in which single vetoes are flipped.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::draws::Addresses;
use super::kernel::{Kernel, SpanRecord};
use super::monte_carlo::{BLOCK, Control, Job, LogRow, RoundLog, RunError, Worker};
use super::plan::{Memory, Plan};
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// By assumption.
    pub tallies: Vec<Tally>,
    /// By assumption: its outcomes against those of the baseline, round by round.
    pub joints: Vec<Joint>,
}

impl Compared {
    /// Rounds counted.
    pub fn rounds(&self) -> u64 {
        self.tallies.first().map_or(0, |tally| tally.rounds)
    }

    /// Adds the counts of `other`, of the same assumptions. Associative and exact.
    pub fn merge(&mut self, other: &Self) {
        self.tallies.iter_mut().zip(&other.tallies).for_each(|(mine, theirs)| mine.merge(theirs));
        self.joints.iter_mut().zip(&other.joints).for_each(|(mine, theirs)| mine.merge(theirs));
    }
}

impl From<Done<Tally>> for Done<Compared> {
    /// One assumption, set against none.
    fn from(done: Done<Tally>) -> Self {
        Self { tally: Compared { tallies: vec![done.tally], joints: Vec::new() }, partial: done.partial }
    }
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
    let families = share(plans);
    let span = longest_span(plans, BLOCK as usize);
    let workers = Job { rounds, span, threads, control, log: None }.run(|| {
        let kernel = |family: &Family| {
            let plans: Vec<&Plan> = family.plans.iter().map(|&plan| &plans[plan]).collect();
            Kernel::new(&plans, family.addresses.clone(), seed)
        };
        let joints = plans.iter().map(|plan| Joint::new(plan.candidates())).collect();
        Several { kernels: families.iter().map(kernel).collect(), families: &families, baseline, joints }
    })?;
    let mut compared = nothing();
    for worker in workers {
        for (mine, theirs) in compared.joints.iter_mut().zip(&worker.joints) {
            mine.merge(theirs);
        }
        for (kernel, family) in worker.kernels.into_iter().zip(&families) {
            for (&plan, part) in family.plans.iter().zip(kernel.finish()) {
                compared.tallies[plan].merge(&part);
            }
        }
    }
    Ok(Done { partial: compared.rounds() < wanted, tally: compared })
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

/// Plans on the same draws, whose minds change alike.
struct Family {
    addresses: Addresses,
    memory: Memory,
    /// Their places among all plans.
    plans: Vec<usize>,
}

/// As few families as will do.
fn share(plans: &[Plan]) -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    for (index, plan) in plans.iter().enumerate() {
        let addresses = plan.addresses();
        let alike = |family: &&mut Family| family.memory == plan.memory && family.addresses == addresses;
        match families.iter_mut().find(alike) {
            Some(family) => family.plans.push(index),
            None => families.push(Family { addresses, memory: plan.memory, plans: vec![index] }),
        }
    }
    families
}

/// One world.
pub(super) struct One<'a> {
    pub kernel: Kernel<'a>,
}

impl Worker for One<'_> {
    fn simulate(&mut self, rounds: Range<u64>, mut rows: Option<&mut Vec<LogRow>>) {
        if rows.is_some() {
            self.kernel.count_vetoes();
        }
        for span in self.kernel.spans(rounds) {
            self.kernel.simulate(span);
            if let Some(rows) = rows.as_deref_mut() {
                self.kernel.log(rows);
            }
        }
    }
}

/// Several worlds, family by family.
struct Several<'a> {
    families: &'a [Family],
    kernels: Vec<Kernel<'a>>,
    baseline: usize,
    /// By plan.
    joints: Vec<Joint>,
}

impl Several<'_> {
    /// By plan: what became of the rounds simulated last.
    fn records(&self) -> impl Iterator<Item = (usize, &SpanRecord)> {
        let families = self.families.iter().zip(&self.kernels);
        families.flat_map(|(family, kernel)| family.plans.iter().copied().zip(kernel.records()))
    }
}

impl Worker for Several<'_> {
    fn simulate(&mut self, rounds: Range<u64>, _rows: Option<&mut Vec<LogRow>>) {
        // As many rounds at a time as all families have room for.
        let Some(narrowest) = self.kernels.iter().min_by_key(|kernel| kernel.longest_span()) else { return };
        for span in narrowest.spans(rounds) {
            self.kernels.iter_mut().for_each(|kernel| kernel.simulate(span.clone()));
            let mut joints = std::mem::take(&mut self.joints);
            if let Some((_, baseline)) = self.records().find(|(plan, _)| *plan == self.baseline) {
                self.records().for_each(|(plan, record)| baseline.add_to(&mut joints[plan], record));
            }
            self.joints = joints;
        }
    }
}
