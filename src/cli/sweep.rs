//! `nemcon sweep`.

use std::path::PathBuf;

use clap::Args;

use super::failure::{Exit, Failure};
use super::job::{Answered, Job};
use super::saving::Saving;
use super::simulate::{Options, Precision};
use super::{Outcome, names};
use crate::analysis::sweep::{Design, Varied};
use crate::report::findings::SweepFindings;
use crate::report::json::OptionsRecord;
use crate::study::{SweepOptions, SweepQuestion};

/// Vary settings over a grid or a sample: how often each outcome at each point, and which settings matter.
///
/// A setting is named by its path, as in the `set` of an [[assumption]]; `assumption` varies the assumption. Every
/// point meets the same draws, so that a difference between two points is due to the settings alone.
#[derive(Debug, Args)]
#[command(
    override_usage = "nemcon sweep [OPTIONS] --vary PATH=VALUES SCENARIO\n       nemcon sweep [OPTIONS] --sample judgements:N SCENARIO",
    after_help = "\
Examples:
  nemcon sweep scenarios/nato-2023.toml --vary preferences.uncertainty=0.5:1.5:0.25
  nemcon sweep scenarios/nato-2023.toml --vary assumption=stated,every-ally --vary dynamics.momentum=0,0.5,1
  nemcon sweep scenarios/nato-2023.toml --sample sobol:256 --rounds 20000 \\
      --vary preferences.uncertainty=0.5..1.5 --vary dynamics.concession=0..0.3 --out results
  nemcon sweep scenarios/nato-2023.toml --vary dynamics.momentum=0:1:0.01 --rounds 1e8 --checkpoint nato.json"
)]
pub struct Sweep {
    /// The scenario file, or - for standard input
    pub scenario: PathBuf,

    /// A setting and its values: a,b,c or from:to:step or, for --sample, lo..hi. Several give every combination
    #[arg(long, value_name = "PATH=VALUES", allow_hyphen_values = true)]
    pub vary: Vec<Varied>,

    /// Instead of every combination, a sample: sobol:N for sensitivity indices (N times two more points than settings),
    /// lhs:N, a Latin hypercube of N points, or judgements:N, without --vary, N points at which the scenario's judgements
    /// are drawn
    #[arg(long, value_name = "DESIGN:N")]
    pub sample: Option<Design>,

    /// The outcomes that the chart, maps and tables on the terminal are about, separated by commas: ids of candidates, or
    /// no-consensus; otherwise all
    #[arg(long, value_name = "OUTCOMES", value_delimiter = ',', value_parser = names::name, allow_hyphen_values = true)]
    pub outcome: Vec<String>,

    /// The assumption about who can veto; otherwise `stated`, the scenario's own
    #[arg(long, value_name = "NAME", value_parser = names::name, allow_hyphen_values = true)]
    pub assumption: Option<String>,

    #[command(flatten)]
    pub precision: Precision,

    #[command(flatten)]
    pub options: Options,

    #[command(flatten)]
    pub saving: Saving,
}

impl Sweep {
    /// Simulates and reports.
    pub fn execute(&self) -> Outcome {
        let design = self.sample.unwrap_or(Design::Grid);
        if self.vary.is_empty() && !matches!(design, Design::Judgements(_)) {
            let what = "nothing is varied";
            let help = "say what by --vary PATH=VALUES, or draw the scenario's judgements by --sample judgements:256";
            return Err(Failure::new(Exit::Usage, what, Some(help)));
        }
        let job = Job::load(&self.scenario, &self.options, self.precision.precision, &self.saving)?;
        let options = SweepOptions {
            vary: self.vary.clone(),
            design,
            assumption: self.assumption.clone(),
            simulation: job.simulation,
        };
        let question = SweepQuestion::new(&job.scenario, &options)?;
        for outcome in &self.outcome {
            names::ending(&job.scenario.assumptions[0], outcome)?;
        }
        // Before all points are looked at, which may take long.
        job.check_memory(&question, &self.saving)?;
        if self.saving.merged.is_none() {
            question.check(job.handle())?;
        }
        let mut outputs = job.open(&SweepFindings::names(design), None)?;
        let answer = match job.answer(&question, &mut outputs, &self.saving)? {
            Answered::Whole(answer) => *answer,
            Answered::Part(exit) => return Ok(exit),
        };
        let given = OptionsRecord {
            assumption: self.assumption.clone(),
            vary: Some(self.vary.iter().map(|vary| vary.written.clone()).collect()),
            sample: design.sample(),
            ..job.given(&self.saving)
        };
        let findings = SweepFindings::new(job.call(given), &question, &options, answer, self.outcome.clone());
        job.finish(outputs, &findings)
    }
}
