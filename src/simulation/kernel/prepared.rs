//! What a plan says once for all rounds.

use super::bounds::StanceBounds;
use super::holders::Holder;
use super::rule::{PlaneRule, Weights};
use super::sharers::Sharers;
use crate::model::{CandidateId, CandidateSet};
use crate::simulation::plan::Plan;

/// What a plan says once for all rounds.
pub(super) struct Prepared {
    pub stages: Vec<PreparedStage>,
    pub sharers: Sharers,
    /// By candidate: who may ever veto them.
    pub holders: Vec<Vec<Holder>>,
    /// By stage: candidates whom this stage or a later one may consider.
    pub later: Vec<CandidateSet>,
    /// Whether accommodation or momentum may follow from a ballot.
    pub has_dynamics: bool,
    /// By stage and candidate: the bounds of all members, once a first ballot was held there.
    bounds: Vec<Vec<Vec<StanceBounds>>>,
    /// By candidate: whether there is someone whose stance at a first ballot may be a matter of bits.
    uses_bounds: Vec<bool>,
}

/// What a stage asks for.
pub(super) struct PreparedStage {
    pub rule: Option<PlaneRule>,
    /// The weights by which support is counted, if not by heads.
    pub weights: Option<Weights>,
    /// Whether someone who takes part may cast no vote.
    pub abstains: bool,
    /// Whether anyone asks how many object.
    pub counts_objections: bool,
    /// Whether candidates may leave after an inconclusive ballot.
    pub loses_candidates: bool,
}

impl Prepared {
    /// What `plan` says.
    pub fn new(plan: &Plan) -> Self {
        let (model, candidates) = (&plan.model, plan.candidates());
        let may_face = |stage| model.candidate_ids().map(|(c, _)| c).filter(move |&c| model.may_consider(stage, c));
        let mut later: Vec<CandidateSet> = model.stages.iter().map(|stage| may_face(stage).collect()).collect();
        for stage in (1..later.len()).rev() {
            later[stage - 1] = later[stage - 1].union(later[stage]);
        }
        let uses_bounds = |(c, _): (CandidateId, _)| model.member_ids().any(|(m, _)| plan.is_plain(m, c));
        Self {
            stages: (0..model.stages.len()).map(|stage| PreparedStage::new(plan, stage)).collect(),
            sharers: Sharers::new(plan),
            holders: model.candidate_ids().map(|(c, _)| Holder::of(plan, c)).collect(),
            later,
            has_dynamics: model.dynamics.accommodation.is_some() || model.dynamics.momentum != 0.0,
            bounds: vec![vec![Vec::new(); candidates]; model.stages.len()],
            uses_bounds: model.candidate_ids().map(uses_bounds).collect(),
        }
    }

    /// Finds the bounds of all members about `c` at a first ballot of `stage`, if anyone may need them.
    pub fn find_bounds(&mut self, plan: &Plan, stage: u16, c: CandidateId) {
        let bounds = &mut self.bounds[usize::from(stage)][c.index()];
        if bounds.is_empty() && self.uses_bounds[c.index()] {
            let stage = &plan.model.stages[usize::from(stage)];
            bounds.extend(plan.model.member_ids().map(|(m, _)| StanceBounds::new(plan, stage, m, c)));
        }
    }

    /// The bounds of all members at a first ballot; none if no first ballot was held there.
    pub fn bounds(&self, stage: u16, c: CandidateId) -> &[StanceBounds] {
        &self.bounds[usize::from(stage)][c.index()]
    }
}

impl PreparedStage {
    fn new(plan: &Plan, index: usize) -> Self {
        let model = &plan.model;
        let stage = &model.stages[index];
        Self {
            rule: stage.appoint.as_ref().map(|rule| PlaneRule::new(rule, &model.measures, &stage.members)),
            weights: plan.stages[index].weights.as_deref().map(Weights::new),
            abstains: stage.members.iter().any(|m| plan.votes_at[m.index()] > f32::NEG_INFINITY),
            counts_objections: model.dynamics.accommodation.is_some() || stage.counts_objections(),
            loses_candidates: model.may_lose_candidates(stage),
        }
    }
}
