//! One selection, and many of them.
//!
//! A [`Model`](crate::model::Model) becomes a [`Plan`] (flat arrays and addresses). An [`Experiment`] says what is
//! simulated of one plan or several and what is counted; [`simulate`] simulates rounds of it in parallel and returns
//! their [`Counts`]. What one round is stands in [`mod@reference`]; a second engine, written to be fast, simulates the
//! same rounds many at a time. Where their random numbers come from stands in [`draws`].
//!
//! | Experiment | What is simulated | Counts |
//! |---|---|---|
//! | [`Counting`] | one world | [`Tally`] |
//! | [`Comparing`] | several worlds on the same draws, each set against the first | [`Compared`] |
//! | [`InDetail`] | one of these two | the same, if asked for also [`ByBallot`] |
//! | [`Ending`] | several worlds on the same draws | [`Endings`]: how rounds end, and nothing else |
//! | [`Batching`] | several worlds on the same draws, each by itself | [`Batched`] |
//! | [`FlippingVetoes`] | one world, and those in which one member's veto is flipped | [`VetoFlips`] |
//! | [`Scoring`] | one world, and what a little more support would do to its outcomes | [`Scored`] |
//! | [`Conditioning`] | one world of one ballot, and the chances left once what members share is drawn | [`Chances`] |

mod batching;
mod by_ballot;
mod chances;
mod comparing;
mod conditional;
mod counting;
mod course;
pub mod draws;
mod driver;
mod ending;
pub mod evidence;
mod experiment;
mod foresight;
mod in_detail;
mod kernel;
mod leverage;
mod noise;
mod normal;
pub mod plan;
mod portions;
mod range_draws;
pub mod reference;
pub mod round;
mod round_log;
mod scored;
mod simd;
mod steps;
pub mod tally;
mod trace;
mod validation;
mod veto_flips;
mod waiting;
mod worth;

pub use batching::{Batched, Batches, Batching};
pub use by_ballot::{ByBallot, Histogram, PARTS, StandingTally, SupportBins};
pub use chances::{ChanceSum, Chances};
pub use comparing::{Compared, Comparing};
pub use conditional::{Conditioning, Needs, NoChances};
pub use counting::Counting;
pub use course::Course;
pub use draws::DRAWS;
pub use driver::{MAX_THREADS, in_turn, simulate};
pub use ending::{Ending, Endings};
pub use experiment::{Control, Counts, Done, Execution, Experiment, RunError};
pub use foresight::TOLERANCE;
pub use in_detail::InDetail;
pub use kernel::NoiseStore;
pub use leverage::{Scores, Scoring};
pub use noise::{cdf, extremes};
pub use plan::Plan;
pub use portions::BLOCK;
pub use round::Standing;
pub use round_log::{LogRow, RoundLog};
pub use scored::{ScoreSum, Scored};
pub use tally::{Flows, Joint, Tally};
pub use trace::{BallotStory, Deterrent, Objections, Story, rounds_ending_with, trace};
pub use veto_flips::{FlippingVetoes, VetoFlips};
pub use waiting::Waiting;
