//! What can be asked of a scenario, and how the answers come about.
//!
//! Each question is a function: [`run()`], [`conditional()`], [`compare()`], [`influence()`], [`leverage()`], [`sweep()`] and
//! [`fit()`]. It takes a scenario, a struct of options and a [`Handle`] by which another thread sees how far it is and stops it,
//! and returns an [`Answer`].
//!
//! What takes hours is asked in parts. A question is prepared ([`RunQuestion`] and its kin: what a [`Question`] is), a
//! [`Session`] counts all of it or any range of its rounds, piece by piece, and can be saved as bytes and taken up again; a
//! [`Merger`] adds up what was counted elsewhere. With a precision [`Question::next`] says which rounds come next. Counts are
//! integers, so that the result is the same, to the last bit, however the work was cut.
//!
//! This room knows no files, no console and no command line.

mod answer;
mod asked;
mod assumption;
mod compare;
mod error;
mod fit;
mod handle;
mod influence;
mod leverage;
mod merge;
mod options;
mod points;
mod question;
mod results;
mod run;
mod session;
mod shard;
mod sweep;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Figures, answer};
pub use asked::{Asked, InputRecord, Kind, span};
pub use assumption::assumption;
pub use compare::{CompareFigures, CompareOptions, CompareQuestion, compare};
pub use error::{Error, MergeError, SessionError};
pub use fit::fit;
pub use handle::Handle;
pub use influence::{InfluenceOptions, InfluenceQuestion, influence};
pub use leverage::{LeverageOptions, LeverageQuestion, leverage};
pub use merge::Merger;
pub use options::Options;
pub use points::PointProblems;
pub use question::{Counted, Extent, Question, Work};
pub use results::{Results, Unusable, asked_of};
pub use run::{ConditionalFigures, ConditionalQuestion, RunOptions, RunQuestion, conditional, run};
pub use session::Session;
pub use shard::{ParseShardError, Shard};
pub use sweep::{SweepFigures, SweepOptions, SweepQuestion, sweep};
