//! Results over judgements, as the program shows and writes them.

use std::fs;

use crate::common::Desk;
use nemcon::scenario::Scenario;
use nemcon::study::{self, Handle, Options, RunOptions};

/// Two members, of whom one may be more or less against x.
const SCENARIO: &str = r#"
title = "judged"
rounds = 4000
seed = 5
member = [{ id = "A" }, { id = "B" }]
candidate = [{ id = "x" }, { id = "y", availability = 0.9 }]
support = { A = { x = 1 }, B = { x = -0.5, y = 0.5 } }
veto = { A = { probability = 0.8 }, B = "absolute" }
stage = [{ name = "talks", repeat = 2, appoint = "consensus" }]
dynamics = { memory = 0.5 }
[[assumption]]
name = "free"
veto = { default = "none" }
[[judgement]]
name = "b-on-x"
set = ["support.B.x"]
low = -1.5
high = 0.5
note = "two reports disagree"
[[judgement]]
name = "stands"
scale = ["candidate.y.availability"]
low = 0.5
high = 2
[[judgement]]
name = "rule"
set = ["stage.talks.appoint"]
one_of = ["consensus", "unanimity"]
[[judgement]]
name = "nothing"
set = ["candidate.x.withdraws_if_vetoed"]
low = 0
high = 0.001
shape = "uniform"
"#;

fn desk() -> Desk {
    Desk::with(&[("judged.toml", SCENARIO)])
}

impl Desk {
    /// The rows of a CSV file, by the names of the columns.
    fn table(&self, path: &str) -> Vec<std::collections::BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_path(self.path(path)).unwrap();
        reader.deserialize().map(|row| row.unwrap()).collect()
    }
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

#[test]
fn the_scenario_as_written_is_as_ever_and_its_ranges_stand_beside_it() {
    let desk = desk();
    desk.ends("compare judged.toml --out with --quiet", 0, "");
    desk.ends("compare judged.toml --out without --judgements 0 --quiet", 0, "");
    for file in ["outcomes.csv", "vetoes.csv", "comparison.csv", "flows.csv"] {
        let read = |folder: &str| fs::read(desk.path(&format!("{folder}/{file}"))).unwrap();
        assert_eq!(read("with"), read("without"), "{file}");
    }
    assert!(!desk.path("without/ranges.csv").exists());
    let ranges = desk.table("with/ranges.csv");
    assert_eq!(ranges.len(), 2 * 3);
    for row in &ranges {
        let figures = ["q05", "q25", "median", "q75", "q95"].map(|name| number(&row[name]));
        assert!(figures.is_sorted() && figures[0] >= 0.0 && figures[4] <= 1.0, "{row:?}");
        assert_eq!((row["points"].as_str(), row["rounds_per_point"].as_str()), ("256", "1000"));
    }
    let points = desk.table("with/judgements.csv");
    assert_eq!(points.len(), 2 * 256 * 3);
    // The mean over judgements is that of the points, and all points add up.
    for row in &ranges {
        let of = points
            .iter()
            .filter(|point| point["assumption"] == row["assumption"] && point["outcome"] == row["outcome"]);
        let mean = of.map(|point| number(&point["probability"])).sum::<f64>() / 256.0;
        assert!((mean - number(&row["mean"])).abs() < 1e-12);
    }
    // What is drawn follows the file: b-on-x is below its low end at one point in twenty.
    let below = points.iter().filter(|point| number(&point["b-on-x"]) < -1.5).count() as f64;
    assert!((below / points.len() as f64 - 0.05).abs() < 0.02);
    assert!(points.iter().all(|point| ["consensus", "unanimity"].contains(&point["rule"].as_str())));
    let indices = desk.table("with/judgement_indices.csv");
    assert_eq!(indices.len(), 2 * 3 * 4);
    let index = |outcome: &str, judgement: &str| {
        let found = indices
            .iter()
            .find(|row| row["assumption"] == "stated" && row["outcome"] == outcome && row["judgement"] == judgement);
        found.unwrap().clone()
    };
    let x = index("x", "b-on-x");
    assert!(number(&x["slope"]) > 0.0 && number(&x["at_high"]) > number(&x["at_low"]) && number(&x["ci_low"]) > 0.0);
    assert_eq!(index("x", "rule")["slope"], "");
    let nothing = index("x", "nothing");
    assert!(number(&nothing["ci_low"]) <= 0.0 && number(&nothing["ci_high"]) >= 0.0, "{nothing:?}");
    let compared = desk.table("with/comparison_ranges.csv");
    assert_eq!(compared.len(), 3);
    // By the other rule nobody's veto counts: half of the judgements make no difference, which is no sign.
    let none = compared.iter().find(|row| row["outcome"] == "no-consensus").unwrap();
    assert!(number(&none["difference"]) < 0.0 && (number(&none["same_sign"]) - 0.5).abs() < 0.05, "{none:?}");
}

#[test]
fn limits_signs_and_ranges_are_told() {
    let desk = desk();
    let text = String::from_utf8(desk.ends("run judged.toml", 0, "").stdout).unwrap().replace('\u{a0}', " ");
    for words in ["range over", "Which judgement matters", "b-on-x", "Held at a limit of the format: stands ("] {
        assert!(text.contains(words), "{words}:\n{text}");
    }
    let text = String::from_utf8(desk.ends("compare judged.toml", 0, "").stdout).unwrap().replace('\u{a0}', " ");
    assert!(text.contains("How robust the differences are") && text.contains("same sign"), "{text}");
    let json = desk.ends("run judged.toml --judgements 32 --format json --quiet", 0, "").stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["judgements"].as_array().unwrap().len(), 32 * 3);
    assert!(json["judgements"][0]["drawn"]["rule"].is_string());
    assert_eq!((&json["ranges"][0]["outcome"], &json["ranges"][0]["points"]), (&"x".into(), &32.into()));
    assert!(json["repeat"].as_str().unwrap().ends_with("--judgements 32"), "{}", json["repeat"]);
    let said = String::from_utf8(desk.ends("check judged.toml", 0, "").stdout).unwrap();
    assert!(said.contains("two reports disagree"), "{said}");
    fs::write(desk.path("plain.toml"), SCENARIO.split("[[judgement]]").next().unwrap()).unwrap();
    let said = String::from_utf8(desk.ends("check plain.toml", 0, "").stdout).unwrap();
    assert!(said.contains("These numbers carry no range"), "{said}");
    desk.ends("run plain.toml --judgements 32", 2, "the scenario has no judgements");
    desk.ends("run judged.toml --judgements 33", 2, "expected 0 or a multiple of 32");
}

#[test]
fn a_sweep_draws_the_same_judgements() {
    let desk = desk();
    desk.ends("sweep judged.toml --sample judgements:40 --rounds 500 --out swept --quiet", 0, "");
    desk.ends("run judged.toml --judgements 64 --out run --quiet", 0, "");
    let (swept, run) = (desk.table("swept/sweep.csv"), desk.table("run/judgements.csv"));
    assert_eq!(swept.len(), 40 * 3);
    for (swept, run) in swept.iter().zip(&run) {
        for name in ["point", "outcome", "b-on-x", "stands", "rule", "nothing"] {
            assert_eq!(swept[name], run[name], "{name}");
        }
        assert_eq!(swept["rounds"], "500");
    }
}

#[test]
fn intervals_can_stand_in_the_table_of_support() {
    let text = "title = \"sheet\"\nmember = [{ id = \"A\" }, { id = \"B\", groups = [\"g\"] }]\n\
                candidate = [{ id = \"x\" }, { id = \"y\" }]\n[tables]\nsupport = \"support.csv\"\n";
    let table = "member,x,x.low,x.high,y,note\nA,1,0.5,2,,firm\nB,-1,,,0.5,\ng,0.5,0,1,,\n";
    let desk = Desk::with(&[("sheet.toml", text), ("support.csv", table)]);
    let scenario = Scenario::load(&desk.path("sheet.toml")).unwrap();
    let names: Vec<&str> = scenario.judgements.iter().map(|judgement| judgement.name.as_str()).collect();
    assert_eq!(names, ["support.A.x", "support.g.x"]);
    assert_eq!(scenario.assumptions[0].support, [1.0, 0.0, -0.5, 0.5]);
    desk.ends("run sheet.toml --judgements 32 --rounds 1000", 0, "");
    fs::write(desk.path("support.csv"), "member,x,x.low,x.high\nA,1,0.5,\n").unwrap();
    desk.ends("run sheet.toml", 65, "only one end of an interval");
    fs::write(desk.path("support.csv"), "member,x,z.low\nA,1,0.5\n").unwrap();
    desk.ends("run sheet.toml", 65, "no candidate is called `z.low`");
}

#[test]
fn what_goes_together_badly_is_told_with_what_was_drawn() {
    let desk = desk();
    // The ends of the interval fit beside each other, but what lies beyond does not: there are at most 200 ballots.
    let more = "[[judgement]]\nname = \"late\"\nset = [\"stage.vote.repeat\"]\nlow = 20\nhigh = 198\n";
    let stages = "stage = [{ name = \"talks\", repeat = 2, appoint = \"consensus\" }]";
    let text = SCENARIO.replace(stages, "stage = [{ name = \"talks\", repeat = 2, appoint = \"consensus\" }, { name = \"vote\", repeat = 100, appoint = \"consensus\" }]");
    fs::write(desk.path("late.toml"), text + more).unwrap();
    let said = desk.ends("run late.toml --rounds 100", 65, "at point");
    assert!(String::from_utf8(said.stderr).unwrap().contains("late = "));
}

/// One ballot, one member: x passes if the view is not negative, so that the probability is known for every support.
#[test]
#[ignore = "slow: a minute with --release"]
fn simulated_ranges_are_those_of_the_closed_form() {
    let text = "title = \"one\"\nmember = [{ id = \"A\" }]\ncandidate = [{ id = \"x\" }]\nsupport = { A = { x = 0.4 } }\n\
                stage = [{ appoint = \"unanimity\" }]\n\
                [[judgement]]\nname = \"support\"\nset = [\"support.A.x\"]\nlow = -0.8\nhigh = 1.6\n\
                [[judgement]]\nname = \"nothing\"\nset = [\"candidate.x.withdraws_if_vetoed\"]\nlow = 0\nhigh = 1\nshape = \"uniform\"\n";
    let scenario = Scenario::from_text("one.toml", text, None).unwrap();
    let normal = |x: f64| nemcon::simulation::cdf(nemcon::model::Noise::Normal, x);
    let known = [-0.8, 0.4, 1.6].map(normal);
    let (mut off, mut covered, mut idle) = ([0.0; 3], 0, 0);
    const SEEDS: u64 = 200;
    for seed in 0..SEEDS {
        let simulation = Options { rounds: Some(1000), seed: Some(seed), ..Options::default() };
        let options = RunOptions { simulation, ..RunOptions::default() };
        let answer = study::run(&scenario, &options, &Handle::default()).unwrap();
        let ranges = answer.figures.ranges.unwrap();
        let outcome = &ranges.assumptions[0].outcomes[0];
        let quantiles = outcome.spreading.quantiles;
        for (off, (found, known)) in off.iter_mut().zip([quantiles[0], quantiles[2], quantiles[4]].iter().zip(known)) {
            *off += (found - known).abs() / SEEDS as f64;
        }
        let indices = outcome.indices.as_ref().unwrap();
        covered += u32::from((indices[0].first_order - 1.0).abs() <= indices[0].reach);
        idle += u32::from(indices[1].first_order.abs() <= indices[1].reach);
    }
    println!(
        "off on average: 5 % {:.4}, median {:.4}, 95 % {:.4}; covered {covered} and {idle} of {SEEDS}",
        off[0], off[1], off[2]
    );
    assert!(off[1] <= 0.01 && off[0] <= 0.02 && off[2] <= 0.02, "{off:?}");
    assert!(covered >= 180 && idle >= 180, "{covered} and {idle} of {SEEDS}");
}

/// First-order indices by brute force: the judgement is held at many values, and all others drawn for each.
#[test]
#[ignore = "slow: two minutes with --release"]
fn simulated_indices_are_those_of_nested_draws() {
    let scenarios = [
        ("support = { A = { x = 0.5 }, B = { x = 0 } }", "support.A.x", (-1.0, 2.0), "support.B.x", (-0.5, 0.5)),
        (
            "support = { A = { x = 1 }, B = { x = 1 } }\npreferences = { common_sd = 0.5 }",
            "preferences.common_sd",
            (0.0, 1.5),
            "support.A.x",
            (0.0, 2.0),
        ),
        (
            "veto = { A = { probability = 0.5 } }",
            "veto.A.probability",
            (0.0, 1.0),
            "candidate.x.availability",
            (0.3, 1.0),
        ),
    ];
    for (body, first, (low, high), second, (low_2, high_2)) in scenarios {
        let text = format!(
            "title = \"two\"\nmember = [{{ id = \"A\" }}, {{ id = \"B\" }}]\ncandidate = [{{ id = \"x\" }}]\n\
             stage = [{{ appoint = {{ all = [\"no_veto\", {{ count = {{ at_least = 1 }} }}] }} }}]\n{body}\n\
             [[judgement]]\nname = \"one\"\nset = [\"{first}\"]\nlow = {low}\nhigh = {high}\nshape = \"uniform\"\n\
             [[judgement]]\nname = \"two\"\nset = [\"{second}\"]\nlow = {low_2}\nhigh = {high_2}\nshape = \"uniform\"\n"
        );
        let scenario = Scenario::from_text("two.toml", &text, None).unwrap();
        // A grid of both, 40,000 rounds each: rows of the first, columns of the second.
        const SIDE: usize = 16;
        let at = |low: f64, high: f64, i: usize| low + (high - low) * (i as f64 + 0.5) / SIDE as f64;
        let share = |i: usize, j: usize| {
            let (one, two) = (at(low, high, i).to_string(), at(low_2, high_2, j).to_string());
            let model = scenario.with_settings("stated", &[(first, &one), (second, &two)]).unwrap().unwrap();
            let plan = nemcon::simulation::Plan::new(model);
            let rounds = nemcon::simulation::Execution::new((i * SIDE + j) as u64, 0..40_000);
            let done = nemcon::simulation::simulate(&nemcon::simulation::Counting(&plan), rounds).unwrap();
            done.counts.ended().next().unwrap() as f64 / 40_000.0
        };
        let grid: Vec<Vec<f64>> = (0..SIDE).map(|i| (0..SIDE).map(|j| share(i, j)).collect()).collect();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let variance =
            |values: &[f64]| values.iter().map(|v| (v - mean(values)).powi(2)).sum::<f64>() / values.len() as f64;
        let all = variance(&grid.concat());
        let rows: Vec<f64> = grid.iter().map(|row| mean(row)).collect();
        let columns: Vec<f64> = (0..SIDE).map(|j| mean(&grid.iter().map(|row| row[j]).collect::<Vec<_>>())).collect();
        let known = [variance(&rows) / all, variance(&columns) / all];
        let simulation = Options { rounds: Some(1000), ..Options::default() };
        let options = RunOptions { simulation, ..RunOptions::default() };
        let answer = study::run(&scenario, &options, &Handle::default()).unwrap();
        let ranges = answer.figures.ranges.unwrap();
        let indices = ranges.assumptions[0].outcomes[0].indices.as_ref().unwrap();
        for (found, known) in indices.iter().zip(known) {
            println!("{first}, {second}: {:.3} ± {:.3}, nested {known:.3}", found.first_order, found.reach);
            assert!((found.first_order - known).abs() <= 0.06, "{first}, {second}");
        }
    }
}
