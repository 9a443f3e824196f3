//! What settings do.

use std::collections::BTreeMap;
use std::ops::Range;

use super::answer::{Answer, Figures, answer};
use super::asked::{Asked, Kind};
use super::assumption::assumption;
use super::error::Error;
use super::handle::Handle;
use super::options::Options;
use super::points::{self, ASSUMPTION, Drawn, PointProblems, Points};
use super::question::{Counted, Extent, Question, Work};
use super::results::Results;
use crate::analysis::judgements::Drawing;
use crate::analysis::precision::{Length, Precise};
use crate::analysis::sensitivity::Sensitivity;
use crate::analysis::sweep::{Design, Point, Sweep, Values, Varied};
use crate::model::{Judged, Model};
use crate::scenario::Scenario;
use crate::simulation::{Batched, Batches, Batching, Counts, Execution, Plan, Tally, simulate};

/// What [`sweep`] is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepOptions {
    /// The settings, each with what it takes on; none if judgements are drawn.
    pub vary: Vec<Varied>,
    /// How points are chosen.
    pub design: Design,
    /// Name of the assumption about who can veto; otherwise the scenario's own. Not if assumptions are varied.
    pub assumption: Option<String>,
    /// How much is simulated at each point, and on what.
    pub simulation: Options,
}

/// What [`sweep`] answers.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepFigures {
    /// What came out at each point.
    pub sweep: Sweep,
    /// Which settings matter, if the design says so.
    pub sensitivity: Option<Sensitivity>,
}

/// Varies settings over a grid or a sample: how often each outcome at each point, and which settings matter. Every
/// point meets the same draws.
///
/// # Errors
/// That there are no such points, that settings do not fit the scenario, or that threads cannot be started.
pub fn sweep(scenario: &Scenario, options: &SweepOptions, handle: &Handle) -> Result<Answer<SweepFigures>, Error> {
    let question = SweepQuestion::new(scenario, options)?;
    question.check(handle)?;
    answer(&question, &options.simulation, handle)
}

/// What [`sweep`] asks, ready to be counted.
#[derive(Debug)]
pub struct SweepQuestion<'s> {
    asked: Asked,
    vary: Vec<Varied>,
    design: Design,
    points: Points<'s>,
}

impl<'s> SweepQuestion<'s> {
    /// Prepares the question; [`check`](Self::check) says whether all points fit the scenario.
    ///
    /// # Errors
    /// That there is no such assumption, or that there are no such points.
    pub fn new(scenario: &'s Scenario, options: &SweepOptions) -> Result<Self, Error> {
        let SweepOptions { vary, design, assumption: name, simulation } = options;
        let base = assumption(scenario, name.as_deref())?;
        if let Design::Judgements(points) = design {
            return Self::over_judgements(scenario, options, base, *points as u64);
        }
        let paths: Vec<String> = vary.iter().map(|setting| setting.path.clone()).collect();
        if let Some((_, path)) = paths.iter().enumerate().find(|(i, path)| paths[..*i].contains(path)) {
            return Err(Error::VariedTwice(path.clone()));
        }
        if let Some(change) = scenario.changes.iter().find(|change| paths.contains(&change.path)) {
            return Err(Error::SetAndVaried(change.path.clone()));
        }
        check_assumptions(scenario, vary, name.is_some())?;
        let values = design.points(vary, simulation.seed(scenario))?;
        let kind =
            Kind::Sweep { vary: vary.iter().map(|setting| setting.written.clone()).collect(), sample: design.sample() };
        let asked = Asked::new(kind, scenario, vec![base.assumption.clone()], simulation);
        let points = Points { scenario, base, paths, values, drawn: None };
        Ok(Self { asked, vary: vary.clone(), design: *design, points })
    }

    /// The points at which judgements are drawn.
    fn over_judgements(
        scenario: &'s Scenario,
        options: &SweepOptions,
        base: &'s Model,
        points: u64,
    ) -> Result<Self, Error> {
        if !options.vary.is_empty() {
            return Err(Error::VariedAndJudged);
        }
        if scenario.judgements.is_empty() {
            return Err(Error::NoJudgements);
        }
        options.design.points(&[], 0)?;
        let judging = scenario.judging(&[&base.assumption]).map_err(Error::Settings)?;
        let drawing = Drawing::new(options.simulation.seed(scenario));
        let judged: Vec<Vec<Judged>> = (0..points).map(|point| drawing.at(point, &scenario.judgements)).collect();
        let written = |judged: &Vec<Judged>| {
            let drawn = scenario.judgements.iter().zip(judged);
            drawn.map(|(judgement, judged)| judgement.spread.written(*judged)).collect()
        };
        let values = judged.iter().map(written).collect();
        let paths = scenario.judgements.iter().map(|judgement| judgement.name.clone()).collect();
        let kind = Kind::Sweep { vary: Vec::new(), sample: options.design.sample() };
        let asked = Asked::new(kind, scenario, vec![base.assumption.clone()], &options.simulation);
        let points = Points { scenario, base, paths, values, drawn: Some(Drawn { judging, judged }) };
        Ok(Self { asked, vary: Vec::new(), design: options.design, points })
    }

    /// Whether the settings of all points fit the scenario: known before the first is simulated. Ends early if someone
    /// wants to stop.
    ///
    /// # Errors
    /// [`Error::Points`].
    pub fn check(&self, handle: &Handle) -> Result<(), Error> {
        self.points.check(|| handle.stopped()).map_err(Error::Points)
    }

    /// The assumption, unless assumptions are varied.
    pub fn base(&self) -> Option<&'s Model> {
        Some(self.points.base).filter(|_| points::assumptions(&self.vary).is_empty())
    }

    /// The assumptions that are simulated.
    pub fn models(&self) -> Vec<&'s Model> {
        match points::assumptions(&self.vary) {
            [] => vec![self.points.base],
            names => names.iter().filter_map(|name| self.points.scenario.assumption(name)).collect(),
        }
    }

    fn length(&self) -> Length {
        Length { rounds: self.asked.rounds, precision: self.asked.precision }
    }

    /// Simulates the points of these numbers on the same draws, each for as many rounds as it takes.
    fn together(&self, numbers: Range<u64>, work: &Work<'_>) -> Result<Vec<Point>, Error> {
        let length = self.length();
        let model = |number: u64| self.points.model(number as usize).map(Plan::new);
        let mut plans = numbers.clone().map(model).collect::<Result<Vec<_>, PointProblems>>().map_err(Error::Points)?;
        let mut all: Vec<(Tally, u64)> = plans.iter().map(|plan| (Tally::new(&plan.model), 0)).collect();
        let mut batches: Vec<Batches> = plans.iter().map(|plan| Batches::new(plan.candidates())).collect();
        // By plan still to be simulated: its place among all. Those have come equally far.
        let mut open: Vec<usize> = (0..plans.len()).collect();
        let (mut rounds, mut expected) = (length.first(), self.rounds_of(all.len() as u64));
        while !open.is_empty() {
            work.handle.turn_to(plans.len());
            let execution = Execution {
                rounds: rounds.clone(),
                threads: work.threads,
                control: Some(work.handle.control()),
                ..Execution::new(self.asked.seed, 0..0)
            };
            let done = simulate(&Batching(&plans), execution)?;
            for ((&place, tally), more) in open.iter().zip(&done.counts.tallies).zip(&done.counts.batches) {
                batches[place].merge(more);
                all[place].0.merge(tally);
                all[place].1 = rounds.end;
            }
            let now = all.iter().map(|(tally, asked)| length.expected(*asked, tally.reach())).sum();
            work.handle.expect(work.handle.expected().saturating_sub(expected).saturating_add(now));
            expected = now;
            let goes_on = |&place: &usize| !done.partial && !length.is_enough(rounds.end, all[place].0.reach());
            let going_on: Vec<bool> = open.iter().map(goes_on).collect();
            keep(&mut plans, &going_on);
            keep(&mut open, &going_on);
            rounds = Length::after(rounds.end);
        }
        let counted = numbers.zip(all.iter().zip(batches)).filter(|(_, ((tally, _), _))| tally.rounds > 0);
        let values = |number: u64| self.points.values[number as usize].clone();
        let point = |(number, ((tally, asked), batches)): (u64, (&(Tally, u64), Batches))| {
            Point::new(values(number), tally, self.design.needs_batches().then_some(batches), *asked)
        };
        Ok(counted.map(point).collect())
    }
}

/// Keeps the entries at the places that say so.
fn keep<T>(list: &mut Vec<T>, places: &[bool]) {
    let mut places = places.iter();
    list.retain(|_| places.next() == Some(&true));
}

/// Whether the assumptions that are varied are there, and none is named beside them.
fn check_assumptions(scenario: &Scenario, vary: &[Varied], is_named: bool) -> Result<(), Error> {
    let Some(varied) = vary.iter().find(|setting| setting.path == ASSUMPTION) else { return Ok(()) };
    if is_named {
        return Err(Error::AssumptionVaried);
    }
    match &varied.values {
        Values::Between(_) => Err(Error::AssumptionsBetween),
        Values::Listed(names) => names.iter().try_for_each(|name| assumption(scenario, Some(name)).map(|_| ())),
    }
}

/// Points simulated together at most. On the same draws eight take about six tenths of the time that they take one by
/// one (NATO 2023, by user time); of sixteen each takes longer again, because what belongs to them no longer fits a
/// processor's cache.
const TOGETHER: u64 = 8;

impl Question for SweepQuestion<'_> {
    /// By number of the point.
    type Counts = BTreeMap<u64, Point>;

    fn asked(&self) -> &Asked {
        &self.asked
    }

    fn units(&self, _: u64) -> u64 {
        self.points.values.len() as u64
    }

    fn rounds_asked(&self, _: u64) -> u64 {
        self.asked.rounds
    }

    fn nothing(&self) -> Self::Counts {
        BTreeMap::new()
    }

    fn merge(&self, counts: &mut Self::Counts, more: &Self::Counts) {
        counts.extend(more.iter().map(|(&number, point)| (number, point.clone())));
    }

    fn is_valid(&self, counts: &Self::Counts, units: &Range<u64>) -> bool {
        let outcomes = self.points.base.candidates.len() + 1;
        let values = self.points.values.get(units.start as usize..units.end as usize);
        let fits = |(number, values): (u64, &Vec<String>)| {
            counts.get(&number).is_some_and(|point| point.is_valid(values, outcomes, self.design, self.length()))
        };
        values.is_some_and(|values| counts.len() == values.len() && units.clone().zip(values).all(fits))
    }

    fn count(&self, units: Range<u64>, work: &mut Work<'_>) -> Result<Counted<Self::Counts>, Error> {
        let mut counted = Counted { counts: BTreeMap::new(), units: 0, begun: None };
        let (mut first, end) = (units.start, units.end.min(self.units(self.asked.rounds)));
        while first < end && !work.handle.stopped() {
            let last = (first + TOGETHER).min(end);
            let points = self.together(first..last, work)?;
            let whole = points.iter().take_while(|point| point.rounds == point.asked).count();
            let mut numbered: BTreeMap<u64, Point> = (first..).zip(points).collect();
            let begun = numbered.split_off(&(first + whole as u64));
            counted.counts.append(&mut numbered);
            counted.units += whole as u64;
            if first + (whole as u64) < last {
                counted.begun = Some(begun).filter(|begun| !begun.is_empty());
                break;
            }
            first = last;
        }
        Ok(counted)
    }

    fn next(&self, units: u64, _: &Self::Counts) -> Option<Range<u64>> {
        let all = self.units(self.asked.rounds);
        (units < all).then_some(units..all)
    }

    fn expected(&self, _: u64, _: &Self::Counts) -> u64 {
        self.units(self.asked.rounds)
    }

    fn comes_to(&self, rounds: u64) -> bool {
        rounds == self.asked.rounds
    }

    fn rounds_of(&self, units: u64) -> u64 {
        units.saturating_mul(self.asked.rounds)
    }

    fn bytes(&self, threads: usize) -> u64 {
        let model = self.points.base;
        let together = self.points.values.len().min(TOGETHER as usize);
        let counting = (threads as u64 + 2).saturating_mul(Batched::bytes(&vec![model; together]));
        counting + self.points.values.iter().map(|values| Point::bytes(values, model.candidates.len())).sum::<u64>()
    }

    fn extent(&self, results: &Results<Self::Counts>) -> Extent {
        let points = results.counts.values();
        // Points that were not begun would have had at least as many.
        let missing = self.rounds_of(self.units(self.asked.rounds) - results.counts.len() as u64);
        Extent {
            rounds: points.clone().map(|point| point.rounds).sum(),
            asked: points.map(|point| point.asked).sum::<u64>() + missing,
        }
    }

    fn grain(&self) -> u64 {
        TOGETHER
    }
}

impl Figures for SweepQuestion<'_> {
    type Figures = SweepFigures;

    fn figures(&self, results: &Results<Self::Counts>) -> SweepFigures {
        let Points { base, paths, values, .. } = &self.points;
        let points = results.counts.values().cloned().collect();
        let sweep = Sweep { points, ..Sweep::new(paths.clone(), base, values.len()) };
        let sensitivity = match self.design {
            Design::Sobol(_) => Sensitivity::new(&sweep, self.asked.seed),
            Design::Grid | Design::Latin(_) | Design::Judgements(_) => None,
        };
        SweepFigures { sweep, sensitivity }
    }
}
