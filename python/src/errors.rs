//! What goes wrong, as exceptions.

use std::io;

use nemcon::files::FileError;
use nemcon::report::problems;
use nemcon::scenario::{Diagnostic, LoadError, Problems};
use nemcon::simulation::RunError;
use nemcon::study::Error;
use pyo3::exceptions::{PyFileExistsError, PyFileNotFoundError, PyOSError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;

/// Columns of rendered problems.
const WIDTH: usize = 100;

/// A `ScenarioError` that says `text` and lists `problems`.
pub fn scenario_error(py: Python<'_>, text: &str, problems: &Problems) -> PyErr {
    let made = || {
        let problems = to_json(problems, &[])?;
        let class = py.import("nemcon._errors")?.getattr("ScenarioError")?;
        class.call1((text.trim_end(), problems))
    };
    made().map_or_else(|error| error, PyErr::from_value)
}

/// Problems and remarks as JSON.
pub fn to_json(problems: &Problems, remarks: &[Diagnostic]) -> PyResult<String> {
    text(problems::to_json(problems, remarks))
}

/// Bytes that are text.
pub fn text(bytes: io::Result<Vec<u8>>) -> PyResult<String> {
    String::from_utf8(bytes?).map_err(|error| PyRuntimeError::new_err(error.to_string()))
}

/// That a scenario, or a poll, cannot be read.
pub fn unloaded(py: Python<'_>, error: &LoadError) -> PyErr {
    let text = error.render(false, WIDTH);
    match error {
        LoadError::Invalid(problems) | LoadError::Unreadable { problems: Some(problems), .. } => {
            scenario_error(py, &text, problems)
        }
        LoadError::Unreadable { path, problems: None, .. } => {
            let text = text.trim_end().trim_start_matches("error: ").to_owned();
            if path.exists() { PyOSError::new_err(text) } else { PyFileNotFoundError::new_err(text) }
        }
    }
}

/// The problems of values that were set, without the summary, which is about the scenario's file.
pub fn unset(py: Python<'_>, problems: &Problems) -> PyErr {
    let text = problems.render(false, WIDTH);
    scenario_error(py, text.trim_end().trim_end_matches(&problems.summary()), problems)
}

/// That a question cannot be asked or answered.
pub fn unanswered(py: Python<'_>, error: &Error) -> PyErr {
    let value = |option: &str, help: Option<&str>| {
        let help = help.map(|help| format!("\n  {help}")).unwrap_or_default();
        let option = if option.is_empty() { String::new() } else { format!("{option}: ") };
        PyValueError::new_err(format!("{option}{}{help}", error.to_string().trim_end()))
    };
    match error {
        Error::NoAssumption { help, .. } => value("assumption", help.as_deref()),
        Error::NoPoll { help, .. } => value("polls", help.as_deref()),
        Error::AllFitted | Error::NoPolls | Error::OnePoll(_) => value("polls", None),
        Error::Of { error: inner, .. } => match &**inner {
            Error::NoAssumption { help, .. } => value("assumptions", help.as_deref()),
            _ => value("scenarios", None),
        },
        Error::Under { .. } | Error::NothingToCompare { .. } => value("assumptions", None),
        Error::NoChances(_) | Error::SetAndEstimated(_) | Error::NothingToEstimate => value("estimate", None),
        Error::Design(_) | Error::VariedTwice(_) | Error::SetAndVaried(_) | Error::VariedAndJudged => {
            value("vary", None)
        }
        Error::Points(_) => value("vary", None),
        Error::AssumptionVaried | Error::AssumptionsBetween => value("assumption", None),
        Error::NoJudgements | Error::Judgements(_) => value("judgements", None),
        Error::GivenTwice { .. } => value("scenarios", None),
        Error::Settings(problems) => scenario_error(py, &problems.render(false, WIDTH), problems),
        Error::Refused(refusal) => value("polls", Some(refusal.help())),
        Error::Fit(why) => value("poll", Some(why.help())),
        Error::NoActual { .. } | Error::NoScores | Error::NoScoresAhead | Error::Drawn(_) => value("", None),
        Error::Run(RunError::Threads { .. }) => PyOSError::new_err(format!("threads: {error}")),
        Error::Run(RunError::Log(_)) => PyOSError::new_err(error.to_string()),
    }
}

/// That a file is not written.
pub fn unwritten(error: &FileError) -> PyErr {
    let text = error.to_string();
    match error {
        FileError::Refused { help: Some(help), .. } if help.contains("--force") => {
            PyFileExistsError::new_err(format!("{text}\n  {}", help.replace("--force", "force=True")))
        }
        FileError::Refused { help: Some(help), .. } => PyOSError::new_err(format!("{text}\n  {help}")),
        FileError::Refused { .. } | FileError::Busy { .. } | FileError::Unread { .. } | FileError::Unwritten { .. } => {
            PyOSError::new_err(text)
        }
    }
}
