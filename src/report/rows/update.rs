//! Rows about what follows from polls.

use super::{id, name, row};
use crate::analysis::Key;
use crate::analysis::update::{
    AnswerShares, JudgedOutcome, JudgedPosterior, MovedJudgement, Posterior, PosteriorOutcome, Predicted, Prediction,
};
use crate::study::Updates;

row! {
    /// `updated.csv`: one row per polls seen and outcome, candidates in the order of the scenario, then no consensus; first
    /// before any poll. Where there are too few effective rounds to report it, the probability is empty.
    UpdatedRow(posterior: &'a Posterior, outcome: &'a PosteriorOutcome, judged: Option<(&'a JudgedPosterior, &'a JudgedOutcome)>) {
        /// Name of the last poll seen; empty before any.
        after: Option<&'a str> = posterior.after.as_deref(),
        /// Id of the candidate appointed, or [`NO_CONSENSUS`](super::NO_CONSENSUS).
        outcome: &'a str = id(outcome.candidate.as_ref()),
        /// Name of the candidate; empty for no consensus.
        candidate_name: &'a str = name(outcome.candidate.as_ref()),
        /// Probability given the polls.
        probability: Option<f64> = reported(posterior, outcome.probability),
        /// Lower bound of its interval.
        ci_low: Option<f64> = reported(posterior, outcome.low),
        /// Upper bound of its interval.
        ci_high: Option<f64> = reported(posterior, outcome.high),
        /// Independent rounds that would be as precise.
        effective_rounds: f64 = posterior.effective_rounds,
        /// Mean over judgements given the polls; empty without judgements, and where too few points count.
        judged: Option<f64> = told(judged, |outcome| outcome.probability),
        /// Lower bound of its interval.
        judged_ci_low: Option<f64> = told(judged, |outcome| outcome.low),
        /// Upper bound of its interval.
        judged_ci_high: Option<f64> = told(judged, |outcome| outcome.high),
        /// How many of the points where judgements were drawn count.
        effective_points: Option<f64> = judged.map(|(posterior, _)| posterior.effective_points),
        /// Logarithm of the chance of the totals of this poll before it was seen; empty before any.
        log_chance: Option<f64> = posterior.log_chance,
    }
}

row! {
    /// `answers.csv`: one row per poll, candidate and member, given this poll and those before it. Candidates about whom
    /// nothing tells members apart are left out.
    AnswerRow(shares: &'a AnswerShares, member: &'a Key, chances: [f64; 3]) {
        /// Name of the poll.
        poll: &'a str = &shares.poll,
        /// Id of the member.
        member: &'a str = &member.id,
        /// Name of the member.
        member_name: &'a str = &member.name,
        /// Id of the candidate.
        candidate: &'a str = &shares.candidate.id,
        /// The chance that the member encouraged; empty at a choice ballot.
        encourage: Option<f64> = (!shares.is_choice).then_some(chances[0]),
        /// The chance that it objected; empty at a choice ballot.
        object: Option<f64> = (!shares.is_choice).then_some(chances[1]),
        /// The chance that it had no opinion; empty at a choice ballot.
        no_opinion: Option<f64> = (!shares.is_choice).then_some(chances[2]),
        /// The chance that it voted for the candidate; empty at a ballot of stances.
        vote: Option<f64> = shares.is_choice.then_some(chances[0]),
    }
}

row! {
    /// `predictions.csv`: one row per poll, candidate and answer: what was expected given the polls before it.
    PredictionRow(prediction: &'a Prediction, predicted: &'a Predicted) {
        /// Name of the poll.
        poll: &'a str = &prediction.poll,
        /// Id of the candidate.
        candidate: &'a str = &prediction.candidate.id,
        /// `encourage`, `object` or `no_opinion`; at a choice ballot `vote`.
        answer: &'a str = predicted.answer.word(),
        /// How many gave it; empty if that is not known.
        actual: Option<u32> = predicted.actual,
        /// The mean of what was expected.
        mean: f64 = predicted.mean,
        /// Its 5 % point.
        q05: u32 = predicted.q05,
        /// Its 95 % point.
        q95: u32 = predicted.q95,
        /// Logarithm of the chance that was given to the candidate's totals together; the same on each of their rows.
        log_score: f64 = prediction.log_score,
        /// The same of the forecast "as in the last poll"; empty if there is none.
        log_score_last_poll: Option<f64> = prediction.log_score_last_poll,
        /// How many gave the answer in the last poll; empty if that is not known.
        last_poll: Option<u32> = predicted.last,
    }
}

row! {
    /// `updated_judgements.csv`: one row per poll and judgement that draws numbers: how the polls moved it.
    UpdatedJudgementRow(posterior: &'a JudgedPosterior, moved: &'a MovedJudgement) {
        /// Name of the last poll seen.
        after: &'a str = &posterior.after,
        /// Name of the judgement.
        judgement: &'a str = &moved.name,
        /// 5 % point of what was drawn, before any poll.
        prior_q05: f64 = moved.before[0],
        /// Its median.
        prior_median: f64 = moved.before[1],
        /// Its 95 % point.
        prior_q95: f64 = moved.before[2],
        /// 5 % point given the polls; empty where too few points count.
        q05: Option<f64> = posterior.is_reportable().then_some(moved.after[0]),
        /// Median given the polls.
        median: Option<f64> = posterior.is_reportable().then_some(moved.after[1]),
        /// 95 % point given the polls.
        q95: Option<f64> = posterior.is_reportable().then_some(moved.after[2]),
        /// How many of the points where judgements were drawn count.
        effective_points: f64 = posterior.effective_points,
    }
}

fn reported(posterior: &Posterior, value: f64) -> Option<f64> {
    posterior.is_reportable().then_some(value)
}

fn told(judged: Option<(&JudgedPosterior, &JudgedOutcome)>, value: impl Fn(&JudgedOutcome) -> f64) -> Option<f64> {
    judged.filter(|(posterior, _)| posterior.is_reportable()).map(|(_, outcome)| value(outcome))
}

/// The rows of `updated.csv`.
pub fn updated(updates: &Updates) -> impl Iterator<Item = UpdatedRow<'_>> {
    updates.posteriors.iter().flat_map(|posterior| {
        let judged = updates.judged.iter().find(|judged| Some(&judged.after) == posterior.after.as_ref());
        let outcomes = posterior.outcomes.iter().enumerate();
        outcomes.map(move |(place, outcome)| {
            UpdatedRow::new(posterior, outcome, judged.map(|judged| (judged, &judged.outcomes[place])))
        })
    })
}

/// The rows of `answers.csv`.
pub fn answers(updates: &Updates) -> impl Iterator<Item = AnswerRow<'_>> {
    let all = updates.answers.iter();
    all.flat_map(|shares| shares.members.iter().map(move |(member, chances)| AnswerRow::new(shares, member, *chances)))
}

/// The rows of `predictions.csv`.
pub fn predictions(updates: &Updates) -> impl Iterator<Item = PredictionRow<'_>> {
    let all = updates.predictions.iter();
    all.flat_map(|prediction| prediction.answers.iter().map(move |predicted| PredictionRow::new(prediction, predicted)))
}

/// The rows of `updated_judgements.csv`.
pub fn updated_judgements(updates: &Updates) -> impl Iterator<Item = UpdatedJudgementRow<'_>> {
    let all = updates.judged.iter();
    all.flat_map(|posterior| posterior.judgements.iter().map(move |moved| UpdatedJudgementRow::new(posterior, moved)))
}
