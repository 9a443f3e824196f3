//! Assumptions: named changes of the scenario, each of which makes a tree of its own.

use super::blocs;
use super::diagnostic::{Collector, Diagnostic, ENOUGH_ERRORS};
use super::document::{Entry, Node, Table};
use super::judgements::overlap;
use super::keys;
use super::place::Place;
use super::resolve::fields::Fields;
use super::resolve::roster::{check_name, check_unique};
use super::resolve::values;
use super::settings::Setting;
use crate::codes::Code;

/// Name of the scenario's own assumption.
pub const STATED: &str = "stated";
/// Most assumptions of a scenario, with the stated one.
const MAX_ASSUMPTIONS: usize = 64;

/// An assumption as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumption {
    /// Its name.
    pub name: String,
    /// What it supposes; may be empty.
    pub summary: String,
    /// Its changes; none for the stated one.
    changes: Option<Node>,
}

/// The stated assumption and every `[[assumption]]` of `tree`, in order; they are taken out of the tree.
pub fn take(tree: &mut Node, problems: &Collector) -> Vec<Assumption> {
    let mut list = vec![Assumption { name: STATED.to_owned(), summary: String::new(), changes: None }];
    let Some(written) = tree.as_table_mut().and_then(|table| table.remove("assumption")) else { return list };
    let holder = Node { place: written.node.place, value: Table::from([("assumption".to_owned(), written)]).into() };
    let nodes = Fields::section(Some(&holder), &keys::SCENARIO, problems).tables("assumption");
    if let Some(extra) = nodes.get(MAX_ASSUMPTIONS - 1) {
        let message = format!("the scenario has more than {MAX_ASSUMPTIONS} assumptions, the stated one included");
        problems.report(Diagnostic::new(Code::TooMany, message).at(extra.place, "one too many"));
        return list;
    }
    let names = nodes.iter().filter_map(|node| Some((node.get_str("name")?, node.get("name")?.place)));
    check_unique("assumption", names, problems);
    list.extend(nodes.iter().filter_map(|node| read(node, problems)));
    list
}

fn read(node: &Node, problems: &Collector) -> Option<Assumption> {
    let mut fields = Fields::of(node, &keys::ASSUMPTION, problems)?;
    let name = fields.text_and_place("name").map(|(name, place)| {
        check_name(name, place, "an assumption", &[STATED], problems);
        name
    });
    let summary = fields.text("summary").unwrap_or_default().to_owned();
    if let (Some(veto), Some(amend)) = (fields.get("veto"), fields.get("amend")) {
        let message =
            "an assumption has either `veto`, which replaces the stated vetoes, or `amend`, which changes some";
        let diagnostic = Diagnostic::new(Code::VetoAndAmend, message).at(amend.place, "and `amend`");
        problems.report(diagnostic.at(veto.place, "both `veto`").help("keep one of the two"));
    }
    fields.table("set");
    fields.finish();
    Some(Assumption { name: name.unwrap_or_default().to_owned(), summary, changes: Some(node.clone()) })
}

impl Assumption {
    /// Where its name is written; none for the stated one.
    pub fn place(&self) -> Option<Place> {
        self.changes.as_ref().and_then(|changes| Some(changes.get("name")?.place))
    }

    /// The scenario under this assumption: a copy of `stated` with the changes made, then `more` settings,
    /// and blocs written out as members. Nothing if the blocs cannot be.
    pub fn tree(&self, stated: &Node, more: &[Setting<'_>], problems: &Collector) -> Option<Node> {
        let mut tree = stated.clone();
        if let (Some(changes), Some(root)) = (&self.changes, tree.as_table_mut()) {
            if let Some(veto) = changes.get("veto") {
                root.insert("veto".to_owned(), Entry { key: veto.place, node: veto.clone() });
            }
            if let Some(amend) = changes.get("amend") {
                amend_vetoes(root, amend, problems);
            }
        }
        // Blocs are set before they become members, and members after.
        let (of_blocs, others): (Vec<_>, Vec<_>) =
            self.settings().chain(more.iter().copied()).partition(|setting| setting.section() == "bloc");
        let apply_all = |tree: &mut Node, settings: Vec<Setting<'_>>| {
            for setting in settings.into_iter().take_while(|_| problems.errors() < ENOUGH_ERRORS) {
                setting.apply(tree, problems);
            }
        };
        apply_all(&mut tree, of_blocs);
        blocs::expand(&mut tree, problems)?;
        apply_all(&mut tree, others);
        Some(tree)
    }

    /// Whether it says itself what stands at `path`: by its `set`, or in its vetoes.
    pub fn speaks_of(&self, path: &str) -> bool {
        let of = |key: &str| self.changes.as_ref().and_then(|changes| changes.get(key)).and_then(Node::as_table);
        let amended = || of("amend").into_iter().flatten().any(|(name, _)| overlap(&format!("veto.{name}"), path));
        self.settings().any(|setting| overlap(setting.path, path))
            || (path.starts_with("veto.") && (of("veto").is_some() || amended()))
    }

    /// Its `set`.
    fn settings(&self) -> impl Iterator<Item = Setting<'_>> {
        let set = self.changes.as_ref().and_then(|changes| changes.get("set")?.as_table());
        set.into_iter().flatten().map(|(path, entry)| Setting { path, place: entry.key, value: &entry.node })
    }

    /// Reports that its members are not the stated ones, which only a bloc of another size can bring about.
    pub fn report_other_members(&self, problems: &Collector) {
        let message = format!("the assumption `{}` changes who the members are", self.name);
        let help = "assumptions are compared member by member, so a body of another size needs a scenario of its own";
        let sizes = self.settings().filter(|setting| setting.section() == "bloc" && setting.path.ends_with(".size"));
        let diagnostic = Diagnostic::new(Code::OtherMembers, message).help(help);
        problems.report(sizes.fold(diagnostic, |it, size| it.at(size.place, "another size")));
    }
}

fn amend_vetoes(root: &mut Table, amend: &Node, problems: &Collector) {
    let Some(changes) = amend.as_table() else {
        problems.report(values::wrong_type(amend, "amend", "a table of members and groups"));
        return;
    };
    let empty = || Entry { key: amend.place, node: Node { place: amend.place, value: Table::new().into() } };
    let veto = root.entry("veto".to_owned()).or_insert_with(empty);
    // If the stated vetoes are no table, the stated assumption says so.
    if let Some(stated) = veto.node.as_table_mut() {
        stated.extend(changes.iter().map(|(name, entry)| (name.clone(), entry.clone())));
    }
}
