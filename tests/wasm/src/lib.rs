//! The library behind four plain exports: a scenario in, the CSV files of `run` and `compare` out, both as JSON.
//!
//! `compare.mjs` asks this module and the native program the same and holds the bytes together.

use std::collections::BTreeMap;
use std::io;

use nemcon::analysis::Selection;
use nemcon::report::{File, csv};
use nemcon::scenario::{Scenario, Tables};
use nemcon::study::{self, CompareFigures, CompareOptions, Handle, JudgedFigures, Options, RunOptions};

/// What is asked for.
#[derive(serde::Deserialize)]
struct Request {
    /// The text of the scenario.
    scenario: String,
    /// The text of each table by its path as the scenario writes it.
    tables: BTreeMap<String, String>,
    /// Rounds to simulate.
    rounds: u64,
    /// Points at which judgements are drawn.
    judgements: u64,
}

/// The text of each file by its name, such as `run/outcomes.csv`.
type Files = BTreeMap<String, String>;

/// Room for `length` bytes; [`release`] gives it back.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(length: usize) -> *mut u8 {
    Box::into_raw(vec![0u8; length].into_boxed_slice()).cast()
}

/// Gives back `length` bytes of [`alloc`] or [`answer`].
///
/// # Safety
/// They must not be given back twice, nor used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn release(start: *mut u8, length: usize) {
    // SAFETY: by what the caller promises, this is what `Box::into_raw` returned.
    drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(start, length)) });
}

/// Simulates what the `length` bytes at `start` ask for: where the answer starts, and times 2^32 how long it is.
///
/// # Safety
/// The bytes must be [`alloc`]'s and written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn answer(start: *const u8, length: usize) -> u64 {
    // SAFETY: by what the caller promises.
    let request = unsafe { std::slice::from_raw_parts(start, length) };
    let files = ask(request).unwrap_or_else(|problem| Files::from([("error".to_owned(), problem)]));
    let answer = serde_json::to_vec(&files).unwrap_or_default().into_boxed_slice();
    let length = answer.len() as u64;
    length << 32 | Box::into_raw(answer).cast::<u8>() as u64
}

fn ask(request: &[u8]) -> Result<Files, String> {
    let Request { scenario, tables, rounds, judgements } =
        serde_json::from_slice(request).map_err(|error| error.to_string())?;
    let tables = tables.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    let scenario = Scenario::from_text("scenario.toml", &scenario, Some(Tables::Memory(&tables)))
        .map_err(|error| error.render(false, 120))?;
    let judgements = Some(judgements);
    let mut files = run(&scenario, judgements, rounds)?;
    if scenario.assumptions.len() > 1 {
        files.extend(compare(&scenario, judgements, rounds)?);
    }
    Ok(files)
}

fn run(scenario: &Scenario, judgements: Option<u64>, rounds: u64) -> Result<Files, String> {
    let options = RunOptions { by_ballot: true, judgements, simulation: simulation(rounds), ..RunOptions::default() };
    let answer = study::run(scenario, &options, &Handle::default()).map_err(|error| error.to_string())?;
    let JudgedFigures { central, ranges } = answer.figures;
    let mut files = selected("run", std::slice::from_ref(&central))?;
    if ranges.is_some() {
        files.extend(named("run", csv::files(&csv::JUDGED, &ranges))?);
    }
    Ok(files)
}

fn compare(scenario: &Scenario, judgements: Option<u64>, rounds: u64) -> Result<Files, String> {
    let options =
        CompareOptions { by_ballot: true, judgements, simulation: simulation(rounds), ..CompareOptions::default() };
    let answer = study::compare(scenario, &options, &Handle::default()).map_err(|error| error.to_string())?;
    let JudgedFigures { central: CompareFigures { selections, comparisons }, ranges } = answer.figures;
    let mut files = selected("compare", &selections)?;
    files.extend(named("compare", csv::files(&csv::COMPARISONS, &comparisons))?);
    let waiting = csv::waiting(&scenario.assumptions.iter().collect::<Vec<_>>());
    files.extend(named("compare", waiting.iter().map(|waiting| waiting.file(&selections)).collect())?);
    if ranges.is_some() {
        files.extend(named("compare", csv::files(&csv::JUDGED, &ranges))?);
        files.extend(named("compare", csv::COMPARISON_RANGES.file(&ranges).map(|file| vec![file]))?);
    }
    Ok(files)
}

/// The files about single assumptions.
fn selected(command: &str, selections: &[Selection]) -> Result<Files, String> {
    let files = csv::files(&csv::SELECTIONS, selections);
    named(command, files.and_then(|files| Ok([files, vec![csv::POLLS.file(selections)?]].concat())))
}

fn simulation(rounds: u64) -> Options {
    Options { rounds: Some(rounds), ..Options::default() }
}

fn named(command: &str, files: io::Result<Vec<File>>) -> Result<Files, String> {
    let text = |bytes| String::from_utf8(bytes).map_err(|error| error.to_string());
    let files = files.map_err(|error| error.to_string())?.into_iter();
    files.map(|file| Ok((format!("{command}/{}", file.name), text(file.bytes)?))).collect()
}
