//! What members, candidates and groups are called in figures.

use crate::model::{Candidate, Model};

/// What a member or candidate is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Unique id.
    pub id: String,
    /// Name for readers.
    pub name: String,
}

impl Key {
    pub(super) fn new(id: &str, name: &str) -> Self {
        Self { id: id.to_owned(), name: name.to_owned() }
    }

    pub(super) fn of(candidate: &Candidate) -> Self {
        Self::new(&candidate.id, &candidate.name)
    }

    /// The candidates in the order of the file, then none: no consensus.
    pub(super) fn outcomes(model: &Model) -> Vec<Option<Self>> {
        model.candidates.iter().map(|candidate| Some(Self::of(candidate))).chain([None]).collect()
    }
}
