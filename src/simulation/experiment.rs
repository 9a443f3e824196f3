//! What can be simulated and counted, and how that is to be carried out.
//!
//! An [`Experiment`] says what is simulated in each round and what is counted; [`simulate`](super::simulate) deals its
//! rounds out to threads and adds up what they counted. Counts are such that it does not matter who counted which
//! rounds.

use std::fmt::Debug;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::plan::Plan;
use super::round_log::{LogRow, RoundLog};
use crate::model::Model;

/// What is counted over a number of rounds.
///
/// Counts are integers, or sums of numbers rounded to integers: those of any parts of a range of rounds, merged in any
/// order, are those of the range, bit by bit. They can be written down and read again without loss, so that a run can
/// be saved and gone on with.
pub trait Counts: Debug + Clone + PartialEq + Send + Serialize + DeserializeOwned {
    /// Rounds counted.
    fn rounds(&self) -> u64;

    /// Adds the counts of other rounds of the same experiment. Associative, commutative and exact.
    fn merge(&mut self, other: &Self);

    /// Bytes that counts of these models, those of the experiment's plans, take before anything is counted, about.
    fn bytes(models: &[&Model]) -> u64;

    /// Whether these can be counts of `rounds` rounds of `models`, the models of the experiment's plans: there are as
    /// many as there should be and none contradicts another. For counts that come from outside, such as a file.
    fn is_valid(&self, models: &[&Model], rounds: u64) -> bool;
}

/// What is simulated in each round, and what is counted of it. The kinds there are stand in `simulation`; no others can
/// be made elsewhere.
pub trait Experiment: Sync {
    /// What is counted.
    type Counts: Counts;

    /// The plans that are simulated.
    fn plans(&self) -> &[Plan];

    /// Counts of no rounds.
    fn nothing(&self) -> Self::Counts;

    /// Makes what one thread needs to simulate rounds under `seed`.
    fn worker(&self, seed: u64) -> impl Worker<Counts = Self::Counts>;

    /// The models of its plans.
    fn models(&self) -> Vec<&Model> {
        self.plans().iter().map(|plan| &plan.model).collect()
    }

    /// Bytes that its counts take, about.
    fn bytes(&self) -> u64 {
        Self::Counts::bytes(&self.models())
    }

    /// Whether these can be its counts of so many rounds: see [`Counts::is_valid`].
    fn is_valid(&self, counts: &Self::Counts, rounds: u64) -> bool {
        counts.is_valid(&self.models(), rounds)
    }
}

/// What one thread simulates and counts.
pub trait Worker: Send {
    /// What is counted.
    type Counts;

    /// Simulates and counts `rounds`, at most [`BLOCK`](super::BLOCK), and adds a row for each to `log` if they are to be logged.
    fn simulate(&mut self, rounds: Range<u64>, log: Option<&mut Vec<LogRow>>);

    /// What was counted.
    fn finish(self) -> Self::Counts;
}

/// Which rounds are simulated, and how that is carried out.
pub struct Execution<'a> {
    /// Seed of all random numbers.
    pub seed: u64,
    /// The rounds; none if they end before they start.
    pub rounds: Range<u64>,
    /// Threads to use; 0 is as many as the machine has. No result depends on it.
    pub threads: usize,
    /// To watch and to stop it.
    pub control: Option<&'a Control>,
    /// Takes each round of the experiment's only plan, or of its baseline.
    pub log: Option<&'a mut dyn RoundLog>,
}

impl Execution<'_> {
    /// These rounds under this seed, on as many threads as the machine has; neither watched nor logged.
    pub fn new(seed: u64, rounds: Range<u64>) -> Self {
        Self { seed, rounds, threads: 0, control: None, log: None }
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done<C> {
    /// The counts over the rounds simulated.
    pub counts: C,
    /// It was stopped before the last round; the rounds simulated are the first of the range.
    pub partial: bool,
}

/// Why rounds could not be simulated.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No threads could be started.
    #[error("cannot start {threads} threads: {reason}")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// What the system said.
        reason: String,
    },
    /// The log of rounds could not be written.
    #[error("cannot write the log of rounds")]
    Log(#[source] io::Error),
}

/// Watches and stops what is simulated from another thread; each run takes a new one.
#[derive(Debug, Default)]
pub struct Control {
    done: AtomicU64,
    stop: AtomicBool,
}

impl Control {
    /// Rounds finished so far.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Asks the run to end after the portions at hand.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether someone asked to stop.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Notes that so many more rounds are finished.
    pub(super) fn add(&self, rounds: u64) {
        self.done.fetch_add(rounds, Ordering::Relaxed);
    }
}
