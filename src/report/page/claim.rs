//! What was found, in one sentence and a few numbers, made from the results.

use maud::{Markup, html};

use super::figure::name;
use crate::analysis::judgements::Ranges;
use crate::analysis::{Comparison, Difference, Key, Outcome, PairFigures, Proportion, Selection};
use crate::report::number::{NBSP, plural, signed};
use crate::report::outcome_name;

/// The least change of a probability worth a claim.
const LEAST: f64 = 0.005;
/// The least change of the likeliest outcome that is told before larger ones of others.
const MUCH: f64 = 0.1;

/// The results that a claim is made from.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The scenario's own.
    pub stated: &'a Selection,
    /// Each other assumption against it.
    pub comparisons: &'a [Comparison],
    /// How far that ranges, if known.
    pub ranges: Option<&'a Ranges>,
    /// Whether the scenario was changed for the report.
    pub is_changed: bool,
}

impl<'a> Claim<'a> {
    /// One sentence: how it most likely ends, and what changes that most.
    pub fn sentence(&self) -> Markup {
        let outcomes = self.by_probability();
        let Some(first) = outcomes.first() else { return html! {} };
        let second = outcomes.get(1);
        html! {
            @if self.is_changed { "As changed, " } @else { "As written, " }
            @match &first.candidate {
                Some(key) => {
                    (name(&key.name)) " is chosen most often, in " (percent(&first.probability)) " of simulated selections"
                },
                None => {
                    "simulated selections most often end without consensus, in " (percent(&first.probability))
                    @if let Some((second, key)) = second.and_then(|it| Some((it, it.candidate.as_ref()?))) {
                        "; of the candidates " (name(&key.name)) " is chosen most often, in " (percent(&second.probability))
                    }
                },
            }
            @match self.told_change(first) {
                Some((assumption, candidate, difference)) => (changes(first, assumption, candidate, difference)),
                None if self.comparisons.is_empty() => {
                    @if let Some((second, key)) = second.and_then(|it| Some((it, it.candidate.as_ref()?))) {
                        @if first.candidate.is_some() {
                            ", ahead of " (name(&key.name)) " with " (percent(&second.probability))
                        }
                    }
                },
                None => { "; " (unchanged(self.comparisons.len())) },
            }
            "."
        }
    }

    /// A few numbers, each with what it is.
    pub fn tiles(&self) -> Markup {
        let outcomes = self.by_probability();
        let state = if self.is_changed { "as changed" } else { "as written" };
        let nobody = self.stated.outcomes.last().filter(|last| last.candidate.is_none());
        html! {
            div class="tiles" {
                @if let Some((first, key)) = outcomes.iter().find_map(|it| Some((it, it.candidate.as_ref()?))) {
                    div class="tile" {
                        b { (percent(&first.probability)) }
                        span {
                            (name(&key.name)) " chosen, " (state)
                            @if let Some((low, high)) = self.range(key) { "; " (low) "–\u{2060}" (high) " over the judgements" }
                        }
                    }
                }
                @if let Some((assumption, candidate, difference)) = self.most_changed() {
                    @let shown = signed(difference.value, difference.reach(), true);
                    @let (value, reach) = shown.split_once('±').unwrap_or((&shown, ""));
                    div class="tile" {
                        b { (value.trim_end_matches(NBSP)) (NBSP) "points" }
                        span {
                            (outcome(candidate)) " under “" (name(assumption)) "” (95" (NBSP) "% interval ±" (reach) ")"
                        }
                    }
                }
                @if let Some((member, candidate, pair)) = self.in_the_way() {
                    div class="tile" {
                        b { (percent(&pair.vetoed)) }
                        span { "of the rounds about " (name(candidate)) " meet a veto by " (name(member)) }
                    }
                }
                @if let Some(nobody) = nobody {
                    div class="tile" {
                        b { (percent(&nobody.probability)) }
                        span { "of selections end without consensus, " (state) }
                    }
                }
            }
        }
    }

    fn by_probability(&self) -> Vec<&'a Outcome> {
        let mut outcomes: Vec<&Outcome> = self.stated.outcomes.iter().collect();
        outcomes.sort_by_key(|outcome| std::cmp::Reverse(outcome.probability.count));
        outcomes
    }

    /// What changes the chance of the `first` outcome most, if that is much; otherwise of any.
    fn told_change(&self, first: &Outcome) -> Option<Change<'a>> {
        let of_first = self.clear().filter(|(_, candidate, _)| *candidate == first.candidate.as_ref());
        largest(of_first).filter(|(.., difference)| difference.value.abs() >= MUCH).or_else(|| self.most_changed())
    }

    /// Under which assumption the chance of which outcome changes most, for certain.
    fn most_changed(&self) -> Option<Change<'a>> {
        largest(self.clear())
    }

    /// What clearly changes.
    fn clear(&self) -> impl Iterator<Item = Change<'a>> {
        let all = self.comparisons.iter().flat_map(|comparison| {
            comparison.outcomes.iter().map(|it| (comparison.assumption.as_str(), it.candidate.as_ref(), &it.difference))
        });
        all.filter(|(.., difference)| difference.is_clear() && difference.value.abs() >= LEAST)
    }

    /// The 5 % and 95 % points over judgements.
    fn range(&self, candidate: &Key) -> Option<(String, String)> {
        let of = self.ranges?.assumptions.first()?;
        let outcome = of.outcomes.iter().find(|outcome| outcome.candidate.as_ref() == Some(candidate))?;
        let [low, .., high] = outcome.spreading.quantiles;
        Some((format!("{:.0}", 100.0 * low), format!("{:.0}{NBSP}%", 100.0 * high)))
    }

    /// Who vetoes whom most often, in all rounds.
    fn in_the_way(&self) -> Option<(&'a str, &'a str, &'a PairFigures)> {
        let pairs = self.stated.pairs.iter().filter(|pair| !pair.vetoed.is_never());
        let most = pairs.reduce(|best, next| if next.vetoed.count > best.vetoed.count { next } else { best })?;
        let (member, candidate) = (&self.stated.members[most.member], &self.stated.candidates[most.candidate]);
        Some((&member.name, &candidate.candidate.name, most))
    }
}

/// An assumption, an outcome, and by how much its chance changes.
type Change<'a> = (&'a str, Option<&'a Key>, &'a Difference);

/// The first of those that change most.
fn largest<'a>(changes: impl Iterator<Item = Change<'a>>) -> Option<Change<'a>> {
    changes.reduce(|best, next| if next.2.value.abs() > best.2.value.abs() { next } else { best })
}

/// "; under “a” it is 59 %", or whose chance changes most.
fn changes(first: &Outcome, assumption: &str, candidate: Option<&Key>, difference: &Difference) -> Markup {
    let (before, after) = (percent(&difference.before), percent(&difference.after));
    html! {
        "; under “" (name(assumption)) "” "
        @if candidate == first.candidate.as_ref() { "it is " (after) }
        @else if let Some(key) = candidate {
            "the chance of " (name(&key.name)) " changes most, from " (before) " to " (after)
        }
        @else { "the share that ends without consensus changes most, from " (before) " to " (after) }
    }
}

fn unchanged(assumptions: usize) -> String {
    match assumptions {
        1 => "the other assumption hardly changes that".to_owned(),
        n => format!(
            "none of the {} changes any chance by half a point for certain",
            plural(n as u64, "other assumption")
        ),
    }
}

fn outcome(candidate: Option<&Key>) -> Markup {
    match candidate {
        Some(key) => name(&key.name),
        None => html! { (outcome_name(None)) },
    }
}

/// A share in whole per cent, never and always only if it is so.
pub fn percent(share: &Proportion) -> String {
    let Some(value) = share.value else { return "–".to_owned() };
    let number = match 100.0 * value {
        _ if share.count == 0 => "0".to_owned(),
        _ if share.count == share.rounds => "100".to_owned(),
        v if v < 1.0 => "under\u{a0}1".to_owned(),
        v if v > 99.0 => "over\u{a0}99".to_owned(),
        v => format!("{v:.0}"),
    };
    format!("{number}{NBSP}%")
}
