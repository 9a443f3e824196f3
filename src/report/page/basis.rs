//! What the results rest on: the scenario in words.

use maud::{Markup, html};

use super::figure::name;
use crate::model::{Ending, Model};
use crate::report::{check, differences, polls, words};
use crate::scenario::Scenario;
use crate::text::printable;

/// Vetoes, rules, what changes from ballot to ballot, what may happen, judgements, other assumptions, sources.
pub fn basis(scenario: &Scenario, model: &Model) -> Markup {
    let stages: Vec<(String, String)> =
        model.stages.iter().map(|stage| (format!("Stage {}", stage.name), words::stage(model, stage))).collect();
    let events = model.events.iter().map(|event| (format!("Event {}", event.name), words::event(model, event)));
    let others = scenario.assumptions.iter().skip(1).map(|other| {
        let mut lines = Vec::new();
        lines.extend((!other.assumption_summary.is_empty()).then(|| other.assumption_summary.clone()));
        lines.extend(differences::between(model, other));
        (format!("Under “{}”", other.assumption), lines.join("\n"))
    });
    let judgements = scenario.judgements.iter().map(|judgement| {
        let note = if judgement.note.is_empty() { String::new() } else { format!("\n{}", judgement.note) };
        (format!("Judgement {}", judgement.name), format!("{}{note}", check::judged(judgement)))
    });
    let held = scenario.polls.iter().map(|poll| (format!("Poll {}", poll.name), polls::poll(model, poll)));
    let mut terms = vec![("Vetoes".to_owned(), words::vetoes(model, true).join("\n"))];
    terms.extend(stages);
    let dynamics = words::dynamics(model);
    terms.extend((!dynamics.is_empty()).then(|| ("From ballot to ballot".to_owned(), dynamics.join("\n"))));
    terms.extend(events.chain(others).chain(judgements).chain(held));
    terms.extend(ended(scenario, model).map(|it| ("How it ended".to_owned(), it)));
    html! {
        p class="sub" {
            "What members want, and by which rules they choose, is what the scenario’s author holds to be so. None of it is \
             measured, and the results are no better than it."
        }
        dl {
            @for (term, text) in &terms { dt { (name(term)) } dd { (lines(text)) } }
            @if !scenario.sources.is_empty() {
                dt { "Sources" }
                dd { ul { @for source in &scenario.sources { li { (source_line(source)) } } } }
            }
        }
    }
}

/// The lines of a text.
fn lines(text: &str) -> Markup {
    html! {
        @for (number, line) in text.split('\n').enumerate() {
            @if number > 0 { br; }
            (name(line))
        }
    }
}

/// A source, which is a link if it is an address alone.
fn source_line(source: &str) -> Markup {
    let shown = printable(source);
    let is_address =
        (shown.starts_with("https://") || shown.starts_with("http://")) && !shown.contains(char::is_whitespace);
    html! {
        @if is_address { a href=(shown) rel="noreferrer" { (shown) } } @else { bdi { (shown) } }
    }
}

fn ended(scenario: &Scenario, model: &Model) -> Option<String> {
    let on = scenario.decided.as_ref().map_or(String::new(), |day| format!(", {day}"));
    match scenario.actual? {
        Ending::Appointed(c) => Some(format!("{} was appointed{on}", model.candidates.get(c.index())?.name)),
        Ending::NoConsensus => Some(format!("No consensus{on}")),
    }
}
