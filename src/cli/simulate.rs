//! What the commands that simulate have in common: their options.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::numbers;

/// Options of every command that simulates.
#[derive(Debug, Args)]
pub struct Options {
    /// Rounds to simulate, such as 100000, 1_000_000 or 1e6; otherwise as many as the scenario says
    #[arg(long, value_name = "N", value_parser = numbers::rounds)]
    pub rounds: Option<u64>,

    /// Seed of all random numbers; otherwise the scenario's
    #[arg(long, value_name = "S", value_parser = numbers::seed)]
    pub seed: Option<u64>,

    /// Threads to use; otherwise as many as the machine has. Results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,

    /// Write the results as CSV files and run.json into this folder, which is made if missing
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// What standard output shows
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub format: Format,

    /// Overwrite files that exist; their permissions stay as they are
    #[arg(long)]
    pub force: bool,

    /// No progress and no warnings
    #[arg(long)]
    pub quiet: bool,
}

/// The option of commands that can go on until their results are precise.
#[derive(Debug, Default, Args)]
pub struct Precision {
    /// Go on in whole doublings of the rounds until every 95 % interval is within ±P, such as 0.005
    #[arg(long, value_name = "P", value_parser = numbers::precision)]
    pub precision: Option<f64>,
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
}

impl Format {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}
