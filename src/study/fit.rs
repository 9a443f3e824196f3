//! From a poll to support and uncertainty.

use super::assumption::assumption;
use super::error::Error;
use crate::analysis::{Fit, VotesFit};
use crate::model::{CandidateId, MemberId, Model, Poll};
use crate::scenario::{STATED, Scenario};

/// The support and the uncertainty with which the totals of `poll` are the expected ones at the first ballot, with
/// everything else as the scenario has it. No random numbers are used.
///
/// # Errors
/// [`Error::Fit`] if there are none.
pub fn fit(scenario: &Scenario, poll: &Poll) -> Result<Fit, Error> {
    let model = assumption(scenario, None)?;
    Ok(Fit::new(model, poll, common(scenario, model)?)?)
}

/// The support with which the votes of `poll` are the expected ones at the first ballot, with everything else
/// as the scenario has it. No random numbers are used.
///
/// # Errors
/// [`Error::Fit`] if there is none.
pub fn fit_votes(scenario: &Scenario, poll: &Poll) -> Result<VotesFit, Error> {
    Ok(VotesFit::new(assumption(scenario, None)?, poll)?)
}

/// Which members' uncertainty about which candidates follows `preferences.uncertainty`.
fn common(scenario: &Scenario, model: &Model) -> Result<impl Fn(MemberId, CandidateId) -> bool + use<>, Error> {
    let with = |value| {
        let changed = scenario.with_settings(STATED, &[("preferences.uncertainty", value)]);
        changed.unwrap_or_else(|| Ok(model.clone())).map_err(Error::Settings)
    };
    let (one, two) = (with("1")?, with("2")?);
    Ok(move |m, c| one.uncertainty(m, c) != two.uncertainty(m, c))
}
