//! What `docs/real-selections.md` and the scenarios say about figures is what the program computes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use nemcon::scenario::{STATED, Scenario};
use nemcon::simulation::{Plan, trace};

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The support table of a scenario is what `nemcon fit` makes of its poll, and so is its uncertainty.
#[test]
fn un_2016_is_fitted_to_the_first_poll_and_nothing_else() {
    let mut nemcon = Command::new(assert_cmd::cargo::cargo_bin!("nemcon"));
    let arguments = "fit scenarios/un-2016.toml --poll scenarios/data/un-2016-poll-1.csv";
    let fitted = |format: &str| {
        let output = nemcon.current_dir(repository("")).args(arguments.split(' ')).args(["--format", format]).output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let scenario = read("scenarios/un-2016.toml");
    assert!(scenario.contains(&format!("nemcon {arguments}")), "the file quotes its command");
    let mut fitted = fitted;
    assert_eq!(fitted("csv"), read("scenarios/data/un-2016-support.csv"));
}

/// Polls of 2016 by candidate: encouragements and discouragements, poll by poll from the first; none if there was none.
type Polls = BTreeMap<String, Vec<Option<[f64; 2]>>>;

const POLLS: usize = 6;

fn polls() -> Polls {
    let mut polls = Polls::new();
    for line in read("scenarios/data/un-2016-polls.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let poll: usize = cells[0].parse().unwrap();
        let counts = [3, 4].map(|i| cells[i].parse().unwrap());
        polls.entry(cells[2].to_owned()).or_insert_with(|| vec![None; POLLS])[poll - 1] = Some(counts);
    }
    polls
}

/// Rounds read one by one: the 90 % range of a count hardly moves with more.
const ROUNDS: u64 = 2000;

/// Simulated counts of one candidate at one ballot, in order.
#[derive(Default, Clone)]
struct Counts([Vec<u32>; 2]);

impl Counts {
    fn mean(&self, answer: usize) -> f64 {
        f64::from(self.0[answer].iter().sum::<u32>()) / self.0[answer].len() as f64
    }

    /// The middle 90 %: the counts at both ends are those that 5 % of rounds at most lie beyond.
    fn range(&self, answer: usize) -> [u32; 2] {
        let counts = &self.0[answer];
        let beyond = counts.len() / 20;
        [counts[beyond], counts[counts.len() - 1 - beyond]]
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
                let counts = &mut mine[ballot.number as usize - 1].0;
                counts[0].push(standing.encouraging.len());
                counts[1].push(standing.objecting.len());
            }
        }
    }
    simulated.values_mut().flatten().flat_map(|counts| &mut counts.0).for_each(|counts| counts.sort_unstable());
    simulated
}

/// The tables of the page: for either answer the later polls beside the simulation's, then how far each forecast was off.
fn tables() -> [String; 3] {
    let scenario = Scenario::load(&repository("scenarios/un-2016.toml")).unwrap();
    let (polls, simulated) = (polls(), simulated(&scenario));
    let mut tables = [String::new(), String::new(), String::new()];
    let mut errors = [[0.0; 3]; 2];
    let (mut cases, mut within) = (0.0, [0.0; 2]);
    for (answer, table) in tables.iter_mut().take(2).enumerate() {
        *table +=
            "| candidate | first poll | | 2 | 3 | 4 | 5 | 6 |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n";
        cases = 0.0;
        for candidate in &scenario.assumption(STATED).unwrap().candidates {
            let (actual, mine) = (&polls[&candidate.id], &simulated[&candidate.id]);
            let first = actual[0].unwrap()[answer];
            let (mut told, mut foretold) = (String::new(), String::new());
            for poll in 1..POLLS {
                let (mean, [low, high]) = (mine[poll].mean(answer), mine[poll].range(answer));
                write!(foretold, " {mean:.1} ({low}–{high}) |").unwrap();
                let Some(counts) = actual[poll] else {
                    told += " – |";
                    continue;
                };
                let count = counts[answer];
                let is_within = f64::from(low) <= count && count <= f64::from(high);
                told += &if is_within { format!(" {count} |") } else { format!(" **{count}** |") };
                // The last poll before this one that is known.
                let last = actual[..poll].iter().rev().find_map(|counts| *counts).unwrap()[answer];
                for (error, forecast) in errors[answer].iter_mut().zip([mean, first, last]) {
                    *error += (forecast - count).abs();
                }
                within[answer] += f64::from(u8::from(is_within));
                cases += 1.0;
            }
            writeln!(table, "| {} | {first} | actual |{told}\n| | | simulated |{foretold}", candidate.name).unwrap();
        }
    }
    tables[2] += "| forecast | encouragements off by | discouragements off by |\n| --- | --- | --- |\n";
    for (i, forecast) in ["the simulation's mean", "as in the first poll", "as in the last poll"].iter().enumerate() {
        let off = errors.map(|errors| errors[i] / cases);
        writeln!(tables[2], "| {forecast} | {:.2} | {:.2} |", off[0], off[1]).unwrap();
    }
    let share = within.map(|n| format!("{n} of {cases}"));
    writeln!(tables[2], "| *actual counts inside the simulation's 90 % range* | {} | {} |", share[0], share[1])
        .unwrap();
    tables
}

#[test]
fn the_later_polls_of_2016_are_set_beside_what_the_scenario_simulates() {
    let page = read("docs/real-selections.md");
    let tables = tables();
    for table in &tables {
        assert!(page.contains(table), "docs/real-selections.md should have this table:\n{table}");
    }
}
