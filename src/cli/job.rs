//! What the commands that simulate do alike: open outputs, watch the run, write what came out, and record it.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crate::analysis::precision::{Length, Precise};
use crate::model::Model;
use crate::report::json::{AssumptionRecord, InputRecord, OptionsRecord, RunRecord};
use crate::report::results::{Asked, Results};
use crate::report::{File, INTERVALS};
use crate::scenario::{Input, Scenario};
use crate::simulation::{Compared, Control, Counts, Done, Execution, RoundLog, RunError};

use super::checkpoint::Saving;
use super::failure::{Exit, Failure};
use super::interrupt::Interrupt;
use super::output::{Folder, Opening, OutFiles, Target};
use super::progress::Goal;
use super::round_log::LogFile;
use super::shell::command_line;
use super::simulate::Options;
use super::{Outcome, console, merge, progress, scenario};

/// One command about to simulate one scenario.
pub struct Job<'a> {
    /// The command's name.
    command: &'static str,
    /// The scenario's path, as given.
    path: &'a Path,
    options: &'a Options,
    /// The files read.
    inputs: Vec<PathBuf>,
    watch: Arc<Interrupt>,
    /// The scenario.
    pub scenario: Scenario,
    /// Seed of all random numbers.
    pub seed: u64,
    /// How many rounds to simulate.
    pub length: Length,
    /// Threads to use.
    pub threads: usize,
    /// What the progress is towards.
    pub goal: Goal,
}

/// How far a run came.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// Rounds simulated.
    pub rounds: u64,
    /// Rounds that there were to be.
    pub asked: u64,
}

impl<'a> Job<'a> {
    /// Reads the scenario; warnings go to standard error. `precision` is that asked for.
    ///
    /// # Errors
    /// That it cannot be read, or everything that is wrong with it.
    pub fn load(
        command: &'static str,
        path: &'a Path,
        options: &'a Options,
        precision: Option<f64>,
    ) -> Result<Self, Failure> {
        let scenario = scenario::load(path, options.quiet)?;
        let rounds = options.rounds.unwrap_or(scenario.rounds);
        Ok(Self {
            command,
            path,
            options,
            seed: options.seed.unwrap_or(scenario.seed),
            length: Length { rounds, precision },
            threads: options.threads(),
            inputs: scenario.inputs.iter().map(|input| input.path.clone()).collect(),
            watch: Interrupt::watch(options.quiet),
            scenario,
            goal: Goal::new(rounds),
        })
    }

    /// How files are opened that this command writes.
    pub fn opening(&self) -> Opening<'_> {
        Opening { force: self.options.force, inputs: &self.inputs, watch: &self.watch }
    }

    /// Opens everything that will be written, so that a bad path fails before the run: the folder of results with the files
    /// called `names`, and a log of a model's rounds.
    ///
    /// # Errors
    /// That something cannot be created, or must not be overwritten.
    pub fn open<'m>(&self, names: &[&'static str], log: Option<(&Path, &'m Model)>) -> Result<Outputs<'m>, Failure> {
        let opening = self.opening();
        let path = self.options.out.as_deref();
        // The folder before the log, which may be in it.
        let folder = path.map(|path| Folder::open(path, &self.watch)).transpose()?;
        let out = path.map(|path| OutFiles::open(path, names, &opening)).transpose()?;
        let log = log.map(|(path, model)| Ok((path, model, Target::open(path, &opening)?))).transpose()?;
        if let (Some((_, _, log)), Some(out)) = (&log, &out)
            && out.contains(log)
        {
            let what = "--log-rounds and --out would write the same file";
            return Err(Failure::new(Exit::Usage, what, Some("give the log another name")));
        }
        let log = log.map(|(path, model, target)| LogFile::start(model, path, target)).transpose()?;
        Ok(Outputs { log, out, folder })
    }

    /// Does `work`, which simulates, and shows how far it is; returns the seconds it took, too.
    ///
    /// # Errors
    /// What `work` fails with.
    pub fn simulate<T: Send>(
        &self,
        outputs: &mut Outputs<'_>,
        work: impl FnOnce(&Control, Option<&mut LogFile<'_>>) -> Result<T, RunError>,
    ) -> Result<(T, f64), Failure> {
        let log = &mut outputs.log;
        let start = Instant::now();
        match self.watched(|control| work(control, log.as_mut())) {
            Ok(done) => Ok((done, start.elapsed().as_secs_f64())),
            Err(error) => Err(outputs.failure(&error)),
        }
    }

    /// Simulates as many rounds as there are to be, within [`Self::simulate`]; returns also how many these are.
    ///
    /// # Errors
    /// What `simulate` fails with.
    pub fn all_rounds<T: Precise>(
        &self,
        simulate: impl FnMut(Range<u64>) -> Result<Done<T>, RunError>,
    ) -> Result<(Done<T>, u64), RunError> {
        self.length.simulate(simulate, |rounds| self.goal.announce(rounds))
    }

    /// Simulates and counts the rounds asked for of `models` or, with a checkpoint, those that it does not have yet.
    ///
    /// # Errors
    /// What `simulate` fails with, or that the checkpoint cannot be read or written.
    pub fn count(
        &self,
        outputs: &mut Outputs<'_>,
        saving: &Saving,
        models: &[&Model],
        mut simulate: impl FnMut(Range<u64>, &Control, Option<&mut dyn RoundLog>) -> Result<Done<Compared>, RunError> + Send,
    ) -> Result<Results, Failure> {
        let of = Asked { shard: saving.share(), ..self.asked(models) };
        if let Some(files) = &saving.merged {
            return merge::add_up(files, of, models);
        }
        let Some(mut checkpoint) =
            saving.open(of.clone(), models, self.length, self.opening(), outputs.out.as_ref())?
        else {
            let ((done, asked), elapsed_seconds) = self.simulate(outputs, |control, mut log| {
                self.all_rounds(|rounds| {
                    simulate(rounds, control, log.as_deref_mut().map(|log| log as &mut dyn RoundLog))
                })
            })?;
            let rounds = 0..done.counts.rounds();
            return Ok(Results { of: Asked { rounds: asked, ..of }, rounds, elapsed_seconds, counts: done.counts });
        };
        self.goal.announce(checkpoint.missing());
        self.watched(|control| {
            let simulate = |rounds| simulate(rounds, control, None);
            checkpoint.fill(self.length, control, simulate, &self.goal, |error| outputs.failure(error))
        })?;
        Ok(checkpoint.close(self.options.quiet))
    }

    /// How these rounds are to be simulated.
    pub fn execution<'e>(
        &self,
        rounds: Range<u64>,
        control: &'e Control,
        log: Option<&'e mut (dyn RoundLog + '_)>,
    ) -> Execution<'e> {
        let log = log.map(|log| log as &mut dyn RoundLog);
        Execution { seed: self.seed, rounds, threads: self.threads, control: Some(control), log }
    }

    /// What says that the user wants to stop.
    pub fn control(&self) -> &Control {
        self.watch.control()
    }

    /// Does `work` and shows how far it is.
    pub fn watched<T>(&self, work: impl FnOnce(&Control) -> T) -> T {
        let control = self.control();
        progress::during(control, &self.goal, self.options.quiet, || work(control))
    }

    /// What is asked about `models`.
    pub fn asked(&self, models: &[&Model]) -> Asked {
        Asked {
            command: self.command.to_owned(),
            scenario: self.path.display().to_string(),
            inputs: self.input_records(),
            seed: self.seed,
            assumptions: models.iter().map(|model| model.assumption.clone()).collect(),
            rounds: self.length.rounds,
            precision: self.length.precision,
            vary: vec![],
            sample: None,
            shard: None,
        }
    }

    fn input_records(&self) -> Vec<InputRecord> {
        let record =
            |input: &Input| InputRecord { path: input.path.display().to_string(), sha256: input.sha256.clone() };
        self.scenario.inputs.iter().map(record).collect()
    }

    /// The command that simulates exactly these rounds again; `more` are options of its own with their values.
    pub fn repeat(&self, rounds: u64, more: &[(&str, &str)]) -> String {
        let (rounds, seed) = (rounds.to_string(), self.seed.to_string());
        let own = [("--rounds", rounds.as_str()), ("--seed", seed.as_str())];
        command_line(self.command, self.path, &[&own, more].concat())
    }

    /// The record of a run of `models` that took so many seconds; `own` are the options that other commands do not have.
    pub fn record(&self, models: &[&Model], extent: Extent, elapsed_seconds: f64, own: OwnOptions) -> RunRecord {
        let options = self.options;
        let shown = |path: &Path| path.display().to_string();
        RunRecord {
            program: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            command: self.command,
            scenario: shown(self.path),
            title: self.scenario.title.clone(),
            inputs: self.input_records(),
            seed: self.seed,
            rounds_asked: extent.asked,
            rounds: extent.rounds,
            partial: extent.rounds < extent.asked,
            assumptions: models
                .iter()
                .map(|m| AssumptionRecord { name: m.assumption.clone(), summary: m.assumption_summary.clone() })
                .collect(),
            options: OptionsRecord {
                rounds: options.rounds,
                precision: self.length.precision,
                seed: options.seed,
                assumption: own.assumption,
                assumptions: own.assumptions,
                baseline: own.baseline,
                vary: own.vary,
                sample: own.sample,
                threads: options.threads.map(usize::from),
                out: options.out.as_deref().map(shown),
                log_rounds: own.log_rounds.as_deref().map(shown),
                checkpoint: own.checkpoint.as_deref().map(shown),
                merged: own.merged.as_ref().map(|files| files.iter().map(|file| shown(file)).collect()),
                estimate: own.estimate,
                format: options.format.name(),
                force: options.force,
                quiet: options.quiet,
            },
            threads: own.merged.is_none().then_some(self.threads),
            elapsed_seconds,
            intervals: INTERVALS,
        }
    }

    /// Writes the files, puts them in their places and shows the results of a run that came so far.
    ///
    /// # Errors
    /// That something cannot be written.
    pub fn finish(
        &self,
        outputs: Outputs<'_>,
        extent: Extent,
        files: impl FnOnce() -> io::Result<Vec<File>>,
        shown: impl FnOnce() -> io::Result<Vec<u8>>,
    ) -> Outcome {
        if extent.rounds == 0 {
            if !self.options.quiet {
                console::say("interrupted before any round was finished: nothing is written\n");
            }
            return Ok(Exit::Interrupted);
        }
        // Dropped last to first if something fails: an empty folder is removed after the unfinished files in it.
        let Outputs { folder, out, log } = outputs;
        let out = out.map(|out| out.write(&files().map_err(|error| unwritten(&error))?)).transpose()?;
        log.map(LogFile::finish).transpose()?;
        out.map(OutFiles::finish).transpose()?;
        if let Some(folder) = folder {
            folder.keep();
        }
        console::show(&shown().map_err(|error| unwritten(&error))?)?;
        Ok(if extent.rounds < extent.asked { Exit::Interrupted } else { Exit::Done })
    }
}

/// Options that not every command has, as they were given.
#[derive(Debug, Default)]
pub struct OwnOptions {
    /// `--assumption`
    pub assumption: Option<String>,
    /// `--assumptions`
    pub assumptions: Option<Vec<String>>,
    /// `--baseline`
    pub baseline: Option<String>,
    /// `--log-rounds`
    pub log_rounds: Option<PathBuf>,
    /// `--checkpoint` or `--resume`
    pub checkpoint: Option<PathBuf>,
    /// The files of `merge`
    pub merged: Option<Vec<PathBuf>>,
    /// `--estimate`
    pub estimate: Option<&'static str>,
    /// `--vary`
    pub vary: Option<Vec<String>>,
    /// `--sample`
    pub sample: Option<String>,
}

/// Where results go, apart from standard output.
pub struct Outputs<'m> {
    log: Option<LogFile<'m>>,
    /// The files of the folder of results.
    pub out: Option<OutFiles>,
    // Last, so that the unfinished files in it are gone when an empty folder is removed.
    folder: Option<Folder>,
}

impl Outputs<'_> {
    /// That rounds cannot be simulated or logged.
    pub fn failure(&self, error: &RunError) -> Failure {
        match (error, &self.log) {
            (RunError::Log(reason), Some(log)) => log.failure(reason),
            (RunError::Log(_), None) => Failure::new(Exit::CannotWrite, error.to_string(), None),
            (RunError::Threads { .. }, _) => {
                Failure::new(Exit::Usage, error.to_string(), Some("ask for fewer --threads"))
            }
        }
    }
}

/// That results cannot be written.
pub fn unwritten(error: &io::Error) -> Failure {
    Failure::new(Exit::CannotWrite, format!("the results cannot be written: {}", console::reason(error)), None)
}
