//! Answering a question piece by piece: what was counted can be saved after each piece, and gone on with elsewhere.

use std::ops::Range;
use std::time::Duration;
#[cfg(not(target_family = "wasm"))]
use std::time::Instant;

use super::asked::{Asked, span};
use super::error::{Error, SessionError};
use super::question::{Counted, Question, Work};
use super::results::{Results, asked_of};

/// How long a piece should take: after each the counts can be saved.
const PIECE: Duration = Duration::from_secs(10);
/// How much longer a piece may be than the one before it.
const GROWTH: f64 = 4.0;

/// A question that is being answered: the first of the units that are wanted are counted.
pub struct Session<'q, Q: Question> {
    question: &'q Q,
    results: Results<Q::Counts>,
    /// The first unit that is no longer to be counted.
    until: u64,
    /// Counts of units that were begun when someone stopped.
    begun: Option<Q::Counts>,
}

impl<'q, Q: Question> Session<'q, Q> {
    /// Nothing counted yet of all that the question asks for.
    pub fn whole(question: &'q Q) -> Self {
        Self::new(question, question.asked().clone())
    }

    /// Nothing counted yet; `part` says which units are to be counted, otherwise all, and more if the precision asks
    /// for more.
    ///
    /// # Errors
    /// [`SessionError::PrecisionOfPart`] if how many units there are depends on the counts of all parts.
    pub fn begin(question: &'q Q, part: Option<Range<u64>>) -> Result<Self, SessionError> {
        Ok(Self::new(question, of(question, part)?))
    }

    fn new(question: &'q Q, of: Asked) -> Self {
        let wanted = wanted(question, &of, of.rounds);
        let counts = question.nothing();
        let results = Results { of, units: wanted.start..wanted.start, elapsed_seconds: 0.0, counts };
        Self { question, results, until: wanted.end, begun: None }
    }

    /// Goes on where `saved`, what [`to_bytes`](Self::to_bytes) wrote, ends. More rounds may be asked for than before,
    /// but not of a part nor of a sweep.
    ///
    /// # Errors
    /// That these are no counts, or of something else, or of no beginning of what is wanted.
    pub fn resume(question: &'q Q, part: Option<Range<u64>>, saved: &[u8]) -> Result<Self, SessionError> {
        let of = of(question, part)?;
        let before = asked_of(saved)?;
        // Whether there is a part says more than how many rounds; how many more than which part.
        let is_whole = |asked: &Asked| asked.part.is_none();
        let in_part = || (is_whole(&before) != is_whole(&of)).then(|| before.difference_in_part(&of)).flatten();
        if let Some(difference) = before.difference(&of).or_else(in_part) {
            return Err(SessionError::Different(difference));
        }
        let mut results: Results<Q::Counts> = Results::from_bytes(saved)?;
        let before = results.of.rounds;
        // Doublings that were begun are gone on with, but a coarser precision may have needed fewer.
        let finer = results.of.precision.zip(of.precision).is_some_and(|(before, now)| now <= before);
        let now = if finer && question.comes_to(before) { before } else { of.rounds };
        if now < before || now > before && of.part.is_some() {
            return Err(SessionError::OtherRounds { before, can_grow: of.part.is_none() });
        }
        if let Some(difference) = results.of.difference_in_part(&of) {
            return Err(SessionError::Different(difference));
        }
        let (holds, wanted) = (results.units.clone(), wanted(question, &of, now));
        if holds.start != wanted.start || holds.end > wanted.end {
            let words = |units| span(of.question.unit(), units);
            return Err(SessionError::NoBeginning { holds: words(&holds), wanted: words(&wanted) });
        }
        if !question.is_valid(&results.counts, &holds) {
            return Err(SessionError::Contradiction);
        }
        results.of = Asked { rounds: now, ..of };
        Ok(Self { question, results, until: wanted.end, begun: None })
    }

    /// The units that are counted so far.
    pub fn units(&self) -> Range<u64> {
        self.results.units.clone()
    }

    /// Units that are still to be counted, as far as is known.
    pub fn missing(&self) -> u64 {
        self.until - self.results.units.end
    }

    /// Counts all that is missing, and more if the precision asks for more; ends early if someone wants to stop.
    ///
    /// # Errors
    /// That it cannot be simulated.
    pub fn finish(&mut self, work: &mut Work<'_>) -> Result<(), Error> {
        self.go_on(work, |_| u64::MAX, |_| Ok(()))
    }

    /// As [`finish`](Self::finish), but in pieces that take a few seconds each, after each of which `save` is called.
    ///
    /// # Errors
    /// That it cannot be simulated, or what `save` fails with.
    pub fn finish_in_pieces<E: From<Error>>(
        &mut self,
        work: &mut Work<'_>,
        save: impl FnMut(&Self) -> Result<(), E>,
    ) -> Result<(), E> {
        let grain = self.question.grain();
        let mut piece = grain;
        let pace = move |last: Option<Duration>| {
            piece = last.map_or(piece, |took| next_piece(piece, took, grain));
            piece
        };
        self.go_on(work, pace, save)
    }

    fn go_on<E: From<Error>>(
        &mut self,
        work: &mut Work<'_>,
        mut pace: impl FnMut(Option<Duration>) -> u64,
        mut save: impl FnMut(&Self) -> Result<(), E>,
    ) -> Result<(), E> {
        let (before, mut last) = (self.results.units.end, None);
        work.handle.expect(self.question.rounds_of(self.missing()));
        loop {
            if self.missing() == 0 {
                let (done, counts) = (self.results.units.end, &self.results.counts);
                let Some(next) = self.question.next(done, counts).filter(|_| self.results.of.part.is_none()) else {
                    break;
                };
                work.handle.expect(self.question.expected(done, counts) - before);
                (self.until, self.results.of.rounds) = (next.end, self.question.rounds_asked(next.end));
            }
            if work.handle.stopped() {
                break;
            }
            let from = self.results.units.end;
            let clock = Clock::start();
            let Counted { counts, units, begun } =
                self.question.count(from..self.until.min(from.saturating_add(pace(last))), work)?;
            let took = clock.elapsed();
            self.question.merge(&mut self.results.counts, &counts);
            self.results.units.end += units;
            self.results.elapsed_seconds += took.as_secs_f64();
            self.begun = begun;
            last = Some(took);
            save(self)?;
        }
        Ok(())
    }

    /// What is counted, as a file from which [`resume`](Self::resume) goes on.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    pub fn to_bytes(&self) -> std::io::Result<Vec<u8>> {
        self.results.to_bytes()
    }

    /// What was counted, units that were begun included. `of.rounds` says how many rounds there were to be: more than
    /// were simulated if someone stopped.
    pub fn into_results(mut self) -> Results<Q::Counts> {
        if let Some(begun) = &self.begun {
            self.question.merge(&mut self.results.counts, begun);
        }
        self.results
    }
}

/// How long something takes. WebAssembly knows no time of its own, and nothing takes any there.
pub(super) struct Clock(#[cfg(not(target_family = "wasm"))] Instant);

impl Clock {
    pub(super) fn start() -> Self {
        Self(
            #[cfg(not(target_family = "wasm"))]
            Instant::now(),
        )
    }

    pub(super) fn elapsed(&self) -> Duration {
        #[cfg(not(target_family = "wasm"))]
        return self.0.elapsed();
        #[cfg(target_family = "wasm")]
        Duration::ZERO
    }
}

/// What is asked, of this part.
fn of<Q: Question>(question: &Q, part: Option<Range<u64>>) -> Result<Asked, SessionError> {
    let asked = question.asked();
    if part.is_some() && asked.precision.is_some() && !asked.question.has_precision_in_parts() {
        return Err(SessionError::PrecisionOfPart);
    }
    Ok(Asked { part, ..asked.clone() })
}

/// The units that are to be counted of so many rounds.
fn wanted<Q: Question>(question: &Q, of: &Asked, rounds: u64) -> Range<u64> {
    let all = question.units(rounds);
    of.part.as_ref().map_or(0..all, |part| {
        let start = part.start.min(all);
        start..part.end.clamp(start, all)
    })
}

/// Units of the next piece after one of `piece` units that took so long: a multiple of `grain`.
fn next_piece(piece: u64, took: Duration, grain: u64) -> u64 {
    let factor = (PIECE.as_secs_f64() / took.as_secs_f64().max(1e-9)).min(GROWTH);
    ((piece as f64 * factor) as u64 / grain * grain).max(grain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_last_about_as_long_as_they_should() {
        const FIRST: u64 = 128;
        let (mut piece, mut longest) = (FIRST, Duration::ZERO);
        // Rounds that suddenly take a hundred times as long.
        for step in 0..40 {
            let took = Duration::from_micros(piece * if step < 20 { 1 } else { 100 });
            if step != 20 {
                longest = longest.max(took);
            }
            piece = next_piece(piece, took, FIRST);
            assert_eq!(piece % FIRST, 0);
        }
        assert!((Duration::from_secs(9)..=PIECE).contains(&longest), "{longest:?}");
        assert_eq!(next_piece(FIRST, Duration::from_secs(1000), FIRST), FIRST);
        assert_eq!(next_piece(FIRST, Duration::ZERO, FIRST), FIRST * 4);
    }
}
