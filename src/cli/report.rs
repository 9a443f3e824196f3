//! `nemcon report`.

use std::path::PathBuf;

use clap::Args;

use super::failure::Exit;
use super::interrupt::Interrupt;
use super::page::Content;
use super::{Outcome, console};
use crate::files::Target;

/// Write one page that can be sent: everything that can be asked of a scenario, as charts with their tables, and the
/// engine that simulates it in the reader's browser.
///
/// The page is one file of HTML, which loads nothing and sends nothing. It contains the whole scenario, notes included,
/// unless it is static. The same inputs give the same bytes.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon report scenarios/nato-2023.toml --out nato.html
  nemcon report scenarios/un-2016.toml --out un.html --static --sections chosen,blocks,methods")]
pub struct Report {
    #[command(flatten)]
    content: Content,

    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Leave out the engine and the scenario: a page to be read, which runs nothing
    #[arg(long = "static")]
    is_static: bool,

    /// Overwrite the file if it exists; its permissions stay as they are
    #[arg(long)]
    force: bool,
}

impl Report {
    /// Simulates and writes the page.
    pub fn execute(&self) -> Outcome {
        let scenario = self.content.load()?;
        let watch = Interrupt::watch(self.content.quiet);
        let inputs = Content::inputs(&scenario);
        let mut target = Target::open(&self.out, &watch.opening(self.force, &inputs))?;
        let Some(page) = self.content.page(&scenario, self.is_static, &watch)? else {
            if !self.content.quiet {
                console::say("interrupted: no page is written\n");
            }
            return Ok(Exit::Interrupted);
        };
        target.write_whole(page.as_bytes())?;
        target.finish()?;
        Ok(Exit::Done)
    }
}
