//! Where results come from, and how to have them again: what stands beside all data.

use serde::Serialize;

use crate::study::{Asked, InputRecord, Kind};

/// Largest whole number that a reader of JSON keeps that takes all numbers for floats of 64 bits: 2⁵³ − 1.
pub const LARGEST_EXACT: u64 = (1 << 53) - 1;

/// Where results come from, and how to have them again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Origin {
    /// Name of the program.
    pub program: &'static str,
    /// Version of the program.
    pub version: &'static str,
    /// The command that asked.
    pub command: &'static str,
    /// Path of the scenario, as given.
    pub scenario: String,
    /// Every file that was read.
    pub inputs: Vec<InputRecord>,
    /// Seed of all random numbers; nothing where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The same as text, for readers that round large numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed_text: Option<String>,
    /// What was asked for, be it by an option or by the scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Settled>,
    /// The command line that computes exactly these results again.
    pub repeat: String,
}

/// What was asked for, be it by an option or by the scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settled {
    /// Rounds simulated; of a sweep those asked for at each point.
    pub rounds: u64,
    /// For which precision rounds were doubled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<f64>,
    /// Names of the assumptions, the baseline first.
    pub assumptions: Vec<String>,
    /// Values changed for this call, each as `path=value`.
    pub set: Vec<String>,
    /// `--estimate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimate: Option<&'static str>,
    /// The settings of a sweep and their values, as given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vary: Option<Vec<String>>,
    /// How they are sampled, if not every combination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<String>,
}

impl Origin {
    /// The origin of what `command` says without simulating many rounds.
    pub fn new(command: &'static str, inputs: Vec<InputRecord>, seed: Option<u64>, repeat: String) -> Self {
        Self {
            program: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            command,
            scenario: inputs.first().map(|input| input.path.clone()).unwrap_or_default(),
            inputs,
            seed,
            seed_text: seed.map(|seed| seed.to_string()),
            options: None,
            repeat,
        }
    }

    /// The origin of the answer to what was `asked`, which took so many `rounds`.
    pub fn of(asked: &Asked, rounds: u64, repeat: String) -> Self {
        let (estimate, vary, sample) = match &asked.question {
            Kind::Run | Kind::Compare | Kind::Influence | Kind::Leverage => (None, None, None),
            Kind::Conditional => (Some("conditional"), None, None),
            Kind::Sweep { vary, sample } => (None, Some(vary.clone()), sample.clone()),
        };
        let options = Settled {
            rounds,
            precision: asked.precision,
            assumptions: asked.assumptions.clone(),
            set: asked.set.clone(),
            estimate,
            vary,
            sample,
        };
        let origin = Self::new(asked.question.command(), asked.inputs.clone(), Some(asked.seed), repeat);
        Self { scenario: asked.scenario.clone(), options: Some(options), ..origin }
    }

    /// One line for what has no room for it, such as CSV.
    pub fn line(&self) -> String {
        let inputs: Vec<_> = self.inputs.iter().map(|input| format!("{} {}", input.path, input.sha256)).collect();
        format!("{} {}: {} (SHA-256: {})", self.program, self.version, self.repeat, inputs.join(", "))
    }
}
