//! Polls that were held, in words.

use super::words;
use crate::model::{Answer, Model, Poll, PollRow, Total, Totals};

/// A poll in a few lines: when it was held, and what was answered.
pub fn poll(model: &Model, poll: &Poll) -> String {
    let Poll { name: _, stage, ballot, date, source: _, fitted: _, rows } = poll;
    let stage = model.stages.get(*stage);
    let is_choice = stage.is_some_and(|stage| stage.ballot.is_choice());
    let held = stage.map_or(String::new(), |stage| format!("stage {}, ballot {ballot}", stage.name));
    let on = date.as_ref().map_or(String::new(), |day| format!(", {day}"));
    let rows: Vec<_> = rows.iter().map(|it| row(model, it, is_choice)).collect();
    format!("{held}{on}\n{}", rows.join(", "))
}

fn row(model: &Model, row: &PollRow, is_choice: bool) -> String {
    let PollRow { candidate, totals, known, among } = row;
    let id = &model.candidates[candidate.index()].id;
    let answers = Answer::at(is_choice);
    let mut more = Vec::new();
    for part in among {
        let counted = counts(&part.totals, answers).join(", ");
        if !counted.is_empty() {
            more.push(format!("of {} {counted}", part.name));
        }
    }
    for answer in answers {
        let members = known.iter().filter(|(_, given)| given == answer).map(|(member, _)| *member).collect();
        if !known.iter().all(|(_, given)| given != answer) {
            more.push(format!("{}: {}", doing(*answer), words::members(model, &members)));
        }
    }
    let mut told = id.clone();
    match (totals.stances(), totals.votes.known()) {
        (Some([encourage, object, no_opinion]), _) => told += &format!(" {encourage}-{object}-{no_opinion}"),
        (None, Some(votes)) => told += &format!(" {votes}"),
        (None, None) => more.splice(0..0, counts(totals, answers)).for_each(drop),
    }
    if more.is_empty() { told } else { format!("{told} ({})", more.join("; ")) }
}

/// What is known of totals, answer by answer.
fn counts(totals: &Totals, answers: &[Answer]) -> Vec<String> {
    let count = |answer: &Answer| {
        let Total { at_least, at_most } = totals.of(*answer);
        let number = match (at_least, at_most) {
            (0, None) => return None,
            (least, None) => format!("at least {least}"),
            (least, Some(most)) if least == most => least.to_string(),
            (0, Some(most)) => format!("at most {most}"),
            (least, Some(most)) => format!("{least} to {most}"),
        };
        Some(format!("{number} {}", doing(*answer)))
    };
    answers.iter().filter_map(count).collect()
}

fn doing(answer: Answer) -> &'static str {
    match answer {
        Answer::Encourage => "encouraging",
        Answer::Object => "objecting",
        Answer::NoOpinion => "without opinion",
        Answer::Vote => "voting",
    }
}
