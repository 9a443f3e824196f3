//! What can be given on the command line: standard input and output by `-`, values that begin with a hyphen, lists, and
//! values changed for one call.

use std::fs;
use std::io::Write;
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::common::Desk;

/// Ids and names that begin with a hyphen, and a table.
const SCENARIO: &str = r#"
title = "hyphens"
rounds = 2000
actual = "-jo"
candidate = [{ id = "-jo", name = "Jo" }, { id = "y" }]
[tables]
members = "data/members.csv"
[veto]
A = { cost = 0.1 }
[[assumption]]
name = "-free"
veto = {}
[[assumption]]
name = "shy"
set = { "support.A.y" = 3 }
"#;

fn desk() -> Desk {
    let desk = Desk::with(&[("f.toml", SCENARIO)]);
    fs::create_dir(desk.path("data")).unwrap();
    fs::write(desk.path("data/members.csv"), "id\nA\nB\n").unwrap();
    desk
}

/// The program with `text` as its standard input.
fn piped(desk: &Desk, arguments: &str, text: &str) -> Output {
    let mut command = desk.command(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn a_scenario_comes_from_standard_input() {
    let desk = desk();
    for rest in
        ["--format csv", "--format csv --set support.A.y=-1", "--format csv --assumption shy", "--out - --format csv"]
    {
        let file = desk.ends(&format!("run f.toml --force {rest}"), 0, "").stdout;
        let pipe = piped(&desk, &format!("run - --force {rest}"), SCENARIO);
        assert_eq!(pipe.status.code(), Some(0), "{}", String::from_utf8_lossy(&pipe.stderr));
        assert_eq!(pipe.stdout, file, "{rest}");
    }
    for command in ["check -", "score -", "compare -", "influence -", "leverage -", "trace - --round 1"] {
        assert_eq!(piped(&desk, command, SCENARIO).status.code(), Some(0), "{command}");
    }
    let sweep = piped(&desk, "sweep - --vary support.A.y=-1..1 --sample lhs:2 --rounds 100", SCENARIO);
    assert_eq!(sweep.status.code(), Some(0));
    // The record says where it came from, and what it was.
    let record: Value = serde_json::from_slice(&fs::read(desk.path("-/run.json")).unwrap()).unwrap();
    assert_eq!((&record["scenario"], &record["inputs"][0]["path"]), (&"-".into(), &"-".into()));
    assert_eq!(record["inputs"].as_array().unwrap().len(), 2);
    for (text, code, says) in [("title = 3", 65, "--> standard input:1:9"), ("", 65, "title")] {
        let wrong = piped(&desk, "run -", text);
        let errors = String::from_utf8_lossy(&wrong.stderr).into_owned();
        assert_eq!(wrong.status.code(), Some(code), "{errors}");
        assert!(errors.contains(says), "{errors}");
    }
    let large = piped(&desk, "check -", &"#".repeat(16 * 1024 * 1024 + 1));
    assert!(String::from_utf8_lossy(&large.stderr).contains("larger than 16 MiB"));
}

#[test]
fn the_log_of_rounds_goes_to_standard_output() {
    let desk = desk();
    desk.ends("run f.toml --log-rounds rounds.csv", 0, "");
    let log = desk.ends("run f.toml --log-rounds - --out results", 0, "").stdout;
    assert_eq!(log, fs::read(desk.path("rounds.csv")).unwrap(), "the log and nothing else");
    assert!(desk.path("results/outcomes.csv").exists());
    #[cfg(target_os = "linux")]
    {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = desk.command("run f.toml --log-rounds -").stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(74), "{}", String::from_utf8_lossy(&output.stderr));
    }
    // Once no one reads it, a run that is for nothing else ends.
    let mut child = desk.command("run f.toml --rounds 1e12 --log-rounds -").stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn what_is_saved_has_a_name() {
    let desk = desk();
    for (arguments, says) in [
        ("run - --checkpoint c", "read it again"),
        ("run - --resume c", "read it again"),
        ("sweep - --vary support.A.y=1,2 --checkpoint c", "read it again"),
        ("run f.toml --checkpoint -", "again and again"),
        ("run f.toml --resume -", "again and again"),
        ("run f.toml --checkpoint c --log-rounds -", "only counted"),
        ("run f.toml --checkpoint c --shard 1/2 --log-rounds rounds.csv", "only counted"),
    ] {
        desk.ends(arguments, 2, says);
    }
    assert!(!desk.path("c").exists());
}

#[test]
fn values_begin_with_a_hyphen_and_lists_have_blanks() {
    let desk = desk();
    desk.ends("trace f.toml --outcome -jo", 0, "");
    desk.ends("trace f.toml --outcome=-jo --assumption -free", 0, "");
    desk.ends("run f.toml --assumption -free --set support.A.-jo=-1", 0, "");
    desk.ends("sweep f.toml --vary support.A.-jo=-1..1 --sample lhs:2 --rounds 10", 0, "");
    desk.ends("trace f.toml --outcome -j", 2, "did you mean `-jo`?");
    desk.ends("run f.toml --rounds -1", 2, "expected a whole number");
    desk.ends("trace f.toml --round -1", 2, "the number of a round");
    let compared = |names: &str| {
        let mut command = desk.command("compare f.toml --format csv --baseline -free --assumptions");
        let output = command.arg(names).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    assert_eq!(compared(" shy , stated"), compared("shy,stated"));
    desk.ends("compare f.toml --assumptions shy,,stated", 2, "a name is missing");
}

/// `--set` is what an edited file would be, whatever the command.
#[test]
fn a_value_is_changed_for_one_call() {
    let desk = desk();
    fs::write(desk.path("edited.toml"), format!("{SCENARIO}\n[support]\nA = {{ -jo = -1 }}\n")).unwrap();
    for command in ["run", "run --assumption -free", "compare", "influence", "leverage"] {
        let with = desk.ends(&format!("{command} f.toml --set support.A.-jo=-1 --format csv"), 0, "").stdout;
        let edited = desk.ends(&format!("{command} edited.toml --format csv"), 0, "").stdout;
        let without = desk.ends(&format!("{command} f.toml --format csv"), 0, "").stdout;
        assert!(with == edited && with != without, "{command}");
    }
    let sweep = "--vary support.B.y=-1,1 --rounds 500 --format csv";
    let with = desk.ends(&format!("sweep f.toml --set support.A.-jo=-1 {sweep}"), 0, "").stdout;
    assert_eq!(with, desk.ends(&format!("sweep edited.toml {sweep}"), 0, "").stdout);
    // Last of all, so also over an assumption's own `set`.
    let shy = |value| format!("run f.toml --assumption shy --set support.A.y={value} --format csv");
    assert_ne!(desk.ends(&shy("0"), 0, "").stdout, desk.ends(&shy("3"), 0, "").stdout);
    assert_eq!(desk.ends(&shy("3"), 0, "").stdout, desk.ends("run f.toml --assumption shy --format csv", 0, "").stdout);
    for command in ["run f.toml", "check f.toml", "trace f.toml --round 1"] {
        let shown = desk.ends(&format!("{command} --set stage.ballot.repeat=2 --set stage.ballot.choose=lot"), 0, "");
        let text = String::from_utf8(shown.stdout).unwrap();
        assert!(text.contains("hyphens, with stage.ballot.repeat = 2, stage.ballot.choose = lot"), "{text}");
    }
    desk.ends("run f.toml --set support.A.y=-1 --out results", 0, "");
    let record: Value = serde_json::from_slice(&fs::read(desk.path("results/run.json")).unwrap()).unwrap();
    assert_eq!(record["options"]["set"], serde_json::json!(["support.A.y=-1"]));
}

#[test]
fn a_wrong_change_is_shown_where_it_is() {
    let desk = desk();
    for (change, says) in [
        ("suport.A.y=1", "did you mean `support.A.y`?"),
        ("member.C.home=1", "the members are: `A`, `B`"),
        ("preferences.uncertanty=1", "did you mean `uncertainty`?"),
        ("preferences.uncertainty=-1", "--> --set:1:27"),
        ("preferences.uncertainty=0,5", "expected a number"),
        ("preferences.uncertainty", "expected PATH=VALUE"),
        ("preferences.uncertainty=", "no value"),
        ("seed=3", "say --seed 3"),
    ] {
        for command in ["run", "check", "compare"] {
            desk.ends(&format!("{command} f.toml --set {change}"), 2, says);
        }
    }
    desk.ends("sweep f.toml --set support.A.y=1 --vary support.A.y=1,2", 2, "is set and varied");
}

#[test]
fn slips_are_met_with_what_was_meant() {
    let desk = desk();
    for (arguments, says) in [
        ("f.toml", "`nemcon run f.toml` simulates it"),
        ("missing.toml --rounds 3", "`nemcon run missing.toml` simulates it"),
        ("comprae f.toml", "'compare'"),
        ("run f.toml --rouns 3", "'--rounds'"),
        ("run f.toml --format mdd", "'md'"),
        ("run f.toml --assumption -fre", "did you mean `-free`?"),
        ("compare f.toml --baseline shyy", "did you mean `shy`?"),
        ("compare f.toml --assumptions shyy", "did you mean `shy`?"),
        ("sweep f.toml --vary assumption=stated,shyy", "did you mean `shy`?"),
        ("sweep f.toml --vary support.A.y=1,2 --outcome yy", "did you mean `y`?"),
    ] {
        desk.ends(arguments, 2, says);
    }
    let other = desk.ends("frobnicate", 2, "").stderr;
    assert!(!String::from_utf8(other).unwrap().contains("simulates it"));
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_74_whatever_it_is() {
    let desk = desk();
    fs::write(desk.path("poll.csv"), "candidate,encourage,discourage,no_opinion\ny,1,1,0\n").unwrap();
    let mut commands = vec![
        "--help".to_owned(),
        "--version".to_owned(),
        "help run".to_owned(),
        "institutions nato".to_owned(),
        "institutions nato --toml".to_owned(),
        "schema".to_owned(),
        "completions bash".to_owned(),
        "run f.toml --shard 1/2 --checkpoint c".to_owned(),
    ];
    for command in [
        "run f.toml",
        "compare f.toml",
        "influence f.toml",
        "leverage f.toml",
        "sweep f.toml --vary support.A.y=1,2 --rounds 50",
        "fit f.toml --poll poll.csv",
        "score f.toml",
        "institutions",
    ] {
        commands.push(format!("{} --help", command.split(' ').next().unwrap()));
        commands.extend(["table", "csv", "json", "md", "latex"].map(|format| format!("{command} --format {format}")));
    }
    for command in ["trace f.toml --round 1", "check f.toml"] {
        commands.extend(["table", "json"].map(|format| format!("{command} --format {format}")));
    }
    for arguments in commands {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = desk.command(&arguments).stdout(full).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(74), "{arguments}: {errors}");
        assert!(errors.contains("cannot be written to standard output"), "{arguments}: {errors}");
    }
}

#[test]
fn what_was_changed_decides_whether_results_belong_together() {
    let desk = desk();
    desk.ends("run f.toml --set support.A.y=-1 --shard 1/2 --checkpoint one.json", 0, "");
    desk.ends("run f.toml --set support.A.y=-1 --shard 2/2 --checkpoint two.json", 0, "");
    desk.ends("run f.toml --shard 2/2 --checkpoint other.json", 0, "");
    let whole = desk.ends("run f.toml --set support.A.y=-1", 0, "").stdout;
    assert_eq!(desk.ends("merge one.json two.json", 0, "").stdout, whole);
    desk.ends("merge one.json other.json", 65, "with nothing set, not support.A.y=-1");
    let resumed = "run f.toml --shard 1/2 --resume one.json";
    desk.ends(resumed, 65, "with support.A.y=-1 set, not nothing");
    desk.ends(&format!("{resumed} --set support.A.y=-1"), 0, "");
}
