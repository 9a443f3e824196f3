//! `nemcon sweep`.

use std::path::PathBuf;

use clap::Args;

use super::failure::{Exit, Failure};
use super::job::{Answered, Job, OwnOptions};
use super::saving::Saving;
use super::simulate::{Format, Options, Precision};
use super::{Outcome, names, numbers, terminal};
use crate::analysis::precision::Length;
use crate::analysis::sweep::{Design, MAX_SOBOL, Varied};
use crate::report::sweep::SweepReport;
use crate::report::{csv, json};
use crate::scenario::STATED;
use crate::study::{SweepFigures, SweepOptions, SweepQuestion};

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
    #[arg(long, value_name = "DESIGN:N", value_parser = design)]
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

/// Reads `sobol:256` or `lhs:100`.
///
/// # Errors
/// What was expected instead, in words.
pub fn design(text: &str) -> Result<Design, String> {
    let (name, size) = text.split_once(':').ok_or("expected sobol:N, lhs:N or judgements:N, such as sobol:256")?;
    // More points than there can be are refused when it is known how many settings there are.
    let size = numbers::many(size)?;
    match name {
        "sobol" if size > MAX_SOBOL => Err(format!("a Sobol' sample can have at most {MAX_SOBOL} rows")),
        "sobol" if size < 2 => Err("a Sobol' sample needs at least 2 rows".to_owned()),
        "sobol" => Ok(Design::Sobol(size)),
        "lhs" if size < 1 => Err("a Latin hypercube needs at least 1 point".to_owned()),
        "lhs" => Ok(Design::Latin(size)),
        "judgements" if size < 1 => Err("there must be at least 1 point".to_owned()),
        "judgements" => Ok(Design::Judgements(size)),
        _ => Err(format!("there is no design `{name}`: expected sobol:N, lhs:N or judgements:N")),
    }
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
        let is_sobol = matches!(design, Design::Sobol(_));
        let indices = is_sobol.then_some(csv::SENSITIVITY.name);
        let names: Vec<_> = [csv::SWEEP.name].into_iter().chain(indices).collect();
        let mut outputs = job.open(&names, None)?;
        let answer = match job.answer(&question, &mut outputs, &self.saving)? {
            Answered::Whole(answer) => *answer,
            Answered::Part(exit) => return Ok(exit),
        };
        let SweepFigures { sweep, sensitivity } = &answer.figures;
        let files = || {
            let record = job.record(&answer, &question.models(), self.own_options());
            let mut files = vec![csv::SWEEP.file(sweep)?];
            if is_sobol {
                files.push(csv::SENSITIVITY.file(sensitivity)?);
            }
            Ok((files, record))
        };
        let origin = job.origin(&answer.asked, answer.asked.rounds, &self.repeated());
        let title = job.title();
        let report = SweepReport {
            title: &title,
            model: question.base(),
            varied: &self.vary,
            design,
            outcomes: &self.outcome,
            sweep,
            sensitivity: sensitivity.as_ref(),
            length: Length { rounds: answer.asked.rounds, precision: self.precision.precision },
            seed: answer.asked.seed,
            repeat: &origin.repeat,
        };
        let shown = || match self.options.format {
            Format::Table => Ok(report.render(terminal::look()).into_bytes()),
            Format::Csv => csv::SWEEP.bytes(sweep),
            Format::Json => json::sweep(&origin, sweep, sensitivity.as_ref()),
            Format::Md => Ok(report.main().markdown().into_bytes()),
            Format::Latex => Ok(report.main().latex().into_bytes()),
        };
        job.finish(outputs, answer.extent, &origin, files, shown)
    }

    fn own_options(&self) -> OwnOptions {
        OwnOptions {
            assumption: self.assumption.clone(),
            vary: Some(self.vary.iter().map(|vary| vary.written.clone()).collect()),
            sample: self.sample.and_then(Design::sample),
            ..OwnOptions::from(&self.saving)
        }
    }

    /// The options without which the sweep would be another.
    fn repeated(&self) -> Vec<(&'static str, String)> {
        let vary = self.vary.iter().map(|vary| ("--vary", vary.written.clone()));
        let sample = self.sample.and_then(Design::sample).map(|sample| ("--sample", sample));
        let assumption = self.assumption.clone().filter(|name| name != STATED).map(|name| ("--assumption", name));
        let precision = self.precision.precision.map(|precision| ("--precision", precision.to_string()));
        let outcome = Some(self.outcome.join(",")).filter(|names| !names.is_empty()).map(|names| ("--outcome", names));
        vary.chain(sample).chain(assumption).chain(precision).chain(outcome).collect()
    }
}
