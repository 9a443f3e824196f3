//! The draws of a range of rounds, one number a round: for what is computed beside the rounds themselves.

use std::ops::Range;

use super::draws::{Address, Addresses, Chance, Shock, Stream, Threshold};
use super::noise;
use super::plan::Plan;
use super::simd::Level;
use crate::model::CandidateId;

/// The draws of a plan in some rounds.
pub(super) struct RangeDraws<'a> {
    plan: &'a Plan,
    addresses: Addresses,
    seed: u64,
    level: Level,
    rounds: Range<u64>,
    made: Vec<u32>,
}

impl<'a> RangeDraws<'a> {
    /// Draws of `plan` under `seed`, of no rounds yet.
    pub fn new(plan: &'a Plan, seed: u64) -> Self {
        let (addresses, level) = (plan.addresses(), Level::best());
        Self { plan, addresses, seed, level, rounds: 0..0, made: Vec::new() }
    }

    /// How wide the machine is.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Turns to these rounds.
    pub fn turn_to(&mut self, rounds: Range<u64>) {
        self.rounds = rounds;
    }

    /// How many rounds are at hand.
    pub fn len(&self) -> usize {
        (self.rounds.end - self.rounds.start) as usize
    }

    /// The random bits behind a shock.
    pub fn shock_bits(&mut self, shock: Shock) -> &[u32] {
        self.make(self.addresses.shock(shock))
    }

    /// The numbers of one address.
    fn make(&mut self, address: Address) -> &[u32] {
        Stream::new(self.seed, address).range(self.level, self.rounds.start, self.len(), &mut self.made)
    }

    /// Standardised shocks.
    pub fn shocks(&mut self, shock: Shock) -> Vec<f32> {
        let (level, kind) = (self.level, self.addresses.kind(shock));
        let mut out = vec![0.0; self.len()];
        noise::standardise(level, kind, self.shock_bits(shock), &mut out);
        out
    }

    /// Whether a chance of this probability comes true.
    pub fn decide(&mut self, threshold: Threshold, chance: Chance) -> Vec<bool> {
        match threshold.certainty() {
            Some(certain) => vec![certain; self.len()],
            None => self.make(self.addresses.chance(chance)).iter().map(|&bits| threshold.allows(bits)).collect(),
        }
    }

    /// Whether an event happens; an index into the model's events.
    pub fn happens(&mut self, event: usize) -> Vec<bool> {
        self.decide(self.plan.event_chances[event], Chance::Event(event))
    }

    /// Whether `c` stands: is available or joins, and does not leave.
    pub fn stands(&mut self, c: CandidateId) -> Vec<bool> {
        let plan = self.plan;
        let mut stands = self.decide(plan.availability[c.index()], Chance::Availability(c));
        let events = || plan.model.events.iter().enumerate();
        for (e, _) in events().filter(|(_, event)| event.brings(c)) {
            stands.iter_mut().zip(self.happens(e)).for_each(|(stands, happens)| *stands |= happens);
        }
        for (e, _) in events().filter(|(_, event)| event.removes(c)) {
            stands.iter_mut().zip(self.happens(e)).for_each(|(stands, happens)| *stands &= !happens);
        }
        stands
    }
}
