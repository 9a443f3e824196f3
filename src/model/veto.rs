//! Veto power.

use super::{CandidateId, CandidateSet};

/// When a member's objection to a candidate is a veto.
///
/// With probability `probability` the candidate is a red line for the member in a round; then an
/// objection at `x` points is a veto if `object_at − x > cost · (share of the other members who encourage)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VetoPower {
    /// Probability that a candidate is a red line, drawn once per round, member and candidate.
    pub probability: f64,
    /// Points of dislike that a veto takes if all others encourage the candidate, and less in proportion; >= 0.
    pub cost: f64,
    /// The candidates it may be used against.
    pub against: CandidateSet,
}

impl VetoPower {
    /// No veto.
    pub const NONE: Self = Self { probability: 0.0, cost: 0.0, against: CandidateSet::EMPTY };

    /// Every objection to any of the first `candidates` candidates is a veto.
    pub fn absolute(candidates: usize) -> Self {
        Self { probability: 1.0, cost: 0.0, against: CandidateSet::all(candidates) }
    }

    /// Whether the member can veto anyone at all.
    pub fn exists(&self) -> bool {
        self.probability > 0.0 && !self.against.is_empty()
    }

    /// Whether the member may veto candidate `c`.
    pub fn covers(&self, c: CandidateId) -> bool {
        self.probability > 0.0 && self.against.contains(c)
    }
}
