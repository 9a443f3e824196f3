//! A CSV table as cells with places: the only door to the `csv` crate for reading.

use std::collections::BTreeMap;
use std::ops::Range;

use super::diagnostic::{Collector, Diagnostic};
use super::place::{Cell, Place};
use crate::codes::Code;

/// Most columns of a table: more than there can be members, traits and dimensions to have one each.
const MAX_COLUMNS: usize = 1024;
/// Most rows of a table that say anything, with the header: more than there can be members and groups.
const MAX_ROWS: usize = 1024;

/// A table with a header.
#[derive(Debug)]
pub struct Sheet {
    /// Names of the columns, without spaces around them, with the places of the header's cells.
    pub columns: Vec<Written>,
    /// The rows below the header that say anything; each has one cell per column.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug)]
pub struct Row {
    /// The whole row.
    pub place: Place,
    /// Its cells, without spaces around them.
    pub cells: Vec<Written>,
}

/// Text with its place.
#[derive(Debug)]
pub struct Written {
    /// The text.
    pub text: String,
    /// The cell.
    pub place: Place,
}

/// Reads the table in `text`, the file number `file` called `name`; nothing if its shape is wrong.
pub fn read(file: usize, name: &str, text: &str, problems: &Collector) -> Option<Sheet> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut end = 0;
    let mut number = 0;
    let mut fine = true;
    for record in reader.records() {
        let Ok(record) = record else { break };
        // The reader passes over empty lines, which a spreadsheet counts.
        let (start, skipped) = skip_empty_lines(text, end);
        number += 1 + skipped;
        if record.len() > MAX_COLUMNS {
            let line_end = text[start..].find(['\r', '\n']).map_or(text.len(), |i| start + i);
            let place = Place { cell: Some(Cell { row: number, column: None }), ..Place::new(file, start..line_end) };
            let message = format!("a row of {name} has {} cells; at most {MAX_COLUMNS} are possible", record.len());
            problems.report(Diagnostic::new(Code::TooMany, message).at(place, "too many"));
            return None;
        }
        let spans = cell_spans(text, start);
        end = spans.last().map_or(start, |span| span.end);
        if let Some(open) = spans.last().filter(|span| is_unclosed(&text[(*span).clone()])) {
            let place = Place { cell: Some(Cell { row: number, column: None }), ..Place::new(file, open.clone()) };
            let message = format!("a quotation mark in {name} is never closed");
            let help = "put a second quotation mark at the end of the cell, or double the marks inside it";
            problems.report(Diagnostic::new(Code::UnclosedQuote, message).at(place, "opened here").help(help));
            return None;
        }
        let place =
            |span: Range<usize>, column| Place { cell: Some(Cell { row: number, column }), ..Place::new(file, span) };
        let whole = place(start..end, None);
        let cell = |(i, text): (usize, &str)| {
            let span = spans.get(i).cloned().unwrap_or(start..end);
            Written { text: text.trim().to_owned(), place: place(span, Some(i)) }
        };
        // Spreadsheets leave rows of separators behind that say nothing.
        if record.iter().all(|text| text.trim().is_empty()) {
            continue;
        }
        if rows.len() >= MAX_ROWS {
            let message = format!("{name} has more than {MAX_ROWS} rows");
            problems.report(Diagnostic::new(Code::TooMany, message).at(whole, "one too many"));
            return None;
        }
        let cells: Vec<_> = record.iter().enumerate().map(cell).collect();
        rows.push(Row { place: whole, cells });
    }
    let mut rows = rows.into_iter();
    let Some(header) = rows.next() else {
        let help = "write the names of the columns in the first row";
        problems.report(Diagnostic::new(Code::EmptyTable, format!("{name} is empty")).help(help));
        return None;
    };
    let rows: Vec<_> = rows.collect();
    if is_wrongly_separated(name, &header, problems) {
        return None;
    }
    fine &= check_header(name, &header, problems);
    fine &= check_rows(name, &header, &rows, problems);
    fine.then_some(Sheet { columns: header.cells, rows })
}

fn is_wrongly_separated(name: &str, header: &Row, problems: &Collector) -> bool {
    if let [only] = &header.cells[..]
        && let Some((separator, word)) = [(';', "semicolons"), ('\t', "tabs"), ('|', "bars")]
            .into_iter()
            .find(|(separator, _)| only.text.contains(*separator))
    {
        let message = format!("{name} separates its columns by {word}; commas are needed");
        let diagnostic = Diagnostic::new(Code::WrongSeparator, message);
        let diagnostic = diagnostic.at(header.place, format!("`{}` instead of `,`", separator.escape_default()));
        problems.report(diagnostic.help("save the table as \"CSV UTF-8 (comma delimited)\", with decimal points"));
        return true;
    }
    false
}

fn check_header(name: &str, header: &Row, problems: &Collector) -> bool {
    let mut fine = true;
    let mut seen: BTreeMap<&str, Place> = BTreeMap::new();
    for column in &header.cells {
        if column.text.is_empty() {
            let diagnostic = Diagnostic::new(Code::UnnamedColumn, format!("a column of {name} has no name"));
            let help = "name the column, or remove it (a stray comma at the end of the rows makes one)";
            problems.report(diagnostic.at(column.place, "no name").help(help));
            fine = false;
        } else if let Some(first) = seen.insert(&column.text, column.place) {
            let message = format!("two columns of {name} are called `{}`", column.text);
            let diagnostic = Diagnostic::new(Code::DuplicateColumn, message).at(column.place, "used again");
            problems.report(diagnostic.at(first, "first used here"));
            fine = false;
        }
    }
    fine
}

fn check_rows(name: &str, header: &Row, rows: &[Row], problems: &Collector) -> bool {
    if rows.is_empty() {
        let diagnostic = Diagnostic::new(Code::EmptyTable, format!("{name} has no rows below its header"));
        problems.report(diagnostic.at(header.place, "only a header"));
        return false;
    }
    let mut fine = true;
    for row in rows.iter().filter(|row| row.cells.len() != header.cells.len()) {
        let (found, expected) = (row.cells.len(), header.cells.len());
        let cells = if found == 1 { "1 cell".to_owned() } else { format!("{found} cells") };
        let message = format!("a row of {name} has {cells}, but the header has {expected}");
        let help = "a cell that contains a comma must be in quotation marks; an empty cell still needs its comma";
        let label = format!("{cells} instead of {expected}");
        problems.report(Diagnostic::new(Code::RaggedRow, message).at(row.place, label).help(help));
        fine = false;
    }
    fine
}

/// Where the next row begins at or after `at`, and how many empty lines there are before it.
fn skip_empty_lines(text: &str, at: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let mut breaks = 0;
    let mut at = at;
    let first = at == 0;
    while let Some(byte @ (b'\r' | b'\n')) = bytes.get(at) {
        at += if *byte == b'\r' && bytes.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
        breaks += 1;
    }
    (at, if first { breaks } else { breaks.max(1) - 1 })
}

/// The ranges of the cells of the row that begins at `start`.
fn cell_spans(text: &str, start: usize) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    let mut from = start;
    loop {
        let mut at = from;
        let mut quoted = bytes.get(at) == Some(&b'"');
        at += usize::from(quoted);
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'"' if quoted && bytes.get(at + 1) == Some(&b'"') => at += 1,
                b'"' if quoted => quoted = false,
                b',' | b'\r' | b'\n' if !quoted => break,
                _ => {}
            }
            at += 1;
        }
        spans.push(from..at);
        if bytes.get(at) != Some(&b',') {
            return spans;
        }
        from = at + 1;
    }
}

/// Whether a cell begins with a quotation mark that is not closed.
fn is_unclosed(cell: &str) -> bool {
    let Some(inner) = cell.strip_prefix('"') else { return false };
    let mut bytes = inner.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte == b'"' && bytes.next_if_eq(&b'"').is_none() {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::scenario::problems::Problems;

    fn sheet(text: &str) -> (Option<Sheet>, Vec<Diagnostic>) {
        let problems = Collector::default();
        (read(0, "t.csv", text, &problems), Problems::new(problems, Arc::default()).iter().cloned().collect())
    }

    #[test]
    fn cells_know_where_they_stand() {
        let text = "id,name\r\n\r\nUSA,\"United, \"\"States\"\"\r\nof\"\r\n, \nFRA, France \n";
        let (sheet, problems) = sheet(text);
        assert_eq!(problems, []);
        let rows = sheet.unwrap().rows;
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].cells[1].text, "United, \"States\"\r\nof");
        assert_eq!(rows[0].place.cell.unwrap().row, 3);
        assert_eq!(rows[1].cells[1].text, "France");
        let place = rows[1].cells[1].place;
        assert_eq!(&text[place.start..place.end], " France ");
        assert_eq!(place.cell, Some(Cell { row: 5, column: Some(1) }));
    }

    #[test]
    fn wrong_shapes_are_named() {
        for (text, code) in [
            ("", "empty-table"),
            ("\n\n", "empty-table"),
            ("id,name\n", "empty-table"),
            ("id;name\nUSA;x\n", "wrong-separator"),
            ("id\tname\nUSA\tx\n", "wrong-separator"),
            ("id,name\nUSA\n", "ragged-row"),
            ("id,name\nUSA,x,y\n", "ragged-row"),
            ("id,\nUSA,x\n", "unnamed-column"),
            ("id,id\nUSA,x\n", "duplicate-column"),
            ("id,name\nUSA,\"x\n", "unclosed-quote"),
            (&",".repeat(MAX_COLUMNS), "too-many"),
            (&"id\n".repeat(MAX_ROWS + 1), "too-many"),
        ] {
            let (sheet, problems) = sheet(text);
            assert!(sheet.is_none(), "{text:?}");
            assert_eq!(problems[0].code.name(), code, "{text:?}");
        }
    }
}
