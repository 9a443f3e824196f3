//! Everything that is wrong with a scenario.

use std::fmt;
use std::sync::Arc;

use super::diagnostic::{Collector, Counts, Diagnostic};
use super::source::Sources;
use crate::codes::Severity;

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
        let (list, left_out) = found.into_parts();
        Self { list, left_out, sources }
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
        self.list.iter().filter(|d| d.severity() == severity).count()
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
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())
    }
}

impl std::error::Error for Problems {}
