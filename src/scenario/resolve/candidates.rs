//! Candidates, and what members have been judged to think of them.

use super::fields::Fields;
use super::members::dimensions;
use super::roster::Roster;
use super::values;
use crate::codes::Code;
use crate::model::{Candidate, Fraction, Member, MemberId, Stage};
use crate::scenario::countries;
use crate::scenario::diagnostic::{Collector, Diagnostic, ENOUGH_ERRORS};
use crate::scenario::document::Node;
use crate::scenario::keys;
use crate::scenario::place::Place;
use crate::scenario::suggest;

/// Reads one `[[candidate]]`.
pub fn candidate(node: &Node, common_sd: f64, roster: &Roster<'_>, problems: &Collector) -> Option<Candidate> {
    let mut fields = Fields::of(node, &keys::CANDIDATE, problems)?;
    let id = fields.text("id").unwrap_or_default();
    let mut traits = vec![0.0; roster.traits.len()];
    for entry in fields.names("traits") {
        if let (Ok(position), Some(value)) = (roster.traits.binary_search(&entry.name), entry.number()) {
            traits[position] = value;
        }
    }
    // For people.
    fields.text("note");
    let candidate = Candidate {
        id: id.to_owned(),
        name: fields.text("name").unwrap_or(id).to_owned(),
        home: home(&mut fields, roster, problems),
        traits,
        position: dimensions(&mut fields, "position", problems).into(),
        uncertainty: fields.number("uncertainty"),
        common_sd: fields.number("common_sd").unwrap_or(common_sd),
        availability: fields.number_or_default("availability"),
        enters: fields.whole_or_default("enters") as u32,
        reserve: fields.truth("reserve"),
        withdraws_if_vetoed: fields.number_or_default("withdraws_if_vetoed"),
        withdraws_below: fields.fraction("withdraws_below").unwrap_or(Fraction::ZERO),
    };
    fields.finish();
    Some(candidate)
}

/// The member whose national a candidate is; any other code is a national of no member.
fn home(fields: &mut Fields<'_>, roster: &Roster<'_>, problems: &Collector) -> Option<MemberId> {
    let (code, place) = fields.text_and_place("home")?;
    let home = roster.find_member(code);
    if home.is_some() {
        return home;
    }
    let country = countries::find(code);
    let same =
        |member: &&&str| member.eq_ignore_ascii_case(code) || (country.is_some() && countries::find(member) == country);
    if let Some(member) = roster.members.iter().find(same) {
        let message = format!("`{code}` is the home of no member, but there is a member `{member}`");
        let warning = Diagnostic::new(Code::HomeNearlyAMember, message).at(place, "a national of no member");
        problems.report(warning.help(format!("if the member is meant, write `{member}`")));
    } else if country.is_none() {
        let message = format!("`{code}` is the home of no member, and the code of no country");
        let near = suggest::nearest(code, roster.members.iter().copied());
        let help = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
        let warning = Diagnostic::new(Code::HomeUnknown, message).at(place, "a national of no member");
        problems.report(warning.help(format!("{help}A national of no member has an ISO code such as `CHE`")));
    }
    None
}

/// Reads `[support]` into points, member by member; a member's own and its groups' are added up.
pub fn support(node: Option<&Node>, roster: &Roster<'_>, problems: &Collector) -> Vec<f64> {
    let mut points = vec![0.0; roster.members.len() * roster.candidates.len()];
    let empty = std::collections::BTreeMap::new();
    let table = match node.map(|node| (node, node.as_table())) {
        None => &empty,
        Some((_, Some(table))) => table,
        Some((node, None)) => {
            problems.report(values::wrong_type(node, "support", "a table of members"));
            &empty
        }
    };
    for (id, entry) in table {
        let members = roster.members_called(id, entry.key).unwrap_or_default();
        let Some(row) = entry.node.as_table() else {
            problems.report(values::wrong_type(&entry.node, "support of a member", "a table of candidates"));
            continue;
        };
        for (name, cell) in row {
            let candidate = roster.candidate(name, cell.key);
            let value = values::number(&cell.node, "support", keys::ANY, problems);
            if let (Some(candidate), Some(value)) = (candidate, value) {
                for member in members.iter() {
                    points[member.index() * roster.candidates.len() + candidate.index()] += value;
                }
            }
        }
    }
    points
}

/// Warns of candidates who would enter when every round is over.
pub fn check_entrances(candidates: &[Candidate], nodes: &[Node], stages: &[Stage], problems: &Collector) {
    let ballots: u64 = stages.iter().map(|stage| u64::from(stage.repeat)).sum();
    for (candidate, node) in candidates.iter().zip(nodes).filter(|(c, _)| u64::from(c.enters) > ballots) {
        let message = format!("candidate `{}` never enters: a round has at most {ballots} ballots", candidate.id);
        let place = node.get("enters").map_or(node.place, |enters| enters.place);
        problems.report(Diagnostic::new(Code::NoEffect, message).at(place, "after the last ballot"));
    }
}

/// Checks that members' ideals and candidates' positions speak of the same dimensions.
pub fn check_dimensions(
    members: &[Member],
    candidates: &[Candidate],
    member_nodes: &[Node],
    candidate_nodes: &[Node],
    problems: &Collector,
) {
    let place = |nodes: &[Node], i: usize, key: &str| {
        nodes.get(i).map_or(Place::new(0, 0..0), |node| node.get(key).map_or(node.place, |point| point.place))
    };
    let mut points = members.iter().map(|m| &m.ideal).chain(candidates.iter().map(|c| &c.position));
    let Some(first) = points.find(|point| !point.is_empty()) else { return };
    if points.filter(|point| !point.is_empty()).all(|point| point.keys().eq(first.keys())) {
        return;
    }
    // By place, because all members of a bloc have one.
    let mut missing = std::collections::BTreeMap::new();
    for (m, member) in members.iter().enumerate().filter(|(_, member)| !member.ideal.is_empty()) {
        for (c, candidate) in candidates.iter().enumerate().filter(|(_, c)| !c.position.is_empty()) {
            if missing.len() >= ENOUGH_ERRORS {
                break;
            }
            for dimension in member.ideal.keys().filter(|d| !candidate.position.contains_key(*d)) {
                missing.entry((false, place(candidate_nodes, c, "position"), dimension.as_str())).or_insert((m, c));
            }
            for dimension in candidate.position.keys().filter(|d| !member.ideal.contains_key(*d)) {
                missing.entry((true, place(member_nodes, m, "ideal"), dimension.as_str())).or_insert((m, c));
            }
        }
    }
    for ((member_lacks, _, dimension), (m, c)) in missing {
        let (member, candidate) = (&members[m].id, &candidates[c].id);
        let ideal = (place(member_nodes, m, "ideal"), format!("the ideal of `{member}`"));
        let position = (place(candidate_nodes, c, "position"), format!("the position of `{candidate}`"));
        let (message, first, second) = if member_lacks {
            (format!("the ideal of member `{member}` does not say where it is on `{dimension}`"), ideal, position)
        } else {
            (
                format!("the position of candidate `{candidate}` does not say where it is on `{dimension}`"),
                position,
                ideal,
            )
        };
        let diagnostic = Diagnostic::new(Code::MissingDimension, message).at(first.0, first.1);
        let help = "members with an ideal and candidates with a position must name the same dimensions";
        problems.report(diagnostic.at(second.0, second.1).help(help));
    }
}
