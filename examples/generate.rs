//! Writes the pages of the documentation that are made from the program's own lists.
//!
//! Run it after changing one of the lists: `cargo run --example generate`.

use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    std::fs::write(docs.join("diagnostics.md"), nemcon::report::diagnostics::page())
}
