//! The rows of the output files. Field names are column names: people's scripts depend on them.
//!
//! Probabilities and rates are fractions in `[0, 1]`; `ci_low` and `ci_high` bound their Wilson 95 % interval. A rate
//! or mean over no rounds at all is not known and stays empty. Counts are in rounds. Ids are the scenario's own.

use serde::Serialize;

use crate::analysis::Key;

mod conditional;
mod fit_polls;
mod given;
mod judged;
mod leverage;
mod paired;
mod score;
mod selection;
mod standings;
mod sweep;
mod update;
mod vetoes;
mod waiting;

pub use conditional::{ConditionalRow, conditional};
pub use fit_polls::{PollsFitRow, ProfileRow, polls_fit, profiles};
pub use given::{GivenRow, given};
pub use judged::{
    ComparisonRangeRow, JudgedRow, JudgementIndexRow, RangeRow, comparison_ranges, judged, judgement_indices, ranges,
};
pub use leverage::{LeverageRow, leverage};
pub use paired::{AcceptableRow, ComparisonRow, FlowRow, InfluenceRow, acceptable, comparison, flows, influence};
pub use score::{MeanScoreRow, ReliabilityRow, ScoreRow, mean_scores, reliability, scores};
pub use selection::{
    BallotRow, BlockingSetRow, CandidateRow, OutcomeRow, ballots, blocking_sets, candidates, outcomes,
};
pub use standings::{StandingRow, standings};
pub use sweep::{SensitivityRow, SweepRow, sensitivity, sweep};
pub use update::{
    AnswerRow, PredictionRow, UpdatedJudgementRow, UpdatedRow, answers, predictions, updated, updated_judgements,
};
pub use vetoes::{VetoRow, vetoes};
pub use waiting::{WaitingRow, waiting};

/// The outcome of a round that appoints no one, where otherwise a candidate's id stands.
pub const NO_CONSENSUS: &str = "no-consensus";

/// A row of a file.
pub trait Row: Serialize {
    /// The names of its columns, in their order.
    const COLUMNS: &'static [&'static str];
    /// What they hold.
    const KINDS: &'static [Kind];
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text; one that is empty is a text, too.
    Text,
    /// Text, or nothing.
    MaybeText,
    /// Whole numbers; an empty cell is none.
    Whole,
    /// Numbers; an empty cell is none.
    Number,
    /// `true` or `false`.
    Truth,
    /// Values as a scenario writes them: numbers or text.
    Value,
}

/// A type of cells.
pub trait Cell {
    /// What they hold.
    const KIND: Kind;
}

macro_rules! cells {
    ($($kind:ident: $($type:ty),*;)*) => { $($(impl Cell for $type { const KIND: Kind = Kind::$kind; })*)* };
}

cells! {
    Text: &str, String;
    MaybeText: Option<&str>;
    Whole: u32, u64, usize, Option<u32>, Option<u64>, Option<usize>;
    Number: f64, Option<f64>;
    Truth: bool;
}

/// Defines a row. Each column is said once: its meaning, name and type and, if all rows of the file come from the same
/// kinds of figures, its value, which the row's `new` computes from these figures.
macro_rules! row {
    ($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $column:ident: $type:ty,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        pub struct $name<'a> {
            $($(#[$meaning])* pub $column: $type,)*
        }

        impl<'a> $crate::report::rows::Row for $name<'a> {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($column)),*];
            const KINDS: &'static [$crate::report::rows::Kind] =
                &[$(<$type as $crate::report::rows::Cell>::KIND),*];
        }
    };
    (
        $(#[$about:meta])*
        $name:ident($($figures:ident: $of:ty),* $(,)?) {
            $($(#[$meaning:meta])* $column:ident: $type:ty = $value:expr,)*
        }
    ) => {
        row! { $(#[$about])* $name { $($(#[$meaning])* $column: $type,)* } }

        impl<'a> $name<'a> {
            fn new($($figures: $of),*) -> Self {
                Self { $($column: $value),* }
            }
        }
    };
}
pub(super) use row;

row! {
    /// `rounds.csv`: one row per round, in their order.
    RoundRow {
        /// Number of the round, from 0.
        round: u64,
        /// Name of the assumption.
        assumption: &'a str,
        /// Id of the candidate appointed, or [`NO_CONSENSUS`].
        outcome: &'a str,
        /// Name of the stage of the last ballot held; empty if none was.
        stage: &'a str,
        /// Ballots held.
        ballots: u32,
        /// Vetoes cast, over all ballots and candidates.
        vetoes: u32,
    }
}

/// The id of an outcome: the candidate's, or [`NO_CONSENSUS`].
fn id(candidate: Option<&Key>) -> &str {
    candidate.map_or(NO_CONSENSUS, |key| &key.id)
}

/// The name of the candidate of an outcome; empty for no consensus.
fn name(candidate: Option<&Key>) -> &str {
    candidate.map_or("", |key| &key.name)
}
