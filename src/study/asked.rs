//! What was asked: all that counts depend on.

use std::fmt;
use std::mem;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::options::Options;
use crate::scenario::{Change, Input, Scenario};

/// What was asked: all that the counts of a round depend on, and how many rounds there are to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// The question.
    pub question: Kind,
    /// Path of the scenario, as given.
    pub scenario: String,
    /// Every file that was read: the scenario, then its tables.
    pub inputs: Vec<InputRecord>,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Names of the assumptions, the baseline first.
    pub assumptions: Vec<String>,
    /// Values changed under every assumption, each as `path=value`, in the order in which they are made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<String>,
    /// Rounds asked for, of which those counted may be a part; of a sweep, at each point.
    pub rounds: u64,
    /// The precision for which they are doubled until it is reached.
    pub precision: Option<f64>,
    /// Whether counts are also taken ballot by ballot.
    #[serde(default, skip_serializing_if = "is_false")]
    pub by_ballot: bool,
    /// Points at which judgements are drawn; 0 is none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub judgements: u64,
    /// Which rounds of all this are to be counted, or which points of a sweep; otherwise all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Range<u64>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// The questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Who is chosen, and who blocks whom.
    Run,
    /// The same, also estimated from the chances that remain in each round.
    Conditional,
    /// How assumptions differ.
    Compare,
    /// What each member's veto does.
    Influence,
    /// What a little support does.
    Leverage,
    /// What settings do.
    Sweep {
        /// The settings that are varied and their values, as given.
        vary: Vec<String>,
        /// How they are sampled, if not every combination.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sample: Option<String>,
    },
}

impl Kind {
    /// The command that asks it.
    pub fn command(&self) -> &'static str {
        match self {
            Self::Run | Self::Conditional => "run",
            Self::Compare => "compare",
            Self::Influence => "influence",
            Self::Leverage => "leverage",
            Self::Sweep { .. } => "sweep",
        }
    }

    /// What is counted one after the other, in the singular.
    pub fn unit(&self) -> &'static str {
        match self {
            Self::Run | Self::Conditional | Self::Compare | Self::Influence | Self::Leverage => "round",
            Self::Sweep { .. } => "point",
        }
    }
}

impl Kind {
    /// Whether a part of the units can be asked for together with a precision: a point of a sweep has rounds of its
    /// own, but how many rounds others take depends on the counts of all parts.
    pub(super) fn has_precision_in_parts(&self) -> bool {
        match self {
            Self::Sweep { .. } => true,
            Self::Run | Self::Conditional | Self::Compare | Self::Influence | Self::Leverage => false,
        }
    }
}

impl Kind {
    /// Whether it can also be asked over judgements.
    pub fn draws_judgements(&self) -> bool {
        match self {
            Self::Run | Self::Compare => true,
            Self::Conditional | Self::Influence | Self::Leverage | Self::Sweep { .. } => false,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conditional => f.write_str("conditional run"),
            Self::Run | Self::Compare | Self::Influence | Self::Leverage | Self::Sweep { .. } => {
                f.write_str(self.command())
            }
        }
    }
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRecord {
    /// Its path, as given or joined to the scenario's folder.
    pub path: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// SHA-256 of its text without byte order mark and with `\n` as every line end: whether it is the same.
    pub sha256_text: String,
}

impl InputRecord {
    /// The files of a scenario.
    pub fn all(scenario: &Scenario) -> Vec<Self> {
        let record = |input: &Input| Self {
            path: input.path.display().to_string(),
            sha256: input.sha256.clone(),
            sha256_text: input.sha256_text.clone(),
        };
        scenario.inputs.iter().map(record).collect()
    }
}

impl Asked {
    /// The `question` about these assumptions of the scenario.
    pub(super) fn new(question: Kind, scenario: &Scenario, assumptions: Vec<String>, options: &Options) -> Self {
        let inputs = InputRecord::all(scenario);
        Self {
            question,
            scenario: inputs.first().map_or_else(String::new, |input| input.path.clone()),
            inputs,
            seed: options.seed(scenario),
            assumptions,
            set: scenario.changes.iter().map(Change::to_string).collect(),
            rounds: options.rounds(scenario),
            precision: options.precision(),
            by_ballot: false,
            judgements: 0,
            part: None,
        }
    }

    /// In what these counts differ from those of `other`, in words; nothing if they can be added. The names of files,
    /// how they were saved and the part do not matter, nor does, but for a sweep, how many rounds are asked for.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let Self {
            question,
            scenario: _,
            inputs,
            seed,
            assumptions,
            set,
            rounds,
            precision,
            by_ballot,
            judgements,
            part: _,
        } = self;
        let hashes = |inputs: &[InputRecord]| inputs.iter().map(|input| input.sha256_text.clone()).collect::<Vec<_>>();
        if mem::discriminant(question) != mem::discriminant(&other.question) {
            Some(format!("`{question}`, not `{}`", other.question))
        } else if hashes(inputs) != hashes(&other.inputs) {
            let changed =
                inputs.iter().zip(&other.inputs).find(|(mine, theirs)| mine.sha256_text != theirs.sha256_text);
            let path = changed.map_or(&other.scenario, |(_, theirs)| &theirs.path);
            Some(format!("another scenario: {path} has other contents"))
        } else if assumptions != &other.assumptions {
            Some(format!("the assumptions {}, not {}", assumptions.join(","), other.assumptions.join(",")))
        } else if set != &other.set {
            let changes = |set: &[String]| if set.is_empty() { "nothing".to_owned() } else { set.join(", ") };
            Some(format!("a scenario with {} set, not {}", changes(set), changes(&other.set)))
        } else if *seed != other.seed {
            Some(format!("seed {seed}, not {}", other.seed))
        } else if *by_ballot != other.by_ballot {
            let [mine, theirs] = match by_ballot {
                true => ["ballot by ballot", "of whole rounds"],
                false => ["of whole rounds", "ballot by ballot"],
            };
            Some(format!("counts {mine}, not {theirs}"))
        } else if *judgements != other.judgements {
            Some(format!("judgements at {judgements} points, not {}", other.judgements))
        } else {
            let (vary, sample) = match question {
                Kind::Run | Kind::Conditional | Kind::Compare | Kind::Influence | Kind::Leverage => return None,
                Kind::Sweep { vary, sample } => (vary, sample),
            };
            let Kind::Sweep { vary: others, sample: other_sample } = &other.question else { return None };
            let sampled = |sample: &Option<String>| sample.clone().unwrap_or_else(|| "every combination".to_owned());
            let precisely = |precision: Option<f64>| precision.map_or("none".to_owned(), |it| it.to_string());
            if vary != others {
                Some(format!("the settings {}, not {}", vary.join(" "), others.join(" ")))
            } else if sample != other_sample {
                Some(format!("{}, not {}", sampled(sample), sampled(other_sample)))
            } else if *rounds != other.rounds {
                Some(format!("{rounds} rounds at each point, not {}", other.rounds))
            } else if *precision != other.precision {
                Some(format!("the precision {}, not {}", precisely(*precision), precisely(other.precision)))
            } else {
                None
            }
        }
    }

    /// As [`difference`](Self::difference), but the part matters, too.
    pub(super) fn difference_in_part(&self, other: &Self) -> Option<String> {
        let part = |asked: &Self| {
            asked.part.as_ref().map_or_else(|| "the whole".to_owned(), |part| span(asked.question.unit(), part))
        };
        let difference = || (self.part != other.part).then(|| format!("{}, not {}", part(self), part(other)));
        self.difference(other).or_else(difference)
    }
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Some units in words: "rounds 0 to 99".
pub fn span(unit: &str, units: &Range<u64>) -> String {
    match units.end.saturating_sub(units.start) {
        0 => format!("no {unit}s"),
        1 => format!("{unit} {}", units.start),
        _ => format!("{unit}s {} to {}", units.start, units.end - 1),
    }
}
