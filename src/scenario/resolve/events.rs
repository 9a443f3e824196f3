//! Events: what may happen in a round, and what it then does.

use super::fields::Fields;
use super::roster::{Roster, check_name, check_unique, is_number_fine};
use super::vetoes::VetoTable;
use crate::codes::Code;
use crate::model::{Effect, Event};
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::Node;
use crate::scenario::keys;

/// Effects of all events together, at most.
const MAX_EFFECTS: usize = 1024;
/// Those of them that give and take vetoes, at most: each says something of every member.
const MAX_VETOES: usize = 128;

/// Reads every `[[event]]`.
pub fn events(nodes: &[Node], roster: &Roster<'_>, problems: &Collector) -> Vec<Event> {
    if !is_number_fine("event", nodes.len(), problems) {
        return Vec::new();
    }
    let names = nodes.iter().filter_map(|node| Some((node.get_str("name")?, node.get("name")?.place)));
    check_unique("event", names, problems);
    let effects = nodes.iter().filter_map(|node| node.get("effects")?.as_array()).flatten();
    if let Some(extra) = effects.clone().nth(MAX_EFFECTS) {
        let message = format!("{} effects in all events; at most {MAX_EFFECTS} are possible", effects.count());
        let help = "an effect may be about several members and candidates at once";
        problems.report(Diagnostic::new(Code::TooMany, message).at(extra.place, "one too many").help(help));
        return Vec::new();
    }
    let vetoes = effects.filter(|effect| effect.get("veto").is_some());
    if let Some(extra) = vetoes.clone().nth(MAX_VETOES) {
        let message = format!("{} effects are vetoes; at most {MAX_VETOES} are possible", vetoes.count());
        problems.report(Diagnostic::new(Code::TooMany, message).at(extra.place, "one too many"));
        return Vec::new();
    }
    nodes.iter().filter_map(|node| event(node, roster, problems)).collect()
}

fn event(node: &Node, roster: &Roster<'_>, problems: &Collector) -> Option<Event> {
    let mut fields = Fields::of(node, &keys::EVENT, problems)?;
    let name = fields.text_and_place("name").map(|(name, place)| {
        check_name(name, place, "an event", &[], problems);
        name
    });
    let probability = fields.number("probability");
    let effects = fields.list("effects").unwrap_or(&[]);
    if let Some(written) = fields.get("effects").filter(|written| written.as_array().is_some_and(<[_]>::is_empty)) {
        let diagnostic = Diagnostic::new(Code::EmptyList, "an event without effects does nothing");
        problems.report(diagnostic.at(written.place, "empty").help("say what the event does, or remove it"));
    }
    fields.finish();
    let effects = effects.iter().filter_map(|node| effect(node, roster, problems)).collect();
    Some(Event { name: name?.to_owned(), probability: probability?, effects })
}

fn effect(node: &Node, roster: &Roster<'_>, problems: &Collector) -> Option<Effect> {
    let mut fields = Fields::of(node, &keys::EFFECT, problems)?;
    let said: Vec<_> = keys::EFFECT.one_of.iter().copied().filter(|kind| fields.get(kind).is_some()).collect();
    let [kind] = said[..] else {
        let message = match said.len() {
            0 => "an effect says what it does: one of `points`, `leaves`, `joins` or `veto`".to_owned(),
            _ => format!("an effect does one thing, but this says {}", said.join(" and ")),
        };
        let diagnostic = Diagnostic::new(Code::BadEffect, message).at(node.place, "exactly one is needed");
        problems.report(diagnostic.help("write several effects as several entries of the list `effects`"));
        return None;
    };
    for key in ["members", "candidates"] {
        if let Some(node) = fields.get(key).filter(|_| kind != "points") {
            let message = format!("`{key}` belongs to `points`, but this effect says `{kind}`");
            problems.report(Diagnostic::new(Code::BadEffect, message).at(node.place, "has no meaning here"));
        }
    }
    let candidate = |fields: &mut Fields<'_>, key: &'static str| {
        let (name, place) = fields.text_and_place(key)?;
        roster.candidate(name, place)
    };
    let effect = match kind {
        "points" => points(&mut fields, roster),
        "leaves" => candidate(&mut fields, "leaves").map(Effect::Leaves),
        "joins" => candidate(&mut fields, "joins").map(Effect::Joins),
        _ => fields
            .get("veto")
            .map(|node| Effect::Vetoes(VetoTable::read(node, roster, problems).powers(roster, problems))),
    };
    fields.finish();
    effect
}

fn points(fields: &mut Fields<'_>, roster: &Roster<'_>) -> Option<Effect> {
    let points = fields.number("points");
    let members = match fields.get("members") {
        None => Some(roster.all_members()),
        Some(_) => fields.list("members").and_then(|nodes| roster.member_list(nodes, "members")),
    };
    let candidates = match fields.get("candidates") {
        None => Some(roster.all_candidates()),
        Some(_) => fields.list("candidates").and_then(|nodes| roster.candidate_list(nodes, "candidates")),
    };
    Some(Effect::Points { members: members?, candidates: candidates?, points: points? })
}
