//! `nemcon leverage`.

use std::path::PathBuf;

use clap::Args;

use super::job::{Answered, Job, OwnOptions, named};
use super::saving::Saving;
use super::simulate::{Format, Options};
use super::{Outcome, names, terminal};
use crate::report::leverage::LeverageReport;
use crate::report::{csv, json};
use crate::study::{LeverageOptions, LeverageQuestion};

/// Members and candidates that are shown unless more are asked for.
pub const TOP: usize = 3;

/// Where a point of persuasion buys most: what a little more support of each member for each candidate does to each
/// outcome.
///
/// From one run, by weighting its rounds: by how much would the probability of each outcome change per point of
/// support. No world is simulated again, however many members and candidates there are.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon leverage scenarios/nato-2023.toml --rounds 1e6
  nemcon leverage scenarios/nato-2023.toml --assumption every-ally --out results")]
pub struct Leverage {
    /// The scenario file, or - for standard input
    pub scenario: PathBuf,

    /// The assumption about who can veto; otherwise `stated`, the scenario's own
    #[arg(long, value_name = "NAME", value_parser = names::name, allow_hyphen_values = true)]
    pub assumption: Option<String>,

    /// Members and candidates that the table shows for each outcome, at most
    #[arg(long, value_name = "N", default_value_t = TOP)]
    pub top: usize,

    #[command(flatten)]
    pub options: Options,

    #[command(flatten)]
    pub saving: Saving,
}

impl Leverage {
    /// Simulates and reports.
    pub fn execute(&self) -> Outcome {
        let job = Job::load(&self.scenario, &self.options, None, &self.saving)?;
        let options = LeverageOptions { assumption: self.assumption.clone(), simulation: job.simulation };
        let question = LeverageQuestion::new(&job.scenario, &options)?;
        let model = question.model();
        let mut outputs = job.open(&[csv::LEVERAGE.name], None)?;
        let answer = match job.answer(&question, &mut outputs, &self.saving)? {
            Answered::Whole(answer) => *answer,
            Answered::Part(exit) => return Ok(exit),
        };
        let leverage = &answer.figures;
        let files = || {
            let own = OwnOptions { assumption: self.assumption.clone(), ..OwnOptions::from(&self.saving) };
            Ok((vec![csv::LEVERAGE.file(leverage)?], job.record(&answer, &[model], own)))
        };
        let mut own = vec![("--top", self.top.to_string())];
        own.extend(named(model));
        let origin = job.origin(&answer.asked, answer.extent.rounds, &own);
        let title = job.title();
        let report = LeverageReport {
            title: &title,
            model,
            leverage,
            top: self.top,
            seed: answer.asked.seed,
            rounds_asked: answer.extent.asked,
            repeat: &origin.repeat,
        };
        let shown = || match self.options.format {
            Format::Table => Ok(report.render(terminal::look()).into_bytes()),
            Format::Csv => csv::LEVERAGE.bytes(leverage),
            Format::Json => json::leverage(&origin, leverage, answer.extent.is_partial()),
            Format::Md => Ok(report.main().markdown().into_bytes()),
            Format::Latex => Ok(report.main().latex().into_bytes()),
        };
        job.finish(outputs, answer.extent, &origin, files, shown)
    }
}
