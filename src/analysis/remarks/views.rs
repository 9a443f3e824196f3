//! Judgements that were probably meant on another scale, and dislikes that decide nothing.

use super::RemarkKind;
use crate::model::{BallotCount, CandidateId, MemberId, MemberSet, Model, Rule, VetoPower};

/// Points, and standard deviations, from which on a view leaves no doubt: what is unknown reaches six of these.
const CERTAIN: f64 = 10.0;
/// Points, and standard deviations, of a firm dislike.
const FIRM: f64 = 2.0;
/// Judgements from which on it shows that all are whole numbers, and the least that the largest of them is.
const MANY: usize = 3;
const LARGE: f64 = 4.0;
/// The largest of scales that count from one.
const LARGEST: f64 = 10.0;

/// What is odd about what members think; `models` are one an assumption, the stated one first.
pub fn on(models: &[Model]) -> Vec<RemarkKind> {
    let Some(stated) = models.first() else { return Vec::new() };
    let dislikes = pairs(stated).filter(|&(m, c)| is_idle_dislike(models, stated, m, c));
    let mut odd: Vec<_> = dislikes.map(|(m, c)| RemarkKind::IdleDislike(m, c)).collect();
    let size = |&(m, c): &(MemberId, CandidateId)| stated.mean_utility(m, c).abs() / stated.uncertainty(m, c).max(1.0);
    let farthest = pairs(stated).max_by(|a, b| size(a).total_cmp(&size(b)).then(b.cmp(a)));
    odd.extend(farthest.filter(|pair| size(pair) >= CERTAIN).map(|(m, c)| RemarkKind::BeyondScale(m, c)));
    odd.extend(from_one_up(&stated.support).map(RemarkKind::FromOneUp));
    odd
}

fn pairs(model: &Model) -> impl Iterator<Item = (MemberId, CandidateId)> {
    model.member_ids().flat_map(|(m, _)| model.candidate_ids().map(move |(c, _)| (m, c)))
}

/// The largest judgement, if all that are given are whole numbers from one up.
fn from_one_up(support: &[f64]) -> Option<u32> {
    let given = support.iter().copied().filter(|points| *points != 0.0);
    let is_whole = given.clone().all(|points| points.fract() == 0.0 && (1.0..=LARGEST).contains(&points));
    let largest = given.clone().fold(0.0, f64::max);
    (is_whole && largest >= LARGE && given.count() >= MANY).then_some(largest as u32)
}

/// Whether `m` is firmly against `c`, which nobody need heed: it has no veto against `c` under any assumption, and where
/// `c` can be appointed only vetoes keep anyone from it, however few are in favour and however many object.
fn is_idle_dislike(models: &[Model], stated: &Model, m: MemberId, c: CandidateId) -> bool {
    let below = stated.members[m.index()].object_at - stated.mean_utility(m, c);
    let is_firm = below >= FIRM * stated.uncertainty(m, c).max(1.0);
    is_firm
        && stated.members.len() > 1
        && models.iter().all(|model| !model.may_veto_candidate(m, c) && only_vetoes_count(model, m, c))
}

fn only_vetoes_count(model: &Model, m: MemberId, c: CandidateId) -> bool {
    let rests_on_vetoes = |all: MemberSet, rule: &Rule| {
        let with_one = |one: MemberId| {
            let supporters: MemberSet = std::iter::once(one).collect();
            let objectors = all.without(&supporters);
            rule.holds(&model.measures, &BallotCount { supporters, objectors, voting: all, all, vetoed: false })
        };
        rule.asks_for_vetoes() && all.iter().any(|other| other != m && with_one(other))
    };
    let mut stages = model.stages.iter().filter(|stage| model.may_consider(stage, c)).peekable();
    let is_considered = stages.peek().is_some();
    let has_cost = |power: VetoPower| power.cost > 0.0 || power.alone > 0.0;
    is_considered
        && stages.all(|stage| stage.appoint.as_ref().is_none_or(|rule| rests_on_vetoes(stage.members, rule)))
        && model.dynamics.momentum == 0.0
        && !model.stages.iter().any(|stage| model.may_lose_candidates(stage))
        && !model.member_ids().any(|(m, _)| model.veto_powers(m).any(|possible| has_cost(possible.power)))
}
