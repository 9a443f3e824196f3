//! Doubt that no two views share.

use crate::model::Model;

/// Whether several views of a candidate are in doubt, and what is not known of one says nothing of any other.
pub fn is_never_shared(model: &Model) -> bool {
    exists(model) && !is_shared(model)
}

fn exists(model: &Model) -> bool {
    let views = |c| model.member_ids().filter(|&(m, _)| model.uncertainty(m, c) > 0.0).count();
    model.candidate_ids().any(|(c, _)| views(c) > 1)
}

fn is_shared(model: &Model) -> bool {
    let mut views = model.member_ids().flat_map(|(m, _)| model.candidate_ids().map(move |(c, _)| (m, c)));
    model.events.iter().any(|event| event.may_happen() && !event.is_certain())
        || (model.max_ballots() > 1 && (model.dynamics.drift_sd > 0.0 || model.dynamics.doubt_sd > 0.0))
        || views.any(|(m, c)| model.shared_sds(m, c).any(|sd| sd > 0.0))
}
