//! Scenarios, and what can be asked of one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nemcon::analysis::remarks_on;
use nemcon::files::{FileError, Opening, Target};
use nemcon::model::Ending;
use nemcon::report::page::{self, Section, Wanted};
use nemcon::report::remarks;
use nemcon::report::rows::NO_CONSENSUS;
use nemcon::scenario::{self, Tables};
use nemcon::study::{self, Handle, ReportOptions};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::ask::Asking;
use crate::errors::{to_json, unanswered, unloaded, unset, unwritten};
use crate::found::{Found, Nobody};
use crate::options::{Options, changes, refused};
use crate::others;
use crate::watch::{self, Watched};

/// A scenario that has been read whole and found in order.
#[pyclass(frozen, module = "nemcon._native")]
pub struct Scenario {
    /// Its path as given, by which it can be read again.
    pub path: PathBuf,
    /// What it says.
    pub inner: Arc<scenario::Scenario>,
}

/// Reads the scenario in a file.
#[pyfunction]
pub fn load(py: Python<'_>, path: PathBuf) -> PyResult<Scenario> {
    let inner = py.detach(|| scenario::Scenario::load(&path)).map_err(|error| unloaded(py, &error))?;
    Ok(Scenario { path, inner: Arc::new(inner) })
}

/// Reads a scenario from text; its tables are relative to the current folder.
#[pyfunction]
pub fn loads(py: Python<'_>, text: &str) -> PyResult<Scenario> {
    let read = || scenario::Scenario::from_text("text", text, Some(Tables::Folder(Path::new(""))));
    let mut inner = py.detach(read).map_err(|error| unloaded(py, &error))?;
    // What the command line calls standard input.
    let path = PathBuf::from("-");
    if let Some(input) = inner.inputs.first_mut() {
        input.path.clone_from(&path);
    }
    Ok(Scenario { path, inner: Arc::new(inner) })
}

/// Reads a scenario again from what `packed` gives.
#[pyfunction]
pub fn unpacked(
    py: Python<'_>,
    path: PathBuf,
    text: &str,
    tables: BTreeMap<String, String>,
    set: Vec<String>,
) -> PyResult<Scenario> {
    let tables = tables.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    let read = || scenario::Scenario::from_bytes(&path, text.as_bytes(), Some(Tables::Memory(&tables)));
    let inner = py.detach(read).map_err(|error| unloaded(py, &error))?;
    let changed = inner.with_changes("set", changes(&set)?).map_err(|problems| unset(py, &problems))?;
    Ok(Scenario { path, inner: Arc::new(changed) })
}

/// What was found, if there is something to say, and whether Ctrl-C stopped it.
pub type Answered = (Option<Found>, bool);

impl Scenario {
    /// The files that were read.
    pub fn inputs(&self) -> Vec<PathBuf> {
        self.inner.inputs.iter().map(|input| input.path.clone()).collect()
    }
}

#[pymethods]
impl Scenario {
    #[getter]
    fn path(&self) -> &Path {
        &self.path
    }

    #[getter]
    fn title(&self) -> &str {
        &self.inner.title
    }

    #[getter]
    fn summary(&self) -> &str {
        &self.inner.summary
    }

    #[getter]
    fn sources(&self) -> Vec<String> {
        self.inner.sources.clone()
    }

    #[getter]
    fn text(&self) -> &str {
        self.inner.text()
    }

    #[getter]
    fn seed(&self) -> u64 {
        self.inner.seed
    }

    #[getter]
    fn rounds(&self) -> u64 {
        self.inner.rounds
    }

    /// Names of the assumptions with what they suppose.
    #[getter]
    fn assumptions(&self) -> Vec<(String, String)> {
        let all = self.inner.assumptions.iter();
        all.map(|model| (model.assumption.clone(), model.assumption_summary.clone())).collect()
    }

    /// Ids and names of the candidates.
    #[getter]
    fn candidates(&self) -> Vec<(String, String)> {
        let stated = self.inner.assumptions.first();
        let pair = |it: &nemcon::model::Candidate| (it.id.clone(), it.name.clone());
        stated.map(|model| model.candidates.iter().map(pair).collect()).unwrap_or_default()
    }

    /// Ids and names of the members.
    #[getter]
    fn members(&self) -> Vec<(String, String)> {
        let stated = self.inner.assumptions.first();
        let pair = |it: &nemcon::model::Member| (it.id.clone(), it.name.clone());
        stated.map(|model| model.members.iter().map(pair).collect()).unwrap_or_default()
    }

    /// Names of the polls that were held.
    #[getter]
    fn polls(&self) -> Vec<String> {
        self.inner.polls.iter().map(|poll| poll.name.clone()).collect()
    }

    /// How it ended.
    #[getter]
    fn actual(&self) -> Option<&str> {
        match self.inner.actual? {
            Ending::NoConsensus => Some(NO_CONSENSUS),
            Ending::Appointed(c) => {
                self.inner.assumptions.first().and_then(|it| it.candidates.get(c.index())).map(|it| it.id.as_str())
            }
        }
    }

    /// Values changed, each as `PATH=VALUE`.
    #[getter]
    fn changes(&self) -> Vec<String> {
        self.inner.changes.iter().map(ToString::to_string).collect()
    }

    /// The scenario with more values set, each as `PATH=VALUE`.
    fn with_changes(&self, py: Python<'_>, set: Vec<String>) -> PyResult<Self> {
        let mut all = self.inner.changes.clone();
        all.extend(changes(&set)?);
        let changed = py.detach(|| scenario::Scenario::clone(&self.inner).with_changes("set", all));
        let inner = Arc::new(changed.map_err(|problems| unset(py, &problems))?);
        Ok(Self { path: self.path.clone(), inner })
    }

    /// All that it was read from, to be read again elsewhere: path, text, tables, and values changed.
    fn packed(&self) -> (&Path, &str, BTreeMap<&str, &str>, Vec<String>) {
        (&self.path, self.inner.text(), self.inner.tables(), self.changes())
    }

    /// Warnings and remarks, as JSON.
    fn check(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| {
            let found = remarks_on(&self.inner.assumptions);
            to_json(&self.inner.warnings, &remarks::diagnostics(&self.inner, &found))
        })
    }

    /// Answers a question that is answered by counting.
    fn ask(
        &self,
        py: Python<'_>,
        command: &str,
        options: Bound<'_, PyDict>,
        progress: Bound<'_, PyAny>,
    ) -> PyResult<Answered> {
        let asking = Asking::read(command, &Options(options))?;
        let handle = Handle::default();
        let work = || asking.whole(&self.path, &self.inner, &handle);
        let Watched { result, interrupted } = watch::during(py, &handle, &progress, work)?;
        match result {
            Ok(found) if found.extent().rounds > 0 => {
                Ok((Some(Found::new(found, self.inputs(), self.inner.changed_title())), interrupted))
            }
            Ok(_) => Ok((None, interrupted)),
            Err(_) if interrupted => Ok((None, true)),
            Err(error) => Err(unanswered(py, &error)),
        }
    }

    /// Conditions on the polls that were held.
    fn update(&self, py: Python<'_>, options: Bound<'_, PyDict>, progress: Bound<'_, PyAny>) -> PyResult<Answered> {
        others::update(py, self, &Options(options), &progress)
    }

    /// Tells one round.
    fn trace(
        &self,
        py: Python<'_>,
        options: Bound<'_, PyDict>,
        progress: Bound<'_, PyAny>,
    ) -> PyResult<(Option<others::Trace>, bool)> {
        others::trace(py, self, &Options(options), &progress)
    }

    /// Writes the page to a file; whether Ctrl-C stopped it.
    fn report(
        &self,
        py: Python<'_>,
        path: PathBuf,
        options: Bound<'_, PyDict>,
        progress: Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let options = Options(options);
        let (title, is_static, force) = (options.text("title")?, options.flag("static")?, options.flag("force")?);
        let sections = options.names("sections")?.map(|names| sections(&names)).transpose()?;
        let asked = ReportOptions { judgements: options.judgements()?, simulation: options.simulation()? };
        let (watch, inputs) = (Nobody::default(), self.inputs());
        let opening = Opening { force, inputs: &inputs, watch: &watch };
        let mut target = Target::open(&path, &opening).map_err(|error| unwritten(&error))?;
        let handle = Handle::default();
        let work = || study::report(&self.inner, &asked, &handle);
        let Watched { result, interrupted } = watch::during(py, &handle, &progress, work)?;
        let figures = match result {
            Ok(Some(figures)) => figures,
            Ok(None) => return Ok(true),
            Err(_) if interrupted => return Ok(true),
            Err(error) => return Err(unanswered(py, &error)),
        };
        let write = || -> Result<(), FileError> {
            let wanted = Wanted { title: title.as_deref(), sections: sections.as_deref(), is_static };
            target.write_whole(page::whole(&self.path, &self.inner, &figures, wanted).html.as_bytes())?;
            target.finish()
        };
        py.detach(write).map_err(|error| unwritten(&error))?;
        Ok(interrupted)
    }
}

fn sections(names: &[String]) -> PyResult<Vec<Section>> {
    let known = || Section::ALL.map(Section::name).join(", ");
    let section = |name: &String| {
        let found = Section::ALL.into_iter().find(|section| section.name() == name);
        found.ok_or_else(|| refused("sections", &format!("there is none called `{name}`; there are {}", known())))
    };
    names.iter().map(section).collect()
}
