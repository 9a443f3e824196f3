//! A CSV table as cells with places: the only door to the `csv` crate for reading.

mod lines;

use std::collections::BTreeMap;
use std::ops::Range;

use super::characters;
use super::decode;
use super::diagnostic::{Collector, Diagnostic};
use super::place::{Cell, Place};
use super::source::Sources;
use crate::codes::Code;
use lines::Opening;

/// Most columns of a table: more than there can be members, traits and dimensions to have one each.
const MAX_COLUMNS: usize = 1024;
/// Most rows of a table that say anything, with the header: more than there can be members and groups.
const MAX_ROWS: usize = 1024;
/// Names of columns for people, as is any that begins with `#`.
pub const NOTES: [&str; 2] = ["note", "source"];
/// The same, as they are listed.
pub const NOTED: [&str; 3] = ["note", "source", "#…"];

/// A table with a header.
#[derive(Debug)]
pub struct Sheet {
    /// Names of all columns, as places of cells count them.
    pub header: Vec<String>,
    /// Names of the columns that say anything, without blanks around them, with the places of the header's cells.
    pub columns: Vec<Written>,
    /// The rows below the header that say anything; each has one cell per column.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug)]
pub struct Row {
    /// The whole row.
    pub place: Place,
    /// Its cells, without blanks around them.
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

/// Whether a column of this name is for people and not for the program, unless the table has a use for it.
fn is_note(name: &str) -> bool {
    name.starts_with('#') || NOTES.contains(&name)
}

impl Sheet {
    /// Takes away the columns for people, but for those that the table has a use for, and then the rows that say
    /// nothing else.
    pub fn without_notes(&mut self, is_used: impl Fn(&str) -> bool) {
        self.keep(|column| !is_note(&column.text) || is_used(&column.text));
        self.rows.retain(|row| row.cells.iter().any(|cell| !cell.text.is_empty()));
    }

    /// Keeps these columns.
    fn keep(&mut self, is_kept: impl Fn(&Written) -> bool) {
        let kept: Vec<bool> = self.columns.iter().map(is_kept).collect();
        if kept.contains(&false) {
            for cells in self.rows.iter_mut().map(|row| &mut row.cells).chain([&mut self.columns]) {
                let mut kept = kept.iter();
                cells.retain(|_| *kept.next().unwrap_or(&true));
            }
        }
    }
}

/// Reads the table in the `bytes` of the file called `name`, which joins the `sources`; nothing if its shape is wrong, which
/// is reported.
///
/// # Errors
/// That it is no text.
pub fn of_bytes(
    name: &str,
    bytes: &[u8],
    sources: &mut Sources,
    problems: &Collector,
) -> Result<Option<Sheet>, Box<Diagnostic>> {
    let file = decode::add_text(sources, name.to_owned(), bytes)?;
    let mut sheet = read(file, name, sources.text(file), problems);
    if let Some(sheet) = &mut sheet {
        sources.set_columns(file, std::mem::take(&mut sheet.header));
    }
    Ok(sheet)
}

/// Reads the table in `text`, the file number `file` called `name`; nothing if its shape is wrong.
fn read(file: usize, name: &str, text: &str, problems: &Collector) -> Option<Sheet> {
    let (separator, begin) = match lines::opening(text) {
        Opening::Table => (b',', 0),
        Opening::Separator { by, behind } => (by, behind),
        Opening::Unknown { length } => {
            let message = format!("the first line of {name} names a separator that is none");
            let diagnostic = Diagnostic::new(Code::WrongSeparator, message);
            let diagnostic = diagnostic.at(Place::new(file, 0..length), "neither comma, semicolon nor tab");
            problems.report(diagnostic.help("remove this line, which is for Excel, or write sep=,"));
            return None;
        }
    };
    let mut rows = rows(file, name, text, separator, begin, problems)?.into_iter();
    let Some(header) = rows.next() else {
        let help = "write the names of the columns in the first row";
        problems.report(Diagnostic::new(Code::EmptyTable, format!("{name} is empty")).help(help));
        return None;
    };
    if is_wrongly_separated(name, &header, separator, problems) {
        return None;
    }
    let mut rows: Vec<_> = rows.collect();
    let said = |cells: &[Written]| cells.iter().rposition(|cell| !cell.text.is_empty()).map_or(0, |last| last + 1);
    let width = rows.iter().map(|row| said(&row.cells)).max().unwrap_or(0).max(said(&header.cells));
    let mut columns = header.cells;
    // What lies behind the last cell that says anything is there only by separators; a row may leave it out.
    columns.truncate(width);
    rows.iter_mut().for_each(|row| row.cells.truncate(width));
    let mut sheet = Sheet { header: columns.iter().map(|column| column.text.clone()).collect(), columns, rows };
    let fine = check_rows(name, header.place, &sheet, problems);
    drop_empty_columns(&mut sheet);
    (check_header(name, &sheet, problems) & fine).then_some(sheet)
}

/// Every row that says anything, the header first; nothing if there are too many cells, or a quotation mark is open.
fn rows(file: usize, name: &str, text: &str, separator: u8, begin: usize, problems: &Collector) -> Option<Vec<Row>> {
    let mut rows = Vec::new();
    let mut end = begin;
    let mut number = 0;
    loop {
        // Empty lines are no rows, but a spreadsheet counts them.
        let (start, skipped) = lines::skip_empty(text, begin, end);
        if start >= text.len() {
            return Some(rows);
        }
        number += 1 + skipped;
        let place =
            |span: Range<usize>, column| Place { cell: Some(Cell { row: number, column }), ..Place::new(file, span) };
        let line = lines::line(text, start, separator, MAX_COLUMNS);
        end = line.end;
        if let Some(open) = line.cells.last().filter(|span| lines::is_unclosed(&text[(*span).clone()])) {
            let message = format!("a quotation mark in {name} is never closed");
            let help = "put a second quotation mark at the end of the cell, or double the marks inside it";
            let diagnostic = Diagnostic::new(Code::UnclosedQuote, message).at(place(open.clone(), None), "opened here");
            problems.report(diagnostic.help(help));
            return None;
        }
        // Spreadsheets leave cells and rows of separators behind that say nothing.
        if line.said == 0 {
            continue;
        }
        let whole = place(start..end, None);
        let beyond = if line.said > MAX_COLUMNS {
            format!("a row of {name} has {} cells; at most {MAX_COLUMNS} are possible", line.said)
        } else if rows.len() >= MAX_ROWS {
            format!("{name} has more than {MAX_ROWS} rows")
        } else {
            let cells = texts(text, &line, separator).into_iter().zip(&line.cells).enumerate();
            let cells = cells.map(|(i, (text, span))| Written { text, place: place(span.clone(), Some(i)) });
            rows.push(Row { place: whole, cells: cells.collect() });
            continue;
        };
        problems.report(Diagnostic::new(Code::TooMany, beyond).at(whole, "too many"));
        return None;
    }
}

/// What the cells of a row say, without quotation marks and blanks around them.
fn texts(text: &str, line: &lines::Line, separator: u8) -> Vec<String> {
    let (Some(first), Some(last)) = (line.cells.first(), line.cells.last()) else { return Vec::new() };
    let row = &text[first.start..last.end];
    // What is not quoted needs no reader, which takes longer to make than most rows to read.
    if !row.is_empty() && !row.contains(['"', '\r', '\n']) && !row.starts_with('\u{feff}') {
        return row.split(char::from(separator)).map(|cell| characters::trim(cell).to_owned()).collect();
    }
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(row.as_bytes());
    let mut record = csv::StringRecord::new();
    // It is text in memory: nothing can fail.
    let is_read = matches!(reader.read_record(&mut record), Ok(true));
    let cells = record.iter().take_while(|_| is_read).map(|cell| characters::trim(cell).to_owned());
    cells.collect()
}

/// Takes away the columns that have neither a name nor a cell.
fn drop_empty_columns(sheet: &mut Sheet) {
    let columns = sheet.columns.iter().enumerate();
    let is_said = |i: usize| sheet.rows.iter().any(|row| row.cells.get(i).is_some_and(|cell| !cell.text.is_empty()));
    let said: Vec<_> = columns.filter(|(i, column)| !column.text.is_empty() || is_said(*i)).map(|(i, _)| i).collect();
    sheet.keep(|column| column.place.cell.and_then(|cell| cell.column).is_none_or(|i| said.binary_search(&i).is_ok()));
}

/// Whether the header is one cell with separators in it other than `separator`, which is reported.
fn is_wrongly_separated(name: &str, header: &Row, separator: u8, problems: &Collector) -> bool {
    let separator = char::from(separator);
    let [only] = &header.cells[..] else { return false };
    let known = [(',', "commas"), (';', "semicolons"), ('\t', "tabs"), ('|', "bars")];
    let Some((found, word)) = known.into_iter().find(|(other, _)| *other != separator && only.text.contains(*other))
    else {
        return false;
    };
    let (needed, help) = if separator == ',' {
        ("commas are needed", "save the table as \"CSV UTF-8 (comma delimited)\", with decimal points")
    } else {
        ("its first line says otherwise", "remove the first line, and separate the columns by commas")
    };
    let message = format!("{name} separates its columns by {word}; {needed}");
    let label = format!("`{}` instead of `{}`", found.escape_default(), separator.escape_default());
    problems.report(Diagnostic::new(Code::WrongSeparator, message).at(header.place, label).help(help));
    true
}

fn check_header(name: &str, sheet: &Sheet, problems: &Collector) -> bool {
    let mut fine = true;
    let mut seen: BTreeMap<&str, Place> = BTreeMap::new();
    for column in sheet.columns.iter().filter(|column| !column.text.starts_with('#')) {
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

fn check_rows(name: &str, header: Place, sheet: &Sheet, problems: &Collector) -> bool {
    if sheet.rows.is_empty() {
        let diagnostic = Diagnostic::new(Code::EmptyTable, format!("{name} has no rows below its header"));
        problems.report(diagnostic.at(header, "only a header"));
        return false;
    }
    let mut fine = true;
    let expected = sheet.columns.len();
    for row in sheet.rows.iter().filter(|row| row.cells.len() != expected) {
        let found = row.cells.len();
        let cells = if found == 1 { "1 cell".to_owned() } else { format!("{found} cells") };
        let message = format!("a row of {name} has {cells}, but the header has {expected}");
        let help = "a cell that contains a comma must be in quotation marks; an empty cell still needs its comma";
        let label = format!("{cells} instead of {expected}");
        problems.report(Diagnostic::new(Code::RaggedRow, message).at(row.place, label).help(help));
        fine = false;
    }
    fine
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

    /// The text of the header and the rows.
    fn texts(sheet: &Sheet) -> Vec<Vec<&str>> {
        let rows = [&sheet.columns].into_iter().chain(sheet.rows.iter().map(|row| &row.cells));
        rows.map(|cells| cells.iter().map(|cell| cell.text.as_str()).collect()).collect()
    }

    #[test]
    fn what_says_nothing_is_passed_over() {
        let plain = [["id", "name"], ["USA", "x"], ["FRA", ""]];
        for text in [
            "id,name\nUSA,x\nFRA,\n",
            "id,name,,,\nUSA,x,,,\nFRA,,,,\n,,,,\n",
            "id,name\nUSA,x,,,\nFRA,,\n",
            "id,name,,\nUSA,x\nFRA,\n",
            "id,,name\nUSA, ,x\nFRA,,\n",
            ",id,\u{a0},name\n\u{200b},USA,,x\n,FRA,,\n",
            "sep=,\nid,name\nUSA,x\nFRA,\n",
            "\"sep=,\",,\r\n\r\nid,name,\r\nUSA,x,\r\nFRA,,\r\n",
            "sep=;\nid;name\nUSA;x\nFRA;\n",
            "sep=\t\nid\tname\nUSA\tx\nFRA\t\n",
            &format!("id,name{0}\nUSA,x{0}\nFRA,{0}\n", ",".repeat(2 * MAX_COLUMNS)),
        ] {
            let (sheet, problems) = sheet(text);
            assert_eq!((texts(&sheet.unwrap()), problems), (plain.map(Vec::from).to_vec(), vec![]), "{text:?}");
        }
    }

    #[test]
    fn rows_and_columns_are_counted_as_spreadsheets_do() {
        let text = "sep=;\nid;;name\nUSA;;x\n";
        let (sheet, _) = sheet(text);
        let sheet = sheet.unwrap();
        let place = sheet.rows[0].cells[1].place;
        assert_eq!((&text[place.start..place.end], place.cell), ("x", Some(Cell { row: 2, column: Some(2) })));
        assert_eq!(sheet.header, ["id", "", "name"]);
    }

    #[test]
    fn columns_for_people_are_passed_over_unless_they_are_used() {
        let text = "#,id,note,source,# of staff,#\n1,USA,x,y,,\n2,,z,,,\n";
        let read = |used: &str| {
            let (sheet, problems) = sheet(text);
            assert_eq!(problems, []);
            let mut sheet = sheet.unwrap();
            sheet.without_notes(|column| column == used);
            texts(&sheet).into_iter().map(|row| row.join("|")).collect::<Vec<_>>()
        };
        assert_eq!(read(""), ["id", "USA"]);
        assert_eq!(read("note"), ["id|note", "USA|x", "|z"]);
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
            ("id,,\nUSA,x,\n", "unnamed-column"),
            (&format!("id{}", ",x".repeat(MAX_COLUMNS)), "too-many"),
            ("sep=|\nid|name\nUSA|x\n", "wrong-separator"),
            ("sep=;\nid,name\nUSA,x\n", "wrong-separator"),
            (&"id\n".repeat(MAX_ROWS + 1), "too-many"),
        ] {
            let (sheet, problems) = sheet(text);
            assert!(sheet.is_none(), "{text:?}");
            assert_eq!(problems[0].code.name(), code, "{text:?}");
        }
    }
}
