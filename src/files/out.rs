//! The files of one folder of results, which belong together.
//!
//! The record of the run is the first to go and the last to come: whoever finds one finds the files that it lists, and
//! never those of another run. A record that is on its way, old or new, stands under a temporary name. So whatever
//! moment the program is killed at, the next one knows which files are nemcon's: those that some record lists.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::claim::{Claim, Opening, destination};
use super::error::FileError;
use super::target::Target;
use super::unfinished::Unfinished;

/// The file that lists the others.
#[derive(Debug, Clone, Copy)]
pub struct RecordFile {
    /// Its name.
    pub name: &'static str,
    /// The names of the files that such a file lists; none if it is something else.
    pub listed: fn(&[u8]) -> Vec<String>,
}

/// The files of one folder.
#[derive(Debug)]
pub struct OutFiles {
    folder: PathBuf,
    files: Vec<(&'static str, Target)>,
    record: Target,
    /// Files of earlier runs, which go, and what is left of them.
    old: Vec<Claim>,
    /// Records of earlier runs that did not come to their place, or have left it.
    old_records: Vec<PathBuf>,
    unfinished: Arc<Unfinished>,
}

impl OutFiles {
    /// Opens the files called `names` in the folder `path`, which exists, and their record; `more` is a file that is
    /// written with them and may be in the folder, too.
    ///
    /// # Errors
    /// That another run writes to this folder, that a file of it or of an earlier run exists and may not be
    /// overwritten, or that one cannot be created.
    pub fn open(
        path: &Path,
        names: &[&'static str],
        more: Option<&Path>,
        record: RecordFile,
        opening: &Opening<'_>,
    ) -> Result<Self, FileError> {
        let place = path.join(record.name);
        let forced = Opening { force: true, ..*opening };
        let (target, old_records) = match Target::direct(&place, opening.watch)? {
            Some(direct) => (direct, Vec::new()),
            None => {
                let claim = Claim::keeping_temporaries(&place, &forced).map_err(|error| match error {
                    FileError::Busy { .. } => FileError::Busy { path: path.to_owned() },
                    other => other,
                })?;
                let left = claim.temporaries();
                (Target::claimed(&Arc::new(claim), opening)?, left)
            }
        };
        let records = old_records.iter().chain([&place]);
        let listed: BTreeSet<String> = records.flat_map(|record_at| names_in(record_at, record)).collect();
        let ours = listed.iter().filter(|name| can_be_ours(path, name)).map(String::as_str);
        let written = names.iter().copied().chain([record.name]);
        let existing = written.filter(|name| path.join(name).symlink_metadata().is_ok());
        let there = ours.clone().filter(|name| path.join(name).symlink_metadata().is_ok());
        let existing: BTreeSet<&str> = existing.chain(there).collect();
        if !opening.force && !existing.is_empty() {
            let verb = if existing.len() == 1 { "exists" } else { "exist" };
            let existing = existing.into_iter().collect::<Vec<_>>().join(", ");
            let what = format!("{existing} {verb} in {}", path.display());
            let help = "choose another folder, or overwrite with --force";
            return Err(FileError::refused(what, Some(help)));
        }
        let more = more.and_then(destination);
        let is_more = |name: &str| more.is_some() && destination(&path.join(name)) == more;
        let old = ours.filter(|name| !names.contains(name) && *name != record.name && !is_more(name));
        let old = old.map(|name| Claim::new(&path.join(name), opening)).collect::<Result<_, _>>()?;
        let open = |&name: &&'static str| Ok((name, Target::open(&path.join(name), opening)?));
        Ok(Self {
            folder: path.to_owned(),
            files: names.iter().map(open).collect::<Result<_, _>>()?,
            record: target,
            old,
            old_records,
            unfinished: Arc::clone(opening.watch.unfinished()),
        })
    }

    /// Whether one of the files goes where a file at `path` would go.
    pub fn contains(&self, path: &Path) -> bool {
        let Some(place) = destination(path) else { return false };
        let targets = self.files.iter().map(|(_, target)| target).chain([&self.record]);
        targets.filter_map(Target::claim).any(|claim| claim.place() == place)
    }

    /// The name of the file at `path` if it is in the folder.
    pub fn name_of<'p>(&self, path: &'p Path) -> Option<&'p str> {
        let name = path.file_name().and_then(|name| name.to_str())?;
        (destination(path)? == destination(&self.folder.join(name))?).then_some(name)
    }

    /// Writes the files under their temporary names; `bytes_of` says what a file of this name holds.
    ///
    /// # Errors
    /// That one cannot be written, or that there is nothing to write to it.
    pub fn write<'b>(mut self, bytes_of: impl Fn(&str) -> Option<&'b [u8]>) -> Result<Self, FileError> {
        for (name, target) in &mut self.files {
            let nothing = || target.error(&io::Error::other("there are no results for it"));
            target.write_whole(bytes_of(name).ok_or_else(nothing)?)?;
        }
        Ok(self)
    }

    /// Puts the files in their places, and with them `more`, which belong to the same results: an old record goes
    /// first, then what it lists and is not written again, and the `record`, which lists them, comes last.
    ///
    /// # Errors
    /// That one cannot be put there. Then there is no record.
    pub fn finish(self, more: Option<Target>, record: &[u8]) -> Result<(), FileError> {
        self.finish_in_steps(more, record, || ())
    }

    /// As [`finish`](Self::finish); `step` is called before, after and between any two changes to the folder.
    fn finish_in_steps(mut self, more: Option<Target>, record: &[u8], mut step: impl FnMut()) -> Result<(), FileError> {
        self.record.write_whole(record)?;
        let unfinished = Arc::clone(&self.unfinished);
        let mut files: Vec<Target> = self.files.drain(..).map(|(_, target)| target).chain(more).collect();
        unfinished.undisturbed(|| {
            files.iter().chain([&self.record]).try_for_each(Target::check_place)?;
            let mut change = |changed: Result<(), FileError>| {
                changed?;
                step();
                Ok(())
            };
            change(Ok(()))?;
            change(self.set_record_aside())?;
            for old in &self.old {
                let removed = fs::remove_file(old.place()).or_else(unless_missing);
                change(removed.map_err(|error| FileError::unwritten(old.path(), &error)))?;
            }
            files.iter_mut().try_for_each(|target| change(target.put()))?;
            change(self.record.put())?;
            self.old_records.iter().for_each(|old| drop(fs::remove_file(old)));
            change(Ok(()))
        })
    }

    /// Gives the record that is there, if there is one, a temporary name. From then on neither it nor the new one gets
    /// lost.
    fn set_record_aside(&mut self) -> Result<(), FileError> {
        let Some(claim) = self.record.claim().cloned() else { return Ok(()) };
        self.record.keep_temporary();
        if claim.place().symlink_metadata().is_err() {
            return Ok(());
        }
        let aside = super::target::aside(claim.place()).map_err(|error| self.record.error(&error))?;
        self.old_records.push(aside);
        Ok(())
    }
}

/// Larger files are no records.
const MAX_RECORD: u64 = 1 << 24;
/// No record lists more files.
const MOST_FILES: usize = 100;

/// The names that the record at `path` lists; none if it is not there or is something else.
fn names_in(path: &Path, record: RecordFile) -> Vec<String> {
    let is_readable = fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() <= MAX_RECORD);
    let bytes = is_readable.then(|| fs::read(path).ok()).flatten();
    let names = bytes.map_or_else(Vec::new, |bytes| (record.listed)(&bytes));
    if names.len() <= MOST_FILES { names } else { Vec::new() }
}

/// Whether `name` can be that of a file that was written to the `folder`: it leads nowhere else, and what is there now,
/// if anything, is a regular file.
fn can_be_ours(folder: &Path, name: &str) -> bool {
    let path = Path::new(name);
    path.file_name().is_some_and(|own| own == path.as_os_str())
        && folder.join(path).symlink_metadata().map_or(true, |file| file.is_file())
}

/// That something is not there any more does not matter.
fn unless_missing(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::claim::Watch;
    use super::*;

    #[derive(Default)]
    struct Nobody(Arc<Unfinished>);

    impl Watch for Nobody {
        fn unfinished(&self) -> &Arc<Unfinished> {
            &self.0
        }

        fn stopped(&self) -> bool {
            false
        }

        fn without_locks(&self, _: &str) {}
    }

    /// A record lists names and contents: `a=1;b=1;`.
    const RECORD: RecordFile = RecordFile { name: "run", listed: |bytes| listed(bytes).into_keys().collect() };

    fn listed(bytes: &[u8]) -> BTreeMap<String, String> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let pairs = text.split_terminator(';').filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
    }

    /// What a folder holds, by name.
    type Contents = BTreeMap<String, String>;

    fn contents(folder: &Path) -> Contents {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        entries.map(|path| (name(&path), fs::read_to_string(&path).unwrap())).collect()
    }

    fn fill(folder: &Path, contents: &Contents) {
        contents.iter().for_each(|(name, text)| fs::write(folder.join(name), text).unwrap());
    }

    fn is_hidden(name: &str) -> bool {
        name.starts_with(".nemcon-")
    }

    /// Writes files that all hold `text`; `step` sees the folder at every step.
    fn write(
        folder: &Path,
        names: &[&'static str],
        text: &str,
        force: bool,
        mut step: impl FnMut(Contents),
    ) -> Result<(), FileError> {
        let nobody = Nobody::default();
        let opening = Opening { force, inputs: &[], watch: &nobody };
        let out = OutFiles::open(folder, names, None, RECORD, &opening)?.write(|_| Some(text.as_bytes()))?;
        let record: String = names.iter().map(|name| format!("{name}={text};")).collect();
        out.finish_in_steps(None, record.as_bytes(), || step(contents(folder)))
    }

    /// Whatever moment the program is killed at, a record stands beside the files that it lists and no others of
    /// nemcon's; and the next run, whichever files it writes, leaves nothing of either.
    #[test]
    fn results_are_never_mixed() {
        let start = tempfile::tempdir().unwrap();
        write(start.path(), &["a", "b", "c"], "1", false, |_| ()).unwrap();
        fs::write(start.path().join("mine"), "not nemcon's").unwrap();
        let mut states = Vec::new();
        write(start.path(), &["b", "d"], "2", true, |state| states.push(state)).unwrap();
        let shown = |state: &Contents| state.keys().filter(|name| !is_hidden(name)).cloned().collect::<Vec<_>>();
        assert_eq!(shown(&states[0]), ["a", "b", "c", "mine", "run"]);
        assert_eq!(shown(states.last().unwrap()), ["b", "d", "mine", "run"]);
        assert!(states.len() > 6, "{}", states.len());
        assert_eq!(shown(&contents(start.path())).len(), contents(start.path()).len(), "nothing hidden is left");
        for state in &states {
            let mut files: Contents = state.clone();
            files.retain(|name, _| !is_hidden(name));
            files.remove("mine");
            if let Some(record) = files.remove("run") {
                assert_eq!(listed(record.as_bytes()), files);
            }
            // Killed here: locks are those of the system, files stay.
            for names in [&["a", "b", "c"][..], &["b", "d"], &["e"]] {
                let folder = tempfile::tempdir().unwrap();
                fill(folder.path(), state);
                let left = contents(folder.path());
                let refused = write(folder.path(), names, "3", false, |_| ());
                assert!(matches!(refused, Err(FileError::Refused { .. })), "{state:?}");
                let after = contents(folder.path());
                assert!(left.iter().all(|(name, text)| is_hidden(name) || after[name] == *text), "{after:?}");
                write(folder.path(), names, "3", true, |_| ()).unwrap();
                let mut after = contents(folder.path());
                assert_eq!(after.remove("mine").as_deref(), Some("not nemcon's"));
                let record = after.remove("run").unwrap();
                // A lock of a run that was killed keeps no one away.
                after.retain(|name, _| !name.ends_with(".lock"));
                assert_eq!(listed(record.as_bytes()), after, "{names:?} after {state:?}");
            }
        }
    }

    #[test]
    fn a_failure_leaves_no_record_and_its_files_are_known() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &["a", "b"], "1", false, |_| ()).unwrap();
        // Where `c` should go there is suddenly a folder.
        let failed = write(folder.path(), &["b", "c"], "2", true, |state| {
            if !state.contains_key("run") {
                let _ = fs::create_dir(folder.path().join("c"));
            }
        });
        assert!(matches!(failed, Err(FileError::Unwritten { .. })), "{failed:?}");
        assert!(!contents(folder.path()).contains_key("run"));
        write(folder.path(), &["e"], "3", true, |_| ()).unwrap();
        assert_eq!(contents(folder.path()).into_keys().collect::<Vec<_>>(), ["e", "run"]);
    }

    #[test]
    fn a_record_names_no_files_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        fs::write(folder.path().join("precious"), "1").unwrap();
        fs::write(inner.join("run"), "../precious=1;..=1;/=1;=1;.=1;").unwrap();
        write(&inner, &["a"], "2", true, |_| ()).unwrap();
        assert!(folder.path().join("precious").exists());
        assert_eq!(contents(&inner).into_keys().collect::<Vec<_>>(), ["a", "run"]);
    }

    #[test]
    fn a_folder_belongs_to_one_run_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (Nobody::default(), Nobody::default());
        let opening = |nobody| Opening { force: true, inputs: &[], watch: nobody };
        let open =
            |names: &[&'static str], nobody| OutFiles::open(folder.path(), names, None, RECORD, &opening(nobody));
        let first = open(&["a"], &one).unwrap();
        assert!(matches!(open(&["b"], &other), Err(FileError::Busy { path }) if path == folder.path()));
        let busy = Target::open(&folder.path().join("a"), &opening(&other)).unwrap_err();
        assert!(matches!(busy, FileError::Busy { path } if path.ends_with("a")));
        let own = contents(folder.path()).len();
        // Temporaries of others stay as they are.
        let mut beside = Target::open(&folder.path().join("a-b"), &opening(&other)).unwrap();
        beside.write_whole(b"1").unwrap();
        assert_eq!(contents(folder.path()).len(), own + 2);
        drop(first);
        open(&["a"], &one).unwrap().write(|_| Some(b"2")).unwrap().finish(None, b"a=2;").unwrap();
        beside.finish().unwrap();
        assert_eq!(contents(folder.path()).into_keys().collect::<Vec<_>>(), ["a", "a-b", "run"]);
    }

    #[test]
    fn what_was_left_goes_with_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let ours = [".nemcon-a.AbC123.tmp", ".nemcon-a.lock"];
        let others = [".nemcon-a-b.AbC123.tmp", ".nemcon-a.b.AbC123.tmp", ".nemcon-a.AbC12.tmp", "a.tmp"];
        ours.iter().chain(&others).for_each(|name| fs::write(folder.path().join(name), "").unwrap());
        let nobody = Nobody::default();
        let opening = Opening { force: false, inputs: &[], watch: &nobody };
        Target::open(&folder.path().join("a"), &opening).unwrap().finish().unwrap();
        let mut there: Vec<_> = others.iter().copied().chain(["a"]).collect();
        there.sort_unstable();
        assert_eq!(contents(folder.path()).into_keys().collect::<Vec<_>>(), there);
        let long = "x".repeat(250);
        Target::open(&folder.path().join(&long), &opening).unwrap().finish().unwrap();
        assert!(folder.path().join(long).exists());
    }
}
