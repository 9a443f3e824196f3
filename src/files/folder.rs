//! The files of one folder, and the folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::{FileError, reason};
use super::target::{Opening, Target};
use super::unfinished::Unfinished;

/// The files of one folder.
#[derive(Debug)]
pub struct OutFiles(Vec<(&'static str, Target)>);

impl OutFiles {
    /// Opens the files called `names` in the folder `path`, which exists.
    ///
    /// # Errors
    /// That a file exists and may not be overwritten, or cannot be created.
    pub fn open(path: &Path, names: &[&'static str], opening: &Opening<'_>) -> Result<Self, FileError> {
        let existing: Vec<_> =
            names.iter().filter(|name| path.join(name).symlink_metadata().is_ok()).copied().collect();
        if !opening.force && !existing.is_empty() {
            let what = format!("{} exists in {}", existing.join(", "), path.display());
            let help = "choose another folder, or overwrite with --force";
            return Err(FileError::refused(what, Some(help)));
        }
        let open = |&name: &&'static str| Ok((name, Target::open(&path.join(name), opening)?));
        names.iter().map(open).collect::<Result<_, _>>().map(Self)
    }

    /// Whether one of the files goes where `other` goes.
    pub fn contains(&self, other: &Target) -> bool {
        self.0.iter().any(|(_, target)| target.place().is_some() && target.place() == other.place())
    }

    /// Writes the files under their temporary names; `bytes_of` says what a file of this name holds.
    ///
    /// # Errors
    /// That one cannot be written, or that there is nothing to write to it.
    pub fn write<'b>(mut self, bytes_of: impl Fn(&str) -> Option<&'b [u8]>) -> Result<Self, FileError> {
        for (name, target) in &mut self.0 {
            let nothing = || target.error(&io::Error::other("there are no results for it"));
            target.write_whole(bytes_of(name).ok_or_else(nothing)?)?;
        }
        Ok(self)
    }

    /// Puts the files in their places.
    ///
    /// # Errors
    /// That one cannot be put there.
    pub fn finish(self) -> Result<(), FileError> {
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
    pub fn open(path: &Path, unfinished: &Unfinished) -> Result<Self, FileError> {
        let mut folder = Self { made: Vec::new() };
        if path.is_dir() {
            return Ok(folder);
        }
        let missing: Vec<&Path> =
            path.ancestors().take_while(|at| !at.as_os_str().is_empty() && !at.exists()).collect();
        let made = if missing.is_empty() { Err(io::Error::from(io::ErrorKind::NotADirectory)) } else { Ok(()) };
        let made = made.and_then(|()| {
            missing.into_iter().rev().try_for_each(|at| {
                match unfinished.making(|| fs::create_dir(at), |()| at.to_owned()) {
                    Ok(()) => folder.made.push(at.to_owned()),
                    Err(_) if at.is_dir() => {} // someone else was faster
                    Err(error) => return Err(error),
                }
                Ok(())
            })
        });
        made.map_err(|error: io::Error| {
            let what = format!("the folder {} cannot be created: {}", path.display(), reason(&error));
            FileError::refused(what, None)
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
