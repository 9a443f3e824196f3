//! Writes the tables of `docs/track-record.md`: what the scenarios gave to what happened.
//!
//! ```text
//! cargo run --release --example track_record
//! ```
//!
//! Run it after changing a scenario or adding one.

mod page;

use std::error::Error;
use std::fs;

fn main() -> Result<(), Box<dyn Error>> {
    let path = page::repository("docs/track-record.md");
    let page = page::written(&fs::read_to_string(&path)?)?;
    Ok(fs::write(path, page)?)
}
