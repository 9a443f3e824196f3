//! What `leverage` shows: where a point of persuasion buys most.

use super::grid::Grid;
use super::number::{NBSP, estimate, grouped, plural, signed};
use super::text::{Look, Page};
use super::{outcome_name, rests_on, words};
use crate::analysis::{Leverage, PairLeverage, Slope};
use crate::model::Model;

/// Columns from which on there is room to say how likely the outcomes are.
const BROAD: u16 = 70;

/// What support does, outcome by outcome.
#[derive(Debug, Clone, Copy)]
pub struct LeverageReport<'a> {
    /// Title of the scenario.
    pub title: &'a str,
    /// The model that was simulated.
    pub model: &'a Model,
    /// What came out.
    pub leverage: &'a Leverage,
    /// Members and candidates shown for each outcome, at most.
    pub top: usize,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Rounds asked for.
    pub rounds_asked: u64,
    /// The command that repeats exactly these rounds.
    pub repeat: &'a str,
}

impl LeverageReport<'_> {
    /// The report as text.
    pub fn render(&self, look: Look) -> String {
        let mut page = Page::new(look);
        let Leverage { assumption, rounds, .. } = self.leverage;
        page.partial(*rounds, self.rounds_asked);
        page.heading(self.title);
        page.note(&format!("{} rounds under the assumption “{assumption}”", grouped(*rounds)));
        self.table(&mut page);
        self.unsaid(&mut page);
        self.assumed(&mut page);
        page.finish()
    }

    /// The steepest slopes of every outcome.
    pub fn main(&self) -> Grid {
        self.grid(true)
    }

    /// With how likely outcomes are, if there is room.
    fn grid(&self, broad: bool) -> Grid {
        let leverage = self.leverage;
        let beyond = leverage.beyond_chance();
        let mut rows = Vec::new();
        for (index, outcome) in leverage.outcomes.iter().enumerate() {
            let (probability, _) = estimate(&outcome.probability);
            let mut first = vec![outcome_name(outcome.candidate.as_ref()).to_owned()];
            first.extend(broad.then_some(probability));
            for (pair, slope) in leverage.steepest(index).into_iter().take(self.top) {
                let mut row = std::mem::replace(&mut first, vec![String::new(); 1 + usize::from(broad)]);
                row.extend(self.row(pair, &slope, beyond));
                rows.push(row);
            }
        }
        let (mut header, mut right) = (vec!["outcome"], vec![false]);
        if broad {
            header.push("now");
            right.push(true);
        }
        header.extend(["member", "candidate", "change", "sure"]);
        right.extend([false, false, true, false]);
        Grid::new(&header, &right, rows)
    }

    fn table(&self, page: &mut Page) {
        page.heading("Where a point of persuasion buys most");
        page.note(
            "By how much a point more of the member's support for the candidate changes how often the outcome comes \
             about",
        );
        page.grid(&self.grid(page.width() >= BROAD));
        let beyond = self.leverage.beyond_chance();
        page.note(&format!(
            "Changes are in percentage points per point of support, with the reach of their 95{NBSP}% interval: the \
             slope at the judgements as they are, good for a few tenths of a point. Those that are large for certain \
             come first, by the end of the interval nearer to 0. One in twenty of those without any effect excludes 0 \
             by accident; “sure” are those too far from 0 for that even as the farthest of all {} ({beyond:.1} \
             standard errors, Bonferroni). All are in leverage.csv.",
            grouped(self.leverage.slopes() as u64)
        ));
    }

    fn row(&self, pair: &PairLeverage, slope: &Slope, beyond: f64) -> [String; 4] {
        let half = slope.high - slope.value;
        [
            self.leverage.members[pair.member].id.clone(),
            outcome_name(self.leverage.outcomes[pair.candidate].candidate.as_ref()).to_owned(),
            signed(slope.value, half, slope.is_clear()),
            if slope.value.abs() > beyond * slope.standard_error { "yes" } else { "" }.to_owned(),
        ]
    }

    /// Of what nothing is said, and why.
    fn unsaid(&self, page: &mut Page) {
        let certain = self.model.member_ids().flat_map(|(m, _)| self.model.candidate_ids().map(move |(c, _)| (m, c)));
        let certain = certain.filter(|&(m, c)| self.model.uncertainty(m, c) == 0.0).count() as u64;
        if certain > 0 {
            let views = plural(certain, "view");
            page.note(&format!(
                "Nothing is said of {views} without uncertainty: what is certain leaves no trace of what a little more \
                 would do."
            ));
        }
        let rare = self.leverage.outcomes.iter().enumerate().filter(|(o, _)| self.leverage.steepest(*o).is_empty());
        let rare: Vec<&str> = rare.map(|(_, outcome)| outcome_name(outcome.candidate.as_ref())).collect();
        if !rare.is_empty() {
            let rare = rare.join(", ");
            page.note(&format!(
                "Too few rounds, under 30, end with, or without, this outcome to say more of it: {rare}."
            ));
        }
    }

    fn assumed(&self, page: &mut Page) {
        let ratios =
            self.leverage.pairs.iter().flat_map(|pair| &pair.slopes).flatten().filter_map(|slope| slope.variance_ratio);
        let (least, most) = ratios.fold((f64::INFINITY, 1.0_f64), |(least, most), r| (least.min(r), most.max(r)));
        let terms = [
            ("vetoes", words::vetoes(self.model, false).join("; ")),
            ("rule", words::rules(self.model).join("; ")),
            (
                "method",
                format!(
                    "score function; its control variate divides the variance by {:.2} to {most:.2}",
                    least.min(most)
                ),
            ),
            ("rounds", format!("{}, seed {}", grouped(self.leverage.rounds), self.seed)),
        ];
        rests_on(page, &terms, self.repeat);
    }
}
