//! Counts to figures with intervals. Floats begin here.
//!
//! [`Selection`] is what one assumption's rounds say; [`Comparison`] and [`Influence`] set assumptions
//! side by side, [`Leverage`] is what a little support would do, [`power`] is a rule's formal voting power; [`fn@oddities`] is what can be said without any round.

mod comparison;
mod conditional;
mod estimate;
mod fit;
mod influence;
mod leverage;
mod oddities;
pub mod power;
mod reach;
mod selection;

pub use comparison::{Comparison, Difference, Flow, OutcomeDifference};
pub use conditional::{Conditional, Quantity};
pub use estimate::{Mean, Proportion};
pub use fit::{CandidateFit, Fit, FitError};
pub use influence::{Influence, MemberInfluence};
pub use leverage::{Leverage, PairLeverage, Slope};
pub use oddities::{Oddity, Remark, Unappointable, oddities};
pub use selection::{
    BallotFigures, BlockingSet, CandidateFigures, GroupFigures, GroupSums, Key, Outcome, PairFigures, Selection,
    SetMembers,
};

#[cfg(test)]
pub(crate) mod example;
