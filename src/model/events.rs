//! What may happen in a round.

use super::{CandidateId, CandidateSet, MemberId, MemberSet, VetoPower};

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

impl Event {
    /// Whether it happens in some rounds.
    pub fn may_happen(&self) -> bool {
        self.probability > 0.0
    }

    /// Whether it happens in all rounds.
    pub fn is_certain(&self) -> bool {
        self.probability >= 1.0
    }

    /// Points that it adds to `m`'s view of `c`.
    pub fn points(&self, m: MemberId, c: CandidateId) -> f64 {
        let points = self.effects.iter().map(|effect| match effect {
            Effect::Points { members, candidates, points } if members.contains(m) && candidates.contains(c) => *points,
            Effect::Points { .. } | Effect::Leaves(_) | Effect::Joins(_) | Effect::Vetoes(_) => 0.0,
        });
        points.sum()
    }

    /// Whether it takes `c` out of the race.
    pub fn removes(&self, c: CandidateId) -> bool {
        self.effects.iter().any(|effect| match effect {
            Effect::Leaves(leaves) => *leaves == c,
            Effect::Points { .. } | Effect::Joins(_) | Effect::Vetoes(_) => false,
        })
    }

    /// Whether it brings `c` into the race, unless another event [removes](Self::removes) them.
    pub fn brings(&self, c: CandidateId) -> bool {
        self.effects.iter().any(|effect| match effect {
            Effect::Joins(joins) => *joins == c,
            Effect::Points { .. } | Effect::Leaves(_) | Effect::Vetoes(_) => false,
        })
    }

    /// The veto powers that it gives, with their members; the last one of a member counts.
    pub fn vetoes(&self) -> impl Iterator<Item = (MemberId, VetoPower)> {
        let powers = self.effects.iter().flat_map(|effect| match effect {
            Effect::Vetoes(powers) => powers.as_slice(),
            Effect::Points { .. } | Effect::Leaves(_) | Effect::Joins(_) => &[],
        });
        powers.copied()
    }
}
