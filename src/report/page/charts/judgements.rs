//! Which judgement matters: how far each moves the outcomes that range farthest.

use maud::{Markup, html};

use crate::analysis::judgements::{AssumptionRanges, JudgementIndex, OutcomeRange, Ranges};
use crate::report::number::NBSP;
use crate::report::page::figure::{self, Paper};
use crate::report::page::svg::{Axis, Drawing, Width, chart, fit, num, percent_tick, short};
use crate::report::{File, Grid, csv, judged, outcome_name};

/// Outcomes drawn at most, and judgements of each.
const OUTCOMES: usize = 2;
const JUDGEMENTS: usize = 7;
const HEAD: f64 = 25.0;
const ROW: f64 = 22.0;

/// An outcome and the judgements that move it, the most first.
struct Panel<'a> {
    outcome: &'a OutcomeRange,
    judgements: Vec<(&'a str, &'a JudgementIndex)>,
}

/// A tornado for each of the outcomes that range farthest; nothing if no judgement stands out.
pub fn judgements(ranges: &Ranges, paper: &Paper<'_>) -> Option<Markup> {
    let of = ranges.assumptions.first()?;
    let mut outcomes: Vec<&OutcomeRange> = of.outcomes.iter().collect();
    let spread = |it: &OutcomeRange| it.spreading.quantiles[4] - it.spreading.quantiles[0];
    outcomes.sort_by(|a, b| spread(b).total_cmp(&spread(a)));
    let panels: Vec<Panel<'_>> =
        outcomes.into_iter().filter_map(|outcome| panel(ranges, outcome)).take(OUTCOMES).collect();
    if panels.is_empty() {
        return None;
    }
    let described: Vec<String> = panels.iter().map(told).collect();
    let notes = [
        "Index: by what share the variance over judgements would shrink, on average, were this one known (first-order index with the reach of its 95 % interval).",
    ];
    Some(html! {
        p class="sub" {
            "Where the chance of the outcome lies when what is drawn for a judgement is in its lowest and in its highest \
             eighth, all others being drawn as they come. Behind it the first-order index: by what share the variance \
             would shrink, on average, were this judgement known."
        }
        figure {
            (chart("judgements", "Which judgement matters", &described.join(". "), paper.widths, |width| draw(&panels, width)))
            figcaption {
                (figure::key(&[("down", "judgement low"), ("up", "judgement high"), ("before", "mean over judgements")]))
            }
        }
        (figure::table("which judgement matters", &notes, paper, || (grid(ranges, of), files(ranges))))
    })
}

fn panel<'a>(ranges: &'a Ranges, outcome: &'a OutcomeRange) -> Option<Panel<'a>> {
    let indices = outcome.indices.as_ref()?;
    let names = ranges.judgements.iter().map(|judgement| judgement.name.as_str());
    let mut judgements: Vec<_> = names.zip(indices).filter(|(_, index)| index.first_order > index.reach).collect();
    let reach = |index: &JudgementIndex| (index.at_high - index.at_low).abs();
    judgements.sort_by(|(_, a), (_, b)| reach(b).total_cmp(&reach(a)));
    judgements.truncate(JUDGEMENTS);
    (!judgements.is_empty()).then_some(Panel { outcome, judgements })
}

fn told(panel: &Panel<'_>) -> String {
    let of_each = panel.judgements.iter().map(|(name, index)| format!("{} {}", short(name, 60), ends(index)));
    let outcome = outcome_name(panel.outcome.candidate.as_ref());
    format!("{}: {}", short(outcome, 60), of_each.collect::<Vec<_>>().join(", "))
}

/// "12 to 34 %"
fn ends(index: &JudgementIndex) -> String {
    let places = usize::from(index.at_low.max(index.at_high) < 0.1);
    format!("{:.places$} to {:.places$}{NBSP}%", 100.0 * index.at_low, 100.0 * index.at_high)
}

fn grid(ranges: &Ranges, of: &AssumptionRanges) -> Grid {
    let mut rows = Vec::new();
    for outcome in &of.outcomes {
        let names = ranges.judgements.iter().map(|judgement| judgement.name.clone());
        let told = names.zip(outcome.indices.iter().flatten()).filter(|(_, index)| index.first_order > index.reach);
        let name = outcome_name(outcome.candidate.as_ref());
        rows.extend(told.map(|(judgement, index)| vec![name.to_owned(), judgement, judged::shown(index), ends(index)]));
    }
    Grid::new(&["outcome", "judgement", "index", "from low to high"], &[false, false, true, true], rows)
}

/// Of the scenario as written.
fn files(ranges: &Ranges) -> Vec<File> {
    csv::JUDGED[2].file(&Some(ranges.of_baseline())).ok().into_iter().collect()
}

fn draw(panels: &[Panel<'_>], width: Width) -> Drawing {
    let ends = panels.iter().flat_map(|panel| panel.judgements.iter().flat_map(|(_, it)| [it.at_low, it.at_high]));
    let (from, to) = width.pick((214.0, 552.0), (130.0, 250.0));
    let axis = Axis::of_shares(ends.fold(0.0, f64::max), from, to);
    let bottom: f64 = panels.iter().map(|panel| HEAD + ROW * panel.judgements.len() as f64 + 4.0).sum();
    let mut y = 0.0;
    let body = html! {
        (axis.grid(6.0, bottom, width, percent_tick))
        @for panel in panels {
            @let mean = axis.at(panel.outcome.spreading.mean);
            @let end = y + HEAD + ROW * panel.judgements.len() as f64;
            text class="label head" x="0" y=(num(y + 17.0)) { (short(outcome_name(panel.outcome.candidate.as_ref()), 40)) }
            @for (number, (name, index)) in panel.judgements.iter().enumerate() {
                (bar(name, index, &axis, mean, y + HEAD + ROW * number as f64 + 10.0, width))
            }
            line class="before" x1=(num(mean)) x2=(num(mean)) y1=(num(y + HEAD)) y2=(num(end)) {}
            ({ y = end + 4.0; "" })
        }
    };
    Drawing { height: bottom + 20.0, body }
}

fn bar(name: &str, index: &JudgementIndex, axis: &Axis, mean: f64, middle: f64, width: Width) -> Markup {
    let (low, high) = (axis.at(index.at_low), axis.at(index.at_high));
    let part = |class: &str, end: f64| {
        html! { rect class=(class) x=(num(mean.min(end))) width=(num((end - mean).abs())) y=(num(middle - 6.5)) height="13" {} }
    };
    html! {
        text class="label" x=(num(axis.at(0.0) - 10.0)) y=(num(middle + 4.0)) text-anchor="end" { (fit(name, axis.at(0.0) - 12.0)) }
        (part("down", low)) (part("up", high))
        text class="value" x=(num(width.pick(640.0, 338.0))) y=(num(middle + 4.0)) text-anchor="end" { (ends(index)) }
        @if width == Width::Wide {
            text class="quiet" x="656" y=(num(middle + 4.0)) { "index" (NBSP) (format!("{:.2}", judged::share(index))) }
        }
    }
}
