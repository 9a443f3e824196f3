//! How rounds of one world went, kept round by round, so that other worlds can be set against it later.

use std::ops::Range;

use super::kernel::{Kernel, NoiseStore, SpanRecord};
use super::plan::Plan;
use super::portions::{Portions, longest_portion};
use super::tally::{Joint, Tally};
use crate::model::CandidateId;

/// Who was appointed in each of some rounds of a world, and who passed.
///
/// [`Comparing`](super::Comparing) simulates all its worlds at once. Where one of them stays and another changes again
/// and again, as in a page that follows its reader, the one that stays is simulated once and kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    rounds: Range<u64>,
    /// By round.
    outcomes: Vec<Option<CandidateId>>,
    /// By candidate: where they passed, 64 rounds a word; the first bit is that of the round [`Self::origin`].
    acceptable: Vec<Vec<u64>>,
}

impl Course {
    /// Simulates `rounds` of `plan` one after the other on the caller's thread, and counts them; ballot by ballot, too,
    /// if `by_ballot`. What was drawn for the same rounds of other worlds is in `store`, and does not change what comes
    /// out.
    pub fn simulate(
        plan: &Plan,
        seed: u64,
        rounds: Range<u64>,
        by_ballot: bool,
        store: &mut NoiseStore,
    ) -> (Self, Tally) {
        let length = rounds.end.saturating_sub(rounds.start) as usize;
        let words = (rounds.start as usize % 64 + length).div_ceil(64);
        let mut course = Self {
            rounds: rounds.clone(),
            outcomes: vec![None; length],
            acceptable: vec![vec![0; words]; plan.candidates()],
        };
        let mut kernel = Kernel::with_store(plan, seed, std::mem::take(store));
        if by_ballot {
            kernel.count_ballots();
        }
        kernel.count_vetoes(false);
        let portions = Portions::new(rounds, longest_portion(std::slice::from_ref(plan)), 1);
        for portion in (0..).map_while(|index| portions.get(index)) {
            for span in kernel.spans(portion) {
                kernel.simulate(span.clone());
                kernel.records().for_each(|record| course.note(&span, record));
            }
        }
        *store = kernel.take_store().unwrap_or_default();
        let tally = kernel.finish().next().unwrap_or_else(|| Tally::new(&plan.model));
        (course, tally)
    }

    /// Adds rounds that begin where these end.
    pub fn append(&mut self, next: &Self) {
        let words = ((next.rounds.end - self.origin()) as usize).div_ceil(64);
        let word = ((next.origin() - self.origin()) / 64) as usize;
        for (mine, theirs) in self.acceptable.iter_mut().zip(&next.acceptable) {
            mine.resize(words, 0);
            mine[word..].iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine |= theirs);
        }
        self.outcomes.extend_from_slice(&next.outcomes);
        self.rounds.end = next.rounds.end;
    }

    /// The round of the first bit of its planes.
    fn origin(&self) -> u64 {
        self.rounds.start / 64 * 64
    }

    /// Notes what became of the rounds of `span`.
    fn note(&mut self, span: &Range<u64>, record: &SpanRecord) {
        let first = (span.start - self.rounds.start) as usize;
        let outcomes = &record.outcome[(span.start % 64) as usize..];
        let length = (span.end - span.start) as usize;
        self.outcomes[first..first + length].copy_from_slice(&outcomes[..length]);
        let word = ((span.start / 64 * 64 - self.origin()) / 64) as usize;
        let words = (span.start as usize % 64 + length).div_ceil(64);
        for (mine, theirs) in self.acceptable.iter_mut().zip(&record.acceptable) {
            mine[word..].iter_mut().zip(&theirs[..words]).for_each(|(mine, theirs)| *mine |= theirs);
        }
    }

    /// These rounds and the same of `other`, one by one; of rounds that one of the two does not have, nothing.
    pub fn joint(&self, other: &Self) -> Joint {
        let rounds = self.rounds.start.max(other.rounds.start)..self.rounds.end.min(other.rounds.end);
        let mut joint = Joint::new(self.acceptable.len());
        let of = |course: &Self, round: u64| course.outcomes[(round - course.rounds.start) as usize];
        for round in rounds.clone() {
            joint.flows.add(of(self, round), of(other, round));
        }
        let word = |course: &Self, plane: &[u64], base: u64| plane[((base - course.origin()) / 64) as usize];
        for (counts, (first, second)) in joint.acceptable.iter_mut().zip(self.acceptable.iter().zip(&other.acceptable))
        {
            for base in (rounds.start / 64 * 64..rounds.end).step_by(64) {
                let after = u64::MAX.checked_shl((rounds.end - base) as u32).unwrap_or(0);
                let before = u64::MAX << rounds.start.saturating_sub(base);
                let (first, second, asked) = (word(self, first, base), word(other, second, base), before & !after);
                for (count, both) in
                    counts.iter_mut().zip([!first & !second, !first & second, first & !second, first & second])
                {
                    *count += u64::from((both & asked).count_ones());
                }
            }
        }
        joint
    }
}
