//! What a poll says of the answers about one candidate, and whether it can be so.

use super::fields::Fields;
use super::roster::Roster;
use super::values;
use crate::codes::Code;
use crate::model::{Among, Answer, MAX_MEMBERS, MemberId, MemberSet, PollRow, Total, Totals};
use crate::scenario::diagnostic::{Collector, Diagnostic};
use crate::scenario::document::{Node, Value};
use crate::scenario::keys;
use crate::scenario::place::Place;

/// What to do about totals that cannot be.
pub const CHECK_TOTALS: &str = "compare with the report; a total that it does not give can be left out";

/// A ballot of which something was seen.
pub struct Asked<'a> {
    /// Who took part.
    pub members: MemberSet,
    /// Whether they voted; otherwise they took stances.
    pub is_choice: bool,
    /// The names of the scenario.
    pub roster: &'a Roster<'a>,
    pub problems: &'a Collector,
}

/// What is known of some members' answers.
struct Part<'a> {
    /// Whose, in words.
    who: String,
    members: &'a MemberSet,
    totals: &'a Totals,
}

impl Asked<'_> {
    /// Reads the answers about the candidate called `name`.
    pub fn row(&self, node: &Node, (name, place): (&str, Place)) -> Option<PollRow> {
        let candidate = self.roster.candidate(name, place);
        let mut fields = Fields::of(node, &keys::ROW, self.problems)?;
        let totals = self.totals(&mut fields);
        let (known, among) = (self.known(&mut fields), self.among(&mut fields));
        let known_at = fields.get("known").map_or(node.place, |known| known.place);
        fields.finish();
        let row = PollRow { candidate: candidate?, totals: totals?, known: known?, among: among? };
        self.check(&row, name, node.place, known_at).then_some(row)
    }

    fn totals(&self, fields: &mut Fields<'_>) -> Option<Totals> {
        let mut totals = Totals::default();
        let mut whole = true;
        let into = [
            ("encourage", &mut totals.encourage),
            ("object", &mut totals.object),
            ("no_opinion", &mut totals.no_opinion),
            ("votes", &mut totals.votes),
        ];
        for (key, total) in into {
            let Some(node) = fields.get(key) else { continue };
            let fits = (key == "votes") == self.is_choice;
            if !fits {
                self.wrong_ballot(&format!("`{key}`"), node.place);
            }
            let read = self.total(node, key);
            whole &= fits && read.is_some();
            *total = read.unwrap_or_default();
        }
        whole.then_some(totals)
    }

    fn total(&self, node: &Node, key: &str) -> Option<Total> {
        if !matches!(node.value, Value::Table(_)) {
            let count = values::integer(node, key, 0, MAX_MEMBERS as u64, self.problems)?;
            return Some(Total::exactly(count as u32));
        }
        let mut fields = Fields::of(node, &keys::TOTAL, self.problems)?;
        let (least, most) = (fields.whole_or_default("at_least") as u32, fields.whole("at_most"));
        fields.finish();
        let total = Total { at_least: least, at_most: most.map(|most| most as u32) };
        if let Some(most) = total.at_most.filter(|&most| most < least) {
            let message = format!("`{key}` cannot be at least {least} and at most {most}");
            let diagnostic = Diagnostic::new(Code::PollTotal, message);
            self.problems.report(diagnostic.at(node.place, "nothing is both").help("exchange them"));
            return None;
        }
        Some(total)
    }

    fn known(&self, fields: &mut Fields<'_>) -> Option<Vec<(MemberId, Answer)>> {
        let Some(node) = fields.get("known") else { return Some(Vec::new()) };
        let table = fields.table("known")?;
        let mut known = Vec::with_capacity(table.len());
        for (name, entry) in table {
            let member = self.roster.member(name, entry.key);
            let answer = values::choice(&entry.node, "an answer", Answer::WORDS, self.problems);
            let answer = answer.and_then(|word| Answer::ALL.iter().copied().find(|answer| answer.word() == word));
            let (Some(member), Some(answer)) = (member, answer) else { continue };
            if !self.members.contains(member) {
                let message = format!("`{name}` takes no part in the stage of the poll");
                let diagnostic = Diagnostic::new(Code::PollOutsider, message).at(entry.key, "takes no part");
                self.problems.report(diagnostic.help("the `members` of the stage say who does"));
            } else if !Answer::at(self.is_choice).contains(&answer) {
                self.wrong_ballot(&format!("the answer \"{}\"", answer.word()), entry.node.place);
            } else {
                known.push((member, answer));
            }
        }
        (known.len() == node.as_table().map_or(0, |table| table.len())).then_some(known)
    }

    fn among(&self, fields: &mut Fields<'_>) -> Option<Vec<Among>> {
        if fields.get("among").is_none() {
            return Some(Vec::new());
        }
        let table = fields.table("among")?;
        let mut parts = Vec::with_capacity(table.len());
        for (name, entry) in table {
            let members = self.roster.members_called(name, entry.key);
            let Some(mut fields) = Fields::of(&entry.node, &keys::PART, self.problems) else { continue };
            let totals = self.totals(&mut fields);
            fields.finish();
            let (Some(members), Some(totals)) = (members, totals) else { continue };
            let members = members.intersection(&self.members);
            if members.is_empty() {
                let message = format!("nobody of `{name}` takes part in the stage of the poll");
                let diagnostic = Diagnostic::new(Code::PollOutsider, message).at(entry.key, "takes no part");
                self.problems.report(diagnostic.help("the `members` of the stage say who does"));
                continue;
            }
            parts.push(Among { name: name.clone(), members, totals });
        }
        (parts.len() == table.len()).then_some(parts)
    }

    fn wrong_ballot(&self, what: &str, place: Place) {
        let (message, help) = if self.is_choice {
            ("belongs to a ballot of stances, but the poll is of a choice ballot", "say how many `votes` there were")
        } else {
            (
                "belongs to a choice ballot, but the poll is of a ballot of stances",
                "say how many `encourage`, `object` and have `no_opinion`",
            )
        };
        let diagnostic = Diagnostic::new(Code::PollBallot, format!("{what} {message}"));
        self.problems.report(diagnostic.at(place, "another kind of ballot").help(help));
    }

    /// Whether answers of all who took part can be so; reports if not.
    fn check(&self, row: &PollRow, name: &str, place: Place, known_at: Place) -> bool {
        let size = self.members.len();
        let all = Part { who: members(size), members: &self.members, totals: &row.totals };
        let parts = row.among.iter().map(|part| Part {
            who: format!("the {} of `{}`", part.members.len(), part.name),
            members: &part.members,
            totals: &part.totals,
        });
        let Some(of_all) = self.bounds(&all, name, place) else { return false };
        if !self.fits_known(&all, &of_all, row, known_at) {
            return false;
        }
        for part in parts {
            let Some(bounds) = self.bounds(&part, name, place) else { return false };
            if !self.fits_known(&part, &bounds, row, known_at) {
                return false;
            }
            let others = size - part.members.len();
            for (answer, ([low, high], [all_low, all_high])) in self.answers().iter().zip(bounds.iter().zip(&of_all)) {
                let word = answer.word();
                let (least, most) = if low > all_high {
                    (format!("{low} of {}", part.who), format!("{all_high} of all {size}"))
                } else if *all_low > high + others {
                    (format!("{} of {}", all_low - others, part.who), format!("{high} of them"))
                } else {
                    continue;
                };
                let message =
                    format!("at least {least} must have answered \"{word}\" about `{name}`, but at most {most} can");
                self.problems
                    .report(Diagnostic::new(Code::PollTotal, message).at(place, "cannot be").help(CHECK_TOTALS));
                return false;
            }
        }
        true
    }

    fn answers(&self) -> &'static [Answer] {
        Answer::at(self.is_choice)
    }

    /// How few and how many of a part can have given each answer; nothing if its totals cannot be, which is reported.
    fn bounds(&self, part: &Part<'_>, name: &str, place: Place) -> Option<Vec<[u32; 2]>> {
        let n = part.members.len();
        let said = self.answers().iter().map(|answer| part.totals.of(*answer));
        let mut bounds: Vec<[u32; 2]> = said.map(|it| [it.at_least, it.at_most.unwrap_or(n).min(n)]).collect();
        let sum = |end: usize| bounds.iter().map(|bound| bound[end]).sum::<u32>();
        let (least, most) = (sum(0), sum(1));
        let is_known = part.totals.stances().is_some();
        let problem = if least > n {
            let at_least = if is_known { "" } else { "at least " };
            Some(format!("the answers about `{name}` add up to {at_least}{least}, but there are {}", part.who))
        } else if !self.is_choice && most < n {
            let at_most = if is_known { "" } else { "at most " };
            Some(format!("the answers about `{name}` add up to {at_most}{most}, but there are {}", part.who))
        } else {
            None
        };
        if let Some(message) = problem {
            let sum = if least > n { least } else { most };
            let diagnostic = Diagnostic::new(Code::PollTotal, message);
            self.problems.report(diagnostic.at(place, format!("{sum} instead of {n}")).help(CHECK_TOTALS));
            return None;
        }
        if !self.is_choice {
            for bound in &mut bounds {
                let [low, high] = *bound;
                *bound = [low.max((n + high).saturating_sub(most)), high.min(n - (least - low))];
            }
        }
        Some(bounds)
    }

    /// Whether no more of a part are known to have given an answer than can have; reports if not.
    fn fits_known(&self, part: &Part<'_>, bounds: &[[u32; 2]], row: &PollRow, place: Place) -> bool {
        for (answer, [_, most]) in self.answers().iter().zip(bounds) {
            let mine = row.known.iter().filter(|(member, given)| given == answer && part.members.contains(*member));
            let known = mine.count() as u32;
            if known <= *most {
                continue;
            }
            let (doing, code) = match answer {
                Answer::Encourage => ("encouraging", Code::PollTotal),
                Answer::Object => ("objecting", Code::TooManyObjections),
                Answer::NoOpinion => ("having no opinion", Code::PollTotal),
                Answer::Vote => ("voting so", Code::PollTotal),
            };
            let of = if *part.members == self.members { String::new() } else { format!(" of {}", part.who) };
            let are = if known == 1 { "is" } else { "are" };
            let message = format!("{} {are} named as {doing}, but the poll has {most}{of}", members(known));
            self.problems.report(
                Diagnostic::new(code, message)
                    .at(place, format!("{known} instead of at most {most}"))
                    .help(CHECK_TOTALS),
            );
            return false;
        }
        true
    }
}

fn members(n: u32) -> String {
    format!("{n} member{}", if n == 1 { "" } else { "s" })
}
