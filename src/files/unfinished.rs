//! What must not outlive a program that ends at once.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Unfinished files, the folders made for them and the files of locks, in the order of their making.
#[derive(Debug, Default)]
pub struct Unfinished {
    made: Mutex<Vec<PathBuf>>,
    /// Held while files that belong together take their places.
    placing: Mutex<()>,
}

impl Unfinished {
    /// Makes a file or a folder and notes where it is. [`remove`](Self::remove) waits meanwhile, so that nothing is
    /// made that it does not know of.
    ///
    /// # Errors
    /// What `make` fails with.
    pub(super) fn making<T>(
        &self,
        make: impl FnOnce() -> io::Result<T>,
        at: impl FnOnce(&T) -> PathBuf,
    ) -> io::Result<T> {
        let mut made = held(&self.made);
        let new = make()?;
        made.push(at(&new));
        Ok(new)
    }

    /// Lets `end` do away with what is noted at `path`, which may be another's from then on.
    pub(super) fn ending(&self, path: &Path, end: impl FnOnce()) {
        let mut made = held(&self.made);
        made.retain(|it| it != path);
        end();
    }

    /// Does what must not be left half done; [`remove`](Self::remove) waits meanwhile.
    pub(super) fn undisturbed<T>(&self, work: impl FnOnce() -> T) -> T {
        let _placing = held(&self.placing);
        work()
    }

    /// Removes what is unfinished, then does `last`, before which nothing more is made: what ends the program.
    pub fn remove(&self, last: impl FnOnce()) {
        let (_placing, made) = (held(&self.placing), held(&self.made));
        for path in made.iter().rev() {
            // A folder goes only if nothing is in it; a file that is whole has left this place.
            let _ = fs::remove_file(path).or_else(|_| fs::remove_dir(path));
        }
        last();
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
