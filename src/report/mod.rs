//! Results to bytes: what each question shows as text, and its files. Opens no files and simulates nothing.
//!
//! [`rows`] says what every column of a file means. [`csv`] lists the files of each question by their names and writes
//! them, [`json`] writes the same rows and the record of a run, and [`parquet`] the log of rounds. [`table`] is the
//! text that `run` shows, with what [`conditional`] adds to it; [`compare`], [`influence`], [`leverage`], [`sweep`],
//! [`fit`], [`trace`], [`check`] and [`institutions`] are the texts of the commands of these names, and [`diagnostics`]
//! is the page about problems of scenarios. [`findings`] is all that a command writes and shows of what it found.

mod blocs;
pub mod check;
mod columns;
pub mod compare;
pub mod conditional;
pub mod csv;
pub mod diagnostics;
mod differences;
pub mod findings;
pub mod fit;
pub mod fit_polls;
pub mod fit_votes;
pub mod given;
mod grid;
pub mod influence;
pub mod institutions;
pub mod json;
mod judged;
pub mod leverage;
mod number;
mod origin;
pub mod page;
#[cfg(feature = "parquet")]
pub mod parquet;
mod polls;
mod preferences;
pub mod problems;
pub mod remarks;
pub mod rows;
pub mod score;
pub mod shell;
mod standings;
pub mod sweep;
pub mod table;
mod text;
pub mod trace;
pub mod update;
mod waiting;
mod words;

use crate::analysis::Key;
use crate::hash::Digest;

pub use grid::Grid;
pub use number::grouped;
pub use origin::{LARGEST_EXACT, Origin};
pub use text::Look;

/// A file of results, not yet written anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name in the folder of results.
    pub name: &'static str,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// If it is CSV, what its columns hold.
    pub kinds: Vec<rows::Kind>,
}

impl File {
    /// What a record says of it.
    pub fn record(&self) -> json::FileRecord {
        let mut digest = Digest::default();
        digest.add(&self.bytes);
        json::FileRecord::new(self.name, &digest)
    }
}

/// What an outcome is called.
fn outcome_name(candidate: Option<&Key>) -> &str {
    candidate.map_or("no consensus", |key| &key.name)
}

/// What every report of results says about its intervals.
pub const INTERVALS: &str = "Intervals measure Monte Carlo error only: they say nothing about whether the judgements \
                             in the file are right.";

/// The end of a report of results: what they were computed from, and the command that repeats them.
fn rests_on(page: &mut text::Page, terms: &[(&str, String)], repeat: &str) {
    page.heading("What this rests on");
    page.terms(terms);
    page.note("");
    page.command("Repeat:", repeat);
    page.note("");
    page.plain(INTERVALS);
}
