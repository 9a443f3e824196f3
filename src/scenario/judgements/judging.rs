//! The models that come of what is drawn for the judgements.
//!
//! What a judgement names is looked up once for each assumption: the values as the assumption, and the changes made for
//! a call, leave them. Of what those set themselves no judgement is drawn. A value is then
//! `(what is set, or else the file's) · all factors + all shifts`, whatever the order of the judgements, held between
//! the limits of its key. Where the file leaves it to a default that is drawn, such as `preferences.uncertainty`, what
//! comes of the default stands in place of the file's.
//!
//! The scenario is resolved twice for each assumption, with marks: a model is [put together](Judging::model) from what was
//! [kept](super::kept) and what is drawn, and resolved anew only where that cannot be.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::Written;
use super::judgeable::{Judgeable, NO_LIMITS, add, find_bases, named, overlap};
use super::kept::{Kept, Levelled, is_possible, mark};
use super::support::{Sums, Support};
use super::targets::{Finder, Names};
use crate::codes::Code;
use crate::model::{Acts, Judged, Model, Spread};
use crate::scenario::assumptions::{Assumption, STATED};
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::{Node, Value};
use crate::scenario::place::Place;
use crate::scenario::problems::Problems;
use crate::scenario::resolve;
use crate::scenario::settings::Setting;
use crate::scenario::source::Sources;

/// Most values that all judgements name under all assumptions together, each as often as it is named.
const MAX_NAMED: usize = 200_000;

/// The judgements of a scenario, ready to be drawn under some of its assumptions.
#[derive(Debug)]
pub struct Judging<'s> {
    stated: &'s Node,
    /// The same without `support`, and without what no model is made of.
    unsupported: Node,
    written: &'s [Written],
    worlds: Vec<World<'s>>,
    /// What is changed under every assumption.
    changes: Vec<(&'s str, Place, Node)>,
    sources: Arc<Sources>,
}

/// What judgements name under one assumption.
#[derive(Debug)]
struct World<'s> {
    assumption: &'s Assumption,
    values: BTreeMap<String, Judgeable>,
    /// The support, if it can be added up apart from all else.
    support: Option<Support>,
    /// Where it is in the models.
    sums: OnceLock<Option<Sums>>,
    /// The model of all else, if drawn numbers need only be put into it.
    kept: OnceLock<Option<Kept>>,
}

impl<'s> Judging<'s> {
    /// Looks up what is `written` under the `assumptions`. What the stated one does not have is reported; other
    /// assumptions may be without it.
    pub(in crate::scenario) fn new(
        stated: &'s Node,
        written: &'s [Written],
        assumptions: &[&'s Assumption],
        changes: Vec<(&'s str, Place, Node)>,
        sources: Arc<Sources>,
        problems: &Collector,
    ) -> Option<Self> {
        let (mut worlds, mut number) = (Vec::with_capacity(assumptions.len()), 0);
        for assumption in assumptions {
            let more: Vec<Setting<'_>> = settings(&changes);
            let tree = assumption.tree(stated, &more, problems)?;
            let table = tree.as_table()?;
            let names = Names::of(table);
            let is_beaten =
                |path: &str| assumption.speaks_of(path) || changes.iter().any(|(changed, _, _)| overlap(changed, path));
            let mut values: BTreeMap<String, Judgeable> = BTreeMap::new();
            for (index, judgement) in written.iter().enumerate() {
                let everyone = (judgement.judgement.acts == Acts::Shift).then_some(&names);
                let finder = Finder { tree: table, everyone };
                for (path, place) in judgement.judgement.paths.iter().zip(&judgement.paths) {
                    let listening = (assumption.name == STATED && changes.is_empty()).then_some(problems);
                    let targets = named(&finder, judgement, path, *place, listening);
                    number += targets.len();
                    if number > MAX_NAMED {
                        let message =
                            format!("the judgements name more than {MAX_NAMED} values under all assumptions together");
                        let diagnostic = Diagnostic::new(Code::TooMany, message).at(*place, "too many by here");
                        problems.report(diagnostic.help("let fewer judgements name all values"));
                        return None;
                    }
                    for target in targets {
                        if !is_beaten(&target.path) {
                            add(&mut values, index, judgement, target, *place, listening);
                        }
                    }
                }
            }
            find_bases(&mut values, table, (assumption.name == STATED && changes.is_empty()).then_some(problems));
            let support =
                can_be_added_up(&values).then(|| Support::of(table, about_support(&values).map(|(path, _)| path)));
            worlds.push(World {
                assumption,
                values,
                support: support.flatten(),
                sums: OnceLock::new(),
                kept: OnceLock::new(),
            });
        }
        let mut unsupported = stated.clone();
        if let Some(table) = unsupported.as_table_mut() {
            let elsewhere =
                ["support", "title", "summary", "sources", "judgement", "poll", "actual", "decided", "tables"];
            elsewhere.iter().for_each(|key| drop(table.remove(*key)));
        }
        Some(Self { stated, unsupported, written, worlds, changes, sources })
    }

    /// The model of the assumption of this index if `judged` was drawn, by judgement; and which judgements led to a
    /// value that had to be held at a limit.
    ///
    /// # Errors
    /// What is wrong with values that go together badly.
    pub fn model(&self, world: usize, judged: &[Judged]) -> Result<(Model, Vec<bool>), Box<Problems>> {
        match self.put_together(&self.worlds[world], judged) {
            Some(found) => Ok(found),
            None => self.resolved(world, judged),
        }
    }

    /// The same, with nothing taken for granted.
    ///
    /// # Errors
    /// What is wrong with values that go together badly.
    pub fn resolved(&self, world: usize, judged: &[Judged]) -> Result<(Model, Vec<bool>), Box<Problems>> {
        self.resolve(&self.worlds[world], self.stated, |_| true, judged)
    }

    /// Whether models of an assumption have been made by adding support up, and by putting all else into one kept.
    #[cfg(test)]
    pub fn is_put_together(&self, world: usize) -> [bool; 2] {
        let World { sums, kept, .. } = &self.worlds[world];
        [sums.get().is_some_and(Option::is_some), kept.get().is_some_and(Option::is_some)]
    }

    /// The same from parts, of which only what is judged is computed anew; nothing if that cannot be, or something is
    /// wrong.
    fn put_together(&self, world: &World<'_>, judged: &[Judged]) -> Option<(Model, Vec<bool>)> {
        let kept = world.kept.get_or_init(|| self.keep(world)).as_ref();
        let Some(support) = &world.support else { return self.put(world, kept?, judged) };
        let others = || self.resolve(world, &self.unsupported, |path| !is_about_support(path), judged).ok();
        let (mut model, mut held) = kept.and_then(|kept| self.put(world, kept, judged)).or_else(others)?;
        let sums = world.sums.get_or_init(|| support.sums(&model)).as_ref()?;
        let drawn = self.numbers(world, about_support(&world.values), judged, &mut held)?;
        model.support = sums.add_up(&drawn);
        Some((model, held))
    }

    /// The model that is kept, with what is drawn for all but support that is added up.
    fn put(&self, world: &World<'_>, kept: &Kept, judged: &[Judged]) -> Option<(Model, Vec<bool>)> {
        let mut held = vec![false; self.written.len()];
        let drawn = self.numbers(world, world.others(), judged, &mut held)?;
        Some((kept.model(&drawn)?, held))
    }

    /// The numbers that become of values, as they would be written; adds which judgements are held at limits. Nothing if
    /// one is no number, or none that the resolver takes.
    fn numbers<'v>(
        &self,
        world: &World<'_>,
        values: impl Iterator<Item = (&'v str, &'v Judgeable)>,
        judged: &[Judged],
        held: &mut [bool],
    ) -> Option<Vec<f64>> {
        let number = |(_, value): (&str, &Judgeable)| {
            let (number, is_held) = self.number(world, value, judged)?;
            value.judgements().filter(|_| is_held).for_each(|judgement| held[judgement] = true);
            Some(crate::model::rounded(number)).filter(|number| is_possible(*number, value.limits.unwrap_or(NO_LIMITS)))
        };
        values.map(number).collect()
    }

    /// Resolves the scenario with marks; see [`Kept`].
    fn keep(&self, world: &World<'_>) -> Option<Kept> {
        let number = world.others().count();
        let marks = |first: usize| -> Option<Vec<f64>> {
            let values = world.others().zip(first..);
            values.map(|((path, value), nth)| mark(path, value.number, value.limits?, nth)).collect()
        };
        let (first, second) = (marks(1)?, marks(1 + number)?);
        Kept::of((self.marked(world, &first)?, &first), (&self.marked(world, &second)?, &second))
    }

    /// The model with these marks; nothing if anything is wrong with them.
    fn marked(&self, world: &World<'_>, marks: &[f64]) -> Option<Levelled> {
        let mark = |mark: &f64| Value::Float(crate::model::written(*mark));
        let values: Vec<_> = world
            .others()
            .zip(marks)
            .map(|((path, value), number)| (path, value.place, Node { place: value.place, value: mark(number) }))
            .collect();
        let problems = Collector::default();
        let stated = if world.support.is_some() { &self.unsupported } else { self.stated };
        let tree = self.tree(world, stated, &values, &problems)?;
        let model = resolve::model(&tree, world.assumption, &problems)?;
        (problems.errors() == 0).then(|| Levelled::new(model, &tree))
    }

    /// A tree under the assumption, with these values and then what is changed.
    fn tree(
        &self,
        world: &World<'_>,
        stated: &Node,
        values: &[(&str, Place, Node)],
        problems: &Collector,
    ) -> Option<Node> {
        let mut more = settings(values);
        more.extend(settings(&self.changes));
        world.assumption.tree(stated, &more, problems)
    }

    /// The model that comes of a tree and of those drawn values that `concern` it.
    fn resolve(
        &self,
        world: &World<'_>,
        stated: &Node,
        concern: impl Fn(&str) -> bool,
        judged: &[Judged],
    ) -> Result<(Model, Vec<bool>), Box<Problems>> {
        let mut held = vec![false; self.written.len()];
        let values: Vec<_> = world
            .values
            .iter()
            .filter(|(path, _)| concern(path))
            .map(|(path, value)| {
                let (node, is_held) = self.drawn(world, value, judged);
                value.judgements().filter(|_| is_held).for_each(|judgement| held[judgement] = true);
                (path.as_str(), value.place, node)
            })
            .collect();
        let problems = Collector::default();
        let tree = self.tree(world, stated, &values, &problems);
        let model = tree.and_then(|tree| resolve::model(&tree, world.assumption, &problems));
        if problems.errors() == 0
            && let Some(model) = model
        {
            return Ok((model, held));
        }
        let levels = |path: &str| path.ends_with(".object_at") || path.ends_with(".accept_at");
        let crossed = world.values.iter().filter(|(path, _)| levels(path)).flat_map(|(_, value)| value.judgements());
        match (model, problems.are_all(Code::LevelsCrossed)) {
            // The resolver has held the lower level at the upper one.
            (Some(model), true) => {
                crossed.for_each(|judgement| held[judgement] = true);
                Ok((model, held))
            }
            _ => Err(Box::new(Problems::new(problems, Arc::clone(&self.sources)))),
        }
    }

    /// What becomes of a value, and whether a limit holds it.
    fn drawn(&self, world: &World<'_>, value: &Judgeable, judged: &[Judged]) -> (Node, bool) {
        let Some((number, is_held)) = self.number(world, value, judged) else {
            return (self.chosen(value, judged).cloned().unwrap_or_else(|| Node::text(value.place, "")), false);
        };
        let text = crate::model::written(number);
        let whole = value.limits.is_some_and(|limits| limits.whole);
        let node = Node { place: value.place, value: if whole { Value::Integer(text) } else { Value::Float(text) } };
        (node, is_held)
    }

    /// The one of some values that is drawn for a value, if it is set so.
    fn chosen(&self, value: &Judgeable, judged: &[Judged]) -> Option<&Node> {
        match judged[value.set?] {
            Judged::Choice(choice) => self.written[value.set?].choices.get(choice),
            Judged::Number(_) => None,
        }
    }

    /// The number that becomes of a value, if one does, and whether a limit holds it.
    fn number(&self, world: &World<'_>, value: &Judgeable, judged: &[Judged]) -> Option<(f64, bool)> {
        let drawn = |index: usize| judged[index].number().unwrap_or_default();
        let own = match (self.chosen(value, judged), value.set) {
            (Some(chosen), _) => numeric(chosen).filter(|_| value.limits.is_some())?,
            (None, Some(set)) => drawn(set),
            (None, None) => {
                let base = value.base.as_ref().and_then(|base| world.values.get(base));
                base.and_then(|base| self.number(world, base, judged)).map_or(value.number, |(number, _)| number)
            }
        };
        let factor: f64 = value.scales.iter().map(|&index| drawn(index)).product();
        let shift: f64 = value.shifts.iter().map(|&index| drawn(index)).sum();
        let number = own * factor + shift;
        Some(value.limits.map_or((number, false), |limits| limits.hold(number)))
    }

    /// Reports what is wrong if each judgement is at either end of what it can be.
    pub(in crate::scenario) fn try_ends(&self, problems: &Collector) {
        let ends = |upper: bool| -> Vec<Judged> {
            let end = |written: &Written| match &written.judgement.spread {
                Spread::OneOf(values) => Judged::Choice(if upper { values.len() - 1 } else { 0 }),
                Spread::Normal { low, high } | Spread::LogNormal { low, high } | Spread::Uniform { low, high } => {
                    Judged::Number(if upper { *high } else { *low })
                }
            };
            self.written.iter().map(end).collect()
        };
        for world in 0..self.worlds.len() {
            for judged in [ends(false), ends(true)] {
                if let Err(found) = self.resolved(world, &judged) {
                    found.iter().for_each(|problem| problems.report(problem.clone()));
                }
            }
        }
    }

    /// Remarks on numbers of the file that lie outside what a judgement says of them.
    pub(in crate::scenario) fn remark(&self, problems: &Collector) {
        let Some(world) = self.worlds.first() else { return };
        for (index, Written { judgement, place, .. }) in self.written.iter().enumerate() {
            let scaled: Vec<_> = world.values.values().filter(|value| value.scales.contains(&index)).collect();
            let is_zero = |value: &&Judgeable| value.set.is_none() && value.base.is_none() && value.number == 0.0;
            if !scaled.is_empty() && scaled.iter().all(is_zero) {
                let message =
                    format!("the judgement `{}` changes nothing: all that it multiplies is 0", judgement.name);
                let diagnostic = Diagnostic::new(Code::NoEffect, message).at(*place, "this judgement");
                problems.report(diagnostic.help("use `shift`, or write the numbers that are meant"));
            }
        }
        let mut seen = vec![false; self.written.len()];
        for (path, value) in &world.values {
            for (index, own, what) in value.centres(path) {
                let Written { judgement, place, .. } = &self.written[index];
                let Some((low, high)) = judgement.spread.range().filter(|_| !seen[index]) else { continue };
                if (low..=high).contains(&own) {
                    continue;
                }
                seen[index] = true;
                let message = format!(
                    "{what} lies outside the interval of the judgement `{}`, {low} to {high}: the scenario as written is \
                     not what its author bets on",
                    judgement.name
                );
                problems.report(Diagnostic::new(Code::OutsideJudgement, message).at(*place, "this judgement"));
            }
        }
    }
}

impl World<'_> {
    /// The values about which there are judgements, but for support that is added up.
    fn others(&self) -> impl Iterator<Item = (&str, &Judgeable)> {
        let values = self.values.iter().map(|(path, value)| (path.as_str(), value));
        values.filter(|(path, _)| self.support.is_none() || !is_about_support(path))
    }
}

fn is_about_support(path: &str) -> bool {
    path.starts_with("support.")
}

fn about_support(values: &BTreeMap<String, Judgeable>) -> impl Iterator<Item = (&str, &Judgeable)> {
    values.iter().map(|(path, value)| (path.as_str(), value)).filter(|(path, _)| is_about_support(path))
}

/// Whether some values are about support, all of them numbers, and none can change who the members and groups are.
fn can_be_added_up(values: &BTreeMap<String, Judgeable>) -> bool {
    about_support(values).next().is_some()
        && values.iter().all(|(path, value)| value.limits.is_some() || path.starts_with("stage."))
        && !values.keys().any(|path| path.starts_with("bloc.") && path.ends_with(".size"))
}

fn numeric(node: &Node) -> Option<f64> {
    match &node.value {
        Value::Integer(text) | Value::Float(text) => text.parse().ok(),
        _ => None,
    }
}

fn settings<'t>(values: &'t [(&'t str, Place, Node)]) -> Vec<Setting<'t>> {
    values.iter().map(|(path, place, value)| Setting { path, place: *place, value }).collect()
}
