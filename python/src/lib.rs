//! The Python package `nemcon`: its native part, `nemcon._native`, on which the classes in `nemcon/` stand.
//!
//! A question is prepared from keyword options in one place ([`ask`]), counted while the interpreter is free for others
//! ([`watch`]), and becomes a [`found::Found`] with the files, data and text of the command line.

mod ask;
mod checkpoint;
mod errors;
mod found;
mod options;
mod others;
mod parts;
mod scenario;
mod scoring;
mod watch;

use std::ffi::OsString;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    use super::{OsString, PyResult, Python, pyfunction};

    #[pymodule_export]
    use super::checkpoint::Checkpoint;
    #[pymodule_export]
    use super::found::Found;
    #[pymodule_export]
    use super::others::{Fit, PollsFit, Trace, fit, fit_polls, institution, institutions};
    #[pymodule_export]
    use super::parts::Parts;
    #[pymodule_export]
    use super::scenario::{Scenario, load, loads, unpacked};
    #[pymodule_export]
    use super::scoring::{Scoring, score};

    /// Version of the library.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");

    /// The command line: what to exit with.
    #[pyfunction]
    fn main(py: Python<'_>, arguments: Vec<OsString>) -> PyResult<u8> {
        Ok(py.detach(|| nemcon::cli::exit_code(arguments)))
    }
}
