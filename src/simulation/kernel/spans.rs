//! How many rounds are played together.

use std::ops::Range;

use super::world::World;
use crate::simulation::noise;
use crate::simulation::portions::BLOCK;

/// Bound on the numbers that noise, shocks and views take at a time, for each world and thread.
const NUMBERS: usize = 1 << 22;

/// How many rounds of these worlds are played together at most: a multiple of 64, and no more than a block.
pub(super) fn longest_span(worlds: &[World]) -> usize {
    let numbers = |world: &World| {
        let plan = world.plan;
        let pairs = plan.members() * plan.candidates();
        let own: usize = plan.own_shocks.iter().map(|own| 1 + own.priorities.len()).sum();
        let moves = if plan.views_move() { plan.candidates() } else { 0 };
        let shared = (world.prepared.sharers.sets() + plan.groups.len()) * plan.candidates() + own + moves;
        // Noise may be kept from the second ballot on, or from the first if it is dear; stances take few bits for each
        // number.
        let cheap = plan.model.max_ballots() == 1 && noise::is_cheap(plan.model.noise);
        let noise = if cheap { plan.members().max(pairs / 8) } else { pairs };
        noise + shared
    };
    (NUMBERS / worlds.iter().map(numbers).max().unwrap_or(1) / 64 * 64).clamp(64, BLOCK as usize)
}

/// Cuts rounds into spans of at most `longest`, with room for the rounds before them from the last multiple of 64 on.
pub(super) fn spans(longest: usize, rounds: Range<u64>) -> impl Iterator<Item = Range<u64>> {
    let mut next = rounds.start;
    std::iter::from_fn(move || {
        let from = next;
        let room = longest as u64 - from % 64;
        next += (rounds.end - from).min(room);
        (from < next).then_some(from..next)
    })
}
