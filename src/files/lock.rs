//! Who may write a file: the system's locks, each on a file of its own beside the file that it is about.
//!
//! What belongs to `results.csv` while it is written is called `.nemcon-results.csv.lock` and, before it takes its
//! place, `.nemcon-results.csv.` with six letters or digits and `.tmp`. Whoever holds the lock, and nobody else, may
//! remove what a program that was killed has left of either.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::unfinished::Unfinished;
use crate::hash::sha256_hex;

/// The right to write the file at one place, until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    /// The file that is locked.
    path: PathBuf,
    /// Nothing if the file system has no locks.
    file: Option<File>,
    unfinished: Arc<Unfinished>,
}

/// What came of trying to take a lock.
pub(super) enum Taking {
    /// No one else has it.
    Taken(Lock),
    /// The file system has no locks, for this reason.
    NoLocks(Lock, io::Error),
    /// Another program has it, or another part of this one.
    Busy,
}

impl Lock {
    /// Takes the lock of the file at `place`, without waiting.
    ///
    /// # Errors
    /// That the file to be locked cannot be made.
    pub fn take(place: &Path, unfinished: &Arc<Unfinished>) -> io::Result<Taking> {
        let path = place.with_file_name(named(place, ".lock"));
        let mut missing = None;
        let held = unfinished.making(
            || {
                hold(&path, |file| match file.try_lock() {
                    Err(TryLockError::Error(error)) => {
                        missing = Some(error);
                        Ok(())
                    }
                    other => other,
                })
            },
            |_| path.clone(),
        );
        let lock = |file| Self { path: path.clone(), file, unfinished: Arc::clone(unfinished) };
        match (held, missing) {
            (Ok(_), Some(error)) => Ok(Taking::NoLocks(lock(None), error)),
            (Ok(file), None) => Ok(Taking::Taken(lock(Some(file)))),
            (Err(error), _) if error.kind() == io::ErrorKind::WouldBlock => Ok(Taking::Busy),
            (Err(error), _) => Err(error),
        }
    }

    /// Whether it keeps others away.
    pub fn is_held(&self) -> bool {
        self.file.is_some()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While it is still locked, so that whoever comes next makes another.
        self.unfinished.ending(&self.path, || {
            if CAN_BE_REMOVED {
                let _ = fs::remove_file(&self.path);
            }
        });
    }
}

/// Whether it can be known that a file that is locked is still the one at its path.
const CAN_BE_REMOVED: bool = cfg!(unix);

/// The file at `path`, made if it is missing and locked.
fn hold(path: &Path, mut lock: impl FnMut(&File) -> Result<(), TryLockError>) -> io::Result<File> {
    loop {
        let file = open(path)?;
        lock(&file)?;
        if is_at(&file, path)? {
            return Ok(file);
        }
        // Whoever had it before has just removed it.
    }
}

fn open(path: &Path) -> io::Result<File> {
    let made = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    // One that another user has left can be locked all the same.
    made.or_else(|error| File::open(path).map_err(|_| error))
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let id = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    match fs::metadata(path) {
        Ok(there) => Ok(id(there) == id(file.metadata()?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Bytes of a file's name beyond which its digest stands for it: names of more than 255 cannot be.
const LONGEST_NAME: usize = 200;

/// What is called after the file at `place` and ends so.
fn named(place: &Path, end: &str) -> OsString {
    let name = place.file_name().unwrap_or_default();
    let mut named = OsString::from(".nemcon-");
    if name.len() > LONGEST_NAME {
        named.push(sha256_hex(name.as_encoded_bytes()))
    } else {
        named.push(name)
    }
    named.push(end);
    named
}

/// Letters and digits that tell temporaries of one file apart.
pub(super) const LETTERS: usize = 6;
/// What temporaries end with.
pub(super) const TEMPORARY: &str = ".tmp";

/// What the temporaries of the file at `place` begin with.
pub(super) fn temporary_prefix(place: &Path) -> OsString {
    named(place, ".")
}

/// The temporaries of the file at `place` that are there.
pub(super) fn temporaries(place: &Path) -> Vec<PathBuf> {
    let prefix = temporary_prefix(place);
    let is_one = |name: &OsStr| {
        let letters = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes());
        let letters = letters.and_then(|rest| rest.strip_suffix(TEMPORARY.as_bytes()));
        letters.is_some_and(|letters| letters.len() == LETTERS && letters.iter().all(u8::is_ascii_alphanumeric))
    };
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let found = entries.filter(|entry| is_one(&entry.file_name()) && entry.file_type().is_ok_and(|it| it.is_file()));
    found.map(|entry| entry.path()).collect()
}
