//! Rules of appointment: presets by name, and conditions put together.

use super::fields::Fields;
use super::measures::Measures;
use super::values;
use crate::codes::Code;
use crate::model::{Bar, Base, Condition, Fraction, Rule};
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::Node;
use crate::scenario::keys;
use crate::scenario::place::Place;
use crate::scenario::suggest;

/// Deepest nesting of `all` and `any`.
const MAX_DEPTH: usize = 64;
/// Most conditions of a rule, those of which it is put together included.
const MAX_CONDITIONS: usize = 256;

/// What rules refer to.
pub struct Rules<'t> {
    /// The measures that rules can count by.
    pub measures: &'t Measures,
    /// Where problems go.
    pub problems: &'t Collector,
}

impl Rules<'_> {
    /// Reads the rule of a stage in which so many members take part.
    pub fn read(&self, node: &Node, members: usize) -> Option<Rule> {
        let conditions = conditions(node, 0);
        if conditions > MAX_CONDITIONS {
            let message = format!("a rule has {conditions} conditions; at most {MAX_CONDITIONS} are possible");
            self.problems.report(Diagnostic::new(Code::TooMany, message).at(node.place, "too many"));
            return None;
        }
        self.nested(node, members, 0)
    }

    fn nested(&self, node: &Node, members: usize, depth: usize) -> Option<Rule> {
        if depth > MAX_DEPTH {
            let message = format!("a rule is nested more than {MAX_DEPTH} deep");
            self.problems.report(Diagnostic::new(Code::NestedTooDeeply, message).at(node.place, "too deep"));
            return None;
        }
        if let Some(name) = node.as_str() {
            return self.preset(name, members, node.place);
        }
        let Some(table) = node.as_table() else {
            let diagnostic = values::wrong_type(node, "a rule", "the name of a rule or a table");
            self.problems.report(diagnostic.maybe_help(suggest::list("the named rules are", presets())));
            return None;
        };
        let mut conditions = table.iter();
        let (Some((key, entry)), None) = (conditions.next(), conditions.next()) else {
            let message = format!("a condition has exactly one key, but this has {}", table.len());
            let help = "put several conditions together with { all = [..] } or { any = [..] }";
            self.problems.report(Diagnostic::new(Code::BadRule, message).at(node.place, "one key expected").help(help));
            return None;
        };
        match key.as_str() {
            "share" => self.share(&entry.node),
            "count" => {
                let mut fields = Fields::of(&entry.node, &keys::COUNT, self.problems)?;
                let (of, bar) = (self.measure(&mut fields), self.bar(&mut fields, &entry.node));
                fields.finish();
                Some(Condition::Count { of: of?, bar: bar? }.into())
            }
            "objections" => {
                let mut fields = Fields::of(&entry.node, &keys::OBJECTIONS, self.problems)?;
                let (of, at_most) = (self.measure(&mut fields), fields.fraction("at_most"));
                fields.finish();
                Some(Condition::Objections { of: of?, at_most: at_most? }.into())
            }
            "all" => Some(Rule::All(self.several(&entry.node, "all", members, depth)?)),
            "any" => Some(Rule::Any(self.several(&entry.node, "any", members, depth)?)),
            _ => {
                let message = format!("no condition of a rule is called `{key}`");
                let diagnostic = Diagnostic::new(Code::BadRule, message).at(entry.key, "unknown");
                self.problems.report_with(diagnostic, || {
                    suggest::help(key, "the conditions are", keys::CONDITION.all().map(|row| row.name))
                });
                None
            }
        }
    }

    fn several(&self, node: &Node, key: &str, members: usize, depth: usize) -> Option<Vec<Rule>> {
        let nodes = values::list(node, key, self.problems)?;
        if nodes.is_empty() {
            let message = format!("`{key}` needs at least one condition");
            self.problems.report(Diagnostic::new(Code::BadRule, message).at(node.place, "empty"));
        }
        let rules: Vec<_> = nodes.iter().map(|node| self.nested(node, members, depth + 1)).collect();
        rules.into_iter().collect()
    }

    fn share(&self, node: &Node) -> Option<Rule> {
        let mut fields = Fields::of(node, &keys::SHARE, self.problems)?;
        let of = self.measure(&mut fields);
        let bar = self.bar(&mut fields, node);
        let base = fields.choice("base", Base::ALL);
        fields.finish();
        Some(Condition::Share { of: of?, bar: bar?, base }.into())
    }

    /// How much is enough: `at_least` or `more_than`.
    fn bar(&self, fields: &mut Fields<'_>, node: &Node) -> Option<Bar> {
        let (has_least, has_more) = (fields.get("at_least").is_some(), fields.get("more_than").is_some());
        let at_least = fields.fraction("at_least").map(Bar::AtLeast);
        let more_than = fields.fraction("more_than").map(Bar::MoreThan);
        if has_least == has_more {
            let message = match has_least {
                true => "a condition says once how much is enough, but this says `at_least` and `more_than`",
                false => "a condition says how much is enough: `at_least` or `more_than`",
            };
            let help = "half of the votes are `at_least = \"1/2\"`, more than half of them `more_than = \"1/2\"`";
            self.problems.report(Diagnostic::new(Code::BadRule, message).at(node.place, "one is needed").help(help));
            return None;
        }
        at_least.or(more_than)
    }

    fn measure(&self, fields: &mut Fields<'_>) -> Option<usize> {
        self.measure_called("of", fields)
    }

    /// The measure that `key` names, which is heads if it names none.
    pub fn measure_called(&self, key: &'static str, fields: &mut Fields<'_>) -> Option<usize> {
        fields.get(key).map_or(Some(0), |_| {
            let (name, place) = fields.text_and_place(key)?;
            self.measures.find(name, place, self.problems)
        })
    }

    fn preset(&self, name: &str, members: usize, place: Place) -> Option<Rule> {
        let no_veto = Rule::from(Condition::NoVeto);
        let count = |n: usize| Rule::from(Condition::Count { of: 0, bar: Bar::AtLeast(whole(n)) });
        let share = |of: usize, numerator: u64, denominator: u64| {
            let bar = Bar::AtLeast(Fraction::new(numerator, denominator)?);
            Some(Condition::Share { of, bar, base: Base::All }.into())
        };
        match name {
            "no_veto" => Some(no_veto),
            "consensus" => Some(Rule::All(vec![no_veto, count(1)])),
            "unanimity" => share(0, 1, 1),
            "majority" => Some(count(members / 2 + 1)),
            "two-thirds" => share(0, 2, 3),
            // UN Charter, Article 27(3): nine affirmative votes, with the concurring votes of the permanent members.
            "unsc" => Some(Rule::All(vec![no_veto, count(9)])),
            // Treaty on European Union, Article 16(4): 55 % of the members comprising 65 % of the population;
            // a blocking minority must include at least four members.
            "eu-qmv" => {
                let population = self.measures.find("population", place, self.problems)?;
                let fewer_than_four_against = count(members.saturating_sub(3));
                let by_population = Rule::Any(vec![share(population, 65, 100)?, fewer_than_four_against]);
                Some(Rule::All(vec![share(0, 55, 100)?, by_population]))
            }
            "consensus-minus-one" => Some(Condition::Objections { of: 0, at_most: whole(1) }.into()),
            _ => {
                let message = format!("no rule is called `{name}`");
                let help = || match name {
                    "none" => Some("leave `appoint` out for ballots that only advise".to_owned()),
                    _ => suggest::help(name, "the named rules are", presets()),
                };
                self.problems.report_with(Diagnostic::new(Code::UnknownName, message).at(place, "unknown rule"), help);
                None
            }
        }
    }
}

/// How many conditions a rule as written has; of one nested too deeply, which is refused, not all are counted.
fn conditions(node: &Node, depth: usize) -> usize {
    let parts = node.as_table().into_iter().flatten().filter_map(|(_, entry)| entry.node.as_array()).flatten();
    1 + if depth > MAX_DEPTH { 0 } else { parts.map(|part| conditions(part, depth + 1)).sum() }
}

/// The rules that have a name.
fn presets() -> impl Iterator<Item = &'static str> + Clone {
    keys::RULE.words.iter().copied()
}

/// A count of members as a fraction.
fn whole(n: usize) -> Fraction {
    Fraction::new(n as u64, 1).unwrap_or(Fraction::ZERO)
}
