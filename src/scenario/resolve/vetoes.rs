//! Who holds which veto: a member's own entry beats its groups', which beat the default.

use std::collections::BTreeMap;

use super::fields::Fields;
use super::roster::Roster;
use super::values;
use crate::codes::Code;
use crate::model::{Drawn, MemberId, VetoPower};
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::{Entry, Node};
use crate::scenario::place::Place;
use crate::scenario::{keys, suggest};

/// A table of veto powers as written.
pub struct VetoTable<'t> {
    default: Option<VetoPower>,
    named: BTreeMap<&'t str, (VetoPower, Place)>,
}

impl<'t> VetoTable<'t> {
    /// Reads a `veto` table.
    pub fn read(node: &'t Node, roster: &Roster<'_>, problems: &Collector) -> Self {
        let mut table = Self { default: None, named: BTreeMap::new() };
        let Some(entries) = node.as_table() else {
            let diagnostic = values::wrong_type(node, "veto", "a table of members and groups");
            problems.report(diagnostic.help("for the same power of every member, write { default = \"absolute\" }"));
            return table;
        };
        for (name, Entry { key, node }) in entries {
            let power = power(node, roster, problems);
            if name == "default" {
                table.default = power;
            } else if roster.members_called(name, *key).is_some()
                && let Some(power) = power
            {
                table.named.insert(name, (power, *key));
            }
        }
        table
    }

    /// The power of every member whom the table speaks of, in the order of the members.
    ///
    /// Members of two groups with different powers, and without an entry of their own, are an error.
    pub fn powers(&self, roster: &Roster<'_>, problems: &Collector) -> Vec<(MemberId, VetoPower)> {
        let mut torn: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        let mut powers = Vec::new();
        let groups = self.named.iter().filter_map(|(name, (power, _))| Some((*name, power, roster.groups.get(name)?)));
        let groups: Vec<_> = groups.collect();
        for (i, id) in roster.members.iter().enumerate() {
            let member = MemberId(i as u16);
            if let Some((own, _)) = self.named.get(id) {
                powers.push((member, *own));
                continue;
            }
            let mut own = groups.iter().filter(|(_, _, members)| members.contains(member));
            let first = own.next();
            if let Some((group, power, _)) = first {
                for (other, ..) in own.filter(|(_, other, _)| differ(other, power)) {
                    torn.entry((group, other)).or_default().push(id);
                }
            }
            if let Some(power) = first.map(|(_, power, _)| **power).or(self.default) {
                powers.push((member, power));
            }
        }
        for ((one, other), members) in torn {
            self.report_torn(one, other, &members, problems);
        }
        powers
    }

    fn report_torn(&self, one: &str, other: &str, members: &[&str], problems: &Collector) {
        let list = suggest::list("they are", members.iter().copied()).unwrap_or_default();
        let (who, help) = match members {
            [only] => (format!("member `{only}` is"), format!("give `{only}` an entry of its own")),
            several => (format!("{} members are", several.len()), format!("give each an entry of its own; {list}")),
        };
        let message = format!("{who} in both `{one}` and `{other}`, whose vetoes differ");
        let mut diagnostic = Diagnostic::new(Code::AmbiguousVeto, message).help(help);
        for group in [one, other] {
            if let Some((_, place)) = self.named.get(group) {
                diagnostic = diagnostic.at(*place, format!("the veto of `{group}`"));
            }
        }
        problems.report(diagnostic);
    }
}

/// Whether two powers differ in more than the way no power is written.
fn differ(one: &VetoPower, other: &VetoPower) -> bool {
    one != other && (one.exists() || other.exists())
}

fn power(node: &Node, roster: &Roster<'_>, problems: &Collector) -> Option<VetoPower> {
    let absolute = VetoPower::absolute(roster.candidates.len());
    let expected = "\"none\", \"absolute\" or a table like { probability = 0.8, cost = 1.0 }";
    match node.as_str() {
        Some("none") => return Some(VetoPower::NONE),
        Some("absolute") => return Some(absolute),
        Some(other) => {
            let diagnostic = Diagnostic::new(Code::UnknownChoice, format!("a veto cannot be `{other}`"));
            problems.report(diagnostic.at(node.place, "unknown").help(format!("a veto is {expected}")));
            return None;
        }
        None if node.as_table().is_none() => {
            problems.report(values::wrong_type(node, "a veto", expected));
            return None;
        }
        None => {}
    }
    let mut fields = Fields::of(node, &keys::POWER, problems)?;
    let probability = fields.number_or_default("probability");
    let drawn = fields.choice("drawn", Drawn::ALL);
    let cost = fields.number_or_default("cost");
    let alone = fields.number_or_default("alone");
    let against = fields.list("against").map(|nodes| {
        let place = fields.get("against").map_or(node.place, |list| list.place);
        if nodes.is_empty() {
            let message = "a veto against no one is none";
            let diagnostic = Diagnostic::new(Code::EmptyList, message).at(place, "empty");
            problems.report(diagnostic.help("name candidates, or leave `against` out to mean all of them"));
        }
        roster.candidate_list(nodes, "against")
    });
    fields.finish();
    let against = match against {
        None => absolute.against,
        Some(listed) => listed?,
    };
    Some(VetoPower { probability, drawn, cost, alone, against })
}
