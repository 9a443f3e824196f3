//! Why a file is not written.

use std::io;
use std::path::{Path, PathBuf};

/// Why a file is not written, in words.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It, or its folder, cannot be made or must not be overwritten. Nothing was written.
    #[error("{what}")]
    Refused {
        /// Which file, and why.
        what: String,
        /// What to do.
        help: Option<&'static str>,
    },
    /// Someone else writes it. Nothing was written.
    #[error("{} is being written by another run", .path.display())]
    Busy {
        /// The file, or the folder of results.
        path: PathBuf,
    },
    /// The user stopped the program while it waited for someone to read a pipe.
    #[error("stopped before anyone read {}", .path.display())]
    Unread {
        /// The pipe.
        path: PathBuf,
    },
    /// It cannot be written to its end; a file that was in its place is still there.
    #[error("{what}")]
    Unwritten {
        /// Which file, and why.
        what: String,
    },
}

impl FileError {
    pub(super) fn refused(what: String, help: Option<&'static str>) -> Self {
        Self::Refused { what, help }
    }

    /// That the file at `path` cannot be written because of `error`.
    pub fn unwritten(path: &Path, error: &io::Error) -> Self {
        Self::Unwritten { what: format!("{} cannot be written: {}", path.display(), reason(error)) }
    }
}

/// Why the system refused, without its error number.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}
