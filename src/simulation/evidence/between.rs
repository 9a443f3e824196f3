//! Noise that is known to lie between two bounds.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use crate::model::Noise;
use crate::simulation::draws::Sequence;
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
    let side = Side::new(range.low, range.high, range.chances);
    if range.chances[1] > COMMON {
        return side.held(standard_normal(side.bits(range.chances[1], numbers.bits())));
    }
    side.sign * rejected(side.low, side.high, numbers)
}

/// A range of normal noise, turned to the side on which probabilities keep their digits.
#[derive(Debug, Clone, Copy)]
struct Side {
    low: f64,
    high: f64,
    /// The chance to be below it.
    from: f64,
    sign: f64,
}

impl Side {
    #[inline(always)]
    fn new(low: f64, high: f64, [below, _, above]: [f64; 3]) -> Self {
        let turns = low + high > 0.0;
        Self {
            low: if turns { -high } else { low },
            high: if turns { -low } else { high },
            from: if turns { above } else { below },
            sign: if turns { -1.0 } else { 1.0 },
        }
    }

    /// The first 32 bits of a probability within the range, of these random bits.
    #[inline(always)]
    fn bits(&self, within: f64, random: u64) -> u32 {
        // A number from 1 to 2 has the digits of a probability in its last 52 bits.
        let one_to_two = f64::from_bits(ONE | random >> 12);
        let p = self.from + (one_to_two - (1.0 - f64::EPSILON / 2.0)) * within;
        (((1.0 + p.min(1.0 - 1.0 / 4_294_967_296.0)).to_bits() >> 20) & 0xffff_ffff) as u32
    }

    /// A normal within the range, which rounding cannot take out of it.
    #[inline(always)]
    fn held(&self, normal: f32) -> f64 {
        self.sign * f64::from(normal).max(self.low).min(self.high)
    }
}

/// The bits of 1.
const ONE: u64 = 0x3ff0_0000_0000_0000;

/// New noise of several members, drawn together.
#[derive(Debug)]
pub struct Batch {
    level: Level,
    random: Vec<u64>,
    bits: Vec<u32>,
    normals: Vec<f32>,
    /// Where the normals lie, and their signs: see [`Side`].
    low: Vec<f64>,
    high: Vec<f64>,
    sign: Vec<f64>,
    noise: Vec<f64>,
}

impl Batch {
    /// Of so many.
    pub fn new(level: Level, members: usize) -> Self {
        // As many as processors like.
        let room = members.next_multiple_of(16);
        Self {
            level,
            random: vec![0; members],
            bits: vec![0; room],
            normals: vec![0.0; room],
            low: vec![f64::NEG_INFINITY; members],
            high: vec![f64::INFINITY; members],
            sign: vec![1.0; members],
            noise: vec![0.0; members],
        }
    }

    /// Normal noise. The first members gave these answers (0 encourages, 1 objects, 2 neither): they object below `low` and
    /// encourage from `high`, and had these chances. Of the others nothing is known. All draws of a batch are of as many answers.
    pub fn draw(
        &mut self,
        answers: &[u8],
        [low, high]: [&[f64]; 2],
        chances: [&[f64]; 3],
        numbers: &mut Sequence,
    ) -> &[f64] {
        self.random.fill_with(|| numbers.bits());
        let known = answers.len();
        let ends = [&mut self.low, &mut self.high, &mut self.sign].map(|of| &mut of[..known]);
        let (random, bits) = (&self.random[..known], &mut self.bits[..known]);
        take_sides(self.level, answers, [low, high], chances, random, ends, bits);
        let others = self.bits[known..].iter_mut().zip(&self.random[known..]);
        others.for_each(|(bits, random)| *bits = (random >> 32) as u32);
        standardise(self.level, Noise::Normal, &self.bits, &mut self.normals);
        let held = self.low.iter().zip(&self.high).zip(&self.sign).zip(&self.normals);
        for (noise, (((&low, &high), &sign), &normal)) in self.noise.iter_mut().zip(held) {
            *noise = Side { low, high, from: 0.0, sign }.held(normal);
        }
        for (place, &answer) in answers.iter().enumerate() {
            let [low, high] = [self.low[place], self.high[place]];
            // Without noise to come there may be no range.
            if chances[usize::from(answer)][place] <= COMMON && low < high {
                self.noise[place] = self.sign[place] * rejected(low, high, numbers);
            }
        }
        &self.noise
    }

    /// Noise by place, however it is drawn.
    pub fn draw_each(&mut self, draw: impl FnMut(usize) -> f64) -> &[f64] {
        let places = 0..self.noise.len();
        self.noise.clear();
        self.noise.extend(places.map(draw));
        &self.noise
    }
}

for_every_level! {
    /// Where noise lies that is behind these answers, and the bits of it.
    fn take_sides(
        answers: &[u8],
        bounds: [&[f64]; 2],
        chances: [&[f64]; 3],
        random: &[u64],
        ends: [&mut [f64]; 3],
        bits: &mut [u32],
    ) {
        let n = answers.len();
        let ([low, high], [ends_low, ends_high, sign]) = (bounds.map(|of| &of[..n]), ends.map(|of| &mut of[..n]));
        let ([encourages, objects, neither], random) = (chances.map(|of| &of[..n]), &random[..n]);
        let bits = &mut bits[..n];
        for i in 0..n {
            let (is_for, is_against) = (answers[i] == 0, answers[i] == 1);
            let from = if is_for { high[i] } else if is_against { f64::NEG_INFINITY } else { low[i] };
            let to = if is_for { f64::INFINITY } else if is_against { low[i] } else { high[i] };
            let below = if is_against { 0.0 } else { objects[i] };
            let within = if is_for { encourages[i] } else if is_against { objects[i] } else { neither[i] };
            let above = if is_for { 0.0 } else { encourages[i] };
            let side = Side::new(from, to, [below, within, above]);
            (ends_low[i], ends_high[i], sign[i]) = (side.low, side.high, side.sign);
            bits[i] = side.bits(within, random[i]);
        }
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
        let bounds = [(-0.5, 0.7), (0.2, 1.9), (-1.5, -0.4), (0.1, 0.4), (-4.5, 1.0)];
        let answers = [0, 1, 2, 2, 1];
        let [low, high] = [bounds.map(|(low, _)| low), bounds.map(|(_, high)| high)];
        let chance = |at: usize, answer: usize| {
            let (low, high) = bounds[at];
            let ends = [(high, infinite), (-infinite, low), (low, high)][answer];
            range(Noise::Normal, ends.0, ends.1)
        };
        let chances = [0, 1, 2].map(|answer| [0, 1, 2, 3, 4].map(|at| chance(at, answer).chances[1]));
        for level in Level::all() {
            let sequence = || Sequence::new(5, Purpose::Particles, 1, 0, 0);
            let (mut together, mut alone) = (sequence(), sequence());
            let mut batch = Batch::new(level, 7);
            for _ in 0..20 {
                let drawn = batch.draw(&answers, [&low, &high], chances.each_ref().map(|of| &of[..]), &mut together);
                let mut numbers = alone.clone();
                for at in 0..4 {
                    let range = chance(at, usize::from(answers[at]));
                    assert_eq!(drawn[at], between(Noise::Normal, &range, &mut numbers), "{level:?} {at}");
                }
                assert!(drawn[4] <= -4.5 && drawn[4].is_finite());
                numbers.bits();
                assert_eq!(drawn[5], free(Noise::Normal, &mut numbers));
                assert_eq!(drawn[6], free(Noise::Normal, &mut numbers));
                alone = together.clone();
            }
        }
    }
}
