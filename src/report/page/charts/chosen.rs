//! Who is chosen: bars with intervals, and how far they range over judgements.

use std::cmp::Reverse;

use maud::{Markup, html};

use crate::analysis::judgements::Ranges;
use crate::analysis::{Comparison, Difference, Outcome, Selection};
use crate::report::number::{NBSP, change, grouped, share};
use crate::report::page::figure::{self, Paper};
use crate::report::page::svg::{Axis, Drawing, Width, capped, chart, fit, num, percent_tick, short};
use crate::report::{File, csv, outcome_name, table};

/// Outcomes drawn at most; all are in the table.
const DRAWN: usize = 16;

/// One bar.
struct Row<'a> {
    outcome: &'a Outcome,
    /// The 5 % and 95 % points over judgements.
    range: Option<(f64, f64)>,
    /// Against the report's own result.
    before: Option<&'a Difference>,
}

/// Who is chosen, most likely first, no consensus last; `before` is the same against what the report says.
pub fn chosen(
    selection: &Selection,
    ranges: Option<&Ranges>,
    before: Option<&Comparison>,
    paper: &Paper<'_>,
) -> Markup {
    let of = ranges.and_then(|ranges| ranges.assumptions.first());
    let mut rows: Vec<Row<'_>> = Vec::with_capacity(selection.outcomes.len());
    for (index, outcome) in selection.outcomes.iter().enumerate() {
        let spread = of.and_then(|of| of.outcomes.get(index)).map(|range| range.spreading.quantiles);
        let before = before.and_then(|comparison| comparison.outcomes.get(index)).map(|it| &it.difference);
        rows.push(Row { outcome, range: spread.map(|[low, .., high]| (low, high)), before });
    }
    rows.sort_by_key(|row| (row.outcome.candidate.is_none(), Reverse(row.outcome.probability.count)));
    let drawn: Vec<&Row<'_>> = match rows.split_last() {
        Some((nobody, candidates)) if rows.len() > DRAWN => candidates.iter().take(DRAWN - 1).chain([nobody]).collect(),
        _ => rows.iter().collect(),
    };
    let description: Vec<String> = drawn.iter().map(|row| told(row)).collect();
    let title = "How often each candidate is chosen";
    let is_judged = ranges.is_some();
    html! {
        figure {
            (chart("chosen", title, &description.join("; "), paper.widths, |width| draw(&drawn, width)))
            figcaption {
                (figure::key(&keys(is_judged, before.is_some())))
                (caption(selection, ranges, rows.len() - drawn.len()))
            }
        }
        (figure::table("who is chosen", &table::outcomes(selection, ranges), &[], &files(selection, ranges), paper))
    }
}

fn keys(is_judged: bool, has_before: bool) -> Vec<(&'static str, &'static str)> {
    let mut keys = vec![("interval", "share of rounds; the dark end is its 95 % simulation interval")];
    keys.extend(is_judged.then_some(("range", "where nine in ten of the judgements lead")));
    keys.extend(has_before.then_some(("before", "the report’s own result")));
    keys
}

fn caption(selection: &Selection, ranges: Option<&Ranges>, left_out: usize) -> Markup {
    html! {
        p {
            (grouped(selection.rounds)) " simulated selections under “" (figure::name(&selection.assumption)) "”."
            @if let Some(ranges) = ranges {
                " The range: the 5" (NBSP) "% and 95" (NBSP) "% points over " (ranges.points.len())
                " draws of what the scenario says of its own numbers."
            }
            @if left_out > 0 { " " (left_out) " further candidates, chosen less often, are in the table." }
        }
    }
}

fn files(selection: &Selection, ranges: Option<&Ranges>) -> Vec<File> {
    let outcomes = csv::OUTCOMES.file(std::slice::from_ref(selection));
    let ranges = ranges.map(|ranges| csv::JUDGED[0].file(&Some(ranges.of_baseline())));
    [Some(outcomes), ranges].into_iter().flatten().flatten().collect()
}

/// One outcome in words.
fn told(row: &Row<'_>) -> String {
    let name = short(outcome_name(row.outcome.candidate.as_ref()), 60);
    let range = row.range.map(|range| format!(", {} over judgements", range_of(range))).unwrap_or_default();
    let before = row.before.map(|it| format!(", {} points against the report", change(it))).unwrap_or_default();
    format!("{name} {}{range}{before}", share(&row.outcome.probability))
}

/// "11–38 %"
fn range_of((low, high): (f64, f64)) -> String {
    let places = usize::from(high < 0.1);
    format!("{:.places$}–{:.places$}{NBSP}%", 100.0 * low, 100.0 * high)
}

fn draw(rows: &[&Row<'_>], width: Width) -> Drawing {
    let most = rows.iter().flat_map(|row| {
        let before = row.before.and_then(|before| before.before.value);
        [Some(row.outcome.probability.high), row.range.map(|(_, high)| high), before].into_iter().flatten()
    });
    let most = most.fold(0.0, f64::max);
    let (step, top, from, to) = match width {
        Width::Wide => (26.0, 8.0, 196.0, 566.0),
        Width::Narrow => (36.0, 4.0, 2.0, 338.0),
    };
    let axis = Axis::of_shares(most, from, to);
    let bottom = top + step * rows.len() as f64;
    let body = html! {
        (axis.grid(top, bottom, width, percent_tick))
        @for (number, row) in rows.iter().enumerate() {
            (bar(row, &axis, width, top + step * number as f64))
        }
    };
    Drawing { height: bottom + 22.0, body }
}

fn bar(row: &Row<'_>, axis: &Axis, width: Width, top: f64) -> Markup {
    let probability = &row.outcome.probability;
    let value = probability.value.unwrap_or(0.0);
    let (text, middle) = width.pick((top + 17.0, top + 13.0), (top + 12.0, top + 24.0));
    let class = if row.outcome.candidate.is_some() { "bar" } else { "bar nobody" };
    let name = outcome_name(row.outcome.candidate.as_ref());
    let (low, high) = (axis.at(probability.low), axis.at(probability.high));
    let interval = (high - low).max(1.6);
    let more = row.before.filter(|it| it.lost + it.gained > 0).map(change).or(row.range.map(range_of));
    html! {
        @match width {
            Width::Wide => {
                text class="label" x="186" y=(num(text)) text-anchor="end" { (fit(name, 186.0)) }
                text class="value" x="614" y=(num(text)) text-anchor="end" { (share(probability)) }
                @if let Some(more) = more { text class="quiet" x="626" y=(num(text)) { (more) } }
            },
            Width::Narrow => {
                text class="label" x="2" y=(num(text)) { (fit(name, 200.0)) }
                text class="value" x="338" y=(num(text)) text-anchor="end" {
                    @if let Some(more) = more { tspan class="quiet" { (more) } "  " }
                    (share(probability))
                }
            },
        }
        rect class=(class) x=(num(axis.at(0.0))) y=(num(middle - 6.0)) height="12" width=(num(axis.at(value) - axis.at(0.0))) {}
        rect class="interval" x=(num(low.min(axis.at(value)))) y=(num(middle - 6.0)) height="12" width=(num(interval)) {}
        @if let Some((low, high)) = row.range { (capped("range", axis.at(low), axis.at(high), middle)) }
        @if let Some(before) = row.before.and_then(|before| before.before.value) {
            @let x = num(axis.at(before));
            line class="before" x1=(x) x2=(x) y1=(num(middle - 9.0)) y2=(num(middle + 9.0)) {}
        }
    }
}
