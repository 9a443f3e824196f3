//! Who and what has a name: members, groups, candidates and traits. Everything else refers to these.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use super::values;
use crate::codes::Code;
use crate::model::{CandidateId, CandidateSet, Ending, MAX_CANDIDATES, MAX_MEMBERS, MemberId, MemberSet, Model};
use crate::scenario::characters;
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::Node;
use crate::scenario::keys::MAX_NAME;
use crate::scenario::place::Place;
use crate::scenario::suggest;

/// Most groups, most traits and most events: every one costs time in every round.
pub const MAX_OTHERS: usize = 256;

/// The names of a scenario and what they stand for.
pub struct Roster<'t> {
    /// Ids of the members, in order.
    pub members: Vec<&'t str>,
    /// Ids of the candidates, in order.
    pub candidates: Vec<&'t str>,
    /// The groups by id.
    pub groups: BTreeMap<&'t str, MemberSet>,
    /// Names of the groups that are blocs, by id.
    pub blocs: BTreeMap<&'t str, &'t str>,
    /// Names of the traits, in order.
    pub traits: Vec<&'t str>,
    member_index: BTreeMap<&'t str, MemberId>,
    candidate_index: BTreeMap<&'t str, CandidateId>,
    problems: &'t Collector,
}

impl<'t> Roster<'t> {
    /// Collects the names; nothing if there are too many members or candidates, or none.
    ///
    /// The members of `blocs` are among the `members`; `group_sd` is the table of that name in the preferences,
    /// which may name groups without members.
    pub fn read(
        members: &'t [Node],
        blocs: &'t [Node],
        candidates: &'t [Node],
        group_sd: Option<&'t Node>,
        problems: &'t Collector,
    ) -> Option<Self> {
        let fine = [
            is_count_fine("member", members, MAX_MEMBERS, problems),
            is_count_fine("candidate", candidates, MAX_CANDIDATES, problems),
        ];
        if fine.contains(&false) {
            return None;
        }
        let member_ids = read_ids(members, "a member", &["default"], problems);
        let candidate_ids = read_ids(candidates, "a candidate", &["no-consensus"], problems);
        let index = |ids: &[(&'t str, Place)]| ids.iter().map(|id| id.0).enumerate().collect::<Vec<_>>();
        let mut roster = Self {
            member_index: index(&member_ids).into_iter().rev().map(|(i, id)| (id, MemberId(i as u16))).collect(),
            candidate_index: index(&candidate_ids)
                .into_iter()
                .rev()
                .map(|(i, id)| (id, CandidateId(i as u16)))
                .collect(),
            members: member_ids.iter().map(|id| id.0).collect(),
            candidates: candidate_ids.iter().map(|id| id.0).collect(),
            groups: BTreeMap::new(),
            blocs: blocs
                .iter()
                .filter_map(|bloc| Some((bloc.get_str("id")?, bloc.get_str("name").or(bloc.get_str("id"))?)))
                .collect(),
            traits: read_traits(candidates, problems),
            problems,
        };
        roster.read_groups(members, &member_ids, group_sd);
        let few = [
            is_number_fine("group", roster.groups.len(), problems),
            is_number_fine("trait", roster.traits.len(), problems),
        ];
        (!few.contains(&false)).then_some(roster)
    }

    /// The names of members, groups and candidates of a `model`.
    pub fn of(model: &'t Model, problems: &'t Collector) -> Self {
        Self {
            members: model.members.iter().map(|member| member.id.as_str()).collect(),
            candidates: model.candidates.iter().map(|candidate| candidate.id.as_str()).collect(),
            groups: model.groups.iter().map(|group| (group.id.as_str(), group.members)).collect(),
            blocs: BTreeMap::new(),
            traits: Vec::new(),
            member_index: model.member_ids().map(|(m, member)| (member.id.as_str(), m)).collect(),
            candidate_index: model.candidate_ids().map(|(c, candidate)| (candidate.id.as_str(), c)).collect(),
            problems,
        }
    }

    fn read_groups(&mut self, members: &'t [Node], ids: &[(&'t str, Place)], group_sd: Option<&'t Node>) {
        for (i, member) in members.iter().enumerate() {
            let Some(groups) = member.get("groups").and_then(|groups| values::list(groups, "groups", self.problems))
            else {
                continue;
            };
            for group in groups {
                if let Some(id) = values::text(group, "a group", self.problems) {
                    self.check_group(id, group.place, ids);
                    self.groups.entry(id).or_insert(MemberSet::EMPTY).insert(MemberId(i as u16));
                }
            }
        }
        for (id, entry) in group_sd.and_then(Node::as_table).into_iter().flatten() {
            if self.groups.contains_key(id.as_str()) {
                continue;
            }
            self.check_group(id, entry.key, ids);
            let warning = Diagnostic::new(Code::EmptyGroup, format!("no member is in a group called `{id}`"));
            let help = || suggest::help(id, "the groups are", self.groups.keys().copied());
            self.problems.report_with(warning.at(entry.key, "has no effect"), help);
            self.groups.insert(id, MemberSet::EMPTY);
        }
    }

    fn check_group(&self, id: &str, place: Place, members: &[(&'t str, Place)]) {
        check_name(id, place, "a group", &["default"], self.problems);
        if let Some(member) = self.member_index.get(id) {
            let message = format!("`{id}` is the id of a member, so a group cannot be called that");
            let diagnostic = Diagnostic::new(Code::DuplicateId, message).at(place, "used as a group");
            self.problems.report(diagnostic.at(members[member.index()].1, "the member"));
        }
    }

    /// How many members there are.
    pub fn all_members(&self) -> MemberSet {
        MemberSet::all(self.members.len())
    }

    /// All candidates.
    pub fn all_candidates(&self) -> CandidateSet {
        CandidateSet::all(self.candidates.len())
    }

    /// The member with this id, without complaint if there is none.
    pub fn find_member(&self, id: &str) -> Option<MemberId> {
        self.member_index.get(id).copied()
    }

    /// The members of which `id` is the name: one member, or a group's.
    pub fn members_called(&self, id: &str, place: Place) -> Option<MemberSet> {
        if let Some(member) = self.find_member(id) {
            return Some([member].into_iter().collect());
        }
        let group = self.groups.get(id).copied();
        if group.is_none() {
            let known = self.members.iter().copied().chain(self.groups.keys().copied());
            self.unknown("member or group", id, place, || suggest::help(id, "the members and groups are", known));
        }
        group
    }

    /// The candidate called `id`.
    pub fn candidate(&self, id: &str, place: Place) -> Option<CandidateId> {
        let candidate = self.candidate_index.get(id).copied();
        if candidate.is_none() {
            let known = self.candidates.iter().copied();
            self.unknown("candidate", id, place, || suggest::help(id, "the candidates are", known));
        }
        candidate
    }

    /// The member called `id`.
    pub fn member(&self, id: &str, place: Place) -> Option<MemberId> {
        let member = self.find_member(id);
        if member.is_none() {
            let known = self.members.iter().copied();
            self.unknown("member", id, place, || suggest::help(id, "the members are", known));
        }
        member
    }

    /// That the candidate called `id` was appointed.
    pub fn ending(&self, id: &str, place: Place) -> Option<Ending> {
        let candidate = self.candidate_index.get(id).copied();
        if candidate.is_none() {
            let known = self.candidates.iter().copied().chain(["no-consensus"]);
            self.unknown("outcome", id, place, || suggest::help(id, "the outcomes are", known));
        }
        candidate.map(Ending::Appointed)
    }

    /// The position of the trait called `name`.
    pub fn trait_called(&self, name: &str, place: Place) -> Option<usize> {
        let position = self.traits.binary_search(&name).ok();
        if position.is_none() {
            let help = || suggest::help(name, "the traits are", self.traits.iter().copied());
            let none = || "traits are what candidates have, in their `traits`".to_owned();
            self.unknown("trait", name, place, || Some(help().unwrap_or_else(none)));
        }
        position
    }

    /// Reads a list of candidates' ids.
    pub fn candidate_list(&self, nodes: &[Node], what: &str) -> Option<CandidateSet> {
        let mut set = CandidateSet::EMPTY;
        let mut whole = true;
        for node in nodes {
            let id = values::text(node, what, self.problems).and_then(|id| self.candidate(id, node.place));
            match id {
                Some(id) if set.contains(id) => {
                    let message = format!("`{}` is listed twice", self.candidates[id.index()]);
                    self.problems.report(Diagnostic::new(Code::ListedTwice, message).at(node.place, "again here"));
                }
                Some(id) => set.insert(id),
                None => whole = false,
            }
        }
        whole.then_some(set)
    }

    /// Reads a list of members' and groups' ids.
    pub fn member_list(&self, nodes: &[Node], what: &str) -> Option<MemberSet> {
        let mut set = MemberSet::EMPTY;
        let mut whole = true;
        for node in nodes {
            let named = values::text(node, what, self.problems).and_then(|id| self.members_called(id, node.place));
            whole &= named.is_some();
            set = set.union(&named.unwrap_or_default());
        }
        whole.then_some(set)
    }

    fn unknown(&self, what: &str, name: &str, place: Place, help: impl FnOnce() -> Option<String>) {
        let message = format!("no {what} is called `{name}`");
        self.problems.report_with(Diagnostic::new(Code::UnknownName, message).at(place, "unknown name"), help);
    }
}

/// Whether there are any of something and at most `max`; reports if not.
pub fn is_count_fine(what: &str, nodes: &[impl Borrow<Node>], max: usize, problems: &Collector) -> bool {
    if nodes.is_empty() {
        let message = format!("the scenario has no {what}s");
        let help = format!("add at least one [[{what}]] with an `id`, or a table of {what}s under [tables]");
        problems.report(Diagnostic::new(Code::NothingToSimulate, message).help(help));
    }
    if let Some(extra) = nodes.get(max) {
        let message = format!("the scenario has {} {what}s; at most {max} are possible", nodes.len());
        let label = format!("{what} number {}", max + 1);
        problems.report(Diagnostic::new(Code::TooMany, message).at(extra.borrow().place, label));
    }
    !nodes.is_empty() && nodes.len() <= max
}

/// Whether there are not too many of something; reports if there are.
pub fn is_number_fine(what: &str, number: usize, problems: &Collector) -> bool {
    if number > MAX_OTHERS {
        let message = format!("the scenario has {number} {what}s; at most {MAX_OTHERS} are possible");
        problems.report(Diagnostic::new(Code::TooMany, message));
    }
    number <= MAX_OTHERS
}

/// The ids of `nodes`, in order; an entry without a usable id has an empty one.
fn read_ids<'t>(nodes: &'t [Node], what: &str, reserved: &[&str], problems: &Collector) -> Vec<(&'t str, Place)> {
    let mut seen: BTreeMap<&str, Place> = BTreeMap::new();
    let mut ids = Vec::with_capacity(nodes.len());
    for node in nodes {
        let Some((id, place)) = node.get("id").and_then(|id| Some((id.as_str()?, id.place))) else {
            ids.push(("", node.place));
            continue;
        };
        check_name(id, place, what, reserved, problems);
        if let Some(first) = seen.get(id) {
            let message = format!("two entries have the id `{id}`; {what} needs an id of its own");
            let diagnostic = Diagnostic::new(Code::DuplicateId, message).at(place, "used again");
            problems.report(diagnostic.at(*first, "first used here"));
        } else {
            seen.insert(id, place);
        }
        ids.push((id, place));
    }
    ids
}

fn read_traits<'t>(candidates: &'t [Node], problems: &Collector) -> Vec<&'t str> {
    let mut traits: BTreeMap<&str, Place> = BTreeMap::new();
    for candidate in candidates {
        for (name, entry) in candidate.get("traits").and_then(Node::as_table).into_iter().flatten() {
            traits.entry(name).or_insert(entry.key);
        }
    }
    for (name, place) in &traits {
        check_name(name, *place, "a trait", &[], problems);
    }
    traits.into_keys().collect()
}

/// Reports a name that cannot be one: names are keys of the format, parts of setting paths and of outputs.
pub fn check_name(name: &str, place: Place, what: &str, reserved: &[&str], problems: &Collector) {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || !name.chars().all(allowed) {
        let message = format!("`{name}` cannot be the name of {what}");
        let strange = name.chars().find(|&c| !allowed(c) && !c.is_ascii_graphic() && c != ' ');
        let strange = strange.map(|c| format!("it has the character {}; ", characters::named(c))).unwrap_or_default();
        let help = format!("{strange}use the letters A-Z and a-z, digits, `-` and `_`; a `name` may say more");
        problems.report(Diagnostic::new(Code::BadName, message).at(place, "not a possible id").help(help));
    } else if name.len() > MAX_NAME {
        let message = format!("the name of {what} is longer than {MAX_NAME} characters");
        problems.report(Diagnostic::new(Code::BadName, message).at(place, "too long"));
    } else if reserved.contains(&name) {
        let message = format!("`{name}` has a meaning of its own and cannot be the name of {what}");
        problems.report(Diagnostic::new(Code::ReservedName, message).at(place, "reserved"));
    }
}

/// Reports names written twice; each is a name and its place.
pub fn check_unique<'n>(what: &str, names: impl IntoIterator<Item = (&'n str, Place)>, problems: &Collector) {
    let mut seen: BTreeMap<&str, Place> = BTreeMap::new();
    for (name, place) in names {
        if let Some(first) = seen.get(name) {
            let message = format!("two {what}s are called `{name}`");
            let diagnostic = Diagnostic::new(Code::DuplicateName, message).at(place, "used again");
            problems.report(diagnostic.at(*first, "first used here"));
        } else {
            seen.insert(name, place);
        }
    }
}
