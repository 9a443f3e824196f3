//! What is not known about everyone's view of one candidate, kept between ballots, in all rounds at hand.
//!
//! The noise depends on draws and ballot numbers alone, so that all worlds share it. With which a round opens, it is
//! drawn when somebody asks and, unless that takes long, not kept. From the second ballot on it is kept, for the rounds
//! in which some world may still ask, and brought up to date when a world is about to ask for it. Where the same rounds
//! are simulated again and again it is looked up instead, in a [`NoiseStore`](super::noise_store::NoiseStore).

use std::sync::Arc;

use super::draws::{Picked, SpanDraws};
use super::lanes::Lanes;
use super::noise_store::StoredNoise;
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
#[derive(Default)]
pub(super) struct KeptNoise {
    pub candidate: CandidateId,
    members: usize,
    pub lanes: Arc<Lanes>,
    /// The ballot whose noise it is; 0 before any.
    ballot: u32,
    /// The ballot from which on it is kept.
    kept_from: u32,
    /// Whether it is kept.
    kept: bool,
    /// Standardised noise, if it is kept.
    rows: Arc<Rows>,
}

/// Numbers by member and lane.
#[derive(Debug, Default, Clone)]
pub(super) struct Rows {
    /// Room for the lanes that there were when it was first kept.
    stride: usize,
    /// `[member · stride + lane]`
    numbers: Vec<f32>,
}

impl Rows {
    /// Room for so many members and lanes.
    fn new(members: usize, lanes: usize) -> Self {
        let mut rows = Self::default();
        rows.make_room(members, lanes);
        rows
    }

    fn make_room(&mut self, members: usize, lanes: usize) {
        self.stride = lanes.next_multiple_of(64) + PAD;
        self.numbers.resize(self.numbers.len().max(members * self.stride), 0.0);
    }

    /// How many numbers there is room for.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Those of a member, in so many lanes.
    fn of(&self, m: usize, lanes: usize) -> &[f32] {
        &self.numbers[m * self.stride..][..lanes]
    }

    fn of_mut(&mut self, m: usize, lanes: usize) -> &mut [f32] {
        &mut self.numbers[m * self.stride..][..lanes]
    }
}

/// What is in `shared`, to be overwritten; something new if others have it as well.
pub(super) fn anew<T: Default + Clone>(shared: &mut Arc<T>) -> &mut T {
    if Arc::get_mut(shared).is_none() {
        *shared = Arc::default();
    }
    Arc::make_mut(shared)
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
    pub fn new(candidate: CandidateId, members: usize, kept_from: u32, spare: Self) -> Self {
        Self { candidate, members, ballot: 0, kept_from, kept: false, ..spare }
    }

    /// Forgets the span at hand.
    pub fn forget(&mut self) {
        (self.ballot, self.kept) = (0, false);
    }

    /// Whether nobody has asked yet in the span at hand.
    pub fn is_new(&self) -> bool {
        self.ballot == 0
    }

    /// Whether the noise is kept; if not, it is that with which the rounds open.
    pub fn is_kept(&self) -> bool {
        self.kept
    }

    /// The noise of `m` by lane, as many as are padded, if it is kept.
    pub fn of(&self, m: usize) -> Option<&[f32]> {
        self.kept.then(|| self.rows.of(m, self.padded()))
    }

    /// Whose noise at which ballot.
    pub fn shock(&self, ballot: u32, m: usize) -> Shock {
        shock_of(self.candidate, ballot, m)
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
        if ballot >= self.kept_from
            && let Some(StoredNoise { lanes, rows }) = draws.stored_noise(self.candidate, ballot, rounds)
        {
            (self.lanes, self.rows, self.kept, self.ballot) = (lanes, rows, true, ballot);
            return;
        }
        if self.is_new() {
            anew(&mut self.lanes).settle(draws.level(), rounds);
        } else {
            self.narrow(rounds, draws.level(), buffers);
        }
        if !self.kept && ballot >= self.kept_from {
            self.open(draws, buffers);
        }
        let last = if memory.fresh == 0.0 { 1 } else { ballot };
        for number in self.ballot.max(1) + 1..=last {
            self.change(number, memory, draws, buffers);
        }
        self.ballot = ballot;
        if self.kept && self.lanes.which() == rounds {
            draws.store_noise(self.candidate, ballot, || StoredNoise {
                lanes: Arc::clone(&self.lanes),
                rows: Arc::clone(&self.rows),
            });
        }
    }

    /// Turns to the rounds of a plane, which are among those at hand, if that leaves out enough of them.
    pub fn narrow(&mut self, rounds: &[u64], level: Level, buffers: &mut NoiseBuffers) {
        if planes::count(level, rounds).next_multiple_of(64) >= self.padded() {
            return;
        }
        if self.kept {
            self.keep_only(rounds, level, buffers);
        } else {
            anew(&mut self.lanes).settle(level, rounds);
        }
    }

    /// Keeps the noise with which a round opens.
    fn open(&mut self, draws: &mut SpanDraws, buffers: &mut NoiseBuffers) {
        self.kept = true;
        let (lanes, kind, level) = (self.lanes.computed(), draws.noise(), draws.level());
        let rows = anew(&mut self.rows);
        rows.make_room(self.members, self.lanes.padded());
        buffers.bits.resize(lanes, 0);
        for m in 0..self.members {
            draws.fill(shock_of(self.candidate, 1, m), &self.lanes, &mut buffers.bits);
            noise::standardise(level, kind, &buffers.bits, rows.of_mut(m, lanes));
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
        if let Some(rows) = Arc::get_mut(&mut self.rows) {
            for m in 0..self.members {
                let row = rows.of_mut(m, padded);
                simd::pack(level, row, remaining, few, shocks);
                row[..shocks.len()].copy_from_slice(shocks);
            }
        } else {
            let mut rows = Rows::new(self.members, few.len());
            for m in 0..self.members {
                simd::pack(level, self.rows.of(m, padded), remaining, few, rows.of_mut(m, few.len()));
            }
            self.rows = Arc::new(rows);
        }
        anew(&mut self.lanes).settle(level, rounds);
    }

    /// Between ballots part of the noise is replaced by fresh noise.
    fn change(&mut self, ballot: u32, memory: Memory, draws: &mut SpanDraws, buffers: &mut NoiseBuffers) {
        let (lanes, kind, level) = (self.lanes.computed(), draws.noise(), draws.level());
        buffers.bits.resize(lanes, 0);
        let rows = Arc::make_mut(&mut self.rows);
        for m in 0..self.members {
            draws.fill(shock_of(self.candidate, ballot, m), &self.lanes, &mut buffers.bits);
            let noise = rows.of_mut(m, lanes);
            if kind.is_normal() {
                mix_normals(level, memory, &buffers.bits, noise);
            } else {
                buffers.shocks.resize(lanes, 0.0);
                noise::standardise(level, kind, &buffers.bits, &mut buffers.shocks);
                mix(level, memory, &buffers.shocks, noise);
            }
        }
    }
}

/// Whose noise about whom at which ballot.
fn shock_of(candidate: CandidateId, ballot: u32, m: usize) -> Shock {
    Shock::Noise { ballot, member: MemberId(m as u16), candidate }
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
