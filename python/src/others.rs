//! Questions of their own kind: polls, single rounds, fits and institutions.

use std::path::PathBuf;

use nemcon::analysis::Parameter;
use nemcon::report::findings::{FitFindings, PollsFitFindings, TraceFindings, UpdateFindings};
use nemcon::report::institutions::InstitutionReport;
use nemcon::report::rows::{NO_CONSENSUS, Row};
use nemcon::report::{Look, csv, institutions as table};
use nemcon::scenario::institutions::Institution;
use nemcon::scenario::{read_poll, suggest};
use nemcon::simulation::{Plan, rounds_ending_with, trace as told};
use nemcon::study::{self, FitPollsOptions, Handle, UpdateOptions, assumption};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::errors::{text, unanswered, unloaded};
use crate::found::{Found, kinds};
use crate::options::{Options, refused};
use crate::scenario::{Answered, Scenario};
use crate::watch::{self, Watched};

/// Conditions on the polls that were held.
pub fn update(
    py: Python<'_>,
    scenario: &Scenario,
    options: &Options<'_>,
    progress: &Bound<'_, PyAny>,
) -> PyResult<Answered> {
    let asked = UpdateOptions {
        assumption: options.text("assumption")?,
        polls: options.names("polls")?,
        replicates: options.replicates()?,
        particles: options.particles()?,
        judgements: options.judgements()?,
        simulation: options.simulation()?,
    };
    let handle = Handle::default();
    let work = || study::update(&scenario.inner, &asked, &handle);
    let Watched { result, interrupted } = watch::during(py, &handle, progress, work)?;
    match result {
        Ok(updates) if updates.replicates_done >= 2 => {
            let found = UpdateFindings::new(&scenario.path, &scenario.inner, &asked, updates);
            let found = Found::new(Box::new(found), scenario.inputs(), scenario.inner.title.clone());
            Ok((Some(found), interrupted))
        }
        Ok(_) => Ok((None, interrupted)),
        Err(_) if interrupted => Ok((None, true)),
        Err(error) => Err(unanswered(py, &error)),
    }
}

/// The story of one round.
#[pyclass(frozen, module = "nemcon._native")]
pub struct Trace {
    found: TraceFindings,
    number: u64,
}

#[pymethods]
impl Trace {
    /// Number of the round, from 0.
    #[getter]
    fn round(&self) -> u64 {
        self.number
    }

    /// The story in words and tables.
    fn text(&self, width: u16) -> String {
        self.found.text(Look { width, styled: false })
    }

    /// The same as data, in JSON.
    fn json(&self) -> PyResult<String> {
        text(self.found.json())
    }
}

/// Tells one round, named by its number or by how it ends.
pub fn trace(
    py: Python<'_>,
    scenario: &Scenario,
    options: &Options<'_>,
    progress: &Bound<'_, PyAny>,
) -> PyResult<(Option<Trace>, bool)> {
    let name = options.text("assumption")?;
    let model = assumption(&scenario.inner, name.as_deref()).map_err(|error| unanswered(py, &error))?;
    let seed = options.seed()?.unwrap_or(scenario.inner.seed);
    let last = nemcon::model::MAX_ROUNDS - 1;
    let number = options.whole("round", 0, last, "the number of a round, from 0 to below 1e12")?;
    let nth = options.whole("nth", 1, last, "a whole number from 1")?;
    let rounds = options.rounds()?;
    let outcome = options.text("outcome")?;
    if number.is_some() == outcome.is_some() {
        return Err(PyValueError::new_err("round, outcome: give one of them"));
    }
    if number.is_some() && (nth.is_some() || rounds.is_some()) {
        return Err(PyValueError::new_err("nth, rounds: only together with outcome"));
    }
    let handle = Handle::default();
    let wanted = outcome.as_deref().map(|outcome| Ok::<_, PyErr>((outcome, ending(model, outcome)?))).transpose()?;
    let (rounds, nth) = (rounds.unwrap_or(scenario.inner.rounds), nth.unwrap_or(1));
    let work = || {
        let plan = Plan::new(model.clone());
        let number = match wanted {
            None => number,
            Some((_, ending)) => {
                handle.expect(rounds);
                let mut ending_so = rounds_ending_with(&plan, seed, rounds, ending, handle.control());
                ending_so.nth(usize::try_from(nth - 1).unwrap_or(usize::MAX))
            }
        };
        number.map(|number| (number, told(&plan, seed, number)))
    };
    let Watched { result, interrupted } = watch::during(py, &handle, progress, work)?;
    match (result, wanted) {
        (Some((number, story)), wanted) => {
            let nth = wanted.map(|_| nth);
            let found = TraceFindings::new(&scenario.path, &scenario.inner, model, (seed, number), story, nth);
            Ok((Some(Trace { found, number }), interrupted))
        }
        (None, Some((outcome, _))) if !interrupted => {
            let help = "look further with rounds=, or ask for a smaller nth";
            let what = format!("fewer than {nth} of the first {rounds} rounds end with {outcome}: {help}");
            Err(refused("outcome", &what))
        }
        (None, _) => Ok((None, interrupted)),
    }
}

fn ending(model: &nemcon::model::Model, outcome: &str) -> PyResult<Option<nemcon::model::CandidateId>> {
    if outcome == NO_CONSENSUS {
        return Ok(None);
    }
    let known = model.candidate_ids().find(|(_, candidate)| candidate.id == outcome);
    known.map(|(c, _)| Some(c)).ok_or_else(|| {
        let outcomes = model.candidates.iter().map(|c| c.id.as_str()).chain([NO_CONSENSUS]);
        let help = suggest::choices(outcome, "the outcomes", outcomes).unwrap_or_default();
        refused("outcome", &format!("there is no candidate `{outcome}`\n  {help}"))
    })
}

/// Support that a poll says.
#[pyclass(frozen, module = "nemcon._native")]
pub struct Fit(FitFindings);

#[pymethods]
impl Fit {
    /// The table of support, and what each column holds.
    fn support<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyBytes>, String)> {
        let file = self.0.support()?;
        Ok((PyBytes::new(py, &file.bytes), kinds(&file.kinds)))
    }

    /// Everything that there is to read.
    fn text(&self, width: u16) -> String {
        self.0.text(Look { width, styled: false }, None)
    }

    /// Everything as data, in JSON.
    fn json(&self) -> PyResult<String> {
        text(self.0.json())
    }
}

/// Turns the poll in a file into support.
#[pyfunction]
pub fn fit(py: Python<'_>, scenario: &Scenario, poll: PathBuf) -> PyResult<Fit> {
    let model = assumption(&scenario.inner, None).map_err(|error| unanswered(py, &error))?;
    let read = read_poll(&poll, model).map_err(|error| unloaded(py, &error))?;
    let found = py.detach(|| FitFindings::new(&scenario.path, &scenario.inner, &read, &poll));
    found.map(Fit).map_err(|error| unanswered(py, &error))
}

/// How minds change, as several polls say.
#[pyclass(frozen, module = "nemcon._native")]
pub struct PollsFit(PollsFitFindings);

#[pymethods]
impl PollsFit {
    /// The table of estimates, and what each column holds.
    fn estimates<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyBytes>, String)> {
        let file = self.0.estimates()?;
        Ok((PyBytes::new(py, &file.bytes), kinds(&file.kinds)))
    }

    /// Everything that there is to read.
    fn text(&self, width: u16) -> String {
        self.0.text(Look { width, styled: false }, None)
    }

    /// Everything as data, in JSON.
    fn json(&self) -> PyResult<String> {
        text(self.0.json())
    }
}

/// Finds how minds change in the scenario's own polls; whether Ctrl-C stopped it.
#[pyfunction]
pub fn fit_polls(
    py: Python<'_>,
    scenario: &Scenario,
    options: Bound<'_, PyDict>,
    progress: Bound<'_, PyAny>,
) -> PyResult<(Option<PollsFit>, bool)> {
    let options = Options(options);
    let parameter = |word: &String| word.parse::<Parameter>().map_err(|expected| refused("estimate", &expected));
    let estimate = options.names("estimate")?;
    let asked = FitPollsOptions {
        assumption: options.text("assumption")?,
        polls: options.names("polls")?,
        estimate: estimate.map(|words| words.iter().map(parameter).collect()).transpose()?,
        replicates: options.replicates()?,
        particles: options.particles()?,
        simulation: options.simulation()?,
    };
    let handle = Handle::default();
    let work = || study::fit_polls(&scenario.inner, &asked, &handle);
    let Watched { result, interrupted } = watch::during(py, &handle, &progress, work)?;
    match result {
        Ok(fit) => {
            let found = fit.map(|fit| PollsFitFindings::new(&scenario.path, &scenario.inner, &asked, fit));
            Ok((found.map(PollsFit), interrupted))
        }
        Err(_) if interrupted => Ok((None, true)),
        Err(error) => Err(unanswered(py, &error)),
    }
}

/// The table of institutions, and what each column holds.
#[pyfunction]
pub fn institutions(py: Python<'_>) -> PyResult<(Bound<'_, PyBytes>, String)> {
    let all: Vec<_> = Institution::all().collect();
    let rows: Vec<_> = all.iter().map(|it| report(it).row()).collect();
    Ok((PyBytes::new(py, &csv::institutions(&rows)?), kinds(table::InstitutionRow::KINDS)))
}

/// An institution's data file.
#[pyfunction]
pub fn institution(name: &str) -> PyResult<String> {
    let found = Institution::find(name).ok_or_else(|| {
        let names = Institution::all().map(|it| it.name.to_owned()).collect::<Vec<_>>();
        let help = suggest::choices(name, "the institutions are", names.iter().map(String::as_str));
        PyKeyError::new_err(format!("no institution is called `{name}`: {}", help.unwrap_or_default()))
    })?;
    Ok(found.text.to_owned())
}

fn report(institution: &Institution) -> InstitutionReport<'_> {
    let Institution { name, title, summary, sources, open, scenario, .. } = institution;
    InstitutionReport { name, title, summary, sources, open: *open, models: &scenario.assumptions }
}
