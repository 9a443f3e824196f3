//! Watching and stopping a question from another thread.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::simulation::Control;

/// Says how far the answer to a question is, and stops it. Each question takes a new one; it may be shared between
/// threads.
#[derive(Debug, Default)]
pub struct Handle {
    control: Control,
    goal: Mutex<Goal>,
}

/// How many rounds there are to be, and what those that the [`Control`] has seen count for.
#[derive(Debug)]
struct Goal {
    rounds: u64,
    /// Worlds that go through the same rounds at present: each round that the control sees is one of all of them.
    worlds: u64,
    /// Rounds counted before that, and how many the control had seen then.
    before: u64,
    seen: u64,
}

impl Default for Goal {
    fn default() -> Self {
        Self { rounds: 0, worlds: 1, before: 0, seen: 0 }
    }
}

impl Goal {
    fn done(&self, control: &Control) -> u64 {
        self.before + (control.done() - self.seen) * self.worlds
    }
}

impl Handle {
    /// Asks for an end after the rounds at hand.
    pub fn stop(&self) {
        self.control.stop();
    }

    /// Whether someone asked to stop.
    pub fn stopped(&self) -> bool {
        self.control.stopped()
    }

    /// Rounds simulated so far; of a sweep those of all points.
    pub fn done(&self) -> u64 {
        self.goal().done(&self.control)
    }

    /// Rounds that there will be, as far as is known: with a precision they may become more or fewer.
    pub fn expected(&self) -> u64 {
        self.goal().rounds
    }

    /// There will probably be so many rounds.
    pub fn expect(&self, rounds: u64) {
        self.goal().rounds = rounds;
    }

    /// What simulations are given.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// From now on so many worlds go through the same rounds.
    pub(super) fn turn_to(&self, worlds: usize) {
        let mut goal = self.goal();
        goal.before = goal.done(&self.control);
        goal.seen = self.control.done();
        goal.worlds = worlds as u64;
    }

    fn goal(&self) -> MutexGuard<'_, Goal> {
        self.goal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
