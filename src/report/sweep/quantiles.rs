//! Probabilities over the points of a sample.

use super::name;
use crate::analysis::quantile;
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
