//! How candidates fare ballot by ballot, in a table.

use super::number::{NBSP, share};
use super::text::Page;
use crate::analysis::{Proportion, Spread, StandingFigures};
use crate::model::{Model, Stage};

/// Ballots told at most.
const TOLD: u32 = 10;

/// How candidates fare at each ballot of the `rounds`, those with most support first.
pub fn section(page: &mut Page, heading: &str, model: &Model, rounds: u64, figures: &[StandingFigures]) {
    page.heading(heading);
    let mut told: Vec<_> = figures.iter().filter(|it| it.ballot <= TOLD).collect();
    let place = |it: &StandingFigures| (it.ballot, model.stages.iter().position(|stage| stage.name == it.stage));
    told.sort_by(|a, b| place(a).cmp(&place(b)).then(b.support.mean.total_cmp(&a.support.mean)));
    let mut before = None;
    let rows: Vec<Vec<String>> = told
        .iter()
        .map(|it| {
            let is_new = before.replace(place(it)) != Some(place(it));
            let label = match (is_new, model.stages.len()) {
                (false, _) => String::new(),
                (true, 1) => it.ballot.to_string(),
                (true, _) => format!("{}{NBSP}{}", it.ballot, it.stage),
            };
            vec![
                label,
                it.candidate.name.clone(),
                share(&Proportion::new(it.rounds, rounds)),
                support(model, it),
                spread(&it.objections),
                spread(&it.vetoes),
            ]
        })
        .collect();
    let header = ["ballot", "candidate", "faces it", "support", "objections", "vetoes"];
    page.table(&header, &[false, false, true, true, true, true], &rows);
    page.note(&format!(
        "The mean over the rounds in which the candidate faces the ballot, and between which numbers the middle 90{NBSP}% \
         lie.{}{}",
        measures(model),
        if figures.len() > told.len() { " Later ballots: polls.csv in the folder of --out." } else { "" }
    ));
}

fn spread(spread: &Spread) -> String {
    format!("{:.1}{NBSP}({}–{})", spread.mean, spread.q05, spread.q95)
}

/// Heads, or a share of the support of all.
fn support(model: &Model, figures: &StandingFigures) -> String {
    let Some((stage, whole)) = weighed(model).find(|(stage, _)| stage.name == figures.stage) else {
        return spread(&figures.support);
    };
    let unit = model.measures[stage.support_by].unit() as f64;
    let percent = |value: f64| 100.0 * value * unit / (whole as f64).max(1.0);
    let Spread { mean, q05, q95, .. } = figures.support;
    format!("{:.1}{NBSP}%{NBSP}({:.1}–{:.1})", percent(mean), percent(q05), percent(q95))
}

/// The stages in which support is not counted by heads, each with the support of all.
fn weighed(model: &Model) -> impl Iterator<Item = (&Stage, u128)> {
    let weighed = |stage: &&Stage| !model.measures[stage.support_by].counts_heads();
    model.stages.iter().filter(weighed).map(|stage| (stage, model.measures[stage.support_by].weigh(&stage.members)))
}

/// By what support is counted where it is not by heads.
fn measures(model: &Model) -> String {
    let mut names: Vec<&str> =
        weighed(model).map(|(stage, _)| model.measures[stage.support_by].name.as_str()).collect();
    names.dedup();
    if names.is_empty() { String::new() } else { format!(" Support in per cent is a share of {}.", names.join(" or ")) }
}
