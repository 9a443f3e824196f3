//! Which settings matter: the table of Sobol' indices.

use super::name;
use crate::analysis::sensitivity::{Index, NoIntervals, OutcomeSensitivity, ROUNDS, Sensitivity};
use crate::analysis::sweep::Sweep;
use crate::report::columns::broken;
use crate::report::number::{NBSP, plural};
use crate::report::text::Page;

/// Outcomes told at most, and the least standard deviation of their probability.
const OUTCOMES: usize = 6;
const LEAST: f64 = 5e-4;
/// Settings told of an outcome at most.
const SETTINGS: usize = 10;
/// Columns from which on a setting's path has a line of its own.
const BROAD: u16 = 80;
/// Rows from which on the intervals hold what they promise.
const ENOUGH: usize = 64;
/// Share of the variance from which on it is said that simulating can account for it.
const NOISY: f64 = 0.05;

/// Shows the indices of the outcomes that vary most.
pub fn show(page: &mut Page, sweep: &Sweep, sensitivity: Option<&Sensitivity>) {
    page.heading("Which settings matter");
    let Some(sensitivity) = sensitivity else {
        page.plain("Too few points were simulated to say.");
        return;
    };
    let mut varying: Vec<(usize, &OutcomeSensitivity)> = sensitivity.outcomes.iter().enumerate().collect();
    varying.retain(|(_, outcome)| outcome.indices.is_some() && outcome.variance.sqrt() >= LEAST);
    varying.sort_by(|(_, a), (_, b)| b.variance.total_cmp(&a.variance));
    if varying.is_empty() {
        page.plain("None: no outcome's probability varies by as much as a tenth of a percentage point.");
        return;
    }
    let told = &varying[..varying.len().min(OUTCOMES)];
    let rows: Vec<Vec<String>> =
        told.iter().flat_map(|(o, outcome)| rows(sweep, *o, outcome, page.width() >= BROAD)).collect();
    let header = ["outcome", "varies by", "setting", "first order", "total"];
    page.table(&header, &[false, true, false, true, true], &rows);
    page.note(&format!(
        "Varies by: standard deviation of the probability over {}, in percentage points. First order: by what share \
         its variance would shrink, on average, were the setting known. Total: what share would be left were all \
         others known; what it has more than the first order it has together with others. Each with the reach of its \
         95{NBSP}% interval.",
        plural(sensitivity.rows as u64, "row")
    ));
    if sensitivity.rows < ENOUGH {
        page.note("From so few rows the intervals are too narrow: take a Sobol' sample of 64 or more.");
    }
    let noisy: Vec<&str> =
        told.iter().filter(|(_, o)| o.noise > NOISY * o.variance).map(|(o, _)| name(sweep, *o)).collect();
    if !noisy.is_empty() {
        page.note(&format!(
            "Of the variance of {} simulating so few rounds may account for more than {}{NBSP}%, and makes settings \
             look as if they worked together: take more --rounds.",
            noisy.join(", "),
            100.0 * NOISY
        ));
    }
    let without = |(_, o): &&(usize, &OutcomeSensitivity)| o.no_intervals == Some(NoIntervals::TooFewRounds);
    let without: Vec<&str> = told.iter().filter(without).map(|(o, _)| name(sweep, *o)).collect();
    if !without.is_empty() {
        page.note(&format!(
            "No intervals for {}: from the point where it is rarest to that where it is most frequent fewer than {ROUNDS} \
             rounds change: take more --rounds.",
            without.join(", ")
        ));
    }
    let left = sweep.settings.len().saturating_sub(SETTINGS);
    if left > 0 || varying.len() > told.len() {
        page.note("The rest: sensitivity.csv in the folder of --out, or --format json.");
    }
}

/// One row a setting, that with the largest total index first.
fn rows(sweep: &Sweep, index: usize, outcome: &OutcomeSensitivity, broad: bool) -> Vec<Vec<String>> {
    let indices = outcome.indices.as_deref().unwrap_or_default();
    let mut settings: Vec<_> = sweep.settings.iter().zip(indices).collect();
    settings.sort_by(|(_, a), (_, b)| b.total.value.total_cmp(&a.total.value));
    let rows = settings.iter().take(SETTINGS).enumerate().map(|(i, (path, indices))| {
        let (head, varies) = match i {
            0 => (name(sweep, index).to_owned(), format!("{:.1}", 100.0 * outcome.variance.sqrt())),
            _ => (String::new(), String::new()),
        };
        let path = if broad { (*path).clone() } else { broken(path) };
        vec![head, varies, path, shown(indices.first), shown(indices.total)]
    });
    rows.collect()
}

/// "0.42 ± 0.05"
fn shown(index: Index) -> String {
    // Without the sign of a zero.
    let value = (100.0 * index.value).round() / 100.0 + 0.0;
    let reach = index.reach.map_or(String::new(), |reach| format!("{NBSP}±{NBSP}{reach:.2}"));
    format!("{value:.2}{reach}").replace('-', "−")
}
