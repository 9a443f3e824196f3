//! Setting paths: names of single values of a scenario, such as `member.USA.uncertainty`.
//!
//! A setting edits the tree before it is resolved and leaves its own place there, so that a value
//! which does not fit is reported where it was set.

use std::borrow::Cow;

use super::diagnostic::{Collector, Diagnostic};
use super::document::{Entry, Node, Table, Value};
use super::keys::{self, Kind};
use super::place::Place;
use super::resolve::stages::stage_name;
use super::suggest;
use crate::codes::Code;

/// Sections whose values can be set; other keys belong to the scenario as a whole.
const SECTIONS: [&str; 9] =
    ["preferences", "member", "bloc", "candidate", "support", "veto", "stage", "event", "dynamics"];
/// Names that everything else refers to.
const NAMES: [&str; 2] = ["id", "name"];
/// Most parts of a path.
const MAX_PARTS: usize = 8;

/// A value for one place of the scenario.
#[derive(Clone, Copy)]
pub struct Setting<'t> {
    /// The path that names the place.
    pub path: &'t str,
    /// Where the path is written.
    pub place: Place,
    /// The value.
    pub value: &'t Node,
}

impl Setting<'_> {
    /// The first part of its path.
    pub fn section(&self) -> &str {
        self.path.split('.').next().unwrap_or_default()
    }

    /// Sets the value in `tree`. A path that names nothing is reported.
    pub fn apply(self, tree: &mut Node, problems: &Collector) {
        if let Err(problem) = try_apply(tree, self.path, self.place, self.value) {
            problems.report(*problem);
        }
    }
}

type Outcome = Result<(), Box<Diagnostic>>;

fn try_apply(tree: &mut Node, path: &str, place: Place, value: &Node) -> Outcome {
    let parts: Vec<&str> = path.split('.').collect();
    let (section, rest) = (parts[0], &parts[1..]);
    check_section(section, path, place, value)?;
    if rest.is_empty() || parts.len() > MAX_PARTS || parts.contains(&"") {
        let message = format!("`{path}` does not name a single value");
        let help = "a path is like `preferences.uncertainty`, `member.USA.home` or `stage.ballot.appoint`";
        return Err(bad_path(message, place).help(help).into());
    }
    let root = tree.as_table_mut().ok_or_else(|| bad_path(format!("`{path}` cannot be set"), place))?;
    match section {
        "member" | "bloc" | "candidate" | "stage" | "event" => {
            let (name, rest) = (rest[0], &rest[1..]);
            let Some(key) = rest.first() else {
                let message = format!("`{path}` names a whole {section}, not one of its values");
                return Err(bad_path(message, place).help(format!("say which value: `{path}.…`")).into());
            };
            if rest.len() == 1 && NAMES.contains(key) {
                let message = format!("the `{key}` of a {section} cannot be set, because others refer to it");
                return Err(bad_path(message, place).into());
            }
            let entry = find_entry(root, section, name, path, place)?;
            let table = entry.as_table_mut().ok_or_else(|| bad_path(format!("`{path}` cannot be set"), place))?;
            insert(table, rest, path, place, value)
        }
        "veto" if rest.len() > 1 => {
            let written = root.get("veto").and_then(|entry| entry.node.get(rest[0]));
            if written.and_then(Node::as_table).is_none() {
                let who = rest[0];
                let message = match written {
                    Some(_) => format!("the veto of `{who}` is not written as a table, so it has no `{}`", rest[1]),
                    None => format!("[veto] has no entry `{who}` of which to set `{}`", rest[1]),
                };
                let help =
                    format!("set `veto.{who}` as a whole, or write it as a table like {{ probability = 1, cost = 0 }}");
                return Err(bad_path(message, place).help(help).into());
            }
            insert(root, &parts, path, place, value)
        }
        _ => insert(root, &parts, path, place, value),
    }
}

fn check_section(section: &str, path: &str, place: Place, value: &Node) -> Outcome {
    if SECTIONS.contains(&section) {
        if path == section && value.as_table().is_some() {
            let message = format!("`{section}` is a whole section, not a single value");
            let help = format!("write the whole path in quotes: \"{section}.…\" = …");
            return Err(bad_path(message, place).help(help).into());
        }
        return Ok(());
    }
    if keys::SCENARIO.key(section).is_some() {
        let message = format!("`{section}` belongs to the scenario as a whole and cannot be set");
        let help =
            (section == "electors").then(|| "set the `size` of their bloc, as in `bloc.elector.size`".to_owned());
        return Err(bad_path(message, place).maybe_help(help).into());
    }
    let message = format!("no setting begins with `{section}`");
    let near = suggest::nearest(section, SECTIONS).map(|near| format!("did you mean `{}`?", replaced(path, 0, near)));
    let help = near.or_else(|| suggest::list("paths begin with", SECTIONS));
    Err(bad_path(message, place).maybe_help(help).into())
}

/// The path that was probably meant where a section or a key of one is mistyped.
pub fn nearest_path(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('.').collect();
    let Some(key) = keys::SCENARIO.key(parts[0]).filter(|_| SECTIONS.contains(&parts[0])) else {
        return suggest::nearest(parts[0], SECTIONS).map(|near| replaced(path, 0, near));
    };
    // Behind the name of an entry, if there are several.
    let place = if matches!(key.kind, Kind::Tables(_)) { 2 } else { 1 };
    let (section, name) = (key.kind.section()?, parts.get(place)?);
    let near = suggest::nearest(name, section.all().map(|key| key.name)).filter(|near| near != name);
    near.map(|near| replaced(path, place, near))
}

/// The path with another name as its part number `part`.
fn replaced(path: &str, part: usize, name: &str) -> String {
    path.split('.').enumerate().map(|(i, old)| if i == part { name } else { old }).collect::<Vec<_>>().join(".")
}

fn bad_path(message: String, place: Place) -> Diagnostic {
    Diagnostic::new(Code::BadSetting, message).at(place, "cannot be set")
}

/// The entry of `[[section]]` that is called `name`.
fn find_entry<'t>(
    root: &'t mut Table,
    section: &str,
    name: &str,
    path: &str,
    place: Place,
) -> Result<&'t mut Node, Box<Diagnostic>> {
    let nodes = match root.get_mut(section).map(|entry| &mut entry.node.value) {
        Some(Value::Array(nodes)) => nodes.as_mut_slice(),
        _ => &mut [],
    };
    let found = nodes.iter().enumerate().position(|(i, node)| entry_name(section, node, i) == name);
    if let Some(found) = found {
        return Ok(&mut nodes[found]);
    }
    let names: Vec<_> = nodes.iter().enumerate().map(|(i, node)| entry_name(section, node, i)).collect();
    let known = names.iter().map(|name| &**name).filter(|known| !known.is_empty());
    let near = suggest::nearest(name, known.clone()).map(|near| format!("did you mean `{}`?", replaced(path, 1, near)));
    let help = near.or_else(|| suggest::list(&format!("the {section}s are"), known));
    let diagnostic = Diagnostic::new(Code::UnknownName, format!("no {section} is called `{name}`"));
    Err(diagnostic.at(place, "unknown name").maybe_help(help).into())
}

/// What the entry number `index` of `[[section]]` is called.
pub fn entry_name<'n>(section: &str, node: &'n Node, index: usize) -> Cow<'n, str> {
    match section {
        "stage" => stage_name(node, index).into(),
        "event" => node.get_str("name").unwrap_or_default().into(),
        _ => node.get_str("id").unwrap_or_default().into(),
    }
}

/// Puts `value` at `parts` below `table`, making tables on the way where there are none.
fn insert(table: &mut Table, parts: &[&str], path: &str, place: Place, value: &Node) -> Outcome {
    let Some((last, way)) = parts.split_last() else { return Ok(()) };
    let mut table = table;
    for part in way {
        let new = || Entry { key: place, node: Node { place, value: Table::new().into() } };
        let node = &mut table.entry((*part).to_owned()).or_insert_with(new).node;
        table = match &mut node.value {
            Value::Table(inner) => inner,
            _ => {
                let message = format!("`{path}` cannot be set, because `{part}` is not a table");
                return Err(bad_path(message, place).at(node.place, "a single value").into());
            }
        };
    }
    table.insert((*last).to_owned(), Entry { key: place, node: value.clone() });
    Ok(())
}
