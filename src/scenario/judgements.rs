//! Judgements: how far off the numbers of a file may be, and the models that come of what is drawn.

mod defaults;
mod judgeable;
mod judging;
mod kept;
mod support;
mod targets;
#[cfg(test)]
mod tests;

pub use judgeable::overlap;
pub use judging::Judging;
pub use targets::{Finder, Limits, Names, Target};

use super::diagnostic::{Collector, Diagnostic};
use super::document::{Node, Table, Value};
use super::keys;
use super::place::Place;
use super::resolve::fields::Fields;
use super::resolve::roster::{check_name, check_unique};
use super::resolve::values;
use crate::codes::Code;
use crate::model::{Acts, Judgement, MAX_JUDGEMENTS, Spread};

/// What the other columns of the table of points are called.
const COLUMNS: [&str; 6] = ["assumption", "point", "outcome", "rounds", "count", "probability"];

/// A judgement as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// What it says.
    pub judgement: Judgement,
    /// Where its name is written.
    pub place: Place,
    /// Where each of its paths is written.
    paths: Vec<Place>,
    /// The values of [`Spread::OneOf`].
    choices: Vec<Node>,
}

/// Every `[[judgement]]` of `tree`, in order; they are taken out of the tree.
pub fn take(tree: &mut Node, problems: &Collector) -> Vec<Written> {
    let Some(written) = tree.as_table_mut().and_then(|table| table.remove("judgement")) else { return Vec::new() };
    let holder = Node { place: written.node.place, value: Table::from([("judgement".to_owned(), written)]).into() };
    let nodes = Fields::section(Some(&holder), &keys::SCENARIO, problems).tables("judgement");
    if let Some(extra) = nodes.get(MAX_JUDGEMENTS) {
        let message = format!("the scenario has {} judgements; at most {MAX_JUDGEMENTS} are possible", nodes.len());
        let help = "let one judgement scale or shift many values, such as scale = [\"support.*.*\"]";
        problems.report(Diagnostic::new(Code::TooMany, message).at(extra.place, "one too many").help(help));
        return Vec::new();
    }
    let names = nodes.iter().filter_map(|node| Some((node.get_str("name")?, node.get("name")?.place)));
    check_unique("judgement", names, problems);
    nodes.iter().filter_map(|node| read(node, problems)).collect()
}

/// Reads one; nothing if it cannot be, which is reported.
fn read(node: &Node, problems: &Collector) -> Option<Written> {
    let before = problems.errors();
    let mut fields = Fields::of(node, &keys::JUDGEMENT, problems)?;
    let name = fields.text_and_place("name");
    let (name, place) = name.unwrap_or(("", node.place));
    // Those of a table's columns are named by the table's reader, after the value.
    if before == problems.errors() && !name.contains('.') {
        check_name(name, place, "a judgement", &COLUMNS, problems);
    }
    let note = fields.text("note").unwrap_or_default().to_owned();
    let said: Vec<_> = Acts::ALL.into_iter().filter(|(_, key)| fields.get(key).is_some()).collect();
    let acts = match said[..] {
        [(acts, _)] => Some(acts),
        _ => {
            let message = "a judgement says exactly one of `set`, `shift` and `scale`";
            let help = "write for example set = [\"preferences.common_sd\"] or scale = [\"support.*.*\"]";
            problems.report(Diagnostic::new(Code::BadJudgement, message).at(place, "this judgement").help(help));
            None
        }
    };
    let mut paths = Vec::new();
    for (_, key) in Acts::ALL {
        paths.extend(fields.list(key).unwrap_or_default().iter().filter_map(|node| {
            Some((values::text_up_to(keys::MAX_TITLE, node, "a setting path", problems)?.to_owned(), node.place))
        }));
    }
    if paths.is_empty() && acts.is_some() && before == problems.errors() {
        let message = "the judgement names no value";
        problems.report(Diagnostic::new(Code::EmptyList, message).at(place, "about what?"));
    }
    let is_uniform = fields.choice("shape", &[false, true]);
    let before_ends = problems.errors();
    let (low, high) = (fields.number("low"), fields.number("high"));
    let ends_are_read = problems.errors() == before_ends;
    let one_of = fields.get("one_of");
    let range = Range { low, high, is_uniform, place };
    let spread = match one_of {
        Some(list) => one_of_values(list, acts, &range, node.get("shape").is_some(), problems),
        // What is wrong with the ends themselves is said.
        None if ends_are_read => range.spread(acts, problems).map(|spread| (spread, Vec::new())),
        None => None,
    };
    fields.finish();
    let (spread, choices) = spread?;
    let (paths, places) = paths.into_iter().unzip();
    let judgement = Judgement { name: name.to_owned(), note, acts: acts?, paths, spread };
    (before == problems.errors()).then_some(Written { judgement, place, paths: places, choices })
}

/// `low` and `high`, and what is between them.
struct Range {
    low: Option<f64>,
    high: Option<f64>,
    is_uniform: bool,
    place: Place,
}

impl Range {
    fn spread(&self, acts: Option<Acts>, problems: &Collector) -> Option<Spread> {
        let refuse = |message: String, help: &str| {
            problems.report(Diagnostic::new(Code::BadJudgement, message).at(self.place, "this judgement").help(help));
            None
        };
        let (Some(low), Some(high)) = (self.low, self.high) else {
            return refuse(
                "a judgement has `low` and `high`, or `one_of`".to_owned(),
                "low and high are the ends of an interval on which you would bet 9 to 1",
            );
        };
        if low == high {
            return refuse(format!("`low` and `high` are both {low}"), "give an interval, or leave the judgement out");
        }
        if low > high {
            return refuse(format!("`low` must be below `high`, but {low} is not below {high}"), "exchange them");
        }
        match (acts?, self.is_uniform) {
            (Acts::Scale, false) if low <= 0.0 => refuse(
                format!("the logarithm of a factor is normal, so that `low` must be above 0, but is {low}"),
                "give a factor above 0, such as 0.6, or the line shape = \"uniform\"",
            ),
            (Acts::Scale, false) => Some(Spread::LogNormal { low, high }),
            (_, true) => Some(Spread::Uniform { low, high }),
            (Acts::Set | Acts::Shift, false) => Some(Spread::Normal { low, high }),
        }
    }
}

fn one_of_values(
    list: &Node,
    acts: Option<Acts>,
    range: &Range,
    has_shape: bool,
    problems: &Collector,
) -> Option<(Spread, Vec<Node>)> {
    let refuse = |message: &str, help: &str| {
        problems.report(Diagnostic::new(Code::BadJudgement, message).at(list.place, "these values").help(help));
        None
    };
    if range.low.is_some() || range.high.is_some() || has_shape {
        return refuse("`one_of` stands in place of `low`, `high` and `shape`", "keep one of the two");
    }
    if acts? != Acts::Set {
        return refuse("`one_of` is for `set`: a shift and a scale have `low` and `high`", "write set = […]");
    }
    let nodes = values::list(list, "one_of", problems)?;
    if nodes.len() < 2 {
        return refuse("`one_of` needs at least two values", "each is equally likely");
    }
    let written = |node: &Node| match &node.value {
        Value::String(text) | Value::Integer(text) | Value::Float(text) => text.clone(),
        Value::Bool(truth) => truth.to_string(),
        Value::Datetime(date) => date.clone(),
        Value::Array(_) => "a list".to_owned(),
        Value::Table(_) => "a table".to_owned(),
    };
    Some((Spread::OneOf(nodes.iter().map(written).collect()), nodes.to_vec()))
}
