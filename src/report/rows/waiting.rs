//! The rows about what waiting is worth.

use super::row;
use crate::analysis::{Selection, WaitingFigures, WaitingValue};

row! {
    /// `waiting.csv`: one row per assumption, member and ballot, where a member has foresight.
    WaitingRow(selection: &'a Selection, figures: &'a WaitingFigures, value: &'a WaitingValue) {
        /// Name of the assumption.
        assumption: &'a str = &selection.assumption,
        /// Id of the member.
        member: &'a str = &value.member.id,
        /// Name of the member.
        member_name: &'a str = &value.member.name,
        /// Number of the ballot in the round, from 1.
        ballot: u32 = value.ballot,
        /// Mean utility of how rounds end if nobody is appointed up to this ballot, points; no consensus is 0.
        value: f64 = value.value,
        /// Standard error of `value`, points.
        standard_error: f64 = value.error,
        /// Whether no value moved by more than 0.01 points in the last pass.
        settled: bool = figures.settled,
    }
}

/// The rows of `waiting.csv`; none without foresight.
pub fn waiting(selection: &Selection) -> impl Iterator<Item = WaitingRow<'_>> {
    let figures = selection.waiting.iter();
    figures.flat_map(move |figures| figures.values.iter().map(move |value| WaitingRow::new(selection, figures, value)))
}
