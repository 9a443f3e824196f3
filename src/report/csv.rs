//! Tidy CSV as in RFC 4180, but for line ends, which are `\n`: UTF-8, a header, one observation a row.
//!
//! Floats are the shortest decimals that read back as the same number. What the columns mean is said in
//! [`rows`].

use std::io;

use serde::Serialize;

use super::institutions::InstitutionRow;
use super::rows::{self, RoundRow};
use crate::analysis::sensitivity::Sensitivity;
use crate::analysis::sweep::Sweep;
use crate::analysis::{Comparison, Conditional, Fit, Influence, Leverage, Selection};

/// The files about single assumptions, in the order of [`selections`].
pub const SELECTION_FILES: [&str; 5] =
    ["outcomes.csv", "candidates.csv", "vetoes.csv", "blocking_sets.csv", "ballots.csv"];

/// The bytes of [`SELECTION_FILES`].
///
/// # Errors
/// As [`outcomes`].
pub fn selections(selections: &[Selection]) -> io::Result<Vec<Vec<u8>>> {
    Ok(vec![
        outcomes(selections)?,
        candidates(selections)?,
        vetoes(selections)?,
        blocking_sets(selections)?,
        ballots(selections)?,
    ])
}

/// The file of each assumption's outcomes.
///
/// # Errors
/// None in practice; the csv writer's, if a row cannot be written to memory.
pub fn outcomes(selections: &[Selection]) -> io::Result<Vec<u8>> {
    table(selections.iter().flat_map(rows::outcomes))
}

/// The file of each assumption's candidates.
///
/// # Errors
/// As [`outcomes`].
fn candidates(selections: &[Selection]) -> io::Result<Vec<u8>> {
    table(selections.iter().flat_map(rows::candidates))
}

/// The file of who vetoes whom.
///
/// # Errors
/// As [`outcomes`].
fn vetoes(selections: &[Selection]) -> io::Result<Vec<u8>> {
    table(selections.iter().flat_map(rows::vetoes))
}

/// The file of who vetoes together. Without any veto it is its header alone.
///
/// # Errors
/// As [`outcomes`].
fn blocking_sets(selections: &[Selection]) -> io::Result<Vec<u8>> {
    const HEADER: &[u8] = b"assumption,candidate,members,size,count,probability,ci_low,ci_high\n";
    let bytes = table(selections.iter().flat_map(rows::blocking_sets))?;
    Ok(if bytes.is_empty() { HEADER.to_vec() } else { bytes })
}

/// The file of when rounds end.
///
/// # Errors
/// As [`outcomes`].
fn ballots(selections: &[Selection]) -> io::Result<Vec<u8>> {
    table(selections.iter().flat_map(rows::ballots))
}

/// The files about assumptions and the baseline, in the order of [`comparisons`].
pub const COMPARISON_FILES: [&str; 3] = ["comparison.csv", "flows.csv", "acceptable.csv"];

/// The bytes of [`COMPARISON_FILES`].
///
/// # Errors
/// As [`outcomes`].
pub fn comparisons(comparisons: &[Comparison]) -> io::Result<Vec<Vec<u8>>> {
    let flows = table(comparisons.iter().flat_map(rows::flows))?;
    let acceptable = table(comparisons.iter().flat_map(rows::acceptable))?;
    Ok(vec![comparison(comparisons)?, flows, acceptable])
}

/// The file of how much more often each outcome occurs than under the baseline.
///
/// # Errors
/// As [`outcomes`].
pub fn comparison(comparisons: &[Comparison]) -> io::Result<Vec<u8>> {
    table(comparisons.iter().flat_map(rows::comparison))
}

/// The file of what each member's veto does.
///
/// # Errors
/// As [`outcomes`].
pub fn influence(influence: &Influence) -> io::Result<Vec<u8>> {
    table(rows::influence(influence))
}

/// The list of institutions.
///
/// # Errors
/// As [`outcomes`].
pub fn institutions(rows: &[InstitutionRow<'_>]) -> io::Result<Vec<u8>> {
    table(rows.iter())
}

/// The columns of the file of a sweep, but for those of the settings.
const SWEEP_COLUMNS: [&str; 11] = [
    "point",
    "outcome",
    "rounds",
    "count",
    "probability",
    "ci_low",
    "ci_high",
    "acceptable_count",
    "acceptable_rate",
    "acceptable_ci_low",
    "acceptable_ci_high",
];

/// The file of how often each outcome at each point of a sweep.
///
/// # Errors
/// As [`outcomes`].
pub fn sweep(sweep: &Sweep) -> io::Result<Vec<u8>> {
    let (point, rest) = SWEEP_COLUMNS.split_at(1);
    let settings: Vec<&str> = sweep.settings.iter().map(String::as_str).collect();
    let header = [point, &settings, rest].concat();
    let points = sweep.points.iter().enumerate();
    let rows = points.flat_map(|(i, point)| rows::sweep(sweep, point).map(move |row| (i, &point.values, row)));
    let mut bytes = write([header].into_iter(), false)?;
    bytes.extend(write(rows, false)?);
    Ok(bytes)
}

/// The file of which settings matter; its header alone if that cannot be said.
///
/// # Errors
/// As [`outcomes`].
pub fn sensitivity(sweep: &Sweep, sensitivity: Option<&Sensitivity>) -> io::Result<Vec<u8>> {
    const HEADER: &[u8] = b"outcome,setting,first_order,first_order_ci_low,first_order_ci_high,total,total_ci_low,\
        total_ci_high,n,mean,variance,noise_variance\n";
    let Some(sensitivity) = sensitivity else { return Ok(HEADER.to_vec()) };
    table(rows::sensitivity(sweep, sensitivity))
}

/// The support table of a fitted poll, as `[tables] support` reads it: one row a member, one column a candidate.
///
/// # Errors
/// As [`outcomes`].
pub fn support(fit: &Fit) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let candidates = fit.candidates.iter().map(|c| c.candidate.id.as_str());
    writer.write_record(["member"].into_iter().chain(candidates)).map_err(io::Error::from)?;
    for (m, member) in fit.members.iter().enumerate() {
        let support = fit.candidates.iter().map(|c| c.support[m].to_string());
        writer.write_record([member.id.clone()].into_iter().chain(support)).map_err(io::Error::from)?;
    }
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

/// The file of what a point of support more would do.
///
/// # Errors
/// As [`outcomes`].
pub fn leverage(leverage: &Leverage) -> io::Result<Vec<u8>> {
    table(rows::leverage(leverage))
}

/// The file of probabilities from chances.
///
/// # Errors
/// As [`outcomes`].
pub fn conditional(conditional: &Conditional) -> io::Result<Vec<u8>> {
    table(rows::conditional(conditional))
}

/// The header of the log of rounds.
pub const ROUNDS_HEADER: &[u8] = b"round,assumption,outcome,stage,ballots,vetoes\n";

/// Some rows of the log of rounds, without header.
///
/// # Errors
/// As [`outcomes`].
pub fn rounds<'a>(rows: impl Iterator<Item = RoundRow<'a>>) -> io::Result<Vec<u8>> {
    write(rows, false)
}

fn table<R: Serialize>(rows: impl Iterator<Item = R>) -> io::Result<Vec<u8>> {
    write(rows, true)
}

fn write<R: Serialize>(rows: impl Iterator<Item = R>, headers: bool) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().has_headers(headers).from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).map_err(io::Error::from)?;
    }
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}
