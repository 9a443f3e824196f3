//! The rows about one assumption: outcomes, candidates, blocking sets and ballots.

use super::{id, name, row};
use crate::analysis::{BallotFigures, BlockingSet, CandidateFigures, Outcome, Selection, SetMembers};

row! {
    /// `outcomes.csv`: one row per assumption and outcome, candidates in the order of the scenario, then no consensus.
    OutcomeRow(selection: &'a Selection, outcome: &'a Outcome) {
        /// Name of the assumption.
        assumption: &'a str = &selection.assumption,
        /// Id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
        outcome: &'a str = id(outcome.candidate.as_ref()),
        /// Name of the candidate; empty for no consensus.
        candidate_name: &'a str = name(outcome.candidate.as_ref()),
        /// Rounds simulated.
        rounds: u64 = outcome.probability.rounds,
        /// Rounds that ended so.
        count: u64 = outcome.probability.count,
        /// `count / rounds`.
        probability: Option<f64> = outcome.probability.value,
        /// Lower bound of the probability.
        ci_low: f64 = outcome.probability.low,
        /// Upper bound of the probability.
        ci_high: f64 = outcome.probability.high,
    }
}

row! {
    /// `candidates.csv`: one row per assumption and candidate. Rates are over `rounds`.
    CandidateRow(selection: &'a Selection, figures: &'a CandidateFigures) {
        /// Name of the assumption.
        assumption: &'a str = &selection.assumption,
        /// Id of the candidate.
        candidate: &'a str = &figures.candidate.id,
        /// Name of the candidate.
        candidate_name: &'a str = &figures.candidate.name,
        /// Rounds simulated.
        rounds: u64 = selection.rounds,
        /// Rounds in which the candidate faced a ballot.
        stood: u64 = figures.stood.count,
        /// Rounds in which the candidate faced a ballot that could appoint (its stage has an `appoint` rule). `vetoed`,
        /// `sole_vetoed`, `short_of_support` and `mean_encouragements` are about the last of these in a round.
        faced: u64 = figures.faced.count,
        /// Rounds in which the candidate was appointed.
        appointed: u64 = figures.appointed.count,
        /// Rounds in which the candidate passed at some ballot, appointed or not.
        acceptable: u64 = figures.acceptable.count,
        /// Rounds in which at least one member vetoed the candidate.
        vetoed: u64 = figures.vetoed.count,
        /// Rounds in which exactly one member vetoed the candidate and without that veto the rule held.
        sole_vetoed: u64 = figures.sole_vetoed.count,
        /// Rounds in which the rule failed even with the vetoes taken away.
        short_of_support: u64 = figures.short_of_support.count,
        /// Rounds in which the candidate was dropped or withdrew.
        left: u64 = figures.left.count,
        /// Mean number of members who encouraged, over the rounds `faced`.
        mean_encouragements: Option<f64> = figures.encouragements.value,
        /// Standard error of `mean_encouragements`; empty for fewer than two rounds.
        mean_encouragements_se: Option<f64> = figures.encouragements.standard_error,
        /// Mean number of ballots held, over the rounds in which the candidate was `appointed`.
        mean_ballots_when_appointed: Option<f64> = figures.ballots_when_appointed.value,
        /// Standard error of `mean_ballots_when_appointed`; empty for fewer than two rounds.
        mean_ballots_when_appointed_se: Option<f64> = figures.ballots_when_appointed.standard_error,
        /// `appointed / rounds`.
        appointed_rate: Option<f64> = figures.appointed.value,
        /// Lower bound of `appointed_rate`.
        appointed_ci_low: f64 = figures.appointed.low,
        /// Upper bound of `appointed_rate`.
        appointed_ci_high: f64 = figures.appointed.high,
        /// `acceptable / rounds`.
        acceptable_rate: Option<f64> = figures.acceptable.value,
        /// Lower bound of `acceptable_rate`.
        acceptable_ci_low: f64 = figures.acceptable.low,
        /// Upper bound of `acceptable_rate`.
        acceptable_ci_high: f64 = figures.acceptable.high,
        /// `vetoed / rounds`.
        vetoed_rate: Option<f64> = figures.vetoed.value,
        /// Lower bound of `vetoed_rate`.
        vetoed_ci_low: f64 = figures.vetoed.low,
        /// Upper bound of `vetoed_rate`.
        vetoed_ci_high: f64 = figures.vetoed.high,
        /// `sole_vetoed / rounds`.
        sole_vetoed_rate: Option<f64> = figures.sole_vetoed.value,
        /// Lower bound of `sole_vetoed_rate`.
        sole_vetoed_ci_low: f64 = figures.sole_vetoed.low,
        /// Upper bound of `sole_vetoed_rate`.
        sole_vetoed_ci_high: f64 = figures.sole_vetoed.high,
    }
}

row! {
    /// `blocking_sets.csv`: one row per assumption, candidate and set of members who vetoed together, most often first
    /// (then smaller sets first, then by the members' places in the scenario).
    BlockingSetRow(selection: &'a Selection, figures: &'a CandidateFigures, set: &'a BlockingSet) {
        /// Name of the assumption.
        assumption: &'a str = &selection.assumption,
        /// Id of the candidate.
        candidate: &'a str = &figures.candidate.id,
        /// Ids of the members, joined by `+`. Empty for sets so large that they are counted by their size alone: the
        /// row then stands for all sets of this size.
        members: String = set_members(selection, &set.members),
        /// Number of members in the set.
        size: u32 = set.size,
        /// Rounds in which exactly these members vetoed, at the last ballot that could appoint the candidate.
        count: u64 = set.probability.count,
        /// `count / rounds`, over all rounds.
        probability: Option<f64> = set.probability.value,
        /// Lower bound of the probability.
        ci_low: f64 = set.probability.low,
        /// Upper bound of the probability.
        ci_high: f64 = set.probability.high,
    }
}

row! {
    /// `ballots.csv`: one row per assumption and ballot reached. Ballot 0 appears only if rounds ended before any
    /// ballot because no one stood.
    BallotRow(selection: &'a Selection, figures: &'a BallotFigures) {
        /// Name of the assumption.
        assumption: &'a str = &selection.assumption,
        /// Number of the ballot within its round, from 1, over all stages.
        ballot: u32 = figures.ballot,
        /// Rounds that appointed someone at this ballot.
        appointed: u64 = figures.appointed.count,
        /// Rounds that ended after this ballot without appointment.
        no_consensus: u64 = figures.no_consensus.count,
        /// Rounds that appointed someone at this ballot or before.
        cumulative: u64 = figures.cumulative.count,
        /// Rounds that went on after this ballot.
        still_open: u64 = figures.still_open.count,
    }
}

/// The rows of `outcomes.csv`.
pub fn outcomes(selection: &Selection) -> impl Iterator<Item = OutcomeRow<'_>> {
    selection.outcomes.iter().map(|outcome| OutcomeRow::new(selection, outcome))
}

/// The rows of `candidates.csv`.
pub fn candidates(selection: &Selection) -> impl Iterator<Item = CandidateRow<'_>> {
    selection.candidates.iter().map(|figures| CandidateRow::new(selection, figures))
}

/// The rows of `blocking_sets.csv`.
pub fn blocking_sets(selection: &Selection) -> impl Iterator<Item = BlockingSetRow<'_>> {
    selection.candidates.iter().flat_map(move |figures| {
        figures.blocking_sets.iter().map(move |set| BlockingSetRow::new(selection, figures, set))
    })
}

/// The rows of `ballots.csv`.
pub fn ballots(selection: &Selection) -> impl Iterator<Item = BallotRow<'_>> {
    selection.ballots.iter().map(|figures| BallotRow::new(selection, figures))
}

/// The ids of a set's members joined by `+`; empty if only its size is known.
fn set_members(selection: &Selection, members: &SetMembers) -> String {
    match members {
        SetMembers::Known(members) => {
            let ids: Vec<&str> = members.iter().map(|&m| selection.members[m].id.as_str()).collect();
            ids.join("+")
        }
        SetMembers::Pooled => String::new(),
    }
}
