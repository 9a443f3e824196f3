//! One small model per kind of remark, and one without any.

use super::*;
use crate::analysis::example::{fraction, model, stage};
use crate::model::{Accommodation, Bar, CandidateSet, Condition, Drop, Effect, Event, Noise, Stage, VetoPower};

const M0: MemberId = MemberId(0);
const C0: CandidateId = CandidateId(0);

fn of(model: Model) -> Vec<RemarkKind> {
    remarks_on(&[model]).into_iter().map(|remark| remark.kind).collect()
}

fn event(probability: f64, effects: Vec<Effect>) -> Event {
    Event { name: "event".into(), probability, effects }
}

#[test]
fn an_ordinary_model_is_not_odd() {
    assert_eq!(of(model(3, 2)), []);
}

#[test]
fn a_veto_of_one_who_never_objects_is_idle() {
    let mut odd = model(2, 2);
    odd.vetoes[0] = VetoPower::absolute(2);
    assert_eq!(of(odd.clone()), []);
    odd.support[0] = 7.0; // member 0 on candidate 0: beyond the lowest shock, 6.34 standard deviations
    assert_eq!(of(odd.clone()), [], "the other candidate may still be objectionable");
    odd.vetoes[0].against = CandidateSet::all(1);
    assert_eq!(of(odd.clone()), [RemarkKind::IdleVeto(M0)]);
    odd.noise = Noise::Logistic;
    assert_eq!(of(odd), [], "heavier tails reach further");
}

#[test]
fn one_who_can_never_object_is_named_veto_or_not() {
    let mut odd = model(2, 1);
    odd.support[0] = 7.0;
    assert_eq!(of(odd.clone()), [RemarkKind::NeverObjects(M0)]);
    odd.members[0].uncertainty = 2.0;
    assert_eq!(of(odd), []);
}

#[test]
fn a_veto_from_an_event_is_a_veto() {
    let mut odd = model(2, 1);
    odd.support[0] = 7.0;
    odd.events = vec![event(0.1, vec![Effect::Vetoes(vec![(M0, VetoPower::absolute(1))])])];
    assert_eq!(of(odd), [RemarkKind::IdleVeto(M0)]);
}

#[test]
fn candidates_nobody_can_appoint() {
    let why = |change: &dyn Fn(&mut Model)| {
        let mut odd = model(2, 2);
        change(&mut odd);
        of(odd)
    };
    let is = |reason| vec![RemarkKind::Unappointable(C0, reason)];
    assert_eq!(why(&|m| m.candidates[0].availability = 0.0), is(Unappointable::NeverStands));
    assert_eq!(why(&|m| m.events = vec![event(1.0, vec![Effect::Leaves(C0)])]), is(Unappointable::NeverStands));
    assert_eq!(why(&|m| m.candidates[0].reserve = true), is(Unappointable::NoStage));
    assert_eq!(why(&|m| m.candidates[0].enters = 2), is(Unappointable::EntersTooLate));
    let joins = || vec![event(0.5, vec![Effect::Joins(C0)])];
    assert_eq!(why(&|m| (m.candidates[0].availability, m.events) = (0.0, joins())), []);
    assert_eq!(why(&|m| (m.candidates[0].reserve, m.events) = (true, joins())), []);
    let named = |m: &mut Model| {
        m.candidates[0].reserve = true;
        m.candidates[0].enters = 2;
        let rule = m.stages[0].appoint.clone();
        m.stages.push(Stage { field: Some(CandidateSet::all(1)), ..stage("last", m.members.len(), rule) });
    };
    assert_eq!(why(&named), []);
}

#[test]
fn a_rule_nobody_can_meet_is_named_with_all_whom_it_keeps_out() {
    let mut odd = model(2, 1);
    odd.stages[0].appoint = Some(Condition::Count { of: 0, bar: Bar::AtLeast(fraction("3")) }.into());
    assert_eq!(of(odd.clone()), [RemarkKind::Unappointable(C0, Unappointable::NoStage), RemarkKind::ImpossibleRule(0)]);
    odd.stages[0].appoint = Some(Condition::Count { of: 0, bar: Bar::AtLeast(fraction("2")) }.into());
    assert_eq!(of(odd.clone()), []);
    odd.stages[0].appoint = None;
    assert_eq!(of(odd), [RemarkKind::Unappointable(C0, Unappointable::NoStage)], "advisory, not impossible");
}

#[test]
fn what_happens_between_ballots_needs_two() {
    let mut odd = model(2, 1);
    odd.dynamics.momentum = 0.5;
    odd.dynamics.memory = 0.5;
    assert_eq!(of(odd.clone()), [RemarkKind::MomentumAtOneBallot, RemarkKind::MemoryAtOneBallot]);
    odd.stages[0].repeat = 2;
    assert_eq!(of(odd), []);
}

#[test]
fn accommodation_without_any_veto_is_odd_only_under_all_assumptions() {
    let mut without = model(2, 1);
    without.dynamics.accommodation = Some(Accommodation { holdouts: 1, probability: 0.5, limit: None });
    assert_eq!(of(without.clone()), [RemarkKind::AccommodationWithoutVeto]);
    let mut with = Model { assumption: "with".into(), ..without.clone() };
    with.vetoes[0] = VetoPower::absolute(1);
    assert_eq!(remarks_on(&[with, without]), []);
}

#[test]
fn vetoes_under_a_rule_that_does_not_ask_for_them_do_nothing() {
    let mut odd = model(2, 1);
    odd.vetoes[0] = VetoPower::absolute(1);
    odd.stages[0].appoint = Some(Condition::Count { of: 0, bar: Bar::AtLeast(fraction("1")) }.into());
    assert_eq!(of(odd.clone()), [RemarkKind::VetoWithoutEffect]);
    odd.stages[0].drop = Drop::Vetoed;
    assert_eq!(of(odd), []);
}

#[test]
fn remarks_name_the_assumptions_they_are_about() {
    let stated = model(2, 2);
    let mut other = Model { assumption: "other".into(), ..model(2, 2) };
    other.candidates[0].enters = 2;
    let mut third = Model { assumption: "third".into(), assumption_summary: "words".into(), ..other.clone() };
    let late = RemarkKind::Unappointable(C0, Unappointable::EntersTooLate);
    let remark = |kind: &RemarkKind, assumptions: &[&str]| Remark {
        kind: kind.clone(),
        assumptions: assumptions.iter().map(|&name| name.to_owned()).collect(),
    };
    assert_eq!(
        remarks_on(&[stated.clone(), other.clone(), third.clone()]),
        [remark(&late, &["other", "third"]), remark(&RemarkKind::SameAssumption("other".into()), &["third"])]
    );
    third.candidates[1].availability = 0.5;
    assert_eq!(remarks_on(&[other, third]), [remark(&late, &[])]);
}

#[test]
fn to_keep_someone_out_of_the_race_is_odd_only_in_the_stated_assumption() {
    let stated = model(2, 2);
    let mut without = Model { assumption: "without".into(), ..model(2, 2) };
    without.candidates[0].availability = 0.0;
    assert_eq!(remarks_on(&[stated.clone(), without.clone()]), []);
    let never = RemarkKind::Unappointable(C0, Unappointable::NeverStands);
    assert_eq!(remarks_on(&[without, stated]), [Remark { kind: never, assumptions: vec!["without".into()] }]);
}

#[test]
fn ids_that_readers_take_for_something_else_are_named() {
    let mut odd = model(2, 2);
    odd.members[0].id = "NA".into();
    odd.candidates[1].id = "007".into();
    let other = Model { assumption: "NO".into(), support: vec![1.0; 4], ..odd.clone() };
    let misread = |section, id: &str, taken_for| RemarkKind::MisreadId { section, id: id.into(), taken_for };
    let expected = [
        misread("member", "NA", Misread::Missing),
        misread("candidate", "007", Misread::Number),
        misread("assumption", "NO", Misread::Truth),
    ];
    assert_eq!(remarks_on(&[odd, other]), expected.map(|kind| Remark { kind, assumptions: vec![] }));
}
