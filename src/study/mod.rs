//! What can be asked of a scenario, and how the answers come about.
//!
//! Each question is a function: [`run()`], [`conditional()`], [`compare()`], [`influence()`], [`leverage()`],
//! [`sweep()`], [`fit()`], [`fit_votes()`] and [`fit_polls()`]. It takes a scenario, a struct of options and a [`Handle`] by
//! which another thread sees how far it is and stops it, and returns an [`Answer`].
//!
//! What takes hours is asked in parts. A question is prepared ([`RunQuestion`] and its kin: what a [`Question`] is), a
//! [`Session`] counts all of it or any range of its rounds, piece by piece, and can be saved as bytes and taken up
//! again; a [`Merger`] adds up what was counted elsewhere, and a [`Gathering`] deals with parts that come one after the
//! other in any order. With a precision [`Question::next`] says which rounds come next. Counts are integers, so that the
//! result is the same, to the last bit, however the work was cut.
//!
//! ```
//! use nemcon::scenario::Scenario;
//! use nemcon::study::{self, Handle, Merger, RunOptions, RunQuestion, Session, Work};
//!
//! let text = r#"
//!     title = "Two of two"
//!     rounds = 9000
//!     member = [{ id = "A" }, { id = "B" }]
//!     candidate = [{ id = "x" }]
//! "#;
//! let scenario = Scenario::from_text("two.toml", text, None)?;
//! let question = RunQuestion::new(&scenario, &RunOptions::default())?;
//! // Two machines share the rounds, and a third puts together what they counted.
//! let mut merger = Merger::new(&question);
//! for (name, part) in [("first", 0..4096), ("second", 4096..9000)] {
//!     let mut session = Session::begin(&question, Some(part))?;
//!     session.finish(&mut Work::new(&Handle::default()))?;
//!     merger.add(name, &session.to_bytes()?)?;
//! }
//! let together = study::Answer::new(&question, merger.finish()?);
//! let alone = study::run(&scenario, &RunOptions::default(), &Handle::default())?;
//! assert_eq!(together.figures, alone.figures);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! This room knows no files, no console and no command line.

mod answer;
mod asked;
mod assumption;
mod compare;
mod error;
mod fit;
mod fit_polls;
mod from_poll;
mod gathering;
mod given;
mod handle;
mod influence;
mod judged;
mod leverage;
mod merge;
mod options;
mod points;
mod question;
mod report;
mod results;
mod run;
mod score;
mod session;
mod shard;
mod sweep;
#[cfg(test)]
mod tests;
mod update;

pub use answer::{Answer, Figures, answer};
pub use asked::{Asked, InputRecord, Kind, span};
pub use assumption::assumption;
pub use compare::{CompareFigures, CompareOptions, CompareQuestion, CompareRounds, compare};
pub use error::{Error, MergeError, SessionError};
pub use fit::{fit, fit_votes};
pub use fit_polls::{FitPollsOptions, fit_polls};
pub use from_poll::{FromPollError, from_poll};
pub use gathering::Gathering;
pub use given::{GivenFigures, GivenOptions, compare_given};
pub use handle::Handle;
pub use influence::{InfluenceOptions, InfluenceQuestion, influence};
pub use judged::{Judged, JudgedCounts, JudgedFigures, RoundFigures};
pub use leverage::{LeverageOptions, LeverageQuestion, leverage};
pub use merge::Merger;
pub use options::Options;
pub use points::PointProblems;
pub use question::{Counted, Extent, OfRounds, Question, Work};
pub use report::{ReportFigures, ReportOptions, ReportQuestion, report};
pub use results::{Results, Unusable, asked_of};
pub use run::{ConditionalFigures, ConditionalQuestion, RunOptions, RunQuestion, RunRounds, conditional, run};
pub use score::{Assumptions, ScoreOptions, Scores, Scoring, score};
pub use session::Session;
pub use shard::{ParseShardError, Shard};
pub use sweep::{SweepFigures, SweepOptions, SweepQuestion, sweep};
pub use update::{PARTICLES, REPLICATES, ROUNDS, SHARED_PARTICLES, UpdateOptions, Updates, update};
