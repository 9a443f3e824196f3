//! What several polls say about how minds change between them.

use std::str::FromStr;

use super::profile::End;

/// A number of the scenario that polls are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Parameter {
    /// How much of a view is kept from ballot to ballot.
    Memory,
    /// How far everyone's view of a candidate moves together from ballot to ballot.
    DriftSd,
    /// How far everyone's view of a candidate is from the mean, together, all along.
    CommonSd,
}

impl Parameter {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Memory, Self::DriftSd, Self::CommonSd];

    /// Its key in the format.
    pub fn word(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::DriftSd => "drift_sd",
            Self::CommonSd => "common_sd",
        }
    }

    /// Its setting path.
    pub fn path(self) -> &'static str {
        match self {
            Self::Memory => "dynamics.memory",
            Self::DriftSd => "dynamics.drift_sd",
            Self::CommonSd => "preferences.common_sd",
        }
    }
}

/// What polls say about memory, shared movements and shared doubt, given support.
#[derive(Debug, Clone, PartialEq)]
pub struct PollsFit {
    /// Name of the assumption.
    pub assumption: String,
    /// Names of the polls that are given: what members thought then is drawn from them, their own chance does not count.
    pub given: Vec<String>,
    /// Names of the polls whose chance is maximised.
    pub polls: Vec<String>,
    /// One a number.
    pub estimates: Vec<Estimate>,
    /// The logarithm of the chance of the polls with the estimates.
    pub log_likelihood: f64,
    /// Its Monte Carlo standard error.
    pub error: f64,
    /// The logarithm of the chance of the polls with the scenario's own numbers; nothing if they give them none.
    pub log_likelihood_stated: Option<f64>,
    /// What happened although the scenario gives it no chance, in words: it is taken as it was.
    pub taken: Vec<String>,
    /// Numbers that change nothing in the scenario, so that nothing can be said about them.
    pub idle: Vec<Parameter>,
    /// Particles of a candidate in each replicate.
    pub particles: usize,
    /// Replicates.
    pub replicates: u64,
    /// Points at which the likelihood was computed.
    pub points: usize,
    /// Seed of all random numbers.
    pub seed: u64,
}

/// What the polls say about one number.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Which.
    pub parameter: Parameter,
    /// The scenario's own.
    pub stated: f64,
    /// With which the polls are most likely.
    pub value: f64,
    /// The lower end of its 95 % interval.
    pub low: Bound,
    /// The upper end.
    pub high: Bound,
    /// By how much the logarithm of the likelihood is lower without it (0); nothing if there are too few draws there.
    pub loss_at_zero: Option<f64>,
    /// The largest Monte Carlo standard error of a difference of which an end was made, in units of the logarithm.
    pub error: f64,
    /// Where the profile was looked at: the number, and by how much the logarithm of the likelihood is below its maximum if
    /// the others are what is best then.
    pub profile: Vec<(f64, f64)>,
}

/// An end of an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// The number.
    pub value: f64,
    /// What ends there.
    pub kind: BoundKind,
}

/// What ends at an end of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoundKind {
    /// The likelihood has fallen by 1.92.
    Fallen,
    /// The range that was looked at: the likelihood has not fallen so far.
    Range,
    /// What particles can tell: beyond there are too few that count.
    Draws,
}

impl FromStr for Parameter {
    type Err = String;

    /// Reads its key.
    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || format!("expected {}", Self::ALL.map(Self::word).join(", "));
        Self::ALL.into_iter().find(|parameter| parameter.word() == text.trim()).ok_or_else(expected)
    }
}

impl BoundKind {
    /// Its word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fallen => "likelihood",
            Self::Range => "range",
            Self::Draws => "particles",
        }
    }
}

/// Whether polls say how large a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identified {
    /// The interval ends on both sides.
    Yes,
    /// It does not end below: the number is not more than this.
    AtMost,
    /// It does not end above: the number is not less than this.
    AtLeast,
    /// It ends nowhere.
    No,
}

impl Identified {
    /// Its word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::AtMost => "at most",
            Self::AtLeast => "at least",
            Self::No => "no",
        }
    }
}

impl Estimate {
    /// Whether the polls say how large the number is. One whose estimate is an end of its range is bounded on the other
    /// side only.
    pub fn identified(&self) -> Identified {
        match (self.low.kind, self.high.kind) {
            (BoundKind::Fallen, BoundKind::Fallen) => Identified::Yes,
            (_, BoundKind::Fallen) => Identified::AtMost,
            (BoundKind::Fallen, _) => Identified::AtLeast,
            _ => Identified::No,
        }
    }
}

impl Bound {
    /// An end on the lattice, with the number that stands `at` its place.
    pub(crate) fn new(end: End, at: impl Fn(f64) -> f64) -> Self {
        let (place, kind) = match end {
            End::Fallen(place) => (place, BoundKind::Fallen),
            End::Range(place) => (place, BoundKind::Range),
            End::Draws(place) => (place, BoundKind::Draws),
        };
        Self { value: at(place), kind }
    }
}
