//! Ranges and indices on figures whose distribution over judgements is known.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use statrs::distribution::{ContinuousCDF, Normal};

use super::figure::{Figure, QUANTILES};
use super::indices::Coordinates;
use super::{Drawing, JudgementIndex, POINTS, ROUNDS_PER_POINT};
use crate::analysis::judgements::Spreading;
use crate::model::{Acts, Judgement, Spread};

const SEEDS: u64 = 200;

fn judgements(spreads: &[Spread]) -> Vec<Judgement> {
    let judgement = |spread: &Spread| Judgement {
        name: "j".to_owned(),
        note: String::new(),
        acts: Acts::Set,
        paths: Vec::new(),
        spread: spread.clone(),
    };
    spreads.iter().map(judgement).collect()
}

/// What is counted at the points if an outcome has probability `p` of what is drawn.
fn counted(seed: u64, judgements: &[Judgement], p: impl Fn(&[f64]) -> f64) -> Figure {
    let drawing = Drawing::new(seed);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let counts: Vec<(u64, u64)> = (0..POINTS)
        .map(|point| {
            let drawn: Vec<f64> = drawing.at(point, judgements).iter().filter_map(|judged| judged.number()).collect();
            let p = p(&drawn);
            ((0..ROUNDS_PER_POINT).filter(|_| rng.random::<f64>() < p).count() as u64, ROUNDS_PER_POINT)
        })
        .collect();
    Figure::share(counts.into_iter())
}

/// The chance that a normal view with this mean and deviation 1 is not negative: one ballot, one uncertain support.
fn accepts(mean: f64) -> f64 {
    Normal::standard().cdf(mean)
}

/// One ballot with one uncertain support: the probability has the quantiles of the support, as it rises with it.
#[test]
fn ranges_are_those_of_the_closed_form() {
    let normal = |share: f64| Normal::standard().inverse_cdf(share);
    for (low, high) in [(-1.0, 1.0), (-0.2, 1.5), (1.0, 3.0)] {
        let judgements = judgements(&[Spread::Normal { low, high }]);
        let of = |share: f64| accepts((low + high) / 2.0 + (high - low) / 2.0 / normal(0.95) * normal(share));
        let mut off = [0.0_f64; 5];
        for seed in 0..SEEDS {
            let Spreading { quantiles, .. } = counted(seed, &judgements, |drawn| accepts(drawn[0])).spreading(0.0, 1.0);
            for (off, (found, share)) in off.iter_mut().zip(quantiles.iter().zip(QUANTILES)) {
                *off += (found - of(share)).abs() / SEEDS as f64;
            }
        }
        assert!(off[2] <= 0.01, "median of {low}..{high}: off by {} on average", off[2]);
        assert!(off[0] <= 0.02 && off[4] <= 0.02, "ends of {low}..{high}: off by {off:?} on average");
    }
}

/// With several judgements the ends have a standard error of about an eighth of the range's standard deviation.
#[test]
fn ends_are_as_uncertain_as_is_said() {
    let judgements = judgements(&vec![Spread::Normal { low: -1.0, high: 1.0 }; 6]);
    let sum = |drawn: &[f64]| drawn.iter().sum::<f64>() * 0.05 + 0.5;
    let ends: Vec<f64> =
        (0..SEEDS).map(|seed| counted(seed, &judgements, sum).spreading(0.0, 1.0).quantiles[4]).collect();
    let mean = ends.iter().sum::<f64>() / SEEDS as f64;
    let error = (ends.iter().map(|end| (end - mean) * (end - mean)).sum::<f64>() / SEEDS as f64).sqrt();
    let deviation = 0.05 * 6_f64.sqrt() / 1.644_853_6;
    assert!((0.05..0.16).contains(&(error / deviation)), "{}", error / deviation);
    assert!((mean - (0.5 + 1.644_853_6 * deviation)).abs() < 0.01, "{mean}");
}

/// A figure that no judgement moves has no range, however few the rounds: what they add is taken away.
#[test]
fn rounds_alone_make_no_range() {
    let judgements = judgements(&[Spread::Normal { low: -1.0, high: 1.0 }]);
    let mut width = 0.0;
    for seed in 0..SEEDS {
        let Spreading { quantiles, noise_share, .. } = counted(seed, &judgements, |_| 0.5).spreading(0.0, 1.0);
        assert!(noise_share > 0.7, "{noise_share}");
        width += (quantiles[4] - quantiles[0]) / SEEDS as f64;
    }
    // What is counted ranges over 3.3 standard deviations of 0.0158.
    assert!(width < 0.015, "{width}");
}

struct Case {
    spreads: Vec<Spread>,
    p: fn(&[f64]) -> f64,
    /// By judgement.
    indices: Vec<f64>,
}

fn cases() -> Vec<Case> {
    let uniform = || Spread::Uniform { low: 0.0, high: 1.0 };
    let normal = |half: f64| Spread::Normal { low: -half, high: half };
    let linear: Vec<f64> = [1.0, 0.25, 0.04, 0.0].map(|square| square / 1.29).to_vec();
    vec![
        // Var(E(xy|x)) = 1/48 of Var(xy) = 7/144, and a third that does nothing.
        Case { spreads: vec![uniform(); 3], p: |x| x[0] * x[1], indices: vec![3.0 / 7.0, 3.0 / 7.0, 0.0] },
        Case { spreads: vec![uniform(), uniform()], p: |x| 0.2 + 0.5 * x[0], indices: vec![1.0, 0.0] },
        Case {
            spreads: vec![normal(0.16), normal(0.08), normal(0.032), normal(1.0)],
            p: |x| (0.4 + x[0] + x[1] + x[2]).clamp(0.0, 1.0),
            indices: linear,
        },
    ]
}

#[test]
fn intervals_of_indices_cover_what_is_known() {
    for Case { spreads, p, indices } in cases() {
        let judgements = judgements(&spreads);
        let mut covered = vec![0_u32; indices.len()];
        let mut off = vec![0.0; indices.len()];
        for seed in 0..SEEDS {
            let figure = counted(seed, &judgements, p);
            let found = Coordinates::new(seed, POINTS as usize, &judgements).indices(&figure).unwrap();
            for (number, (JudgementIndex { first_order, reach, .. }, known)) in found.iter().zip(&indices).enumerate() {
                covered[number] += u32::from((first_order - known).abs() <= *reach);
                off[number] += (first_order - known) / SEEDS as f64;
            }
        }
        let shares: Vec<f64> = covered.iter().map(|&count| f64::from(count) / SEEDS as f64).collect();
        assert!(shares.iter().all(|&share| share >= 0.9), "{shares:?} of {indices:?}");
        assert!(off.iter().all(|off| off.abs() < 0.01), "{off:?} on average of {indices:?}");
    }
}

#[test]
fn signs_and_values_of_words_are_told() {
    let words = Spread::OneOf(vec!["a".into(), "b".into()]);
    let judgements = judgements(&[Spread::Uniform { low: 0.0, high: 1.0 }, words]);
    let drawing = Drawing::new(3);
    let counts = (0..POINTS).map(|point| {
        let drawn = drawing.at(point, &judgements);
        let crate::model::Judged::Choice(word) = drawn[1] else { panic!("{drawn:?}") };
        let p = 0.5 - 0.3 * drawn[0].number().unwrap() + 0.2 * word as f64;
        ((p * ROUNDS_PER_POINT as f64) as u64, ROUNDS_PER_POINT)
    });
    let figure = Figure::share(counts);
    let found = Coordinates::new(3, POINTS as usize, &judgements).indices(&figure).unwrap();
    let slope = found[0].slope.unwrap();
    assert!((slope + 0.3).abs() < 0.02 && found[0].at_low > found[0].at_high + 0.2, "{found:?}");
    assert_eq!(found[1].slope, None);
    assert!((found[1].at_high - found[1].at_low - 0.2).abs() < 0.02, "{found:?}");
    // Of variances 0.0075 and 0.01.
    assert!((found[1].first_order - 4.0 / 7.0).abs() < 0.05, "{found:?}");
}

#[test]
fn what_does_not_vary_has_no_indices() {
    let judgements = judgements(&[Spread::Uniform { low: 0.0, high: 1.0 }]);
    let coordinates = Coordinates::new(1, POINTS as usize, &judgements);
    assert_eq!(coordinates.indices(&Figure::share((0..POINTS).map(|_| (300, 1000)))), None);
    assert_eq!(coordinates.indices(&counted(1, &judgements, |_| 0.3)), None, "only chance");
}
