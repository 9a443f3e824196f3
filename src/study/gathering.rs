//! Counts of a question that others count in parts, which come in any order.

use std::collections::BTreeMap;
use std::ops::Range;

use super::asked::{Kind, span};
use super::error::{Error, MergeError, SessionError};
use super::question::{Counted, Question, Work};
use super::results::Results;
use super::session::{Clock, Session};
use crate::simulation::BLOCK;

/// A question of which parts are counted by others and gathered here as they come.
///
/// Parts that touch are added up at once, so that it takes the memory of the counts of the first units, and of as many
/// more as there are gaps: with so many parts under way at a time there are never more gaps than these.
pub struct Gathering<Q: Question> {
    question: Q,
    /// The counts of the first units, without a gap.
    first: Results<Q::Counts>,
    /// Counts of later units by the first of these. No two touch.
    ahead: BTreeMap<u64, Results<Q::Counts>>,
    /// The first unit that is not to be counted, as far as is known.
    until: u64,
    /// Units that there will probably be.
    expected: u64,
}

impl<Q: Question> Gathering<Q> {
    /// Nothing counted yet of all that `question` asks for.
    pub fn new(question: Q) -> Self {
        let (of, counts) = (question.asked().clone(), question.nothing());
        let until = question.units(of.rounds);
        let first = Results { of, units: 0..0, elapsed_seconds: 0.0, counts };
        Self { question, first, ahead: BTreeMap::new(), until, expected: until }
    }

    /// Takes up the results that were saved of [`Self::first`], or of a [`Session`], in place of what is here.
    ///
    /// # Errors
    /// As [`Session::resume`].
    pub fn resume(&mut self, saved: &[u8]) -> Result<(), SessionError> {
        let session = Session::resume(&self.question, None, saved)?;
        self.until = session.units().end + session.missing();
        self.first = session.into_results();
        self.ahead.clear();
        self.expected = self.until;
        Ok(())
    }

    /// Counts these units, whole or until someone wants to stop, as a part to be added anywhere.
    ///
    /// # Errors
    /// That they cannot be simulated.
    pub fn count(&self, units: Range<u64>, work: &mut Work<'_>) -> Result<Results<Q::Counts>, Error> {
        let clock = Clock::start();
        let start = units.start;
        let Counted { counts, units, begun: _ } = self.question.count(units, work)?;
        let of = self.question.asked().clone();
        Ok(Results { of, units: start..start + units, elapsed_seconds: clock.elapsed().as_secs_f64(), counts })
    }

    /// Adds a part, as its bytes.
    ///
    /// # Errors
    /// That it is no part of this question, or that some of it is there already.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), MergeError> {
        let name = || "a part".to_owned();
        let unusable = |why: String| MergeError::Unusable { name: name(), why };
        let mut part: Results<Q::Counts> = Results::from_bytes(bytes).map_err(|error| unusable(error.to_string()))?;
        if let Some(difference) = part.of.difference(&self.first.of) {
            return Err(MergeError::Mixed { name: name(), difference, first: None });
        }
        let Range { start, end } = part.units;
        if end > self.until || !self.question.is_valid(&part.counts, &part.units) {
            return Err(unusable("its counts contradict each other or the scenario".to_owned()));
        }
        if part.units.is_empty() {
            return Ok(());
        }
        let before = self.ahead.range(..end).next_back().map_or(self.first.units.end, |(_, last)| last.units.end);
        if start < before.max(self.first.units.end) {
            return Err(unusable(format!("some of the {} are there already", span(self.unit(), &part.units))));
        }
        part.of = self.first.of.clone();
        if let Some(after) = self.ahead.remove(&end) {
            join(&self.question, &mut part, &after);
        }
        if self.first.units.end == start {
            join(&self.question, &mut self.first, &part);
        } else if let Some((_, last)) =
            self.ahead.range_mut(..start).next_back().filter(|(_, it)| it.units.end == start)
        {
            join(&self.question, last, &part);
        } else {
            self.ahead.insert(start, part);
        }
        Ok(())
    }

    /// If all units are there that were asked for: whether the precision asks for more, and which comes to more units
    /// [`until`](Self::until).
    pub fn go_on(&mut self) -> bool {
        let done = self.first.units.end;
        let Some(next) = self.question.next(done, &self.first.counts).filter(|next| next.end > self.until) else {
            return false;
        };
        self.until = next.end;
        self.expected = self.question.expected(done, &self.first.counts).max(next.end);
        self.first.of.rounds = self.question.rounds_asked(next.end);
        true
    }

    /// The first unit that is not to be counted, as far as is known.
    pub fn until(&self) -> u64 {
        self.until
    }

    /// Units counted, and those that there will probably be.
    pub fn progress(&self) -> (u64, u64) {
        let ahead = self.ahead.values().map(|part| part.units.end - part.units.start).sum::<u64>();
        (self.first.units.end + ahead, self.expected)
    }

    /// The question.
    pub fn question(&self) -> &Q {
        &self.question
    }

    /// The counts of the first units, those before the first gap.
    pub fn first(&self) -> &Results<Q::Counts> {
        &self.first
    }

    /// What is counted one after the other, in the singular.
    pub fn unit(&self) -> &'static str {
        self.first.of.question.unit()
    }

    /// Parts are best cut at multiples of so many units.
    pub fn grain(&self) -> u64 {
        match self.first.of.question {
            Kind::Sweep { .. } => self.question.grain(),
            Kind::Run | Kind::Conditional | Kind::Compare | Kind::Influence | Kind::Leverage => BLOCK,
        }
    }
}

/// Adds the part that comes after `part`.
fn join<Q: Question>(question: &Q, part: &mut Results<Q::Counts>, after: &Results<Q::Counts>) {
    question.merge(&mut part.counts, &after.counts);
    part.units.end = after.units.end;
    part.elapsed_seconds += after.elapsed_seconds;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sweep::Design;
    use crate::scenario::Scenario;
    use crate::study::{Handle, Options, RunOptions, RunQuestion, SweepOptions, SweepQuestion};

    const TEXT: &str = r#"
        title = "Three"
        member = [{ id = "A" }, { id = "B" }, { id = "C" }]
        candidate = [{ id = "x" }, { id = "y" }]
        support = { A = { x = 1.0 }, B = { x = 0.5, y = 0.2 } }
        [[judgement]]
        name = "warmth"
        shift = ["support.A.x"]
        low = -1.0
        high = 1.0
    "#;

    fn scenario() -> Scenario {
        Scenario::from_text("three.toml", TEXT, None).map_err(|error| error.render(false, 100)).unwrap()
    }

    fn options(rounds: u64, precision: Option<f64>) -> Options {
        Options { rounds: Some(rounds), precision, ..Options::default() }
    }

    /// All that the question asks for, in one go.
    fn alone<Q: Question>(question: &Q) -> Vec<u8> {
        let mut session = Session::whole(question);
        session.finish(&mut Work::new(&Handle::default())).unwrap();
        timeless(&session.into_results())
    }

    fn timeless<C: Clone + serde::Serialize>(results: &Results<C>) -> Vec<u8> {
        Results { elapsed_seconds: 0.0, ..results.clone() }.to_bytes().unwrap()
    }

    /// Parts from one cut to the next, the last first and every third before its neighbours.
    fn parts(units: Range<u64>, size: u64) -> Vec<Range<u64>> {
        let cuts = (0..).map(|i| units.start + i * size).take_while(|cut| *cut < units.end);
        let mut parts: Vec<_> = cuts.map(|cut| cut..(cut + size).min(units.end)).enumerate().collect();
        parts.sort_by_key(|(i, _)| (std::cmp::Reverse(i % 3), std::cmp::Reverse(*i)));
        parts.into_iter().map(|(_, part)| part).collect()
    }

    fn bytes<Q: Question>(gathering: &Gathering<Q>, units: Range<u64>) -> Vec<u8> {
        gathering.count(units, &mut Work::new(&Handle::default())).unwrap().to_bytes().unwrap()
    }

    /// The same gathered in parts, and how often the precision asked for more.
    fn gathered<Q: Question>(question: Q, size: u64) -> (Vec<u8>, usize) {
        let mut gathering = Gathering::new(question);
        let (mut from, mut more) = (0, 0);
        loop {
            for part in parts(from..gathering.until(), size) {
                gathering.add(&bytes(&gathering, part)).unwrap();
            }
            from = gathering.until();
            assert_eq!(gathering.first().units, 0..from);
            assert!(gathering.ahead.is_empty());
            if !gathering.go_on() {
                return (timeless(gathering.first()), more);
            }
            more += 1;
        }
    }

    #[test]
    fn whatever_the_order_of_parts_it_comes_to_what_one_machine_counts() {
        let scenario = scenario();
        for (judgements, precision) in [(0, None), (32, None), (0, Some(0.01)), (32, Some(0.01))] {
            let asked = RunOptions {
                judgements: Some(judgements),
                by_ballot: true,
                simulation: options(3000, precision),
                ..RunOptions::default()
            };
            let question = || RunQuestion::new(&scenario, &asked).unwrap();
            for size in [700, 4096, 1_000_000] {
                let (bytes, more) = gathered(question(), size);
                assert_eq!(bytes, alone(&question()), "{judgements} {size}");
                assert_eq!(more > 1, precision.is_some());
            }
        }
        let sweep = SweepOptions {
            vary: vec!["preferences.uncertainty=0.5:2:0.1".parse().unwrap()],
            design: Design::Grid,
            assumption: None,
            simulation: options(500, Some(0.03)),
        };
        let question = || SweepQuestion::new(&scenario, &sweep).unwrap();
        assert_eq!(gathered(question(), 3), (alone(&question()), 0));
    }

    #[test]
    fn what_is_saved_is_the_first_units_and_can_be_taken_up() {
        let scenario = scenario();
        let asked = RunOptions { judgements: Some(0), simulation: options(10_000, None), ..RunOptions::default() };
        let question = || RunQuestion::new(&scenario, &asked).unwrap();
        let mut gathering = Gathering::new(question());
        let part = |gathering: &Gathering<_>, units: Range<u64>| bytes(gathering, units);
        for units in [4096..5000, 8192..10_000, 0..1000, 5000..6000] {
            gathering.add(&part(&gathering, units)).unwrap();
        }
        assert_eq!((gathering.first().units.clone(), gathering.ahead.len()), (0..1000, 2));
        assert_eq!(gathering.progress(), (4712, 10_000));
        assert!(!gathering.go_on());
        let mut again = Gathering::new(question());
        again.resume(&gathering.first().to_bytes().unwrap()).unwrap();
        assert_eq!(again.progress(), (1000, 10_000));
        again.add(&part(&again, 1000..10_000)).unwrap();
        assert_eq!(timeless(again.first()), alone(&question()));
    }

    #[test]
    fn nothing_is_counted_twice_and_nothing_else_is_added() {
        let scenario = scenario();
        let asked = RunOptions { judgements: Some(0), simulation: options(10_000, None), ..RunOptions::default() };
        let mut gathering = Gathering::new(RunQuestion::new(&scenario, &asked).unwrap());
        for units in [0..1000, 2000..3000, 4000..5000] {
            gathering.add(&bytes(&gathering, units)).unwrap();
        }
        for units in [0..1000, 0..10, 999..1001, 1500..2001, 2500..2600, 2999..3001, 1000..9000, 3500..6000, 4999..5001]
        {
            let error = gathering.add(&bytes(&gathering, units.clone())).unwrap_err().to_string();
            assert!(error.contains("there already"), "{units:?}: {error}");
        }
        gathering.add(&bytes(&gathering, 3000..4000)).unwrap();
        gathering.add(&bytes(&gathering, 1000..2000)).unwrap();
        assert_eq!(gathering.first().units, 0..5000);
        let other = RunOptions { simulation: Options { seed: Some(9), ..asked.simulation }, ..asked.clone() };
        let other = Gathering::new(RunQuestion::new(&scenario, &other).unwrap());
        let error = gathering.add(&bytes(&other, 6000..7000)).unwrap_err().to_string();
        assert!(error.contains("seed 9"), "{error}");
        let error = gathering.add(&bytes(&gathering, 9000..11_000)).unwrap_err().to_string();
        assert!(error.contains("contradict"), "{error}");
        assert!(gathering.add(b"{}").is_err());
    }
}
