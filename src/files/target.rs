//! One file to be written: whole or not there at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use tempfile::NamedTempFile;

use super::claim::{Claim, FORCE, Opening, Watch};
use super::error::{FileError, reason};
use super::lock::{LETTERS, TEMPORARY, temporary_prefix};

/// A file to be written.
#[derive(Debug)]
pub struct Target {
    /// Where it goes, as the user knows it.
    path: PathBuf,
    sink: Sink,
}

#[derive(Debug)]
enum Sink {
    /// To be renamed to the place claimed when whole; `replace` says whether a file that is there may go.
    Temporary { file: BufWriter<NamedTempFile>, claim: Arc<Claim>, replace: bool },
    /// Written to as it is.
    Direct(BufWriter<File>),
    /// In its place.
    Placed,
}

impl Target {
    /// Opens `path`, whose folder exists.
    ///
    /// # Errors
    /// That it exists and may not be overwritten, is read by this run or written by another, or cannot be created;
    /// that the user stopped while no one read the pipe at `path`.
    pub fn open(path: &Path, opening: &Opening<'_>) -> Result<Self, FileError> {
        match Self::direct(path, opening.watch)? {
            Some(direct) => Ok(direct),
            None => Self::claimed(&Arc::new(Claim::new(path, opening)?), opening),
        }
    }

    /// Opens what is at `path` if it is neither a regular file nor nothing.
    pub(super) fn direct(path: &Path, watch: &dyn Watch) -> Result<Option<Self>, FileError> {
        let Ok(metadata) = fs::metadata(path) else { return Ok(None) };
        if metadata.is_file() {
            return Ok(None);
        }
        if metadata.is_dir() {
            return Err(FileError::refused(format!("{} is a folder, not a file", path.display()), None));
        }
        let file = open_as_it_is(path, watch)?;
        Ok(Some(Self { path: path.to_owned(), sink: Sink::Direct(BufWriter::new(file)) }))
    }

    /// Opens a file in the place of `claim`, which may be opened once more when it is finished.
    ///
    /// # Errors
    /// That it cannot be created.
    pub fn claimed(claim: &Arc<Claim>, opening: &Opening<'_>) -> Result<Self, FileError> {
        let (path, place) = (claim.path().to_owned(), claim.place());
        let cannot = |error: io::Error| {
            FileError::refused(format!("{} cannot be created: {}", path.display(), reason(&error)), None)
        };
        let make = || temporary(place);
        let file = opening.watch.unfinished().making(make, |file| file.path().to_owned()).map_err(cannot)?;
        if let Ok(old) = fs::metadata(place) {
            keep_permissions(file.as_file(), &old).map_err(cannot)?;
        }
        let sink = Sink::Temporary { file: BufWriter::new(file), claim: Arc::clone(claim), replace: opening.force };
        Ok(Self { path, sink })
    }

    /// Whether it becomes a regular file.
    pub fn is_file(&self) -> bool {
        self.claim().is_some()
    }

    /// The claim to its place; nothing if it is written to as it is.
    pub(super) fn claim(&self) -> Option<&Arc<Claim>> {
        match &self.sink {
            Sink::Temporary { claim, .. } => Some(claim),
            Sink::Direct(_) | Sink::Placed => None,
        }
    }

    /// Writes all of `bytes`.
    ///
    /// # Errors
    /// That they cannot be written.
    pub fn write_whole(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let written = self.write_all(bytes).and_then(|()| self.flush());
        written.map_err(|error| self.error(&error))
    }

    /// Puts the file, which is whole, in its place.
    ///
    /// # Errors
    /// That this is not possible, or that another file has come there meanwhile.
    pub fn finish(mut self) -> Result<(), FileError> {
        self.put()
    }

    /// As [`finish`](Self::finish), but keeps the claim as long as the target.
    pub(super) fn put(&mut self) -> Result<(), FileError> {
        self.flush().map_err(|error| self.error(&error))?;
        let Sink::Temporary { file, claim, replace } = mem::replace(&mut self.sink, Sink::Placed) else {
            return Ok(());
        };
        let cannot = |error: &io::Error| FileError::unwritten(&self.path, error);
        let file = file.into_inner().map_err(|error| cannot(error.error()))?;
        let renamed = if replace { file.persist(claim.place()) } else { file.persist_noclobber(claim.place()) };
        match renamed {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(self.has_come()),
            Err(error) => Err(cannot(&error.error)),
        }
    }

    /// Whether the file can take its place as far as is known.
    ///
    /// # Errors
    /// That another has come there meanwhile.
    pub(super) fn check_place(&self) -> Result<(), FileError> {
        match &self.sink {
            Sink::Temporary { claim, replace: false, .. } if claim.place().symlink_metadata().is_ok() => {
                Err(self.has_come())
            }
            Sink::Temporary { .. } | Sink::Direct(_) | Sink::Placed => Ok(()),
        }
    }

    fn has_come(&self) -> FileError {
        let what = format!("{} has come into being during the run", self.path.display());
        FileError::refused(what, Some(FORCE))
    }

    /// From now on what was written stays under its temporary name if it does not come to its place.
    pub(super) fn keep_temporary(&mut self) {
        if let Sink::Temporary { file, .. } = &mut self.sink {
            file.get_mut().disable_cleanup(true);
        }
    }

    /// Puts the file, which is whole, in its place, so that it is there even if the machine stops the moment after.
    ///
    /// # Errors
    /// As [`finish`](Self::finish).
    pub fn finish_for_good(mut self) -> Result<(), FileError> {
        self.flush().map_err(|error| self.error(&error))?;
        let mut folder = None;
        if let Sink::Temporary { file, .. } = &self.sink {
            let file = file.get_ref();
            file.as_file().sync_all().map_err(|error| self.error(&error))?;
            folder = file.path().parent().map(Path::to_owned);
        }
        self.finish()?;
        // Not every system can do this to a folder; the file is whole all the same.
        let _ = folder.map(|folder| File::open(folder).and_then(|folder| folder.sync_all()));
        Ok(())
    }

    /// What `error` means for this file.
    pub fn error(&self, error: &io::Error) -> FileError {
        FileError::unwritten(&self.path, error)
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.sink {
            Sink::Temporary { file, .. } => file.write(bytes),
            Sink::Direct(file) => file.write(bytes),
            Sink::Placed => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Temporary { file, .. } => file.flush(),
            Sink::Direct(file) => file.flush(),
            Sink::Placed => Ok(()),
        }
    }
}

/// Time between two looks at whether the user wants to stop.
const STEP: Duration = Duration::from_millis(20);

/// Opens what is no regular file. That may wait for ever, as for someone to read a pipe: so it is done elsewhere, and
/// given up when the user wants to stop.
fn open_as_it_is(path: &Path, watch: &dyn Watch) -> Result<File, FileError> {
    let (sender, opened) = mpsc::channel();
    let cannot = |error: io::Error| {
        FileError::refused(format!("{} cannot be created: {}", path.display(), reason(&error)), None)
    };
    let there = path.to_owned();
    let open = move || drop(sender.send(OpenOptions::new().write(true).open(there)));
    thread::Builder::new().name("open".to_owned()).spawn(open).map_err(cannot)?;
    loop {
        match opened.recv_timeout(STEP) {
            Ok(file) => return file.map_err(cannot),
            Err(RecvTimeoutError::Timeout) if watch.stopped() => {
                return Err(FileError::Unread { path: path.to_owned() });
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(cannot(io::ErrorKind::Interrupted.into())),
        }
    }
}

/// Who may read and write `old` may do so with the file that takes its place.
fn keep_permissions(file: &File, old: &fs::Metadata) -> io::Result<()> {
    let permissions = old.permissions();
    if file.metadata()?.permissions() == permissions { Ok(()) } else { file.set_permissions(permissions) }
}

/// A temporary file for `place`, as readable as any other file of the user.
fn temporary(place: &Path) -> io::Result<NamedTempFile> {
    let prefix = temporary_prefix(place);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).rand_bytes(LETTERS).suffix(TEMPORARY);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(place.parent().unwrap_or(Path::new("")))
}

/// Gives the file at `place` a temporary name; which.
pub(super) fn aside(place: &Path) -> io::Result<PathBuf> {
    let (_, name) = temporary(place)?.keep().map_err(|error| error.error)?;
    fs::rename(place, &name)?;
    Ok(name)
}
