//! A preset is merged into the scenario that names it: what the scenario says wins.

use std::collections::BTreeMap;

use super::presets::{names, text};
use crate::codes::Code;
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::{self, Entry, Node, Table, Value};
use crate::scenario::keys;
use crate::scenario::resolve::fields::Fields;
use crate::scenario::source::{Input, Sources};
use crate::scenario::suggest;

/// What a preset says about itself and not about the scenarios that use it.
const ITS_OWN: [&str; 5] = ["title", "summary", "sources", "seed", "rounds"];
/// Lists whose entries have names, with the key that holds the name.
const NAMED: [(&str, &str); 6] = [
    ("member", "id"),
    ("bloc", "id"),
    ("candidate", "id"),
    ("event", "name"),
    ("assumption", "name"),
    ("judgement", "name"),
];

/// What is merged into a scenario; nothing if it names no institution.
#[derive(Default)]
pub struct Preset {
    /// The institution's name.
    name: String,
    /// Everything that the scenario need not say.
    tree: Table,
    /// The data file, if there is one.
    pub input: Option<Input>,
}

impl Preset {
    /// The preset that `scenario` names, with its text among the `sources`; nothing if it cannot be used,
    /// which is reported.
    pub fn of(scenario: &Node, sources: &mut Sources, problems: &Collector) -> Option<Self> {
        let Some(written) = scenario.get("institution") else { return Some(Self::default()) };
        let name = Fields::of(scenario, &keys::SCENARIO, problems)?.text("institution")?;
        let Some(text) = text(name) else {
            let diagnostic = Diagnostic::new(Code::UnknownPreset, format!("no institution is called `{name}`"));
            let help = || suggest::choices(name, "the institutions are", names());
            problems.report_with(diagnostic.at(written.place, "unknown institution"), help);
            return None;
        };
        let title = format!("institution {name}");
        let input = Some(Input::new(title.clone().into(), text.as_bytes()));
        let file = sources.add(title, text.to_owned());
        let Value::Table(tree) = document::parse(file, text, problems)?.value else { return None };
        let mut tree = tree.into_inner();
        tree.retain(|key, _| !ITS_OWN.contains(&key.as_str()));
        Some(Self { name: name.to_owned(), tree, input })
    }

    /// The candidates that the preset brings along.
    pub fn candidates(&self) -> &[Node] {
        self.tree.get("candidate").and_then(|entry| entry.node.as_array()).unwrap_or_default()
    }

    /// Adds to the `scenario` what it does not say itself; nothing if that leaves open how many electors
    /// there are, which is reported.
    pub fn merge_into(mut self, scenario: &mut Node, problems: &Collector) -> Option<()> {
        self.set_electors(scenario, problems)?;
        self.check_added(scenario, problems);
        let scenario = scenario.as_table_mut()?;
        for (key, preset) in self.tree {
            let Some(said) = scenario.get_mut(&key) else {
                scenario.insert(key, preset);
                continue;
            };
            let named = NAMED.iter().find(|(list, _)| *list == key);
            match (named, &mut said.node.value, preset.node.value) {
                (Some((_, name)), Value::Array(said), Value::Array(preset)) => {
                    amend_list(said, preset.into_inner(), name)
                }
                (_, Value::Table(said), Value::Table(preset)) => amend_table(said, preset.into_inner()),
                // What is of another kind is wrong, which the resolver says; stages are said all or none.
                _ => {}
            }
        }
        Some(())
    }

    /// Warns of members and blocs that the institution does not have, unless they say that they are new.
    fn check_added(&self, scenario: &Node, problems: &Collector) {
        let preset = |key| self.tree.get(key).map(|entry| &entry.node);
        let own: Vec<_> = entries(preset("member")).chain(entries(preset("bloc"))).collect();
        // Electors without names are as many as the scenario says.
        if entries(preset("member")).next().is_none() {
            return;
        }
        let mut size: usize = own.iter().map(|(_, node)| heads(node)).sum();
        let known = || own.iter().map(|(id, _)| *id);
        for (id, node) in entries(scenario.get("member")).chain(entries(scenario.get("bloc"))) {
            if known().any(|other| other == id) {
                continue;
            }
            let (before, added) = (size, heads(node));
            size = before.saturating_add(added);
            if node.get("new").is_some_and(|new| new.value == Value::Bool(true)) {
                continue;
            }
            let members = if added == 1 { "a member".to_owned() } else { format!("{added} members") };
            let message = format!("`{id}` adds {members} to {} ({before} -> {size})", self.name);
            let place = node.get("id").map_or(node.place, |written| written.place);
            let near = suggest::nearest(id, known()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
            let help = format!("{near}If the addition is meant, give it the line new = true");
            problems.report(
                Diagnostic::new(Code::AddedMember, message).at(place, "no member of the institution").help(help),
            );
        }
    }

    /// Gives the bloc whose size the preset leaves open those of the electors whom the `scenario` does not list
    /// itself; takes it away if there are none.
    fn set_electors(&mut self, scenario: &Node, problems: &Collector) -> Option<()> {
        let blocs = self.tree.get_mut("bloc").map(|entry| &mut entry.node.value);
        let blocs = if let Some(Value::Array(blocs)) = blocs { &mut **blocs } else { &mut Vec::new() };
        let electors = scenario.get("electors");
        let Some((at, bloc)) = blocs.iter_mut().enumerate().find(|(_, bloc)| bloc.get("size").is_none()) else {
            if let Some(electors) = electors {
                let message = "`electors` is for an institution whose electors have no names; there is none here";
                let diagnostic = Diagnostic::new(Code::NoElectors, message).at(electors.place, "has no meaning here");
                problems.report(diagnostic.help("remove this line"));
            }
            return Some(());
        };
        let own = scenario.get("bloc").and_then(Node::as_array).unwrap_or_default();
        let (amended, others): (Vec<_>, _) = own.iter().partition(|own| own.get_str("id") == bloc.get_str("id"));
        if let Some(size) = amended.iter().find_map(|own| own.get("size")) {
            if let Some(electors) = electors {
                let message = "`electors` and the `size` of the bloc say the same thing";
                let diagnostic = Diagnostic::new(Code::SaidTwice, message).at(electors.place, "said here");
                problems.report(diagnostic.at(size.place, "and here").help("keep one of the two"));
            }
            return Some(());
        }
        match electors_left(scenario, amended.first().copied(), &others, problems)? {
            None => {
                blocs.remove(at);
            }
            Some(size) => {
                bloc.as_table_mut()?.insert("size".to_owned(), Entry { key: size.place, node: size });
            }
        }
        Some(())
    }
}

/// How many electors are neither in the `others` of the scenario's blocs nor its members with names, none if it
/// lists all of them; `amended` is what it says about the bloc that they become.
///
/// Nothing if that cannot be said, which is reported.
fn electors_left(
    scenario: &Node,
    amended: Option<&Node>,
    others: &[&Node],
    problems: &Collector,
) -> Option<Option<Node>> {
    // A size that is none is reported where blocs are read.
    let unheard = Collector::default();
    let members = scenario.get("member").and_then(Node::as_array).unwrap_or_default();
    let Some(electors) = scenario.get("electors") else {
        if amended.is_none() && !(members.is_empty() && others.is_empty()) {
            return Some(None);
        }
        let message = "the institution has as many electors as the scenario says, but it does not say how many";
        let place = scenario.get("institution").map_or(scenario.place, |named| named.place);
        let diagnostic = Diagnostic::new(Code::MissingKey, message).at(place, "of how many?");
        problems.report(diagnostic.help("add a line like: electors = 120, or list all of them in blocs and members"));
        return None;
    };
    let total = Fields::of(scenario, &keys::SCENARIO, problems)?.whole("electors")?;
    let sizes = others.iter().filter_map(|bloc| Fields::of(bloc, &keys::BLOC, &unheard)?.whole("size"));
    let listed = members.len() as u64 + sizes.sum::<u64>();
    if listed > total || (listed == total && amended.is_some()) {
        let message =
            format!("there are {total} electors, but the scenario lists {listed} itself, in blocs and members");
        let mut diagnostic = Diagnostic::new(Code::TooMany, message).at(electors.place, "all of them together");
        if let Some(amended) = amended {
            diagnostic = diagnostic.at(amended.place, "nobody is left for this bloc");
        }
        let help = "`electors` counts everyone; without this line there are only those whom the scenario lists";
        problems.report(diagnostic.help(if amended.is_some() { "`electors` counts everyone" } else { help }));
        return None;
    }
    let left = (total - listed).to_string();
    Some((listed < total).then_some(Node { place: electors.place, value: Value::Integer(left) }))
}

/// Adds to `said` what only the table `preset` says, deeply.
fn amend_table(said: &mut Table, preset: Table) {
    for (key, entry) in preset {
        match (said.get_mut(&key).map(|said| &mut said.node.value), entry.node.value) {
            (Some(Value::Table(said)), Value::Table(preset)) => amend_table(said, preset.into_inner()),
            (Some(_), _) => {}
            (None, value) => {
                said.insert(key, Entry { key: entry.key, node: Node { place: entry.node.place, value } });
            }
        }
    }
}

/// Puts the entries of `preset` before those of `said`; entries of the same name become one.
///
/// If several of `said` have the name, only the first is taken for it; the resolver finds the others.
fn amend_list(said: &mut Vec<Node>, preset: Vec<Node>, name: &str) {
    let mut own: Vec<Option<Node>> = std::mem::take(said).into_iter().map(Some).collect();
    let mut by_name = BTreeMap::new();
    for (i, node) in own.iter().flatten().enumerate() {
        if let Some(name) = node.get_str(name) {
            by_name.entry(name.to_owned()).or_insert(i);
        }
    }
    for entry in preset {
        let namesake = entry.get_str(name).and_then(|name| by_name.get(name)).and_then(|&i| own[i].take());
        said.push(match (namesake, entry) {
            (None, entry) => entry,
            (Some(Node { place, value: Value::Table(mut own) }), Node { value: Value::Table(preset), .. }) => {
                amend_table(&mut own, preset.into_inner());
                Node { place, value: Value::Table(own) }
            }
            (Some(own), _) => own,
        });
    }
    said.extend(own.into_iter().flatten());
}

/// The tables of a list, with their ids.
fn entries(list: Option<&Node>) -> impl Iterator<Item = (&str, &Node)> {
    let nodes = list.and_then(Node::as_array).unwrap_or_default();
    nodes.iter().filter_map(|node| Some((node.get_str("id")?, node)))
}

/// How many members an entry stands for: those of a bloc are as many as its size.
fn heads(node: &Node) -> usize {
    match node.get("size").map(|size| &size.value) {
        Some(Value::Integer(size)) => size.parse().unwrap_or(1),
        // One member, or a size that is wrong, which the resolver says.
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRESET: &str = r#"
title = "A body"
seed = 7
[preferences]
uncertainty = 2.0
group_sd = { west = 0.5, east = 0.25 }
[[member]]
id = "A"
name = "Alpha"
groups = ["west", "big"]
measures = { weight = 3, quota = 1 }
[[member]]
id = "B"
groups = ["west"]
[[stage]]
name = "poll"
[[stage]]
name = "vote"
appoint = "unsc"
[veto]
default = "none"
A = { probability = 0.5, cost = 1.0 }
[[assumption]]
name = "free"
veto = {}
"#;

    fn parse(text: &str) -> Node {
        let problems = Collector::default();
        document::parse(0, text, &problems).unwrap_or_else(|| panic!("{problems:?}"))
    }

    /// The tree without its places.
    fn bare(mut node: Node) -> Node {
        node.place = crate::scenario::Place::new(0, 0..0);
        node.value = match node.value {
            Value::Array(nodes) => nodes.into_inner().into_iter().map(bare).collect::<Vec<_>>().into(),
            Value::Table(table) => {
                let entries = table.into_inner().into_iter();
                entries
                    .map(|(key, entry)| (key, Entry { key: node.place, node: bare(entry.node) }))
                    .collect::<Table>()
                    .into()
            }
            value => value,
        };
        node
    }

    fn merged(preset: &str, scenario: &str) -> Result<Node, Vec<String>> {
        let Value::Table(tree) = parse(preset).value else { panic!() };
        let mut tree = tree.into_inner();
        tree.retain(|key, _| !ITS_OWN.contains(&key.as_str()));
        let (mut scenario, problems) = (parse(scenario), Collector::default());
        let whole = Preset { name: "body".to_owned(), tree, input: None }.merge_into(&mut scenario, &problems);
        let problems = crate::scenario::Problems::new(problems, std::sync::Arc::default());
        if problems.is_empty() && whole.is_some() {
            return Ok(bare(scenario));
        }
        Err(problems.iter().map(|problem| problem.code.name().to_owned()).collect())
    }

    #[test]
    fn what_a_scenario_does_not_say_the_preset_does() {
        let said = PRESET.replace("title = \"A body\"\nseed = 7", "title = \"Mine\"");
        assert_eq!(merged(PRESET, "title = \"Mine\""), Ok(bare(parse(&said))));
    }

    #[test]
    fn what_a_scenario_says_wins_key_by_key() {
        let own = r#"
preferences = { group_sd = { east = 1.0 }, noise = "laplace" }
veto = { A = { cost = 3.0 }, B = "absolute" }
[[member]]
id = "C"
new = true
[[member]]
id = "A"
groups = ["small"]
measures = { weight = 4 }
[[stage]]
name = "vote"
[[assumption]]
name = "free"
set = { "stage.vote.repeat" = 2 }
"#;
        let together = r#"
preferences = { uncertainty = 2.0, group_sd = { west = 0.5, east = 1.0 }, noise = "laplace" }
veto = { default = "none", A = { probability = 0.5, cost = 3.0 }, B = "absolute" }
[[member]]
id = "A"
name = "Alpha"
groups = ["small"]
measures = { weight = 4, quota = 1 }
[[member]]
id = "B"
groups = ["west"]
[[member]]
id = "C"
new = true
[[stage]]
name = "vote"
[[assumption]]
name = "free"
veto = {}
set = { "stage.vote.repeat" = 2 }
"#;
        assert_eq!(merged(PRESET, own), Ok(bare(parse(together))));
    }

    #[test]
    fn judgements_of_an_institution_are_amended_by_name() {
        let preset = "[[judgement]]\nname = \"level\"\nset = [\"preferences.uncertainty\"]\nlow = 0.5\nhigh = 2";
        let own = "[[judgement]]\nname = \"mine\"\nshift = [\"support.*.x\"]\nlow = -1\nhigh = 1\n\
                   [[judgement]]\nname = \"level\"\nhigh = 3";
        let together = format!(
            "{}\n{}",
            preset.replace("high = 2", "high = 3"),
            "[[judgement]]\nname = \"mine\"\nshift = [\"support.*.x\"]\nlow = -1\nhigh = 1"
        );
        assert_eq!(merged(preset, own), Ok(bare(parse(&together))));
    }

    #[test]
    fn only_the_first_namesake_amends() {
        let own = "[[member]]\nid = \"B\"\nhome = 1\n[[member]]\nid = \"B\"\nhome = 2";
        let merged = merged(PRESET, own).unwrap();
        let members = merged.get("member").unwrap().as_array().unwrap();
        let homes: Vec<_> = members.iter().map(|member| (member.get_str("id"), member.get("home").is_some())).collect();
        assert_eq!(homes, [(Some("A"), false), (Some("B"), true), (Some("B"), true)]);
    }

    #[test]
    fn electors_are_the_size_of_the_bloc_that_has_none() {
        let preset = "[[bloc]]\nid = \"elector\"";
        let together = "electors = 9\n[[bloc]]\nid = \"elector\"\nsize = 9";
        assert_eq!(merged(preset, "electors = 9"), Ok(bare(parse(together))));
        let own = "[[member]]\nid = \"dean\"\n[[bloc]]\nid = \"left\"\nsize = 5";
        let rest = own.replace("[[bloc]]", "[[bloc]]\nid = \"elector\"\nsize = 3\n[[bloc]]");
        let nine = |own: &str| format!("electors = 9\n{own}");
        assert_eq!(merged(preset, &nine(own)), Ok(bare(parse(&nine(&rest)))));
        for all in [own.to_owned(), format!("electors = 6\n{own}"), together.replace("electors = 9\n", "")] {
            assert_eq!(merged(preset, &all), Ok(bare(parse(&all))));
        }
        let error = |preset, own: &str| merged(preset, own).unwrap_err();
        assert_eq!(error(preset, &format!("electors = 5\n{own}")), ["too-many"]);
        let amended = format!("{own}\n[[bloc]]\nid = \"elector\"\nhome = 1");
        assert_eq!(error(preset, &amended), ["missing-key"]);
        assert_eq!(error(preset, &format!("electors = 6\n{amended}")), ["too-many"]);
        assert_eq!(error(preset, "title = \"?\""), ["missing-key"]);
        assert_eq!(error(preset, "electors = 0"), ["out-of-range"]);
        assert_eq!(error(preset, "electors = 257"), ["out-of-range"]);
        assert_eq!(error(preset, "electors = \"9\""), ["wrong-type"]);
        assert_eq!(error(preset, "electors = 9\n[[bloc]]\nid = \"elector\"\nsize = 9"), ["said-twice"]);
        assert_eq!(error(PRESET, "electors = 9"), ["no-electors"]);
        assert_eq!(error("", "electors = 9"), ["no-electors"]);
    }
}
