//! Questions of rounds that are also asked over judgements.
//!
//! The units are rounds: first those of the points where judgements are drawn, point by point, then those of the scenario
//! as written. So more rounds can be asked for later, and units are shared out and saved as those of any other question.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::answer::Figures;
use super::asked::Asked;
use super::error::Error;
use super::points::PointProblems;
use super::question::{Counted, Extent, OfRounds, Question, Work};
use super::results::Results;
use crate::analysis::judgements::{Drawing, JudgedPoint, MAX_POINTS, POINTS, POINTS_STEP, ROUNDS_PER_POINT, Ranges};
use crate::analysis::{Comparison, Selection};
use crate::model::{Judgement, Model};
use crate::scenario::{Judging, Scenario};
use crate::simulation::{Counts, Ending, Endings, Execution, Experiment, Plan, in_turn, simulate};

/// A question that is asked of the scenario as written, and over what its numbers may be.
#[derive(Debug)]
pub struct Judged<'s, Q> {
    /// The question about the scenario as written.
    pub(super) central: Q,
    asked: Asked,
    judgements: &'s [Judgement],
    judging: Judging<'s>,
    /// How many points; 0 asks nothing over judgements.
    points: u64,
}

/// Counts of the scenario as written, and at points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JudgedCounts<C> {
    /// Of the scenario as written.
    pub central: C,
    /// By number of the point.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub points: BTreeMap<u64, JudgedPoint>,
}

/// Figures of the scenario as written, and over judgements.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedFigures<F> {
    /// As written.
    pub central: F,
    /// How far they range; nothing without judgements, or with too few points.
    pub ranges: Option<Ranges>,
}

/// How many points: as many as asked for, or as is usual if there are judgements.
///
/// # Errors
/// [`Error::Judgements`].
pub(super) fn points(scenario: &Scenario, asked: Option<u64>) -> Result<u64, Error> {
    let has_some = !scenario.judgements.is_empty();
    match asked {
        None => Ok(if has_some { POINTS } else { 0 }),
        Some(points) if points > 0 && !has_some => Err(Error::NoJudgements),
        Some(points) if points > MAX_POINTS || !points.is_multiple_of(POINTS_STEP) => Err(Error::Judgements(points)),
        Some(points) => Ok(points),
    }
}

impl<'s, Q: OfRounds> Judged<'s, Q> {
    /// The question `central` of `scenario`, also asked over judgements at so many points.
    pub(super) fn of(scenario: &'s Scenario, central: Q, points: u64) -> Result<Self, Error> {
        let experiment = central.experiment();
        let assumptions: Vec<&str> = experiment.plans().iter().map(|plan| plan.model.assumption.as_str()).collect();
        let judging = scenario.judging(&assumptions).map_err(Error::Settings)?;
        let asked = Asked { judgements: points, ..central.asked().clone() };
        drop(experiment);
        Ok(Self { central, asked, judgements: &scenario.judgements, judging, points })
    }

    /// Whether judgements are drawn.
    pub fn is_judged(&self) -> bool {
        self.points > 0
    }

    /// Rounds at points.
    fn at_points(&self) -> u64 {
        self.points * ROUNDS_PER_POINT
    }

    /// The units among those of points, and the rounds of the scenario as written.
    fn parts(&self, units: &Range<u64>) -> (Range<u64>, Range<u64>) {
        let first = self.at_points();
        let of_points = units.start.min(first)..units.end.min(first);
        (of_points, units.start.saturating_sub(first)..units.end.saturating_sub(first))
    }

    /// The points to which some of these rounds belong, each with its rounds.
    fn pieces(rounds: &Range<u64>) -> impl Fn(u64) -> (u64, Range<u64>) + Sync + use<Q> {
        let rounds = rounds.clone();
        move |piece| {
            let point = rounds.start / ROUNDS_PER_POINT + piece;
            let (start, end) = (point * ROUNDS_PER_POINT, (point + 1) * ROUNDS_PER_POINT);
            (point, start.max(rounds.start)..end.min(rounds.end))
        }
    }

    /// How many points that are.
    fn number_of_pieces(rounds: &Range<u64>) -> u64 {
        let (first, end) = (rounds.start / ROUNDS_PER_POINT, rounds.end.div_ceil(ROUNDS_PER_POINT));
        if rounds.is_empty() { 0 } else { end - first }
    }

    /// Simulates some rounds of a point.
    fn point(&self, plans: &[Plan], number: u64, rounds: Range<u64>) -> Result<JudgedPoint, Error> {
        let judged = Drawing::new(self.asked.seed).at(number, self.judgements);
        let mut held = Vec::with_capacity(plans.len());
        let mut drawn = Vec::with_capacity(plans.len());
        for (world, plan) in plans.iter().enumerate() {
            let (model, limits) = self.judging.model(world, &judged).map_err(|problems| {
                let drawn = self.judgements.iter().zip(&judged);
                let settings = drawn.map(|(it, judged)| (it.name.clone(), it.spread.written(*judged))).collect();
                Error::Drawn(PointProblems::of(number as usize, settings, problems))
            })?;
            held.push(limits);
            drawn.push(Plan::near(model, plan));
        }
        let execution = Execution { threads: 1, ..Execution::new(self.asked.seed, rounds) };
        Ok(JudgedPoint::new(&simulate(&Ending(&drawn), execution)?.counts, held))
    }
}

impl<Q: OfRounds> Question for Judged<'_, Q> {
    type Counts = JudgedCounts<<Q as OfRounds>::Counts>;

    fn asked(&self) -> &Asked {
        &self.asked
    }

    fn units(&self, rounds: u64) -> u64 {
        self.at_points() + rounds
    }

    fn rounds_asked(&self, units: u64) -> u64 {
        units.saturating_sub(self.at_points())
    }

    fn nothing(&self) -> Self::Counts {
        JudgedCounts { central: self.central.nothing(), points: BTreeMap::new() }
    }

    fn merge(&self, counts: &mut Self::Counts, more: &Self::Counts) {
        counts.central.merge(&more.central);
        for (&number, point) in &more.points {
            counts.points.entry(number).and_modify(|mine| mine.merge(point)).or_insert_with(|| point.clone());
        }
    }

    fn is_valid(&self, counts: &Self::Counts, units: &Range<u64>) -> bool {
        let (of_points, rounds) = self.parts(units);
        let pieces = (0..Self::number_of_pieces(&of_points)).map(Self::pieces(&of_points));
        let experiment = self.central.experiment();
        let plans = experiment.plans();
        let outcomes = plans.first().map_or(0, Plan::candidates) + 1;
        let fits = |(number, rounds): (u64, Range<u64>)| {
            let fits = |point: &JudgedPoint| {
                point.is_valid(rounds.end - rounds.start, plans.len(), outcomes, self.judgements.len())
            };
            counts.points.get(&number).is_some_and(fits)
        };
        counts.points.len() as u64 == Self::number_of_pieces(&of_points)
            && pieces.into_iter().all(fits)
            && Question::is_valid(&self.central, &counts.central, &rounds)
    }

    fn count(&self, units: Range<u64>, work: &mut Work<'_>) -> Result<Counted<Self::Counts>, Error> {
        let (of_points, rounds) = self.parts(&units);
        let mut counted = Counted { counts: Question::nothing(self), units: 0, begun: None };
        let (pieces, piece) = (Self::number_of_pieces(&of_points), Self::pieces(&of_points));
        if pieces > 0 {
            let experiment = self.central.experiment();
            let plans = experiment.plans();
            let done = in_turn(pieces, work.threads, work.handle.control(), |index| {
                let (number, rounds) = piece(index);
                let size = rounds.end - rounds.start;
                (self.point(plans, number, rounds).map(|point| (number, point)), size)
            })?;
            for point in done {
                let (number, point) = point?;
                counted.units += point.rounds;
                counted.counts.points.insert(number, point);
            }
            if (counted.counts.points.len() as u64) < pieces {
                return Ok(counted);
            }
        }
        if !rounds.is_empty() {
            let central = Question::count(&self.central, rounds, work)?;
            counted.units += central.units;
            counted.counts.central = central.counts;
        }
        Ok(counted)
    }

    fn next(&self, units: u64, counts: &Self::Counts) -> Option<Range<u64>> {
        let first = self.at_points();
        let all = self.units(self.asked.rounds);
        if units < first {
            return Some(units..all);
        }
        let more = Question::next(&self.central, units - first, &counts.central)?;
        Some(first + more.start..first + more.end)
    }

    fn expected(&self, units: u64, counts: &Self::Counts) -> u64 {
        let first = self.at_points();
        first + self.central.expected(units.saturating_sub(first), &counts.central)
    }

    fn comes_to(&self, rounds: u64) -> bool {
        self.central.comes_to(rounds)
    }

    fn rounds_of(&self, units: u64) -> u64 {
        units
    }

    fn bytes(&self, threads: usize) -> u64 {
        let experiment = self.central.experiment();
        let models: Vec<&Model> = experiment.plans().iter().map(|plan| &plan.model).collect();
        let outcomes = models.first().map_or(0, |model| model.candidates.len()) + 1;
        let points = self.points.saturating_mul(JudgedPoint::bytes(models.len(), outcomes, self.judgements.len()));
        // Both at once: points are counted before the rest, and each thread has one of them.
        let drawn = if self.points == 0 { 0 } else { threads as u64 * Endings::bytes(&models) };
        points.saturating_add(drawn).saturating_add(self.central.bytes(threads))
    }

    fn extent(&self, results: &Results<Self::Counts>) -> Extent {
        Extent { rounds: results.counts.central.rounds(), asked: results.of.rounds }
    }

    fn grain(&self) -> u64 {
        self.central.grain()
    }
}

/// A question of rounds whose counts become figures.
pub trait RoundFigures: OfRounds {
    /// What the counts say, with intervals.
    type Figures;

    /// The figures of these counts.
    fn figures(&self, counts: &<Self as OfRounds>::Counts) -> Self::Figures;

    /// The selections among the figures, that of the baseline first, and the comparisons with it.
    fn parts(figures: &Self::Figures) -> (&[Selection], &[Comparison]);
}

impl<Q: RoundFigures> Figures for Judged<'_, Q> {
    type Figures = JudgedFigures<Q::Figures>;

    fn figures(&self, results: &Results<Self::Counts>) -> Self::Figures {
        let central = self.central.figures(&results.counts.central);
        let (selections, comparisons) = Q::parts(&central);
        let (points, seed) = (&results.counts.points, self.asked.seed);
        let ranges = Ranges::new(selections, comparisons, self.judgements, seed, points, self.points);
        JudgedFigures { central, ranges }
    }
}
