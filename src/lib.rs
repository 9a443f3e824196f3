//! nemcon (*nemine contradicente*, no one speaking against) simulates how international bodies choose people.
//!
//! A scenario gives each member of a body preferences over the candidates, and veto power. nemcon plays the selection
//! many thousand times and says how often each candidate reaches consensus, who blocks whom, and how that changes under
//! other assumptions about the vetoes.
//!
//! ```
//! use nemcon::scenario::Scenario;
//! use nemcon::study::{self, CompareOptions, Handle, RunOptions};
//!
//! let text = r#"
//!     title = "Three members, two candidates"
//!     candidate = [{ id = "jo" }, { id = "kim" }]
//!     member = [{ id = "A" }, { id = "B" }, { id = "C" }]
//!     support = { A = { jo = 1.0 }, B = { jo = 1.5 }, C = { jo = -1.0 } }
//!     veto = { C = "absolute" }
//!     assumption = [{ name = "without-C", amend = { C = "none" } }]
//! "#;
//! let scenario = Scenario::from_text("three.toml", text, None)?;
//!
//! let run = study::run(&scenario, &RunOptions::default(), &Handle::default())?;
//! let jo = &run.figures.central.outcomes[0].probability;
//! println!("jo is chosen in {} of {} rounds", jo.count, jo.rounds);
//! # assert_eq!(jo.rounds, 100_000);
//!
//! let compared = study::compare(&scenario, &CompareOptions::default(), &Handle::default())?;
//! let without = &compared.figures.central.comparisons[0].outcomes[0].difference;
//! println!("without C's veto {:+.3}, from {:+.3} to {:+.3}", without.value, without.low, without.high);
//! assert!(without.low > 0.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The rooms
//!
//! Data walks one way:
//!
//! ```text
//! scenario file -> as written (a tree of placed values) -> as meant (Model) -> as run (Plan)
//!               -> spans of rounds -> counts -> figures -> reports
//! ```
//!
//! | module | what for |
//! | --- | --- |
//! | [`scenario`] | reading scenario files, or saying everything that is wrong with them |
//! | [`model`] | the validated world: members, candidates, rules, stages, vetoes |
//! | [`simulation`] | rounds, one ([`simulation::reference`]) or many ([`simulation::simulate`]): draws and counts |
//! | [`analysis`] | counts to figures with intervals |
//! | [`study`] | what can be asked: run, compare, influence, leverage, sweep, fit, score; in one go or in parts |
//! | [`report`] | figures to text, CSV and JSON |
//! | [`codes`] | every kind of problem and remark, with an example of each |
//! | `files` | whole files on disk (feature `files`) |
//! | `cli` | the command line (feature `cli`) |
//!
//! Counts are integers and every random number has an address, so that the same scenario, seed and rounds give the same
//! counts, to the last bit, on any machine and any number of threads, and the same figures but for the last digits of
//! p-values, for which machines bring logarithms of their own.
//!
//! # Features
//!
//! `cli` (default) is the command line; `files` writes whole files; `parquet` (default) logs rounds as Parquet. Without
//! any the library builds for `wasm32-unknown-unknown` as well, where threads are one loop.

#![deny(clippy::expect_used, clippy::panic, clippy::unwrap_used)]
#![deny(clippy::print_stderr, clippy::print_stdout)]

pub mod analysis;
#[cfg(feature = "cli")]
pub mod cli;
pub mod codes;
#[cfg(feature = "files")]
pub mod files;
mod hash;
pub mod model;
pub mod report;
pub mod scenario;
pub mod simulation;
pub mod study;
mod text;
