//! `nemcon influence`.

use std::path::PathBuf;

use clap::Args;

use crate::analysis;
use crate::model::Model;
use crate::report::influence::InfluenceReport;
use crate::report::json::RunRecord;
use crate::report::{csv, json};
use crate::scenario::STATED;
use crate::simulation::{FlippingVetoes, Plan, simulate};

use super::job::{Extent, Job, OwnOptions};
use super::simulate::{Format, Options};
use super::{Outcome, console, scenario};

/// Take each member's veto away, or give it one, in turn: what that does to consensus and to each candidate.
///
/// Beside it stands the member's formal voting power under the appointing rule (Banzhaf, Shapley-Shubik): what the rule gives
/// it whatever anyone wants. A member with a veto and no objections has formal power and changes nothing.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon influence scenarios/nato-2023.toml
  nemcon influence scenarios/nato-2023.toml --assumption every-ally --rounds 1e6 --out results")]
pub struct Influence {
    /// The scenario file
    scenario: PathBuf,

    /// The assumption about who can veto that is changed; otherwise `stated`, the scenario's own
    #[arg(long, value_name = "NAME")]
    assumption: Option<String>,

    #[command(flatten)]
    options: Options,
}

impl Influence {
    /// Simulates and reports.
    pub fn execute(&self) -> Outcome {
        let job = Job::load("influence", &self.scenario, &self.options, None)?;
        let model = scenario::assumption(&job.scenario, self.assumption.as_deref())?;
        let mut outputs = job.open(&[csv::INFLUENCE.name, RunRecord::NAME], None)?;
        let plan = Plan::new(model.clone());
        let (done, elapsed) = job.simulate(&mut outputs, |control, _| {
            simulate(&FlippingVetoes(&plan), job.execution(job.length.first(), control, None))
        })?;
        let influence = analysis::Influence::new(model, &done.counts);
        let extent = Extent { rounds: influence.rounds, asked: job.length.rounds };
        let files = || {
            let own = OwnOptions { assumption: self.assumption.clone(), ..OwnOptions::default() };
            let record = job.record(&[model], extent, elapsed, own);
            Ok(vec![csv::INFLUENCE.file(&influence)?, record.file()?])
        };
        let shown = || match self.options.format {
            Format::Table => Ok(self.table(&job, model, &influence).into_bytes()),
            Format::Csv => csv::INFLUENCE.bytes(&influence),
            Format::Json => json::influence(&influence, done.partial),
        };
        job.finish(outputs, extent, files, shown)
    }

    fn table(&self, job: &Job<'_>, model: &Model, influence: &analysis::Influence) -> String {
        let assumption: &[_] =
            if model.assumption == STATED { &[] } else { &[("--assumption", model.assumption.as_str())] };
        let report = InfluenceReport {
            title: &job.scenario.title,
            model,
            influence,
            seed: job.seed,
            rounds_asked: job.length.rounds,
            repeat: &job.repeat(influence.rounds, assumption),
        };
        report.render(console::look())
    }
}
