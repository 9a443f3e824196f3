//! Shares of a run, or of a sweep, for several machines.

use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;

use crate::report::results::Results;
use crate::simulation::BLOCK;

use super::checkpoint::span;
use super::failure::Exit;
use super::{Outcome, console};

/// One of several shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    number: u32,
    /// Of how many.
    of: u32,
}

impl Shard {
    /// Its part of the first `rounds` rounds: whole blocks, so that no machine simulates a part of another's block; perhaps none.
    pub fn part(self, rounds: u64) -> Range<u64> {
        let blocks = u128::from(rounds.div_ceil(BLOCK));
        let end = |number: u32| {
            let blocks = blocks * u128::from(number) / u128::from(self.of);
            (blocks as u64).saturating_mul(BLOCK).min(rounds)
        };
        end(self.number - 1)..end(self.number)
    }

    /// Its part of the `points` of a sweep; perhaps none.
    pub fn points(self, points: u64) -> Range<u64> {
        let end = |number: u32| (u128::from(points) * u128::from(number) / u128::from(self.of)) as u64;
        end(self.number - 1)..end(self.number)
    }

    /// Says where the counts of its rounds are.
    ///
    /// # Errors
    /// That standard output cannot be written to.
    pub fn finish(self, results: &Results, path: Option<&Path>) -> Outcome {
        let all = results.of.rounds;
        finish("round", &results.rounds, &self.part(all), all, path)
    }

    /// Says where the counts of its points are, of `all` that there are.
    ///
    /// # Errors
    /// That standard output cannot be written to.
    pub fn finish_points(self, done: &Range<u64>, all: u64, path: Option<&Path>) -> Outcome {
        finish("point", done, &self.points(all), all, path)
    }
}

fn finish(what: &str, done: &Range<u64>, part: &Range<u64>, all: u64, path: Option<&Path>) -> Outcome {
    let place = path.map(|path| format!(" are in {}", path.display())).unwrap_or_default();
    console::show(format!("{} of {all}{place}\n", span(what, done)).as_bytes())?;
    Ok(if done.end < part.end { Exit::Interrupted } else { Exit::Done })
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let part = |text: &str| text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
        let parts = text.split_once('/').and_then(|(number, of)| Some((part(number)?, part(of)?)));
        let shard = parts.map(|(number, of)| Self { number, of }).filter(|it| (1..=it.of).contains(&it.number));
        shard.ok_or_else(|| "expected a share such as 2/8, the second of eight; the first is 1/8".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_all_rounds_in_whole_blocks() {
        for (rounds, of) in [(1, 3), (4096, 2), (100_000, 8), (1_000_000, 7), (1_000_000_000_000, 999), (20_000, 5)] {
            let mut next = 0;
            for number in 1..=of {
                let part = Shard { number, of }.part(rounds);
                assert_eq!(part.start, next);
                assert!(part.end == rounds || part.end.is_multiple_of(BLOCK), "{part:?} of {rounds}");
                assert!((part.end - part.start) <= rounds / u64::from(of) + 2 * BLOCK);
                next = part.end;
            }
            assert_eq!(next, rounds);
        }
    }

    #[test]
    fn shards_are_all_points() {
        for (points, of) in [(1, 3), (25, 4), (100_000, 7), (u64::MAX, u32::MAX)] {
            let shards = [1, 2, of / 2 + 1, of].map(|number| Shard { number, of }.points(points));
            assert_eq!((shards[0].start, shards[0].end, shards[3].end), (0, shards[1].start, points));
            assert!(shards.iter().all(|part| part.end - part.start <= points / u64::from(of) + 1), "{shards:?}");
        }
    }

    #[test]
    fn shards_are_written_as_fractions() {
        assert_eq!("2/8".parse(), Ok(Shard { number: 2, of: 8 }));
        assert_eq!("1/1".parse(), Ok(Shard { number: 1, of: 1 }));
        for text in ["", "2", "0/8", "9/8", "1/0", "-1/8", "+1/8", "1/8/2", "a/b", "1 / 8", "1/99999999999"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
