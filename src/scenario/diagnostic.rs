//! One problem of a scenario with a code, words, places and help; and who gathers them.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::place::Place;
use crate::codes::{Code, Severity};

/// One problem of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind of problem, which says how bad it is.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// Where, each with a few words; the first is the place to look at.
    pub places: Vec<(Place, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A problem without place or help.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), places: Vec::new(), help: None }
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Adds a place with a few words about it.
    #[must_use]
    pub fn at(mut self, place: Place, label: impl Into<String>) -> Self {
        self.places.push((place, label.into()));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what to do, if anything is known.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }
}

/// Problems kept at most; the rest are counted. More than anyone reads, and few enough to be no burden.
const MAX_KEPT: usize = 2000;
/// Problems of which each may come with help that takes a search. Fewer are shown, but not those that were
/// found first.
const MAX_SEARCHED: usize = 500;

/// Errors after which the remaining assumptions are not looked into: they will hardly be new ones.
pub const ENOUGH_ERRORS: usize = 1000;

/// Gathers problems from many hands while a scenario is read, each once.
#[derive(Debug, Default)]
pub struct Collector {
    kept: RefCell<BTreeSet<Ordered>>,
    errors: Cell<usize>,
    left_out: Cell<Counts>,
}

/// How many problems there are.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings and remarks.
    pub warnings: usize,
}

/// A diagnostic in the order of files and lines. Its help is no part of what it is: of two that differ
/// in nothing else the first stands.
#[derive(Debug)]
struct Ordered(Diagnostic);

impl Collector {
    /// Adds a problem.
    pub fn report(&self, diagnostic: Diagnostic) {
        self.report_with(diagnostic, || None);
    }

    /// Adds a problem with help that has to be searched for: only where it will be seen.
    pub fn report_with(&self, diagnostic: Diagnostic, help: impl FnOnce() -> Option<String>) {
        let is_error = diagnostic.severity() == Severity::Error;
        self.errors.set(self.errors.get() + usize::from(is_error));
        let new = Ordered(diagnostic);
        let kept = self.kept.borrow().len();
        if self.kept.borrow().contains(&new) {
            return;
        }
        if kept >= MAX_KEPT {
            return self.leave_out(new.0.severity(), 1);
        }
        let help = if kept < MAX_SEARCHED { help() } else { None };
        self.kept.borrow_mut().insert(Ordered(new.0.maybe_help(help)));
    }

    /// Counts `more` errors that are not worth a description each.
    pub fn count_errors(&self, more: usize) {
        self.errors.set(self.errors.get() + more);
        self.leave_out(Severity::Error, more);
    }

    fn leave_out(&self, severity: Severity, more: usize) {
        let Counts { errors, warnings } = self.left_out.get();
        self.left_out.set(match severity {
            Severity::Error => Counts { errors: errors + more, warnings },
            Severity::Warning | Severity::Remark => Counts { errors, warnings: warnings + more },
        });
    }

    /// How many errors there are so far, repeated ones included.
    pub fn errors(&self) -> usize {
        self.errors.get()
    }

    /// Whether there are errors, and all of this kind.
    pub fn are_all(&self, code: Code) -> bool {
        let errors = self.errors.get();
        let kept = self.kept.borrow();
        let mut described = kept.iter().filter(|it| it.0.severity() == Severity::Error);
        errors > 0 && self.left_out.get().errors == 0 && described.all(|it| it.0.code == code)
    }

    /// The problems that are described, in the order of files and lines, and how many are left out.
    pub fn into_parts(self) -> (Vec<Diagnostic>, Counts) {
        let list = self.kept.into_inner().into_iter().map(|Ordered(diagnostic)| diagnostic).collect();
        (list, self.left_out.get())
    }
}

impl From<Diagnostic> for Collector {
    fn from(diagnostic: Diagnostic) -> Self {
        let problems = Self::default();
        problems.report(diagnostic);
        problems
    }
}

impl Ordered {
    fn key(&self) -> impl Ord {
        let Diagnostic { code, message, places, .. } = &self.0;
        (places.first().map(|(place, _)| *place), *code, message, places)
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ordered {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ordered {}
