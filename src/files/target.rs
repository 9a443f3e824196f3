//! One file to be written: whole or not there at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::{FileError, reason};
use super::unfinished::Unfinished;

/// What opening a file depends on besides its path.
#[derive(Debug)]
pub struct Opening<'a> {
    /// Whether files that exist may be overwritten.
    pub force: bool,
    /// Files that are read and must not be overwritten.
    pub inputs: &'a [PathBuf],
    /// Where files are noted while they are unfinished.
    pub unfinished: &'a Unfinished,
}

/// A file to be written.
#[derive(Debug)]
pub struct Target {
    /// Where it goes, as the user knows it.
    path: PathBuf,
    sink: Sink,
}

#[derive(Debug)]
enum Sink {
    /// To be renamed to the path when whole; `replace` says whether a file that is there may go.
    Temporary { file: BufWriter<NamedTempFile>, place: PathBuf, replace: bool },
    /// Written to as it is.
    Direct(BufWriter<File>),
}

impl Target {
    /// Opens `path`, whose folder exists.
    ///
    /// # Errors
    /// That it exists and may not be overwritten, is read by this run, or cannot be created.
    pub fn open(path: &Path, opening: &Opening<'_>) -> Result<Self, FileError> {
        let refuse = |why: &str, help| FileError::refused(format!("{} {why}", path.display()), help);
        let cannot = |error: &io::Error| refuse(&format!("cannot be created: {}", reason(error)), None);
        let metadata = fs::metadata(path);
        if metadata.as_ref().is_ok_and(fs::Metadata::is_dir) {
            return Err(refuse("is a folder, not a file", None));
        }
        if metadata.as_ref().is_ok_and(|metadata| !metadata.is_file()) {
            let file = OpenOptions::new().write(true).open(path).map_err(|error| cannot(&error))?;
            return Ok(Self { path: path.to_owned(), sink: Sink::Direct(BufWriter::new(file)) });
        }
        if opening.inputs.iter().any(|input| same_file(input, path)) {
            return Err(refuse("is read by this run and would be overwritten", None));
        }
        if path.symlink_metadata().is_ok() && !opening.force {
            return Err(refuse("exists", Some(FORCE)));
        }
        let place = place(path).map_err(|error| cannot(&error))?;
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.exists() {
            let why = format!("cannot be created: there is no folder {}", folder.display());
            return Err(refuse(&why, Some("make the folder first, or choose another")));
        }
        let file = opening.unfinished.making(|| temporary(folder), |file| file.path().to_owned());
        let file = file.map_err(|error| cannot(&error))?;
        if let Ok(old) = metadata {
            keep_permissions(file.as_file(), &old).map_err(|error| cannot(&error))?;
        }
        let sink = Sink::Temporary { file: BufWriter::new(file), place, replace: opening.force };
        Ok(Self { path: path.to_owned(), sink })
    }

    /// Where the file will be, in full; nothing if it is written to as it is.
    pub(super) fn place(&self) -> Option<PathBuf> {
        match &self.sink {
            Sink::Temporary { file, place, .. } => {
                Some(fs::canonicalize(file.get_ref().path().parent()?).ok()?.join(place.file_name()?))
            }
            Sink::Direct(_) => None,
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
        self.flush().map_err(|error| self.error(&error))?;
        let path = self.path;
        let Sink::Temporary { file, place, replace } = self.sink else { return Ok(()) };
        let cannot = |error: &io::Error| FileError::unwritten(&path, error);
        let file = file.into_inner().map_err(|error| cannot(error.error()))?;
        let renamed = if replace { file.persist(place) } else { file.persist_noclobber(place) };
        match renamed {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                let what = format!("{} has come into being during the run", path.display());
                Err(FileError::refused(what, Some(FORCE)))
            }
            Err(error) => Err(cannot(&error.error)),
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
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Temporary { file, .. } => file.flush(),
            Sink::Direct(file) => file.flush(),
        }
    }
}

const FORCE: &str = "choose another name, or overwrite with --force";

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

/// Who may read and write `old` may do so with the file that takes its place.
fn keep_permissions(file: &File, old: &fs::Metadata) -> io::Result<()> {
    let permissions = old.permissions();
    if file.metadata()?.permissions() == permissions { Ok(()) } else { file.set_permissions(permissions) }
}

/// A temporary file as readable as any other file of the user.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".nemcon-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}
