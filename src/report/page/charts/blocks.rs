//! Who blocks whom: members by candidates, and who vetoes together.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::analysis::{PairFigures, Proportion, Selection, SetMembers};
use crate::model::{MemberId, MemberSet, Model};
use crate::report::blocs;
use crate::report::number::share;
use crate::report::page::figure::{self, Paper};
use crate::report::page::svg::{Drawing, Width, chart, fit, num, short};
use crate::report::{File, Grid, csv};

/// Members, or blocs, drawn at most: those who veto most.
const MEMBERS: usize = 16;
/// Sets of members told at most.
const SETS: usize = 6;
/// Sets of each candidate in the file at most.
const SETS_IN_FILE: usize = 40;
/// Share of a cell from which on its number is written in the colour of the paper.
const DARK: f64 = 0.6;

/// A member, or the mean of a bloc.
struct Row {
    name: String,
    /// By candidate.
    vetoed: Vec<Proportion>,
    /// Over all candidates and rounds.
    sum: f64,
}

/// The heat map and the sets; nothing if nobody is vetoed.
pub fn blocks(model: &Model, selection: &Selection, paper: &Paper<'_>) -> Option<Markup> {
    let rows = rows(model, selection);
    if rows.is_empty() {
        return None;
    }
    let columns = columns(selection);
    let drawn = &rows[..rows.len().min(MEMBERS)];
    let title = "How often each member vetoes each candidate";
    Some(html! {
        p class="sub" {
            "Of the rounds in which a ballot could appoint the candidate: how often the member vetoes, at the last such \
             ballot."
            @if !model.vetoes_block() { " No rule here asks for vetoes: they keep no one from appointment." }
            @if rows.len() > MEMBERS { " Drawn are the " (MEMBERS) " of " (rows.len()) " who veto most." }
        }
        figure {
            (chart("blocks", title, &described(drawn, selection), paper.widths, |width| draw(drawn, selection, &columns, width)))
            @if columns.len() > most_columns(Width::Narrow) {
                figcaption { p { "Candidates by how often they are vetoed; on narrow screens the first " (most_columns(Width::Narrow)) ", on wide ones up to " (most_columns(Width::Wide)) "." } }
            }
        }
        (together(model, selection))
        (figure::table(title, &[], paper, || (grid(&rows, selection, &columns), files(selection))))
    })
}

/// Whoever vetoes at all, those who do most first.
fn rows(model: &Model, selection: &Selection) -> Vec<Row> {
    let candidates = selection.candidates.len();
    let mut rows = Vec::new();
    for (m, member) in selection.members.iter().enumerate() {
        if model.bloc_of(MemberId(m as u16)).is_some() {
            continue;
        }
        let of_member = selection.pairs.iter().filter(|pair| pair.member == m);
        let mut vetoed = vec![Proportion::new(0, 0); candidates];
        of_member.for_each(|pair: &PairFigures| vetoed[pair.candidate] = pair.vetoed);
        rows.push(Row { name: member.name.clone(), sum: sum(&vetoed), vetoed });
    }
    for group in selection.groups.iter().filter(|group| group.is_bloc) {
        let vetoed: Vec<_> = group.sums.iter().map(|sums| Proportion::new(sums.vetoed, sums.faced)).collect();
        let sum = sum(&vetoed) / group.members as f64;
        rows.push(Row { name: format!("each of {} {}", group.members, group.group.name), sum, vetoed });
    }
    rows.retain(|row| row.sum > 0.0);
    rows.sort_by(|a, b| b.sum.total_cmp(&a.sum));
    rows
}

fn sum(vetoed: &[Proportion]) -> f64 {
    vetoed.iter().map(|share| share.count as f64).sum()
}

/// The candidates who are vetoed, most often first.
fn columns(selection: &Selection) -> Vec<usize> {
    let vetoed = |c: usize| {
        let candidate = &selection.candidates[c];
        candidate.when_faced(&candidate.vetoed).value.unwrap_or(0.0)
    };
    let mut columns: Vec<usize> = (0..selection.candidates.len()).filter(|&c| vetoed(c) > 0.0).collect();
    columns.sort_by(|&a, &b| vetoed(b).total_cmp(&vetoed(a)));
    columns
}

fn most_columns(width: Width) -> usize {
    width.pick(14, 8)
}

/// The strongest cells in words.
fn described(rows: &[Row], selection: &Selection) -> String {
    let cells = rows.iter().flat_map(|row| row.vetoed.iter().enumerate().map(move |(c, share)| (row, c, share)));
    let mut cells: Vec<_> = cells.filter(|(.., share)| !share.is_never()).collect();
    cells.sort_by(|(.., a), (.., b)| b.value.unwrap_or(0.0).total_cmp(&a.value.unwrap_or(0.0)));
    let told = cells.iter().take(5).map(|(row, c, vetoed)| {
        let candidate = short(&selection.candidates[*c].candidate.name, 60);
        format!("{} vetoes {candidate} in {}", short(&row.name, 60), share(vetoed))
    });
    format!("Most often: {}", told.collect::<Vec<_>>().join("; "))
}

fn draw(rows: &[Row], selection: &Selection, columns: &[usize], width: Width) -> Drawing {
    let columns = &columns[..columns.len().min(most_columns(width))];
    let (left, right, top, height) = width.pick((172.0, 84.0, 106.0, 22.0), (112.0, 64.0, 78.0, 21.0));
    let step = ((width.units() - left - right) / columns.len() as f64).min(width.pick(64.0, 44.0));
    let letters = width.pick(20, 13);
    let body = html! {
        @for (place, &c) in columns.iter().enumerate() {
            @let (x, y) = (num(left + step * (place as f64 + 0.5)), num(top - 6.0));
            text class="label" x=(x) y=(y) transform={ "rotate(-42 " (x) " " (y) ")" } {
                (short(&selection.candidates[c].candidate.name, letters))
            }
        }
        @for (number, row) in rows.iter().enumerate() {
            @let y = top + height * number as f64;
            line class="grid" x1=(num(left)) x2=(num(left + step * columns.len() as f64)) y1=(num(y)) y2=(num(y)) {}
            text class="label" x=(num(left - 8.0)) y=(num(y + 15.0)) text-anchor="end" { (fit(&row.name, left - 10.0)) }
            @for (place, &c) in columns.iter().enumerate() {
                (cell(&row.vetoed[c], left + step * place as f64, y, step, height))
            }
        }
    };
    Drawing { height: top + height * rows.len() as f64 + 2.0, body }
}

fn cell(vetoed: &Proportion, x: f64, y: f64, step: f64, height: f64) -> Markup {
    let value = vetoed.value.unwrap_or(0.0);
    let opacity = (100.0 * value).round() / 100.0;
    html! {
        @if opacity > 0.0 { rect class="cell" x=(num(x + 1.0)) y=(num(y + 1.0)) width=(num(step - 2.0)) height=(num(height - 2.0)) fill-opacity=(opacity) {} }
        @if value >= 0.005 && step >= 17.0 {
            text class=(if value > DARK { "in paper" } else { "in" }) x=(num(x + step / 2.0)) y=(num(y + height / 2.0 + 4.0)) text-anchor="middle" {
                (format!("{:.0}", 100.0 * value))
            }
        }
    }
}

/// The sets of at least two members who most often veto the same candidate.
fn together(model: &Model, selection: &Selection) -> Markup {
    let mut sets: BTreeMap<(usize, String), u64> = BTreeMap::new();
    let has_blocs = model.groups.iter().any(|group| group.bloc.is_some());
    for (c, candidate) in selection.candidates.iter().enumerate() {
        // Where no bloc makes two sets one, those rarer than so many of the same candidate are not told.
        let of_several =
            || candidate.blocking_sets.iter().filter(|set| set.size > 1 && set.members != SetMembers::Pooled);
        let least = of_several().nth(SETS - 1).filter(|_| !has_blocs).map_or(0, |set| set.probability.count);
        for set in of_several().take_while(|set| set.probability.count >= least) {
            let SetMembers::Known(members) = &set.members else { continue };
            let members: MemberSet = members.iter().map(|&m| MemberId(m as u16)).collect();
            *sets.entry((c, blocs::list(&blocs::together(model, &members)))).or_default() += set.probability.count;
        }
    }
    let of_faced = |c: usize, count| Proportion::new(count, selection.candidates[c].faced.count);
    let mut sets: Vec<(usize, String, Proportion)> =
        sets.into_iter().map(|((c, who), count)| (c, who, of_faced(c, count))).collect();
    sets.sort_by(|(.., a), (.., b)| b.value.unwrap_or(0.0).total_cmp(&a.value.unwrap_or(0.0)));
    let row = |(c, who, often): (usize, String, Proportion)| {
        vec![who, selection.candidates[c].candidate.name.clone(), share(&often)]
    };
    let rows: Vec<Vec<String>> = sets.into_iter().take(SETS).map(row).collect();
    html! {
        @if !rows.is_empty() {
            h3 { "Who most often vetoes together" }
            (figure::open_table("commonest blocking sets", &Grid::new(&["just these members", "against", "rounds"], &[false, false, true], rows)))
        }
    }
}

fn grid(rows: &[Row], selection: &Selection, columns: &[usize]) -> Grid {
    let names = columns.iter().map(|&c| selection.candidates[c].candidate.name.as_str());
    let header: Vec<&str> = ["member"].into_iter().chain(names).collect();
    let right: Vec<bool> = (0..header.len()).map(|column| column > 0).collect();
    let row = |row: &Row| {
        let cells = columns.iter().map(|&c| share(&row.vetoed[c]));
        [row.name.clone()].into_iter().chain(cells).collect()
    };
    Grid::new(&header, &right, rows.iter().map(row).collect())
}

/// Whoever vetoes whom at all, and the commonest sets.
fn files(selection: &Selection) -> Vec<File> {
    let mut told = selection.clone();
    told.pairs.retain(|pair| !pair.vetoed.is_never());
    told.candidates.iter_mut().for_each(|candidate| candidate.blocking_sets.truncate(SETS_IN_FILE));
    csv::files(&csv::SELECTIONS[2..4], &[told][..]).unwrap_or_default()
}
