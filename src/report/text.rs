//! Laying text out for a terminal, or for a file that looks like one.

use std::ops::RangeInclusive;

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};

use super::grid::Grid;
use super::number::{NBSP, grouped};
use crate::text::{printable, width};

/// How text should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Columns to fill at most.
    pub width: u16,
    /// Whether bold, dim and shades may be used. Without the feature `cli` there is no terminal, and they never are.
    pub styled: bool,
}

impl Default for Look {
    /// Plain text of 100 columns.
    fn default() -> Self {
        Self { width: 100, styled: false }
    }
}

/// Narrowest layout: below this lines are left to the terminal to break.
const MIN_WIDTH: u16 = 40;

/// Longest word that is kept whole: up to the first length in any case, up to the second where there is room and in
/// heads.
const WORD: RangeInclusive<usize> = 8..=16;
/// Columns left empty around a column's text.
const PADDING: usize = 2;

/// Text under construction.
pub struct Page {
    look: Look,
    text: String,
}

impl Page {
    pub fn new(look: Look) -> Self {
        Self { look: Look { width: look.width.max(MIN_WIDTH), ..look }, text: String::new() }
    }

    /// Columns to fill at most.
    pub fn width(&self) -> u16 {
        self.look.width
    }

    /// Says so if a run was stopped before its last round.
    pub fn partial(&mut self, rounds: u64, asked: u64) {
        if rounds < asked {
            let (rounds, asked) = (grouped(rounds), grouped(asked));
            self.heading(&format!("PARTIAL: stopped after {rounds} of {asked} rounds; what follows is about these"));
        }
    }

    /// A heading, on a line of its own, after an empty line.
    pub fn heading(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.paragraph(text, Weight::Bold);
    }

    /// Text of lesser weight.
    pub fn note(&mut self, text: &str) {
        self.paragraph(text, Weight::Dim);
    }

    /// Text as it is.
    pub fn plain(&mut self, text: &str) {
        self.paragraph(text, Weight::Normal);
    }

    fn paragraph(&mut self, text: &str, weight: Weight) {
        let mut table = self.bare();
        table.add_row([self.cell(text, weight)]);
        if let Some(column) = table.column_mut(0) {
            column.set_padding((0, 0));
        }
        self.push(&table);
    }

    /// Terms, each with its explanation beside it.
    pub fn terms(&mut self, rows: &[(&str, String)]) {
        let mut table = self.bare();
        for (term, words) in rows {
            table.add_row([self.cell(term, Weight::Dim), self.cell(words, Weight::Normal)]);
        }
        let needed = |longest| {
            let terms = needed(rows.iter().map(|row| row.0), longest);
            vec![terms, needed(rows.iter().map(|row| row.1.as_str()), longest)]
        };
        self.keep_whole(&mut table, 0, needed);
        self.push(&table);
    }

    /// A command, on a line of its own however long it is, so that it can be copied.
    pub fn command(&mut self, introduction: &str, command: &str) {
        self.note(introduction);
        self.text += &format!("{}\n", printable(command));
    }

    /// A table; `right` says which columns are numbers. Text is wrapped where there is no room, numbers are not: rather
    /// than in their midst, lines are left to the terminal to break.
    pub fn table(&mut self, header: &[&str], right: &[bool], rows: &[Vec<String>]) {
        self.shaded_table(header, right, rows, |_, _| None);
    }

    /// A table as [`table`](Self::table).
    pub fn grid(&mut self, grid: &Grid) {
        self.table(&grid.header.iter().map(String::as_str).collect::<Vec<_>>(), &grid.right, &grid.rows);
    }

    /// A table whose cells, by row and column, may be shaded: from 0, light, to 1, dark.
    pub fn shaded_table(
        &mut self,
        header: &[&str],
        right: &[bool],
        rows: &[Vec<String>],
        shade: impl Fn(usize, usize) -> Option<f64>,
    ) {
        let mut table = self.bare();
        table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
        table.set_header(header.iter().map(|text| self.cell(text, Weight::Dim)));
        for (i, row) in rows.iter().enumerate() {
            table.add_row(row.iter().enumerate().map(|(j, text)| {
                let cell = self.cell(text, Weight::Normal);
                if let Some(shade) = shade(i, j).filter(|_| self.look.styled) { shaded(cell, shade) } else { cell }
            }));
        }
        for (column, &right) in table.column_iter_mut().zip(right) {
            column.set_cell_alignment(if right { CellAlignment::Right } else { CellAlignment::Left });
        }
        let column = |i: usize| rows.iter().filter_map(move |row| row.get(i)).map(String::as_str);
        let needed = |longest| {
            let columns = header.iter().zip(right).enumerate();
            let needed = columns.map(|(i, (head, &right))| {
                let cells = if right { widest_line(column(i)) } else { needed(column(i), longest) };
                cells.max(needed([*head], *WORD.end()))
            });
            needed.collect()
        };
        self.keep_whole(&mut table, 1, needed);
        self.push(&table);
    }

    /// Lines that are laid out already.
    pub fn drawing(&mut self, lines: &[String]) {
        for line in lines {
            self.text += printable(line).trim_end();
            self.text.push('\n');
        }
    }

    /// The text so far.
    pub fn finish(self) -> String {
        self.text
    }

    fn bare(&self) -> Table {
        let mut table = Table::new();
        table.load_style(TableStyle::new()).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(self.look.width);
        styling(&mut table, self.look.styled);
        table
    }

    /// Gives each column what it needs, with words as long as there is room for, and the table what they need together;
    /// `between` columns are that far apart.
    fn keep_whole(&self, table: &mut Table, between: usize, needed: impl Fn(usize) -> Vec<usize>) {
        let narrow = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        let together = |columns: &[usize]| {
            let widths: usize = columns.iter().map(|needed| needed + PADDING).sum();
            widths + columns.len().saturating_sub(1) * between
        };
        let fits = |columns: &Vec<usize>| together(columns) <= usize::from(self.look.width);
        let columns = WORD.rev().map(&needed).find(fits).unwrap_or_else(|| needed(*WORD.start()));
        for (column, needed) in table.column_iter_mut().zip(&columns) {
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(narrow(needed + PADDING))));
        }
        table.set_width(self.look.width.max(narrow(together(&columns))));
    }

    fn cell(&self, text: &str, weight: Weight) -> Cell {
        let cell = Cell::new(printable(text));
        if self.look.styled { weighted(cell, weight) } else { cell }
    }

    fn push(&mut self, table: &Table) {
        for line in table.lines() {
            self.text += line.replace(NBSP, " ").trim_end();
            self.text.push('\n');
        }
    }
}

/// How heavy letters are.
#[derive(Debug, Clone, Copy)]
enum Weight {
    Normal,
    Bold,
    Dim,
}

/// Whether a table has styles, whatever standard output is.
#[cfg(feature = "cli")]
fn styling(table: &mut Table, styled: bool) {
    if styled {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
}

#[cfg(not(feature = "cli"))]
fn styling(_: &mut Table, _: bool) {}

/// A cell with letters of this weight.
#[cfg(feature = "cli")]
fn weighted(cell: Cell, weight: Weight) -> Cell {
    match weight {
        Weight::Normal => cell,
        Weight::Bold => cell.add_attribute(comfy_table::Attribute::Bold),
        Weight::Dim => cell.add_attribute(comfy_table::Attribute::Dim),
    }
}

#[cfg(not(feature = "cli"))]
fn weighted(cell: Cell, _: Weight) -> Cell {
    cell
}

#[cfg(not(feature = "cli"))]
fn shaded(cell: Cell, _: f64) -> Cell {
    cell
}

/// A cell in one of the 24 greys that terminals have, dark on light or light on dark so that it can be read on either.
#[cfg(feature = "cli")]
fn shaded(cell: Cell, shade: f64) -> Cell {
    use comfy_table::Color;

    const WHITE: u8 = 255;
    let grey = (23.0 * shade.clamp(0.0, 1.0)).round() as u8;
    cell.bg(Color::AnsiValue(WHITE - grey)).fg(if grey < 12 { Color::Black } else { Color::White })
}

/// Columns that cells of text need so that no number in them is broken, nor a word of up to `longest` letters.
fn needed<'a>(cells: impl IntoIterator<Item = &'a str>, longest: usize) -> usize {
    let words = cells.into_iter().flat_map(|cell| cell.split([' ', '\n']));
    // A number and its unit are one word.
    let kept = words.map(|word| if word.contains(NBSP) { width(word) } else { width(word).min(longest) });
    kept.max().unwrap_or(0)
}

/// Columns that cells need so that no line in them is broken.
fn widest_line<'a>(cells: impl IntoIterator<Item = &'a str>) -> usize {
    cells.into_iter().flat_map(str::lines).map(width).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of one, two and no columns a character.
    const NAMES: [&str; 5] = ["Čaputová", "日本", "Be\u{301}la", "Ngũgĩ", "von der Leyen"];

    #[test]
    fn names_in_every_script_line_up() {
        for room in [40, 100] {
            let mut page = Page::new(Look { width: room, styled: false });
            let rows = NAMES.map(|name| vec![name.to_owned(), format!("12.5{NBSP}%")]);
            page.table(&["candidate", "share"], &[false, true], &rows);
            let text = page.finish();
            assert_eq!(text.lines().count(), 2 + NAMES.len(), "{text}");
            let widths: Vec<usize> = text.lines().filter(|line| !line.contains('─')).map(width).collect();
            assert!(widths.iter().all(|width| *width == widths[0]), "{text}");
        }
    }

    #[test]
    fn explanations_begin_in_one_column_behind_names_in_every_script() {
        let mut page = Page::new(Look::default());
        page.terms(&NAMES.map(|name| (name, "stands".to_owned())));
        let text = page.finish();
        let before: Vec<usize> = text.lines().filter_map(|line| Some(width(line.split_once("stands")?.0))).collect();
        assert_eq!(before.len(), NAMES.len());
        assert!(before.iter().all(|width| *width == before[0]), "{text}");
    }

    #[test]
    fn no_line_is_wider_than_the_page() {
        let mut page = Page::new(Look { width: 40, styled: false });
        page.plain(&"日本の選挙".repeat(20));
        let rows = [vec!["日本の選挙 ".repeat(9), "1".to_owned()]];
        page.table(&["候補者", "share"], &[false, true], &rows);
        let text = page.finish();
        assert!(text.lines().all(|line| width(line) <= 40), "{text}");
    }
}
