//! Scenario files: from text to [`Model`](crate::model::Model)s, or to a list of everything that is wrong with it.
//!
//! ```text
//! bytes -> text -> tree (document) -> with tables (tables) and its preset (institutions)
//!       -> one tree per assumption (assumptions, settings, blocs) -> one Model each (resolve), or one for each point
//!          of what may be judged otherwise (judgements)
//! ```
//!
//! Problems found on the way are gathered (diagnostic) and shown together (problems, render).

mod assumptions;
mod blocs;
mod bulk;
mod change;
mod characters;
mod countries;
mod decode;
mod diagnostic;
mod document;
mod error;
pub mod institutions;
mod judgements;
pub mod keys;
mod load;
mod lookup;
mod numerals;
mod place;
mod poll;
mod polled;
mod problems;
mod render;
mod resolve;
mod settings;
mod sheet;
mod source;
pub mod suggest;
mod syntax;
mod tables;
#[cfg(test)]
mod tests;

pub use crate::codes::{Code, Severity};
pub use assumptions::STATED;
pub use change::{Change, ParseChangeError};
pub use diagnostic::Diagnostic;
pub use error::LoadError;
pub use judgements::{Judging, Limits, Target};
pub use load::Scenario;
pub use place::{Cell, Place};
pub use poll::{poll_bytes, poll_of, read_poll};
pub use polled::{PollTable, poll_table};
pub use problems::Problems;
pub use source::{Input, MAX_FILE_BYTES, Position, SourceFile, Sources};
pub use tables::Tables;
