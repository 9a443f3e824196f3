//! The values about which there are judgements: which a judgement names, and what all say of each.

use std::collections::BTreeMap;

use super::Written;
use super::defaults::Defaults;
use super::targets::{ANY_NAME, Finder, Limits, Target};
use crate::codes::Code;
use crate::model::{Acts, Spread};
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::Table;
use crate::scenario::place::Place;
use crate::scenario::settings::nearest_path;

/// A value about which there are judgements.
#[derive(Debug)]
pub struct Judgeable {
    /// Where a judgement names it.
    pub place: Place,
    /// Its number where nothing is set.
    pub number: f64,
    /// The value about which there are judgements, too, and from which it has that number.
    pub base: Option<String>,
    /// Nothing if it is no number.
    pub limits: Option<Limits>,
    /// The judgement that sets it.
    pub set: Option<usize>,
    /// The judgements that multiply it.
    pub scales: Vec<usize>,
    /// The judgements that add to it.
    pub shifts: Vec<usize>,
}

impl Judgeable {
    /// All that judge it.
    pub fn judgements(&self) -> impl Iterator<Item = usize> {
        self.set.iter().chain(&self.scales).chain(&self.shifts).copied()
    }

    /// By judgement the number that leaves the value as it is, and what that is in words.
    pub fn centres(&self, path: &str) -> Vec<(usize, f64, String)> {
        let set = self.set.map(|index| (index, self.number, format!("`{path}`, {},", self.number)));
        let scales = self.scales.iter().map(|&index| (index, 1.0, "a factor of 1".to_owned()));
        let shifts = self.shifts.iter().map(|&index| (index, 0.0, "a shift by 0".to_owned()));
        set.into_iter().chain(scales).chain(shifts).collect()
    }
}

/// What a path of a judgement names; that it names nothing is reported if someone listens.
pub fn named(
    finder: &Finder<'_>,
    written: &Written,
    path: &str,
    place: Place,
    problems: Option<&Collector>,
) -> Vec<Target> {
    let is_pattern = path.split('.').any(|part| part == ANY_NAME);
    let refuse = |message: String, help: &str| {
        if let Some(problems) = problems {
            let near = nearest_path(path).map(|near| format!("did you mean `{near}`?"));
            let help = near.unwrap_or_else(|| help.to_owned());
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
pub const NO_LIMITS: Limits = Limits { min: f64::NEG_INFINITY, max: f64::INFINITY, whole: false };

/// Adds to `values` what the judgement number `index` says of one that it names.
pub fn add(
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

/// Finds the values that others of them have by default. Those that are drawn as a whole, and not as numbers, can be
/// nothing that others begin with, nor have parts that are judged.
pub fn find_bases(values: &mut BTreeMap<String, Judgeable>, tree: &Table, problems: Option<&Collector>) {
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
