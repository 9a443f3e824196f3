//! `nemcon influence`.

use std::path::PathBuf;

use clap::Args;

use super::job::{Answered, Job};
use super::saving::Saving;
use super::simulate::Options;
use super::{Outcome, names};
use crate::report::findings::InfluenceFindings;
use crate::report::json::OptionsRecord;
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
        let mut outputs = job.open(&InfluenceFindings::NAMES, None)?;
        let answer = match job.answer(&question, &mut outputs, &self.saving)? {
            Answered::Whole(answer) => *answer,
            Answered::Part(exit) => return Ok(exit),
        };
        let given = OptionsRecord { assumption: self.assumption.clone(), ..job.given(&self.saving) };
        job.finish(outputs, &InfluenceFindings::new(job.call(given), &question, answer))
    }
}
