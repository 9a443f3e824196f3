//! What each member's veto does to the selection, beside its formal voting power.

use super::comparison::{Difference, OutcomeDifference, outcome_differences};
use super::power::{Power, PowerError, power};
use super::selection::Key;
use crate::model::Model;
use crate::simulation::Neighbours;

/// Every member's influence, the largest change of the chance of consensus first.
#[derive(Debug, Clone, PartialEq)]
pub struct Influence {
    /// Name of the assumption.
    pub assumption: String,
    /// Rounds simulated.
    pub rounds: u64,
    /// The members.
    pub members: Vec<MemberInfluence>,
    /// The stage whose rule the formal power is about; none if no stage can appoint.
    pub rule_of: Option<String>,
    /// Why there is no formal power, if it cannot be computed.
    pub power_error: Option<PowerError>,
    /// Rounds simulated again for the changed worlds, over all members.
    pub simulated_again: u64,
}

/// What one member's veto does.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberInfluence {
    /// Who.
    pub member: Key,
    /// Whether the member has a veto, which is then taken away; otherwise an absolute one is given.
    pub has_veto: bool,
    /// The candidates in the order of the file, then no consensus: before is as assumed, after is with the change.
    pub outcomes: Vec<OutcomeDifference>,
    /// Formal voting power under the appointing rule, if it can be computed.
    pub power: Option<Power>,
}

impl MemberInfluence {
    /// Change of the chance that no one is appointed.
    pub fn no_consensus(&self) -> Option<&Difference> {
        self.outcomes.last().map(|outcome| &outcome.difference)
    }

    /// Half the sum of the outcomes' changes: the share of rounds, at least, that end differently (total variation).
    pub fn total_change(&self) -> f64 {
        self.outcomes.iter().map(|outcome| outcome.difference.value.abs()).sum::<f64>() / 2.0
    }
}

impl Influence {
    /// The figures of `counts`, counted over rounds of `model`.
    ///
    /// Formal power is about the first stage that can appoint. Members come in the order of the total change their
    /// veto makes, the largest first.
    pub fn new(model: &Model, counts: &Neighbours) -> Self {
        let stage = model.stages.iter().find(|stage| stage.appoint.is_some());
        let rule = stage.and_then(|stage| stage.appoint.as_ref());
        let (powers, power_error) = match rule.map(|rule| power(rule, &model.measures, &model.vetoes)) {
            Some(Ok(powers)) => (powers.into_iter().map(Some).collect(), None),
            Some(Err(error)) => (vec![None; model.members.len()], Some(error)),
            None => (vec![None; model.members.len()], None),
        };
        let members = model.members.iter().zip(&model.vetoes).zip(&counts.changed).zip(powers);
        let mut members: Vec<MemberInfluence> = members
            .map(|(((member, veto), flows), power)| MemberInfluence {
                member: Key { id: member.id.clone(), name: member.name.clone() },
                has_veto: veto.exists(),
                outcomes: outcome_differences(model, flows),
                power,
            })
            .collect();
        members.sort_by(|a, b| b.total_change().total_cmp(&a.total_change()));
        Self {
            assumption: model.assumption.clone(),
            rounds: counts.baseline.rounds,
            members,
            rule_of: stage.map(|stage| stage.name.clone()),
            power_error,
            simulated_again: counts.simulated_again,
        }
    }
}
