//! From a question to its answer in one go.

use super::asked::Asked;
use super::error::Error;
use super::handle::Handle;
use super::options::Options;
use super::question::{Extent, Question, Work};
use super::results::Results;
use super::session::Session;

/// A question whose counts become figures.
pub trait Figures: Question {
    /// What the counts say, with intervals.
    type Figures;

    /// The figures of these counts.
    fn figures(&self, results: &Results<Self::Counts>) -> Self::Figures;
}

/// What a question comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<F> {
    /// What was asked.
    pub asked: Asked,
    /// How far it came.
    pub extent: Extent,
    /// The figures.
    pub figures: F,
    /// Seconds that the simulation took.
    pub elapsed_seconds: f64,
}

impl<F> Answer<F> {
    /// The answer in these counts.
    pub fn new<Q: Figures<Figures = F>>(question: &Q, results: Results<Q::Counts>) -> Self {
        let (figures, extent) = (question.figures(&results), question.extent(&results));
        Self { asked: results.of, extent, figures, elapsed_seconds: results.elapsed_seconds }
    }

    /// The answer with other figures made of these.
    pub fn map<G>(self, change: impl FnOnce(F) -> G) -> Answer<G> {
        let Self { asked, extent, figures, elapsed_seconds } = self;
        Answer { asked, extent, figures: change(figures), elapsed_seconds }
    }
}

/// Counts all that a question asks for and says what it comes to.
///
/// # Errors
/// That it cannot be simulated.
pub fn answer<Q: Figures>(question: &Q, options: &Options, handle: &Handle) -> Result<Answer<Q::Figures>, Error> {
    let mut session = Session::whole(question);
    session.finish(&mut Work { threads: options.threads(), ..Work::new(handle) })?;
    Ok(Answer::new(question, session.into_results()))
}
