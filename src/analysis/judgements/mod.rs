//! What the scenario's results are worth if its numbers are judgements: how far they range, and which judgement matters.
//!
//! The judgements are drawn at a few hundred points ([`Drawing`]), and at each some rounds are simulated, each point's
//! own. The shares `p̂ⱼ` at the points vary because the judgements do, and because `n` rounds are finitely many. What the
//! rounds add to the variance is known, the mean of `p̂ⱼ(1 − p̂ⱼ)/(n − 1)`; it is subtracted, and the points are moved
//! towards their mean until they vary by what is left. Means and quantiles are those of the moved points.

mod design;
mod figure;
mod indices;
mod points;
mod ranges;
#[cfg(test)]
mod tests;

pub use design::{Drawing, MAX_POINTS, POINTS, POINTS_STEP, ROUNDS_PER_POINT, SCRAMBLES};
pub use figure::{QUANTILES, Spreading};
pub use indices::{FLOOR, JudgementIndex, LEAST_POINTS, NOISY};
pub use points::JudgedPoint;
pub use ranges::{AssumptionDifferences, AssumptionRanges, DifferenceRange, FEWEST_POINTS, OutcomeRange, Ranges};
