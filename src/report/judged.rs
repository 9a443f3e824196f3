//! What comes out over judgements, in words and tables.

use super::grid::Grid;
use super::number::{NBSP, plural};
use super::outcome_name;
use super::text::Page;
use crate::analysis::judgements::{
    AssumptionRanges, DifferenceRange, JudgementIndex, LEAST_POINTS, NOISY, OutcomeRange, Ranges, Spreading,
};

/// Outcomes told at most, and the least width of their range.
const OUTCOMES: usize = 4;
const LEAST: f64 = 0.01;
/// Judgements told of an outcome at most.
const JUDGEMENTS: usize = 5;
/// Differences told of an assumption at most, and the least of them.
const DIFFERENCES: usize = 3;
/// Percentage points below which a range is told with a decimal place.
const NARROW: f64 = 3.0;
/// Columns from which on there is room for bars.
const BROAD: u16 = 90;
/// Characters of a bar that is whole.
const BAR: f64 = 12.0;
/// Share of draws from which on it is said that they ran into a limit.
const HELD: f64 = 0.005;

/// "5 – 65 %": where nine in ten of the judgements lead.
pub fn range(spreading: &Spreading) -> String {
    let [low, .., high] = spreading.quantiles.map(|share| 100.0 * share);
    let places = usize::from(high < 10.0 || high - low < NARROW);
    format!("{low:.places$}{NBSP}–{NBSP}{high:.places$}{NBSP}%")
}

/// Which judgement matters to the outcomes that range farthest.
pub fn section(page: &mut Page, ranges: &Ranges, of: &AssumptionRanges) {
    page.heading("Which judgement matters");
    let width = |outcome: &OutcomeRange| outcome.spreading.quantiles[4] - outcome.spreading.quantiles[0];
    let mut told: Vec<&OutcomeRange> = of.outcomes.iter().filter(|outcome| width(outcome) >= LEAST).collect();
    told.sort_by(|a, b| width(b).total_cmp(&width(a)));
    let (with, without): (Vec<_>, Vec<_>) = told.into_iter().partition(|outcome| outcome.indices.is_some());
    let (with, unclear): (Vec<_>, Vec<_>) = with.into_iter().partition(|outcome| !clear(ranges, outcome).is_empty());
    let is_told = ranges.points.len() >= LEAST_POINTS;
    if !is_told {
        page.plain(&format!("Told from {LEAST_POINTS} points on (--judgements {LEAST_POINTS})."));
    } else if with.is_empty() {
        page.plain("No outcome's probability depends on a judgement by so much that it can be told from chance.");
    } else {
        let broad = page.width() >= BROAD;
        let told = with.iter().take(OUTCOMES);
        let rows: Vec<Vec<String>> = told.flat_map(|outcome| rows(ranges, outcome, broad)).collect();
        let header = ["outcome", "judgement", "index", "from low to high", ""];
        let count = if broad { 5 } else { 4 };
        page.table(&header[..count], &[false, false, true, true, false][..count], &rows);
        page.note(&format!(
            "Index: by what share the variance of the probability over judgements would shrink, on average, were this \
             one known, with the reach of its 95{NBSP}% interval (first-order index; coarse). From low to high: the \
             probability where what is drawn is in its lowest and in its highest eighth; of one_of with its least and its \
             most favourable value."
        ));
    }
    let names = |outcomes: &[&OutcomeRange]| -> Vec<String> {
        outcomes.iter().map(|outcome| outcome_name(outcome.candidate.as_ref()).to_owned()).collect()
    };
    if !unclear.is_empty() {
        page.note(&format!("No judgement stands out for {}.", names(&unclear).join(", ")));
    }
    if is_told && !without.is_empty() {
        let names = names(&without);
        page.note(&format!(
            "Not told for {}: more than {}{NBSP}% of what it varies is due to the rounds.",
            names.join(", "),
            100.0 * NOISY
        ));
    }
    limits(page, ranges, of);
    page.note(&format!(
        "Range over judgements: the 5{NBSP}% and 95{NBSP}% points over {} drawn from what the scenario says of its own \
         numbers, each with {} rounds, less what so few rounds add. The ends are themselves uncertain, with a standard \
         error of up to {:.2} of the range's standard deviation.",
        plural(ranges.points.len() as u64, "point"),
        ranges.rounds_per_point,
        ranges.error_of_ends()
    ));
}

/// Judgements of which a value ran into a limit of the format.
fn limits(page: &mut Page, ranges: &Ranges, of: &AssumptionRanges) {
    let held = ranges.judgements.iter().zip(&of.held).filter(|(_, share)| **share >= HELD);
    let told: Vec<String> =
        held.map(|(judgement, share)| format!("{} ({:.0}{NBSP}% of draws)", judgement.name, 100.0 * share)).collect();
    if !told.is_empty() {
        page.note(&format!("Held at a limit of the format: {}.", told.join(", ")));
    }
}

/// The judgements whose indices are clearly above 0, the largest first.
fn clear<'a>(ranges: &'a Ranges, outcome: &'a OutcomeRange) -> Vec<(&'a str, &'a JudgementIndex)> {
    let indices = outcome.indices.as_deref().unwrap_or_default();
    let mut all: Vec<(&str, &JudgementIndex)> =
        ranges.judgements.iter().map(|judgement| judgement.name.as_str()).zip(indices).collect();
    all.retain(|(_, index)| index.first_order > index.reach);
    all.sort_by(|(_, a), (_, b)| b.first_order.total_cmp(&a.first_order));
    all
}

fn rows(ranges: &Ranges, outcome: &OutcomeRange, broad: bool) -> Vec<Vec<String>> {
    let told = clear(ranges, outcome).into_iter().take(JUDGEMENTS).enumerate();
    let rows = told.map(|(number, (judgement, index))| {
        let head = if number == 0 { outcome_name(outcome.candidate.as_ref()).to_owned() } else { String::new() };
        let mut row = vec![head, judgement.to_owned(), shown(index), ends(index)];
        if broad {
            row.push(bar(index));
        }
        row
    });
    rows.collect()
}

/// "0.42 ± 0.05"
pub fn shown(index: &JudgementIndex) -> String {
    // Without the sign of a zero.
    let value = (100.0 * share(index)).round() / 100.0 + 0.0;
    format!("{value:.2}{NBSP}±{NBSP}{:.2}", index.reach).replace('-', "−")
}

/// A share is at most 1, whatever its estimate.
pub fn share(index: &JudgementIndex) -> f64 {
    index.first_order.min(1.0)
}

/// "12 → 34 %"
fn ends(index: &JudgementIndex) -> String {
    let places = usize::from(index.at_low.max(index.at_high) < 0.1);
    // Of words none is low or high.
    let to = if index.slope.is_some() { '→' } else { '…' };
    format!("{:.places$}{NBSP}{to}{NBSP}{:.places$}{NBSP}%", 100.0 * index.at_low, 100.0 * index.at_high)
}

/// The index as a bar behind its sign.
fn bar(index: &JudgementIndex) -> String {
    let sign = match index.slope {
        None => NBSP,
        Some(_) if index.at_high >= index.at_low => '+',
        Some(_) => '−',
    };
    let eighths = (8.0 * BAR * share(index).max(0.0)).round() as usize;
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    format!("{sign}{NBSP}{}{rest}", "█".repeat(eighths / 8))
}

/// How far differences between assumptions range, and how robust their signs are; `full` tells all.
pub fn differences(page: &mut Page, ranges: &Ranges, full: bool) {
    page.heading("How robust the differences are");
    let mut rows = Vec::new();
    for of in &ranges.differences {
        let mut told: Vec<&DifferenceRange> = of.outcomes.iter().filter(|outcome| matters(outcome)).collect();
        told.sort_by(|a, b| b.written.abs().total_cmp(&a.written.abs()));
        let count = if full { told.len() } else { told.len().min(DIFFERENCES) };
        for (number, outcome) in told[..count].iter().enumerate() {
            let head = if number == 0 { of.assumption.clone() } else { String::new() };
            let [low, .., high] = outcome.spreading.quantiles;
            let points = |value: f64| format!("{:+.1}", 100.0 * value).replace('-', "−");
            rows.push(vec![
                head,
                outcome_name(outcome.candidate.as_ref()).to_owned(),
                points(outcome.written),
                format!("{}{NBSP}to{NBSP}{}", points(low), points(high)),
                format!("{:.0}{NBSP}%", 100.0 * outcome.same_sign),
            ]);
        }
    }
    if rows.is_empty() {
        page.plain("There are no differences to speak of, wherever judgements lead.");
        return;
    }
    let header = ["assumption", "outcome", "as written", "over judgements", "same sign"];
    page.grid(&Grid::new(&header, &[false, false, true, true, true], rows));
    let rest = if full { "" } else { " The rest: --full, or comparison_ranges.csv in the folder of --out." };
    page.note(&format!(
        "Differences in percentage points; over judgements: their 5{NBSP}% and 95{NBSP}% points. Same sign: the share of \
         judgements under which the difference has the sign that it has as written.{rest}"
    ));
}

/// Whether a difference is worth telling, as written or over judgements.
fn matters(outcome: &DifferenceRange) -> bool {
    let [low, .., high] = outcome.spreading.quantiles;
    [outcome.written, low, high].iter().any(|value| value.abs() >= LEAST)
}
