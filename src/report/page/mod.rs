//! One page that can be sent: what was found, as charts with their tables, in one file of HTML.
//!
//! Charts are functions from figures to SVG, one file each in `charts`. They are drawn twice, for wide and for narrow
//! screens, of which the style sheet shows one: text keeps its size.
//!
//! # What changes while one reads
//!
//! Some sections can be drawn again from other results, by the engine in the page: [`sections`] returns them as pieces
//! of HTML, each to be put into the element with its `data-live` (`<div data-live="chosen">`, in place of what is in it):
//!
//! | name | what | there if |
//! | --- | --- | --- |
//! | `chosen` | who is chosen | always |
//! | `flow` | where the rounds of the report's own result went | [`Live::before`] is given |
//! | `blocks` | who blocks whom | someone is vetoed |
//! | `ends` | when rounds end | there is more than one ballot |
//! | `ballots` | as the ballots go | counted by ballot |
//!
//! Of a section that has nothing to show the piece is empty. All text in the pieces is escaped.
//!
//! # What the page holds for its engine
//!
//! | element | what |
//! | --- | --- |
//! | `<aside id="panel" hidden>` | nothing: the script fills it with what can be changed, and shows it |
//! | `<script type="application/json" id="scenario">` | `name`, `text`, `tables` (text by the path that the scenario writes), `set` (changes as `path=value`), `seed` (as text), `rounds` |
//! | `<script type="text/plain" id="engine">` | the WebAssembly module: base64 of gzip |
//! | `<script type="text/plain" id="worker">` | the script of its worker |
//! | `<script type="text/plain" id="files">` | the files to save: base64 of gzip of JSON, text by name |
//! | `<script>` | one that starts the worker, before what one reads; the page's own, and one that saves files, at the end |
//!
//! In the JSON every `<` is `\u003c`, so that no text ends its element.

mod basis;
mod charts;
mod claim;
mod document;
mod embedded;
mod figure;
mod fragment;
mod methods;
mod rounds;
mod section;
mod summary;
mod svg;
#[cfg(test)]
mod tests;
mod whole;

pub use document::{Engine, Page, Report};
pub use embedded::EMBEDDED;
pub use fragment::{Piece, compare, fragment, influence, leverage, run};
pub use section::Section;
pub use svg::Width;
pub use whole::{Wanted, whole};

use figure::{Paper, Saving};

use crate::analysis::{Comparison, Selection};
use crate::model::{Model, Poll};

/// Results that are to be drawn again.
#[derive(Debug, Clone, Copy)]
pub struct Live<'a> {
    /// The model that was simulated.
    pub model: &'a Model,
    /// What came out.
    pub selection: &'a Selection,
    /// The same against the report's own result, from the same draws: marks where that stands.
    pub before: Option<&'a Comparison>,
    /// Polls that were held.
    pub polls: &'a [Poll],
    /// Whether the tables below the charts are filled; without, there is only where one opens them.
    pub tables: bool,
}

/// The sections of the page that can be drawn from `live` and are asked for by name, each with its name. `widths` says for
/// which screens charts are drawn.
pub fn sections(live: &Live<'_>, widths: &[Width], is_asked: impl Fn(&str) -> bool) -> Vec<(&'static str, String)> {
    let Live { model, selection, before, polls, tables } = *live;
    let paper = &Paper { widths, tables, saving: Saving::InLinks };
    let draw = |name| match name {
        "chosen" => Some(charts::chosen(selection, None, before, paper)),
        "flow" => before.and_then(|before| charts::flow(before, paper)),
        "blocks" => charts::blocks(model, selection, paper),
        "ends" => charts::ends(selection, paper),
        "ballots" => charts::ballots(model, selection, polls, paper),
        _ => None,
    };
    let asked = ["chosen", "flow", "blocks", "ends", "ballots"].into_iter().filter(|name| is_asked(name));
    asked.map(|name| (name, draw(name).map(|it| it.into_string()).unwrap_or_default())).collect()
}
