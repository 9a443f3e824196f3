//! What was seen of the process: polls, and how it ended.

use super::words::words;
use super::{CandidateId, MemberId, MemberSet};

/// How a selection can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Somebody was appointed.
    Appointed(CandidateId),
    /// Nobody was.
    NoConsensus,
}

/// Totals seen at one ballot of the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// Unique name.
    pub name: String,
    /// Position of its stage in [`Model::stages`](super::Model::stages).
    pub stage: usize,
    /// The ballot of this stage, from 1.
    pub ballot: u32,
    /// The day it was held, as YYYY-MM-DD, if that is said.
    pub date: Option<String>,
    /// Where the totals come from; may be empty.
    pub source: String,
    /// Whether the scenario's support was fitted to it, so that conditioning on it would use it twice.
    pub fitted: bool,
    /// One row a candidate, no candidate twice; not every candidate need have one.
    pub rows: Vec<PollRow>,
}

/// What was seen of the answers about one candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollRow {
    /// Whom they are about.
    pub candidate: CandidateId,
    /// How many of all who took part gave each answer.
    pub totals: Totals,
    /// Who is known to have given which answer; no member twice.
    pub known: Vec<(MemberId, Answer)>,
    /// What is known of parts of those who took part.
    pub among: Vec<Among>,
}

/// How many of some members gave each answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Among {
    /// The group's id, or a member's.
    pub name: String,
    /// Those of them who took part; at least one.
    pub members: MemberSet,
    /// How many of these gave each answer.
    pub totals: Totals,
}

words! {
    /// An answer of one member about one candidate.
    pub enum Answer {
        /// In favour, at a ballot of stances.
        #[default]
        Encourage = "encourage",
        /// Against, at a ballot of stances.
        Object = "object",
        /// Neither, at a ballot of stances.
        NoOpinion = "no_opinion",
        /// A vote, at a choice ballot.
        Vote = "vote",
    }
}

/// How often each answer was given, as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Members in favour; nothing is known at a choice ballot.
    pub encourage: Total,
    /// Members against; nothing is known at a choice ballot.
    pub object: Total,
    /// Members who were neither; nothing is known at a choice ballot.
    pub no_opinion: Total,
    /// Votes; nothing is known at a ballot of stances.
    pub votes: Total,
}

/// A number of members that may be known in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Total {
    /// It is not less than this.
    pub at_least: u32,
    /// It is not more than this; none is no limit.
    pub at_most: Option<u32>,
}

impl Total {
    /// A number that is known.
    pub fn exactly(n: u32) -> Self {
        Self { at_least: n, at_most: Some(n) }
    }

    /// The number, if it is known.
    pub fn known(self) -> Option<u32> {
        self.at_most.filter(|&most| most == self.at_least)
    }
}

impl Totals {
    /// How often this answer was given.
    pub fn of(&self, answer: Answer) -> Total {
        match answer {
            Answer::Encourage => self.encourage,
            Answer::Object => self.object,
            Answer::NoOpinion => self.no_opinion,
            Answer::Vote => self.votes,
        }
    }

    /// Encouragements, objections and no opinion, if all three are known.
    pub fn stances(&self) -> Option<[u32; 3]> {
        Some([self.encourage.known()?, self.object.known()?, self.no_opinion.known()?])
    }
}

impl Answer {
    /// Its word in the format.
    pub fn word(self) -> &'static str {
        match self {
            Self::Encourage => "encourage",
            Self::Object => "object",
            Self::NoOpinion => "no_opinion",
            Self::Vote => "vote",
        }
    }

    /// The answers that a ballot asks for.
    pub fn at(is_choice: bool) -> &'static [Self] {
        if is_choice { &[Self::Vote] } else { &[Self::Encourage, Self::Object, Self::NoOpinion] }
    }
}
