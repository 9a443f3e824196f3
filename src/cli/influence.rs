//! `nemcon influence`.

use std::path::PathBuf;

use clap::Args;

use super::job::{Answered, Job, OwnOptions};
use super::saving::Saving;
use super::simulate::{Format, Options};
use super::{Outcome, names, terminal};
use crate::analysis;
use crate::model::Model;
use crate::report::influence::InfluenceReport;
use crate::report::{csv, json};
use crate::scenario::STATED;
use crate::study::{Answer, InfluenceOptions, InfluenceQuestion};

/// Take each member's veto away, or give it one, in turn: what that does to consensus and to each candidate.
///
/// Beside it stands the member's formal voting power under the appointing rule (Banzhaf, Shapley-Shubik): what the rule
/// gives it whatever anyone wants. A member with a veto and no objections has formal power and changes nothing.
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
        let shown = || match self.options.format {
            Format::Table => Ok(table(&job, model, &answer).into_bytes()),
            Format::Csv => csv::INFLUENCE.bytes(influence),
            Format::Json => json::influence(influence, answer.extent.is_partial()),
        };
        job.finish(outputs, answer.extent, files, shown)
    }
}

fn table(job: &Job<'_>, model: &Model, answer: &Answer<analysis::Influence>) -> String {
    let assumption: &[_] =
        if model.assumption == STATED { &[] } else { &[("--assumption", model.assumption.as_str())] };
    let report = InfluenceReport {
        title: &job.title(),
        model,
        influence: &answer.figures,
        seed: answer.asked.seed,
        rounds_asked: answer.extent.asked,
        repeat: &job.repeat(&answer.asked, answer.extent.rounds, assumption),
    };
    report.render(terminal::look())
}
