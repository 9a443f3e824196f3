//! Indices of games that are out of exact reach, estimated from random orders and random coalitions.
//!
//! Shapley and Shubik's index of a member is the share of all orders of the members in which the member is the pivot,
//! with whose joining the coalition wins: it is estimated by that share of random orders (J. Castro, D. Gómez and
//! J. Tejada, *Polynomial calculation of the Shapley value based on sampling*, Computers & Operations Research 36
//! (2009), <https://doi.org/10.1016/j.cor.2008.04.004>). Banzhaf's is estimated by the share of random coalitions,
//! everyone in or out by the toss of a coin, in which the member is a swing; the normalised one divides by the sum over
//! members, and its error is that of a ratio, to first order.
//!
//! Members whom the rule cannot tell apart have the mean of their estimates. Every number that is drawn has an address:
//! the seed, what it is for, the member's id and the number of the sample.

use super::game::Game;
use super::{Power, PowerErrors};
use crate::simulation::draws::{Sample, samples};

/// Orders that are drawn, and coalitions.
pub const SAMPLES: u64 = 100_000;

/// The indices by turn, if the member of each turn has this id.
pub fn estimate(game: &Game, ids: &[&str], seed: u64) -> Vec<Power> {
    let numbers = |what: Sample| ids.iter().map(|id| samples(seed, what, id)).collect::<Vec<_>>();
    let pivots = pivots(game, &numbers(Sample::Order));
    let swings = Swings::count(game, &numbers(Sample::Coalition));
    let mut sizes = vec![0_u64; ids.len()];
    (0..ids.len()).for_each(|turn| sizes[game.class(turn)] += 1);
    let of = |turn: usize| {
        let class = game.class(turn);
        swings.power(class, sizes[class] as f64, pivots[class])
    };
    (0..ids.len()).map(of).collect()
}

/// By class of members alike, the orders in which one of them is the pivot.
fn pivots(game: &Game, numbers: &[impl Fn(u64) -> u32]) -> Vec<u64> {
    let mut pivots = vec![0; numbers.len()];
    let mut order: Vec<(u32, usize)> = Vec::with_capacity(numbers.len());
    for sample in 0..SAMPLES {
        order.clear();
        order.extend(numbers.iter().enumerate().map(|(turn, number)| (number(sample), turn)));
        order.sort_unstable();
        let mut sums = vec![0; game.leaves()];
        if game.is_won(&sums) {
            continue;
        }
        let pivot = order.iter().find(|(_, turn)| {
            game.join(*turn, &mut sums);
            game.is_won(&sums)
        });
        if let Some(&(_, turn)) = pivot {
            pivots[game.class(turn)] += 1;
        }
    }
    pivots
}

/// Sums over random coalitions.
struct Swings {
    /// By class: the members of it who are swings, their square, and their product with all swings.
    of_class: Vec<[u64; 3]>,
    /// All swings, and their square.
    all: [u64; 2],
}

impl Swings {
    fn count(game: &Game, numbers: &[impl Fn(u64) -> u32]) -> Self {
        let mut sums = Self { of_class: vec![[0; 3]; numbers.len()], all: [0; 2] };
        let mut of_class = vec![0; numbers.len()];
        for sample in 0..SAMPLES {
            let is_in: Vec<bool> = numbers.iter().map(|number| number(sample) >> 31 == 1).collect();
            let mut coalition = vec![0; game.leaves()];
            (0..numbers.len()).filter(|&turn| is_in[turn]).for_each(|turn| game.join(turn, &mut coalition));
            let won = game.is_won(&coalition);
            of_class.fill(0);
            // Who is in can be missed only by a coalition that wins, and who is not can help only one that does not.
            for turn in (0..numbers.len()).filter(|&turn| is_in[turn] == won) {
                let mut other = coalition.clone();
                if won {
                    game.leave(turn, &mut other)
                } else {
                    game.join(turn, &mut other)
                }
                of_class[game.class(turn)] += u64::from(game.is_won(&other) != won);
            }
            let all: u64 = of_class.iter().sum();
            sums.all = [sums.all[0] + all, sums.all[1] + all * all];
            for (sums, &swings) in sums.of_class.iter_mut().zip(&of_class) {
                *sums = [sums[0] + swings, sums[1] + swings * swings, sums[2] + swings * all];
            }
        }
        sums
    }

    /// The power of each of `size` members of a class, one of whom is the pivot of so many orders.
    fn power(&self, class: usize, size: f64, pivots: u64) -> Power {
        const N: f64 = SAMPLES as f64;
        let [swings, squares, products] = self.of_class[class].map(|sum| sum as f64 / N);
        let [all, all_squares] = self.all.map(|sum| sum as f64 / N);
        let error = |variance: f64| (variance.max(0.0) / N).sqrt();
        let pivot = pivots as f64 / N;
        let banzhaf = if all > 0.0 { swings / size / all } else { 0.0 };
        let of_ratio = squares / (size * size) - 2.0 * banzhaf * products / size + banzhaf * banzhaf * all_squares;
        Power {
            banzhaf_absolute: swings / size,
            banzhaf,
            shapley_shubik: pivot / size,
            errors: Some(PowerErrors {
                banzhaf_absolute: error(squares - swings * swings) / size,
                banzhaf: if all > 0.0 { error(of_ratio) / all } else { 0.0 },
                shapley_shubik: error(pivot * (1.0 - pivot)) / size,
            }),
        }
    }
}
