//! `nemcon fit`.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::report::fit::FitReport;
use crate::report::{Origin, csv};
use crate::scenario::{Change, Scenario, read_poll};
use crate::study::{self, InputRecord};

use super::failure::Exit;
use super::interrupt::Interrupt;
use super::shell::command_line;
use super::simulate::{Format, Set};
use super::{Outcome, console, job, scenario, terminal};
use crate::files::Target;

/// Turn the totals of a straw poll into each candidate's support and a common uncertainty.
///
/// The poll is a CSV file with the columns candidate, encourage, discourage, no_opinion and, if you like, objections:
/// ids of members known to have objected, separated by spaces. What comes out makes these totals the expected ones at
/// the first ballot, with everything else as the scenario has it. No random numbers are used.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: nemcon fit scenarios/un-2016.toml --poll scenarios/data/un-2016-poll-1.csv --out support.csv"
)]
pub struct Fit {
    /// The scenario file, or - for standard input
    scenario: PathBuf,

    /// The poll, a CSV file
    #[arg(long, value_name = "FILE")]
    poll: PathBuf,

    #[command(flatten)]
    set: Set,

    /// Write the support table into this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Overwrite the file if it exists, be it the scenario's own support table
    #[arg(long)]
    force: bool,

    /// What standard output shows
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,

    /// No warnings
    #[arg(long)]
    quiet: bool,
}

impl Fit {
    /// Fits, writes the support table and reports.
    pub fn execute(&self) -> Outcome {
        let scenario = scenario::load(&self.scenario, &self.set, self.quiet)?;
        let model = study::assumption(&scenario, None)?;
        let poll = read_poll(&self.poll, model).map_err(|error| scenario::refused(&error))?;
        let watch = Interrupt::watch(self.quiet);
        // The support table may be written over: it is what the fit replaces.
        let kept = scenario.inputs_but_support().iter().map(|input| input.path.clone());
        let inputs: Vec<_> = kept.chain([self.poll.clone()]).collect();
        let opening = watch.opening(self.force, &inputs);
        let target = self.out.as_deref().map(|path| Target::open(path, &opening)).transpose()?;
        let fit = study::fit(&scenario, &poll)?;
        if let Some(mut target) = target {
            target.write_whole(&csv::support(&fit).map_err(|error| job::unwritten(&error))?)?;
            target.finish()?;
        }
        let shown = |path: &Path| path.display().to_string();
        let (poll, written) = (shown(&self.poll), self.out.as_deref().map(shown));
        let report =
            FitReport { title: &scenario::title(&scenario), poll: &poll, fit: &fit, written: written.as_deref() };
        let bytes = match self.format {
            Format::Table => Ok(report.render(terminal::look()).into_bytes()),
            Format::Csv => csv::support(&fit),
            Format::Json => report.json(&self.origin(&scenario)),
            Format::Md => Ok(report.main().markdown().into_bytes()),
            Format::Latex => Ok(report.main().latex().into_bytes()),
        };
        console::show(&bytes.map_err(|error| job::unwritten(&error))?)?;
        Ok(Exit::Done)
    }

    /// Where the fit comes from.
    fn origin(&self, scenario: &Scenario) -> Origin {
        let set = self.set.changes.iter().map(Change::to_string);
        let poll = self.poll.display().to_string();
        let options: Vec<_> = [("--poll", poll)].into_iter().chain(set.map(|change| ("--set", change))).collect();
        let options: Vec<_> = options.iter().map(|(option, value)| (*option, value.as_str())).collect();
        Origin::new("fit", InputRecord::all(scenario), None, command_line("fit", &self.scenario, &options))
    }
}
