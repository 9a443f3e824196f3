//! What is wrong with a scenario: problems with a code, words, places and help.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::document::Place;
use super::render;
use super::source::Sources;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scenario cannot be simulated.
    Error,
    /// The scenario can be simulated, but perhaps does not say what its author meant.
    Warning,
}

/// One problem of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Stable name of the kind of problem, such as `unknown-key`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where, each with a few words; the first is the place to look at.
    pub places: Vec<(Place, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error without place or help.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, message: message.into(), places: Vec::new(), help: None }
    }

    /// A warning without place or help.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
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

/// Gathers problems from many hands while a scenario is read, each once.
#[derive(Debug, Default)]
pub struct Collector {
    kept: RefCell<BTreeSet<Ordered>>,
    errors: Cell<usize>,
    left_out: Cell<Counts>,
}

/// How many problems of either severity.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    errors: usize,
    warnings: usize,
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
        let is_error = diagnostic.severity == Severity::Error;
        self.errors.set(self.errors.get() + usize::from(is_error));
        let new = Ordered(diagnostic);
        let kept = self.kept.borrow().len();
        if self.kept.borrow().contains(&new) {
            return;
        }
        if kept >= MAX_KEPT {
            return self.leave_out(new.0.severity, 1);
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
            Severity::Warning => Counts { errors, warnings: warnings + more },
        });
    }

    /// How many errors there are so far, repeated ones included.
    pub fn errors(&self) -> usize {
        self.errors.get()
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
        let Diagnostic { severity, code, message, places, .. } = &self.0;
        (places.first().map(|(place, _)| *place), *severity, *code, message, places)
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

/// All problems of a scenario, in the order of its files and lines, each once, with the text they point into.
///
/// Of a flood only the first few thousand are described; the rest are counted.
#[derive(Debug, Clone)]
pub struct Problems {
    list: Vec<Diagnostic>,
    left_out: Counts,
    sources: Arc<Sources>,
}

impl Problems {
    pub(super) fn new(found: Collector, sources: Arc<Sources>) -> Self {
        let list = found.kept.into_inner().into_iter().map(|Ordered(diagnostic)| diagnostic).collect();
        Self { list, left_out: found.left_out.get(), sources }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many there are, with those that are only counted.
    pub fn len(&self) -> usize {
        self.errors() + self.warnings()
    }

    /// The problems that are described, in the order of files and lines.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// How many are errors.
    pub fn errors(&self) -> usize {
        self.described(Severity::Error) + self.left_out.errors
    }

    /// How many are warnings.
    pub fn warnings(&self) -> usize {
        self.described(Severity::Warning) + self.left_out.warnings
    }

    fn described(&self, severity: Severity) -> usize {
        self.list.iter().filter(|d| d.severity == severity).count()
    }

    /// The texts that the places point into.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// "3 errors and 1 warning in scenarios/x.toml".
    pub fn summary(&self) -> String {
        let plural = |n: usize, word: &str| match n {
            0 => None,
            1 => Some(format!("1 {word}")),
            _ => Some(format!("{n} {word}s")),
        };
        let counts: Vec<_> =
            [plural(self.errors(), "error"), plural(self.warnings(), "warning")].into_iter().flatten().collect();
        let counts = if counts.is_empty() { "no problems".to_owned() } else { counts.join(" and ") };
        format!("{counts} in {}", self.sources.scenario_name())
    }

    /// The problems as a reader sees them: message, the line with a mark under the place, and help, then
    /// the [`summary`](Self::summary).
    ///
    /// `styled` adds terminal colours; `width` is the terminal's in columns.
    pub fn render(&self, styled: bool, width: usize) -> String {
        render::render(self, &self.sources, styled, width)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())
    }
}

impl std::error::Error for Problems {}
