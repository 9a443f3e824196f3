//! Blocs: members of one kind, written once. Each becomes as many members as it has, so that nothing
//! that follows knows of blocs, but for their groups.

use std::collections::BTreeMap;

use super::diagnostic::{Collector, Diagnostic};
use super::document::{Entry, Node, Value};
use super::keys;
use super::place::Place;
use super::resolve::fields::Fields;
use super::resolve::roster::{check_name, check_unique};
use crate::codes::Code;
use crate::model::MAX_MEMBERS;

/// Most that the members of all blocs may say, in values and bytes of text: each says again what its bloc says. With
/// 256 members that is 16 KiB each, far more than the traits and candidates that are possible give anyone to say.
const MAX_WEIGHT: usize = 4 * 1024 * 1024;

/// A bloc as written.
struct Bloc<'t> {
    id: &'t str,
    /// Where its id is written.
    place: Place,
    name: &'t str,
    size: usize,
    /// Where its size is written.
    size_place: Place,
    node: &'t Node,
}

/// Adds the members of every `[[bloc]]` of `tree` to its members; the blocs stay beside them.
///
/// Nothing if it cannot be done, which is reported.
pub fn expand(tree: &mut Node, problems: &Collector) -> Option<()> {
    let Some(place) = tree.get("bloc").map(|written| written.place) else { return Some(()) };
    let before = problems.errors();
    let nodes = Fields::section(Some(tree), &keys::SCENARIO, problems).tables("bloc");
    let members = tree.get("member").and_then(Node::as_array).unwrap_or_default();
    let blocs: Vec<_> = nodes.iter().filter_map(|node| Bloc::read(node, problems)).collect();
    check_unique("bloc", blocs.iter().map(|bloc| (bloc.id, bloc.place)), problems);
    check_ids(&blocs, members, nodes, problems);
    check_number(&blocs, members.len(), problems);
    check_weight(&blocs, problems);
    if problems.errors() > before {
        return None;
    }
    let added: Vec<_> = blocs.iter().flat_map(Bloc::members).collect();
    let list = || Entry { key: place, node: Node { place, value: Vec::new().into() } };
    // If the members are no list, the resolver says so.
    if let Value::Array(members) = &mut tree.as_table_mut()?.entry("member".to_owned()).or_insert_with(list).node.value
    {
        members.extend(added);
    }
    Some(())
}

/// Checks that no member and no group is called like a bloc; `nodes` are the blocs as written.
fn check_ids(blocs: &[Bloc<'_>], members: &[Node], nodes: &[Node], problems: &Collector) {
    let ids: BTreeMap<&str, Place> = blocs.iter().map(|bloc| (bloc.id, bloc.place)).collect();
    let check = |node: &Node, what: &str| {
        let Some((id, bloc)) = node.as_str().and_then(|id| ids.get_key_value(id)) else { return };
        let message = format!("`{id}` is the id of a bloc, so a {what} cannot be called that");
        let diagnostic = Diagnostic::new(Code::DuplicateId, message).at(node.place, format!("used as a {what}"));
        problems.report(diagnostic.at(*bloc, "the bloc"));
    };
    for id in members.iter().filter_map(|member| member.get("id")) {
        check(id, "member");
    }
    for groups in members.iter().chain(nodes).filter_map(|node| node.get("groups")?.as_array()) {
        groups.iter().for_each(|group| check(group, "group"));
    }
}

fn check_number(blocs: &[Bloc<'_>], named: usize, problems: &Collector) {
    let total = blocs.iter().map(|bloc| bloc.size).sum::<usize>() + named;
    if let Some(largest) = blocs.iter().max_by_key(|bloc| bloc.size).filter(|_| total > MAX_MEMBERS) {
        let message = format!(
            "the scenario has {total} members, those of its blocs included; at most {MAX_MEMBERS} are possible"
        );
        problems.report(Diagnostic::new(Code::TooMany, message).at(largest.size_place, "the largest bloc"));
    }
}

fn check_weight(blocs: &[Bloc<'_>], problems: &Collector) {
    let weights = blocs.iter().map(|bloc| (weight(bloc.node) * bloc.size, bloc));
    let total: usize = weights.clone().map(|(weight, _)| weight).sum();
    if let Some((_, heaviest)) = weights.max_by_key(|(weight, _)| *weight).filter(|_| total > MAX_WEIGHT) {
        let message = format!(
            "each member of a bloc says what the bloc says, and that is {total} values and letters in all; at most \
             {MAX_WEIGHT} are possible"
        );
        let help = "let the blocs say less, or make them smaller";
        let diagnostic = Diagnostic::new(Code::TooLong, message).at(heaviest.place, "the bloc whose members say most");
        problems.report(diagnostic.help(help));
    }
}

impl<'t> Bloc<'t> {
    fn read(node: &'t Node, problems: &'t Collector) -> Option<Self> {
        let mut fields = Fields::of(node, &keys::BLOC, problems)?;
        let id = fields.text_and_place("id");
        if let Some((id, place)) = id {
            check_name(id, place, "a bloc", &["default"], problems);
        }
        let size = fields.whole("size")?;
        let size_place = fields.get("size")?.place;
        let (id, place) = id?;
        Some(Self { id, place, name: fields.text("name").unwrap_or(id), size: size as usize, size_place, node })
    }

    /// Its members, `id-01` and so on: at least two digits, and whoever has a number keeps it, and with it all
    /// random draws, in a bloc of another size.
    fn members(&self) -> impl Iterator<Item = Node> {
        let mut kind = self.node.as_table().cloned().unwrap_or_default();
        kind.remove("size");
        let own_group = Node::text(self.place, self.id);
        let none = || Entry { key: self.place, node: Node { place: self.place, value: Vec::new().into() } };
        // If the groups are no list, the resolver says so.
        if let Value::Array(groups) = &mut kind.entry("groups".to_owned()).or_insert_with(none).node.value {
            groups.push(own_group);
        }
        (1..=self.size).map(move |number| {
            let mut member = kind.clone();
            for (key, text) in [("id", format!("{}-{number:02}", self.id)), ("name", format!("{} {number}", self.name))]
            {
                let place = member.get(key).map_or(self.place, |said| said.node.place);
                member.insert(key.to_owned(), Entry { key: place, node: Node::text(place, text) });
            }
            Node { place: self.node.place, value: member.into() }
        })
    }
}

/// Values and bytes of text in `node`.
fn weight(node: &Node) -> usize {
    1 + match &node.value {
        Value::String(text) | Value::Integer(text) | Value::Float(text) | Value::Datetime(text) => text.len(),
        Value::Bool(_) => 0,
        Value::Array(nodes) => nodes.iter().map(weight).sum(),
        Value::Table(table) => table.iter().map(|(key, entry)| key.len() + weight(&entry.node)).sum(),
    }
}
