//! Which judgement matters: first-order indices from the points that are there anyway.
//!
//! The first-order index of a judgement is the share of the variance over judgements that would go, on average, were it
//! known: `Var(E(p | x)) / Var(p)`. The points are put into [`BINS`] bins by what was drawn for the judgement, and a line
//! is laid through those of each bin; the variance along the lines is that of `E(p | x)`. E. Plischke, E. Borgonovo and
//! C. L. Smith, *Global sensitivity measures from given data*, European Journal of Operational Research 226 (2013),
//! <https://doi.org/10.1016/j.ejor.2012.11.047>, with lines in place of means, which would miss what happens within a bin.
//!
//! Chance makes lines of its own, and more so the fewer points there are. A jackknife that leaves out one scramble after
//! the other takes that away and gives the interval, by Student's t with 7 degrees of freedom.

use super::design::{Coordinate, Drawing, SCRAMBLES};
use super::figure::{Figure, mean};
use crate::model::{Judged, Judgement, Spread};

/// Bins of equal chance.
const BINS: usize = 8;
/// Points from which on there are indices: with fewer a bin may have none of a scramble.
pub const LEAST_POINTS: usize = BINS * SCRAMBLES;
/// The share of the variance over the points from which on the rounds account for too much of it to say what matters.
pub const NOISY: f64 = 0.8;
/// Quantile of Student's t with a degree of freedom less than there are scrambles that leaves 2.5 % above it.
const T: f64 = 2.364_624_251_592_784;
/// How far an interval reaches at least: what eight lines may miss of a curve.
pub const FLOOR: f64 = 0.01;

/// How much a judgement matters to an outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JudgementIndex {
    /// The first-order index; that of one near 0 or 1 may lie outside `[0, 1]`.
    pub first_order: f64,
    /// How far the 95 % interval reaches to either side.
    pub reach: f64,
    /// By how much the probability rises, per unit of what is drawn, along the straight line that fits all points best;
    /// nothing of `one_of`.
    pub slope: Option<f64>,
    /// Mean probability where what is drawn is in its lowest eighth; of `one_of` with its least favourable value.
    pub at_low: f64,
    /// Mean probability where it is in its highest eighth; of `one_of` with its most favourable value.
    pub at_high: f64,
}

/// Where the points lie, by judgement.
pub(super) struct Coordinates {
    /// By point and judgement, what was drawn.
    drawn: Vec<Vec<Judged>>,
    axes: Vec<Axis>,
}

/// Where the points lie in the dimension of one judgement.
struct Axis {
    /// By bin: the points in it.
    bins: Vec<Vec<usize>>,
    /// By point, what lines are laid over; of `one_of` there are none.
    scores: Option<Vec<f64>>,
    /// By point, what was drawn, if it is a number.
    numbers: Option<Vec<f64>>,
}

impl Coordinates {
    pub fn new(seed: u64, points: usize, judgements: &[Judgement]) -> Self {
        let drawing = Drawing::new(seed);
        let coordinates = |point: u64| drawing.coordinates(point, judgements).collect();
        let coordinates: Vec<Vec<Coordinate>> = (0..points as u64).map(coordinates).collect();
        let at = |coordinates: &Vec<Coordinate>| {
            coordinates.iter().zip(judgements).map(|(at, judgement)| at.drawn(&judgement.spread)).collect()
        };
        let drawn: Vec<Vec<Judged>> = coordinates.iter().map(at).collect();
        let axis = |(dimension, judgement): (usize, &Judgement)| {
            let all: Vec<Coordinate> = coordinates.iter().map(|point| point[dimension]).collect();
            let choices = match &judgement.spread {
                Spread::OneOf(values) => Some(values.len()),
                Spread::Normal { .. } | Spread::LogNormal { .. } | Spread::Uniform { .. } => None,
            };
            let count = choices.unwrap_or(BINS).min(BINS.max(choices.unwrap_or(0)));
            let bin = |at: &Coordinate| ((at.share * count as f64) as usize).min(count - 1);
            let mut bins = vec![Vec::new(); count];
            all.iter().enumerate().for_each(|(point, at)| bins[bin(at)].push(point));
            Axis {
                bins,
                scores: choices.is_none().then(|| all.iter().map(|at| at.score).collect()),
                numbers: drawn.iter().map(|point| point[dimension].number()).collect(),
            }
        };
        Self { axes: judgements.iter().enumerate().map(axis).collect(), drawn }
    }

    /// By point and judgement, what was drawn.
    pub fn drawn(&self, judgements: &[Judgement]) -> Vec<Vec<String>> {
        let written = |drawn: &Vec<Judged>| {
            drawn.iter().zip(judgements).map(|(judged, judgement)| judgement.spread.written(*judged)).collect()
        };
        self.drawn.iter().map(written).collect()
    }

    /// By judgement, how much it matters to the figure.
    pub fn indices(&self, figure: &Figure) -> Option<Vec<JudgementIndex>> {
        let (all, noise) = figure.variances();
        if all <= 0.0 || noise >= NOISY * all || self.drawn.len() < LEAST_POINTS {
            return None;
        }
        let (whole, parts) =
            (Part::new(figure, None), (0..SCRAMBLES).map(|it| Part::new(figure, Some(it))).collect::<Vec<_>>());
        self.axes.iter().map(|axis| axis.index(figure, &whole, &parts)).collect()
    }
}

/// A figure without the points of one scramble, or the whole of it.
struct Part {
    without: Option<usize>,
    mean: f64,
    count: f64,
    /// The variance over judgements; nothing if rounds account for all of it.
    variance: Option<f64>,
}

impl Part {
    fn new(figure: &Figure, without: Option<usize>) -> Self {
        let kept = || (0..figure.values.len()).filter(|point| Some(point % SCRAMBLES) != without);
        let part = Figure {
            values: kept().map(|point| figure.values[point]).collect(),
            noise: kept().map(|point| figure.noise[point]).collect(),
        };
        let (all, noise) = part.variances();
        let variance = (all > noise).then_some(all - noise);
        Self { without, mean: part.mean(), count: part.values.len() as f64, variance }
    }
}

impl Axis {
    fn index(&self, figure: &Figure, whole: &Part, parts: &[Part]) -> Option<JudgementIndex> {
        let whole = self.estimate(figure, whole)?;
        let without: Vec<f64> = parts.iter().map(|part| self.estimate(figure, part)).collect::<Option<_>>()?;
        let (n, centre) = (SCRAMBLES as f64, mean(&without));
        let squares: f64 = without.iter().map(|value| (value - centre) * (value - centre)).sum();
        let of_bin = |bin: usize| {
            let values: Vec<f64> = self.places(bin, None).map(|point| figure.values[point]).collect();
            mean(&values)
        };
        let count = self.bins.len();
        let (at_low, at_high) = match self.scores {
            Some(_) => (of_bin(0), of_bin(count - 1)),
            None => {
                let means = (0..count).filter(|&bin| self.places(bin, None).next().is_some()).map(of_bin);
                means.fold((1.0, 0.0), |(low, high): (f64, f64), mean| (low.min(mean), high.max(mean)))
            }
        };
        let slope = self.numbers.as_ref().and_then(|numbers| {
            let all: Vec<usize> = (0..numbers.len()).collect();
            line(&all, numbers, &figure.values).map(|line| line.slope)
        });
        Some(JudgementIndex {
            first_order: n * whole - (n - 1.0) * centre,
            reach: (T * ((n - 1.0) / n * squares).sqrt()).max(FLOOR),
            slope,
            at_low,
            at_high,
        })
    }

    /// The points in a bin, but for those of one scramble.
    fn places(&self, bin: usize, without: Option<usize>) -> impl Iterator<Item = usize> {
        self.bins[bin].iter().copied().filter(move |point| Some(point % SCRAMBLES) != without)
    }

    /// The variance along the lines as a share of that over judgements, in a part of the figure.
    fn estimate(&self, figure: &Figure, part: &Part) -> Option<f64> {
        let explained: f64 = (0..self.bins.len())
            .map(|bin| {
                let points: Vec<usize> = self.places(bin, part.without).collect();
                let values: Vec<f64> = points.iter().map(|&point| figure.values[point]).collect();
                let between = if points.is_empty() { 0.0 } else { mean(&values) - part.mean };
                let scores = self.scores.as_ref().filter(|_| points.len() > 2);
                let along =
                    scores.and_then(|scores| line(&points, scores, &figure.values)).map_or(0.0, |it| it.variance);
                points.len() as f64 * (between * between + along)
            })
            .sum();
        part.variance.map(|variance| explained / part.count / variance)
    }
}

/// A straight line through points.
struct Line {
    slope: f64,
    /// The variance of its heights at the points.
    variance: f64,
}

/// The line of least squares through these points; nothing if they do not differ in `x`.
fn line(points: &[usize], x: &[f64], y: &[f64]) -> Option<Line> {
    let n = points.len() as f64;
    let mean_of = |values: &[f64]| points.iter().map(|&point| values[point]).sum::<f64>() / n;
    let (x_mean, y_mean) = (mean_of(x), mean_of(y));
    let spread: f64 = points.iter().map(|&point| (x[point] - x_mean) * (x[point] - x_mean)).sum();
    let together: f64 = points.iter().map(|&point| (x[point] - x_mean) * (y[point] - y_mean)).sum();
    (spread > 0.0).then(|| Line { slope: together / spread, variance: together * together / spread / n })
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{ContinuousCDF, StudentsT};

    use super::*;

    #[test]
    fn intervals_are_those_of_students_t() {
        let t = StudentsT::new(0.0, 1.0, (SCRAMBLES - 1) as f64).unwrap().inverse_cdf(0.975);
        assert!((T - t).abs() < 1e-9, "{t}");
    }
}
