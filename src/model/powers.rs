//! Which veto powers a member may have, its own and those that events give, and where they count.

use super::{CandidateId, Effect, MemberId, Model, Rule, Stage, VetoPower};

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

    /// Whether a veto can block, drop or discourage anyone, whoever has one.
    pub fn vetoes_matter(&self) -> bool {
        let expels = |stage| self.candidate_ids().any(|(c, _)| self.vetoes_expel(stage, c));
        self.vetoes_block() || self.stages.iter().any(expels)
    }

    /// Whether anyone can block, drop or discourage a candidate by a veto.
    pub fn anyone_can_block(&self) -> bool {
        self.vetoes_matter() && self.member_ids().any(|(m, _)| self.may_veto(m))
    }

    /// Whether a veto against `candidate` at an inconclusive ballot of `stage` may put them out of the race.
    pub fn vetoes_expel(&self, stage: &Stage, candidate: CandidateId) -> bool {
        stage.drop.asks_for_vetoes() || self.candidates[candidate.index()].withdraws_if_vetoed > 0.0
    }
}
