//! Files of results that belong together: whole folders, one writer at a time, and nothing of an earlier run beside a
//! later one.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sha2::Digest;

use crate::common::Desk;

const SMALL: &str = "title = \"small\"\nrounds = 2000\nactual = \"x\"\n[veto]\nA = \"absolute\"\n[[assumption]]\nname = \"free\"\nveto = {}\n\
    [[member]]\nid = \"A\"\n[[member]]\nid = \"B\"\n[[candidate]]\nid = \"x\"\n[[candidate]]\nid = \"y\"\n";

fn desk() -> Desk {
    Desk::with(&[("small.toml", SMALL)])
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn is_hidden(name: &str) -> bool {
    name.starts_with(".nemcon-")
}

/// Checks that the record, if there is one, lists the files of the folder but `others`, as they are; whether there is.
fn is_whole(folder: &Path, others: &[&str]) -> bool {
    let Ok(record) = fs::read(folder.join("run.json")) else { return false };
    let record: serde_json::Value = serde_json::from_slice(&record).unwrap();
    let mut listed: Vec<String> = Vec::new();
    for file in record["files"].as_array().unwrap() {
        let name = file["name"].as_str().unwrap();
        let bytes = fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let sum: String = sha2::Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(file["sha256"], sum, "{name}");
        assert_eq!(file["bytes"], bytes.len(), "{name}");
        listed.push(name.to_owned());
    }
    listed.push("run.json".to_owned());
    listed.sort();
    let mut there = names(folder);
    there.retain(|name| !is_hidden(name) && !others.contains(&name.as_str()));
    assert_eq!(listed, there);
    true
}

const COMMANDS: [&str; 7] = [
    "run small.toml --log-rounds out/rounds.csv",
    "run small.toml --estimate conditional",
    "compare small.toml",
    "influence small.toml",
    "leverage small.toml",
    "sweep small.toml --vary support.A.x=0,1 --rounds 200",
    "score small.toml",
];

/// Whatever command comes after whichever: the record lists what is there, and what is not nemcon's stays.
#[test]
fn a_command_leaves_nothing_of_another() {
    let desk = desk();
    fs::create_dir(desk.path("out")).unwrap();
    for name in ["notes.txt", "old.csv"] {
        fs::write(desk.path("out").join(name), "mine").unwrap();
    }
    desk.ends(&format!("{} --out out", COMMANDS[0]), 0, "");
    for command in COMMANDS.iter().skip(1).chain(&COMMANDS[..1]) {
        let before = names(&desk.path("out"));
        let refused = desk.ends(&format!("{command} --out out"), 73, "exist in out\n  choose another folder");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("run.json"));
        assert_eq!(names(&desk.path("out")), before);
        desk.ends(&format!("{command} --out out --force"), 0, "");
        assert!(is_whole(&desk.path("out"), &["notes.txt", "old.csv"]), "{command}");
        assert!(!desk.has_unfinished_files("out"), "{:?}", names(&desk.path("out")));
    }
    assert_eq!(fs::read(desk.path("out/old.csv")).unwrap(), b"mine");
    // The same once more, with the log in the same place and in another.
    for log in ["out/rounds.csv", "out/again.csv", "elsewhere.csv"] {
        desk.ends(&format!("run small.toml --out out --force --log-rounds {log}"), 0, "");
        assert!(is_whole(&desk.path("out"), &["notes.txt", "old.csv"]), "{log}");
        assert!(desk.path(log).exists());
    }
    // Without a record nothing is known to be nemcon's, but what would be written over.
    fs::remove_file(desk.path("out/run.json")).unwrap();
    desk.ends("influence small.toml --out out --force", 0, "");
    assert!(desk.path("out/outcomes.csv").exists() && desk.path("out/influence.csv").exists());
}

/// A record that lists what is elsewhere, or no file, does not lead to it.
#[test]
fn only_files_of_the_folder_are_removed() {
    let desk = desk();
    fs::create_dir_all(desk.path("out/folder.csv")).unwrap();
    fs::write(desk.path("elsewhere.csv"), "mine").unwrap();
    let listed = |name: &str| format!("{{\"name\":\"{name}\",\"sha256\":\"\",\"bytes\":1}}");
    let all = ["../elsewhere.csv", "small.toml", "folder.csv", "..", ".", "", "/", "out/../a"].map(listed).join(",");
    fs::write(desk.path("out/run.json"), format!("{{\"files\":[{all}]}}")).unwrap();
    desk.ends("run small.toml --out out --force", 0, "");
    assert!(desk.path("elsewhere.csv").exists() && desk.path("small.toml").exists());
    assert!(desk.path("out/folder.csv").is_dir());
    fs::write(desk.path("out/run.json"), "no record").unwrap();
    desk.ends("influence small.toml --out out --force", 0, "");
    assert!(desk.path("out/outcomes.csv").exists());
}

fn start(desk: &Desk, arguments: &str) -> Child {
    let mut command = desk.command(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until the file is there.
fn wait_for(path: &Path) {
    for _ in 0..1500 {
        if path.exists() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("{} does not come", path.display());
}

fn end(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

const ENDLESS: &str = "run small.toml --rounds 1e12 --quiet";

#[test]
fn two_runs_do_not_write_the_same_files() {
    let desk = desk();
    let first = start(&desk, &format!("{ENDLESS} --out out --checkpoint out/c.json"));
    wait_for(&desk.path("out/c.json"));
    for (arguments, path) in [
        ("influence small.toml --out out --force", "out"),
        ("run small.toml --out out", "out"),
        ("run small.toml --log-rounds out/outcomes.csv", "out/outcomes.csv"),
        ("run small.toml --checkpoint out/c.json --force", "out/c.json"),
        ("run small.toml --rounds 1e12 --resume out/c.json", "out/c.json"),
        ("fit small.toml --poll poll.csv --out out/c.json --force", "out/c.json"),
    ] {
        fs::write(desk.path("poll.csv"), "candidate,encourage,discourage,no_opinion\nx,1,0,1\ny,1,1,0\n").unwrap();
        let says = format!("error: {path} is being written by another run\n  wait until it is done, or choose another");
        desk.ends(arguments, 73, &says);
    }
    // It may be read.
    desk.ends("merge out/c.json", 65, "in none of them");
    end(first);
    // What was killed keeps no one away, and what it has left goes.
    assert!(desk.has_unfinished_files("out"));
    desk.ends("run small.toml --rounds 2000 --out out --checkpoint out/c.json --force", 0, "");
    assert!(is_whole(&desk.path("out"), &["c.json"]) && !desk.has_unfinished_files("out"));
}

/// Each writes its own, and none takes away what another is writing.
#[test]
fn many_checkpoints_share_a_folder() {
    let desk = desk();
    let begun: Vec<_> =
        (0..24).map(|number| start(&desk, &format!("run small.toml --quiet --checkpoint c-{number}.json"))).collect();
    for (number, child) in begun.into_iter().enumerate() {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{number}: {}", String::from_utf8_lossy(&output.stderr));
        desk.ends(&format!("merge c-{number}.json"), 0, "");
    }
    assert!(!desk.has_unfinished_files(""));
}

/// A folder that is written again and again by commands killed at any moment never has a record beside what it does
/// not list.
#[test]
fn killed_runs_do_not_mix_results() {
    let desk = desk();
    desk.ends(&format!("{} --out out", COMMANDS[2]), 0, "");
    let (mut whole, mut moment) = (0, 0);
    for command in COMMANDS.iter().cycle().take(36) {
        let mut child = start(&desk, &format!("{command} --out out --force"));
        moment = (moment + 7919) % 41;
        std::thread::sleep(Duration::from_millis(moment));
        let _ = child.kill();
        child.wait().unwrap();
        whole += u32::from(is_whole(&desk.path("out"), &[]));
    }
    assert!(whole > 0);
    desk.ends("leverage small.toml --out out --force", 0, "");
    assert!(is_whole(&desk.path("out"), &[]) && !desk.path("out/outcomes.csv").exists());
}

#[cfg(unix)]
#[test]
fn a_pipe_that_no_one_reads_can_be_left() {
    let desk = desk();
    assert!(Command::new("mkfifo").arg(desk.path("pipe")).status().unwrap().success());
    for signal in ["-TERM", "-INT"] {
        let child = start(&desk, "run small.toml --out new --log-rounds pipe");
        wait_for(&desk.path("new"));
        std::thread::sleep(Duration::from_millis(300));
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{errors}");
        assert!(errors.contains("stopped before anyone read pipe"), "{errors}");
        assert!(!desk.path("new").exists());
    }
    // Who reads it gets all of it.
    let child = start(&desk, "run small.toml --out new --log-rounds pipe");
    let mut read = String::new();
    fs::File::open(desk.path("pipe")).unwrap().read_to_string(&mut read).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    assert_eq!(read.lines().count(), 2001);
    assert!(is_whole(&desk.path("new"), &[]));
}
