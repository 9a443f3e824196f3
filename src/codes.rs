//! The kinds of problems that a scenario or a poll can have: each has a stable name, a sentence that says what it
//! means, and an example. `docs/diagnostics.md` lists them.
//!
//! The folders that find problems (`scenario` and `analysis`) share this list and nothing else.

mod example;
mod table;

pub use example::{BASE, Example};
pub use table::Code;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scenario cannot be simulated.
    Error,
    /// The scenario can be simulated, but perhaps does not say what its author meant.
    Warning,
    /// What the scenario says is clear, but a part of it can have no effect, or most results depend on what it leaves out.
    Remark,
}

impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Remark];

    /// Its name: `error`, `warning` or `remark`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Remark => "remark",
        }
    }
}
