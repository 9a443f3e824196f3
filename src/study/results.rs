//! Files of results: the counts of some of the units of a question, and everything that says which units of what they
//! are.
//!
//! A checkpoint is such a file, and so is what one of several machines has simulated; counts of other units are added.
//! The file is JSON. Member sets are the members' positions in the scenario, from 0, joined by `+`.

use std::io;
use std::ops::Range;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::asked::Asked;
use crate::hash::sha256_hex;
use crate::simulation::DRAWS;

/// The version of the files' format: another one whenever what they hold changes, the counts included.
const FORMAT: u32 = 5;

/// Counts of some units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Results<C> {
    /// What they are counts of.
    pub of: Asked,
    /// The units counted: rounds or, of a sweep, points.
    pub units: Range<u64>,
    /// Seconds that their simulation took.
    pub elapsed_seconds: f64,
    /// What was counted.
    pub counts: C,
}

/// What the file holds beside the results themselves.
#[derive(Serialize, Deserialize)]
struct Envelope<R> {
    /// Version of the format.
    nemcon_results: u32,
    /// Version of the rounds; the first files did not have it.
    #[serde(default)]
    draws: Option<u32>,
    /// Version of the program, which does not matter if the other two are the same.
    version: String,
    /// SHA-256 of the bytes of `results`, in hexadecimal.
    sha256: String,
    results: R,
}

/// Why bytes are not results that can be added to.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// They are something else.
    #[error("it is not a file of nemcon's results, or only the beginning of one ({0})")]
    Foreign(String),
    /// They are in another format.
    #[error("it was written by nemcon {0} in another format; this is nemcon {this}", this = env!("CARGO_PKG_VERSION"))]
    Format(String),
    /// They are counts of rounds that would come out otherwise now.
    #[error("it was written by nemcon {0}, whose rounds are others; this is nemcon {this}", this = env!("CARGO_PKG_VERSION"))]
    Draws(String),
    /// They are not what was written.
    #[error("it is damaged: its contents do not match their checksum")]
    Damaged,
}

impl<C: Serialize> Results<C> {
    /// The results as a file.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    pub fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let results = serde_json::value::to_raw_value(self)?;
        let (sha256, version) = (sha256_hex(results.get().as_bytes()), env!("CARGO_PKG_VERSION").to_owned());
        let mut bytes =
            serde_json::to_vec(&Envelope { nemcon_results: FORMAT, draws: Some(DRAWS), version, sha256, results })?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

impl<C: DeserializeOwned> Results<C> {
    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// Why that is not possible. [`asked_of`] tells whether they are counts of something else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unusable> {
        serde_json::from_str(contents(bytes)?).map_err(|error| foreign(&error))
    }
}

/// What a file of results is about, whatever it counts.
///
/// # Errors
/// As [`Results::from_bytes`].
pub fn asked_of(bytes: &[u8]) -> Result<Asked, Unusable> {
    let results: Results<IgnoredAny> = serde_json::from_str(contents(bytes)?).map_err(|error| foreign(&error))?;
    Ok(results.of)
}

/// What the envelope holds, if it is whole.
fn contents(bytes: &[u8]) -> Result<&str, Unusable> {
    let envelope: Envelope<&RawValue> = serde_json::from_slice(bytes).map_err(|error| foreign(&error))?;
    if envelope.nemcon_results != FORMAT {
        return Err(Unusable::Format(envelope.version));
    }
    if envelope.draws != Some(DRAWS) {
        return Err(Unusable::Draws(envelope.version));
    }
    if envelope.sha256 != sha256_hex(envelope.results.get().as_bytes()) {
        return Err(Unusable::Damaged);
    }
    Ok(envelope.results.get())
}

fn foreign(error: &serde_json::Error) -> Unusable {
    Unusable::Foreign(error.to_string())
}
