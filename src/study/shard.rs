//! Shares of a question, for several machines.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::asked::Kind;
use crate::simulation::BLOCK;

/// One of several shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    number: u32,
    /// Of how many.
    of: u32,
}

impl Shard {
    /// Its part of the first `units` of this question; perhaps none. Rounds are dealt out in whole blocks, so that no
    /// machine simulates a part of another's block.
    pub fn part(self, question: &Kind, units: u64) -> Range<u64> {
        match question {
            Kind::Sweep { .. } => self.pieces(units, 1),
            Kind::Run | Kind::Conditional | Kind::Compare | Kind::Influence | Kind::Leverage => {
                self.pieces(units, BLOCK)
            }
        }
    }

    fn pieces(self, units: u64, size: u64) -> Range<u64> {
        let pieces = u128::from(units.div_ceil(size));
        let end = |number: u32| {
            let pieces = pieces * u128::from(number) / u128::from(self.of);
            (pieces as u64).saturating_mul(size).min(units)
        };
        end(self.number - 1)..end(self.number)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// That a text names no share.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a share such as 2/8, the second of eight; the first is 1/8")]
pub struct ParseShardError;

impl FromStr for Shard {
    type Err = ParseShardError;

    fn from_str(text: &str) -> Result<Self, ParseShardError> {
        let part = |text: &str| text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
        let parts = text.split_once('/').and_then(|(number, of)| Some((part(number)?, part(of)?)));
        let shard = parts.map(|(number, of)| Self { number, of }).filter(|it| (1..=it.of).contains(&it.number));
        shard.ok_or(ParseShardError)
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
                let part = Shard { number, of }.part(&Kind::Run, rounds);
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
        let sweep = Kind::Sweep { vary: vec![], sample: None };
        for (points, of) in [(1, 3), (25, 4), (100_000, 7), (u64::MAX, u32::MAX)] {
            let shards = [1, 2, of / 2 + 1, of].map(|number| Shard { number, of }.part(&sweep, points));
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
