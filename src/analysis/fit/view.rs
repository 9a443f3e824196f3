//! How likely one member's three answers about one candidate are.

use crate::model::{CandidateId, Group, MemberId, Model, Noise};
use crate::simulation::cdf;

/// Variance of the shocks that `m` shares with some of the others, but not with all: those of its groups; square points.
pub fn group_shocks(model: &Model, m: MemberId) -> f64 {
    let everyone = model.members.len() as u32;
    let parting = |group: &&Group| group.members.contains(m) && group.members.len() < everyone;
    model.groups.iter().filter(parting).map(|group| group.sd * group.sd).sum()
}

/// Variance of what is not known of `m`'s priorities, as far as they concern `c`; square points.
pub fn priority_shocks(model: &Model, m: MemberId, c: CandidateId) -> f64 {
    let traits = model.members[m.index()].priority_sd.iter().zip(&model.candidates[c.index()].traits);
    traits.map(|(sd, value)| (sd * value) * (sd * value)).sum()
}

/// A member's view of a candidate at the first ballot, but for the support that is sought.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// Mean utility without any support, goodwill of the first stage included, points.
    pub base: f64,
    /// Points from which the member encourages.
    pub accept_at: f64,
    /// Points below which the member objects.
    pub object_at: f64,
    /// Standard deviation of what parts the member from others beside its noise: the shocks of its groups, its mood and
    /// its priorities; points. What everyone shares moves no one apart: in one poll it belongs to the support.
    pub parting: f64,
    /// The member's own uncertainty about the candidate, points; none if it is the one common to all.
    pub own: Option<f64>,
}

impl View {
    /// The view that `m` has of `c`; `common` says whether its uncertainty is the one common to all.
    pub fn new(model: &Model, m: MemberId, c: CandidateId, common: bool) -> Self {
        let member = &model.members[m.index()];
        let parting = group_shocks(model, m) + member.member_sd * member.member_sd + priority_shocks(model, m, c);
        let support = model.support[m.index() * model.candidates.len() + c.index()];
        let goodwill = model.stages.first().map_or(0.0, |stage| stage.goodwill);
        Self {
            base: model.mean_utility(m, c) - support + goodwill,
            accept_at: member.accept_at,
            object_at: member.object_at,
            parting: libm::sqrt(parting),
            own: (!common).then(|| model.uncertainty(m, c)),
        }
    }

    /// Standard deviation of the view if the common uncertainty is `uncertainty`, points.
    pub fn sd(&self, uncertainty: f64) -> f64 {
        libm::hypot(self.own.unwrap_or(uncertainty), self.parting)
    }

    /// Probabilities of encouraging and of objecting with this support.
    pub fn answers(&self, noise: Noise, support: f64, uncertainty: f64) -> (f64, f64) {
        let (mean, sd) = (self.base + support, self.sd(uncertainty));
        let below = |threshold: f64| {
            if sd > 0.0 { cdf(noise, (threshold - mean) / sd) } else { f64::from(u8::from(mean < threshold)) }
        };
        (1.0 - below(self.accept_at), below(self.object_at))
    }

    /// The support that makes the member firmly opposed: a mean two standard deviations below `object_at`.
    pub fn firm_opposition(&self, uncertainty: f64) -> f64 {
        self.object_at - 2.0 * self.sd(uncertainty) - self.base
    }
}
