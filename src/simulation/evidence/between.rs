//! Noise that is known to lie between two bounds.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use crate::model::Noise;
use crate::simulation::draws::{Sequence, Taken};
use crate::simulation::noise::{EULER_GAMMA, SQRT_3, SQRT_6, shock, standardise};
use crate::simulation::normal::standard_normal;
use crate::simulation::simd::{Level, for_every_level};

/// Least probability of a range in which quantiles of 32 random bits are fine enough.
const COMMON: f64 = 1.0 / 1024.0;

/// A range of noise, in standard deviations, and the chance to be below it, within it and above it.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// The three chances.
    pub chances: [f64; 3],
}

/// Noise of this kind given that it lies in a range. Where that has no probability in double precision it is the end that
/// is nearer to 0.
pub fn between(kind: Noise, range: &Range, numbers: &mut Sequence) -> f64 {
    if kind != Noise::Normal {
        return quantile_between(kind, range, numbers);
    }
    let Range { low, high, chances: [below, within, above] } = *range;
    // On the side on which probabilities keep their digits.
    let (low, high, from, sign) = if turns(low, high) { (-high, -low, above, -1.0) } else { (low, high, below, 1.0) };
    if within > COMMON {
        return held(standard_normal(first_bits(from, within, numbers.bits())), [low, high], sign);
    }
    sign * rejected(low, high, numbers)
}

/// Whether normal noise in this range is drawn with the other sign.
#[inline(always)]
fn turns(low: f64, high: f64) -> bool {
    low + high > 0.0
}

/// The first 32 bits of a probability, as far above `from` as these random bits say.
#[inline(always)]
fn first_bits(from: f64, within: f64, random: u64) -> u32 {
    // A number from 1 to 2 has the digits of a probability in its last 52 bits.
    let one_to_two = f64::from_bits(ONE | random >> 12);
    let p = from + (one_to_two - (1.0 - f64::EPSILON / 2.0)) * within;
    (((1.0 + p.min(1.0 - 1.0 / 4_294_967_296.0)).to_bits() >> 20) & 0xffff_ffff) as u32
}

/// A normal within a range, which rounding cannot take out of it.
#[inline(always)]
fn held(normal: f32, [low, high]: [f64; 2], sign: f64) -> f64 {
    sign * f64::from(normal).max(low).min(high)
}

/// The bits of 1.
const ONE: u64 = 0x3ff0_0000_0000_0000;

/// Members whose noise is drawn in one go: as many as processors like.
pub const ROW: usize = 8;
/// A number for each of them.
type Row = [f64; ROW];

/// New noise of several members, drawn together.
#[derive(Debug)]
pub struct Batch {
    level: Level,
    /// Of how many members answers are known.
    known: usize,
    bits: Vec<u32>,
    normals: Vec<f32>,
    sides: Vec<Sides>,
    noise: Vec<f64>,
}

/// Where the normals of a row lie, and their signs: see [`turns`].
#[derive(Debug, Clone, Copy, Default)]
struct Sides {
    low: Row,
    high: Row,
    sign: Row,
}

impl Batch {
    /// Of so many, of whom the first answered.
    pub fn new(level: Level, known: usize, members: usize) -> Self {
        let rows = known.div_ceil(ROW);
        let room = rows * ROW + members - known;
        let sides = vec![Sides::default(); rows];
        Self { level, known, bits: vec![0; room], normals: vec![0.0; room], sides, noise: vec![0.0; room] }
    }

    /// Where the noise of each member stands in what is drawn.
    pub fn places(&self) -> impl Iterator<Item = usize> + use<> {
        (0..self.known).chain(self.sides.len() * ROW..self.noise.len())
    }

    /// Normal noise. The first members gave these answers (0 encourages, 1 objects, 2 neither): they object below `low` and
    /// encourage from `high`, and had these chances. Of the others nothing is known. Answers and the rest fill the room, a
    /// multiple of [`ROW`].
    pub fn draw(
        &mut self,
        answers: &[u8],
        bounds: [&[f64]; 2],
        chances: [&[f64]; 3],
        numbers: &mut Sequence,
    ) -> &[f64] {
        let (room, random) = (self.sides.len() * ROW, numbers.take(self.known));
        let (bounds, chances_of) = (bounds.map(|of| of.as_chunks().0), chances.map(|of| of.as_chunks().0));
        let mut has_rare = false;
        let rows = answers.as_chunks().0.iter().zip(&mut self.sides).zip(self.bits.as_chunks_mut().0);
        for (row, ((answers, sides), bits)) in rows.enumerate() {
            let (bounds, random) = (bounds.map(|of| &of[row]), random.after(row * ROW));
            has_rare |= take_sides(self.level, answers, bounds, chances_of.map(|of| &of[row]), random, sides, bits);
        }
        self.bits[room..].fill_with(|| numbers.half());
        standardise(self.level, Noise::Normal, &self.bits, &mut self.normals);
        let (noise, others) = self.noise.split_at_mut(room);
        let rows = noise.as_chunks_mut().0.iter_mut().zip(self.normals.as_chunks().0);
        for ((noise, normals), sides) in rows.zip(&self.sides) {
            hold(self.level, normals, sides, noise);
        }
        let rest = others.iter_mut().zip(&self.normals[room..]);
        rest.for_each(|(noise, normal)| *noise = f64::from(*normal));
        if has_rare {
            for (place, &answer) in answers[..self.known].iter().enumerate() {
                let (sides, at) = (&self.sides[place / ROW], place % ROW);
                // Without noise to come there may be no range.
                if chances[usize::from(answer)][place] <= COMMON && sides.low[at] < sides.high[at] {
                    self.noise[place] = sides.sign[at] * rejected(sides.low[at], sides.high[at], numbers);
                }
            }
        }
        &self.noise
    }

    /// Noise of one member after the other, however it is drawn.
    pub fn draw_each(&mut self, mut draw: impl FnMut(usize) -> f64) -> &[f64] {
        for (member, at) in self.places().enumerate() {
            self.noise[at] = draw(member);
        }
        &self.noise
    }
}

/// One of two numbers each, the first where the mask is all ones. Compilers find no wide form of the same with `if`.
#[inline(always)]
fn choose(mask: [u64; ROW], yes: Row, no: Row) -> Row {
    each(|i| f64::from_bits(yes[i].to_bits() & mask[i] | no[i].to_bits() & !mask[i]))
}

/// All ones where something holds.
#[inline(always)]
fn mask(holds: impl Fn(usize) -> bool) -> [u64; ROW] {
    each(|i| u64::from(holds(i)).wrapping_neg())
}

/// A row of what is given for each place.
#[inline(always)]
fn each<T: Copy + Default>(of: impl Fn(usize) -> T) -> [T; ROW] {
    let mut row = [T::default(); ROW];
    row.iter_mut().enumerate().for_each(|(i, it)| *it = of(i));
    row
}

for_every_level! {
    /// Where noise lies that is behind these answers, and the bits of it; whether one of them had little chance.
    fn take_sides(
        answers: &[u8; ROW],
        bounds: [&Row; 2],
        chances: [&Row; 3],
        random: Taken,
        sides: &mut Sides,
        bits: &mut [u32; ROW],
    ) -> bool {
        let ([low, high], [encourages, objects, neither]) = (bounds.map(|of| *of), chances.map(|of| *of));
        let (is_for, is_against) = (mask(|i| answers[i] == 0), mask(|i| answers[i] == 1));
        let of_answer = |encouraging, objecting, silent| choose(is_for, encouraging, choose(is_against, objecting, silent));
        let from = of_answer(high, [f64::NEG_INFINITY; ROW], low);
        let to = of_answer([f64::INFINITY; ROW], low, high);
        let below = of_answer(objects, [0.0; ROW], objects);
        let within = of_answer(encourages, objects, neither);
        let above = of_answer([0.0; ROW], encourages, encourages);
        let turns = mask(|i| turns(from[i], to[i]));
        sides.low = choose(turns, to.map(|to| -to), from);
        sides.high = choose(turns, from.map(|from| -from), to);
        sides.sign = choose(turns, [-1.0; ROW], [1.0; ROW]);
        let from = choose(turns, above, below);
        *bits = each(|i| first_bits(from[i], within[i], random.bits(i)));
        within.iter().fold(false, |rare, &within| rare | (within <= COMMON))
    }
}

for_every_level! {
    /// Normals where they lie.
    fn hold(normals: &[f32; ROW], sides: &Sides, noise: &mut Row) {
        *noise = each(|i| held(normals[i], [sides.low[i], sides.high[i]], sides.sign[i]));
    }
}

/// Noise of a kind whose quantiles have a closed form, given that it lies in a range.
fn quantile_between(kind: Noise, range: &Range, numbers: &mut Sequence) -> f64 {
    let Range { low, high, chances: [below, within, above] } = *range;
    let u = numbers.uniform() * within;
    let x = if low > 0.0 { quantile_above(kind, above + u) } else { quantile(kind, below + u) };
    // A bound that is not finite has no meaning for what has no probability.
    if x.is_finite() { x.clamp(low, high) } else { low.max(high.min(0.0)) }
}

/// Noise of this kind, whatever it is.
pub fn free(kind: Noise, numbers: &mut Sequence) -> f64 {
    f64::from(shock(kind, numbers.half()))
}

/// A standard normal far below 0, or within a narrow range: proposals that fall exponentially from the upper bound, or are
/// uniform if that is above 0 (Robert, *Simulation of truncated normal variables*, 1995,
/// <https://doi.org/10.1007/BF00143942>).
fn rejected(low: f64, high: f64, numbers: &mut Sequence) -> f64 {
    let (width, rate) = (high - low, -high);
    loop {
        if rate <= 0.0 {
            let x = low + width * numbers.uniform();
            if numbers.uniform() < libm::exp(-x * x / 2.0) {
                return x;
            }
            continue;
        }
        // Of a proposal's chance to be farther than `width` from the bound.
        let beyond = -libm::expm1(-rate * width);
        let back = -libm::log1p(-numbers.uniform() * beyond) / rate;
        if numbers.uniform() < libm::exp(-back * back / 2.0) {
            return (high - back).max(low);
        }
    }
}

/// What noise of this kind is below with probability `p`.
fn quantile(kind: Noise, p: f64) -> f64 {
    match kind {
        Noise::Normal => f64::from(standard_normal((p * 4_294_967_296.0) as u32)),
        Noise::Logistic => SQRT_3 / PI * (libm::log(p) - libm::log1p(-p)),
        Noise::Gumbel => SQRT_6 / PI * (-libm::log(-libm::log(p)) - EULER_GAMMA),
        Noise::Laplace if p < 0.5 => libm::log(2.0 * p) * FRAC_1_SQRT_2,
        Noise::Laplace => -libm::log(2.0 * (1.0 - p)) * FRAC_1_SQRT_2,
        Noise::Uniform => SQRT_3 * (2.0 * p - 1.0),
    }
}

/// What noise of this kind is above with probability `p`.
fn quantile_above(kind: Noise, p: f64) -> f64 {
    match kind {
        Noise::Gumbel => SQRT_6 / PI * (-libm::log(-libm::log1p(-p)) - EULER_GAMMA),
        Noise::Normal | Noise::Logistic | Noise::Laplace | Noise::Uniform => -quantile(kind, p),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::draws::Purpose;
    use crate::simulation::noise::{above, cdf};

    fn range(kind: Noise, low: f64, high: f64) -> Range {
        let within =
            if low + high > 0.0 { above(kind, low) - above(kind, high) } else { cdf(kind, high) - cdf(kind, low) };
        Range { low, high, chances: [cdf(kind, low), within, above(kind, high)] }
    }

    /// The share of draws below the middle of the range, beside its probability: 20,000 draws, 5.5 standard deviations.
    #[test]
    fn draws_follow_the_distribution_between_the_bounds() {
        let mut numbers = Sequence::new(3, Purpose::Particles, 1, 0, 0);
        let infinite = f64::INFINITY;
        let ranges = [
            (-infinite, infinite),
            (-infinite, -0.5),
            (0.3, infinite),
            (-0.2, 0.9),
            (3.4, infinite),
            (-infinite, -8.0),
            (9.0, 9.5),
            (0.100, 0.1001),
            (-0.0002, 0.0004),
            (-7.0, -3.0),
        ];
        for &kind in Noise::ALL {
            for (low, high) in ranges {
                let share = |from: f64, to: f64| range(kind, from, to).chances[1];
                let (from, to) = (low.max(-40.0), high.min(40.0));
                if share(low, high) <= 0.0 {
                    continue;
                }
                // By bisection: where half of it is.
                let (mut a, mut b) = (from, to);
                for _ in 0..200 {
                    let middle = f64::midpoint(a, b);
                    if share(low, middle) < share(low, high) / 2.0 { a = middle } else { b = middle }
                }
                let draws = 20_000;
                let mut below = 0.0;
                for _ in 0..draws {
                    let x = between(kind, &range(kind, low, high), &mut numbers);
                    assert!(low <= x && x <= high, "{kind:?} {low} {high}: {x}");
                    below += if x < a { 1.0 } else { 0.0 };
                }
                let z = (below - f64::from(draws) / 2.0) / (f64::from(draws) / 4.0).sqrt();
                assert!(z.abs() < 5.5, "{kind:?} {low} {high}: {z}");
            }
        }
    }

    #[test]
    fn what_has_no_probability_is_still_within_its_bounds() {
        let mut numbers = Sequence::new(3, Purpose::Particles, 2, 0, 0);
        for &kind in Noise::ALL {
            for (low, high) in [(60.0, f64::INFINITY), (f64::NEG_INFINITY, -60.0), (50.0, 51.0)] {
                let x = between(kind, &range(kind, low, high), &mut numbers);
                assert!(low <= x && x <= high && x.is_finite(), "{kind:?} {low} {high}: {x}");
            }
        }
    }

    /// Members of whom something is known, and two of whom nothing is; the last known answer is a rare one.
    #[test]
    fn noise_drawn_together_is_that_drawn_one_by_one() {
        let infinite = f64::INFINITY;
        // The rest is room.
        let bounds =
            [(-0.5, 0.7), (0.2, 1.9), (-1.5, -0.4), (0.1, 0.4), (-4.5, 1.0), (-1.0, 1.0), (-1.0, 1.0), (-1.0, 1.0)];
        let answers = [0, 1, 2, 2, 1, 2, 2, 2];
        let [low, high] = [bounds.map(|(low, _)| low), bounds.map(|(_, high)| high)];
        let chance = |at: usize, answer: usize| {
            let (low, high) = bounds[at];
            let ends = [(high, infinite), (-infinite, low), (low, high)][answer];
            range(Noise::Normal, ends.0, ends.1)
        };
        let chances = [0, 1, 2].map(|answer| [0, 1, 2, 3, 4, 5, 6, 7].map(|at| chance(at, answer).chances[1]));
        for level in Level::all() {
            let sequence = || Sequence::new(5, Purpose::Particles, 1, 0, 0);
            let (mut together, mut alone) = (sequence(), sequence());
            let mut batch = Batch::new(level, 5, 7);
            assert_eq!(batch.places().collect::<Vec<_>>(), [0, 1, 2, 3, 4, 8, 9]);
            for _ in 0..20 {
                let drawn = batch.draw(&answers, [&low, &high], chances.each_ref().map(|of| &of[..]), &mut together);
                let mut numbers = alone.clone();
                for at in 0..4 {
                    let range = chance(at, usize::from(answers[at]));
                    assert_eq!(drawn[at], between(Noise::Normal, &range, &mut numbers), "{level:?} {at}");
                }
                assert!(drawn[4] <= -4.5 && drawn[4].is_finite());
                numbers.bits();
                assert_eq!(drawn[8], free(Noise::Normal, &mut numbers));
                assert_eq!(drawn[9], free(Noise::Normal, &mut numbers));
                alone = together.clone();
            }
        }
    }
}
