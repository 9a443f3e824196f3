//! What is not known about everyone's view of one candidate, in all rounds at hand.
//!
//! The noise depends on draws and ballot numbers alone, so that all worlds share it. It is brought up to date only when a
//! world is about to ask for it, and kept only for the rounds in which some world still may.

use super::draws::SpanDraws;
use super::lanes::Lanes;
use super::planes;
use crate::model::{CandidateId, MemberId, Noise};
use crate::simulation::draws::Shock;
use crate::simulation::noise;
use crate::simulation::simd::{Level, for_every_level};

/// Room between the columns, so that they do not all compete for the same cache lines.
const PAD: usize = 16;

/// The noise of all members about one candidate; a lane is a round in which some world may ask for it.
pub(super) struct Minds {
    candidate: CandidateId,
    members: usize,
    /// Room for the lanes with which the span begins.
    stride: usize,
    pub lanes: Lanes,
    /// The ballot whose noise it is; 0 before any.
    ballot: u32,
    /// Whose noise is not needed as a number while no mind has changed: random bits serve as well.
    plain: Vec<bool>,
    room: Room,
}

/// Where the noise is kept.
#[derive(Default)]
pub(super) struct Room {
    /// `[member · stride + lane]`: random bits, of those who are `plain`, at the first ballot.
    bits: Vec<u32>,
    /// `[member · stride + lane]`: standardised noise.
    noise: Vec<f32>,
}

/// One member's noise.
pub(super) enum Column<'a> {
    /// As random bits.
    Bits(&'a [u32]),
    /// Standardised.
    Shocks(&'a [f32]),
}

/// Buffers for one column.
#[derive(Default)]
pub(super) struct Scratch {
    raw: Vec<u32>,
    gathered: Vec<u32>,
    fresh: Vec<f32>,
    kept: Vec<u16>,
}

impl Minds {
    /// What is not known about `candidate`; by member, who is `plain`.
    pub fn new(candidate: CandidateId, plain: Vec<bool>) -> Self {
        Self {
            candidate,
            members: plain.len(),
            stride: 0,
            lanes: Lanes::default(),
            ballot: 0,
            plain,
            room: Room::default(),
        }
    }

    /// Keeps the noise elsewhere.
    pub fn swap(&mut self, room: &mut Room) {
        std::mem::swap(&mut self.room, room);
    }

    /// Whom the noise is about.
    pub fn candidate(&self) -> CandidateId {
        self.candidate
    }

    /// The ballot whose noise it is; 0 before any.
    pub fn ballot(&self) -> u32 {
        self.ballot
    }

    /// Forgets the span at hand.
    pub fn forget(&mut self) {
        self.ballot = 0;
    }

    /// Lanes that are kept, a multiple of 64.
    pub fn padded(&self) -> usize {
        self.lanes.padded()
    }

    /// Brings the noise up to `ballot` for the rounds of a plane, which from the second call on are among those of the last.
    pub fn bring_up(
        &mut self,
        ballot: u32,
        memory: (f32, f32),
        rounds: &[u64],
        draws: &mut SpanDraws,
        scratch: &mut Scratch,
    ) {
        let last = if memory.1 == 0.0 { 1 } else { ballot };
        if self.ballot == 0 {
            self.lanes.settle(rounds);
            self.stride = self.padded() + PAD;
            self.open(draws, scratch);
            self.ballot = 1;
        } else if planes::count(rounds).next_multiple_of(64) < self.padded() {
            self.keep(rounds, draws.level(), scratch);
        }
        if ballot > 1 {
            self.standardise(draws);
        }
        for number in self.ballot + 1..=last {
            self.change(number, memory, draws, scratch);
        }
        self.ballot = ballot;
    }

    /// The noise with which a round opens.
    fn open(&mut self, draws: &mut SpanDraws, scratch: &mut Scratch) {
        let (padded, kind, level) = (self.padded(), draws.noise(), draws.level());
        scratch.raw.resize(self.lanes.all(), 0);
        for m in 0..self.members {
            let first = m * self.stride;
            let shock = Shock::Noise { ballot: 1, member: MemberId(m as u16), candidate: self.candidate };
            let column = if self.plain[m] {
                self.room.bits.resize(self.members * self.stride, 0);
                &mut self.room.bits[first..first + padded]
            } else {
                scratch.gathered.resize(padded, 0);
                &mut scratch.gathered[..padded]
            };
            if self.lanes.whole {
                draws.fill(shock, column);
            } else {
                draws.fill(shock, &mut scratch.raw);
                self.lanes.take(level, &scratch.raw, column);
            }
            if !self.plain[m] {
                self.room.noise.resize(self.members * self.stride, 0.0);
                noise::standardise(level, kind, column, &mut self.room.noise[first..first + padded]);
            }
        }
    }

    /// Keeps the lanes of the plane `rounds` only.
    fn keep(&mut self, rounds: &[u64], level: Level, scratch: &mut Scratch) {
        scratch.kept.clear();
        scratch.kept.extend(planes::lanes(rounds).map(|round| self.lanes.lane_of(round) as u16));
        let kept = scratch.kept.len();
        scratch.gathered.resize(kept, 0);
        scratch.fresh.resize(kept, 0.0);
        for m in 0..self.members {
            let first = m * self.stride;
            if self.ballot == 1 && self.plain[m] {
                let column = &mut self.room.bits[first..first + self.stride];
                gather(level, column, &scratch.kept, &mut scratch.gathered);
                column[..kept].copy_from_slice(&scratch.gathered);
            } else {
                let column = &mut self.room.noise[first..first + self.stride];
                gather_shocks(level, column, &scratch.kept, &mut scratch.fresh);
                column[..kept].copy_from_slice(&scratch.fresh);
            }
        }
        self.lanes.settle(rounds);
    }

    /// Turns bits into noise.
    fn standardise(&mut self, draws: &SpanDraws) {
        if self.ballot > 1 {
            return;
        }
        let (padded, kind, level) = (self.padded(), draws.noise(), draws.level());
        for m in (0..self.members).filter(|&m| self.plain[m]) {
            self.room.noise.resize(self.members * self.stride, 0.0);
            let column = m * self.stride..m * self.stride + padded;
            noise::standardise(level, kind, &self.room.bits[column.clone()], &mut self.room.noise[column]);
        }
    }

    /// Between ballots part of the noise is replaced by fresh noise.
    fn change(&mut self, ballot: u32, (kept, fresh): (f32, f32), draws: &mut SpanDraws, scratch: &mut Scratch) {
        let (padded, kind, level) = (self.padded(), draws.noise(), draws.level());
        scratch.raw.resize(self.lanes.all(), 0);
        scratch.gathered.resize(padded, 0);
        scratch.fresh.resize(padded, 0.0);
        for m in 0..self.members {
            let shock = Shock::Noise { ballot, member: MemberId(m as u16), candidate: self.candidate };
            draws.fill(shock, &mut scratch.raw);
            self.lanes.take(level, &scratch.raw, &mut scratch.gathered[..padded]);
            noise::standardise(level, kind, &scratch.gathered[..padded], &mut scratch.fresh[..padded]);
            let first = m * self.stride;
            mix(level, kept, fresh, &scratch.fresh[..padded], &mut self.room.noise[first..first + padded]);
        }
    }

    /// The noise of `m`, by lane; as many as are padded.
    pub fn column(&self, m: usize) -> Column<'_> {
        let column = m * self.stride..m * self.stride + self.padded();
        if self.ballot == 1 && self.plain[m] {
            Column::Bits(&self.room.bits[column])
        } else {
            Column::Shocks(&self.room.noise[column])
        }
    }

    /// The noise of `m` in one lane.
    pub fn noise(&self, kind: Noise, m: usize, lane: usize) -> f32 {
        match self.column(m) {
            Column::Bits(bits) => noise::shock(kind, bits[lane]),
            Column::Shocks(shocks) => shocks[lane],
        }
    }
}

for_every_level! {
    /// The numbers at `places`.
    pub(super) fn gather(from: &[u32], places: &[u16], out: &mut [u32]) {
        for (number, &place) in out.iter_mut().zip(places) {
            *number = from[usize::from(place)];
        }
    }
}

for_every_level! {
    /// The numbers at `places`.
    pub(super) fn gather_shocks(from: &[f32], places: &[u16], out: &mut [f32]) {
        for (number, &place) in out.iter_mut().zip(places) {
            *number = from[usize::from(place)];
        }
    }
}

for_every_level! {
    fn mix(kept: f32, fresh: f32, news: &[f32], noise: &mut [f32]) {
        for (noise, &news) in noise.iter_mut().zip(news) {
            *noise = kept * *noise + fresh * news;
        }
    }
}
