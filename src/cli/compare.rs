//! `nemcon compare`.

use std::path::PathBuf;

use clap::Args;

use crate::analysis::{Comparison, Selection};
use crate::model::Model;
use crate::report::compare::CompareReport;
use crate::report::json::RunRecord;
use crate::report::{csv, json};
use crate::scenario::STATED;
use crate::simulation::{Comparing, Plan, simulate};

use super::checkpoint::Saving;
use super::failure::{Exit, Failure};
use super::job::{Extent, Job, OwnOptions};
use super::simulate::{Format, Options, Precision};
use super::{Outcome, console, scenario};

/// Simulate assumptions on the same draws: how each changes who is chosen, and where the rounds went.
///
/// Every assumption meets the same draws, round by round, so that a difference is due to the assumption alone and its interval
/// is far narrower than that of separate runs.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon compare scenarios/nato-2023.toml
  nemcon compare scenarios/nato-2023.toml --assumptions every-ally,no-veto --out results
  nemcon compare scenarios/nato-2023.toml --baseline every-ally --rounds 1e6")]
pub struct Compare {
    /// The scenario file
    pub scenario: PathBuf,

    /// The assumptions to compare, separated by commas; otherwise all of the scenario's
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub assumptions: Option<Vec<String>>,

    /// The assumption that the others are compared with
    #[arg(long, value_name = "NAME", default_value = STATED)]
    pub baseline: String,

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
        let job = Job::load("compare", &self.scenario, &self.options, self.precision.precision)?;
        let models = self.models(&job)?;
        let names = csv::names(&csv::COMPARISONS).chain(csv::names(&csv::SELECTIONS)).chain([RunRecord::NAME]);
        let names: Vec<_> = names.collect();
        let mut outputs = job.open(&names, None)?;
        let plans: Vec<Plan> = models.iter().map(|&model| Plan::new(model.clone())).collect();
        let results = job.count(&mut outputs, &self.saving, &models, |rounds, control, _| {
            simulate(&Comparing(&plans), job.execution(rounds, control, None))
        })?;
        if let Some(shard) = self.saving.shard {
            return shard.finish(&results, self.saving.path());
        }
        let counted = models.iter().zip(&results.counts.tallies);
        let selections: Vec<_> = counted.map(|(model, tally)| Selection::new(model, tally)).collect();
        let others = models.iter().zip(&results.counts.joints).skip(1);
        let comparisons: Vec<_> = others.map(|(model, joint)| Comparison::new(models[0], model, joint)).collect();
        let extent = Extent { rounds: selections[0].rounds, asked: results.of.rounds };
        let files = || {
            let own = OwnOptions {
                assumptions: self.assumptions.clone(),
                baseline: Some(self.baseline.clone()),
                ..self.saving.own_options()
            };
            let mut files = csv::files(&csv::COMPARISONS, &comparisons)?;
            files.extend(csv::files(&csv::SELECTIONS, &selections)?);
            files.push(job.record(&models, extent, results.elapsed_seconds, own).file()?);
            Ok(files)
        };
        let shown = || match self.options.format {
            Format::Table => Ok(self.table(&job, &models, &selections, &comparisons, extent.asked).into_bytes()),
            Format::Csv => csv::COMPARISON.bytes(&comparisons),
            Format::Json => json::comparison(&selections, &comparisons, extent.rounds < extent.asked),
        };
        job.finish(outputs, extent, files, shown)
    }

    /// The models to compare, the baseline first, each once.
    fn models<'j>(&self, job: &'j Job<'_>) -> Result<Vec<&'j Model>, Failure> {
        let scenario = &job.scenario;
        let mut models = vec![scenario::assumption(scenario, Some(&self.baseline))?];
        let all = || scenario.assumptions.iter().map(|model| model.assumption.clone()).collect();
        for name in self.assumptions.clone().unwrap_or_else(all) {
            let model = scenario::assumption(scenario, Some(&name))?;
            if models.iter().all(|other| other.assumption != model.assumption) {
                models.push(model);
            }
        }
        if models.len() == 1 {
            let what = format!("there is nothing to compare `{}` with", self.baseline);
            let help = if scenario.assumptions.len() == 1 {
                "the scenario has no other assumption: add an [[assumption]] with a name and `amend` or `veto`"
            } else {
                "name other --assumptions, or leave the option out to compare all"
            };
            return Err(Failure::new(Exit::Usage, what, Some(help)));
        }
        Ok(models)
    }

    fn table(
        &self,
        job: &Job<'_>,
        models: &[&Model],
        selections: &[Selection],
        comparisons: &[Comparison],
        rounds_asked: u64,
    ) -> String {
        // Which they are, however they were named: what is merged reads as what was simulated in one go.
        let others = |models: &mut dyn Iterator<Item = &Model>| {
            let others = models.filter(|model| model.assumption != self.baseline);
            others.map(|model| model.assumption.as_str()).collect::<Vec<_>>().join(",")
        };
        let names = others(&mut models.iter().copied());
        let mut own: Vec<(&str, &str)> = Vec::new();
        if names != others(&mut job.scenario.assumptions.iter()) {
            own.push(("--assumptions", &names));
        }
        if self.baseline != STATED {
            own.push(("--baseline", &self.baseline));
        }
        let report = CompareReport {
            title: &job.scenario.title,
            models,
            selections,
            comparisons,
            seed: job.seed,
            rounds_asked,
            repeat: &job.repeat(selections[0].rounds, &own),
        };
        report.render(console::look())
    }
}
