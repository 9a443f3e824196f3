//! Rules that can never hold, or always do, and ballots that cannot differ.

use super::RemarkKind;
use super::idle::loses_by_rank;
use crate::model::{BallotCount, Bar, Condition, Dynamics, Fraction, MemberSet, Model, Rule, Stage};

/// A condition that cannot be met, and what there is of its measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// The condition.
    pub condition: Condition,
    /// The name of the measure that it counts by.
    pub measure: String,
    /// The sum of the measure over all who take part, in units of `10^-decimals`.
    pub total: u128,
    /// Decimal places of the measure.
    pub decimals: u32,
}

/// What is odd about the stages of `model`.
pub fn of_stages(model: &Model) -> Vec<RemarkKind> {
    let mut odd = Vec::new();
    let mut before = 0;
    for (i, stage) in model.stages.iter().enumerate() {
        if let Some(rule) = &stage.appoint {
            odd.extend(of_rule(model, i, stage, rule));
        }
        odd.extend(can_only_repeat(model, stage, before).then_some(RemarkKind::BallotsRepeat(i)));
        before += stage.repeat;
    }
    odd
}

/// Indices of the stages that take stances and have no rule, so that no side payment can lift what a veto keeps from
/// appointment, although someone who takes part may have one.
pub fn advisory_accommodation(model: &Model) -> impl Iterator<Item = usize> {
    let stages = model.stages.iter().enumerate().filter(|_| model.dynamics.accommodation.is_some());
    let vetoed = |stage: &Stage| stage.members.iter().any(|m| model.may_veto(m));
    stages.filter(move |(_, s)| s.appoint.is_none() && !s.ballot.is_choice() && vetoed(s)).map(|(i, _)| i)
}

fn of_rule(model: &Model, index: usize, stage: &Stage, rule: &Rule) -> Vec<RemarkKind> {
    let (all, nobody) = (stage.members, MemberSet::EMPTY);
    // No condition asks for less.
    let best = BallotCount { supporters: all, objectors: nobody, voting: all, all, vetoed: false };
    let worst = BallotCount { supporters: nobody, objectors: all, voting: all, all, vetoed: true };
    if !rule.holds(&model.measures, &best) {
        return vec![RemarkKind::ImpossibleRule(index, unmet(model, rule, &best))];
    }
    if rule.holds(&model.measures, &worst) {
        return vec![RemarkKind::AlwaysHolds(index)];
    }
    let below_one = rule.conditions().into_iter().find_map(|condition| below_one(model, condition));
    let nobody = rule.asks_for_vetoes() && !all.iter().any(|m| model.may_veto(m));
    let nobody = nobody.then_some(RemarkKind::NobodyCanVeto(index));
    nobody.into_iter().chain(below_one.map(|threshold| RemarkKind::CountBelowOne(index, threshold))).collect()
}

/// The conditions, each once, that do not hold even at `best`.
fn unmet(model: &Model, rule: &Rule, best: &BallotCount) -> Vec<Unmet> {
    let mut unmet: Vec<Unmet> = Vec::new();
    for condition in rule.conditions().into_iter().filter(|condition| !condition.holds(&model.measures, best)) {
        let measure = condition.measure().map(|of| &model.measures[of]);
        if unmet.iter().all(|other| other.condition != condition) {
            unmet.extend(measure.map(|measure| Unmet {
                condition,
                measure: measure.name.clone(),
                total: measure.weigh(&best.all),
                decimals: measure.decimals,
            }));
        }
    }
    unmet
}

/// The threshold, if the condition compares a number of heads with something between none and one.
fn below_one(model: &Model, condition: Condition) -> Option<Fraction> {
    let (of, threshold) = match condition {
        Condition::Count { of, bar: Bar::AtLeast(threshold) | Bar::MoreThan(threshold) } => (of, threshold),
        Condition::Objections { of, at_most } => (of, at_most),
        Condition::NoVeto | Condition::Share { .. } => return None,
    };
    let is_between = !threshold.is_reached_by(0, 1) && !threshold.is_not_exceeded_by(1, 1);
    (model.measures[of].counts_heads() && is_between).then_some(threshold)
}

/// Whether the ballots of `stage`, which `before` ballots precede, can differ in nothing.
fn can_only_repeat(model: &Model, stage: &Stage, before: u32) -> bool {
    // What is new in a stage or between ballots may make them differ.
    let Stage {
        name: _,
        members: _,
        ballot: _,
        repeat,
        continues: _,
        appoint: _,
        appoint_from,
        support_by: _,
        choose: _,
        drop: _,
        from_ballot: _,
        ties: _,
        field: _,
        goodwill: _,
    } = stage;
    let Dynamics { momentum, memory, drift_sd, doubt_sd, accommodation } = model.dynamics;
    let within = before + 2..=before + repeat;
    let changes = model.candidate_ids().any(|(c, candidate)| {
        model.may_consider(stage, c) && (candidate.may_withdraw() || within.contains(&candidate.enters))
    });
    let can_yield = accommodation.is_some_and(|it| it.probability > 0.0) && model.anyone_can_block();
    *repeat > 1
        && *appoint_from <= 1
        && momentum == 0.0
        && (drift_sd, doubt_sd) == (0.0, 0.0)
        && memory >= 1.0
        && !can_yield
        && !loses_by_rank(model, stage)
        && model.members.iter().all(|member| (member.concession, member.foresight) == (0.0, 0.0))
        && !changes
}
