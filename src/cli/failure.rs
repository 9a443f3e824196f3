//! How commands end.

use std::process::ExitCode;

use super::console;

/// The exit codes: people's scripts depend on them. From 64 on they are those of BSD's `sysexits.h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All went well.
    Done = 0,
    /// The command line makes no sense.
    Usage = 2,
    /// The scenario, or a file of results, is wrong.
    Scenario = 65,
    /// A file cannot be read.
    Unreadable = 66,
    /// An output cannot be created.
    CannotCreate = 73,
    /// An output cannot be written to its end.
    CannotWrite = 74,
    /// The user stopped the command.
    Interrupted = 130,
}

/// Why a command could not do what it was asked to.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    text: String,
}

impl Failure {
    /// What went wrong, in words, and what to do about it.
    pub fn new(exit: Exit, what: impl AsRef<str>, help: Option<&str>) -> Self {
        let help = help.map(|help| format!("  {help}\n")).unwrap_or_default();
        Self { exit, text: format!("error: {}\n{help}", what.as_ref()) }
    }

    /// Words that are complete, with their own "error:".
    pub fn rendered(exit: Exit, text: String) -> Self {
        Self { exit, text }
    }

    /// Says what went wrong on standard error.
    pub fn report(&self) -> ExitCode {
        console::say(&self.text);
        self.exit.into()
    }
}
