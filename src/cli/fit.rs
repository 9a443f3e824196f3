//! `nemcon fit`.

use std::io;
use std::path::PathBuf;

use clap::Args;

use crate::analysis::SupportTable;
use crate::report::fit::FitReport;
use crate::report::fit_votes::VotesFitReport;
use crate::report::{Grid, Origin, csv};
use crate::scenario::{Change, Scenario, read_poll};
use crate::study::{self, InputRecord};

use super::failure::{Exit, Failure};
use super::interrupt::Interrupt;
use super::shell::command_line;
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
        if model.opens_with_votes() {
            let fit = study::fit_votes(&scenario, &poll)?;
            write(target, &fit.table())?;
            let (title, poll, written) = (scenario::title(&scenario), self.shown_poll(), self.shown_out());
            let report = VotesFitReport { title: &title, poll: &poll, fit: &fit, written: written.as_deref() };
            let json = || report.json(&self.origin(&scenario));
            return self.show(&fit.table(), || report.render(terminal::look()), || report.main(), json);
        }
        let fit = study::fit(&scenario, &poll)?;
        write(target, &fit.table())?;
        let (title, poll, written) = (scenario::title(&scenario), self.shown_poll(), self.shown_out());
        let report = FitReport { title: &title, poll: &poll, fit: &fit, written: written.as_deref() };
        let json = || report.json(&self.origin(&scenario));
        self.show(&fit.table(), || report.render(terminal::look()), || report.main(), json)
    }

    /// Where the support table goes, if it is to be written.
    fn target(&self, scenario: &Scenario, watch: &Interrupt) -> Result<Option<Target>, Failure> {
        // The support table may be written over: it is what the fit replaces.
        let kept = scenario.inputs_but_support().iter().map(|input| input.path.clone());
        let inputs: Vec<_> = kept.chain([self.poll.clone()]).collect();
        let opening = watch.opening(self.force, &inputs);
        Ok(self.out.as_deref().map(|path| Target::open(path, &opening)).transpose()?)
    }

    /// Shows what came out in the form asked for.
    fn show(
        &self,
        table: &SupportTable<'_>,
        text: impl Fn() -> String,
        main: impl Fn() -> Grid,
        json: impl Fn() -> io::Result<Vec<u8>>,
    ) -> Outcome {
        let bytes = match self.format {
            Format::Table => Ok(text().into_bytes()),
            Format::Csv => csv::support(table),
            Format::Json => json(),
            Format::Md => Ok(main().markdown().into_bytes()),
            Format::Latex => Ok(main().latex().into_bytes()),
        };
        console::show(&bytes.map_err(|error| job::unwritten(&error))?)?;
        Ok(Exit::Done)
    }

    fn shown_poll(&self) -> String {
        self.poll.display().to_string()
    }

    fn shown_out(&self) -> Option<String> {
        self.out.as_deref().map(|path| path.display().to_string())
    }

    /// Where the fit comes from.
    fn origin(&self, scenario: &Scenario) -> Origin {
        let set = self.set.changes.iter().map(Change::to_string);
        let options: Vec<_> =
            [("--poll", self.shown_poll())].into_iter().chain(set.map(|change| ("--set", change))).collect();
        let options: Vec<_> = options.iter().map(|(option, value)| (*option, value.as_str())).collect();
        Origin::new("fit", InputRecord::all(scenario), None, command_line("fit", &self.scenario, &options))
    }
}

/// Writes the support table, if it is to be written.
fn write(target: Option<Target>, table: &SupportTable<'_>) -> Result<(), Failure> {
    if let Some(mut target) = target {
        target.write_whole(&csv::support(table).map_err(|error| job::unwritten(&error))?)?;
        target.finish()?;
    }
    Ok(())
}
