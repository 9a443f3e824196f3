//! Blocks of rounds spread over threads: the only rayon loop.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::draws::{BLOCK, BlockDraws};
use super::plan::Plan;
use super::reference::{Reference, Round};
use super::tally::Tally;
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

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The counts over the rounds simulated.
    pub tally: Tally,
    /// The run was stopped before its last round; the rounds simulated are its first.
    pub partial: bool,
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
) -> Result<Done, RunError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| RunError::Threads { threads, reason: error.to_string() })?;
    let work = Work {
        plan,
        seed,
        rounds: rounds.clone(),
        control,
        next: AtomicU64::new(rounds.start / BLOCK),
        log: log.map(|log| {
            Mutex::new(OrderedLog { log, next: rounds.start / BLOCK, early: BTreeMap::new(), failed: None })
        }),
    };
    let tallies = pool.broadcast(|_| work.simulate_blocks());
    let mut tally = Tally::new(&plan.model);
    for part in &tallies {
        tally.merge(part);
    }
    if let Some(error) = work.log.and_then(|log| log.into_inner().ok()).and_then(|log| log.failed) {
        return Err(RunError::Log(error));
    }
    Ok(Done { partial: tally.rounds < rounds.end.saturating_sub(rounds.start), tally })
}

/// What the threads of one run share.
struct Work<'a> {
    plan: &'a Plan,
    seed: u64,
    rounds: Range<u64>,
    control: &'a Control,
    /// The next block to be taken.
    next: AtomicU64,
    log: Option<Mutex<OrderedLog<'a>>>,
}

impl Work<'_> {
    /// Takes blocks until there are none left; what one thread does.
    fn simulate_blocks(&self) -> Tally {
        let mut tally = Tally::new(&self.plan.model);
        let mut draws = BlockDraws::new(self.plan.addresses(), self.seed);
        let mut reference = Reference::new(self.plan);
        let mut rows = Vec::new();
        while !self.control.stop.load(Ordering::Relaxed) {
            let block = self.next.fetch_add(1, Ordering::Relaxed);
            if block * BLOCK >= self.rounds.end {
                break;
            }
            let first = self.rounds.start.max(block * BLOCK) - block * BLOCK;
            let last = self.rounds.end.min((block + 1) * BLOCK) - block * BLOCK;
            rows.clear();
            let span = draws.span();
            for from in (0..last as usize).step_by(span).filter(|from| from + span > first as usize) {
                let until = (last as usize).min(from + span);
                draws.start(block, from, until - from);
                for at in from.max(first as usize)..until {
                    draws.turn_to(at - from);
                    let round = reference.simulate(&mut draws);
                    tally.add(round);
                    if self.log.is_some() {
                        rows.push(LogRow::new(block * BLOCK + at as u64, round));
                    }
                }
            }
            self.control.done.fetch_add(last - first, Ordering::Relaxed);
            if let Some(log) = &self.log
                && let Ok(mut log) = log.lock()
                && !log.take(block, &rows)
            {
                self.control.stop();
            }
        }
        tally
    }
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
