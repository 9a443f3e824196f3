//! `nemcon man`.

use std::io;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man;

use super::Outcome;
use super::failure::{Exit, Failure};
use super::interrupt::Interrupt;
use crate::files::{FileError, Folder, Target, Watch, reason};

/// Write the manual pages, one for each command.
///
/// They say what `--help` says. `man` finds them in a folder man1 of one that it searches.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  nemcon man ~/.local/share/man/man1 && man nemcon-compare")]
pub struct ManPages {
    /// The folder to write them to; made if it is missing
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    folder: PathBuf,

    /// Overwrite pages that exist
    #[arg(long)]
    force: bool,
}

impl ManPages {
    /// Writes the pages of the `program`.
    pub fn execute(&self, program: Command) -> Outcome {
        let pages = pages(program).map_err(|error| {
            let what = format!("the manual pages cannot be written: {}", reason(&error));
            Failure::new(Exit::CannotWrite, what, None)
        })?;
        let watch = Interrupt::watch(false);
        let folder = Folder::open(&self.folder, watch.unfinished())?;
        let opening = watch.opening(self.force, &[]);
        let open = |(name, bytes): (String, Vec<u8>)| Ok((Target::open(&self.folder.join(name), &opening)?, bytes));
        let mut files = pages.into_iter().map(open).collect::<Result<Vec<_>, FileError>>()?;
        files.iter_mut().try_for_each(|(file, bytes)| file.write_whole(bytes))?;
        files.into_iter().try_for_each(|(file, _)| file.finish())?;
        folder.keep();
        Ok(Exit::Done)
    }
}

/// The page of the `program` and those of its commands, each with the name of its file.
fn pages(program: Command) -> io::Result<Vec<(String, Vec<u8>)>> {
    let version = program.get_version().unwrap_or_default();
    let source = format!("{} {version}", program.get_name());
    let mut program = program.disable_help_subcommand(true);
    program.build();
    let commands = program.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    [program.clone()].into_iter().chain(commands).map(|command| page(command, &source)).collect()
}

fn page(command: Command, source: &str) -> io::Result<(String, Vec<u8>)> {
    let man = Man::new(command).source(source).manual("User Commands");
    let mut bytes = Vec::new();
    man.render(&mut bytes)?;
    Ok((man.get_filename(), bytes))
}
