//! Who encourages and who objects: the stances on one candidate, as planes.

use super::bounds::{Bound, StanceBounds};
use super::candidate_noise::{CandidateNoise, MemberNoise};
use super::draws::SpanDraws;
use super::kept_noise::NoiseBuffers;
use super::needs::ViewNeeds;
use super::planes::Counts;
use super::views::Views;
use super::world::{Outlook, World};
use crate::model::{MemberId, Stage};
use crate::simulation::simd::{self, Level};
use crate::simulation::steps;

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
    /// `[row · lanes + lane]`: the views, of those who weigh what a veto costs and then of anybody.
    views: Vec<f32>,
}

/// What everyone is asked about.
pub(super) struct Question<'a> {
    /// Where.
    pub world: &'a World<'a>,
    /// At which stage.
    pub stage: &'a Stage,
    /// By member, for a first ballot.
    pub bounds: &'a [StanceBounds],
    /// About whom, in which lanes.
    pub noise: &'a CandidateNoise,
    /// And for what.
    pub needs: &'a ViewNeeds,
}

impl Stances {
    /// Asks everyone.
    pub fn take(&mut self, question: &Question, views: &mut Views, draws: &mut SpanDraws, buffers: &mut NoiseBuffers) {
        let &Question { world, stage, bounds, noise, needs } = question;
        let (plan, level) = (world.plan, draws.level());
        (self.encouragements, self.objections) = (None, None);
        let (members, padded) = (plan.members(), noise.lanes().padded());
        self.encouraging.resize(members * padded / 64, 0);
        self.objecting.resize(members * padded / 64, 0);
        // The last row is for all those whose views nobody asks for again.
        let last = needs.kept_rows();
        self.views.resize(self.views.len().max((last + 1) * padded), 0.0);
        let planes = self.encouraging.chunks_exact_mut(padded / 64).zip(self.objecting.chunks_exact_mut(padded / 64));
        for (index, (encouraging, objecting)) in planes.enumerate() {
            let member = MemberId(index as u16);
            if !stage.members.contains(member) {
                encouraging.fill(0);
                objecting.fill(0);
                continue;
            }
            let bits_suffice = needs.bits_suffice[index];
            if world.ballot == 1 && bits_suffice && noise.is_whole() && bounds[index].leave_no_neutral() {
                noise.at_least(index, bounds[index].encourages, draws, encouraging);
                objecting.iter_mut().zip(&*encouraging).for_each(|(objecting, encouraging)| *objecting = !encouraging);
                continue;
            }
            // Those who do not object, at first.
            let accepting = objecting;
            let nobody_is_neutral = match noise.of(index, draws, buffers) {
                MemberNoise::Bits(_, bits) if bits_suffice => {
                    let StanceBounds { encourages, accepts } = bounds[index];
                    bits_at_least(level, bits, encourages, encouraging);
                    if encourages != accepts {
                        bits_at_least(level, bits, accepts, accepting);
                    }
                    encourages == accepts
                }
                member_noise => {
                    let leniency = steps::leniency(plan, stage, member, world.ballot);
                    let (accept_at, object_at) = (plan.accept_at[index], plan.object_at[index]);
                    let row = needs.kept_row[index].unwrap_or(last);
                    let view = &mut self.views[row * padded..][..padded];
                    views.take(world, member, member_noise, leniency, level, &mut view[..noise.lanes().computed()]);
                    simd::at_least(level, view, accept_at, encouraging);
                    if accept_at != object_at {
                        simd::at_least(level, view, object_at, accepting);
                    }
                    accept_at == object_at
                }
            };
            if nobody_is_neutral {
                accepting.copy_from_slice(encouraging);
            }
            accepting.iter_mut().for_each(|word| *word = !*word);
        }
    }

    /// The views of one who weighs what a veto costs, by row, in so many lanes.
    pub fn views(&self, row: usize, padded: usize) -> &[f32] {
        &self.views[row * padded..][..padded]
    }
}

fn bits_at_least(level: Level, bits: &[u32], bound: Bound, out: &mut [u64]) {
    match bound {
        Some(bound) => simd::bits_at_least(level, bits, bound, out),
        None => out.fill(0),
    }
}
