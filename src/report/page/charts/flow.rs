//! Where rounds go: from how they end under the baseline to how the same draws end otherwise.

use std::cmp::Reverse;

use maud::{Markup, html};

use crate::analysis::{Comparison, Key, Proportion};
use crate::report::number::share;
use crate::report::page::claim::percent;
use crate::report::page::figure::{self, Paper};
use crate::report::page::svg::{Drawing, Width, chart, fit, num, short};
use crate::report::{Grid, csv, outcome_name};

/// The least share, on either side, of an outcome drawn by itself.
const LEAST: f64 = 0.02;
/// Units down of all rounds, and between two outcomes.
const ALL: f64 = 270.0;
const GAP: f64 = 9.0;
/// Units down that a name takes at least.
const LINE: f64 = 14.0;
const NODE: f64 = 8.0;

/// Rounds by how they end on both sides.
struct Sides {
    names: Vec<String>,
    /// Row by row: from the one to the other.
    flows: Vec<Vec<u64>>,
    rounds: u64,
}

impl Sides {
    /// Outcomes by how often they occur under the baseline, small ones together, no consensus last.
    fn new(comparison: &Comparison) -> Self {
        let mut order: Vec<usize> = (0..comparison.outcomes.len()).collect();
        let before = |o: usize| comparison.outcomes[o].difference.before;
        order.sort_by_key(|&o| (comparison.outcomes[o].candidate.is_none(), Reverse(before(o).count)));
        let is_large = |&o: &usize| {
            let large = |p: &Proportion| p.value.is_some_and(|value| value >= LEAST);
            let difference = &comparison.outcomes[o].difference;
            large(&difference.before) || large(&difference.after)
        };
        let (mut large, small): (Vec<usize>, Vec<usize>) = order.into_iter().partition(is_large);
        let nobody = large.pop_if(|&mut o| comparison.outcomes[o].candidate.is_none());
        let candidate = |o: usize| comparison.outcomes[o].candidate.as_ref();
        let mut names: Vec<String> = large.iter().map(|&o| outcome_name(candidate(o)).to_owned()).collect();
        names.extend((!small.is_empty()).then(|| "all others".to_owned()));
        names.extend(nobody.map(|o| outcome_name(candidate(o)).to_owned()));
        let place = |key: Option<&Key>| {
            let named = large.iter().position(|&o| candidate(o) == key);
            let last = || nobody.filter(|&o| candidate(o) == key).map(|_| names.len() - 1);
            named.or_else(last).unwrap_or(large.len())
        };
        let mut flows = vec![vec![0; names.len()]; names.len()];
        for flow in &comparison.flows {
            flows[place(flow.from.as_ref())][place(flow.to.as_ref())] += flow.probability.count;
        }
        Self { rounds: comparison.changed.rounds, names, flows }
    }

    fn before(&self, outcome: usize) -> u64 {
        self.flows[outcome].iter().sum()
    }

    fn after(&self, outcome: usize) -> u64 {
        self.flows.iter().map(|row| row[outcome]).sum()
    }
}

/// Of the `comparison`; nothing if every round ends the same.
pub fn flow(comparison: &Comparison, paper: &Paper<'_>) -> Option<Markup> {
    if comparison.changed.is_never() {
        return None;
    }
    let sides = Sides::new(comparison);
    let title = format!("From {} to {}", short(&comparison.baseline, 60), short(&comparison.assumption, 60));
    Some(html! {
        p class="sub" {
            (share(&comparison.changed)) " of rounds end differently under “" (figure::name(&comparison.assumption))
            "” than under “" (figure::name(&comparison.baseline)) "” with the same draws."
        }
        figure {
            (chart("flow", &title, &described(&sides), paper.widths, |width| draw(&sides, comparison, width)))
            figcaption {
                (figure::key(&[("flow", "the same end"), ("flow move", "another end")]))
                p { "Left: how rounds end under “" (figure::name(&comparison.baseline)) "”; right: under “" (figure::name(&comparison.assumption)) "”." }
            }
        }
        (figure::table("where the rounds go", &[], paper, || {
            (grid(&sides), csv::COMPARISONS[1].file(std::slice::from_ref(comparison)).ok().into_iter().collect())
        }))
    })
}

/// The largest moves in words.
fn described(sides: &Sides) -> String {
    let mut moves: Vec<(u64, usize, usize)> = Vec::new();
    for (from, row) in sides.flows.iter().enumerate() {
        moves.extend(
            row.iter().enumerate().filter(|(to, count)| *to != from && **count > 0).map(|(to, n)| (*n, from, to)),
        );
    }
    moves.sort_by_key(|&(count, ..)| Reverse(count));
    let name = |outcome: usize| short(&sides.names[outcome], 60);
    let told = moves.iter().take(5).map(|&(count, from, to)| {
        format!("{} from {} to {}", share(&Proportion::new(count, sides.rounds)), name(from), name(to))
    });
    format!("Most rounds that end otherwise: {}", told.collect::<Vec<_>>().join("; "))
}

fn grid(sides: &Sides) -> Grid {
    let header: Vec<&str> = ["from, to"].into_iter().chain(sides.names.iter().map(String::as_str)).collect();
    let right: Vec<bool> = (0..header.len()).map(|column| column > 0).collect();
    let row = |(from, row): (usize, &Vec<u64>)| {
        let cells = row.iter().map(|&count| share(&Proportion::new(count, sides.rounds)));
        [sides.names[from].clone()].into_iter().chain(cells).collect()
    };
    Grid::new(&header, &right, sides.flows.iter().enumerate().map(row).collect())
}

fn draw(sides: &Sides, comparison: &Comparison, width: Width) -> Drawing {
    let units = |count: u64| ALL * count as f64 / sides.rounds.max(1) as f64;
    let (left, right) = width.pick((214.0, 498.0), (112.0, 220.0));
    let stacked = |count: &dyn Fn(usize) -> u64| {
        let mut y = 26.0;
        let tops: Vec<f64> = (0..sides.names.len())
            .map(|outcome| {
                let top = y;
                y += units(count(outcome)).max(if count(outcome) > 0 { LINE - GAP } else { 0.0 }) + GAP;
                top
            })
            .collect();
        (tops, y)
    };
    let (lefts, left_end) = stacked(&|outcome| sides.before(outcome));
    let (rights, right_end) = stacked(&|outcome| sides.after(outcome));
    let (mut out, mut into) = (lefts.clone(), rights.clone());
    let mut ribbons = Vec::new();
    for (from, row) in sides.flows.iter().enumerate() {
        for (to, &count) in row.iter().enumerate().filter(|(_, count)| **count > 0) {
            let height = units(count);
            ribbons.push((from == to, ribbon(left + NODE, out[from], right, into[to], height)));
            out[from] += height;
            into[to] += height;
        }
    }
    let body = html! {
        text class="label head" x=(num(left + NODE)) y="13" text-anchor="end" { (short(&comparison.baseline, width.pick(30, 16))) }
        text class="label head" x=(num(right)) y="13" { (short(&comparison.assumption, width.pick(30, 16))) }
        @for (same, d) in &ribbons { path class=(if *same { "flow" } else { "flow move" }) d=(d) {} }
        @for outcome in 0..sides.names.len() {
            @let (before, after) = (sides.before(outcome), sides.after(outcome));
            @if before > 0 {
                (node(left, lefts[outcome], units(before)))
                (label(&sides.names[outcome], before, sides.rounds, (left - 7.0, lefts[outcome] + units(before) / 2.0), "end", units(before), width))
            }
            @if after > 0 {
                (node(right, rights[outcome], units(after)))
                (label(&sides.names[outcome], after, sides.rounds, (right + NODE + 7.0, rights[outcome] + units(after) / 2.0), "start", units(after), width))
            }
        }
    };
    Drawing { height: left_end.max(right_end) + 4.0, body }
}

fn node(x: f64, y: f64, height: f64) -> Markup {
    html! { rect class="node" x=(num(x)) y=(num(y)) width=(num(NODE)) height=(num(height.max(0.8))) {} }
}

/// A name and its share, below each other where there is no room beside.
fn label(name: &str, count: u64, rounds: u64, at: (f64, f64), anchor: &str, height: f64, width: Width) -> Markup {
    let share = percent(&Proportion::new(count, rounds)).replace("under", "<");
    let (x, y) = (num(at.0), at.1 + 4.0);
    html! {
        @match width {
            Width::Wide => {
                text class="label" x=(x) y=(num(y)) text-anchor=(anchor) { (fit(name, 171.0)) " " tspan class="quiet" { (share) } }
            },
            Width::Narrow if height >= 2.0 * LINE => {
                text class="label" x=(x) y=(num(y - 7.0)) text-anchor=(anchor) { (fit(name, 103.0)) }
                text class="quiet" x=(x) y=(num(y + 7.0)) text-anchor=(anchor) { (share) }
            },
            Width::Narrow => { text class="label" x=(x) y=(num(y)) text-anchor=(anchor) { (fit(name, 103.0)) } },
        }
    }
}

/// A band from one node to another.
fn ribbon(x1: f64, y1: f64, x2: f64, y2: f64, height: f64) -> String {
    let middle = num(f64::midpoint(x1, x2));
    let [x1, y1, x2, y2, y3, y4] = [x1, y1, x2, y2, y2 + height, y1 + height].map(num);
    format!("M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}V{y3}C{middle} {y3} {middle} {y4} {x1} {y4}Z")
}
