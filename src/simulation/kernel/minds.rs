//! What is not known about everyone's view of one candidate, in all rounds at hand.
//!
//! The noise depends on draws and ballot numbers alone, so that all worlds share it. With which a round opens, it is drawn when
//! somebody asks and, unless that takes long, not kept. From the second ballot on it is kept, for the rounds in which some world may still ask, and brought up
//! to date when a world is about to ask for it.

use super::draws::{Picked, SpanDraws};
use super::lanes::Lanes;
use super::planes;
use super::stances::Bound;
use crate::model::{CandidateId, MemberId, Noise};
use crate::simulation::draws::Shock;
use crate::simulation::noise;
use crate::simulation::normal::standard_normal;
use crate::simulation::simd::{self, Level, for_every_level};

/// Room between the columns, so that they do not all compete for the same cache lines.
const PAD: usize = 16;

/// The noise of all members about one candidate; a lane is a round in which some world may ask for it.
pub(super) struct Minds {
    candidate: CandidateId,
    members: usize,
    pub lanes: Lanes,
    /// The ballot whose noise it is; 0 before any.
    ballot: u32,
    /// Whether the noise is dear to draw twice, so that it is kept from the first ballot on.
    dear: bool,
    /// Whether it is kept.
    kept: bool,
    /// Room for the lanes that there were when it was first kept.
    stride: usize,
    /// `[member · stride + lane]`: standardised noise, if it is kept.
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
    fresh: Vec<f32>,
    some: Vec<u16>,
    kept: Vec<u64>,
    picked: Picked,
}

impl Minds {
    /// What is not known about `candidate`, with so many members, by noise that is `dear` to draw twice or not.
    pub fn new(candidate: CandidateId, members: usize, dear: bool) -> Self {
        let lanes = Lanes::default();
        Self { candidate, members, lanes, ballot: 0, dear, kept: false, stride: 0, noise: Vec::new() }
    }

    /// The ballot whose noise it is; 0 before any.
    pub fn ballot(&self) -> u32 {
        self.ballot
    }

    /// Forgets the span at hand.
    pub fn forget(&mut self) {
        (self.ballot, self.kept) = (0, false);
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
        let fewer = || planes::count(draws.level(), rounds).next_multiple_of(64) < self.padded();
        if self.kept {
            if fewer() {
                self.keep(rounds, draws.level(), scratch);
            }
        } else if self.ballot == 0 || fewer() {
            self.lanes.settle(draws.level(), rounds);
        }
        if !self.kept && (ballot > 1 || self.dear) {
            self.open(draws, scratch);
        }
        let last = if memory.1 == 0.0 { 1 } else { ballot };
        for number in self.ballot.max(1) + 1..=last {
            self.change(number, memory, draws, scratch);
        }
        self.ballot = ballot;
    }

    /// Whose noise at which ballot.
    fn shock(&self, ballot: u32, m: usize) -> Shock {
        Shock::Noise { ballot, member: MemberId(m as u16), candidate: self.candidate }
    }

    /// Keeps the noise with which a round opens.
    fn open(&mut self, draws: &mut SpanDraws, scratch: &mut Scratch) {
        self.kept = true;
        let (padded, kind, level) = (self.padded(), draws.noise(), draws.level());
        self.stride = padded + PAD;
        self.noise.resize(self.noise.len().max(self.members * self.stride), 0.0);
        scratch.raw.resize(padded, 0);
        for m in 0..self.members {
            draws.fill(self.shock(1, m), &self.lanes, &mut scratch.raw);
            noise::standardise(level, kind, &scratch.raw, &mut self.noise[m * self.stride..][..padded]);
        }
    }

    /// Keeps the lanes of the plane `rounds` only.
    fn keep(&mut self, rounds: &[u64], level: Level, scratch: &mut Scratch) {
        self.lanes.of_rounds(level, rounds, &mut scratch.kept);
        scratch.some.clear();
        scratch.some.extend(planes::lanes(&scratch.kept).map(|lane| lane as u16));
        scratch.fresh.resize(scratch.some.len(), 0.0);
        let padded = self.padded();
        for column in self.noise.chunks_exact_mut(self.stride).take(self.members) {
            simd::pack(level, &column[..padded], &scratch.kept, &scratch.some, &mut scratch.fresh);
            column[..scratch.fresh.len()].copy_from_slice(&scratch.fresh);
        }
        self.lanes.settle(level, rounds);
    }

    /// Between ballots part of the noise is replaced by fresh noise.
    fn change(&mut self, ballot: u32, memory: (f32, f32), draws: &mut SpanDraws, scratch: &mut Scratch) {
        let (padded, kind, level) = (self.padded(), draws.noise(), draws.level());
        scratch.raw.resize(padded, 0);
        for m in 0..self.members {
            draws.fill(self.shock(ballot, m), &self.lanes, &mut scratch.raw);
            let noise = &mut self.noise[m * self.stride..][..padded];
            if kind == Noise::Normal {
                mix_normals(level, memory, &scratch.raw, noise);
            } else {
                scratch.fresh.resize(padded, 0.0);
                noise::standardise(level, kind, &scratch.raw, &mut scratch.fresh);
                mix(level, memory, &scratch.fresh, noise);
            }
        }
    }
}

/// The rounds in which one world holds a ballot about a candidate, if other worlds hold it in others as well.
#[derive(Default)]
pub(super) struct Own {
    lanes: Lanes,
    /// Which lanes of [`Minds`] these are.
    places: Vec<u16>,
    of_minds: Vec<u64>,
    /// Whether they are fewer than those of [`Minds`].
    fewer: bool,
}

impl Own {
    /// Turns to these rounds; none if it is all the same which they are.
    pub fn settle(&mut self, level: Level, minds: &Minds, rounds: Option<&[u64]>) {
        let rounds = rounds.filter(|rounds| planes::count(level, rounds) < minds.lanes.rounds().len());
        self.fewer = rounds.is_some();
        if let Some(rounds) = rounds {
            self.lanes.settle(level, rounds);
            minds.lanes.of_rounds(level, rounds, &mut self.of_minds);
            self.places.clear();
            self.places.extend(planes::lanes(&self.of_minds).map(|lane| lane as u16));
        }
    }
}

/// A candidate whom a ballot is about, and the lanes of those who ask.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub minds: &'a Minds,
    own: &'a Own,
}

impl<'a> Subject<'a> {
    /// The candidate whom `minds` are about.
    pub fn new(minds: &'a Minds, own: &'a Own) -> Self {
        Self { minds, own }
    }

    /// Who it is.
    pub fn candidate(self) -> CandidateId {
        self.minds.candidate
    }

    /// The lanes of those who ask.
    pub fn lanes(self) -> &'a Lanes {
        if self.own.fewer { &self.own.lanes } else { &self.minds.lanes }
    }

    /// The noise of `m`, by lane; as many as are padded.
    pub fn column(self, m: usize, draws: &mut SpanDraws, scratch: &'a mut Scratch) -> Column<'a> {
        let minds = self.minds;
        if minds.kept {
            let column = &minds.noise[m * minds.stride..];
            if !self.own.fewer {
                return Column::Shocks(&column[..minds.padded()]);
            }
            let own = self.own;
            scratch.fresh.resize(own.lanes.padded(), 0.0);
            simd::pack(draws.level(), &column[..minds.padded()], &own.of_minds, &own.places, &mut scratch.fresh);
            return Column::Shocks(&scratch.fresh);
        }
        scratch.raw.resize(self.lanes().padded(), 0);
        draws.fill(minds.shock(1, m), self.lanes(), &mut scratch.raw);
        Column::Bits(&scratch.raw)
    }

    /// Looks up where the random bits behind the noise with which a round opens are at least `bound`; false, and nothing in `out`, if it
    /// takes a column to say so.
    pub fn at_least(self, m: usize, bound: Bound, draws: &mut SpanDraws, out: &mut [u64]) -> bool {
        let whole = self.lanes().whole;
        match bound {
            Some(bound) if whole => draws.shocks_at_least(self.minds.shock(1, m), bound, out),
            _ => out.fill(0),
        }
        whole
    }

    /// Turns to some of the lanes.
    pub fn turn_to(self, lanes: &[u16], draws: &mut SpanDraws, scratch: &mut Scratch) {
        scratch.some.clear();
        if !self.minds.kept {
            let rounds = self.lanes().rounds();
            scratch.some.extend(lanes.iter().map(|&lane| rounds[usize::from(lane)]));
            draws.find(&scratch.some, &mut scratch.picked);
        } else if self.own.fewer {
            scratch.some.extend(lanes.iter().map(|&lane| self.own.places[usize::from(lane)]));
        } else {
            scratch.some.extend_from_slice(lanes);
        }
    }

    /// The noise of `m` in the lanes last [turned to](Self::turn_to).
    pub fn few(self, m: usize, draws: &mut SpanDraws, scratch: &mut Scratch, out: &mut Vec<f32>) {
        let minds = self.minds;
        out.resize(scratch.some.len(), 0.0);
        if minds.kept {
            return simd::gather(draws.level(), &minds.noise[m * minds.stride..], &scratch.some, out);
        }
        scratch.raw.resize(scratch.some.len(), 0);
        draws.pick(minds.shock(1, m), &scratch.picked, &mut scratch.raw);
        noise::standardise(draws.level(), draws.noise(), &scratch.raw, out);
    }
}

for_every_level! {
    fn mix(memory: (f32, f32), news: &[f32], noise: &mut [f32]) {
        let (kept, fresh) = memory;
        for (noise, &news) in noise.iter_mut().zip(news) {
            *noise = kept * *noise + fresh * news;
        }
    }
}

for_every_level! {
    /// The same with news that are standard normal, from their random bits.
    fn mix_normals(memory: (f32, f32), news: &[u32], noise: &mut [f32]) {
        let (kept, fresh) = memory;
        for (noise, &news) in noise.iter_mut().zip(news) {
            *noise = kept * *noise + fresh * standard_normal(news);
        }
    }
}
