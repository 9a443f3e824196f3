//! Tables of members, candidates and judgements in CSV files, merged into the tree of the scenario.
//!
//! A cell becomes the value that the same words would be in the scenario's own file, so that nothing
//! that follows knows where it came from, except that its place is a cell.

pub(super) mod cells;
mod entries;
mod lookup;
pub(super) mod polls;
mod support;

use std::path::PathBuf;

use super::decode;
use super::diagnostic::{Collector, Diagnostic};
use super::document::Node;
use super::keys;
use super::resolve::fields::Fields;
use super::resolve::roster;
use super::resolve::values;
use super::sheet::{self, Sheet};
use super::source::{Bytes, Input, Sources};
use crate::codes::Code;
use crate::model::{MAX_CANDIDATES, MAX_MEMBERS};
use lookup::{Found, Refusal};

pub use lookup::Tables;

/// A table file that the operating system would not let us read.
#[derive(Debug)]
pub struct Unreadable {
    /// The file.
    pub path: PathBuf,
    /// Why, in words.
    pub reason: String,
}

/// What reading the tables of a scenario leads to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The files that were read.
    pub inputs: Vec<Input>,
    /// The first that could not be.
    pub unreadable: Option<Unreadable>,
    /// Whether every table is in the tree; if not, names may be missing from it.
    pub whole: bool,
}

/// Reads the tables that the scenario names in its polls and under `[tables]` and merges them into `tree`, which will have the
/// candidates of a preset besides its own.
pub fn merge(
    tree: &mut Node,
    candidates: &[Node],
    tables: Option<Tables<'_>>,
    sources: &mut Sources,
    problems: &Collector,
) -> Outcome {
    let mut outcome = Outcome { whole: true, ..Outcome::default() };
    outcome.whole &= polls::merge(tree, tables, sources, &mut outcome, problems);
    let Some(section) = tree.get("tables").cloned() else { return outcome };
    let mut fields = Fields::section(Some(&section), &keys::TABLES, problems);
    // Support refers to the others, so it comes last.
    for key in ["members", "blocs", "candidates", "support"] {
        let Some(node) = fields.get(key) else { continue };
        let sheet = open(key, node, tables, sources, &mut outcome, problems);
        let Some(sheet) = sheet else {
            outcome.whole = false;
            continue;
        };
        let merged = match key {
            "members" => entries::merge(tree, &keys::MEMBER, MAX_MEMBERS, sheet, problems),
            "blocs" => entries::merge(tree, &keys::BLOC, MAX_MEMBERS, sheet, problems),
            "candidates" => entries::merge(tree, &keys::CANDIDATE, MAX_CANDIDATES, sheet, problems),
            _ => {
                let own = tree.get("candidate").and_then(Node::as_array).unwrap_or_default();
                let nodes: Vec<_> = candidates.iter().chain(own).collect();
                let known: Vec<_> = nodes.iter().filter_map(|node| node.get_str("id").map(str::to_owned)).collect();
                // Too many names would only make the search for wrong ones long.
                let is_fine = roster::is_count_fine("candidate", &nodes, MAX_CANDIDATES, problems);
                is_fine.then(|| support::merge(tree, &known, sheet, problems))
            }
        };
        outcome.whole &= merged.is_some();
    }
    fields.finish();
    outcome
}

fn open(
    key: &str,
    node: &Node,
    tables: Option<Tables<'_>>,
    sources: &mut Sources,
    outcome: &mut Outcome,
    problems: &Collector,
) -> Option<Sheet> {
    let written = values::text(node, key, problems)?;
    let Some(tables) = tables else {
        let diagnostic = Diagnostic::new(Code::NoFolder, "a scenario that is not a file cannot have tables in files");
        problems.report(diagnostic.at(node.place, "not possible here"));
        return None;
    };
    let (path, bytes) = match tables.read(written) {
        Ok(Found { path, bytes: Bytes::Whole(bytes) }) => (path, bytes),
        Ok(Found { path, bytes: Bytes::TooMany }) => {
            problems.report(decode::too_large(&path.display().to_string()).at(node.place, "this table"));
            return None;
        }
        Err(Refusal::Outside) => {
            let message = format!("the table `{written}` is not inside the scenario's folder");
            let help = "tables lie beside the scenario or in a folder beside it; write the path from there, like \
                        data/members.csv";
            problems.report(Diagnostic::new(Code::PathOutside, message).at(node.place, "leaves the folder").help(help));
            return None;
        }
        Err(Refusal::LinkOutside(target)) => {
            let target = target.display();
            let message =
                format!("the table `{written}` leads out of the scenario's folder by a symbolic link, to {target}");
            let help = "copy the file to where the link is, or keep the scenario in a folder that has both";
            let diagnostic = Diagnostic::new(Code::PathOutside, message).at(node.place, "a link out of the folder");
            problems.report(diagnostic.help(help));
            return None;
        }
        Err(Refusal::Unreadable(path, reason)) => {
            let name = path.display();
            let message = format!("the table {name} cannot be read: {reason}");
            let help = written.contains('\\').then(|| "write `/` between folders, on every system".to_owned());
            let diagnostic = Diagnostic::new(Code::UnreadableTable, message).at(node.place, "cannot be read");
            problems.report(diagnostic.maybe_help(help));
            outcome.unreadable.get_or_insert(Unreadable { path, reason });
            return None;
        }
    };
    let name = path.display().to_string();
    outcome.inputs.push(Input { written: lookup::within(written), ..Input::new(path, &bytes) });
    sheet::of_bytes(&name, &bytes, sources, problems).unwrap_or_else(|mut problem| {
        if problem.places.is_empty() {
            problem.places.push((node.place, "this table".to_owned()));
        }
        problems.report(*problem);
        None
    })
}
