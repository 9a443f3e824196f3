//! The log of rounds, written while the run goes on.

use std::io::{self, BufWriter, Stdout, Write};
use std::path::{Path, PathBuf};

use crate::model::Model;
use crate::report::csv;
#[cfg(feature = "parquet")]
use crate::report::grouped;
#[cfg(feature = "parquet")]
use crate::report::parquet::{MAX_ROWS, RoundsWriter};
use crate::report::rows::{NO_CONSENSUS, RoundRow};
use crate::simulation::{LogRow, RoundLog};

use super::console;
use super::failure::{Exit, Failure};
use super::machine;
use crate::files::{FileError, Target};
use crate::hash::Digest;

/// Turns rounds into rows of a file.
pub struct LogFile<'a> {
    model: &'a Model,
    /// Nothing for standard output.
    path: Option<PathBuf>,
    rows: Box<dyn Rows<'a> + 'a>,
}

impl<'a> LogFile<'a> {
    /// Whether there is room for the log of so many rounds at `path`, as far as can be foreseen.
    ///
    /// # Errors
    /// That there is not.
    pub fn check_room(model: &Model, path: &Path, rounds: u64) -> Result<(), Failure> {
        if is_parquet(path) {
            return check_rows(path, rounds);
        }
        let outcomes = model.candidates.iter().map(|candidate| candidate.id.len()).chain([NO_CONSENSUS.len()]);
        // But for the round's number, with the commas, the ballots, the vetoes and the end of the line.
        let row = (model.assumption.len() + outcomes.min().unwrap_or(0) + 8) as u64;
        let digits = u64::from(rounds.max(1).ilog10().max(2) - 1);
        machine::check_room(path, rounds.saturating_mul(row + digits))
    }

    /// Begins a log about `model` in `target`, of the kind that its `path` asks for; CSV for a spreadsheet
    /// if `excel`.
    ///
    /// # Errors
    /// That it cannot be written, or that this program cannot write this kind.
    pub fn start(model: &'a Model, path: &Path, excel: bool, target: Target) -> Result<Self, Failure> {
        let mut sink = Sink::new(Place::File(target));
        let rows = if is_parquet(path) {
            parquet(sink, path)?
        } else {
            sink.header(excel).map_err(|error| FileError::unwritten(path, &error))?;
            Box::new(CsvRows { sink, excel })
        };
        Ok(Self { model, path: Some(path.to_owned()), rows })
    }

    /// Begins a CSV log about `model` on standard output, for a spreadsheet if `excel`; `alone` says whether the run is for nothing but the log.
    ///
    /// # Errors
    /// That it cannot be written to.
    pub fn to_standard_output(model: &'a Model, excel: bool, alone: bool) -> Result<Self, Failure> {
        let output = BufWriter::new(io::stdout());
        let mut sink = Sink::new(Place::Standard { output, alone });
        sink.header(excel).map_err(|error| console::unwritten(&error))?;
        Ok(Self { model, path: None, rows: Box::new(CsvRows { sink, excel }) })
    }

    /// Whether it goes to standard output.
    pub fn is_standard_output(&self) -> bool {
        self.path.is_none()
    }

    /// Ends the log; it is then to be put in its place.
    ///
    /// # Errors
    /// That its end cannot be written.
    pub fn finish(self) -> Result<EndedLog, Failure> {
        let sink = self.rows.finish().and_then(|mut sink| sink.flush().map(|()| sink));
        let sink = sink.map_err(|error| failure(self.path.as_deref(), &error))?;
        Ok(EndedLog { path: self.path, sink })
    }

    /// The failure that `error` means for the log.
    pub fn failure(&self, error: &io::Error) -> Failure {
        failure(self.path.as_deref(), error)
    }
}

/// The failure that `error` means for the log at `path`, or on standard output, which ends the run without a word if no
/// one reads it.
fn failure(path: Option<&Path>, error: &io::Error) -> Failure {
    match path {
        Some(path) => FileError::unwritten(path, error).into(),
        None if error.kind() == io::ErrorKind::BrokenPipe => Failure::rendered(Exit::Done, String::new()),
        None => console::unwritten(error),
    }
}

/// A log that is whole.
pub struct EndedLog {
    /// Nothing for standard output.
    path: Option<PathBuf>,
    sink: Sink,
}

impl EndedLog {
    /// Where it goes, as the user knows it; nothing for standard output.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The digest of what is in it.
    pub fn digest(&self) -> &Digest {
        &self.sink.digest
    }

    /// The file to be put in its place; nothing if no one reads it, or there is none.
    pub fn target(self) -> Option<Target> {
        match self.sink.place {
            Place::File(target) => (!self.sink.unread).then_some(target),
            Place::Standard { .. } => None,
        }
    }
}

impl RoundLog for LogFile<'_> {
    fn write(&mut self, rows: &[LogRow]) -> io::Result<()> {
        let model = self.model;
        self.rows.write(&mut rows.iter().map(|row| named(model, row)))
    }
}

fn is_parquet(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"))
}

/// The row with the names of what it is about.
fn named<'a>(model: &'a Model, row: &LogRow) -> RoundRow<'a> {
    let candidate = row.outcome.and_then(|c| model.candidates.get(c.index()));
    let stage = model.stages.get(row.stage).filter(|_| row.ballots > 0);
    RoundRow {
        round: row.round,
        assumption: &model.assumption,
        outcome: candidate.map_or(NO_CONSENSUS, |c| &c.id),
        stage: stage.map_or("", |stage| &stage.name),
        ballots: row.ballots,
        vetoes: row.vetoes,
    }
}

/// Rows in the format of a file.
trait Rows<'a>: Send {
    /// Writes the next rows.
    fn write(&mut self, rows: &mut dyn Iterator<Item = RoundRow<'a>>) -> io::Result<()>;
    /// Writes what ends the file.
    fn finish(self: Box<Self>) -> io::Result<Sink>;
}

struct CsvRows {
    sink: Sink,
    excel: bool,
}

impl<'a> Rows<'a> for CsvRows {
    fn write(&mut self, rows: &mut dyn Iterator<Item = RoundRow<'a>>) -> io::Result<()> {
        let rows = csv::rounds(rows)?;
        self.sink.write_all(&if self.excel { csv::guarded(&rows)? } else { rows })
    }

    fn finish(self: Box<Self>) -> io::Result<Sink> {
        Ok(self.sink)
    }
}

#[cfg(feature = "parquet")]
impl<'a> Rows<'a> for RoundsWriter<'a, Sink> {
    fn write(&mut self, rows: &mut dyn Iterator<Item = RoundRow<'a>>) -> io::Result<()> {
        self.write(rows)
    }

    fn finish(self: Box<Self>) -> io::Result<Sink> {
        (*self).finish()
    }
}

#[cfg(feature = "parquet")]
fn parquet<'a>(sink: Sink, path: &Path) -> Result<Box<dyn Rows<'a> + 'a>, Failure> {
    Ok(Box::new(RoundsWriter::new(sink).map_err(|error| FileError::unwritten(path, &error))?))
}

/// Whether a Parquet file can have so many rows.
#[cfg(feature = "parquet")]
fn check_rows(path: &Path, rounds: u64) -> Result<(), Failure> {
    if rounds <= MAX_ROWS {
        return Ok(());
    }
    let what = format!("{} cannot hold more than {} rounds", path.display(), grouped(MAX_ROWS));
    Err(Failure::new(Exit::TooLarge, what, Some("log fewer --rounds, or into a .csv file")))
}

#[cfg(not(feature = "parquet"))]
fn check_rows(_: &Path, _: u64) -> Result<(), Failure> {
    Ok(())
}

#[cfg(not(feature = "parquet"))]
fn parquet<'a>(_: Sink, path: &Path) -> Result<Box<dyn Rows<'a> + 'a>, Failure> {
    let what = format!("{} cannot be written: this nemcon was built without Parquet", path.display());
    let help = "let the name end in .csv, or build nemcon with `--features parquet`";
    Err(Failure::new(Exit::Usage, what, Some(help)))
}

/// Where rows go.
enum Place {
    File(Target),
    /// `alone`: once no one reads it, there is nothing left to simulate for.
    Standard {
        output: BufWriter<Stdout>,
        alone: bool,
    },
}

/// Where rows go, what is in it, and whether anyone reads it.
struct Sink {
    place: Place,
    digest: Digest,
    /// Whoever read the other end of a pipe has gone; there is no one left to write for.
    unread: bool,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.unread {
            return Ok(bytes.len());
        }
        let written = match &mut self.place {
            Place::File(target) => target.write(bytes),
            Place::Standard { output, .. } => output.write(bytes),
        };
        let written = self.unless_unread(written, bytes.len())?;
        self.digest.add(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.unread {
            return Ok(());
        }
        let flushed = match &mut self.place {
            Place::File(target) => target.flush(),
            Place::Standard { output, .. } => output.flush(),
        };
        self.unless_unread(flushed, ())
    }
}

impl Sink {
    fn new(place: Place) -> Self {
        Self { place, digest: Digest::default(), unread: false }
    }

    /// Writes what begins a CSV log.
    fn header(&mut self, excel: bool) -> io::Result<()> {
        let header = csv::rounds_header()?;
        self.write_all(&if excel { csv::for_spreadsheets(&header)? } else { header })
    }

    /// Whether the run is for nothing else.
    fn is_all(&self) -> bool {
        matches!(self.place, Place::Standard { alone: true, .. })
    }

    /// What writing came to; `all` if there is no one to read it.
    fn unless_unread<T>(&mut self, result: io::Result<T>, all: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe && !self.is_all() => {
                self.unread = true;
                Ok(all)
            }
            result => result,
        }
    }
}
