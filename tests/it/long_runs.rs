//! Runs that are saved, broken off and taken up again, or shared out: in the end not a byte is different.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::Desk;
use sha2::Digest;

/// Several ballots and stages, and two assumptions.
const SCENARIO: &str = "title = \"long\"\nrounds = 20_000\nseed = 7\n[veto]\ndefault = { probability = 0.6, cost = 0.5 }\n\
    [[assumption]]\nname = \"free\"\nveto = {}\n[[assumption]]\nname = \"all\"\nveto = { default = \"absolute\" }\n\
    [[member]]\nid = \"A\"\n[[member]]\nid = \"B\"\n[[member]]\nid = \"C\"\n[[member]]\nid = \"D\"\n\
    [[candidate]]\nid = \"x\"\navailability = 0.8\n[[candidate]]\nid = \"y\"\n[[candidate]]\nid = \"z\"\nenters = 2\n\
    [[stage]]\nname = \"talks\"\nrepeat = 3\nappoint = \"consensus\"\ndrop = \"lowest\"\nfrom_ballot = 2\n\
    [[stage]]\nname = \"vote\"\nballot = \"choice\"\nappoint = { all = [\"no_veto\", \"two-thirds\"] }\n";

/// One ballot, of which the chances are known.
const ONCE: &str = "title = \"once\"\nrounds = 9000\nseed = 8\n[veto]\nA = \"absolute\"\n\
    [[member]]\nid = \"A\"\n[[member]]\nid = \"B\"\n[[candidate]]\nid = \"x\"\n[[candidate]]\nid = \"y\"\n";

/// How far off two numbers of the first scenario may be.
const JUDGED: &str = "[[judgement]]\nname = \"veto\"\nscale = [\"veto.*.probability\"]\nlow = 0.5\nhigh = 2\n\
    [[judgement]]\nname = \"stands\"\nset = [\"candidate.x.availability\"]\nlow = 0.2\nhigh = 1\nshape = \"uniform\"\n";

/// A folder with the scenarios in it.
fn desk() -> Desk {
    let judged = format!("{SCENARIO}{JUDGED}");
    Desk::with(&[("long.toml", SCENARIO), ("once.toml", ONCE), ("judged.toml", &judged)])
}

impl Desk {
    /// What a folder of results holds; of the record what does not depend on how the rounds came about.
    fn results(&self, folder: &str) -> Vec<(String, String)> {
        let read = |entry: fs::DirEntry| {
            let name = entry.file_name().into_string().unwrap();
            let text = fs::read_to_string(entry.path()).unwrap();
            let text = if name == "run.json" { record(&text) } else { text };
            (name, text)
        };
        let mut files: Vec<_> = fs::read_dir(self.path(folder)).unwrap().map(|entry| read(entry.unwrap())).collect();
        files.sort();
        files
    }

    /// Checks that what `arguments` show and write to the folder `there` is what one run wrote to `here`, which showed
    /// `shown`.
    fn agrees(&self, arguments: &str, shown: &[u8], here: &str, there: &str) {
        let output = self.ends(arguments, 0, "");
        assert_eq!(String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(shown), "{arguments}");
        assert_eq!(self.results(there), self.results(here), "{arguments}");
    }
}

fn record(text: &str) -> String {
    let mut record: serde_json::Value = serde_json::from_str(text).unwrap();
    assert!(record["elapsed_seconds"].as_f64().unwrap() > 0.0);
    for key in ["elapsed_seconds", "threads", "options"] {
        record[key] = serde_json::Value::Null;
    }
    record.to_string()
}

const COMMANDS: [&str; 8] = [
    "run long.toml",
    "run long.toml --assumption all --rounds 9000",
    "compare long.toml --baseline free --seed 3",
    "influence long.toml --rounds 9000",
    "leverage long.toml --assumption all --rounds 9000",
    "run once.toml --estimate conditional",
    "run judged.toml --judgements 32 --rounds 9000",
    "compare judged.toml --judgements 64 --baseline free --rounds 5000",
];

const SWEEPS: [&str; 3] = [
    "sweep long.toml --vary candidate.x.availability=0:1:0.125 --vary assumption=stated,free --rounds 2000",
    "sweep long.toml --sample sobol:8 --vary candidate.x.availability=0..1 --vary preferences.uncertainty=0.5..1.5 \
     --assumption all --rounds 500 --seed 3",
    "sweep long.toml --vary preferences.uncertainty=0.5:1.5:0.1 --rounds 500 --precision 0.015",
];

#[test]
fn a_saved_run_is_the_same_run() {
    let desk = desk();
    for (index, command) in COMMANDS.iter().chain(&SWEEPS).enumerate() {
        let plain = format!("plain-{index}");
        let shown = desk.ends(&format!("{command} --out {plain}"), 0, "").stdout;
        let saved = format!("{command} --out saved-{index} --checkpoint {index}.json");
        desk.agrees(&saved, &shown, &plain, &format!("saved-{index}"));
        // A finished one shows its results again, by either way.
        let again = format!("{command} --out again-{index} --resume {index}.json");
        desk.agrees(&again, &shown, &plain, &format!("again-{index}"));
        desk.agrees(&format!("merge {index}.json --out merged-{index}"), &shown, &plain, &format!("merged-{index}"));
    }
    assert!(!desk.has_unfinished_files(""));
}

#[test]
fn a_finished_run_goes_on_with_more_rounds() {
    let desk = desk();
    let shown = desk.ends("run long.toml --rounds 50_000 --out whole", 0, "").stdout;
    desk.ends("run long.toml --checkpoint c.json", 0, "");
    desk.agrees("run long.toml --rounds 5e4 --resume c.json --out more", &shown, "whole", "more");
    desk.ends("run long.toml --resume c.json", 65, "50 000 rounds were asked for\n  say --rounds 50000 or more");
}

#[test]
fn doublings_are_saved_and_gone_on_with() {
    let desk = desk();
    for (command, precision) in [("run long.toml --rounds 1000", "0.004"), ("compare long.toml --rounds 1000", "0.006")]
    {
        let precise = format!("{command} --precision {precision}");
        let shown = desk.ends(&format!("{precise} --out whole --force"), 0, "").stdout;
        desk.agrees(&format!("{precise} --checkpoint c.json --force --out saved"), &shown, "whole", "saved");
        // Finished, at more rounds than were asked for first; then from the first rounds on.
        desk.agrees(&format!("{precise} --resume c.json --force --out saved"), &shown, "whole", "saved");
        desk.ends(&format!("{command} --checkpoint c.json --force"), 0, "");
        desk.agrees(&format!("{precise} --resume c.json --force --out saved"), &shown, "whole", "saved");
        desk.agrees("merge c.json --force --out saved", &shown, "whole", "saved");
        desk.ends(&format!("{command} --resume c.json"), 65, "rounds were asked for");
    }
    desk.ends("run long.toml --precision 0.01 --shard 1/2 --checkpoint d.json", 2, "cannot be used with");
}

#[test]
fn a_finer_precision_goes_on_and_a_coarser_one_does_not() {
    let desk = desk();
    let (fine, coarse) =
        ("run long.toml --rounds 500 --precision 0.005", "run long.toml --rounds 500 --precision 0.02");
    let shown = desk.ends(&format!("{fine} --out fine"), 0, "").stdout;
    desk.ends(&format!("{coarse} --checkpoint c.json"), 0, "");
    desk.agrees(&format!("{fine} --out finer --resume c.json"), &shown, "fine", "finer");
    // It might have ended with fewer rounds than there are.
    desk.ends(&format!("{coarse} --resume c.json"), 65, "rounds were asked for");
    desk.ends("run long.toml --rounds 32_000 --checkpoint many.json", 0, "");
    desk.ends(&format!("{coarse} --resume many.json"), 65, "32 000 rounds were asked for");
}

#[test]
fn shares_add_up() {
    let desk = desk();
    for (index, command) in COMMANDS.iter().chain(&SWEEPS).enumerate() {
        let plain = format!("plain-{index}");
        let shown = desk.ends(&format!("{command} --out {plain} --format json"), 0, "").stdout;
        for of in [2, 8] {
            let file = |number: u32| format!("{index}-{number}-of-{of}.json");
            for number in 1..=of {
                let share = format!("{command} --shard {number}/{of} --checkpoint {}", file(number));
                let said = desk.ends(&share, 0, "").stdout;
                assert!(String::from_utf8(said).unwrap().contains(&format!("are in {}\n", file(number))));
            }
            let files: Vec<_> = (1..=of).rev().map(file).collect();
            let merge = format!("merge {} --out {index}-{of} --format json", files.join(" "));
            desk.agrees(&merge, &shown, &plain, &format!("{index}-{of}"));
        }
    }
    let record = fs::read_to_string(desk.path("0-2/run.json")).unwrap();
    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
    assert_eq!(record["options"]["merged"], serde_json::json!(["0-2-of-2.json", "0-1-of-2.json"]));
    assert!(record["threads"].is_null());
    // Elsewhere the scenario may have another name.
    fs::rename(desk.path("long.toml"), desk.path("moved.toml")).unwrap();
    desk.ends("merge 0-1-of-2.json 0-2-of-2.json", 66, "long.toml");
    desk.ends("merge 0-1-of-2.json 0-2-of-2.json --scenario moved.toml", 0, "");
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let desk = desk();
    let other = SCENARIO.replace("0.6", "0.7");
    fs::write(desk.path("other.toml"), other).unwrap();
    fs::write(desk.path("table.csv"), "round,assumption\n").unwrap();
    fs::create_dir(desk.path("folder")).unwrap();
    for (arguments, file) in [
        ("run long.toml --shard 1/4", "1"),
        ("run long.toml --shard 2/4", "2"),
        ("run long.toml --shard 3/4", "3"),
        ("run long.toml --shard 4/4", "4"),
        ("run long.toml --shard 1/2", "half"),
        ("run long.toml --shard 4/4 --seed 8", "seed"),
        ("run long.toml --shard 4/4 --assumption all", "all"),
        ("run long.toml --shard 4/4 --rounds 20_001", "rounds"),
        ("run other.toml --shard 4/4", "other"),
        ("compare long.toml --shard 4/4", "compare"),
        ("run long.toml --rounds 100", "small"),
    ] {
        desk.ends(&format!("{arguments} --checkpoint {file}"), 0, "");
    }
    let bytes = fs::read(desk.path("2")).unwrap();
    fs::write(desk.path("cut"), &bytes[..bytes.len() / 2]).unwrap();
    let mut damaged = bytes.clone();
    *damaged.iter_mut().rfind(|byte| **byte == b'1').unwrap() = b'2';
    fs::write(desk.path("damaged"), damaged).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    for (file, old, new) in [
        ("other-version", "\"version\":\"", "\"version\":\"0.0."),
        ("other-draws", "\"draws\":1,", "\"draws\":2,"),
        ("no-draws", "\"draws\":1,", ""),
        ("other-format", "\"nemcon_results\":5,", "\"nemcon_results\":4,"),
        ("no-format", "\"nemcon_results\":5,", ""),
    ] {
        assert!(text.contains(old), "{file}");
        fs::write(desk.path(file), text.replace(old, new)).unwrap();
    }
    for (arguments, code, says) in [
        ("merge", 2, "FILES"),
        ("merge 1 2 4", 65, "rounds 8192 to 12287: in none of them, between 2 and 4"),
        ("merge 2 3 4", 65, "rounds 0 to 4095: in none of them, before 2"),
        ("merge 1 2 3", 65, "rounds 12288 to 19999: in none of them, after 3"),
        ("merge 1 2 half 3 4", 65, "rounds 0 to 4095: in 1 and in half"),
        ("merge 1 2 3 4 4", 65, "rounds 12288 to 19999: in 4 and in 4"),
        ("merge 1 2 3 seed", 65, "seed is about seed 8, not 7, as 1 is"),
        ("merge 1 2 3 all", 65, "all is about the assumptions all, not stated, as 1 is"),
        ("merge 1 2 3 rounds", 65, "rounds is about 20001 rounds, not 20000, as 1 is"),
        ("merge 1 2 3 other", 65, "other is about another scenario: long.toml has other contents, as 1 is"),
        ("merge 1 2 3 compare", 65, "compare is about `compare`, not `run`, as 1 is"),
        (
            "merge 1 2 3 4 --scenario other.toml",
            65,
            "merged: 1 is about another scenario: other.toml has other contents\n",
        ),
        ("merge 1 cut", 65, "cut cannot be read: it is not a file of nemcon's results, or only the beginning of one"),
        ("merge damaged", 65, "damaged cannot be read: it is damaged"),
        ("merge 1 other-version 3 4", 0, ""),
        (
            "merge other-draws",
            65,
            "other-draws cannot be read: it was written by nemcon 0.1.0, whose rounds are others",
        ),
        ("merge no-draws", 65, "no-draws cannot be read: it was written by nemcon 0.1.0, whose rounds are others"),
        ("merge other-format", 65, "it was written by nemcon 0.1.0 in another format"),
        ("merge no-format", 65, "no-format cannot be read: it is not a file of nemcon's results"),
        ("merge table.csv", 65, "table.csv cannot be read: it is not a file of nemcon's results"),
        ("merge long.toml", 65, "long.toml cannot be read"),
        ("merge folder", 66, "folder cannot be read"),
        ("merge missing", 66, "missing cannot be read"),
        ("run long.toml --resume missing", 66, "missing cannot be read"),
        ("run long.toml --resume cut", 65, "cut cannot be read"),
        ("run long.toml --resume damaged", 65, "it is damaged"),
        ("run long.toml --resume other-version --shard 2/4", 0, ""),
        ("run long.toml --resume other-draws", 65, "whose rounds are others"),
        ("run long.toml --resume small --rounds 99", 65, "100 rounds were asked for"),
        ("run long.toml --resume small --seed 1", 65, "it is about seed 7, not 1"),
        ("run long.toml --resume small --assumption all", 65, "it is about the assumptions stated, not all"),
        ("run other.toml --resume small", 65, "it is about another scenario: other.toml has other contents"),
        ("compare long.toml --resume small", 65, "it is about `run`, not `compare`"),
        ("run long.toml --resume 2", 65, "it is about rounds 4096 to 8191, not the whole"),
        ("run long.toml --resume 2 --shard 3/4", 65, "rounds 4096 to 8191, not rounds 8192 to 12287"),
        ("run long.toml --resume 1", 65, "it is about rounds 0 to 4095, not the whole"),
        ("run long.toml --resume 1 --shard 1/4 --rounds 30_000", 65, "say --rounds 20000\n"),
        ("run long.toml --resume small --shard 1/4", 65, "it is about the whole, not rounds 0 to 4095"),
        ("run long.toml --checkpoint small", 73, "go on with it by --resume"),
        ("run long.toml --checkpoint folder", 73, "folder cannot hold a checkpoint: it is not a regular file\n"),
        ("run long.toml --checkpoint nowhere/c", 73, "nowhere"),
        ("run long.toml --checkpoint folder", 73, "folder"),
        ("run long.toml --checkpoint long.toml --force", 73, "is read by this run"),
        ("run long.toml --checkpoint out/run.json --out out", 2, "the checkpoint and --out would be the same file"),
        ("run long.toml --checkpoint c --resume small", 2, "cannot be used with"),
        ("run long.toml --checkpoint c --log-rounds rounds.csv", 2, "cannot be used with"),
        ("run long.toml --shard 1/2", 2, "--checkpoint"),
        ("run long.toml --shard 3/2 --checkpoint c", 2, "expected a share such as 2/8"),
        ("run long.toml --shard 1/2 --checkpoint c --out out", 2, "cannot be used with"),
        ("run long.toml --shard 1/2 --checkpoint c --format csv", 2, "cannot be used with"),
    ] {
        desk.ends(arguments, code, says);
    }
    assert!(!desk.path("c").exists() && !desk.path("out").exists() && !desk.has_unfinished_files(""));
    desk.ends("merge 1 half 2 3 4", 65, "the files cannot be merged");
    desk.ends("merge half 3 4", 0, "");
    desk.ends("run long.toml --checkpoint small --force", 0, "");
}

#[test]
fn parts_of_sweeps_that_do_not_belong_together_are_refused() {
    let desk = desk();
    let vary = "--vary candidate.x.availability=0:1:0.1";
    for (arguments, file) in [
        (format!("sweep long.toml {vary} --rounds 300 --shard 1/3"), "1"),
        (format!("sweep long.toml {vary} --rounds 300 --shard 2/3"), "2"),
        (format!("sweep long.toml {vary} --rounds 300 --shard 3/3"), "3"),
        (format!("sweep long.toml {vary} --rounds 300 --shard 1/2"), "half"),
        (format!("sweep long.toml {vary} --rounds 300 --shard 3/3 --seed 8"), "seed"),
        (format!("sweep long.toml {vary} --rounds 300 --shard 3/3 --assumption all"), "all"),
        (format!("sweep long.toml {vary} --rounds 301 --shard 3/3"), "rounds"),
        (format!("sweep long.toml {vary} --rounds 300 --shard 3/3 --precision 0.4"), "precision"),
        (format!("sweep long.toml {vary} --rounds 300 --shard 3/3 --sample lhs:11"), "sample"),
        ("sweep long.toml --vary veto.A=absolute --rounds 300".to_owned(), "vary"),
        ("run long.toml --rounds 300".to_owned(), "run"),
    ] {
        desk.ends(&format!("{arguments} --checkpoint {file}"), 0, "");
    }
    let sweep = format!("sweep long.toml {vary} --rounds 300");
    // A file that its checksum fits, of points that are not those of the sweep.
    let forged = String::from_utf8(fs::read(desk.path("1")).unwrap()).unwrap().replace("[\"0.1\"]", "[\"0.7\"]");
    let results = &forged[forged.find("\"results\":").unwrap() + 10..forged.len() - 2];
    let sum: String = sha2::Sha256::digest(results).iter().map(|byte| format!("{byte:02x}")).collect();
    let at = forged.find("\"sha256\":\"").unwrap() + 10;
    fs::write(desk.path("forged"), format!("{}{sum}{}", &forged[..at], &forged[at + 64..])).unwrap();
    for (arguments, code, says) in [
        ("merge 1 3".to_owned(), 65, "points 3 to 6: in none of them, between 1 and 3"),
        ("merge 1 2".to_owned(), 65, "points 7 to 10: in none of them, after 2"),
        ("merge 1 2 half 3".to_owned(), 65, "they are not all points, each once\n  points 0 to 2: in 1 and in half"),
        ("merge 1 2 seed".to_owned(), 65, "seed is about seed 8, not 7, as 1 is"),
        ("merge 1 2 all".to_owned(), 65, "all is about the assumptions all, not stated, as 1 is"),
        ("merge 1 2 rounds".to_owned(), 65, "rounds is about 301 rounds at each point, not 300, as 1 is"),
        ("merge 1 2 precision".to_owned(), 65, "precision is about the precision 0.4, not none, as 1 is"),
        ("merge 1 2 sample".to_owned(), 65, "sample is about lhs:11, not every combination, as 1 is"),
        ("merge 1 2 vary".to_owned(), 65, "vary is about the settings veto.A=absolute, not candidate"),
        ("merge 1 2 run".to_owned(), 65, "run is about `run`, not `sweep`, as 1 is"),
        ("merge forged 2 3".to_owned(), 65, "forged cannot be read: its counts contradict"),
        ("run long.toml --resume 1".to_owned(), 65, "1 cannot be resumed: it is about `sweep`, not `run`"),
        (format!("{sweep} --resume run"), 65, "it is about `run`, not `sweep`"),
        (format!("{sweep} --resume 2"), 65, "it is about points 3 to 6, not the whole"),
        (format!("{sweep} --resume 2 --shard 3/3"), 65, "points 3 to 6, not points 7 to 10"),
        (format!("{sweep}0 --resume 1"), 65, "it is about 300 rounds at each point, not 3000"),
        (format!("{sweep} --checkpoint out/sweep.csv --out out"), 2, "the checkpoint and --out would be the same file"),
    ] {
        desk.ends(&arguments, code, says);
    }
    // More shares than points.
    let files: Vec<String> = (1..=13).map(|number| format!("of-13-{number}")).collect();
    for (number, file) in files.iter().enumerate() {
        desk.ends(&format!("{sweep} --shard {}/13 --checkpoint {file}", number + 1), 0, "");
    }
    let shown = desk.ends(&sweep, 0, "").stdout;
    assert_eq!(desk.ends(&format!("merge {}", files.join(" ")), 0, "").stdout, shown);
    assert!(!desk.has_unfinished_files("") && !desk.path("out").exists());
}

/// Moments that look like chance and are always the same, from 0 to 1.
fn moments() -> impl Iterator<Item = f64> {
    let mut state = 20_230_704_u64;
    std::iter::from_fn(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Some((state >> 11) as f64 / (1_u64 << 53) as f64)
    })
}

/// Kills a run so many times, the first time once it has saved something, each time after at most a part of the time
/// that it would take, and lets it go on.
fn kill_and_resume(kills: u32, command: &str) {
    let desk = desk();
    let start = Instant::now();
    let shown = desk.ends(&format!("{command} --out whole"), 0, "").stdout;
    let longest = start.elapsed() / (kills + 2);
    for (number, moment) in (0..kills).zip(moments()) {
        let how = if number == 0 { "checkpoint" } else { "resume" };
        let mut again = desk.command(&format!("{command} --out out --{how} c.json"));
        let mut child = again.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        while !desk.path("c.json").exists() && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(longest.mul_f64(moment));
        child.kill().unwrap();
        let ended = child.wait_with_output().unwrap();
        if ended.status.code().is_some() {
            // This time it was faster than its part of the whole run before.
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
            break;
        }
        assert!(
            fs::read_dir(desk.path("out")).is_ok_and(|mut files| {
                files.all(|file| file.unwrap().file_name().to_string_lossy().starts_with(".nemcon-"))
            }) || !desk.path("out").exists()
        );
    }
    desk.agrees(&format!("{command} --out last --resume c.json"), &shown, "whole", "last");
}

#[test]
fn a_killed_run_goes_on() {
    kill_and_resume(3, "compare long.toml --rounds 1e6");
    kill_and_resume(3, "compare long.toml --rounds 1000 --precision 0.0015");
    kill_and_resume(3, "sweep long.toml --vary candidate.x.availability=0:1:0.002 --rounds 3000");
}

#[test]
#[ignore = "takes about a minute"]
fn a_run_killed_fifty_times_goes_on() {
    kill_and_resume(50, "compare long.toml --rounds 4e7");
    kill_and_resume(50, "sweep long.toml --vary candidate.x.availability=0:1:0.0001 --rounds 6000");
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_is_saved_and_goes_on() {
    let desk = desk();
    for (command, name) in
        [("run long.toml --rounds 1e11", "whole"), ("run long.toml --rounds 1e11 --shard 2/3", "share")]
    {
        let mut command = desk.command(&format!("{command} --checkpoint {name}.json"));
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(700));
        assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{errors}");
        assert!(errors.contains("--resume in place of --checkpoint goes on"), "{errors}");
        let shown = String::from_utf8(output.stdout).unwrap();
        let saved: serde_json::Value =
            serde_json::from_slice(&fs::read(desk.path(&format!("{name}.json"))).unwrap()).unwrap();
        let rounds = &saved["results"]["units"];
        let done = rounds["end"].as_u64().unwrap() - rounds["start"].as_u64().unwrap();
        assert!(done > 0);
        if name == "whole" {
            let plain: String = shown.chars().filter(|c| !c.is_whitespace()).collect();
            assert!(plain.contains(&format!("{done}rounds")) && shown.to_lowercase().contains("partial"), "{shown}");
        } else {
            assert!(shown.starts_with("rounds 33333334016 to "), "{shown}");
        }
        desk.ends(&format!("merge {name}.json"), 65, "in none of them");
    }
}

/// Finished points are saved; the points at hand are reported, but not saved.
#[cfg(unix)]
#[test]
fn an_interrupted_sweep_is_saved_and_goes_on() {
    let desk = desk();
    let sweep = "sweep long.toml --vary candidate.x.availability=0:1:0.0005 --rounds 5000";
    let mut command = desk.command(&format!("{sweep} --out out --checkpoint c.json"));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let parsed = |bytes: Vec<u8>| serde_json::from_slice::<serde_json::Value>(&bytes).ok();
    let saved = || fs::read(desk.path("c.json")).ok().and_then(parsed);
    let points = || saved().map_or(0, |saved| saved["results"]["counts"].as_object().unwrap().len());
    while points() < 20 {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{errors}");
    assert!(errors.contains("--resume in place of --checkpoint goes on"), "{errors}");
    let (done, end) = (points(), saved().unwrap()["results"]["units"]["end"].as_u64());
    assert!((20..2001).contains(&done) && end == Some(done as u64), "{done} {end:?}");
    let rows = fs::read_to_string(desk.path("out/sweep.csv")).unwrap().lines().count() - 1;
    assert!((4 * done..=4 * (done + 8)).contains(&rows), "{rows} rows of {done} points");
    desk.ends("merge c.json", 65, "to 2000: in none of them, after c.json");
    let shown = desk.ends(&format!("{sweep} --out whole"), 0, "").stdout;
    desk.agrees(&format!("{sweep} --out rest --resume c.json"), &shown, "whole", "rest");
}

/// What a Parquet file says, as the CSV file would.
#[cfg(feature = "parquet")]
fn as_csv(path: &std::path::Path) -> (usize, String) {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;
    use std::fmt::Write;
    let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    let columns = reader.metadata().file_metadata().schema_descr().columns().iter();
    let mut text = columns.map(|column| column.name()).collect::<Vec<_>>().join(",") + "\n";
    for row in reader.get_row_iter(None).unwrap() {
        let row = row.unwrap();
        let name = |column| row.get_string(column).unwrap();
        let (round, ballots, vetoes) = (row.get_long(0).unwrap(), row.get_int(4).unwrap(), row.get_int(5).unwrap());
        writeln!(text, "{round},{},{},{},{ballots},{vetoes}", name(1), name(2), name(3)).unwrap();
    }
    (reader.num_row_groups(), text)
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_says_what_csv_says() {
    let desk = desk();
    let same = |name: &str| {
        let (groups, read) = as_csv(&desk.path(&format!("{name}.parquet")));
        let csv = fs::read_to_string(desk.path(&format!("{name}.csv"))).unwrap();
        // Not shown: too long.
        assert!(read == csv, "{name}");
        groups
    };
    desk.ends("run long.toml --log-rounds a.csv", 0, "");
    desk.ends("run long.toml --log-rounds a.parquet --threads 3", 0, "");
    assert_eq!(same("a"), 1);
    desk.ends("run long.toml --rounds 1_100_000 --log-rounds b.csv", 0, "");
    desk.ends("run long.toml --rounds 1_100_000 --log-rounds b.parquet", 0, "");
    assert_eq!(same("b"), 2);
    let size = |name: &str| fs::metadata(desk.path(name)).unwrap().len();
    assert!(size("b.parquet") * 5 < size("b.csv"), "{} against {}", size("b.parquet"), size("b.csv"));
    desk.ends("run long.toml --log-rounds a.parquet", 73, "--force");
    desk.ends("run long.toml --log-rounds nowhere/a.parquet", 73, "nowhere");
}

#[cfg(all(feature = "parquet", target_os = "linux"))]
#[test]
fn parquet_goes_through_pipes_and_fails_as_csv_does() {
    let desk = desk();
    let pipe = desk.path("pipe.parquet");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let run = "run long.toml --quiet --log-rounds pipe.parquet";
    let mut child = desk.command(run).stdout(Stdio::null()).spawn().unwrap();
    fs::write(desk.path("read.parquet"), fs::read(&pipe).unwrap()).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(as_csv(&desk.path("read.parquet")).1.lines().count(), 20_001);
    // A reader who leaves at once.
    let mut child = desk.command(run).stdout(Stdio::null()).spawn().unwrap();
    drop(fs::File::open(&pipe).unwrap());
    assert!(child.wait().unwrap().success(), "no one is there to write for, and that is no error");
    std::os::unix::fs::symlink("/dev/full", desk.path("full.parquet")).unwrap();
    desk.ends("run long.toml --log-rounds full.parquet --force", 74, "full.parquet cannot be written: ");
}

#[cfg(not(feature = "parquet"))]
#[test]
fn without_parquet_it_is_said() {
    let desk = desk();
    desk.ends("run long.toml --log-rounds a.parquet", 2, "this nemcon was built without Parquet");
    assert!(!desk.path("a.parquet").exists() && !desk.has_unfinished_files(""));
}
