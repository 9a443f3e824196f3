//! The rows about how candidates fare at every ballot.

use super::row;
use crate::analysis::{Selection, StandingFigures};

row! {
    /// `polls.csv`: one row per assumption, ballot, stage and candidate who faced the ballot in some round. A quantile
    /// is the smallest value that is not exceeded in so many of these rounds.
    StandingRow(selection: &'a Selection, figures: &'a StandingFigures) {
        /// Name of the assumption.
        assumption: &'a str = &selection.assumption,
        /// Name of the ballot's stage.
        stage: &'a str = &figures.stage,
        /// Number of the ballot in its round, from 1, over all stages.
        ballot: u32 = figures.ballot,
        /// Id of the candidate.
        candidate: &'a str = &figures.candidate.id,
        /// Name of the candidate.
        candidate_name: &'a str = &figures.candidate.name,
        /// Rounds in which the candidate faced this ballot in this stage.
        rounds: u64 = figures.rounds,
        /// Mean support: members who encourage, or votes in a choice ballot, by the measure of the stage's `support_by`.
        support_mean: f64 = figures.support.mean,
        /// 5 % quantile of the support; not counted by heads, rounded up to a thousandth of the support of all.
        support_q05: f64 = figures.support.q05,
        /// Median of the support, so rounded.
        support_median: f64 = figures.support.median,
        /// 95 % quantile of the support, so rounded.
        support_q95: f64 = figures.support.q95,
        /// Mean number of members who object.
        objections_mean: f64 = figures.objections.mean,
        /// 5 % quantile of the number of members who object.
        objections_q05: f64 = figures.objections.q05,
        /// Median of the number of members who object.
        objections_median: f64 = figures.objections.median,
        /// 95 % quantile of the number of members who object.
        objections_q95: f64 = figures.objections.q95,
        /// Mean number of members who veto.
        vetoes_mean: f64 = figures.vetoes.mean,
        /// 5 % quantile of the number of members who veto.
        vetoes_q05: f64 = figures.vetoes.q05,
        /// Median of the number of members who veto.
        vetoes_median: f64 = figures.vetoes.median,
        /// 95 % quantile of the number of members who veto.
        vetoes_q95: f64 = figures.vetoes.q95,
    }
}

/// The rows of `polls.csv`; none if that was not counted.
pub fn standings(selection: &Selection) -> impl Iterator<Item = StandingRow<'_>> {
    selection.standings.iter().flatten().map(|figures| StandingRow::new(selection, figures))
}
