//! What a reader can change, and what stands there under an assumption.

use std::collections::BTreeMap;

use nemcon::model::{Bar, Base, Condition, Drawn, Measure, Model, Rule, Stage, VetoPower};
use nemcon::scenario::keys::{self, Kind, Section};
use nemcon::scenario::{Scenario, Target};
use serde::Serialize;

/// What can be changed under one assumption.
#[derive(Serialize)]
pub struct Panel {
    members: Vec<Member>,
    groups: Vec<Group>,
    candidates: Vec<Candidate>,
    /// By member or group: the points of each candidate that it has itself.
    support: BTreeMap<String, Vec<f64>>,
    stages: Vec<StageRules>,
    /// The numbers of stages and dynamics.
    numbers: Vec<Number>,
    accommodation: Option<Accommodation>,
}

#[derive(Serialize)]
struct Member {
    id: String,
    name: String,
    groups: Vec<String>,
    veto: Veto,
    /// By candidate: what it thinks in the mean when a round opens, points.
    views: Vec<f64>,
}

#[derive(Serialize)]
struct Group {
    id: String,
    name: String,
    members: usize,
}

#[derive(Serialize)]
struct Candidate {
    id: String,
    name: String,
    availability: f64,
}

/// A veto power as it would be written.
#[derive(Serialize, PartialEq)]
struct Veto {
    probability: f64,
    cost: f64,
    alone: f64,
    drawn: &'static str,
    /// Ids of candidates; none is everyone.
    against: Option<Vec<String>>,
}

#[derive(Serialize)]
struct Number {
    path: String,
    /// What it means, in Markdown.
    meaning: &'static str,
    number: Option<f64>,
    min: f64,
    max: f64,
    whole: bool,
}

#[derive(Serialize)]
struct Accommodation {
    holdouts: u32,
    probability: f64,
    limit: Option<f64>,
}

/// The rule of a stage.
#[derive(Serialize)]
pub struct StageRules {
    name: String,
    /// None appoints no one.
    appoint: Option<Written>,
}

/// A rule as it would be written.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Written {
    NoVeto,
    Share { of: String, more: bool, bar: String, base: &'static str },
    Count { of: String, more: bool, bar: String },
    Objections { of: String, bar: String },
    All(Vec<Written>),
    Any(Vec<Written>),
}

/// The panel of an assumption; nothing if there is no such assumption.
pub fn of(scenario: &Scenario, assumption: &str) -> Option<Panel> {
    let model = &scenario.with_settings(assumption, &[])?.ok()?;
    let groups: Vec<_> = model.groups.iter().filter(|group| !group.members.is_empty()).collect();
    let whose = || model.members.iter().map(|member| &member.id).chain(groups.iter().map(|group| &group.id));
    let patterns: Vec<String> = whose().map(|id| format!("support.{id}.*")).collect();
    let found = scenario.numbers(assumption, &patterns.iter().map(String::as_str).collect::<Vec<_>>())?;
    let points: Vec<f64> = found.into_iter().map(|target| target.number.unwrap_or(0.0)).collect();
    let support = whose().cloned().zip(points.chunks(model.candidates.len()).map(<[f64]>::to_vec)).collect();
    Some(Panel {
        members: model
            .member_ids()
            .map(|(m, member)| {
                let of = groups.iter().filter(|group| group.members.contains(m));
                Member {
                    id: member.id.clone(),
                    name: member.name.clone(),
                    groups: of.map(|group| group.id.clone()).collect(),
                    veto: veto(model, &model.vetoes[m.index()]),
                    views: model.candidate_ids().map(|(c, _)| model.mean_utility(m, c)).collect(),
                }
            })
            .collect(),
        groups: groups
            .iter()
            .map(|group| Group {
                id: group.id.clone(),
                name: group.bloc.clone().unwrap_or_else(|| group.id.clone()),
                members: group.members.len() as usize,
            })
            .collect(),
        candidates: model
            .candidates
            .iter()
            .map(|candidate| Candidate {
                id: candidate.id.clone(),
                name: candidate.name.clone(),
                availability: candidate.availability,
            })
            .collect(),
        support,
        stages: stages(model),
        numbers: numbers(scenario, assumption)?,
        accommodation: model.dynamics.accommodation.map(|it| Accommodation {
            holdouts: it.holdouts,
            probability: it.probability,
            limit: it.limit,
        }),
    })
}

/// The numbers of stages, and of the dynamics those that stand by themselves.
fn numbers(scenario: &Scenario, assumption: &str) -> Option<Vec<Number>> {
    let of = |section: &'static Section, prefix: &str| {
        let numbers = section.keys.iter().filter(|key| is_number(&key.kind));
        numbers.map(|key| format!("{prefix}.{}", key.name)).collect::<Vec<_>>()
    };
    let patterns = [of(&keys::STAGE, "stage.*"), of(&keys::DYNAMICS, "dynamics")].concat();
    let found = scenario.numbers(assumption, &patterns.iter().map(String::as_str).collect::<Vec<_>>())?;
    let number = |target: Target| {
        let section = if target.path.starts_with("stage.") { &keys::STAGE } else { &keys::DYNAMICS };
        let name = target.path.rsplit('.').next()?;
        Some(Number {
            meaning: section.keys.iter().find(|key| key.name == name)?.meaning,
            path: target.path,
            number: target.number,
            min: target.limits.min,
            max: target.limits.max,
            whole: target.limits.whole,
        })
    };
    found.into_iter().map(number).collect()
}

fn is_number(kind: &Kind) -> bool {
    matches!(kind, Kind::Number(_) | Kind::Whole(..))
}

fn veto(model: &Model, power: &VetoPower) -> Veto {
    let named = || power.against.iter().map(|c| model.candidates[c.index()].id.clone()).collect();
    let is_everyone = !power.exists() || power.against.len() as usize == model.candidates.len();
    Veto {
        probability: if power.exists() { power.probability } else { 0.0 },
        cost: power.cost,
        alone: power.alone,
        drawn: match power.drawn {
            Drawn::Candidate => "candidate",
            Drawn::Member => "member",
        },
        against: (!is_everyone).then(named),
    }
}

/// The rules of all stages.
pub fn stages(model: &Model) -> Vec<StageRules> {
    let rule = |rule: &Rule| written(rule, &model.measures);
    let stage = |stage: &Stage| StageRules { name: stage.name.clone(), appoint: stage.appoint.as_ref().map(rule) };
    model.stages.iter().map(stage).collect()
}

fn written(rule: &Rule, measures: &[Measure]) -> Written {
    let name = |of: usize| measures[of].name.clone();
    match rule {
        Rule::Condition(Condition::NoVeto) => Written::NoVeto,
        Rule::Condition(Condition::Share { of, bar, base }) => {
            let (more, bar) = bar_of(*bar);
            let base = match base {
                Base::All => "all",
                Base::Voting => "voting",
            };
            Written::Share { of: name(*of), more, bar, base }
        }
        Rule::Condition(Condition::Count { of, bar }) => {
            let (more, bar) = bar_of(*bar);
            Written::Count { of: name(*of), more, bar }
        }
        Rule::Condition(Condition::Objections { of, at_most }) => {
            Written::Objections { of: name(*of), bar: at_most.to_string() }
        }
        Rule::All(rules) => Written::All(rules.iter().map(|rule| written(rule, measures)).collect()),
        Rule::Any(rules) => Written::Any(rules.iter().map(|rule| written(rule, measures)).collect()),
    }
}

/// Whether more than it is asked for, and the bar itself.
fn bar_of(bar: Bar) -> (bool, String) {
    match bar {
        Bar::AtLeast(bar) => (false, bar.to_string()),
        Bar::MoreThan(bar) => (true, bar.to_string()),
    }
}
