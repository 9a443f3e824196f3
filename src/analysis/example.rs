//! Models for tests, built by hand.

use std::collections::BTreeMap;

use crate::model::{
    Ballot, Bar, Candidate, Choose, Condition, Drop, Dynamics, Fraction, Measure, Member, MemberSet, Model, Noise,
    Point, Rule, Stage, Ties, VetoPower,
};

/// `members` called `m0`, `m1`, … and `candidates` called `c0`, `c1`, …, one ballot by consensus, no vetoes, all views
/// at 0 with an uncertainty of 1.
pub fn model(members: usize, candidates: usize) -> Model {
    let consensus =
        Rule::All(vec![Condition::NoVeto.into(), Condition::Count { of: 0, bar: Bar::AtLeast(fraction("1")) }.into()]);
    Model {
        assumption: "stated".to_owned(),
        assumption_summary: String::new(),
        noise: Noise::Normal,
        members: (0..members).map(member).collect(),
        candidates: (0..candidates).map(candidate).collect(),
        groups: vec![],
        traits: vec![],
        measures: vec![Measure::members(members)],
        support: vec![0.0; members * candidates],
        events: vec![],
        stages: vec![stage("ballot", members, Some(consensus))],
        dynamics: Dynamics { momentum: 0.0, memory: 1.0, drift_sd: 0.0, doubt_sd: 0.0, accommodation: None },
        vetoes: vec![VetoPower::NONE; members],
    }
}

/// One ballot of stances of so many members about everyone.
pub fn stage(name: &str, members: usize, appoint: Option<Rule>) -> Stage {
    Stage {
        name: name.to_owned(),
        members: MemberSet::all(members),
        ballot: Ballot::Stances,
        repeat: 1,
        continues: 1.0,
        appoint,
        appoint_from: 1,
        support_by: 0,
        choose: Choose::Support,
        drop: Drop::None,
        from_ballot: 1,
        ties: Ties::Lot,
        field: None,
        goodwill: 0.0,
    }
}

/// The fraction written as `text`.
pub fn fraction(text: &str) -> Fraction {
    text.parse().unwrap()
}

fn member(i: usize) -> Member {
    Member {
        id: format!("m{i}"),
        name: format!("Member {i}"),
        priority: vec![],
        priority_sd: vec![],
        member_sd: 0.0,
        ideal: Point::default(),
        salience: 0.0,
        home: 0.0,
        uncertainty: 1.0,
        uncertainty_about: BTreeMap::new(),
        accept_at: 0.0,
        object_at: 0.0,
        votes_at: None,
        concession: 0.0,
        foresight: 0.0,
        yields: true,
    }
}

fn candidate(i: usize) -> Candidate {
    Candidate {
        id: format!("c{i}"),
        name: format!("Candidate {i}"),
        home: None,
        traits: vec![],
        position: Point::default(),
        uncertainty: None,
        common_sd: 0.0,
        availability: 1.0,
        enters: 1,
        reserve: false,
        withdraws_if_vetoed: 0.0,
        withdraws_below: Fraction::ZERO,
    }
}
