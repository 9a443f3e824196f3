//! The chance of polls at one point, as independent replicates estimate it.

use crate::simulation::evidence::log_mean;

/// The chance of polls given the first of them, from independent replicates of a filter. It is a product of parts that are
/// independent of each other, such as one a candidate: their errors do not multiply if each is averaged by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Chances {
    /// By replicate and part: the logarithms of the chance of all that was seen up to the first poll, and up to the last.
    /// Every replicate has the same parts.
    pub replicates: Vec<Vec<[f64; 2]>>,
}

impl Chances {
    /// The logarithm of the chance of the polls given the first. Chances are averaged over replicates, not their
    /// logarithms: each replicate's estimate of a chance is right on average.
    pub fn log(&self) -> f64 {
        self.without(None)
    }

    /// These replicates and `more` of them.
    pub fn and(mut self, more: Self) -> Self {
        self.replicates.extend(more.replicates);
        self
    }

    fn without(&self, left_out: Option<usize>) -> f64 {
        let mean = |part: usize, which: usize| {
            let kept = self.replicates.iter().enumerate().filter(|(place, _)| Some(*place) != left_out);
            log_mean(&kept.filter_map(|(_, parts)| Some(parts.get(part)?[which])).collect::<Vec<_>>())
        };
        let parts = self.replicates.first().map_or(0, Vec::len);
        (0..parts).map(|part| mean(part, 1) - mean(part, 0)).sum()
    }

    /// The Monte Carlo standard error of [`log`](Self::log), or of its difference to that at another point where the same
    /// random numbers were used: a jackknife over replicates.
    pub fn error(&self, other: Option<&Self>) -> f64 {
        let difference =
            |left_out: usize| self.without(Some(left_out)) - other.map_or(0.0, |other| other.without(Some(left_out)));
        let values: Vec<f64> = (0..self.replicates.len()).map(difference).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        ((n - 1.0) / n * values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>()).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_replicates_share_is_no_error_of_a_difference() {
        let chances = |shift: f64| Chances {
            replicates: [0.1, -0.3, 0.2, 0.05].iter().map(|&noise| vec![[noise / 2.0, noise + shift]]).collect(),
        };
        let (near, far) = (chances(-10.0), chances(-12.0));
        assert!((near.log() - far.log() - 2.0).abs() < 1e-12);
        assert!(near.error(None) > 0.01 && near.error(Some(&far)) < 1e-12, "{}", near.error(None));
    }

    /// For small errors that of the logarithm is the relative error of the mean.
    #[test]
    fn the_error_is_that_of_the_mean() {
        let values = [0.98_f64, 1.01, 1.03, 0.97, 1.0, 1.02];
        let mean = values.iter().sum::<f64>() / 6.0;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 5.0 / 6.0;
        let chances = Chances { replicates: values.iter().map(|value| vec![[0.0, value.ln()]]).collect() };
        let expected = variance.sqrt() / mean;
        assert!((chances.error(None) / expected - 1.0).abs() < 0.01, "{} {expected}", chances.error(None));
    }

    /// Parts that are averaged each by itself have an error of the root of their number, not one that multiplies.
    #[test]
    fn parts_are_averaged_by_themselves() {
        let noise = [0.8, -0.6, 0.3, -0.5, 0.1, -0.1];
        let apart = |place: usize| (0..6).map(|part| [0.0, noise[(place + part) % 6]]).collect::<Vec<_>>();
        let chances = Chances { replicates: (0..6).map(apart).collect() };
        let one = Chances { replicates: noise.iter().map(|&noise| vec![[0.0, noise]]).collect() };
        assert!((chances.log() - 6.0 * one.log()).abs() < 1e-12);
        let together = Chances { replicates: noise.iter().map(|&noise| vec![[0.0, 6.0 * noise]]).collect() };
        assert!(together.error(None) > 1.5 * chances.error(None), "{} {}", together.error(None), chances.error(None));
    }
}
