//! `nemcon check` as programs use it: problems as data, and `--strict`.

use std::path::Path;

use nemcon::analysis::remarks_on;
use nemcon::codes::{Code, Example, Severity};
use nemcon::report::{problems, remarks};
use nemcon::scenario::{LoadError, Problems, Scenario};
use serde_json::Value;

use crate::common::Desk;

/// Problems in the scenario and in its table.
const WRONG: &str = "title = \"Wrong\"\n[tables]\nmembers = \"members.csv\"\n[[candidate]]\nid = \"x\"\nhome = \"usa\"\n\
    [preferences]\nuncertainty = { \"très\" = 1 }\n[veto]\nUSA = { against = [\"x\", \"x\"] }\n";
const MEMBERS: &str = "id,name,home\nUSA,\"Łódź, or so\",\"1,5\"\nFRA,France,1\n";

fn json(problems: &Problems, scenario: Option<&Scenario>) -> Value {
    let found = scenario.map(|scenario| remarks::diagnostics(scenario, &remarks_on(&scenario.assumptions)));
    serde_json::from_slice(&problems::to_json(problems, &found.unwrap_or_default()).unwrap()).unwrap()
}

/// The document about a scenario that is text.
fn of_text(text: &str) -> Value {
    match Scenario::from_text("example.toml", text, None) {
        Ok(scenario) => json(&scenario.warnings, Some(&scenario)),
        Err(LoadError::Invalid(problems)) => json(&problems, None),
        Err(error) => panic!("{error}"),
    }
}

fn desk() -> Desk {
    let fine = Example::Added(String::new()).scenario();
    let [warned, remarked] = [Code::NoEffect, Code::MemoryAtOneBallot].map(|code| code.example().scenario());
    let unreadable = Code::UnreadableTable.example().scenario();
    Desk::with(&[
        ("wrong.toml", WRONG),
        ("members.csv", MEMBERS),
        ("fine.toml", &fine),
        ("warned.toml", &warned),
        ("remarked.toml", &remarked),
        ("unreadable.toml", &unreadable),
    ])
}

#[test]
fn problems_are_data() {
    let output = desk().ends("check wrong.toml --format json", 65, "");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("check_json", String::from_utf8(output.stdout).unwrap());
    });
}

/// What the text shows behind `-->` is what the data say, in every fixture and for every kind of place.
#[test]
fn positions_are_those_of_the_text() {
    let fixtures = ["tables-wrong-cells", "tables-wrong-shapes", "tables-encodings", "many-problems"];
    for fixture in fixtures {
        let path = format!("tests/fixtures/{fixture}.toml");
        let Err(LoadError::Invalid(problems)) = Scenario::load(Path::new(&path)) else { panic!("{path}") };
        let document = json(&problems, None);
        let arrow = |line: &str| line.trim_start().strip_prefix("--> ").map(str::to_owned);
        let shown: Vec<String> = problems.render(false, 100).lines().filter_map(arrow).collect();
        let position = |row: &Value| match row["line"].as_u64() {
            Some(line) => format!("{}:{line}:{}", row["file"].as_str().unwrap(), row["column"]),
            None => row["file"].as_str().unwrap().to_owned(),
        };
        let data: Vec<String> = document["problems"].as_array().unwrap().iter().map(position).collect();
        assert!(!shown.is_empty() && data.len() >= shown.len(), "{fixture}");
        assert_eq!(data[..shown.len()], shown);
    }
}

#[test]
fn positions_count_characters_and_end_behind_the_last() {
    let text = "title = \"Example\"\n\"日本\" = \"e\u{301}\"\n";
    let document =
        of_text(&(text.to_owned() + &Example::Added(String::new()).scenario().replacen("title", "summary", 1)));
    let [problem] = &document["problems"].as_array().unwrap()[..] else { panic!("{document}") };
    assert_eq!((&problem["code"], &problem["line"], &problem["column"]), (&"unknown-key".into(), &2.into(), &1.into()));
    assert_eq!(problem["end"], serde_json::json!({ "line": 2, "column": 5 }));
}

#[test]
fn every_warning_and_remark_says_where() {
    for code in Code::ALL.iter().filter(|code| code.severity() != Severity::Error) {
        let document = of_text(&code.example().scenario());
        let [problem] = &document["problems"].as_array().unwrap()[..] else { panic!("{document}") };
        assert_eq!(problem["code"], code.name());
        assert_eq!(problem["severity"], code.severity().name());
        assert!(problem["line"].as_u64() > Some(1), "{document}");
        assert_eq!(document["errors"], 0);
        let counts = (document["warnings"].as_u64(), document["remarks"].as_u64());
        let is_warning = code.severity() == Severity::Warning;
        assert_eq!(counts, if is_warning { (Some(1), Some(0)) } else { (Some(0), Some(1)) });
    }
}

#[test]
fn remarks_stand_where_their_cause_is_written() {
    let two = "[dynamics]\nmomentum = 0.5\n[[assumption]]\nname = \"forgetful\"\nset = { \"dynamics.memory\" = 0.5 }\n\
        [[bloc]]\nid = \"islands\"\nsize = 2\nuncertainty = 0";
    let document = of_text(&Example::Added(two.to_owned()).scenario());
    let places: Vec<_> = document["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["code"].as_str(), row["line"].as_u64()))
        .collect();
    let expected = [("never-objects", 8), ("momentum-at-one-ballot", 3), ("memory-at-one-ballot", 5)];
    assert_eq!(places, expected.map(|(code, line)| (Some(code), Some(line))));
}

#[test]
fn strictness_fails_what_is_perhaps_not_meant() {
    let desk = desk();
    for (scenario, code, strict) in
        [("fine", 0, 0), ("warned", 0, 65), ("remarked", 0, 65), ("wrong", 65, 65), ("unreadable", 66, 66)]
    {
        for format in ["table", "json"] {
            let command = format!("check {scenario}.toml --format {format}");
            desk.ends(&command, code, "");
            let said = if (code, strict, format) == (0, 65, "table") { "--strict" } else { "" };
            desk.ends(&format!("{command} --strict"), strict, said);
        }
    }
    let output = desk.ends("check missing.toml --format json", 66, "missing.toml");
    assert_eq!(output.stdout, b"");
}

/// What is unknown of views, what doubts have in common, and from where on members act, as far as the scenario says.
#[test]
fn views_are_told() {
    let text = "title = \"views\"\nmember = [{ id = \"A\", uncertainty = 0.8 }, { id = \"B\", votes_at = 50 }]\n\
                candidate = [{ id = \"x\", uncertainty = 1.4 }, { id = \"y\" }]\n\
                preferences = { noise = \"gumbel\", common_sd = 0.3, member_sd = 0.5, accept_at = 1, object_at = -0.5 }\n\
                stage = [{ name = \"s\", ballot = \"choice\", ties = \"ballot\", \
                appoint = { share = { more_than = \"1/2\", base = \"voting\" } } }]\n";
    let desk = Desk::with(&[("views.toml", text)]);
    let told = String::from_utf8(desk.ends("check views.toml", 0, "").stdout).unwrap();
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "unknown of each gumbel noise, 0.8 points (sd) (A), 1 points (sd) (B); 1.4 about x",
        "shared doubt with everyone about a candidate: 0.3 points; a member's mood: 0.5 points",
        "encourage from 1 points",
        "object below -0.5 points",
        "vote from no limit (A), 50 points (B)",
        "more than 1/2 of the members who cast a vote voting for the candidate",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    assert!(!told.contains("one more vote"), "nobody is dropped, so that nobody is tied for it: {told}");
}
