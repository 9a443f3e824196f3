//! Spans of rounds spread over threads: the only rayon loop.

use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use crate::model::CandidateId;

/// Rounds that are dealt out together: a run is cut between blocks of so many.
pub const BLOCK: u64 = 4096;

/// Watches and stops one run from another thread; each run takes a new one.
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

    /// Asks the run to end after the spans at hand.
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
    /// Simulates and counts `rounds`, all of one block, and adds them to `rows` if they are to be logged.
    fn simulate(&mut self, rounds: Range<u64>, rows: Option<&mut Vec<LogRow>>);
}

/// A range of rounds cut into spans: every block alike, at multiples of `length`.
#[derive(Debug, Clone)]
struct Cut {
    rounds: Range<u64>,
    length: usize,
}

impl Cut {
    /// Spans of at most `longest` rounds, but short enough that there is one for every thread.
    fn new(rounds: Range<u64>, longest: usize, threads: usize) -> Self {
        let share = rounds.end.saturating_sub(rounds.start) / threads.max(1) as u64;
        let fair = share.min(BLOCK) as usize;
        Self { rounds, length: fair.next_multiple_of(GRAIN).clamp(GRAIN, longest.max(GRAIN)) }
    }

    /// The `index`-th span, if the range has as many.
    fn span(&self, index: u64) -> Option<Range<u64>> {
        let length = self.length as u64;
        let in_block = BLOCK.div_ceil(length);
        let first = self.rounds.start / BLOCK * in_block + self.rounds.start % BLOCK / length;
        let (block, part) = ((first + index) / in_block, (first + index) % in_block);
        let begin = block.checked_mul(BLOCK)?;
        // Within the block, whose end may be beyond the largest number.
        let within = |round: u64| round.saturating_sub(begin).min(BLOCK);
        let from = within(self.rounds.start).max(part * length);
        let until = within(self.rounds.end).min((part + 1) * length);
        (from < until).then(|| begin + from..begin + until)
    }
}

/// Rounds from which a span may begin: a multiple of what the draws and the engine take at a time.
const GRAIN: usize = 64;

/// How a run is to be carried out.
pub(super) struct Job<'a, 'b> {
    /// Which rounds; none if they end before they start.
    pub rounds: Range<u64>,
    /// How many of them to take at a time at most; a multiple of 64.
    pub span: usize,
    /// On how many threads; 0 is as many as the machine has.
    pub threads: usize,
    /// To watch and stop it.
    pub control: &'a Control,
    /// Where to log the rounds.
    pub log: Option<&'b mut dyn RoundLog>,
}

impl Job<'_, '_> {
    /// Lets workers, one a thread, take spans in their order until there are none left or the control says stop.
    /// A span once begun is finished, so the rounds simulated are always the first of the range.
    pub fn run<W: Worker>(self, worker: impl Fn() -> W + Sync) -> Result<Vec<W>, RunError> {
        let Self { rounds, span, threads, control, log } = self;
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .map_err(|error| RunError::Threads { threads, reason: error.to_string() })?;
        let cut = Cut::new(rounds, span, pool.current_num_threads());
        let next = AtomicU64::new(0);
        let log = log.map(OrderedLog::new);
        let workers = pool.broadcast(|_| {
            let _leaving = log.as_ref().map(Leaving);
            let mut worker = worker();
            let mut rows = Vec::new();
            while !control.stopped() {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(span) = cut.span(index) else { break };
                rows.clear();
                let rounds = span.end - span.start;
                worker.simulate(span, log.is_some().then_some(&mut rows));
                control.done.fetch_add(rounds, Ordering::Relaxed);
                if log.as_ref().is_some_and(|log| !log.take(index, &rows)) {
                    break;
                }
            }
            worker
        });
        match log.and_then(OrderedLog::failure) {
            Some(error) => Err(RunError::Log(error)),
            None => Ok(workers),
        }
    }
}

/// Puts the spans of several threads back in order: a thread that is early waits for its turn, so that no more is kept
/// than one span a thread.
struct OrderedLog<'a> {
    state: Mutex<LogState<'a>>,
    turn: Condvar,
}

struct LogState<'a> {
    log: &'a mut dyn RoundLog,
    /// The span to be written next.
    next: u64,
    failed: Option<io::Error>,
    /// A thread panicked: its turn will never come.
    broken: bool,
}

impl<'a> OrderedLog<'a> {
    fn new(log: &'a mut dyn RoundLog) -> Self {
        Self { state: Mutex::new(LogState { log, next: 0, failed: None, broken: false }), turn: Condvar::new() }
    }

    /// Takes the rows of the `index`-th span when it is its turn; whether writing still goes well.
    fn take(&self, index: u64, rows: &[LogRow]) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = |state: &mut LogState<'_>| state.next < index && state.failed.is_none() && !state.broken;
        let mut state = self.turn.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        if state.failed.is_none() && !state.broken {
            state.failed = state.log.write(rows).err();
            state.next += 1;
        }
        self.turn.notify_all();
        state.failed.is_none() && !state.broken
    }

    fn failure(self) -> Option<io::Error> {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).failed
    }
}

/// Sees to it that nobody waits for a thread that has panicked.
struct Leaving<'a, 'b>(&'a OrderedLog<'b>);

impl Drop for Leaving<'_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.state.lock().unwrap_or_else(PoisonError::into_inner).broken = true;
            self.0.turn.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(rounds: Range<u64>, longest: usize, threads: usize) -> Vec<Range<u64>> {
        let cut = Cut::new(rounds, longest, threads);
        (0..).map_while(|index| cut.span(index)).collect()
    }

    #[test]
    fn spans_cover_the_range_in_order() {
        for (rounds, longest, threads) in
            [(0..4096, 4096, 2), (17..20_000, 320, 3), (5000..5001, 4096, 1), (4096..8192, 64, 2), (0..100, 4096, 8)]
        {
            let mut next = rounds.start;
            for span in spans(rounds.clone(), longest, threads) {
                assert!(span.end - span.start <= longest as u64);
                assert_eq!(span.start / BLOCK, (span.end - 1) / BLOCK, "within one block");
                assert_eq!(span.start, next, "{rounds:?}");
                next = span.end;
            }
            assert_eq!(next, rounds.end);
        }
    }

    #[test]
    fn short_runs_have_a_span_for_every_thread() {
        assert_eq!(spans(0..1000, 4096, 2).len(), 2);
        assert_eq!(spans(0..1_000_000, 4096, 2).len(), 245);
    }

    #[test]
    fn ranges_that_end_before_they_start_or_at_the_end_of_numbers_are_no_trouble() {
        #[expect(clippy::reversed_empty_ranges, reason = "that is the point")]
        let backwards = 5000..4100;
        assert_eq!(spans(backwards, 4096, 2), []);
        assert_eq!(spans(7..7, 4096, 2), []);
        let last = spans(u64::MAX - 5000..u64::MAX, 4096, 1);
        assert_eq!(last.iter().map(|span| span.end - span.start).sum::<u64>(), 5000);
        assert_eq!(spans(u64::MAX - 1..u64::MAX, 64, 1).len(), 1);
    }
}
