//! What `score` shows: what chance was given to what happened, beside naive forecasts.

use std::io;
use std::path::Path;

use serde::Serialize;

use super::grid::Grid;
use super::json::{self, FileRecord};
use super::number::{NBSP, plural, share};
use super::origin::Origin;
use super::rows::{self, MeanScoreRow, ReliabilityRow, ScoreRow};
use super::text::{Look, Page};
use super::{File, outcome_name};
use crate::analysis::score::{Averaged, ENOUGH, Forecaster, MeanScore, Means, Scored};
use crate::scenario::STATED;
use crate::study::Scores;

/// Columns from which on every score has a column of its own.
const BROAD: u16 = 95;

/// Scores of one or several selections.
#[derive(Debug, Clone, Copy)]
pub struct ScoreReport<'a> {
    /// What came out.
    pub scores: &'a Scores,
    /// The command that repeats it.
    pub repeat: &'a str,
}

/// Means over several selections under assumptions of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Average {
    /// One row a forecaster.
    pub grid: Grid,
    /// What can be told of the simulation and each naive forecast, in sentences.
    pub verdicts: Vec<String>,
}

impl ScoreReport<'_> {
    /// The report as text.
    pub fn render(&self, look: Look) -> String {
        let mut page = Page::new(look);
        let Scores { scored, means, rounds, rounds_asked, .. } = self.scores;
        page.partial(*rounds, *rounds_asked);
        page.heading("What was given to what happened");
        page.grid(&if page.width() < BROAD { self.narrow() } else { self.main() });
        page.note(&format!(
            "Given: the share of rounds that end as the selection did. Rank: that of this outcome among all, no consensus \
             included; ties share the mean. Log score: ln(0.99{NBSP}p + 0.01/K) over K outcomes, 0 is perfect. Brier: the \
             sum over outcomes of (p − hit)², 0 is perfect and 2 the worst. Uniform, leader, shares: log scores of naive \
             forecasts."
        ));
        if scored.iter().any(|it| it.score(Forecaster::Judgements).is_some()) {
            page.note(
                "Over judgements, or “judgements”: the log score of the mean of what was given over the scenario's judgements, \
                 where it has some.",
            );
        }
        if let Some((one, other, day)) = same_selection(scored) {
            page.note(&format!(
                "{one} and {other} seem to be about one selection ({day}, with the same outcome): means count it twice, as if \
                 two had been foreseen."
            ));
        }
        let several = means.iter().filter(|means| means.selections > 1);
        for (means, average) in several.zip(self.averages()) {
            self.average(&mut page, means, &average);
        }
        page.heading("Naive forecasts");
        page.terms(&[
            ("uniform", "every outcome is equally likely".to_owned()),
            ("leader", "the leader of the first poll wins with (wins + 1/2)/(n + 1), counted in the others of these selections that have a first poll; all other outcomes share the rest".to_owned()),
            ("shares", "each candidate has their share of the encouragements or votes in the first poll; no consensus has 0".to_owned()),
        ]);
        if scored.iter().any(|it| it.score(Forecaster::Leader).is_none()) {
            page.note("Where the scenario has no poll about several candidates the last two have nothing to say.");
        }
        page.note("");
        page.command("Repeat:", self.repeat);
        page.finish()
    }

    /// One row a scenario and assumption.
    pub fn main(&self) -> Grid {
        let mut header = vec!["scenario"];
        header.extend(self.has_assumptions().then_some("assumption"));
        header.extend(["what happened", "given", "rank", "log score", "Brier"]);
        let is_judged = self.scores.scored.iter().any(|it| it.score(Forecaster::Judgements).is_some());
        header.extend(is_judged.then_some("over\njudgements"));
        header.extend(["uniform", "leader", "shares"]);
        self.grid(&header, |it| {
            let of = |forecaster| it.score(forecaster).map_or_else(missing, |score| number(score.log_score));
            let brier = it.score(Forecaster::Simulation).map_or_else(missing, |score| number(score.brier));
            let own = of(Forecaster::Simulation);
            let judged = is_judged.then(|| of(Forecaster::Judgements));
            let naive = [Forecaster::Uniform, Forecaster::Leader, Forecaster::Shares].map(of);
            [own, brier].into_iter().chain(judged).chain(naive).collect()
        })
    }

    /// The same without what there is no room for.
    fn narrow(&self) -> Grid {
        let mut header = vec!["scenario"];
        header.extend(self.has_assumptions().then_some("assumption"));
        header.extend(["what happened", "given", "rank", "log score"]);
        self.grid(&header, |it| {
            vec![it.score(Forecaster::Simulation).map_or_else(missing, |score| number(score.log_score))]
        })
    }

    /// The first columns and those of `more`.
    fn grid(&self, header: &[&str], more: impl Fn(&Scored) -> Vec<String>) -> Grid {
        let texts = 2 + usize::from(self.has_assumptions());
        let right: Vec<bool> = (0..header.len()).map(|column| column >= texts).collect();
        let row = |it: &Scored| {
            let mut row = vec![stem(&it.scenario)];
            row.extend(self.has_assumptions().then(|| it.assumption.clone()));
            row.push(outcome_name(it.outcomes.get(it.actual).and_then(Option::as_ref)).to_owned());
            let score = it.score(Forecaster::Simulation);
            row.push(score.map_or_else(missing, |score| percent(score.probability, it.rounds)));
            row.push(score.map_or_else(missing, |score| format!("{} of {}", score.rank, it.outcomes.len())));
            row.extend(more(it));
            row
        };
        Grid::new(header, &right, self.scores.scored.iter().map(row).collect())
    }

    /// Whether it must be said which assumption a row is about.
    fn has_assumptions(&self) -> bool {
        self.scores.scored.iter().any(|it| it.assumption != STATED)
    }

    /// The means over the selections, by name of the assumption; none over a single selection.
    pub fn averages(&self) -> Vec<Average> {
        let means = self.scores.means.iter().filter(|means| means.selections > 1);
        means.map(|means| Average { grid: averages(means), verdicts: verdicts(means) }).collect()
    }

    fn average(&self, page: &mut Page, means: &Means, average: &Average) {
        let under = if self.has_assumptions() { format!(" under “{}”", means.assumption) } else { String::new() };
        page.heading(&format!("On average over {}{under}", plural(means.selections as u64, "selection")));
        page.grid(&average.grid);
        page.note(&format!(
            "Of: selections about which there is such a forecast. In brackets: 95{NBSP}% bootstrap intervals over selections, \
             which are too narrow where these are a handful. Ahead by: the simulation's mean log score about the same \
             selections less the forecast's; below 0 the simulation is worse."
        ));
        for line in &average.verdicts {
            page.plain(line);
        }
        reliability(page, means);
    }

    /// The same as data.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    pub fn json(&self, origin: &Origin) -> io::Result<Vec<u8>> {
        let Scores { scored, means, rounds, rounds_asked, .. } = self.scores;
        json::pretty(&ScoreData {
            origin,
            rounds: *rounds,
            partial: rounds < rounds_asked,
            scores: rows::scores(scored).collect(),
            mean_scores: rows::mean_scores(means).collect(),
            reliability: rows::reliability(means).collect(),
        })
    }
}

/// Two files that say the same outcome of the same day, and the day.
fn same_selection(scored: &[Scored]) -> Option<(&str, &str, &str)> {
    scored.iter().enumerate().find_map(|(at, one)| {
        let day = one.decided.as_deref()?;
        let ended = |it: &Scored| it.outcomes.get(it.actual).map(|key| key.as_ref().map(|key| key.id.clone()));
        let other = scored[at + 1..].iter().find(|other| {
            other.scenario != one.scenario && other.decided.as_deref() == Some(day) && ended(other) == ended(one)
        })?;
        Some((one.scenario.as_str(), other.scenario.as_str(), day))
    })
}

/// What each forecaster reached on average.
fn averages(means: &Means) -> Grid {
    let row = |score: &MeanScore| {
        vec![
            score.forecaster.id().to_owned(),
            score.selections.to_string(),
            interval(&score.log_score),
            interval(&score.brier),
            number(score.rank.mean),
            score.simulation_ahead.as_ref().map_or_else(String::new, interval),
        ]
    };
    let header = ["forecast", "of", "log score", "Brier", "rank", "ahead by"];
    Grid::new(&header, &[false, true, true, true, true, true], means.scores.iter().map(row).collect())
}

/// Selections from which on it is rare (one in 32) that all go one way by chance; among fewer an interval by bootstrap is
/// little more than their range.
const FEW: usize = 6;

/// What the means say of the simulation and each naive forecast, in words.
fn verdicts(means: &Means) -> Vec<String> {
    let verdict = |score: &MeanScore| {
        let ahead = score.simulation_ahead?;
        let what = match score.forecaster {
            Forecaster::Simulation => return None,
            Forecaster::Judgements => "its own mean over judgements",
            Forecaster::Uniform => "“all outcomes are equally likely”",
            Forecaster::Leader => "“the leader of the first poll wins as often as elsewhere”",
            Forecaster::Shares => "“shares of the first poll”",
        };
        let (n, by) = (plural(score.selections as u64, "selection"), number(ahead.mean.abs()));
        if ahead.low <= 0.0 && ahead.high >= 0.0 {
            return Some(format!("Over {n} it cannot be told whether the simulation is better or worse than {what}."));
        }
        let how = if ahead.low > 0.0 { "better" } else { "worse" };
        let few = if score.selections < FEW {
            format!(", which is no finding: fewer than {FEW} may well all go one way by chance")
        } else {
            String::new()
        };
        Some(format!("Over {n} the simulation scored {how} than {what}, by {by} each{few}."))
    };
    let mut lines: Vec<String> = means.scores.iter().filter_map(verdict).collect();
    if means.selections < ENOUGH {
        lines.push(format!(
            "With fewer than about {ENOUGH} selections nothing finer can be told, least of all how reliable single chances are."
        ));
    }
    lines
}

/// What came true, if there is enough to say.
fn reliability(page: &mut Page, means: &Means) {
    let Some(classes) = &means.reliability else { return };
    page.heading("What came true");
    let whole = |p: f64| format!("{:.0}", 100.0 * p);
    let rows: Vec<_> = classes
        .iter()
        .filter_map(|class| {
            let given = class.given?;
            let (count, all) = (class.happened.count, class.happened.rounds);
            let range = format!("{} to {}{NBSP}%", whole(class.from), whole(class.to));
            let interval = format!("{} to {}{NBSP}%", whole(class.happened.low), whole(class.happened.high));
            Some(vec![
                range,
                format!("{}{NBSP}%", whole(given)),
                format!("{count} of {all}"),
                share(&class.happened),
                interval,
            ])
        })
        .collect();
    page.table(&["given", "on average", "happened", "share", "interval"], &[false, true, true, true, true], &rows);
    page.note("All outcomes of all selections. The intervals take them for independent, which those of one selection are not.");
}

fn missing() -> String {
    "–".to_owned()
}

/// A score with two decimals.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    if text == "-0.00" { "0.00".to_owned() } else { text.replace('-', "−") }
}

fn interval(averaged: &Averaged) -> String {
    let Averaged { mean, low, high } = averaged;
    format!("{}{NBSP}({} to {})", number(*mean), number(*low), number(*high))
}

/// A share of so many rounds, in per cent.
fn percent(probability: f64, rounds: u64) -> String {
    share(&crate::analysis::Proportion::new((probability * rounds as f64).round() as u64, rounds))
}

/// The file's name without folders and extension.
fn stem(path: &str) -> String {
    Path::new(path).file_stem().map_or_else(|| path.to_owned(), |stem| stem.to_string_lossy().into_owned())
}

#[derive(Serialize)]
struct ScoreData<'a> {
    #[serde(flatten)]
    origin: &'a Origin,
    rounds: u64,
    partial: bool,
    scores: Vec<ScoreRow<'a>>,
    mean_scores: Vec<MeanScoreRow<'a>>,
    reliability: Vec<ReliabilityRow<'a>>,
}

/// `run.json` of `score`: what was scored, with what, and how far.
#[derive(Debug, Clone, Serialize)]
pub struct ScoreRecord<'a> {
    /// Where it comes from.
    #[serde(flatten)]
    pub origin: &'a Origin,
    /// Version of the rounds.
    pub draws: u32,
    /// Rounds asked for, of all assumptions of all scenarios.
    pub rounds_asked: u64,
    /// Rounds simulated.
    pub rounds: u64,
    /// Whether it was stopped before the last round.
    pub partial: bool,
    /// Options as given.
    pub options: ScoreOptionsRecord,
    /// The other files of the same results in the folder.
    pub files: Vec<FileRecord>,
    /// Threads used; nothing if others simulated.
    pub threads: Option<usize>,
}

/// Options of `score` as they were given; nothing where they were not.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ScoreOptionsRecord {
    /// `--rounds`.
    pub rounds: Option<u64>,
    /// `--seed`.
    pub seed: Option<u64>,
    /// `--judgements`.
    pub judgements: Option<u64>,
    /// `--assumptions`.
    pub assumptions: Option<Vec<String>>,
    /// `--set`, each as `path=value`.
    pub set: Vec<String>,
    /// `--threads`.
    pub threads: Option<usize>,
}

impl ScoreRecord<'_> {
    /// The record as a file.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    pub fn file(&self) -> io::Result<File> {
        Ok(File { name: json::RunRecord::NAME, bytes: json::pretty(self)?, kinds: Vec::new() })
    }
}
