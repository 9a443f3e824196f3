//! Blocks of rounds spread over threads: the only rayon loop.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::draws::BLOCK;
use super::round::Round;
use crate::model::CandidateId;

/// Watches and stops a run from another thread.
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

    /// Asks the run to end after the blocks at hand.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether someone asked to stop.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Notes that the first `rounds` rounds are finished.
    pub(super) fn reached(&self, rounds: u64) {
        self.done.store(rounds, Ordering::Relaxed);
    }
}

/// One round of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogRow {
    /// Number of the round, from 0.
    pub round: u64,
    /// Who was appointed; none is no consensus.
    pub outcome: Option<CandidateId>,
    /// Index of the stage of the last ballot held.
    pub stage: usize,
    /// Ballots held.
    pub ballots: u32,
    /// Vetoes cast, over all ballots and candidates.
    pub vetoes: u32,
}

impl LogRow {
    fn new(number: u64, round: &Round) -> Self {
        let &Round { outcome, ballots, stage, vetoes, .. } = round;
        Self { round: number, outcome, stage, ballots, vetoes }
    }
}

/// Takes the rounds of a run in their order, some at a time.
pub trait RoundLog: Send {
    /// Takes the next rounds.
    ///
    /// # Errors
    /// Whatever keeps them from being written; the run then stops.
    fn write(&mut self, rows: &[LogRow]) -> io::Result<()>;
}

/// Why a run failed.
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

/// What one thread simulates and counts.
pub(super) trait Worker: Send {
    /// How many rounds to be told of at a time; divides into a block from its start.
    fn span(&self) -> usize;
    /// Turns to rounds `from..from + rounds` of `block`.
    fn start(&mut self, block: u64, from: usize, rounds: usize);
    /// Simulates and counts the `at`-th round of these; returns the one to be logged.
    fn simulate(&mut self, at: usize) -> &Round;
}

/// How a run is to be carried out.
pub(super) struct Job<'a, 'b> {
    /// Which rounds.
    pub rounds: Range<u64>,
    /// On how many threads; 0 is as many as the machine has.
    pub threads: usize,
    /// To watch and stop it.
    pub control: &'a Control,
    /// Where to log the rounds.
    pub log: Option<&'b mut dyn RoundLog>,
}

impl Job<'_, '_> {
    /// Lets workers, one a thread, take blocks in their order until there are none left or the control says stop.
    /// A block once begun is finished, so the rounds simulated are always the first of the range.
    pub fn run<W: Worker>(self, worker: impl Fn() -> W + Sync) -> Result<Vec<W>, RunError> {
        let Self { rounds, threads, control, log } = self;
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .map_err(|error| RunError::Threads { threads, reason: error.to_string() })?;
        let first = rounds.start / BLOCK;
        let next = AtomicU64::new(first);
        let log = log.map(|log| Mutex::new(OrderedLog { log, next: first, early: BTreeMap::new(), failed: None }));
        let workers = pool.broadcast(|_| {
            let mut worker = worker();
            let mut rows = Vec::new();
            while !control.stop.load(Ordering::Relaxed) {
                let block = next.fetch_add(1, Ordering::Relaxed);
                if block * BLOCK >= rounds.end {
                    break;
                }
                rows.clear();
                let simulated = simulate_block(&mut worker, block, &rounds, log.is_some().then_some(&mut rows));
                control.done.fetch_add(simulated, Ordering::Relaxed);
                if let Some(log) = &log
                    && let Ok(mut log) = log.lock()
                    && !log.take(block, &rows)
                {
                    control.stop();
                }
            }
            worker
        });
        match log.and_then(|log| log.into_inner().ok()).and_then(|log| log.failed) {
            Some(error) => Err(RunError::Log(error)),
            None => Ok(workers),
        }
    }
}

/// Simulates the rounds of `rounds` that lie in `block`; how many they are.
fn simulate_block<W: Worker>(
    worker: &mut W,
    block: u64,
    rounds: &Range<u64>,
    mut rows: Option<&mut Vec<LogRow>>,
) -> u64 {
    let first = (rounds.start.max(block * BLOCK) - block * BLOCK) as usize;
    let last = (rounds.end.min((block + 1) * BLOCK) - block * BLOCK) as usize;
    let span = worker.span();
    for from in (0..last).step_by(span).filter(|from| from + span > first) {
        let until = last.min(from + span);
        worker.start(block, from, until - from);
        for at in from.max(first)..until {
            let round = worker.simulate(at - from);
            if let Some(rows) = rows.as_deref_mut() {
                rows.push(LogRow::new(block * BLOCK + at as u64, round));
            }
        }
    }
    (last - first) as u64
}

/// Puts the blocks of several threads back in order.
struct OrderedLog<'a> {
    log: &'a mut dyn RoundLog,
    /// The block to be written next.
    next: u64,
    /// Blocks that came before their turn.
    early: BTreeMap<u64, Vec<LogRow>>,
    failed: Option<io::Error>,
}

impl OrderedLog<'_> {
    /// Takes the rows of `block`; whether writing still goes well.
    fn take(&mut self, block: u64, rows: &[LogRow]) -> bool {
        self.early.insert(block, rows.to_vec());
        while self.failed.is_none()
            && let Some(rows) = self.early.remove(&self.next)
        {
            self.failed = self.log.write(&rows).err();
            self.next += 1;
        }
        self.failed.is_none()
    }
}
