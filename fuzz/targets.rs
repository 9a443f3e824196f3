//! What each fuzz target does with its bytes, and with which bytes it begins. `tests/it/fuzz.rs` runs the same on a stable
//! compiler.
//!
//! Whatever the bytes are: nothing panics, what is refused is refused in words that control no terminal, and what is
//! accepted can be simulated and shown.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use nemcon::analysis::judgements::Drawing;
use nemcon::analysis::{VotesFit, remarks_on};
use nemcon::model::Ballot;
use nemcon::report::csv;
use nemcon::scenario::{LoadError, STATED, Scenario, Tables, poll_of};
use nemcon::study::{
    CompareOptions, CompareQuestion, ConditionalQuestion, Figures, Handle, InfluenceOptions, InfluenceQuestion,
    LeverageOptions, LeverageQuestion, Merger, Options, RunOptions, RunQuestion, Session, SweepOptions, SweepQuestion,
    Work, answer, asked_of, fit,
};
use sha2::Digest;

/// A target: its name, what it does, and what it begins with.
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// What it does with bytes.
    pub run: fn(&[u8]),
    /// Bytes that it makes sense of.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them.
pub const TARGETS: [Target; 4] = [
    Target { name: "scenario", run: scenario, seeds: scenario_seeds },
    Target { name: "tables", run: tables, seeds: table_seeds },
    Target { name: "results", run: results, seeds: results_seeds },
    Target { name: "polls", run: polls, seeds: poll_seeds },
];

/// Rounds simulated of what is accepted.
const ROUNDS: u64 = 64;
/// Points at which judgements are drawn.
const POINTS: u64 = 4;
/// Members times candidates times ballots times assumptions beyond which nothing is simulated, so that a target stays
/// fast.
const MUCH: usize = 100_000;

/// The text of a scenario, without tables.
pub fn scenario(bytes: &[u8]) {
    read(Scenario::from_bytes(Path::new("fuzzed.toml"), bytes, None));
}

/// A table: the first byte says which, the others are its text.
pub fn tables(bytes: &[u8]) {
    let Some((which, table)) = bytes.split_first() else { return };
    let names = ["members.csv", "candidates.csv", "support.csv"];
    let mut files: BTreeMap<String, Vec<u8>> =
        names.iter().zip(WHOLE).map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    files.insert(names[usize::from(*which) % names.len()].to_owned(), table.to_vec());
    read(Scenario::from_bytes(Path::new("fuzzed.toml"), TABLED.as_bytes(), Some(Tables::Memory(&files))));
}

/// The table of a poll.
pub fn polls(bytes: &[u8]) {
    let scenario = council();
    let Some(model) = scenario.assumption(STATED) else { return };
    match poll_of(Path::new("fuzzed.csv"), bytes, model) {
        Ok(poll) => {
            if let Ok(fit) = fit(&scenario, &poll) {
                csv::support(&fit.table()).expect("it is written to memory");
            }
        }
        Err(error) => refused(&error),
    }
    let mut voting = model.clone();
    voting.stages.iter_mut().for_each(|stage| stage.ballot = Ballot::Choice { votes: 1 });
    match poll_of(Path::new("fuzzed.csv"), bytes, &voting) {
        Ok(poll) => {
            if let Ok(fit) = VotesFit::new(&voting, &poll) {
                csv::support(&fit.table()).expect("it is written to memory");
            }
        }
        Err(error) => refused(&error),
    }
}

/// Counts that were saved: the first byte says of which question, the others are what the file holds behind its
/// checksum, or the whole file.
pub fn results(bytes: &[u8]) {
    let Some((which, contents)) = bytes.split_first() else { return };
    let scenario = council();
    each_question(&scenario, *which, &mut Taking { bytes: contents });
}

/// Reads a scenario and does with it what the commands do.
fn read(result: Result<Scenario, LoadError>) {
    let scenario = match result {
        Ok(scenario) => scenario,
        Err(error) => return refused(&error),
    };
    shown(&scenario.warnings.render(true, 60));
    remarks_on(&scenario.assumptions);
    let work =
        |model: &nemcon::model::Model| model.members.len() * model.candidates.len() * model.max_ballots() as usize;
    if scenario.assumptions.iter().map(work).sum::<usize>() > MUCH {
        return;
    }
    for which in 0..QUESTIONS {
        each_question(&scenario, which, &mut Answering);
    }
    let judging = scenario.judging(&[STATED]).expect("nothing was changed");
    for point in 0..POINTS {
        let judged = Drawing::new(7).at(point, &scenario.judgements);
        if let Err(problems) = judging.model(0, &judged) {
            shown(&problems.render(false, 100));
        }
    }
}

fn refused(error: &LoadError) {
    shown(&error.render(false, 100));
    assert!(!error.render(true, 40).is_empty());
}

/// Checks that a text controls no terminal, but for the colours that the program adds.
fn shown(text: &str) {
    let plain = text.replace("\u{1b}[", "");
    assert!(plain.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
}

fn options() -> Options {
    Options { rounds: Some(ROUNDS), seed: Some(7), precision: None, threads: std::num::NonZero::new(1) }
}

/// What is done with a question.
trait With {
    fn do_with<Q: Figures>(&mut self, question: &Q);
}

/// Simulates it.
struct Answering;

impl With for Answering {
    fn do_with<Q: Figures>(&mut self, question: &Q) {
        answer(question, &options(), &Handle::default()).expect("it can be simulated");
    }
}

/// Takes up what was saved, and merges it.
struct Taking<'b> {
    bytes: &'b [u8],
}

impl With for Taking<'_> {
    fn do_with<Q: Figures>(&mut self, question: &Q) {
        for file in [self.bytes.to_vec(), dressed(self.bytes)] {
            if let Err(error) = asked_of(&file) {
                assert!(!error.to_string().is_empty());
            }
            if let Ok(mut session) = Session::resume(question, None, &file) {
                let handle = Handle::default();
                if session.missing() <= 4 * ROUNDS {
                    session.finish(&mut Work { threads: 1, ..Work::new(&handle) }).expect("it can be simulated");
                }
                question.figures(&session.into_results());
            }
            let mut merger = Merger::new(question);
            if merger.add("fuzzed.json", &file).is_ok()
                && let Ok(results) = merger.finish()
            {
                question.figures(&results);
            }
        }
    }
}

/// Saves what was counted.
#[derive(Default)]
struct Saving(Vec<u8>);

impl With for Saving {
    fn do_with<Q: Figures>(&mut self, question: &Q) {
        let handle = Handle::default();
        let mut session = Session::whole(question);
        session.finish(&mut Work { threads: 1, ..Work::new(&handle) }).expect("it can be simulated");
        self.0 = session.to_bytes().expect("it is written to memory");
    }
}

/// How many questions there are.
const QUESTIONS: u8 = 6;

/// Does something with one of the questions about a scenario, if it can be asked.
fn each_question(scenario: &Scenario, which: u8, with: &mut impl With) {
    let simulation = options();
    let judgements = Some(0);
    let run = RunOptions { by_ballot: true, judgements, simulation, ..RunOptions::default() };
    match which % QUESTIONS {
        0 => RunQuestion::new(scenario, &run).iter().for_each(|question| with.do_with(question)),
        1 => ConditionalQuestion::new(scenario, &run).iter().for_each(|question| with.do_with(question)),
        2 => {
            let options = CompareOptions { by_ballot: true, judgements, simulation, ..CompareOptions::default() };
            CompareQuestion::new(scenario, &options).iter().for_each(|question| with.do_with(question));
        }
        3 => {
            let options = InfluenceOptions { assumption: None, simulation };
            InfluenceQuestion::new(scenario, &options).iter().for_each(|question| with.do_with(question));
        }
        4 => {
            let options = LeverageOptions { assumption: None, simulation };
            LeverageQuestion::new(scenario, &options).iter().for_each(|question| with.do_with(question));
        }
        _ => {
            let vary = ["preferences.uncertainty=0.5,1"].map(|text| text.parse().expect("a setting")).to_vec();
            let design = nemcon::analysis::sweep::Design::Grid;
            let options = SweepOptions { vary, design, assumption: None, simulation };
            let question = SweepQuestion::new(scenario, &options);
            // Points that do not fit are refused before they are counted.
            question.iter().filter(|it| it.check(&Handle::default()).is_ok()).for_each(|it| with.do_with(it));
        }
    }
}

/// A file of results that holds `contents`, with a checksum that fits.
fn dressed(contents: &[u8]) -> Vec<u8> {
    static GENUINE: OnceLock<String> = OnceLock::new();
    let genuine = GENUINE.get_or_init(|| String::from_utf8(saved(0)).expect("JSON is text"));
    let sum: String = sha2::Sha256::digest(contents).iter().map(|byte| format!("{byte:02x}")).collect();
    let (checksum, results) = places(genuine);
    let (head, between) = (&genuine[..checksum], &genuine[checksum + sum.len()..results]);
    [head.as_bytes(), sum.as_bytes(), between.as_bytes(), contents, b"}\n"].concat()
}

/// Where the checksum begins in a file of results, and where what it is of.
fn places(file: &str) -> (usize, usize) {
    let after = |words: &str| file.find(words).expect("it is a file of results") + words.len();
    (after("\"sha256\":\""), after("\"results\":"))
}

/// What one of the questions about the council comes to, saved.
fn saved(which: u8) -> Vec<u8> {
    let mut saving = Saving::default();
    each_question(&council(), which, &mut saving);
    saving.0
}

fn results_seeds() -> Vec<Vec<u8>> {
    let seed = |which: u8| {
        let file = String::from_utf8(saved(which)).expect("JSON is text");
        let (_, results) = places(&file);
        let contents = &file.as_bytes()[results..file.len() - 2];
        [[&[which], contents].concat(), [&[which], file.as_bytes()].concat()]
    };
    (0..QUESTIONS).flat_map(seed).collect()
}

fn scenario_seeds() -> Vec<Vec<u8>> {
    let texts = [
        COUNCIL,
        include_str!("../tests/fixtures/full.toml"),
        include_str!("../tests/fixtures/many-problems.toml"),
        include_str!("../scenarios/first-scenario.toml"),
        include_str!("../scenarios/conclave-2005.toml"),
        include_str!("../scenarios/eu-2019.toml"),
        include_str!("../scenarios/ioc-2012.toml"),
        include_str!("../scenarios/nato-2024.toml"),
        include_str!("../scenarios/un-2026.toml"),
        include_str!("../scenarios/wto-2020.toml"),
    ];
    texts.map(|text| text.as_bytes().to_vec()).to_vec()
}

fn table_seeds() -> Vec<Vec<u8>> {
    let real = [
        include_str!("../scenarios/data/nato-2023-members.csv"),
        include_str!("../scenarios/data/nato-2023-candidates.csv"),
        include_str!("../scenarios/data/nato-2023-support.csv"),
    ];
    let seed = |(which, text): (u8, &str)| [&[which], text.as_bytes()].concat();
    (0..).zip(WHOLE).chain((0..).zip(real)).map(seed).collect()
}

fn poll_seeds() -> Vec<Vec<u8>> {
    let real = include_str!("../scenarios/data/un-2016-poll-1.csv");
    [POLL, real].map(|text| text.as_bytes().to_vec()).to_vec()
}

fn council() -> Scenario {
    Scenario::from_text("council.toml", COUNCIL, None).expect("the council is sound")
}

/// A council that asks once.
const COUNCIL: &str = r#"
title = "Council"
[preferences]
common_sd = 0.7
[[member]]
id = "A"
[[member]]
id = "B"
groups = ["g"]
[[member]]
id = "C"
groups = ["g"]
[[candidate]]
id = "ana"
availability = 0.8
[[candidate]]
id = "bo"
[support]
A = { ana = 1, bo = 0.4 }
g = { ana = -0.5 }
[[event]]
name = "scandal"
probability = 0.2
effects = [{ leaves = "ana" }]
[veto]
A = "absolute"
[[assumption]]
name = "open"
veto = {}
[[assumption]]
name = "many"
veto = { default = { probability = 0.5 } }
"#;

const POLL: &str = "candidate,encourage,discourage,no_opinion,objections\nana,1,1,1,A\nbo,2,0,1,\n";

/// A scenario that is all in tables.
const TABLED: &str = r#"
title = "Tables"
[tables]
members = "members.csv"
candidates = "candidates.csv"
support = "support.csv"
[preferences]
trait_sd = { firmness = 0.3 }
[[stage]]
repeat = 2
appoint = { any = ["consensus", { share = { of = "population", at_least = "2/3" } }] }
[veto]
A = "absolute"
"#;

/// Its tables.
const WHOLE: [&str; 3] = [
    "id,name,groups,measures.population,priority.firmness,uncertainty\nA,Aland,east,10,0.5,1\nB,\"B, land\",east west,20,,0.5\n\
     C,Celand,,5,-1,\n",
    "id,name,home,traits.firmness,availability\nana,Ana,A,1,0.5\nbo,Bo,,-0.5,\n",
    "member,ana,bo\nA,1,0.5\neast,,-2\nC,0,1e-1\n",
];
