//! Groups that are perhaps a slip of the pen: a mistyped name makes a group of its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::codes::Code;
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::Node;
use crate::scenario::place::Place;
use crate::scenario::suggest;

/// The groups under all assumptions: who is in them, and which of them anything refers to.
#[derive(Debug, Default)]
pub struct Groups {
    members: BTreeMap<String, (BTreeSet<usize>, Place)>,
    named: BTreeSet<String>,
}

impl Groups {
    /// Adds what the `tree` of one assumption says.
    pub fn add(&mut self, tree: &Node) {
        for (m, member) in entries(tree, "member").iter().enumerate() {
            for node in entries(member, "groups") {
                if let Some(group) = node.as_str() {
                    if let Some((members, _)) = self.members.get_mut(group) {
                        members.insert(m);
                    } else {
                        self.members.insert(group.to_owned(), (BTreeSet::from([m]), node.place));
                    }
                }
            }
        }
        // A bloc may have one member only.
        self.named.extend(entries(tree, "bloc").iter().filter_map(|bloc| bloc.get_str("id")).map(str::to_owned));
        let group_sd = tree.get("preferences").and_then(|node| node.get("group_sd"));
        for table in [group_sd, tree.get("support"), tree.get("veto")] {
            self.name_keys(table);
        }
        for effect in entries(tree, "event").iter().flat_map(|event| entries(event, "effects")) {
            self.named.extend(entries(effect, "members").iter().filter_map(Node::as_str).map(str::to_owned));
            self.name_keys(effect.get("veto"));
        }
    }

    fn name_keys(&mut self, table: Option<&Node>) {
        let table = table.and_then(Node::as_table);
        self.named.extend(table.into_iter().flat_map(|table| table.keys().cloned()));
    }

    /// Warns of groups of one member that nothing refers to. Several members hardly share a slip, and a group may be
    /// there for whoever reads the file.
    pub fn warn(&self, problems: &Collector) {
        let alone = |(group, (members, _)): &(&String, &(BTreeSet<usize>, Place))| {
            members.len() == 1 && !self.named.contains(*group)
        };
        for (group, (_, place)) in self.members.iter().filter(alone) {
            let message = format!("only one member is in the group `{group}`, and nothing refers to it");
            let warning = Diagnostic::new(Code::GroupOfOne, message).at(*place, "has no effect");
            problems.report_with(warning, || {
                let others = self.members.keys().map(String::as_str).filter(|other| other != group);
                let near = suggest::nearest(group, others).map(|near| format!("did you mean `{near}`?"));
                near.or_else(|| {
                    Some("a group matters where `group_sd`, `support`, a veto or an event names it".to_owned())
                })
            });
        }
    }
}

fn entries<'t>(node: &'t Node, key: &str) -> &'t [Node] {
    node.get(key).and_then(Node::as_array).unwrap_or_default()
}
