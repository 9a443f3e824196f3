//! What a simulated selection leaves behind, and what can be watched of it.

use super::plan::Veto;
use crate::model::{CandidateId, CandidateSet, MemberId, MemberSet};

/// What became of one simulated selection.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    /// Who was appointed; none is no consensus.
    pub outcome: Option<CandidateId>,
    /// Ballots held.
    pub ballots: u32,
    /// Index of the stage of the last ballot held, or of the first stage if none was.
    pub stage: usize,
    /// Vetoes cast, over all ballots and candidates.
    pub vetoes: u32,
    /// What became of each candidate.
    pub candidates: Vec<CandidateRound>,
}

/// What became of one candidate in a round.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CandidateRound {
    /// Faced a ballot.
    pub stood: bool,
    /// Passed at some ballot, appointed or not.
    pub acceptable: bool,
    /// Was dropped or withdrew.
    pub left: bool,
    /// The last ballot with an `appoint` rule that the candidate faced.
    pub last: Option<LastBallot>,
}

/// How a candidate fared at the last ballot that could have appointed them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LastBallot {
    /// Who encouraged.
    pub encouraging: MemberSet,
    /// Who objected.
    pub objecting: MemberSet,
    /// Who vetoed.
    pub vetoing: MemberSet,
    /// The rule fails even with the vetoes taken away.
    pub short_of_support: bool,
}

impl LastBallot {
    /// The member whose veto was the only one and without which the rule holds.
    pub fn sole_veto(&self) -> Option<MemberId> {
        (self.vetoing.len() == 1 && !self.short_of_support).then(|| self.vetoing.iter().next()).flatten()
    }
}

/// Is told what happens in a round; [`()`](unit) does not listen.
pub trait Observer {
    /// The round opens.
    fn opened(&mut self, _opening: &Opening<'_>) {}
    /// A ballot is over.
    fn ballot(&mut self, _ballot: &BallotHeld<&[Standing]>) {}
}

impl Observer for () {}

/// How a round opens.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// Which events of the model happen.
    pub happens: &'a [bool],
    /// Who stands.
    pub standing: CandidateSet,
    /// Who is held in reserve.
    pub reserve: CandidateSet,
    /// Each member's veto power in this round, after the events that change it.
    pub vetoes: &'a [Veto],
}

/// One ballot and what followed from it; `S` is how those of the field fared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BallotHeld<S> {
    /// Number of the ballot in the round, from 1.
    pub number: u32,
    /// Index of its stage.
    pub stage: usize,
    /// Number of the ballot in its stage, from 1.
    pub repeat: u32,
    /// Whom it was about.
    pub field: CandidateSet,
    /// Who did not abstain: in a choice ballot who cast a vote; in a stance ballot everyone who takes part.
    pub voting: MemberSet,
    /// How those of the field fared: while the round goes on, by candidate.
    pub standings: S,
    /// Those for whom the rule holds, or would without the vetoes; none at an advisory ballot.
    pub would_hold: CandidateSet,
    /// Those for whom the rule holds.
    pub passing: CandidateSet,
    /// Who was appointed.
    pub appointed: Option<CandidateId>,
    /// Among whom one more vote was held, because they were tied for elimination.
    pub tied: CandidateSet,
    /// Who was dropped.
    pub dropped: CandidateSet,
    /// Who withdrew.
    pub withdrawn: CandidateSet,
    /// Whether the stage ends here although it could go on.
    pub discontinued: bool,
    /// The leader offered a side payment to, if the conditions were met.
    pub accommodated: Option<CandidateId>,
    /// Who yielded on them.
    pub yielded: MemberSet,
    /// Who vetoes them and cannot be reached by a side payment: it takes none, or its dislike is too deep.
    pub out_of_reach: MemberSet,
}

/// How one candidate fares at one ballot.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Standing {
    /// Who encourages.
    pub encouraging: MemberSet,
    /// Who objects.
    pub objecting: MemberSet,
    /// Whose objection is a veto.
    pub vetoing: MemberSet,
    /// Who could have vetoed, and for whom the candidate is a red line, but for the cost of standing alone.
    pub deterred: MemberSet,
    /// Who votes for them; in a stance ballot, who encourages.
    pub supporters: MemberSet,
    /// What these weigh by the measure of the stage, in units of the measure.
    pub support: u128,
    /// The same in the one more vote among those tied for elimination, if there was one about them; else 0.
    pub in_tie: u128,
}
