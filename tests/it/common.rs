//! What the tests of the command line share.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A folder with files in it, in which the program is run.
pub struct Desk(tempfile::TempDir);

impl Desk {
    /// A folder with these files: names and contents.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|(name, text)| fs::write(desk.path(name), text).unwrap());
        desk
    }

    /// Where a file in it is, or will be.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The program with these arguments, without standard input.
    pub fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("nemcon"));
        command.current_dir(self.0.path()).args(arguments.split_whitespace()).stdin(Stdio::null());
        command
    }

    /// Runs it and checks how it ends: no panic, this exit code, this on standard error.
    pub fn ends(&self, arguments: &str, code: i32, says: &str) -> Output {
        let output = self.command(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).replace('\u{a0}', " ");
        assert_eq!(output.status.code(), Some(code), "{arguments}: {errors}");
        assert!(errors.contains(says), "{arguments}: {errors:?} does not say {says:?}");
        assert!(!errors.contains("panicked"), "{arguments}: {errors}");
        output
    }

    /// Whether a folder in it, if it is there, holds a file that is not whole.
    pub fn has_unfinished_files(&self, folder: &str) -> bool {
        let mut entries = fs::read_dir(self.path(folder)).into_iter().flatten();
        entries.any(|entry| entry.unwrap().file_name().to_string_lossy().starts_with(".nemcon-"))
    }
}
