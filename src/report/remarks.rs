//! Remarks as problems with places, for those who read `check` by program.

use super::check;
use crate::analysis::{IdleKey, Remark, RemarkKind, Unappointable};
use crate::model::Model;
use crate::scenario::{Diagnostic, STATED, Scenario};

/// The `remarks` about `scenario`, those alike as one, each with the places that it is about.
pub fn diagnostics(scenario: &Scenario, remarks: &[Remark]) -> Vec<Diagnostic> {
    let Some(stated) = scenario.assumptions.first() else { return Vec::new() };
    let diagnostic = |line: check::RemarkLine<'_>| {
        let code = line.remarks.first()?.kind.code();
        let paths = line.remarks.iter().flat_map(|remark| paths(stated, remark));
        let places = paths.filter_map(|path| scenario.place_of(&path));
        Some(places.fold(Diagnostic::new(code, line.words), |diagnostic, place| diagnostic.at(place, "")))
    };
    check::remarks(stated, remarks).into_iter().filter_map(diagnostic).collect()
}

fn of_stage(stated: &Model, stage: usize, key: &str) -> String {
    format!("stage.{}.{key}", stated.stages.get(stage).map_or("", |stage| &stage.name))
}

/// Setting paths of what a remark is about. Of one that holds under other assumptions only it is their names.
fn paths(stated: &Model, remark: &Remark) -> Vec<String> {
    if !remark.assumptions.is_empty() && !remark.assumptions.iter().any(|name| name == STATED) {
        return remark.assumptions.iter().map(|name| format!("assumption.{name}")).collect();
    }
    vec![match &remark.kind {
        RemarkKind::IdleVeto(m) | RemarkKind::NeverObjects(m) => format!("member.{}", stated.members[m.index()].id),
        RemarkKind::Unappointable(c, why) => {
            let key = match why {
                Unappointable::NeverStands => "availability",
                Unappointable::NoStage => "id",
                Unappointable::EntersTooLate => "enters",
            };
            format!("candidate.{}.{key}", stated.candidates[c.index()].id)
        }
        RemarkKind::ImpossibleRule(stage, _)
        | RemarkKind::AlwaysHolds(stage)
        | RemarkKind::NobodyCanVeto(stage)
        | RemarkKind::CountBelowOne(stage, _) => of_stage(stated, *stage, "appoint"),
        RemarkKind::BallotsRepeat(stage) => of_stage(stated, *stage, "repeat"),
        RemarkKind::IdleDislike(m, c) | RemarkKind::BeyondScale(m, c) => {
            format!("support.{}.{}", stated.members[m.index()].id, stated.candidates[c.index()].id)
        }
        RemarkKind::FromOneUp(_) => "support".to_owned(),
        RemarkKind::IdleEvent(event) => {
            format!("event.{}", stated.events.get(*event).map_or("", |event| &event.name))
        }
        RemarkKind::IdleKey(idle) => match *idle {
            IdleKey::AtOneBallot(key) | IdleKey::WhereVotesDecide(key) => format!("dynamics.{}", key.name()),
            IdleKey::VotesAtWithoutVotes => "preferences.votes_at".to_owned(),
            IdleKey::RepeatThatEnds(stage) => of_stage(stated, stage, "continues"),
        },
        RemarkKind::MomentumAtOneBallot => "dynamics.momentum".to_owned(),
        RemarkKind::MemoryAtOneBallot => "dynamics.memory".to_owned(),
        RemarkKind::AccommodationWithoutVeto | RemarkKind::AccommodationAtAdvisoryBallots(_) => {
            "dynamics.accommodation".to_owned()
        }
        RemarkKind::NoSharedDoubt => "preferences".to_owned(),
        RemarkKind::VetoWithoutEffect => "veto".to_owned(),
        RemarkKind::SameAssumption(first) => format!("assumption.{first}"),
        RemarkKind::MisreadId { section, id, .. } => format!("{section}.{id}"),
    }]
}
