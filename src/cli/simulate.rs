//! What the commands that simulate have in common: their options.

use std::num::NonZero;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::job::unwritten;
use super::{numbers, terminal};
use crate::report::csv;
use crate::report::findings::Findings;
use crate::scenario::{Change, ParseChangeError};

/// Options of every command that simulates.
#[derive(Debug, Args)]
pub struct Options {
    /// Rounds to simulate, such as 100000, 1_000_000 or 1e6; otherwise as many as the scenario says
    #[arg(long, value_name = "N", value_parser = numbers::rounds, allow_negative_numbers = true)]
    pub rounds: Option<u64>,

    /// Seed of all random numbers; otherwise the scenario's
    #[arg(long, value_name = "S", value_parser = numbers::seed, allow_negative_numbers = true)]
    pub seed: Option<u64>,

    #[command(flatten)]
    pub set: Set,

    /// Threads to use, at most 1024; otherwise as many as the machine has. Results do not depend on it
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZero<u32>>,

    /// Write the results as CSV files and run.json into this folder, which is made if missing
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// What standard output shows
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub format: Format,

    /// CSV for spreadsheets: a byte order mark first, and an apostrophe before text that would be taken for a formula
    #[arg(long)]
    pub excel: bool,

    /// Overwrite files that exist; their permissions stay as they are. In --out, files of an earlier run that are not
    /// written again are removed
    #[arg(long)]
    pub force: bool,

    /// No progress and no warnings
    #[arg(long)]
    pub quiet: bool,
}

impl Options {
    /// What standard output shows of what was found.
    ///
    /// # Errors
    /// None in practice; the writers'.
    pub fn shown(&self, findings: &dyn Findings) -> Result<Vec<u8>, Failure> {
        let shown = match self.format {
            Format::Table => Ok(findings.text(terminal::look()).into_bytes()),
            Format::Csv if self.excel => findings.csv().and_then(|bytes| csv::for_spreadsheets(&bytes)),
            Format::Csv => findings.csv(),
            Format::Json => findings.json(),
            Format::Md => Ok(findings.main().markdown().into_bytes()),
            Format::Latex => Ok(findings.main().latex().into_bytes()),
        };
        shown.map_err(|error| unwritten(&error))
    }
}

/// The option of commands that take a scenario with other values.
#[derive(Debug, Clone, Default, Args)]
pub struct Set {
    /// Change a value for this call, under every assumption and after its own `set`; may be given several times
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = change, allow_hyphen_values = true)]
    pub changes: Vec<Change>,
}

/// Reads `PATH=VALUE`; what has an option of its own is not set so.
fn change(text: &str) -> Result<Change, String> {
    let change: Change = text.parse().map_err(|error: ParseChangeError| error.to_string())?;
    match change.path.as_str() {
        "seed" | "rounds" | "assumption" => Err(format!("say --{} {} in place of --set", change.path, change.value)),
        _ => Ok(change),
    }
}

/// The option of commands that can go on until their results are precise.
#[derive(Debug, Default, Args)]
pub struct Precision {
    /// Go on in whole doublings of the rounds until every 95 % interval is within ±P, such as 0.005
    #[arg(long, value_name = "P", value_parser = numbers::precision, allow_negative_numbers = true)]
    pub precision: Option<f64>,
}

/// The option of commands that also draw judgements.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Judgements {
    /// Draw the scenario's judgements at N points, a multiple of 32; otherwise at 256 if it has some. 0 leaves them out
    #[arg(long, value_name = "N", value_parser = numbers::points, allow_negative_numbers = true)]
    pub judgements: Option<u64>,
}

/// Formats of standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables to read
    Table,
    /// The rows of the command's main CSV file
    Csv,
    /// Everything, with the names that the CSV columns have
    Json,
    /// The command's main table in Markdown
    Md,
    /// The command's main table in LaTeX
    Latex,
}

impl Format {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Md => "md",
            Self::Latex => "latex",
        }
    }
}
