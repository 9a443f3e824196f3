//! Files on disk: opened before the work, so that a bad path fails at once, and whole or not there at all.
//!
//! A [`Target`] is written under a temporary name beside its place and renamed when it is whole. What is not a regular
//! file, such as a pipe or a device, is written to as it is. [`OutFiles`] are the files of one [`Folder`] of results.
//! [`Unfinished`] knows what has to go should the program end at once.

mod error;
mod folder;
mod target;
mod unfinished;

pub use error::{FileError, reason};
pub use folder::{Folder, OutFiles};
pub use target::{Opening, Target};
pub use unfinished::Unfinished;
