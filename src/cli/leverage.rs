//! `nemcon leverage`.

use std::path::PathBuf;

use clap::Args;

use super::job::{Answered, Job};
use super::saving::Saving;
use super::simulate::Options;
use super::{Outcome, names};
use crate::report::findings::LeverageFindings;
use crate::report::json::OptionsRecord;
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
        let mut outputs = job.open(&LeverageFindings::NAMES, None)?;
        let answer = match job.answer(&question, &mut outputs, &self.saving)? {
            Answered::Whole(answer) => *answer,
            Answered::Part(exit) => return Ok(exit),
        };
        let given = OptionsRecord { assumption: self.assumption.clone(), ..job.given(&self.saving) };
        job.finish(outputs, &LeverageFindings::new(job.call(given), &question, answer, self.top))
    }
}
