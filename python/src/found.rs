//! What was found, as the package's results hold it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use nemcon::files::{FileError, Folder, Opening, OutFiles, RecordFile, Unfinished, Watch};
use nemcon::report::findings::Findings;
use nemcon::report::json::RunRecord;
use nemcon::report::rows::Kind;
use nemcon::report::{File, Look, page};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors::{text, unwritten};

/// What a command found.
#[pyclass(frozen, module = "nemcon._native")]
pub struct Found {
    findings: Box<dyn Findings>,
    /// The files that were read for it, which it must not write over.
    inputs: Vec<PathBuf>,
    title: String,
    /// The CSV files, once someone has asked for them.
    files: Mutex<Option<Arc<Vec<File>>>>,
}

impl Found {
    /// What was found in the files of these `inputs`; `title` is that of the scenario.
    pub fn new(findings: Box<dyn Findings>, inputs: Vec<PathBuf>, title: String) -> Self {
        Self { findings, inputs, title, files: Mutex::new(None) }
    }

    fn files(&self) -> PyResult<Arc<Vec<File>>> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(files) = &*files {
            return Ok(Arc::clone(files));
        }
        let made = Arc::new(self.findings.files()?);
        *files = Some(Arc::clone(&made));
        Ok(made)
    }
}

#[pymethods]
impl Found {
    /// Rounds simulated (of update replicates), and those that there were to be.
    #[getter]
    fn extent(&self) -> (u64, u64) {
        let extent = self.findings.extent();
        (extent.rounds, extent.asked)
    }

    /// The scenario's title.
    #[getter]
    fn title(&self) -> &str {
        &self.title
    }

    /// The command line that finds the same again.
    #[getter]
    fn repeat(&self) -> &str {
        &self.findings.origin().repeat
    }

    /// The tables: the names of their files without `.csv`.
    #[getter]
    fn tables(&self, py: Python<'_>) -> PyResult<Vec<&'static str>> {
        let files = py.detach(|| self.files())?;
        Ok(files.iter().map(|file| file.name.trim_end_matches(".csv")).collect())
    }

    /// The table of this name: its file, and what each column holds; nothing if there is none.
    fn table<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Option<(Bound<'py, PyBytes>, String)>> {
        let files = py.detach(|| self.files())?;
        let file = files.iter().find(|file| file.name.strip_suffix(".csv") == Some(name));
        Ok(file.map(|file| (PyBytes::new(py, &file.bytes), kinds(&file.kinds))))
    }

    /// Everything, as `--format json` prints it.
    fn json(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| text(self.findings.json()))
    }

    /// The main table, as `--format csv` prints it.
    fn csv<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &py.detach(|| self.findings.csv())?))
    }

    /// The record of the run, `run.json`.
    fn record(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| {
            let listed = self.files()?.iter().map(File::record).collect();
            text(Ok(self.findings.record(listed)?.bytes))
        })
    }

    /// Everything that there is to read, as the command line shows it.
    fn text(&self, py: Python<'_>, width: u16) -> String {
        py.detach(|| self.findings.text(Look { width, styled: false }))
    }

    /// The main table in Markdown.
    fn markdown(&self, py: Python<'_>) -> String {
        py.detach(|| self.findings.main().markdown())
    }

    /// The main table as a LaTeX `tabular`.
    fn latex(&self, py: Python<'_>) -> String {
        py.detach(|| self.findings.main().latex())
    }

    /// Its charts as one element of HTML.
    fn html(&self, py: Python<'_>, note: &str) -> String {
        py.detach(|| page::fragment(&self.title, &self.findings.charts(), &self.findings.main(), note))
    }

    /// Writes the folder that the command line writes.
    fn save(&self, py: Python<'_>, folder: PathBuf, force: bool) -> PyResult<()> {
        py.detach(|| {
            let files = self.files()?;
            let record = self.findings.record(files.iter().map(File::record).collect())?;
            let names: Vec<_> = files.iter().map(|file| file.name).collect();
            let watch = Nobody::default();
            let write = || -> Result<(), FileError> {
                let made = Folder::open(&folder, watch.unfinished())?;
                let opening = Opening { force, inputs: &self.inputs, watch: &watch };
                let out = OutFiles::open(&folder, &names, None, RECORD, &opening)?;
                let bytes_of = |name: &str| files.iter().find(|file| file.name == name).map(|file| &file.bytes[..]);
                out.write(bytes_of)?.finish(None, &record.bytes)?;
                made.keep();
                Ok(())
            };
            write().map_err(|error| unwritten(&error))
        })
    }
}

/// The record of a run, as far as files are concerned.
const RECORD: RecordFile = RecordFile { name: RunRecord::NAME, listed: RunRecord::listed };

/// No one who waits for files or could stop them.
#[derive(Default)]
pub struct Nobody(Arc<Unfinished>);

impl Watch for Nobody {
    fn unfinished(&self) -> &Arc<Unfinished> {
        &self.0
    }

    fn stopped(&self) -> bool {
        false
    }

    fn without_locks(&self, _: &str) {}
}

/// What columns hold, a letter each.
pub fn kinds(kinds: &[Kind]) -> String {
    let letter = |kind: &Kind| match kind {
        Kind::Text => 't',
        Kind::MaybeText => 'm',
        Kind::Whole => 'w',
        Kind::Number => 'n',
        Kind::Truth => 'b',
        Kind::Value => 'v',
    };
    kinds.iter().map(letter).collect()
}
