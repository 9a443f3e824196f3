//! Why a scenario could not be loaded.

use std::path::PathBuf;
use std::sync::Arc;

use super::diagnostic::Collector;
use super::problems::Problems;
use super::source::Sources;
use crate::text::printable_message;

/// Why a scenario could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file is missing, is a folder or may not be read.
    #[error("{}: {reason}", path.display())]
    Unreadable {
        /// The file: the scenario itself, or one of its tables.
        path: PathBuf,
        /// Why, in words.
        reason: String,
        /// If it is a table: where the scenario names it, and what else is wrong.
        problems: Option<Box<Problems>>,
    },
    /// The files can be read, but what they say is not a scenario.
    #[error("{0}")]
    Invalid(Box<Problems>),
}

impl LoadError {
    /// The error as a reader sees it; see [`Problems::render`].
    pub fn render(&self, styled: bool, width: usize) -> String {
        match self {
            Self::Unreadable { problems: Some(problems), .. } | Self::Invalid(problems) => {
                problems.render(styled, width)
            }
            Self::Unreadable { path, reason, problems: None } => {
                printable_message(&format!("error: {} cannot be read: {reason}", path.display())) + "\n"
            }
        }
    }
}

/// That files say something that is no scenario.
pub fn invalid(problems: Collector, sources: Sources) -> LoadError {
    LoadError::Invalid(Box::new(Problems::new(problems, Arc::new(sources))))
}
