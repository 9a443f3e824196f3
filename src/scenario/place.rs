//! Where something is written.

/// Where something is written: a range of bytes in one of the scenario's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index of the file among the [`Sources`](super::source::Sources).
    pub file: usize,
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// The cell, if the file is a CSV table.
    pub cell: Option<Cell>,
}

/// A cell of a CSV table, as a spreadsheet counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Row from 1, which is the header.
    pub row: usize,
    /// Column from 0, an index into the file's column names; none means the whole row.
    pub column: Option<usize>,
}

impl Place {
    /// A range of bytes in file number `file`.
    pub fn new(file: usize, span: std::ops::Range<usize>) -> Self {
        Self { file, start: span.start, end: span.end, cell: None }
    }
}
