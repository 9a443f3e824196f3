//! `nemcon new`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::report::shell::command_line;
use crate::scenario::institutions::{FromPoll, Institution, starter};
use crate::scenario::keys::{is_schema, schema};
use crate::scenario::{poll_bytes, poll_table};
use crate::study::{self, FromPollError};

use super::failure::Exit;
use super::interrupt::Interrupt;
use super::{Outcome, console, institutions, scenario};
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
  nemcon new selection.toml --institution conclave
  nemcon new selection.toml --institution ioc --from-poll first-ballot.csv")]
pub struct New {
    /// The file to write
    file: PathBuf,

    /// The institution that decides, one of those that `nemcon institutions` lists
    #[arg(long, value_name = "NAME")]
    institution: Option<String>,

    /// Write, from nothing but this poll, a whole scenario by a fixed rule that its head says
    ///
    /// A CSV file as `nemcon fit` reads it. Its candidates are those of the scenario (column name: what they are called),
    /// their support is fitted to it, all else is the institution's or a default. The columns source and note go into
    /// the scenario. No schema is written beside it.
    #[arg(long, value_name = "FILE", requires = "institution")]
    from_poll: Option<PathBuf>,

    /// Title of the scenario of --from-poll
    #[arg(long, value_name = "TEXT", requires = "from_poll", default_value = "What the first poll says")]
    title: String,

    /// How many electors there are, where the institution leaves that open; otherwise as many as there are votes
    #[arg(long, value_name = "N", requires = "from_poll")]
    electors: Option<u32>,

    /// Who is in no row of the poll abstained, and members vote from 0 points on
    #[arg(long, requires = "from_poll")]
    abstentions: bool,

    /// How it ended: a candidate's id, or no-consensus
    #[arg(long, value_name = "OUTCOME", requires = "from_poll")]
    actual: Option<String>,

    /// The day on which it ended
    #[arg(long, value_name = "YYYY-MM-DD", requires = "from_poll")]
    decided: Option<String>,

    /// Overwrite the scenario if it exists; its permissions stay as they are
    #[arg(long)]
    force: bool,
}

impl New {
    /// Writes the scenario.
    pub fn execute(&self) -> Outcome {
        let institution = self.institution.as_deref().map(institutions::find).transpose()?;
        let watch = Interrupt::watch(false);
        if let (Some(poll), Some(institution)) = (&self.from_poll, &institution) {
            return self.write_from_poll(poll, institution, &watch);
        }
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

impl New {
    /// Writes the scenario that a poll makes.
    fn write_from_poll(&self, poll: &Path, institution: &Institution, watch: &Interrupt) -> Outcome {
        let inputs = [poll.to_owned()];
        let mut target = Target::open(&self.file, &watch.opening(self.force, &inputs))?;
        let bytes = poll_bytes(poll).map_err(|error| scenario::refused(&error))?;
        let table = poll_table(poll, &bytes).map_err(|error| scenario::refused(&error))?;
        let beside = self.file.parent().and_then(|folder| poll.strip_prefix(folder).ok());
        let from = FromPoll {
            institution,
            table: &table,
            file: &beside.unwrap_or(poll).display().to_string(),
            title: &self.title,
            electors: self.electors,
            abstentions: self.abstentions,
            actual: self.actual.as_deref(),
            decided: self.decided.as_deref(),
        };
        let text = study::from_poll(&from, poll, &bytes).map_err(|error| match error {
            FromPollError::Load(error) => scenario::refused(&error),
            FromPollError::Fit(error) => error.into(),
        })?;
        target.write_whole(text.as_bytes())?;
        target.finish()?;
        console::say(&format!("What it says: {}\n", command_line("check", &self.file, &[])));
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
