//! `nemcon run`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::failure::{Exit, Failure};
use super::job::{Answered, Job, OwnOptions, named};
use super::saving::Saving;
use super::simulate::{Format, Judgements, Options, Precision};
use super::{Outcome, names, terminal};
use crate::analysis::judgements::Ranges;
use crate::analysis::{Conditional, Selection};
use crate::model::Model;
use crate::report::table::RunReport;
use crate::report::{conditional, csv, json};
use crate::study::{ConditionalFigures, ConditionalQuestion, Figures, JudgedFigures, RunOptions, RunQuestion};

/// Simulate under one assumption: who is chosen, and who blocks whom.
///
/// The same scenario, assumption, rounds and seed give the same results on any machine and with any number of threads.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon run scenarios/nato-2023.toml
  nemcon run scenarios/nato-2023.toml --assumption every-ally --rounds 1e6 --out results
  nemcon run scenarios/nato-2023.toml --precision 0.001
  nemcon run scenarios/nato-2023.toml --rounds 1e10 --checkpoint nato.json")]
pub struct Run {
    /// The scenario file, or - for standard input
    pub scenario: PathBuf,

    /// The assumption about who can veto; otherwise `stated`, the scenario's own
    #[arg(long, value_name = "NAME", value_parser = names::name, allow_hyphen_values = true)]
    pub assumption: Option<String>,

    /// Write one row per round to this file: Parquet if its name ends in `.parquet`, otherwise CSV. `-` is standard
    /// output, in place of the report
    #[arg(long, value_name = "FILE")]
    pub log_rounds: Option<PathBuf>,

    /// How probabilities are estimated: `conditional` adds, for one ballot with normal noise, estimates from the
    /// chances that remain in each round once everything members share is drawn. Rare outcomes need far fewer rounds so
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Estimate::Counted)]
    pub estimate: Estimate,

    /// Show how candidates fare ballot by ballot, too: support, objections and vetoes
    #[arg(long)]
    pub ballots: bool,

    #[command(flatten)]
    pub judgements: Judgements,

    #[command(flatten)]
    pub precision: Precision,

    #[command(flatten)]
    pub options: Options,

    #[command(flatten)]
    pub saving: Saving,
}

/// How probabilities are estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Estimate {
    /// By counting rounds
    Counted,
    /// By counting, and from chances
    Conditional,
}

/// What the figures consist of.
struct Parts {
    selection: Selection,
    /// Over judgements, if they are drawn; nothing within if there were too few points.
    ranges: Option<Option<Ranges>>,
    conditional: Option<Conditional>,
}

impl Run {
    /// Simulates and reports.
    pub fn execute(&self) -> Outcome {
        if self.log_rounds.is_some() && self.saving.path().is_some() {
            let what = "--log-rounds cannot be used with --checkpoint or --resume: a log has every round, and those \
                        before a run goes on are only counted";
            return Err(Failure::new(Exit::Usage, what, Some("leave out one of them")));
        }
        let job = Job::load(&self.scenario, &self.options, self.precision.precision, &self.saving)?;
        let options = RunOptions {
            assumption: self.assumption.clone(),
            by_ballot: job.counts_ballots(self.ballots, &self.saving),
            judgements: self.judgements.judgements,
            simulation: job.simulation,
        };
        match self.estimate {
            Estimate::Counted => {
                let question = RunQuestion::new(&job.scenario, &options)?;
                let parts = |figures: JudgedFigures<Selection>| Parts {
                    selection: figures.central,
                    ranges: Some(figures.ranges).filter(|_| question.is_judged()),
                    conditional: None,
                };
                self.answer(&job, &question, question.model(), question.is_judged(), parts)
            }
            Estimate::Conditional => {
                if self.ballots {
                    let what =
                        "--ballots cannot be used with --estimate conditional, which does not count ballot by ballot";
                    return Err(Failure::new(Exit::Usage, what, Some("leave out one of them")));
                }
                if self.judgements.judgements.is_some_and(|points| points > 0) {
                    let what = "--judgements cannot be used with --estimate conditional, which draws none";
                    return Err(Failure::new(Exit::Usage, what, Some("leave out one of them")));
                }
                if self.precision.precision.is_some() {
                    let what = "--precision cannot be used with --estimate conditional: it is about the counts, not about \
                                the chances";
                    return Err(Failure::new(Exit::Usage, what, Some("say how many --rounds")));
                }
                let question = ConditionalQuestion::new(&job.scenario, &options)?;
                let parts = |figures| {
                    let ConditionalFigures { selection, conditional } = figures;
                    Parts { selection, ranges: None, conditional: Some(conditional) }
                };
                self.answer(&job, &question, question.model(), false, parts)
            }
        }
    }

    /// Answers the question about `model` and reports; `parts` are what the figures consist of.
    fn answer<Q: Figures>(
        &self,
        job: &Job<'_>,
        question: &Q,
        model: &Model,
        is_judged: bool,
        parts: impl FnOnce(Q::Figures) -> Parts,
    ) -> Outcome {
        let own_file = match self.estimate {
            Estimate::Counted => csv::POLLS.name,
            Estimate::Conditional => csv::CONDITIONAL.name,
        };
        let judged = is_judged.then(|| csv::names(&csv::JUDGED)).into_iter().flatten();
        let waiting = csv::waiting(&[model]);
        let names: Vec<_> = csv::names(&csv::SELECTIONS)
            .chain([own_file])
            .chain(waiting.iter().map(|it| it.name))
            .chain(judged)
            .collect();
        let mut outputs = job.open(&names, self.log_rounds.as_deref().map(|path| (path, model)))?;
        let answer = match job.answer(question, &mut outputs, &self.saving)? {
            Answered::Whole(answer) => answer.map(parts),
            Answered::Part(exit) => return Ok(exit),
        };
        let Parts { selection, ranges, conditional } = &answer.figures;
        let selections = std::slice::from_ref(selection);
        let files = || {
            let mut files = csv::files(&csv::SELECTIONS, selections)?;
            files.extend(waiting.as_ref().map(|waiting| waiting.file(selections)).transpose()?);
            files.extend(selection.standings.as_ref().map(|_| csv::POLLS.file(selections)).transpose()?);
            files.extend(conditional.as_ref().map(|conditional| csv::CONDITIONAL.file(conditional)).transpose()?);
            files.extend(
                ranges.as_ref().map(|ranges| csv::files(&csv::JUDGED, ranges)).transpose()?.into_iter().flatten(),
            );
            Ok((files, job.record(&answer, &[model], self.own_options())))
        };
        let origin = job.origin(&answer.asked, selection.rounds, &self.repeated(model));
        let title = job.title();
        let report = RunReport {
            title: &title,
            model,
            selection,
            ranges: ranges.as_ref().and_then(Option::as_ref),
            seed: answer.asked.seed,
            rounds_asked: answer.extent.asked,
            repeat: &origin.repeat,
            ballots: self.ballots,
        };
        let table = || {
            let look = terminal::look();
            let conditional = conditional.as_ref().map(|it| format!("\n{}", conditional::render(it, look)));
            report.render(look) + &conditional.unwrap_or_default()
        };
        let shown = || match self.options.format {
            Format::Table => Ok(table().into_bytes()),
            Format::Csv => match conditional {
                Some(conditional) => csv::CONDITIONAL.bytes(conditional),
                None => csv::OUTCOMES.bytes(selections),
            },
            Format::Json => {
                let partial = answer.extent.is_partial();
                json::selection(&origin, selection, conditional.as_ref(), report.ranges, partial)
            }
            Format::Md => Ok(report.main().markdown().into_bytes()),
            Format::Latex => Ok(report.main().latex().into_bytes()),
        };
        job.finish(outputs, answer.extent, &origin, files, shown)
    }

    fn own_options(&self) -> OwnOptions {
        OwnOptions {
            assumption: self.assumption.clone(),
            log_rounds: self.log_rounds.clone(),
            judgements: self.judgements.judgements,
            estimate: match self.estimate {
                Estimate::Counted => None,
                Estimate::Conditional => Some("conditional"),
            },
            ..OwnOptions::from(&self.saving)
        }
    }

    /// The options without which the run would be another.
    fn repeated(&self, model: &Model) -> Vec<(&'static str, String)> {
        let mut own = named(model);
        if self.estimate == Estimate::Conditional {
            own.push(("--estimate", "conditional".to_owned()));
        }
        own
    }
}
