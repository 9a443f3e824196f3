//! Output files: opened before the run, so that a bad path fails at once, and whole or not there at all.
//!
//! A file is written under a temporary name beside its place and renamed when it is whole. What is not a regular file, such
//! as a pipe or a device, is written to as it is.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::console::reason;
use super::failure::{Exit, Failure};
use super::interrupt::Interrupt;
use crate::report;

/// What opening a file depends on besides its path.
#[derive(Debug)]
pub struct Opening<'a> {
    /// Whether files that exist may be overwritten.
    pub force: bool,
    /// Files that this run reads.
    pub inputs: &'a [PathBuf],
    /// Who removes what is unfinished if the program ends at once.
    pub watch: &'a Interrupt,
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
    pub fn open(path: &Path, opening: &Opening<'_>) -> Result<Self, Failure> {
        let refuse = |why: &str, help| Failure::new(Exit::CannotCreate, format!("{} {why}", path.display()), help);
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
        let file = opening.watch.making(|| temporary(folder), |file| file.path().to_owned());
        let file = file.map_err(|error| cannot(&error))?;
        if let Ok(old) = metadata {
            keep_permissions(file.as_file(), &old).map_err(|error| cannot(&error))?;
        }
        let sink = Sink::Temporary { file: BufWriter::new(file), place, replace: opening.force };
        Ok(Self { path: path.to_owned(), sink })
    }

    /// Where the file will be, in full; nothing if it is written to as it is.
    fn place(&self) -> Option<PathBuf> {
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
    pub fn write_whole(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = self.write_all(bytes).and_then(|()| self.flush());
        written.map_err(|error| self.failure(&error))
    }

    /// Puts the file, which is whole, in its place.
    ///
    /// # Errors
    /// That this is not possible, or that another file has come there meanwhile.
    pub fn finish(mut self) -> Result<(), Failure> {
        self.flush().map_err(|error| self.failure(&error))?;
        let path = self.path;
        let Sink::Temporary { file, place, replace } = self.sink else { return Ok(()) };
        let cannot = |error: &io::Error| cannot_write(&path, error);
        let file = file.into_inner().map_err(|error| cannot(error.error()))?;
        let renamed = if replace { file.persist(place) } else { file.persist_noclobber(place) };
        match renamed {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                let what = format!("{} has come into being during the run", path.display());
                Err(Failure::new(Exit::CannotCreate, what, Some(FORCE)))
            }
            Err(error) => Err(cannot(&error.error)),
        }
    }

    /// Puts the file, which is whole, in its place, so that it is there even if the machine stops the moment after.
    ///
    /// # Errors
    /// As [`finish`](Self::finish).
    pub fn finish_for_good(mut self) -> Result<(), Failure> {
        self.flush().map_err(|error| self.failure(&error))?;
        let mut folder = None;
        if let Sink::Temporary { file, .. } = &self.sink {
            let file = file.get_ref();
            file.as_file().sync_all().map_err(|error| self.failure(&error))?;
            folder = file.path().parent().map(Path::to_owned);
        }
        self.finish()?;
        // Not every system can do this to a folder; the file is whole all the same.
        let _ = folder.map(|folder| File::open(folder).and_then(|folder| folder.sync_all()));
        Ok(())
    }

    /// The failure that `error` means for this file.
    pub fn failure(&self, error: &io::Error) -> Failure {
        cannot_write(&self.path, error)
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

/// That the file at `path` cannot be written.
pub fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::CannotWrite, format!("{} cannot be written: {}", path.display(), reason(error)), None)
}

/// Whether both paths lead to the same file.
pub fn same_file(a: &Path, b: &Path) -> bool {
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

/// The files of one folder, by their names.
#[derive(Debug)]
pub struct OutFiles(Vec<(&'static str, Target)>);

impl OutFiles {
    /// Opens the files called `names` in the folder `path`, which exists.
    ///
    /// # Errors
    /// That a file exists and may not be overwritten, or cannot be created.
    pub fn open(path: &Path, names: &[&'static str], opening: &Opening<'_>) -> Result<Self, Failure> {
        let existing: Vec<_> =
            names.iter().filter(|name| path.join(name).symlink_metadata().is_ok()).copied().collect();
        if !opening.force && !existing.is_empty() {
            let what = format!("{} exists in {}", existing.join(", "), path.display());
            let help = "choose another folder, or overwrite with --force";
            return Err(Failure::new(Exit::CannotCreate, what, Some(help)));
        }
        let open = |&name: &&'static str| Ok((name, Target::open(&path.join(name), opening)?));
        names.iter().map(open).collect::<Result<_, _>>().map(Self)
    }

    /// Whether one of the files goes where `other` goes.
    pub fn contains(&self, other: &Target) -> bool {
        self.0.iter().any(|(_, target)| target.place().is_some() && target.place() == other.place())
    }

    /// Writes the files under their temporary names.
    ///
    /// # Errors
    /// That one cannot be written, or that there is nothing to write to it.
    pub fn write(mut self, files: &[report::File]) -> Result<Self, Failure> {
        for (name, target) in &mut self.0 {
            let file = files.iter().find(|file| file.name == *name);
            let file = file.ok_or_else(|| target.failure(&io::Error::other("there are no results for it")))?;
            target.write_whole(&file.bytes)?;
        }
        Ok(self)
    }

    /// Puts the files in their places.
    ///
    /// # Errors
    /// That one cannot be put there.
    pub fn finish(self) -> Result<(), Failure> {
        self.0.into_iter().try_for_each(|(_, target)| target.finish())
    }
}

/// A folder of results, made if it is missing and removed again if nothing comes of it.
#[derive(Debug)]
pub struct Folder {
    /// The folders that were made, outermost first.
    made: Vec<PathBuf>,
}

impl Folder {
    /// Makes sure that there is a folder at `path`.
    ///
    /// # Errors
    /// That there is something else, or that it cannot be made.
    pub fn open(path: &Path, watch: &Interrupt) -> Result<Self, Failure> {
        let mut folder = Self { made: Vec::new() };
        if path.is_dir() {
            return Ok(folder);
        }
        let missing: Vec<&Path> =
            path.ancestors().take_while(|at| !at.as_os_str().is_empty() && !at.exists()).collect();
        let made = if missing.is_empty() { Err(io::Error::from(io::ErrorKind::NotADirectory)) } else { Ok(()) };
        let made = made.and_then(|()| {
            missing.into_iter().rev().try_for_each(|at| {
                match watch.making(|| fs::create_dir(at), |()| at.to_owned()) {
                    Ok(()) => folder.made.push(at.to_owned()),
                    Err(_) if at.is_dir() => {} // someone else was faster
                    Err(error) => return Err(error),
                }
                Ok(())
            })
        });
        made.map_err(|error: io::Error| {
            let what = format!("the folder {} cannot be created: {}", path.display(), reason(&error));
            Failure::new(Exit::CannotCreate, what, None)
        })?;
        Ok(folder)
    }

    /// The folder has its results and stays.
    pub fn keep(mut self) {
        self.made.clear();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        for folder in self.made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}
