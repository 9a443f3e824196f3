//! What every question has in common: what it counts, and how the counts come about.

use std::ops::Range;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::asked::Asked;
use super::error::Error;
use super::handle::Handle;
use super::results::Results;
use crate::analysis::precision::Length;
use crate::model::MAX_ROUNDS;
use crate::simulation::{Counts, Execution, Experiment, RoundLog, simulate};

/// A question about a scenario, ready to be answered by counting.
///
/// What it counts comes in units, numbered from 0: rounds, or the points of a sweep. Units can be counted anywhere and
/// in any order; merged, their counts are those of counting all at once.
pub trait Question: Sync {
    /// What is counted.
    type Counts: Clone + Serialize + DeserializeOwned;

    /// What is asked.
    fn asked(&self) -> &Asked;

    /// Units that there are to be if so many rounds are asked for.
    fn units(&self, rounds: u64) -> u64;

    /// Rounds that are asked for if there are to be so many units: the other way round.
    fn rounds_asked(&self, units: u64) -> u64;

    /// Counts of nothing.
    fn nothing(&self) -> Self::Counts;

    /// Adds counts of other units.
    fn merge(&self, counts: &mut Self::Counts, more: &Self::Counts);

    /// Whether these can be counts of these units: nothing is missing, and none contradicts another.
    fn is_valid(&self, counts: &Self::Counts, units: &Range<u64>) -> bool;

    /// Simulates and counts these units, or the first of them if someone wants to stop.
    ///
    /// # Errors
    /// That threads cannot be started or the log cannot be written.
    fn count(&self, units: Range<u64>, work: &mut Work<'_>) -> Result<Counted<Self::Counts>, Error>;

    /// The units that come next, given the counts of the first `units`, none of which is missing: those that were asked
    /// for and are not there yet, then as many as the precision asks for. Nothing if that is all. For whoever deals out
    /// ranges of units to others; [`Session`](super::Session) does so in one process.
    fn next(&self, units: u64, counts: &Self::Counts) -> Option<Range<u64>>;

    /// Units that there will probably be, given the counts of the first `units`.
    fn expected(&self, units: u64, counts: &Self::Counts) -> u64;

    /// Whether precision can have asked for just so many rounds.
    fn comes_to(&self, rounds: u64) -> bool;

    /// Rounds in so many units, as far as is known.
    fn rounds_of(&self, units: u64) -> u64;

    /// Bytes of memory that the answer may take if it is counted on so many threads.
    fn bytes(&self, threads: usize) -> u64;

    /// How far counts came.
    fn extent(&self, results: &Results<Self::Counts>) -> Extent;

    /// Units in the first piece of a long session, and what later pieces are a multiple of.
    fn grain(&self) -> u64;
}

/// With what units are counted.
pub struct Work<'a> {
    /// Threads to use; 0 is as many as the machine has. No result depends on it.
    pub threads: usize,
    /// To watch and to stop it.
    pub handle: &'a Handle,
    /// Takes each round. Of several assumptions, influence and leverage it is the baseline's; a sweep has none.
    pub log: Option<&'a mut dyn RoundLog>,
}

impl<'a> Work<'a> {
    /// On as many threads as the machine has, without a log.
    pub fn new(handle: &'a Handle) -> Self {
        Self { threads: 0, handle, log: None }
    }
}

/// How far counts came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Rounds simulated; of a sweep those of all points.
    pub rounds: u64,
    /// Rounds that there were to be.
    pub asked: u64,
}

impl Extent {
    /// Whether someone stopped before the last round.
    pub fn is_partial(self) -> bool {
        self.rounds < self.asked
    }
}

/// Counts of units.
pub struct Counted<C> {
    /// The counts.
    pub counts: C,
    /// How many units are whole: the first of those asked for.
    pub units: u64,
    /// Counts of units that were begun and not finished, if something can be said of these.
    pub begun: Option<C>,
}

/// A question that is answered by counting the rounds of one experiment; what makes it a [`Question`].
pub trait OfRounds: Sync {
    /// What is counted.
    type Counts: Counts;

    /// What is asked.
    fn asked(&self) -> &Asked;

    /// What is simulated.
    fn experiment(&self) -> impl Experiment<Counts = Self::Counts>;

    /// How far the 95 % interval of any estimate reaches to either side of it; nothing if precision is not heeded.
    fn reach(&self, counts: &Self::Counts) -> Option<f64>;
}

fn length(asked: &Asked) -> Length {
    Length { rounds: asked.rounds, precision: asked.precision }
}

impl<Q: OfRounds> Question for Q {
    type Counts = <Q as OfRounds>::Counts;

    fn asked(&self) -> &Asked {
        OfRounds::asked(self)
    }

    fn units(&self, rounds: u64) -> u64 {
        rounds
    }

    fn rounds_asked(&self, units: u64) -> u64 {
        units
    }

    fn nothing(&self) -> Self::Counts {
        self.experiment().nothing()
    }

    fn merge(&self, counts: &mut Self::Counts, more: &Self::Counts) {
        counts.merge(more);
    }

    fn is_valid(&self, counts: &Self::Counts, rounds: &Range<u64>) -> bool {
        let number = rounds.end.checked_sub(rounds.start).filter(|_| rounds.end <= MAX_ROUNDS);
        number.is_some_and(|number| self.experiment().is_valid(counts, number))
    }

    fn count(&self, rounds: Range<u64>, work: &mut Work<'_>) -> Result<Counted<Self::Counts>, Error> {
        let execution = Execution {
            seed: OfRounds::asked(self).seed,
            rounds,
            threads: work.threads,
            control: Some(work.handle.control()),
            log: work.log.as_deref_mut().map(|log| log as &mut dyn RoundLog),
        };
        let counts = simulate(&self.experiment(), execution)?.counts;
        Ok(Counted { units: counts.rounds(), counts, begun: None })
    }

    fn next(&self, rounds: u64, counts: &Self::Counts) -> Option<Range<u64>> {
        length(OfRounds::asked(self)).next(rounds, || self.reach(counts).unwrap_or(0.0))
    }

    fn expected(&self, rounds: u64, counts: &Self::Counts) -> u64 {
        self.reach(counts).map_or(rounds, |reach| length(OfRounds::asked(self)).expected(rounds, reach))
    }

    fn comes_to(&self, rounds: u64) -> bool {
        length(OfRounds::asked(self)).comes_to(rounds)
    }

    fn rounds_of(&self, rounds: u64) -> u64 {
        rounds
    }

    fn bytes(&self, threads: usize) -> u64 {
        // Those of each thread, their sum, and what they are added to.
        (threads as u64 + 2).saturating_mul(self.experiment().bytes())
    }

    fn extent(&self, results: &Results<Self::Counts>) -> Extent {
        Extent { rounds: results.counts.rounds(), asked: results.of.rounds }
    }

    fn grain(&self) -> u64 {
        128
    }
}
