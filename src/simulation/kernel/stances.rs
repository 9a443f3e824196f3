//! Who encourages and who objects: the stances on one candidate, as planes.

use super::draws::SpanDraws;
use super::minds::{Column, Scratch, Subject};
use super::planes::Counts;
use super::views::Views;
use super::world::{Outlook, World};
use crate::model::{CandidateId, MemberId, Stage};
use crate::simulation::noise;
use crate::simulation::plan::Plan;
use crate::simulation::simd::{self, Level};
use crate::simulation::steps;

/// Random bits from which something is so; none if it never is.
pub(super) type Bound = Option<u32>;

/// Random bits from which a member encourages, and from which it does not object, at a first ballot.
///
/// Where views of a candidate differ between rounds by the noise alone, a view is a number that never falls as the
/// random bits grow. So comparing bits replaces the transform, exactly.
pub(super) type Bounds = (Bound, Bound);

/// The bounds of `m`, by bisection with the view itself.
pub(super) fn bounds(plan: &Plan, stage: &Stage, m: MemberId, c: CandidateId) -> Bounds {
    let pair = plan.pair(m, c);
    let leniency = steps::leniency(stage, plan.concession[m.index()], 1);
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
    (bound(plan.accept_at[m.index()]), bound(plan.object_at[m.index()]))
}

/// Who stands how to the candidate at hand, as far as the plans go.
#[derive(Default)]
pub(super) struct Kinds {
    /// By member: whose noise is not needed as a number while no mind has changed, for random bits serve as well.
    pub plain: Vec<bool>,
    /// By member: a number among those who may weigh what a veto costs, if it is one of them.
    pub weighs: Vec<Option<usize>>,
}

/// Everyone's stance on one candidate at one ballot: by member, a plane of as many words as the lanes fill.
#[derive(Default)]
pub(super) struct Stances {
    /// What they follow from, if another world may share them.
    pub outlook: Option<Outlook>,
    pub encouraging: Vec<u64>,
    pub objecting: Vec<u64>,
    /// How many do, if another world may share them and has counted.
    pub encouragements: Option<Counts>,
    pub objections: Option<Counts>,
    /// `[number · lanes + lane]`: the views, of those who weigh what a veto costs and then of anybody.
    views: Vec<f32>,
}

impl Stances {
    /// Asks everyone about a candidate.
    pub fn take(
        &mut self,
        (world, stage, bounds): (&World, &Stage, &[Bounds]),
        (subject, views, kinds): (Subject, &mut Views, &Kinds),
        draws: &mut SpanDraws,
        scratch: &mut Scratch,
    ) {
        let (plan, level, kind) = (world.plan, draws.level(), draws.noise());
        (self.encouragements, self.objections) = (None, None);
        let (members, padded) = (plan.members(), subject.lanes().padded());
        self.encouraging.resize(members * padded / 64, 0);
        self.objecting.resize(members * padded / 64, 0);
        // The last row is for all those whose views nobody asks for again.
        let last = kinds.weighs.iter().flatten().count();
        self.views.resize(self.views.len().max((last + 1) * padded), 0.0);
        let planes = self.encouraging.chunks_exact_mut(padded / 64).zip(self.objecting.chunks_exact_mut(padded / 64));
        for (index, (encouraging, objecting)) in planes.enumerate() {
            let (accept_at, object_at) = (plan.accept_at[index], plan.object_at[index]);
            // Where both thresholds are one, nobody is neutral.
            if world.ballot == 1
                && kinds.plain[index]
                && bounds[index].0 == bounds[index].1
                && subject.at_least(index, bounds[index].0, draws, encouraging)
            {
                objecting.iter_mut().zip(&*encouraging).for_each(|(objecting, encouraging)| *objecting = !encouraging);
                continue;
            }
            let same = match subject.column(index, draws, scratch) {
                Column::Bits(bits) if kinds.plain[index] => {
                    let (accept, object) = bounds[index];
                    bits_at_least(level, bits, accept, encouraging);
                    if accept != object {
                        bits_at_least(level, bits, object, objecting);
                    }
                    accept == object
                }
                noise => {
                    let leniency = steps::leniency(stage, plan.concession[index], world.ballot);
                    let row = kinds.weighs[index].unwrap_or(last);
                    let x = &mut self.views[row * padded..][..padded];
                    views.take(world, (MemberId(index as u16), subject), (kind, &noise), leniency, level, x);
                    simd::at_least(level, x, accept_at, encouraging);
                    if accept_at != object_at {
                        simd::at_least(level, x, object_at, objecting);
                    }
                    accept_at == object_at
                }
            };
            if same {
                objecting.copy_from_slice(encouraging);
            }
            objecting.iter_mut().for_each(|word| *word = !*word);
        }
    }

    /// The views of one who weighs what a veto costs, by number, in so many lanes.
    pub fn views(&self, number: usize, padded: usize) -> &[f32] {
        &self.views[number * padded..][..padded]
    }
}

fn bits_at_least(level: Level, bits: &[u32], bound: Bound, out: &mut [u64]) {
    match bound {
        Some(bound) => simd::bits_at_least(level, bits, bound, out),
        None => out.fill(0),
    }
}
