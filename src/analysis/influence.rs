//! What each member's veto does to the selection, beside its formal voting power.

use std::cmp::Reverse;

use super::comparison::{Difference, OutcomeDifference, changed, outcome_differences};
use super::estimate::Proportion;
use super::key::Key;
use super::power::{Power, PowerError, estimated, power};
use crate::model::{Model, Rule, Stage, VetoPower};
use crate::simulation::VetoFlips;

/// Every member's influence, the largest first: by how many rounds end differently with the member's veto changed.
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
    /// Why the formal power is estimated, if it cannot be computed.
    pub power_error: Option<PowerError>,
    /// Rounds simulated again for the changed worlds, over all members.
    pub simulated_again: u64,
}

/// What one member's veto does.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberInfluence {
    /// Who.
    pub member: Key,
    /// Whether the member has a veto, its own or one that an event gives; it is then taken away, otherwise an absolute
    /// one is given.
    pub has_veto: bool,
    /// The candidates in the order of the file, then no consensus: before is as assumed, after is with the change.
    pub outcomes: Vec<OutcomeDifference>,
    /// Rounds that end differently, in whatever way, with the change; out of all.
    pub changed: Proportion,
    /// Formal voting power under the appointing rule, if there is one.
    pub power: Option<Power>,
}

impl MemberInfluence {
    /// How much more often someone is appointed.
    pub fn consensus(&self) -> Option<Difference> {
        Some(self.outcomes.last()?.difference.of_the_opposite())
    }

    /// The mean of members who are alike, called `id`; nothing for none.
    pub fn mean(id: &str, alike: &[&Self]) -> Option<Self> {
        let first = alike.first()?;
        let outcomes = first.outcomes.iter().enumerate().map(|(o, outcome)| OutcomeDifference {
            candidate: outcome.candidate.clone(),
            difference: Difference::mean(alike.iter().map(|member| &member.outcomes[o].difference)),
        });
        let sum = |part: fn(&Proportion) -> u64| alike.iter().map(|member| part(&member.changed)).sum();
        Some(Self {
            member: Key::new(id, id),
            outcomes: outcomes.collect(),
            changed: Proportion::new(sum(|p| p.count), sum(|p| p.rounds)),
            ..(*first).clone()
        })
    }
}

impl Influence {
    /// The figures of `counts`, counted over rounds of `model`.
    ///
    /// Formal power is about the first stage that can appoint; it is estimated under `seed` if it cannot be computed.
    pub fn new(model: &Model, counts: &VetoFlips, seed: u64) -> Self {
        let stage = model.stages.iter().find(|stage| stage.appoint.is_some());
        let rule = stage.and_then(|stage| Some((stage, stage.appoint.as_ref()?)));
        let (powers, power_error) = match rule {
            Some((stage, rule)) => {
                let (powers, error) = formal_power(model, stage, rule, seed);
                (powers.into_iter().map(Some).collect(), error)
            }
            None => (vec![None; model.members.len()], None),
        };
        let members = model.member_ids().zip(&counts.changed).zip(powers);
        let mut members: Vec<MemberInfluence> = members
            .map(|(((m, member), flows), power)| MemberInfluence {
                member: Key::new(&member.id, &member.name),
                has_veto: model.may_veto(m),
                outcomes: outcome_differences(model, flows),
                changed: changed(flows),
                power,
            })
            .collect();
        members.sort_by_key(|member| Reverse(member.changed.count));
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

/// The members' power under the `rule` of `stage`, and why it is estimated if it is. Who does not take part has none.
fn formal_power(model: &Model, stage: &Stage, rule: &Rule, seed: u64) -> (Vec<Power>, Option<PowerError>) {
    let (mut measures, mut vetoes) = (model.measures.clone(), model.vetoes.clone());
    for (m, _) in model.member_ids().filter(|(m, _)| !stage.members.contains(*m)) {
        measures.iter_mut().for_each(|measure| measure.weights[m.index()] = 0);
        vetoes[m.index()] = VetoPower::NONE;
    }
    match power(rule, &measures, &vetoes) {
        Ok(powers) => (powers, None),
        Err(error) => {
            let ids: Vec<&str> = model.members.iter().map(|member| member.id.as_str()).collect();
            (estimated(rule, &measures, &vetoes, &ids, seed), Some(error))
        }
    }
}
