//! JSON: the results with the names that the CSV columns have, and the record of a run.

use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::File;
use super::institutions::InstitutionRow;
use super::origin::Origin;
use super::rows::{
    self, AcceptableRow, BallotRow, BlockingSetRow, CandidateRow, ComparisonRangeRow, ComparisonRow, ConditionalRow,
    FlowRow, InfluenceRow, JudgedRow, JudgementIndexRow, LeverageRow, OutcomeRow, RangeRow, SensitivityRow,
    StandingRow, SweepRow, VetoRow, WaitingRow,
};
use crate::analysis::judgements::Ranges;
use crate::analysis::sensitivity::Sensitivity;
use crate::analysis::sweep::Sweep;
use crate::analysis::{Comparison, Conditional, Influence, Leverage, Selection};
use crate::hash::Digest;
use crate::study::InputRecord;

/// `run.json`: what was run, with what, and how far.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunRecord {
    /// Name of the program.
    pub program: &'static str,
    /// Version of the program.
    pub version: &'static str,
    /// Version of the rounds: results of the same draws, seed and files are the same.
    pub draws: u32,
    /// The command that ran.
    pub command: &'static str,
    /// Path of the scenario, as given.
    pub scenario: String,
    /// Title of the scenario.
    pub title: String,
    /// Every file that was read.
    pub inputs: Vec<InputRecord>,
    /// Seed of all random numbers.
    pub seed: u64,
    /// The same as text, for readers that round large numbers.
    pub seed_text: String,
    /// Rounds asked for, or for `--precision` the rounds that it takes; of a sweep those of all points.
    pub rounds_asked: u64,
    /// Rounds simulated: the first of those asked for; of a sweep those of all points.
    pub rounds: u64,
    /// Whether the run was stopped before its last round.
    pub partial: bool,
    /// The assumptions simulated.
    pub assumptions: Vec<AssumptionRecord>,
    /// Options as given.
    pub options: OptionsRecord,
    /// The other files of the same results in the folder.
    pub files: Vec<FileRecord>,
    /// Threads used; nothing if what others simulated was merged.
    pub threads: Option<usize>,
    /// Seconds that the simulation took.
    pub elapsed_seconds: f64,
    /// What intervals mean.
    pub intervals: &'static str,
}

/// A file of results that was written with a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Its name in the folder.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// How many bytes it has.
    pub bytes: u64,
}

impl FileRecord {
    /// The file called `name` with bytes of which `digest` is.
    pub fn new(name: &str, digest: &Digest) -> Self {
        Self { name: name.to_owned(), sha256: digest.hex(), bytes: digest.bytes() }
    }
}

/// Of a record, what is needed to know the files that it lists.
#[derive(Deserialize)]
struct Listing {
    files: Vec<FileRecord>,
}

/// An assumption that was simulated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssumptionRecord {
    /// Its name.
    pub name: String,
    /// What it supposes, in the author's words; may be empty.
    pub summary: String,
}

/// Options of a run as they were given; nothing where they were not.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct OptionsRecord {
    /// `--rounds`.
    pub rounds: Option<u64>,
    /// `--precision`.
    pub precision: Option<f64>,
    /// `--seed`.
    pub seed: Option<u64>,
    /// `--assumption`.
    pub assumption: Option<String>,
    /// `--assumptions`.
    pub assumptions: Option<Vec<String>>,
    /// `--baseline`.
    pub baseline: Option<String>,
    /// `--vary`, each as given.
    pub vary: Option<Vec<String>>,
    /// `--sample`.
    pub sample: Option<String>,
    /// `--set`, each as `path=value`.
    pub set: Vec<String>,
    /// `--threads`.
    pub threads: Option<usize>,
    /// `--out`.
    pub out: Option<String>,
    /// `--log-rounds`.
    pub log_rounds: Option<String>,
    /// The file of `--checkpoint` or `--resume`.
    pub checkpoint: Option<String>,
    /// The files that `merge` added up.
    pub merged: Option<Vec<String>>,
    /// `--judgements`.
    pub judgements: Option<u64>,
    /// `--estimate`.
    pub estimate: Option<&'static str>,
    /// `--format`.
    pub format: &'static str,
    /// `--excel`.
    pub excel: bool,
    /// `--force`.
    pub force: bool,
    /// `--quiet`.
    pub quiet: bool,
}

impl RunRecord {
    /// The name of the file.
    pub const NAME: &'static str = "run.json";

    /// The names of the files that the record with these `bytes` lists; none if it is no record.
    pub fn listed(bytes: &[u8]) -> Vec<String> {
        let listing = serde_json::from_slice::<Listing>(bytes);
        listing.map_or_else(|_| Vec::new(), |it| it.files.into_iter().map(|file| file.name).collect())
    }

    /// The record as a file.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    pub fn file(&self) -> io::Result<File> {
        Ok(File { name: Self::NAME, bytes: pretty(self)?, kinds: Vec::new() })
    }
}

/// Figures about one assumption.
#[derive(Serialize)]
struct Results<'a, F> {
    #[serde(flatten)]
    origin: &'a Origin,
    assumption: &'a str,
    rounds: u64,
    partial: bool,
    intervals: &'static str,
    #[serde(flatten)]
    figures: F,
}

impl<'a, F: Serialize> Results<'a, F> {
    fn of(origin: &'a Origin, assumption: &'a str, rounds: u64, partial: bool, figures: F) -> Self {
        Self { origin, assumption, rounds, partial, intervals: super::INTERVALS, figures }
    }
}

/// Everything about one assumption, in lists named as the CSV files are.
#[derive(Serialize)]
struct Selected<'a> {
    #[serde(flatten)]
    lists: Lists<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conditional: Option<Vec<ConditionalRow<'a>>>,
    #[serde(flatten)]
    judged: Option<JudgedLists<'a>>,
}

/// What came out over judgements, in lists named as the CSV files are.
#[derive(Serialize)]
struct JudgedLists<'a> {
    ranges: Vec<RangeRow<'a>>,
    judgements: Vec<AtPoint<'a>>,
    judgement_indices: Vec<JudgementIndexRow<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    comparison_ranges: Vec<ComparisonRangeRow<'a>>,
}

/// One outcome at one point.
#[derive(Serialize)]
struct AtPoint<'a> {
    assumption: &'a str,
    point: usize,
    /// By the names of the judgements.
    drawn: BTreeMap<&'a str, &'a str>,
    #[serde(flatten)]
    row: JudgedRow<'a>,
}

impl<'a> JudgedLists<'a> {
    fn of(ranges: &'a Ranges) -> Self {
        let at_point = |(assumption, point, drawn, row): (&'a str, usize, &'a [String], JudgedRow<'a>)| {
            let names = ranges.judgements.iter().map(|judgement| judgement.name.as_str());
            AtPoint { assumption, point, drawn: names.zip(drawn.iter().map(String::as_str)).collect(), row }
        };
        Self {
            ranges: rows::ranges(ranges).collect(),
            judgements: rows::judged(ranges).map(at_point).collect(),
            judgement_indices: rows::judgement_indices(ranges).collect(),
            comparison_ranges: rows::comparison_ranges(ranges).collect(),
        }
    }
}

#[derive(Serialize)]
struct Lists<'a> {
    outcomes: Vec<OutcomeRow<'a>>,
    candidates: Vec<CandidateRow<'a>>,
    vetoes: Vec<VetoRow<'a>>,
    blocking_sets: Vec<BlockingSetRow<'a>>,
    ballots: Vec<BallotRow<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    polls: Option<Vec<StandingRow<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting: Option<Vec<WaitingRow<'a>>>,
}

/// The whole selection, its probabilities from chances and its ranges over judgements if there are any; `partial` says whether its run was stopped
/// early.
///
/// # Errors
/// None in practice; the JSON writer's.
pub fn selection(
    origin: &Origin,
    selection: &Selection,
    conditional: Option<&Conditional>,
    ranges: Option<&Ranges>,
    partial: bool,
) -> io::Result<Vec<u8>> {
    let figures = Selected {
        lists: lists(std::slice::from_ref(selection)),
        conditional: conditional.map(|conditional| rows::conditional(conditional).collect()),
        judged: ranges.map(JudgedLists::of),
    };
    pretty(&Results::of(origin, &selection.assumption, selection.rounds, partial, figures))
}

/// Several assumptions, in lists named as the CSV files are.
#[derive(Serialize)]
struct Compared<'a> {
    #[serde(flatten)]
    origin: &'a Origin,
    baseline: &'a str,
    rounds: u64,
    partial: bool,
    intervals: &'static str,
    comparison: Vec<ComparisonRow<'a>>,
    flows: Vec<FlowRow<'a>>,
    acceptable: Vec<AcceptableRow<'a>>,
    #[serde(flatten)]
    lists: Lists<'a>,
    #[serde(flatten)]
    judged: Option<JudgedLists<'a>>,
}

/// Several assumptions, the baseline first, and each other against it; `partial` says whether the run was stopped
/// early.
///
/// # Errors
/// None in practice; the JSON writer's.
pub fn comparison(
    origin: &Origin,
    selections: &[Selection],
    comparisons: &[Comparison],
    ranges: Option<&Ranges>,
    partial: bool,
) -> io::Result<Vec<u8>> {
    pretty(&Compared {
        origin,
        baseline: selections.first().map_or("", |baseline| &baseline.assumption),
        rounds: selections.first().map_or(0, |baseline| baseline.rounds),
        partial,
        intervals: super::INTERVALS,
        comparison: comparisons.iter().flat_map(rows::comparison).collect(),
        flows: comparisons.iter().flat_map(rows::flows).collect(),
        acceptable: comparisons.iter().flat_map(rows::acceptable).collect(),
        lists: lists(selections),
        judged: ranges.map(JudgedLists::of),
    })
}

/// Every member's influence.
#[derive(Serialize)]
struct Influences<'a> {
    rule_of_stage: Option<&'a str>,
    simulated_again: u64,
    influence: Vec<InfluenceRow<'a>>,
}

/// Every member's influence; `partial` says whether the run was stopped early.
///
/// # Errors
/// None in practice; the JSON writer's.
pub fn influence(origin: &Origin, influence: &Influence, partial: bool) -> io::Result<Vec<u8>> {
    let figures = Influences {
        rule_of_stage: influence.rule_of.as_deref(),
        simulated_again: influence.simulated_again,
        influence: rows::influence(influence).collect(),
    };
    pretty(&Results::of(origin, &influence.assumption, influence.rounds, partial, figures))
}

/// The list of institutions.
///
/// # Errors
/// None in practice; the JSON writer's.
pub fn institutions(rows: &[InstitutionRow<'_>]) -> io::Result<Vec<u8>> {
    pretty(&rows)
}

/// Every point of a sweep.
#[derive(Serialize)]
struct Points<'a> {
    #[serde(flatten)]
    origin: &'a Origin,
    points: usize,
    partial: bool,
    intervals: &'static str,
    sweep: Vec<PointRow<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sensitivity: Option<Vec<SensitivityRow<'a>>>,
}

/// A row of `sweep.csv`.
#[derive(Serialize)]
struct PointRow<'a> {
    point: usize,
    #[serde(flatten)]
    settings: BTreeMap<&'a str, Value>,
    #[serde(flatten)]
    row: SweepRow<'a>,
}

/// Every point of a sweep, and which settings matter if that can be said.
///
/// # Errors
/// None in practice; the JSON writer's.
pub fn sweep(origin: &Origin, sweep: &Sweep, sensitivity: Option<&Sensitivity>) -> io::Result<Vec<u8>> {
    // Numbers are numbers, anything else is text.
    let value = |text: &str| match serde_json::from_str(text) {
        Ok(Value::Number(number)) => Value::Number(number),
        _ => Value::String(text.to_owned()),
    };
    let points = sweep.points.iter().enumerate().flat_map(|(i, point)| {
        let settings = sweep.settings.iter().zip(&point.values);
        let settings: BTreeMap<_, _> = settings.map(|(path, text)| (path.as_str(), value(text))).collect();
        rows::sweep(sweep, point).map(move |row| PointRow { point: i, settings: settings.clone(), row })
    });
    pretty(&Points {
        origin,
        points: sweep.points.len(),
        partial: sweep.is_partial(),
        intervals: super::INTERVALS,
        sweep: points.collect(),
        sensitivity: sensitivity.map(|sensitivity| rows::sensitivity(sensitivity).collect()),
    })
}

/// What a point of support more would do.
#[derive(Serialize)]
struct Leverages<'a> {
    leverage: Vec<LeverageRow<'a>>,
}

/// What a point of support more would do; `partial` says whether the run was stopped early.
///
/// # Errors
/// None in practice; the JSON writer's.
pub fn leverage(origin: &Origin, leverage: &Leverage, partial: bool) -> io::Result<Vec<u8>> {
    let figures = Leverages { leverage: rows::leverage(leverage).collect() };
    pretty(&Results::of(origin, &leverage.assumption, leverage.rounds, partial, figures))
}

fn lists(selections: &[Selection]) -> Lists<'_> {
    Lists {
        outcomes: selections.iter().flat_map(rows::outcomes).collect(),
        candidates: selections.iter().flat_map(rows::candidates).collect(),
        vetoes: selections.iter().flat_map(rows::vetoes).collect(),
        blocking_sets: selections.iter().flat_map(rows::blocking_sets).collect(),
        ballots: selections.iter().flat_map(rows::ballots).collect(),
        polls: if_any(
            selections,
            |it| it.standings.is_some(),
            || selections.iter().flat_map(rows::standings).collect(),
        ),
        waiting: if_any(selections, |it| it.waiting.is_some(), || selections.iter().flat_map(rows::waiting).collect()),
    }
}

/// Rows that there are if some selection has what they are about.
fn if_any<R>(selections: &[Selection], has: fn(&Selection) -> bool, rows: impl FnOnce() -> Vec<R>) -> Option<Vec<R>> {
    selections.iter().any(has).then(rows)
}

/// Any value as a file.
pub(super) fn pretty(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
