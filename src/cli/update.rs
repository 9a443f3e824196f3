//! `nemcon update`.

use std::num::NonZero;
use std::path::PathBuf;

use clap::Args;

use super::failure::Exit;
use super::interrupt::Interrupt;
use super::job::{RECORD, write_out};
use super::simulate::{Format, Judgements, Options};
use super::{Outcome, console, machine, names, numbers, progress, scenario};
use crate::files::{Folder, OutFiles, Watch};
use crate::report::findings::{Findings, UpdateFindings};
use crate::study::{self, Error, UpdateOptions};

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
        let (folder, out) = match self.options.out.as_deref() {
            None => (None, None),
            Some(path) => {
                let inputs: Vec<_> = scenario.inputs.iter().map(|input| input.path.clone()).collect();
                let folder = Folder::open(path, watch.unfinished())?;
                let opening = watch.opening(self.options.force, &inputs);
                (Some(folder), Some(OutFiles::open(path, &UpdateFindings::NAMES, None, RECORD, &opening)?))
            }
        };
        let handle = watch.handle();
        let updates = progress::during(handle, self.options.quiet, || study::update(&scenario, &asked, handle))?;
        let refusal = updates.refusal.clone();
        let findings = UpdateFindings::new(&self.scenario, &scenario, &asked, updates);
        let extent = findings.extent();
        if extent.rounds < 2 {
            if !self.options.quiet {
                console::say("interrupted before two replicates were finished: nothing is written\n");
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
        if let Some(refusal) = refusal {
            return Err(Error::Refused(refusal).into());
        }
        Ok(if extent.is_partial() { Exit::Interrupted } else { Exit::Done })
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
}
