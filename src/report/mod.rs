//! Results to bytes. Opens no files and knows nothing of how rounds are simulated.
//!
//! One row struct per file ([`rows`]) says what a column means; [`csv`] and [`json`] write the same rows. [`table`] is what
//! `run` shows, [`check`] what `check` shows.

pub mod check;
pub mod csv;
pub mod json;
mod number;
pub mod rows;
pub mod table;
mod text;
mod words;

pub use number::grouped;

pub use text::{Look, terminal_width};

/// What every report of results says about its intervals.
pub const INTERVALS: &str = "Intervals measure Monte Carlo error only: they say nothing about whether the judgements in \
                             the file are right.";
