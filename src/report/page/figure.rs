//! A chart with its key, its table and its data.

use std::cell::RefCell;
use std::fmt::Write as _;

use maud::{Markup, html};

use super::svg::Width;
use crate::report::{File, Grid};
use crate::text::printable_message;

/// What charts are drawn on.
pub struct Paper<'a> {
    /// For which screens.
    pub widths: &'a [Width],
    /// How the data behind a chart can be saved.
    pub saving: Saving,
}

/// How the data behind charts can be saved.
pub enum Saving {
    /// By links that have it in them.
    InLinks,
    /// By a script; the files are gathered for it.
    ByScript(RefCell<Vec<File>>),
    /// Not at all: whoever shows the charts has it.
    Nowhere,
}

impl Saving {
    /// The files that a script saves.
    pub fn into_files(self) -> Vec<File> {
        match self {
            Self::ByScript(files) => files.into_inner(),
            Self::InLinks | Self::Nowhere => Vec::new(),
        }
    }
}

/// A name, kept apart from the direction in which the text around it runs.
pub fn name(text: &str) -> Markup {
    let text = printable_message(text);
    html! { @if text.is_ascii() { (text) } @else { bdi { (text) } } }
}

/// What a mark of a chart means.
pub fn key(entries: &[(&str, &str)]) -> Markup {
    html! {
        ul class="key" {
            @for (mark, meaning) in entries {
                li { (sample(mark)) " " (meaning) }
            }
        }
    }
}

/// A mark as it is in the chart.
fn sample(mark: &str) -> Markup {
    html! {
        svg viewBox="0 0 28 14" aria-hidden="true" {
            @match mark {
                "range" => { path class="range" d="M2 3V11M26 3V11M2 7H26" {} },
                "interval" => {
                    rect class="bar" x="0" y="2" width="18" height="10" {}
                    rect class="interval" x="14" y="2" width="8" height="10" {}
                },
                "before" => { path class="before" d="M14 0V14" {} },
                "hollow" => { circle class="hollow" cx="14" cy="7" r="4.5" {} },
                "dot" => { circle class="dot" cx="14" cy="7" r="5" {} },
                "whisker" => { path class="whisker" d="M2 7H26" {} circle class="dot" cx="14" cy="7" r="4.5" {} },
                "poll" => { path class="poll" d="M14 2L19 7L14 12L9 7Z" {} },
                "median" => { path class="median" d="M2 7H26" {} },
                _ => { rect class=(mark) x="2" y="2" width="24" height="10" {} },
            }
        }
    }
}

/// A table, closed until it is asked for, with its data as a file.
pub fn table(title: &str, grid: &Grid, notes: &[&str], files: &[File], paper: &Paper<'_>) -> Markup {
    html! {
        details {
            summary { "Table and data: " (title) }
            (open_table(title, grid))
            @for note in notes { p class="note" { (note) } }
            @if !files.is_empty() && !matches!(paper.saving, Saving::Nowhere) {
                p class="save" {
                    "Save as CSV: "
                    @for (number, file) in files.iter().enumerate() {
                        @if number > 0 { ", " }
                        (link(file, paper))
                    }
                }
            }
        }
    }
}

/// By what a file is saved.
fn link(file: &File, paper: &Paper<'_>) -> Markup {
    match &paper.saving {
        Saving::InLinks => html! { a download=(file.name) href=(address(&file.bytes)) { (file.name) } },
        Saving::Nowhere => html! {},
        Saving::ByScript(files) => {
            files.borrow_mut().push(file.clone());
            html! { button type="button" data-file=(file.name) { (file.name) } }
        }
    }
}

/// A table that scrolls by itself where it is too wide.
pub fn open_table(title: &str, grid: &Grid) -> Markup {
    let class = |column: usize| grid.right.get(column).copied().unwrap_or_default().then_some("right");
    html! {
        div class="scroll" role="region" tabindex="0" aria-label={ "Table: " (title) } {
            table {
                thead { tr {
                    @for (column, head) in grid.header.iter().enumerate() {
                        th scope="col" class=[class(column)] { (lines(head)) }
                    }
                } }
                tbody {
                    @for row in &grid.rows {
                        tr {
                            @for (column, cell) in row.iter().enumerate() {
                                @if column == 0 { th scope="row" { (lines(cell)) } }
                                @else { td class=[class(column)] { (lines(cell)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The lines of a cell.
fn lines(cell: &str) -> Markup {
    html! {
        @for (number, line) in cell.split('\n').enumerate() {
            @if number > 0 { br; }
            (name(line.trim_end_matches('\u{a0}')))
        }
    }
}

/// The bytes as an address of their own, which is saved without any network. CSV is mostly plain characters, so that this
/// is shorter than base64.
fn address(bytes: &[u8]) -> String {
    let mut text = String::from("data:text/csv;charset=utf-8,");
    for &byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b',' | b'.' | b'-' | b'_' | b'~' | b'+' | b';' | b':' | b'/' => {
                text.push(char::from(byte));
            }
            _ => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_addresses_that_decode_to_their_bytes() {
        assert_eq!(address("a,\"é\"\n".as_bytes()), "data:text/csv;charset=utf-8,a,%22%C3%A9%22%0A");
    }

    #[test]
    fn cells_are_text() {
        let grid = Grid::new(&["<b>"], &[false], vec![vec!["</td><script>".to_owned()]]);
        let html = open_table("\"><img>", &grid).into_string();
        assert!(!html.contains("<script>") && !html.contains("<b>") && !html.contains("<img>"), "{html}");
    }
}
