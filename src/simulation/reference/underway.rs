//! Rounds that are gone on with from the end of a ballot.

use super::Reference;
use crate::model::{CandidateSet, MemberSet};
use crate::simulation::draws::Draws;
use crate::simulation::plan::Veto;
use crate::simulation::round::{Round, Standing};

/// A round that has come to the end of a ballot at which nobody was appointed.
#[derive(Debug, Clone)]
pub(in crate::simulation) struct Underway {
    /// Ballots held.
    pub ballots: u32,
    /// Index of the stage of the last.
    pub stage: usize,
    /// Number of the last in its stage, from 1.
    pub repeat: u32,
    /// Whom it was about.
    pub field: CandidateSet,
    /// Who may still be appointed.
    pub racing: CandidateSet,
    /// Who is held in reserve.
    pub reserve: CandidateSet,
    /// Each member's veto power.
    pub vetoes: Vec<Veto>,
    /// By candidate: who has yielded on them.
    pub yielded: Vec<MemberSet>,
    /// By pair: mean utility, what others share, and the standardised noise at that ballot.
    pub mean: Vec<f32>,
    /// See [`Self::mean`].
    pub shared: Vec<f32>,
    /// See [`Self::mean`].
    pub noise: Vec<f32>,
    /// By candidate: by how much everyone's view has moved.
    pub drift: Vec<f32>,
}

/// How the ballot ended that a round has come to.
#[derive(Debug)]
pub(in crate::simulation) struct Come<'r> {
    /// By candidate: how those of the field fared.
    pub standings: &'r [Standing],
    /// Who passes.
    pub passing: CandidateSet,
}

impl Reference<'_> {
    /// Goes on with a round: what follows from the ballot that it has come to, and all later ballots.
    pub(in crate::simulation) fn resume<D: Draws>(&mut self, underway: &Underway, draws: &mut D) -> &Round {
        let (_, would_hold) = self.come_to(underway, draws);
        let goes_on = self.conclude_at(underway, would_hold, draws);
        let next = if goes_on { (underway.stage, underway.repeat) } else { (underway.stage + 1, 0) };
        self.go_on(next.0, next.1, draws, &mut ())
    }

    /// Holds the ballot that a round has come to, as members think by then.
    pub(in crate::simulation) fn hold<D: Draws>(&mut self, underway: &Underway, draws: &mut D) -> Come<'_> {
        let (passing, _) = self.come_to(underway, draws);
        Come { standings: &self.standing, passing }
    }

    /// What follows from the ballot that a round has come to: who is still in the race, who yields, and how views move.
    pub(in crate::simulation) fn follow<D: Draws>(&mut self, underway: &mut Underway, draws: &mut D) {
        let (_, would_hold) = self.come_to(underway, draws);
        self.conclude_at(underway, would_hold, draws);
        underway.racing = self.racing;
        underway.yielded.copy_from_slice(&self.yielded);
        underway.drift.copy_from_slice(&self.drift);
    }

    fn conclude_at<D: Draws>(&mut self, underway: &Underway, would_hold: CandidateSet, draws: &mut D) -> bool {
        let stage = &self.plan.model.stages[underway.stage];
        let field = underway.field.intersection(self.racing);
        self.conclude(stage, underway.repeat, field, would_hold, draws).continues
    }

    /// Takes up the round and holds the ballot; who passes, and who would without the vetoes.
    fn come_to<D: Draws>(&mut self, underway: &Underway, draws: &mut D) -> (CandidateSet, CandidateSet) {
        self.clear();
        self.racing = underway.racing;
        self.reserve = underway.reserve;
        self.vetoes.copy_from_slice(&underway.vetoes);
        self.yielded.copy_from_slice(&underway.yielded);
        self.mean.copy_from_slice(&underway.mean);
        self.shared.copy_from_slice(&underway.shared);
        self.noise.copy_from_slice(&underway.noise);
        self.drift.copy_from_slice(&underway.drift);
        self.round.ballots = underway.ballots;
        self.round.stage = underway.stage;
        let stage = &self.plan.model.stages[underway.stage];
        let field = underway.field.intersection(self.racing);
        self.take_stances(stage, field);
        let voting = self.vote(stage, field, draws);
        self.decide_vetoes(stage, field, draws);
        self.record(stage, underway.repeat, field, voting)
    }
}
