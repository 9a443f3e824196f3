//! The page: each table stands between `<!-- scores: FOLDER -->` and `<!-- end of scores -->`, and is about the scenarios in
//! this folder that say how they ended.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fs, io};

use nemcon::report::score::ScoreReport;
use nemcon::scenario::Scenario;
use nemcon::study::{self, Handle, Options, ScoreOptions};

const BEGINNING: &str = "<!-- scores: ";
const END_OF_NAME: &str = " -->\n";
const END: &str = "<!-- end of scores -->";
/// Rounds of each scenario: shares are known to a third of a percentage point.
const ROUNDS: u64 = 20_000;
/// Points at which judgements are drawn, each with 1000 rounds.
const POINTS: u64 = 32;

/// Where a file of the repository is.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The page with its tables computed anew.
pub fn written(old: &str) -> Result<String, Box<dyn Error>> {
    let mut parts = old.split(BEGINNING);
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (folder, rest) = part.split_once(END_OF_NAME).ok_or("a table has no folder")?;
        let (_, rest) = rest.split_once(END).ok_or("a table has no end")?;
        page += &format!("{BEGINNING}{folder}{END_OF_NAME}\n{}\n{END}{rest}", tables(folder)?);
    }
    Ok(page)
}

/// The scores of the scenarios in a folder, and their means.
fn tables(folder: &str) -> Result<String, Box<dyn Error>> {
    let mut files = fs::read_dir(repository(folder))?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let load = |path: &PathBuf| Scenario::load(path).map_err(|error| error.render(false, 100));
    let mut scenarios = files.iter().map(load).collect::<Result<Vec<_>, _>>()?;
    scenarios.retain(|scenario| scenario.actual.is_some());
    let simulation = Options { rounds: Some(ROUNDS), ..Options::default() };
    let options = ScoreOptions { judgements: Some(POINTS), simulation, ..ScoreOptions::default() };
    let scores = study::score(&scenarios, &options, &Handle::default())?;
    let report = ScoreReport { scores: &scores, repeat: "" };
    let mut text = report.main().markdown();
    for average in report.averages() {
        text += &format!("\n{}\n", average.grid.markdown());
        text.extend(average.verdicts.iter().map(|line| format!("- {line}\n")));
    }
    Ok(text)
}
