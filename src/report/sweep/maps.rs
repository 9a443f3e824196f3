//! Heat maps over two settings: figures always, shades where the terminal has them.

use super::{figure, name, precision};
use crate::analysis::sweep::{Sweep, Values, Varied};
use crate::report::columns::{Column, in_blocks};
use crate::report::number::plural;
use crate::report::text::Page;

/// Outcomes that have a map at most.
const MAPS: usize = 4;
/// Values of a setting that a map has room for.
const VALUES: usize = 30;

/// Whether a map of these settings is not too large to be read.
pub fn fit(rows: &Varied, columns: &Varied) -> bool {
    [rows, columns].iter().all(|setting| values(setting).len() <= VALUES)
}

fn values(setting: &Varied) -> &[String] {
    match &setting.values {
        Values::Listed(values) => values,
        Values::Between(_) => &[],
    }
}

/// A map of each of the `outcomes`, those first whose probability varies most.
pub fn draw(page: &mut Page, rows: &Varied, columns: &Varied, sweep: &Sweep, outcomes: &[usize]) {
    let mut order = outcomes.to_vec();
    order.sort_by(|&a, &b| sweep.variation(b).total_cmp(&sweep.variation(a)));
    let varying = order.iter().copied().filter(|&outcome| sweep.variation(outcome) > 0.0);
    let drawn: Vec<usize> = varying.take(MAPS).collect();
    if drawn.is_empty() {
        page.plain("Nothing differs between these points.");
        return;
    }
    page.note(&format!("per cent of rounds; down: {}, across: {}", rows.path, columns.path));
    for &outcome in &drawn {
        page.heading(name(sweep, outcome));
        map(page, values(rows), values(columns), sweep, outcome);
    }
    precision(page, sweep, &drawn);
    if order.len() > drawn.len() {
        let others = plural((order.len() - drawn.len()) as u64, "other outcome");
        page.note(&format!("{others}: --outcome, --format csv, or sweep.csv in the folder of --out."));
    }
}

/// One row and one column a value; the darker a cell, the more often.
fn map(page: &mut Page, rows: &[String], columns: &[String], sweep: &Sweep, outcome: usize) {
    let most = sweep.shares(outcome).filter_map(|share| share.value).fold(0.0, f64::max);
    let column = |(j, head): (usize, &String)| {
        let points =
            (0..rows.len()).map(|i| sweep.points.get(i * columns.len() + j).map(|point| point.outcome(outcome)));
        let points: Vec<_> = points.collect();
        let shade = |share: f64| if most > 0.0 { share / most } else { 0.0 };
        let shades = points.iter().map(|point| shade(point.as_ref().and_then(|p| p.value).unwrap_or(0.0))).collect();
        // Of a sweep that was stopped, points are missing.
        let cells = points.iter().map(|point| point.as_ref().map_or("–".to_owned(), figure));
        Column::new(head, cells).shaded(shades)
    };
    let columns: Vec<Column> = columns.iter().enumerate().map(column).collect();
    in_blocks(page, &[Column::new("", rows.iter().cloned())], &columns, true);
}
