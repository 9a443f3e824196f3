//! What `fit` shows of the votes of a choice ballot: each candidate's support, and whether it gives the votes.

use std::io;

use serde::Serialize;

use super::fit::{SupportRow, left_as_they_are, points, use_of_table};
use super::grid::Grid;
use super::json;
use super::origin::Origin;
use super::text::{Look, Page};
use crate::analysis::{CandidateVotes, VoteCount, VotesFit};

/// The votes of a choice ballot and what they say about support.
#[derive(Debug, Clone, Copy)]
pub struct VotesFitReport<'a> {
    /// Title of the scenario.
    pub title: &'a str,
    /// The poll's file.
    pub poll: &'a str,
    /// What came out.
    pub fit: &'a VotesFit,
    /// Where the support table has been written, if it has.
    pub written: Option<&'a str>,
}

impl<'a> VotesFitReport<'a> {
    /// The report as text.
    pub fn render(&self, look: Look) -> String {
        let mut page = Page::new(look);
        page.heading(self.title);
        page.note(&format!(
            "Support that makes the votes in {} the expected ones, all else as in the scenario",
            self.poll
        ));
        page.heading("Support");
        page.grid(&self.main());
        page.note(&format!(
            "Support: points that every member gives. {} A ballot says nothing about the unit: the scenario's own \
             uncertainty is kept, and support is in proportion to it.",
            match self.fit.abstentions {
                Some(_) => format!("Who of the {} voters is in no row abstained (votes_at).", self.fit.voters),
                None => "Nobody abstains, so that the same points for all change nothing: their mean is 0.".to_owned(),
            }
        ));
        if let Some(note) = left_as_they_are(&self.fit.left_as_they_are) {
            page.note(&note);
        }
        page.heading("To use it");
        page.plain(&format!("{}.", use_of_table(self.written)));
        page.finish()
    }

    /// Support: one row a candidate, and one of those who voted for nobody.
    pub fn main(&self) -> Grid {
        let cells = |counted: VoteCount| [counted.poll.to_string(), format!("{:.1}", counted.expected)];
        let row =
            |c: &CandidateVotes| [vec![c.candidate.name.clone(), points(c.support)], cells(c.votes).into()].concat();
        let nobody = |counted| [vec!["nobody".to_owned(), String::new()], cells(counted).into()].concat();
        let rows = self.fit.candidates.iter().map(row).chain(self.fit.abstentions.map(nobody));
        Grid::new(&["candidate", "support", "votes", "expected"], &[false, true, true, true], rows.collect())
    }

    /// The same as data.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    pub fn json(&self, origin: &Origin) -> io::Result<Vec<u8>> {
        let fit = self.fit;
        let table = fit.table();
        json::pretty(&VotesFitData {
            origin,
            poll: self.poll,
            voters: fit.voters,
            candidates: fit.candidates.iter().map(candidate).collect(),
            abstentions: fit.abstentions.map(|counted| counted.poll),
            expected_abstentions: fit.abstentions.map(|counted| counted.expected),
            support: SupportRow::all(&table),
            left_as_they_are: fit.left_as_they_are.iter().map(|key| key.id.as_str()).collect(),
        })
    }
}

#[derive(Serialize)]
struct VotesFitData<'a> {
    #[serde(flatten)]
    origin: &'a Origin,
    poll: &'a str,
    voters: u32,
    candidates: Vec<CandidateRow<'a>>,
    abstentions: Option<u32>,
    expected_abstentions: Option<f64>,
    support: Vec<SupportRow<'a>>,
    left_as_they_are: Vec<&'a str>,
}

#[derive(Serialize)]
struct CandidateRow<'a> {
    candidate: &'a str,
    candidate_name: &'a str,
    support: f64,
    votes: u32,
    expected_votes: f64,
}

fn candidate(c: &CandidateVotes) -> CandidateRow<'_> {
    CandidateRow {
        candidate: &c.candidate.id,
        candidate_name: &c.candidate.name,
        support: c.support,
        votes: c.votes.poll,
        expected_votes: c.votes.expected,
    }
}
