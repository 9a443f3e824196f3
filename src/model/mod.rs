//! The validated world: who the members and candidates are, what they want and by which rules they
//! choose. No input, no output, no randomness.
//!
//! A [`Model`] is one *assumption* of a scenario, fully resolved: names have become indices, defaults
//! are filled in and every limit of the format holds. Two assumptions of one scenario are two models
//! with the same members and candidates in the same order.

mod events;
mod fraction;
mod judgement;
mod numbers;
mod point;
mod poll;
mod powers;
mod preferences;
mod procedure;
mod race;
mod rule;
mod sets;
mod veto;
mod words;

pub use events::{Effect, Event};
pub use fraction::{Fraction, ParseFractionError};
pub use judgement::{Acts, Judged, Judgement, Spread, rounded, written};
pub use point::Point;
pub use poll::{Among, Answer, Ending, Poll, PollRow, Total, Totals};
pub use powers::PossibleVeto;
pub use preferences::Noise;
pub use procedure::{Accommodation, Ballot, Choose, Considers, Drop, Dynamics, Stage, Ties};
pub use rule::{BallotCount, Bar, Base, Condition, Measure, Rule, Side, SumTest, Test};
pub use sets::{CandidateSet, MemberSet};
pub use veto::{Drawn, VetoPower};

use std::collections::BTreeMap;

/// Largest number of members of an institution.
pub const MAX_MEMBERS: usize = 256;
/// Largest number of candidates.
pub const MAX_CANDIDATES: usize = 64;
/// Largest number of ballots in one round, over all stages.
pub const MAX_BALLOTS: u32 = 200;
/// Largest number of judgements of a scenario.
pub const MAX_JUDGEMENTS: usize = 64;
/// Largest number of rounds of one run.
pub const MAX_ROUNDS: u64 = 1_000_000_000_000;
/// Largest magnitude of a number of the format (points, traits, positions): keeps every utility finite.
pub const MAX_MAGNITUDE: f64 = 1e9;

/// Position of a member in [`Model::members`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberId(pub u16);

/// Position of a candidate in [`Model::candidates`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct CandidateId(pub u16);

impl MemberId {
    /// The index as a `usize`.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl CandidateId {
    /// The index as a `usize`.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// One selection under one assumption about the vetoes.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Name of the assumption; `stated` is the scenario's own.
    pub assumption: String,
    /// What the assumption supposes, in the author's words; may be empty.
    pub assumption_summary: String,
    /// Distribution of what is not known about each member's view of each candidate.
    pub noise: Noise,
    /// The members, in the order of the file; 1 to [`MAX_MEMBERS`].
    pub members: Vec<Member>,
    /// The candidates, in the order of the file; 1 to [`MAX_CANDIDATES`].
    pub candidates: Vec<Candidate>,
    /// The groups, in the order of their ids.
    pub groups: Vec<Group>,
    /// The traits, in the order of their names.
    pub traits: Vec<Trait>,
    /// The measures; the first is always `members`, which counts heads.
    pub measures: Vec<Measure>,
    /// Judgements in points, `[member × candidate]` row by row: a member's own and its groups' together.
    pub support: Vec<f64>,
    /// What may happen in a round, in the order of the file.
    pub events: Vec<Event>,
    /// The stages of the procedure, in order; at least one.
    pub stages: Vec<Stage>,
    /// What changes from ballot to ballot.
    pub dynamics: Dynamics,
    /// The veto power of each member.
    pub vetoes: Vec<VetoPower>,
}

/// A state or elector with preferences.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Unique id; every random number that concerns the member is addressed by it.
    pub id: String,
    /// Name for reports.
    pub name: String,
    /// Weight of each trait, aligned with [`Model::traits`]; points per unit of the trait.
    pub priority: Vec<f64>,
    /// Standard deviation of what is not known of each of these weights; points per unit of the trait, >= 0.
    pub priority_sd: Vec<f64>,
    /// Ideal point by dimension; empty when the member has none.
    pub ideal: Point,
    /// Points lost per unit of distance between [`Self::ideal`] and a candidate's position; >= 0.
    pub salience: f64,
    /// Points for a candidate who is the member's own national.
    pub home: f64,
    /// Standard deviation, in points, of how hard the member is to please in a round, whoever it is about; >= 0.
    pub member_sd: f64,
    /// Standard deviation, in points, of what is unknown about the member's view; >= 0.
    pub uncertainty: f64,
    /// The same for single candidates.
    pub uncertainty_about: BTreeMap<CandidateId, f64>,
    /// Points from which the member encourages.
    pub accept_at: f64,
    /// Points below which the member objects; at most [`Self::accept_at`].
    pub object_at: f64,
    /// Points from which the member votes for a candidate in a choice ballot; none is no limit.
    pub votes_at: Option<f64>,
    /// Points by which the reservation level falls from ballot to ballot.
    pub concession: f64,
    /// How much of what waiting is worth enters the reservation level, in `[0, 1]`.
    pub foresight: f64,
    /// Whether the member's veto can be lifted by a side payment.
    pub yields: bool,
}

/// Someone who may be appointed.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Unique id; every random number that concerns the candidate is addressed by it.
    pub id: String,
    /// Name for reports.
    pub name: String,
    /// The member whose national the candidate is, if it is one of the institution's.
    pub home: Option<MemberId>,
    /// Value of each trait, aligned with [`Model::traits`].
    pub traits: Vec<f64>,
    /// Position by dimension; empty when the candidate has none.
    pub position: Point,
    /// Standard deviation, in points, of what is unknown about any member's view, in place of the members' own; >= 0.
    pub uncertainty: Option<f64>,
    /// Standard deviation, in points, of a good or bad month with everyone; >= 0.
    pub common_sd: f64,
    /// Probability that the candidate stands at all.
    pub availability: f64,
    /// The ballot of the round, from 1, at which the candidate joins.
    pub enters: u32,
    /// Held in reserve: considered only by stages whose field names the candidate.
    pub reserve: bool,
    /// Probability of withdrawing after a ballot with a veto against the candidate.
    pub withdraws_if_vetoed: f64,
    /// Withdraws after a ballot with a support share below this.
    pub withdraws_below: Fraction,
}

/// A named set of members.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Unique id, never that of a member.
    pub id: String,
    /// Who belongs to it; may be no one.
    pub members: MemberSet,
    /// Its name, if it is a bloc: members of one kind, told apart by nothing but a number.
    pub bloc: Option<String>,
    /// Standard deviation, in points, of the shock its members share about each candidate; >= 0.
    pub sd: f64,
}

/// Something candidates have more or less of and members care about.
#[derive(Debug, Clone, PartialEq)]
pub struct Trait {
    /// Name, unique among traits.
    pub name: String,
    /// Standard deviation, in points per unit of the trait, of what the moment asks for; >= 0.
    pub sd: f64,
}

impl Model {
    /// Every member's id with its position, in the order of the file.
    pub fn member_ids(&self) -> impl Iterator<Item = (MemberId, &Member)> {
        self.members.iter().enumerate().map(|(i, m)| (MemberId(i as u16), m))
    }

    /// Every candidate's id with its position, in the order of the file.
    pub fn candidate_ids(&self) -> impl Iterator<Item = (CandidateId, &Candidate)> {
        self.candidates.iter().enumerate().map(|(i, c)| (CandidateId(i as u16), c))
    }

    /// Whether members vote at the first ballot, and are not asked for stances alone.
    pub fn opens_with_votes(&self) -> bool {
        self.stages.first().is_some_and(|stage| stage.ballot.is_choice())
    }

    /// The bloc that the member is of, if it is of one.
    pub fn bloc_of(&self, member: MemberId) -> Option<&Group> {
        self.groups.iter().find(|group| group.bloc.is_some() && group.members.contains(member))
    }

    /// Whether a member knows what waiting is worth, and there is something to wait for.
    pub fn looks_ahead(&self) -> bool {
        self.max_ballots() > 1 && self.members.iter().any(|member| member.foresight > 0.0)
    }

    /// Ballots that one round can have at most, over all stages.
    pub fn max_ballots(&self) -> u32 {
        self.stages.iter().map(|s| s.repeat).sum()
    }
}
