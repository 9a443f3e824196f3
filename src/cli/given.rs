//! `nemcon compare --given`.

use std::num::NonZero;

use clap::Args;

use super::compare::Compare;
use super::failure::Exit;
use super::interrupt::Interrupt;
use super::update::Results;
use super::{Outcome, console, machine, names, numbers, progress, scenario};
use crate::report::findings::{Findings, GivenFindings};
use crate::study::{self, GivenOptions};

/// The word for all polls that `update` conditions on.
const POLLS: &str = "polls";

/// Options that condition on polls.
#[derive(Debug, Default, Args)]
pub struct Given {
    /// Compare given polls of the scenario, each assumption weighing its own rounds by them: their names, separated by
    /// commas, or `polls` for all but those to which its support was fitted
    #[arg(
        long,
        value_name = "POLLS",
        value_delimiter = ',',
        value_parser = names::name,
        allow_hyphen_values = true,
        conflicts_with_all = ["precision", "checkpoint", "resume", "shard", "judgements", "full", "ballots"],
        help_heading = "Given polls"
    )]
    pub given: Option<Vec<String>>,

    /// Particles of each candidate in a replicate; otherwise 3000, or 10000 if candidates share draws such as moods
    #[arg(long, value_name = "N", value_parser = numbers::particles, allow_negative_numbers = true, requires = "given", help_heading = "Given polls")]
    pub particles: Option<u64>,

    /// Independent replicates, from which the intervals follow; otherwise 20
    #[arg(long, value_name = "N", value_parser = numbers::replicates, allow_negative_numbers = true, requires = "given", help_heading = "Given polls")]
    pub replicates: Option<u64>,
}

impl Compare {
    /// Conditions on polls under each assumption and reports how these differ.
    pub(super) fn execute_given(&self) -> Outcome {
        let scenario = scenario::load(&self.scenario, &self.options.set, self.options.quiet)?;
        if !self.options.quiet {
            scenario::remark(&scenario);
        }
        let asked = self.asked_given();
        machine::check_threads(asked.simulation.threads())?;
        let watch = Interrupt::watch(self.options.quiet);
        let results = Results::open(&self.options, &scenario, &GivenFindings::NAMES, &watch)?;
        let handle = watch.handle();
        let figures = progress::during(handle, self.options.quiet, || study::compare_given(&scenario, &asked, handle))?;
        let refused = figures.refused();
        let findings = GivenFindings::new(&self.scenario, &scenario, &asked, figures);
        let extent = findings.extent();
        if extent.rounds < 2 {
            if !self.options.quiet {
                console::say(
                    "interrupted before two replicates of every assumption were finished: nothing is written\n",
                );
            }
            return Ok(Exit::Interrupted);
        }
        results.write_and_show(&self.options, &findings)?;
        if let Some(error) = refused {
            return Err(error.into());
        }
        Ok(if extent.is_partial() { Exit::Interrupted } else { Exit::Done })
    }

    fn asked_given(&self) -> GivenOptions {
        let threads = self.options.threads.and_then(|threads| NonZero::new(threads.get() as usize));
        let (rounds, seed) = (self.options.rounds, self.options.seed);
        GivenOptions {
            assumptions: self.assumptions.clone(),
            baseline: Some(self.baseline.clone()),
            polls: self.given.given.clone().filter(|polls| *polls != [POLLS]),
            replicates: self.given.replicates,
            particles: self.given.particles.map(|particles| particles as usize),
            simulation: study::Options { rounds, seed, precision: None, threads },
        }
    }
}
