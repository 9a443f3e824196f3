//! The procedure: stages, and what changes from ballot to ballot.

use super::{CandidateSet, Fraction, Rule};

/// A part of the procedure: one kind of ballot, repeated.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Unique name.
    pub name: String,
    /// What members are asked.
    pub ballot: Ballot,
    /// How many ballots at most; at least 1.
    pub repeat: u32,
    /// The rule that appoints; none makes the ballots advisory.
    pub appoint: Option<Rule>,
    /// Which of several passing candidates is appointed.
    pub choose: Choose,
    /// Whom an inconclusive ballot eliminates.
    pub drop: Drop,
    /// The ballot of this stage, from 1, with which dropping starts.
    pub from_ballot: u32,
    /// The candidates considered; none means everyone not held in reserve.
    pub field: Option<CandidateSet>,
    /// Points added to every member's view of the candidates in this stage.
    pub goodwill: f64,
}

/// What members are asked at a ballot. Stances are always taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ballot {
    /// Encourage, neutral or object.
    Stances,
    /// Each member votes for its best-liked candidates.
    Choice {
        /// For how many at most; at least 1.
        votes: u32,
    },
}

/// Which of several passing candidates is appointed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choose {
    /// Most support; ties: fewest objections, then by lot.
    #[default]
    Support,
    /// Largest sum of utilities over the members; ties by lot.
    Utility,
    /// By lot.
    Lot,
}

/// Whom an inconclusive ballot eliminates for the rest of the round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Drop {
    /// No one.
    #[default]
    None,
    /// The one with least support, ties by lot; never the last one left.
    Lowest,
    /// Everyone against whom there was a veto.
    Vetoed,
    /// Everyone but the `n` with most support, ties by lot; `n` at least 1.
    Keep(u32),
    /// Everyone whose support share is below this.
    Below(Fraction),
}

/// What changes from ballot to ballot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dynamics {
    /// Points every member's view of a candidate gains per unit of support share above the field's mean.
    pub momentum: f64,
    /// How much of the noise stays from one ballot to the next, in `[0, 1]`; at 1 minds do not change by themselves.
    pub memory: f64,
    /// Side payments to holdouts, if any.
    pub accommodation: Option<Accommodation>,
}

/// Side payments: a leader blocked by few vetoes alone may see them lifted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accommodation {
    /// At most this many vetoing members are approached.
    pub holdouts: u32,
    /// Probability that each of them yields.
    pub probability: f64,
}
