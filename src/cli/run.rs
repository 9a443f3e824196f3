//! `nemcon run`.

use std::path::PathBuf;

use clap::Args;

use nemcon::analysis::Selection;
use nemcon::model::Model;
use nemcon::report::table::RunReport;
use nemcon::report::{csv, json};
use nemcon::scenario::STATED;
use nemcon::simulation::{Done, Plan};

use super::checkpoint::Saving;
use super::job::{Job, OwnOptions};
use super::simulate::{Format, Options};
use super::{Outcome, console, scenario};

/// Simulate under one assumption: who is chosen, and who blocks whom.
///
/// The same scenario, assumption, rounds and seed give the same results on any machine and with any number of threads.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon run scenarios/nato-2023.toml
  nemcon run scenarios/nato-2023.toml --assumption every-ally --rounds 1e6 --out results
  nemcon run scenarios/nato-2023.toml --rounds 1e10 --checkpoint nato.json")]
pub struct Run {
    /// The scenario file
    pub scenario: PathBuf,

    /// The assumption about who can veto; otherwise `stated`, the scenario's own
    #[arg(long, value_name = "NAME")]
    pub assumption: Option<String>,

    /// Write one row per round to this file: Parquet if its name ends in `.parquet`, otherwise CSV
    #[arg(long, value_name = "FILE", conflicts_with_all = ["checkpoint", "resume", "shard"])]
    pub log_rounds: Option<PathBuf>,

    #[command(flatten)]
    pub options: Options,

    #[command(flatten)]
    pub saving: Saving,
}

impl Run {
    /// Simulates and reports.
    pub fn execute(&self) -> Outcome {
        let job = Job::load("run", &self.scenario, &self.options)?;
        let model = scenario::assumption(&job.scenario, self.assumption.as_deref())?;
        let names = [&csv::SELECTION_FILES[..], &["run.json"]].concat();
        let mut outputs = job.open(&names, self.log_rounds.as_deref().map(|path| (path, model)))?;
        let plan = Plan::new(model.clone());
        let results = job.count(&mut outputs, &self.saving, &[model], |rounds, control, log| {
            nemcon::simulation::run(&plan, job.seed, rounds, job.threads, control, log).map(Done::into)
        })?;
        if let Some(shard) = self.saving.shard {
            return shard.finish(&results, self.saving.path());
        }
        let selections: Vec<_> = results.counts.tallies.iter().map(|tally| Selection::new(model, tally)).collect();
        let selection = &selections[0];
        let rounds = selection.rounds;
        let files = || {
            let own = OwnOptions {
                assumption: self.assumption.clone(),
                log_rounds: self.log_rounds.clone(),
                ..self.saving.own_options()
            };
            let mut files = csv::selections(&selections)?;
            files.push(job.record(&[model], rounds, results.elapsed_seconds, own).to_bytes()?);
            Ok(files)
        };
        let shown = || match self.options.format {
            Format::Table => Ok(self.table(&job, model, selection).into_bytes()),
            Format::Csv => csv::outcomes(&selections),
            Format::Json => json::selection(selection, rounds < job.rounds),
        };
        job.finish(outputs, rounds, files, shown)
    }

    fn table(&self, job: &Job<'_>, model: &Model, selection: &Selection) -> String {
        let assumption: &[_] =
            if model.assumption == STATED { &[] } else { &[("--assumption", model.assumption.as_str())] };
        let report = RunReport {
            title: &job.scenario.title,
            model,
            selection,
            seed: job.seed,
            rounds_asked: job.rounds,
            repeat: &job.repeat(selection.rounds, assumption),
        };
        report.render(console::look())
    }
}
