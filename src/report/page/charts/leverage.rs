//! Where a point of persuasion buys most.

use maud::{Markup, html};

use crate::analysis::{Leverage, PairLeverage, Slope};
use crate::model::Model;
use crate::report::leverage::LeverageReport;
use crate::report::number::{NBSP, signed};
use crate::report::page::claim::percent;
use crate::report::page::figure::{self, Paper};
use crate::report::page::svg::{Axis, Drawing, Width, capped, chart, fit, num, short};
use crate::report::{csv, outcome_name};

/// Outcomes drawn at most, and slopes of each.
const OUTCOMES: usize = 3;
const SLOPES: usize = 4;
/// Slopes of each outcome in the table.
const TOP: usize = 6;
const HEAD: f64 = 25.0;

/// An outcome and what moves it most.
struct Panel<'a> {
    outcome: usize,
    slopes: Vec<(&'a PairLeverage, Slope)>,
}

/// The steepest slopes of the likeliest outcomes; nothing if none is clear.
pub fn leverage(model: &Model, leverage: &Leverage, paper: &Paper<'_>) -> Option<Markup> {
    let mut order: Vec<usize> = (0..leverage.outcomes.len()).collect();
    order.sort_by_key(|&outcome| std::cmp::Reverse(leverage.outcomes[outcome].probability.count));
    let panel = |outcome: usize| {
        let slopes: Vec<_> =
            leverage.steepest(outcome).into_iter().filter(|(_, slope)| slope.is_clear()).take(SLOPES).collect();
        (!slopes.is_empty()).then_some(Panel { outcome, slopes })
    };
    let panels: Vec<Panel<'_>> = order.into_iter().filter_map(panel).take(OUTCOMES).collect();
    if panels.is_empty() {
        return None;
    }
    let described: Vec<String> = panels.iter().map(|panel| told(panel, leverage)).collect();
    let report = LeverageReport { title: "", model, leverage, top: TOP, seed: 0, rounds_asked: 0, repeat: "" };
    let notes = [
        "Changes in percentage points per point of support; “sure” are those too far from 0 for chance as the farthest of all.",
    ];
    let title = "What a point more of a member’s support does";
    Some(html! {
        p class="sub" {
            "By how many percentage points an outcome becomes more or less likely per point more of a member’s support for \
             a candidate: the slope at the judgements as they are, good for a few tenths of a point."
        }
        figure {
            (chart("leverage", title, &described.join(". "), paper.widths, |width| draw(&panels, leverage, width)))
            figcaption { (figure::key(&[("whisker", "slope with its 95 % interval")])) }
        }
        (figure::table("leverage", &notes, paper, || {
            (report.main(), csv::LEVERAGE.file(&drawn(&panels, leverage)).ok().into_iter().collect())
        }))
    })
}

/// With the pairs alone that are drawn.
fn drawn(panels: &[Panel<'_>], leverage: &Leverage) -> Leverage {
    let is_drawn = |pair: &PairLeverage| {
        let same = |other: &PairLeverage| (other.member, other.candidate) == (pair.member, pair.candidate);
        panels.iter().flat_map(|panel| &panel.slopes).any(|(other, _)| same(other))
    };
    let pairs = leverage.pairs.iter().filter(|pair| is_drawn(pair)).cloned().collect();
    Leverage { pairs, ..leverage.clone() }
}

/// "France for Kaja Kallas"; both names are cut where they take more than twice so many letters.
fn who(pair: &PairLeverage, leverage: &Leverage, letters: usize) -> String {
    let member = &leverage.members[pair.member].name;
    let candidate = outcome_name(leverage.outcomes[pair.candidate].candidate.as_ref());
    let fits = member.chars().count() + candidate.chars().count() <= 2 * letters;
    let letters = if fits { 2 * letters } else { letters };
    format!("{} for {}", short(member, letters), short(candidate, letters))
}

fn told(panel: &Panel<'_>, leverage: &Leverage) -> String {
    let slopes = panel.slopes.iter().map(|(pair, slope)| format!("{} {}", who(pair, leverage, 60), shown(slope)));
    let outcome = outcome_name(leverage.outcomes[panel.outcome].candidate.as_ref());
    format!("{}: {}", short(outcome, 60), slopes.collect::<Vec<_>>().join(", "))
}

fn shown(slope: &Slope) -> String {
    signed(slope.value, slope.high - slope.value, slope.is_clear())
}

fn draw(panels: &[Panel<'_>], leverage: &Leverage, width: Width) -> Drawing {
    let slopes = || panels.iter().flat_map(|panel| panel.slopes.iter().map(|(_, slope)| slope));
    let low = slopes().map(|slope| slope.low).fold(0.0, f64::min);
    let high = slopes().map(|slope| slope.high).fold(0.0, f64::max);
    let (from, to, row) = width.pick((300.0, 600.0, 20.0), (6.0, 240.0, 32.0));
    let axis = Axis::new(low, high, from, to);
    let bottom: f64 = panels.iter().map(|panel| HEAD + row * panel.slopes.len() as f64).sum();
    let mut y = 0.0;
    let zero = num(axis.at(0.0));
    let body = html! {
        (axis.grid(6.0, bottom + 4.0, width, |tick| format!("{}", (1e4 * tick).round() / 100.0 + 0.0).replace('-', "−")))
        // On narrow screens names lie above, across the axis: there it is marked row by row.
        @if width == Width::Wide { line class="axis" x1=(zero) x2=(zero) y1="6" y2=(num(bottom + 4.0)) {} }
        @for panel in panels {
            @let outcome = &leverage.outcomes[panel.outcome];
            text class="label head" x="0" y=(num(y + 17.0)) {
                (fit(outcome_name(outcome.candidate.as_ref()), width.pick(250.0, 220.0))) " "
                tspan class="quiet" { "now" (NBSP) (percent(&outcome.probability)) }
            }
            @for (number, (pair, slope)) in panel.slopes.iter().enumerate() {
                (line(&who(pair, leverage, width.pick(19, 21)), slope, &axis, y + HEAD + row * number as f64, width))
            }
            ({ y += HEAD + row * panel.slopes.len() as f64; "" })
        }
    };
    Drawing { height: bottom + 24.0, body }
}

fn line(who: &str, slope: &Slope, axis: &Axis, top: f64, width: Width) -> Markup {
    let (text, middle) = width.pick((top + 13.0, top + 9.0), (top + 11.0, top + 22.0));
    html! {
        @match width {
            Width::Wide => { text class="label" x="288" y=(num(text)) text-anchor="end" { (who) } },
            Width::Narrow => { text class="label" x="6" y=(num(text)) { (who) } },
        }
        @if width == Width::Narrow {
            @let zero = num(axis.at(0.0));
            line class="axis" x1=(zero) x2=(zero) y1=(num(middle - 7.0)) y2=(num(middle + 7.0)) {}
        }
        (capped("whisker", axis.at(slope.low), axis.at(slope.high), middle))
        circle class=(if slope.value >= 0.0 { "up" } else { "down" }) cx=(num(axis.at(slope.value))) cy=(num(middle)) r="4.5" {}
        text class="value" x=(num(width.pick(708.0, 338.0))) y=(num(middle + 4.0)) text-anchor="end" { (shown(slope)) }
    }
}
