//! What `fit` shows: each candidate's support, and whether it gives the poll's answers.

use std::io;

use serde::Serialize;

use super::grid::Grid;
use super::json;
use super::number::NBSP;
use super::origin::Origin;
use super::text::{Look, Page};
use crate::analysis::{CandidateFit, Fit, Key, SupportTable};

/// Columns from which on expected answers have columns of their own.
const BROAD: u16 = 90;

/// A poll and what it says about support.
#[derive(Debug, Clone, Copy)]
pub struct FitReport<'a> {
    /// Title of the scenario.
    pub title: &'a str,
    /// The poll's file.
    pub poll: &'a str,
    /// What came out.
    pub fit: &'a Fit,
    /// Where the support table has been written, if it has.
    pub written: Option<&'a str>,
}

impl<'a> FitReport<'a> {
    /// The report as text.
    pub fn render(&self, look: Look) -> String {
        let mut page = Page::new(look);
        page.heading(self.title);
        page.note(&format!(
            "Support that makes the answers in {} the expected ones, all else as in the scenario",
            self.poll
        ));
        page.heading("Support");
        if page.width() < BROAD {
            page.grid(&self.narrow());
            page.note("In brackets: the expected answers.");
        } else {
            page.grid(&self.main());
        }
        page.note(
            "Support: points that every member gives, except those known to object, whose mean is two standard \
             deviations below object_at. Encouragements less objections are as in the poll for each candidate, answers \
             without opinion for all together.",
        );
        if let Some(note) = left_as_they_are(&self.fit.left_as_they_are) {
            page.note(&note);
        }
        page.heading("To use it");
        let table = use_of_table(self.written);
        if let Some(uncertainty) = self.fit.uncertainty {
            page.plain(&format!("{table}; and"));
            page.command("", &format!("[preferences]\nuncertainty = {uncertainty}"));
            if !self.fit.is_uncertainty_fitted {
                page.note("The poll does not say how uncertain views are: this is the scenario's own uncertainty.");
            }
        } else {
            page.plain(&format!("{table}."));
            page.note(
                "All members have uncertainties of their own, which are kept: there is no common one to be fitted.",
            );
        }
        page.finish()
    }

    /// Support: one row a candidate.
    pub fn main(&self) -> Grid {
        let header =
            ["candidate", "support", "encourage", "expected", "discourage", "expected", "no\nopinion", "expected"];
        let rows = self.fit.candidates.iter().map(row).collect();
        Grid::new(&header, &[false, true, true, true, true, true, true, true], rows)
    }

    /// With the expected answers in brackets.
    fn narrow(&self) -> Grid {
        let rows = self.fit.candidates.iter().map(|c| {
            let mut row = head(c).to_vec();
            row.extend(answers(c).map(|(count, expected)| format!("{count}{NBSP}({expected:.1})")));
            row
        });
        let header = ["candidate", "support", "encourage", "discourage", "no\nopinion"];
        Grid::new(&header, &[false, true, true, true, true], rows.collect())
    }

    /// The same as data.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    pub fn json(&self, origin: &Origin) -> io::Result<Vec<u8>> {
        let fit = self.fit;
        let table = fit.table();
        json::pretty(&FitData {
            origin,
            poll: self.poll,
            uncertainty: fit.uncertainty,
            uncertainty_fitted: fit.is_uncertainty_fitted,
            candidates: fit.candidates.iter().map(candidate).collect(),
            support: SupportRow::all(&table),
            left_as_they_are: fit.left_as_they_are.iter().map(|key| key.id.as_str()).collect(),
        })
    }
}

/// Whose support the poll says nothing about, if anyone's.
pub(super) fn left_as_they_are(keys: &[Key]) -> Option<String> {
    let names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
    (!names.is_empty()).then(|| format!("Not in the poll, support left as it is: {}.", names.join(", ")))
}

/// What to do with the support table, which has been `written` there, if it has.
pub(super) fn use_of_table(written: Option<&str>) -> String {
    let table = match written {
        Some(path) => format!("{path} is the support table"),
        None => "the support table is shown by --format csv and written by --out FILE".to_owned(),
    };
    format!("In the scenario, {table}, in place of other support for these candidates")
}

/// Points of support as tables show them.
pub(super) fn points(support: f64) -> String {
    let support = format!("{support:.2}");
    if support == "-0.00" { "0.00".to_owned() } else { support.replace('-', "−") }
}

fn row(c: &CandidateFit) -> Vec<String> {
    let mut row = head(c).to_vec();
    row.extend(answers(c).into_iter().flat_map(|(count, expected)| [count.to_string(), format!("{expected:.1}")]));
    row
}

/// The candidate and the support.
fn head(c: &CandidateFit) -> [String; 2] {
    [c.candidate.name.clone(), points(c.shift)]
}

/// What the poll counts, and what is expected: encouragements, objections, answers without opinion.
fn answers(c: &CandidateFit) -> [(u32, f64); 3] {
    let poll = &c.poll;
    [(poll.encourage, c.encourage), (poll.discourage, c.discourage), (poll.no_opinion, c.no_opinion)]
}

#[derive(Serialize)]
struct FitData<'a> {
    #[serde(flatten)]
    origin: &'a Origin,
    poll: &'a str,
    uncertainty: Option<f64>,
    uncertainty_fitted: bool,
    candidates: Vec<CandidateRow<'a>>,
    support: Vec<SupportRow<'a>>,
    left_as_they_are: Vec<&'a str>,
}

#[derive(Serialize)]
struct CandidateRow<'a> {
    candidate: &'a str,
    candidate_name: &'a str,
    support: f64,
    encourage: u32,
    discourage: u32,
    no_opinion: u32,
    expected_encourage: f64,
    expected_discourage: f64,
    expected_no_opinion: f64,
}

/// One member's support of one candidate.
#[derive(Serialize)]
pub(super) struct SupportRow<'a> {
    member: &'a str,
    candidate: &'a str,
    points: f64,
}

impl<'a> SupportRow<'a> {
    /// All of them, member by member.
    pub(super) fn all(table: &'a SupportTable<'_>) -> Vec<Self> {
        let members = table.members.iter().enumerate();
        let rows = members.flat_map(|(m, member)| {
            let row = move |(candidate, points): &'a (&Key, Vec<f64>)| Self {
                member: &member.id,
                candidate: &candidate.id,
                points: points[m],
            };
            table.candidates.iter().map(row)
        });
        rows.collect()
    }
}

fn candidate(c: &CandidateFit) -> CandidateRow<'_> {
    CandidateRow {
        candidate: &c.candidate.id,
        candidate_name: &c.candidate.name,
        support: c.shift,
        encourage: c.poll.encourage,
        discourage: c.poll.discourage,
        no_opinion: c.poll.no_opinion,
        expected_encourage: c.encourage,
        expected_discourage: c.discourage,
        expected_no_opinion: c.no_opinion,
    }
}
