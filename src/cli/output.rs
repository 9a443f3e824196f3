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
    /// That it exists and `force` is not given, is one of the `inputs`, or cannot be created.
    pub fn open(path: &Path, force: bool, inputs: &[PathBuf]) -> Result<Self, Failure> {
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
        if inputs.iter().any(|input| same_file(input, path)) {
            return Err(refuse("is read by this run and would be overwritten", None));
        }
        if path.symlink_metadata().is_ok() && !force {
            return Err(refuse("exists", Some(FORCE)));
        }
        // A link stays a link: what it leads to is replaced.
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = temporary(folder).map_err(|error| cannot(&error))?;
        let sink = Sink::Temporary { file: BufWriter::new(file), place, replace: force };
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

    /// The unfinished file that must not outlive the run.
    pub fn unfinished(&self) -> Option<PathBuf> {
        match &self.sink {
            Sink::Temporary { file, .. } => Some(file.get_ref().path().to_owned()),
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

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::CannotWrite, format!("{} cannot be written: {}", path.display(), reason(error)), None)
}

/// Whether both paths lead to the same file.
pub fn same_file(a: &Path, b: &Path) -> bool {
    matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

/// A temporary file as readable as any other file of the user.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".nemcon-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// The files of one folder.
#[derive(Debug)]
pub struct OutFolder {
    // Before the folder, so that unfinished files are gone when an empty folder is removed.
    targets: Vec<Target>,
    folder: Folder,
}

impl OutFolder {
    /// Opens the files called `names` in the folder `path`, which is made if it is missing.
    ///
    /// # Errors
    /// That the folder cannot be made, or that a file exists and `force` is not given or cannot be created.
    pub fn open(path: &Path, names: &[&str], force: bool, inputs: &[PathBuf]) -> Result<Self, Failure> {
        let folder = Folder::open(path)?;
        let existing: Vec<_> =
            names.iter().filter(|name| path.join(name).symlink_metadata().is_ok()).copied().collect();
        if !force && !existing.is_empty() {
            let what = format!("{} exists in {}", existing.join(", "), path.display());
            let help = "choose another folder, or overwrite with --force";
            return Err(Failure::new(Exit::CannotCreate, what, Some(help)));
        }
        let targets: Result<_, _> = names.iter().map(|name| Target::open(&path.join(name), force, inputs)).collect();
        Ok(Self { targets: targets?, folder })
    }

    /// The files, in the order of their names.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter()
    }

    /// Whether one of the files goes where `other` goes.
    pub fn contains(&self, other: &Target) -> bool {
        self.targets.iter().any(|target| target.place().is_some() && target.place() == other.place())
    }

    /// Writes the files under their temporary names.
    ///
    /// # Errors
    /// That one cannot be written.
    pub fn write(mut self, files: &[Vec<u8>]) -> Result<Self, Failure> {
        for (target, bytes) in self.targets.iter_mut().zip(files) {
            target.write_whole(bytes)?;
        }
        Ok(self)
    }

    /// Puts the files in their places.
    ///
    /// # Errors
    /// That one cannot be put there.
    pub fn finish(self) -> Result<(), Failure> {
        for target in self.targets {
            target.finish()?;
        }
        self.folder.keep();
        Ok(())
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
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let mut folder = Self { made: Vec::new() };
        if path.is_dir() {
            return Ok(folder);
        }
        let missing: Vec<&Path> =
            path.ancestors().take_while(|at| !at.as_os_str().is_empty() && !at.exists()).collect();
        let made = if missing.is_empty() { Err(io::Error::from(io::ErrorKind::NotADirectory)) } else { Ok(()) };
        let made = made.and_then(|()| {
            missing.into_iter().rev().try_for_each(|at| {
                match fs::create_dir(at) {
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
