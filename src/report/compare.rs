//! What `compare` shows: each outcome under each assumption, who stands in the way, and where the baseline's rounds
//! went.

use std::cmp::Reverse;

use super::columns::{Column, in_blocks, together};
use super::grid::Grid;
use super::number::{NBSP, bare, change, grouped, plural, share};
use super::text::{Look, Page};
use super::{blocs, differences, judged, outcome_name, rests_on, standings, words};
use crate::analysis::judgements::Ranges;
use crate::analysis::{Comparison, Difference, Flow, Key, OutcomeDifference, Proportion, Selection};
use crate::model::Model;

/// Outcomes of the baseline whose rounds are followed, at most.
const SOURCES: usize = 4;
/// Other outcomes they end with that are told one by one, at most.
const DESTINATIONS: usize = 3;
/// Outcomes that become more, or less, likely named at most.
const CHANGES: usize = 3;
/// Smallest share of them that is told by itself.
const WORTH_TELLING: f64 = 0.02;

/// Several assumptions on the same draws.
#[derive(Debug, Clone, Copy)]
pub struct CompareReport<'a> {
    /// Title of the scenario.
    pub title: &'a str,
    /// The models simulated, the baseline first.
    pub models: &'a [&'a Model],
    /// What came out, model by model.
    pub selections: &'a [Selection],
    /// Each model but the first against the first.
    pub comparisons: &'a [Comparison],
    /// How far all that ranges over judgements, if that is known.
    pub ranges: Option<&'a Ranges>,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Rounds asked for.
    pub rounds_asked: u64,
    /// The command that repeats exactly these rounds.
    pub repeat: &'a str,
    /// Whether to tell everything; otherwise who is chosen, and who gains and loses.
    pub full: bool,
    /// Whether to tell how candidates fare ballot by ballot, if it was counted.
    pub ballots: bool,
}

impl CompareReport<'_> {
    /// The report as text.
    pub fn render(&self, look: Look) -> String {
        let mut page = Page::new(look);
        let Some(baseline) = self.selections.first() else { return page.finish() };
        page.partial(baseline.rounds, self.rounds_asked);
        page.heading(self.title);
        let rounds = grouped(baseline.rounds);
        page.note(&format!("{rounds} rounds under each assumption, on the same draws"));
        self.outcomes(&mut page, baseline);
        if self.full {
            if self.models.iter().any(|model| model.anyone_can_block()) {
                self.blocking(&mut page);
            }
            for (comparison, model) in self.comparisons.iter().zip(self.models.iter().skip(1)) {
                flows(&mut page, comparison, model);
            }
        } else {
            self.gains(&mut page);
        }
        if self.ballots {
            for (model, selection) in self.models.iter().zip(self.selections) {
                let heading = format!("As the ballots go under “{}”", selection.assumption);
                if let Some(figures) = &selection.standings {
                    standings::section(&mut page, &heading, model, selection.rounds, figures);
                }
            }
        }
        if let Some((ranges, of)) = self.ranges.and_then(|ranges| Some((ranges, ranges.assumptions.first()?))) {
            judged::differences(&mut page, ranges, self.full);
            judged::section(&mut page, ranges, of);
        }
        self.assumed(&mut page, baseline);
        page.finish()
    }

    /// Who is chosen: one row an outcome, one column an assumption.
    pub fn main(&self) -> Grid {
        let Some(baseline) = self.selections.first() else { return Grid::new(&[], &[], Vec::new()) };
        let (fixed, others) = self.columns(baseline, true);
        together(&fixed.into_iter().chain(others).collect::<Vec<_>>(), true)
    }

    /// With the differences themselves, or only which are clear.
    fn columns(&self, baseline: &Selection, differences: bool) -> (Vec<Column>, Vec<Column>) {
        let mut order: Vec<usize> = (0..baseline.outcomes.len()).collect();
        order.sort_by_key(|&o| {
            let outcome = &baseline.outcomes[o];
            (outcome.candidate.is_none(), Reverse(outcome.probability.count))
        });
        let names = order.iter().map(|&o| outcome_name(baseline.outcomes[o].candidate.as_ref()).to_owned());
        let of_baseline = order.iter().map(|&o| format!("{}{NBSP}{NBSP}", share(&baseline.outcomes[o].probability)));
        let columns = self.comparisons.iter().map(|comparison| {
            let cells = order.iter().map(|&o| with_change(&comparison.outcomes[o].difference, differences));
            Column::new(&comparison.assumption, cells)
        });
        let range = self.ranges.and_then(|ranges| ranges.assumptions.first()).map(|of| {
            let cells = order.iter().map(|&o| judged::range(&of.outcomes[o].spreading));
            Column::new(&format!("range over\njudgements{NBSP}(90{NBSP}%)"), cells)
        });
        let fixed = [Column::new("outcome", names), Column::new(&baseline.assumption, of_baseline)];
        (fixed.into_iter().chain(range).collect(), columns.collect())
    }

    fn outcomes(&self, page: &mut Page, baseline: &Selection) {
        page.heading("Who is chosen");
        let (fixed, others) = self.columns(baseline, self.full);
        in_blocks(page, &fixed, &others, true);
        let below = if self.full { " Below: the difference in percentage points." } else { "" };
        if self.ranges.is_some() {
            page.note(&format!(
                "The range is that of “{}”; those of the others are in ranges.csv in the folder of --out.",
                baseline.assumption
            ));
        }
        page.note(&format!(
            "▲▼ more or less often than under “{}”: the 95{NBSP}% interval of the difference, taken from the same \
             rounds, excludes 0 (of twenty such intervals about no difference, one does so by chance).{below}",
            baseline.assumption
        ));
    }

    /// Of each assumption, whose chances clearly rise and fall, those that change most first.
    fn gains(&self, page: &mut Page) {
        page.heading("Who gains and who loses");
        let terms = self.comparisons.iter().map(|comparison| (comparison.assumption.as_str(), changed(comparison)));
        page.terms(&terms.collect::<Vec<_>>());
        page.note("");
        page.note(
            "By how much, in percentage points, with the reach of the 95 % interval. Who vetoes whom, and where the rounds went: --full, or vetoes.csv, \
             blocking_sets.csv and flows.csv in the folder of --out.",
        );
    }

    /// One row a candidate, one column an assumption: how often the candidate is vetoed, and who vetoes together.
    fn blocking(&self, page: &mut Page) {
        let candidates = self.selections.first().map_or(0, |baseline| baseline.candidates.len());
        let vetoed = |s: &Selection, c: usize| !s.candidates[c].vetoed.is_never();
        let blocked: Vec<usize> = (0..candidates).filter(|&c| self.selections.iter().any(|s| vetoed(s, c))).collect();
        page.heading("Who vetoes whom");
        if blocked.is_empty() {
            page.plain("No candidate met a veto under any assumption.");
            return;
        }
        let (with, without): (Vec<_>, Vec<_>) =
            self.models.iter().zip(self.selections).partition(|(_, s)| blocked.iter().any(|&c| vetoed(s, c)));
        let columns = with.iter().map(|(model, selection)| {
            let cells = blocked.iter().map(|&c| in_the_way(model, selection, c));
            Column::new(&selection.assumption, cells)
        });
        let names = blocked.iter().map(|&c| self.selections[0].candidates[c].candidate.name.clone());
        in_blocks(page, &[Column::new("candidate", names)], &columns.collect::<Vec<_>>(), false);
        page.note(
            "Of the rounds with a ballot that could appoint the candidate, at the last such ballot: how often anyone \
             vetoed (and how often one member's veto alone was in the way); below, the members who most often vetoed \
             together, just these.",
        );
        if !without.is_empty() {
            let names: Vec<&str> = without.iter().map(|(_, s)| s.assumption.as_str()).collect();
            page.note(&format!("Nobody is vetoed under {}.", names.join(", ")));
        }
    }

    /// The baseline in full, the others by what differs.
    fn assumed(&self, page: &mut Page, baseline: &Selection) {
        let Some((first, others)) = self.models.split_first() else { return };
        let mut terms = Vec::new();
        if self.full {
            let vetoes = words::vetoes(first, false).join("; ");
            let rules = words::rules(first).join("; ");
            terms.push((first.assumption.as_str(), format!("baseline; vetoes: {vetoes}; rule: {rules}")));
            terms.extend(others.iter().map(|m| (m.assumption.as_str(), differences::between(first, m).join("; "))));
        }
        let rounds = grouped(baseline.rounds);
        terms.push(("rounds", format!("{rounds} of each, seed {}; every assumption meets the same draws", self.seed)));
        rests_on(page, &terms, self.repeat);
    }
}

/// "more often: Ben Wallace +38.7 ± 0.3, …; less often: …"
fn changed(comparison: &Comparison) -> String {
    let clear = comparison.outcomes.iter().filter(|outcome| outcome.difference.is_clear());
    let (mut more, mut less): (Vec<_>, Vec<_>) = clear.partition(|outcome| outcome.difference.value > 0.0);
    let side = |word: &str, side: &mut Vec<&OutcomeDifference>| {
        side.sort_by(|a, b| b.difference.value.abs().total_cmp(&a.difference.value.abs()));
        let told = side.iter().take(CHANGES);
        let told = told.map(|o| format!("{} {}", outcome_name(o.candidate.as_ref()), change(&o.difference)));
        let left = side.len().saturating_sub(CHANGES);
        let left = (left > 0).then(|| format!("{left}{NBSP}more"));
        let told: Vec<String> = told.chain(left).collect();
        (!told.is_empty()).then(|| format!("{word}: {}", told.join(", ")))
    };
    let sides = [side("more often", &mut more), side("less often", &mut less)];
    let sides: Vec<String> = sides.into_iter().flatten().collect();
    match sides.as_slice() {
        [] if comparison.changed.is_never() => format!("every round ends as under “{}”", comparison.baseline),
        [] => "no clear difference".to_owned(),
        sides => sides.join("; "),
    }
}

/// A share of rounds under an assumption, marked if it clearly differs from the baseline's, and by how much it does if
/// that is asked for.
fn with_change(difference: &Difference, by_how_much: bool) -> String {
    let mark = match difference.is_clear() {
        true if difference.value > 0.0 => '▲',
        true => '▼',
        false => NBSP,
    };
    let below = if by_how_much { format!("\n{}{NBSP}{NBSP}", change(difference)) } else { String::new() };
    format!("{}{NBSP}{mark}{below}", share(&difference.after))
}

/// How often the candidate is vetoed, how often by one member alone, and who most often vetoes together.
fn in_the_way(model: &Model, selection: &Selection, candidate: usize) -> String {
    let c = &selection.candidates[candidate];
    if c.vetoed.is_never() {
        return "–".to_owned();
    }
    let (vetoed, alone) = (share(&c.when_faced(&c.vetoed)), bare(&c.when_faced(&c.sole_vetoed)));
    let sets = blocs::blocking_sets(model, c, 1);
    format!("{vetoed}{NBSP}({alone})\n{}", sets.join("\n"))
}

/// Where the baseline's rounds went under one assumption.
fn flows(page: &mut Page, comparison: &Comparison, model: &Model) {
    page.heading(&comparison.assumption);
    if !model.assumption_summary.is_empty() {
        page.plain(&model.assumption_summary);
    }
    if comparison.changed.is_never() {
        page.plain(&format!("Every round ends as under “{}”.", comparison.baseline));
        return;
    }
    page.plain(&format!("{} of rounds end differently.", share(&comparison.changed)));
    let moved = |from: Option<&Key>| {
        let elsewhere = comparison.flows.iter().filter(|flow| flow.from.as_ref() == from && flow.to != flow.from);
        elsewhere.map(|flow| flow.probability.count).sum::<u64>()
    };
    let mut sources: Vec<_> = comparison.outcomes.iter().filter(|o| moved(o.candidate.as_ref()) > 0).collect();
    sources.sort_by_key(|source| Reverse(moved(source.candidate.as_ref())));
    let rows = sources.iter().take(SOURCES).map(|source| {
        let from = source.candidate.as_ref();
        let of = share(&source.difference.before);
        let of = match from {
            Some(key) => format!("Of the {of} for {}", key.name),
            None => format!("Of the {of} without consensus"),
        };
        let here = comparison.flows.iter().filter(|flow| flow.from.as_ref() == from);
        (of, destinations(here.collect()))
    });
    let rows: Vec<_> = rows.collect();
    page.terms(&rows.iter().map(|(of, went)| (of.as_str(), went.clone())).collect::<Vec<_>>());
    if sources.len() > SOURCES {
        page.note(&format!(" and {} more: flows.csv", plural((sources.len() - SOURCES) as u64, "outcome")));
    }
}

/// "45.6 % choose Ben Wallace, 53.4 % end the same, 1.0 % something else": most often first.
fn destinations(mut flows: Vec<&Flow>) -> String {
    flows.sort_by_key(|flow| (flow.to == flow.from, Reverse(flow.probability.count)));
    let elsewhere = flows.partition_point(|flow| flow.to != flow.from);
    let often = |flow: &Flow| flow.share.value.is_some_and(|share| share >= WORTH_TELLING);
    let told =
        flows[..elsewhere].iter().take(DESTINATIONS).take_while(|flow| often(flow)).count().max(1).min(elsewhere);
    let mut parts: Vec<String> = flows[..told]
        .iter()
        .map(|flow| match &flow.to {
            Some(key) => format!("{} choose {}", share(&flow.share), key.name),
            None => format!("{} end without consensus", share(&flow.share)),
        })
        .collect();
    if told < elsewhere {
        let count = flows[told..elsewhere].iter().map(|flow| flow.share.count).sum();
        let others = Proportion::new(count, flows[told].share.rounds);
        parts.push(format!("{} something else", share(&others)));
    }
    parts.extend(flows[elsewhere..].iter().map(|flow| format!("{} the same", share(&flow.share))));
    parts.join(", ")
}
