//! Over several selections: mean scores with bootstrap intervals, and how often what was likely came true.

use super::{Forecaster, Score, Scored};
use crate::analysis::estimate::Proportion;
use crate::simulation::draws::{Sample, samples};

/// Selections from which on it can be told how reliable forecasts are, and differences of ordinary size are seen.
pub const ENOUGH: usize = 20;
/// Resamples of the selections.
const RESAMPLES: usize = 10_000;
/// Seed of the resamples: another one would change the intervals by no more than they are good for.
const SEED: u64 = 1;
/// Bounds between the classes of probabilities whose reliability is looked at.
const BOUNDS: [f64; 6] = [0.0, 0.05, 0.2, 0.5, 0.8, 1.0];

/// Mean scores under assumptions of one name.
#[derive(Debug, Clone, PartialEq)]
pub struct Means {
    /// Name of the assumption.
    pub assumption: String,
    /// Selections scored under it.
    pub selections: usize,
    /// By forecaster who says something about some of them, the simulation first.
    pub scores: Vec<MeanScore>,
    /// What came true of what the simulation gave a chance, class by class; none of too few selections.
    pub reliability: Option<Vec<Reliability>>,
}

/// What a forecaster reached on average.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanScore {
    /// Who.
    pub forecaster: Forecaster,
    /// Selections about which it says something.
    pub selections: usize,
    /// Mean log score.
    pub log_score: Averaged,
    /// Mean Brier score.
    pub brier: Averaged,
    /// Mean rank of the outcome that happened.
    pub rank: Averaged,
    /// Mean log score of the simulation about the same selections less the forecaster's; above 0 the simulation is better.
    /// None for the simulation itself.
    pub simulation_ahead: Option<Averaged>,
}

/// A mean over selections with its interval: the 2.5 % and 97.5 % points of the means of 10 000 resamples of the
/// selections, with replacement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Averaged {
    /// The mean.
    pub mean: f64,
    /// Lower bound; the mean itself if there is one selection.
    pub low: f64,
    /// Upper bound; the mean itself if there is one selection.
    pub high: f64,
}

/// What came true of outcomes that were given about the same chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reliability {
    /// The lowest chance, which belongs to the class.
    pub from: f64,
    /// The highest, which belongs to the next class unless it is 1.
    pub to: f64,
    /// The chance that they were given on average; none if there are none.
    pub given: Option<f64>,
    /// How many happened, out of all of them. The interval takes them for independent, which those of one selection are
    /// not.
    pub happened: Proportion,
}

/// The means under each name of an assumption, in the order in which they first come.
pub fn means(scored: &[Scored]) -> Vec<Means> {
    let mut names: Vec<&str> = Vec::new();
    for name in scored.iter().map(|scored| scored.assumption.as_str()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
        .into_iter()
        .map(|name| of(name, &scored.iter().filter(|it| it.assumption == name).collect::<Vec<_>>()))
        .collect()
}

fn of(assumption: &str, scored: &[&Scored]) -> Means {
    let scores = Forecaster::ALL.iter().filter_map(|&forecaster| mean_score(scored, forecaster));
    Means {
        assumption: assumption.to_owned(),
        selections: scored.len(),
        scores: scores.collect(),
        reliability: (scored.len() >= ENOUGH).then(|| reliability(scored)),
    }
}

fn mean_score(scored: &[&Scored], forecaster: Forecaster) -> Option<MeanScore> {
    let both = |it: &&Scored| Some((it.score(forecaster)?, it.score(Forecaster::Simulation)?));
    let pairs: Vec<(Score, Score)> = scored.iter().filter_map(both).collect();
    let mean = |of: fn(&(Score, Score)) -> f64| averaged(&pairs.iter().map(of).collect::<Vec<_>>());
    let ahead = match forecaster {
        Forecaster::Simulation => None,
        Forecaster::Judgements | Forecaster::Uniform | Forecaster::Leader | Forecaster::Shares => {
            Some(mean(|(score, simulation)| simulation.log_score - score.log_score)?)
        }
    };
    Some(MeanScore {
        forecaster,
        selections: pairs.len(),
        log_score: mean(|(score, _)| score.log_score)?,
        brier: mean(|(score, _)| score.brier)?,
        rank: mean(|(score, _)| score.rank)?,
        simulation_ahead: ahead,
    })
}

/// The mean of `values`; none if there are none.
fn averaged(values: &[f64]) -> Option<Averaged> {
    let n = values.len();
    let mean = |sum: f64| sum / n as f64;
    if n == 0 {
        return None;
    }
    let draw = samples(SEED, Sample::Selection, "");
    let one = |resample: usize| {
        let pick = |i: usize| ((u64::from(draw((resample * n + i) as u64)) * n as u64) >> 32) as usize;
        mean((0..n).filter_map(|i| values.get(pick(i))).sum())
    };
    let mut resampled: Vec<f64> = (0..RESAMPLES).map(one).collect();
    resampled.sort_unstable_by(f64::total_cmp);
    let beyond = RESAMPLES / 40;
    let at = |place: usize| resampled.get(place).copied().unwrap_or(f64::NAN);
    Some(Averaged { mean: mean(values.iter().sum()), low: at(beyond), high: at(RESAMPLES - 1 - beyond) })
}

fn reliability(scored: &[&Scored]) -> Vec<Reliability> {
    let chances = |it: &&Scored| {
        let forecast = it.forecasts.iter().find(|forecast| forecast.forecaster == Forecaster::Simulation);
        let chances = forecast.map_or(&[][..], |forecast| &forecast.probabilities);
        let actual = it.actual;
        chances.iter().enumerate().map(|(i, &p)| (p, i == actual)).collect::<Vec<_>>()
    };
    let all: Vec<(f64, bool)> = scored.iter().flat_map(chances).collect();
    let class = |bounds: &[f64; 2]| {
        let [from, to] = *bounds;
        let mine = all.iter().filter(|(p, _)| from <= *p && (*p < to || to >= 1.0));
        let (mut n, mut hits, mut sum) = (0, 0, 0.0);
        for (p, hit) in mine {
            n += 1;
            hits += u64::from(*hit);
            sum += p;
        }
        let given = (n > 0).then(|| sum / n as f64);
        Reliability { from, to, given, happened: Proportion::new(hits, n) }
    };
    BOUNDS.array_windows().map(class).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Forecast;
    use super::*;

    fn scored(assumption: &str, actual: usize, forecasts: &[(Forecaster, &[f64])]) -> Scored {
        let forecast = |(forecaster, probabilities): &(Forecaster, &[f64])| Forecast {
            forecaster: *forecaster,
            probabilities: probabilities.to_vec(),
        };
        Scored {
            scenario: "s.toml".to_owned(),
            title: String::new(),
            sha256: String::new(),
            assumption: assumption.to_owned(),
            decided: None,
            outcomes: vec![None; 2],
            actual,
            rounds: 1,
            seed: 1,
            forecasts: forecasts.iter().map(forecast).collect(),
        }
    }

    #[test]
    fn means_are_over_the_selections_about_which_a_forecaster_says_something() {
        let (simulation, uniform, leader) = (Forecaster::Simulation, Forecaster::Uniform, Forecaster::Leader);
        let all = [
            scored("stated", 0, &[(simulation, &[0.8, 0.2]), (uniform, &[0.5, 0.5]), (leader, &[0.6, 0.4])]),
            scored("stated", 1, &[(simulation, &[0.5, 0.5]), (uniform, &[0.5, 0.5])]),
            scored("free", 1, &[(simulation, &[0.9, 0.1])]),
        ];
        let means = means(&all);
        assert_eq!(
            means.iter().map(|it| (it.assumption.as_str(), it.selections)).collect::<Vec<_>>(),
            [("stated", 2), ("free", 1)]
        );
        let ln = |p: f64| (0.99 * p + 0.005).ln();
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        let [mine, equal, first] = &means[0].scores[..] else { panic!("{means:?}") };
        near(mine.log_score.mean, f64::midpoint(ln(0.8), ln(0.5)));
        near(mine.brier.mean, f64::midpoint(2.0 * 0.04, 0.5));
        near(mine.rank.mean, f64::midpoint(1.0, 1.5));
        assert_eq!((equal.selections, first.selections), (2, 1));
        near(equal.simulation_ahead.unwrap().mean, f64::midpoint(ln(0.8) - ln(0.5), 0.0));
        // Only where both say something.
        near(first.simulation_ahead.unwrap().mean, ln(0.8) - ln(0.6));
        let alone = means[1].scores[0].log_score;
        near(alone.low, alone.mean);
        near(alone.high, alone.mean);
        assert!(means.iter().all(|it| it.reliability.is_none()));
    }

    #[test]
    fn intervals_are_quantiles_of_resampled_means() {
        // The mean of n resampled zeros and ones is binomial: 10 of 20 at 1/2 have 5 of 20 and 14 or 15 of 20 at the ends.
        let values: Vec<f64> = (0..20).map(|i| f64::from(i % 2)).collect();
        let Averaged { mean, low, high } = averaged(&values).unwrap();
        assert_eq!(mean, 0.5);
        assert!([0.25, 0.3].contains(&low) && [0.7, 0.75].contains(&high), "{low} {high}");
        assert_eq!(averaged(&values), averaged(&values));
        assert_eq!(averaged(&[3.0; 7]), Some(Averaged { mean: 3.0, low: 3.0, high: 3.0 }));
        assert_eq!(averaged(&[]), None);
    }

    #[test]
    fn what_came_true_is_counted_class_by_class() {
        let all: Vec<Scored> = (0..20)
            .map(|i| scored("stated", usize::from(i % 4 == 0), &[(Forecaster::Simulation, &[0.8, 0.2])]))
            .chain([scored("stated", 1, &[(Forecaster::Simulation, &[0.0, 1.0])])])
            .collect();
        let found = means(&all)[0].reliability.clone().unwrap();
        let counts: Vec<_> = found.iter().map(|class| (class.happened.count, class.happened.rounds)).collect();
        assert_eq!(counts, [(0, 1), (0, 0), (5, 20), (0, 0), (16, 21)]);
        assert_eq!((found[1].given, found[0].given), (None, Some(0.0)));
        assert!((found[4].given.unwrap() - (20.0 * 0.8 + 1.0) / 21.0).abs() < 1e-12);
    }
}
