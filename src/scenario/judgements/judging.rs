//! The models that come of what is drawn for the judgements.
//!
//! What a judgement names is looked up once for each assumption: the values as the assumption, and the changes made for
//! a call, leave them. Of what those set themselves no judgement is drawn. A value is then
//! `(what is set, or else the file's) · all factors + all shifts`, whatever the order of the judgements, held between
//! the limits of its key. Where the file leaves it to a default that is drawn, such as `preferences.uncertainty`, what
//! comes of the default stands in place of the file's.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::Written;
use super::defaults::Defaults;
use super::support::{Sums, Support};
use super::targets::{ANY_NAME, Finder, Limits, Names, Target};
use crate::codes::Code;
use crate::model::{Acts, Judged, Model, Spread};
use crate::scenario::assumptions::{Assumption, STATED};
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::{Node, Table, Value};
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
}

/// A value about which there are judgements.
#[derive(Debug)]
struct Judgeable {
    /// Where a judgement names it.
    place: Place,
    /// Its number where nothing is set.
    number: f64,
    /// The value about which there are judgements, too, and from which it has that number.
    base: Option<String>,
    /// Nothing if it is no number.
    limits: Option<Limits>,
    /// The judgement that sets it.
    set: Option<usize>,
    scales: Vec<usize>,
    shifts: Vec<usize>,
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
            worlds.push(World { assumption, values, support: support.flatten(), sums: OnceLock::new() });
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
        match self.added_up(&self.worlds[world], judged) {
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

    /// Whether models of an assumption have been made by adding support up.
    #[cfg(test)]
    pub fn is_added_up(&self, world: usize) -> bool {
        self.worlds[world].sums.get().is_some_and(Option::is_some)
    }

    /// The same, with all but support resolved; nothing if that cannot be, or something is wrong.
    fn added_up(&self, world: &World<'_>, judged: &[Judged]) -> Option<(Model, Vec<bool>)> {
        let support = world.support.as_ref()?;
        let (mut model, mut held) =
            self.resolve(world, &self.unsupported, |path| !is_about_support(path), judged).ok()?;
        let sums = world.sums.get_or_init(|| support.sums(&model)).as_ref()?;
        let mut drawn = Vec::new();
        for (_, value) in about_support(&world.values) {
            let (number, is_held) = self.number(world, value, judged)?;
            value.judgements().filter(|_| is_held).for_each(|judgement| held[judgement] = true);
            drawn.push(crate::model::rounded(number));
        }
        model.support = sums.add_up(&drawn);
        Some((model, held))
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
        let mut more = settings(&values);
        more.extend(settings(&self.changes));
        let tree = world.assumption.tree(stated, &more, &problems);
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

impl Judgeable {
    /// All that judge it.
    fn judgements(&self) -> impl Iterator<Item = usize> {
        self.set.iter().chain(&self.scales).chain(&self.shifts).copied()
    }

    /// By judgement the number that leaves the value as it is, and what that is in words.
    fn centres(&self, path: &str) -> Vec<(usize, f64, String)> {
        let set = self.set.map(|index| (index, self.number, format!("`{path}`, {},", self.number)));
        let scales = self.scales.iter().map(|&index| (index, 1.0, "a factor of 1".to_owned()));
        let shifts = self.shifts.iter().map(|&index| (index, 0.0, "a shift by 0".to_owned()));
        set.into_iter().chain(scales).chain(shifts).collect()
    }
}

/// What a path of a judgement names; that it names nothing is reported if someone listens.
fn named(
    finder: &Finder<'_>,
    written: &Written,
    path: &str,
    place: Place,
    problems: Option<&Collector>,
) -> Vec<Target> {
    let is_pattern = path.split('.').any(|part| part == ANY_NAME);
    let refuse = |message: String, help: &str| {
        if let Some(problems) = problems {
            problems.report(Diagnostic::new(Code::BadJudgement, message).at(place, "in this judgement").help(help));
        }
        Vec::new()
    };
    let is_number = match written.judgement.spread {
        Spread::Normal { .. } | Spread::LogNormal { .. } | Spread::Uniform { .. } => true,
        Spread::OneOf(_) => false,
    };
    match written.judgement.acts {
        Acts::Set if is_pattern => refuse(
            format!("`{path}` has a `*`, but `set` names single values"),
            "use `shift` or `scale`, or name each value",
        ),
        Acts::Set => {
            let found = finder.find(path);
            if found.is_empty() && !is_number {
                return vec![Target { path: path.to_owned(), number: None, limits: NO_LIMITS }];
            }
            if found.is_empty() {
                let help = "a path is like `preferences.uncertainty`, `support.USA.wallace` or `veto.FRA.probability`; of \
                            a word judge with `one_of`";
                return refuse(format!("`{path}` names no number that can be drawn"), help);
            }
            found
        }
        Acts::Shift | Acts::Scale => {
            let mut found = finder.find(path);
            found.retain(|target| target.number.is_some());
            if found.is_empty() && path.starts_with("veto.") && finder.names_a_word(path) {
                let help =
                    "a veto written as a word has no numbers: write { probability = 1 } in place of \"absolute\"";
                return refuse(format!("`{path}` names no number of this scenario"), help);
            }
            if found.is_empty() {
                let help = "a pattern is like `support.*.kallas`, `member.*.uncertainty` or `event.*.probability`";
                return refuse(format!("`{path}` names no number of this scenario"), help);
            }
            found
        }
    }
}

/// Of a value that is no number.
const NO_LIMITS: Limits = Limits { min: f64::NEG_INFINITY, max: f64::INFINITY, whole: false };

fn add(
    values: &mut BTreeMap<String, Judgeable>,
    index: usize,
    written: &Written,
    target: Target,
    place: Place,
    problems: Option<&Collector>,
) {
    let Target { path, number, limits } = target;
    let limits = (limits != NO_LIMITS).then_some(limits);
    let fresh = || Judgeable {
        place,
        number: number.unwrap_or_default(),
        base: None,
        limits,
        set: None,
        scales: Vec::new(),
        shifts: Vec::new(),
    };
    let value = values.entry(path.clone()).or_insert_with(fresh);
    let others = match written.judgement.acts {
        Acts::Set => {
            if let (Some(_), Some(problems)) = (value.set, problems) {
                let message = format!("`{path}` is set by two judgements");
                let diagnostic = Diagnostic::new(Code::SaidTwice, message).at(place, "set again");
                problems.report(diagnostic.help("keep one of the two; shifts and factors go together"));
            }
            value.set = Some(index);
            return;
        }
        Acts::Shift => &mut value.shifts,
        Acts::Scale => &mut value.scales,
    };
    if !others.contains(&index) {
        others.push(index);
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

/// Finds the values that others of them have by default. Those that are drawn as a whole, and not as numbers, can be
/// nothing that others begin with, nor have parts that are judged.
fn find_bases(values: &mut BTreeMap<String, Judgeable>, tree: &Table, problems: Option<&Collector>) {
    let defaults = Defaults::of(tree);
    let bases: Vec<_> = values
        .iter()
        .filter(|(_, value)| value.set.is_none())
        .filter_map(|(path, _)| Some((path.clone(), defaults.base(path, |path| values.contains_key(path))?)))
        .collect();
    let wholes: Vec<_> = values.iter().filter(|(_, value)| value.limits.is_none()).collect();
    for (whole, of) in wholes {
        let is_part = |path: &str| path.len() > whole.len() && overlap(whole, path);
        let rests = |path: &str| defaults.base(path, |base| base == whole || is_part(base)).is_some();
        let part = values.iter().find(|(path, _)| is_part(path) || rests(path));
        if let (Some((part, value)), Some(problems)) = (part, problems) {
            let message = format!("`{whole}` is drawn as a whole, and a judgement is about `{part}`, too");
            let diagnostic = Diagnostic::new(Code::SaidTwice, message).at(value.place, "judged here");
            problems.report(diagnostic.at(of.place, "and drawn here").help("judge either the whole or its numbers"));
        }
    }
    for (path, base) in bases {
        if let Some(value) = values.get_mut(&path) {
            value.base = Some(base);
        }
    }
}

/// Whether one of two paths is the other, or leads to it.
pub fn overlap(one: &str, other: &str) -> bool {
    let leads = |one: &str, other: &str| other.strip_prefix(one).is_some_and(|rest| rest.starts_with('.'));
    one == other || leads(one, other) || leads(other, one)
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
