//! `nemcon run`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use nemcon::analysis::{Conditional, Selection};
use nemcon::model::Model;
use nemcon::report::table::RunReport;
use nemcon::report::{conditional, csv, json};
use nemcon::scenario::STATED;
use nemcon::simulation::{self, Done, Needs, Plan, RoundLog};

use super::failure::{Exit, Failure};
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

    /// How probabilities are estimated: `conditional` adds, for one ballot with normal noise, estimates from the chances that remain
    /// in each round once everything members share is drawn. Rare outcomes need far fewer rounds so
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Estimate::Counted)]
    estimate: Estimate,

    #[command(flatten)]
    precision: Precision,

    #[command(flatten)]
    options: Options,
}

/// How probabilities are estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Estimate {
    /// By counting rounds
    Counted,
    /// By counting, and from chances
    Conditional,
}

impl Run {
    /// Simulates and reports.
    pub fn execute(&self) -> Outcome {
        let job = Job::load("run", &self.scenario, &self.options, self.precision.precision)?;
        let model = scenario::assumption(&job.scenario, self.assumption.as_deref())?;
        let plan = Plan::new(model.clone());
        let needs = self.needs(model)?;
        let own_file: &[_] = if needs.is_some() { &["conditional.csv"] } else { &[] };
        let names = [&csv::SELECTION_FILES[..], &["run.json"], own_file].concat();
        let mut outputs = job.open(&names, self.log_rounds.as_deref().map(|path| (path, model)))?;
        let ((done, asked), elapsed) = job.simulate(&mut outputs, |control, mut log| {
            let (seed, threads) = (job.seed, job.threads);
            let Some(needs) = needs else {
                let run = |rounds| {
                    let log = log.as_deref_mut().map(|log| log as &mut dyn RoundLog);
                    simulation::run(&plan, seed, rounds, threads, control, log)
                };
                let (Done { tally, partial }, asked) = job.all_rounds(run)?;
                return Ok((Done { tally: (tally, None), partial }, asked));
            };
            let run = |rounds| {
                let log = log.as_deref_mut().map(|log| log as &mut dyn RoundLog);
                simulation::conditional(&plan, needs, seed, rounds, threads, control, log)
            };
            let (Done { tally, partial }, asked) = job.all_rounds(run)?;
            let conditional = Conditional::new(model, &tally);
            Ok((Done { tally: (tally.tally, Some(conditional)), partial }, asked))
        })?;
        let (tally, conditional) = &done.tally;
        let conditional = conditional.as_ref();
        let selection = Selection::new(model, tally);
        let extent = Extent { rounds: selection.rounds, asked };
        let selections = std::slice::from_ref(&selection);
        let files = || {
            let own = OwnOptions {
                assumption: self.assumption.clone(),
                log_rounds: self.log_rounds.clone(),
                estimate: needs.map(|_| "conditional"),
                ..OwnOptions::default()
            };
            let mut files = csv::selections(selections)?;
            files.push(job.record(&[model], extent, elapsed, own).to_bytes()?);
            files.extend(conditional.map(csv::conditional).transpose()?);
            Ok(files)
        };
        let shown = || match self.options.format {
            Format::Table => Ok(self.table(&job, model, &selection, asked, conditional).into_bytes()),
            Format::Csv => conditional.map_or_else(|| csv::outcomes(selections), csv::conditional),
            Format::Json => json::selection(&selection, conditional, done.partial),
        };
        job.finish(outputs, extent, files, shown)
    }

    /// What the estimates asked for need to know of the model.
    fn needs(&self, model: &Model) -> Result<Option<Needs>, Failure> {
        if self.estimate == Estimate::Counted {
            return Ok(None);
        }
        Needs::of(model).map(Some).map_err(|reasons| {
            let what = format!("the chances of a round are not known here: {reasons}");
            let help = "`--estimate conditional` is for one ballot of stances with normal noise, by a rule of `no_veto` and a count \
                        of members, with vetoes that cost nothing; leave it out";
            Failure::new(Exit::Scenario, what, Some(help))
        })
    }

    fn table(
        &self,
        job: &Job<'_>,
        model: &Model,
        selection: &Selection,
        rounds_asked: u64,
        conditional: Option<&Conditional>,
    ) -> String {
        let mut own = Vec::new();
        if model.assumption != STATED {
            own.push(("--assumption", model.assumption.as_str()));
        }
        if conditional.is_some() {
            own.push(("--estimate", "conditional"));
        }
        let report = RunReport {
            title: &job.scenario.title,
            model,
            selection,
            seed: job.seed,
            rounds_asked,
            repeat: &job.repeat(selection.rounds, &own),
        };
        let look = console::look();
        let conditional = conditional.map(|conditional| format!("\n{}", conditional::render(conditional, look)));
        report.render(look) + &conditional.unwrap_or_default()
    }
}
