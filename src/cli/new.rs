//! `nemcon new`.

use std::path::PathBuf;

use clap::Args;

use crate::scenario::institutions::starter;

use super::failure::Exit;
use super::interrupt::Interrupt;
use super::shell::command_line;
use super::{Outcome, console, institutions};
use crate::files::{Opening, Target};

/// Write a commented scenario to start from.
///
/// It can be checked and run as it is; what is in it is an example to be replaced. With an institution its members and rules
/// need not be written out: they are listed in comments.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon new selection.toml
  nemcon new selection.toml --institution conclave")]
pub struct New {
    /// The file to write
    file: PathBuf,

    /// The institution that decides, one of those that `nemcon institutions` lists
    #[arg(long, value_name = "NAME")]
    institution: Option<String>,

    /// Overwrite the file if it exists; its permissions stay as they are
    #[arg(long)]
    force: bool,
}

impl New {
    /// Writes the scenario.
    pub fn execute(&self) -> Outcome {
        let institution = self.institution.as_deref().map(institutions::find).transpose()?;
        let watch = Interrupt::watch(false);
        let mut target =
            Target::open(&self.file, &Opening { force: self.force, inputs: &[], unfinished: watch.unfinished() })?;
        target.write_whole(starter(institution.as_ref()).as_bytes())?;
        target.finish()?;
        console::say(&format!("Fill in the candidates, then: {}\n", command_line("check", &self.file, &[])));
        Ok(Exit::Done)
    }
}
