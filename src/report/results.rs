//! Files of results: the counts of some of the rounds of a run, or of some of the points of a sweep, and everything
//! that says which rounds or points of what they are.
//!
//! A checkpoint is such a file, and so is what one of several machines has simulated; counts of other rounds are added.
//! The file is JSON. Member sets are the members' positions in the scenario, from 0, joined by `+`.

use std::io;
use std::ops::Range;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::json::InputRecord;
use crate::hash::sha256_hex;
use crate::simulation::Compared;

/// The version of the files' format.
const FORMAT: u32 = 1;

/// Counts of some rounds; of a sweep, by point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Results<C = Compared> {
    /// What they are counts of.
    pub of: Asked,
    /// The rounds counted; of a sweep, the points.
    pub rounds: Range<u64>,
    /// Seconds that their simulation took.
    pub elapsed_seconds: f64,
    /// By assumption; `run` has one, and sets none against another. Of a sweep, by point.
    pub counts: C,
}

/// What was asked: all that the counts of a round depend on, and how many rounds there are to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// The command.
    pub command: String,
    /// Path of the scenario, as given.
    pub scenario: String,
    /// Every file that was read: the scenario, then its tables.
    pub inputs: Vec<InputRecord>,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Names of the assumptions, the baseline first.
    pub assumptions: Vec<String>,
    /// Rounds asked for, of which those counted may be a part; of a sweep, at each point.
    pub rounds: u64,
    /// The precision for which they are doubled until it is reached.
    pub precision: Option<f64>,
    /// The settings that a sweep varies and their values, as given; otherwise none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vary: Vec<String>,
    /// How a sweep samples them, if not every combination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<String>,
    /// Which share of all this is to be counted, such as `2/8`; otherwise all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
}

impl Asked {
    /// Whether assumptions are set against each other, round by round.
    pub fn is_joint(&self) -> bool {
        self.command == "compare"
    }

    /// In what these counts differ from those of `other`, in words; nothing if they can be added. The names of files
    /// and the share do not matter, nor does, but for a sweep, how many rounds are asked for.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let hashes = |asked: &Self| asked.inputs.iter().map(|input| input.sha256.clone()).collect::<Vec<_>>();
        if self.command != other.command {
            Some(format!("`{}`, not `{}`", self.command, other.command))
        } else if hashes(self) != hashes(other) {
            let changed = self.inputs.iter().zip(&other.inputs).find(|(mine, theirs)| mine.sha256 != theirs.sha256);
            let path = changed.map_or(&other.scenario, |(_, theirs)| &theirs.path);
            Some(format!("another scenario: {path} has other contents"))
        } else if self.assumptions != other.assumptions {
            Some(format!("the assumptions {}, not {}", self.assumptions.join(","), other.assumptions.join(",")))
        } else if self.seed != other.seed {
            Some(format!("seed {}, not {}", self.seed, other.seed))
        } else if self.vary != other.vary {
            Some(format!("the settings {}, not {}", self.vary.join(" "), other.vary.join(" ")))
        } else if self.sample != other.sample {
            let sample = |asked: &Self| asked.sample.clone().unwrap_or_else(|| "every combination".to_owned());
            Some(format!("{}, not {}", sample(self), sample(other)))
        } else if self.vary.is_empty() {
            None
        } else if self.rounds != other.rounds {
            Some(format!("{} rounds at each point, not {}", self.rounds, other.rounds))
        } else if self.precision != other.precision {
            let precision = |asked: &Self| asked.precision.map_or("none".to_owned(), |precision| precision.to_string());
            Some(format!("the precision {}, not {}", precision(self), precision(other)))
        } else {
            None
        }
    }
}

/// What the file holds beside the results themselves.
#[derive(Serialize, Deserialize)]
struct Envelope<R> {
    /// Version of the format.
    nemcon_results: u32,
    /// Version of the program.
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
    /// Another version wrote them.
    #[error(
        "it was written by nemcon {0}, whose rounds may be others; this is nemcon {this}",
        this = env!("CARGO_PKG_VERSION")
    )]
    Version(String),
    /// They are counts, but of another kind of command.
    #[error("it holds counts of `{0}`, which are of another kind")]
    Kind(String),
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
        let mut bytes = serde_json::to_vec(&Envelope { nemcon_results: FORMAT, version, sha256, results })?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

impl<C: DeserializeOwned> Results<C> {
    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// Why that is not possible.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unusable> {
        let foreign = |error: serde_json::Error| Unusable::Foreign(error.to_string());
        let envelope: Envelope<&RawValue> = serde_json::from_slice(bytes).map_err(foreign)?;
        if envelope.nemcon_results != FORMAT || envelope.version != env!("CARGO_PKG_VERSION") {
            return Err(Unusable::Version(envelope.version));
        }
        if envelope.sha256 != sha256_hex(envelope.results.get().as_bytes()) {
            return Err(Unusable::Damaged);
        }
        let text = envelope.results.get();
        serde_json::from_str(text).map_err(|error| match serde_json::from_str::<Results<IgnoredAny>>(text) {
            Ok(other) => Unusable::Kind(other.of.command),
            Err(_) => foreign(error),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::example;
    use crate::model::{MemberSet, Model, VetoPower};
    use crate::simulation::{Comparing, Counts, Execution, Flows, Plan, simulate};

    const ROUNDS: Range<u64> = 4096..5000;

    fn plans() -> [Plan; 2] {
        let model = |vetoes: VetoPower| Model { vetoes: vec![vetoes; 12], ..example::model(12, 2) };
        [VetoPower::NONE, VetoPower { probability: 0.5, ..VetoPower::absolute(2) }].map(|power| Plan::new(model(power)))
    }

    fn results() -> Results {
        let input = InputRecord { path: "small.toml".to_owned(), sha256: "5ca1ab1e".to_owned() };
        let of = Asked {
            command: "compare".to_owned(),
            scenario: "small.toml".to_owned(),
            inputs: vec![input],
            seed: 3,
            assumptions: vec!["stated".to_owned(), "other".to_owned()],
            rounds: 10_000,
            precision: None,
            vary: vec![],
            sample: None,
            shard: None,
        };
        let counts = simulate(&Comparing(&plans()), Execution::new(3, ROUNDS)).unwrap().counts;
        Results { of, rounds: ROUNDS, elapsed_seconds: 0.25, counts }
    }

    #[test]
    fn what_is_written_can_be_read() {
        let results = results();
        let sets = &results.counts.tallies[1].candidates[0].blocking_sets;
        assert!(sets.len() > 100 && sets.keys().any(|set| set.len() > 3));
        assert_eq!(Results::<Compared>::from_bytes(&results.to_bytes().unwrap()).unwrap(), results);
    }

    #[test]
    fn no_byte_can_be_lost_or_changed() {
        let bytes = results().to_bytes().unwrap();
        for length in (0..bytes.len() - 2).step_by(97) {
            assert!(Results::<Compared>::from_bytes(&bytes[..length]).is_err(), "the first {length} bytes");
        }
        for at in (0..bytes.len() - 1).step_by(89) {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            // Another letter in a place that names nothing is the only change that may go unseen.
            assert!(Results::<Compared>::from_bytes(&bytes).is_err(), "byte {at}");
        }
        for text in ["", "{}", "[1]", "null", "round,assumption\n", "\u{feff}", "{\"nemcon_results\":1}"] {
            assert!(matches!(Results::<Compared>::from_bytes(text.as_bytes()), Err(Unusable::Foreign(_))), "{text}");
        }
        let other = String::from_utf8(bytes).unwrap();
        let other = other.replace(env!("CARGO_PKG_VERSION"), "9.8.7");
        assert!(Results::<Compared>::from_bytes(other.as_bytes()).unwrap_err().to_string().contains("nemcon 9.8.7"));
    }

    #[test]
    fn sets_of_members_that_there_cannot_be_are_refused() {
        let set = |text: &str| serde_json::from_value::<MemberSet>(text.into());
        assert_eq!(set("0+63+255").unwrap().len(), 3);
        assert_eq!(set("").unwrap(), MemberSet::EMPTY);
        for text in ["256", "-1", "1,2", "USA"] {
            assert!(set(text).is_err(), "{text}");
        }
    }

    #[test]
    fn differences_are_named() {
        let asked = results().of;
        let said = |change: fn(&mut Asked)| {
            let mut other = asked.clone();
            change(&mut other);
            other.difference(&asked).unwrap_or_default()
        };
        assert_eq!(said(|it| it.rounds = 5), "");
        assert_eq!(said(|it| it.inputs[0].path = "elsewhere/small.toml".to_owned()), "");
        assert_eq!(said(|it| it.command = "run".to_owned()), "`run`, not `compare`");
        assert_eq!(said(|it| it.seed = 4), "seed 4, not 3");
        assert!(said(|it| it.assumptions.swap(0, 1)).contains("other,stated, not stated,other"));
        assert!(said(|it| it.inputs[0].sha256.push('0')).contains("small.toml has other contents"));
        assert!(said(|it| it.inputs.clear()).contains("another scenario"));
        assert_eq!(said(|it| it.vary = vec!["veto.A=0,1".to_owned()]), "the settings veto.A=0,1, not ");
        assert_eq!(said(|it| it.sample = Some("lhs:9".to_owned())), "lhs:9, not every combination");
        let asked = Asked { vary: vec!["veto.A=0,1".to_owned()], precision: Some(0.01), ..asked };
        let rounds = Asked { rounds: 5, ..asked.clone() }.difference(&asked);
        assert_eq!(rounds.as_deref(), Some("5 rounds at each point, not 10000"));
        let precision = Asked { precision: None, ..asked.clone() }.difference(&asked);
        assert_eq!(precision.as_deref(), Some("the precision none, not 0.01"));
    }

    #[test]
    fn counts_are_sound_until_one_is_changed() {
        let plans = plans();
        let models = [&plans[0].model, &plans[1].model];
        let rounds = ROUNDS.end - ROUNDS.start;
        let counts = results().counts;
        assert!(counts.is_valid(&models, rounds));
        assert!(!counts.is_valid(&models, rounds + 1));
        assert!(!counts.is_valid(&models[..1], rounds));
        assert!(!Compared { joints: vec![], ..counts.clone() }.is_valid(&models, rounds));
        assert!(!Compared { tallies: vec![], joints: vec![] }.is_valid(&[], 0));
        let changes: [fn(&mut Compared); 13] = [
            |it| it.tallies[0].no_consensus += 1,
            |it| it.tallies[1].ballots[1].appointed += 1,
            |it| it.tallies[1].ballots.truncate(5),
            |it| it.tallies[0].candidates[1].vetoed += 1,
            |it| it.tallies[0].candidates[1].stood += u64::MAX / 2,
            |it| it.tallies[0].candidates[0].encouragements.squares = u64::MAX,
            |it| it.tallies[0].candidates[0].larger_sets = [(1, 0)].into(),
            |it| it.tallies[1].candidates[0].blocking_sets.clear(),
            |it| it.tallies[0].pairs[3].objected += ROUNDS.end,
            |it| it.tallies[0].pairs.clear(),
            |it| it.tallies[0].largest_set = 2,
            |it| it.joints[1].flows = Flows::new(3),
            |it| it.joints[1].acceptable[0][3] += 1,
        ];
        for (index, change) in changes.iter().enumerate() {
            let mut changed = counts.clone();
            change(&mut changed);
            assert!(!changed.is_valid(&models, rounds), "change {index}");
        }
    }
}
