//! Questions of which others count parts, such as the workers of a cluster.

use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nemcon::scenario;
use nemcon::study::{Error, Figures, Gathering, Handle, MergeError, Question, Results, SessionError, Unusable, Work};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use self_cell::self_cell;

use crate::ask::{Asking, Counting, Prepared};
use crate::errors::unanswered;
use crate::found::Found;
use crate::options::{Options, refused};
use crate::scenario::Scenario;

/// A question that is gathered, whatever it counts.
trait Gathered {
    fn count(&self, units: Range<u64>, threads: usize) -> Result<Counted, Error>;
    fn add(&mut self, part: &[u8]) -> Result<(), MergeError>;
    fn resume(&mut self, saved: &[u8]) -> Result<(), SessionError>;
    fn go_on(&mut self) -> bool;
    fn save(&self) -> io::Result<Vec<u8>>;
    fn state(&self) -> State;
}

/// A part as its bytes, and the seconds that it took.
type Counted = (io::Result<Vec<u8>>, f64);

/// How far a question is.
struct State {
    /// Units counted without a gap, and the first that is not to be counted.
    units: (u64, u64),
    /// Rounds counted, and those that there will probably be.
    rounds: (u64, u64),
    unit: &'static str,
    grain: u64,
}

impl<Q: Question> Gathered for Gathering<Q> {
    fn count(&self, units: Range<u64>, threads: usize) -> Result<Counted, Error> {
        let part = Gathering::count(self, units, &mut Work { threads, ..Work::new(&Handle::default()) })?;
        Ok((part.to_bytes(), part.elapsed_seconds))
    }

    fn add(&mut self, part: &[u8]) -> Result<(), MergeError> {
        Gathering::add(self, part)
    }

    fn resume(&mut self, saved: &[u8]) -> Result<(), SessionError> {
        Gathering::resume(self, saved)
    }

    fn go_on(&mut self) -> bool {
        Gathering::go_on(self)
    }

    fn save(&self) -> io::Result<Vec<u8>> {
        self.first().to_bytes()
    }

    fn state(&self) -> State {
        let (counted, expected) = self.progress();
        let rounds = |units| self.question().rounds_of(units);
        State {
            units: (self.first().units.end, self.until()),
            rounds: (rounds(counted), rounds(expected)),
            unit: self.unit(),
            grain: self.grain(),
        }
    }
}

type AnyGathered<'s> = Box<dyn Gathered + Send + 's>;

self_cell!(
    /// A question together with the scenario that it is about.
    struct Held {
        owner: Arc<scenario::Scenario>,
        #[not_covariant]
        dependent: AnyGathered,
    }
);

fn gathered(prepared: Prepared<'_>) -> AnyGathered<'_> {
    match prepared {
        Prepared::Run(question) => Box::new(Gathering::new(question)),
        Prepared::Conditional(question) => Box::new(Gathering::new(question)),
        Prepared::Compare(question) => Box::new(Gathering::new(question)),
        Prepared::Influence(question) => Box::new(Gathering::new(question)),
        Prepared::Leverage(question) => Box::new(Gathering::new(question)),
        Prepared::Sweep(question) => Box::new(Gathering::new(question)),
    }
}

/// A question of which parts are counted anywhere and gathered here.
#[pyclass(frozen, module = "nemcon._native")]
pub struct Parts {
    asking: Asking,
    path: PathBuf,
    inputs: Vec<PathBuf>,
    scenario: Arc<scenario::Scenario>,
    held: Mutex<Held>,
}

impl Parts {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> State {
        self.held().with_dependent(|_, gathered| gathered.state())
    }
}

#[pymethods]
impl Parts {
    /// The question that `command` asks about a scenario; `check` says whether to look at all points of a sweep first.
    #[new]
    fn new(
        py: Python<'_>,
        scenario: PyRef<'_, Scenario>,
        command: &str,
        options: Bound<'_, PyDict>,
        check: bool,
    ) -> PyResult<Self> {
        let asking = Asking::read(command, &Options(options))?;
        let inner = Arc::clone(&scenario.inner);
        let prepare = || {
            Held::try_new(Arc::clone(&inner), |scenario| {
                let prepared = asking.prepare(scenario)?;
                if let Prepared::Sweep(question) = &prepared
                    && check
                {
                    question.check(&Handle::default())?;
                }
                Ok(gathered(prepared))
            })
        };
        let held = py.detach(prepare).map_err(|error: Error| unanswered(py, &error))?;
        let (path, inputs) = (scenario.path.clone(), scenario.inputs());
        Ok(Self { asking, path, inputs, scenario: inner, held: Mutex::new(held) })
    }

    /// What is counted one after the other: `round` or `point`.
    #[getter]
    fn unit(&self) -> &'static str {
        self.state().unit
    }

    /// Parts are best cut at multiples of so many units.
    #[getter]
    fn grain(&self) -> u64 {
        self.state().grain
    }

    /// The first units counted, those before the first gap.
    #[getter]
    fn done(&self) -> u64 {
        self.state().units.0
    }

    /// The first unit that is not to be counted, as far as is known.
    #[getter]
    fn until(&self) -> u64 {
        self.state().units.1
    }

    /// Rounds counted, and those that there will probably be.
    #[getter]
    fn progress(&self) -> (u64, u64) {
        self.state().rounds
    }

    /// Counts the units from `start` to before `end`: a part as its bytes, and the seconds that it took.
    fn count<'py>(
        &self,
        py: Python<'py>,
        start: u64,
        end: u64,
        threads: usize,
    ) -> PyResult<(Bound<'py, PyBytes>, f64)> {
        let count = || self.held().with_dependent(|_, gathered| gathered.count(start..end, threads));
        let (part, seconds) = py.detach(count).map_err(|error| unanswered(py, &error))?;
        Ok((PyBytes::new(py, &part?), seconds))
    }

    /// Adds a part that was counted somewhere.
    fn add(&self, py: Python<'_>, part: &[u8]) -> PyResult<()> {
        let added = py.detach(|| self.held().with_dependent_mut(|_, gathered| gathered.add(part)));
        added.map_err(|error| PyValueError::new_err(error.to_string()))
    }

    /// If all units are there: whether the precision asks for more, up to another `until`.
    fn go_on(&self, py: Python<'_>) -> bool {
        py.detach(|| self.held().with_dependent_mut(|_, gathered| gathered.go_on()))
    }

    /// The counts of the first units, as a checkpoint of the command line.
    fn save<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let saved = py.detach(|| self.held().with_dependent(|_, gathered| gathered.save()))?;
        Ok(PyBytes::new(py, &saved))
    }

    /// Takes up what was saved, in place of what is here.
    fn resume(&self, py: Python<'_>, saved: &[u8]) -> PyResult<()> {
        let resumed = py.detach(|| self.held().with_dependent_mut(|_, gathered| gathered.resume(saved)));
        resumed.map_err(|error| refused("checkpoint", &error.to_string()))
    }

    /// What the counts of the first units say; nothing if there are no rounds.
    fn found(&self, py: Python<'_>) -> PyResult<Option<Found>> {
        let saved = Saved(self.save(py)?.as_bytes().to_vec());
        let find = || {
            let prepared = self.asking.prepare(&self.scenario).map_err(Unfound::Asked)?;
            self.asking.find(&self.path, &self.scenario, &prepared, &mut { saved })
        };
        match py.detach(find) {
            Ok(found) if found.extent().rounds == 0 => Ok(None),
            Ok(found) => Ok(Some(Found::new(found, self.inputs.clone(), self.scenario.changed_title()))),
            Err(Unfound::Asked(error)) => Err(unanswered(py, &error)),
            Err(Unfound::Unusable(error)) => Err(PyValueError::new_err(error.to_string())),
        }
    }
}

/// Counts as their bytes.
struct Saved(Vec<u8>);

/// Why nothing is found.
enum Unfound {
    Asked(Error),
    Unusable(Unusable),
}

impl From<Error> for Unfound {
    fn from(error: Error) -> Self {
        Self::Asked(error)
    }
}

impl Counting for Saved {
    type Error = Unfound;

    fn threads(&self) -> Option<usize> {
        None
    }

    fn count<Q: Figures>(&mut self, _: &Q) -> Result<Results<Q::Counts>, Unfound> {
        Results::from_bytes(&self.0).map_err(Unfound::Unusable)
    }
}
