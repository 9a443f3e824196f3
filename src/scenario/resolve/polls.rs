//! What is known of how it went: polls that were held, and how it ended.

use super::answers::{Asked, CHECK_TOTALS};
use super::fields::Fields;
use super::roster::{Roster, check_name, check_unique, is_number_fine};
use crate::codes::Code;
use crate::model::{Answer, CandidateId, Ending, Model, Poll, PollRow, Stage};
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::{Node, Table};
use crate::scenario::place::Place;
use crate::scenario::{keys, suggest};

/// What the scenario says of how the selection went; nothing of it enters a simulation.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// The polls, in order.
    pub polls: Vec<Poll>,
    /// How it ended, if it has.
    pub actual: Option<Ending>,
    /// When, as YYYY-MM-DD.
    pub decided: Option<String>,
}

/// Reads what the scenario `tree`, which became `model`, says of how the selection went.
pub fn record(tree: &Node, model: &Model, roster: &Roster<'_>, problems: &Collector) -> Record {
    let mut fields = Fields::section(Some(tree), &keys::SCENARIO, problems);
    let nodes = fields.tables("poll");
    let actual = fields.text_and_place("actual").and_then(|(name, place)| match name {
        "no-consensus" => Some(Ending::NoConsensus),
        _ => roster.ending(name, place),
    });
    let (decided, decided_at) = (fields.date("decided"), fields.get("decided").map(|node| node.place));
    let polls = if is_number_fine("poll", nodes.len(), problems) { nodes } else { &[] };
    let names = polls.iter().filter_map(|node| Some((node.get_str("name")?, node.get("name")?.place)));
    check_unique("poll", names, problems);
    let reader = Reader { model, roster, problems };
    let polls: Vec<(Poll, Place)> =
        polls.iter().filter_map(|node| Some((reader.poll(node)?, place_of(node)))).collect();
    check_order(&polls, decided.as_deref().zip(decided_at), model, problems);
    Record { polls: polls.into_iter().map(|(poll, _)| poll).collect(), actual, decided }
}

fn place_of(node: &Node) -> Place {
    node.get("name").map_or(node.place, |name| name.place)
}

struct Reader<'a> {
    model: &'a Model,
    roster: &'a Roster<'a>,
    problems: &'a Collector,
}

impl Reader<'_> {
    fn poll(&self, node: &Node) -> Option<Poll> {
        let mut fields = Fields::of(node, &keys::POLL, self.problems)?;
        fields.read_elsewhere(&["table"]);
        let name = fields.text_and_place("name").map(|(name, place)| {
            check_name(name, place, "a poll", &[], self.problems);
            name
        });
        let stage = match fields.text_and_place("stage") {
            None => Some(0).filter(|_| fields.get("stage").is_none()),
            Some((name, place)) => self.stage(name, place),
        };
        let ballot = fields.whole_or_default("ballot") as u32;
        let fitted = fields.truth("fitted");
        let (date, source) = (fields.date("date"), fields.text("source").unwrap_or_default().to_owned());
        let answers = fields.table("answers");
        if answers.is_none_or(Table::is_empty) && fields.get("answers").is_none_or(|it| it.as_table().is_some()) {
            let message = "a poll says nothing of what was answered";
            let help = "give `answers`, such as { jo = { encourage = 11, object = 2, no_opinion = 2 } }, or a `table`";
            self.problems.report(Diagnostic::new(Code::MissingKey, message).at(node.place, "no answers").help(help));
        }
        let ballot_at = fields.get("ballot").map_or(node.place, |ballot| ballot.place);
        fields.finish();
        let at = self.model.stages.get(stage?)?;
        if ballot > at.repeat {
            let message = format!("stage `{}` has no ballot {ballot}: it ends after {}", at.name, at.repeat);
            let help = "`ballot` counts the ballots of its own stage, and its `repeat` says how many there are at most";
            self.problems.report(Diagnostic::new(Code::OutOfRange, message).at(ballot_at, "too high").help(help));
        }
        let rows = self.rows(answers?, at, self.ballots_before(stage?) + ballot);
        self.check_votes(&rows, at, place_of(node));
        Some(Poll { name: name?.to_owned(), stage: stage?, ballot, date, source, fitted, rows })
    }

    fn stage(&self, name: &str, place: Place) -> Option<usize> {
        let found = self.model.stages.iter().position(|stage| stage.name == name);
        if found.is_none() {
            let diagnostic = Diagnostic::new(Code::UnknownName, format!("no stage is called `{name}`"));
            let known = self.model.stages.iter().map(|stage| stage.name.as_str());
            let help = || suggest::help(name, "the stages are", known);
            self.problems.report_with(diagnostic.at(place, "unknown name"), help);
        }
        found
    }

    /// How many ballots there can be before the stage at this position.
    fn ballots_before(&self, stage: usize) -> u32 {
        self.model.stages.iter().take(stage).map(|stage| stage.repeat).sum()
    }

    /// The rows, in the order in which they are written; `latest` is the highest number in the round that the ballot can
    /// have.
    fn rows(&self, answers: &Table, stage: &Stage, latest: u32) -> Vec<PollRow> {
        let asked = Asked {
            members: stage.members,
            is_choice: stage.ballot.is_choice(),
            roster: self.roster,
            problems: self.problems,
        };
        let mut written: Vec<_> = answers.iter().collect();
        written.sort_by_key(|(_, entry)| entry.key);
        let read = |(name, entry): (&String, _)| {
            let entry: &crate::scenario::document::Entry = entry;
            let row = asked.row(&entry.node, (name, entry.key))?;
            self.check_race(row.candidate, stage, latest, entry.key);
            Some(row)
        };
        written.into_iter().filter_map(read).collect()
    }

    /// Reports a candidate who cannot be in the race at a ballot.
    fn check_race(&self, c: CandidateId, stage: &Stage, latest: u32, place: Place) {
        let Some(candidate) = self.model.candidates.get(c.index()) else { return };
        let (id, name) = (&candidate.id, &stage.name);
        let why = if !self.model.may_stand(c) {
            format!("`{id}` never stands")
        } else if !self.model.may_consider(stage, c) {
            format!("stage `{name}` does not consider `{id}`")
        } else if candidate.enters > latest && !self.model.may_join(c) {
            format!("`{id}` enters at ballot {} of the round, and this is at most ballot {latest}", candidate.enters)
        } else {
            return;
        };
        let diagnostic = Diagnostic::new(Code::PollOutsider, format!("{why}, but the poll has answers about them"));
        let help = "leave the candidate out of the poll, or let them stand: `availability`, `enters`, and the `field` of the \
                    stage say who does";
        self.problems.report(diagnostic.at(place, "not in the race").help(help));
    }

    /// Reports more votes than there can be, of all members or of one.
    fn check_votes(&self, rows: &[PollRow], stage: &Stage, place: Place) {
        let Some(votes) = stage.ballot.votes() else { return };
        let cast: u64 = rows.iter().map(|row| u64::from(row.totals.votes.at_least)).sum();
        let (members, each) = (u64::from(stage.members.len()), u64::from(votes));
        if cast > members * each {
            let message = format!("the poll counts {cast} votes, but {members} members have {each} each");
            let label = format!("{cast} instead of {} at most", members * each);
            self.problems.report(Diagnostic::new(Code::PollTotal, message).at(place, label).help(CHECK_TOTALS));
        }
        for member in stage.members.iter() {
            let cast = rows.iter().filter(|row| row.known.contains(&(member, Answer::Vote))).count();
            if cast as u64 > each {
                let id = self.roster.members.get(member.index()).copied().unwrap_or_default();
                let message =
                    format!("`{id}` is said to have voted for {cast} candidates, but members have {each} each");
                self.problems.report(Diagnostic::new(Code::PollTotal, message).at(place, "too many votes"));
            }
        }
    }
}

/// Reports polls that are not in the order of their ballots and days.
fn check_order(polls: &[(Poll, Place)], decided: Option<(&str, Place)>, model: &Model, problems: &Collector) {
    let ballot = |poll: &Poll| {
        let stage = model.stages.get(poll.stage).map_or("", |stage| stage.name.as_str());
        format!("ballot {} of stage `{stage}`", poll.ballot)
    };
    for ((before, before_at), (poll, at)) in polls.iter().zip(polls.iter().skip(1)) {
        let (name, other) = (&poll.name, &before.name);
        let problem = match (before.stage, before.ballot).cmp(&(poll.stage, poll.ballot)) {
            std::cmp::Ordering::Equal => format!("the polls `{other}` and `{name}` are both of {}", ballot(poll)),
            std::cmp::Ordering::Greater => {
                format!("the poll `{name}` is of {}, before that of `{other}`: {}", ballot(poll), ballot(before))
            }
            std::cmp::Ordering::Less => match (&before.date, &poll.date) {
                (Some(first), Some(second)) if first > second => {
                    format!("the poll `{name}` is dated {second}, before `{other}` on {first}")
                }
                _ => continue,
            },
        };
        let diagnostic = Diagnostic::new(Code::PollOrder, problem).at(*at, "this one").at(*before_at, "the one before");
        problems.report(diagnostic.help("polls stand in the order in which they were held, one a ballot"));
    }
    let last = polls.iter().rev().find_map(|(poll, at)| Some((poll, poll.date.as_deref()?, *at)));
    if let (Some((poll, date, at)), Some((decided, decided_at))) = (last, decided)
        && date > decided
    {
        let message = format!("the poll `{}` is dated {date}, after the decision on {decided}", poll.name);
        problems.report(Diagnostic::new(Code::PollOrder, message).at(at, "this poll").at(decided_at, "the decision"));
    }
}
