//! Tables of more columns than a terminal has room for.

use super::grid::Grid;
use super::text::Page;
use crate::text::width;

/// Longest line of a name at the head of a column, where it can be broken.
const HEAD: usize = 10;

/// A column of a table.
pub struct Column {
    name: String,
    /// The name, broken.
    head: String,
    cells: Vec<String>,
    /// By cell how dark it is, from 0 to 1; may be empty.
    shades: Vec<f64>,
}

impl Column {
    /// A column with a name at its head, which may be broken.
    pub fn new(head: &str, cells: impl IntoIterator<Item = String>) -> Self {
        Self { name: head.to_owned(), head: broken(head), cells: cells.into_iter().collect(), shades: Vec::new() }
    }

    /// The column with cells so dark, from 0 to 1.
    pub fn shaded(self, shades: Vec<f64>) -> Self {
        Self { shades, ..self }
    }

    /// Columns of the terminal that it takes.
    fn width(&self) -> usize {
        let lines = self.head.lines().chain(self.cells.iter().flat_map(|cell| cell.lines()));
        lines.map(width).max().unwrap_or(0) + 2
    }
}

/// A table of all these columns, the first of which is of text.
pub fn together(columns: &[Column], numbers: bool) -> Grid {
    let row = |row: usize| columns.iter().map(|column| column.cells[row].clone()).collect();
    Grid {
        header: columns.iter().map(|column| column.name.clone()).collect(),
        right: (0..columns.len()).map(|i| numbers && i > 0).collect(),
        rows: (0..columns.first().map_or(0, |first| first.cells.len())).map(row).collect(),
    }
}

/// A table that repeats its `fixed` columns beside as many of the `others` as there is room for, until all are shown.
pub fn in_blocks(page: &mut Page, fixed: &[Column], others: &[Column], numbers: bool) {
    let room = usize::from(page.width()).saturating_sub(fixed.iter().map(Column::width).sum());
    let widest = others.iter().map(Column::width).max().unwrap_or(1);
    let blocks = others.len().div_ceil((room / widest).max(1));
    for (i, block) in others.chunks(others.len().div_ceil(blocks.max(1)).max(1)).enumerate() {
        if i > 0 {
            page.note("");
        }
        let columns: Vec<&Column> = fixed.iter().chain(block).collect();
        let header: Vec<&str> = columns.iter().map(|column| column.head.as_str()).collect();
        let right: Vec<bool> = (0..columns.len()).map(|i| numbers && i > 0).collect();
        let row = |row: usize| columns.iter().map(|column| column.cells[row].clone()).collect();
        let rows: Vec<Vec<String>> = (0..fixed[0].cells.len()).map(row).collect();
        page.shaded_table(&header, &right, &rows, |row, column| columns[column].shades.get(row).copied());
    }
}

/// A long name on several lines, broken after its hyphens and dots and between its words.
pub fn broken(name: &str) -> String {
    let mut lines: Vec<String> = vec![String::new()];
    for part in name.split_inclusive(['-', '_', '.', ' ']) {
        match lines.last_mut() {
            Some(line) if line.is_empty() || width(line) + width(part.trim_end()) <= HEAD => {
                *line += part;
            }
            _ => lines.push(part.to_owned()),
        }
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_break_after_hyphens_and_between_words() {
        assert_eq!(broken("without-washington"), "without-\nwashington");
        assert_eq!(broken("no-veto"), "no-veto");
        assert_eq!(broken("two-thirds"), "two-thirds");
        assert_eq!(broken("a-b-c-d-e-f-g-h"), "a-b-c-d-e-\nf-g-h");
        assert_eq!(broken("consensusminusone"), "consensusminusone");
        assert_eq!(broken("Ursula von der Leyen"), "Ursula von\nder Leyen");
        assert_eq!(broken("no consensus"), "no\nconsensus");
        assert_eq!(broken("member.USA.home"), "member.\nUSA.home");
    }
}
