//! `nemcon run`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::analysis::{Conditional, Selection};
use crate::model::Model;
use crate::report::json::RunRecord;
use crate::report::table::RunReport;
use crate::report::{conditional, csv, json};
use crate::scenario::STATED;
use crate::simulation::{Conditioning, Counting, Done, Plan, simulate};

use super::checkpoint::Saving;
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
  nemcon run scenarios/nato-2023.toml --precision 0.001
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

    /// How probabilities are estimated: `conditional` adds, for one ballot with normal noise, estimates from the chances that remain
    /// in each round once everything members share is drawn. Rare outcomes need far fewer rounds so
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Estimate::Counted)]
    pub estimate: Estimate,

    #[command(flatten)]
    pub precision: Precision,

    #[command(flatten)]
    pub options: Options,

    #[command(flatten)]
    pub saving: Saving,
}

/// How probabilities are estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Estimate {
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
        let conditioning = self.conditioning(&plan)?;
        let own_file = conditioning.map(|_| csv::CONDITIONAL.name);
        let names: Vec<_> = csv::names(&csv::SELECTIONS).chain([RunRecord::NAME]).chain(own_file).collect();
        let mut outputs = job.open(&names, self.log_rounds.as_deref().map(|path| (path, model)))?;
        let mut conditional = None;
        let results = job.count(&mut outputs, &self.saving, &[model], |rounds, control, log| {
            let execution = job.execution(rounds, control, log);
            let Some(conditioning) = conditioning else {
                return simulate(&Counting(&plan), execution).map(Done::into);
            };
            let Done { counts, partial } = simulate(&conditioning, execution)?;
            conditional = Some(Conditional::new(model, &counts));
            Ok(Done { counts: counts.tally, partial }.into())
        })?;
        if let Some(shard) = self.saving.shard {
            return shard.finish(&results, self.saving.path());
        }
        let conditional = conditional.as_ref();
        let selections: Vec<_> = results.counts.tallies.iter().map(|tally| Selection::new(model, tally)).collect();
        let selection = &selections[0];
        let extent = Extent { rounds: selection.rounds, asked: results.of.rounds };
        let files = || {
            let own = OwnOptions {
                assumption: self.assumption.clone(),
                log_rounds: self.log_rounds.clone(),
                estimate: conditioning.map(|_| "conditional"),
                ..self.saving.own_options()
            };
            let mut files = csv::files(&csv::SELECTIONS, &selections)?;
            files.push(job.record(&[model], extent, results.elapsed_seconds, own).file()?);
            files.extend(conditional.map(|conditional| csv::CONDITIONAL.file(conditional)).transpose()?);
            Ok(files)
        };
        let shown = || match self.options.format {
            Format::Table => Ok(self.table(&job, model, selection, extent.asked, conditional).into_bytes()),
            Format::Csv => match conditional {
                Some(conditional) => csv::CONDITIONAL.bytes(conditional),
                None => csv::OUTCOMES.bytes(&selections),
            },
            Format::Json => json::selection(selection, conditional, extent.rounds < extent.asked),
        };
        job.finish(outputs, extent, files, shown)
    }

    /// How chances are added up, if that is asked for.
    fn conditioning<'p>(&self, plan: &'p Plan) -> Result<Option<Conditioning<'p>>, Failure> {
        if self.estimate == Estimate::Counted {
            return Ok(None);
        }
        if self.saving.path().is_some() {
            let what = "--estimate conditional cannot be used with a checkpoint, which holds counts and no chances";
            return Err(Failure::new(Exit::Usage, what, None));
        }
        if self.precision.precision.is_some() {
            let what =
                "--precision cannot be used with --estimate conditional: it is about the counts, not about the chances";
            return Err(Failure::new(Exit::Usage, what, Some("say how many --rounds")));
        }
        Conditioning::new(plan).map(Some).map_err(|reasons| {
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
