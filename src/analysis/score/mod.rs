//! How good forecasts were: what chance they gave to what happened.
//!
//! A forecast gives each of `K` outcomes, the candidates and no consensus, a probability. Of the outcome that happened,
//! the actual one, with probability `p`, the *log score* is `ln p'` with `p' = 0.99 p + 0.01 / K`: nobody is punished
//! without bound for a 0 that finitely many rounds came to, and every forecaster is treated alike. The *Brier score* is the
//! sum over outcomes of `(p − hit)²`: 0 is perfect, 2 the worst. The *rank* of the actual outcome is 1 if none was given
//! more; outcomes given the same share the mean of their ranks.

mod means;
mod naive;

use super::key::Key;

pub use means::{Averaged, ENOUGH, MeanScore, Means, Reliability, means};
pub use naive::{FirstPoll, first_poll, leader, shares, uniform, win_rate};

/// What is kept of a probability, and shared out among all outcomes.
const KEPT: f64 = 0.99;

/// Who makes a forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forecaster {
    /// The scenario as it is written, simulated.
    Simulation,
    /// The mean of what the simulation gives over the scenario's judgements.
    Judgements,
    /// All outcomes are equally likely.
    Uniform,
    /// The leader of the first poll wins as often as leaders did in the other selections.
    Leader,
    /// Everyone's chances are their share of the support in the first poll.
    Shares,
}

impl Forecaster {
    /// All, the simulation first.
    pub const ALL: &'static [Self] = &[Self::Simulation, Self::Judgements, Self::Uniform, Self::Leader, Self::Shares];

    /// What it is called in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Simulation => "simulation",
            Self::Judgements => "judgements",
            Self::Uniform => "uniform",
            Self::Leader => "leader",
            Self::Shares => "shares",
        }
    }
}

/// What a forecaster gave to each outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Who.
    pub forecaster: Forecaster,
    /// By outcome, the candidates in the order of the file, then no consensus.
    pub probabilities: Vec<f64>,
}

/// Forecasts of how one selection would end, and how it did.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// Path of the scenario, as given.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// SHA-256 of its file, in hexadecimal.
    pub sha256: String,
    /// Name of the assumption.
    pub assumption: String,
    /// When the selection ended, as YYYY-MM-DD, if the scenario says so.
    pub decided: Option<String>,
    /// The candidates in the order of the file, then no consensus.
    pub outcomes: Vec<Option<Key>>,
    /// The outcome that happened, one of these.
    pub actual: usize,
    /// Rounds simulated.
    pub rounds: u64,
    /// Seed of their random numbers.
    pub seed: u64,
    /// The forecasts, each forecaster's at most once; those of a poll are missing where there is none.
    pub forecasts: Vec<Forecast>,
}

impl Scored {
    /// How good this forecaster was, if there is a forecast.
    pub fn score(&self, forecaster: Forecaster) -> Option<Score> {
        let forecast = self.forecasts.iter().find(|forecast| forecast.forecaster == forecaster)?;
        Some(Score::of(&forecast.probabilities, self.actual))
    }
}

/// How good a forecast was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// What was given to the outcome that happened, as it is.
    pub probability: f64,
    /// `ln p'`; higher is better, 0 the best.
    pub log_score: f64,
    /// Lower is better, 0 the best and 2 the worst.
    pub brier: f64,
    /// Rank of the outcome that happened, from 1; the mean of those that are tied.
    pub rank: f64,
}

impl Score {
    /// Of a forecast that gives these `probabilities`, which add up to 1, to the outcomes, when number `actual` happened.
    pub fn of(probabilities: &[f64], actual: usize) -> Self {
        let p = probabilities.get(actual).copied().unwrap_or_default();
        let hit = |i: usize| if i == actual { 1.0 } else { 0.0 };
        let more = probabilities.iter().filter(|&&other| other > p).count();
        let tied = probabilities.iter().filter(|&&other| other == p).count();
        Self {
            probability: p,
            log_score: libm::log(KEPT * p + (1.0 - KEPT) / probabilities.len() as f64),
            brier: probabilities.iter().enumerate().map(|(i, p)| (p - hit(i)) * (p - hit(i))).sum(),
            rank: more as f64 + (tied as f64 + 1.0) / 2.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn a_forecast_is_scored_as_by_hand() {
        // Two candidates and no consensus: K = 3.
        let score = Score::of(&[0.7, 0.2, 0.1], 1);
        assert_eq!(score.probability, 0.2);
        assert!(is_near(score.log_score, (0.99_f64 * 0.2 + 0.01 / 3.0).ln()));
        assert!(is_near(score.brier, 0.49 + 0.64 + 0.01));
        assert!(is_near(score.rank, 2.0));
    }

    #[test]
    fn certainty_has_the_best_and_the_worst_score_and_both_are_finite() {
        let [right, wrong] = [0, 1].map(|actual| Score::of(&[1.0, 0.0, 0.0, 0.0], actual));
        assert!(is_near(right.log_score, 0.9925_f64.ln()) && is_near(wrong.log_score, 0.0025_f64.ln()));
        assert_eq!((right.brier, wrong.brier), (0.0, 2.0));
        // Three outcomes were given nothing: ranks 2, 3 and 4.
        assert_eq!((right.rank, wrong.rank), (1.0, 3.0));
    }

    #[test]
    fn equal_chances_share_the_mean_rank() {
        let score = Score::of(&[0.25; 4], 3);
        assert!(is_near(score.log_score, 0.25_f64.ln()), "the share of all and what is kept add up to a quarter");
        assert!(is_near(score.brier, 0.75) && is_near(score.rank, 2.5));
        assert!(is_near(Score::of(&[0.4, 0.3, 0.3], 2).rank, 2.5));
    }
}
