//! What `compare --given` shows: each outcome under each assumption, given the same polls.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::columns::{Column, in_blocks, together};
use super::grid::Grid;
use super::json::{self, FileRecord};
use super::number::{NBSP, grouped, plural, share, signed};
use super::origin::Origin;
use super::rows::{self, GivenRow};
use super::text::{Look, Page};
use super::update::Method;
use super::{File, outcome_name, rests_on};
use crate::analysis::Proportion;
use crate::analysis::update::{GivenComparison, GivenDifference};
use crate::study::GivenFigures;

/// Several assumptions, given the same polls.
#[derive(Debug, Clone, Copy)]
pub struct GivenReport<'a> {
    /// Title of the scenario.
    pub title: &'a str,
    /// What came out.
    pub figures: &'a GivenFigures,
    /// The command that repeats it.
    pub repeat: &'a str,
}

impl GivenReport<'_> {
    /// The report as text.
    pub fn render(&self, look: Look) -> String {
        let mut page = Page::new(look);
        let (Some(baseline), Some(first)) = (self.figures.updates.first(), self.figures.last().next()) else {
            return page.finish();
        };
        if self.figures.is_partial() {
            page.heading(&format!(
                "PARTIAL: stopped after {} of {} replicates; what follows is about these",
                self.figures.replicates_done(),
                baseline.replicates
            ));
        }
        page.heading(self.title);
        page.note(&format!("Each assumption weighs its own rounds by the polls up to “{}”", first.after));
        page.heading("Who is chosen, given the polls");
        let (fixed, others) = self.columns();
        in_blocks(&mut page, &fixed, &others, true);
        page.note(&format!(
            "▲▼ more or less often than under “{}”: the 95{NBSP}% interval of the difference, Student's t over \
             replicates, excludes 0. Below: the difference in percentage points. Log chance: of all that was seen; the \
             assumption with the larger one expected it better.",
            baseline.assumption
        ));
        if self.figures.last().any(|it| !it.is_reportable) {
            page.plain(
                "Where fewer than 100 rounds are effective nothing is reported: ask for more --particles or --replicates.",
            );
        }
        for updates in &self.figures.updates {
            if let Some(refusal) = &updates.refusal {
                page.plain(&format!("Under “{}” {refusal}. So all are compared before it.", updates.assumption));
            }
            if !updates.given.is_empty() {
                page.plain(&format!(
                    "“{}” gives these no chance; they are taken as they were: {}.",
                    updates.assumption,
                    updates.given.join(", ")
                ));
            }
        }
        for poll in &baseline.passed_over {
            page.plain(&format!("`{poll}` is not conditioned on, for the scenario's support was fitted to it."));
        }
        if baseline.has_judgements {
            page.note("Judgements are not drawn: these are the numbers as written.");
        }
        let effort = format!(
            "{} of each, with {} particles a candidate and {} rounds played on, seed {}; every assumption meets the same \
             draws",
            plural(self.figures.replicates_done(), "replicate"),
            grouped(baseline.particles as u64),
            grouped(baseline.rounds * self.figures.replicates_done()),
            baseline.seed
        );
        rests_on(&mut page, &[("rounds", effort)], self.repeat);
        page.finish()
    }

    /// One row an outcome, one column an assumption.
    pub fn main(&self) -> Grid {
        let (fixed, others) = self.columns();
        together(&fixed.into_iter().chain(others).collect::<Vec<_>>(), true)
    }

    fn columns(&self) -> (Vec<Column>, Vec<Column>) {
        let Some(first) = self.figures.last().next() else { return (vec![Column::new("outcome", [])], Vec::new()) };
        let mut order: Vec<usize> = (0..first.outcomes.len()).collect();
        order.sort_by(|&a, &b| {
            let key = |o: usize| (first.outcomes[o].candidate.is_none(), -first.outcomes[o].before);
            let ((a_none, a), (b_none, b)) = (key(a), key(b));
            a_none.cmp(&b_none).then(a.total_cmp(&b))
        });
        let names = order.iter().map(|&o| outcome_name(first.outcomes[o].candidate.as_ref()).to_owned());
        let names = names.chain(["effective rounds".to_owned(), "log chance".to_owned()]);
        let padded = |text: String| format!("{text}{NBSP}{NBSP}");
        let foot = |of: &GivenComparison, which: usize| {
            let log = format!("{:.1}", of.log_evidence[which]).replace('-', "−");
            [grouped(of.effective_rounds[which] as u64), log].map(padded)
        };
        let own =
            |o: &usize| padded(if first.is_reportable { percent(first.outcomes[*o].before) } else { "–".to_owned() });
        let of_baseline = order.iter().map(own).chain(foot(first, 0));
        let others = self.figures.last().map(|comparison| {
            let cells = order.iter().map(|&o| cell(comparison, &comparison.outcomes[o]));
            Column::new(&comparison.assumption, cells.chain(foot(comparison, 1)))
        });
        let fixed = vec![Column::new("outcome", names), Column::new(&first.baseline, of_baseline)];
        (fixed, others.collect())
    }

    /// The report as data.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    pub fn json(&self, origin: &Origin) -> io::Result<Vec<u8>> {
        json::pretty(&GivenData {
            origin,
            methods: methods(self.figures),
            partial: self.figures.is_partial(),
            given: rows::given(self.figures).collect(),
        })
    }
}

/// A probability with whether, and by how much, it differs from the baseline's.
fn cell(comparison: &GivenComparison, outcome: &GivenDifference) -> String {
    if !comparison.is_reportable {
        return format!("–{NBSP}{NBSP}");
    }
    let clear = outcome.is_clear();
    let mark = match clear {
        true if outcome.difference.value > 0.0 => '▲',
        true => '▼',
        false => NBSP,
    };
    let change = if outcome.difference.value == 0.0 && outcome.difference.reach == 0.0 {
        "0".to_owned()
    } else {
        signed(outcome.difference.value, outcome.difference.reach, clear)
    };
    format!("{}{NBSP}{mark}\n{change}{NBSP}{NBSP}", percent(outcome.after))
}

fn percent(probability: f64) -> String {
    share(&Proportion::new((probability * 1e6).round() as u64, 1_000_000))
}

fn methods(figures: &GivenFigures) -> Vec<Method<'_>> {
    figures.updates.iter().map(Method::new).collect()
}

#[derive(Serialize)]
struct GivenData<'a> {
    #[serde(flatten)]
    origin: &'a Origin,
    methods: Vec<Method<'a>>,
    partial: bool,
    given: Vec<GivenRow<'a>>,
}

/// `run.json` of `compare --given`: what was asked, with what, and how far.
#[derive(Debug, Clone, Serialize)]
pub struct GivenRecord<'a> {
    #[serde(flatten)]
    origin: &'a Origin,
    draws: u32,
    /// By assumption, the baseline first: how it was found.
    methods: Vec<Method<'a>>,
    partial: bool,
    options: BTreeMap<&'static str, String>,
    files: Vec<FileRecord>,
    threads: usize,
}

impl<'a> GivenRecord<'a> {
    /// The record of these results.
    pub fn new(
        origin: &'a Origin,
        figures: &'a GivenFigures,
        options: BTreeMap<&'static str, String>,
        files: Vec<FileRecord>,
        threads: usize,
    ) -> Self {
        let (methods, partial) = (methods(figures), figures.is_partial());
        Self { origin, draws: crate::simulation::DRAWS, methods, partial, options, files, threads }
    }

    /// The record as a file.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    pub fn file(&self) -> io::Result<File> {
        Ok(File { name: json::RunRecord::NAME, bytes: json::pretty(self)?, kinds: Vec::new() })
    }
}
