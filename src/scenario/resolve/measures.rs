//! Measures: exact weights of the members that rules can count by.

use std::collections::BTreeMap;

use super::roster::{MAX_OTHERS, Roster, check_name};
use super::values;
use crate::codes::Code;
use crate::model::Measure;
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::{Node, Value};
use crate::scenario::keys::MAX_WEIGHT;
use crate::scenario::place::Place;
use crate::scenario::suggest;

/// Most decimal places of a weight.
const MAX_DECIMALS: u32 = 6;
/// Members named when a measure is incomplete.
const MAX_NAMED: usize = 3;

/// The measures that every member has, and who lacks the others.
pub struct Measures {
    /// `members`, then the complete ones in the order of their names.
    pub list: Vec<Measure>,
    lacking: BTreeMap<String, Vec<String>>,
}

/// A weight as written: `digits · 10^-decimals`.
#[derive(Clone, Copy)]
struct Weight {
    digits: u64,
    decimals: u32,
}

impl Measures {
    /// Reads the measures of all members.
    pub fn read(members: &[Node], roster: &Roster<'_>, problems: &Collector) -> Self {
        let mut columns: BTreeMap<&str, Vec<Option<Weight>>> = BTreeMap::new();
        for (m, member) in members.iter().enumerate() {
            let Some(node) = member.get("measures") else { continue };
            let Some(table) = node.as_table() else {
                problems.report(values::wrong_type(node, "measures", "a table of names and values"));
                continue;
            };
            for (name, entry) in table {
                if columns.len() >= MAX_OTHERS && !columns.contains_key(name.as_str()) {
                    let message = format!("the scenario has more than {MAX_OTHERS} measures");
                    problems.report(Diagnostic::new(Code::TooMany, message).at(entry.key, "one too many"));
                    break;
                }
                check_name(name, entry.key, "a measure", &["members"], problems);
                let column = columns.entry(name).or_insert_with(|| vec![None; members.len()]);
                column[m] = Some(weight(&entry.node, problems).unwrap_or(Weight { digits: 0, decimals: 0 }));
            }
        }
        let mut measures = Self { list: vec![Measure::members(members.len())], lacking: BTreeMap::new() };
        for (name, column) in columns {
            match column.iter().copied().collect::<Option<Vec<_>>>() {
                Some(weights) => measures.list.push(scaled(name, &weights)),
                None => {
                    let lacking = column.iter().zip(&roster.members).filter(|(weight, _)| weight.is_none());
                    let lacking = lacking.map(|(_, id)| (*id).to_owned()).collect();
                    measures.lacking.insert(name.to_owned(), lacking);
                }
            }
        }
        measures
    }

    /// The index of the measure called `name`, which a rule at `place` counts by.
    pub fn find(&self, name: &str, place: Place, problems: &Collector) -> Option<usize> {
        let found = self.list.iter().position(|measure| measure.name == name);
        if found.is_some() {
            return found;
        }
        let diagnostic = if let Some(lacking) = self.lacking.get(name) {
            let named: Vec<_> = lacking.iter().take(MAX_NAMED).map(|id| format!("`{id}`")).collect();
            let more = match lacking.len() - named.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let s = if lacking.len() == 1 { "s" } else { "" };
            let message = format!("the rule counts by `{name}`, which {}{more} lack{s}", named.join(", "));
            Diagnostic::new(Code::IncompleteMeasure, message)
                .at(place, format!("counts by `{name}`"))
                .help(format!("give every member `measures.{name}`; 0 is possible"))
        } else {
            let known = self.list.iter().map(|measure| measure.name.as_str());
            let known = known.chain(self.lacking.keys().map(String::as_str));
            let diagnostic = Diagnostic::new(Code::UnknownName, format!("no measure is called `{name}`"));
            let diagnostic = diagnostic.at(place, format!("counts by `{name}`"));
            problems.report_with(diagnostic, || suggest::help(name, "the measures are", known));
            return None;
        };
        problems.report(diagnostic);
        None
    }
}

fn scaled(name: &str, weights: &[Weight]) -> Measure {
    let decimals = weights.iter().map(|weight| weight.decimals).max().unwrap_or(0);
    let scale = |weight: &Weight| weight.digits * 10u64.pow(decimals - weight.decimals);
    Measure { name: name.to_owned(), weights: weights.iter().map(scale).collect(), decimals }
}

fn weight(node: &Node, problems: &Collector) -> Option<Weight> {
    let (Value::Integer(text) | Value::Float(text)) = &node.value else {
        problems.report(values::wrong_type(node, "a measure", "a number"));
        return None;
    };
    let weight = read_weight(text);
    if weight.is_none() {
        let message = format!("a measure cannot be {text}");
        let help = format!(
            "measures are 0 or more, at most {MAX_WEIGHT}, written plainly (no exponent) with at most {MAX_DECIMALS} \
             decimals"
        );
        problems.report(Diagnostic::new(Code::BadMeasure, message).at(node.place, "not a possible weight").help(help));
    }
    weight
}

fn read_weight(text: &str) -> Option<Weight> {
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    let places = places.trim_end_matches('0');
    let decimals = u32::try_from(places.len()).ok().filter(|&n| n <= MAX_DECIMALS)?;
    let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_plain(whole) || !is_plain(places) {
        return None;
    }
    let unit = 10u64.pow(decimals);
    let tail: u64 = if places.is_empty() { 0 } else { places.parse().ok()? };
    let digits = whole.parse::<u64>().ok()?.checked_mul(unit)?.checked_add(tail)?;
    (digits <= MAX_WEIGHT * unit).then_some(Weight { digits, decimals })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_read_exactly_or_not_at_all() {
        let read = |text| read_weight(text).map(|w| (w.digits, w.decimals));
        assert_eq!(read("16.50"), Some((165, 1)));
        assert_eq!(read("0"), Some((0, 0)));
        assert_eq!(read("1000000000000.000000"), Some((1_000_000_000_000, 0)));
        for text in ["-1", "1e3", "1.1234567", "1000000000001", "nan", "inf", "", ".5", "99999999999999999999"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn weights_share_the_most_decimals() {
        let weights = ["1.5", "2", "0.125"].map(|text| read_weight(text).unwrap());
        let measure = scaled("quota", &weights);
        assert_eq!((measure.weights, measure.decimals), (vec![1500, 2000, 125], 3));
    }
}
