//! The log of rounds, written while the run goes on.

use std::io::{self, Write};

use nemcon::model::Model;
use nemcon::report::csv;
use nemcon::report::rows::{NO_CONSENSUS, RoundRow};
use nemcon::simulation::{LogRow, RoundLog};

use super::failure::Failure;
use super::output::Target;

/// Turns rounds into rows of a file.
pub struct LogFile<'a> {
    model: &'a Model,
    target: Target,
    /// Whoever read the other end of a pipe has gone; there is no one left to write for.
    unread: bool,
}

impl<'a> LogFile<'a> {
    /// Writes the header of a log about `model`.
    ///
    /// # Errors
    /// That it cannot be written.
    pub fn start(model: &'a Model, target: Target) -> Result<Self, Failure> {
        let mut log = Self { model, target, unread: false };
        log.put(csv::ROUNDS_HEADER).map_err(|error| log.failure(&error))?;
        Ok(log)
    }

    /// Ends the log and puts it in its place.
    ///
    /// # Errors
    /// That its end cannot be written.
    pub fn finish(mut self) -> Result<(), Failure> {
        match self.target.flush() {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(self.failure(&error)),
            Err(_) => Ok(()),
            Ok(()) if self.unread => Ok(()),
            Ok(()) => self.target.finish(),
        }
    }

    /// The failure that `error` means for the log.
    pub fn failure(&self, error: &io::Error) -> Failure {
        self.target.failure(error)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.unread {
            return Ok(());
        }
        match self.target.write_all(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.unread = true;
                Ok(())
            }
            result => result,
        }
    }

    fn row(&self, row: &LogRow) -> RoundRow<'a> {
        let candidate = row.outcome.and_then(|c| self.model.candidates.get(c.index()));
        let stage = self.model.stages.get(row.stage).filter(|_| row.ballots > 0);
        RoundRow {
            round: row.round,
            assumption: &self.model.assumption,
            outcome: candidate.map_or(NO_CONSENSUS, |c| &c.id),
            stage: stage.map_or("", |stage| &stage.name),
            ballots: row.ballots,
            vetoes: row.vetoes,
        }
    }
}

impl RoundLog for LogFile<'_> {
    fn write(&mut self, rows: &[LogRow]) -> io::Result<()> {
        let bytes = csv::rounds(rows.iter().map(|row| self.row(row)))?;
        self.put(&bytes)
    }
}
