//! What `trace` shows: one round from its opening to its outcome, ballot by ballot.

use super::number::{NBSP, grouped, plural};
use super::text::{Look, Page};
use super::words;
use crate::model::{Candidate, CandidateId, CandidateSet, Model};
use crate::simulation::{BallotStory, Story};

mod aftermath;
mod data;
mod stances;

pub use data::{BallotData, CandidateData, EventData, LevelData, StoryData, TieData};
use stances::{Labels, Mark};

/// Columns from which on terms have room for their explanations beside them.
const ROOM_FOR_TERMS: u16 = 60;

/// One round and where it comes from.
#[derive(Debug, Clone, Copy)]
pub struct TraceReport<'a> {
    /// Title of the scenario.
    pub title: &'a str,
    /// The model that was simulated.
    pub model: &'a Model,
    /// Seed of all random numbers.
    pub seed: u64,
    /// The round.
    pub story: &'a Story,
    /// Which of the rounds with this outcome it is, from 1, if it was looked for by its outcome.
    pub nth: Option<u64>,
    /// The command that tells exactly this round again.
    pub repeat: &'a str,
}

impl TraceReport<'_> {
    /// The story in words, with a table of stances for each ballot.
    pub fn render(&self, look: Look) -> String {
        let Self { model, story, .. } = *self;
        let mut page = Page::new(look);
        page.heading(self.title);
        page.note(&format!("Round {} under the assumption “{}”, seed {}", story.number, model.assumption, self.seed));
        if let Some(nth) = self.nth {
            page.note(&format!("Number {} of the rounds that end so", grouped(nth)));
        }
        self.opening(&mut page);
        let labels = Labels::new(model, story, page.width());
        self.signs(&mut page, &labels);
        self.not_held(&mut page, 0, story.ballots.first().map_or(0, |first| first.stage));
        let mut last: Option<&BallotStory> = None;
        for (at, ballot) in story.ballots.iter().enumerate() {
            let next = story.ballots.get(at + 1);
            let repeats = |ballot: &BallotStory, later: &BallotStory| repeats(story, ballot, later);
            let same = |other: Option<&BallotStory>| other.is_some_and(|other| repeats(other, ballot));
            if !same(last) {
                let alike = story.ballots[at + 1..].iter().take_while(|later| repeats(ballot, later)).count();
                self.ballot(&mut page, &labels, last, ballot, alike as u32);
            }
            if !same(next) {
                self.passed_over(&mut page, ballot, next);
            }
            last = Some(ballot);
        }
        self.outcome(&mut page);
        page.finish()
    }

    /// What happens before the first ballot.
    fn opening(&self, page: &mut Page) {
        let Self { model, story, .. } = *self;
        let names = |set| words::candidates(model, set);
        let mut rows = Vec::new();
        let events = || model.events.iter().zip(&story.happens);
        for (event, _) in events().filter(|(_, happens)| **happens) {
            rows.push(("happens", format!("{}: {}", event.name, words::effects(model, event))));
        }
        let others: Vec<&str> = events().filter(|(_, happens)| !**happens).map(|(e, _)| e.name.as_str()).collect();
        if !others.is_empty() {
            rows.push(("does not happen", others.join(", ")));
        }
        let in_reserve = story.standing.intersection(story.reserve);
        let absent = CandidateSet::all(model.candidates.len()).without(story.standing);
        for (term, set) in [("stand", story.standing.without(in_reserve)), ("in reserve", in_reserve)] {
            if !set.is_empty() {
                rows.push((term, names(set)));
            }
        }
        if !absent.is_empty() {
            let absent: Vec<String> = absent.iter().map(|c| self.absent(c)).collect();
            rows.push(("do not stand", absent.join(", ")));
        }
        let later = story.standing.iter().map(|c| &model.candidates[c.index()]).filter(|c| c.enters > 1);
        let later: Vec<String> = later.map(|c| format!("{} (from ballot {})", c.name, c.enters)).collect();
        if !later.is_empty() {
            rows.push(("enter later", later.join(", ")));
        }
        page.heading("How it opens");
        explain(page, &rows);
    }

    /// Who does not stand, with the event that is the reason if it is one.
    fn absent(&self, c: CandidateId) -> String {
        let mut events = self.model.events.iter().zip(&self.story.happens);
        let reason = events.find(|(event, happens)| **happens && event.removes(c));
        let name = &self.candidate(c).name;
        reason.map_or(name.clone(), |(event, _)| format!("{name} ({})", event.name))
    }

    /// What the tables' signs mean: those that occur.
    fn signs(&self, page: &mut Page, labels: &Labels) {
        if self.story.ballots.is_empty() {
            return;
        }
        page.heading("How to read the tables");
        let mut rows = vec![
            ("+ . -", "encourage, are neutral, object".to_owned()),
            ("V", "veto; vetoes are counted among the objections too".to_owned()),
        ];
        if labels.exist() {
            rows.extend(Mark::occurring(self.story).into_iter().filter_map(|mark| mark.explained(self.story)));
            rows.extend(labels.legend(self.model).map(|legend| ("members", legend)));
        }
        explain(page, &rows);
    }

    fn ballot(&self, page: &mut Page, labels: &Labels, last: Option<&BallotStory>, ballot: &BallotStory, alike: u32) {
        let Self { model, story, .. } = *self;
        let stage = &model.stages[ballot.stage];
        let numbers =
            |first: u32| if alike == 0 { format!("{first}") } else { format!("{first} to {}", first + alike) };
        let ballots = if alike == 0 { "Ballot" } else { "Ballots" };
        let mut heading = format!("{ballots}{NBSP}{}: {}", numbers(ballot.number), stage.name);
        if stage.repeat > 1 {
            heading += &format!(", {} of at most {}", numbers(ballot.repeat), stage.repeat);
        }
        if alike > 0 {
            heading += ", all alike";
        }
        page.heading(&heading);
        if last.is_none_or(|last| last.stage != ballot.stage) {
            page.note(&capital(&words::terms_of_stage(model, stage)));
        }
        match last.filter(|last| last.stage == ballot.stage && last.standings == ballot.standings) {
            Some(last) => {
                page.plain(&format!("Everyone stands as at ballot {}.", last.number));
                let mut rows: Vec<_> = stances::waiting(model, story, ballot).into_iter().collect();
                rows.extend(aftermath::rows(model, story, ballot));
                explain(page, &rows);
            }
            None => {
                stances::table(page, labels, model, story, ballot);
                page.plain("");
                let mut rows: Vec<_> = stances::waiting(model, story, ballot).into_iter().collect();
                rows.extend(stances::objections(model, story, ballot));
                rows.extend(aftermath::rows(model, story, ballot));
                explain(page, &rows);
            }
        }
    }

    /// Why a stage ends before its last ballot, and which stages are not held at all, between `ballot` and the next.
    fn passed_over(&self, page: &mut Page, ballot: &BallotStory, next: Option<&BallotStory>) {
        let model = self.model;
        let until = next.map_or(model.stages.len(), |next| next.stage);
        if ballot.appointed.is_some() || until == ballot.stage {
            return;
        }
        if ballot.repeat < model.stages[ballot.stage].repeat {
            page.plain("No one is left whom this stage could consider: it ends.");
        }
        self.not_held(page, ballot.stage + 1, until);
    }

    /// Names the stages from `first` on and before `until`, which are passed over.
    fn not_held(&self, page: &mut Page, first: usize, until: usize) {
        for stage in self.model.stages.iter().take(until).skip(first) {
            page.plain(&format!("Stage {} is not held: there is no one whom it could consider.", stage.name));
        }
    }

    fn outcome(&self, page: &mut Page) {
        let Self { model, story, .. } = *self;
        let round = &story.round;
        let outcome = round.outcome.map_or("no consensus", |c| &self.candidate(c).name);
        page.heading(&format!("Outcome: {outcome}"));
        let ballots = plural(u64::from(round.ballots), "ballot");
        let stage = model.stages.get(round.stage).map_or("", |stage| &stage.name);
        page.plain(&match (round.ballots, round.outcome) {
            (0, _) => "No ballot is held: there is no one whom a stage could consider.".to_owned(),
            (_, Some(_)) => format!("Appointed after {ballots}, in stage {stage}."),
            (_, None) => format!("No one is appointed in {ballots}; the last is in stage {stage}."),
        });
        page.note("");
        page.command("Repeat:", self.repeat);
    }

    fn candidate(&self, c: CandidateId) -> &Candidate {
        &self.model.candidates[c.index()]
    }
}

/// Whether `later` is the same ballot over again.
fn repeats(story: &Story, ballot: &BallotStory, later: &BallotStory) -> bool {
    let numbered = BallotStory { number: later.number, repeat: later.repeat, ..ballot.clone() };
    let waiting = |ballot: &BallotStory| story.waiting.get(ballot.number as usize - 1);
    numbered == *later && waiting(ballot) == waiting(later)
}

/// Terms and what there is to say of each: side by side, or one after the other where there is no room for that.
fn explain(page: &mut Page, rows: &[(&str, String)]) {
    if page.width() >= ROOM_FOR_TERMS && !rows.is_empty() {
        page.terms(rows);
        return;
    }
    for (term, words) in rows {
        page.plain(&format!("{term}: {words}"));
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
