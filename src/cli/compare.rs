//! `nemcon compare`.

use std::path::PathBuf;

use clap::Args;

use super::job::{Answered, Job};
use super::saving::Saving;
use super::simulate::{Judgements, Options, Precision};
use super::{Outcome, names};
use crate::report::findings::CompareFindings;
use crate::report::json::OptionsRecord;
use crate::scenario::STATED;
use crate::study::{CompareOptions, CompareQuestion};

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
  nemcon compare scenarios/nato-2023.toml --baseline every-ally --rounds 1e6")]
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
        let job = Job::load(&self.scenario, &self.options, self.precision.precision, &self.saving)?;
        let options = CompareOptions {
            assumptions: self.assumptions.clone(),
            baseline: Some(self.baseline.clone()),
            by_ballot: job.counts_ballots(self.ballots, &self.saving),
            judgements: self.judgements.judgements,
            simulation: job.simulation,
        };
        let question = CompareQuestion::new(&job.scenario, &options)?;
        let mut outputs = job.open(&CompareFindings::names(&question), None)?;
        let answer = match job.answer(&question, &mut outputs, &self.saving)? {
            Answered::Whole(answer) => *answer,
            Answered::Part(exit) => return Ok(exit),
        };
        let given = OptionsRecord {
            assumptions: self.assumptions.clone(),
            baseline: Some(self.baseline.clone()),
            judgements: self.judgements.judgements,
            ..job.given(&self.saving)
        };
        job.finish(outputs, &CompareFindings::new(job.call(given), &question, answer, self.full, self.ballots))
    }
}
