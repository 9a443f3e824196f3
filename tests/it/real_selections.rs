//! What `docs/real-selections.md` and the scenarios say about figures is what the program computes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use nemcon::model::Model;
use nemcon::scenario::{STATED, Scenario};
use nemcon::simulation::{Counting, Execution, Plan, simulate};

use crate::common::Desk;

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The support table of a scenario is what `nemcon fit` makes of its poll, and so is its uncertainty.
fn assert_fitted(year: &str, poll: &str) {
    let arguments = format!("fit scenarios/un-{year}.toml --poll scenarios/data/{poll}");
    let fitted = |format: &str| {
        let mut nemcon = Command::new(assert_cmd::cargo::cargo_bin!("nemcon"));
        let output = nemcon.current_dir(repository("")).args(arguments.split(' ')).args(["--format", format]).output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let scenario = read(&format!("scenarios/un-{year}.toml"));
    assert!(scenario.contains(&format!("nemcon {arguments}")), "the file quotes its command");
    assert_eq!(fitted("csv"), read(&format!("scenarios/data/un-{year}-support.csv")));
    let uncertainty = fitted("table").lines().rev().find(|line| line.starts_with("uncertainty = ")).unwrap().to_owned();
    assert!(scenario.contains(&uncertainty), "{uncertainty}");
}

#[test]
fn fitted_scenarios_are_what_their_poll_says() {
    assert_fitted("1996", "un-1996-poll.csv");
    assert_fitted("2016", "un-2016-poll-1.csv");
}

/// Encouragements and discouragements of a candidate, poll by poll from the first, as far as they are known.
type Polls = BTreeMap<String, Vec<[Option<f64>; 2]>>;

const POLLS: usize = 7;

fn polls(year: &str) -> Polls {
    let mut polls = Polls::new();
    for line in read(&format!("scenarios/data/un-{year}-polls.csv")).lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let poll: usize = cells[0].strip_prefix("poll-").unwrap().parse().unwrap();
        let mine = polls.entry(cells[2].to_owned()).or_insert_with(|| vec![[None; 2]; POLLS]);
        mine[poll - 1] = [3, 4].map(|i| cells[i].parse().ok());
    }
    polls
}

/// A count at one ballot over the simulated rounds in which the candidate is still in the race.
#[derive(Debug, Clone, Copy)]
struct Simulated {
    mean: f64,
    /// The middle 90 %.
    range: [f64; 2],
}

/// By candidate and ballot: encouragements and discouragements.
type Forecasts = BTreeMap<(String, usize), [Simulated; 2]>;

/// A row of `polls.csv`.
#[derive(serde::Deserialize)]
struct PollsRow {
    ballot: usize,
    candidate: String,
    support_mean: f64,
    support_q05: f64,
    support_q95: f64,
    objections_mean: f64,
    objections_q05: f64,
    objections_q95: f64,
}

/// The polls of one selection and what its scenario makes of them.
struct Selection {
    scenario: Scenario,
    polls: Polls,
    simulated: Forecasts,
}

impl Selection {
    fn of(year: &str, assumption: &str) -> Self {
        let file = format!("scenarios/un-{year}.toml");
        let scenario = Scenario::load(&repository(&file)).unwrap();
        Self { polls: polls(year), simulated: simulated(&file, assumption), scenario }
    }
}

/// What `polls.csv` says.
fn simulated(file: &str, assumption: &str) -> Forecasts {
    let desk = Desk::with(&[]);
    let mut nemcon = Command::new(assert_cmd::cargo::cargo_bin!("nemcon"));
    nemcon.current_dir(repository("")).args([
        "run",
        file,
        "--assumption",
        assumption,
        "--quiet",
        "--judgements",
        "0",
        "--out",
    ]);
    assert!(nemcon.arg(desk.path("out")).output().unwrap().status.success());
    let mut forecasts = Forecasts::new();
    for row in csv::Reader::from_path(desk.path("out/polls.csv")).unwrap().deserialize() {
        let row: PollsRow = row.unwrap();
        let support = Simulated { mean: row.support_mean, range: [row.support_q05, row.support_q95] };
        let objections = Simulated { mean: row.objections_mean, range: [row.objections_q05, row.objections_q95] };
        let before = forecasts.insert((row.candidate, row.ballot), [support, objections]);
        assert!(before.is_none(), "every ballot is of one stage");
    }
    forecasts
}

/// How far forecasts of one kind of answer were off.
#[derive(Default)]
struct Score {
    /// Sum over all cases for the simulation's mean, for "as in the first poll" and for "as in the last poll".
    off: [f64; 3],
    /// Actual counts inside the simulated range.
    within: u32,
    cases: u32,
}

/// The polls after `first`, in `columns`, beside the simulation's; a count outside the range is in bold.
fn table(of: &Selection, first: usize, columns: &[(usize, &str)], answer: usize, score: &mut Score) -> String {
    let Selection { scenario, polls, simulated } = of;
    let heads: String = columns.iter().map(|(_, head)| format!(" {head} |")).collect();
    let mut table = format!("| candidate | fitted | |{heads}\n| --- | --- | --- |{}\n", " --- |".repeat(columns.len()));
    for candidate in &scenario.assumption(STATED).unwrap().candidates {
        let Some(actual) = polls.get(&candidate.id) else { continue };
        let counts = |poll: usize| actual[poll - 1][answer];
        if columns.iter().all(|(poll, _)| counts(*poll).is_none()) {
            continue;
        }
        let (mut told, mut foretold) = (String::new(), String::new());
        for &(poll, _) in columns {
            let Simulated { mean, range: [low, high] } = simulated[&(candidate.id.clone(), poll)][answer];
            write!(foretold, " {mean:.1} ({low}–{high}) |").unwrap();
            let Some(count) = counts(poll) else {
                told += " – |";
                continue;
            };
            let is_within = low <= count && count <= high;
            told += &if is_within { format!(" {count} |") } else { format!(" **{count}** |") };
            let last = (first..poll).rev().find_map(counts).unwrap();
            for (off, forecast) in score.off.iter_mut().zip([mean, counts(first).unwrap(), last]) {
                *off += (forecast - count).abs();
            }
            score.within += u32::from(is_within);
            score.cases += 1;
        }
        let first = counts(first).unwrap();
        writeln!(table, "| {} | {first} | actual |{told}\n| | | simulated |{foretold}", candidate.name).unwrap();
    }
    table
}

/// The scores as stated and, of the same polls, with shared doubt.
fn scores(scores: &[(&str, Score)], doubtful: &[Score]) -> String {
    let heads: String = scores.iter().map(|(what, _)| format!(" {what} |")).collect();
    let mut table = format!("| off by, on average |{heads}\n| --- |{}\n", " --- |".repeat(scores.len()));
    for (i, forecast) in ["the simulation's mean", "as in the poll fitted", "as in the last poll"].iter().enumerate() {
        let off = scores.iter().map(|(_, score)| format!(" {:.2} |", score.off[i] / f64::from(score.cases)));
        writeln!(table, "| {forecast} |{}", off.collect::<String>()).unwrap();
    }
    let within = scores.iter().map(|(_, score)| format!(" {} of {} |", score.within, score.cases));
    writeln!(table, "| *inside the 90 % range* |{}", within.collect::<String>()).unwrap();
    let within = doubtful.iter().map(|score| format!(" {} of {} |", score.within, score.cases));
    writeln!(table, "| *inside it with `shared-doubt`* |{}", within.collect::<String>()).unwrap();
    table
}

#[test]
fn later_polls_are_set_beside_what_the_scenarios_simulate() {
    let page = read("docs/real-selections.md");
    let columns = [(2, "2"), (3, "3"), (4, "4"), (5, "5"), (6, "6")];
    let days = [(3, "11 Dec."), (4, "11 Dec."), (5, "11 Dec."), (7, "12 Dec.")];
    let under = |assumption: &str| {
        let (of_2016, of_1996) = (Selection::of("2016", assumption), Selection::of("1996", assumption));
        let mut scores: [Score; 3] = Default::default();
        let [e16, d16, e96] = &mut scores;
        let tables = vec![
            table(&of_2016, 1, &columns, 0, e16),
            table(&of_2016, 1, &columns, 1, d16),
            table(&of_1996, 2, &days, 0, e96),
        ];
        (tables, scores)
    };
    let (mut tables, [e16, d16, e96]) = under(STATED);
    let (_, doubtful) = under("shared-doubt");
    let stated = [("2016 encouraging", e16), ("2016 discouraging", d16), ("1996 encouraging", e96)];
    tables.push(scores(&stated, &doubtful));
    for table in &tables {
        assert!(page.contains(table), "docs/real-selections.md should have these tables:\n{}", tables.join("\n"));
    }
}

/// By assumption: its name, and of the file's own rounds the shares of all candidates and then of no consensus.
fn shares(scenario: &Scenario) -> Vec<(&str, Vec<f64>)> {
    let of = |model: &Model| {
        let plan = Plan::new(model.clone());
        let tally = simulate(&Counting(&plan), Execution::new(scenario.seed, 0..scenario.rounds)).unwrap().counts;
        let appointed = tally.candidates.iter().map(|c| c.appointed).chain([tally.no_consensus]);
        appointed.map(|count| count as f64 / scenario.rounds as f64).collect()
    };
    scenario.assumptions.iter().map(|model| (model.assumption.as_str(), of(model))).collect()
}

/// The table of outcomes in the head of a scenario.
fn outcomes(file: &str) -> String {
    let scenario = Scenario::load(&repository(file)).unwrap();
    let shares = shares(&scenario);
    let mut table = format!("#   {:14}", "outcome");
    shares.iter().for_each(|(name, _)| write!(table, "  {name:>7}").unwrap());
    let ids = scenario.assumptions[0].candidates.iter().map(|c| c.id.as_str()).chain(["no-consensus"]);
    for (i, id) in ids.enumerate() {
        write!(table, "\n#   {id:14}").unwrap();
        for (name, shares) in &shares {
            write!(table, "  {:>1$.3}", shares[i], name.len().max(7)).unwrap();
        }
    }
    table + "\n"
}

/// One row of a table in a head: its label, and a figure for each column.
type Row = (String, Vec<f64>);

/// The tables in a head that have a column for each of some of `names`: which, and their rows.
fn tables<'t>(text: &'t str, names: &[&str]) -> Vec<(Vec<&'t str>, Vec<Row>)> {
    let words = |line: &'t str| line.trim_start_matches('#').split_whitespace().collect::<Vec<&str>>();
    let mut tables: Vec<(Vec<&str>, Vec<Row>)> = Vec::new();
    let mut open = false;
    for row in text.lines().take_while(|line| line.starts_with('#')).map(words) {
        let columns = row.get(1..).unwrap_or_default();
        if columns.first() == Some(&STATED) && columns.iter().all(|column| names.contains(column)) {
            tables.push((columns.to_vec(), Vec::new()));
            open = true;
        } else if let Some((columns, rows)) = tables.last_mut().filter(|(columns, _)| open && row.len() > columns.len())
        {
            let (label, values) = row.split_at(row.len() - columns.len());
            rows.push((label.join(" "), values.iter().map(|value| value.parse().unwrap()).collect()));
        } else {
            open = false;
        }
    }
    tables
}

/// The tables in a head, which together have a column for each assumption, and rows for some candidates and for the others
/// together.
fn assert_head(file: &str) {
    let (text, scenario) = (read(file), Scenario::load(&repository(file)).unwrap());
    let shares = shares(&scenario);
    let names: Vec<&str> = shares.iter().map(|(name, _)| *name).collect();
    let ids: Vec<&str> = scenario.assumptions[0].candidates.iter().map(|c| c.id.as_str()).collect();
    let at =
        |label: &str| if label == "no consensus" { Some(ids.len()) } else { ids.iter().position(|id| *id == label) };
    let tables = tables(&text, &names);
    for name in &names {
        assert!(tables.iter().any(|(columns, _)| columns.contains(name)), "{file} has no table with {name}");
    }
    for (columns, rows) in &tables {
        let told: Vec<usize> = rows.iter().filter_map(|(label, _)| at(label)).collect();
        assert!(told.len() > 1, "{file}");
        for (label, values) in rows {
            for (name, value) in columns.iter().zip(values) {
                let shares = &shares.iter().find(|(it, _)| it == name).unwrap().1;
                let others = || (0..ids.len()).filter(|i| !told.contains(i)).map(|i| shares[i]).sum();
                let share: f64 = at(label).map_or_else(others, |i| shares[i]);
                // Four decimals, whichever way a tie is rounded.
                assert!((share - value).abs() < 0.000_050_001, "{file}: {label} under {name} is {share}, not {value}");
            }
        }
    }
}

#[test]
fn the_figures_in_the_heads_of_scenarios_are_those_of_a_run() {
    for file in ["scenarios/un-1996.toml", "scenarios/un-2016.toml", "scenarios/un-2026.toml"] {
        let table = outcomes(file);
        assert!(read(file).contains(&table), "{file} should have this table:\n{table}");
    }
    for name in ["conclave-2005", "eu-2019", "eu-2019-package", "ioc-2012", "nato-2024", "osce-2020", "wto-2020"] {
        assert_head(&format!("scenarios/{name}.toml"));
    }
}

/// What happened, by the scenario's file: how the page tells it, and the outcome that it was.
const HAPPENED: [(&str, &str, &str); 10] = [
    ("conclave-2005", "Ratzinger is elected", "ratzinger"),
    ("eu-2019", "von der Leyen is proposed", "von-der-leyen"),
    ("eu-2019-package", "von der Leyen, Michel, Borrell and Lagarde are agreed on", "agreed"),
    ("ioc-2012", "London is chosen", "london"),
    ("nato-2023", "Stoltenberg is extended", "stoltenberg"),
    ("nato-2024", "Rutte is agreed on", "rutte"),
    ("osce-2020", "all four posts fall vacant", "no-consensus"),
    ("un-1996", "Annan is recommended", "annan"),
    ("un-2016", "Guterres is recommended", "guterres"),
    ("wto-2020", "Washington stops the consensus on Okonjo-Iweala", "no-consensus"),
];

#[test]
fn what_happened_is_set_beside_what_each_scenario_expects() {
    let mut table = "| scenario | what happened | as stated |\n| --- | --- | --- |\n".to_owned();
    for (name, told, outcome) in HAPPENED {
        let mut scenario = Scenario::load(&repository(&format!("scenarios/{name}.toml"))).unwrap();
        scenario.assumptions.truncate(1);
        let candidates = &scenario.assumptions[0].candidates;
        let index = candidates.iter().position(|c| c.id == outcome).unwrap_or(candidates.len());
        let share = shares(&scenario)[0].1[index];
        writeln!(table, "| [`{name}.toml`](../scenarios/{name}.toml) | {told} | {share:.2} |").unwrap();
    }
    assert!(
        read("docs/real-selections.md").contains(&table),
        "docs/real-selections.md should have this table:\n{table}"
    );
}

#[test]
fn every_scenario_is_listed() {
    let (readme, page) = (read("README.md"), read("docs/real-selections.md"));
    let happened = HAPPENED.map(|(name, ..)| name);
    for entry in fs::read_dir(repository("scenarios")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.extension().is_none_or(|extension| extension != "toml") || name == "first-scenario" {
            continue;
        }
        assert!(readme.contains(&format!("(scenarios/{name}.toml)")), "README.md does not list {name}");
        // That of 2026 has not happened yet.
        assert!(page.contains(&format!("{name}.toml")), "docs/real-selections.md does not mention {name}");
        assert!(happened.contains(&name.as_str()) || name == "un-2026", "{name}: what happened?");
    }
}
