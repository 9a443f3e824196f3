//! `nemcon leverage`.

use std::path::PathBuf;

use clap::Args;

use crate::analysis;
use crate::model::Model;
use crate::report::json::RunRecord;
use crate::report::leverage::LeverageReport;
use crate::report::{csv, json};
use crate::scenario::STATED;
use crate::simulation::{Plan, Scoring, simulate};

use super::failure::{Exit, Failure};
use super::job::{Extent, Job, OwnOptions};
use super::simulate::{Format, Options};
use super::{Outcome, console, scenario};

/// Where a point of persuasion buys most: what a little more support of each member for each candidate does to each outcome.
///
/// From one run, by weighting its rounds: by how much would the probability of each outcome change per point of support. No
/// world is simulated again, however many members and candidates there are.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon leverage scenarios/nato-2023.toml --rounds 1e6
  nemcon leverage scenarios/nato-2023.toml --assumption every-ally --out results")]
pub struct Leverage {
    /// The scenario file
    scenario: PathBuf,

    /// The assumption about who can veto; otherwise `stated`, the scenario's own
    #[arg(long, value_name = "NAME")]
    assumption: Option<String>,

    /// Members and candidates that the table shows for each outcome, at most
    #[arg(long, value_name = "N", default_value_t = 3)]
    top: usize,

    #[command(flatten)]
    options: Options,
}

impl Leverage {
    /// Simulates and reports.
    pub fn execute(&self) -> Outcome {
        let job = Job::load("leverage", &self.scenario, &self.options, None)?;
        let model = scenario::assumption(&job.scenario, self.assumption.as_deref())?;
        let plan = Plan::new(model.clone());
        let scoring = Scoring::new(&plan).ok_or_else(|| {
            let what = "there is no leverage to be read from uniform noise: its density ends abruptly";
            let help = "let `preferences.noise` be normal, logistic, gumbel or laplace";
            Failure::new(Exit::Scenario, what, Some(help))
        })?;
        let mut outputs = job.open(&[csv::LEVERAGE.name, RunRecord::NAME], None)?;
        let (done, elapsed) = job.simulate(&mut outputs, |control, _| {
            simulate(&scoring, job.execution(job.length.first(), control, None))
        })?;
        let leverage = analysis::Leverage::new(&plan, &done.counts);
        let extent = Extent { rounds: leverage.rounds, asked: job.length.rounds };
        let files = || {
            let own = OwnOptions { assumption: self.assumption.clone(), ..OwnOptions::default() };
            let record = job.record(&[model], extent, elapsed, own);
            Ok(vec![csv::LEVERAGE.file(&leverage)?, record.file()?])
        };
        let shown = || match self.options.format {
            Format::Table => Ok(self.table(&job, model, &leverage).into_bytes()),
            Format::Csv => csv::LEVERAGE.bytes(&leverage),
            Format::Json => json::leverage(&leverage, done.partial),
        };
        job.finish(outputs, extent, files, shown)
    }

    fn table(&self, job: &Job<'_>, model: &Model, leverage: &analysis::Leverage) -> String {
        let top = self.top.to_string();
        let mut own = vec![("--top", top.as_str())];
        if model.assumption != STATED {
            own.push(("--assumption", &model.assumption));
        }
        let report = LeverageReport {
            title: &job.scenario.title,
            model,
            leverage,
            top: self.top,
            seed: job.seed,
            rounds_asked: job.length.rounds,
            repeat: &job.repeat(leverage.rounds, &own),
        };
        report.render(console::look())
    }
}
