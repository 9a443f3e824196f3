//! placeholder
pub(super) fn standard_normal(bits: u32) -> f32 {
    ((f64::from(bits) + 0.5) / 4294967296.0 - 0.5) as f32
}
