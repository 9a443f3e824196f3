//! Where the tables of a scenario are looked up.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use crate::scenario::source::{self, Bytes};

/// Where the tables that a scenario names are.
#[derive(Debug, Clone, Copy)]
pub enum Tables<'a> {
    /// Files in this folder or in a folder inside it.
    Folder(&'a Path),
    /// In memory: the bytes of each table by its path as the scenario writes it, such as `data/members.csv`.
    Memory(&'a BTreeMap<String, Vec<u8>>),
}

/// Why a table cannot be had.
pub enum Refusal {
    /// Its path leads out of the folder.
    Outside,
    /// It cannot be read; why, in words.
    Unreadable(String),
}

impl Tables<'_> {
    /// By what path the table at the path `written` is mentioned.
    pub(super) fn path(self, written: &str) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.join(written),
            Self::Memory(_) => PathBuf::from(written),
        }
    }

    /// The bytes of the table at the path `written`, which must not lead out of the folder.
    pub(super) fn read(self, written: &str) -> Result<Bytes, Refusal> {
        let within = within(written).ok_or(Refusal::Outside)?;
        match self {
            Self::Folder(folder) => {
                let real = locate(written, folder)?;
                source::read(&real, true).map_err(Refusal::Unreadable)
            }
            Self::Memory(tables) => match tables.get(&within) {
                Some(bytes) if bytes.len() as u64 > source::MAX_FILE_BYTES => Ok(Bytes::TooMany),
                Some(bytes) => Ok(Bytes::Whole(bytes.clone())),
                None => Err(Refusal::Unreadable("it is not among the tables given".to_owned())),
            },
        }
    }
}

/// A path without `.` and `..`, its folders separated by `/`; none if it leads outside, even for a while.
fn within(written: &str) -> Option<String> {
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

/// The real path of a table, which must be inside `folder` however it is linked.
fn locate(written: &str, folder: &Path) -> Result<PathBuf, Refusal> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let unreadable = |error: std::io::Error| Refusal::Unreadable(source::in_words(&error));
    let folder = folder.canonicalize().map_err(unreadable)?;
    let real = folder.join(written).canonicalize().map_err(unreadable)?;
    if real.starts_with(&folder) { Ok(real) } else { Err(Refusal::Outside) }
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
