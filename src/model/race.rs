//! Who is in the race, and whom a stage considers.

use super::{Candidate, CandidateId, CandidateSet, Considers, Fraction, Model, Stage};

impl Candidate {
    /// Whether they may withdraw after a ballot.
    pub fn may_withdraw(&self) -> bool {
        self.withdraws_if_vetoed > 0.0 || self.withdraws_below != Fraction::ZERO
    }
}

impl Model {
    /// The candidates whom `stage` considers if they are in the race; `reserve` are those held in reserve.
    pub fn field(&self, stage: &Stage, reserve: CandidateSet) -> CandidateSet {
        let candidates = self.candidate_ids().map(|(c, _)| c);
        candidates.filter(|&c| stage.considers(c).holds(reserve.contains(c))).collect()
    }

    /// Whether `stage` considers `c`, if in the race, in some rounds.
    pub fn may_consider(&self, stage: &Stage, c: CandidateId) -> bool {
        match stage.considers(c) {
            Considers::Always => true,
            Considers::UnlessInReserve => !self.candidates[c.index()].reserve || self.may_join(c),
            Considers::Never => false,
        }
    }

    /// Whether an event brings `c` into the race in some rounds; they are not held in reserve then.
    pub fn may_join(&self, c: CandidateId) -> bool {
        self.events.iter().any(|event| event.may_happen() && event.brings(c))
    }

    /// Whether `c` stands in some rounds.
    pub fn may_stand(&self, c: CandidateId) -> bool {
        let leaves = self.events.iter().any(|event| event.is_certain() && event.removes(c));
        !leaves && (self.candidates[c.index()].availability > 0.0 || self.may_join(c))
    }

    /// Whether candidates may leave the race after an inconclusive ballot of `stage`.
    pub fn may_lose_candidates(&self, stage: &Stage) -> bool {
        stage.drop.may_drop() || self.candidates.iter().any(Candidate::may_withdraw)
    }
}
