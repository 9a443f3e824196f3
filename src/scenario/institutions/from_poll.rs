//! A scenario from nothing but a poll, by a fixed rule that its head says.

use std::fmt::Write as _;

use super::Institution;
use super::starter::comment;
use crate::model::{Answer, Model, Poll};
use crate::scenario::polled::PollTable;
use crate::text::width;

/// Columns of a line.
const WIDTH: usize = 120;

/// What such a scenario is made of.
#[derive(Debug, Clone, Copy)]
pub struct FromPoll<'a> {
    /// The institution that decides.
    pub institution: &'a Institution,
    /// The table of the poll.
    pub table: &'a PollTable,
    /// What the table is called in the head.
    pub file: &'a str,
    /// Title of the scenario.
    pub title: &'a str,
    /// How many electors there are, if the institution leaves that open and there were not just as many votes.
    pub electors: Option<u32>,
    /// Whether who is in no row of the poll abstained, and may abstain again.
    pub abstentions: bool,
    /// How it ended: a candidate's id, or `no-consensus`.
    pub actual: Option<&'a str>,
    /// The day on which it ended, as YYYY-MM-DD.
    pub decided: Option<&'a str>,
}

impl FromPoll<'_> {
    /// The scenario without support: what the poll is fitted to.
    pub fn unfitted(&self) -> String {
        self.keys() + &self.preferences(1.0)
    }

    /// The scenario of which [`unfitted`](Self::unfitted) is `model`, with the support of members and groups, candidate by
    /// candidate in the order of `poll`, and the uncertainty that were fitted to it.
    pub fn fitted(&self, model: &Model, poll: &Poll, support: &[(&str, Vec<f64>)], uncertainty: f64) -> String {
        let id = |row: &crate::model::PollRow| model.candidates[row.candidate.index()].id.clone();
        let candidates: Vec<String> = poll.rows.iter().map(id).collect();
        let mut text = self.head(model, uncertainty) + &self.keys() + &self.preferences(uncertainty);
        text += &support_lines(&candidates, support);
        text += "\n[[poll]]                               # what all this is made of; no run uses it\n";
        text += "name = \"first\"\nfitted = true\n[poll.answers]\n";
        for (row, id) in poll.rows.iter().zip(&candidates) {
            let totals = Answer::at(self.table.has_votes).iter().filter_map(|answer| {
                let key = if self.table.has_votes { "votes" } else { answer.word() };
                Some(format!("{key} = {}", row.totals.of(*answer).known()?))
            });
            let known =
                row.known.iter().map(|(m, answer)| format!("{} = \"{}\"", model.members[m.index()].id, answer.word()));
            let known: Vec<String> = known.collect();
            let known = (!known.is_empty()).then(|| format!("known = {{ {} }}", known.join(", ")));
            let row: Vec<String> = totals.chain(known).collect();
            let _ = writeln!(text, "{id} = {{ {} }}", row.join(", "));
        }
        text
    }

    /// The rule in words.
    fn head(&self, model: &Model, uncertainty: f64) -> String {
        let mut head = format!("# {}\n#\n", self.title);
        let name = self.institution.name;
        let mut say = |text: &str| head += &(comment(text) + "#\n");
        say(&format!(
            "Written by `nemcon new --from-poll` from {} and the institution {name}. Nothing in it was judged or tuned to \
             what happened then; change the poll, not this file. The rule:",
            self.file
        ));
        let objectors = if self.table.has_votes { "" } else { ", but for members known to have objected" };
        say("Candidates: those of the poll.");
        say(&format!(
            "Support: fitted, so that the first ballot is expected to give the poll, all members alike{objectors} \
             (docs/fitting.md)."
        ));
        if self.table.has_votes {
            say(
                "Uncertainty: 1 point, the default, which is the unit; noise is Gumbel, with which shares of votes tell support.",
            );
        } else {
            say(&format!(
                "Uncertainty: {uncertainty} points, {}.",
                if model.members.iter().any(|member| member.accept_at > member.object_at) {
                    "fitted"
                } else {
                    "the default, as nobody can be neutral"
                }
            ));
        }
        say("Shared doubt (common_sd): half the uncertainty, the default of choice ballots. Its reason is in \
             docs/choosing-uncertainty.md; it was not chosen for this selection.");
        if self.abstentions {
            say(
                "Abstentions: who is in no row of the poll abstained; a member votes from 0 points on (votes_at), where it would \
                 rather have somebody than nobody.",
            );
        } else if self.table.has_votes && self.table.answers < self.voters(model) {
            say(&format!(
                "{} votes are in the poll, and {} members take part: the others' shares are taken to be the same.",
                self.table.answers,
                self.voters(model)
            ));
        }
        say("All else is the institution's or a default; in particular no view moves between ballots.");
        self.table.notes.iter().for_each(|note| say(note));
        head.truncate(head.len() - 2);
        head + "\n"
    }

    fn voters(&self, model: &Model) -> u32 {
        model.stages.first().map_or(0, |stage| stage.members.len())
    }

    /// Everything above `[preferences]`.
    fn keys(&self) -> String {
        let mut text = format!("institution = {}\n", quoted(self.institution.name));
        if self.institution.open {
            let _ = writeln!(text, "electors    = {}", self.electors.unwrap_or(self.table.answers));
        }
        let _ = writeln!(text, "title       = {}", quoted(self.title));
        let _ = writeln!(text, "summary     = \"What the first poll says by itself, by a mechanical rule\"");
        if !self.table.sources.is_empty() {
            let sources = self.table.sources.iter().map(|source| format!("  {},\n", quoted(source)));
            let _ = writeln!(text, "sources     = [\n{}]", sources.collect::<String>());
        }
        text += "seed        = 1\nrounds      = 100_000\n";
        for (key, value) in [("actual     ", self.actual), ("decided    ", self.decided)] {
            if let Some(value) = value {
                let _ = writeln!(text, "{key} = {}", quoted(value));
            }
        }
        text += "candidate   = [\n";
        for (id, name) in &self.table.candidates {
            let _ = writeln!(text, "  {{ id = {}, name = {} }},", quoted(id), quoted(name));
        }
        text + "]\n"
    }

    fn preferences(&self, uncertainty: f64) -> String {
        let mut text = "\n[preferences]\n".to_owned();
        if self.table.has_votes {
            text += "noise       = \"gumbel\"\n";
            if self.abstentions {
                text += "votes_at    = 0.0\n";
            }
        } else {
            let _ = writeln!(text, "uncertainty = {uncertainty}");
        }
        let half = libm::rint(uncertainty * 5e3) / 1e4;
        let _ = writeln!(text, "common_sd   = {half}");
        text
    }
}

/// `[support]`: a line for each member or group, or, where that is too long, a table.
fn support_lines(candidates: &[String], support: &[(&str, Vec<f64>)]) -> String {
    let pairs = |points: &[f64]| -> Vec<String> {
        candidates.iter().zip(points).map(|(candidate, points)| format!("{candidate} = {points:?}")).collect()
    };
    let lines: Vec<String> =
        support.iter().map(|(who, points)| format!("{who} = {{ {} }}\n", pairs(points).join(", "))).collect();
    if lines.iter().all(|line| width(line) <= WIDTH) {
        return format!("\n[support]\n{}", lines.concat());
    }
    let table = |(who, points): &(&str, Vec<f64>)| format!("\n[support.{who}]\n{}\n", pairs(points).join("\n"));
    support.iter().map(table).collect()
}

/// Text as TOML has it.
fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted + "\""
}
