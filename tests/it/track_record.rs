//! `docs/track-record.md` is what its example writes.

#[path = "../../examples/track_record/page.rs"]
mod page;

use std::fs;

#[test]
fn the_track_record_is_that_of_a_run() {
    let old = fs::read_to_string(page::repository("docs/track-record.md")).unwrap();
    let new = page::written(&old).unwrap();
    assert!(new.contains("| simulation | "));
    assert!(new == old, "docs/track-record.md: run `cargo run --release --example track_record`\n{new}");
}
