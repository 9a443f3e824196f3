//! A log of rounds, in their order however many threads simulate them.

use std::io;
use std::sync::{Condvar, Mutex, PoisonError};

use crate::model::CandidateId;

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

/// Puts the portions of several threads back in order: a thread that is early waits for its turn, so that no more is
/// kept than one portion a thread.
pub(super) struct OrderedLog<'a> {
    state: Mutex<LogState<'a>>,
    turn: Condvar,
}

struct LogState<'a> {
    log: &'a mut dyn RoundLog,
    /// The portion to be written next.
    next: u64,
    failed: Option<io::Error>,
    /// A thread panicked: its turn will never come.
    broken: bool,
}

impl<'a> OrderedLog<'a> {
    pub fn new(log: &'a mut dyn RoundLog) -> Self {
        Self { state: Mutex::new(LogState { log, next: 0, failed: None, broken: false }), turn: Condvar::new() }
    }

    /// Takes the rows of the `index`-th portion when it is its turn; whether writing still goes well.
    pub fn take(&self, index: u64, rows: &[LogRow]) -> bool {
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

    pub fn failure(self) -> Option<io::Error> {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).failed
    }
}

/// Sees to it that nobody waits for a thread that has panicked.
pub(super) struct Leaving<'a, 'b>(pub &'a OrderedLog<'b>);

impl Drop for Leaving<'_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.state.lock().unwrap_or_else(PoisonError::into_inner).broken = true;
            self.0.turn.notify_all();
        }
    }
}
