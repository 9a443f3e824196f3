//! Tidy CSV as in RFC 4180, but for line ends, which are `\n`: UTF-8, a header, one observation a row.
//!
//! Floats are the shortest decimals that read back as the same number. What the columns mean is said in [`rows`].

use std::borrow::Cow;
use std::io;

use serde::Serialize;

use super::File;
use super::institutions::InstitutionRow;
use super::rows::{self, JudgedRow, Kind, RoundRow, Row, SweepRow};
use crate::analysis::judgements::Ranges;
use crate::analysis::score::{Means, Scored};
use crate::analysis::sensitivity::Sensitivity;
use crate::analysis::sweep::Sweep;
use crate::analysis::{Comparison, Conditional, Influence, Leverage, PollsFit, Selection, SupportTable};
use crate::model::Model;
use crate::study::{GivenFigures, Updates};

/// A file about results of type `R`: its name, which is known before there are any, and how they are written.
#[derive(Debug)]
pub struct Table<R: ?Sized> {
    /// The file's name in the folder of results.
    pub name: &'static str,
    write: fn(&R) -> io::Result<Sheet>,
}

/// What is in a file.
struct Sheet {
    bytes: Vec<u8>,
    /// What the columns hold.
    kinds: Vec<Kind>,
}

impl<R: ?Sized> Table<R> {
    /// The bytes of the file about `results`.
    ///
    /// # Errors
    /// None in practice; the csv writer's, if a row cannot be written to memory.
    pub fn bytes(&self, results: &R) -> io::Result<Vec<u8>> {
        Ok((self.write)(results)?.bytes)
    }

    /// The file about `results`.
    ///
    /// # Errors
    /// As [`bytes`](Self::bytes).
    pub fn file(&self, results: &R) -> io::Result<File> {
        let Sheet { bytes, kinds } = (self.write)(results)?;
        Ok(File { name: self.name, bytes, kinds })
    }
}

/// [`WAITING`], if there is something to say under one of these assumptions.
pub fn waiting(models: &[&Model]) -> Option<Table<[Selection]>> {
    models.iter().any(|model| model.looks_ahead()).then_some(WAITING)
}

/// The names of the files of `tables`.
pub fn names<R: ?Sized>(tables: &[Table<R>]) -> impl Iterator<Item = &'static str> {
    tables.iter().map(|table| table.name)
}

/// The files of `tables` about `results`.
///
/// # Errors
/// As [`Table::bytes`].
pub fn files<R: ?Sized>(tables: &[Table<R>], results: &R) -> io::Result<Vec<File>> {
    tables.iter().map(|table| table.file(results)).collect()
}

/// How often each outcome occurs.
pub const OUTCOMES: Table<[Selection]> =
    Table { name: "outcomes.csv", write: |all| write(all.iter().flat_map(rows::outcomes)) };

/// All files about single assumptions.
pub const SELECTIONS: [Table<[Selection]>; 5] = [
    OUTCOMES,
    Table { name: "candidates.csv", write: |all| write(all.iter().flat_map(rows::candidates)) },
    Table { name: "vetoes.csv", write: |all| write(all.iter().flat_map(rows::vetoes)) },
    Table { name: "blocking_sets.csv", write: |all| write(all.iter().flat_map(rows::blocking_sets)) },
    Table { name: "ballots.csv", write: |all| write(all.iter().flat_map(rows::ballots)) },
];

/// How candidates fare at every ballot.
pub const POLLS: Table<[Selection]> =
    Table { name: "polls.csv", write: |all| write(all.iter().flat_map(rows::standings)) };

/// What waiting is worth; a file of its own where a member has foresight.
pub const WAITING: Table<[Selection]> =
    Table { name: "waiting.csv", write: |all| write(all.iter().flat_map(rows::waiting)) };

/// How much more often each outcome occurs than under the baseline.
pub const COMPARISON: Table<[Comparison]> =
    Table { name: "comparison.csv", write: |all| write(all.iter().flat_map(rows::comparison)) };

/// All files about assumptions and the baseline.
pub const COMPARISONS: [Table<[Comparison]>; 3] = [
    COMPARISON,
    Table { name: "flows.csv", write: |all| write(all.iter().flat_map(rows::flows)) },
    Table { name: "acceptable.csv", write: |all| write(all.iter().flat_map(rows::acceptable)) },
];

/// All files about judgements; headers alone if there were too few points.
pub const JUDGED: [Table<Option<Ranges>>; 3] = [
    Table { name: "ranges.csv", write: |all| write(all.iter().flat_map(rows::ranges)) },
    Table { name: "judgements.csv", write: judged },
    Table { name: "judgement_indices.csv", write: |all| write(all.iter().flat_map(rows::judgement_indices)) },
];

/// How far differences range over judgements.
pub const COMPARISON_RANGES: Table<Option<Ranges>> =
    Table { name: "comparison_ranges.csv", write: |all| write(all.iter().flat_map(rows::comparison_ranges)) };

/// Probabilities from chances.
pub const CONDITIONAL: Table<Conditional> =
    Table { name: "conditional.csv", write: |conditional| write(rows::conditional(conditional)) };

/// What each member's veto does.
pub const INFLUENCE: Table<Influence> =
    Table { name: "influence.csv", write: |influence| write(rows::influence(influence)) };

/// What a point of support more would do.
pub const LEVERAGE: Table<Leverage> = Table { name: "leverage.csv", write: |leverage| write(rows::leverage(leverage)) };

/// What was given to what happened.
pub const SCORES: Table<[Scored]> = Table { name: "scores.csv", write: |scored| write(rows::scores(scored)) };

/// The same on average.
pub const MEAN_SCORES: Table<[Means]> =
    Table { name: "mean_scores.csv", write: |means| write(rows::mean_scores(means)) };

/// What follows from polls.
pub const UPDATES: [Table<Updates>; 4] = [
    Table { name: "updated.csv", write: |updates| write(rows::updated(updates)) },
    Table { name: "answers.csv", write: |updates| write(rows::answers(updates)) },
    Table { name: "predictions.csv", write: |updates| write(rows::predictions(updates)) },
    Table { name: "updated_judgements.csv", write: |updates| write(rows::updated_judgements(updates)) },
];

/// What polls say of how minds change.
pub const POLLS_FIT: Table<PollsFit> = Table { name: "estimates.csv", write: |fit| write(rows::polls_fit(fit)) };

/// How assumptions differ, given polls.
pub const GIVEN: Table<GivenFigures> = Table { name: "given.csv", write: |figures| write(rows::given(figures)) };

/// How often each outcome occurs at each point of a sweep.
pub const SWEEP: Table<Sweep> = Table { name: "sweep.csv", write: sweep };

/// Which settings matter; the header alone if that cannot be said.
pub const SENSITIVITY: Table<Option<Sensitivity>> =
    Table { name: "sensitivity.csv", write: |sensitivity| write(sensitivity.iter().flat_map(rows::sensitivity)) };

/// The list of institutions.
///
/// # Errors
/// As [`Table::bytes`].
pub fn institutions(rows: &[InstitutionRow<'_>]) -> io::Result<Vec<u8>> {
    lines(InstitutionRow::COLUMNS, rows.iter())
}

/// Before the columns of a [`SweepRow`] stand the point's number and the settings.
fn sweep(sweep: &Sweep) -> io::Result<Sheet> {
    let settings = sweep.settings.iter().map(String::as_str);
    let kinds = kinds(&[Kind::Whole], sweep.settings.len(), SweepRow::KINDS);
    let header: Vec<&str> = ["point"].into_iter().chain(settings).chain(SweepRow::COLUMNS.iter().copied()).collect();
    let points = sweep.points.iter().enumerate();
    let rows = points.flat_map(|(i, point)| rows::sweep(sweep, point).map(move |row| (i, &point.values, row)));
    Ok(Sheet { bytes: lines(&header, rows)?, kinds })
}

/// Before the columns of a [`JudgedRow`] stand the assumption, the point's number and what was drawn.
fn judged(ranges: &Option<Ranges>) -> io::Result<Sheet> {
    let judgements = ranges.iter().flat_map(|ranges| &ranges.judgements).map(|judgement| judgement.name.as_str());
    let header: Vec<&str> =
        ["assumption", "point"].into_iter().chain(judgements).chain(JudgedRow::COLUMNS.iter().copied()).collect();
    let kinds = kinds(&[Kind::Text, Kind::Whole], header.len() - 2 - JudgedRow::COLUMNS.len(), JudgedRow::KINDS);
    Ok(Sheet { bytes: lines(&header, ranges.iter().flat_map(rows::judged))?, kinds })
}

/// The support table of a fitted poll, as `[tables] support` reads it: one row a member, one column a candidate.
///
/// # Errors
/// As [`Table::bytes`].
pub fn support(table: &SupportTable<'_>) -> io::Result<Vec<u8>> {
    let candidates = table.candidates.iter().map(|(candidate, _)| candidate.id.as_str());
    let header: Vec<&str> = ["member"].into_iter().chain(candidates).collect();
    let support = |m: usize| table.candidates.iter().map(move |(_, points)| points[m].to_string()).collect::<Vec<_>>();
    lines(&header, table.members.iter().enumerate().map(|(m, member)| (&member.id, support(m))))
}

/// The header of the log of rounds.
///
/// # Errors
/// As [`Table::bytes`].
pub fn rounds_header() -> io::Result<Vec<u8>> {
    lines(RoundRow::COLUMNS, std::iter::empty::<()>())
}

/// Some rows of the log of rounds, without header.
///
/// # Errors
/// As [`Table::bytes`].
pub fn rounds<'a>(rows: impl Iterator<Item = RoundRow<'a>>) -> io::Result<Vec<u8>> {
    lines(&[], rows)
}

/// The CSV in `bytes` for spreadsheets: [`guarded`], after a byte order mark, by which they know UTF-8.
///
/// # Errors
/// As [`guarded`].
pub fn for_spreadsheets(bytes: &[u8]) -> io::Result<Vec<u8>> {
    Ok([b"\xef\xbb\xbf", &guarded(bytes)?[..]].concat())
}

/// The CSV in `bytes` with cells of text that begin as a formula does guarded by an apostrophe; numbers stay as they
/// are.
///
/// # Errors
/// That it is no CSV, or the csv writer's.
pub fn guarded(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().map_err(io::Error::from)?;
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in &rows {
        writer.write_record(row.iter().map(|cell| guard(cell).into_owned())).map_err(io::Error::from)?;
    }
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

fn guard(cell: &str) -> Cow<'_, str> {
    let is_number = || cell.parse::<f64>().is_ok_and(f64::is_finite);
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number() {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// What columns hold of which some, of settings or judgements, have names of the user's.
fn kinds(first: &[Kind], named: usize, last: &[Kind]) -> Vec<Kind> {
    first.iter().copied().chain(std::iter::repeat_n(Kind::Value, named)).chain(last.iter().copied()).collect()
}

/// A file of rows of one kind. Its header is there even if there are none.
fn write<R: Row>(rows: impl Iterator<Item = R>) -> io::Result<Sheet> {
    Ok(Sheet { bytes: lines(R::COLUMNS, rows)?, kinds: R::KINDS.to_vec() })
}

/// The `header`, unless it is empty, and `rows`.
fn lines(header: &[&str], rows: impl Iterator<Item = impl Serialize>) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    if !header.is_empty() {
        writer.write_record(header).map_err(io::Error::from)?;
    }
    for row in rows {
        writer.serialize(row).map_err(io::Error::from)?;
    }
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_bear_the_names_that_are_known_before_them() {
        let before: Vec<_> = names(&SELECTIONS).chain(names(&COMPARISONS)).collect();
        let files = [files(&SELECTIONS, &[]).unwrap(), files(&COMPARISONS, &[]).unwrap()].concat();
        assert!(files.iter().map(|file| file.name).eq(before.iter().copied()));
        assert!(before.iter().all(|name| before.iter().filter(|other| *other == name).count() == 1));
    }

    #[test]
    fn spreadsheets_meet_no_formula() {
        let csv = "id,name,x\n-jo,\"=1+1, \"\"a\"\"\",-0.5\n@a,\tb,-1e-9\n+c,\"\rd\",-\ne,-inf,+1\n";
        let safe = "id,name,x\n'-jo,\"'=1+1, \"\"a\"\"\",-0.5\n'@a,'\tb,-1e-9\n'+c,\"'\rd\",'-\ne,'-inf,+1\n";
        assert_eq!(String::from_utf8(guarded(csv.as_bytes()).unwrap()).unwrap(), safe);
        assert_eq!(guarded(b"").unwrap(), b"");
    }

    #[test]
    fn a_file_without_rows_is_its_header() {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let header = "assumption,candidate,members,size,count,probability,ci_low,ci_high\n";
        assert_eq!(text(SELECTIONS[3].bytes(&[]).unwrap()), header);
        let header = "outcome,setting,first_order,first_order_ci_low,first_order_ci_high,total,total_ci_low,\
                      total_ci_high,n,mean,variance,noise_variance,no_intervals\n";
        assert_eq!(text(SENSITIVITY.bytes(&None).unwrap()), header);
        assert_eq!(text(rounds_header().unwrap()), "round,assumption,outcome,stage,ballots,vetoes\n");
    }
}
