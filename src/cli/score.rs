//! `nemcon score`.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::failure::{Exit, Failure};
use super::interrupt::Interrupt;
use super::job::{RECORD, write_out};
use super::scenario::STANDARD;
use super::simulate::{Format, Judgements, Options};
use super::{Outcome, console, machine, names, progress, scenario};
use crate::files::{Folder, OutFiles, Watch};
use crate::report::findings::{Findings, ScoreFindings};
use crate::report::score::ScoreOptionsRecord;
use crate::scenario::{Change, Scenario};
use crate::study::{self, Assumptions, ScoreOptions};

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
        let findings = ScoreFindings::new(&self.scenarios, self.given(), scores, Some(simulation.threads()));
        let extent = findings.extent();
        if extent.rounds == 0 {
            if !self.options.quiet {
                console::say("interrupted before any round was finished: nothing is written\n");
            }
            return Ok(Exit::Interrupted);
        }
        if let Some(out) = out {
            write_out(out, &findings, self.options.excel)?;
        }
        if let Some(folder) = folder {
            folder.keep();
        }
        if self.options.format == Format::Csv && !self.options.quiet {
            console::say(&format!("{}\n", findings.origin().line()));
        }
        console::show(&self.options.shown(&findings)?)?;
        Ok(if extent.is_partial() { Exit::Interrupted } else { Exit::Done })
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
        let out =
            OutFiles::open(path, &ScoreFindings::NAMES, None, RECORD, &watch.opening(self.options.force, &inputs))?;
        Ok((Some(folder), Some(out)))
    }

    /// The options as given.
    fn given(&self) -> ScoreOptionsRecord {
        let Options { rounds, seed, set, threads, .. } = &self.options;
        ScoreOptionsRecord {
            rounds: *rounds,
            seed: *seed,
            judgements: self.judgements.judgements,
            assumptions: self.assumptions.clone(),
            set: set.changes.iter().map(Change::to_string).collect(),
            threads: threads.map(|threads| threads.get() as usize),
        }
    }
}
