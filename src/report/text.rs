//! Laying text out for a terminal, or for a file that looks like one.

use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use super::number::{NBSP, grouped};

/// How text should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Columns to fill at most.
    pub width: u16,
    /// Whether bold and dim may be used.
    pub styled: bool,
}

impl Default for Look {
    /// Plain text of 100 columns.
    fn default() -> Self {
        Self { width: 100, styled: false }
    }
}

/// Columns of the terminal, if standard output or error is one.
pub fn terminal_width() -> Option<u16> {
    let mut table = Table::new();
    table.width().or_else(|| table.use_stderr().width())
}

/// Narrowest layout: below this lines are left to the terminal to break.
const MIN_WIDTH: u16 = 40;

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
        self.paragraph(text, Attribute::Bold);
    }

    /// Text of lesser weight.
    pub fn note(&mut self, text: &str) {
        self.paragraph(text, Attribute::Dim);
    }

    /// Text as it is.
    pub fn plain(&mut self, text: &str) {
        self.paragraph(text, Attribute::Reset);
    }

    fn paragraph(&mut self, text: &str, attribute: Attribute) {
        let mut table = self.bare();
        table.add_row([self.cell(text, attribute)]);
        if let Some(column) = table.column_mut(0) {
            column.set_padding((0, 0));
        }
        self.push(&table);
    }

    /// Terms, each with its explanation beside it.
    pub fn terms(&mut self, rows: &[(&str, String)]) {
        let mut table = self.bare();
        for (term, words) in rows {
            table.add_row([self.cell(term, Attribute::Dim), self.cell(words, Attribute::Reset)]);
        }
        self.push(&table);
    }

    /// A command, on a line of its own however long it is, so that it can be copied.
    pub fn command(&mut self, introduction: &str, command: &str) {
        self.note(introduction);
        self.text += &format!("{}\n", printable(command));
    }

    /// A table; `right` says which columns are numbers.
    pub fn table(&mut self, header: &[&str], right: &[bool], rows: &[Vec<String>]) {
        let mut table = self.bare();
        table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
        table.set_header(header.iter().map(|text| self.cell(text, Attribute::Dim)));
        for row in rows {
            table.add_row(row.iter().map(|text| self.cell(text, Attribute::Reset)));
        }
        for (column, &right) in table.column_iter_mut().zip(right) {
            column.set_cell_alignment(if right { CellAlignment::Right } else { CellAlignment::Left });
        }
        self.push(&table);
    }

    /// The text so far.
    pub fn finish(self) -> String {
        self.text
    }

    fn bare(&self) -> Table {
        let mut table = Table::new();
        table.load_style(TableStyle::new()).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(self.look.width);
        if self.look.styled {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        table
    }

    fn cell(&self, text: &str, attribute: Attribute) -> Cell {
        let cell = Cell::new(printable(text));
        if self.look.styled && attribute != Attribute::Reset { cell.add_attribute(attribute) } else { cell }
    }

    fn push(&mut self, table: &Table) {
        for line in table.lines() {
            self.text += line.replace(NBSP, " ").trim_end();
            self.text.push('\n');
        }
    }
}

/// Text that cannot disturb a terminal: control characters and overrides of direction become `�`.
pub fn printable(text: &str) -> String {
    let harmless =
        |c: char| c == '\n' || !(c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
    text.chars().map(|c| if harmless(c) { c } else { '\u{fffd}' }).collect()
}
