//! What is not known about everyone's view of one candidate, kept between ballots, in all rounds at hand.
//!
//! The noise depends on draws and ballot numbers alone, so that all worlds share it. With which a round opens, it is
//! drawn when somebody asks and, unless that takes long, not kept. From the second ballot on it is kept, for the rounds
//! in which some world may still ask, and brought up to date when a world is about to ask for it.

use super::draws::{Picked, SpanDraws};
use super::lanes::Lanes;
use super::planes;
use crate::model::{CandidateId, MemberId};
use crate::simulation::draws::Shock;
use crate::simulation::noise;
use crate::simulation::normal::standard_normal;
use crate::simulation::plan::Memory;
use crate::simulation::simd::{self, Level, for_every_level};

/// Room between the rows of members, so that they do not all compete for the same cache lines.
const PAD: usize = 16;

/// The noise of all members about one candidate; a lane is a round in which some world may ask for it.
pub(super) struct KeptNoise {
    pub candidate: CandidateId,
    members: usize,
    pub lanes: Lanes,
    /// The ballot whose noise it is; 0 before any.
    ballot: u32,
    /// The ballot from which on it is kept.
    kept_from: u32,
    /// Whether it is kept.
    kept: bool,
    /// Room for the lanes that there were when it was first kept.
    stride: usize,
    /// `[member · stride + lane]`: standardised noise, if it is kept.
    noise: Vec<f32>,
}

/// Buffers for the noise of one member.
#[derive(Default)]
pub(super) struct NoiseBuffers {
    /// Random bits.
    pub bits: Vec<u32>,
    /// Standardised noise.
    pub shocks: Vec<f32>,
    /// Some rounds or lanes.
    pub few: Vec<u16>,
    /// The way to the numbers of some rounds.
    pub picked: Picked,
    /// The lanes that remain, as a plane.
    remaining: Vec<u64>,
}

impl KeptNoise {
    /// What is not known about `candidate`, with so many members, to be kept from this ballot on.
    pub fn new(candidate: CandidateId, members: usize, kept_from: u32) -> Self {
        let lanes = Lanes::default();
        Self { candidate, members, lanes, ballot: 0, kept_from, kept: false, stride: 0, noise: Vec::new() }
    }

    /// Forgets the span at hand.
    pub fn forget(&mut self) {
        (self.ballot, self.kept) = (0, false);
    }

    /// Whether the noise is kept; if not, it is that with which the rounds open.
    pub fn is_kept(&self) -> bool {
        self.kept
    }

    /// The noise of `m` by lane, as many as are padded, if it is kept.
    pub fn of(&self, m: usize) -> Option<&[f32]> {
        self.kept.then(|| &self.noise[m * self.stride..][..self.padded()])
    }

    /// Whose noise at which ballot.
    pub fn shock(&self, ballot: u32, m: usize) -> Shock {
        Shock::Noise { ballot, member: MemberId(m as u16), candidate: self.candidate }
    }

    /// Lanes that are kept, a multiple of 64.
    fn padded(&self) -> usize {
        self.lanes.padded()
    }

    /// Brings the noise up to `ballot`, if it is not yet, for the rounds of a plane, which from the second call on are
    /// among those of the last.
    pub fn bring_up(
        &mut self,
        ballot: u32,
        memory: Memory,
        rounds: &[u64],
        draws: &mut SpanDraws,
        buffers: &mut NoiseBuffers,
    ) {
        if self.ballot == ballot {
            return;
        }
        let fewer = || planes::count(draws.level(), rounds).next_multiple_of(64) < self.padded();
        if self.kept {
            if fewer() {
                self.keep_only(rounds, draws.level(), buffers);
            }
        } else if self.ballot == 0 || fewer() {
            self.lanes.settle(draws.level(), rounds);
        }
        if !self.kept && ballot >= self.kept_from {
            self.open(draws, buffers);
        }
        let last = if memory.fresh == 0.0 { 1 } else { ballot };
        for number in self.ballot.max(1) + 1..=last {
            self.change(number, memory, draws, buffers);
        }
        self.ballot = ballot;
    }

    /// Keeps the noise with which a round opens.
    fn open(&mut self, draws: &mut SpanDraws, buffers: &mut NoiseBuffers) {
        self.kept = true;
        let (padded, kind, level) = (self.padded(), draws.noise(), draws.level());
        self.stride = padded + PAD;
        self.noise.resize(self.noise.len().max(self.members * self.stride), 0.0);
        buffers.bits.resize(padded, 0);
        for m in 0..self.members {
            draws.fill(self.shock(1, m), &self.lanes, &mut buffers.bits);
            noise::standardise(level, kind, &buffers.bits, &mut self.noise[m * self.stride..][..padded]);
        }
    }

    /// Keeps the lanes of the plane `rounds` only.
    fn keep_only(&mut self, rounds: &[u64], level: Level, buffers: &mut NoiseBuffers) {
        let NoiseBuffers { remaining, few, shocks, .. } = buffers;
        self.lanes.of_rounds(level, rounds, remaining);
        few.clear();
        few.extend(planes::lanes(remaining).map(|lane| lane as u16));
        shocks.resize(few.len(), 0.0);
        let padded = self.padded();
        for row in self.noise.chunks_exact_mut(self.stride).take(self.members) {
            simd::pack(level, &row[..padded], remaining, few, shocks);
            row[..shocks.len()].copy_from_slice(shocks);
        }
        self.lanes.settle(level, rounds);
    }

    /// Between ballots part of the noise is replaced by fresh noise.
    fn change(&mut self, ballot: u32, memory: Memory, draws: &mut SpanDraws, buffers: &mut NoiseBuffers) {
        let (padded, kind, level) = (self.padded(), draws.noise(), draws.level());
        buffers.bits.resize(padded, 0);
        for m in 0..self.members {
            draws.fill(self.shock(ballot, m), &self.lanes, &mut buffers.bits);
            let noise = &mut self.noise[m * self.stride..][..padded];
            if kind.is_normal() {
                mix_normals(level, memory, &buffers.bits, noise);
            } else {
                buffers.shocks.resize(padded, 0.0);
                noise::standardise(level, kind, &buffers.bits, &mut buffers.shocks);
                mix(level, memory, &buffers.shocks, noise);
            }
        }
    }
}

for_every_level! {
    fn mix(memory: Memory, news: &[f32], noise: &mut [f32]) {
        for (noise, &news) in noise.iter_mut().zip(news) {
            *noise = memory.kept * *noise + memory.fresh * news;
        }
    }
}

for_every_level! {
    /// The same with news that are standard normal, from their random bits.
    fn mix_normals(memory: Memory, news: &[u32], noise: &mut [f32]) {
        for (noise, &news) in noise.iter_mut().zip(news) {
            *noise = memory.kept * *noise + memory.fresh * standard_normal(news);
        }
    }
}
