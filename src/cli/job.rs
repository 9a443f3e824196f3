//! What the commands that simulate do alike: open outputs, watch the run, write what came out, and record it.

use std::io;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::failure::{Exit, Failure};
use super::interrupt::Interrupt;
use super::machine;
use super::round_log::{EndedLog, LogFile};
use super::saving::{self, Saving};
use super::scenario::STANDARD;
use super::simulate::{Format, Options};
use super::{Outcome, console, progress, scenario};
use crate::files::{Folder, Opening, OutFiles, RecordFile, Target, Watch, reason};
use crate::model::Model;
use crate::report::findings::{Call, Findings};
use crate::report::json::{FileRecord, OptionsRecord, RunRecord};
use crate::report::{File, LARGEST_EXACT, Origin, csv};
use crate::scenario::Scenario;
use crate::simulation::{RoundLog, RunError};
use crate::study::{self, Answer, Error, Figures, Handle, Question, Results, Session, Work};

/// The record of a run, as far as files are concerned.
pub const RECORD: RecordFile = RecordFile { name: RunRecord::NAME, listed: RunRecord::listed };

/// One command about to simulate one scenario.
pub struct Job<'a> {
    /// The scenario's path, as given.
    path: &'a Path,
    options: &'a Options,
    /// The files read.
    inputs: Vec<PathBuf>,
    watch: Arc<Interrupt>,
    /// The scenario.
    pub scenario: Scenario,
    /// How much is simulated, and on what.
    pub simulation: study::Options,
}

impl<'a> Job<'a> {
    /// Reads the scenario and makes the changes asked for; warnings go to standard error. `precision` is that asked for.
    ///
    /// # Errors
    /// That it cannot be read, everything that is wrong with it, or that a run from standard input cannot be saved.
    pub fn load(
        path: &'a Path,
        options: &'a Options,
        precision: Option<f64>,
        saving: &Saving,
    ) -> Result<Self, Failure> {
        saving.check_standard(path)?;
        let scenario = scenario::load(path, &options.set, options.quiet)?;
        if !options.quiet {
            scenario::remark(&scenario);
        }
        let threads = options.threads.and_then(|threads| NonZero::new(threads.get() as usize));
        Ok(Self {
            path,
            options,
            inputs: scenario.inputs.iter().map(|input| input.path.clone()).collect(),
            watch: Interrupt::watch(options.quiet),
            scenario,
            simulation: study::Options { rounds: options.rounds, seed: options.seed, precision, threads },
        })
    }

    /// Whether to count ballot by ballot, too: if it is asked for, or goes into a file or JSON.
    pub fn counts_ballots(&self, asked: bool, saving: &Saving) -> bool {
        let Options { out, format, .. } = self.options;
        let is_saved = saving.path().is_some() || saving.merged.is_some();
        asked || out.is_some() || *format == Format::Json || is_saved
    }

    /// How files are opened that this command writes.
    fn opening(&self) -> Opening<'_> {
        self.watch.opening(self.options.force, &self.inputs)
    }

    /// Opens everything that will be written, so that a bad path fails before the run: the folder of results with the
    /// files called `names`, and a log of a model's rounds.
    ///
    /// # Errors
    /// That something cannot be created, or must not be overwritten.
    pub fn open<'m>(&self, names: &[&'static str], log: Option<(&Path, &'m Model)>) -> Result<Outputs<'m>, Failure> {
        let opening = self.opening();
        let path = self.options.out.as_deref();
        // The folder before the log, which may be in it.
        let folder = path.map(|path| Folder::open(path, self.watch.unfinished())).transpose()?;
        let log_file = log.map(|(path, _)| path).filter(|path| *path != Path::new(STANDARD));
        let out = path.map(|path| OutFiles::open(path, names, log_file, RECORD, &opening)).transpose()?;
        let start = |(path, model): (&Path, &'m Model)| {
            if path == Path::new(STANDARD) {
                return LogFile::to_standard_output(model, self.options.excel, out.is_none());
            }
            if out.as_ref().is_some_and(|out| out.contains(path)) {
                let what = "--log-rounds and --out would write the same file";
                return Err(Failure::new(Exit::Usage, what, Some("give the log another name")));
            }
            let target = Target::open(path, &opening)?;
            if target.is_file() {
                LogFile::check_room(model, path, self.simulation.rounds(&self.scenario))?;
            }
            LogFile::start(model, path, self.options.excel, target)
        };
        let log = log.map(start).transpose()?;
        Ok(Outputs { log, out, folder })
    }

    /// Watches and stops what is simulated.
    pub fn handle(&self) -> &Handle {
        self.watch.handle()
    }

    /// Whether this machine has the memory that the answer takes at least.
    ///
    /// # Errors
    /// That it has not.
    pub fn check_memory<Q: Question>(&self, question: &Q, saving: &Saving) -> Result<(), Failure> {
        // Nothing is counted of what is merged.
        let threads = if saving.merged.is_some() { 0 } else { self.simulation.threads() };
        machine::check_threads(threads)?;
        machine::check_memory(question.bytes(threads))
    }

    /// Answers the question: counts what is asked for or, with a checkpoint, what it does not have yet, or adds files
    /// up, and shows meanwhile how far it is.
    ///
    /// # Errors
    /// That it cannot be simulated, or that a checkpoint cannot be read or written.
    pub fn answer<Q: Figures>(
        &self,
        question: &Q,
        outputs: &mut Outputs<'_>,
        saving: &Saving,
    ) -> Result<Answered<Q::Figures>, Failure> {
        self.check_memory(question, saving)?;
        if let Some(files) = &saving.merged {
            return Ok(Answered::Whole(Box::new(Answer::new(question, saving::add_up(question, files)?))));
        }
        let (results, missing) = self.count(question, outputs, saving)?;
        if saving.shard.is_none() {
            return Ok(Answered::Whole(Box::new(Answer::new(question, results))));
        }
        let all = question.units(results.of.rounds);
        Ok(Answered::Part(saving.tell_part(&results, all, missing)?))
    }

    /// Counts what is asked for; also how many units are missing of it because the user stopped.
    fn count<Q: Figures>(
        &self,
        question: &Q,
        outputs: &mut Outputs<'_>,
        saving: &Saving,
    ) -> Result<(Results<Q::Counts>, u64), Failure> {
        let mut work = Work { threads: self.simulation.threads(), ..Work::new(self.handle()) };
        let session = if let Some(path) = saving.path() {
            let place = saving.claim(path, self.opening(), outputs.out.as_ref())?;
            let mut session = saving.begin(question, path)?;
            self.watched(|| place.fill(&mut session, &mut work))?;
            if session.missing() > 0 && !self.options.quiet {
                let path = path.display();
                console::say(&format!("what is done is saved in {path}; --resume in place of --checkpoint goes on\n"));
            }
            session
        } else {
            let mut session = Session::whole(question);
            work.log = outputs.log.as_mut().map(|log| log as &mut dyn RoundLog);
            self.watched(|| session.finish(&mut work)).map_err(|error| outputs.failure(error))?;
            session
        };
        let missing = session.missing();
        Ok((session.into_results(), missing))
    }

    /// Does `work` and shows how far it is.
    fn watched<T>(&self, work: impl FnOnce() -> T) -> T {
        progress::during(self.handle(), self.options.quiet, work)
    }

    /// The options as given; those that only some commands have are left out.
    pub fn given(&self, saving: &Saving) -> OptionsRecord {
        let Options { rounds, seed, threads, out, format, excel, force, quiet, .. } = self.options;
        let shown = |path: &Path| path.display().to_string();
        OptionsRecord {
            rounds: *rounds,
            precision: self.simulation.precision,
            seed: *seed,
            threads: threads.map(|threads| threads.get() as usize),
            out: out.as_deref().map(shown),
            checkpoint: saving.path().map(shown),
            merged: saving.merged.as_ref().map(|files| files.iter().map(|file| shown(file)).collect()),
            format: format.name(),
            excel: *excel,
            force: *force,
            quiet: *quiet,
            ..OptionsRecord::default()
        }
    }

    /// How the question was asked, by options that were `given`.
    pub fn call(&self, given: OptionsRecord) -> Call {
        let threads = given.merged.is_none().then(|| self.simulation.threads());
        Call::new(self.path.to_owned(), &self.scenario, given, threads)
    }

    /// Writes the files and the record that lists them, puts them in their places and shows the results of a run that
    /// came so far.
    ///
    /// # Errors
    /// That something cannot be written.
    pub fn finish(&self, outputs: Outputs<'_>, findings: &dyn Findings) -> Outcome {
        let extent = findings.extent();
        if extent.rounds == 0 {
            if !self.options.quiet {
                console::say("interrupted before any round was finished: nothing is written\n");
            }
            return Ok(Exit::Interrupted);
        }
        // Dropped last to first if something fails: an empty folder is removed after the unfinished files in it.
        let Outputs { folder, out, log } = outputs;
        let replaced = log.as_ref().is_some_and(LogFile::is_standard_output);
        if let Some(out) = out {
            let mut files = findings.files().map_err(|error| unwritten(&error))?;
            if self.options.excel {
                files.iter_mut().try_for_each(for_spreadsheets).map_err(|error| unwritten(&error))?;
            }
            let bytes_of = |name: &str| files.iter().find(|file| file.name == name).map(|file| &file.bytes[..]);
            let out = out.write(bytes_of)?;
            let mut listed: Vec<FileRecord> = files.iter().map(File::record).collect();
            let log = log.map(LogFile::finish).transpose()?;
            let in_folder = log.as_ref().and_then(|log| Some((out.name_of(log.path()?)?, log.digest())));
            listed.extend(in_folder.map(|(name, digest)| FileRecord::new(name, digest)));
            let record = findings.record(listed).map_err(|error| unwritten(&error))?;
            out.finish(log.and_then(EndedLog::target), &record.bytes)?;
        } else if let Some(log) = log.map(LogFile::finish).transpose()?.and_then(EndedLog::target) {
            log.finish()?;
        }
        if let Some(folder) = folder {
            folder.keep();
        }
        self.remark(findings.origin(), replaced);
        if !replaced {
            console::show(&self.options.shown(findings)?)?;
        }
        Ok(if extent.is_partial() { Exit::Interrupted } else { Exit::Done })
    }

    /// Says how to have again what has no room to say so itself, and which seed readers of JSON would round.
    fn remark(&self, origin: &Origin, is_log: bool) {
        if self.options.quiet {
            return;
        }
        let format = self.options.format;
        if is_log || format == Format::Csv {
            console::say(&format!("{}\n", origin.line()));
        }
        let writes_json = self.options.out.is_some() || format == Format::Json && !is_log;
        if let Some(seed) = origin.seed.filter(|&seed| writes_json && seed > LARGEST_EXACT) {
            console::say(&format!(
                "remark: some readers of JSON (JavaScript, jq, R) round the seed {seed}, which is above 2^53 - 1: \
                 seed_text has it exactly\n"
            ));
        }
    }
}

/// Writes the files of what was found and the record that lists them, for spreadsheets if asked for.
///
/// # Errors
/// That one cannot be written.
pub fn write_out(out: OutFiles, findings: &dyn Findings, excel: bool) -> Result<(), Failure> {
    let mut files = findings.files().map_err(|error| unwritten(&error))?;
    if excel {
        files.iter_mut().try_for_each(for_spreadsheets).map_err(|error| unwritten(&error))?;
    }
    let out = out.write(|name: &str| files.iter().find(|file| file.name == name).map(|file| &file.bytes[..]))?;
    let record = findings.record(files.iter().map(File::record).collect()).map_err(|error| unwritten(&error))?;
    Ok(out.finish(None, &record.bytes)?)
}

/// A file of results as spreadsheets read it, if it is CSV.
fn for_spreadsheets(file: &mut File) -> io::Result<()> {
    if file.name.ends_with(".csv") {
        file.bytes = csv::for_spreadsheets(&file.bytes)?;
    }
    Ok(())
}

/// What a question came to.
pub enum Answered<F> {
    /// All that was asked for, or as much as there was until the user stopped.
    Whole(Box<Answer<F>>),
    /// A share, of which the counts are saved and the command ends so.
    Part(Exit),
}

/// Where results go, apart from standard output.
pub struct Outputs<'m> {
    log: Option<LogFile<'m>>,
    /// The files of the folder of results.
    out: Option<OutFiles>,
    // Last, so that the unfinished files in it are gone when an empty folder is removed.
    folder: Option<Folder>,
}

impl Outputs<'_> {
    /// That rounds cannot be simulated or logged.
    fn failure(&self, error: Error) -> Failure {
        match (&error, &self.log) {
            (Error::Run(RunError::Log(reason)), Some(log)) => log.failure(reason),
            _ => error.into(),
        }
    }
}

/// That results cannot be written.
pub fn unwritten(error: &io::Error) -> Failure {
    Failure::new(Exit::CannotWrite, format!("the results cannot be written: {}", reason(error)), None)
}
