//! What must not outlive a program that ends at once.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Unfinished files and the folders made for them, in the order of their making.
#[derive(Debug, Default)]
pub struct Unfinished(Mutex<Vec<PathBuf>>);

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
        let mut made = self.lock();
        let new = make()?;
        made.push(at(&new));
        Ok(new)
    }

    /// Removes what is unfinished, then does `last`, before which nothing more is made: what ends the program.
    pub fn remove(&self, last: impl FnOnce()) {
        let made = self.lock();
        for path in made.iter().rev() {
            // A folder goes only if nothing is in it; a file that is whole has left this place.
            let _ = fs::remove_file(path).or_else(|_| fs::remove_dir(path));
        }
        last();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
