//! What is odd about a scenario although nothing is wrong with it: settings that can have no effect, figures that were
//! probably meant on another scale, and doubt that no two views share.

use std::collections::BTreeSet;

mod doubt;
mod events;
mod idle;
mod rules;
mod views;

use super::misread::Misread;
use super::reach::lowest_view;
use crate::codes::Code;
use crate::model::{CandidateId, Fraction, MemberId, Model};
pub use idle::{IdleKey, Pace};
pub use rules::Unmet;

/// Something odd, and under which assumptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What is remarked.
    pub kind: RemarkKind,
    /// Names of the assumptions under which it is so; empty means under all.
    pub assumptions: Vec<String>,
}

/// Something odd. Members and candidates are indices into the model's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemarkKind {
    /// The member has a veto but can never object to anyone it may be used against.
    IdleVeto(MemberId),
    /// The member, who has no veto, can never object to anyone.
    NeverObjects(MemberId),
    /// Nobody can appoint the candidate.
    Unappointable(CandidateId, Unappointable),
    /// The rule of the stage with this index can never hold, because of these conditions.
    ImpossibleRule(usize, Vec<Unmet>),
    /// The rule of the stage with this index holds whatever members say.
    AlwaysHolds(usize),
    /// The rule of the stage with this index asks for no veto, but nobody can veto, under any assumption.
    NobodyCanVeto(usize),
    /// The rule of the stage with this index compares a number of members with less than one.
    CountBelowOne(usize, Fraction),
    /// Every further ballot of the stage with this index can only repeat the one before.
    BallotsRepeat(usize),
    /// The member is firmly against the candidate, but can never keep them from appointment.
    IdleDislike(MemberId, CandidateId),
    /// The member's view of the candidate is so far from 0 that no doubt is left: the farthest of all.
    BeyondScale(MemberId, CandidateId),
    /// All judgements are whole numbers from one up to this: a scale with another middle than 0.
    FromOneUp(u32),
    /// The event with this index changes nothing.
    IdleEvent(usize),
    /// A key that can change nothing here.
    IdleKey(IdleKey),
    /// `momentum` is set, but there is no second ballot that it could change.
    MomentumAtOneBallot,
    /// `memory` is set, but there is no second ballot that it could change.
    MemoryAtOneBallot,
    /// Holdouts may be accommodated, but nobody can veto.
    AccommodationWithoutVeto,
    /// Holdouts may be accommodated, but at the ballots of the stage with this index nobody can be appointed.
    AccommodationAtAdvisoryBallots(usize),
    /// Views differ by what is not known of each alone, so that doubts cancel out.
    NoSharedDoubt,
    /// Members can veto, but vetoes neither block nor drop nor discourage anyone.
    VetoWithoutEffect,
    /// The assumption makes the same model as the one named.
    SameAssumption(String),
    /// Programs that read the files take an id for something else.
    MisreadId {
        /// What has the id: the section of its setting path, such as `member`.
        section: &'static str,
        /// The id.
        id: String,
        /// What it is taken for.
        taken_for: Misread,
    },
}

impl RemarkKind {
    /// Its code.
    pub fn code(&self) -> Code {
        match self {
            Self::IdleVeto(_) => Code::IdleVeto,
            Self::NeverObjects(_) => Code::NeverObjects,
            Self::Unappointable(..) => Code::NeverAppointed,
            Self::ImpossibleRule(..) => Code::ImpossibleRule,
            Self::AlwaysHolds(_) => Code::AlwaysHolds,
            Self::NobodyCanVeto(_) => Code::NobodyCanVeto,
            Self::CountBelowOne(..) => Code::CountBelowOne,
            Self::BallotsRepeat(_) => Code::BallotsRepeat,
            Self::IdleDislike(..) => Code::IdleDislike,
            Self::BeyondScale(..) => Code::BeyondScale,
            Self::FromOneUp(_) => Code::FromOneUp,
            Self::IdleEvent(_) => Code::IdleEvent,
            Self::IdleKey(_) => Code::IdleKey,
            Self::MomentumAtOneBallot => Code::MomentumAtOneBallot,
            Self::MemoryAtOneBallot => Code::MemoryAtOneBallot,
            Self::AccommodationWithoutVeto => Code::AccommodationWithoutVeto,
            Self::AccommodationAtAdvisoryBallots(_) => Code::AccommodationAtAdvisoryBallots,
            Self::NoSharedDoubt => Code::NoSharedDoubt,
            Self::VetoWithoutEffect => Code::VetoWithoutEffect,
            Self::SameAssumption(_) => Code::SameAssumption,
            Self::MisreadId { .. } => Code::MisreadId,
        }
    }

    /// Whether it may change what the results mean, so that whoever simulates should hear of it unasked.
    pub fn is_important(&self) -> bool {
        match self {
            Self::Unappointable(_, Unappointable::NoStage | Unappointable::EntersTooLate)
            | Self::ImpossibleRule(..)
            | Self::AlwaysHolds(_)
            | Self::NobodyCanVeto(_)
            | Self::CountBelowOne(..)
            | Self::BallotsRepeat(_)
            | Self::IdleDislike(..)
            | Self::BeyondScale(..)
            | Self::FromOneUp(_)
            | Self::VetoWithoutEffect => true,
            Self::IdleVeto(_)
            | Self::NeverObjects(_)
            | Self::Unappointable(_, Unappointable::NeverStands)
            | Self::IdleEvent(_)
            | Self::IdleKey(_)
            | Self::MomentumAtOneBallot
            | Self::MemoryAtOneBallot
            | Self::AccommodationWithoutVeto
            | Self::AccommodationAtAdvisoryBallots(_)
            | Self::NoSharedDoubt
            | Self::SameAssumption(_)
            | Self::MisreadId { .. } => false,
        }
    }
}

/// Why nobody can appoint a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unappointable {
    /// The candidate never stands.
    NeverStands,
    /// No stage that can appoint considers the candidate.
    NoStage,
    /// The candidate enters after the last ballot that could appoint them.
    EntersTooLate,
}

/// Everything odd about a scenario's `models`, one an assumption, in the order of the list of [`RemarkKind`].
///
/// "Can never" means: not even if every shock goes to the end of its reach at once. Nobody having a veto is odd about
/// accommodation, and about rules that ask for none, only if it is so under all assumptions: those without vetoes are
/// asked for on purpose. An event is idle, and no doubt shared, only if it is so under all. That someone never stands is odd only if it is so
/// under the first, the stated one; what members think is judged by that one, too.
pub fn remarks_on(models: &[Model]) -> Vec<Remark> {
    let nobody_can_veto = models.iter().all(|model| !model.member_ids().any(|(m, _)| model.may_veto(m)));
    let found: Vec<Vec<RemarkKind>> = models.iter().map(of_model).collect();
    let mut remarks: Vec<Remark> = Vec::new();
    for kind in found.iter().flatten() {
        if remarks.iter().any(|remark| remark.kind == *kind) {
            continue;
        }
        let holds = |(model, kinds): (&Model, &Vec<RemarkKind>)| kinds.contains(kind).then(|| model.assumption.clone());
        let mut assumptions: Vec<_> = models.iter().zip(&found).filter_map(holds).collect();
        if assumptions.len() == models.len() {
            assumptions.clear();
        }
        remarks.push(Remark { kind: kind.clone(), assumptions });
    }
    remarks.retain(|remark| match &remark.kind {
        // An assumption that shares some doubt, or under which a key acts, tells what it does.
        RemarkKind::AccommodationWithoutVeto
        | RemarkKind::IdleEvent(_)
        | RemarkKind::IdleKey(_)
        | RemarkKind::NoSharedDoubt => remark.assumptions.is_empty(),
        RemarkKind::NobodyCanVeto(_) => nobody_can_veto,
        // An assumption that keeps someone out of the race is meant to.
        RemarkKind::Unappointable(_, Unappointable::NeverStands) => found[0].contains(&remark.kind),
        RemarkKind::IdleVeto(_)
        | RemarkKind::NeverObjects(_)
        | RemarkKind::Unappointable(_, Unappointable::NoStage | Unappointable::EntersTooLate)
        | RemarkKind::ImpossibleRule(..)
        | RemarkKind::AlwaysHolds(_)
        | RemarkKind::CountBelowOne(..)
        | RemarkKind::BallotsRepeat(_)
        | RemarkKind::IdleDislike(..)
        | RemarkKind::BeyondScale(..)
        | RemarkKind::FromOneUp(_)
        | RemarkKind::MomentumAtOneBallot
        | RemarkKind::MemoryAtOneBallot
        | RemarkKind::AccommodationAtAdvisoryBallots(_)
        | RemarkKind::VetoWithoutEffect
        | RemarkKind::SameAssumption(_)
        | RemarkKind::MisreadId { .. } => true,
    });
    let of_all = |kind| Remark { kind, assumptions: Vec::new() };
    remarks.extend(views::on(models).into_iter().map(of_all));
    remarks.extend(same_assumptions(models));
    remarks.extend(misread_ids(models));
    remarks
}

fn of_model(model: &Model) -> Vec<RemarkKind> {
    let mut odd = Vec::new();
    for (m, _) in model.member_ids() {
        let mut objectionable = model.candidate_ids().map(|(c, _)| c).filter(|&c| can_object(model, m, c)).peekable();
        if model.may_veto(m) {
            odd.extend((!objectionable.any(|c| model.may_veto_candidate(m, c))).then_some(RemarkKind::IdleVeto(m)));
        } else if objectionable.peek().is_none() {
            odd.push(RemarkKind::NeverObjects(m));
        }
    }
    for (c, _) in model.candidate_ids() {
        odd.extend(unappointable(model, c).map(|why| RemarkKind::Unappointable(c, why)));
    }
    odd.extend(rules::of_stages(model));
    odd.extend(events::idle(model).map(RemarkKind::IdleEvent));
    odd.extend(idle::keys(model).map(RemarkKind::IdleKey));
    let one_ballot = model.max_ballots() <= 1;
    odd.extend((one_ballot && model.dynamics.momentum != 0.0).then_some(RemarkKind::MomentumAtOneBallot));
    odd.extend((one_ballot && model.dynamics.memory < 1.0).then_some(RemarkKind::MemoryAtOneBallot));
    let somebody = model.member_ids().any(|(m, _)| model.may_veto(m));
    odd.extend((model.dynamics.accommodation.is_some() && !somebody).then_some(RemarkKind::AccommodationWithoutVeto));
    odd.extend(rules::advisory_accommodation(model).map(RemarkKind::AccommodationAtAdvisoryBallots));
    odd.extend(doubt::is_never_shared(model).then_some(RemarkKind::NoSharedDoubt));
    odd.extend((somebody && !model.vetoes_matter()).then_some(RemarkKind::VetoWithoutEffect));
    odd
}

fn can_object(model: &Model, m: MemberId, c: CandidateId) -> bool {
    lowest_view(model, m, c) < model.members[m.index()].object_at
}

/// Why no stage can appoint `c`, apart from rules that can never hold: these are remarked by themselves.
fn unappointable(model: &Model, c: CandidateId) -> Option<Unappointable> {
    if !model.may_stand(c) {
        return Some(Unappointable::NeverStands);
    }
    let mut ballots = 0;
    let mut last = None;
    for stage in &model.stages {
        ballots += stage.repeat;
        if stage.appoint.is_some() && model.may_consider(stage, c) {
            last = Some(ballots);
        }
    }
    match last {
        None => Some(Unappointable::NoStage),
        Some(last) => (model.candidates[c.index()].enters > last).then_some(Unappointable::EntersTooLate),
    }
}

/// Assumptions that make the same model as an earlier one.
fn same_assumptions(models: &[Model]) -> Vec<Remark> {
    let mut told = BTreeSet::<usize>::new();
    let mut remarks = Vec::new();
    for (i, model) in models.iter().enumerate() {
        // One copy at a time, which bears the name of each of the others in turn.
        let mut renamed = model.clone();
        let same = |j: &usize| {
            let other = &models[*j];
            (renamed.assumption, renamed.assumption_summary) =
                (other.assumption.clone(), other.assumption_summary.clone());
            // What most assumptions change is compared first.
            renamed.vetoes == other.vetoes && renamed.stages == other.stages && renamed == *other
        };
        let same: Vec<_> = (i + 1..models.len()).filter(|j| !told.contains(j)).filter(same).collect();
        told.extend(&same);
        if !same.is_empty() {
            let assumptions = same.into_iter().map(|j| models[j].assumption.clone()).collect();
            remarks.push(Remark { kind: RemarkKind::SameAssumption(model.assumption.clone()), assumptions });
        }
    }
    remarks
}

/// Ids that readers of the files take for something else; they are the same under all assumptions.
fn misread_ids(models: &[Model]) -> Vec<Remark> {
    let Some(model) = models.first() else { return Vec::new() };
    let members = model.members.iter().map(|member| ("member", &member.id));
    let groups = model.groups.iter().map(|group| ("group", &group.id));
    let candidates = model.candidates.iter().map(|candidate| ("candidate", &candidate.id));
    let stages = model.stages.iter().map(|stage| ("stage", &stage.name));
    let assumptions = models.iter().map(|model| ("assumption", &model.assumption));
    let ids = members.chain(groups).chain(candidates).chain(stages).chain(assumptions);
    ids.filter_map(|(section, id)| {
        let kind = RemarkKind::MisreadId { section, id: id.clone(), taken_for: Misread::of(id)? };
        Some(Remark { kind, assumptions: Vec::new() })
    })
    .collect()
}

#[cfg(test)]
mod tests;
