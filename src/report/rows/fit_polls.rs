//! Rows about what several polls say of how minds change.

use super::row;
use crate::analysis::{Estimate, PollsFit};

row! {
    /// What the polls say: one row a number.
    PollsFitRow(estimate: &'a Estimate) {
        /// Its key: `memory`, `drift_sd` or `common_sd`.
        parameter: &'a str = estimate.parameter.word(),
        /// Its setting path, as `--set` takes it.
        path: &'a str = estimate.parameter.path(),
        /// The scenario's own number.
        stated: f64 = estimate.stated,
        /// With which the polls are most likely.
        estimate: f64 = estimate.value,
        /// Lower bound of its 95 % interval by profile likelihood.
        ci_low: f64 = estimate.low.value,
        /// Upper bound.
        ci_high: f64 = estimate.high.value,
        /// What ends below: the `likelihood`, the `range` that was looked at, or what the `particles` can tell.
        low_ends_by: &'a str = estimate.low.kind.word(),
        /// What ends above.
        high_ends_by: &'a str = estimate.high.kind.word(),
        /// Whether the polls say how large it is: `yes`, `no`, `at most` or `at least`.
        identified: &'a str = estimate.identified().word(),
        /// By how much the logarithm of the likelihood is lower if it is 0 and the others are what is best then; empty if too
        /// few particles agree with the polls then.
        loss_at_zero: Option<f64> = estimate.loss_at_zero,
        /// The largest Monte Carlo standard error of a difference of which a bound was made, in units of the logarithm.
        mc_error: f64 = estimate.error,
    }
}

row! {
    /// Where the profile of a number was looked at: one row a place.
    ProfileRow(estimate: &'a Estimate, place: (f64, f64)) {
        /// Its key.
        parameter: &'a str = estimate.parameter.word(),
        /// The number.
        value: f64 = place.0,
        /// By how much the logarithm of the likelihood is below its maximum if the others are what is best then.
        loss: f64 = place.1,
    }
}

/// The rows of the estimates.
pub fn polls_fit(fit: &PollsFit) -> impl Iterator<Item = PollsFitRow<'_>> {
    fit.estimates.iter().map(PollsFitRow::new)
}

/// The rows of all profiles.
pub fn profiles(fit: &PollsFit) -> impl Iterator<Item = ProfileRow<'_>> {
    fit.estimates.iter().flat_map(|estimate| estimate.profile.iter().map(|&place| ProfileRow::new(estimate, place)))
}
