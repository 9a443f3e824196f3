//! `nemcon run`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::failure::{Exit, Failure};
use super::job::{Answered, Job};
use super::saving::Saving;
use super::simulate::{Judgements, Options, Precision};
use super::{Outcome, names};
use crate::model::Model;
use crate::report::findings::{Call, RunFindings};
use crate::report::json::OptionsRecord;
use crate::study::{Answer, ConditionalQuestion, Figures, RunOptions, RunQuestion};

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
                let names = RunFindings::names(question.model(), question.is_judged(), false);
                self.answer(&job, &question, question.model(), &names, |call, answer| {
                    RunFindings::counted(call, &question, answer, self.ballots)
                })
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
                let names = RunFindings::names(question.model(), false, true);
                self.answer(&job, &question, question.model(), &names, |call, answer| {
                    RunFindings::conditional(call, &question, answer)
                })
            }
        }
    }

    /// Answers the question about `model` and reports what it `found`, in files of these `names`.
    fn answer<Q: Figures>(
        &self,
        job: &Job<'_>,
        question: &Q,
        model: &Model,
        names: &[&'static str],
        found: impl FnOnce(Call, Answer<Q::Figures>) -> RunFindings,
    ) -> Outcome {
        let mut outputs = job.open(names, self.log_rounds.as_deref().map(|path| (path, model)))?;
        let answer = match job.answer(question, &mut outputs, &self.saving)? {
            Answered::Whole(answer) => *answer,
            Answered::Part(exit) => return Ok(exit),
        };
        let given = OptionsRecord {
            assumption: self.assumption.clone(),
            log_rounds: self.log_rounds.as_deref().map(|path| path.display().to_string()),
            judgements: self.judgements.judgements,
            estimate: match self.estimate {
                Estimate::Counted => None,
                Estimate::Conditional => Some("conditional"),
            },
            ..job.given(&self.saving)
        };
        job.finish(outputs, &found(job.call(given), answer))
    }
}
