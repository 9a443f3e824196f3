//! Putting together what was counted in parts.

use std::ops::Range;

use super::asked::span;
use super::error::MergeError;
use super::question::Question;
use super::results::{Results, asked_of};

/// Adds up the counts of parts: all units, each once. Parts may come in any order, and are merged as they come.
pub struct Merger<'q, Q: Question> {
    question: &'q Q,
    sum: Results<Q::Counts>,
    parts: Vec<(Range<u64>, String)>,
}

impl<'q, Q: Question> Merger<'q, Q> {
    /// No parts yet of what `question` asks.
    pub fn new(question: &'q Q) -> Self {
        let (of, counts) = (question.asked().clone(), question.nothing());
        Self { question, sum: Results { of, units: 0..0, elapsed_seconds: 0.0, counts }, parts: Vec::new() }
    }

    /// Adds the part in a file's `bytes`, which errors mention as `name`.
    ///
    /// # Errors
    /// That it is no file of results, or about something else.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), MergeError> {
        let unusable = |why: String| MergeError::Unusable { name: name.to_owned(), why };
        let (of, asked) = (asked_of(bytes).map_err(|error| unusable(error.to_string()))?, &self.sum.of);
        let rounds = || (of.rounds != asked.rounds).then(|| format!("{} rounds, not {}", of.rounds, asked.rounds));
        if let Some(difference) = of.difference(asked).or_else(rounds) {
            let first = self.parts.first().map(|(_, first)| first.clone());
            return Err(MergeError::Mixed { name: name.to_owned(), difference, first });
        }
        let part: Results<Q::Counts> = Results::from_bytes(bytes).map_err(|error| unusable(error.to_string()))?;
        if part.units.end > self.all() || !self.question.is_valid(&part.counts, &part.units) {
            return Err(unusable("its counts contradict each other or the scenario".to_owned()));
        }
        // What is there already is not added again; `finish` says so.
        let overlaps = |(there, _): &(Range<u64>, String)| there.start < part.units.end && part.units.start < there.end;
        if !self.parts.iter().any(overlaps) {
            self.question.merge(&mut self.sum.counts, &part.counts);
            self.sum.elapsed_seconds += part.elapsed_seconds;
        }
        self.parts.push((part.units, name.to_owned()));
        Ok(())
    }

    /// The counts of all parts together.
    ///
    /// # Errors
    /// That units are missing or there twice: where.
    pub fn finish(self) -> Result<Results<Q::Counts>, MergeError> {
        let (unit, all) = (self.sum.of.question.unit(), self.all());
        let faults = faults(unit, self.parts, all);
        if !faults.is_empty() {
            return Err(MergeError::NotAllOnce { unit, faults });
        }
        Ok(Results { units: 0..all, ..self.sum })
    }

    fn all(&self) -> u64 {
        self.question.units(self.sum.of.rounds)
    }
}

/// Faults named at most.
const FAULTS: usize = 10;

/// Which of `all` units are in several of the `parts`, or in none, in words.
fn faults(unit: &str, mut parts: Vec<(Range<u64>, String)>, all: u64) -> Vec<String> {
    parts.retain(|(part, _)| !part.is_empty());
    parts.sort_by(|(a, x), (b, y)| (a.start, a.end, x).cmp(&(b.start, b.end, y)));
    let mut faults = Vec::new();
    // What there is so far, and the file that reaches farthest.
    let (mut until, mut last) = (0, None::<&str>);
    for (part, name) in &parts {
        if part.start > until {
            faults.push(gap(unit, until..part.start, last, Some(name)));
        } else if let Some(last) = last.filter(|_| part.start < until) {
            let both = span(unit, &(part.start..until.min(part.end)));
            faults.push(format!("{both}: in {last} and in {name}"));
        }
        if part.end > until {
            (until, last) = (part.end, Some(name.as_str()));
        }
    }
    if until < all {
        faults.push(gap(unit, until..all, last, None));
    }
    if faults.len() > FAULTS {
        let more = faults.len() - FAULTS;
        faults.truncate(FAULTS);
        faults.push(format!("and {more} more"));
    }
    faults
}

/// That a part is missing, between which files.
fn gap(unit: &str, part: Range<u64>, before: Option<&str>, after: Option<&str>) -> String {
    let place = match (before, after) {
        (Some(before), Some(after)) => format!(", between {before} and {after}"),
        (Some(before), None) => format!(", after {before}"),
        (None, Some(after)) => format!(", before {after}"),
        (None, None) => String::new(),
    };
    format!("{}: in none of them{place}", span(unit, &part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(parts: &[(Range<u64>, &str)]) -> Vec<String> {
        faults("round", parts.iter().map(|(part, name)| (part.clone(), (*name).to_owned())).collect(), 100)
    }

    #[test]
    fn each_round_must_be_there_once() {
        assert!(said(&[(50..100, "b"), (0..50, "a"), (50..50, "none")]).is_empty());
        assert_eq!(said(&[]), ["rounds 0 to 99: in none of them"]);
        assert_eq!(
            said(&[(10..20, "a"), (30..99, "b")]),
            [
                "rounds 0 to 9: in none of them, before a",
                "rounds 20 to 29: in none of them, between a and b",
                "round 99: in none of them, after b",
            ]
        );
        assert_eq!(said(&[(0..60, "a"), (50..100, "b")]), ["rounds 50 to 59: in a and in b"]);
        assert_eq!(said(&[(0..100, "a"), (0..100, "b")]), ["rounds 0 to 99: in a and in b"]);
        // A part within another, then one that only the longer overlaps.
        assert_eq!(
            said(&[(0..60, "a"), (10..20, "b"), (50..100, "c")]),
            ["rounds 10 to 19: in a and in b", "rounds 50 to 59: in a and in c"]
        );
        let many = (0..12).map(|i| (8 * i + 1..8 * i + 8, "x")).collect::<Vec<_>>();
        assert_eq!(said(&many).last().unwrap(), "and 3 more");
    }
}
