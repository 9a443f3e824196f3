//! A straw poll as it was reported.

use super::{CandidateId, MemberSet};

/// What all members together answered about some candidates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// One row a candidate, in the order of the report; no candidate twice.
    pub rows: Vec<PollRow>,
}

/// The answers about one candidate: together as many as there are members, and not all of them encouragements or all
/// objections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollRow {
    /// Whom they are about.
    pub candidate: CandidateId,
    /// Members who encouraged.
    pub encourage: u32,
    /// Members who objected.
    pub discourage: u32,
    /// Members without an opinion.
    pub no_opinion: u32,
    /// Those of the objectors who are known; at most `discourage`.
    pub objectors: MemberSet,
}
