//! Keyword options, read and checked. What is `None` or missing was not given.

use std::num::NonZero;

use nemcon::analysis::judgements::{MAX_POINTS, POINTS_STEP};
use nemcon::analysis::precision::{COARSEST, FINEST};
use nemcon::model::MAX_ROUNDS;
use nemcon::report::json::OptionsRecord;
use nemcon::scenario::Change;
use nemcon::simulation::MAX_THREADS;
use nemcon::study;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyString};

/// Options by their names.
pub struct Options<'py>(pub Bound<'py, PyDict>);

/// That an option is not what was expected.
pub fn refused(name: &str, expected: &str) -> PyErr {
    PyValueError::new_err(format!("{name}: {expected}"))
}

impl<'py> Options<'py> {
    /// The option, if it was given.
    pub fn get(&self, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self.0.get_item(name)?.filter(|value| !value.is_none()))
    }

    /// A whole number from `low` to `high`; floats without a fraction, such as 1e6, are whole, too.
    pub fn whole(&self, name: &str, low: u64, high: u64, expected: &str) -> PyResult<Option<u64>> {
        let Some(value) = self.get(name)? else { return Ok(None) };
        let float = value.cast::<PyFloat>().ok().map(|float| float.value());
        let number = match float {
            // Every whole number up to there is a float.
            Some(float) if float.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&float) => {
                Some(float as u64)
            }
            Some(_) => None,
            None if value.is_instance_of::<PyBool>() => None,
            None => value.extract::<u64>().ok(),
        };
        let number = number.filter(|number| (low..=high).contains(number));
        number.map(Some).ok_or_else(|| refused(name, &format!("expected {expected}")))
    }

    /// Rounds to simulate.
    pub fn rounds(&self) -> PyResult<Option<u64>> {
        self.whole("rounds", 1, MAX_ROUNDS, "a whole number from 1 to 1e12")
    }

    /// Seed of all random numbers.
    pub fn seed(&self) -> PyResult<Option<u64>> {
        self.whole("seed", 0, u64::MAX, &format!("a whole number from 0 to {}", u64::MAX))
    }

    /// Points at which judgements are drawn.
    pub fn judgements(&self) -> PyResult<Option<u64>> {
        let expected = format!("0 or a multiple of {POINTS_STEP}, at most {MAX_POINTS}");
        let points = self.whole("judgements", 0, MAX_POINTS, &expected)?;
        if points.is_some_and(|points| !points.is_multiple_of(POINTS_STEP)) {
            return Err(refused("judgements", &format!("expected {expected}")));
        }
        Ok(points)
    }

    /// Particles of each candidate in a replicate.
    pub fn particles(&self) -> PyResult<Option<usize>> {
        let particles = self.whole("particles", 50, 1_000_000, "a whole number from 50 to 1e6, such as 3000")?;
        Ok(particles.map(|particles| particles as usize))
    }

    /// Independent replicates.
    pub fn replicates(&self) -> PyResult<Option<u64>> {
        self.whole("replicates", 2, 10_000, "a whole number from 2 to 10000")
    }

    /// How far an interval may reach.
    pub fn precision(&self) -> PyResult<Option<f64>> {
        let Some(value) = self.get("precision")? else { return Ok(None) };
        let number = value.extract::<f64>().ok().filter(|number| (FINEST..=COARSEST).contains(number));
        let expected = || format!("expected a share from {FINEST} to {COARSEST}, such as 0.005");
        number.map(Some).ok_or_else(|| refused("precision", &expected()))
    }

    /// Threads to use.
    pub fn threads(&self) -> PyResult<Option<NonZero<usize>>> {
        let most = MAX_THREADS as u64;
        let threads = self.whole("threads", 1, most, &format!("a whole number from 1 to {most}"))?;
        Ok(threads.and_then(|threads| NonZero::new(threads as usize)))
    }

    /// How much is simulated, and on what.
    pub fn simulation(&self) -> PyResult<study::Options> {
        Ok(study::Options {
            rounds: self.rounds()?,
            seed: self.seed()?,
            precision: self.precision()?,
            threads: self.threads()?,
        })
    }

    /// Text.
    pub fn text(&self, name: &str) -> PyResult<Option<String>> {
        let Some(value) = self.get(name)? else { return Ok(None) };
        let text = value.extract().map_err(|_| PyTypeError::new_err(format!("{name}: expected a str")))?;
        Ok(Some(text))
    }

    /// A list of names, or one.
    pub fn names(&self, name: &str) -> PyResult<Option<Vec<String>>> {
        let Some(value) = self.get(name)? else { return Ok(None) };
        if let Ok(one) = value.cast::<PyString>() {
            return Ok(Some(vec![one.to_cow()?.into_owned()]));
        }
        let names = value.extract().map_err(|_| PyTypeError::new_err(format!("{name}: expected names")))?;
        Ok(Some(names))
    }

    /// Whether something is wanted.
    pub fn flag(&self, name: &str) -> PyResult<bool> {
        self.get(name)?.map_or(Ok(false), |value| value.is_truthy())
    }

    /// The same as the record of a run has them.
    pub fn record(&self, simulation: &study::Options) -> PyResult<OptionsRecord> {
        Ok(OptionsRecord {
            rounds: simulation.rounds,
            precision: simulation.precision,
            seed: simulation.seed,
            threads: simulation.threads.map(NonZero::get),
            format: "table",
            ..OptionsRecord::default()
        })
    }
}

/// Values to set, each as `PATH=VALUE`.
pub fn changes(set: &[String]) -> PyResult<Vec<Change>> {
    let change = |text: &String| {
        let change: Change = text.parse().map_err(|error| refused("set", &format!("`{text}`: {error}")))?;
        match change.path.as_str() {
            "seed" | "rounds" | "assumption" => {
                Err(refused("set", &format!("say {}=… where you ask in place of setting it", change.path)))
            }
            _ => Ok(change),
        }
    };
    set.iter().map(change).collect()
}
