//! `nemcon new`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::scenario::institutions::starter;
use crate::scenario::keys::{is_schema, schema};

use super::failure::Exit;
use super::interrupt::Interrupt;
use super::shell::command_line;
use super::{Outcome, console, institutions};
use crate::files::Target;

/// The file with the schema, beside the scenario.
const SCHEMA_FILE: &str = "nemcon.schema.json";
/// The line with which a scenario names it.
const SCHEMA_LINE: &str = "#:schema ./nemcon.schema.json\n";
/// Larger files are not looked into.
const MAX_SCHEMA_BYTES: u64 = 1024 * 1024;

/// Write a commented scenario to start from.
///
/// It can be checked and run as it is; what is in it is an example to be replaced. With an institution its members and
/// rules need not be written out: they are listed in comments. The schema nemcon.schema.json is written beside it, so
/// that an editor that knows schemas of TOML completes and checks the scenario; an old one is renewed, and a file of
/// that name which is no schema of nemcon's stays as it is.
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

    /// Overwrite the scenario if it exists; its permissions stay as they are
    #[arg(long)]
    force: bool,
}

impl New {
    /// Writes the scenario.
    pub fn execute(&self) -> Outcome {
        let institution = self.institution.as_deref().map(institutions::find).transpose()?;
        let watch = Interrupt::watch(false);
        let opening = |force| watch.opening(force, &[]);
        let beside = self.file.with_file_name(SCHEMA_FILE);
        let found = found(&self.file, &beside);
        let head = if found.is_ours() { SCHEMA_LINE } else { "" };
        let mut target = Target::open(&self.file, &opening(self.force))?;
        target.write_whole(format!("{head}{}", starter(institution.as_ref())).as_bytes())?;
        if matches!(found, Found::Nothing | Found::Another) {
            let mut target = Target::open(&beside, &opening(found == Found::Another))?;
            target.write_whole(schema().as_bytes())?;
            target.finish()?;
        }
        target.finish()?;
        console::say(&found.told(&beside));
        console::say(&format!("Fill in the candidates, then: {}\n", command_line("check", &self.file, &[])));
        Ok(Exit::Done)
    }
}

/// What is in the place of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// Nothing yet.
    Nothing,
    /// This program's schema.
    Current,
    /// Another version's.
    Another,
    /// Something that is not ours to change.
    Stranger,
    /// There is no such place: the scenario goes to a pipe or a device, or to the place itself.
    NoPlace,
}

impl Found {
    /// Whether a schema of the program's will be there.
    fn is_ours(self) -> bool {
        match self {
            Self::Nothing | Self::Current | Self::Another => true,
            Self::Stranger | Self::NoPlace => false,
        }
    }

    /// What to say of it.
    fn told(self, beside: &Path) -> String {
        let beside = beside.display();
        match self {
            Self::Nothing => format!("Wrote {beside}, with which editors complete and check the scenario\n"),
            Self::Another => format!("Renewed {beside}, with which editors complete and check the scenario\n"),
            Self::Stranger => {
                format!("{beside} is no schema of nemcon's: it stays as it is, and the scenario names none\n")
            }
            Self::Current | Self::NoPlace => String::new(),
        }
    }
}

fn found(scenario: &Path, beside: &Path) -> Found {
    if scenario == beside || fs::metadata(scenario).is_ok_and(|metadata| !metadata.is_file()) {
        return Found::NoPlace;
    }
    if beside.symlink_metadata().is_err() {
        return Found::Nothing;
    }
    if !fs::metadata(beside).is_ok_and(|it| it.is_file() && it.len() <= MAX_SCHEMA_BYTES) {
        return Found::Stranger;
    }
    match fs::read(beside) {
        Ok(bytes) if bytes == schema().as_bytes() => Found::Current,
        Ok(bytes) if is_schema(&bytes) => Found::Another,
        _ => Found::Stranger,
    }
}
