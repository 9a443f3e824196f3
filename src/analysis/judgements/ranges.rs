//! How far results range over judgements.

use std::collections::BTreeMap;

use super::design::ROUNDS_PER_POINT;
use super::figure::{Figure, Spreading};
use super::indices::{Coordinates, JudgementIndex};
use super::points::JudgedPoint;
use crate::analysis::comparison::{Comparison, OutcomeDifference};
use crate::analysis::estimate::Proportion;
use crate::analysis::key::Key;
use crate::analysis::selection::{Outcome, Selection};
use crate::model::Judgement;

/// Points from which on something is said of their range.
pub const FEWEST_POINTS: usize = 32;

/// What came out when judgements were drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranges {
    /// The judgements, in the order of the file.
    pub judgements: Vec<Judgement>,
    /// By point, then by judgement: what was drawn, as it would be written in a scenario.
    pub drawn: Vec<Vec<String>>,
    /// By point: what was counted.
    pub points: Vec<JudgedPoint>,
    /// Points that there were to be.
    pub asked: u64,
    /// Rounds at each.
    pub rounds_per_point: u64,
    /// By assumption, the baseline first.
    pub assumptions: Vec<AssumptionRanges>,
    /// By other assumption: what changes against the baseline.
    pub differences: Vec<AssumptionDifferences>,
}

/// The ranges under one assumption.
#[derive(Debug, Clone, PartialEq)]
pub struct AssumptionRanges {
    /// Its name.
    pub assumption: String,
    /// The candidates in the order of the file, then no consensus.
    pub outcomes: Vec<OutcomeRange>,
    /// By judgement: the share of points at which a value of it ran into a limit of the format.
    pub held: Vec<f64>,
}

/// The probability of an outcome over judgements.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeRange {
    /// Who is appointed; none is no consensus.
    pub candidate: Option<Key>,
    /// The probability of the scenario as written.
    pub written: Proportion,
    /// How it ranges.
    pub spreading: Spreading,
    /// By judgement, how much it matters; nothing if the probability does not vary, or [`NOISY`](super::NOISY) of what
    /// it varies is due to the rounds.
    pub indices: Option<Vec<JudgementIndex>>,
}

/// What an assumption changes, over judgements.
#[derive(Debug, Clone, PartialEq)]
pub struct AssumptionDifferences {
    /// Name of the baseline.
    pub baseline: String,
    /// Name of the assumption.
    pub assumption: String,
    /// The candidates in the order of the file, then no consensus.
    pub outcomes: Vec<DifferenceRange>,
}

/// The difference that an assumption makes, over judgements.
#[derive(Debug, Clone, PartialEq)]
pub struct DifferenceRange {
    /// Who is appointed; none is no consensus.
    pub candidate: Option<Key>,
    /// The difference of the scenario as written.
    pub written: f64,
    /// How it ranges.
    pub spreading: Spreading,
    /// The share of points at which the difference has the sign that it has as written. No difference counts as another
    /// sign.
    pub same_sign: f64,
}

impl Ranges {
    /// The standard error that the 5 % and 95 % points have at most, in standard deviations of the range: that of as many
    /// independent draws of a normal distribution. Sobol' points of few judgements do better.
    pub fn error_of_ends(&self) -> f64 {
        // √(0.05 · 0.95) by the density at the 5 % point.
        2.1132 / (self.points.len().max(1) as f64).sqrt()
    }

    /// From the whole points of a design of `asked` points; nothing if there are fewer than [`FEWEST_POINTS`]. The
    /// `selections` are those of the scenario as written, the baseline first, and the `comparisons` those with it.
    pub fn new(
        selections: &[Selection],
        comparisons: &[Comparison],
        judgements: &[Judgement],
        seed: u64,
        points: &BTreeMap<u64, JudgedPoint>,
        asked: u64,
    ) -> Option<Self> {
        // Points are counted in their order, so that the whole ones are the first.
        let whole = (0..).map_while(|number| points.get(&number).filter(|point| point.rounds == ROUNDS_PER_POINT));
        let points: Vec<JudgedPoint> = whole.cloned().collect();
        if points.len() < FEWEST_POINTS {
            return None;
        }
        let coordinates = Coordinates::new(seed, points.len(), judgements);
        let assumption = |(assumption, selection): (usize, &Selection)| {
            let outcome = |(index, outcome): (usize, &Outcome)| {
                let share = Figure::share(points.iter().map(|point| (point.ended[assumption][index], point.rounds)));
                OutcomeRange {
                    candidate: outcome.candidate.clone(),
                    written: outcome.probability,
                    spreading: share.spreading(0.0, 1.0),
                    indices: coordinates.indices(&share),
                }
            };
            let held = |judgement: usize| {
                let held = points.iter().filter(|point| point.held[assumption][judgement]).count();
                held as f64 / points.len() as f64
            };
            AssumptionRanges {
                assumption: selection.assumption.clone(),
                outcomes: selection.outcomes.iter().enumerate().map(outcome).collect(),
                held: (0..judgements.len()).map(held).collect(),
            }
        };
        let differences = |(number, comparison): (usize, &Comparison)| AssumptionDifferences {
            baseline: comparison.baseline.clone(),
            assumption: comparison.assumption.clone(),
            outcomes: (comparison.outcomes.iter().enumerate())
                .map(|(index, outcome)| difference(&points, number + 1, index, outcome))
                .collect(),
        };
        Some(Self {
            assumptions: selections.iter().enumerate().map(assumption).collect(),
            differences: comparisons.iter().enumerate().map(differences).collect(),
            drawn: coordinates.drawn(judgements),
            judgements: judgements.to_vec(),
            rounds_per_point: ROUNDS_PER_POINT,
            asked,
            points,
        })
    }
}

impl Ranges {
    /// What is said of the baseline alone.
    #[must_use]
    pub fn of_baseline(&self) -> Self {
        let assumptions = self.assumptions.iter().take(1).cloned().collect();
        Self { assumptions, differences: Vec::new(), ..self.clone() }
    }
}

fn difference(points: &[JudgedPoint], assumption: usize, index: usize, outcome: &OutcomeDifference) -> DifferenceRange {
    let changes = || points.iter().map(|point| (point.changed[assumption][index], point.rounds));
    let (figure, written) = (Figure::difference(changes()), outcome.difference.value);
    // Where no round ended otherwise there is no difference, wherever the point is moved.
    let same = |(moved, (changes, _)): &(f64, ([u64; 2], u64))| *changes != [0, 0] && moved * written > 0.0;
    let same_sign = figure.moved().into_iter().zip(changes()).filter(same).count() as f64 / points.len() as f64;
    let (candidate, spreading) = (outcome.candidate.clone(), figure.spreading(-1.0, 1.0));
    DifferenceRange { candidate, written, spreading, same_sign }
}
