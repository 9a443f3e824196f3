//! As the ballots go: each candidate's support from ballot to ballot, with the polls that were held.

use std::cmp::Reverse;

use maud::{Markup, html};

use crate::analysis::{Selection, StandingFigures};
use crate::model::{CandidateId, Model, Poll, Total, Totals};
use crate::report::number::NBSP;
use crate::report::page::figure::{self, Paper};
use crate::report::page::svg::{Axis, Drawing, Width, chart, fit, num, path, short};
use crate::report::{Grid, csv};

/// Candidates drawn at most, and ballots.
const CANDIDATES: usize = 6;
const BALLOTS: u32 = 12;
/// Units down of a panel's plot.
const HEIGHT: f64 = 84.0;
const HEAD: f64 = 27.0;

/// A candidate's support at the ballots, and in the polls.
struct Panel<'a> {
    name: &'a str,
    standings: Vec<&'a StandingFigures>,
    /// Number of the ballot, and how many were in favour.
    polls: Vec<Seen>,
}

/// What a poll says of a candidate: support is encouragements, or votes.
struct Seen {
    /// The ballot of the round.
    ballot: u32,
    support: Total,
    objections: Total,
}

/// How the likeliest candidates fare; nothing if there is but one ballot and no poll, or it was not counted.
pub fn ballots(model: &Model, selection: &Selection, polls: &[Poll], paper: &Paper<'_>) -> Option<Markup> {
    let standings = selection.standings.as_ref()?;
    let last = standings.iter().map(|it| it.ballot).max()?;
    // Polls count heads: they are drawn where support does.
    let heads = model.stages.iter().all(|stage| model.measures[stage.support_by].counts_heads());
    let mut order: Vec<usize> = (0..selection.candidates.len()).collect();
    order.sort_by_key(|&c| Reverse(selection.candidates[c].appointed.count));
    let panels: Vec<Panel<'_>> = order
        .into_iter()
        .map(|c| panel(model, selection, standings, if heads { polls } else { &[] }, c))
        .filter(|panel| !panel.standings.is_empty())
        .take(CANDIDATES)
        .collect();
    let has_polls = panels.iter().any(|panel| !panel.polls.is_empty());
    if last < 2 && !has_polls {
        return None;
    }
    let unit = if heads { "members in favour" } else { "support, by the measure of the stage" };
    let title = "Support from ballot to ballot";
    let described: Vec<String> = panels.iter().map(told).collect();
    let mut keys =
        vec![("median", "median over rounds in which the candidate faces the ballot"), ("band", "middle 90 %")];
    keys.extend(has_polls.then_some(("poll", "poll that was held")));
    Some(html! {
        figure {
            (chart("ballots", title, &described.join(". "), paper.widths, |width| draw(&panels, width)))
            figcaption {
                (figure::key(&keys))
                p {
                    "Up: " (unit) "; across: ballots."
                    @if last > BALLOTS { " Drawn are the first " (BALLOTS) " of " (last) " ballots." }
                    @if has_polls { " No round uses the polls: they are here to compare." }
                }
            }
        }
        (figure::table("as the ballots go", &[], paper, || {
            (grid(&panels), csv::POLLS.file(&[told_standings(selection, &panels)][..]).ok().into_iter().collect())
        }))
    })
}

/// The figures that are drawn, for the file.
fn told_standings(selection: &Selection, panels: &[Panel<'_>]) -> Selection {
    let standings = panels.iter().flat_map(|panel| panel.standings.iter().map(|&it| it.clone())).collect();
    Selection { standings: Some(standings), ..selection.clone() }
}

fn panel<'a>(
    model: &Model,
    selection: &'a Selection,
    standings: &'a [StandingFigures],
    polls: &[Poll],
    c: usize,
) -> Panel<'a> {
    let key = &selection.candidates[c].candidate;
    let mut of: Vec<&StandingFigures> = Vec::new();
    for it in standings.iter().filter(|it| it.candidate.id == key.id && it.ballot <= BALLOTS) {
        match of.last_mut() {
            // A ballot that is of one stage in some rounds and of another in others: where most are.
            Some(last) if last.ballot == it.ballot => *last = if it.rounds > last.rounds { it } else { *last },
            _ => of.push(it),
        }
    }
    let seen = polls.iter().filter_map(|poll| {
        let row = poll.rows.iter().find(|row| row.candidate == CandidateId(c as u16))?;
        let Totals { encourage, object, votes, .. } = row.totals;
        let is_choice = model.stages[poll.stage].ballot.is_choice();
        let before: u32 = model.stages.iter().take(poll.stage).map(|stage| stage.repeat).sum();
        let support = if is_choice { votes } else { encourage };
        Some(Seen { ballot: before + poll.ballot, support, objections: object }).filter(|seen| seen.ballot <= BALLOTS)
    });
    Panel { name: &key.name, standings: of, polls: seen.collect() }
}

fn told(panel: &Panel<'_>) -> String {
    let first = panel.standings.first().map(|it| format!("median {} at ballot {}", it.support.median, it.ballot));
    let last = panel.standings.last().map(|it| format!("{} at ballot {}", it.support.median, it.ballot));
    let known = panel.polls.iter().filter(|seen| seen.support != Total::default());
    let polls: Vec<String> =
        known.map(|seen| format!("poll {} at ballot {}", count(seen.support), seen.ballot)).collect();
    let parts: Vec<String> = first.into_iter().chain(last).chain(polls).collect();
    format!("{}: {}", short(panel.name, 60), parts.join(", "))
}

fn grid(panels: &[Panel<'_>]) -> Grid {
    let mut rows = Vec::new();
    for panel in panels {
        for it in &panel.standings {
            let seen = |of: fn(&Seen) -> Total| {
                let here = panel.polls.iter().filter(|seen| seen.ballot == it.ballot).map(of).map(count);
                here.collect::<Vec<String>>().join(", ")
            };
            let spread = |s: &crate::analysis::Spread| format!("{:.1} ({}–{})", s.mean, rounded(s.q05), rounded(s.q95));
            rows.push(vec![
                panel.name.to_owned(),
                it.ballot.to_string(),
                spread(&it.support),
                spread(&it.objections),
                spread(&it.vetoes),
                seen(|seen| seen.support),
                seen(|seen| seen.objections),
            ]);
        }
    }
    let header =
        ["candidate", "ballot", "support", "objections", "vetoes", "support\nin the poll", "objections\nin the poll"];
    Grid::new(&header, &[false, true, true, true, true, true, true], rows)
}

/// A number of members, as far as it is known.
fn count(total: Total) -> String {
    match (total.at_least, total.at_most) {
        (least, Some(most)) if least == most => most.to_string(),
        (0, None) => String::new(),
        (least, None) => format!("≥{NBSP}{least}"),
        (0, Some(most)) => format!("≤{NBSP}{most}"),
        (least, Some(most)) => format!("{least}–{most}"),
    }
}

fn rounded(value: f64) -> f64 {
    (10.0 * value).round() / 10.0
}

fn draw(panels: &[Panel<'_>], width: Width) -> Drawing {
    let columns: usize = width.pick(3, 2);
    let across = width.units() / columns as f64;
    let ballots = panels
        .iter()
        .flat_map(|p| p.standings.iter().map(|it| it.ballot).chain(p.polls.iter().map(|seen| seen.ballot)));
    let last = ballots.max().unwrap_or(1);
    let most = panels.iter().flat_map(|panel| {
        panel
            .standings
            .iter()
            .map(|it| it.support.q95)
            .chain(panel.polls.iter().filter_map(|seen| seen.support.known()).map(f64::from))
    });
    let most = most.fold(0.0, f64::max);
    let body = html! {
        @for (number, panel) in panels.iter().enumerate() {
            @let (x, y) = (across * (number % columns) as f64, (HEIGHT + HEAD + 30.0) * (number / columns) as f64);
            g transform={ "translate(" (num(x)) " " (num(y)) ")" } { (one(panel, across - 12.0, last, most)) }
        }
    };
    Drawing { height: (HEIGHT + HEAD + 30.0) * panels.len().div_ceil(columns) as f64, body }
}

fn one(panel: &Panel<'_>, across: f64, last: u32, most: f64) -> Markup {
    let bottom = HEAD + HEIGHT;
    let up = Axis::new(0.0, most.max(1.0), bottom, HEAD);
    let (left, right) = (26.0, across - 6.0);
    let at = |ballot: u32| match last {
        0 | 1 => f64::midpoint(left, right),
        _ => left + 6.0 + (right - left - 12.0) * f64::from(ballot - 1) / f64::from(last - 1),
    };
    let line = |value: fn(&StandingFigures) -> f64| panel.standings.iter().map(move |it| (it.ballot, value(it)));
    let upper = line(|it| it.support.q95).map(|(ballot, value)| (at(ballot), up.at(value)));
    let lower: Vec<_> = line(|it| it.support.q05).map(|(ballot, value)| (at(ballot), up.at(value))).collect();
    let band = path(upper.chain(lower.into_iter().rev())) + "Z";
    let median = path(line(|it| it.support.median).map(|(ballot, value)| (at(ballot), up.at(value))));
    let every = (last as f64 * 20.0 / (right - left)).ceil().max(1.0) as u32;
    html! {
        text class="label head" x="0" y="14" { (fit(panel.name, 0.88 * across)) }
        @for tick in up.ticks() {
            @let y = num(up.at(tick));
            line class="grid" x1=(num(left)) x2=(num(right)) y1=(y) y2=(y) {}
            text class="tick" x=(num(left - 5.0)) y=(num(up.at(tick) + 4.0)) text-anchor="end" { ((100.0 * tick).round() / 100.0) }
        }
        @for ballot in (1..=last).filter(|ballot| (ballot - 1) % every == 0) {
            text class="tick" x=(num(at(ballot))) y=(num(bottom + 15.0)) text-anchor="middle" { (ballot) }
        }
        path class="band" d=(band) {}
        path class="median" d=(median) {}
        @if panel.standings.len() == 1 {
            @for it in &panel.standings { circle class="dot" cx=(num(at(it.ballot))) cy=(num(up.at(it.support.median))) r="3.5" {} }
        }
        @for (ballot, count) in panel.polls.iter().filter_map(|seen| Some((seen.ballot, seen.support.known()?))) {
            @let (x, y) = (at(ballot), up.at(f64::from(count)));
            path class="poll" d=(path([(x, y - 5.0), (x + 5.0, y), (x, y + 5.0), (x - 5.0, y)]) + "Z") {}
        }
    }
}
