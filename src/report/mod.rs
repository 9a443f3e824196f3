//! Results to bytes. Opens no files and knows nothing of how rounds are simulated.
//!
//! One row struct per file ([`rows`]) says what a column means; [`csv`] and [`json`] write the same rows. [`table`] is what
//! `run` shows; the other modules bear the names of their commands.

mod blocs;
pub mod check;
mod columns;
pub mod compare;
pub mod conditional;
pub mod csv;
pub mod diagnostics;
mod differences;
pub mod fit;
pub mod influence;
pub mod institutions;
pub mod json;
pub mod leverage;
mod number;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod results;
pub mod rows;
pub mod sweep;
pub mod table;
mod text;
pub mod trace;
mod words;

use crate::analysis::Key;

pub use number::grouped;
pub use text::Look;

/// What an outcome is called.
fn outcome_name(candidate: Option<&Key>) -> &str {
    candidate.map_or("no consensus", |key| &key.name)
}

/// What every report of results says about its intervals.
pub const INTERVALS: &str = "Intervals measure Monte Carlo error only: they say nothing about whether the judgements in \
                             the file are right.";
