//! What waiting is worth to whom.

use super::key::Key;
use crate::model::{Member, MemberId, Model};
use crate::simulation::Waiting;

/// What waiting is worth to members with foresight and all others, and how well that is known.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingFigures {
    /// Passes over all ballots that it took.
    pub passes: u32,
    /// The largest move of a value in the last pass, points.
    pub residual: f64,
    /// Whether no value moved by more than the tolerance in the last pass.
    pub settled: bool,
    /// Rounds behind each value.
    pub rounds: u64,
    /// Whether a round may end before its last ballot because a stage does not go on.
    pub may_end_early: bool,
    /// Every member at every ballot, member by member.
    pub values: Vec<WaitingValue>,
}

/// What waiting is worth to a member at a ballot.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingValue {
    /// Whom it is worth that.
    pub member: Key,
    /// Number of the ballot in the round, from 1.
    pub ballot: u32,
    /// Mean utility of how rounds end if nobody is appointed up to this ballot, points; no consensus is 0.
    pub value: f64,
    /// Its standard error, points.
    pub error: f64,
}

impl WaitingFigures {
    /// The figures of `waiting`, which is that of `model`.
    pub fn new(model: &Model, waiting: &Waiting) -> Self {
        let of_member = |(m, member): (MemberId, &Member)| {
            let key = Key::new(&member.id, &member.name);
            (1..=waiting.ballots()).map(move |ballot| WaitingValue {
                member: key.clone(),
                ballot,
                value: waiting.value(m, ballot),
                error: waiting.error(m, ballot),
            })
        };
        Self {
            passes: waiting.passes,
            residual: waiting.residual,
            settled: waiting.settled,
            rounds: waiting.rounds,
            may_end_early: model.stages.iter().any(|stage| stage.repeat > 1 && stage.continues < 1.0),
            values: model.member_ids().flat_map(of_member).collect(),
        }
    }
}
