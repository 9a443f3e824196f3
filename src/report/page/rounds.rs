//! Single rounds, told ballot by ballot.

use maud::{Markup, html};

use super::figure::name;
use crate::model::{CandidateSet, Model};
use crate::report::blocs;
use crate::report::number::{NBSP, grouped, plural};
use crate::report::words;
use crate::simulation::{BallotStory, Objections, Standing, Story};

/// Ballots told from the beginning at most, and of the end.
const FIRST: usize = 5;
const LAST: usize = 2;
/// Candidates told of a ballot at most, those with most support first.
const CANDIDATES: usize = 6;

/// The stories, if there are any.
pub fn told(model: &Model, stories: &[Story], seed: u64) -> Option<Markup> {
    if stories.is_empty() {
        return None;
    }
    Some(html! {
        p class="sub" {
            "The first round that ends with each of the main outcomes, as one of many: what it shows is how the procedure \
             works, not how likely it is."
        }
        @for story in stories { (one(model, story, seed)) }
    })
}

fn one(model: &Model, story: &Story, seed: u64) -> Markup {
    let (first, last) = story.ballots.split_at(story.ballots.len().min(FIRST));
    let (passed, last) = last.split_at(last.len().saturating_sub(LAST));
    html! {
        article class="story" {
            h3 {
                @match story.round.outcome {
                    Some(c) => { (name(&model.candidates[c.index()].name)) " is appointed" },
                    None => "No consensus",
                }
                " " small { "round " (grouped(story.number)) ", seed " (seed) ", " (plural(u64::from(story.round.ballots), "ballot")) }
            }
            (opening(model, story))
            ol class="ballots" {
                @for ballot in first { (held(model, story, ballot)) }
                @if !passed.is_empty() {
                    li { p class="quiet" { (plural(passed.len() as u64, "further ballot")) " without result" } }
                }
                @for ballot in last { (held(model, story, ballot)) }
            }
        }
    }
}

/// What happens before the first ballot.
fn opening(model: &Model, story: &Story) -> Markup {
    let events: Vec<_> = model.events.iter().zip(&story.happens).filter(|(_, happens)| **happens).collect();
    let absent = CandidateSet::all(model.candidates.len()).without(story.standing);
    html! {
        @for (event, _) in events {
            p class="quiet" { "Happens: " (name(&event.name)) " – " (name(&words::effects(model, event))) }
        }
        @if !absent.is_empty() { p class="quiet" { "Not standing: " (name(&words::candidates(model, absent))) } }
    }
}

fn held(model: &Model, story: &Story, ballot: &BallotStory) -> Markup {
    let mut standings: Vec<_> = ballot.standings.iter().collect();
    standings.sort_by_key(|(_, standing)| std::cmp::Reverse(standing.supporters.len()));
    let more = standings.len().saturating_sub(CANDIDATES);
    let stage = &model.stages[ballot.stage];
    html! {
        li {
            p class="ballot" { b { "Ballot " (ballot.number) } " " span class="quiet" { (name(&stage.name)) } }
            ul {
                @for (c, standing) in standings.into_iter().take(CANDIDATES) {
                    li {
                        (name(&model.candidates[c.index()].name)) ": "
                        (fared(model, standing, &story.objections(*c, standing), stage.ballot.is_choice()))
                    }
                }
                @if more > 0 { li class="quiet" { (plural(more as u64, "further candidate")) } }
            }
            @for line in aftermath(model, ballot) { p class="after" { (line) } }
        }
    }
}

/// "12 in favour, 3 against; vetoed by USA, France"
fn fared(model: &Model, standing: &Standing, objections: &Objections, is_choice: bool) -> Markup {
    let who = |set| blocs::list(&blocs::together(model, set));
    let against = standing.objecting.len();
    html! {
        @if is_choice { (plural(u64::from(standing.supporters.len()), "vote")) }
        @else { (standing.encouraging.len()) (NBSP) "in favour, " (against) (NBSP) "against" }
        @if !objections.vetoing.is_empty() {
            "; " span class="vetoed" { "vetoed by " (name(&brief(who(&objections.vetoing)))) }
        }
        @if !objections.deterred.is_empty() { "; deterred: " (name(&brief(who(&objections.deterred)))) }
    }
}

/// Not more than a line or two of names.
fn brief(names: String) -> String {
    super::svg::short(&names, 160)
}

fn aftermath(model: &Model, ballot: &BallotStory) -> Vec<Markup> {
    let mut lines = Vec::new();
    let who = |c: crate::model::CandidateId| name(&model.candidates[c.index()].name);
    if let Some(c) = ballot.appointed {
        lines.push(html! { strong { (who(c)) " is appointed." } });
    }
    if !ballot.dropped.is_empty() {
        lines.push(html! { "Dropped: " (name(&words::names(model, ballot.dropped))) });
    }
    if !ballot.withdrawn.is_empty() {
        lines.push(html! { "Withdraws: " (name(&words::names(model, ballot.withdrawn))) });
    }
    if let Some(c) = ballot.accommodated.filter(|_| !ballot.yielded.is_empty()) {
        let yielded = blocs::list(&blocs::together(model, &ballot.yielded));
        lines.push(html! { "Yields on " (who(c)) ": " (name(&brief(yielded))) });
    }
    lines
}
