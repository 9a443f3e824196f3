//! `nemcon update`.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::failure::{Exit, Failure};
use super::interrupt::Interrupt;
use super::job::{RECORD, for_spreadsheets, unwritten};
use super::shell::command_line_of;
use super::simulate::{Format, Judgements, Options};
use super::{Outcome, console, machine, names, numbers, progress, scenario, terminal};
use crate::files::{Folder, OutFiles, Watch};
use crate::report::json::FileRecord;
use crate::report::update::{UpdateRecord, UpdateReport};
use crate::report::{File, Origin, csv};
use crate::scenario::{Change, Scenario};
use crate::study::{self, Error, UpdateOptions, Updates};

/// Given the polls held so far: how does it end from here, and who gave which answer.
///
/// The scenario says what was seen at ballots of the process ([[poll]]). Rounds in which these polls come out as they did are
/// drawn, exactly up to the error of finitely many, and played on from the last of them. After each poll there is a
/// posterior of outcomes; beside it what was expected of the poll before it was seen, and what the totals say of members.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon update scenarios/un-2016.toml
  nemcon update scenarios/un-2016.toml --polls poll-1,poll-2 --out results
  nemcon update scenarios/un-2016.toml --assumption shared-doubt --set dynamics.memory=0.9")]
pub struct Update {
    /// The scenario file, or - for standard input
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,

    /// The polls to condition on, separated by commas; otherwise all of the scenario but those to which its support was
    /// fitted
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = names::name, allow_hyphen_values = true)]
    polls: Option<Vec<String>>,

    /// The assumption about who can veto; otherwise `stated`, the scenario's own
    #[arg(long, value_name = "NAME", value_parser = names::name, allow_hyphen_values = true)]
    assumption: Option<String>,

    /// Particles of each candidate in a replicate; otherwise 3000, or 10000 if candidates share draws such as moods
    #[arg(long, value_name = "N", value_parser = numbers::particles, allow_negative_numbers = true)]
    particles: Option<u64>,

    /// Independent replicates, from which the intervals follow; otherwise 20
    #[arg(long, value_name = "N", value_parser = numbers::replicates, allow_negative_numbers = true)]
    replicates: Option<u64>,

    #[command(flatten)]
    judgements: Judgements,

    #[command(flatten)]
    options: Options,
}

impl Update {
    /// Conditions, plays on and reports.
    pub fn execute(&self) -> Outcome {
        let scenario = scenario::load(&self.scenario, &self.options.set, self.options.quiet)?;
        if !self.options.quiet {
            scenario::remark(&scenario);
        }
        let asked = self.asked();
        machine::check_threads(asked.simulation.threads())?;
        let watch = Interrupt::watch(self.options.quiet);
        let results = Results::open(&self.options, &scenario, &csv::UPDATES.map(|table| table.name), &watch)?;
        let handle = watch.handle();
        let updates = progress::during(handle, self.options.quiet, || study::update(&scenario, &asked, handle))?;
        if updates.replicates_done < 2 {
            if !self.options.quiet {
                console::say("interrupted before two replicates were finished: nothing is written\n");
            }
            return Ok(Exit::Interrupted);
        }
        let origin = self.origin(&updates);
        let threads = asked.simulation.threads();
        let files = || csv::files(&csv::UPDATES, &updates);
        results.write(&self.options, files, |files| {
            let record = UpdateRecord::new(&origin, &updates, files, threads);
            UpdateRecord { options: by_option(self.given()), ..record }.file()
        })?;
        self.show(&scenario, &updates, &origin)?;
        if let Some(refusal) = updates.refusal {
            return Err(Error::Refused(refusal).into());
        }
        Ok(if updates.replicates_done < updates.replicates { Exit::Interrupted } else { Exit::Done })
    }

    fn asked(&self) -> UpdateOptions {
        let threads = self.options.threads.and_then(|threads| NonZero::new(threads.get() as usize));
        let Options { rounds, seed, .. } = self.options;
        UpdateOptions {
            assumption: self.assumption.clone(),
            polls: self.polls.clone(),
            replicates: self.replicates,
            particles: self.particles.map(|particles| particles as usize),
            judgements: self.judgements.judgements,
            simulation: study::Options { rounds, seed, precision: None, threads },
        }
    }

    fn given(&self) -> Vec<(&'static str, String)> {
        let number = |name, value: Option<u64>| value.map(|value| (name, value.to_string()));
        let mut options = Vec::new();
        options.extend(self.polls.as_ref().map(|polls| ("--polls", polls.join(","))));
        options.extend(self.assumption.as_ref().map(|name| ("--assumption", name.clone())));
        options.extend(number("--particles", self.particles));
        options.extend(number("--replicates", self.replicates));
        options.extend(number("--judgements", self.judgements.judgements));
        options.extend(number("--rounds", self.options.rounds));
        options.extend(number("--seed", self.options.seed));
        options.extend(self.options.set.changes.iter().map(|change| ("--set", Change::to_string(change))));
        options
    }

    fn origin(&self, updates: &Updates) -> Origin {
        let given = self.given();
        let options: Vec<_> = given.iter().map(|(option, value)| (*option, value.as_str())).collect();
        let repeat = command_line_of("update", &[self.scenario.as_path()], &options);
        Origin {
            scenario: self.scenario.display().to_string(),
            ..Origin::new("update", updates.inputs.clone(), Some(updates.seed), repeat)
        }
    }

    fn show(&self, scenario: &Scenario, updates: &Updates, origin: &Origin) -> Result<(), Failure> {
        let format = self.options.format;
        if format == Format::Csv && !self.options.quiet {
            console::say(&format!("{}\n", origin.line()));
        }
        let report = UpdateReport { title: &scenario.title, updates, repeat: &origin.repeat };
        let shown = match format {
            Format::Table => Ok(report.render(terminal::look()).into_bytes()),
            Format::Csv if self.options.excel => {
                csv::UPDATES[0].bytes(updates).and_then(|bytes| csv::for_spreadsheets(&bytes))
            }
            Format::Csv => csv::UPDATES[0].bytes(updates),
            Format::Json => report.json(origin),
            Format::Md => Ok(report.main().markdown().into_bytes()),
            Format::Latex => Ok(report.main().latex().into_bytes()),
        };
        console::show(&shown.map_err(|error| unwritten(&error))?)?;
        Ok(())
    }
}

/// The folder of results, if there is to be one.
pub(super) struct Results {
    out: Option<OutFiles>,
    // Last, so that the unfinished files in it are gone when an empty folder is removed.
    folder: Option<Folder>,
}

impl Results {
    /// Opens the files of these `names` in the folder of `--out`, so that a bad path fails first.
    ///
    /// # Errors
    /// That something cannot be created, or must not be overwritten.
    pub(super) fn open(
        options: &Options,
        scenario: &Scenario,
        names: &[&'static str],
        watch: &Arc<Interrupt>,
    ) -> Result<Self, Failure> {
        let Some(path) = options.out.as_deref() else { return Ok(Self { out: None, folder: None }) };
        let inputs: Vec<_> = scenario.inputs.iter().map(|input| input.path.clone()).collect();
        let folder = Folder::open(path, watch.unfinished())?;
        let opening = watch.opening(options.force, &inputs);
        let out = OutFiles::open(path, names, None, RECORD, &opening)?;
        Ok(Self { out: Some(out), folder: Some(folder) })
    }

    /// Writes these files and the record that lists them.
    ///
    /// # Errors
    /// That something cannot be written.
    pub(super) fn write(
        self,
        options: &Options,
        files: impl FnOnce() -> io::Result<Vec<File>>,
        record: impl FnOnce(Vec<FileRecord>) -> io::Result<File>,
    ) -> Result<(), Failure> {
        let Self { out: Some(out), folder } = self else { return Ok(()) };
        let mut files = files().map_err(|error| unwritten(&error))?;
        if options.excel {
            files.iter_mut().try_for_each(for_spreadsheets).map_err(|error| unwritten(&error))?;
        }
        let out = out.write(|name: &str| files.iter().find(|file| file.name == name).map(|file| &file.bytes[..]))?;
        let record = record(files.iter().map(File::record).collect()).map_err(|error| unwritten(&error))?;
        out.finish(None, &record.bytes)?;
        if let Some(folder) = folder {
            folder.keep();
        }
        Ok(())
    }
}

/// Options as they were given, by name; the values of one that was given several times side by side.
pub(super) fn by_option(given: Vec<(&'static str, String)>) -> BTreeMap<&'static str, String> {
    let mut options: BTreeMap<&'static str, String> = BTreeMap::new();
    for (option, value) in given {
        let values = options.entry(option.trim_start_matches('-')).or_default();
        *values = if values.is_empty() { value } else { format!("{values} {value}") };
    }
    options
}
