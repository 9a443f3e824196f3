//! The procedure: stages, and what changes from ballot to ballot.

use super::words::words;
use super::{CandidateId, CandidateSet, Fraction, MemberSet, Rule};

/// A part of the procedure: one kind of ballot, repeated.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Unique name.
    pub name: String,
    /// Who takes part: only they take stances, vote, veto and count.
    pub members: MemberSet,
    /// What members are asked.
    pub ballot: Ballot,
    /// How many ballots at most; at least 1.
    pub repeat: u32,
    /// Probability, after each inconclusive ballot but the last, that the stage goes on.
    pub continues: f64,
    /// The rule that appoints; none makes the ballots advisory.
    pub appoint: Option<Rule>,
    /// The ballot of this stage, from 1, from which the rule appoints; those before it are soundings.
    pub appoint_from: u32,
    /// Index of the measure by which support is counted; 0 counts heads.
    pub support_by: usize,
    /// Which of several passing candidates is appointed.
    pub choose: Choose,
    /// Whom an inconclusive ballot eliminates.
    pub drop: Drop,
    /// The ballot of this stage, from 1, with which dropping starts.
    pub from_ballot: u32,
    /// How those tied for elimination are told apart.
    pub ties: Ties,
    /// The candidates considered; none means everyone not held in reserve.
    pub field: Option<CandidateSet>,
    /// Points added to every member's view of the candidates in this stage.
    pub goodwill: f64,
}

impl Stage {
    /// Whether it considers `c` if they are in the race.
    pub fn considers(&self, c: CandidateId) -> Considers {
        match self.field {
            Some(field) if field.contains(c) => Considers::Always,
            Some(_) => Considers::Never,
            None => Considers::UnlessInReserve,
        }
    }

    /// Whether the rule, if there is one, appoints at ballot number `repeat` of the stage.
    pub fn appoints_at(&self, repeat: u32) -> bool {
        self.appoint.is_some() && repeat >= self.appoint_from
    }

    /// Whether how many object decides anything at its ballots; side payments apart.
    pub fn counts_objections(&self) -> bool {
        self.choose.counts_objections()
            || self.drop.counts_objections()
            || self.appoint.as_ref().is_some_and(Rule::counts_objections)
    }
}

/// Whether a stage considers a candidate who is in the race.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Considers {
    /// Also one held in reserve.
    Always,
    /// Only if not held in reserve.
    UnlessInReserve,
    /// The stage is about others.
    Never,
}

impl Considers {
    /// Whether one who is held in reserve, or is not, is considered.
    pub fn holds(self, in_reserve: bool) -> bool {
        match self {
            Self::Always => true,
            Self::UnlessInReserve => !in_reserve,
            Self::Never => false,
        }
    }
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

impl Ballot {
    /// For how many each member votes at most; none if it is asked for stances only.
    pub fn votes(self) -> Option<u32> {
        match self {
            Self::Stances => None,
            Self::Choice { votes } => Some(votes),
        }
    }

    /// Whether members vote, so that votes and not encouragements are the support.
    pub fn is_choice(self) -> bool {
        self.votes().is_some()
    }
}

words! {
    /// Which of several passing candidates is appointed.
    pub enum Choose {
        /// Most support; ties: fewest objections, then by lot.
        #[default]
        Support = "support",
        /// Largest sum of utilities over the members; ties by lot.
        Utility = "utility",
        /// By lot.
        Lot = "lot",
    }
}

impl Choose {
    /// Whether the number of objections may decide.
    pub fn counts_objections(self) -> bool {
        match self {
            Self::Support => true,
            Self::Utility | Self::Lot => false,
        }
    }

    /// Whether sums of utilities decide.
    pub fn sums_utilities(self) -> bool {
        match self {
            Self::Utility => true,
            Self::Support | Self::Lot => false,
        }
    }
}

words! {
    /// How those tied for elimination after a choice ballot are told apart.
    pub enum Ties {
        /// By lot.
        #[default]
        Lot = "lot",
        /// By one more vote among them; by lot only if that ties again.
        Ballot = "ballot",
    }
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

impl Drop {
    /// Whether anyone can be eliminated.
    pub fn may_drop(self) -> bool {
        match self {
            Self::None => false,
            Self::Lowest | Self::Vetoed | Self::Keep(_) | Self::Below(_) => true,
        }
    }

    /// Whether several may be tied for elimination.
    pub fn breaks_ties(self) -> bool {
        match self {
            Self::Lowest | Self::Keep(_) => true,
            Self::None | Self::Vetoed | Self::Below(_) => false,
        }
    }

    /// Whether vetoes decide who is eliminated.
    pub fn asks_for_vetoes(self) -> bool {
        match self {
            Self::Vetoed => true,
            Self::None | Self::Lowest | Self::Keep(_) | Self::Below(_) => false,
        }
    }

    /// Whether objections, vetoes or not, decide who is eliminated.
    pub fn counts_objections(self) -> bool {
        match self {
            Self::None | Self::Lowest | Self::Vetoed | Self::Keep(_) | Self::Below(_) => false,
        }
    }
}

/// What changes from ballot to ballot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dynamics {
    /// Points every member's view of a candidate gains per unit of support share above the field's mean.
    pub momentum: f64,
    /// How much of the noise stays from one ballot to the next, in `[0, 1]`; at 1 minds do not change by themselves.
    pub memory: f64,
    /// Standard deviation, in points, of how everyone's view of a candidate moves from ballot to ballot; >= 0.
    pub drift_sd: f64,
    /// Standard deviation, in points, of how far views of a candidate after ballot 1 may be from those at it; >= 0.
    pub doubt_sd: f64,
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
    /// Points of dislike up to which a side payment can help; none is no limit.
    pub limit: Option<f64>,
}
