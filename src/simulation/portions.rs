//! A range of rounds cut into portions, of which a thread takes one after the other.

use std::ops::Range;

use super::plan::Plan;

/// Most rounds that are dealt out together; runs are shared out over machines in blocks of so many.
pub const BLOCK: u64 = 4096;

/// A range of rounds cut into portions of `length`, from the multiple of [`GRAIN`] at or before its first round on.
#[derive(Debug, Clone)]
pub(super) struct Portions {
    rounds: Range<u64>,
    length: usize,
}

impl Portions {
    /// Portions of at most `longest` rounds, but short enough that there is one for every thread.
    pub fn new(rounds: Range<u64>, longest: usize, threads: usize) -> Self {
        let share = rounds.end.saturating_sub(rounds.start) / threads.max(1) as u64;
        // A single thread need not leave any for others.
        let fair = if threads <= 1 { BLOCK } else { share.min(BLOCK) } as usize;
        Self { rounds, length: fair.next_multiple_of(GRAIN).clamp(GRAIN, longest.max(GRAIN)) }
    }

    /// The `index`-th portion, if the range has as many.
    pub fn get(&self, index: u64) -> Option<Range<u64>> {
        let (length, grain) = (self.length as u64, GRAIN as u64);
        let begin = (self.rounds.start / grain * grain).checked_add(index.checked_mul(length)?)?;
        let from = self.rounds.start.max(begin);
        let until = self.rounds.end.min(begin.saturating_add(length));
        (from < until).then_some(from..until)
    }
}

/// Rounds from which a portion may begin: a multiple of what the draws and the engine take at a time.
pub const GRAIN: usize = 64;

/// Ballots times members times candidates that a thread may begin at a time: a fraction of a second, after which it
/// looks whether to stop.
const WORK: usize = 1 << 26;

/// How many rounds of all `plans` to take at a time; a multiple of 64.
pub(super) fn longest_portion(plans: &[Plan]) -> usize {
    let work = |plan: &Plan| plan.members() * plan.candidates() * plan.model.max_ballots() as usize;
    let rounds = WORK / plans.iter().map(work).sum::<usize>().max(1);
    (rounds / 64 * 64).clamp(64, BLOCK as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portions(rounds: Range<u64>, longest: usize, threads: usize) -> Vec<Range<u64>> {
        let all = Portions::new(rounds, longest, threads);
        (0..).map_while(|index| all.get(index)).collect()
    }

    #[test]
    fn portions_cover_the_range_in_order() {
        for (rounds, longest, threads) in
            [(0..4096, 4096, 2), (17..20_000, 320, 3), (5000..5001, 4096, 1), (4096..8192, 64, 2), (0..100, 4096, 8)]
        {
            let mut next = rounds.start;
            for portion in portions(rounds.clone(), longest, threads) {
                assert!(portion.end - portion.start <= longest as u64);
                assert!(portion.start == rounds.start || portion.start.is_multiple_of(GRAIN as u64));
                assert_eq!(portion.start, next, "{rounds:?}");
                next = portion.end;
            }
            assert_eq!(next, rounds.end);
        }
    }

    #[test]
    fn short_runs_have_a_portion_for_every_thread() {
        assert_eq!(portions(0..1000, 4096, 2).len(), 2);
        assert_eq!(portions(0..1_000_000, 4096, 2).len(), 245);
    }

    #[test]
    fn ranges_that_end_before_they_start_or_at_the_end_of_numbers_are_no_trouble() {
        #[expect(clippy::reversed_empty_ranges, reason = "that is the point")]
        let backwards = 5000..4100;
        assert_eq!(portions(backwards, 4096, 2), []);
        assert_eq!(portions(7..7, 4096, 2), []);
        let last = portions(u64::MAX - 5000..u64::MAX, 4096, 1);
        assert_eq!(last.iter().map(|portion| portion.end - portion.start).sum::<u64>(), 5000);
        assert_eq!(portions(u64::MAX - 1..u64::MAX, 64, 1).len(), 1);
    }
}
