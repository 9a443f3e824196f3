//! A place that one run writes to, and no other meanwhile.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{FileError, reason};
use super::lock::{Lock, Taking, temporaries};
use super::unfinished::Unfinished;

/// Whoever runs the program, as far as files are concerned.
pub trait Watch {
    /// Where files are noted while they are unfinished.
    fn unfinished(&self) -> &Arc<Unfinished>;
    /// Whether the user wants to stop.
    fn stopped(&self) -> bool;
    /// Tells the user that the file system has no locks.
    fn without_locks(&self, why: &str);
}

/// What opening a file depends on besides its path.
#[derive(Clone, Copy)]
pub struct Opening<'a> {
    /// Whether files that exist may be overwritten.
    pub force: bool,
    /// Files that are read and must not be overwritten.
    pub inputs: &'a [PathBuf],
    /// Who is to be asked and told.
    pub watch: &'a dyn Watch,
}

/// The right to write the file at one path.
#[derive(Debug)]
pub struct Claim {
    /// Where it goes, as the user knows it.
    path: PathBuf,
    /// Where it goes, in full.
    place: PathBuf,
    lock: Lock,
}

impl Claim {
    /// Claims `path`, where there is nothing or a regular file, and removes what others have left unfinished there.
    ///
    /// # Errors
    /// That it exists and may not be overwritten, is read by this run or written by another, or that no file can be
    /// made there.
    pub fn new(path: &Path, opening: &Opening<'_>) -> Result<Self, FileError> {
        let claim = Self::keeping_temporaries(path, opening)?;
        claim.temporaries().iter().for_each(|left| drop(fs::remove_file(left)));
        Ok(claim)
    }

    /// As [`new`](Self::new), but leaves what others have left.
    pub(super) fn keeping_temporaries(path: &Path, opening: &Opening<'_>) -> Result<Self, FileError> {
        let refuse = |why: &str, help| FileError::refused(format!("{} {why}", path.display()), help);
        let cannot = |error: &io::Error| refuse(&format!("cannot be created: {}", reason(error)), None);
        if opening.inputs.iter().any(|input| same_file(input, path)) {
            return Err(refuse("is read by this run and would be overwritten", None));
        }
        let place = place(path).map_err(|error| cannot(&error))?;
        let folder = folder(&place);
        if !folder.exists() {
            let why = format!("cannot be created: there is no folder {}", folder.display());
            return Err(refuse(&why, Some("make the folder first, or choose another")));
        }
        let place = in_full(&place);
        let lock = match Lock::take(&place, opening.watch.unfinished()) {
            Ok(Taking::Taken(lock)) => lock,
            Ok(Taking::NoLocks(lock, error)) => {
                opening.watch.without_locks(&reason(&error));
                lock
            }
            Ok(Taking::Busy) => return Err(FileError::Busy { path: path.to_owned() }),
            Err(error) => return Err(cannot(&error)),
        };
        // Whoever had it until now may have made one.
        if path.symlink_metadata().is_ok() && !opening.force {
            return Err(refuse("exists", Some(FORCE)));
        }
        Ok(Self { path: path.to_owned(), place, lock })
    }

    /// Temporaries of this place that others have left: of those who write there at present, if anyone does, they
    /// cannot be told apart without a lock.
    pub(super) fn temporaries(&self) -> Vec<PathBuf> {
        if self.lock.is_held() { temporaries(&self.place) } else { Vec::new() }
    }

    /// The path, as the user knows it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the file will be, in full.
    pub(super) fn place(&self) -> &Path {
        &self.place
    }
}

/// What to do about a file that exists.
pub(super) const FORCE: &str = "choose another name, or overwrite with --force";

/// Where the file of this path is, or will be, in full; nothing if that cannot be told, or if it is no regular file.
pub(super) fn destination(path: &Path) -> Option<PathBuf> {
    let is_other = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    place(path).ok().filter(|_| !is_other).map(|place| in_full(&place))
}

/// Whether both paths lead to the same file.
fn same_file(a: &Path, b: &Path) -> bool {
    matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

/// Links followed from a path to its file at most, as many as Linux follows.
const LINKS: usize = 40;

/// Where the file of this path is, or will be: a link stays a link, also one to a file that is not there yet.
fn place(path: &Path) -> io::Result<PathBuf> {
    let mut place = path.to_owned();
    for _ in 0..LINKS {
        match fs::read_link(&place) {
            Ok(next) => place = place.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return Ok(fs::canonicalize(&place).unwrap_or(place)),
        }
    }
    Err(io::Error::other("too many links"))
}

fn folder(place: &Path) -> &Path {
    place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The place by a path that does not depend on where the program is, as far as that can be told.
fn in_full(place: &Path) -> PathBuf {
    let full = fs::canonicalize(folder(place)).ok().zip(place.file_name());
    full.map_or_else(|| place.to_owned(), |(folder, name)| folder.join(name))
}
