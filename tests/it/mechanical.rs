//! `nemcon new --from-poll`, and the scenarios that are made by it alone.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::Desk;
use nemcon::analysis::{RemarkKind, remarks_on};
use nemcon::scenario::{STATED, Scenario, read_poll};
use nemcon::study;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/mechanical")
}

/// The scenarios of the folder `folder`.
fn scenarios(folder: &Path) -> BTreeSet<String> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    files.filter(|name| name.ends_with(".toml")).collect()
}

/// Nothing was tuned: all of them are what the rule makes of the polls.
#[test]
fn they_are_what_the_rule_makes_of_their_polls() {
    let copy = tempfile::tempdir().unwrap();
    fs::create_dir(copy.path().join("data")).unwrap();
    fs::copy(folder().join("make.sh"), copy.path().join("make.sh")).unwrap();
    for poll in fs::read_dir(folder().join("data")).unwrap().map(|entry| entry.unwrap()) {
        fs::copy(poll.path(), copy.path().join("data").join(poll.file_name())).unwrap();
    }
    let mut make = Command::new("sh");
    let made = make.arg(copy.path().join("make.sh")).env("NEMCON", assert_cmd::cargo::cargo_bin!("nemcon")).output();
    let made = made.unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert_eq!(scenarios(copy.path()), scenarios(&folder()));
    for name in scenarios(&folder()) {
        let read = |folder: &Path| fs::read_to_string(folder.join(&name)).unwrap();
        assert_eq!(read(copy.path()), read(&folder()), "{name}: run scenarios/mechanical/make.sh");
    }
}

/// Each says of itself what the poll says, how it ended, and draws no remark but that no view moves.
#[test]
fn they_are_sound_and_fitted_to_their_polls() {
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    for name in scenarios(&folder()) {
        let stem = name.strip_suffix(".toml").unwrap();
        let scenario = Scenario::load(&folder().join(&name)).unwrap_or_else(|problem| panic!("{problem}"));
        assert!(scenario.warnings.is_empty(), "{name}");
        let others: Vec<_> = remarks_on(&scenario.assumptions)
            .into_iter()
            .filter(|remark| !matches!(remark.kind, RemarkKind::BallotsRepeat(_)))
            .collect();
        assert!(others.is_empty(), "{name}: {others:?}");
        let model = scenario.assumption(STATED).unwrap();
        let poll = read_poll(&folder().join(format!("data/{stem}.csv")), model).unwrap();
        let points = |(candidate, points): &(&nemcon::analysis::Key, Vec<f64>)| {
            let c = model.candidates.iter().position(|known| known.id == candidate.id).unwrap();
            points.iter().enumerate().all(|(m, points)| model.support[m * model.candidates.len() + c] == *points)
        };
        let is_fitted = if model.opens_with_votes() {
            study::fit_votes(&scenario, &poll).unwrap().table().candidates.iter().all(points)
        } else {
            study::fit(&scenario, &poll).unwrap().table().candidates.iter().all(points)
        };
        assert!(is_fitted, "{name}");
        assert!(readme.contains(&format!("`{name}`")), "README.md does not list {name}");
    }
}

/// The probabilities on the page are those of a run, as far as a shorter one tells.
#[test]
fn the_page_says_what_they_give() {
    const ROUNDS: u32 = 4_000;
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    let desk = Desk::with(&[]);
    for name in scenarios(&folder()) {
        let path = folder().join(&name).display().to_string();
        desk.ends(&format!("check {path}"), 0, "");
        let row = readme.lines().find_map(|line| line.strip_prefix(&format!("| `{name}` | "))).unwrap();
        let cells: Vec<&str> = row.split(" | ").collect();
        let (actual, told): (&str, f64) = (cells[0], cells[1].parse().unwrap());
        assert!(fs::read_to_string(&path).unwrap().contains(&format!("actual      = \"{actual}\"")), "{name}");
        let output = desk.ends(&format!("run {path} --rounds {ROUNDS} --format csv --quiet"), 0, "");
        let csv = String::from_utf8(output.stdout).unwrap();
        let row = csv.lines().find(|line| line.starts_with(&format!("stated,{actual},"))).unwrap();
        let probability = row.split(',').rev().nth(2).unwrap();
        let share: f64 = probability.parse().unwrap();
        let error = 4.5 * (told * (1.0 - told) / f64::from(ROUNDS)).sqrt() + 1e-3;
        assert!((share - told).abs() < error, "{name}: {share} instead of {told}\n{csv}");
    }
}

const VOTES: &str =
    "candidate,name,votes,source,note\nx,Xenia \"X\" Ng,40,A paper,First count.\ny,,7,A paper,\nz,,0,,Leaks.\n";

#[test]
fn a_poll_becomes_a_scenario() {
    let desk = Desk::with(&[("p.csv", VOTES)]);
    let arguments = "new s.toml --institution ioc --from-poll p.csv --actual y --decided 2020-02-29";
    desk.ends(arguments, 0, "nemcon check s.toml");
    let text = fs::read_to_string(desk.path("s.toml")).unwrap();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("new_from_poll", text);
    });
    assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    desk.ends("check s.toml --strict", 0, "");
    assert!(!desk.path("nemcon.schema.json").exists());
    desk.ends(arguments, 73, "--force");
    desk.ends(&format!("{arguments} --force"), 0, "");
    desk.ends("update s.toml", 2, "would use them twice");
    desk.ends("new p.csv --institution ioc --from-poll p.csv --force", 73, "read by this run");
    // How many electors there are may be more than voted.
    desk.ends("new t.toml --institution conclave --electors 60 --abstentions --from-poll p.csv", 0, "");
    let model = Scenario::load(&desk.path("t.toml")).unwrap().assumptions.remove(0);
    assert_eq!((model.members.len(), model.members[0].votes_at), (60, Some(0.0)));
}

#[test]
fn what_cannot_become_one_is_refused_and_nothing_is_written() {
    let cases = [
        ("ioc --from-poll none.csv", "", 66, "none.csv"),
        ("ioc --from-poll p.csv", "name,votes\nx,1\n", 65, "no column `candidate`"),
        ("ioc --from-poll p.csv", "candidate,votes\nMr X,1\ny,2\n", 65, "Mr X"),
        ("ioc --from-poll p.csv", "candidate,votes\nx,1\nx,2\n", 65, "two rows of the poll are about `x`"),
        ("ioc --from-poll p.csv", "candidate,votes\nx,many\ny,2\n", 65, "votes"),
        ("ioc --from-poll p.csv --actual z", "candidate,votes\nx,1\ny,2\n", 65, "`z`"),
        ("ioc --from-poll p.csv --decided soon", "candidate,votes\nx,1\ny,2\n", 65, "soon"),
        ("ioc --from-poll p.csv --electors 2", "candidate,votes\nx,1\ny,2\n", 65, "add up to 3"),
        ("wto --from-poll p.csv", "candidate,votes\nx,1\ny,2\n", 65, "each member has 4 votes"),
        ("unsc --from-poll p.csv", "candidate,votes\nx,1\ny,2\n", 65, "no column `encourage`"),
    ];
    for (options, poll, code, says) in cases {
        let desk = Desk::with(&[("p.csv", poll)]);
        desk.ends(&format!("new s.toml --institution {options}"), code, says);
        assert_eq!(fs::read_dir(desk.path("")).unwrap().count(), 1, "{options}: nothing half-written stays");
    }
    let desk = Desk::with(&[("p.csv", VOTES)]);
    desk.ends("new s.toml --from-poll p.csv", 2, "--institution");
    desk.ends("new s.toml --institution ioc --title Mine", 2, "--from-poll");
}
