//! Weights: their sums, and drawing in proportion to them.

/// The logarithm of the sum of what these are the logarithms of.
pub fn log_sum(logs: &[f64]) -> f64 {
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY {
        return top;
    }
    top + libm::log(logs.iter().map(|log| libm::exp(log - top)).sum())
}

/// The logarithm of the mean of what these are the logarithms of.
pub fn log_mean(logs: &[f64]) -> f64 {
    log_sum(logs) - libm::log(logs.len() as f64)
}

/// So many draws in proportion to `weights`, in order, by equal steps from a `shift` between 0 and 1: no place is drawn more
/// or less often than its share by one or more.
pub fn systematic(weights: &[f64], count: usize, shift: f64) -> impl Iterator<Item = usize> {
    let step = weights.iter().sum::<f64>() / count as f64;
    let (mut at, mut reached) = (0, weights.first().copied().unwrap_or_default());
    (0..count).map(move |place| {
        while reached < (place as f64 + shift) * step && at + 1 < weights.len() {
            at += 1;
            reached += weights[at];
        }
        at
    })
}

/// Running sums of the weights of each block of so many.
pub fn running(weights: &[f64], block: usize) -> Vec<f64> {
    let mut sums = weights.to_vec();
    for block in sums.chunks_mut(block) {
        for i in 1..block.len() {
            block[i] += block[i - 1];
        }
    }
    sums
}

/// One place in proportion to the weights of which these are the running sums, by a number between 0 and 1.
pub fn place(sums: &[f64], number: f64) -> usize {
    let wanted = number * sums.last().copied().unwrap_or_default();
    sums.partition_point(|&sum| sum < wanted).min(sums.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_in_proportion() {
        let weights = [0.5, 0.0, 2.0, 1.5];
        let drawn: Vec<usize> = systematic(&weights, 8, 0.5).collect();
        assert_eq!(drawn, [0, 2, 2, 2, 2, 3, 3, 3]);
        let sums = running(&weights, 4);
        assert_eq!(sums, [0.5, 0.5, 2.5, 4.0]);
        assert_eq!([0.01, 0.13, 0.62, 0.63, 0.99].map(|number| place(&sums, number)), [0, 2, 2, 3, 3]);
        assert_eq!(running(&[1.0, 2.0, 3.0, 4.0], 2), [1.0, 3.0, 3.0, 7.0]);
    }

    #[test]
    fn sums_of_logarithms_do_not_overflow() {
        assert!((log_sum(&[-1000.0, -1000.0]) - (-1000.0 + libm::log(2.0))).abs() < 1e-12);
        assert!((log_mean(&[700.0, 700.0, 700.0]) - 700.0).abs() < 1e-12);
        assert_eq!(log_sum(&[f64::NEG_INFINITY]), f64::NEG_INFINITY);
    }
}
