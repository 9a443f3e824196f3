//! `nemcon merge`.

use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::de::IgnoredAny;

use crate::model::Model;
use crate::report::results::{Asked, Results};
use crate::scenario::STATED;
use crate::simulation::Counts;

use super::Outcome;
use super::checkpoint::{self, Saving, span};
use super::compare::Compare;
use super::failure::{Exit, Failure};
use super::run::{Estimate, Run};
use super::simulate::{Format, Options, Precision};
use super::sweep::Sweep;

/// Add up what several machines have simulated, and report it as if one had.
///
/// The files are those that `run`, `compare` or `sweep` wrote with --shard, or a checkpoint: together all rounds, or points, that
/// were asked for, each once. The scenario is read again and must be what it was.
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

    /// What standard output shows
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,

    /// Overwrite files that exist; their permissions stay as they are
    #[arg(long)]
    force: bool,

    /// No warnings
    #[arg(long)]
    quiet: bool,
}

impl Merge {
    /// Does what the command that began the run would do, but adds the files up in place of simulating.
    pub fn execute(self) -> Outcome {
        let of = checkpoint::load::<IgnoredAny>(&self.files[0])?.of;
        let scenario = self.scenario.unwrap_or_else(|| PathBuf::from(&of.scenario));
        let options = Options {
            rounds: Some(of.rounds),
            seed: Some(of.seed),
            threads: None,
            out: self.out,
            format: self.format,
            force: self.force,
            quiet: self.quiet,
        };
        let saving = Saving { merged: Some(self.files), ..Saving::default() };
        if of.command == "sweep" {
            return Sweep::of(scenario, &of, options, saving)?.execute();
        }
        let precision = Precision::default();
        let mut assumptions = of.assumptions.into_iter();
        let first = assumptions.next().unwrap_or_default();
        if of.command == "compare" {
            let assumptions = Some(assumptions.collect());
            return Compare { scenario, assumptions, baseline: first, precision, options, saving }.execute();
        }
        let assumption = Some(first).filter(|name| name != STATED);
        Run { scenario, assumption, log_rounds: None, estimate: Estimate::Counted, precision, options, saving }
            .execute()
    }
}

/// Adds up the files of what is asked `of` the `models`: all of its rounds, each once.
///
/// # Errors
/// That a file cannot be read, is about something else, or that rounds are missing or there twice.
pub fn add_up(files: &[PathBuf], of: Asked, models: &[&Model]) -> Result<Results, Failure> {
    let mut sum: Option<Results> = None;
    let mut parts: Vec<(Range<u64>, &Path)> = Vec::new();
    for file in files {
        let results = checkpoint::load(file)?;
        let rounds =
            (results.of.rounds != of.rounds).then(|| format!("{} rounds, not {}", results.of.rounds, of.rounds));
        if let Some(difference) = results.of.difference(&of).or(rounds) {
            return Err(mixed(file, &files[0], &difference));
        }
        checkpoint::check(&results, models, file)?;
        parts.push((results.rounds.clone(), file));
        match &mut sum {
            None => sum = Some(results),
            Some(sum) => {
                sum.counts.merge(&results.counts);
                sum.elapsed_seconds += results.elapsed_seconds;
            }
        }
    }
    all_once("round", parts, of.rounds)?;
    let sum = sum.ok_or_else(|| Failure::new(Exit::Usage, "there are no files to merge", None))?;
    Ok(Results { rounds: 0..of.rounds, ..sum })
}

/// That a file differs from what the `first` is about.
pub fn mixed(file: &Path, first: &Path, difference: &str) -> Failure {
    let as_first = if file == first { String::new() } else { format!(", as {} is", first.display()) };
    let what = format!("the files cannot be merged: {} is about {difference}{as_first}", file.display());
    Failure::new(Exit::Scenario, what, None)
}

/// Checks that the `parts` are `all` rounds or points, each once.
///
/// # Errors
/// Which are not.
pub fn all_once(what: &str, parts: Vec<(Range<u64>, &Path)>, all: u64) -> Result<(), Failure> {
    let faults = faults(what, parts, all);
    if faults.is_empty() {
        return Ok(());
    }
    let said = format!("the files cannot be merged: they are not all {what}s, each once");
    Err(Failure::new(Exit::Scenario, said, Some(&faults.join("\n  "))))
}

/// Faults named at most.
const FAULTS: usize = 10;

/// Which of `all` rounds or points are in several of the `parts`, or in none, in words.
fn faults(what: &str, mut parts: Vec<(Range<u64>, &Path)>, all: u64) -> Vec<String> {
    parts.retain(|(part, _)| !part.is_empty());
    parts.sort_by_key(|(part, path)| (part.start, part.end, *path));
    let mut faults = Vec::new();
    // What there is so far, and the file that reaches farthest.
    let (mut until, mut last) = (0, None::<&Path>);
    for (part, path) in parts {
        if part.start > until {
            faults.push(gap(what, until..part.start, last, Some(path)));
        } else if let Some(last) = last.filter(|_| part.start < until) {
            let both = span(what, &(part.start..until.min(part.end)));
            faults.push(format!("{both}: in {} and in {}", last.display(), path.display()));
        }
        if part.end > until {
            (until, last) = (part.end, Some(path));
        }
    }
    if until < all {
        faults.push(gap(what, until..all, last, None));
    }
    if faults.len() > FAULTS {
        let more = faults.len() - FAULTS;
        faults.truncate(FAULTS);
        faults.push(format!("and {more} more"));
    }
    faults
}

/// That a part is missing, between which files.
fn gap(what: &str, part: Range<u64>, before: Option<&Path>, after: Option<&Path>) -> String {
    let place = match (before, after) {
        (Some(before), Some(after)) => format!(", between {} and {}", before.display(), after.display()),
        (Some(before), None) => format!(", after {}", before.display()),
        (None, Some(after)) => format!(", before {}", after.display()),
        (None, None) => String::new(),
    };
    format!("{}: in none of them{place}", span(what, &part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(parts: &[(Range<u64>, &'static str)]) -> Vec<String> {
        faults("round", parts.iter().map(|(part, path)| (part.clone(), Path::new(*path))).collect(), 100)
    }

    #[test]
    fn each_round_must_be_there_once() {
        assert!(said(&[(50..100, "b"), (0..50, "a"), (50..50, "none")]).is_empty());
        assert_eq!(said(&[]), ["rounds 0 to 99: in none of them"]);
        assert_eq!(
            said(&[(10..20, "a"), (30..99, "b")]),
            [
                "rounds 0 to 9: in none of them, before a",
                "rounds 20 to 29: in none of them, between a and b",
                "round 99: in none of them, after b",
            ]
        );
        assert_eq!(said(&[(0..60, "a"), (50..100, "b")]), ["rounds 50 to 59: in a and in b"]);
        assert_eq!(said(&[(0..100, "a"), (0..100, "b")]), ["rounds 0 to 99: in a and in b"]);
        // A part within another, then one that only the longer overlaps.
        assert_eq!(
            said(&[(0..60, "a"), (10..20, "b"), (50..100, "c")]),
            ["rounds 10 to 19: in a and in b", "rounds 50 to 59: in a and in c"]
        );
        let many = (0..12).map(|i| (8 * i + 1..8 * i + 8, "x")).collect::<Vec<_>>();
        assert_eq!(said(&many).last().unwrap(), "and 3 more");
    }
}
