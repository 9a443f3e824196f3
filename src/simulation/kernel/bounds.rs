//! First ballots decided on random bits: which bits make a member encourage a candidate, and which make it object.

use crate::model::{CandidateId, MemberId, Stage};
use crate::simulation::noise;
use crate::simulation::plan::Plan;
use crate::simulation::steps;

/// Random bits from which something is so; none if it never is.
pub(super) type Bound = Option<u32>;

/// Where a member's stance changes at a first ballot, as random bits.
///
/// Where views of a candidate differ between rounds by the noise alone, a view is a number that never falls as the
/// random bits grow. So comparing bits replaces the transform, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StanceBounds {
    /// From which the member encourages.
    pub encourages: Bound,
    /// From which it does not object.
    pub accepts: Bound,
}

impl StanceBounds {
    /// The bounds of `m`, by bisection with the view itself.
    pub fn new(plan: &Plan, stage: &Stage, m: MemberId, c: CandidateId) -> Self {
        let pair = plan.pair(m, c);
        let leniency = steps::leniency(plan, stage, m, 1);
        let view = |bits: u32| {
            let noise = noise::shock(plan.model.noise, bits);
            steps::utility(plan.mean[pair] as f32, 0.0, plan.uncertainty[pair], noise) + leniency
        };
        let bound = |threshold: f32| {
            let (mut low, mut high) = (0, 1u64 << 32);
            while low < high {
                let middle = low + (high - low) / 2;
                if view(middle as u32) >= threshold {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            u32::try_from(low).ok()
        };
        Self { encourages: bound(plan.accept_at[m.index()]), accepts: bound(plan.object_at[m.index()]) }
    }

    /// Whether both are one, so that nobody is neutral.
    pub fn leave_no_neutral(self) -> bool {
        self.encourages == self.accepts
    }
}
