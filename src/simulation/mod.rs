//! One selection, and many of them.
//!
//! A [`Model`](crate::model::Model) becomes a [`Plan`] (flat arrays and addresses), [`run`] simulates its
//! rounds in parallel and returns their [`Tally`]. What one round is stands in [`mod@reference`]; a second engine, written
//! to be fast, simulates the same rounds many at a time. Where their random numbers come from stands in [`draws`].

mod conditional;
pub mod draws;
mod kernel;
mod leverage;
pub mod monte_carlo;
mod noise;
mod normal;
pub mod plan;
mod quick;
mod range_draws;
pub mod reference;
pub mod round;
mod simd;
mod steps;
pub mod tally;
mod trace;
mod validation;
mod veto_flips;
mod worlds;

pub use conditional::{ChanceSum, Chances, Needs, NoChances, conditional};
pub use leverage::{ScoreSum, Scored, Scores, leverage};
pub use monte_carlo::{BLOCK, Control, LogRow, RoundLog, RunError};
pub use noise::cdf;
pub use plan::Plan;
pub use round::Standing;
pub use tally::{Flows, Joint, Tally};
pub use trace::{BallotStory, Objections, Story, rounds_ending_with, trace};
pub use veto_flips::{VetoFlips, flip_vetoes};
pub use worlds::{Compared, Done, compare, run};
