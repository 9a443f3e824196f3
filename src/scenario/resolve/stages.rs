//! The procedure: stages, and what changes from ballot to ballot.

use super::fields::Fields;
use super::members::Pace;
use super::roster::{Roster, check_name, check_unique};
use super::rules::Rules;
use super::values;
use crate::codes::Code;
use crate::model::{Accommodation, Ballot, Choose, Drop, Dynamics, MAX_BALLOTS, MemberSet, Stage, Ties};
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::Node;
use crate::scenario::place::Place;
use crate::scenario::{keys, suggest};

/// The name of stage number `index`, as setting paths and reports use it.
pub fn stage_name(node: &Node, index: usize) -> String {
    node.get_str("name").map_or_else(|| format!("stage-{}", index + 1), str::to_owned)
}

/// Reads every `[[stage]]`.
pub fn stages(nodes: &[Node], roster: &Roster<'_>, rules: &Rules<'_>) -> Vec<Stage> {
    let problems = rules.problems;
    let nodes = not_too_many(nodes, problems);
    let names: Vec<_> = nodes.iter().enumerate().map(|(i, node)| (stage_name(node, i), name_place(node))).collect();
    check_unique("stage", names.iter().map(|(name, place)| (name.as_str(), *place)), problems);
    let stages: Vec<_> =
        nodes.iter().enumerate().filter_map(|(i, node)| stage(node, stage_name(node, i), roster, rules)).collect();
    let ballots: u64 = stages.iter().map(|stage| u64::from(stage.repeat)).sum();
    if ballots > u64::from(MAX_BALLOTS) {
        let message = format!("a round would have up to {ballots} ballots; at most {MAX_BALLOTS} are possible");
        let mut diagnostic = Diagnostic::new(Code::TooMany, message).help("lower the stages' `repeat`");
        if let Some(repeat) = nodes.iter().filter_map(|node| node.get("repeat")).next_back() {
            diagnostic = diagnostic.at(repeat.place, "too many ballots in all");
        }
        problems.report(diagnostic);
    }
    stages
}

/// The stages that are looked into: every one has a ballot, and the ballots are limited.
fn not_too_many<'t>(nodes: &'t [Node], problems: &Collector) -> &'t [Node] {
    let Some(extra) = nodes.get(MAX_BALLOTS as usize) else { return nodes };
    let message = format!("the scenario has {} stages; at most {MAX_BALLOTS} are possible", nodes.len());
    problems.report(Diagnostic::new(Code::TooMany, message).at(extra.place, "one too many"));
    &nodes[..MAX_BALLOTS as usize]
}

fn name_place(node: &Node) -> Place {
    node.get("name").map_or(node.place, |name| name.place)
}

fn stage(node: &Node, name: String, roster: &Roster<'_>, rules: &Rules<'_>) -> Option<Stage> {
    let problems = rules.problems;
    let mut fields = Fields::of(node, &keys::STAGE, problems)?;
    fields.text("name");
    check_name(&name, name_place(node), "a stage", &[], problems);
    let repeat = fields.whole_or_default("repeat");
    let members = participants(&mut fields, roster, problems);
    let stage = Stage {
        name,
        members,
        ballot: ballot(&mut fields, problems),
        repeat: repeat as u32,
        continues: fields.number_or_default("continues"),
        appoint: fields.get("appoint").and_then(|node| rules.read(node, members.len() as usize)),
        appoint_from: fields.whole_or_default("appoint_from") as u32,
        support_by: rules.measure_called("support_by", &mut fields).unwrap_or(0),
        choose: fields.choice("choose", Choose::ALL),
        drop: fields.get("drop").and_then(|node| drop_rule(node, problems)).unwrap_or_default(),
        from_ballot: fields.whole_or_default("from_ballot") as u32,
        ties: fields.choice("ties", Ties::ALL),
        field: fields.list("field").and_then(|nodes| {
            if let (true, Some(list)) = (nodes.is_empty(), fields.get("field")) {
                let diagnostic = Diagnostic::new(Code::EmptyList, "a stage without candidates cannot appoint anyone");
                let help = "name candidates, or leave `field` out to mean everyone not held in reserve";
                problems.report(diagnostic.at(list.place, "empty").help(help));
            }
            roster.candidate_list(nodes, "field")
        }),
        goodwill: fields.number_or_default("goodwill"),
    };
    if let Some(from) = fields.get("from_ballot").filter(|_| stage.drop.may_drop() && stage.from_ballot > stage.repeat)
    {
        let message = format!("stage `{}` never drops anyone: it ends before ballot {}", stage.name, stage.from_ballot);
        let warning = Diagnostic::new(Code::NoEffect, message).at(from.place, "after the last ballot of the stage");
        problems.report(warning.help("`from_ballot` counts the ballots of its own stage"));
    }
    check_soundings(&mut fields, &stage, problems);
    fields.finish();
    Some(stage)
}

/// Who takes part in a stage.
fn participants(fields: &mut Fields<'_>, roster: &Roster<'_>, problems: &Collector) -> MemberSet {
    let everyone = roster.all_members();
    let Some(nodes) = fields.list("members") else { return everyone };
    if let (true, Some(list)) = (nodes.is_empty(), fields.get("members")) {
        let diagnostic = Diagnostic::new(Code::EmptyList, "a stage in which no one takes part cannot appoint anyone");
        let help = "name members or groups, or leave `members` out to mean everyone";
        problems.report(diagnostic.at(list.place, "empty").help(help));
    }
    roster.member_list(nodes, "members").unwrap_or(everyone)
}

/// Checks keys that mean nothing beside the others of the stage.
fn check_soundings(fields: &mut Fields<'_>, stage: &Stage, problems: &Collector) {
    let mut warn = |key: &'static str, is_so: bool, message: String, help: &str| {
        if let Some(node) = fields.get(key).filter(|_| is_so) {
            let warning = Diagnostic::new(Code::NoEffect, message).at(node.place, "has no effect here");
            problems.report(warning.help(help.to_owned()));
        }
    };
    let name = &stage.name;
    warn(
        "appoint_from",
        stage.appoint.is_none(),
        format!("stage `{name}` has no rule that appoints, so all its ballots are soundings"),
        "write `appoint`, or remove `appoint_from`",
    );
    warn(
        "appoint_from",
        stage.appoint.is_some() && stage.appoint_from > stage.repeat,
        format!("stage `{name}` never appoints anyone: it ends before ballot {}", stage.appoint_from),
        "`appoint_from` counts the ballots of its own stage",
    );
    warn(
        "continues",
        stage.repeat == 1,
        format!("stage `{name}` has one ballot: there is nothing to go on to"),
        "write `repeat`, or remove `continues`",
    );
    warn(
        "ties",
        stage.ties == Ties::Ballot && !(stage.ballot.is_choice() && stage.drop.breaks_ties()),
        format!("stage `{name}` eliminates no one by votes, so no ties are to be broken"),
        "`ties` is for choice ballots with drop = \"lowest\" or { keep = n }",
    );
}

fn ballot(fields: &mut Fields<'_>, problems: &Collector) -> Ballot {
    let is_choice = fields.choice("ballot", &[false, true]);
    let votes = fields.whole_or_default("votes") as u32;
    if is_choice {
        return Ballot::Choice { votes };
    }
    if let Some(node) = fields.get("votes") {
        let message = "members cast votes only at a choice ballot, but this stage takes stances";
        let diagnostic = Diagnostic::new(Code::NoEffect, message).at(node.place, "has no meaning here");
        problems.report(diagnostic.help("write ballot = \"choice\", or remove `votes`"));
    }
    Ballot::Stances
}

fn drop_rule(node: &Node, problems: &Collector) -> Option<Drop> {
    let expected = "\"none\", \"lowest\", \"vetoed\", { keep = n } or { below = share }";
    match node.as_str() {
        Some("none") => return Some(Drop::None),
        Some("lowest") => return Some(Drop::Lowest),
        Some("vetoed") => return Some(Drop::Vetoed),
        Some(other) => {
            let diagnostic = Diagnostic::new(Code::UnknownChoice, format!("`drop` cannot be `{other}`"));
            problems.report(diagnostic.at(node.place, "unknown").help(format!("it can be {expected}")));
            return None;
        }
        None => {}
    }
    let Some(table) = node.as_table() else {
        problems.report(values::wrong_type(node, "drop", expected));
        return None;
    };
    if table.len() != 1 {
        let diagnostic = Diagnostic::new(Code::BadDrop, "`drop` has exactly one key: `keep` or `below`");
        problems.report(diagnostic.at(node.place, "one key expected"));
        return None;
    }
    if let Some((key, entry)) = table.iter().find(|(key, _)| keys::DROP.key(key).is_none()) {
        let message = format!("no way to drop candidates is called `{key}`");
        let diagnostic = Diagnostic::new(Code::BadDrop, message).at(entry.key, "unknown");
        let ways = keys::DROPPING.words.iter().copied().chain(keys::DROP.all().map(|row| row.name));
        problems.report_with(diagnostic, || suggest::help(key, "the ways are", ways));
        return None;
    }
    let mut fields = Fields::of(node, &keys::DROP, problems)?;
    let keep = fields.whole("keep").map(|n| Drop::Keep(n as u32));
    let below = fields.fraction("below").map(Drop::Below);
    fields.finish();
    keep.or(below)
}

/// Reads `[dynamics]`: what changes from ballot to ballot, and the members' defaults.
pub fn dynamics(node: Option<&Node>, problems: &Collector) -> (Dynamics, Pace) {
    let mut fields = Fields::section(node, &keys::DYNAMICS, problems);
    let dynamics = Dynamics {
        momentum: fields.number_or_default("momentum"),
        memory: fields.number_or_default("memory"),
        drift_sd: fields.number_or_default("drift_sd"),
        doubt_sd: fields.number_or_default("doubt_sd"),
        accommodation: fields.get("accommodation").and_then(|node| accommodation(node, problems)),
    };
    let concession = fields.number_or_default("concession");
    let pace = Pace { concession, foresight: fields.number_or_default("foresight") };
    fields.finish();
    (dynamics, pace)
}

fn accommodation(node: &Node, problems: &Collector) -> Option<Accommodation> {
    let mut fields = Fields::of(node, &keys::ACCOMMODATION, problems)?;
    let holdouts = fields.whole("holdouts");
    let probability = fields.number("probability");
    let limit = fields.number("limit");
    fields.finish();
    Some(Accommodation { holdouts: holdouts? as u32, probability: probability?, limit })
}
