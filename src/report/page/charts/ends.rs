//! When rounds end.

use maud::{Markup, html};

use crate::analysis::{BallotFigures, Selection};
use crate::report::number::share;
use crate::report::page::figure::{self, Paper};
use crate::report::page::svg::{Axis, Drawing, Width, chart, num, path, percent_tick};
use crate::report::{Grid, csv};

/// Units down of the plot.
const HEIGHT: f64 = 150.0;

/// Ballot by ballot; nothing if every round ends at the same.
pub fn ends(selection: &Selection, paper: &Paper<'_>) -> Option<Markup> {
    let ballots = selection.ballots.as_slice();
    let ending = |ballot: &&BallotFigures| !ballot.appointed.is_never() || !ballot.no_consensus.is_never();
    if ballots.iter().filter(ending).count() < 2 {
        return None;
    }
    let told: Vec<String> = ballots.iter().filter(ending).take(12).map(told).collect();
    Some(html! {
        figure {
            (chart("ends", "When rounds end", &told.join("; "), paper.widths, |width| draw(ballots, width)))
            figcaption {
                (figure::key(&[
                    ("bar", "rounds that appoint someone at this ballot"),
                    ("bar nobody", "that end without consensus"),
                    ("median", "that have appointed someone so far"),
                ]))
            }
        }
        (figure::table("when rounds end", &[], paper, || {
            (grid(ballots), csv::SELECTIONS[4].file(std::slice::from_ref(selection)).ok().into_iter().collect())
        }))
    })
}

fn told(ballot: &BallotFigures) -> String {
    format!(
        "ballot {}: {} appoint, {} end without",
        ballot.ballot,
        share(&ballot.appointed),
        share(&ballot.no_consensus)
    )
}

fn grid(ballots: &[BallotFigures]) -> Grid {
    let row = |b: &BallotFigures| {
        let label = if b.ballot == 0 { "none: no one stood".to_owned() } else { b.ballot.to_string() };
        vec![label, share(&b.appointed), share(&b.no_consensus), share(&b.cumulative), share(&b.still_open)]
    };
    let header = ["ballot", "appointed", "no consensus", "appointed so far", "still open"];
    Grid::new(&header, &[false, true, true, true, true], ballots.iter().map(row).collect())
}

fn draw(ballots: &[BallotFigures], width: Width) -> Drawing {
    let (left, right) = (44.0, width.units() - 4.0);
    let (top, bottom) = (8.0, 8.0 + HEIGHT);
    let axis = Axis::of_shares(1.0, bottom, top);
    let step = (right - left) / ballots.len() as f64;
    let bar = (0.7 * step).min(46.0);
    let every = (ballots.len() as f64 * 24.0 / (right - left)).ceil().max(1.0) as usize;
    let value = |p: &crate::analysis::Proportion| p.value.unwrap_or(0.0);
    let middle = |number: usize| left + step * (number as f64 + 0.5);
    let line = ballots.iter().enumerate().map(|(number, b)| (middle(number), axis.at(value(&b.cumulative))));
    let body = html! {
        @for tick in axis.ticks() {
            @let y = num(axis.at(tick));
            line class="grid" x1=(num(left)) x2=(num(right)) y1=(y) y2=(y) {}
            text class="tick" x=(num(left - 6.0)) y=(num(axis.at(tick) + 4.0)) text-anchor="end" { (percent_tick(tick)) }
        }
        @for (number, ballot) in ballots.iter().enumerate() {
            @let (appointed, nobody) = (value(&ballot.appointed), value(&ballot.no_consensus));
            @let x = num(middle(number) - bar / 2.0);
            rect class="bar" x=(x) width=(num(bar)) y=(num(axis.at(appointed))) height=(num(bottom - axis.at(appointed))) {}
            rect class="bar nobody" x=(x) width=(num(bar)) y=(num(axis.at(appointed + nobody))) height=(num(axis.at(appointed) - axis.at(appointed + nobody))) {}
            @if number % every == 0 {
                text class="tick" x=(num(middle(number))) y=(num(bottom + 15.0)) text-anchor="middle" {
                    @if ballot.ballot == 0 { "none" } @else { (ballot.ballot) }
                }
            }
        }
        path class="median" d=(path(line)) {}
        text class="tick" x=(num(f64::midpoint(left, right))) y=(num(bottom + 31.0)) text-anchor="middle" { "ballot" }
    };
    Drawing { height: bottom + 36.0, body }
}
