//! `nemcon influence`.

use std::path::PathBuf;

use clap::Args;

use super::job::{Answered, Job, OwnOptions, named};
use super::saving::Saving;
use super::simulate::{Format, Options};
use super::{Outcome, names, terminal};
use crate::report::influence::InfluenceReport;
use crate::report::{csv, json};
use crate::study::{InfluenceOptions, InfluenceQuestion};

/// Take each member's veto away, or give it one, in turn: what that does to consensus and to each candidate.
///
/// Beside it stands the member's formal voting power under the appointing rule (Banzhaf, Shapley-Shubik): what the rule
/// gives it whatever anyone wants. A member with a veto and no objections has formal power and changes nothing.
/// Where members look ahead (`foresight`), what waiting is worth to them stays that of the scenario; `compare` with an
/// assumption that changes the veto finds it anew.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon influence scenarios/nato-2023.toml
  nemcon influence scenarios/nato-2023.toml --assumption every-ally --rounds 1e6 --out results")]
pub struct Influence {
    /// The scenario file, or - for standard input
    pub scenario: PathBuf,

    /// The assumption about who can veto that is changed; otherwise `stated`, the scenario's own
    #[arg(long, value_name = "NAME", value_parser = names::name, allow_hyphen_values = true)]
    pub assumption: Option<String>,

    #[command(flatten)]
    pub options: Options,

    #[command(flatten)]
    pub saving: Saving,
}

impl Influence {
    /// Simulates and reports.
    pub fn execute(&self) -> Outcome {
        let job = Job::load(&self.scenario, &self.options, None, &self.saving)?;
        let options = InfluenceOptions { assumption: self.assumption.clone(), simulation: job.simulation };
        let question = InfluenceQuestion::new(&job.scenario, &options)?;
        let model = question.model();
        let mut outputs = job.open(&[csv::INFLUENCE.name], None)?;
        let answer = match job.answer(&question, &mut outputs, &self.saving)? {
            Answered::Whole(answer) => *answer,
            Answered::Part(exit) => return Ok(exit),
        };
        let influence = &answer.figures;
        let files = || {
            let own = OwnOptions { assumption: self.assumption.clone(), ..OwnOptions::from(&self.saving) };
            Ok((vec![csv::INFLUENCE.file(influence)?], job.record(&answer, &[model], own)))
        };
        let origin = job.origin(&answer.asked, answer.extent.rounds, &named(model));
        let title = job.title();
        let report = InfluenceReport {
            title: &title,
            model,
            influence,
            seed: answer.asked.seed,
            rounds_asked: answer.extent.asked,
            repeat: &origin.repeat,
        };
        let shown = || match self.options.format {
            Format::Table => Ok(report.render(terminal::look()).into_bytes()),
            Format::Csv => csv::INFLUENCE.bytes(influence),
            Format::Json => json::influence(&origin, influence, answer.extent.is_partial()),
            Format::Md => Ok(report.main().markdown().into_bytes()),
            Format::Latex => Ok(report.main().latex().into_bytes()),
        };
        job.finish(outputs, answer.extent, &origin, files, shown)
    }
}
