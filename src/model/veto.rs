//! Veto power.

use super::words::words;
use super::{CandidateId, CandidateSet};

words! {
    /// What a draw decides: whether a candidate is a red line, or whether the member is ready to block at all.
    pub enum Drawn {
        /// Once per round, member and candidate.
        #[default]
        Candidate = "candidate",
        /// Once per round and member.
        Member = "member",
    }
}

/// When a member's objection to a candidate is a veto.
///
/// With probability `probability` the candidate is a red line for the member in a round, or the member ready to block
/// at all; then an objection at `x` points is a veto if `object_at − x > cost · (share of the other members who
/// encourage) + alone · (1 if no other member objects, else 0)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VetoPower {
    /// Probability that a candidate is a red line, or that the member is ready to block.
    pub probability: f64,
    /// Which of the two.
    pub drawn: Drawn,
    /// Points of dislike that a veto takes if all others encourage the candidate, and less in proportion; >= 0.
    pub cost: f64,
    /// Points of dislike that a veto takes beside, if no other member objects to the candidate; >= 0.
    pub alone: f64,
    /// The candidates it may be used against.
    pub against: CandidateSet,
}

impl VetoPower {
    /// No veto.
    pub const NONE: Self =
        Self { probability: 0.0, drawn: Drawn::Candidate, cost: 0.0, alone: 0.0, against: CandidateSet::EMPTY };

    /// Every objection to any of the first `candidates` candidates is a veto.
    pub fn absolute(candidates: usize) -> Self {
        Self { probability: 1.0, against: CandidateSet::all(candidates), ..Self::NONE }
    }

    /// Whether the member can veto anyone at all.
    pub fn exists(&self) -> bool {
        self.probability > 0.0 && !self.against.is_empty()
    }

    /// Whether a veto takes more than an objection to a red line.
    pub fn has_price(&self) -> bool {
        self.cost > 0.0 || self.alone > 0.0
    }

    /// Whether one uncertain draw decides about several candidates.
    pub fn is_drawn_for_member(&self) -> bool {
        self.drawn == Drawn::Member && self.exists() && self.probability < 1.0
    }

    /// Whether the member may veto candidate `c`.
    pub fn covers(&self, c: CandidateId) -> bool {
        self.probability > 0.0 && self.against.contains(c)
    }
}
