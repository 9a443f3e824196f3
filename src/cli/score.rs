//! `nemcon score`.

use std::io;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::failure::{Exit, Failure};
use super::interrupt::Interrupt;
use super::job::{RECORD, for_spreadsheets, unwritten};
use super::scenario::STANDARD;
use super::shell::command_line_of;
use super::simulate::{Format, Judgements, Options};
use super::{Outcome, console, machine, names, progress, scenario, terminal};
use crate::files::{Folder, OutFiles, Watch};
use crate::report::score::{ScoreOptionsRecord, ScoreRecord, ScoreReport};
use crate::report::{File, Origin, csv};
use crate::scenario::{Change, Scenario};
use crate::simulation::DRAWS;
use crate::study::{self, Assumptions, ScoreOptions, Scores};

/// In place of names: all assumptions.
const ALL: &str = "all";

/// What chance was given to what happened, beside naive forecasts; over several scenarios on average.
///
/// Each scenario says how its selection ended (actual = "…"). It is simulated, and what it gives to that outcome is scored:
/// log score, Brier score and rank, beside forecasts that need no simulation. Over several scenarios there are means with
/// bootstrap intervals.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon score scenarios/un-2016.toml
  nemcon score scenarios/ioc-2012.toml scenarios/conclave-2005.toml --out results
  nemcon score scenarios/un-1996.toml scenarios/un-2016.toml --assumptions stated,shared-doubt")]
pub struct Score {
    /// The scenario files, one of which may be - for standard input
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,

    /// The assumptions to score, separated by commas, which every scenario must have; `all` for all of each; otherwise
    /// `stated`, each scenario's own
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = names::name, allow_hyphen_values = true)]
    assumptions: Option<Vec<String>>,

    #[command(flatten)]
    judgements: Judgements,

    #[command(flatten)]
    options: Options,
}

impl Score {
    /// Simulates, scores and reports.
    pub fn execute(&self) -> Outcome {
        let scenarios = self.load()?;
        let threads = self.options.threads.and_then(|threads| NonZero::new(threads.get() as usize));
        let Options { rounds, seed, .. } = self.options;
        let simulation = study::Options { rounds, seed, precision: None, threads };
        machine::check_threads(simulation.threads())?;
        let watch = Interrupt::watch(self.options.quiet);
        let (folder, out) = self.open(&scenarios, &watch)?;
        let asked =
            ScoreOptions { assumptions: self.assumptions(), judgements: self.judgements.judgements, simulation };
        let handle = watch.handle();
        let scores = progress::during(handle, self.options.quiet, || study::score(&scenarios, &asked, handle))?;
        if scores.rounds == 0 {
            if !self.options.quiet {
                console::say("interrupted before any round was finished: nothing is written\n");
            }
            return Ok(Exit::Interrupted);
        }
        let origin = self.origin(&scores);
        if let Some(out) = out {
            self.write(out, &scores, &origin, simulation.threads())?;
        }
        if let Some(folder) = folder {
            folder.keep();
        }
        self.show(&scores, &origin)?;
        Ok(if scores.rounds < scores.rounds_asked { Exit::Interrupted } else { Exit::Done })
    }

    fn load(&self) -> Result<Vec<Scenario>, Failure> {
        if self.scenarios.iter().filter(|path| **path == Path::new(STANDARD)).nth(1).is_some() {
            return Err(Failure::new(Exit::Usage, "standard input has one scenario only", Some("give - once")));
        }
        let load = |path: &PathBuf| {
            let scenario = scenario::load(path, &self.options.set, self.options.quiet)?;
            if !self.options.quiet {
                scenario::remark(&scenario);
            }
            Ok(scenario)
        };
        self.scenarios.iter().map(load).collect()
    }

    fn assumptions(&self) -> Assumptions {
        match self.assumptions.as_deref() {
            None => Assumptions::Stated,
            Some([name]) if name == ALL => Assumptions::All,
            Some(names) => Assumptions::Named(names.to_vec()),
        }
    }

    /// Opens the folder of results, so that a bad path fails before the run.
    fn open(
        &self,
        scenarios: &[Scenario],
        watch: &Arc<Interrupt>,
    ) -> Result<(Option<Folder>, Option<OutFiles>), Failure> {
        let Some(path) = self.options.out.as_deref() else { return Ok((None, None)) };
        let inputs = scenarios.iter().flat_map(|scenario| scenario.inputs.iter().map(|input| input.path.clone()));
        let inputs: Vec<_> = inputs.collect();
        let folder = Folder::open(path, watch.unfinished())?;
        let names = [csv::SCORES.name, csv::MEAN_SCORES.name];
        let out = OutFiles::open(path, &names, None, RECORD, &watch.opening(self.options.force, &inputs))?;
        Ok((Some(folder), Some(out)))
    }

    fn origin(&self, scores: &Scores) -> Origin {
        let mut options: Vec<(&str, String)> = Vec::new();
        options.extend(self.options.rounds.map(|rounds| ("--rounds", rounds.to_string())));
        options.extend(self.options.seed.map(|seed| ("--seed", seed.to_string())));
        options.extend(self.judgements.judgements.map(|points| ("--judgements", points.to_string())));
        options.extend(self.set().map(|change| ("--set", change)));
        options.extend(self.assumptions.as_ref().map(|names| ("--assumptions", names.join(","))));
        let options: Vec<_> = options.iter().map(|(option, value)| (*option, value.as_str())).collect();
        let paths: Vec<&Path> = self.scenarios.iter().map(PathBuf::as_path).collect();
        let repeat = command_line_of("score", &paths, &options);
        let scenario = self.scenarios.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        Origin { scenario, ..Origin::new("score", scores.inputs.clone(), self.options.seed, repeat) }
    }

    fn set(&self) -> impl Iterator<Item = String> {
        self.options.set.changes.iter().map(Change::to_string)
    }

    /// Writes the files and the record that lists them.
    fn write(&self, out: OutFiles, scores: &Scores, origin: &Origin, threads: usize) -> Result<(), Failure> {
        let files = || -> io::Result<Vec<File>> {
            let mut files = vec![csv::SCORES.file(&scores.scored)?, csv::MEAN_SCORES.file(&scores.means)?];
            if self.options.excel {
                files.iter_mut().try_for_each(for_spreadsheets)?;
            }
            Ok(files)
        };
        let files = files().map_err(|error| unwritten(&error))?;
        let out = out.write(|name: &str| files.iter().find(|file| file.name == name).map(|file| &file.bytes[..]))?;
        let record = ScoreRecord {
            origin,
            draws: DRAWS,
            rounds_asked: scores.rounds_asked,
            rounds: scores.rounds,
            partial: scores.rounds < scores.rounds_asked,
            options: ScoreOptionsRecord {
                rounds: self.options.rounds,
                seed: self.options.seed,
                judgements: self.judgements.judgements,
                assumptions: self.assumptions.clone(),
                set: self.set().collect(),
                threads: self.options.threads.map(|threads| threads.get() as usize),
            },
            files: files.iter().map(File::record).collect(),
            threads,
        };
        out.finish(None, &record.file().map_err(|error| unwritten(&error))?.bytes)?;
        Ok(())
    }

    fn show(&self, scores: &Scores, origin: &Origin) -> Result<(), Failure> {
        let format = self.options.format;
        if format == Format::Csv && !self.options.quiet {
            console::say(&format!("{}\n", origin.line()));
        }
        let report = ScoreReport { scores, repeat: &origin.repeat };
        let shown = match format {
            Format::Table => Ok(report.render(terminal::look()).into_bytes()),
            Format::Csv if self.options.excel => {
                csv::SCORES.bytes(&scores.scored).and_then(|bytes| csv::for_spreadsheets(&bytes))
            }
            Format::Csv => csv::SCORES.bytes(&scores.scored),
            Format::Json => report.json(origin),
            Format::Md => Ok(report.main().markdown().into_bytes()),
            Format::Latex => Ok(report.main().latex().into_bytes()),
        };
        console::show(&shown.map_err(|error| unwritten(&error))?)?;
        Ok(())
    }
}
