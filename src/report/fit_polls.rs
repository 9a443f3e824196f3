//! What `fit` shows of several polls: how minds change between them, and how surely.

use std::io;

use serde::Serialize;

use super::columns::{Column, in_blocks, together};
use super::grid::Grid;
use super::json;
use super::number::{NBSP, grouped};
use super::origin::Origin;
use super::rows::{self, PollsFitRow, ProfileRow};
use super::text::{Look, Page};
use crate::analysis::{Bound, BoundKind, Estimate, Identified, PollsFit};

/// Monte Carlo errors above this are not small beside the 1.92 by which an interval ends.
const LARGE_ERROR: f64 = 0.5;

/// Polls and what they say about how minds change.
#[derive(Debug, Clone, Copy)]
pub struct PollsFitReport<'a> {
    /// Title of the scenario.
    pub title: &'a str,
    /// What came out.
    pub fit: &'a PollsFit,
    /// Where the estimates have been written, if they have.
    pub written: Option<&'a str>,
    /// The command that computes the same again.
    pub repeat: &'a str,
}

impl PollsFitReport<'_> {
    /// The estimates as options of other commands: of the numbers about which the polls say something.
    pub fn settings(fit: &PollsFit) -> Vec<String> {
        let told = fit.estimates.iter().filter(|it| it.identified() != Identified::No);
        told.map(|it| format!("--set {}={}", it.parameter.path(), it.value)).collect()
    }

    /// The report as text.
    pub fn render(&self, look: Look) -> String {
        let fit = self.fit;
        let mut page = Page::new(look);
        page.heading(self.title);
        page.note(&format!(
            "With which numbers {} {} most likely, given {}, all else as in the scenario ({})",
            fit.polls.join(", "),
            if fit.polls.len() == 1 { "is" } else { "are" },
            fit.given.join(", "),
            fit.assumption
        ));
        page.heading("How minds change between polls");
        let (names, columns) = self.columns();
        in_blocks(&mut page, &[names], &columns, true);
        page.note(
            "Interval: 95 %, by profile likelihood (where the logarithm of the chance of the polls, with the other numbers as \
             is best then, is less than 1.92 below its maximum), wider by the Monte Carlo error. Without it: by how much that \
             logarithm is lower if the number is 0. Support is taken as known, so intervals are too narrow rather than too wide.",
        );
        self.notes(&mut page);
        page.heading("To use it");
        let settings = Self::settings(fit);
        if settings.is_empty() {
            page.plain("There is nothing to set: the polls say of no number how large it is.");
        } else {
            if let Some(path) = self.written {
                page.plain(&format!("{path} has these options:"));
            }
            page.command("", &settings.join(" "));
        }
        page.note("");
        page.command("Repeat:", self.repeat);
        page.finish()
    }

    fn notes(&self, page: &mut Page) {
        let fit = self.fit;
        let stated = fit.log_likelihood_stated.map_or_else(
            || "the scenario's own give them no chance that could be computed".to_owned(),
            |stated| format!("with the scenario's own {}", signed(stated)),
        );
        page.plain(&format!(
            "Logarithm of the chance of the polls: {} with the estimates (Monte Carlo standard error {:.2}), {stated}.",
            signed(fit.log_likelihood),
            fit.error
        ));
        for estimate in &fit.estimates {
            if let Some(said) = said(estimate) {
                page.plain(&said);
            }
        }
        for parameter in &fit.idle {
            page.plain(&format!("{} changes nothing in this scenario and was not estimated.", parameter.path()));
        }
        let worst = fit.estimates.iter().map(|estimate| estimate.error).fold(fit.error, f64::max);
        if worst > LARGE_ERROR {
            page.plain(&format!(
                "The Monte Carlo error is up to {worst:.1}, which is not small beside 1.92: ask for more --particles or \
                 --replicates."
            ));
        }
        if !fit.taken.is_empty() {
            page.plain(&format!(
                "The scenario gives these no chance; they are taken as they were: {}.",
                fit.taken.join(", ")
            ));
        }
        page.note(&format!(
            "{} replicates of {} particles a candidate, the same random numbers at {} points. doubt_sd cannot be estimated from \
             one selection: docs/fitting.md.",
            fit.replicates,
            grouped(fit.particles as u64),
            fit.points
        ));
    }

    /// One row a number.
    pub fn main(&self) -> Grid {
        let (names, mut columns) = self.columns();
        columns.insert(0, names);
        together(&columns, true)
    }

    /// The numbers, and what is said of them.
    fn columns(&self) -> (Column, Vec<Column>) {
        let column =
            |head: &str, cell: &dyn Fn(&Estimate) -> String| Column::new(head, self.fit.estimates.iter().map(cell));
        let interval = |it: &Estimate| format!("{}{NBSP}–{NBSP}{}", end(it.low), end(it.high));
        let loss = |it: &Estimate| it.loss_at_zero.map_or_else(|| "–".to_owned(), |loss| format!("{loss:.1}"));
        let columns = vec![
            column("scenario", &|it| number(it.stated)),
            column("estimate", &|it| number(it.value)),
            column("interval", &interval),
            column("identified", &|it| it.identified().word().to_owned()),
            column("lost without it", &loss),
        ];
        (column("", &|it| it.parameter.word().to_owned()), columns)
    }

    /// The same as data.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    pub fn json(&self, origin: &Origin) -> io::Result<Vec<u8>> {
        let fit = self.fit;
        json::pretty(&PollsFitData {
            origin,
            assumption: &fit.assumption,
            given: &fit.given,
            polls: &fit.polls,
            estimates: rows::polls_fit(fit).collect(),
            log_likelihood: fit.log_likelihood,
            mc_error: fit.error,
            log_likelihood_stated: fit.log_likelihood_stated,
            not_estimated: fit.idle.iter().map(|parameter| parameter.path()).collect(),
            taken_as_it_was: &fit.taken,
            particles: fit.particles,
            replicates: fit.replicates,
            points: fit.points,
            profiles: rows::profiles(fit).collect(),
        })
    }
}

/// What there is to say of a number that is not identified on both sides.
fn said(estimate: &Estimate) -> Option<String> {
    let (word, low, high) = (estimate.parameter.word(), end(estimate.low), end(estimate.high));
    let few = |bound: Bound, beyond: &str| match bound.kind {
        BoundKind::Draws => format!(
            "; {beyond} {} too few particles agree with the polls to say more (more --particles reach farther)",
            end(bound)
        ),
        BoundKind::Fallen | BoundKind::Range => String::new(),
    };
    let few = few(estimate.low, "below") + &few(estimate.high, "above");
    Some(match (estimate.identified(), few.is_empty()) {
        (Identified::Yes, _) => return None,
        (Identified::No, _) => {
            format!("{word} is not identified: from {low} to {high} the polls are about as likely{few}.")
        }
        (Identified::AtMost, true) => {
            format!("{word} is not identified from below: the polls only say that it is at most {high}.")
        }
        (Identified::AtLeast, true) => {
            format!("{word} is not identified from above: the polls only say that it is at least {low}.")
        }
        (Identified::AtMost, false) => format!("The polls say that {word} is at most {high}{few}."),
        (Identified::AtLeast, false) => format!("The polls say that {word} is at least {low}{few}."),
    })
}

fn end(bound: Bound) -> String {
    number(bound.value)
}

/// A number of the scenario: three decimals.
fn number(value: f64) -> String {
    format!("{value:.3}")
}

fn signed(value: f64) -> String {
    format!("{value:.1}").replace('-', "−")
}

#[derive(Serialize)]
struct PollsFitData<'a> {
    #[serde(flatten)]
    origin: &'a Origin,
    assumption: &'a str,
    given: &'a [String],
    polls: &'a [String],
    estimates: Vec<PollsFitRow<'a>>,
    log_likelihood: f64,
    mc_error: f64,
    log_likelihood_stated: Option<f64>,
    not_estimated: Vec<&'a str>,
    taken_as_it_was: &'a [String],
    particles: usize,
    replicates: u64,
    points: usize,
    profiles: Vec<ProfileRow<'a>>,
}
