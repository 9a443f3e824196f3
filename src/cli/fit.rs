//! `nemcon fit`.

use std::io;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::analysis::Parameter;
use crate::report::Grid;
use crate::report::findings::{FitFindings, PollsFitFindings};
use crate::scenario::{Scenario, read_poll};
use crate::study::{self, FitPollsOptions};

use super::failure::{Exit, Failure};
use super::interrupt::Interrupt;
use super::simulate::{Format, Set};
use super::{Outcome, console, job, machine, names, numbers, progress, scenario, terminal};
use crate::files::Target;

/// Turn the totals of a poll into support and uncertainty, or those of several polls into how minds change between them.
///
/// With --poll, a CSV file with the columns candidate, encourage, discourage, no_opinion and, if you like, objections:
/// ids of members known to have objected, separated by spaces. Where the first ballot is one of choice the columns are
/// candidate and votes. What comes out makes these totals the expected ones at
/// the first ballot, with everything else as the scenario has it. No random numbers are used.
///
/// Without it, from the scenario's own polls ([[poll]]): the memory, drift_sd and common_sd with which the later polls are
/// most likely given the first, with 95 % intervals by profile likelihood. This takes a minute or two.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon fit scenarios/un-2016.toml --poll scenarios/data/un-2016-poll-1.csv --out support.csv
  nemcon fit scenarios/un-2016.toml --set stage.vote.appoint_from=2 --estimate memory,drift_sd")]
pub struct Fit {
    /// The scenario file, or - for standard input
    scenario: PathBuf,

    /// The poll, a CSV file; otherwise the scenario's own polls say how minds change
    #[arg(long, value_name = "FILE")]
    poll: Option<PathBuf>,

    #[command(flatten)]
    polls: FromPolls,

    #[command(flatten)]
    set: Set,

    /// Write the support table into this file; without --poll the estimates, each as an option --set
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Overwrite the file if it exists, be it the scenario's own support table
    #[arg(long)]
    force: bool,

    /// What standard output shows
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,

    /// No progress and no warnings
    #[arg(long)]
    quiet: bool,
}

/// Options of a fit to the scenario's own polls.
#[derive(Debug, Args)]
struct FromPolls {
    /// The polls, separated by commas; otherwise all of the scenario. The first is given, or all up to the last to which
    /// support was fitted, and the chance of the others is maximised
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = names::name, allow_hyphen_values = true, conflicts_with = "poll")]
    polls: Option<Vec<String>>,

    /// What to estimate: memory, drift_sd, common_sd; otherwise all three but what --set sets
    #[arg(long, value_name = "KEYS", value_delimiter = ',', conflicts_with = "poll")]
    estimate: Option<Vec<Parameter>>,

    /// The assumption about who can veto; otherwise `stated`, the scenario's own
    #[arg(long, value_name = "NAME", value_parser = names::name, allow_hyphen_values = true, conflicts_with = "poll")]
    assumption: Option<String>,

    /// Particles of each candidate in a replicate; otherwise 500, or 5000 if candidates share draws such as moods
    #[arg(long, value_name = "N", value_parser = numbers::particles, allow_negative_numbers = true, conflicts_with = "poll")]
    particles: Option<u64>,

    /// Independent replicates, from which the Monte Carlo error follows; otherwise 40
    #[arg(long, value_name = "N", value_parser = numbers::replicates, allow_negative_numbers = true, conflicts_with = "poll")]
    replicates: Option<u64>,

    /// Seed of all random numbers; otherwise the scenario's
    #[arg(long, value_name = "S", value_parser = numbers::seed, allow_negative_numbers = true, conflicts_with = "poll")]
    seed: Option<u64>,

    /// Threads to use, at most 1024; otherwise as many as the machine has. Results do not depend on it
    #[arg(long, value_name = "N")]
    threads: Option<NonZero<u32>>,
}

impl Fit {
    /// Fits, writes what came out and reports.
    pub fn execute(&self) -> Outcome {
        let scenario = scenario::load(&self.scenario, &self.set, self.quiet)?;
        let watch = Interrupt::watch(self.quiet);
        match &self.poll {
            Some(poll) => self.support(&scenario, poll, &watch),
            None => self.minds(&scenario, &watch),
        }
    }

    /// From one poll to support.
    fn support(&self, scenario: &Scenario, path: &Path, watch: &Interrupt) -> Outcome {
        let model = study::assumption(scenario, None)?;
        let poll = read_poll(path, model).map_err(|error| scenario::refused(&error))?;
        // The support table may be written over: it is what the fit replaces.
        let kept = scenario.inputs_but_support().iter().map(|input| input.path.clone());
        let target = self.target(kept.chain([path.to_owned()]).collect(), watch)?;
        let found = FitFindings::new(&self.scenario, scenario, &poll, path)?;
        let support = || found.support().map(|file| file.bytes);
        self.write_and_show(
            target,
            support,
            &Shown {
                text: &|written| found.text(terminal::look(), written),
                csv: &support,
                json: &|| found.json(),
                main: &|| found.main(),
            },
        )
    }

    /// From several polls to how minds change.
    fn minds(&self, scenario: &Scenario, watch: &Interrupt) -> Outcome {
        let options = self.polls.options();
        machine::check_threads(options.simulation.threads())?;
        let target = self.target(scenario.inputs.iter().map(|input| input.path.clone()).collect(), watch)?;
        let handle = watch.handle();
        let fit = progress::during(handle, self.quiet, || study::fit_polls(scenario, &options, handle))?;
        let Some(fit) = fit else {
            if !self.quiet {
                console::say("interrupted before the polls were fitted: nothing is written\n");
            }
            return Ok(Exit::Interrupted);
        };
        let found = PollsFitFindings::new(&self.scenario, scenario, &options, fit);
        self.write_and_show(
            target,
            || Ok(found.settings().into_bytes()),
            &Shown {
                text: &|written| found.text(terminal::look(), written),
                csv: &|| found.estimates().map(|file| file.bytes),
                json: &|| found.json(),
                main: &|| found.main(),
            },
        )
    }

    /// Where what comes out goes, if it is to be written; not over these `inputs`.
    fn target(&self, inputs: Vec<PathBuf>, watch: &Interrupt) -> Result<Option<Target>, Failure> {
        let opening = watch.opening(self.force, &inputs);
        Ok(self.out.as_deref().map(|path| Target::open(path, &opening)).transpose()?)
    }

    /// Writes what came out and shows it in the form asked for.
    fn write_and_show(
        &self,
        target: Option<Target>,
        written: impl Fn() -> io::Result<Vec<u8>>,
        shown: &Shown<'_>,
    ) -> Outcome {
        if let Some(mut target) = target {
            target.write_whole(&written().map_err(|error| job::unwritten(&error))?)?;
            target.finish()?;
        }
        let path = self.out.as_deref().map(|path| path.display().to_string());
        let bytes = match self.format {
            Format::Table => Ok((shown.text)(path.as_deref()).into_bytes()),
            Format::Csv => (shown.csv)(),
            Format::Json => (shown.json)(),
            Format::Md => Ok((shown.main)().markdown().into_bytes()),
            Format::Latex => Ok((shown.main)().latex().into_bytes()),
        };
        console::show(&bytes.map_err(|error| job::unwritten(&error))?)?;
        Ok(Exit::Done)
    }
}

/// The forms in which a fit is shown.
struct Shown<'a> {
    text: &'a dyn Fn(Option<&str>) -> String,
    csv: &'a dyn Fn() -> io::Result<Vec<u8>>,
    json: &'a dyn Fn() -> io::Result<Vec<u8>>,
    main: &'a dyn Fn() -> Grid,
}

impl FromPolls {
    fn options(&self) -> FitPollsOptions {
        let threads = self.threads.and_then(|threads| NonZero::new(threads.get() as usize));
        FitPollsOptions {
            assumption: self.assumption.clone(),
            polls: self.polls.clone(),
            estimate: self.estimate.clone(),
            replicates: self.replicates,
            particles: self.particles.map(|particles| particles as usize),
            simulation: study::Options { seed: self.seed, threads, ..study::Options::default() },
        }
    }
}
