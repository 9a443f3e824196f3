//! What moves utilities from round to round: the noise and the events.

use super::{CandidateId, CandidateSet, MemberId, MemberSet, VetoPower};

/// Distribution of what is unknown about a member's view of a candidate, scaled to mean 0 and variance 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Noise {
    /// Standard normal.
    #[default]
    Normal,
    /// Logistic: slightly heavier tails than the normal.
    Logistic,
    /// Gumbel (largest extreme value): skewed towards support.
    Gumbel,
    /// Laplace: sharp peak, heavy tails.
    Laplace,
    /// Uniform on ±√3.
    Uniform,
}

impl Noise {
    /// Every kind with its name in the scenario format.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("normal", Self::Normal),
        ("logistic", Self::Logistic),
        ("gumbel", Self::Gumbel),
        ("laplace", Self::Laplace),
        ("uniform", Self::Uniform),
    ];
}

/// Something that happens in a round or not, independently of all else.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Unique name; the event's draw is addressed by it.
    pub name: String,
    /// Probability that it happens in a round.
    pub probability: f64,
    /// What it does if it happens.
    pub effects: Vec<Effect>,
}

/// One effect of an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Adds points to the views that `members` have of `candidates`.
    Points {
        /// Whose views change.
        members: MemberSet,
        /// Of whom.
        candidates: CandidateSet,
        /// By how many points.
        points: f64,
    },
    /// The candidate does not stand in this round; beats [`Effect::Joins`].
    Leaves(CandidateId),
    /// The candidate stands in this round, whatever their availability, and is not held in reserve.
    Joins(CandidateId),
    /// These members' veto powers are replaced for the round; a later event of the file overrides an earlier.
    Vetoes(Vec<(MemberId, VetoPower)>),
}
