//! What `sweep` shows: how often each outcome at each point, and which settings matter.

mod chart;
mod indices;
mod maps;
mod quantiles;

use std::cmp::Reverse;

use super::columns::{Column, in_blocks, together};
use super::grid::Grid;
use super::number::{NBSP, grouped, plural, points, share};
use super::rows::NO_CONSENSUS;
use super::text::{Look, Page};
use super::{outcome_name, rests_on, words};
use crate::analysis::Proportion;
use crate::analysis::precision::Length;
use crate::analysis::sensitivity::Sensitivity;
use crate::analysis::sweep::{Design, Sweep, Values, Varied};
use crate::model::Model;

/// Points listed one by one at most.
const POINTS: usize = 40;

/// A sweep and its results.
#[derive(Debug, Clone, Copy)]
pub struct SweepReport<'a> {
    /// Title of the scenario.
    pub title: &'a str,
    /// The model whose settings are varied; nothing if assumptions are.
    pub model: Option<&'a Model>,
    /// The settings and what they take on.
    pub varied: &'a [Varied],
    /// How the points were chosen.
    pub design: Design,
    /// The outcomes to tell of, by the ids of their candidates or [`NO_CONSENSUS`]; none for all.
    pub outcomes: &'a [String],
    /// What came out.
    pub sweep: &'a Sweep,
    /// Which settings matter, if that can be said.
    pub sensitivity: Option<&'a Sensitivity>,
    /// How many rounds each point was to have.
    pub length: Length,
    /// Seed of all random numbers.
    pub seed: u64,
    /// The command that repeats exactly these points.
    pub repeat: &'a str,
}

impl SweepReport<'_> {
    /// The report as text.
    pub fn render(&self, look: Look) -> String {
        let mut page = Page::new(look);
        let sweep = self.sweep;
        if sweep.is_partial() {
            let (simulated, asked) = (grouped(sweep.points.len() as u64), grouped(sweep.asked as u64));
            page.heading(&format!("PARTIAL: stopped after {simulated} of {asked} points; what follows is about these"));
        }
        page.heading(self.title);
        page.note(&format!(
            "{} of {} each, on the same draws",
            plural(sweep.points.len() as u64, "point"),
            self.rounds()
        ));
        match (self.design, self.varied) {
            (Design::Grid, [setting]) if sweep.points.len() <= POINTS => {
                chart::draw(&mut page, setting, sweep, &self.chosen(), !self.outcomes.is_empty());
                self.table(&mut page);
            }
            (Design::Grid, [rows, columns]) if maps::fit(rows, columns) => {
                maps::draw(&mut page, rows, columns, sweep, &self.chosen());
            }
            (Design::Grid, _) if sweep.points.len() <= POINTS => self.table(&mut page),
            _ => self.summary(&mut page),
        }
        if let Design::Sobol(_) = self.design {
            indices::show(&mut page, sweep, self.sensitivity);
        }
        self.assumed(&mut page);
        page.finish()
    }

    /// One row a point or, of a sample and of many points, one row an outcome.
    pub fn main(&self) -> Grid {
        let (fixed, others) = match self.design {
            Design::Grid if self.sweep.points.len() > POINTS => return self.extremes(),
            Design::Grid => (self.settings(), self.outcomes(&self.ever().0)),
            Design::Latin(_) | Design::Sobol(_) | Design::Judgements(_) => {
                let (outcome, figures) = quantiles::of(self.sweep, &self.chosen());
                (vec![outcome], figures)
            }
        };
        together(&fixed.into_iter().chain(others).collect::<Vec<_>>(), true)
    }

    /// "100 000 rounds", or from how many to how many.
    fn rounds(&self) -> String {
        let rounds = || self.sweep.points.iter().map(|point| point.rounds);
        match (rounds().min(), rounds().max()) {
            (Some(least), Some(most)) if least < most => format!("{} to {}", grouped(least), plural(most, "round")),
            (_, most) => plural(most.unwrap_or(0), "round"),
        }
    }

    /// The outcomes to tell of, in the order in which they are told.
    fn chosen(&self) -> Vec<usize> {
        let id = |&outcome: &usize| self.sweep.outcomes[outcome].as_ref().map_or(NO_CONSENSUS, |key| &key.id);
        let is_chosen = |outcome: &usize| self.outcomes.is_empty() || self.outcomes.iter().any(|it| it == id(outcome));
        by_most(self.sweep).into_iter().filter(is_chosen).collect()
    }

    /// The outcomes that come about at some point, and those that do not.
    fn ever(&self) -> (Vec<usize>, Vec<usize>) {
        self.chosen().into_iter().partition(|&outcome| self.sweep.shares(outcome).any(|p| !p.is_never()))
    }

    /// A column for every setting.
    fn settings(&self) -> Vec<Column> {
        let values = |i: usize| self.sweep.points.iter().map(move |point| point.values[i].clone());
        self.sweep.settings.iter().enumerate().map(|(i, path)| Column::new(path, values(i))).collect()
    }

    /// A column for each of these outcomes.
    fn outcomes(&self, outcomes: &[usize]) -> Vec<Column> {
        let cells = |outcome: usize| self.sweep.shares(outcome).map(|p| format!("{}{NBSP}%", figure(&p)));
        outcomes.iter().map(|&outcome| Column::new(name(self.sweep, outcome), cells(outcome))).collect()
    }

    /// One row a point, one column an outcome.
    fn table(&self, page: &mut Page) {
        page.heading("How often");
        let sweep = self.sweep;
        let (ever, never) = self.ever();
        in_blocks(page, &self.settings(), &self.outcomes(&ever), true);
        precision(page, sweep, &ever);
        if !never.is_empty() {
            let names: Vec<&str> = never.iter().map(|&outcome| name(sweep, outcome)).collect();
            page.note(&format!("At no point: {}.", names.join(", ")));
        }
    }

    /// One row an outcome: over all points of a grid.
    fn extremes(&self) -> Grid {
        let order = self.chosen();
        let rows = order.iter().map(|&outcome| {
            let shares = || self.sweep.shares(outcome);
            let least = shares().min_by(by_value).map_or(String::new(), |p| share(&p));
            let most = shares().max_by(by_value).map_or(String::new(), |p| share(&p));
            let mean = shares().filter_map(|p| p.value).sum::<f64>() / self.sweep.points.len().max(1) as f64;
            vec![name(self.sweep, outcome).to_owned(), least, format!("{:.1}{NBSP}%", 100.0 * mean), most]
        });
        Grid::new(&["outcome", "least", "mean", "most"], &[false, true, true, true], rows.collect())
    }

    fn summary(&self, page: &mut Page) {
        page.heading("How often, over all points");
        match self.design {
            Design::Grid => page.grid(&self.extremes()),
            Design::Latin(_) | Design::Sobol(_) | Design::Judgements(_) => {
                let (outcome, figures) = quantiles::of(self.sweep, &self.chosen());
                in_blocks(page, &[outcome], &figures, true);
                page.note("The columns in per cent are quantiles: at so many of the points it is at most that often.");
            }
        }
        precision(page, self.sweep, &[]);
        page.note("The points one by one: --format csv, or sweep.csv in the folder of --out.");
    }

    fn assumed(&self, page: &mut Page) {
        let mut terms = Vec::new();
        if let Some(model) = self.model {
            terms.push(("assumption", model.assumption.clone()));
            terms.push(("vetoes", words::vetoes(model, false).join("; ")));
            terms.push(("rule", words::rules(model).join("; ")));
        }
        terms.extend(self.varied.iter().map(|setting| ("varied", described(setting))));
        let points = match self.design {
            Design::Grid => "every value with every other".to_owned(),
            Design::Latin(_) => "a Latin hypercube, chosen by the seed".to_owned(),
            Design::Judgements(_) => {
                terms.push(("drawn", self.sweep.settings.join(", ")));
                "where judgements are drawn, chosen by the seed".to_owned()
            }
            Design::Sobol(rows) => {
                format!("{} of a Sobol' sequence, scrambled by the seed", plural(rows as u64, "row"))
            }
        };
        terms.push(("points", points));
        let mut rounds = format!("{}, seed {}; every point meets the same draws", self.rounds(), self.seed);
        if let Some(precision) = self.length.precision {
            let from = grouped(self.length.rounds);
            rounds += &format!("; doubled from {from} until every interval is within ±{precision}");
        }
        terms.push(("rounds", rounds));
        rests_on(page, &terms, self.repeat);
    }
}

/// "preferences.uncertainty: 0.5, 1, 1.5", of a long list only the ends.
fn described(setting: &Varied) -> String {
    const NAMED: usize = 12;
    match &setting.values {
        Values::Listed(values) if values.len() > NAMED => {
            let (first, last) = (&values[..2], &values[values.len() - 1]);
            format!("{}: {}, …, {last} ({} values)", setting.path, first.join(", "), values.len())
        }
        values => format!("{}: {values}", setting.path),
    }
}

/// The outcomes, that which is ever most likely first, no consensus last.
fn by_most(sweep: &Sweep) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sweep.outcomes.len()).collect();
    let most = |outcome: usize| {
        let shares = sweep.shares(outcome).filter_map(|share| share.value);
        // Shares are not negative, and of such numbers the bits have the same order.
        shares.fold(0.0, f64::max).to_bits()
    };
    order.sort_by_cached_key(|&outcome| (sweep.outcomes[outcome].is_none(), Reverse(most(outcome))));
    order
}

fn by_value(a: &Proportion, b: &Proportion) -> std::cmp::Ordering {
    a.value.unwrap_or(0.0).total_cmp(&b.value.unwrap_or(0.0))
}

fn name(sweep: &Sweep, outcome: usize) -> &str {
    outcome_name(sweep.outcomes[outcome].as_ref())
}

/// A share in per cent without its unit, marked if it is rare.
fn figure(p: &Proportion) -> String {
    let mark = if p.is_rare() { "~" } else { "" };
    format!("{mark}{}", super::number::bare(p))
}

/// How far the figures of the `shown` outcomes may be off, and what is marked in them.
fn precision(page: &mut Page, sweep: &Sweep, shown: &[usize]) {
    let all = (0..sweep.outcomes.len()).flat_map(|outcome| sweep.shares(outcome));
    let reach = all.map(|share| share.reach()).fold(0.0, f64::max);
    page.note(&format!("No 95{NBSP}% interval reaches further than {} percentage points.", points(reach)));
    if shown.iter().any(|&outcome| sweep.shares(outcome).any(|share| share.is_rare())) {
        page.note("~ rare: the interval is wider than the probability itself.");
    }
}
