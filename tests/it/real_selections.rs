//! What `docs/real-selections.md` and the scenarios say about figures is what the program computes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use nemcon::model::Model;
use nemcon::scenario::{STATED, Scenario};
use nemcon::simulation::{Counting, Execution, Plan, simulate, trace};

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
        let poll: usize = cells[0].parse().unwrap();
        let mine = polls.entry(cells[2].to_owned()).or_insert_with(|| vec![[None; 2]; POLLS]);
        mine[poll - 1] = [3, 4].map(|i| cells[i].parse().ok());
    }
    polls
}

/// Rounds read one by one: the 90 % range of a count hardly moves with more.
const ROUNDS: u64 = 2000;

/// Simulated encouragements and discouragements of one candidate at one ballot, in order.
type Counts = [Vec<u32>; 2];

/// The polls of one selection and what its scenario makes of them.
struct Selection {
    scenario: Scenario,
    polls: Polls,
    simulated: BTreeMap<String, Vec<Counts>>,
}

impl Selection {
    fn of(year: &str) -> Self {
        let scenario = Scenario::load(&repository(&format!("scenarios/un-{year}.toml"))).unwrap();
        Self { polls: polls(year), simulated: simulated(&scenario), scenario }
    }
}

/// By candidate: the simulated counts, ballot by ballot, over the rounds in which they are still in the race.
fn simulated(scenario: &Scenario) -> BTreeMap<String, Vec<Counts>> {
    let plan = Plan::new(scenario.assumption(STATED).unwrap().clone());
    let mut simulated: BTreeMap<String, Vec<Counts>> = BTreeMap::new();
    for number in 0..ROUNDS {
        for ballot in trace(&plan, scenario.seed, number).ballots.iter().take(POLLS) {
            for (c, standing) in &ballot.standings {
                let id = plan.model.candidates[c.index()].id.clone();
                let mine = simulated.entry(id).or_insert_with(|| vec![Counts::default(); POLLS]);
                let [encouraging, objecting] = &mut mine[ballot.number as usize - 1];
                encouraging.push(standing.encouraging.len());
                objecting.push(standing.objecting.len());
            }
        }
    }
    simulated.values_mut().flatten().flatten().for_each(|counts| counts.sort_unstable());
    simulated
}

fn mean(counts: &[u32]) -> f64 {
    f64::from(counts.iter().sum::<u32>()) / counts.len() as f64
}

/// The middle 90 %: beyond either end lie 5 % of the rounds at most.
fn range(counts: &[u32]) -> [u32; 2] {
    let beyond = counts.len() / 20;
    [counts[beyond], counts[counts.len() - 1 - beyond]]
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
        let (Some(actual), Some(mine)) = (polls.get(&candidate.id), simulated.get(&candidate.id)) else { continue };
        let counts = |poll: usize| actual[poll - 1][answer];
        if columns.iter().all(|(poll, _)| counts(*poll).is_none()) {
            continue;
        }
        let (mut told, mut foretold) = (String::new(), String::new());
        for &(poll, _) in columns {
            let (mean, [low, high]) = (mean(&mine[poll - 1][answer]), range(&mine[poll - 1][answer]));
            write!(foretold, " {mean:.1} ({low}–{high}) |").unwrap();
            let Some(count) = counts(poll) else {
                told += " – |";
                continue;
            };
            let is_within = f64::from(low) <= count && count <= f64::from(high);
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

fn scores(scores: &[(&str, Score)]) -> String {
    let heads: String = scores.iter().map(|(what, _)| format!(" {what} |")).collect();
    let mut table = format!("| off by, on average |{heads}\n| --- |{}\n", " --- |".repeat(scores.len()));
    for (i, forecast) in ["the simulation's mean", "as in the poll fitted", "as in the last poll"].iter().enumerate() {
        let off = scores.iter().map(|(_, score)| format!(" {:.2} |", score.off[i] / f64::from(score.cases)));
        writeln!(table, "| {forecast} |{}", off.collect::<String>()).unwrap();
    }
    let within = scores.iter().map(|(_, score)| format!(" {} of {} |", score.within, score.cases));
    writeln!(table, "| *inside the 90 % range* |{}", within.collect::<String>()).unwrap();
    table
}

#[test]
fn later_polls_are_set_beside_what_the_scenarios_simulate() {
    let page = read("docs/real-selections.md");
    let (mut e16, mut d16, mut e96) = (Score::default(), Score::default(), Score::default());
    let columns = [(2, "2"), (3, "3"), (4, "4"), (5, "5"), (6, "6")];
    let days = [(3, "11 Dec."), (4, "11 Dec."), (5, "11 Dec."), (7, "12 Dec.")];
    let (of_2016, of_1996) = (Selection::of("2016"), Selection::of("1996"));
    let mut tables = vec![
        table(&of_2016, 1, &columns, 0, &mut e16),
        table(&of_2016, 1, &columns, 1, &mut d16),
        table(&of_1996, 2, &days, 0, &mut e96),
    ];
    tables.push(scores(&[("2016 encouraging", e16), ("2016 discouraging", d16), ("1996 encouraging", e96)]));
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

/// The table in a head that has one column for each assumption, and rows for some candidates and for the others
/// together.
fn assert_head(file: &str) {
    let (text, scenario) = (read(file), Scenario::load(&repository(file)).unwrap());
    let shares = shares(&scenario);
    let names: Vec<&str> = shares.iter().map(|(name, _)| *name).collect();
    let row = |line: &str| line.trim_start_matches('#').split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let mut lines = text.lines().skip_while(|line| row(line).get(1..).is_none_or(|columns| columns != names));
    assert!(lines.next().is_some(), "{file} has no table of {names:?}");
    let rows: Vec<(String, Vec<f64>)> = lines
        .map(row)
        .take_while(|row| row.len() > names.len())
        .map(|row| {
            let (label, values) = row.split_at(row.len() - names.len());
            (label.join(" "), values.iter().map(|value| value.parse().unwrap()).collect())
        })
        .collect();
    let ids: Vec<&str> = scenario.assumptions[0].candidates.iter().map(|c| c.id.as_str()).collect();
    let at =
        |label: &str| if label == "no consensus" { Some(ids.len()) } else { ids.iter().position(|id| *id == label) };
    let told: Vec<usize> = rows.iter().filter_map(|(label, _)| at(label)).collect();
    assert!(told.len() > 1, "{file}");
    for (label, values) in &rows {
        for ((name, shares), value) in shares.iter().zip(values) {
            let others = || (0..ids.len()).filter(|i| !told.contains(i)).map(|i| shares[i]).sum();
            let share: f64 = at(label).map_or_else(others, |i| shares[i]);
            // Four decimals, whichever way a tie is rounded.
            assert!((share - value).abs() < 0.000_050_001, "{file}: {label} under {name} is {share}, not {value}");
        }
    }
}

#[test]
fn the_figures_in_the_heads_of_scenarios_are_those_of_a_run() {
    for file in ["scenarios/un-1996.toml", "scenarios/un-2016.toml", "scenarios/un-2026.toml"] {
        let table = outcomes(file);
        assert!(read(file).contains(&table), "{file} should have this table:\n{table}");
    }
    for name in ["conclave-2005", "eu-2019", "ioc-2012", "nato-2024", "wto-2020"] {
        assert_head(&format!("scenarios/{name}.toml"));
    }
}
