//! Names on the command line.

use crate::model::{CandidateId, Model};
use crate::report::rows::NO_CONSENSUS;
use crate::scenario::suggest;

use super::failure::{Exit, Failure};

/// Reads a name, alone or one of several between commas: blanks around it are no part of it.
///
/// # Errors
/// That there is none.
pub fn name(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("a name is missing".to_owned()),
        name => Ok(name.to_owned()),
    }
}

/// The outcome of this name: a candidate, or no consensus.
///
/// # Errors
/// That there is none.
pub fn ending(model: &Model, outcome: &str) -> Result<Option<CandidateId>, Failure> {
    if outcome == NO_CONSENSUS {
        return Ok(None);
    }
    let known = model.candidate_ids().find(|(_, candidate)| candidate.id == outcome);
    known.map(|(c, _)| Some(c)).ok_or_else(|| {
        let outcomes = model.candidates.iter().map(|c| c.id.as_str()).chain([NO_CONSENSUS]);
        let help = suggest::choices(outcome, "the outcomes", outcomes);
        Failure::new(
            Exit::Usage,
            format!("no round can end with `{outcome}`: there is no such candidate"),
            help.as_deref(),
        )
    })
}
