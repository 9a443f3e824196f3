//! Assumptions: named changes of the scenario, each of which makes a tree of its own.

use super::diagnostic::{Collector, Diagnostic};
use super::document::{Entry, Node, Place, Table, Value};
use super::resolve::fields::{self, Fields};
use super::resolve::roster::{check_name, check_unique};
use super::settings;

/// Name of the scenario's own assumption.
pub const STATED: &str = "stated";
/// Most assumptions of a scenario, with the stated one.
const MAX_ASSUMPTIONS: usize = 64;

/// An assumption before it is resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumption {
    /// Its name.
    pub name: String,
    /// What it supposes; may be empty.
    pub summary: String,
    /// The scenario under it.
    pub tree: Node,
}

/// The stated assumption and every `[[assumption]]` of `tree`, in order.
pub fn assumptions(mut tree: Node, problems: &Collector) -> Vec<Assumption> {
    let written = tree.as_table_mut().and_then(|table| table.remove("assumption"));
    let stated = Assumption { name: STATED.to_owned(), summary: String::new(), tree };
    let list =
        Entry { key: Place::new(0, 0..0), node: Node { place: Place::new(0, 0..0), value: Value::Array(vec![]) } };
    let written = Table::from([("assumption".to_owned(), written.unwrap_or(list))]);
    let holder = Node { place: stated.tree.place, value: Value::Table(written) };
    let nodes = Fields::section(Some(&holder), "the scenario", problems).tables("assumption");
    if let Some(extra) = nodes.get(MAX_ASSUMPTIONS - 1) {
        let message = format!("the scenario has more than {MAX_ASSUMPTIONS} assumptions, the stated one included");
        problems.report(Diagnostic::error("too-many", message).at(extra.place, "one too many"));
        return vec![stated];
    }
    let names = nodes.iter().filter_map(|node| Some((node.get_str("name")?, node.get("name")?.place)));
    check_unique("assumption", names, problems);
    let others: Vec<_> = nodes.iter().filter_map(|node| assumption(node, &stated.tree, problems)).collect();
    std::iter::once(stated).chain(others).collect()
}

fn assumption(node: &Node, stated: &Node, problems: &Collector) -> Option<Assumption> {
    let mut fields = Fields::of(node, "an assumption", problems)?;
    let name = fields.require("name").and_then(|name| {
        let text = fields::text(name, "name", problems)?;
        check_name(text, name.place, "an assumption", &[STATED], problems);
        Some(text)
    });
    let summary = fields.text("summary").unwrap_or_default().to_owned();
    let mut tree = stated.clone();
    let (veto, amend) = (fields.get("veto"), fields.get("amend"));
    if let (Some(veto), Some(amend)) = (veto, amend) {
        let message =
            "an assumption has either `veto`, which replaces the stated vetoes, or `amend`, which changes some";
        let diagnostic = Diagnostic::error("veto-and-amend", message).at(amend.place, "and `amend`");
        problems.report(diagnostic.at(veto.place, "both `veto`").help("keep one of the two"));
    }
    if let (Some(veto), Some(root)) = (veto, tree.as_table_mut()) {
        root.insert("veto".to_owned(), Entry { key: veto.place, node: veto.clone() });
    }
    if let (Some(amend), Some(root)) = (amend, tree.as_table_mut()) {
        amend_vetoes(root, amend, problems);
    }
    for (path, entry) in fields.names("set") {
        settings::apply(&mut tree, path, entry.key, &entry.node, problems);
    }
    fields.finish();
    Some(Assumption { name: name.unwrap_or_default().to_owned(), summary, tree })
}

fn amend_vetoes(root: &mut Table, amend: &Node, problems: &Collector) {
    let Some(changes) = amend.as_table() else {
        problems.report(fields::wrong_type(amend, "amend", "a table of members and groups"));
        return;
    };
    let empty = || Entry { key: amend.place, node: Node { place: amend.place, value: Value::Table(Table::new()) } };
    let veto = root.entry("veto".to_owned()).or_insert_with(empty);
    // If the stated vetoes are no table, the stated assumption says so.
    if let Some(stated) = veto.node.as_table_mut() {
        stated.extend(changes.iter().map(|(name, entry)| (name.clone(), entry.clone())));
    }
}
