//! Chances of stances, many at a time.
//!
//! What is beyond `x` standard deviations of a normal is `t exp(P(t) - x²/2)` with `t = 1/(1 + x/2)`, where `P` is a
//! polynomial: Chebyshev's interpolation of degree 16 to the logarithm of the rest, which is smooth, good to 2·10⁻¹⁰ of the
//! chance however far out (own coefficients, found with 40 digits; the form is that of Numerical Recipes, section 6.2). The
//! exponential is a polynomial, too, and plain IEEE operations in a fixed order give the same bits on every machine and at
//! every width.

use std::f64::consts::LOG2_E;

use crate::model::Noise;
use crate::simulation::noise::{above, cdf};
use crate::simulation::simd::for_every_level;

/// Of `P`, by powers of `2t - 1`.
const P: [f64; 17] = [
    -1.090_037_153_154_260_4,
    0.492_862_128_615_524_2,
    -0.078_629_322_589_340_78,
    -0.035_807_492_470_470_418,
    0.020_949_835_630_032_03,
    0.001_010_523_244_765_312_7,
    -0.005_731_544_031_627_856_3,
    0.002_306_847_177_852_874_6,
    0.000_606_703_280_742_223,
    -0.001_115_917_073_691_620_7,
    0.000_438_963_265_528_138_18,
    0.000_197_924_111_029_698_62,
    -0.000_278_383_198_629_455,
    3.033_159_977_768_653_1e-5,
    7.153_233_078_047_862e-5,
    -1.507_874_823_915_711_1e-5,
    -7.078_672_446_750_46e-6,
];

/// The chance that a standard normal is above `x`, which is not below 0; never less than about 10⁻³⁰⁴.
#[inline(always)]
pub fn beyond(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.5 * x);
    let s = 2.0 * t - 1.0;
    let (s2, s4) = (s * s, (s * s) * (s * s));
    let four = |at: usize| (P[at] + P[at + 1] * s) + s2 * (P[at + 2] + P[at + 3] * s);
    let p = (four(0) + s4 * four(4)) + (s4 * s4) * ((four(8) + s4 * four(12)) + (s4 * s4) * P[16]);
    t * exp((p - 0.5 * x * x).max(-700.0))
}

/// The exponential of a number between -700 and 1, to about 10⁻¹⁴ of it.
#[inline(always)]
fn exp(y: f64) -> f64 {
    // Added to a number it leaves the nearest whole one in the last bits.
    const ROUNDS: f64 = 6_755_399_441_055_744.0;
    const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let whole = y * LOG2_E + ROUNDS;
    let n = whole - ROUNDS;
    let r = (y - n * LN_2_HIGH) - n * LN_2_LOW;
    let r2 = r * r;
    let low = (1.0 + r) + r2 * (0.5 + r * (1.0 / 6.0));
    let middle = (1.0 / 24.0 + r * (1.0 / 120.0)) + r2 * (1.0 / 720.0 + r * (1.0 / 5040.0));
    let high = (1.0 / 40_320.0 + r * (1.0 / 362_880.0)) + r2 * (1.0 / 3_628_800.0 + r * (1.0 / 39_916_800.0));
    let e = low + (r2 * r2) * (middle + (r2 * r2) * high);
    f64::from_bits(e.to_bits().wrapping_add(whole.to_bits() << 52))
}

/// The chances to be above `high` and below `low`, and to be between them.
#[inline(always)]
fn three(low: f64, high: f64) -> [f64; 3] {
    let (at_low, at_high) = (beyond(low.abs()), beyond(high.abs()));
    let (above_low, below_low) = if low > 0.0 { (at_low, 1.0 - at_low) } else { (1.0 - at_low, at_low) };
    let (above_high, below_high) = if high > 0.0 { (at_high, 1.0 - at_high) } else { (1.0 - at_high, at_high) };
    let rest = 1.0 - above_high - below_low;
    // What is left by subtraction from 1 has lost too many digits if it is little: then on the side on which they are.
    let between = if low + high > 0.0 { above_low - above_high } else { below_high - below_low };
    [above_high, below_low, if rest > 0.1 { rest } else { between.max(0.0) }]
}

for_every_level! {
    /// The chances to be above `high[i]`, below `low[i]` and between them, in standard deviations of normal noise.
    pub fn normal_stances(low: &[f64], high: &[f64], encourages: &mut [f64], objects: &mut [f64], neither: &mut [f64]) {
        let bounds = low.iter().zip(high);
        let chances = encourages.iter_mut().zip(objects).zip(neither);
        for ((&low, &high), ((encourage, object), neither_nor)) in bounds.zip(chances) {
            [*encourage, *object, *neither_nor] = three(low, high);
        }
    }
}

/// The chances of each stance of a member whose view has this mean and standard deviation and this kind of noise, and who
/// objects below the one bound and encourages from the other, all in points.
pub fn stances(kind: Noise, (mean, sd): (f64, f64), [object, accept]: [f64; 2]) -> [f64; 3] {
    if sd <= 0.0 {
        let certain = |is: bool| if is { 1.0 } else { 0.0 };
        let (encourages, objects) = (mean >= accept, mean < object);
        return [certain(encourages), certain(objects), certain(!encourages && !objects)];
    }
    let (low, high) = ((object - mean) / sd, (accept - mean) / sd);
    if kind == Noise::Normal {
        return three(low, high);
    }
    let (encourages, objects) = (above(kind, high), cdf(kind, low));
    let rest = 1.0 - encourages - objects;
    [encourages, objects, if rest > 0.1 { rest } else { within(kind, low, high) }]
}

/// The probability of noise between two bounds, taken on the side on which its digits are.
fn within(kind: Noise, low: f64, high: f64) -> f64 {
    if low + high > 0.0 { above(kind, low) - above(kind, high) } else { cdf(kind, high) - cdf(kind, low) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::simd::Level;

    #[test]
    fn the_chance_beyond_is_that_of_the_normal_distribution() {
        for i in 0..3_700 {
            let x = f64::from(i) / 100.0;
            let (found, exact) = (beyond(x), libm::erfc(x * std::f64::consts::FRAC_1_SQRT_2) / 2.0);
            assert!((found / exact - 1.0).abs() < 3e-10, "{x}: {found} {exact}");
        }
        assert!(beyond(1e200) < 1e-300 && beyond(f64::INFINITY) >= 0.0);
    }

    #[test]
    fn chances_of_stances_add_up_and_keep_their_digits() {
        for (low, high) in [(-0.3, 0.2), (2.0, 2.1), (-6.0, -5.9), (8.0, 9.0), (0.5, 0.5), (-0.001, 0.001)] {
            let [encourages, objects, neither] = three(low, high);
            assert!((encourages + objects + neither - 1.0).abs() < 1e-9, "{low} {high}");
            let exact = within(Noise::Normal, low, high);
            assert!((neither - exact).abs() <= 1e-6 * exact, "{low} {high}: {neither} {exact}");
        }
    }

    #[test]
    fn every_level_gives_the_same_chances() {
        let low: Vec<f64> = (0..403).map(|i| f64::from(i) * 0.05 - 10.0).collect();
        let high: Vec<f64> = low.iter().enumerate().map(|(i, low)| low + (i % 7) as f64 * 0.2).collect();
        for level in Level::all() {
            let [mut encourages, mut objects, mut neither] = [vec![0.0; 403], vec![0.0; 403], vec![0.0; 403]];
            normal_stances(level, &low, &high, &mut encourages, &mut objects, &mut neither);
            for i in 0..403 {
                assert_eq!([encourages[i], objects[i], neither[i]], three(low[i], high[i]), "{level:?}");
            }
        }
    }
}
