//! The noise about one candidate, in the lanes of one world that asks for it.

use super::bounds::Bound;
use super::draws::SpanDraws;
use super::kept_noise::{KeptNoise, NoiseBuffers};
use super::lanes::Lanes;
use super::planes;
use crate::model::{CandidateId, Noise};
use crate::simulation::noise;
use crate::simulation::simd::{self, Level};

/// One member's noise about a candidate, by lane.
pub(super) enum MemberNoise<'a> {
    /// As random bits of this kind of noise.
    Bits(Noise, &'a [u32]),
    /// Standardised.
    Shocks(&'a [f32]),
}

/// The noise of all members about one candidate, and the lanes of the world that asks at the ballot at hand.
#[derive(Default)]
pub(super) struct CandidateNoise {
    /// For all worlds.
    pub kept: KeptNoise,
    /// For the world that asks.
    asked: LaneSubset,
}

/// The rounds in which one world holds a ballot about a candidate, if other worlds hold it in others as well.
#[derive(Default)]
struct LaneSubset {
    lanes: Lanes,
    /// Which lanes of [`KeptNoise`] these are.
    places: Vec<u16>,
    /// The same as a plane.
    of_kept: Vec<u64>,
    /// Whether they are fewer than those of [`KeptNoise`]; if not, those serve.
    is_proper: bool,
}

impl CandidateNoise {
    /// The noise about a candidate, with so many members, to be kept from this ballot on; nobody has asked yet. The
    /// buffers are those of `spare`.
    pub fn new(candidate: CandidateId, members: usize, kept_from: u32, spare: Self) -> Self {
        Self { kept: KeptNoise::new(candidate, members, kept_from, spare.kept), asked: spare.asked }
    }

    /// Turns to a world that asks in these rounds; without any, in all for which there is noise.
    pub fn turn_to_rounds(&mut self, level: Level, rounds: Option<&[u64]>) {
        let Self { kept, asked } = self;
        let rounds = rounds.filter(|rounds| planes::count(level, rounds) < kept.lanes.rounds().len());
        asked.is_proper = rounds.is_some();
        if let Some(rounds) = rounds {
            asked.lanes.settle(level, rounds);
            kept.lanes.of_rounds(level, rounds, &mut asked.of_kept);
            asked.places.clear();
            asked.places.extend(planes::lanes(&asked.of_kept).map(|lane| lane as u16));
        }
    }

    /// Whom it is about.
    pub fn candidate(&self) -> CandidateId {
        self.kept.candidate
    }

    /// The lanes of the world that asks.
    pub fn lanes(&self) -> &Lanes {
        if self.asked.is_proper { &self.asked.lanes } else { &self.kept.lanes }
    }

    /// The noise of `m`, by lane; as many as are padded.
    pub fn of<'a>(&'a self, m: usize, draws: &mut SpanDraws, buffers: &'a mut NoiseBuffers) -> MemberNoise<'a> {
        let Self { kept, asked } = self;
        if let Some(noise) = kept.of(m) {
            if !asked.is_proper {
                return MemberNoise::Shocks(noise);
            }
            buffers.shocks.resize(asked.lanes.padded(), 0.0);
            simd::pack(draws.level(), noise, &asked.of_kept, &asked.places, &mut buffers.shocks);
            return MemberNoise::Shocks(&buffers.shocks);
        }
        buffers.bits.resize(self.lanes().padded(), 0);
        draws.fill(kept.shock(1, m), self.lanes(), &mut buffers.bits[..self.lanes().computed()]);
        MemberNoise::Bits(draws.noise(), &buffers.bits)
    }

    /// Whether every round of the span has a lane, so that noise can be compared with a bound while it is drawn.
    pub fn is_whole(&self) -> bool {
        self.lanes().whole
    }

    /// Looks up where the random bits behind the noise with which a round opens are at least `bound`; only if the noise
    /// [is whole](Self::is_whole).
    pub fn at_least(&self, m: usize, bound: Bound, draws: &mut SpanDraws, out: &mut [u64]) {
        match bound {
            Some(bound) => draws.shocks_at_least(self.kept.shock(1, m), bound, out),
            None => out.fill(0),
        }
    }

    /// Turns to some of the lanes, for [`Self::few`].
    pub fn turn_to_few(&self, lanes: &[u16], draws: &mut SpanDraws, buffers: &mut NoiseBuffers) {
        let few = &mut buffers.few;
        few.clear();
        if !self.kept.is_kept() {
            let rounds = self.lanes().rounds();
            few.extend(lanes.iter().map(|&lane| rounds[usize::from(lane)]));
            draws.find(few, &mut buffers.picked);
        } else if self.asked.is_proper {
            few.extend(lanes.iter().map(|&lane| self.asked.places[usize::from(lane)]));
        } else {
            few.extend_from_slice(lanes);
        }
    }

    /// The standardised noise of `m` in the lanes last [turned to](Self::turn_to_few).
    pub fn few(&self, m: usize, draws: &mut SpanDraws, buffers: &mut NoiseBuffers, out: &mut Vec<f32>) {
        let NoiseBuffers { few, bits, picked, .. } = buffers;
        out.resize(few.len(), 0.0);
        if let Some(noise) = self.kept.of(m) {
            return simd::gather(draws.level(), noise, few, out);
        }
        bits.resize(few.len(), 0);
        draws.pick(self.kept.shock(1, m), picked, bits);
        noise::standardise(draws.level(), draws.noise(), bits, out);
    }
}
