//! Who encourages and who objects: the stances on one candidate, as planes.

use super::minds::{Column, Minds};
use super::views::Views;
use super::world::Outlook;
use crate::model::{CandidateId, MemberId, Stage};
use crate::simulation::noise;
use crate::simulation::plan::Plan;
use crate::simulation::simd::{self, Level};
use crate::simulation::steps;

/// Random bits from which a member encourages, and from which it does not object, at a first ballot: 2^32 is never.
///
/// Where views of a candidate differ between rounds by the noise alone, a view is a number that never falls as the
/// random bits grow. So comparing bits replaces the transform, exactly.
pub(super) type Bounds = (u64, u64);

/// The bounds of `m`, by bisection with the view itself.
pub(super) fn bounds(plan: &Plan, stage: &Stage, m: MemberId, c: CandidateId) -> Bounds {
    let pair = plan.pair(m, c);
    let leniency = steps::leniency(stage, plan.concession[m.index()], 1);
    let view = |bits: u32| {
        let noise = noise::shock(plan.model.noise, bits);
        steps::utility(plan.mean[pair] as f32, 0.0, plan.uncertainty[pair], noise) + leniency
    };
    let bound = |threshold: f32| {
        let (mut low, mut high) = (0, 1 << 32);
        while low < high {
            let middle = low + (high - low) / 2;
            if view(middle as u32) >= threshold {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    };
    (bound(plan.accept_at[m.index()]), bound(plan.object_at[m.index()]))
}

/// Everyone's stance on one candidate at one ballot: by member, a plane of as many words as the lanes fill.
#[derive(Default)]
pub(super) struct Stances {
    /// What they follow from, if another world may share them.
    pub outlook: Option<Outlook>,
    pub encouraging: Vec<u64>,
    pub objecting: Vec<u64>,
}

impl Stances {
    /// Asks everyone about the candidate of `minds`.
    pub fn take(
        &mut self,
        (plan, stage, ballot): (&Plan, &Stage, u32),
        (minds, views): (&Minds, &mut Views),
        bounds: &[Bounds],
        level: Level,
    ) {
        let words = minds.padded() / 64;
        self.encouraging.resize(plan.members() * words, 0);
        self.objecting.resize(plan.members() * words, 0);
        let c = minds.candidate();
        let mut x = views.take_buffer(minds.padded());
        let planes = self.encouraging.chunks_exact_mut(words).zip(self.objecting.chunks_exact_mut(words));
        for (index, (encouraging, objecting)) in planes.enumerate() {
            let m = MemberId(index as u16);
            let (accept_at, object_at) = (plan.accept_at[index], plan.object_at[index]);
            // Where both thresholds are one, nobody is neutral.
            let same = match minds.column(index) {
                Column::Bits(bits) => {
                    let (accept, object) = bounds[index];
                    bits_at_least(level, bits, accept, encouraging);
                    if accept != object {
                        bits_at_least(level, bits, object, objecting);
                    }
                    accept == object
                }
                Column::Shocks(shocks) => {
                    let leniency = steps::leniency(stage, plan.concession[index], ballot);
                    views.take(plan, (m, c), shocks, leniency, level, &mut x);
                    simd::at_least(level, &x, accept_at, encouraging);
                    if accept_at != object_at {
                        simd::at_least(level, &x, object_at, objecting);
                    }
                    accept_at == object_at
                }
            };
            if same {
                objecting.copy_from_slice(encouraging);
            }
            objecting.iter_mut().for_each(|word| *word = !*word);
        }
        views.give_buffer(x);
    }
}

fn bits_at_least(level: Level, bits: &[u32], bound: u64, out: &mut [u64]) {
    match u32::try_from(bound) {
        Ok(bound) => simd::bits_at_least(level, bits, bound, out),
        Err(_) => out.fill(0),
    }
}
