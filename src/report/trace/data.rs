//! The story as data: what `trace --format json` writes.

use std::io;

use serde::Serialize;

use super::TraceReport;
use super::stances::neutral;
use crate::model::{Ballot, CandidateId, CandidateSet, MemberSet, Model};
use crate::report::json::pretty;
use crate::report::origin::Origin;
use crate::report::rows::NO_CONSENSUS;
use crate::simulation::{BallotStory, Objections, Story};

/// One round. Members, candidates, events and stages are named by their ids, sets in the order of the scenario; field
/// names are binding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoryData<'a> {
    /// Title of the scenario.
    pub title: &'a str,
    /// Name of the assumption.
    pub assumption: &'a str,
    /// Number of the round, from 0.
    pub round: u64,
    /// The scenario's events.
    pub events: Vec<EventData<'a>>,
    /// The candidates who stand when the round opens and are not held in reserve; some may enter at a later ballot.
    pub stood: Vec<&'a str>,
    /// The candidates who do not stand in this round.
    pub not_standing: Vec<&'a str>,
    /// The candidates who stand but are held in reserve.
    pub reserve: Vec<&'a str>,
    /// The ballots, in order.
    pub ballots: Vec<BallotData<'a>>,
    /// Id of the candidate appointed, or [`NO_CONSENSUS`].
    pub outcome: &'a str,
    /// Stage of the last ballot; empty if none was held.
    pub stage: &'a str,
    /// Ballots held.
    pub ballots_held: u32,
    /// Vetoes cast, over all ballots and candidates.
    pub vetoes: u32,
}

/// A story and where it comes from.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    origin: &'a Origin,
    #[serde(flatten)]
    story: StoryData<'a>,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventData<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether it happens in this round.
    pub happened: bool,
}

/// One ballot and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BallotData<'a> {
    /// Number of the ballot in the round, from 1.
    pub ballot: u32,
    /// Its stage.
    pub stage: &'a str,
    /// Number of the ballot in its stage, from 1.
    pub ballot_in_stage: u32,
    /// What members are asked: `stances` or `choice`.
    pub kind: &'static str,
    /// How those fared whom the ballot was about.
    pub candidates: Vec<CandidateData<'a>>,
    /// Who was appointed, if anyone.
    pub appointed: Option<&'a str>,
    /// Who was dropped.
    pub dropped: Vec<&'a str>,
    /// Who withdrew.
    pub withdrew: Vec<&'a str>,
    /// The leader about whom members were offered a side payment, if anyone.
    pub side_payment_about: Option<&'a str>,
    /// The members who took it: from the next ballot on they are neutral on this candidate.
    pub yielded: Vec<&'a str>,
}

/// How a candidate fared at a ballot. Every member is in exactly one of `encouraging`, `neutral` and `objecting`; those
/// in `vetoing`, `not_a_red_line` and `deterred` are in `objecting` too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CandidateData<'a> {
    /// Id of the candidate.
    pub candidate: &'a str,
    /// Members in favour: encouragements, in a choice ballot votes.
    pub support: u32,
    /// The members who encourage.
    pub encouraging: Vec<&'a str>,
    /// The members who do neither; among them those who yielded at an earlier ballot.
    pub neutral: Vec<&'a str>,
    /// The members who object.
    pub objecting: Vec<&'a str>,
    /// The members whose objection is a veto.
    pub vetoing: Vec<&'a str>,
    /// The members who object and hold a veto against the candidate, who is no red line for them in this round.
    pub not_a_red_line: Vec<&'a str>,
    /// The members who object and for whom the candidate is a red line, but who do not veto for the cost of it.
    pub deterred: Vec<&'a str>,
    /// The members in favour, in a choice ballot those who vote for the candidate: `support` of them.
    pub supporters: Vec<&'a str>,
    /// Whether the rule holds once all vetoes are taken away; false at an advisory ballot.
    pub would_pass_without_vetoes: bool,
    /// Whether the rule holds; false at an advisory ballot.
    pub passed: bool,
}

impl<'a> TraceReport<'a> {
    /// The story as data.
    pub fn data(&self) -> StoryData<'a> {
        let Self { model, story, .. } = *self;
        let in_reserve = story.standing.intersection(story.reserve);
        let stage = model.stages.get(story.round.stage).filter(|_| story.round.ballots > 0);
        let event = |(event, &happened): (&'a crate::model::Event, &bool)| EventData { name: &event.name, happened };
        StoryData {
            title: self.title,
            assumption: &model.assumption,
            round: story.number,
            events: model.events.iter().zip(&story.happens).map(event).collect(),
            stood: candidates(model, story.standing.without(in_reserve)),
            not_standing: candidates(model, CandidateSet::all(model.candidates.len()).without(story.standing)),
            reserve: candidates(model, in_reserve),
            ballots: story.ballots.iter().map(|ballot| ballot_data(model, story, ballot)).collect(),
            outcome: story.round.outcome.map_or(NO_CONSENSUS, |c| id(model, c)),
            stage: stage.map_or("", |stage| &stage.name),
            ballots_held: story.round.ballots,
            vetoes: story.round.vetoes,
        }
    }

    /// The story as JSON, with where it comes from.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    pub fn json(&self, origin: &Origin) -> io::Result<Vec<u8>> {
        pretty(&Told { origin, story: self.data() })
    }
}

fn ballot_data<'a>(model: &'a Model, story: &Story, ballot: &BallotStory) -> BallotData<'a> {
    let stage = &model.stages[ballot.stage];
    let kind = match stage.ballot {
        Ballot::Stances => "stances",
        Ballot::Choice { .. } => "choice",
    };
    BallotData {
        ballot: ballot.number,
        stage: &stage.name,
        ballot_in_stage: ballot.repeat,
        kind,
        candidates: ballot
            .standings
            .iter()
            .map(|(c, standing)| {
                let Objections { vetoing, deterred, no_red_line, .. } = story.objections(*c, standing);
                CandidateData {
                    candidate: id(model, *c),
                    support: standing.supporters.len(),
                    encouraging: members(model, &standing.encouraging),
                    neutral: members(model, &neutral(stage, standing)),
                    objecting: members(model, &standing.objecting),
                    vetoing: members(model, &vetoing),
                    not_a_red_line: members(model, &no_red_line),
                    deterred: members(model, &deterred),
                    supporters: members(model, &standing.supporters),
                    would_pass_without_vetoes: ballot.would_hold.contains(*c),
                    passed: ballot.passing.contains(*c),
                }
            })
            .collect(),
        appointed: ballot.appointed.map(|c| id(model, c)),
        dropped: candidates(model, ballot.dropped),
        withdrew: candidates(model, ballot.withdrawn),
        side_payment_about: ballot.accommodated.map(|c| id(model, c)),
        yielded: members(model, &ballot.yielded),
    }
}

fn id(model: &Model, c: CandidateId) -> &str {
    &model.candidates[c.index()].id
}

fn candidates(model: &Model, set: CandidateSet) -> Vec<&str> {
    set.iter().map(|c| id(model, c)).collect()
}

fn members<'a>(model: &'a Model, set: &MemberSet) -> Vec<&'a str> {
    set.iter().map(|m| model.members[m.index()].id.as_str()).collect()
}
