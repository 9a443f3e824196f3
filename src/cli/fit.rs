//! `nemcon fit`.

use std::path::PathBuf;

use clap::Args;

use crate::report::findings::FitFindings;
use crate::scenario::{Scenario, read_poll};
use crate::study;

use super::failure::{Exit, Failure};
use super::interrupt::Interrupt;
use super::simulate::{Format, Set};
use super::{Outcome, console, job, scenario, terminal};
use crate::files::Target;

/// Turn the totals of a poll into each candidate's support and, for a straw poll, a common uncertainty.
///
/// The poll is a CSV file with the columns candidate, encourage, discourage, no_opinion and, if you like, objections:
/// ids of members known to have objected, separated by spaces. Where the first ballot is one of choice the columns are
/// candidate and votes. What comes out makes these totals the expected ones at
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
        let target = self.target(&scenario, &watch)?;
        let found = FitFindings::new(&self.scenario, &scenario, &poll, &self.poll)?;
        if let Some(mut target) = target {
            target.write_whole(&found.support().map_err(|error| job::unwritten(&error))?.bytes)?;
            target.finish()?;
        }
        let written = self.out.as_deref().map(|path| path.display().to_string());
        let shown = match self.format {
            Format::Table => Ok(found.text(terminal::look(), written.as_deref()).into_bytes()),
            Format::Csv => found.support().map(|file| file.bytes),
            Format::Json => found.json(),
            Format::Md => Ok(found.main().markdown().into_bytes()),
            Format::Latex => Ok(found.main().latex().into_bytes()),
        };
        console::show(&shown.map_err(|error| job::unwritten(&error))?)?;
        Ok(Exit::Done)
    }

    /// Where the support table goes, if it is to be written.
    fn target(&self, scenario: &Scenario, watch: &Interrupt) -> Result<Option<Target>, Failure> {
        // The support table may be written over: it is what the fit replaces.
        let kept = scenario.inputs_but_support().iter().map(|input| input.path.clone());
        let inputs: Vec<_> = kept.chain([self.poll.clone()]).collect();
        let opening = watch.opening(self.force, &inputs);
        Ok(self.out.as_deref().map(|path| Target::open(path, &opening)).transpose()?)
    }
}
