//! `nemcon compare`.

use std::path::PathBuf;

use clap::Args;

use super::given::Given;
use super::job::{Answered, Job, OwnOptions};
use super::saving::Saving;
use super::simulate::{Format, Judgements, Options, Precision};
use super::{Outcome, names, terminal};
use crate::model::Model;
use crate::report::compare::CompareReport;
use crate::report::{csv, json};
use crate::scenario::STATED;
use crate::study::{CompareFigures, CompareOptions, CompareQuestion, JudgedFigures};

/// Simulate assumptions on the same draws: how each changes who is chosen, and where the rounds went.
///
/// Every assumption meets the same draws, round by round, so that a difference is due to the assumption alone and its
/// interval is far narrower than that of separate runs.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon compare scenarios/nato-2023.toml
  nemcon compare scenarios/nato-2023.toml --full
  nemcon compare scenarios/nato-2023.toml --assumptions every-ally,no-veto --out results
  nemcon compare scenarios/nato-2023.toml --baseline every-ally --rounds 1e6
  nemcon compare scenarios/un-2016.toml --given polls")]
pub struct Compare {
    /// The scenario file, or - for standard input
    pub scenario: PathBuf,

    /// The assumptions to compare, separated by commas; otherwise all of the scenario's
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = names::name, allow_hyphen_values = true)]
    pub assumptions: Option<Vec<String>>,

    /// The assumption that the others are compared with
    #[arg(long, value_name = "NAME", value_parser = names::name, allow_hyphen_values = true, default_value = STATED)]
    pub baseline: String,

    /// Show everything: also who vetoes whom, where the rounds went, and what the assumptions are
    #[arg(long)]
    pub full: bool,

    /// Show how candidates fare ballot by ballot, too: support, objections and vetoes
    #[arg(long)]
    pub ballots: bool,

    #[command(flatten)]
    pub given: Given,

    #[command(flatten)]
    pub judgements: Judgements,

    #[command(flatten)]
    pub precision: Precision,

    #[command(flatten)]
    pub options: Options,

    #[command(flatten)]
    pub saving: Saving,
}

impl Compare {
    /// Simulates and reports.
    pub fn execute(&self) -> Outcome {
        if self.given.given.is_some() {
            return self.execute_given();
        }
        let job = Job::load(&self.scenario, &self.options, self.precision.precision, &self.saving)?;
        let options = CompareOptions {
            assumptions: self.assumptions.clone(),
            baseline: Some(self.baseline.clone()),
            by_ballot: job.counts_ballots(self.ballots, &self.saving),
            judgements: self.judgements.judgements,
            simulation: job.simulation,
        };
        let question = CompareQuestion::new(&job.scenario, &options)?;
        let waiting = csv::waiting(&question.models());
        let names = csv::names(&csv::COMPARISONS).chain(csv::names(&csv::SELECTIONS));
        let is_judged = question.is_judged();
        let judged = is_judged.then(|| csv::names(&csv::JUDGED).chain([csv::COMPARISON_RANGES.name]));
        let names: Vec<_> = names
            .chain([csv::POLLS.name])
            .chain(waiting.iter().map(|it| it.name))
            .chain(judged.into_iter().flatten())
            .collect();
        let mut outputs = job.open(&names, None)?;
        let answer = match job.answer(&question, &mut outputs, &self.saving)? {
            Answered::Whole(answer) => *answer,
            Answered::Part(exit) => return Ok(exit),
        };
        let JudgedFigures { central: CompareFigures { selections, comparisons }, ranges } = &answer.figures;
        let models = question.models();
        let files = || {
            let own = OwnOptions {
                assumptions: self.assumptions.clone(),
                baseline: Some(self.baseline.clone()),
                judgements: self.judgements.judgements,
                ..OwnOptions::from(&self.saving)
            };
            let mut files = csv::files(&csv::COMPARISONS, comparisons)?;
            files.extend(csv::files(&csv::SELECTIONS, selections)?);
            files.push(csv::POLLS.file(selections)?);
            files.extend(waiting.as_ref().map(|waiting| waiting.file(selections)).transpose()?);
            if is_judged {
                files.extend(csv::files(&csv::JUDGED, ranges)?);
                files.push(csv::COMPARISON_RANGES.file(ranges)?);
            }
            Ok((files, job.record(&answer, &models, own)))
        };
        let origin = job.origin(&answer.asked, answer.extent.rounds, &self.repeated(&job, &models));
        let title = job.title();
        let report = CompareReport {
            title: &title,
            models: &models,
            selections,
            comparisons,
            ranges: ranges.as_ref(),
            seed: answer.asked.seed,
            rounds_asked: answer.extent.asked,
            repeat: &origin.repeat,
            full: self.full,
            ballots: self.ballots,
        };
        let shown = || match self.options.format {
            Format::Table => Ok(report.render(terminal::look()).into_bytes()),
            Format::Csv => csv::COMPARISON.bytes(comparisons),
            Format::Json => {
                json::comparison(&origin, selections, comparisons, ranges.as_ref(), answer.extent.is_partial())
            }
            Format::Md => Ok(report.main().markdown().into_bytes()),
            Format::Latex => Ok(report.main().latex().into_bytes()),
        };
        job.finish(outputs, answer.extent, &origin, files, shown)
    }

    /// The options without which the comparison would be another.
    fn repeated(&self, job: &Job<'_>, models: &[&Model]) -> Vec<(&'static str, String)> {
        // Which they are, however they were named: what is merged reads as what was simulated in one go.
        let others = |models: &mut dyn Iterator<Item = &Model>| {
            let others = models.filter(|model| model.assumption != self.baseline);
            others.map(|model| model.assumption.as_str()).collect::<Vec<_>>().join(",")
        };
        let names = others(&mut models.iter().copied());
        let mut own = Vec::new();
        if names != others(&mut job.scenario.assumptions.iter()) {
            own.push(("--assumptions", names));
        }
        if self.baseline != STATED {
            own.push(("--baseline", self.baseline.clone()));
        }
        own
    }
}
