//! Members, and what holds for every member unless its own entry says otherwise.

use std::collections::BTreeMap;

use super::fields::Fields;
use super::roster::{MAX_OTHERS, Roster, check_name};
use crate::codes::Code;
use crate::model::{Group, Member, Noise, Trait};
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::Node;
use crate::scenario::keys;
use crate::scenario::place::Place;

/// A level with the place where it is written, if it is.
#[derive(Clone, Copy)]
struct Level {
    value: f64,
    place: Option<Place>,
}

/// What members make of the time that passes: what `[dynamics]` says for all.
#[derive(Clone, Copy)]
pub struct Pace {
    /// Points by which the reservation level falls from ballot to ballot.
    pub concession: f64,
    /// How much of what waiting is worth enters it.
    pub foresight: f64,
}

/// The section `[preferences]` and what `[dynamics]` says for every member.
pub struct Preferences {
    /// Distribution of what is unknown.
    pub noise: Noise,
    /// The traits, in order.
    pub traits: Vec<Trait>,
    /// The groups, in order.
    pub groups: Vec<Group>,
    /// Default of the candidates' `common_sd`.
    pub common_sd: f64,
    priority: Vec<f64>,
    priority_sd: Vec<f64>,
    member_sd: f64,
    uncertainty: f64,
    salience: f64,
    home: f64,
    pace: Pace,
    votes_at: Option<f64>,
    accept_at: Level,
    object_at: Level,
}

/// Reads `[preferences]`; `pace` is the default that `[dynamics]` gives.
pub fn preferences(node: Option<&Node>, pace: Pace, roster: &Roster<'_>, problems: &Collector) -> Preferences {
    let mut fields = Fields::section(node, &keys::PREFERENCES, problems);
    let zero = Level { value: 0.0, place: None };
    let mut trait_sd = vec![0.0; roster.traits.len()];
    for entry in fields.names("trait_sd") {
        if let Some(position) = roster.trait_called(entry.name, entry.place) {
            trait_sd[position] = entry.number().unwrap_or(0.0);
        }
    }
    let group_sd: BTreeMap<_, _> =
        fields.names("group_sd").map(|entry| (entry.name, entry.number().unwrap_or(0.0))).collect();
    let group = |(id, members): (&&str, &_)| Group {
        id: (*id).to_owned(),
        members: *members,
        bloc: roster.blocs.get(id).map(|name| (*name).to_owned()),
        sd: group_sd.get(id).copied().unwrap_or(0.0),
    };
    let accept_at = level(&mut fields, "accept_at", zero);
    let object_at = level(&mut fields, "object_at", zero);
    check_levels("a member", accept_at, object_at, problems);
    let preferences = Preferences {
        noise: fields.choice("noise", Noise::ALL),
        traits: roster.traits.iter().zip(trait_sd).map(|(name, sd)| Trait { name: (*name).to_owned(), sd }).collect(),
        groups: roster.groups.iter().map(group).collect(),
        common_sd: fields.number_or_default("common_sd"),
        priority: by_trait(&mut fields, "priority", &vec![0.0; roster.traits.len()], roster),
        priority_sd: by_trait(&mut fields, "priority_sd", &vec![0.0; roster.traits.len()], roster),
        member_sd: fields.number_or_default("member_sd"),
        uncertainty: fields.number_or_default("uncertainty"),
        salience: fields.number_or_default("salience"),
        home: fields.number_or_default("home"),
        pace,
        votes_at: fields.number("votes_at"),
        accept_at,
        object_at,
    };
    fields.finish();
    preferences
}

/// Reads one `[[member]]`.
pub fn member(node: &Node, defaults: &Preferences, roster: &Roster<'_>, problems: &Collector) -> Option<Member> {
    let mut fields = Fields::of(node, &keys::MEMBER, problems)?;
    let id = fields.text("id").unwrap_or_default();
    // By the roster, and by the measures' own file.
    fields.read_elsewhere(&["groups", "measures"]);
    // What it says was heard when the institution was merged; here only that it is true or false.
    fields.truth("new");
    let mut uncertainty_about = BTreeMap::new();
    for entry in fields.names("uncertainty_about") {
        if let (Some(candidate), Some(sd)) = (roster.candidate(entry.name, entry.place), entry.number()) {
            uncertainty_about.insert(candidate, sd);
        }
    }
    let accept_at = level(&mut fields, "accept_at", defaults.accept_at);
    let object_at = level(&mut fields, "object_at", defaults.object_at);
    if accept_at.place != defaults.accept_at.place || object_at.place != defaults.object_at.place {
        check_levels("this member", accept_at, object_at, problems);
    }
    let member = Member {
        id: id.to_owned(),
        name: fields.text("name").unwrap_or(id).to_owned(),
        priority: by_trait(&mut fields, "priority", &defaults.priority, roster),
        priority_sd: by_trait(&mut fields, "priority_sd", &defaults.priority_sd, roster),
        member_sd: fields.number("member_sd").unwrap_or(defaults.member_sd),
        ideal: dimensions(&mut fields, "ideal", problems).into(),
        salience: fields.number("salience").unwrap_or(defaults.salience),
        home: fields.number("home").unwrap_or(defaults.home),
        uncertainty: fields.number("uncertainty").unwrap_or(defaults.uncertainty),
        uncertainty_about,
        accept_at: accept_at.value,
        // Crossed levels are reported; of a judgement's they are held here.
        object_at: object_at.value.min(accept_at.value),
        votes_at: fields.number("votes_at").or(defaults.votes_at),
        concession: fields.number("concession").unwrap_or(defaults.pace.concession),
        foresight: fields.number("foresight").unwrap_or(defaults.pace.foresight),
        yields: fields.truth("yields"),
    };
    fields.finish();
    Some(member)
}

fn level(fields: &mut Fields<'_>, key: &'static str, default: Level) -> Level {
    let place = fields.get(key).map(|node| node.place);
    fields.number(key).map_or(default, |value| Level { value, place })
}

fn check_levels(who: &str, accept_at: Level, object_at: Level, problems: &Collector) {
    if object_at.value <= accept_at.value {
        return;
    }
    let message = format!(
        "{who} would object below {} but encourage from {}: `object_at` must not be above `accept_at`",
        object_at.value, accept_at.value
    );
    let mut diagnostic = Diagnostic::new(Code::LevelsCrossed, message);
    for (level, key) in [(object_at, "object_at"), (accept_at, "accept_at")] {
        if let Some(place) = level.place {
            diagnostic = diagnostic.at(place, format!("`{key}` is {}", level.value));
        }
    }
    let help = "a level that is not written is 0; between the two levels a member is neutral";
    problems.report(diagnostic.help(help));
}

/// A number of every trait: `defaults`, replaced where `key` says otherwise.
fn by_trait(fields: &mut Fields<'_>, key: &'static str, defaults: &[f64], roster: &Roster<'_>) -> Vec<f64> {
    let mut weights = defaults.to_vec();
    for entry in fields.names(key) {
        if let (Some(position), Some(weight)) = (roster.trait_called(entry.name, entry.place), entry.number()) {
            weights[position] = weight;
        }
    }
    weights
}

/// A point in policy space.
pub fn dimensions(fields: &mut Fields<'_>, key: &'static str, problems: &Collector) -> BTreeMap<String, f64> {
    let mut point = BTreeMap::new();
    if let Some(extra) = fields.names(key).nth(MAX_OTHERS) {
        let message = format!("{} dimensions in `{key}`; at most {MAX_OTHERS} are possible", fields.names(key).count());
        problems.report(Diagnostic::new(Code::TooMany, message).at(extra.place, "one too many"));
    }
    for entry in fields.names(key).take(MAX_OTHERS) {
        check_name(entry.name, entry.place, "a dimension", &[], problems);
        if let Some(at) = entry.number() {
            point.insert(entry.name.to_owned(), at);
        }
    }
    point
}
