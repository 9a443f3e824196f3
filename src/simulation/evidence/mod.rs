//! Conditioning on polls: among all rounds in which these come out as they did, how does it end?
//!
//! Waiting for such rounds would take for ever, so they are made. Given what members share and what they thought before,
//! their answers about one candidate are independent of each other: the chance of the totals is a sum over the ways in
//! which they come about (`totals`), who gave which answer is drawn given the totals, and each view from the noise that
//! the answer leaves (`between`). Each candidate has particles of their own (`filter`), inside many draws of what
//! candidates share (`shared`): events, moods, priorities, what the moment asks for. The weight of such a draw is the
//! product of the chances of all candidates' totals. A round of the posterior takes one particle of each candidate with
//! the same draw and is played on by the simulation itself (`onward`).
//!
//! Where few draws of what is shared count they are drawn again, given the views of one particle of each candidate, and the
//! particles are made again around these (particle Gibbs in SMC²: Chopin, Jacob and Papaspiliopoulos 2013,
//! <https://doi.org/10.1111/j.1467-9868.2012.01046.x>).
//!
//! Where what was seen of one candidate depends on the others, as votes do, a particle is a whole round (`together`).
//!
//! Everything is done in independent replicates, from which intervals follow.

mod between;
#[cfg(test)]
mod calibration;
mod conclude;
mod filter;
mod moves;
mod onward;
mod refusal;
mod replicate;
mod script;
mod shared;
mod shocks;
mod tails;
#[cfg(test)]
mod tests;
mod together;
mod totals;
mod weights;

pub use refusal::Refusal;
pub use replicate::{AfterPoll, Effort, Given, Replicated, RowSeen, replicate};
pub use script::Script;
pub use totals::{STANCES, chance_of};
pub use weights::{log_mean, log_sum};
