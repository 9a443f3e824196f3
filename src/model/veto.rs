//! Veto power.

use super::{CandidateId, CandidateSet, Effect, MemberId, Model, Rule, Stage};

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

/// A veto power that a member has in some rounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PossibleVeto {
    /// Index of the event that gives it; none is the power that the member has if no event changes it.
    pub event: Option<usize>,
    /// The power; it may be none at all.
    pub power: VetoPower,
}

impl Model {
    /// The veto powers that `member` may have: its own, and then those that events give it, in the order of the file.
    /// In a round the last counts whose event happens. Events that never happen give none.
    pub fn veto_powers(&self, member: MemberId) -> impl Iterator<Item = PossibleVeto> {
        let own = PossibleVeto { event: None, power: self.vetoes[member.index()] };
        let events = self.events.iter().enumerate().filter(|(_, event)| event.may_happen());
        let given = events.flat_map(move |(e, event)| {
            let powers = event.vetoes().filter(move |(m, _)| *m == member);
            powers.map(move |(_, power)| PossibleVeto { event: Some(e), power })
        });
        std::iter::once(own).chain(given)
    }

    /// Whether `member` can have a veto in some round.
    pub fn may_veto(&self, member: MemberId) -> bool {
        self.veto_powers(member).any(|possible| possible.power.exists())
    }

    /// Whether `member` can have a veto against `candidate` in some round.
    pub fn may_veto_candidate(&self, member: MemberId, candidate: CandidateId) -> bool {
        self.veto_powers(member).any(|possible| possible.power.covers(candidate))
    }

    /// The same world but for one thing: `member` has this veto power, whatever happens.
    #[must_use]
    pub fn with_veto(&self, member: MemberId, power: VetoPower) -> Self {
        let mut changed = self.clone();
        changed.vetoes[member.index()] = power;
        for effect in changed.events.iter_mut().flat_map(|event| &mut event.effects) {
            match effect {
                Effect::Vetoes(powers) => powers.retain(|&(m, _)| m != member),
                Effect::Points { .. } | Effect::Leaves(_) | Effect::Joins(_) => {}
            }
        }
        changed
    }

    /// Whether vetoes can keep someone from appointment: whether any stage's rule asks for them.
    pub fn vetoes_block(&self) -> bool {
        self.stages.iter().any(|stage| stage.appoint.as_ref().is_some_and(Rule::asks_for_vetoes))
    }

    /// Whether a veto against `candidate` at an inconclusive ballot of `stage` may put them out of the race.
    pub fn vetoes_expel(&self, stage: &Stage, candidate: CandidateId) -> bool {
        stage.drop.asks_for_vetoes() || self.candidates[candidate.index()].withdraws_if_vetoed > 0.0
    }
}
