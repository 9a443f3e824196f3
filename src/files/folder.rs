//! The folder of results.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::{FileError, reason};
use super::unfinished::Unfinished;

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
