//! What one assumption changes, in words.

use crate::model::{Candidate, Dynamics, MemberId, MemberSet, Model, Stage};
use crate::report::words;

/// How `other` differs from `stated`: a line for each part that does.
pub fn between(stated: &Model, other: &Model) -> Vec<String> {
    let mut lines = Vec::new();
    if stated.vetoes != other.vetoes {
        lines.push(format!("vetoes: {}", words::vetoes(other, false).join("; ")));
    }
    lines.extend(stages(stated, other));
    lines.extend(candidates(stated, other));
    if stated.dynamics != other.dynamics || pace(stated) != pace(other) {
        let dynamics = words::dynamics(other);
        lines.push(if dynamics.is_empty() {
            "nothing changes between ballots".to_owned()
        } else {
            dynamics.join("; ")
        });
    }
    for (event, was) in other.events.iter().zip(&stated.events) {
        if event != was {
            lines.push(format!("event {}: {}", event.name, words::event(other, event)));
        }
    }
    lines.extend(support(stated, other));
    if preferences(stated) != preferences(other) {
        lines.push("preferences: other values".to_owned());
    }
    if lines.is_empty() { vec!["nothing differs".to_owned()] } else { lines }
}

fn stages(stated: &Model, other: &Model) -> Vec<String> {
    if stated.stages.len() != other.stages.len() {
        return vec![format!("{} stages instead of {}", other.stages.len(), stated.stages.len())];
    }
    let changed = stated.stages.iter().zip(&other.stages).filter(|(was, is)| was != is);
    let only_rule = |(was, is): (&Stage, &Stage)| {
        let same_rule = Stage { appoint: was.appoint.clone(), ..is.clone() };
        if same_rule == *was {
            format!("{}: {}", is.name, words::rule(other, is))
        } else {
            format!("{}: {}", is.name, words::stage(other, is))
        }
    };
    changed.map(only_rule).collect()
}

/// Candidates by what changes: availability is told, the rest only named.
fn candidates(stated: &Model, other: &Model) -> Vec<String> {
    let mut availability: Vec<(f64, Vec<&str>)> = Vec::new();
    let mut rest: Vec<&str> = Vec::new();
    for (was, is) in stated.candidates.iter().zip(&other.candidates) {
        if was.availability != is.availability {
            match availability.iter_mut().find(|(value, _)| *value == is.availability) {
                Some((_, names)) => names.push(&is.name),
                None => availability.push((is.availability, vec![&is.name])),
            }
        }
        if !same_but_for_availability(was, is) {
            rest.push(&is.name);
        }
    }
    let mut lines: Vec<String> = availability
        .into_iter()
        .map(|(value, names)| match value {
            v if v <= 0.0 => format!("do not stand: {}", names.join(", ")),
            v if v >= 1.0 => format!("stand: {}", names.join(", ")),
            v => format!("stand with probability {v}: {}", names.join(", ")),
        })
        .collect();
    if !rest.is_empty() {
        lines.push(format!("other settings of {}", rest.join(", ")));
    }
    lines
}

fn same_but_for_availability(was: &Candidate, is: &Candidate) -> bool {
    Candidate { availability: was.availability, ..is.clone() } == *was
}

fn pace(model: &Model) -> Vec<(f64, f64, bool)> {
    model.members.iter().map(|m| (m.concession, m.foresight, m.yields)).collect()
}

/// Whose judgements of whom differ.
fn support(stated: &Model, other: &Model) -> Vec<String> {
    let candidates = other.candidate_ids().filter_map(|(c, candidate)| {
        let judged = |model: &Model, m: MemberId| model.support[m.index() * model.candidates.len() + c.index()];
        let ids = other.member_ids().map(|(m, _)| m);
        let changed: MemberSet = ids.filter(|&m| judged(stated, m) != judged(other, m)).collect();
        (!changed.is_empty()).then(|| format!("{} by {}", candidate.name, words::members(other, &changed)))
    });
    let candidates: Vec<String> = candidates.collect();
    if candidates.is_empty() { Vec::new() } else { vec![format!("judged otherwise: {}", candidates.join("; "))] }
}

/// The model without what the other lines are about.
fn preferences(model: &Model) -> Model {
    let mut rest = model.clone();
    rest.assumption.clear();
    rest.assumption_summary.clear();
    rest.vetoes.clear();
    rest.support.clear();
    rest.stages.clear();
    rest.events.clear();
    rest.candidates.clear();
    rest.dynamics = Dynamics { momentum: 0.0, memory: 1.0, drift_sd: 0.0, doubt_sd: 0.0, accommodation: None };
    for member in &mut rest.members {
        (member.concession, member.foresight, member.yields) = (0.0, 0.0, true);
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::example::{fraction, model};
    use crate::model::{Bar, Condition, VetoPower};

    #[test]
    fn every_part_that_differs_has_its_line() {
        let stated = model(3, 2);
        assert_eq!(between(&stated, &stated), ["nothing differs"]);
        let mut other = stated.clone();
        other.vetoes[1] = VetoPower::absolute(2);
        other.stages[0].appoint = Some(Condition::Count { of: 0, bar: Bar::AtLeast(fraction("2")) }.into());
        other.candidates[0].availability = 0.0;
        other.candidates[1].withdraws_below = fraction("0.5");
        other.dynamics.momentum = 0.5;
        other.support[0] = 1.0;
        other.members[2].uncertainty = 2.0;
        let lines = between(&stated, &other);
        assert_eq!(
            lines,
            [
                "vetoes: m1: absolute; nobody else",
                "ballot: at least 2 members in favour",
                "do not stand: Candidate 0",
                "other settings of Candidate 1",
                "momentum: 0.5 points per unit of support share above the field's mean",
                "judged otherwise: Candidate 0 by m0",
                "preferences: other values",
            ]
        );
    }
}
