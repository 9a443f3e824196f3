//! From what is written to what is meant: names become indices, defaults are filled in and every
//! limit of the format is checked. All problems are collected; a scenario resolves wholly or not at all.

pub(super) mod answers;
mod candidates;
mod events;
pub(super) mod fields;
pub(super) mod groups;
mod measures;
mod members;
mod polls;
pub(super) mod roster;
mod rules;
pub(super) mod stages;
pub(super) mod values;
mod vetoes;

use super::assumptions::Assumption;
use super::diagnostic::{Collector, Diagnostic};
use super::document::Node;
use super::keys;
use crate::codes::Code;
use crate::model::{Model, VetoPower};
use fields::Fields;
use measures::Measures;
pub use polls::Record;
use roster::Roster;
use rules::Rules;

/// Most sources of a scenario.
const MAX_SOURCES: usize = 1000;

/// What a scenario says about itself.
#[derive(Debug, Default)]
pub struct Header {
    /// Its title.
    pub title: String,
    /// What it is about; may be empty.
    pub summary: String,
    /// Where its figures and judgements come from.
    pub sources: Vec<String>,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Rounds to simulate.
    pub rounds: u64,
}

/// Reads what the scenario says about itself.
pub fn header(tree: &Node, problems: &Collector) -> Header {
    let mut fields = Fields::section(Some(tree), &keys::SCENARIO, problems);
    let title = if fields.get("title").is_some() {
        fields.text("title").unwrap_or_default()
    } else {
        let help = "begin the file with a line like: title = \"Secretary-General, 2016\"";
        problems.report(Diagnostic::new(Code::MissingKey, "the scenario has no `title`").help(help));
        ""
    };
    let mut sources = fields.list("sources").unwrap_or_default();
    if let Some(extra) = sources.get(MAX_SOURCES) {
        let message = format!("the scenario has {} sources; at most {MAX_SOURCES} are possible", sources.len());
        problems.report(Diagnostic::new(Code::TooMany, message).at(extra.place, "one too many"));
        sources = &sources[..MAX_SOURCES];
    }
    Header {
        title: title.to_owned(),
        summary: fields.text("summary").unwrap_or_default().to_owned(),
        sources: sources
            .iter()
            .filter_map(|node| values::text_up_to(keys::MAX_PROSE, node, "a source", problems))
            .map(str::to_owned)
            .collect(),
        seed: fields.whole_or_default("seed"),
        rounds: fields.whole_or_default("rounds"),
    }
}

/// Resolves the `tree` of one assumption, in which its vetoes and settings are already in place.
///
/// Returns nothing if the tree is too far from a scenario to go on; otherwise the result is a valid
/// model if `problems` has no errors.
pub fn model(tree: &Node, assumption: &Assumption, problems: &Collector) -> Option<Model> {
    read(tree, assumption, problems).map(|(model, _)| model)
}

/// Resolves the `tree` of one assumption as [`model`] does, and with it what is known of how the selection went.
pub fn model_and_record(tree: &Node, assumption: &Assumption, problems: &Collector) -> Option<(Model, Record)> {
    let (model, roster) = read(tree, assumption, problems)?;
    let record = polls::record(tree, &model, &roster, problems);
    Some((model, record))
}

fn read<'t>(tree: &'t Node, assumption: &Assumption, problems: &'t Collector) -> Option<(Model, Roster<'t>)> {
    let mut top = Fields::of(tree, &keys::SCENARIO, problems)?;
    top.read_elsewhere(&["title", "summary", "sources", "seed", "rounds"]);
    top.read_elsewhere(&["institution", "electors", "tables", "assumption", "judgement", "poll", "actual", "decided"]);
    let [member_nodes, bloc_nodes, candidate_nodes, event_nodes, stage_nodes] =
        ["member", "bloc", "candidate", "event", "stage"].map(|key| top.tables(key));
    let [preferences, support, dynamics, veto] = ["preferences", "support", "dynamics", "veto"].map(|key| top.get(key));
    top.finish();
    let is_list = |key| tree.get(key).is_none_or(|node| node.as_array().is_some());
    if !is_list("member") || !is_list("candidate") {
        return None;
    }

    let group_sd = preferences.and_then(|node| node.get("group_sd"));
    let roster = Roster::read(member_nodes, bloc_nodes, candidate_nodes, group_sd, problems)?;
    let measures = Measures::read(member_nodes, &roster, problems);
    let rules = Rules { measures: &measures, problems };

    let (dynamics, pace) = stages::dynamics(dynamics, problems);
    let preferences = members::preferences(preferences, pace, &roster, problems);
    let members: Vec<_> =
        member_nodes.iter().filter_map(|node| members::member(node, &preferences, &roster, problems)).collect();
    let candidates: Vec<_> = candidate_nodes
        .iter()
        .filter_map(|node| candidates::candidate(node, preferences.common_sd, &roster, problems))
        .collect();
    candidates::check_dimensions(&members, &candidates, member_nodes, candidate_nodes, problems);
    let mut vetoes = vec![VetoPower::NONE; members.len()];
    if let Some(node) = veto {
        for (member, power) in vetoes::VetoTable::read(node, &roster, problems).powers(&roster, problems) {
            if let Some(veto) = vetoes.get_mut(member.index()) {
                *veto = power;
            }
        }
    }
    let stages = stages::stages(stage_nodes, &roster, &rules);
    candidates::check_entrances(&candidates, candidate_nodes, &stages, problems);
    let model = Model {
        assumption: assumption.name.clone(),
        assumption_summary: assumption.summary.clone(),
        noise: preferences.noise,
        support: candidates::support(support, &roster, problems),
        events: events::events(event_nodes, &roster, problems),
        stages,
        members,
        candidates,
        groups: preferences.groups,
        traits: preferences.traits,
        measures: measures.list,
        dynamics,
        vetoes,
    };
    Some((model, roster))
}
