//! Counts to figures with intervals. Floats begin here.
//!
//! [`Selection`] is what one assumption's rounds say; [`oddities`] is what can be said without any.

mod estimate;
mod oddities;
mod reach;
mod selection;

pub use estimate::{Mean, Proportion};
pub use oddities::{Oddity, Remark, Unappointable, oddities};
pub use selection::{BallotFigures, BlockingSet, CandidateFigures, Key, Outcome, PairFigures, Selection, SetMembers};

#[cfg(test)]
pub(crate) mod example;
