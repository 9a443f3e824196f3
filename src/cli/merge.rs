//! `nemcon merge`.

use std::path::PathBuf;

use clap::Args;

use super::Outcome;
use super::compare::Compare;
use super::failure::{Exit, Failure};
use super::influence::Influence;
use super::leverage::{Leverage, TOP};
use super::names;
use super::run::{Estimate, Run};
use super::saving::{self, Saving};
use super::simulate::{Format, Judgements, Options, Precision, Set};
use super::sweep::Sweep;
use crate::analysis::sweep::{Design, Varied};
use crate::scenario::{Change, STATED};
use crate::study::{Asked, Kind, SessionError, asked_of};

/// Add up what several machines have simulated, and report it as if one had.
///
/// The files are those that `run`, `compare`, `influence`, `leverage` or `sweep` wrote with --shard, or a checkpoint:
/// together all rounds, or points, that were asked for, each once. The scenario is read again and must be what it was.
#[derive(Debug, Args)]
#[command(after_help = "\
Example: two machines share a run.
  nemcon run scenarios/nato-2023.toml --rounds 1e9 --shard 1/2 --checkpoint part-1.json
  nemcon run scenarios/nato-2023.toml --rounds 1e9 --shard 2/2 --checkpoint part-2.json
  nemcon merge part-1.json part-2.json --out results")]
pub struct Merge {
    /// The files of results
    #[arg(required = true, value_name = "FILES")]
    files: Vec<PathBuf>,

    /// The scenario file, if it is not where it was
    #[arg(long, value_name = "PATH")]
    scenario: Option<PathBuf>,

    /// Write the results as CSV files and run.json into this folder, which is made if missing
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Of leverage, members and candidates that the table shows for each outcome, at most
    #[arg(long, value_name = "N", default_value_t = TOP)]
    top: usize,

    /// What standard output shows
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,

    /// Of sweep, the outcomes to show, separated by commas
    #[arg(long, value_name = "OUTCOMES", value_delimiter = ',', value_parser = names::name, allow_hyphen_values = true)]
    outcome: Vec<String>,

    /// Of compare, show everything
    #[arg(long)]
    full: bool,

    /// Of run and compare, show how candidates fare ballot by ballot, too
    #[arg(long)]
    ballots: bool,

    /// CSV for spreadsheets: a byte order mark first, and an apostrophe before text that would be taken for a formula
    #[arg(long)]
    excel: bool,

    /// Overwrite files that exist; their permissions stay as they are. In --out, files of an earlier run that are not
    /// written again are removed
    #[arg(long)]
    force: bool,

    /// No warnings
    #[arg(long)]
    quiet: bool,
}

impl Merge {
    /// Does what the command that began the run would do, but adds the files up in place of simulating.
    pub fn execute(self) -> Outcome {
        let first = &self.files[0];
        let asked =
            asked_of(&saving::read(first)?).map_err(|error| Failure::of_saved(first, &SessionError::from(error)))?;
        let Asked { question, scenario, inputs: _, seed, assumptions, set, rounds, precision, .. } = asked;
        let judgements = Judgements { judgements: Some(asked.judgements) };
        let scenario = self.scenario.unwrap_or_else(|| PathBuf::from(scenario));
        let cannot = |why: String| Failure::new(Exit::Scenario, format!("the files cannot be merged: {why}"), None);
        let changes = set.iter().map(|it| it.parse::<Change>().map_err(|error| cannot(error.to_string())));
        let options = Options {
            rounds: Some(rounds),
            seed: Some(seed),
            set: Set { changes: changes.collect::<Result<_, _>>()? },
            threads: None,
            out: self.out,
            format: self.format,
            excel: self.excel,
            force: self.force,
            quiet: self.quiet,
        };
        let saving = Saving { merged: Some(self.files), ..Saving::default() };
        let mut assumptions = assumptions.into_iter();
        let first = assumptions.next().unwrap_or_default();
        let assumption = Some(first.clone()).filter(|name| name != STATED);
        match question {
            Kind::Run | Kind::Conditional => {
                let is_counted = question == Kind::Run;
                let estimate = if is_counted { Estimate::Counted } else { Estimate::Conditional };
                let (ballots, precision) = (self.ballots, Precision::default());
                Run {
                    scenario,
                    assumption,
                    log_rounds: None,
                    estimate,
                    ballots,
                    judgements,
                    precision,
                    options,
                    saving,
                }
                .execute()
            }
            Kind::Compare => {
                let assumptions = Some(assumptions.collect());
                let precision = Precision::default();
                let (baseline, full, ballots) = (first, self.full, self.ballots);
                Compare { scenario, assumptions, baseline, full, ballots, judgements, precision, options, saving }
                    .execute()
            }
            Kind::Influence => Influence { scenario, assumption, options, saving }.execute(),
            Kind::Leverage => Leverage { scenario, assumption, top: self.top, options, saving }.execute(),
            Kind::Sweep { vary, sample } => {
                let vary = vary.iter().map(|it| it.parse::<Varied>().map_err(|error| cannot(error.to_string())));
                let vary = vary.collect::<Result<_, _>>()?;
                let sample =
                    sample.map(|it| it.parse::<Design>().map_err(|error| cannot(error.to_string()))).transpose()?;
                Sweep {
                    scenario,
                    vary,
                    sample,
                    outcome: self.outcome,
                    assumption,
                    precision: Precision { precision },
                    options,
                    saving,
                }
                .execute()
            }
        }
    }
}
