//! What is needed of each member's view of a candidate beside the stance.

use super::holders::Holder;
use crate::model::{CandidateId, MemberId};
use crate::simulation::plan::Plan;

/// What is needed of everyone's view of one candidate, in any of the worlds on the same draws.
#[derive(Default)]
pub(super) struct ViewNeeds {
    /// By member: whether the random bits behind its noise say all about its stance at a first ballot.
    pub bits_suffice: Vec<bool>,
    /// By member: the row in which its view is kept, if it may have to weigh what a veto costs.
    pub kept_row: Vec<Option<usize>>,
}

impl ViewNeeds {
    /// What is needed of the views of `c`.
    pub fn new(plans: &[&Plan], c: CandidateId) -> Self {
        let mut rows = 0..;
        let members = || plans.first().into_iter().flat_map(|plan| plan.model.member_ids()).map(|(m, _)| m);
        let row = |m: MemberId| {
            let weighs = |plan: &&Plan| Holder::powers(plan, m, c).any(|power| power.veto.has_price());
            plans.iter().any(weighs).then(|| rows.next()).flatten()
        };
        let kept_row: Vec<Option<usize>> = members().map(row).collect();
        let bits_suffice = |m: MemberId| kept_row[m.index()].is_none() && plans.iter().all(|plan| plan.is_plain(m, c));
        Self { bits_suffice: members().map(bits_suffice).collect(), kept_row }
    }

    /// How many views are kept.
    pub fn kept_rows(&self) -> usize {
        self.kept_row.iter().flatten().count()
    }
}
