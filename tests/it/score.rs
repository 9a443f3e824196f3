//! `nemcon score`: what chance was given to what happened.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::common::Desk;

/// Three members who all want `x` and nobody else, for certain.
const CERTAIN: &str =
    "title = \"Certain\"\nrounds = 50\nseed = 3\nmember = [{ id = \"A\" }, { id = \"B\" }, { id = \"C\" }]
candidate = [{ id = \"x\", name = \"Jo\" }, { id = \"y\" }]
preferences = { uncertainty = 0 }
support = { A = { x = 1, y = -1 }, B = { x = 1, y = -1 }, C = { x = 1, y = -1 } }
stage = [{ name = \"vote\", appoint = \"majority\" }]
";
/// A poll in which `x` leads with 2 to 1.
const POLL: &str = "[[poll]]\nname = \"first\"\nanswers = { x = { encourage = 2, object = 0, no_opinion = 1 }, \
                    y = { encourage = 1, object = 1, no_opinion = 1 } }\n";

/// `won`: the favourite wins; `lost`: nobody does; `bare`: the other does, and there was no poll.
fn desk() -> Desk {
    Desk::with(&[
        ("won.toml", &format!("{CERTAIN}actual = \"x\"\ndecided = 2020-01-02\n{POLL}")),
        ("again.toml", &format!("{CERTAIN}actual = \"x\"\ndecided = 2021-01-02\n{POLL}")),
        ("lost.toml", &format!("{CERTAIN}actual = \"no-consensus\"\n{POLL}")),
        (
            "bare.toml",
            &format!(
                "{CERTAIN}actual = \"y\"\n[[assumption]]\nname = \"free\"\nset = {{ \"preferences.uncertainty\" = 1 }}\n"
            ),
        ),
        ("open.toml", CERTAIN),
    ])
}

fn shows(desk: &Desk, arguments: &str) -> String {
    String::from_utf8(desk.ends(arguments, 0, "").stdout).unwrap()
}

fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// The cells of `row` in these columns as numbers; nothing where they are empty.
fn numbers<const N: usize>(row: &BTreeMap<String, String>, columns: [&str; N]) -> [Option<f64>; N] {
    columns.map(|column| row[column].parse().ok())
}

fn assert_near<const N: usize>(found: [Option<f64>; N], expected: [Option<f64>; N]) {
    let near = |(a, b): (&Option<f64>, &Option<f64>)| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-12,
        _ => a == b,
    };
    assert!(found.iter().zip(&expected).all(near), "{found:?} {expected:?}");
}

fn ln(p: f64) -> Option<f64> {
    Some((0.99 * p + 0.01 / 3.0).ln())
}

#[test]
fn every_score_is_that_by_hand() {
    let rows = rows(&shows(&desk(), "score won.toml lost.toml bare.toml --format csv"));
    let [won, lost, bare] = &rows[..] else { panic!("{rows:?}") };
    let own = ["probability", "log_score", "brier", "rank"];
    assert_near(numbers(won, own), [Some(1.0), ln(1.0), Some(0.0), Some(1.0)]);
    for missed in [lost, bare] {
        assert_near(numbers(missed, own), [Some(0.0), ln(0.0), Some(2.0), Some(2.5)]);
    }
    let uniform = ["uniform_probability", "uniform_log_score", "uniform_brier", "uniform_rank"];
    let third = 1.0 / 3.0;
    for row in &rows {
        let brier = 2.0 * third * third + 4.0 * third * third;
        assert_near(numbers(row, uniform), [Some(third), ln(third), Some(brier), Some(2.0)]);
    }
    // Leave one out: where `x` won, leaders elsewhere won 0 of 1; where it lost, 1 of 1.
    let leader = ["leader_probability", "leader_log_score", "leader_brier", "leader_rank"];
    let [quarter, rest] = [0.25, 0.75 / 2.0];
    assert_near(numbers(won, leader), [Some(quarter), ln(quarter), Some(0.75 * 0.75 + 2.0 * rest * rest), Some(3.0)]);
    let eighth = 0.25 / 2.0;
    let brier = 0.75 * 0.75 + eighth * eighth + (1.0 - eighth) * (1.0 - eighth);
    assert_near(numbers(lost, leader), [Some(eighth), ln(eighth), Some(brier), Some(2.5)]);
    assert_near(numbers(bare, leader), [None; 4]);
    let shares = ["shares_probability", "shares_log_score", "shares_brier", "shares_rank"];
    assert_near(numbers(won, shares), [Some(2.0 / 3.0), ln(2.0 / 3.0), Some(2.0 / 9.0), Some(1.0)]);
    assert_near(numbers(lost, shares), [Some(0.0), ln(0.0), Some(4.0 / 9.0 + 1.0 / 9.0 + 1.0), Some(3.0)]);
    assert_near(numbers(bare, shares), [None; 4]);
    let told = |row: &BTreeMap<String, String>| {
        ["scenario", "assumption", "actual", "decided", "outcomes", "rounds", "seed"].map(|column| row[column].clone())
    };
    assert_eq!(told(won), ["won.toml", "stated", "x", "2020-01-02", "3", "50", "3"]);
    assert_eq!(told(lost), ["lost.toml", "stated", "no-consensus", "", "3", "50", "3"]);
    assert!(rows.iter().all(|row| row["sha256"].len() == 64));
}

#[test]
fn alone_a_leader_is_given_even_odds() {
    let rows = rows(&shows(&desk(), "score won.toml --format csv"));
    assert_near(numbers(&rows[0], ["leader_probability"]), [Some(0.5)]);
}

#[test]
fn the_means_are_those_of_the_rows() {
    let json: Value =
        serde_json::from_str(&shows(&desk(), "score won.toml lost.toml bare.toml --format json")).unwrap();
    let scores = json["scores"].as_array().unwrap();
    let means = json["mean_scores"].as_array().unwrap();
    let forecasters: Vec<_> =
        means.iter().map(|it| (it["forecaster"].as_str().unwrap(), it["selections"].as_u64().unwrap())).collect();
    assert_eq!(forecasters, [("simulation", 3), ("uniform", 3), ("leader", 2), ("shares", 2)]);
    for (mean, (column, own)) in means.iter().zip([
        ("log_score", "log_score"),
        ("uniform_log_score", "log_score"),
        ("leader_log_score", "log_score"),
        ("shares_log_score", "log_score"),
    ]) {
        let both: Vec<_> = scores.iter().filter_map(|row| Some((row[column].as_f64()?, row[own].as_f64()?))).collect();
        let n = both.len() as f64;
        let expected = both.iter().map(|(score, _)| score).sum::<f64>() / n;
        assert!((mean["log_score"].as_f64().unwrap() - expected).abs() < 1e-12);
        let (low, high) = (mean["log_score_ci_low"].as_f64().unwrap(), mean["log_score_ci_high"].as_f64().unwrap());
        assert!(low <= expected && expected <= high);
        if let Some(ahead) = mean["simulation_ahead"].as_f64() {
            let expected = both.iter().map(|(score, own)| own - score).sum::<f64>() / n;
            assert!((ahead - expected).abs() < 1e-12);
        }
    }
    assert_eq!(json["reliability"], Value::Array(Vec::new()));
    assert_eq!(json["inputs"].as_array().unwrap().len(), 3);
}

#[test]
fn what_came_true_is_told_of_twenty_selections() {
    let desk = desk();
    let names: Vec<String> = (0..20).map(|i| format!("s{i}.toml")).collect();
    for (i, name) in names.iter().enumerate() {
        let actual = if i < 15 { "x" } else { "y" };
        fs::write(desk.path(name), format!("{CERTAIN}actual = \"{actual}\"\n# {i}\n")).unwrap();
    }
    let json: Value = serde_json::from_str(&shows(&desk, &format!("score {} --format json", names.join(" ")))).unwrap();
    let classes = json["reliability"].as_array().unwrap();
    let told = |class: &Value| (class["outcomes"].as_u64().unwrap(), class["count"].as_u64().unwrap());
    assert_eq!(classes.iter().map(told).collect::<Vec<_>>(), [(40, 5), (0, 0), (0, 0), (0, 0), (20, 15)]);
    let table = shows(&desk, &format!("score {}", names.join(" ")));
    assert!(table.contains("What came true") && !table.contains("nothing finer"), "{table}");
    let table = shows(&desk, &format!("score {}", names[1..].join(" ")));
    assert!(!table.contains("What came true") && table.contains("nothing finer can be told"), "{table}");
}

#[test]
fn assumptions_are_scored_by_name() {
    let desk = desk();
    let names = |arguments: &str| -> Vec<_> {
        let csv = shows(&desk, &format!("score {arguments} --format csv"));
        rows(&csv).iter().map(|row| format!("{} {}", row["scenario"], row["assumption"])).collect()
    };
    assert_eq!(names("won.toml bare.toml"), ["won.toml stated", "bare.toml stated"]);
    assert_eq!(
        names("won.toml bare.toml --assumptions all"),
        ["won.toml stated", "bare.toml stated", "bare.toml free"]
    );
    assert_eq!(names("bare.toml --assumptions free,free"), ["bare.toml free"]);
    let table = shows(&desk, "score bare.toml --assumptions free");
    assert!(table.contains("assumption") && table.contains("free"), "{table}");
    let one = "score bare.toml --rounds 999 --seed 9 --assumptions free --format csv";
    assert_eq!(shows(&desk, &format!("{one} --threads 1")), shows(&desk, &format!("{one} --threads 2")));
    let surely = shows(
        &desk,
        &format!(
            "{one} --set support.A.x=-99 --set support.B.x=-99 --set support.C.x=-99 --set support.A.y=9 --set support.B.y=9"
        ),
    );
    assert_eq!(rows(&surely)[0]["probability"], "1.0");
}

#[test]
fn what_cannot_be_scored_is_refused_with_a_reason() {
    let desk = desk();
    fs::write(desk.path("copy.toml"), fs::read(desk.path("won.toml")).unwrap()).unwrap();
    fs::write(desk.path("wrong.toml"), format!("{CERTAIN}actual = \"z\"\n")).unwrap();
    desk.ends("score", 2, "SCENARIO");
    desk.ends("score won.toml open.toml", 65, "open.toml does not say how it ended\n  add a line like actual = \"jo\"");
    desk.ends("score won.toml won.toml", 2, "won.toml and won.toml are the same scenario");
    desk.ends("score won.toml lost.toml copy.toml", 2, "won.toml and copy.toml are the same scenario");
    desk.ends("score won.toml bare.toml --assumptions free", 2, "won.toml has no assumption called `free`");
    desk.ends("score bare.toml --assumptions stated,fre", 2, "did you mean `free`?");
    desk.ends("score won.toml nowhere.toml", 66, "nowhere.toml");
    desk.ends("score wrong.toml", 65, "no outcome is called `z`");
    desk.ends("score - -", 2, "standard input");
    desk.ends("score won.toml --set support.D.x=1", 2, "no member or group is called `D`");
    desk.ends("score won.toml --rounds 0", 2, "");
}

#[test]
fn results_are_written_with_their_record() {
    let desk = desk();
    desk.ends("score won.toml lost.toml --out out --rounds 20", 0, "");
    let read = |name: &str| fs::read_to_string(desk.path("out").join(name)).unwrap();
    assert_eq!(read("scores.csv"), shows(&desk, "score won.toml lost.toml --rounds 20 --format csv"));
    assert_eq!(read("mean_scores.csv").lines().count(), 5);
    let record: Value = serde_json::from_str(&read("run.json")).unwrap();
    assert_eq!(
        (&record["command"], &record["rounds"], &record["partial"]),
        (&"score".into(), &40.into(), &false.into())
    );
    let files: Vec<_> = record["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
    assert_eq!(files, ["scores.csv", "mean_scores.csv"]);
    // What it says simulates the same.
    let repeat = record["repeat"].as_str().unwrap().strip_prefix("nemcon ").unwrap();
    assert_eq!(shows(&desk, &format!("{repeat} --format csv")), read("scores.csv"));
    desk.ends("score won.toml --out out", 73, "exist in out");
    desk.ends("score won.toml --out out --force", 0, "");
    for format in ["md", "latex"] {
        assert!(shows(&desk, &format!("score won.toml lost.toml --format {format}")).contains("Jo"));
    }
}

#[test]
fn the_table_says_what_can_be_told() {
    let desk = desk();
    let alone = shows(&desk, "score won.toml");
    assert!(alone.contains("Jo") && alone.contains("100 %") && !alone.contains("On average"), "{alone}");
    let both = shows(&desk, "score won.toml lost.toml");
    for said in ["On average over 2 selections", "it cannot be told whether", "fewer than about 20 selections"] {
        assert!(both.contains(said), "{said}: {both}");
    }
    // Two selections that agree are no finding yet.
    let same = shows(&desk, "score won.toml again.toml");
    let words = same.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("scored better than “all outcomes are equally likely”"), "{same}");
    assert!(words.contains("each, which is no finding: fewer than 6 may well all go one way by chance."), "{same}");
    for line in both.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}
