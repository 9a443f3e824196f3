//! The draws of a span of rounds, presented round by round.

use std::collections::HashMap;

use super::stream::{STRIDE, Stream};
use super::{Address, Addresses, BLOCK, Chance, Draws, Shock};
use crate::simulation::noise;
use crate::simulation::simd::Level;

/// Bound on the draws kept at once by [`BlockDraws`], in numbers of four bytes.
const BUFFERED: usize = 4 << 20;

/// Room between long streams in the buffer, so that they do not all compete for the same cache lines.
const PAD: usize = STRIDE;

/// A stream's numbers for the rounds of one epoch, made when first asked for.
#[derive(Default)]
struct Slot {
    epoch: u64,
    numbers: Vec<u32>,
}

/// The draws of a span of rounds within one block, presented round by round.
///
/// Memory is bounded however large the scenario: [`Self::longest_span`] rounds are buffered at a time.
pub struct BlockDraws {
    addresses: Addresses,
    seed: u64,
    block: u64,
    /// First round of the span within the block, and how many numbers are made.
    from: usize,
    made: usize,
    /// The round at hand, counted from `from`.
    at: usize,
    /// Numbers of an earlier epoch belong to another span.
    epoch: u64,
    /// Shocks by [`Addresses::slot`], each with room for a whole span.
    shocks: Vec<f32>,
    shock_epochs: Vec<u64>,
    span: usize,
    /// Room for one stream.
    stride: usize,
    /// Chances and lots, as many as there is room for.
    chances: HashMap<Chance, Slot>,
    raw: Vec<u32>,
    level: Level,
}

impl BlockDraws {
    /// Draws for models with these addresses under `seed`; [`Self::turn_to`] a round before asking for any.
    pub fn new(addresses: Addresses, seed: u64) -> Self {
        let shocks = addresses.slots();
        let span = Self::longest_span(&addresses);
        let stride = if span >= 4 * PAD { span + PAD } else { span };
        Self {
            addresses,
            seed,
            block: 0,
            from: 0,
            made: 0,
            at: 0,
            epoch: 0,
            shocks: vec![0.0; shocks * stride],
            shock_epochs: vec![0; shocks],
            span,
            stride,
            chances: HashMap::new(),
            raw: Vec::new(),
            level: Level::best(),
        }
    }

    /// How many rounds to take at a time at most.
    pub fn longest_span(addresses: &Addresses) -> usize {
        (BUFFERED / addresses.slots() / STRIDE * STRIDE).clamp(STRIDE, BLOCK as usize)
    }

    /// Turns to round `number`, which is before `end`. Draws are made for as many rounds up to `end` as there is room for.
    pub fn turn_to(&mut self, number: u64, end: u64) {
        let (block, within) = (number / BLOCK, (number % BLOCK) as usize);
        if block != self.block || !(self.from..self.from + self.made).contains(&within) {
            self.block = block;
            self.from = within / STRIDE * STRIDE;
            let wanted = end.saturating_sub(number / STRIDE as u64 * STRIDE as u64).min(BLOCK) as usize;
            self.made = wanted.next_multiple_of(STRIDE).clamp(STRIDE, self.span.min(BLOCK as usize - self.from));
            self.epoch += 1;
        }
        self.at = within - self.from;
    }

    fn fill(&self, address: Address, numbers: &mut Vec<u32>) {
        numbers.resize(self.made, 0);
        let mut stream = Stream::new(self.seed, address, self.block);
        stream.skip_to(self.level, self.from);
        stream.fill(self.level, numbers);
    }

    #[cold]
    fn fill_shock(&mut self, slot: usize, shock: Shock) {
        let kind = self.addresses.kind(shock);
        let mut raw = std::mem::take(&mut self.raw);
        self.fill(self.addresses.shock(shock), &mut raw);
        self.shock_epochs[slot] = self.epoch;
        let first = slot * self.stride;
        noise::standardise(self.level, kind, &raw, &mut self.shocks[first..first + self.made]);
        self.raw = raw;
    }

    #[cold]
    fn fill_chance(&mut self, chance: Chance) -> u32 {
        // Whatever is forgotten can be made again.
        if self.chances.len() >= BUFFERED / self.span && !self.chances.contains_key(&chance) {
            self.chances.clear();
        }
        let mut slot = self.chances.remove(&chance).unwrap_or_default();
        self.fill(self.addresses.chance(chance), &mut slot.numbers);
        slot.epoch = self.epoch;
        let bits = slot.numbers[self.at];
        self.chances.insert(chance, slot);
        bits
    }
}

impl Draws for BlockDraws {
    #[inline]
    fn shock(&mut self, shock: Shock) -> f32 {
        let slot = self.addresses.slot(shock);
        if self.shock_epochs[slot] != self.epoch {
            self.fill_shock(slot, shock);
        }
        self.shocks[slot * self.stride + self.at]
    }

    #[inline]
    fn bits(&mut self, chance: Chance) -> u32 {
        match self.chances.get(&chance) {
            Some(slot) if slot.epoch == self.epoch => slot.numbers[self.at],
            _ => self.fill_chance(chance),
        }
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
        let addresses = Addresses::new(&scenario.assumptions[0]);
        let mut draws = BlockDraws::new(addresses, 1);
        draws.turn_to(0, BLOCK);
        let lots = |ballot| (0..256).flat_map(move |m| (0..64).map(move |c| (ballot, MemberId(m), CandidateId(c))));
        let lots = || (1..4).flat_map(lots).map(|(ballot, m, c)| Chance::VoteLot(ballot, m, c));
        let first: Vec<u32> = lots().map(|lot| draws.bits(lot)).collect();
        let kept = |draws: &BlockDraws| draws.chances.values().map(|slot| slot.numbers.capacity()).sum::<usize>();
        assert!(lots().count() * draws.span > 2 * BUFFERED);
        assert!(kept(&draws) <= BUFFERED);
        assert!(lots().zip(&first).all(|(lot, &bits)| draws.bits(lot) == bits));
        assert!(kept(&draws) <= BUFFERED);
    }
}
