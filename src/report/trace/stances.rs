//! Who stands where at a ballot: the table, and the objections in words.

use std::collections::BTreeSet;

use crate::model::{Ballot, Base, CandidateId, Condition, MemberId, MemberSet, Model, Stage};
use crate::report::number::NBSP;
use crate::report::text::Page;
use crate::report::words;
use crate::simulation::{BallotStory, Deterrent, Objections, Standing, Story};
use crate::text;

/// Bodies with more members get no column per member.
const MOST_COLUMNS: usize = 40;
/// Ids longer than this do not head a column; numbers do, and a legend says whose they are.
const LONGEST_ID: usize = 5;
/// Members between two gaps, so that the eye keeps to its column.
const BETWEEN_GAPS: usize = 5;
/// Columns that candidates' names may take before the columns per member are left out.
const NAMES: usize = 30;
/// Columns of a count with the space around it.
const COUNT: usize = 5;
/// Different levels told one by one at most.
const LEVELS: usize = 3;

/// What stands in a member's column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Encourages.
    Encourages,
    /// Is neutral.
    Neutral,
    /// Has yielded and is neutral therefore.
    Yielded,
    /// Objects, without a veto against the candidate.
    Powerless,
    /// Objects; there is a veto, but the candidate is no red line.
    NoRedLine,
    /// Objects; there is a veto, but the member is not ready to block.
    NotReady,
    /// Objects; the candidate is a red line, but the veto costs too much, or the member would stand alone.
    Deterred,
    /// Vetoes.
    Vetoes,
}

impl Mark {
    const RARE: [Self; 4] = [Self::NoRedLine, Self::NotReady, Self::Deterred, Self::Yielded];

    /// The sign in the table.
    fn sign(self) -> &'static str {
        match self {
            Self::Encourages => "+",
            Self::Neutral => ".",
            Self::Yielded => "y",
            Self::Powerless => "-",
            Self::NoRedLine => "o",
            Self::NotReady => "n",
            Self::Deterred => "d",
            Self::Vetoes => "V",
        }
    }

    /// The sign and what it means, if it is one that only members' columns have.
    pub fn explained(self, story: &Story) -> Option<(&'static str, String)> {
        let meaning = match self {
            Self::NoRedLine => "objects and could veto, but the candidate is no red line in this round",
            Self::NotReady => "objects and could veto, but is not ready to block in this round",
            Self::Deterred => deterred(story),
            Self::Yielded => "neutral after accepting a side payment",
            Self::Encourages | Self::Neutral | Self::Powerless | Self::Vetoes => return None,
        };
        Some((self.sign(), meaning.to_owned()))
    }

    /// The marks with a meaning of their own that occur in the story.
    pub fn occurring(story: &Story) -> Vec<Self> {
        let any = |has: &dyn Fn(&Objections) -> bool| {
            let mut standings = story.ballots.iter().flat_map(|ballot| &ballot.standings);
            standings.any(|(c, standing)| has(&story.objections(*c, standing)))
        };
        let occurs = |mark: &Self| match mark {
            Self::NoRedLine => any(&|objections| !objections.no_red_line.is_empty()),
            Self::NotReady => any(&|objections| !objections.not_ready.is_empty()),
            Self::Deterred => any(&|objections| !objections.deterred.is_empty()),
            _ => story.ballots.iter().any(|ballot| !ballot.yielded.is_empty()),
        };
        Self::RARE.into_iter().filter(occurs).collect()
    }
}

/// What deters those who are deterred in a story.
fn deterred(story: &Story) -> &'static str {
    let standings = story.ballots.iter().flat_map(|ballot| &ballot.standings);
    let deterrents = standings.flat_map(|(_, standing)| standing.deterred.iter().map(|m| story.deterrent(m, standing)));
    let deterrents: BTreeSet<Deterrent> = deterrents.collect();
    match (deterrents.first(), deterrents.len()) {
        (Some(Deterrent::Alone), 1) => "objects and would veto, but is deterred by what it takes to stand alone",
        (Some(Deterrent::Cost) | None, 0 | 1) => {
            "objects and would veto, but is deterred by its cost, which grows with the support for the candidate"
        }
        _ => {
            "objects and would veto, but is deterred by its cost, which grows with the support for the candidate, or by \
             what it takes to stand alone, or by both together"
        }
    }
}

/// What heads the members' columns.
pub struct Labels {
    /// By member; empty if there is no room for them.
    labels: Vec<String>,
    /// Whether they are numbers, not ids.
    numbered: bool,
    /// Whether there is room for gaps between some columns.
    gaps: bool,
}

impl Labels {
    /// The labels for tables about those who stand in `story`, in a page of `width` columns.
    pub fn new(model: &Model, story: &Story, width: u16) -> Self {
        let ids: Vec<&str> = model.members.iter().map(|m| m.id.as_str()).collect();
        let names = story.standing.iter().map(|c| text::width(&model.candidates[c.index()].name)).max().unwrap_or(0);
        let choice = model.stages.iter().any(|stage| stage.ballot.is_choice());
        let beside = names + 2 + COUNT * if choice { 6 } else { 4 } + 3;
        let fit =
            |columns: usize| ids.len() <= MOST_COLUMNS && names <= NAMES && beside + columns <= usize::from(width);
        let numbered = ids.iter().any(|id| id.len() > LONGEST_ID);
        let number = |i: usize| format!("{:>1$}", i + 1, ids.len().to_string().len());
        let labels = match ids.len() {
            n if !fit(n) => Vec::new(),
            n if numbered => (0..n).map(number).collect(),
            _ => ids.iter().map(|&id| id.to_owned()).collect(),
        };
        Self { labels, numbered, gaps: fit(ids.len() + ids.len() / BETWEEN_GAPS) }
    }

    /// Whether every member has a column.
    pub fn exist(&self) -> bool {
        !self.labels.is_empty()
    }

    /// Whose the numbers are, if numbers head the columns.
    pub fn legend(&self, model: &Model) -> Option<String> {
        // Members of a bloc stand side by side.
        let mut runs: Vec<(&str, usize, usize)> = Vec::new();
        for (m, member) in model.member_ids() {
            let bloc = model.bloc_of(m);
            let name = bloc.map_or(&member.id, |bloc| &bloc.id);
            match runs.last_mut() {
                Some((last, _, end)) if bloc.is_some() && last == name => *end += 1,
                _ => runs.push((name, m.index() + 1, m.index() + 1)),
            }
        }
        let words = |(name, first, last): &(&str, usize, usize)| match first == last {
            true => format!("{first}{NBSP}{name}"),
            false => format!("{first}–{last}{NBSP}{name}"),
        };
        self.numbered.then(|| runs.iter().map(words).collect::<Vec<_>>().join(", "))
    }

    /// The labels, each written from top to bottom.
    fn header(&self) -> String {
        let height = self.labels.iter().map(String::len).max().unwrap_or(0);
        let line = |y: usize| self.row(self.labels.iter().map(|label| label.chars().nth(y).unwrap_or(' ')));
        (0..height).map(line).collect::<Vec<_>>().join("\n")
    }

    /// A sign per member; no line breaks in them.
    fn row(&self, signs: impl Iterator<Item = char>) -> String {
        let mut text = String::new();
        for (i, sign) in signs.enumerate() {
            if self.gaps && i > 0 && i % BETWEEN_GAPS == 0 {
                text.push(NBSP);
            }
            text.push(if sign == ' ' { NBSP } else { sign });
        }
        text
    }
}

/// The table of a ballot: one row per candidate.
pub fn table(page: &mut Page, labels: &Labels, model: &Model, story: &Story, ballot: &BallotStory) {
    let stage = &model.stages[ballot.stage];
    let choice = stage.ballot.is_choice();
    let matrix = labels.exist();
    let members = labels.header();
    let mut header = vec!["candidate"];
    header.extend(choice.then_some("votes"));
    header.extend(["+", ".", "-", "V"]);
    header.extend(matrix.then_some(members.as_str()));
    let right: Vec<bool> = header.iter().map(|title| title.len() == 1 || *title == "votes").collect();
    let rows: Vec<Vec<String>> = ballot
        .standings
        .iter()
        .map(|(c, standing)| {
            let mut row = vec![model.candidates[c.index()].name.clone()];
            if choice {
                row.push(standing.supporters.len().to_string());
            }
            let neutral = neutral(stage, standing).len();
            let Standing { encouraging, objecting, vetoing, .. } = standing;
            let counts = [encouraging.len(), neutral, objecting.len(), vetoing.len()];
            row.extend(counts.map(|n| n.to_string()));
            if matrix {
                let yielded = yielded_before(story, ballot, *c);
                let marks = model.member_ids().map(|(m, _)| mark(story, *c, standing, &yielded, m));
                row.push(labels.row(marks.flat_map(|mark| mark.sign().chars())));
            }
            row
        })
        .collect();
    page.table(&header, &right, &rows);
}

/// Who neither encourages nor objects.
pub fn neutral(stage: &Stage, standing: &Standing) -> MemberSet {
    stage.members.without(&standing.encouraging).without(&standing.objecting)
}

/// Who has yielded on `c` at an earlier ballot than this.
fn yielded_before(story: &Story, ballot: &BallotStory, c: CandidateId) -> MemberSet {
    let earlier = story.ballots.iter().filter(|b| b.number < ballot.number && b.accommodated == Some(c));
    earlier.fold(MemberSet::EMPTY, |all, ballot| all.union(&ballot.yielded))
}

fn mark(story: &Story, c: CandidateId, standing: &Standing, yielded: &MemberSet, m: MemberId) -> Mark {
    let objections = story.objections(c, standing);
    if standing.encouraging.contains(m) {
        Mark::Encourages
    } else if objections.vetoing.contains(m) {
        Mark::Vetoes
    } else if objections.deterred.contains(m) {
        Mark::Deterred
    } else if objections.no_red_line.contains(m) {
        Mark::NoRedLine
    } else if objections.not_ready.contains(m) {
        Mark::NotReady
    } else if objections.powerless.contains(m) {
        Mark::Powerless
    } else if yielded.contains(m) {
        Mark::Yielded
    } else {
        Mark::Neutral
    }
}

/// By candidate: who votes, in a choice ballot, and who objects, and what becomes of it.
pub fn objections<'a>(model: &'a Model, story: &Story, ballot: &BallotStory) -> Vec<(&'a str, String)> {
    let choice = model.stages[ballot.stage].ballot.is_choice();
    let mut rows = Vec::new();
    for (c, standing) in &ballot.standings {
        let Objections { vetoing, deterred, no_red_line, not_ready, powerless } = story.objections(*c, standing);
        let deterred_by = |deterrent| deterred.iter().filter(|&m| story.deterrent(m, standing) == deterrent).collect();
        let votes = if choice { standing.supporters } else { MemberSet::EMPTY };
        let who = |set: &MemberSet| words::members(model, set);
        let named = |(what, set): (&str, MemberSet)| (!set.is_empty()).then(|| format!("{what} {}", who(&set)));
        let mut parts: Vec<String> =
            [("votes from", votes), ("vetoed by", vetoing)].into_iter().filter_map(named).collect();
        let harmless: Vec<String> = [
            (deterred_by(Deterrent::Cost), "deterred by the cost of a veto"),
            (deterred_by(Deterrent::Alone), "deterred by standing alone"),
            (deterred_by(Deterrent::CostAndAlone), "deterred by the cost of a veto and by standing alone"),
            (no_red_line, "no red line in this round"),
            (not_ready, "not ready to block in this round"),
            (powerless, "no veto power"),
        ]
        .into_iter()
        .filter(|(set, _)| !set.is_empty())
        .map(|(set, why)| format!("{} ({why})", who(&set)))
        .collect();
        if !harmless.is_empty() {
            let also = if vetoing.is_empty() { "" } else { "also " };
            parts.push(format!("{also}objected to by {}", harmless.join(", ")));
        }
        if !parts.is_empty() {
            rows.push((model.candidates[c.index()].name.as_str(), parts.join("; ")));
        }
    }
    rows
}

/// What waiting adds to the reservation levels of those who take part, if anything.
pub fn waiting(model: &Model, story: &Story, ballot: &BallotStory) -> Option<(&'static str, String)> {
    let levels = story.waiting.get(ballot.number as usize - 1)?;
    let of = |m: MemberId| levels.get(m.index()).copied().unwrap_or_default();
    let members = model.stages[ballot.stage].members;
    if members.iter().all(|m| of(m) == 0.0) {
        return None;
    }
    let level = |m: MemberId| format!("{:+.2}", of(m) + 0.0);
    let words: BTreeSet<String> = members.iter().map(level).collect();
    let who = |words: &String| words::members(model, &members.iter().filter(|&m| level(m) == *words).collect());
    let told: Vec<String> = if words.len() <= LEVELS {
        words.iter().map(|words| format!("{words} ({})", who(words))).collect()
    } else {
        let by_level = |a: &MemberId, b: &MemberId| of(*a).total_cmp(&of(*b));
        let ends = [members.iter().min_by(by_level), members.iter().max_by(by_level)];
        ends.into_iter().flatten().map(|m| format!("{} ({})", level(m), model.members[m.index()].id)).collect()
    };
    let to = if words.len() <= LEVELS { ", " } else { " to " };
    Some(("waiting", format!("raises reservation levels by {} points", told.join(to))))
}

/// "25 of 31 in favour", or in a choice ballot "the votes of 25 of 31"; where some abstain, or only those who take a side
/// count, that is said.
pub fn support(model: &Model, ballot: &BallotStory, standing: &Standing) -> String {
    let stage = &model.stages[ballot.stage];
    let (support, all) = (standing.supporters.len(), stage.members.len());
    let conditions = stage.appoint.iter().flat_map(|rule| rule.conditions());
    let mut conditions = conditions.filter(|it| matches!(it, Condition::Share { base: Base::Voting, .. }));
    match stage.ballot {
        Ballot::Stances if conditions.next().is_some() => {
            format!("{support} in favour and {} against, of {all},", standing.objecting.len())
        }
        Ballot::Stances => format!("{support} of {all} in favour"),
        Ballot::Choice { .. } if ballot.voting.len() < all => {
            format!("the votes of {support} of the {} who vote (of {all})", ballot.voting.len())
        }
        Ballot::Choice { .. } => format!("the votes of {support} of {all}"),
    }
}
