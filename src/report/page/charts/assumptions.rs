//! What other assumptions change: each outcome's share before and after, with the paired interval.

use std::cmp::Ordering;

use maud::{Markup, html};

use crate::analysis::judgements::Ranges;
use crate::analysis::{Comparison, OutcomeDifference, Selection};
use crate::report::compare::CompareReport;
use crate::report::number::change;
use crate::report::page::figure::{self, Paper};
use crate::report::page::svg::{Axis, Drawing, Width, capped, chart, fit, num, percent_tick, short};
use crate::report::{csv, outcome_name};

/// Outcomes drawn of an assumption at most, and the least change of one.
const OUTCOMES: usize = 3;
const LEAST: f64 = 0.005;
/// Assumptions drawn at most: those under which most rounds end otherwise.
const PANELS: usize = 8;
/// Units down of a heading and of a row.
const HEAD: f64 = 22.0;
const ROW: f64 = 21.0;
/// Units across of a panel, and between two.
const PANEL: f64 = 340.0;
const GAP: f64 = 40.0;

/// One assumption and what it clearly changes, the most first.
struct Panel<'a> {
    name: &'a str,
    changed: Vec<&'a OutcomeDifference>,
}

impl Panel<'_> {
    fn height(&self) -> f64 {
        HEAD + ROW * self.changed.len().max(1) as f64 + 8.0
    }
}

/// Each of the `comparisons` in a panel; nothing if there are none.
pub fn assumptions(
    selections: &[Selection],
    comparisons: &[Comparison],
    ranges: Option<&Ranges>,
    paper: &Paper<'_>,
) -> Option<Markup> {
    let baseline = comparisons.first().map(|comparison| comparison.baseline.as_str())?;
    let least = least_drawn(comparisons);
    let panels: Vec<Panel<'_>> =
        comparisons.iter().filter(|it| it.changed.count >= least).take(PANELS).map(panel).collect();
    let left_out = comparisons.len() - panels.len();
    let description: Vec<String> = panels.iter().map(told).collect();
    let grid = CompareReport {
        title: "",
        models: &[],
        selections,
        comparisons,
        ranges,
        seed: 0,
        rounds_asked: 0,
        repeat: "",
        full: true,
        ballots: false,
    }
    .main();
    Some(html! {
        p class="sub" {
            "Up to " (OUTCOMES) " outcomes whose share of rounds clearly changes, each from what it is under “"
            (figure::name(baseline)) "” to what it is under the other assumption. All meet the same draws."
            @if left_out > 0 { " Drawn are the " (panels.len()) " that change most; all are in the table." }
        }
        figure {
            (chart("assumptions", "What other assumptions change", &description.join(". "), paper.widths, |width| draw(&panels, width)))
            figcaption {
                (figure::key(&[
                    ("hollow", "as written"),
                    ("up", "more often"),
                    ("down", "less often"),
                    ("whisker", "95 % interval of the difference"),
                ]))
                p { "Numbers: change in percentage points, with the reach of its paired interval." }
            }
        }
        (figure::table("other assumptions", &["▲▼ more or less often for certain; below, the change in percentage points."], paper, || {
            (grid, csv::COMPARISON.file(comparisons).ok().into_iter().collect())
        }))
    })
}

/// Rounds that end otherwise under an assumption that is drawn, at least.
fn least_drawn(comparisons: &[Comparison]) -> u64 {
    let mut changed: Vec<u64> = comparisons.iter().map(|it| it.changed.count).collect();
    changed.sort_unstable_by(|a, b| b.cmp(a));
    changed.get(PANELS - 1).copied().unwrap_or(0)
}

fn panel(comparison: &Comparison) -> Panel<'_> {
    let clear = |it: &&OutcomeDifference| it.difference.is_clear() && it.difference.value.abs() >= LEAST;
    let mut changed: Vec<_> = comparison.outcomes.iter().filter(clear).collect();
    let size = |it: &OutcomeDifference| it.difference.value.abs();
    changed.sort_by(|a, b| size(b).partial_cmp(&size(a)).unwrap_or(Ordering::Equal));
    changed.truncate(OUTCOMES);
    Panel { name: &comparison.assumption, changed }
}

fn told(panel: &Panel<'_>) -> String {
    let change = |it: &&OutcomeDifference| {
        format!("{} {}", short(outcome_name(it.candidate.as_ref()), 60), change(&it.difference))
    };
    let changes: Vec<_> = panel.changed.iter().map(change).collect();
    let changes = if changes.is_empty() { "hardly anything changes".to_owned() } else { changes.join(", ") };
    format!("Under {}: {changes}", short(panel.name, 60))
}

fn draw(panels: &[Panel<'_>], width: Width) -> Drawing {
    let ends = panels.iter().flat_map(|panel| &panel.changed).map(|it| {
        let share = |value: Option<f64>| value.unwrap_or(0.0);
        share(it.difference.before.value).max(share(it.difference.after.value))
    });
    let axis = Axis::of_shares(ends.fold(0.0, f64::max), 158.0, 252.0);
    let columns: usize = width.pick(2, 1);
    let mut tops: Vec<f64> = vec![20.0; columns];
    let mut placed = Vec::with_capacity(panels.len());
    for panel in panels {
        // The next goes where most room is left, so that both columns end together.
        let column = (0..columns).min_by(|&a, &b| tops[a].total_cmp(&tops[b])).unwrap_or(0);
        placed.push((panel, (PANEL + GAP) * column as f64, tops[column]));
        tops[column] += panel.height();
    }
    let bottom = tops.iter().copied().fold(0.0, f64::max);
    let body = html! {
        @for (column, end) in tops.iter().enumerate() {
            g transform={ "translate(" (num((PANEL + GAP) * column as f64)) " 0)" } {
                @for tick in axis.ticks() {
                    @let x = num(axis.at(tick));
                    line class="grid" x1=(x) x2=(x) y1="18" y2=(num(*end - 6.0)) {}
                    text class="tick" x=(x) y="12" text-anchor="middle" { (percent_tick(tick)) }
                }
            }
        }
        @for (panel, left, top) in &placed {
            g transform={ "translate(" (num(*left)) " " (num(*top)) ")" } { (one(panel, &axis)) }
        }
    };
    Drawing { height: bottom, body }
}

fn one(panel: &Panel<'_>, axis: &Axis) -> Markup {
    html! {
        text class="label head" x="0" y="15" { (fit(panel.name, 300.0)) }
        @if panel.changed.is_empty() { text class="quiet" x="0" y=(num(HEAD + 14.0)) { "no clear change" } }
        @for (number, it) in panel.changed.iter().enumerate() {
            @let middle = HEAD + ROW * number as f64 + 9.0;
            @let before = it.difference.before.value.unwrap_or(0.0);
            @let after = it.difference.after.value.unwrap_or(0.0);
            @let way = if after >= before { "up" } else { "down" };
            @let (x1, x2) = (num(axis.at(before)), num(axis.at(after)));
            text class="label" x="148" y=(num(middle + 4.0)) text-anchor="end" {
                (fit(outcome_name(it.candidate.as_ref()), 148.0))
            }
            line class={ "link " (way) } x1=(x1) x2=(x2) y1=(num(middle)) y2=(num(middle)) {}
            (capped("whisker", axis.at(before + it.difference.low), axis.at(before + it.difference.high), middle))
            circle class="hollow" cx=(x1) cy=(num(middle)) r="4" {}
            circle class=(way) cx=(x2) cy=(num(middle)) r="4.5" {}
            text class="value" x=(num(PANEL)) y=(num(middle + 4.0)) text-anchor="end" { (change(&it.difference)) }
        }
    }
}
