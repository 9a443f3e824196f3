//! Questions that are answered by counting: from keyword options to what the counts say.
//!
//! An [`Asking`] is what was asked for, an owned value that can go anywhere. With a scenario it becomes a [`Prepared`]
//! question, and that, with whoever counts ([`Counting`]), what was found.

use std::path::Path;

use nemcon::analysis::sweep::{Design, Varied};
use nemcon::report::findings::{
    Call, CompareFindings, Findings, InfluenceFindings, LeverageFindings, RunFindings, SweepFindings,
};
use nemcon::report::json::OptionsRecord;
use nemcon::scenario::Scenario;
use nemcon::study::{
    Answer, CompareOptions, CompareQuestion, ConditionalQuestion, Error, Figures, Handle, InfluenceOptions,
    InfluenceQuestion, LeverageOptions, LeverageQuestion, Results, RunOptions, RunQuestion, Session, SweepOptions,
    SweepQuestion, Work,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::options::{Options, refused};

/// A question and its options, about no scenario yet.
#[derive(Debug, Clone)]
pub struct Asking {
    question: Question,
    /// The options as given.
    given: OptionsRecord,
    /// Threads to count on.
    threads: usize,
}

#[derive(Debug, Clone)]
enum Question {
    Run(RunOptions),
    Conditional(RunOptions),
    Compare { options: CompareOptions, full: bool },
    Influence(InfluenceOptions),
    Leverage { options: LeverageOptions, top: usize },
    Sweep { options: SweepOptions, outcomes: Vec<String> },
}

/// A question about a scenario, ready to be counted.
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
pub enum Prepared<'s> {
    /// Who is chosen.
    Run(RunQuestion<'s>),
    /// The same, from chances, too.
    Conditional(ConditionalQuestion),
    /// How assumptions differ.
    Compare(CompareQuestion<'s>),
    /// What each veto does.
    Influence(InfluenceQuestion),
    /// What a little support does.
    Leverage(LeverageQuestion),
    /// What settings do.
    Sweep(SweepQuestion<'s>),
}

/// Whoever has the counts of a question.
pub trait Counting {
    /// Why there may be no counts.
    type Error: From<Error>;

    /// Threads that counted; nothing if others did.
    fn threads(&self) -> Option<usize>;

    /// The counts.
    ///
    /// # Errors
    /// That there are none.
    fn count<Q: Figures>(&mut self, question: &Q) -> Result<Results<Q::Counts>, Self::Error>;
}

/// Counts all of it here and now.
pub struct Here<'h> {
    /// Threads to use.
    pub threads: usize,
    /// To watch and to stop it.
    pub handle: &'h Handle,
}

impl Counting for Here<'_> {
    type Error = Error;

    fn threads(&self) -> Option<usize> {
        Some(self.threads)
    }

    fn count<Q: Figures>(&mut self, question: &Q) -> Result<Results<Q::Counts>, Error> {
        let mut session = Session::whole(question);
        session.finish(&mut Work { threads: self.threads, ..Work::new(self.handle) })?;
        Ok(session.into_results())
    }
}

impl Asking {
    /// Reads the options of the question that `command` asks.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn read(command: &str, options: &Options<'_>) -> PyResult<Self> {
        let simulation = options.simulation()?;
        let record = options.record(&simulation)?;
        let threads = simulation.threads();
        let assumption = options.text("assumption")?;
        let ballots = options.flag("ballots")?;
        let (question, given) = match command {
            "run" => {
                let judgements = options.judgements()?;
                let estimate = estimate(options, judgements)?;
                let asked = RunOptions { assumption: assumption.clone(), by_ballot: ballots, judgements, simulation };
                let question = match estimate {
                    None => Question::Run(asked),
                    Some(_) => Question::Conditional(asked),
                };
                (question, OptionsRecord { assumption, judgements, estimate, ..record })
            }
            "compare" => {
                let (assumptions, baseline) = (options.names("assumptions")?, options.text("baseline")?);
                let (judgements, full) = (options.judgements()?, options.flag("full")?);
                let asked = CompareOptions {
                    assumptions: assumptions.clone(),
                    baseline: baseline.clone(),
                    by_ballot: ballots,
                    judgements,
                    simulation,
                };
                let question = Question::Compare { options: asked, full };
                (question, OptionsRecord { assumptions, baseline, judgements, ..record })
            }
            "influence" => {
                let asked = InfluenceOptions { assumption: assumption.clone(), simulation };
                (Question::Influence(asked), OptionsRecord { assumption, ..record })
            }
            "leverage" => {
                let top = options.whole("top", 0, u64::from(u32::MAX), "a whole number")?.unwrap_or(3);
                let asked = LeverageOptions { assumption: assumption.clone(), simulation };
                (Question::Leverage { options: asked, top: top as usize }, OptionsRecord { assumption, ..record })
            }
            "sweep" => {
                let written = options.names("vary")?.unwrap_or_default();
                let vary = written.iter().map(|text| varied(text)).collect::<PyResult<Vec<_>>>()?;
                let design = options.text("sample")?.map(|text| design(&text)).transpose()?.unwrap_or(Design::Grid);
                if vary.is_empty() && !matches!(design, Design::Judgements(_)) {
                    let help = "say what, or draw the scenario's judgements by sample=\"judgements:256\"";
                    return Err(refused("vary", &format!("nothing is varied: {help}")));
                }
                let outcomes = options.names("outcome")?.unwrap_or_default();
                let asked = SweepOptions { vary, design, assumption: assumption.clone(), simulation };
                let given = OptionsRecord { assumption, vary: Some(written), sample: design.sample(), ..record };
                (Question::Sweep { options: asked, outcomes }, given)
            }
            _ => return Err(PyValueError::new_err(format!("there is no question `{command}`"))),
        };
        Ok(Self { question, given, threads })
    }

    /// The question about this scenario.
    ///
    /// # Errors
    /// That it cannot be asked; of a sweep not yet that points do not fit.
    pub fn prepare<'s>(&self, scenario: &'s Scenario) -> Result<Prepared<'s>, Error> {
        Ok(match &self.question {
            Question::Run(options) => Prepared::Run(RunQuestion::new(scenario, options)?),
            Question::Conditional(options) => Prepared::Conditional(ConditionalQuestion::new(scenario, options)?),
            Question::Compare { options, .. } => Prepared::Compare(CompareQuestion::new(scenario, options)?),
            Question::Influence(options) => Prepared::Influence(InfluenceQuestion::new(scenario, options)?),
            Question::Leverage { options, .. } => Prepared::Leverage(LeverageQuestion::new(scenario, options)?),
            Question::Sweep { options, .. } => Prepared::Sweep(SweepQuestion::new(scenario, options)?),
        })
    }

    /// What the counts of the `prepared` question about the scenario at `path` say.
    ///
    /// # Errors
    /// That there are no counts.
    pub fn find<C: Counting>(
        &self,
        path: &Path,
        scenario: &Scenario,
        prepared: &Prepared<'_>,
        counting: &mut C,
    ) -> Result<Box<dyn Findings>, C::Error> {
        let threads = counting.threads();
        let call = || Call::new(path.to_owned(), scenario, self.given.clone(), threads);
        Ok(match (prepared, &self.question) {
            (Prepared::Run(question), _) => {
                let answer = Answer::new(question, counting.count(question)?);
                Box::new(RunFindings::counted(call(), question, answer, false))
            }
            (Prepared::Conditional(question), _) => {
                let answer = Answer::new(question, counting.count(question)?);
                Box::new(RunFindings::conditional(call(), question, answer))
            }
            (Prepared::Compare(question), asked) => {
                let full = matches!(asked, Question::Compare { full: true, .. });
                let answer = Answer::new(question, counting.count(question)?);
                Box::new(CompareFindings::new(call(), question, answer, full, false))
            }
            (Prepared::Influence(question), _) => {
                let answer = Answer::new(question, counting.count(question)?);
                Box::new(InfluenceFindings::new(call(), question, answer))
            }
            (Prepared::Leverage(question), asked) => {
                let top = if let Question::Leverage { top, .. } = asked { *top } else { 0 };
                let answer = Answer::new(question, counting.count(question)?);
                Box::new(LeverageFindings::new(call(), question, answer, top))
            }
            (Prepared::Sweep(question), asked) => {
                let Question::Sweep { options, outcomes } = asked else { return Err(Error::NoJudgements.into()) };
                let answer = Answer::new(question, counting.count(question)?);
                Box::new(SweepFindings::new(call(), question, options, answer, outcomes.clone()))
            }
        })
    }

    /// Counts all of the question about the scenario at `path`, here and now.
    ///
    /// # Errors
    /// That it cannot be asked or answered.
    pub fn whole(&self, path: &Path, scenario: &Scenario, handle: &Handle) -> Result<Box<dyn Findings>, Error> {
        let prepared = self.prepare(scenario)?;
        if let Prepared::Sweep(question) = &prepared {
            question.check(handle)?;
        }
        self.find(path, scenario, &prepared, &mut Here { threads: self.threads, handle })
    }
}

/// The estimate asked for, and whether it goes together with the other options.
fn estimate(options: &Options<'_>, judgements: Option<u64>) -> PyResult<Option<&'static str>> {
    match options.text("estimate")?.as_deref() {
        None | Some("counted") => return Ok(None),
        Some("conditional") => {}
        Some(_) => return Err(refused("estimate", "expected \"counted\" or \"conditional\"")),
    }
    let beside =
        |name: &str, why: &str| Err(refused(name, &format!("cannot be used with estimate=\"conditional\", {why}")));
    if judgements.is_some_and(|points| points > 0) {
        return beside("judgements", "which draws none");
    }
    if options.precision()?.is_some() {
        return beside("precision", "whose chances it is not about: say how many rounds");
    }
    Ok(Some("conditional"))
}

fn varied(text: &str) -> PyResult<Varied> {
    text.parse().map_err(|error| refused("vary", &format!("`{text}`: {error}")))
}

fn design(text: &str) -> PyResult<Design> {
    text.parse().map_err(|error| refused("sample", &format!("`{text}`: {error}")))
}
