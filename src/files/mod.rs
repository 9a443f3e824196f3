//! Files on disk: opened before the work, so that a bad path fails at once, and whole or not there at all.
//!
//! A [`Target`] is written under a temporary name beside its place and renamed when it is whole. Until then it has a
//! [`Claim`] to the place: no other program writes there. What is not a regular file, such as a pipe or a device, is
//! written to as it is. [`OutFiles`] are the files of one [`Folder`] of results, which take their places together.
//! [`Unfinished`] knows what has to go should the program end at once.

mod claim;
mod error;
mod folder;
mod lock;
mod out;
mod target;
mod unfinished;

pub use claim::{Claim, Opening, Watch};
pub use error::{FileError, reason};
pub use folder::Folder;
pub use out::{OutFiles, RecordFile};
pub use target::Target;
pub use unfinished::Unfinished;
