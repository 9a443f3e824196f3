//! What the commands found: the files of the folder of results, JSON and text, however it was asked for.

mod call;
mod compare;
mod fit;
mod fit_polls;
mod given;
mod influence;
mod leverage;
mod run;
mod score;
mod sweep;
mod trace;
mod update;

use std::io;

use super::json::FileRecord;
use super::origin::Origin;
use super::text::Look;
use super::{File, Grid, page};
use crate::study::Extent;

pub use call::Call;
pub use compare::CompareFindings;
pub use fit::FitFindings;
pub use fit_polls::PollsFitFindings;
pub use given::GivenFindings;
pub use influence::InfluenceFindings;
pub use leverage::LeverageFindings;
pub use run::RunFindings;
pub use score::ScoreFindings;
pub use sweep::SweepFindings;
pub use trace::TraceFindings;
pub use update::UpdateFindings;

/// What a command found, ready to be written and shown.
pub trait Findings: Send + Sync {
    /// Where it comes from, and how to have it again.
    fn origin(&self) -> &Origin;

    /// How far it came: rounds, of `update` replicates.
    fn extent(&self) -> Extent;

    /// The CSV files of the folder of results, all but the record.
    ///
    /// # Errors
    /// None in practice; the csv writer's.
    fn files(&self) -> io::Result<Vec<File>>;

    /// `run.json`, which lists the other `files`.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    fn record(&self, files: Vec<FileRecord>) -> io::Result<File>;

    /// The main file.
    ///
    /// # Errors
    /// None in practice; the csv writer's.
    fn csv(&self) -> io::Result<Vec<u8>>;

    /// Everything, with the names that the CSV columns have.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    fn json(&self) -> io::Result<Vec<u8>>;

    /// The main table.
    fn main(&self) -> Grid;

    /// Everything that there is to read.
    fn text(&self, look: Look) -> String;

    /// The charts, each with its table, as they stand in the page; none where there is only the main table.
    fn charts(&self) -> Vec<page::Piece>;
}
