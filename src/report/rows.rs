//! The rows of the output files. Field names are column names: people's scripts depend on them.
//!
//! Probabilities and rates are fractions in `[0, 1]`; `ci_low` and `ci_high` bound their Wilson 95 % interval. A rate or
//! mean over no rounds at all is not known and stays empty. Counts are in rounds. Ids are the scenario's own.

use serde::Serialize;

use crate::analysis::{Key, Selection, SetMembers};

mod conditional;
mod leverage;
mod paired;
mod sweep;
mod vetoes;

pub use conditional::{ConditionalRow, conditional};
pub use leverage::{LeverageRow, leverage};
pub use paired::{AcceptableRow, ComparisonRow, FlowRow, InfluenceRow, acceptable, comparison, flows, influence};
pub use sweep::{SensitivityRow, SweepRow, sensitivity, sweep};
pub use vetoes::{VetoRow, vetoes};

/// The outcome of a round that appoints no one, where otherwise a candidate's id stands.
pub const NO_CONSENSUS: &str = "no-consensus";

/// `outcomes.csv`: one row per assumption and outcome, candidates in the order of the scenario, then no consensus.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutcomeRow<'a> {
    /// Name of the assumption.
    pub assumption: &'a str,
    /// Id of the candidate appointed, or [`NO_CONSENSUS`].
    pub outcome: &'a str,
    /// Name of the candidate; empty for no consensus.
    pub candidate_name: &'a str,
    /// Rounds simulated.
    pub rounds: u64,
    /// Rounds that ended so.
    pub count: u64,
    /// `count / rounds`.
    pub probability: Option<f64>,
    /// Lower bound of the probability.
    pub ci_low: f64,
    /// Upper bound of the probability.
    pub ci_high: f64,
}

/// `candidates.csv`: one row per assumption and candidate. Rates are over `rounds`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CandidateRow<'a> {
    /// Name of the assumption.
    pub assumption: &'a str,
    /// Id of the candidate.
    pub candidate: &'a str,
    /// Name of the candidate.
    pub candidate_name: &'a str,
    /// Rounds simulated.
    pub rounds: u64,
    /// Rounds in which the candidate faced a ballot.
    pub stood: u64,
    /// Rounds in which the candidate faced a ballot that could appoint (its stage has an `appoint` rule). `vetoed`,
    /// `sole_vetoed`, `short_of_support` and `mean_encouragements` are about the last of these in a round.
    pub faced: u64,
    /// Rounds in which the candidate was appointed.
    pub appointed: u64,
    /// Rounds in which the candidate passed at some ballot, appointed or not.
    pub acceptable: u64,
    /// Rounds in which at least one member vetoed the candidate.
    pub vetoed: u64,
    /// Rounds in which exactly one member vetoed the candidate and without that veto the rule held.
    pub sole_vetoed: u64,
    /// Rounds in which the rule failed even with the vetoes taken away.
    pub short_of_support: u64,
    /// Rounds in which the candidate was dropped or withdrew.
    pub left: u64,
    /// Mean number of members who encouraged, over the rounds `faced`.
    pub mean_encouragements: Option<f64>,
    /// Standard error of `mean_encouragements`; empty for fewer than two rounds.
    pub mean_encouragements_se: Option<f64>,
    /// Mean number of ballots held, over the rounds in which the candidate was `appointed`.
    pub mean_ballots_when_appointed: Option<f64>,
    /// Standard error of `mean_ballots_when_appointed`; empty for fewer than two rounds.
    pub mean_ballots_when_appointed_se: Option<f64>,
    /// `appointed / rounds`.
    pub appointed_rate: Option<f64>,
    /// Lower bound of `appointed_rate`.
    pub appointed_ci_low: f64,
    /// Upper bound of `appointed_rate`.
    pub appointed_ci_high: f64,
    /// `acceptable / rounds`.
    pub acceptable_rate: Option<f64>,
    /// Lower bound of `acceptable_rate`.
    pub acceptable_ci_low: f64,
    /// Upper bound of `acceptable_rate`.
    pub acceptable_ci_high: f64,
    /// `vetoed / rounds`.
    pub vetoed_rate: Option<f64>,
    /// Lower bound of `vetoed_rate`.
    pub vetoed_ci_low: f64,
    /// Upper bound of `vetoed_rate`.
    pub vetoed_ci_high: f64,
    /// `sole_vetoed / rounds`.
    pub sole_vetoed_rate: Option<f64>,
    /// Lower bound of `sole_vetoed_rate`.
    pub sole_vetoed_ci_low: f64,
    /// Upper bound of `sole_vetoed_rate`.
    pub sole_vetoed_ci_high: f64,
}

/// `blocking_sets.csv`: one row per assumption, candidate and set of members who vetoed together, most often first (then
/// smaller sets first, then by the members' places in the scenario).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BlockingSetRow<'a> {
    /// Name of the assumption.
    pub assumption: &'a str,
    /// Id of the candidate.
    pub candidate: &'a str,
    /// Ids of the members, joined by `+`. Empty for sets so large that they are counted by their size alone: the row then
    /// stands for all sets of this size.
    pub members: String,
    /// Number of members in the set.
    pub size: u32,
    /// Rounds in which exactly these members vetoed, at the last ballot that could appoint the candidate.
    pub count: u64,
    /// `count / rounds`, over all rounds.
    pub probability: Option<f64>,
    /// Lower bound of the probability.
    pub ci_low: f64,
    /// Upper bound of the probability.
    pub ci_high: f64,
}

/// `ballots.csv`: one row per assumption and ballot reached. Ballot 0 appears only if rounds ended before any ballot because
/// no one stood.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BallotRow<'a> {
    /// Name of the assumption.
    pub assumption: &'a str,
    /// Number of the ballot within its round, from 1, over all stages.
    pub ballot: u32,
    /// Rounds that appointed someone at this ballot.
    pub appointed: u64,
    /// Rounds that ended after this ballot without appointment.
    pub no_consensus: u64,
    /// Rounds that appointed someone at this ballot or before.
    pub cumulative: u64,
    /// Rounds that went on after this ballot.
    pub still_open: u64,
}

/// `rounds.csv`: one row per round, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RoundRow<'a> {
    /// Number of the round, from 0.
    pub round: u64,
    /// Name of the assumption.
    pub assumption: &'a str,
    /// Id of the candidate appointed, or [`NO_CONSENSUS`].
    pub outcome: &'a str,
    /// Name of the stage of the last ballot held; empty if none was.
    pub stage: &'a str,
    /// Ballots held.
    pub ballots: u32,
    /// Vetoes cast, over all ballots and candidates.
    pub vetoes: u32,
}

/// The id of an outcome: the candidate's, or [`NO_CONSENSUS`].
fn id(candidate: Option<&Key>) -> &str {
    candidate.map_or(NO_CONSENSUS, |key| &key.id)
}

/// The rows of `outcomes.csv`.
pub fn outcomes(selection: &Selection) -> impl Iterator<Item = OutcomeRow<'_>> {
    selection.outcomes.iter().map(|outcome| OutcomeRow {
        assumption: &selection.assumption,
        outcome: id(outcome.candidate.as_ref()),
        candidate_name: outcome.candidate.as_ref().map_or("", |key| &key.name),
        rounds: outcome.probability.rounds,
        count: outcome.probability.count,
        probability: outcome.probability.value,
        ci_low: outcome.probability.low,
        ci_high: outcome.probability.high,
    })
}

/// The rows of `candidates.csv`.
pub fn candidates(selection: &Selection) -> impl Iterator<Item = CandidateRow<'_>> {
    selection.candidates.iter().map(|c| CandidateRow {
        assumption: &selection.assumption,
        candidate: &c.candidate.id,
        candidate_name: &c.candidate.name,
        rounds: selection.rounds,
        stood: c.stood.count,
        faced: c.faced.count,
        appointed: c.appointed.count,
        acceptable: c.acceptable.count,
        vetoed: c.vetoed.count,
        sole_vetoed: c.sole_vetoed.count,
        short_of_support: c.short_of_support.count,
        left: c.left.count,
        mean_encouragements: c.encouragements.value,
        mean_encouragements_se: c.encouragements.standard_error,
        mean_ballots_when_appointed: c.ballots_when_appointed.value,
        mean_ballots_when_appointed_se: c.ballots_when_appointed.standard_error,
        appointed_rate: c.appointed.value,
        appointed_ci_low: c.appointed.low,
        appointed_ci_high: c.appointed.high,
        acceptable_rate: c.acceptable.value,
        acceptable_ci_low: c.acceptable.low,
        acceptable_ci_high: c.acceptable.high,
        vetoed_rate: c.vetoed.value,
        vetoed_ci_low: c.vetoed.low,
        vetoed_ci_high: c.vetoed.high,
        sole_vetoed_rate: c.sole_vetoed.value,
        sole_vetoed_ci_low: c.sole_vetoed.low,
        sole_vetoed_ci_high: c.sole_vetoed.high,
    })
}

/// The rows of `blocking_sets.csv`.
pub fn blocking_sets(selection: &Selection) -> impl Iterator<Item = BlockingSetRow<'_>> {
    selection.candidates.iter().flat_map(|c| {
        c.blocking_sets.iter().map(|set| BlockingSetRow {
            assumption: &selection.assumption,
            candidate: &c.candidate.id,
            members: set_members(selection, &set.members),
            size: set.size,
            count: set.probability.count,
            probability: set.probability.value,
            ci_low: set.probability.low,
            ci_high: set.probability.high,
        })
    })
}

/// The rows of `ballots.csv`.
pub fn ballots(selection: &Selection) -> impl Iterator<Item = BallotRow<'_>> {
    selection.ballots.iter().map(|b| BallotRow {
        assumption: &selection.assumption,
        ballot: b.ballot,
        appointed: b.appointed.count,
        no_consensus: b.no_consensus.count,
        cumulative: b.cumulative.count,
        still_open: b.still_open.count,
    })
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
