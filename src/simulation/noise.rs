//! The kinds of noise: their distribution functions and, from 32 random bits to standardised shocks, the inverse ones.
//!
//! Bits `b` stand for the probability `p = (b + 1/2) / 2^32`; larger bits give larger shocks. Every kind has
//! mean 0 and variance 1. Only IEEE arithmetic and the portable `libm` are used, so results are the same
//! on every machine.

use std::f64::consts::{FRAC_1_SQRT_2, PI, SQRT_2};

use super::normal::standard_normal;
use super::simd::{Level, for_every_level};
use crate::model::Noise;

/// `√3`
pub(super) const SQRT_3: f64 = 1.732_050_807_568_877_2;
/// `√6`
pub(super) const SQRT_6: f64 = 2.449_489_742_783_178;
/// The Euler–Mascheroni constant, mean of the standard Gumbel distribution.
pub(super) const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;

/// Distribution function of noise of this kind, mean 0 and variance 1: the probability that it is at most `z` standard
/// deviations.
///
/// - normal: `erfc(−z/√2) / 2`; far below 0 all its digits are right, so take `cdf(kind, -z)` for what is above `z`
/// - logistic: `1 / (1 + exp(−πz/√3))`
/// - Gumbel: `exp(−exp(−(πz/√6 + γ)))`
/// - Laplace: `exp(√2 z) / 2` below 0, from there `1 − exp(−√2 z) / 2`
/// - uniform: `(z/√3 + 1) / 2`, within 0 and 1
pub fn cdf(kind: Noise, z: f64) -> f64 {
    match kind {
        Noise::Normal => libm::erfc(-z * FRAC_1_SQRT_2) / 2.0,
        Noise::Logistic => 1.0 / (1.0 + libm::exp(-PI / SQRT_3 * z)),
        Noise::Gumbel => libm::exp(-libm::exp(-(PI / SQRT_6 * z + EULER_GAMMA))),
        Noise::Laplace if z < 0.0 => libm::exp(SQRT_2 * z) / 2.0,
        Noise::Laplace => 1.0 - libm::exp(-SQRT_2 * z) / 2.0,
        Noise::Uniform => f64::midpoint(z / SQRT_3, 1.0).clamp(0.0, 1.0),
    }
}

/// The probability that noise of this kind is above `z` standard deviations; far above 0 all its digits are right.
pub(super) fn above(kind: Noise, z: f64) -> f64 {
    match kind {
        Noise::Gumbel => -libm::expm1(-libm::exp(-(PI / SQRT_6 * z + EULER_GAMMA))),
        Noise::Normal | Noise::Logistic | Noise::Laplace | Noise::Uniform => cdf(kind, -z),
    }
}

/// The standardised shock of `bits`.
pub(super) fn shock(kind: Noise, bits: u32) -> f32 {
    match kind {
        Noise::Normal => standard_normal(bits),
        Noise::Logistic => logistic(bits),
        Noise::Gumbel => gumbel(bits),
        Noise::Laplace => laplace(bits),
        Noise::Uniform => uniform(bits),
    }
}

/// The lowest and the highest shock of this kind that a draw can give, rounded outwards to a thousandth.
pub fn extremes(kind: Noise) -> (f64, f64) {
    let [lowest, highest] = [0, u32::MAX].map(|bits| 1e3 * f64::from(shock(kind, bits)));
    (lowest.floor() / 1e3, highest.ceil() / 1e3)
}

/// Whether shocks of this kind are made so fast, many at a time, that they are better drawn again than kept.
pub(super) fn is_cheap(kind: Noise) -> bool {
    match kind {
        Noise::Normal | Noise::Uniform => true,
        Noise::Logistic | Noise::Gumbel | Noise::Laplace => false,
    }
}

/// Fills `out` with the standardised shocks of `bits`, one each.
pub(super) fn standardise(level: Level, kind: Noise, bits: &[u32], out: &mut [f32]) {
    match kind {
        Noise::Normal => normals(level, bits, out),
        Noise::Uniform => uniforms(level, bits, out),
        Noise::Logistic | Noise::Gumbel | Noise::Laplace => {
            for (z, &b) in out.iter_mut().zip(bits) {
                *z = shock(kind, b);
            }
        }
    }
}

for_every_level! {
    fn normals(bits: &[u32], out: &mut [f32]) {
        for (z, &b) in out.iter_mut().zip(bits) {
            *z = standard_normal(b);
        }
    }
}

for_every_level! {
    fn uniforms(bits: &[u32], out: &mut [f32]) {
        for (z, &b) in out.iter_mut().zip(bits) {
            *z = uniform(b);
        }
    }
}

/// `p` of the bits, exact.
#[inline(always)]
pub(super) fn probability(bits: u32) -> f64 {
    (f64::from(bits) + 0.5) / 4_294_967_296.0
}

/// `1 − p` of the bits, exact.
fn complement(bits: u32) -> f64 {
    probability(!bits)
}

/// Logistic: `√3/π · ln(p / (1 − p))`.
fn logistic(bits: u32) -> f32 {
    (SQRT_3 / PI * (libm::log(probability(bits)) - libm::log(complement(bits)))) as f32
}

/// Gumbel: `√6/π · (−ln(−ln p) − γ)`.
fn gumbel(bits: u32) -> f32 {
    let minus_log_p = -libm::log1p(-complement(bits));
    (SQRT_6 / PI * (-libm::log(minus_log_p) - EULER_GAMMA)) as f32
}

/// Laplace: `±ln(2 min(p, 1 − p)) / √2`, the sign that of `p − 1/2`.
fn laplace(bits: u32) -> f32 {
    let tail = libm::log(2.0 * probability(bits.min(!bits))) * FRAC_1_SQRT_2;
    (if bits < 1 << 31 { tail } else { -tail }) as f32
}

/// Uniform: `2√3 · (p − 1/2)`.
#[inline(always)]
fn uniform(bits: u32) -> f32 {
    (2.0 * SQRT_3 * (probability(bits) - 0.5)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shocks(kind: Noise, bits: &[u32]) -> Vec<f64> {
        let mut out = vec![0.0; bits.len()];
        standardise(Level::best(), kind, bits, &mut out);
        out.into_iter().map(f64::from).collect()
    }

    /// 2^20 equally spaced probabilities integrate each quantile function to its moments.
    #[test]
    fn every_kind_has_mean_zero_and_variance_one() {
        let bits: Vec<u32> = (0..1 << 20).map(|i: u32| (i << 12) + (1 << 11)).collect();
        for &kind in Noise::ALL {
            let z = shocks(kind, &bits);
            let n = z.len() as f64;
            let mean = z.iter().sum::<f64>() / n;
            let variance = z.iter().map(|x| x * x).sum::<f64>() / n - mean * mean;
            // The midpoint rule loses the outermost half-cells; for the heaviest tail that is 3e-5.
            assert!(mean.abs() < 1e-4, "{kind:?} mean {mean}");
            assert!((variance - 1.0).abs() < 5e-4, "{kind:?} variance {variance}");
        }
    }

    #[test]
    fn every_kind_is_the_quantile_of_its_distribution() {
        for bits in [0, 1, 1 << 10, 1 << 20, 1 << 30, (1 << 31) - 1, 1 << 31, 3 << 30, u32::MAX - 1, u32::MAX] {
            let p = probability(bits);
            for &kind in Noise::ALL {
                let back = cdf(kind, shocks(kind, &[bits])[0]);
                // Single precision moves z by a few 1e-7, and p by that times the density: at most a few times the
                // nearer tail, but for the uniform, whose density does not fall. 1e-12 is the rounding of `1 − tail`.
                let tail = p.min(1.0 - p);
                let allowed = if kind == Noise::Uniform { 1e-7 } else { 1e-5 * tail + 1e-12 };
                assert!((back - p).abs() < allowed, "{kind:?} at {p:e}: {back:e}");
            }
        }
    }

    /// Mean 0 and variance 1 by the layer-cake formulas, on a fine grid of the distribution function alone.
    #[test]
    fn every_distribution_function_has_mean_zero_and_variance_one() {
        for &noise in Noise::ALL {
            let step = 1e-3;
            let (mut mean, mut square) = (0.0, 0.0);
            for i in 0..40_000 {
                let z = (f64::from(i) + 0.5) * step;
                let (above, below) = (1.0 - cdf(noise, z), cdf(noise, -z));
                mean += (above - below) * step;
                square += 2.0 * z * (above + below) * step;
            }
            assert!(mean.abs() < 1e-6 && (square - 1.0).abs() < 1e-5, "{noise:?}: {mean} {square}");
        }
    }

    #[test]
    fn quantiles_are_those_of_the_textbook() {
        for &noise in Noise::ALL {
            let (z, p) = match noise {
                Noise::Normal => (-2.0, 0.022_750_131_948_179_2),
                Noise::Logistic => (SQRT_3 / PI * f64::ln(3.0), 0.75),
                Noise::Laplace => (f64::ln(0.5) / SQRT_2, 0.25),
                Noise::Uniform => (SQRT_3 / 2.0, 0.75),
                Noise::Gumbel => (0.0, f64::exp(-f64::exp(-EULER_GAMMA))),
            };
            assert!((cdf(noise, z) - p).abs() < 1e-15, "{noise:?} {z}");
        }
        assert!((cdf(Noise::Normal, 1.959_963_984_540_054) - 0.975).abs() < 1e-15);
    }

    /// Probabilities end at 2^-33 and its complement: `ln 2^-33 = -22.87`.
    #[test]
    fn extremes_are_those_of_the_textbook() {
        for &kind in Noise::ALL {
            let (lowest, highest) = match kind {
                Noise::Normal => (-6.34, 6.34),
                Noise::Logistic => (-12.62, 12.62),
                Noise::Gumbel => (-2.90, 17.39),
                Noise::Laplace => (-15.69, 15.69),
                Noise::Uniform => (-1.74, 1.74),
            };
            let (low, high) = extremes(kind);
            assert!(lowest <= low && low < lowest + 0.01, "{kind:?} {low}");
            assert!(high <= highest && highest - 0.01 < high, "{kind:?} {high}");
        }
    }

    #[test]
    fn larger_bits_never_give_smaller_shocks() {
        for &kind in Noise::ALL {
            let bits: Vec<u32> = (0..1 << 16).map(|i: u32| i << 16).chain([u32::MAX]).collect();
            assert!(shocks(kind, &bits).windows(2).all(|w| w[0] <= w[1]), "{kind:?}");
        }
    }

    #[test]
    fn every_level_gives_the_same_shocks() {
        let bits: Vec<u32> = (0..1 << 14).map(|i: u32| i.wrapping_mul(0x9e37_79b9)).chain([0, u32::MAX]).collect();
        for &kind in Noise::ALL {
            let expected: Vec<u32> = bits.iter().map(|&b| shock(kind, b).to_bits()).collect();
            for level in Level::all() {
                let mut out = vec![0.0; bits.len()];
                standardise(level, kind, &bits, &mut out);
                assert!(out.iter().zip(&expected).all(|(z, e)| z.to_bits() == *e), "{kind:?} {level:?}");
            }
        }
    }
}
