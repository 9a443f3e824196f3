//! Standard normals from random bits: the inverse cdf in single precision.

/// The standard normal quantile of `(bits + 1/2) / 2^32`: larger bits, larger value.
///
/// Only IEEE single-precision operations, in a fixed order and without fused multiply-adds: the result is
/// the same on every machine and at every SIMD width. No branch and no table, so a loop over a slice vectorises.
///
/// With `r` the probability beyond `|z|` and `t = sqrt(-log2 r)`,
///
/// ```text
/// |z| = A + B t - C1 / (t + P1) - C2 / (t + P2) - C3 / (t + P3)
/// ```
///
/// Against `t` the quantile is smooth and nearly straight from the median to the end, so one formula serves the
/// middle and the tail. The coefficients are our own minimax fits (`docs/normal-fit.py`), good to 3e-8 here and 6e-8 in
/// the logarithm; the rest of the error is rounding.
///
/// Checked over all 2^32 inputs: the error is at most 8.7e-7 for `|z| <= 4` and 1.17e-6 anywhere (`|z|` ends at
/// 6.34), the result is exactly antisymmetric (`!bits` gives `-z`) and never decreases as `bits` grow: a condition
/// `z >= c` is exactly a condition `bits >= k`. Near the median the values lie about 2e-7 apart.
#[inline(always)]
pub(super) fn standard_normal(bits: u32) -> f32 {
    const A: f32 = -0.050_703_615;
    const B: f32 = 1.178_170_2;
    const C1: f32 = 0.311_733_3;
    const P1: f32 = 0.185_338_45;
    const C2: f32 = 1.373_300_4;
    const P2: f32 = 1.123_511_2;
    const C3: f32 = 1.442_607_5;
    const P3: f32 = 5.624_652_4;

    let above_median = bits & SIGN;
    let from_end = bits ^ (bits.cast_signed() >> 31).cast_unsigned();
    let t = bits_of_surprise(from_end).sqrt();
    // Every operation is monotone in t, hence so is the rounded result: keep the partial fractions.
    let magnitude = (A + B * t - C1 / (t + P1)) - (C2 / (t + P2) + C3 / (t + P3));
    f32::from_bits(magnitude.to_bits() ^ above_median ^ SIGN)
}

const SIGN: u32 = 0x8000_0000;

/// `-log2((from_end + 1/2) / 2^32)` for `from_end < 2^31`.
///
/// Writes the probability as `(1 - q/2) / 2^octave` with `q` in (0, 1]; a polynomial gives `-log2(1 - q/2)`.
/// Its leading term stands apart: one step of `q` moves it more than the rounding of the rest, so the sum is monotone.
#[inline(always)]
fn bits_of_surprise(from_end: u32) -> f32 {
    const L: [f32; 8] = [
        0.721_342_86,
        0.180_477_96,
        0.058_661_077,
        0.029_680_656,
        -0.010_035_719,
        0.032_373_454,
        -0.021_625_128,
        0.009_124_833,
    ];
    const MANTISSA: u32 = 0x007f_ffff;

    let float = (from_end.cast_signed() as f32 + 0.5).to_bits();
    // Exponents are biased by 127, probabilities scaled by 2^32, and 1 - q/2 is half the mantissa.
    let octave = (127 + 32 - 1 - (float >> 23).cast_signed()) as f32;
    let q = 2.0 - f32::from_bits(float & MANTISSA | 1.0_f32.to_bits());
    let q2 = q * q;
    let q4 = q2 * q2;
    let low = L[0] * q + q2 * (L[1] + L[2] * q);
    let high = (L[3] + L[4] * q) + q2 * (L[5] + L[6] * q) + q4 * L[7];
    octave + (low + q4 * high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ContinuousCDF, Normal};

    /// The quantile in double precision; statrs is good to 2e-15 here (against Newton on `libm::erfc`).
    /// Taken in the lower tail, where probabilities keep their digits.
    fn exact(bits: u32) -> f64 {
        let lower_tail = |bits: u32| Normal::standard().inverse_cdf((f64::from(bits) + 0.5) / 2f64.powi(32));
        if bits < SIGN { lower_tail(bits) } else { -lower_tail(!bits) }
    }

    /// A stride through all inputs, then the inputs nearest both ends and the middle.
    fn sample() -> impl Iterator<Item = u32> {
        let near = 100_000;
        let stride = (0..=u32::MAX).step_by(65_537);
        let ends = (0..near).chain(u32::MAX - near..=u32::MAX);
        stride.chain(ends).chain(SIGN - near..SIGN + near)
    }

    #[test]
    fn matches_the_exact_quantile() {
        for bits in sample() {
            let exact = exact(bits);
            let error = (f64::from(standard_normal(bits)) - exact).abs();
            let allowed = if exact.abs() <= 4.0 { 8.7e-7 } else { 1.17e-6 };
            assert!(error <= allowed, "{bits:#010x}: {exact} is off by {error:e}");
        }
    }

    #[test]
    fn is_exactly_antisymmetric() {
        for bits in sample() {
            assert_eq!(standard_normal(!bits).to_bits(), (-standard_normal(bits)).to_bits(), "{bits:#010x}");
        }
    }

    #[test]
    fn never_decreases() {
        let rises = |from: u32, to: u32| {
            let (lower, upper) = (standard_normal(from), standard_normal(to));
            assert!(lower <= upper, "{lower} at {from:#010x}, then {upper} at {to:#010x}");
        };
        for bits in sample().filter(|&bits| bits < u32::MAX) {
            rises(bits, bits + 1);
        }
        // Where the octaves of the logarithm meet, and half a million consecutive inputs elsewhere.
        for octave in 17..31 {
            let seam = SIGN + (SIGN - (1 << octave));
            (seam - 1_000..seam + 1_000).for_each(|bits| rises(bits, bits + 1));
        }
        (0xe000_0000..0xe008_0000).for_each(|bits| rises(bits, bits + 1));
    }

    #[test]
    fn reaches_beyond_five_sigma_as_often_as_it_should() {
        // 2^32 P(z > 5) = 1231.16 and 2^32 P(z > 6) = 4.24.
        let beyond = |sigma: f32| (u32::MAX - 10_000..=u32::MAX).filter(|&bits| standard_normal(bits) > sigma).count();
        assert_eq!(beyond(5.0), 1231);
        assert_eq!(beyond(6.0), 4);
        assert!((standard_normal(u32::MAX) - 6.337_957).abs() < 2e-6);
    }

    /// Published numbers depend on these bits.
    #[test]
    fn values_are_pinned() {
        let pinned = [
            (0x0000_0000, 0xc0ca_d08d), // -6.337958
            (0x0000_03e8, 0xc0a1_4676), // -5.039851
            (0x0000_ffff, 0xc085_6d22), // -4.169572
            (0x1000_0000, 0xbfc4_5e12), // -1.5341208
            (0x4000_0000, 0xbf2c_ab5c), // -0.67448974
            (0x7fff_ffff, 0xb380_0000), // -5.9604645e-8
            (0x8000_0000, 0x3380_0000), // 5.9604645e-8
            (0x8123_4567, 0x3c36_8780), // 0.011140704
            (0x9e37_79b9, 0x3e99_c3b6), // 0.30032128
            (0xc000_0000, 0x3f2c_ab5c), // 0.67448974
            (0xd76a_a478, 0x3f80_111a), // 1.0005219
            (0xfffe_0000, 0x4080_47e0), // 4.008774
            (0xffff_ff00, 0x40a9_7124), // 5.295061
            (0xffff_ffff, 0x40ca_d08d), // 6.337958
        ];
        for (bits, value) in pinned {
            assert_eq!(standard_normal(bits).to_bits(), value, "{bits:#010x}");
        }
    }

    /// Every input: half a minute in release.
    #[test]
    #[ignore = "all 2^32 inputs: slow without --release"]
    fn holds_over_all_inputs() {
        let mut before = f32::NEG_INFINITY;
        for bits in 0..=u32::MAX {
            let z = standard_normal(bits);
            assert!(before <= z, "{bits:#010x}");
            assert_eq!(standard_normal(!bits).to_bits(), (-z).to_bits(), "{bits:#010x}");
            before = z;
        }
    }
}
