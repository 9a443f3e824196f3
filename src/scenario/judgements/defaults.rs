//! Which judged values hold where others are not written: what is drawn for a default is then what judgements of the
//! others begin with.

use std::collections::BTreeMap;

use crate::scenario::document::{Node, Table};
use crate::scenario::keys::{self, Section};

/// Who may leave a value to a default.
pub struct Defaults<'t> {
    members: BTreeMap<&'t str, &'t Node>,
    blocs: BTreeMap<&'t str, &'t Node>,
    candidates: BTreeMap<&'t str, &'t Node>,
}

impl<'t> Defaults<'t> {
    /// Of the scenario under one assumption, blocs written out.
    pub fn of(tree: &'t Table) -> Self {
        let named = |section: &str| {
            let nodes = tree.get(section).and_then(|entry| entry.node.as_array()).unwrap_or_default();
            nodes.iter().filter_map(|node| Some((node.get_str("id")?, node))).collect()
        };
        Self { members: named("member"), blocs: named("bloc"), candidates: named("candidate") }
    }

    /// The first of the paths that `is_judged` from which the value at `path` has its number.
    pub fn base(&self, path: &str, is_judged: impl Fn(&str) -> bool) -> Option<String> {
        let (section, rest) = path.split_once('.')?;
        let (name, key) = rest.split_once('.')?;
        let (holders, section): (_, &Section) = match section {
            "member" => (&self.members, &keys::MEMBER),
            "bloc" => (&self.blocs, &keys::BLOC),
            "candidate" => (&self.candidates, &keys::CANDIDATE),
            _ => return None,
        };
        let holder = holders.get(name)?;
        // Members of a bloc say what it says, written or not.
        let of_bloc = self.bloc(holder).map(|bloc| format!("bloc.{bloc}.{key}"));
        if let Some(path) = of_bloc.filter(|path| is_judged(path)) {
            return Some(path);
        }
        let absent = section.key(key.split('.').next()?)?.absent;
        let default = match absent {
            absent if absent == keys::OF_PREFERENCES => format!("preferences.{key}"),
            absent if absent == keys::OF_DYNAMICS => format!("dynamics.{key}"),
            _ => return None,
        };
        let is_written = key.split('.').try_fold(*holder, |node, part| node.get(part)).is_some();
        Some(default).filter(|path| !is_written && is_judged(path))
    }

    /// The bloc of which `member` is: no group of others can be called like one.
    fn bloc(&self, member: &Node) -> Option<&'t str> {
        let groups = member.get("groups").and_then(Node::as_array).unwrap_or_default();
        groups.iter().find_map(|group| self.blocs.get_key_value(group.as_str()?)).map(|(id, _)| *id)
    }
}
