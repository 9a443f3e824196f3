//! The estimators of the indices.

/// Mean and variance over the points A and B.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments {
    pub mean: f64,
    pub variance: f64,
}

impl Moments {
    /// Of the values of a design whose rows have so many points. Where they are all equal the variance is 0 exactly.
    pub fn of(values: &[f64], row: usize) -> Self {
        let both = || values.chunks_exact(row).flat_map(|row| row[..2].iter().copied());
        let first = both().next().unwrap_or_default();
        // A sum of equal numbers need not be a multiple of them: their mean would be off by rounding.
        if both().all(|y| y == first) {
            return Self { mean: first, variance: 0.0 };
        }
        let count = both().count() as f64;
        let mean = both().sum::<f64>() / count;
        Self { mean, variance: both().map(|y| square(y - mean)).sum::<f64>() / count }
    }
}

/// Which index of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    First,
    Total,
}

/// A Sobol' index of a function of some settings, estimated from its values at a design for them: row by row y(A), y(B)
/// and, for each setting j, y(ABj), A with the setting taken from B.
///
/// With m and V the mean and variance over all A and B, and means over the rows,
///
/// ```text
/// first order   mean( (y(B) − m) (y(ABj) − y(A)) ) / V
/// total         mean( (y(A) − y(ABj))² ) / 2V
/// ```
///
/// A. Saltelli et al., *Variance based sensitivity analysis of model output. Design and estimator for the total
/// sensitivity index*, Computer Physics Communications 181 (2010), <https://doi.org/10.1016/j.cpc.2009.09.018>, table
/// 2, (b) and (f); the latter is M. J. W. Jansen's, *Analysis of variance designs for model output* (1999),
/// <https://doi.org/10.1016/S0010-4655(98)00154-4>. Taking m off y(B) changes no expectation and makes the estimate
/// steadier.
#[derive(Debug, Clone, Copy)]
pub(super) struct Estimator {
    /// Points of a row.
    pub row: usize,
    /// The setting.
    pub setting: usize,
    pub order: Order,
}

impl Estimator {
    /// The index of the function with these values; no number if they do not vary.
    pub fn value(self, values: &[f64], moments: Moments) -> f64 {
        let rows = values.chunks_exact(self.row);
        let count = rows.len() as f64;
        rows.map(|row| self.part(row, moments.mean)).sum::<f64>() / count / moments.variance
    }

    /// What every row contributes to the error of the index `value`, as if it were a mean over rows: that of a ratio
    /// of means, to first order.
    pub fn residues(self, values: &[f64], moments: Moments, value: f64) -> impl Iterator<Item = f64> {
        let Moments { mean, variance } = moments;
        values.chunks_exact(self.row).map(move |row| {
            (self.part(row, mean) - value * (square(row[0] - mean) + square(row[1] - mean)) / 2.0) / variance
        })
    }

    /// Whether the setting changes nothing at any point.
    pub fn is_idle(self, values: &[f64]) -> bool {
        values.chunks_exact(self.row).all(|row| row[2 + self.setting] == row[0])
    }

    fn part(self, row: &[f64], mean: f64) -> f64 {
        match self.order {
            Order::First => (row[1] - mean) * (row[2 + self.setting] - row[0]),
            Order::Total => square(row[0] - row[2 + self.setting]) / 2.0,
        }
    }
}

pub(super) fn square(x: f64) -> f64 {
    x * x
}
