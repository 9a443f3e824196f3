//! What the program prints in each format: data that say how to have them again, tables for others to set, and CSV for
//! spreadsheets.

use std::fs;

use serde_json::Value;

use crate::common::Desk;

/// A seed that a reader of JSON rounds that takes all numbers for floats of 64 bits; an id and a name like formulas.
const SCENARIO: &str = r#"
title = "large seed"
seed = 9007199254740993
rounds = 2000
candidate = [{ id = "-jo", name = "=Jo & 100 %" }, { id = "y_1" }]
member = [{ id = "A" }, { id = "B" }]
veto = { A = { probability = 0.7 } }
assumption = [{ name = "free", veto = {} }]
"#;

const POLL: &str = "candidate,encourage,discourage,no_opinion\n-jo,1,1,0\ny_1,1,1,0\n";

fn desk() -> Desk {
    Desk::with(&[("f.toml", SCENARIO), ("poll.csv", POLL)])
}

const COMMANDS: [&str; 6] = [
    "run f.toml --set support.A.y_1=0.5",
    "run f.toml --assumption free --rounds 500 --seed 3",
    "compare f.toml",
    "influence f.toml",
    "leverage f.toml --assumption free",
    "sweep f.toml --vary support.A.y_1=-1,0,1 --rounds 300",
];

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn json_says_how_to_have_it_again() {
    let desk = desk();
    for command in COMMANDS
        .into_iter()
        .chain(["trace f.toml --round 5", "sweep f.toml --vary support.A.y_1=-1..1 --sample lhs:3 --rounds 20"])
    {
        let shown = desk.ends(&format!("{command} --format json"), 0, "").stdout;
        let json: Value = serde_json::from_slice(&shown).unwrap();
        let seed = json["seed"].as_u64().unwrap();
        assert_eq!(json["seed_text"], seed.to_string(), "{command}");
        assert_eq!(json["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(
            (&json["command"], &json["scenario"]),
            (&command.split(' ').next().unwrap().into(), &"f.toml".into())
        );
        assert_eq!(json["inputs"][0]["sha256"], nemcon_sha256(SCENARIO));
        let repeat = json["repeat"].as_str().unwrap().strip_prefix("nemcon ").unwrap();
        assert!(repeat.contains(&format!("--seed {seed}")), "{repeat}");
        let repeat = repeat.replace('\'', "");
        assert_eq!(desk.ends(&format!("{repeat} --format json"), 0, "").stdout, shown, "{repeat}");
    }
    let fitted: Value =
        serde_json::from_slice(&desk.ends("fit f.toml --poll poll.csv --format json", 0, "").stdout).unwrap();
    assert_eq!((&fitted["repeat"], fitted.get("seed")), (&"nemcon fit f.toml --poll poll.csv".into(), None));
}

fn nemcon_sha256(text: &str) -> String {
    let scenario = nemcon::scenario::Scenario::from_text("x", text, None).unwrap();
    scenario.inputs[0].sha256.clone()
}

#[test]
fn csv_is_said_how_to_have_again_on_standard_error() {
    let desk = desk();
    for command in COMMANDS {
        let output = desk.ends(&format!("{command} --format csv"), 0, &nemcon_sha256(SCENARIO));
        let line = text(output.stderr);
        let (_, repeat) = line.split_once(": nemcon ").unwrap();
        let repeat = repeat.split_once(" (SHA-256").unwrap().0.replace('\'', "");
        assert_eq!(desk.ends(&format!("{repeat} --format csv --quiet"), 0, "").stdout, output.stdout, "{line}");
        assert_eq!(text(desk.ends(&format!("{command} --format csv --quiet"), 0, "").stderr), "");
    }
}

#[test]
fn seeds_survive_readers_that_round() {
    let desk = desk();
    let says = "round the seed 9007199254740993";
    desk.ends("run f.toml --format json", 0, says);
    desk.ends("run f.toml --out results", 0, says);
    let record: Value = serde_json::from_slice(&fs::read(desk.path("results/run.json")).unwrap()).unwrap();
    assert_eq!((&record["seed"], &record["seed_text"]), (&9007199254740993_u64.into(), &"9007199254740993".into()));
    for quiet in ["run f.toml", "run f.toml --format json --seed 9007199254740991", "run f.toml --format json --quiet"]
    {
        assert_eq!(text(desk.ends(quiet, 0, "").stderr), "", "{quiet}");
    }
}

#[test]
fn tables_are_set_in_markdown_and_latex() {
    let desk = desk();
    let more = [
        "fit f.toml --poll poll.csv",
        "institutions",
        "sweep f.toml --vary support.A.y_1=-1..1 --sample lhs:3 --rounds 20",
    ];
    for command in COMMANDS.into_iter().chain(more) {
        let markdown = text(desk.ends(&format!("{command} --format md"), 0, "").stdout);
        let bars = |line: &str| line.replace("\\|", "").matches('|').count();
        let columns = bars(markdown.lines().next().unwrap());
        assert!(columns > 2 && markdown.lines().count() > 2, "{markdown}");
        assert!(markdown.lines().all(|line| line.starts_with("| ") && bars(line) == columns), "{markdown}");
        let latex = text(desk.ends(&format!("{command} --format latex"), 0, "").stdout);
        assert!(latex.starts_with("\\begin{tabular}{l") && latex.ends_with("\\hline\n\\end{tabular}\n"), "{latex}");
        let cells = latex.lines().filter(|line| line.ends_with("\\\\"));
        assert!(cells.clone().count() == markdown.lines().count() - 1, "{latex}");
        assert!(cells.clone().all(|line| line.replace("\\&", "").matches('&').count() == columns - 2), "{latex}");
        // What LaTeX takes for its own is escaped.
        assert!(!latex.replace("\\%", "").contains('%') && !latex.replace("\\_", "").contains('_'), "{latex}");
    }
    let markdown = text(desk.ends("run f.toml --format md", 0, "").stdout).replace('\u{a0}', " ");
    assert!(markdown.starts_with("| outcome | probability | 95 % interval | rounds |\n| --- | ---: | ---: | ---: |\n"));
    assert!(markdown.contains("| =Jo &amp; 100 % | ") && markdown.contains("| y\\_1 | "), "{markdown}");
}

#[test]
fn spreadsheets_get_a_mark_and_no_formula() {
    let desk = desk();
    desk.ends("compare f.toml --out plain", 0, "");
    desk.ends("compare f.toml --out excel --excel", 0, "");
    let read = |name: &str| fs::read_to_string(desk.path(name)).unwrap();
    let mut guarded = 0;
    for file in fs::read_dir(desk.path("plain")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap())
    {
        let (plain, excel) = (read(&format!("plain/{file}")), read(&format!("excel/{file}")));
        if !file.ends_with(".csv") {
            continue;
        }
        let excel = excel.strip_prefix('\u{feff}').unwrap();
        guarded += excel.matches(",'-jo").count() + excel.matches("'=Jo").count();
        assert_eq!(excel.replace("'-jo", "-jo").replace("'=Jo", "=Jo"), plain, "{file}: nothing else differs");
    }
    assert!(guarded > 10);
    let record: Value = serde_json::from_str(&read("excel/run.json")).unwrap();
    assert_eq!(record["options"]["excel"], true);
    let shown = text(desk.ends("run f.toml --excel --format csv --log-rounds log.csv", 0, "").stdout);
    assert!(
        shown.starts_with("\u{feff}assumption,outcome") && shown.contains("\nstated,'-jo,'=Jo & 100 %,"),
        "{shown}"
    );
    let log = read("log.csv");
    assert!(log.starts_with("\u{feff}round,") && log.contains(",'-jo,") && !log.contains(",-jo,"));
    assert_eq!(log.matches('\u{feff}').count(), 1);
}
