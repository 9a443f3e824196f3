//! Results files: where a long run is saved, and where it goes on.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::analysis::precision::{Length, Precise};
use crate::analysis::sweep::Point;
use crate::model::{MAX_ROUNDS, Model};
use crate::report::grouped;
use crate::report::results::{Asked, Results};
use crate::simulation::{Compared, Control, Counts, Done, Joint, RunError, Tally};

use super::console::{self, reason};
use super::failure::{Exit, Failure};
use super::job::OwnOptions;
use super::output::{Opening, OutFiles, Target};
use super::progress::Goal;
use super::shard::Shard;

/// Options of long runs.
#[derive(Debug, Default, Args)]
pub struct Saving {
    /// Save the counts to this file every few seconds, so that the run can go on if it is broken off
    #[arg(long, value_name = "FILE", group = "saved", help_heading = "Long runs")]
    pub checkpoint: Option<PathBuf>,

    /// Go on where this checkpoint ends; otherwise as --checkpoint. More --rounds than before may be asked for, but not of a sweep
    #[arg(long, value_name = "FILE", group = "saved", help_heading = "Long runs")]
    pub resume: Option<PathBuf>,

    /// Simulate only the I-th of N shares of the rounds, or of a sweep's points, and leave the counts in the checkpoint, for `nemcon merge`
    #[arg(long, value_name = "I/N", requires = "saved", conflicts_with_all = ["out", "format"], help_heading = "Long runs")]
    pub shard: Option<Shard>,

    /// The files to add up in place of simulating anything: those of `merge`
    #[arg(skip)]
    pub merged: Option<Vec<PathBuf>>,
}

impl Saving {
    /// The results file.
    pub fn path(&self) -> Option<&Path> {
        self.resume.as_deref().or(self.checkpoint.as_deref())
    }

    /// The options for the record of the run.
    pub fn own_options(&self) -> OwnOptions {
        let checkpoint = self.path().map(Path::to_owned);
        OwnOptions { checkpoint, merged: self.merged.clone(), ..OwnOptions::default() }
    }

    /// Opens the results file for what is `asked` about `models`; it must not be one of `out`.
    ///
    /// # Errors
    /// A new one: that it exists and must not be overwritten, or cannot be created. One that is there: that it cannot be read,
    /// or holds rounds of something else.
    pub fn open<'a>(
        &self,
        asked: Asked,
        models: &[&Model],
        length: Length,
        opening: Opening<'a>,
        out: Option<&OutFiles>,
    ) -> Result<Option<Checkpoint<'a>>, Failure> {
        let Some(path) = self.path() else { return Ok(None) };
        if self.shard.is_some() && length.precision.is_some() {
            let what =
                "--precision cannot be used with --shard, but for a sweep: which share has which rounds must be known";
            return Err(Failure::new(Exit::Usage, what, Some("say how many --rounds")));
        }
        let results = match self.resume {
            Some(_) => self.resumed(path, asked, models, length)?,
            None => nothing(models, self.wanted(asked.rounds).start, asked),
        };
        let until = self.wanted(results.of.rounds).end;
        self.begin(path, results, until, opening, out).map(Some)
    }

    /// Saves what there is to begin with; `until` is the first round, or point, that is no longer to be simulated.
    ///
    /// # Errors
    /// That the file is new, but exists and must not be overwritten, or that it cannot be written or is one of `out`.
    pub fn begin<'a, C: Serialize>(
        &self,
        path: &Path,
        results: Results<C>,
        until: u64,
        opening: Opening<'a>,
        out: Option<&OutFiles>,
    ) -> Result<Checkpoint<'a, C>, Failure> {
        if fs::metadata(path).is_ok_and(|file| !file.is_file()) {
            let what = format!("{} cannot hold a checkpoint: it is not a regular file", path.display());
            return Err(Failure::new(Exit::CannotCreate, what, None));
        }
        let resume = self.resume.is_some();
        if !resume && path.symlink_metadata().is_ok() && !opening.force {
            let help = "go on with it by --resume, choose another name, or overwrite with --force";
            return Err(Failure::new(Exit::CannotCreate, format!("{} exists", path.display()), Some(help)));
        }
        let opening = Opening { force: opening.force || resume, ..opening };
        let now = Instant::now();
        let mut checkpoint = Checkpoint { path: path.to_owned(), results, until, opening, begun: now, saved: now };
        // At once, so that the place is taken and a bad path fails before the run.
        checkpoint.save(out)?;
        checkpoint.opening.force = true;
        Ok(checkpoint)
    }

    /// The share that is to be counted, as given.
    pub fn share(&self) -> Option<String> {
        self.shard.map(|shard| shard.to_string())
    }

    /// Which of so many rounds are to be simulated.
    fn wanted(&self, rounds: u64) -> Range<u64> {
        self.shard.map_or(0..rounds, |shard| shard.part(rounds))
    }

    /// What is there of what is to be simulated.
    fn resumed(&self, path: &Path, asked: Asked, models: &[&Model], length: Length) -> Result<Results, Failure> {
        let mut results = load(path)?;
        same(path, &results.of, &asked)?;
        let before = results.of.rounds;
        // Doublings that were begun are gone on with, but a coarser precision may have needed fewer.
        let finer = results.of.precision.zip(asked.precision).is_some_and(|(before, now)| now <= before);
        let now = if finer && length.comes_to(before) { before } else { asked.rounds };
        if now < before || now > before && self.shard.is_some() {
            let help = format!("say --rounds {before}{}", if self.shard.is_some() { "" } else { " or more" });
            return Err(unfit(path, &format!("{} rounds were asked for", grouped(before)), &help));
        }
        let wanted = self.wanted(now);
        goes_on(path, "round", &results.rounds, &wanted)?;
        check(&results, models, path)?;
        results.of = Asked { rounds: now, ..asked };
        Ok(results)
    }
}

/// That the file at `path` holds what cannot be gone on with.
fn unfit(path: &Path, why: &str, help: &str) -> Failure {
    Failure::new(Exit::Scenario, format!("{} cannot be resumed: {why}", path.display()), Some(help))
}

/// Checks that the file at `path` is about what is `asked`.
///
/// # Errors
/// In what it differs.
pub fn same(path: &Path, of: &Asked, asked: &Asked) -> Result<(), Failure> {
    let help = "resume with the scenario and the options with which it was begun";
    let unfit = |difference: String| unfit(path, &format!("it is about {difference}"), help);
    if let Some(difference) = of.difference(asked) {
        return Err(unfit(difference));
    }
    let share = |of: &Asked| of.shard.as_ref().map_or("the whole".to_owned(), |shard| format!("share {shard}"));
    if of.shard == asked.shard { Ok(()) } else { Err(unfit(format!("{}, not {}", share(of), share(asked)))) }
}

/// Checks that what the file at `path` holds is the beginning of what is wanted.
///
/// # Errors
/// What it holds instead.
pub fn goes_on(path: &Path, what: &str, holds: &Range<u64>, wanted: &Range<u64>) -> Result<(), Failure> {
    if holds.start == wanted.start && holds.end <= wanted.end {
        return Ok(());
    }
    let (holds, wanted) = (span(what, holds), span(what, wanted));
    let help = "give the --shard, or none, with which it was begun";
    Err(unfit(path, &format!("it holds {holds}, and {wanted} are to be simulated"), help))
}

/// A run, or a sweep, of which the counts are saved.
pub struct Checkpoint<'a, C = Compared> {
    path: PathBuf,
    /// What was counted.
    results: Results<C>,
    /// The first round, or point, that is no longer to be simulated.
    until: u64,
    opening: Opening<'a>,
    /// When it was opened, and last saved between two chunks of points.
    begun: Instant,
    saved: Instant,
}

/// How long a piece of a run should take: after each the counts are saved.
const PIECE: Duration = Duration::from_secs(10);
/// Rounds of the first piece, when it is not known yet how long they take; also what a piece is a multiple of.
const FIRST: u64 = 128;
/// How much longer a piece may be than the one before it.
const GROWTH: f64 = 4.0;

impl Checkpoint<'_> {
    /// Simulates the rounds that are missing, and more if `length` asks for more, in pieces, and saves the counts after each;
    /// ends early if the control says stop. The `goal` hears how many it will probably be.
    ///
    /// # Errors
    /// That they cannot be simulated or saved.
    pub fn fill(
        &mut self,
        length: Length,
        control: &Control,
        mut simulate: impl FnMut(Range<u64>) -> Result<Done<Compared>, RunError>,
        goal: &Goal,
        failure: impl FnOnce(&RunError) -> Failure,
    ) -> Result<(), Failure> {
        let (before, mut piece) = (self.results.rounds.end, FIRST);
        loop {
            if self.missing() == 0 {
                let (asked, reach) = (self.results.of.rounds, self.results.counts.reach());
                if length.is_enough(asked, reach) {
                    break;
                }
                goal.announce(length.expected(asked, reach) - before);
                self.until = Length::after(asked).end;
                self.results.of.rounds = self.until;
            }
            if control.stopped() {
                break;
            }
            let (from, start) = (self.results.rounds.end, Instant::now());
            let done = match simulate(from..self.until.min(from.saturating_add(piece))) {
                Ok(done) => done,
                Err(error) => return Err(failure(&error)),
            };
            let took = start.elapsed();
            self.results.counts.merge(&done.counts);
            self.results.rounds.end += done.counts.rounds();
            self.results.elapsed_seconds += took.as_secs_f64();
            self.save(None)?;
            piece = next(piece, took);
        }
        Ok(())
    }
}

impl Checkpoint<'_, Vec<Point>> {
    /// What is there already.
    pub fn points(&self) -> &Results<Vec<Point>> {
        &self.results
    }

    /// Adds the next points, which took so long, and saves all if that was not done for a while: at most a quarter of the time
    /// that was spent, and what [`PIECE`] says.
    ///
    /// # Errors
    /// That they cannot be saved.
    pub fn add(&mut self, points: &[Point], took: Duration) -> Result<(), Failure> {
        self.results.counts.extend_from_slice(points);
        self.results.rounds.end += points.len() as u64;
        self.results.elapsed_seconds += took.as_secs_f64();
        if self.saved.elapsed() >= PIECE.min(self.begun.elapsed() / 4) {
            self.save(None)?;
            self.saved = Instant::now();
        }
        Ok(())
    }
}

impl<C: Serialize> Checkpoint<'_, C> {
    /// Rounds, or points, that are still to be simulated.
    pub fn missing(&self) -> u64 {
        self.until - self.results.rounds.end
    }

    /// What was counted; says where it is saved if there is more to come.
    pub fn close(self, quiet: bool) -> Results<C> {
        if self.missing() > 0 && !quiet {
            let path = self.path.display();
            console::say(&format!("what is done is saved in {path}; --resume in place of --checkpoint goes on\n"));
        }
        self.results
    }

    /// Writes the file anew, whole or not at all; it must not be one of `out`.
    ///
    /// # Errors
    /// That it cannot be written or must not be.
    pub fn save(&self, out: Option<&OutFiles>) -> Result<(), Failure> {
        let mut target = Target::open(&self.path, &self.opening)?;
        if out.is_some_and(|out| out.contains(&target)) {
            let what = "the checkpoint and --out would be the same file";
            return Err(Failure::new(Exit::Usage, what, Some("give the checkpoint another name")));
        }
        let bytes = self.results.to_bytes().map_err(|error| target.failure(&error))?;
        target.write_whole(&bytes)?;
        target.finish_for_good()
    }
}

/// Rounds of the next piece after one of `piece` rounds that took so long.
fn next(piece: u64, took: Duration) -> u64 {
    let factor = (PIECE.as_secs_f64() / took.as_secs_f64().max(1e-9)).min(GROWTH);
    ((piece as f64 * factor) as u64 / FIRST * FIRST).max(FIRST)
}

/// Counts of no rounds, of which the first will be number `start`.
fn nothing(models: &[&Model], start: u64, of: Asked) -> Results {
    let tallies = models.iter().map(|model| Tally::new(model)).collect();
    let joints = models.iter().filter(|_| of.is_joint()).map(|model| Joint::new(model.candidates.len())).collect();
    Results { of, rounds: start..start, elapsed_seconds: 0.0, counts: Compared { tallies, joints } }
}

/// Results of the largest bodies take a tenth of this.
const MAX_BYTES: u64 = 1 << 30;

/// Reads a results file.
///
/// # Errors
/// That it cannot be read, or is none.
pub fn load<C: DeserializeOwned>(path: &Path) -> Result<Results<C>, Failure> {
    let cannot = |exit, why: &str| Failure::new(exit, format!("{} cannot be read: {why}", path.display()), None);
    let metadata = fs::metadata(path).map_err(|error| cannot(Exit::Unreadable, &reason(&error)))?;
    if !metadata.is_file() {
        return Err(cannot(Exit::Unreadable, "it is not a regular file"));
    }
    if metadata.len() > MAX_BYTES {
        return Err(cannot(Exit::Scenario, "it is too large to be a file of nemcon's results"));
    }
    let bytes = fs::read(path).map_err(|error| cannot(Exit::Unreadable, &reason(&error)))?;
    Results::from_bytes(&bytes).map_err(|error| cannot(Exit::Scenario, &error.to_string()))
}

/// Checks that `results`, read from `path`, can be counts of `models`.
///
/// # Errors
/// That they cannot.
pub fn check(results: &Results, models: &[&Model], path: &Path) -> Result<(), Failure> {
    let (Range { start, end }, asked) = (&results.rounds, results.of.rounds);
    let rounds = end.checked_sub(*start).filter(|_| *end <= asked && asked <= MAX_ROUNDS);
    if rounds.is_some_and(|rounds| results.counts.is_valid(models, rounds)) {
        return Ok(());
    }
    Err(unsound(path))
}

/// That the counts in the file at `path` cannot be right.
pub fn unsound(path: &Path) -> Failure {
    let what = format!("{} cannot be read: its counts contradict each other or the scenario", path.display());
    Failure::new(Exit::Scenario, what, None)
}

/// Some rounds or points, in words.
pub fn span(what: &str, part: &Range<u64>) -> String {
    match part.end.saturating_sub(part.start) {
        0 => format!("no {what}s"),
        1 => format!("{what} {}", part.start),
        _ => format!("{what}s {} to {}", part.start, part.end - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_last_about_as_long_as_they_should() {
        let (mut piece, mut longest) = (FIRST, Duration::ZERO);
        // Rounds that suddenly take a hundred times as long.
        for step in 0..40 {
            let took = Duration::from_micros(piece * if step < 20 { 1 } else { 100 });
            if step != 20 {
                longest = longest.max(took);
            }
            piece = next(piece, took);
            assert_eq!(piece % FIRST, 0);
        }
        assert!((Duration::from_secs(9)..=PIECE).contains(&longest), "{longest:?}");
        assert_eq!(next(FIRST, Duration::from_secs(1000)), FIRST);
        assert_eq!(next(FIRST, Duration::ZERO), FIRST * 4);
    }
}
