//! Options of long runs: where counts are saved, and from where a run goes on.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::files::{Claim, Opening, OutFiles, Target, reason};
use crate::study::{Merger, Question, Results, Session, Shard, Work, span};
use crate::text::{printable, printable_message};

use super::console;
use super::failure::{Exit, Failure};
use super::scenario::STANDARD;

/// Options of long runs.
#[derive(Debug, Default, Args)]
pub struct Saving {
    /// Save the counts to this file every few seconds, so that the run can go on if it is broken off
    #[arg(long, value_name = "FILE", group = "saved", help_heading = "Long runs")]
    pub checkpoint: Option<PathBuf>,

    /// Go on where this checkpoint ends; otherwise as --checkpoint. More --rounds than before may be asked for, but not
    /// of a sweep
    #[arg(long, value_name = "FILE", group = "saved", help_heading = "Long runs")]
    pub resume: Option<PathBuf>,

    /// Simulate only the I-th of N shares of the rounds, or of a sweep's points, and leave the counts in the
    /// checkpoint, for `nemcon merge`
    #[arg(long, value_name = "I/N", requires = "saved", conflicts_with_all = ["out", "format"], help_heading = "Long runs")]
    pub shard: Option<Shard>,

    /// The files to add up in place of simulating anything: those of `merge`
    #[arg(skip)]
    pub merged: Option<Vec<PathBuf>>,
}

impl Saving {
    /// The file in which counts are saved.
    pub fn path(&self) -> Option<&Path> {
        self.resume.as_deref().or(self.checkpoint.as_deref())
    }

    /// Whether this can be saved if the scenario, or the checkpoint, is `-`.
    ///
    /// # Errors
    /// That it cannot, and why.
    pub fn check_standard(&self, scenario: &Path) -> Result<(), Failure> {
        let Some(path) = self.path() else { return Ok(()) };
        let refuse = |what, help| Err(Failure::new(Exit::Usage, what, Some(help)));
        if path == Path::new(STANDARD) {
            let what = "a checkpoint cannot be `-`: it is written again and again, each time in place of the last";
            return refuse(what, "name a file; ./- is one called -");
        }
        if scenario == Path::new(STANDARD) {
            let what = "a scenario from standard input cannot have a checkpoint: --resume and `merge` read it again";
            return refuse(what, "save the scenario in a file");
        }
        Ok(())
    }

    /// Which units of the question are to be counted; otherwise all.
    fn part<Q: Question>(&self, question: &Q) -> Option<Range<u64>> {
        let asked = question.asked();
        self.shard.map(|shard| shard.part(&asked.question, question.units(asked.rounds)))
    }

    /// Claims the file at `path` for the counts, so that no other run saves to it; it must not be one of `out`.
    ///
    /// # Errors
    /// That another run saves to it, that it exists and must not be overwritten, or that it cannot be created or read.
    pub fn claim<'a>(
        &self,
        path: &Path,
        opening: Opening<'a>,
        out: Option<&OutFiles>,
    ) -> Result<Checkpoint<'a>, Failure> {
        if out.is_some_and(|out| out.contains(path)) {
            let what = "the checkpoint and --out would be the same file";
            return Err(Failure::new(Exit::Usage, what, Some("give the checkpoint another name")));
        }
        if self.resume.is_some() {
            // A missing one is not made.
            check_readable(path)?;
        } else {
            regular(path)?;
        }
        let forced = Opening { force: true, ..opening };
        let claim = Claim::new(path, &forced)?;
        if self.resume.is_none() && !opening.force && path.symlink_metadata().is_ok() {
            let help = "go on with it by --resume, choose another name, or overwrite with --force";
            return Err(Failure::new(Exit::CannotCreate, format!("{} exists", path.display()), Some(help)));
        }
        Ok(Checkpoint { claim: Arc::new(claim), opening: forced })
    }

    /// Begins a session whose counts are saved in the file at `path`, or goes on with the one in it.
    ///
    /// # Errors
    /// That what was saved cannot be read, or is about something else.
    pub fn begin<'q, Q: Question>(&self, question: &'q Q, path: &Path) -> Result<Session<'q, Q>, Failure> {
        let part = self.part(question);
        let session = match self.resume {
            Some(_) => Session::resume(question, part, &read(path)?),
            None => Session::begin(question, part),
        };
        session.map_err(|error| Failure::of_saved(path, &error))
    }

    /// Says where the counts are of the part that was asked for, or of what was counted of it.
    ///
    /// # Errors
    /// That standard output cannot be written to.
    pub fn tell_part<C>(&self, results: &Results<C>, all: u64, missing: u64) -> Result<Exit, Failure> {
        let place = self.path().map(|path| format!(" are in {}", path.display())).unwrap_or_default();
        let counted = span(results.of.question.unit(), &results.units);
        console::show(printable(&format!("{counted} of {all}{place}\n")).as_bytes())?;
        Ok(if missing > 0 { Exit::Interrupted } else { Exit::Done })
    }
}

/// A file in which counts are saved, and no other run saves any.
pub struct Checkpoint<'a> {
    claim: Arc<Claim>,
    opening: Opening<'a>,
}

impl Checkpoint<'_> {
    /// Counts what is missing and saves the counts after every piece.
    ///
    /// # Errors
    /// That it cannot be simulated or saved.
    pub fn fill<Q: Question>(&self, session: &mut Session<'_, Q>, work: &mut Work<'_>) -> Result<(), Failure> {
        // At once, so that a bad path fails before the run.
        self.save(session)?;
        session.finish_in_pieces(work, |session| self.save(session))
    }

    /// Writes the counts of a session, whole or not at all.
    fn save<Q: Question>(&self, session: &Session<'_, Q>) -> Result<(), Failure> {
        regular(self.claim.path())?;
        let mut target = Target::claimed(&self.claim, &self.opening)?;
        let bytes = session.to_bytes().map_err(|error| target.error(&error))?;
        target.write_whole(&bytes)?;
        Ok(target.finish_for_good()?)
    }
}

/// Whether the file at `path`, if there is one, can hold a checkpoint.
fn regular(path: &Path) -> Result<(), Failure> {
    if fs::metadata(path).is_ok_and(|file| !file.is_file()) {
        let what = format!("{} cannot hold a checkpoint: it is not a regular file", path.display());
        return Err(Failure::new(Exit::CannotCreate, what, None));
    }
    Ok(())
}

/// Results of the largest bodies take a tenth of this.
const MAX_BYTES: u64 = 1 << 30;

/// Reads a file of results.
///
/// # Errors
/// That it cannot be read, or can be none.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    check_readable(path)?;
    fs::read(path).map_err(|error| unreadable(path, Exit::Unreadable, &reason(&error)))
}

fn unreadable(path: &Path, exit: Exit, why: &str) -> Failure {
    Failure::new(exit, format!("{} cannot be read: {why}", path.display()), None)
}

/// Whether the file at `path` can be one of results.
fn check_readable(path: &Path) -> Result<(), Failure> {
    let cannot = |exit, why: &str| unreadable(path, exit, why);
    let metadata = fs::metadata(path).map_err(|error| cannot(Exit::Unreadable, &reason(&error)))?;
    if !metadata.is_file() {
        return Err(cannot(Exit::Unreadable, "it is not a regular file"));
    }
    if metadata.len() > MAX_BYTES {
        return Err(cannot(Exit::Scenario, "it is too large to be a file of nemcon's results"));
    }
    Ok(())
}

/// Adds up files of results: all that the question asks for.
///
/// # Errors
/// That a file cannot be read, is about something else, or that units are missing or there twice.
pub fn add_up<Q: Question>(question: &Q, files: &[PathBuf]) -> Result<Results<Q::Counts>, Failure> {
    let mut merger = Merger::new(question);
    for file in files {
        merger.add(&printable_message(&file.display().to_string()), &read(file)?)?;
    }
    Ok(merger.finish()?)
}
