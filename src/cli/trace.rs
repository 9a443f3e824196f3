//! `nemcon trace`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::report::findings::TraceFindings;
use crate::report::grouped;
use crate::simulation::{Plan, rounds_ending_with, trace};
use crate::study::assumption;

use super::failure::{Exit, Failure};
use super::interrupt::Interrupt;
use super::simulate::Set;
use super::{Outcome, console, job, names, numbers, progress, scenario, terminal};

/// Tell the story of one round, ballot by ballot: who encouraged, objected, vetoed, yielded, withdrew.
///
/// The round is exactly the one that `run` counts and `run --log-rounds` lists under its number. Name it by this
/// number, or by how it ends: then the first of the scenario's rounds that ends so is told, or the --nth.
#[derive(Debug, Args)]
#[command(
    override_usage = "nemcon trace [OPTIONS] --round N SCENARIO\n       nemcon trace [OPTIONS] --outcome X SCENARIO",
    after_help = "\
Examples:
  nemcon trace scenarios/nato-2023.toml --round 3
  nemcon trace scenarios/nato-2023.toml --outcome no-consensus --nth 2 --assumption every-ally"
)]
pub struct Trace {
    /// The scenario file, or - for standard input
    scenario: PathBuf,

    #[command(flatten)]
    which: Which,

    /// Which of the rounds with this outcome, from 1; otherwise the first
    #[arg(long, value_name = "K", value_parser = numbers::rounds, allow_negative_numbers = true, conflicts_with = "round")]
    nth: Option<u64>,

    /// Rounds among which to look for the outcome; otherwise as many as the scenario says
    #[arg(long, value_name = "N", value_parser = numbers::rounds, allow_negative_numbers = true, conflicts_with = "round")]
    rounds: Option<u64>,

    /// The assumption about who can veto; otherwise `stated`, the scenario's own
    #[arg(long, value_name = "NAME", value_parser = names::name, allow_hyphen_values = true)]
    assumption: Option<String>,

    /// Seed of all random numbers; otherwise the scenario's
    #[arg(long, value_name = "S", value_parser = numbers::seed, allow_negative_numbers = true)]
    seed: Option<u64>,

    #[command(flatten)]
    set: Set,

    /// What standard output shows
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,

    /// No progress and no warnings
    #[arg(long)]
    quiet: bool,
}

/// Which round.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// Number of the round, from 0
    #[arg(long, value_name = "N", value_parser = numbers::round, allow_negative_numbers = true)]
    round: Option<u64>,

    /// How the round ends: the id of the candidate appointed, or `no-consensus`
    #[arg(long, value_name = "OUTCOME", value_parser = names::name, allow_hyphen_values = true)]
    outcome: Option<String>,
}

/// Formats of standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Words and tables to read
    Table,
    /// The same as data
    Json,
}

impl Trace {
    /// Finds the round and tells its story.
    pub fn execute(&self) -> Outcome {
        let scenario = scenario::load(&self.scenario, &self.set, self.quiet)?;
        let model = assumption(&scenario, self.assumption.as_deref())?;
        let seed = self.seed.unwrap_or(scenario.seed);
        let plan = Plan::new(model.clone());
        let (number, nth) = match &self.which.outcome {
            None => (self.which.round.unwrap_or(0), None),
            Some(outcome) => {
                let rounds = self.rounds.unwrap_or(scenario.rounds);
                match self.find(&plan, seed, rounds, outcome)? {
                    None => return Ok(Exit::Interrupted),
                    Some(number) => (number, Some(self.nth())),
                }
            }
        };
        let story = trace(&plan, seed, number);
        let found = TraceFindings::new(&self.scenario, &scenario, model, (seed, number), story, nth);
        let shown = match self.format {
            Format::Table => found.text(terminal::look()).into_bytes(),
            Format::Json => found.json().map_err(|error| job::unwritten(&error))?,
        };
        console::show(&shown)?;
        Ok(Exit::Done)
    }

    fn nth(&self) -> u64 {
        self.nth.unwrap_or(1)
    }

    /// The number of the round that ends with `outcome`; nothing if the user stops the search.
    fn find(&self, plan: &Plan, seed: u64, rounds: u64, outcome: &str) -> Result<Option<u64>, Failure> {
        let ending = names::ending(&plan.model, outcome)?;
        let watch = Interrupt::watch(self.quiet);
        let handle = watch.handle();
        handle.expect(rounds);
        let mut met = 0;
        let search = || {
            rounds_ending_with(plan, seed, rounds, ending, handle.control()).find(|_| {
                met += 1;
                met == self.nth()
            })
        };
        let found = progress::during(handle, self.quiet, search);
        if found.is_some() {
            return Ok(found);
        }
        let searched = plain(handle.done());
        let ended = match met {
            0 => "none of them ends".to_owned(),
            1 => "1 of them ends".to_owned(),
            n => format!("{} of them end", plain(n)),
        };
        let so = format!("with {outcome} under `{}` and seed {seed}", plan.model.assumption);
        if handle.done() < rounds {
            console::say(&format!("interrupted after {searched} of {} rounds: {ended} {so}\n", plain(rounds)));
            return Ok(None);
        }
        let what = format!("no such round among the first {searched}: {ended} {so}");
        let smaller = if met > 0 { ", or ask for a smaller --nth" } else { "" };
        Err(Failure::new(Exit::Usage, what, Some(&format!("look further with --rounds{smaller}"))))
    }
}

/// A number for standard error.
fn plain(n: u64) -> String {
    grouped(n).replace('\u{a0}', " ")
}
