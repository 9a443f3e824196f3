//! Where the tables of a scenario are looked up.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use crate::scenario::source::{self, Bytes};

/// Where the tables that a scenario names are.
#[derive(Debug, Clone, Copy)]
pub enum Tables<'a> {
    /// Files in this folder or in a folder inside it.
    Folder(&'a Path),
    /// Files beside the scenario at this path or in a folder there; if that is a symbolic link, else beside what it
    /// links to.
    Beside(&'a Path),
    /// In memory: the bytes of each table by its path as the scenario writes it, such as `data/members.csv`.
    Memory(&'a BTreeMap<String, Vec<u8>>),
}

/// A table that was found.
pub struct Found {
    /// By what path it is mentioned.
    pub path: PathBuf,
    /// What it says.
    pub bytes: Bytes,
}

/// Why a table cannot be had.
pub enum Refusal {
    /// Its path leads out of the folder.
    Outside,
    /// It is a link, or in a folder that is one, and that leads out of the scenario's folder, to this file.
    LinkOutside(PathBuf),
    /// The file at this path cannot be read; why, in words.
    Unreadable(PathBuf, String),
}

impl Tables<'_> {
    /// The table at the path `written`, which must not lead out of the folder.
    pub(super) fn read(self, written: &str) -> Result<Found, Refusal> {
        let within = within(written).ok_or(Refusal::Outside)?;
        match self {
            Self::Folder(folder) => read_in(folder, written),
            Self::Beside(scenario) => {
                let first = read_in(folder_of(scenario), written);
                let Some(real) = target(scenario).filter(|_| first.is_err()) else { return first };
                // What is wrong is said of the path as given.
                read_in(folder_of(&real), written).or(first)
            }
            Self::Memory(tables) => match tables.get(&within) {
                Some(bytes) if bytes.len() as u64 > source::MAX_FILE_BYTES => {
                    Ok(Found { path: PathBuf::from(written), bytes: Bytes::TooMany })
                }
                Some(bytes) => Ok(Found { path: PathBuf::from(written), bytes: Bytes::Whole(bytes.clone()) }),
                None => Err(Refusal::Unreadable(written.into(), "it is not among the tables given".to_owned())),
            },
        }
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new(""))
}

/// What the file at `path` links to in the end, if it is a symbolic link.
fn target(path: &Path) -> Option<PathBuf> {
    let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    is_link.then(|| path.canonicalize().ok())?
}

/// A path without `.` and `..`, its folders separated by `/`; none if it leads outside, even for a while.
pub fn within(written: &str) -> Option<String> {
    let mut names = Vec::new();
    for component in Path::new(written).components() {
        match component {
            Component::Normal(name) => names.push(name.to_str()?),
            Component::CurDir => {}
            Component::ParentDir => _ = names.pop()?,
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(names.join("/"))
}

/// Reads the table at the path `written` in `folder`, which it must not leave however it is linked.
fn read_in(folder: &Path, written: &str) -> Result<Found, Refusal> {
    let path = folder.join(written);
    let refuse = |why: String| Refusal::Unreadable(path.clone(), why);
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let folder = folder.canonicalize().map_err(|error| refuse(source::in_words(&error)))?;
    let real = folder.join(written).canonicalize().map_err(|error| refuse(missing(&path, &error)))?;
    if !real.starts_with(&folder) {
        return Err(Refusal::LinkOutside(real));
    }
    let bytes = source::read(&real, true).map_err(refuse)?;
    Ok(Found { path, bytes })
}

/// Why nothing is found at `path`, in words; a link that leads nowhere says where that is.
fn missing(path: &Path, error: &std::io::Error) -> String {
    match path.read_link() {
        Ok(target) if error.kind() == std::io::ErrorKind::NotFound => {
            format!("it is a link to {}, and there is no such file", target.display())
        }
        _ => source::in_words(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside_or_lead_nowhere() {
        for (written, path) in [
            ("members.csv", Some("members.csv")),
            ("./data//members.csv", Some("data/members.csv")),
            ("data/../more/members.csv", Some("more/members.csv")),
            ("", Some("")),
            ("data/..", Some("")),
            ("../members.csv", None),
            ("data/../../scenarios/members.csv", None),
            ("/members.csv", None),
        ] {
            assert_eq!(within(written).as_deref(), path, "{written}");
        }
    }
}
