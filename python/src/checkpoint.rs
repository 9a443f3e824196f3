//! A file in which counts are saved again and again, and no other program saves any meanwhile.

use std::path::PathBuf;
use std::sync::Arc;

use nemcon::files::{Claim, FileError, Opening, Target};
use pyo3::prelude::*;

use crate::errors::unwritten;
use crate::found::Nobody;
use crate::scenario::Scenario;

/// The right to write one file, until it is dropped.
#[pyclass(frozen, module = "nemcon._native")]
pub struct Checkpoint {
    claim: Arc<Claim>,
    inputs: Vec<PathBuf>,
}

#[pymethods]
impl Checkpoint {
    /// Claims the file at `path`, which must not be one of the scenario's.
    #[new]
    fn new(py: Python<'_>, path: PathBuf, scenario: PyRef<'_, Scenario>) -> PyResult<Self> {
        let inputs = scenario.inputs();
        let claim = || Claim::new(&path, &opening(&inputs, &Nobody::default()));
        let claim = py.detach(claim).map_err(|error| unwritten(&error))?;
        Ok(Self { claim: Arc::new(claim), inputs })
    }

    /// Writes it whole, or leaves it as it was.
    fn write(&self, py: Python<'_>, bytes: &[u8]) -> PyResult<()> {
        let write = || -> Result<(), FileError> {
            let mut target = Target::claimed(&self.claim, &opening(&self.inputs, &Nobody::default()))?;
            target.write_whole(bytes)?;
            target.finish_for_good()
        };
        py.detach(write).map_err(|error| unwritten(&error))
    }
}

/// The file may be there.
fn opening<'a>(inputs: &'a [PathBuf], watch: &'a Nobody) -> Opening<'a> {
    Opening { force: true, inputs, watch }
}
