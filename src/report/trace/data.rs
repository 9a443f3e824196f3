//! The story as data: what `trace --format json` writes.

use std::io;

use serde::Serialize;

use super::TraceReport;
use super::stances::neutral;
use crate::model::{Ballot, CandidateId, CandidateSet, MemberId, MemberSet, Model};
use crate::report::json::pretty;
use crate::report::origin::Origin;
use crate::report::rows::NO_CONSENSUS;
use crate::simulation::{BallotStory, Objections, Story};

/// One round. Members, candidates, events and stages are named by their ids, sets in the order of the scenario; field
/// names are binding.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BallotData<'a> {
    /// Number of the ballot in the round, from 1.
    pub ballot: u32,
    /// Its stage.
    pub stage: &'a str,
    /// Number of the ballot in its stage, from 1.
    pub ballot_in_stage: u32,
    /// What members are asked: `stances` or `choice`.
    pub kind: &'static str,
    /// In a choice ballot the members who cast a vote; else empty.
    pub voting: Vec<&'a str>,
    /// In a choice ballot the members who take part and cast none; else empty.
    pub abstaining: Vec<&'a str>,
    /// The reservation levels at this ballot, if any is not 0.
    pub reservation_levels: Vec<LevelData<'a>>,
    /// How those fared whom the ballot was about.
    pub candidates: Vec<CandidateData<'a>>,
    /// Who was appointed, if anyone.
    pub appointed: Option<&'a str>,
    /// Who was dropped.
    pub dropped: Vec<&'a str>,
    /// Who withdrew.
    pub withdrew: Vec<&'a str>,
    /// The candidates among whom one more vote was held, because they were tied for elimination.
    pub tied: Vec<TieData<'a>>,
    /// The leader about whom members were offered a side payment, if anyone.
    pub side_payment_about: Option<&'a str>,
    /// The members whose vetoes keep that leader out, or would be all that does, and whom no side payment reaches.
    pub out_of_reach: Vec<&'a str>,
    /// The members who took it: from the next ballot on they are neutral on this candidate.
    pub yielded: Vec<&'a str>,
}

/// A member's reservation level.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LevelData<'a> {
    /// The member.
    pub member: &'a str,
    /// What waiting adds, points.
    pub waiting: f64,
    /// The level: that, less what the member has conceded, points.
    pub level: f64,
}

/// What a candidate got in a vote among those tied for elimination.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TieData<'a> {
    /// Id of the candidate.
    pub candidate: &'a str,
    /// Votes, by the measure of the stage.
    pub votes: f64,
}

/// How a candidate fared at a ballot. Every member is in exactly one of `encouraging`, `neutral` and `objecting`; those
/// in `vetoing`, `not_a_red_line`, `not_ready` and `deterred` are in `objecting` too.
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
    /// The members who object and hold a veto against the candidate, but are not ready to block anyone in this round.
    pub not_ready: Vec<&'a str>,
    /// The members who object and for whom the candidate is a red line, but who do not veto because of what it costs or
    /// because they would stand alone.
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
    let is_offered = |c: &CandidateId| {
        let standing = ballot.standings.iter().find(|(other, _)| other == c);
        standing.is_some_and(|(_, standing)| !standing.vetoing.without(&ballot.out_of_reach).is_empty())
    };
    let (voting, abstaining) = match stage.ballot {
        Ballot::Stances => Default::default(),
        Ballot::Choice { .. } => (ballot.voting, stage.members.without(&ballot.voting)),
    };
    let measure = &model.measures[stage.support_by];
    let in_tie = |c| ballot.standings.iter().find(|(other, _)| *other == c).map_or(0, |(_, standing)| standing.in_tie);
    BallotData {
        ballot: ballot.number,
        stage: &stage.name,
        ballot_in_stage: ballot.repeat,
        kind,
        voting: members(model, &voting),
        abstaining: members(model, &abstaining),
        reservation_levels: levels(model, story, ballot),
        candidates: ballot
            .standings
            .iter()
            .map(|(c, standing)| {
                let Objections { vetoing, deterred, no_red_line, not_ready, .. } = story.objections(*c, standing);
                CandidateData {
                    candidate: id(model, *c),
                    support: standing.supporters.len(),
                    encouraging: members(model, &standing.encouraging),
                    neutral: members(model, &neutral(stage, standing)),
                    objecting: members(model, &standing.objecting),
                    vetoing: members(model, &vetoing),
                    not_a_red_line: members(model, &no_red_line),
                    not_ready: members(model, &not_ready),
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
        tied: ballot
            .tied
            .iter()
            .map(|c| TieData { candidate: id(model, c), votes: in_tie(c) as f64 / measure.unit() as f64 })
            .collect(),
        side_payment_about: ballot.accommodated.filter(is_offered).map(|c| id(model, c)),
        out_of_reach: members(model, &ballot.out_of_reach),
        yielded: members(model, &ballot.yielded),
    }
}

/// The reservation levels of those who take part in a ballot, if any is not 0.
fn levels<'a>(model: &'a Model, story: &Story, ballot: &BallotStory) -> Vec<LevelData<'a>> {
    let of = |levels: &[Vec<f32>], m: MemberId| {
        let level = levels.get(ballot.number as usize - 1).and_then(|levels| levels.get(m.index()));
        (f64::from(level.copied().unwrap_or_default()) * 1e6).round() / 1e6 + 0.0
    };
    let members = model.stages[ballot.stage].members;
    let level = |m: MemberId| LevelData {
        member: &model.members[m.index()].id,
        waiting: of(&story.waiting, m),
        level: of(&story.reservation, m),
    };
    let levels: Vec<_> = members.iter().map(level).collect();
    let any = levels.iter().any(|level| (level.waiting, level.level) != (0.0, 0.0));
    if any { levels } else { Vec::new() }
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
