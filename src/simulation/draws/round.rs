//! The draws of a run, presented round by round.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::stream::Stream;
use super::{Address, Addresses, Chance, Draws, Shock};
use crate::model::Noise;
use crate::simulation::noise;
use crate::simulation::simd::Level;

/// Bound on the streams of chances and lots that are kept; whatever is forgotten can be made again.
const KEPT: usize = 1 << 16;

/// The streams of a run, each made when first asked for. They are functions of their addresses and the seed, so that
/// whoever simulates the same members and candidates again on the same thread, as judgements do point by point, finds
/// them made.
pub(in crate::simulation) struct Streams {
    addresses: Addresses,
    seed: u64,
    /// By [`Addresses::slot`].
    shocks: Vec<Option<Stream>>,
    /// By [`Addresses::lot`].
    lots: Vec<Option<Stream>>,
    /// All others.
    chances: FxHashMap<Address, Stream>,
}

thread_local! {
    /// Streams that were in use on this thread, the last ones.
    static MADE: RefCell<Option<Streams>> = const { RefCell::new(None) };
}

impl Streams {
    fn new(addresses: Addresses, seed: u64) -> Self {
        let made = MADE.try_with(|made| made.take()).ok().flatten();
        if let Some(made) = made.filter(|made| made.seed == seed && made.addresses == addresses) {
            return made;
        }
        Self { addresses, seed, shocks: Vec::new(), lots: Vec::new(), chances: FxHashMap::default() }
    }

    /// The distribution of a shock.
    pub fn kind(&self, shock: Shock) -> Noise {
        self.addresses.kind(shock)
    }

    /// The distribution of the noise.
    pub fn noise(&self) -> Noise {
        self.addresses.noise
    }

    /// The numbers behind a shock.
    #[inline]
    pub fn shock(&mut self, shock: Shock) -> Stream {
        let slot = at(&mut self.shocks, self.addresses.slot(shock));
        *slot.get_or_insert_with(|| Stream::new(self.seed, self.addresses.shock(shock)))
    }

    /// The numbers of a chance or lot.
    #[inline]
    pub fn chance(&mut self, chance: Chance) -> Stream {
        if let Some(lot) = self.addresses.lot(chance) {
            let slot = at(&mut self.lots, lot);
            return *slot.get_or_insert_with(|| Stream::new(self.seed, self.addresses.chance(chance)));
        }
        let address = self.addresses.chance(chance);
        if self.chances.len() >= KEPT && !self.chances.contains_key(&address) {
            self.chances.clear();
        }
        *self.chances.entry(address).or_insert_with(|| Stream::new(self.seed, address))
    }
}

impl Drop for RoundDraws {
    fn drop(&mut self) {
        let nothing = Streams {
            addresses: self.streams.addresses.clone(),
            seed: self.streams.seed,
            shocks: Vec::new(),
            lots: Vec::new(),
            chances: FxHashMap::default(),
        };
        let made = std::mem::replace(&mut self.streams, nothing);
        // Where the thread ends there is nobody to keep them for.
        let _ = MADE.try_with(|kept| kept.replace(Some(made)));
    }
}

/// The slot of this number, made if it is not there.
#[inline]
fn at(slots: &mut Vec<Option<Stream>>, slot: usize) -> &mut Option<Stream> {
    if slots.len() <= slot {
        slots.resize(slot + 1, None);
    }
    &mut slots[slot]
}

/// The draws of one round after the other.
pub struct RoundDraws {
    pub(in crate::simulation) streams: Streams,
    round: u64,
    level: Level,
    raw: Vec<u32>,
}

impl RoundDraws {
    /// Draws for models with these addresses under `seed`, of round 0.
    pub fn new(addresses: Addresses, seed: u64) -> Self {
        Self { streams: Streams::new(addresses, seed), round: 0, level: Level::best(), raw: Vec::new() }
    }

    /// Turns to round `number`.
    pub fn turn_to(&mut self, number: u64) {
        self.round = number;
    }

    /// The same shock in the round at hand and those after it, as many as `out` has room for.
    pub fn shocks(&mut self, shock: Shock, out: &mut [f32]) {
        let (level, kind) = (self.level, self.streams.kind(shock));
        let bits = self.streams.shock(shock).range(level, self.round, out.len(), &mut self.raw);
        noise::standardise(level, kind, bits, out);
    }
}

impl Draws for RoundDraws {
    fn shock(&mut self, shock: Shock) -> f32 {
        noise::shock(self.streams.kind(shock), self.streams.shock(shock).number(self.round))
    }

    fn bits(&mut self, chance: Chance) -> u32 {
        self.streams.chance(chance).number(self.round)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CandidateId, MemberId};

    /// A large body that casts lots all the time: 256 members, 64 candidates.
    #[test]
    fn lots_beyond_number_take_bounded_room_and_stay_the_same() {
        let members: String = (0..256).map(|i| format!("[[member]]\nid = \"m{i}\"\n")).collect();
        let candidates: String = (0..64).map(|i| format!("[[candidate]]\nid = \"c{i}\"\n")).collect();
        let text = format!("title = \"large\"\n{members}{candidates}[[stage]]\nballot = \"choice\"\nrepeat = 200\n");
        let scenario = crate::scenario::Scenario::from_text("large.toml", &text, None).unwrap();
        let mut draws = RoundDraws::new(Addresses::new(&scenario.assumptions[0]), 1);
        let lots = |ballot| (0..256).flat_map(move |m| (0..64).map(move |c| (ballot, MemberId(m), CandidateId(c))));
        let lots = || (1..7).flat_map(lots).map(|(ballot, m, c)| Chance::VoteLot(ballot, m, c));
        assert!(lots().count() > KEPT);
        let first: Vec<u32> = lots().map(|lot| draws.bits(lot)).collect();
        assert!(draws.streams.chances.len() <= KEPT);
        assert!(lots().zip(&first).all(|(lot, &bits)| draws.bits(lot) == bits));
        assert!(draws.streams.chances.len() <= KEPT);
    }
}
