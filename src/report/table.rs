//! What `run` shows: outcomes, who blocks whom, when rounds end, and what all that rests on.

use std::cmp::Reverse;

use super::grid::Grid;
use super::number::{NBSP, estimate, grouped, share};
use super::text::{Look, Page};
use super::{blocs, judged, outcome_name, rests_on, standings, waiting, words};
use crate::analysis::judgements::Ranges;
use crate::analysis::{BallotFigures, CandidateFigures, Outcome, Proportion, Selection};
use crate::model::Model;

/// Columns from which on the table of who blocks whom has room for everything.
const BROAD: u16 = 90;
const VETOES_BLOCK_NO_ONE: &str = "No rule here asks for vetoes: they keep no one from appointment.";
/// Columns from which on the table of who is chosen has room for the counts.
const ROOMY: u16 = 60;
/// Columns from which on it has room for the interval beside the range over judgements.
const LESS_ROOMY: u16 = 72;
/// Columns from which on it has room for the counts, too.
const ROOMIER: u16 = 80;
/// Ballots told one by one at the beginning and at the end; those between are summed up.
const FIRST_BALLOTS: usize = 5;
const LAST_BALLOTS: usize = 2;

/// One run and its results.
#[derive(Debug, Clone, Copy)]
pub struct RunReport<'a> {
    /// Title of the scenario.
    pub title: &'a str,
    /// The model that was simulated.
    pub model: &'a Model,
    /// What came out.
    pub selection: &'a Selection,
    /// How far it ranges over judgements, if that is known.
    pub ranges: Option<&'a Ranges>,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Rounds asked for.
    pub rounds_asked: u64,
    /// The command that repeats exactly these rounds.
    pub repeat: &'a str,
    /// Whether to tell how candidates fare ballot by ballot, if it was counted.
    pub ballots: bool,
}

impl RunReport<'_> {
    /// The report as text.
    pub fn render(&self, look: Look) -> String {
        let mut page = Page::new(look);
        let rounds = grouped(self.selection.rounds);
        page.partial(self.selection.rounds, self.rounds_asked);
        page.heading(self.title);
        page.note(&format!("{rounds} rounds under the assumption “{}”", self.selection.assumption));
        self.outcomes(&mut page);
        if let Some((ranges, of)) = self.ranges.and_then(|ranges| Some((ranges, ranges.assumptions.first()?))) {
            judged::section(&mut page, ranges, of);
        }
        if self.model.anyone_can_block() {
            self.blocking(&mut page);
        } else if self.model.member_ids().any(|(m, _)| self.model.may_veto(m)) {
            page.note(VETOES_BLOCK_NO_ONE);
        }
        self.ballots(&mut page);
        if let Some(figures) = self.selection.standings.as_ref().filter(|_| self.ballots) {
            standings::section(&mut page, "As the ballots go", self.model, self.selection.rounds, figures);
        }
        if let Some(waiting) = &self.selection.waiting {
            waiting::section(&mut page, &self.selection.assumption, waiting);
        }
        self.assumed(&mut page);
        page.finish()
    }

    /// Who is chosen: most likely first, no consensus last.
    pub fn main(&self) -> Grid {
        outcomes(self.selection, self.ranges)
    }

    fn outcomes(&self, page: &mut Page) {
        let Grid { mut header, mut right, mut rows } = self.main();
        let (columns, enough) = match (header.len(), self.ranges) {
            (_, None) if page.width() < ROOMY => (3, ROOMY),
            (_, Some(_)) if page.width() < LESS_ROOMY => (3, ROOMIER),
            (_, Some(_)) if page.width() < ROOMIER => (4, ROOMIER),
            (columns, _) => (columns, 0),
        };
        let left_out = header.split_off(columns);
        right.truncate(columns);
        rows.iter_mut().for_each(|row| row.truncate(columns));
        page.heading("Who is chosen");
        page.grid(&Grid { header, right, rows });
        say_left_out(page, &left_out, enough);
        rare(page, &self.selection.outcomes);
    }

    /// By candidate, most vetoed first: who vetoes, alone and together.
    fn blocking(&self, page: &mut Page) {
        page.heading("Who blocks whom");
        let faced = self.selection.candidates.iter().enumerate().filter(|(_, c)| !c.faced.is_never());
        let (mut blocked, passed): (Vec<_>, Vec<_>) =
            faced.partition(|(_, c)| !c.vetoed.is_never() || !c.short_of_support.is_never());
        if blocked.is_empty() {
            page.plain("No candidate met a veto or fell short of support.");
            return;
        }
        blocked.sort_by(|(_, a), (_, b)| {
            let vetoed = |c: &CandidateFigures| c.when_faced(&c.vetoed).value.unwrap_or(0.0);
            vetoed(b).total_cmp(&vetoed(a))
        });
        let mut rows: Vec<_> = blocked.iter().map(|(index, c)| self.blocking_row(*index, c)).collect();
        let mut header = vec![
            "candidate",
            "vetoed",
            "by one\nalone",
            "who vetoes\n(alone)",
            "together",
            "faced",
            "short of\nsupport",
        ];
        let mut right = vec![false, true, true, false, false, true, true];
        let columns = if page.width() < BROAD { 4 } else { header.len() };
        let left_out = header.split_off(columns);
        right.truncate(columns);
        rows.iter_mut().for_each(|row| row.truncate(columns));
        page.table(&header, &right, &rows);
        say_left_out(page, &left_out, BROAD);
        page.note(
            "faced: rounds with a ballot that could appoint the candidate. The rest are shares of these, at the last \
             such ballot. Alone: the only veto, and without it the rule holds.",
        );
        if blocked.iter().any(|(_, c)| !c.vetoed.is_never()) && !self.model.vetoes_block() {
            page.note(VETOES_BLOCK_NO_ONE);
        }
        if self.selection.groups.iter().any(|group| group.is_bloc) {
            page.note("Members of a bloc are not told apart: “each of” it is the mean of its members.");
        }
        if !passed.is_empty() {
            let names: Vec<&str> = passed.iter().map(|(_, c)| c.candidate.name.as_str()).collect();
            page.note(&format!("Never vetoed nor short of support: {}.", names.join(", ")));
        }
    }

    fn blocking_row(&self, index: usize, c: &CandidateFigures) -> Vec<String> {
        vec![
            c.candidate.name.clone(),
            share(&c.when_faced(&c.vetoed)),
            share(&c.when_faced(&c.sole_vetoed)),
            blocs::vetoers(self.model, self.selection, index).join("\n"),
            blocs::blocking_sets(self.model, c, 2).join("\n"),
            share(&c.faced),
            share(&c.when_faced(&c.short_of_support)),
        ]
    }

    fn ballots(&self, page: &mut Page) {
        let row = |label: String, from: &[BallotFigures]| {
            let sum = |part: fn(&BallotFigures) -> &Proportion| {
                Proportion::new(from.iter().map(|b| part(b).count).sum(), self.selection.rounds)
            };
            let last = from.last();
            let after = |part: fn(&BallotFigures) -> &Proportion| last.map_or(String::new(), |b| share(part(b)));
            vec![
                label,
                share(&sum(|b| &b.appointed)),
                share(&sum(|b| &b.no_consensus)),
                after(|b| &b.cumulative),
                after(|b| &b.still_open),
            ]
        };
        let single = |b: &BallotFigures| {
            let label = if b.ballot == 0 { "none: no one stood".to_owned() } else { b.ballot.to_string() };
            row(label, std::slice::from_ref(b))
        };
        let all = self.selection.ballots.as_slice();
        let mut rows: Vec<Vec<String>>;
        if all.len() > FIRST_BALLOTS + LAST_BALLOTS + 1 {
            let (first, rest) = all.split_at(FIRST_BALLOTS);
            let (middle, last) = rest.split_at(rest.len() - LAST_BALLOTS);
            rows = first.iter().map(single).collect();
            let ends = middle.first().zip(middle.last());
            rows.extend(ends.map(|(from, to)| row(format!("{}–{}", from.ballot, to.ballot), middle)));
            rows.extend(last.iter().map(single));
        } else {
            rows = all.iter().map(single).collect();
        }
        page.heading("When rounds end");
        let header = ["ballot", "appointed", "no consensus", "appointed so far", "still open"];
        page.table(&header, &[false, true, true, true, true], &rows);
    }

    fn assumed(&self, page: &mut Page) {
        let model = self.model;
        let summary = match (model.assumption_summary.as_str(), model.assumption.as_str()) {
            ("", name) => name.to_owned(),
            (summary, name) => format!("{name}: {summary}"),
        };
        let stages: Vec<_> = model.stages.iter().map(|stage| words::stage_in_short(model, stage)).collect();
        let rounds = format!(
            "{}, seed {}; the same on any machine and any number of threads",
            grouped(self.selection.rounds),
            self.seed
        );
        let terms = [
            ("assumption", summary),
            ("vetoes", words::vetoes(model, false).join("; ")),
            ("rule", words::rules(model).join("; ")),
            ("stages", stages.join(", then ")),
            ("rounds", rounds),
        ];
        rests_on(page, &terms, self.repeat);
    }
}

/// Who is chosen: most likely first, no consensus last; with how far it ranges over judgements, if that is known.
pub fn outcomes(selection: &Selection, ranges: Option<&Ranges>) -> Grid {
    let mut outcomes: Vec<_> = selection.outcomes.iter().enumerate().collect();
    outcomes.sort_by_key(|(_, o)| (o.candidate.is_none(), Reverse(o.probability.count)));
    let ranges = ranges.and_then(|ranges| ranges.assumptions.first());
    let row = |(index, outcome): (usize, &Outcome)| {
        let (value, interval) = estimate(&outcome.probability);
        let name = outcome_name(outcome.candidate.as_ref());
        let mut row = vec![name.to_owned(), value, interval, grouped(outcome.probability.count)];
        if let Some(ranges) = ranges {
            row.insert(2, judged::range(&ranges.outcomes[index].spreading));
        }
        row
    };
    let rows = outcomes.into_iter().map(row).collect();
    let interval = format!("95{NBSP}%{NBSP}interval");
    let range = format!("range over\njudgements{NBSP}(90{NBSP}%)");
    match ranges {
        None => Grid::new(&["outcome", "probability", &interval, "rounds"], &[false, true, true, true], rows),
        Some(_) => {
            let header = ["outcome", "probability\nas written", &range, &interval, "rounds"];
            Grid::new(&header, &[false, true, true, true, true], rows)
        }
    }
}

/// Says which columns there is no room for.
fn say_left_out(page: &mut Page, columns: &[impl AsRef<str>], enough: u16) {
    if !columns.is_empty() {
        let columns: Vec<String> = columns.iter().map(|column| column.as_ref().replace('\n', " ")).collect();
        page.note(&format!("Left out in a window of less than {enough} columns: {}.", columns.join(", ")));
    }
}

/// Says which outcomes are too rare for these rounds.
fn rare(page: &mut Page, outcomes: &[Outcome]) {
    let rare = outcomes.iter().filter(|outcome| outcome.probability.is_rare());
    let names: Vec<&str> = rare.map(|outcome| outcome_name(outcome.candidate.as_ref())).collect();
    if !names.is_empty() {
        page.note(&format!(
            "Rare: {}. The interval is wider than the probability itself, so that these rounds hardly say how rare; \
             take more --rounds, or a --precision below the probability.",
            names.join(", ")
        ));
    }
}
