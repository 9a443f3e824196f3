//! Writes the pages of the documentation that are made from the program's own lists.
//!
//! Run it after changing one of the lists: `cargo run --example generate`.

use std::path::Path;
use std::{fs, io};

fn main() -> io::Result<()> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    fs::write(docs.join("diagnostics.md"), nemcon::report::diagnostics::page())?;
    let format = docs.join("scenario-format.md");
    let page = nemcon::scenario::keys::write_page(&fs::read_to_string(&format)?);
    fs::write(&format, page.map_err(|name| io::Error::other(format!("no table of keys is called {name}")))?)
}
