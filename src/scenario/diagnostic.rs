//! What is wrong with a scenario: problems with a code, words, places and help.

use std::cell::RefCell;
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

/// Gathers problems from many hands while a scenario is read.
#[derive(Debug, Default)]
pub struct Collector(RefCell<Vec<Diagnostic>>);

impl Collector {
    /// Adds a problem.
    pub fn report(&self, diagnostic: Diagnostic) {
        self.0.borrow_mut().push(diagnostic);
    }

    /// How many errors there are so far, repeated ones included.
    pub fn errors(&self) -> usize {
        self.0.borrow().iter().filter(|d| d.severity == Severity::Error).count()
    }

    /// The problems in the order they were found.
    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.0.into_inner()
    }
}

/// All problems of a scenario, in the order of its files and lines, each once, with the text they point into.
#[derive(Debug, Clone)]
pub struct Problems {
    list: Vec<Diagnostic>,
    sources: Arc<Sources>,
}

impl Problems {
    pub(super) fn new(mut list: Vec<Diagnostic>, sources: Arc<Sources>) -> Self {
        let order = |d: &Diagnostic| (d.places.first().map(|(place, _)| *place), d.severity);
        list.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| (a.code, &a.message).cmp(&(b.code, &b.message))));
        list.dedup();
        Self { list, sources }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// The problems in the order of files and lines.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// How many are errors.
    pub fn errors(&self) -> usize {
        self.list.iter().filter(|d| d.severity == Severity::Error).count()
    }

    /// How many are warnings.
    pub fn warnings(&self) -> usize {
        self.len() - self.errors()
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
