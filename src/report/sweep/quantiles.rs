//! Probabilities over the points of a sample.

use super::name;
use crate::analysis::sweep::Sweep;
use crate::report::columns::Column;
use crate::report::number::NBSP;

/// The quantiles told, in per cent.
const QUANTILES: [u32; 5] = [5, 25, 50, 75, 95];

/// A column of the outcomes, and columns of the means and quantiles of their probabilities over all points.
pub fn of(sweep: &Sweep, outcomes: &[usize]) -> (Column, Vec<Column>) {
    let sorted = |&outcome: &usize| {
        let mut shares: Vec<f64> = sweep.shares(outcome).filter_map(|share| share.value).collect();
        shares.sort_by(f64::total_cmp);
        shares
    };
    let sorted: Vec<Vec<f64>> = outcomes.iter().map(sorted).collect();
    let column = |head: &str, figure: &dyn Fn(&[f64]) -> f64| {
        Column::new(head, sorted.iter().map(|shares| format!("{:.1}{NBSP}%", 100.0 * figure(shares))))
    };
    let mean = column("mean", &|shares| shares.iter().sum::<f64>() / shares.len().max(1) as f64);
    let quantiles = QUANTILES.iter().map(|&percent| {
        let head = if percent == 50 { "median".to_owned() } else { format!("{percent}{NBSP}%") };
        column(&head, &|shares| quantile(shares, f64::from(percent) / 100.0))
    });
    let names = Column::new("outcome", outcomes.iter().map(|&outcome| name(sweep, outcome).to_owned()));
    (names, [mean].into_iter().chain(quantiles).collect())
}

/// The quantile of the `sorted` numbers at `share`, between neighbours in proportion (type 7 of Hyndman and Fan, as R and
/// NumPy have it); 0 of none.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share * sorted.len().saturating_sub(1) as f64;
    let (below, above) = (sorted.get(at.floor() as usize), sorted.get(at.ceil() as usize));
    let (below, above) = (below.copied().unwrap_or(0.0), above.copied().unwrap_or(0.0));
    below + (above - below) * at.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `numpy.quantile([0.1, 0.2, 0.4, 0.8], q)`.
    #[test]
    fn quantiles_are_those_of_r_and_numpy() {
        let numbers = [0.1, 0.2, 0.4, 0.8];
        for (share, value) in [(0.0, 0.1), (0.05, 0.115), (0.25, 0.175), (0.5, 0.3), (0.75, 0.5), (1.0, 0.8)] {
            assert!((quantile(&numbers, share) - value).abs() < 1e-12, "{share}");
        }
        assert_eq!((quantile(&[], 0.5), quantile(&[0.3], 0.95)), (0.0, 0.3));
    }
}
