//! Which rounds hold a ballot at the same place of the procedure.

use super::planes;
use crate::model::CandidateSet;

/// A ballot's place in the procedure: its stage, and its number in the stage, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    pub stage: u16,
    pub repeat: u16,
}

/// The rounds that hold the ballot at one place.
#[derive(Debug, Default)]
pub(super) struct Session {
    pub place: Place,
    /// As a plane over the rounds of the span.
    pub rounds: Vec<u64>,
    /// By candidate: the rounds that consider them, as planes.
    pub fields: Vec<Vec<u64>>,
    /// Candidates considered in at least one of the rounds.
    pub ever: CandidateSet,
}

impl Session {
    /// Whom the ballot is about in one round.
    pub fn field(&self, round: usize) -> CandidateSet {
        self.ever.iter().filter(|c| planes::has(&self.fields[c.index()], round)).collect()
    }
}
