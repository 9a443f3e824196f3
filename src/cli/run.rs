//! `nemcon run`.

use std::path::PathBuf;

use clap::Args;

use nemcon::analysis::Selection;
use nemcon::model::Model;
use nemcon::report::table::RunReport;
use nemcon::report::{csv, json};
use nemcon::scenario::STATED;
use nemcon::simulation::{Plan, RoundLog};

use super::job::{Extent, Job, OwnOptions};
use super::simulate::{Format, Options, Precision};
use super::{Outcome, console, scenario};

/// Simulate under one assumption: who is chosen, and who blocks whom.
///
/// The same scenario, assumption, rounds and seed give the same results on any machine and with any number of threads.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon run scenarios/nato-2023.toml
  nemcon run scenarios/nato-2023.toml --assumption every-ally --rounds 1e6 --out results
  nemcon run scenarios/nato-2023.toml --precision 0.001")]
pub struct Run {
    /// The scenario file
    scenario: PathBuf,

    /// The assumption about who can veto; otherwise `stated`, the scenario's own
    #[arg(long, value_name = "NAME")]
    assumption: Option<String>,

    /// Write one row per round to this CSV file
    #[arg(long, value_name = "FILE")]
    log_rounds: Option<PathBuf>,

    #[command(flatten)]
    precision: Precision,

    #[command(flatten)]
    options: Options,
}

impl Run {
    /// Simulates and reports.
    pub fn execute(&self) -> Outcome {
        let job = Job::load("run", &self.scenario, &self.options, self.precision.precision)?;
        let model = scenario::assumption(&job.scenario, self.assumption.as_deref())?;
        let names = [&csv::SELECTION_FILES[..], &["run.json"]].concat();
        let mut outputs = job.open(&names, self.log_rounds.as_deref().map(|path| (path, model)))?;
        let plan = Plan::new(model.clone());
        let ((done, asked), elapsed) = job.simulate(&mut outputs, |control, mut log| {
            job.all_rounds(|rounds| {
                let log = log.as_deref_mut().map(|log| log as &mut dyn RoundLog);
                nemcon::simulation::run(&plan, job.seed, rounds, job.threads, control, log)
            })
        })?;
        let selection = Selection::new(model, &done.tally);
        let extent = Extent { rounds: selection.rounds, asked };
        let selections = std::slice::from_ref(&selection);
        let files = || {
            let own = OwnOptions {
                assumption: self.assumption.clone(),
                log_rounds: self.log_rounds.clone(),
                ..OwnOptions::default()
            };
            let mut files = csv::selections(selections)?;
            files.push(job.record(&[model], extent, elapsed, own).to_bytes()?);
            Ok(files)
        };
        let shown = || match self.options.format {
            Format::Table => Ok(self.table(&job, model, &selection, asked).into_bytes()),
            Format::Csv => csv::outcomes(selections),
            Format::Json => json::selection(&selection, done.partial),
        };
        job.finish(outputs, extent, files, shown)
    }

    fn table(&self, job: &Job<'_>, model: &Model, selection: &Selection, rounds_asked: u64) -> String {
        let assumption: &[_] =
            if model.assumption == STATED { &[] } else { &[("--assumption", model.assumption.as_str())] };
        let report = RunReport {
            title: &job.scenario.title,
            model,
            selection,
            seed: job.seed,
            rounds_asked,
            repeat: &job.repeat(selection.rounds, assumption),
        };
        report.render(console::look())
    }
}
