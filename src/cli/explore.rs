//! `nemcon explore`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::{Exit, Failure};
use super::interrupt::Interrupt;
use super::page::Content;
use super::{Outcome, console};
use crate::files::{Target, reason};

/// Look at a scenario in the browser: the page that `report` writes, in a temporary file.
///
/// Where no browser can be opened the path of the file is printed.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  nemcon explore scenarios/nato-2023.toml")]
pub struct Explore {
    #[command(flatten)]
    content: Content,
}

impl Explore {
    /// Simulates, writes the page and opens it.
    pub fn execute(&self) -> Outcome {
        let scenario = self.content.load()?;
        let watch = Interrupt::watch(self.content.quiet);
        let Some(page) = self.content.page(&scenario, false, &watch)? else {
            if !self.content.quiet {
                console::say("interrupted: no page is written\n");
            }
            return Ok(Exit::Interrupted);
        };
        let path = self.folder()?.join(format!("{}.html", self.content.stem()));
        let mut target = Target::open(&path, &watch.opening(false, &[]))?;
        target.write_whole(page.as_bytes())?;
        target.finish()?;
        if open::that_detached(&path).is_err() {
            console::show(format!("{}\n", path.display()).as_bytes())?;
        }
        Ok(Exit::Done)
    }

    /// A new folder that stays: the browser reads the page after the program has ended.
    fn folder(&self) -> Result<PathBuf, Failure> {
        let folder = tempfile::Builder::new().prefix("nemcon-").tempdir();
        folder.map(tempfile::TempDir::keep).map_err(|error| {
            let place = std::env::temp_dir();
            let what = format!("no folder can be made in {}: {}", shown(&place), reason(&error));
            Failure::new(Exit::CannotCreate, what, Some("set TMPDIR to a folder that can be written to"))
        })
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
