//! `nemcon schema`.

use clap::Args;

use crate::scenario::keys;

use super::failure::Exit;
use super::{Outcome, console};

/// Print the JSON Schema of scenario files, with which editors complete and check them.
///
/// An editor that knows schemas of TOML, such as those with taplo or Even Better TOML, takes it for a scenario whose
/// first line is: #:schema ./nemcon.schema.json
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  nemcon schema > nemcon.schema.json")]
pub struct Schema {}

impl Schema {
    /// Prints the schema.
    pub fn execute(&self) -> Outcome {
        console::show(keys::schema().as_bytes())?;
        Ok(Exit::Done)
    }
}
