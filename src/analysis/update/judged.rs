//! What polls say of judgements, and of outcomes over them.

use std::cmp::Ordering;

use super::{Key, key, student};
use crate::analysis::judgements::SCRAMBLES;
use crate::model::{Judged, Judgement, Model};
use crate::simulation::evidence::Replicated;

/// Points below which what counts of them is too little to go by.
pub const LEAST_POINTS: f64 = 20.0;

/// The posterior over judgements, after a poll.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedPosterior {
    /// Name of the poll.
    pub after: String,
    /// One an outcome: the candidates in the order of the scenario, then no consensus.
    pub outcomes: Vec<JudgedOutcome>,
    /// How many points count: the square of the sum of their weights over the sum of the squares.
    pub effective_points: f64,
    /// One a judgement.
    pub judgements: Vec<MovedJudgement>,
}

/// The chance of an outcome over judgements, given polls.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedOutcome {
    /// Who is appointed; nobody if nothing.
    pub candidate: Option<Key>,
    /// The mean of its probability over points, by their weights.
    pub probability: f64,
    /// Bounds of its 95 % interval, by a jackknife that leaves out one scramble.
    pub low: f64,
    /// See [`Self::low`].
    pub high: f64,
}

/// How polls moved a judgement.
#[derive(Debug, Clone, PartialEq)]
pub struct MovedJudgement {
    /// Its name.
    pub name: String,
    /// The 5, 50 and 95 % points of what was drawn, before the polls.
    pub before: [f64; 3],
    /// The same by the weights of the points, after them.
    pub after: [f64; 3],
}

/// A point at which judgements were drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct PointSeen {
    /// Its number.
    pub number: u64,
    /// What was drawn.
    pub drawn: Vec<Judged>,
    /// What came out; as far as the polls have any chance.
    pub replicated: Replicated,
}

impl JudgedPosterior {
    /// Whether enough points count for it to be told: [`LEAST_POINTS`] of them.
    pub fn is_reportable(&self) -> bool {
        self.effective_points >= LEAST_POINTS
    }

    /// The posterior after poll number `poll`, of this name; nothing if no point gives the polls a chance.
    pub(crate) fn new(
        model: &Model,
        after: &str,
        poll: usize,
        points: &[PointSeen],
        judgements: &[Judgement],
    ) -> Option<Self> {
        let evidence =
            |point: &PointSeen| point.replicated.polls.get(poll).map_or(f64::NEG_INFINITY, |it| it.log_evidence);
        let top = points.iter().map(evidence).fold(f64::NEG_INFINITY, f64::max);
        if top == f64::NEG_INFINITY {
            return None;
        }
        let weights: Vec<f64> = points.iter().map(|point| (evidence(point) - top).exp()).collect();
        let sum: f64 = weights.iter().sum();
        let share = |point: &PointSeen, outcome: usize| {
            point
                .replicated
                .polls
                .get(poll)
                .map_or(0.0, |it| it.outcomes[outcome] as f64 / it.outcomes.iter().sum::<u64>().max(1) as f64)
        };
        let mean = |outcome: usize, without: Option<u64>| {
            let kept = |point: &PointSeen| without != Some(point.number % SCRAMBLES as u64);
            let all = || points.iter().zip(&weights).filter(|(point, _)| kept(point));
            let sum: f64 = all().map(|(_, weight)| weight).sum();
            if sum > 0.0 {
                Some(all().map(|(it, weight)| weight * share(it, outcome)).sum::<f64>() / sum)
            } else {
                None
            }
        };
        let outcomes = (0..=model.candidates.len()).map(|outcome| {
            let probability = mean(outcome, None).unwrap_or_default();
            let left: Option<Vec<f64>> = (0..SCRAMBLES as u64).map(|scramble| mean(outcome, Some(scramble))).collect();
            let reach = left.map_or(1.0, |left| {
                let n = left.len() as f64;
                let centre = left.iter().sum::<f64>() / n;
                let variance = (n - 1.0) / n * left.iter().map(|it| (it - centre).powi(2)).sum::<f64>();
                student(SCRAMBLES) * variance.sqrt()
            });
            JudgedOutcome {
                candidate: key(model, outcome),
                probability,
                low: (probability - reach).max(0.0),
                high: (probability + reach).min(1.0),
            }
        });
        let flat = vec![1.0; weights.len()];
        let moved = judgements.iter().enumerate().filter_map(|(place, judgement)| {
            let drawn: Option<Vec<f64>> = points
                .iter()
                .map(|point| match point.drawn.get(place)? {
                    Judged::Number(number) => Some(*number),
                    Judged::Choice(choice) => Some(*choice as f64),
                })
                .collect();
            let drawn = drawn?;
            let of = |weights: &[f64]| [0.05, 0.5, 0.95].map(|share| weighted_quantile(&drawn, weights, share));
            Some(MovedJudgement { name: judgement.name.clone(), before: of(&flat), after: of(&weights) })
        });
        Some(Self {
            after: after.to_owned(),
            outcomes: outcomes.collect(),
            effective_points: sum * sum / weights.iter().map(|weight| weight * weight).sum::<f64>(),
            judgements: moved.collect(),
        })
    }
}

/// The number at which so large a share of the weights is reached, in between neighbours by their middles.
fn weighted_quantile(values: &[f64], weights: &[f64], share: f64) -> f64 {
    let of = values.iter().copied().zip(weights.iter().copied());
    let mut sorted: Vec<(f64, f64)> = of.filter(|(_, weight)| *weight > 0.0).collect();
    sorted.sort_by(|a, b| a.0.partial_cmp(&b.0).unwrap_or(Ordering::Equal));
    let total: f64 = weights.iter().sum();
    let (mut sum, mut last) = (0.0, None);
    for (value, weight) in sorted {
        let middle = (sum + weight / 2.0) / total;
        if middle >= share {
            return match last {
                Some((before, at)) if middle > at => before + (value - before) * (share - at) / (middle - at),
                _ => value,
            };
        }
        last = Some((value, middle));
        sum += weight;
    }
    last.map_or(0.0, |(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_follow_the_weights() {
        let values = [3.0, 1.0, 2.0, 4.0];
        assert_eq!(weighted_quantile(&values, &[1.0; 4], 0.5), 2.5);
        assert_eq!(weighted_quantile(&values, &[0.0, 0.0, 1.0, 0.0], 0.05), 2.0);
        assert_eq!(weighted_quantile(&values, &[1.0, 1.0, 0.0, 0.0], 0.5), 2.0);
    }
}
