//! What `update` shows: how it ends given the polls, what was expected of them, who gave which answer.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::File;
use super::columns::{Column, in_blocks, together};
use super::grid::Grid;
use super::json::{self, FileRecord};
use super::number::{NBSP, grouped, interval, plural, share};
use super::origin::Origin;
use super::outcome_name;
use super::rows::{self, AnswerRow, PredictionRow, UpdatedJudgementRow, UpdatedRow};
use super::text::{Look, Page};
use crate::analysis::Proportion;
use crate::analysis::update::{
    AnswerShares, JudgedPosterior, LEAST_POINTS, MovedJudgement, Posterior, PosteriorOutcome, Prediction,
};
use crate::study::Updates;

/// Chance from which on an outcome has a row of its own.
const SHOWN: f64 = 0.005;

/// What follows from polls.
#[derive(Debug, Clone, Copy)]
pub struct UpdateReport<'a> {
    /// Title of the scenario.
    pub title: &'a str,
    /// What came out.
    pub updates: &'a Updates,
    /// The command that repeats it.
    pub repeat: &'a str,
}

impl UpdateReport<'_> {
    /// The report as text.
    pub fn render(&self, look: Look) -> String {
        let mut page = Page::new(look);
        let updates = self.updates;
        if updates.replicates_done < updates.replicates {
            page.heading(&format!(
                "PARTIAL: stopped after {} of {} replicates; what follows is about these",
                updates.replicates_done, updates.replicates
            ));
        }
        page.heading(self.title);
        page.note(&format!(
            "Given the polls, under the assumption “{}”: {} of {} particles a candidate, {} rounds played on after each \
             poll, seed {}",
            updates.assumption,
            plural(updates.replicates_done, "replicate"),
            grouped(updates.particles as u64),
            grouped(updates.rounds * updates.replicates_done),
            updates.seed
        ));
        page.heading("How it ends, given the polls");
        let (outcomes, columns) = self.columns();
        in_blocks(&mut page, &[outcomes], &columns, true);
        self.notes(&mut page);
        self.judged(&mut page);
        self.predictions(&mut page);
        self.answers(&mut page);
        page.note("");
        page.command("Repeat:", self.repeat);
        page.finish()
    }

    /// One row an outcome, one column a poll.
    pub fn main(&self) -> Grid {
        let (outcomes, mut columns) = self.columns();
        columns.insert(0, outcomes);
        together(&columns, true)
    }

    /// The outcomes, and how they come out after each poll.
    fn columns(&self) -> (Column, Vec<Column>) {
        let posteriors = &self.updates.posteriors;
        let mut order: Vec<usize> = (0..posteriors.first().map_or(0, |first| first.outcomes.len())).collect();
        let last = posteriors.iter().rev().find(|it| it.is_reportable());
        let chance = |outcome: usize| last.map_or(0.0, |last| last.outcomes[outcome].probability);
        order.sort_by(|a, b| chance(*b).total_cmp(&chance(*a)));
        // That nobody is chosen is never one among others.
        let matters = |outcome: &usize| {
            posteriors.iter().filter(|it| it.is_reportable()).any(|it| {
                let outcome = &it.outcomes[*outcome];
                outcome.probability >= SHOWN || outcome.candidate.is_none()
            })
        };
        let is_alone = order.iter().filter(|outcome| !matters(outcome)).count() == 1;
        let (shown, rest): (Vec<usize>, Vec<usize>) =
            order.into_iter().partition(|outcome| is_alone || matters(outcome));
        let others = (!rest.is_empty()).then(|| format!("the other {}", rest.len()));
        let name = |outcome: usize| {
            posteriors.first().map_or("", |it| outcome_name(it.outcomes[outcome].candidate.as_ref())).to_owned()
        };
        let names = shown.iter().map(|&outcome| name(outcome)).chain(others).chain(["effective rounds".to_owned()]);
        let column = |posterior: &Posterior| {
            let sum = || {
                let sum: f64 = rest.iter().map(|&outcome| posterior.outcomes[outcome].probability).sum();
                if posterior.is_reportable() { percent(sum) } else { missing() }
            };
            let cells = shown.iter().map(|&outcome| cell(posterior, &posterior.outcomes[outcome]));
            let others = (!rest.is_empty()).then(sum);
            let effective = grouped(posterior.effective_rounds as u64);
            Column::new(posterior.after.as_deref().unwrap_or("no poll"), cells.chain(others).chain([effective]))
        };
        (Column::new("after", names), posteriors.iter().map(column).collect())
    }

    fn notes(&self, page: &mut Page) {
        let updates = self.updates;
        page.note(
            "In brackets the 95 % interval over replicates, in points. It measures the error of finitely many particles only, \
             never whether the judgements are right. Effective rounds: independent rounds that would be as precise.",
        );
        if updates.posteriors.iter().any(|it| !it.is_reportable()) {
            page.plain(
                "Where fewer than 100 rounds are effective nothing is reported: ask for more --particles or --replicates.",
            );
        }
        for poll in &updates.passed_over {
            page.plain(&format!(
                "`{poll}` is not conditioned on, for the scenario's support was fitted to it: it would be used twice. --polls \
                 asks for it."
            ));
        }
        if !updates.given.is_empty() {
            page.plain(&format!(
                "The scenario gives these no chance; they are taken as they were: {}.",
                updates.given.join(", ")
            ));
        }
        if updates.has_doubt && updates.posteriors.len() > 2 {
            page.note(
                "doubt_sd comes after the last poll held, so the columns are forecasts made one after the other, each with its \
                 own doubt, and not one coherent series.",
            );
        }
        if let Some((effective, all)) = updates.least_shared
            && effective < 20.0
        {
            page.note(&format!(
                "Of {all} draws of what candidates share only {effective:.1} counted after one of the polls, before they were \
                 drawn again given the views: look at the intervals, and compare with more --particles."
            ));
        }
    }

    /// What the polls say of judgements.
    fn judged(&self, page: &mut Page) {
        let judged = &self.updates.judged;
        if judged.is_empty() {
            return;
        }
        page.heading("Over the scenario's judgements");
        let told = judged.iter().rposition(JudgedPosterior::is_reportable);
        if let Some(first) = judged.get(told.map_or(0, |told| told + 1)) {
            page.plain(&format!(
                "After “{}” fewer than {LEAST_POINTS:.0} of {} points count ({:.0}): the polls say more than so few points can \
                 tell. Draw more (--judgements 1024), or widen the judgements.",
                first.after, self.updates.points, first.effective_points
            ));
        }
        let Some(last) = told.map(|told| &judged[told]) else { return };
        let header = ["", "probability", "interval"];
        let rows: Vec<Vec<String>> = last
            .outcomes
            .iter()
            .filter(|outcome| outcome.probability >= SHOWN)
            .map(|outcome| {
                let (value, bounds) = interval(outcome.probability, outcome.low, outcome.high);
                vec![outcome_name(outcome.candidate.as_ref()).to_owned(), value, bounds]
            })
            .collect();
        page.table(&header, &[false, true, true], &rows);
        let points = self.updates.points;
        page.note(&format!(
            "After “{}”: judgements drawn at {points} points, weighted by the chance that each gives to the polls; {:.0} of them \
             count.",
            last.after, last.effective_points
        ));
        page.heading("How the polls moved each judgement");
        let number = |value: f64| format!("{value:.2}").replace('-', "−");
        let range = |of: &[f64; 3]| format!("{} ({} to {})", number(of[1]), number(of[0]), number(of[2]));
        let column =
            |head: &str, cell: &dyn Fn(&MovedJudgement) -> String| Column::new(head, last.judgements.iter().map(cell));
        let judgements = column("judgement", &|it| it.name.clone());
        let moved = [column("before", &|it| range(&it.before)), column("after", &|it| range(&it.after))];
        in_blocks(page, &[judgements], &moved, true);
        page.note("Medians, and in brackets the 5 % and 95 % points of what is drawn.");
    }

    /// How good the forecasts of each poll were.
    fn predictions(&self, page: &mut Page) {
        let mut by_poll: Vec<(&str, Vec<&Prediction>)> = Vec::new();
        for prediction in &self.updates.predictions {
            match by_poll.last_mut() {
                Some((poll, all)) if *poll == prediction.poll => all.push(prediction),
                _ => by_poll.push((&prediction.poll, vec![prediction])),
            }
        }
        if by_poll.is_empty() {
            return;
        }
        page.heading("What was expected of each poll before it was seen");
        let rows: Vec<Vec<String>> = by_poll.iter().map(|(poll, all)| row_of(poll, all)).collect();
        page.table(
            &["poll", "counts", "inside\n90 %", "off by", "as in the\nlast off by", "log score", "as in\nthe last"],
            &[false, true, true, true, true, true, true],
            &rows,
        );
        page.note(
            "Counts: known encouragements and objections, or votes, and how many of them lie inside the range that was expected with 90 %. \
             Off by: the mean distance from what was expected, and from the last poll. Log scores, of all totals of a candidate \
             together, sum over candidates; higher is better. “As in the last poll”: everyone answers independently with the \
             shares of the last poll, (count + 1/2)/(n + 3/2), or of votes (count + 1/2)/(n + 1).",
        );
    }

    /// Who probably gave which answer at the last poll.
    fn answers(&self, page: &mut Page) {
        let Some(last) = self.updates.answers.last().map(|it| it.poll.clone()) else { return };
        let of_last: Vec<&AnswerShares> = self.updates.answers.iter().filter(|it| it.poll == last).collect();
        let told: Vec<&AnswerShares> = of_last.iter().copied().filter(|it| !it.members.is_empty()).collect();
        // At a choice ballot who voted for whom, otherwise who objected.
        let is_choice = of_last.iter().any(|it| it.is_choice);
        let (did, which) = if is_choice { ("voted for whom", 0) } else { ("objected", 1) };
        page.heading(&format!("Who {did} in “{last}”, by inference"));
        let mut rows = Vec::new();
        for shares in &told {
            let mut members: Vec<_> = shares.members.iter().filter(|(_, chances)| chances[which] >= 0.05).collect();
            members.sort_by(|a, b| b.1[which].total_cmp(&a.1[which]));
            if members.is_empty() {
                continue;
            }
            let words = members
                .iter()
                .take(6)
                .map(|(member, chances)| format!("{}{NBSP}{}", member.id, percent(chances[which])));
            let more = members.len().saturating_sub(6);
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            rows.push(vec![shares.candidate.name.clone(), words.collect::<Vec<_>>().join(", ") + &rest]);
        }
        if !rows.is_empty() {
            let chance = if is_choice { "chance that the member voted so" } else { "chance that the member objected" };
            page.table(&["candidate", chance], &[false, false], &rows);
            page.note(
                "An inference of the model from the totals, not a fact. answers.csv has every member, answer and poll.",
            );
        }
        let alike: Vec<&str> =
            of_last.iter().filter(|it| it.members.is_empty()).map(|it| it.candidate.name.as_str()).collect();
        if !alike.is_empty() {
            page.note(&format!(
                "Nothing tells members apart about {}: who gave which answer cannot be said.",
                alike.join(", ")
            ));
        } else if rows.is_empty() {
            page.note("Nobody did so with a chance of 5 % or more. answers.csv has every member, answer and poll.");
        }
    }

    /// The report as data.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    pub fn json(&self, origin: &Origin) -> io::Result<Vec<u8>> {
        let updates = self.updates;
        json::pretty(&UpdateData {
            origin,
            method: Method::new(updates),
            updated: rows::updated(updates).collect(),
            updated_judgements: rows::updated_judgements(updates).collect(),
            predictions: rows::predictions(updates).collect(),
            answers: rows::answers(updates).collect(),
        })
    }
}

/// A poll's row in the table of forecasts.
fn row_of(poll: &str, all: &[&Prediction]) -> Vec<String> {
    let known = || {
        let answers = all.iter().flat_map(|it| &it.answers).filter(|it| it.answer.word() != "no_opinion");
        answers.filter_map(|it| Some((it, it.actual?)))
    };
    let count = known().count();
    let inside = known().filter(|(it, actual)| (it.q05..=it.q95).contains(actual)).count();
    let mean = |errors: Vec<f64>| {
        if errors.is_empty() { missing() } else { format!("{:.2}", errors.iter().sum::<f64>() / errors.len() as f64) }
    };
    let off = mean(known().map(|(it, actual)| (it.mean - f64::from(actual)).abs()).collect());
    let last = known().filter_map(|(it, actual)| Some(f64::from(it.last?.abs_diff(actual)))).collect();
    let score: f64 = all.iter().map(|it| it.log_score).sum();
    let naive: Option<f64> = all.iter().map(|it| it.log_score_last_poll).sum();
    let number = |value: f64| format!("{value:.1}").replace('-', "−");
    vec![
        poll.to_owned(),
        count.to_string(),
        inside.to_string(),
        off,
        mean(last),
        number(score),
        naive.map_or_else(missing, number),
    ]
}

fn missing() -> String {
    "–".to_owned()
}

fn percent(probability: f64) -> String {
    share(&Proportion::new((probability * 1e6).round() as u64, 1_000_000))
}

/// A probability with the reach of its interval.
fn cell(posterior: &Posterior, outcome: &PosteriorOutcome) -> String {
    if !posterior.is_reportable() {
        return missing();
    }
    let PosteriorOutcome { probability, low, high, .. } = outcome;
    let reach = 100.0 * (probability - low).max(high - probability);
    format!("{:.1}{NBSP}%{NBSP}({reach:.1})", 100.0 * probability)
}

/// How it was found.
#[derive(Debug, Clone, Serialize)]
pub struct Method<'a> {
    assumption: &'a str,
    polls: &'a [String],
    passed_over: &'a [String],
    taken_as_it_was: &'a [String],
    refusal: Option<String>,
    replicates: u64,
    replicates_done: u64,
    particles: usize,
    rounds_per_replicate: u64,
    points: u64,
    least_inner_share: f64,
    least_effective_shared: Option<f64>,
    shared: Option<usize>,
}

impl<'a> Method<'a> {
    pub(super) fn new(updates: &'a Updates) -> Self {
        Self {
            assumption: &updates.assumption,
            polls: &updates.polls,
            passed_over: &updates.passed_over,
            taken_as_it_was: &updates.given,
            refusal: updates.refusal.as_ref().map(ToString::to_string),
            replicates: updates.replicates,
            replicates_done: updates.replicates_done,
            particles: updates.particles,
            rounds_per_replicate: updates.rounds,
            points: updates.points,
            least_inner_share: updates.least_inner,
            least_effective_shared: updates.least_shared.map(|(effective, _)| effective),
            shared: updates.least_shared.map(|(_, all)| all),
        }
    }
}

#[derive(Serialize)]
struct UpdateData<'a> {
    #[serde(flatten)]
    origin: &'a Origin,
    #[serde(flatten)]
    method: Method<'a>,
    updated: Vec<UpdatedRow<'a>>,
    updated_judgements: Vec<UpdatedJudgementRow<'a>>,
    predictions: Vec<PredictionRow<'a>>,
    answers: Vec<AnswerRow<'a>>,
}

/// `run.json` of `update`: what was asked, with what, and how far.
#[derive(Debug, Clone, Serialize)]
pub struct UpdateRecord<'a> {
    /// Where it comes from.
    #[serde(flatten)]
    pub origin: &'a Origin,
    /// Version of the rounds.
    pub draws: u32,
    /// How it was found.
    #[serde(flatten)]
    pub method: Method<'a>,
    /// Whether it was stopped before the last replicate.
    pub partial: bool,
    /// Options as given.
    pub options: BTreeMap<&'static str, String>,
    /// The other files of the same results in the folder.
    pub files: Vec<FileRecord>,
    /// Threads used.
    pub threads: usize,
}

impl<'a> UpdateRecord<'a> {
    /// The record of these results.
    pub fn new(origin: &'a Origin, updates: &'a Updates, files: Vec<FileRecord>, threads: usize) -> Self {
        Self {
            origin,
            draws: crate::simulation::DRAWS,
            method: Method::new(updates),
            partial: updates.replicates_done < updates.replicates,
            options: BTreeMap::new(),
            files,
            threads,
        }
    }

    /// The record as a file.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    pub fn file(&self) -> io::Result<File> {
        Ok(File { name: json::RunRecord::NAME, bytes: json::pretty(self)?, kinds: Vec::new() })
    }
}
