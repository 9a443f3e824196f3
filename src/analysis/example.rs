//! Models for tests, built by hand.

use std::collections::BTreeMap;

use crate::model::{
    Ballot, Candidate, Choose, Condition, Drop, Dynamics, Fraction, Measure, Member, Model, Noise, Rule, Stage,
    VetoPower,
};

/// `members` called `m0`, `m1`, … and `candidates` called `c0`, `c1`, …, one ballot by consensus, no vetoes, all views
/// at 0 with an uncertainty of 1.
pub fn model(members: usize, candidates: usize) -> Model {
    let consensus =
        Rule::All(vec![Condition::NoVeto.into(), Condition::Count { of: 0, at_least: fraction("1") }.into()]);
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
        stages: vec![stage("ballot", Some(consensus))],
        dynamics: Dynamics { momentum: 0.0, memory: 1.0, accommodation: None },
        vetoes: vec![VetoPower::NONE; members],
    }
}

/// One ballot of stances about everyone.
pub fn stage(name: &str, appoint: Option<Rule>) -> Stage {
    Stage {
        name: name.to_owned(),
        ballot: Ballot::Stances,
        repeat: 1,
        appoint,
        choose: Choose::Support,
        drop: Drop::None,
        from_ballot: 1,
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
        ideal: BTreeMap::new(),
        salience: 0.0,
        home: 0.0,
        uncertainty: 1.0,
        uncertainty_about: BTreeMap::new(),
        accept_at: 0.0,
        object_at: 0.0,
        concession: 0.0,
    }
}

fn candidate(i: usize) -> Candidate {
    Candidate {
        id: format!("c{i}"),
        name: format!("Candidate {i}"),
        home: None,
        traits: vec![],
        position: BTreeMap::new(),
        common_sd: 0.0,
        availability: 1.0,
        enters: 1,
        reserve: false,
        withdraws_if_vetoed: 0.0,
        withdraws_below: Fraction::ZERO,
    }
}
