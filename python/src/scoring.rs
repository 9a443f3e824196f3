//! What chance was given to what happened.

use std::num::NonZero;
use std::path::PathBuf;

use nemcon::report::findings::ScoreFindings;
use nemcon::report::score::ScoreOptionsRecord;
use nemcon::scenario;
use nemcon::study::{self, Assumptions, Handle, Question, Results, ScoreOptions, Scores, Unusable};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::errors::unanswered;
use crate::found::Found;
use crate::options::{Options, refused};
use crate::scenario::{Answered, Scenario};
use crate::watch::{self, Watched};

/// What is asked about several scenarios.
#[pyclass(frozen, module = "nemcon._native")]
pub struct Scoring {
    scenarios: Vec<scenario::Scenario>,
    paths: Vec<PathBuf>,
    inputs: Vec<PathBuf>,
    asked: ScoreOptions,
    /// The options as given.
    given: ScoreOptionsRecord,
}

/// Scores what scenarios give to what happened.
#[pyfunction]
pub fn score(
    py: Python<'_>,
    scenarios: Vec<PyRef<'_, Scenario>>,
    options: Bound<'_, PyDict>,
    progress: Bound<'_, PyAny>,
) -> PyResult<Answered> {
    let scoring = Scoring::new(scenarios, options)?;
    let handle = Handle::default();
    let work = || study::score(&scoring.scenarios, &scoring.asked, &handle);
    let Watched { result, interrupted } = watch::during(py, &handle, &progress, work)?;
    match result {
        Ok(scores) => Ok((scoring.told(scores, Some(scoring.asked.simulation.threads())), interrupted)),
        Err(_) if interrupted => Ok((None, true)),
        Err(error) => Err(unanswered(py, &error)),
    }
}

/// One of the questions that are asked: the place of its scenario, and the options of `run`.
type Asked<'py> = (usize, Bound<'py, PyDict>);

#[pymethods]
impl Scoring {
    #[new]
    fn new(scenarios: Vec<PyRef<'_, Scenario>>, options: Bound<'_, PyDict>) -> PyResult<Self> {
        let options = Options(options);
        let names = options.names("assumptions")?;
        let assumptions = match names.as_deref() {
            None => Assumptions::Stated,
            Some([name]) if name == "all" => Assumptions::All,
            Some(names) => Assumptions::Named(names.to_vec()),
        };
        let simulation = options.simulation()?;
        let judgements = options.judgements()?;
        let set: Vec<String> = scenarios.first().map(|it| changes(it)).unwrap_or_default();
        if scenarios.iter().any(|it| changes(it) != set) {
            return Err(refused("scenarios", "the same values must be set in all of them"));
        }
        let given = ScoreOptionsRecord {
            rounds: simulation.rounds,
            seed: simulation.seed,
            judgements,
            assumptions: names,
            set,
            threads: simulation.threads.map(NonZero::get),
        };
        Ok(Self {
            asked: ScoreOptions { assumptions, judgements, simulation },
            given,
            paths: scenarios.iter().map(|it| it.path.clone()).collect(),
            inputs: scenarios.iter().flat_map(|it| it.inputs()).collect(),
            scenarios: scenarios.iter().map(|it| scenario::Scenario::clone(&it.inner)).collect(),
        })
    }

    /// The questions that are asked.
    #[getter]
    fn questions<'py>(&self, py: Python<'py>) -> PyResult<Vec<Asked<'py>>> {
        let scoring = study::Scoring::new(&self.scenarios, &self.asked).map_err(|error| unanswered(py, &error))?;
        let question = |(place, question): (usize, Result<study::RunQuestion<'_>, study::Error>)| {
            let question = question.map_err(|error| unanswered(py, &error))?;
            let (asked, options) = (question.asked(), PyDict::new(py));
            options.set_item("assumption", asked.assumptions.first())?;
            options.set_item("judgements", asked.judgements)?;
            options.set_item("rounds", asked.rounds)?;
            options.set_item("seed", asked.seed)?;
            Ok((place, options))
        };
        scoring.questions().map(question).collect()
    }

    /// What the counts of the questions say, of which the last may be missing; nothing if there are no rounds.
    fn found(&self, py: Python<'_>, counts: Vec<Vec<u8>>) -> PyResult<Option<Found>> {
        let counts = counts.iter().map(|bytes| Results::from_bytes(bytes)).collect::<Result<Vec<_>, Unusable>>();
        let counts = counts.map_err(|error| PyValueError::new_err(error.to_string()))?;
        let scores = || study::Scoring::new(&self.scenarios, &self.asked)?.scores(counts);
        let scores = py.detach(scores).map_err(|error| unanswered(py, &error))?;
        Ok(self.told(scores, None))
    }
}

impl Scoring {
    /// The scores, if there are some, that were counted on so many threads, or by others.
    fn told(&self, scores: Scores, threads: Option<usize>) -> Option<Found> {
        if scores.rounds == 0 {
            return None;
        }
        let title = self.scenarios.iter().map(|it| it.title.as_str()).collect::<Vec<_>>().join("; ");
        let found = ScoreFindings::new(&self.paths, self.given.clone(), scores, threads);
        Some(Found::new(Box::new(found), self.inputs.clone(), title))
    }
}

fn changes(scenario: &Scenario) -> Vec<String> {
    scenario.inner.changes.iter().map(ToString::to_string).collect()
}
