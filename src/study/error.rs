//! Why a question cannot be asked or answered.

use super::points::PointProblems;
use super::results::Unusable;
use crate::analysis::FitError;
use crate::analysis::judgements::{MAX_POINTS, POINTS_STEP};
use crate::analysis::sweep::DesignError;
use crate::scenario::Problems;
use crate::simulation::evidence::Refusal;
use crate::simulation::{NoChances, RunError};

/// Why a question cannot be asked or answered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The scenario has no such assumption.
    #[error("the scenario has no assumption called `{name}`")]
    NoAssumption {
        /// The name asked for.
        name: String,
        /// The names that there are, the nearest first.
        help: Option<String>,
    },
    /// It is not said how the selection ended.
    #[error("{scenario} does not say how it ended")]
    NoActual {
        /// Path of the scenario.
        scenario: String,
    },
    /// The scenario has no polls.
    #[error("the scenario has no polls to condition on")]
    NoPolls,
    /// The scenario's support was fitted to all of its polls.
    #[error("the scenario's support was fitted to its polls: conditioning on them would use them twice")]
    AllFitted,
    /// There is no poll after the first, so that nothing is known of how minds changed.
    #[error("how minds change shows between two polls or more, and there is only `{0}`")]
    OnePoll(String),
    /// The scenario has no such poll.
    #[error("the scenario has no poll called `{name}`")]
    NoPoll {
        /// The name asked for.
        name: String,
        /// The names that there are, the nearest first.
        help: Option<String>,
    },
    /// Polls cannot be conditioned on exactly.
    #[error("{0}")]
    Refused(Refusal),
    /// Two of the scenarios are the same.
    #[error("{first} and {second} are the same scenario")]
    GivenTwice {
        /// Path of the one.
        first: String,
        /// Path of the other.
        second: String,
    },
    /// Of one of several scenarios.
    #[error("{scenario}: {error}")]
    Of {
        /// Path of the scenario.
        scenario: String,
        /// What is wrong.
        error: Box<Error>,
    },
    /// Under one of several assumptions.
    #[error("under the assumption `{assumption}`: {error}")]
    Under {
        /// Name of the assumption.
        assumption: String,
        /// What is wrong.
        error: Box<Error>,
    },
    /// There is no assumption but the baseline.
    #[error("there is nothing to compare `{baseline}` with")]
    NothingToCompare {
        /// The baseline.
        baseline: String,
        /// Whether the scenario has other assumptions that were not named.
        has_others: bool,
    },
    /// The chances of a round are not known.
    #[error("the chances of a round are not known here: {0}")]
    NoChances(NoChances),
    /// The noise has no score.
    #[error("there is no leverage to be read from uniform noise: its density ends abruptly")]
    NoScores,
    /// What waiting is worth would change with support.
    #[error(
        "there is no leverage where members look ahead: what waiting is worth to them changes with support, and the slopes \
         of one run hold it fixed"
    )]
    NoScoresAhead,
    /// There are no such points.
    #[error(transparent)]
    Design(#[from] DesignError),
    /// A setting is varied twice.
    #[error("`{0}` is varied twice")]
    VariedTwice(String),
    /// A setting that is varied has been changed to one value.
    #[error("`{0}` is set and varied")]
    SetAndVaried(String),
    /// A setting that is to be estimated has been changed to a value.
    #[error("`{0}` is set and is to be estimated")]
    SetAndEstimated(String),
    /// Everything that could be estimated has been changed to a value.
    #[error("there is nothing to estimate: memory, drift_sd and common_sd are all set")]
    NothingToEstimate,
    /// The assumption is named and varied.
    #[error("an assumption is named, and assumptions are varied")]
    AssumptionVaried,
    /// Assumptions have no order.
    #[error("there are no assumptions between two numbers")]
    AssumptionsBetween,
    /// Settings are varied, and judgements are drawn.
    #[error("settings are varied, and judgements are drawn")]
    VariedAndJudged,
    /// Judgements are to be drawn, and there are none.
    #[error("the scenario has no judgements")]
    NoJudgements,
    /// Judgements are not drawn at so many points.
    #[error("judgements are drawn at a multiple of {POINTS_STEP} points, at most {MAX_POINTS}, not at {0}")]
    Judgements(u64),
    /// What is drawn for judgements does not fit the scenario.
    #[error("{}", self_rendered(.0))]
    Drawn(PointProblems),
    /// Settings that are varied do not fit the scenario.
    #[error("{}", self_rendered(.0))]
    Points(PointProblems),
    /// The scenario is no longer one with another uncertainty.
    #[error("{0}")]
    Settings(Box<Problems>),
    /// The poll cannot be fitted.
    #[error(transparent)]
    Fit(#[from] FitError),
    /// Rounds could not be simulated.
    #[error(transparent)]
    Run(#[from] RunError),
}

impl Error {
    /// As an error of one of several scenarios.
    pub(super) fn of(scenario: &str, error: Self) -> Self {
        Self::Of { scenario: scenario.to_owned(), error: Box::new(error) }
    }
}

fn self_rendered(problems: &PointProblems) -> String {
    problems.render(false, 100)
}

/// Why a session cannot begin, or not go on from what was saved.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// How many rounds a precision takes depends on the counts of all parts.
    #[error("a part cannot be as long as a precision takes, but of a sweep: which part has which rounds must be known")]
    PrecisionOfPart,
    /// What was saved is no file of results.
    #[error(transparent)]
    Unusable(#[from] Unusable),
    /// It is about something else, in words.
    #[error("it is about {0}")]
    Different(String),
    /// It is about more rounds than are asked for now, or about fewer of a part.
    #[error("{before} rounds were asked for")]
    OtherRounds {
        /// Rounds that it is about.
        before: u64,
        /// Whether more can be asked for.
        can_grow: bool,
    },
    /// It holds other units than the first of those wanted.
    #[error("it holds {holds}, and {wanted} are to be simulated")]
    NoBeginning {
        /// Units that it holds, in words.
        holds: String,
        /// Units that are wanted, in words.
        wanted: String,
    },
    /// Its counts cannot be right.
    #[error("its counts contradict each other or the scenario")]
    Contradiction,
}

/// Why parts cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// A part is no file of results of this scenario.
    #[error("{name} cannot be read: {why}")]
    Unusable {
        /// The part.
        name: String,
        /// Why not.
        why: String,
    },
    /// A part is about something else.
    #[error("the files cannot be merged: {name} is about {difference}{}", as_first(.first))]
    Mixed {
        /// The part.
        name: String,
        /// In what it differs, in words.
        difference: String,
        /// The first part, if it is another.
        first: Option<String>,
    },
    /// The parts are not all units, each once.
    #[error("the files cannot be merged: they are not all {unit}s, each once")]
    NotAllOnce {
        /// What is counted, in the singular.
        unit: &'static str,
        /// Which units are missing or there twice, in words.
        faults: Vec<String>,
    },
}

fn as_first(first: &Option<String>) -> String {
    first.as_ref().map(|first| format!(", as {first} is")).unwrap_or_default()
}
