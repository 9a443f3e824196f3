//! `nemcon run`.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;

use nemcon::analysis::Selection;
use nemcon::model::Model;
use nemcon::report::json::{AssumptionRecord, InputRecord, OptionsRecord, RunRecord};
use nemcon::report::table::RunReport;
use nemcon::report::{INTERVALS, csv, json};
use nemcon::scenario::{STATED, Scenario};
use nemcon::simulation::{Done, Plan, RoundLog, RunError, Tally};

use super::failure::{Exit, Failure};
use super::interrupt::Interrupt;
use super::output::{OutFolder, Target};
use super::round_log::LogFile;
use super::simulate::{Format, Options};
use super::{Outcome, console, progress, scenario};

/// Simulate under one assumption: who is chosen, and who blocks whom.
///
/// The same scenario, assumption, rounds and seed give the same results on any machine and with any number of threads.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon run scenarios/nato-2023.toml
  nemcon run scenarios/nato-2023.toml --assumption every-ally --rounds 1e6 --out results")]
pub struct Run {
    /// The scenario file
    scenario: PathBuf,

    /// The assumption about who can veto; otherwise `stated`, the scenario's own
    #[arg(long, value_name = "NAME")]
    assumption: Option<String>,

    #[command(flatten)]
    options: Options,
}

/// Names of the files in the folder of results.
const FILES: [&str; 6] =
    ["outcomes.csv", "candidates.csv", "vetoes.csv", "blocking_sets.csv", "ballots.csv", "run.json"];

impl Run {
    /// Simulates and reports.
    pub fn execute(&self) -> Outcome {
        let scenario = scenario::load(&self.scenario, self.options.quiet)?;
        let model = scenario::assumption(&scenario, self.assumption.as_deref())?;
        let Outputs { mut log, out } = self.open_outputs(&scenario, model)?;
        let ran = self.simulate(&scenario, model, log.as_mut())?;
        if ran.done.tally.rounds == 0 {
            console::say("interrupted before any round was finished: nothing is written\n");
            return Ok(Exit::Interrupted);
        }
        let selection = Selection::new(model, &ran.done.tally);
        let results = Results { run: self, scenario: &scenario, model, selection: &selection, ran: &ran };
        let out = out.map(|out| out.write(&results.files()?)).transpose()?;
        log.map(LogFile::finish).transpose()?;
        out.map(OutFolder::finish).transpose()?;
        console::show(&results.shown()?)?;
        Ok(if ran.done.partial { Exit::Interrupted } else { Exit::Done })
    }

    /// Opens everything that will be written, so that a bad path fails before the run.
    fn open_outputs<'a>(&self, scenario: &Scenario, model: &'a Model) -> Result<Outputs<'a>, Failure> {
        let inputs: Vec<PathBuf> = scenario.inputs.iter().map(|input| input.path.clone()).collect();
        let force = self.options.force;
        let log = self.options.log_rounds.as_deref().map(|path| Target::open(path, force, &inputs)).transpose()?;
        let out = self.options.out.as_deref().map(|path| OutFolder::open(path, &FILES, force, &inputs)).transpose()?;
        if let (Some(log), Some(out)) = (&log, &out)
            && out.contains(log)
        {
            let what = "--log-rounds and --out would write the same file";
            return Err(Failure::new(Exit::Usage, what, Some("give the log another name")));
        }
        let watch = Interrupt::watch(self.options.quiet);
        let unfinished = log.iter().chain(out.iter().flat_map(OutFolder::targets)).filter_map(Target::unfinished);
        watch.unfinished(unfinished.collect());
        let log = log.map(|target| LogFile::start(model, target)).transpose()?;
        Ok(Outputs { log, out })
    }

    fn simulate(&self, scenario: &Scenario, model: &Model, log: Option<&mut LogFile<'_>>) -> Result<Ran, Failure> {
        let seed = self.options.seed.unwrap_or(scenario.seed);
        let rounds = self.options.rounds.unwrap_or(scenario.rounds);
        let threads = self.options.threads();
        let watch = Interrupt::watch(self.options.quiet);
        let control = watch.control();
        let start = Instant::now();
        let plan = Plan::new(model.clone());
        let mut log = log;
        let mut work = || {
            let log = log.as_deref_mut().map(|log| log as &mut dyn RoundLog);
            nemcon::simulation::run(&plan, seed, 0..rounds, threads, control, log)
        };
        let bar = !self.options.quiet && console::watched();
        let result = if bar { progress::during(control, rounds, &mut work) } else { work() };
        let done = result.map_err(|error| match (&error, &log) {
            (RunError::Log(reason), Some(log)) => log.failure(reason),
            (RunError::Log(_), None) => Failure::new(Exit::CannotWrite, error.to_string(), None),
            (RunError::Threads { .. }, _) => {
                Failure::new(Exit::Usage, error.to_string(), Some("ask for fewer --threads"))
            }
        })?;
        Ok(Ran { done, seed, rounds, threads, elapsed: start.elapsed() })
    }
}

/// Where results go, apart from standard output.
struct Outputs<'a> {
    log: Option<LogFile<'a>>,
    out: Option<OutFolder>,
}

/// What was simulated, and how.
struct Ran {
    done: Done<Tally>,
    seed: u64,
    /// Rounds asked for.
    rounds: u64,
    threads: usize,
    elapsed: Duration,
}

/// Everything that reports are made from.
struct Results<'a> {
    run: &'a Run,
    scenario: &'a Scenario,
    model: &'a Model,
    selection: &'a Selection,
    ran: &'a Ran,
}

impl Results<'_> {
    /// The bytes of [`FILES`], in their order.
    fn files(&self) -> Result<[Vec<u8>; 6], Failure> {
        let selections = std::slice::from_ref(self.selection);
        let files = || {
            io::Result::Ok([
                csv::outcomes(selections)?,
                csv::candidates(selections)?,
                csv::vetoes(selections)?,
                csv::blocking_sets(selections)?,
                csv::ballots(selections)?,
                self.record().to_bytes()?,
            ])
        };
        files().map_err(|error| unwritten(&error))
    }

    /// What standard output shows.
    fn shown(&self) -> Result<Vec<u8>, Failure> {
        let shown = match self.run.options.format {
            Format::Table => Ok(self.table().into_bytes()),
            Format::Csv => csv::outcomes(std::slice::from_ref(self.selection)),
            Format::Json => json::selection(self.selection, self.ran.done.partial),
        };
        shown.map_err(|error| unwritten(&error))
    }

    fn table(&self) -> String {
        let report = RunReport {
            title: &self.scenario.title,
            model: self.model,
            selection: self.selection,
            seed: self.ran.seed,
            rounds_asked: self.ran.rounds,
            partial: self.ran.done.partial,
            repeat: &self.repeat(),
        };
        report.render(console::look())
    }

    /// The command that simulates exactly these rounds again.
    fn repeat(&self) -> String {
        let (rounds, seed) = (self.selection.rounds, self.ran.seed);
        let mut command = format!("nemcon run {} --rounds {rounds} --seed {seed}", quoted(&self.run.scenario));
        if self.model.assumption != STATED {
            command += &format!(" --assumption {}", quoted(Path::new(&self.model.assumption)));
        }
        command
    }

    fn record(&self) -> RunRecord {
        let options = &self.run.options;
        let shown = |path: &Path| path.display().to_string();
        RunRecord {
            program: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            command: "run",
            scenario: shown(&self.run.scenario),
            title: self.scenario.title.clone(),
            inputs: self
                .scenario
                .inputs
                .iter()
                .map(|input| InputRecord { path: shown(&input.path), sha256: input.sha256.clone() })
                .collect(),
            seed: self.ran.seed,
            rounds_asked: self.ran.rounds,
            rounds: self.selection.rounds,
            partial: self.ran.done.partial,
            assumptions: vec![AssumptionRecord {
                name: self.model.assumption.clone(),
                summary: self.model.assumption_summary.clone(),
            }],
            options: OptionsRecord {
                rounds: options.rounds,
                seed: options.seed,
                assumption: self.run.assumption.clone(),
                threads: options.threads.map(usize::from),
                out: options.out.as_deref().map(shown),
                log_rounds: options.log_rounds.as_deref().map(shown),
                format: options.format.name(),
                force: options.force,
                quiet: options.quiet,
            },
            threads: self.ran.threads,
            elapsed_seconds: self.ran.elapsed.as_secs_f64(),
            intervals: INTERVALS,
        }
    }
}

fn unwritten(error: &io::Error) -> Failure {
    Failure::new(Exit::CannotWrite, format!("the results cannot be written: {}", console::reason(error)), None)
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "-_./+,:@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_for_a_shell() {
        assert_eq!(quoted(Path::new("scenarios/nato-2023.toml")), "scenarios/nato-2023.toml");
        assert_eq!(quoted(Path::new("my scenario.toml")), "'my scenario.toml'");
        assert_eq!(quoted(Path::new("it's.toml")), r"'it'\''s.toml'");
    }
}
