//! Noise that is known to lie between two bounds.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use crate::model::Noise;
use crate::simulation::draws::Sequence;
use crate::simulation::noise::{EULER_GAMMA, SQRT_3, SQRT_6, shock};
use crate::simulation::normal::standard_normal;

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

/// Noise that is drawn, but for working out a normal, which is done faster for many at a time: the normal of some bits,
/// held between two bounds, times a sign.
#[derive(Debug, Clone, Copy, Default)]
pub struct Drawn {
    /// The bits.
    pub bits: u32,
    bounds: [f64; 2],
    sign: f64,
}

impl Drawn {
    /// Noise that is worked out already.
    fn whole(noise: f64) -> Self {
        Self { bits: 0, bounds: [noise; 2], sign: 1.0 }
    }

    /// The noise, given the normal of its bits.
    pub fn noise(&self, normal: f32) -> f64 {
        self.sign * f64::from(normal).clamp(self.bounds[0], self.bounds[1])
    }
}

/// Noise of this kind given that it lies in a range. Where that has no probability in double precision it is the end that
/// is nearer to 0.
pub fn between(kind: Noise, range: &Range, numbers: &mut Sequence) -> f64 {
    let drawn = draw_between(kind, range, numbers);
    drawn.noise(standard_normal(drawn.bits))
}

/// The same, but for working out a normal.
pub fn draw_between(kind: Noise, range: &Range, numbers: &mut Sequence) -> Drawn {
    if kind != Noise::Normal {
        return Drawn::whole(quantile_between(kind, range, numbers));
    }
    let Range { low, high, chances: [below, within, above] } = *range;
    // On the side on which probabilities keep their digits.
    let (bounds, from, sign) = if low + high > 0.0 { ([-high, -low], above, -1.0) } else { ([low, high], below, 1.0) };
    if within > COMMON {
        let p = from + numbers.uniform() * within;
        return Drawn { bits: (p * 4_294_967_296.0) as u32, bounds, sign };
    }
    Drawn::whole(sign * rejected(bounds[0], bounds[1], numbers))
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

/// The same, but for working out a normal.
pub fn draw_free(kind: Noise, numbers: &mut Sequence) -> Drawn {
    if kind == Noise::Normal {
        return Drawn { bits: numbers.half(), bounds: [f64::NEG_INFINITY, f64::INFINITY], sign: 1.0 };
    }
    Drawn::whole(free(kind, numbers))
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
}
