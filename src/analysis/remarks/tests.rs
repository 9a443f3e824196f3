//! One small model per kind of remark, and one without any.

use super::*;
use crate::analysis::example::{fraction, model, stage};
use crate::model::{
    Accommodation, Ballot, Bar, Base, CandidateSet, Condition, Drop, Effect, Event, Measure, MemberSet, Noise, Rule,
    Stage, VetoPower,
};

const M0: MemberId = MemberId(0);
const C0: CandidateId = CandidateId(0);

/// The example's rule asks for no veto, and hardly any of the models has one; nor has any a doubt that views share. Both
/// is remarked, but not here.
fn remarks_but_bare(models: &[Model]) -> Vec<Remark> {
    let mut remarks = remarks_on(models);
    remarks.retain(|remark| !matches!(remark.kind, RemarkKind::NobodyCanVeto(_) | RemarkKind::NoSharedDoubt));
    remarks
}

fn of(model: Model) -> Vec<RemarkKind> {
    remarks_but_bare(&[model]).into_iter().map(|remark| remark.kind).collect()
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
fn a_rule_nobody_can_meet_is_named_once_with_its_numbers() {
    let mut odd = model(2, 1);
    let condition = |at_least: &str| Condition::Count { of: 0, bar: Bar::AtLeast(fraction(at_least)) };
    odd.stages[0].appoint = Some(Rule::All(vec![condition("3").into(), condition("1").into(), condition("3").into()]));
    let unmet = |condition, measure: &str, total| Unmet { condition, measure: measure.into(), total, decimals: 0 };
    assert_eq!(of(odd.clone()), [RemarkKind::ImpossibleRule(0, vec![unmet(condition("3"), "members", 2)])]);
    odd.measures.push(Measure { name: "w".into(), weights: vec![0, 0], decimals: 0 });
    let share = Condition::Share { of: 1, bar: Bar::AtLeast(fraction("2/3")), base: Base::All };
    odd.stages[0].appoint = Some(share.into());
    assert_eq!(of(odd.clone()), [RemarkKind::ImpossibleRule(0, vec![unmet(share, "w", 0)])]);
    odd.stages[0].appoint = Some(condition("2").into());
    assert_eq!(of(odd.clone()), []);
    odd.stages[0].appoint = None;
    assert_eq!(of(odd), [RemarkKind::Unappointable(C0, Unappointable::NoStage)], "advisory, not impossible");
}

#[test]
fn a_rule_that_asks_for_nothing_is_named() {
    let mut odd = model(2, 1);
    odd.candidates[0].common_sd = 0.5;
    assert_eq!(remarks_on(&[odd.clone()])[0].kind, RemarkKind::NobodyCanVeto(0));
    let mut strict = Model { assumption: "strict".into(), ..odd.clone() };
    strict.vetoes[1] = VetoPower::absolute(1);
    assert_eq!(remarks_on(&[odd.clone(), strict]), [], "somebody can under some assumption");
    let mut stormy = odd.clone();
    stormy.events = vec![event(0.1, vec![Effect::Vetoes(vec![(M0, VetoPower::absolute(1))])])];
    assert_eq!(remarks_on(&[stormy]), [], "or in some event");
    odd.stages[0].appoint = Some(Condition::Count { of: 0, bar: Bar::AtLeast(fraction("0")) }.into());
    assert_eq!(of(odd.clone()), [RemarkKind::AlwaysHolds(0)]);
    odd.stages[0].appoint = Some(Condition::Count { of: 0, bar: Bar::AtLeast(fraction("0.5")) }.into());
    assert_eq!(of(odd.clone()), [RemarkKind::CountBelowOne(0, fraction("0.5"))]);
    odd.stages[0].appoint =
        Some(Condition::Share { of: 0, bar: Bar::AtLeast(fraction("0.5")), base: Base::All }.into());
    assert_eq!(of(odd), []);
}

#[test]
fn ballots_that_can_only_repeat_are_named() {
    let with = |change: &dyn Fn(&mut Model)| {
        let mut odd = model(2, 2);
        odd.stages[0].repeat = 3;
        odd.vetoes[0] = VetoPower::absolute(2);
        change(&mut odd);
        of(odd)
    };
    assert_eq!(with(&|_| ()), [RemarkKind::BallotsRepeat(0)]);
    assert_eq!(with(&|m| m.stages[0].repeat = 1), []);
    assert_eq!(with(&|m| m.dynamics.momentum = 0.1), []);
    assert_eq!(with(&|m| m.dynamics.memory = 0.9), []);
    assert_eq!(
        with(&|m| m.dynamics.accommodation = Some(Accommodation { holdouts: 1, probability: 0.5, limit: None })),
        []
    );
    assert_eq!(with(&|m| m.members[1].concession = 0.1), []);
    assert_eq!(with(&|m| m.stages[0].drop = Drop::Lowest), []);
    assert_eq!(with(&|m| m.candidates[1].withdraws_if_vetoed = 0.5), []);
    assert_eq!(with(&|m| m.candidates[1].enters = 3), []);
}

#[test]
fn dislikes_that_nobody_need_heed_are_named() {
    let mut odd = model(3, 2);
    odd.vetoes[0] = VetoPower::absolute(2);
    odd.support[2] = -3.0; // member 1 on candidate 0
    assert_eq!(of(odd.clone()), [RemarkKind::IdleDislike(MemberId(1), C0)]);
    let with = |change: &dyn Fn(&mut Model)| {
        let mut model = odd.clone();
        change(&mut model);
        of(model)
    };
    assert_eq!(with(&|m| m.members[1].uncertainty = 2.0), [], "not so firm");
    assert_eq!(with(&|m| m.vetoes[1] = VetoPower::absolute(2)), [], "a veto");
    assert_eq!(with(&|m| m.vetoes[0].cost = 1.0), [], "others' vetoes depend on it");
    let all =
        Rule::All(vec![Condition::NoVeto.into(), Condition::Count { of: 0, bar: Bar::AtLeast(fraction("2")) }.into()]);
    assert_eq!(with(&|m| m.stages[0].appoint = Some(all.clone())), [], "support counts");
}

#[test]
fn judgements_on_another_scale_are_named() {
    let mut odd = model(2, 2);
    odd.support = vec![6.0, 4.0, 1.0, 4.0];
    assert_eq!(of(odd.clone()), [RemarkKind::FromOneUp(6)]);
    odd.support = vec![2.0, 1.0, 1.0, 2.0];
    assert_eq!(of(odd.clone()), [], "firm support");
    odd.support = vec![150.0, -20.0, 3.0, 4.0];
    odd.members.iter_mut().for_each(|member| member.uncertainty = 15.0);
    assert_eq!(of(odd.clone()), [RemarkKind::BeyondScale(M0, C0)]);
    odd.support[0] = 149.0;
    assert_eq!(of(odd), [], "as uncertain as they are large");
}

#[test]
fn events_that_change_nothing_are_named_if_under_all_assumptions() {
    let with = |probability, effect: Effect| {
        let mut odd = model(2, 1);
        odd.vetoes[0] = VetoPower::absolute(1);
        odd.events = vec![event(probability, vec![effect])];
        odd
    };
    let points = |points| Effect::Points { members: MemberSet::all(2), candidates: CandidateSet::all(1), points };
    for idle in [
        with(0.0, points(1.0)),
        with(0.5, points(0.0)),
        with(0.5, Effect::Joins(C0)),
        with(0.5, Effect::Vetoes(vec![(M0, VetoPower::absolute(1))])),
    ] {
        assert_eq!(of(idle.clone()), [RemarkKind::IdleEvent(0)]);
        let mut other = Model { assumption: "other".into(), ..idle };
        other.events = with(0.5, points(1.0)).events;
        assert_eq!(remarks_on(&[with(0.0, points(1.0)), other]), []);
    }
    assert_eq!(of(with(0.5, Effect::Vetoes(vec![(M0, VetoPower::NONE)]))), []);
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
    assert_eq!(remarks_but_bare(&[with, without]), []);
}

#[test]
fn side_payments_do_nothing_where_nobody_can_be_appointed() {
    let mut odd = model(2, 1);
    odd.stages.insert(0, stage("poll", 2, None));
    odd.vetoes[0] = VetoPower::absolute(1);
    assert_eq!(of(odd.clone()), []);
    odd.dynamics.accommodation = Some(Accommodation { holdouts: 1, probability: 0.5, limit: None });
    assert_eq!(of(odd.clone()), [RemarkKind::AccommodationAtAdvisoryBallots(0)]);
    let mut others = odd.clone();
    others.stages[0].members = [MemberId(1)].into_iter().collect();
    assert_eq!(of(others), [], "no one who takes part can veto");
    let mut choice = odd.clone();
    choice.stages[0].ballot = Ballot::Choice { votes: 1 };
    assert_eq!(of(choice), [], "nobody is asked for objections");
    odd.stages.remove(0);
    (odd.stages[0].repeat, odd.stages[0].appoint_from) = (2, 2);
    assert_eq!(of(odd), [], "soundings of the stage that decides");
}

#[test]
fn doubt_that_no_two_views_share_is_odd_unless_an_assumption_shares_some() {
    let is_odd = |models: &[Model]| remarks_on(models).iter().any(|remark| remark.kind == RemarkKind::NoSharedDoubt);
    let with = |change: &dyn Fn(&mut Model)| {
        let mut model = model(2, 2);
        model.stages[0].repeat = 2;
        change(&mut model);
        is_odd(&[model])
    };
    assert!(with(&|_| ()));
    assert!(!with(&|m| m.candidates[0].common_sd = 0.5));
    assert!(!with(&|m| m.members[1].member_sd = 0.5));
    assert!(!with(&|m| m.dynamics.drift_sd = 0.1));
    assert!(!with(&|m| m.dynamics.doubt_sd = 0.1));
    assert!(!with(&|m| m.events = vec![event(0.5, vec![Effect::Leaves(C0)])]));
    assert!(with(&|m| m.events = vec![event(0.0, vec![Effect::Leaves(C0)])]), "it never happens");
    assert!(!with(&|m| m.members[0].uncertainty = 0.0), "one view of each candidate is in doubt");
    let mut shared = Model { assumption: "shared".into(), ..model(2, 2) };
    shared.candidates[0].common_sd = 0.5;
    assert!(!is_odd(&[model(2, 2), shared]));
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
        remarks_but_bare(&[stated.clone(), other.clone(), third.clone()]),
        [remark(&late, &["other", "third"]), remark(&RemarkKind::SameAssumption("other".into()), &["third"])]
    );
    third.candidates[1].availability = 0.5;
    assert_eq!(remarks_but_bare(&[other, third]), [remark(&late, &[])]);
}

#[test]
fn to_keep_someone_out_of_the_race_is_odd_only_in_the_stated_assumption() {
    let stated = model(2, 2);
    let mut without = Model { assumption: "without".into(), ..model(2, 2) };
    without.candidates[0].availability = 0.0;
    assert_eq!(remarks_but_bare(&[stated.clone(), without.clone()]), []);
    let never = RemarkKind::Unappointable(C0, Unappointable::NeverStands);
    assert_eq!(remarks_but_bare(&[without, stated]), [Remark { kind: never, assumptions: vec!["without".into()] }]);
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
    assert_eq!(remarks_but_bare(&[odd, other]), expected.map(|kind| Remark { kind, assumptions: vec![] }));
}

#[test]
fn keys_that_cannot_act_are_named() {
    let pace = |model: &mut Model| {
        (model.members[0].foresight, model.members[1].concession) = (0.5, 0.1);
        (model.dynamics.drift_sd, model.dynamics.doubt_sd) = (0.2, 0.3);
    };
    let idle = |model: Model| -> Vec<IdleKey> {
        let kinds = of(model).into_iter();
        kinds.filter_map(|kind| if let RemarkKind::IdleKey(key) = kind { Some(key) } else { None }).collect()
    };
    let mut once = model(3, 2);
    pace(&mut once);
    let all = [Pace::Concession, Pace::Foresight, Pace::Drift, Pace::Doubt].map(IdleKey::AtOneBallot);
    assert_eq!(idle(once.clone()), all);
    let mut twice = once.clone();
    twice.stages[0].repeat = 2;
    assert_eq!(idle(twice.clone()), []);
    twice.stages[0].ballot = Ballot::Choice { votes: 1 };
    twice.stages[0].appoint = Some(Rule::Condition(Condition::Count { of: 0, bar: Bar::AtLeast(fraction("2")) }));
    assert_eq!(idle(twice.clone()), [Pace::Concession, Pace::Foresight].map(IdleKey::WhereVotesDecide));
    let mut keeps = model(3, 2);
    (keeps.stages[0].repeat, keeps.stages[0].drop) = (3, Drop::Keep(2));
    assert_eq!(idle(keeps.clone()), [], "presets keep as many as their rules say");
    assert!(of(keeps.clone()).contains(&RemarkKind::BallotsRepeat(0)), "who keeps everyone drops nobody");
    (keeps.stages[0].drop, keeps.stages[0].continues) = (Drop::Keep(1), 0.0);
    keeps.members[0].votes_at = Some(1.0);
    assert_eq!(idle(keeps), [IdleKey::VotesAtWithoutVotes, IdleKey::RepeatThatEnds(0)]);
}
