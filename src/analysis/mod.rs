//! Counts to figures with intervals. Floats begin here.
//!
//! [`Selection`] holds the figures of one assumption, [`Conditional`] its probabilities from chances. [`Comparison`]
//! sets assumptions side by side, [`Influence`] every member with its veto changed. [`Leverage`] is what a little
//! support would do. [`Ranges`](judgements::Ranges) say how far results range over what the scenario's numbers may be. A
//! [`Sweep`](sweep::Sweep) varies settings, and its [`Sensitivity`](sensitivity::Sensitivity) says which of them matter.
//! [`Fit`] is what a straw poll says about support, [`VotesFit`] what the votes of a choice ballot
//! say, [`PollsFit`] what several polls say about how minds change. [`score`] is how
//! good forecasts were, [`update`] what follows from polls. [`power`] is formal voting power under a
//! rule, [`precision`] how many rounds an estimate takes; [`remarks_on`] is what can be said without any round.

mod comparison;
mod conditional;
mod estimate;
mod fit;
mod groups;
mod influence;
pub mod judgements;
mod key;
mod leverage;
mod misread;
pub mod power;
pub mod precision;
mod reach;
mod remarks;
pub mod score;
mod selection;
pub mod sensitivity;
mod standings;
pub mod sweep;
pub mod update;
mod waiting;

pub use comparison::{Comparison, Difference, Flow, OutcomeDifference};
pub use conditional::{Conditional, Quantity};
pub use estimate::{Mean, Proportion, quantile};
pub use fit::{
    Bound, BoundKind, CandidateFit, CandidateVotes, Counted, Estimate, Fit, FitError, Identified, Parameter, PollsFit,
    SupportTable, VoteCount, VotesFit,
};
pub(crate) use fit::{Chances, Profile, Surface};
pub use groups::{GroupFigures, GroupSums};
pub use influence::{Influence, MemberInfluence};
pub use key::Key;
pub use leverage::{Leverage, PairLeverage, Slope};
pub use misread::Misread;
pub use remarks::{IdleKey, Pace, Remark, RemarkKind, Unappointable, Unmet, remarks_on};
pub use selection::{BallotFigures, BlockingSet, CandidateFigures, Outcome, PairFigures, Selection, SetMembers};
pub use standings::{Spread, StandingFigures};
pub use waiting::{WaitingFigures, WaitingValue};

#[cfg(test)]
pub(crate) mod example;
