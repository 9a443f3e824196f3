//! What a machine and its users may do to the program: limits, sizes, pipes and texts that control a terminal.

use std::fs;
use std::process::{Command, Output, Stdio};

use sha2::Digest;

use crate::common::Desk;

const SMALL: &str = "title = \"small\"\nrounds = 2000\n[[assumption]]\nname = \"free\"\nveto = {}\n\
    [[member]]\nid = \"A\"\n[[member]]\nid = \"B\"\n[[candidate]]\nid = \"x\"\n[[candidate]]\nid = \"y\"\n";

fn desk() -> Desk {
    Desk::with(&[("small.toml", SMALL)])
}

/// The largest body.
fn large() -> String {
    let members: String = (0..256).map(|m| format!("[[member]]\nid = \"m{m}\"\n")).collect();
    let candidates: String = (0..64).map(|c| format!("[[candidate]]\nid = \"c{c}\"\n")).collect();
    format!("title = \"large\"\nrounds = 5000\n{members}{candidates}")
}

/// Runs the program in a shell that is limited first.
#[cfg(target_os = "linux")]
fn limited(desk: &Desk, limit: &str, arguments: &str) -> Output {
    let nemcon = assert_cmd::cargo::cargo_bin!("nemcon").display().to_string();
    let line = format!("{limit}; exec '{nemcon}' {arguments}");
    Command::new("sh").args(["-c", &line]).current_dir(desk.path("")).stdin(Stdio::null()).output().unwrap()
}

#[cfg(target_os = "linux")]
fn ends(output: &Output, code: i32, says: &str) {
    let errors = String::from_utf8_lossy(&output.stderr).replace('\u{a0}', " ");
    assert_eq!(output.status.code(), Some(code), "{errors}");
    assert!(errors.contains(says), "{errors:?} does not say {says:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_limit_on_the_size_of_files_is_a_failure_to_write() {
    let desk = desk();
    for arguments in [
        "run small.toml --log-rounds rounds.csv",
        "run small.toml --log-rounds rounds.parquet",
        "run small.toml --out out",
        "run small.toml --checkpoint c.json",
        "run small.toml > shown.txt",
        "schema > shown.txt",
    ] {
        ends(&limited(&desk, "ulimit -f 1", arguments), 74, "cannot be written");
    }
    assert!(!desk.has_unfinished_files("") && !desk.path("out").exists() && !desk.path("rounds.csv").exists());
}

/// As many threads as there is room for in a limited memory, which has to do where the user is not limited.
#[cfg(target_os = "linux")]
#[test]
fn threads_that_cannot_start_are_too_many() {
    let desk = desk();
    let run = "run small.toml --rounds 1e6 --quiet --threads";
    ends(&limited(&desk, "ulimit -v 400000", &format!("{run} 100000")), 71, "ask for fewer --threads");
    ends(&limited(&desk, "ulimit -v 400000", &format!("{run} 1")), 0, "");
    let one = desk.ends(&format!("{run} 1 --out one"), 0, "").stdout;
    assert_eq!(desk.ends(&format!("{run} 100000 --out many"), 0, "").stdout, one);
    let record: serde_json::Value = serde_json::from_slice(&fs::read(desk.path("many/run.json")).unwrap()).unwrap();
    assert_eq!((&record["threads"], &record["options"]["threads"]), (&1024.into(), &100_000.into()));
}

#[cfg(target_os = "linux")]
#[test]
fn sizes_that_can_be_foreseen_are_refused_before_the_run() {
    let desk = desk();
    fs::write(desk.path("large.toml"), large()).unwrap();
    fs::write(desk.path("long.toml"), large() + "[[stage]]\nrepeat = 100\n[[stage]]\nrepeat = 100\n").unwrap();
    for (arguments, says) in [
        ("leverage large.toml --threads 8", "of memory, and there is 300 MB"),
        ("influence large.toml --threads 64", "of memory, and there is"),
        ("run long.toml --threads 1", "of memory, and there is 300 MB"),
        ("report large.toml --threads 8", "of memory, and there is 300 MB"),
        ("run large.toml --threads 700", "of memory at least"),
        ("sweep large.toml --vary support.m0.c0=0..1 --rounds 1 --sample lhs:99999 --threads 1", ""),
    ] {
        let limit = if says.is_empty() { "ulimit -v 230000" } else { "ulimit -v 293000" };
        let output = limited(&desk, limit, &format!("{arguments} --out out --quiet"));
        let says = if says.is_empty() { "of memory, and there is" } else { says };
        ends(&output, 71, says);
        assert!(!desk.path("out").exists() && output.stdout.is_empty());
    }
    let says = "rounds.csv takes 26 000 GB at least, and there is room for ";
    desk.ends("run small.toml --rounds 1e12 --log-rounds rounds.csv", 71, says);
    #[cfg(feature = "parquet")]
    {
        let says = "rounds.parquet cannot hold more than 34 358 689 792 rounds";
        desk.ends("run small.toml --rounds 1e12 --log-rounds rounds.parquet", 71, says);
    }
    assert!(!desk.path("rounds.csv").exists() && !desk.has_unfinished_files(""));
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_files_of_results() {
    let desk = desk();
    assert!(Command::new("mkfifo").arg(desk.path("pipe")).status().unwrap().success());
    fs::create_dir(desk.path("folder")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", desk.path("device")).unwrap();
    std::os::unix::fs::symlink("pipe", desk.path("link")).unwrap();
    for name in ["pipe", "folder", "device", "link", "/dev/stdin"] {
        for command in ["merge", "run small.toml --resume"] {
            desk.ends(&format!("{command} {name}"), 66, &format!("{name} cannot be read: it is not a regular file"));
        }
    }
    assert!(!desk.has_unfinished_files(""));
}

/// A file of results whose contents are changed, with a checksum that fits them.
fn forged(text: &str, changes: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (old, new) in changes {
        assert!(text.contains(old), "{old} in {text}");
        text = text.replace(old, new);
    }
    let at = text.find("\"results\":").unwrap() + 10;
    let sum: String = sha2::Sha256::digest(&text[at..text.len() - 2]).iter().map(|b| format!("{b:02x}")).collect();
    let at = text.find("\"sha256\":\"").unwrap() + 10;
    format!("{}{sum}{}", &text[..at], &text[at + 64..])
}

const ESCAPES: &str = "\\u001b[31m\\u001b]0;title\\u0007\\r\\u202e";

/// What a file of results, a path or an argument says does not control the terminal.
#[test]
fn nothing_controls_the_terminal() {
    let desk = desk();
    desk.ends("run small.toml --checkpoint c.json", 0, "");
    let vary = "--vary support.A.x=0,1";
    desk.ends(&format!("sweep small.toml {vary} --rounds 100 --checkpoint sweep.json"), 0, "");
    let (run, sweep) = ["c.json", "sweep.json"].map(|name| fs::read_to_string(desk.path(name)).unwrap()).into();
    let escaped = |old: &str| old.replace("HERE", ESCAPES);
    let mut arguments = Vec::new();
    for (number, (text, old, new)) in [
        (&run, "\"scenario\":\"small.toml\"", "\"scenario\":\"HERE\""),
        (&run, "\"assumptions\":[\"stated\"]", "\"assumptions\":[\"HERE\"]"),
        (&run, "\"path\":\"small.toml\"", "\"path\":\"HERE\""),
        (&run, "\"question\":\"run\"", "\"question\":\"HERE\""),
        (&run, "\"version\":\"0.1.0\"", "\"draws\":1,\"version\":\"HERE\""),
        (&run, "\"nemcon_results\":5,\"draws\":1,\"version\":\"0.1.0\"", "\"nemcon_results\":9,\"version\":\"HERE\""),
        (&run, "\"nemcon_results\":5,\"draws\":1,\"version\":\"0.1.0\"", "\"nemcon_results\":5,\"version\":\"HERE\""),
        (&sweep, "\"vary\":[\"support.A.x=0,1\"]", "\"vary\":[\"HERE\"]"),
        (&sweep, "\"vary\":[\"support.A.x=0,1\"]", "\"vary\":[\"HERE=0,1\"]"),
        (&sweep, "\"vary\":[\"support.A.x=0,1\"]", "\"vary\":[\"support.A.x=HERE,1\"]"),
        (&sweep, "\"vary\":[\"support.A.x=0,1\"]", "\"vary\":[\"support.A.x=0,1\"],\"sample\":\"HERE\""),
        (&sweep, "\"vary\":[\"support.A.x=0,1\"]", "\"vary\":[\"support.A.x=0,1\"],\"sample\":\"HERE:5\""),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("forged-{number}.json");
        fs::write(desk.path(&name), forged(text, &[(old, &escaped(new))])).unwrap();
        arguments.push(vec!["merge".to_owned(), name.clone()]);
        arguments.push(vec!["merge".to_owned(), "c.json".to_owned(), name.clone()]);
        arguments.push(vec!["run".to_owned(), "small.toml".to_owned(), "--resume".to_owned(), name]);
    }
    let raw = "\u{1b}[31m\u{1b}]0;title\u{7}\r\u{202e}";
    let words = |line: &str| line.split(' ').map(|word| word.replace("HERE", raw)).collect::<Vec<_>>();
    arguments.extend(
        [
            "HERE",
            "run HERE",
            "merge HERE",
            "run small.toml --HERE",
            "run small.toml --rounds HERE",
            "run small.toml --format HERE",
            "run small.toml --assumption HERE",
            "run small.toml --resume HERE",
            "run small.toml --out HERE/x/",
            "run small.toml --log-rounds HERE/x",
            "run small.toml --rounds 500 --checkpoint HERE.json",
            "run small.toml --rounds 500 --shard 1/2 --checkpoint HERE-1.json",
            "sweep small.toml --vary HERE=1",
            "sweep small.toml --vary support.A.x=HERE",
            "sweep small.toml --vary support.A.x=1 --sample HERE:5",
            "trace small.toml --outcome HERE",
            "institutions HERE",
            "new HERE.toml",
            "new a.toml --institution HERE",
        ]
        .map(words),
    );
    for arguments in arguments {
        let output = desk.command("").args(&arguments).output().unwrap();
        let shown = [output.stdout, output.stderr].concat();
        let shown = String::from_utf8(shown).unwrap();
        let bad = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!shown.contains(bad), "{arguments:?}: {shown:?}");
        assert!(!shown.is_empty() && !shown.contains("panicked"), "{arguments:?}");
    }
}
