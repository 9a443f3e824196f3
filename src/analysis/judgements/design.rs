//! Where the judgements are drawn: independent scrambles of one Sobol' sequence, each a small sample of its own.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::model::{Judged, Judgement, Spread};
use crate::simulation::draws::id_key;

/// Scrambles of a design.
pub const SCRAMBLES: usize = 8;
/// What the number of points is a multiple of.
pub const POINTS_STEP: u64 = 32;
/// Points unless something else is asked for.
pub const POINTS: u64 = 256;
/// Most points.
pub const MAX_POINTS: u64 = 65_536;
/// Rounds simulated at each point.
pub const ROUNDS_PER_POINT: u64 = 1_000;

/// The normal score that leaves 5 % below it, but for its sign.
const TAIL: f64 = 1.644_853_626_951_472_2;

/// Where judgements are drawn, by point.
///
/// Point `j` is number `j / 8` of a Sobol' sequence in scramble `j mod 8`, so that the first points are as balanced as
/// all of them. The sequence has a dimension for each judgement, in the order of the file, and is scrambled as that of
/// [`Sobol`](crate::analysis::sweep::Design::Sobol), by the seed and the number of the scramble.
#[derive(Debug, Clone, Copy)]
pub struct Drawing {
    seed: u64,
}

/// A coordinate of a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coordinate {
    /// The share of possible values below it, in `(0, 1)`.
    pub share: f64,
    /// Where it lies: a normal score, of a judgement with ends the share.
    pub score: f64,
}

impl Drawing {
    /// That of a seed.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// What is drawn at `point`, by judgement.
    pub fn at(&self, point: u64, judgements: &[Judgement]) -> Vec<Judged> {
        let drawn = self.coordinates(point, judgements).zip(judgements);
        drawn.map(|(coordinate, judgement)| coordinate.drawn(&judgement.spread)).collect()
    }

    /// Where `point` lies, by judgement.
    pub fn coordinates(&self, point: u64, judgements: &[Judgement]) -> impl Iterator<Item = Coordinate> {
        let (number, scramble) = (point / SCRAMBLES as u64, point % SCRAMBLES as u64);
        let seed = id_key(&format!("judgements {} {scramble}", self.seed)) as u32;
        judgements.iter().zip(0..).map(move |(judgement, dimension)| {
            // In the middle of the step of the sequence's single precision: neither 0 nor 1.
            let share = f64::from(sobol_burley::sample(number as u32, dimension, seed)) + 2f64.powi(-25);
            let score = match &judgement.spread {
                Spread::Normal { .. } | Spread::LogNormal { .. } => normal_score(share),
                Spread::Uniform { .. } | Spread::OneOf(_) => share,
            };
            Coordinate { share, score }
        })
    }
}

impl Coordinate {
    /// What is drawn there for a judgement.
    pub fn drawn(self, spread: &Spread) -> Judged {
        let Self { share, score } = self;
        let normal = |low: f64, high: f64| low.midpoint(high) + (high - low) / (2.0 * TAIL) * score;
        match spread {
            Spread::Normal { low, high } => Judged::Number(normal(*low, *high)),
            Spread::LogNormal { low, high } => Judged::Number(libm::exp(normal(libm::log(*low), libm::log(*high)))),
            Spread::Uniform { low, high } => Judged::Number(low + share * (high - low)),
            Spread::OneOf(values) => Judged::Choice(((share * values.len() as f64) as usize).min(values.len() - 1)),
        }
    }
}

/// The standard normal number below which this share lies, to six decimals, so that machines whose logarithms differ in
/// the last digit have the same.
fn normal_score(share: f64) -> f64 {
    const PARTS: f64 = 1e6;
    (Normal::standard().inverse_cdf(share) * PARTS).round() / PARTS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judgement(spread: Spread) -> Judgement {
        let (name, note, paths) = ("j".to_owned(), String::new(), Vec::new());
        Judgement { name, note, acts: crate::model::Acts::Set, paths, spread }
    }

    #[test]
    fn nine_in_ten_are_within_the_interval() {
        let judgements = [
            Spread::Normal { low: -1.0, high: 3.0 },
            Spread::LogNormal { low: 0.5, high: 2.0 },
            Spread::Uniform { low: 0.0, high: 1.0 },
            Spread::OneOf(vec!["a".into(), "b".into(), "c".into()]),
        ]
        .map(judgement);
        let points: Vec<_> = (0..512).map(|point| Drawing::new(7).at(point, &judgements)).collect();
        for (index, (low, high)) in [(-1.0, 3.0), (0.5, 2.0), (0.05, 0.95)].into_iter().enumerate() {
            let below = |bar: f64| points.iter().filter(|point| point[index].number() < Some(bar)).count();
            // Of 64 points in each scramble 3 or 4 are among the first twentieth.
            assert!((24..=32).contains(&below(low)), "{} below {low}", below(low));
            assert!((480..=488).contains(&below(high)), "{} below {high}", below(high));
        }
        for choice in 0..3 {
            let count = points.iter().filter(|point| point[3] == Judged::Choice(choice)).count();
            assert!((165..=177).contains(&count), "{count}");
        }
        let middle: Vec<f64> = points.iter().filter_map(|point| point[0].number()).collect();
        assert!((middle.iter().sum::<f64>() / 512.0 - 1.0).abs() < 0.01);
    }

    /// Published ranges depend on these numbers.
    #[test]
    fn draws_are_stable_and_differ_by_scramble_and_seed() {
        let judgements =
            [judgement(Spread::Uniform { low: 0.0, high: 1.0 }), judgement(Spread::Normal { low: 0.0, high: 1.0 })];
        let drawn = |seed: u64, point: u64| -> Vec<String> {
            let at = Drawing::new(seed).at(point, &judgements);
            at.iter().zip(&judgements).map(|(judged, judgement)| judgement.spread.written(*judged)).collect()
        };
        insta::assert_snapshot!(
            (0..3).map(|point| drawn(1, point).join(" ")).collect::<Vec<_>>().join("; "),
            @"0.254235 0.270137; 0.629297 0.22906; 0.81381 0.275326"
        );
        assert_ne!(drawn(1, 0), drawn(2, 0));
        assert_ne!(drawn(1, 0), drawn(1, 8));
    }
}
