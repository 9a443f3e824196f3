//! The command line as its users meet it: exit codes, files, pipes, signals.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::Desk;

const SMALL: &str = "title = \"small\"\nrounds = 20_000\n[veto]\nA = \"absolute\"\n[[assumption]]\nname = \"free\"\nveto = {}\n\
    [[member]]\nid = \"A\"\n[[member]]\nid = \"B\"\n[[candidate]]\nid = \"x\"\nname = \"Xenia\"\n[[candidate]]\nid = \"y\"\n";

/// Several ballots and stages, and everything that may happen between them.
const LONG: &str = "title = \"long\"\nrounds = 3000\nseed = 7\n[veto]\ndefault = { probability = 0.6, cost = 0.5 }\n\
    [dynamics]\nmomentum = 0.5\nmemory = 0.6\naccommodation = { holdouts = 2, probability = 0.2 }\n\
    [[member]]\nid = \"A\"\n[[member]]\nid = \"B\"\n[[member]]\nid = \"C\"\n[[member]]\nid = \"D\"\n\
    [[candidate]]\nid = \"x\"\navailability = 0.8\n[[candidate]]\nid = \"y\"\nwithdraws_if_vetoed = 0.2\n\
    [[candidate]]\nid = \"z\"\nenters = 2\n[[event]]\nname = \"scandal\"\nprobability = 0.5\neffects = [{ leaves = \"x\" }]\n\
    [[stage]]\nname = \"talks\"\nrepeat = 3\nappoint = \"consensus\"\ndrop = \"lowest\"\nfrom_ballot = 2\n\
    [[stage]]\nname = \"vote\"\nballot = \"choice\"\nappoint = { all = [\"no_veto\", \"two-thirds\"] }\n\
    [[assumption]]\nname = \"free\"\nveto = {}\n";

/// A folder with a small scenario in it, and a long one.
fn desk() -> Desk {
    Desk::with(&[("small.toml", SMALL), ("long.toml", LONG)])
}

impl Desk {
    fn files(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        let entries = fs::read_dir(self.path(folder)).unwrap().map(|entry| entry.unwrap().path());
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let mut files: Vec<_> = entries.map(|path| (name(&path), fs::read(&path).unwrap())).collect();
        files.sort();
        files
    }
}

const FILES: [&str; 7] =
    ["ballots.csv", "blocking_sets.csv", "candidates.csv", "outcomes.csv", "polls.csv", "run.json", "vetoes.csv"];

#[test]
fn a_run_shows_its_results() {
    let output = desk().ends("run small.toml", 0, "");
    let text = String::from_utf8(output.stdout).unwrap();
    for words in
        ["small", "Xenia", "no consensus", "Who blocks whom", "When rounds end", "20 000", "Monte Carlo error only"]
    {
        assert!(text.replace('\u{a0}', " ").contains(words), "{words} is missing in\n{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn exit_codes_say_what_went_wrong() {
    let desk = desk();
    fs::write(desk.path("wrong.toml"), "title = 3\n").unwrap();
    fs::write(desk.path("empty.toml"), "").unwrap();
    fs::write(desk.path("binary.toml"), [0, 159, 146, 150, 255]).unwrap();
    fs::write(desk.path("file"), "").unwrap();
    for (arguments, code, says) in [
        ("run", 2, "SCENARIO"),
        ("frobnicate", 2, "frobnicate"),
        ("run small.toml --rounds 0", 2, "rounds"),
        ("run small.toml --rounds many", 2, "many"),
        ("run small.toml --threads 0", 2, "threads"),
        ("run small.toml --assumption fre", 2, "free"),
        ("run small.toml --precision 0.5%", 2, "expected a share"),
        ("compare small.toml --precision 1e-9", 2, "expected a share"),
        ("influence small.toml --precision 0.01", 2, "--precision"),
        ("run small.toml --ballots --estimate conditional", 2, "does not count ballot by ballot"),
        ("run wrong.toml", 65, "wrong.toml"),
        ("check wrong.toml", 65, "error"),
        ("run empty.toml", 65, "title"),
        ("run binary.toml", 65, "UTF-8"),
        ("run missing.toml", 66, "missing.toml"),
        ("run .", 66, "is a folder"),
        ("run small.toml --out file/results", 73, "file"),
        ("run small.toml --out file", 73, "file"),
        ("run small.toml --log-rounds nowhere/rounds.csv", 73, "nowhere"),
        ("check small.toml", 0, ""),
        ("trace small.toml", 2, "--round"),
        ("trace small.toml --round 1 --outcome x", 2, "--outcome"),
        ("trace small.toml --round 1 --nth 2", 2, "--nth"),
        ("trace small.toml --round 1e12", 2, "below 1e12"),
        ("trace small.toml --round -1", 2, ""),
        ("trace small.toml --outcome x --nth 0", 2, "nth"),
        ("trace small.toml --outcome no-consensu", 2, "did you mean `no-consensus`?"),
        ("trace small.toml --outcome stoltenberg", 2, "the outcomes: `x`, `y`, `no-consensus`"),
        ("trace small.toml --outcome x --nth 9 --rounds 10 --quiet", 2, "among the first 10: "),
        ("trace small.toml --outcome x --assumption fre", 2, "free"),
        ("trace wrong.toml --round 0", 65, "wrong.toml"),
        ("trace missing.toml --round 0", 66, "missing.toml"),
    ] {
        desk.ends(arguments, code, says);
    }
}

#[test]
fn files_are_written_whole_and_never_over_others() {
    let desk = desk();
    desk.ends("run small.toml --out results --log-rounds rounds.csv", 0, "");
    let files = desk.files("results");
    assert!(files.iter().map(|(name, _)| name.as_str()).eq(FILES));
    let header = |name: &str| {
        let bytes = &files.iter().find(|(file, _)| file == name).unwrap().1;
        String::from_utf8(bytes.clone()).unwrap().lines().next().unwrap().to_owned()
    };
    assert_eq!(header("outcomes.csv"), "assumption,outcome,candidate_name,rounds,count,probability,ci_low,ci_high");
    assert!(header("vetoes.csv").starts_with(
        "assumption,member,member_name,candidate,faced,encouraged,objected,vetoed,sole_veto,veto_rate,sole_veto_rate"
    ));
    assert!(header("blocking_sets.csv").starts_with("assumption,candidate,members,size,count,probability"));
    assert!(header("ballots.csv").starts_with("assumption,ballot,appointed"));
    assert!(header("polls.csv").starts_with(
        "assumption,stage,ballot,candidate,candidate_name,rounds,support_mean,support_q05,support_median,support_q95,\
         objections_mean"
    ));
    let candidates = header("candidates.csv");
    for column in ["stood", "appointed_rate", "acceptable_ci_low", "vetoed_ci_high", "mean_encouragements", "left"] {
        assert!(candidates.contains(column), "{candidates}");
    }
    let log = fs::read_to_string(desk.path("rounds.csv")).unwrap();
    assert_eq!(log.lines().next().unwrap(), "round,assumption,outcome,stage,ballots,vetoes");
    assert_eq!(log.lines().count(), 20_001);
    desk.ends("run small.toml --out results", 73, "--force");
    desk.ends("run small.toml --log-rounds rounds.csv", 73, "--force");
    assert_eq!(desk.files("results"), files, "a refusal changes nothing");
    desk.ends("run small.toml --out results --seed 2 --force", 0, "");
    assert_ne!(desk.files("results"), files);
}

/// What `--ballots` shows is also in a file, in JSON and in files of counts, and whoever counted it.
#[test]
fn ballots_are_told_one_by_one() {
    let desk = desk();
    let text = |arguments: &str| String::from_utf8(desk.ends(arguments, 0, "").stdout).unwrap();
    let told = text("run long.toml --ballots");
    assert!(told.contains("As the ballots go") && !text("run long.toml").contains("As the ballots go"));
    let polls: serde_json::Value = serde_json::from_str(&text("run long.toml --format json")).unwrap();
    assert_eq!((&polls["polls"][1]["candidate"], &polls["polls"][1]["rounds"]), (&"y".into(), &3000.into()));
    text("run long.toml --out whole --quiet");
    for share in 1..=3 {
        text(&format!("run long.toml --shard {share}/3 --checkpoint {share}.json"));
    }
    assert_eq!(text("merge 1.json 2.json 3.json --ballots --out merged"), told);
    assert_eq!(fs::read(desk.path("merged/polls.csv")).unwrap(), fs::read(desk.path("whole/polls.csv")).unwrap());
    let compared = text("compare long.toml --ballots --out compared");
    assert!(compared.contains("As the ballots go under “stated”"), "{compared}");
    let rows = |path: &str| fs::read_to_string(desk.path(path)).unwrap();
    assert!(rows("compared/polls.csv").starts_with(&rows("whole/polls.csv")), "the baseline first");
}

#[test]
fn threads_change_no_byte() {
    let desk = desk();
    for threads in [1, 2, 3] {
        desk.ends(&format!("run small.toml --threads {threads} --out t{threads} --log-rounds r{threads}.csv"), 0, "");
        for ((name, one), (_, other)) in desk.files("t1").iter().zip(&desk.files(&format!("t{threads}"))) {
            assert!(name == "run.json" || one == other, "{name} differs with {threads} threads");
        }
        let log = |n: u32| fs::read(desk.path(&format!("r{n}.csv"))).unwrap();
        assert_eq!(log(1), log(threads));
    }
}

#[test]
fn formats_for_programs() {
    let desk = desk();
    let csv = String::from_utf8(desk.ends("run small.toml --format csv", 0, "").stdout).unwrap();
    assert_eq!(csv.lines().count(), 4, "a header, two candidates, no consensus");
    let json = desk.ends("run small.toml --format json --assumption free", 0, "").stdout;
    assert!(serde_json::from_slice::<serde_json::Value>(&json).unwrap().is_object());
}

fn record(desk: &Desk, folder: &str) -> serde_json::Value {
    serde_json::from_slice(&fs::read(desk.path(folder).join("run.json")).unwrap()).unwrap()
}

/// A precise run is one of so many doublings, byte for byte; a finer one goes on where a coarser one ended.
#[test]
fn a_precision_is_a_number_of_rounds() {
    let desk = desk();
    for command in ["run", "compare"] {
        let mut last = 0;
        for precision in ["0.02", "0.005"] {
            let arguments = format!("{command} long.toml --rounds 1000 --log-rounds {command}{precision}.csv");
            let arguments = if command == "run" { &arguments } else { arguments.split(" --log").next().unwrap() };
            desk.ends(&format!("{arguments} --precision {precision} --threads 2 --out {command}{precision}"), 0, "");
            let record = record(&desk, &format!("{command}{precision}"));
            let rounds = record["rounds"].as_u64().unwrap();
            assert!(rounds > last && rounds.is_multiple_of(1000) && (rounds / 1000).is_power_of_two(), "{rounds}");
            assert_eq!((&record["partial"], &record["rounds_asked"]), (&false.into(), &rounds.into()));
            assert_eq!(record["options"]["precision"].to_string(), precision);
            last = rounds;
            let plain = arguments.replace("1000", &rounds.to_string()).replace(".csv", "-plain.csv");
            desk.ends(&format!("{plain} --threads 1 --out {command}{precision}-plain"), 0, "");
            let files = |folder: &str| {
                let mut files = desk.files(&format!("{command}{precision}{folder}"));
                files.retain(|(name, _)| name != "run.json");
                files
            };
            assert!(files("").len() > 4 && files("") == files("-plain"), "{command} {precision}");
        }
    }
    let log = |name: &str| fs::read(desk.path(name)).unwrap();
    assert_eq!(log("run0.005.csv"), log("run0.005-plain.csv"));
    let csv = String::from_utf8(desk.ends("run long.toml --precision 0.004 --format csv", 0, "").stdout).unwrap();
    for row in csv.lines().skip(1) {
        let figures: Vec<f64> = row.split(',').skip(5).map(|figure| figure.parse().unwrap()).collect();
        assert!(figures[0] - figures[1] <= 0.004 && figures[2] - figures[0] <= 0.004, "{row}");
    }
}

#[test]
fn rare_outcomes_are_called_so() {
    let desk = desk();
    let shown =
        |rounds| String::from_utf8(desk.ends(&format!("run rare.toml --rounds {rounds}"), 0, "").stdout).unwrap();
    fs::write(
        desk.path("rare.toml"),
        format!("{SMALL}availability = 0.001\n[support]\nA = {{ x = 9 }}\nB = {{ x = 9 }}\n"),
    )
    .unwrap();
    // `y` stands in one round of a thousand, and is seldom appointed then.
    assert!(shown(20_000).contains("Rare: y"), "{}", shown(20_000));
    assert!(!shown(20).contains("Rare: "), "not seen at all");
}

/// Where nobody watches, a line every ten seconds says how far the run is.
#[cfg(unix)]
#[test]
fn progress_without_a_terminal() {
    let desk = desk();
    let mut child = start(&mut desk.command("run small.toml --rounds 1e12"));
    let mut errors = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut errors, &mut line).unwrap();
    signal(&child, "-INT");
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    assert!(
        line.starts_with("0 %: ") && line.contains(" of 1 000 000 000 000 rounds, ") && line.contains("/s, "),
        "{line}"
    );
    assert!(line.ends_with(" left\n"), "{line}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_and_a_closed_pipe() {
    let desk = desk();
    let full = || Stdio::from(fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    let output =
        desk.command("run small.toml").stdout(full()).stderr(Stdio::piped()).spawn().unwrap().wait_with_output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(74), "{}", String::from_utf8_lossy(&output.stderr));
    desk.ends("run small.toml --log-rounds /dev/full --force", 74, "");
    assert!(fs::metadata("/dev/full").is_ok_and(|file| !file.is_file()), "the device is still a device");
    let mut child = desk.command("run small.toml --format csv").stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0), "a closed pipe is no error");
}

/// A run that lasts until it is stopped.
#[cfg(unix)]
const ENDLESS: &str = "run small.toml --rounds 1e11 --quiet";

#[cfg(unix)]
fn start(command: &mut Command) -> std::process::Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[cfg(unix)]
fn signal(child: &std::process::Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

/// Waits until `done`, but not for ever.
#[cfg(unix)]
fn wait_until(mut done: impl FnMut() -> bool) {
    for _ in 0..1500 {
        if done() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("nothing happened for half a minute");
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_reports_what_was_done() {
    let desk = desk();
    let child =
        start(&mut desk.command("run small.toml --rounds 2e8 --quiet --out results --log-rounds results/rounds.csv"));
    // The log is written while the run goes on.
    let logged = |file: fs::DirEntry| file.metadata().is_ok_and(|file| file.len() > 1000);
    let entries = || fs::read_dir(desk.path("results")).into_iter().flatten();
    wait_until(|| entries().any(|entry| logged(entry.unwrap())));
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    let record: serde_json::Value = serde_json::from_slice(&fs::read(desk.path("results/run.json")).unwrap()).unwrap();
    assert_eq!(record["partial"], true);
    let outcomes = fs::read_to_string(desk.path("results/outcomes.csv")).unwrap();
    let counted: u64 =
        outcomes.lines().skip(1).map(|line| line.split(',').nth(4).unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(Some(counted), record["rounds"].as_u64());
    let log = fs::read(desk.path("results/rounds.csv")).unwrap();
    assert_eq!(log.iter().filter(|&&byte| byte == b'\n').count() as u64, counted + 1);
    assert!(String::from_utf8_lossy(&output.stdout).to_lowercase().contains("partial"));
    assert!(!desk.has_unfinished_files("results"));
}

/// The first signal finds the run waiting for someone to read its log, so that it cannot end by itself.
#[cfg(unix)]
#[test]
fn a_second_signal_leaves_nothing_behind() {
    let desk = desk();
    assert!(Command::new("mkfifo").arg(desk.path("pipe")).status().unwrap().success());
    let _reader = fs::OpenOptions::new().read(true).write(true).open(desk.path("pipe")).unwrap();
    let arguments = "run small.toml --rounds 1e11 --out a/b/results --log-rounds pipe";
    let mut child = start(&mut desk.command(arguments));
    wait_until(|| desk.has_unfinished_files("a/b/results"));
    // Long enough for the pipe to fill.
    std::thread::sleep(std::time::Duration::from_millis(500));
    signal(&child, "-INT");
    let mut errors = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("again to quit at once") {
        assert!(std::io::BufRead::read_line(&mut errors, &mut said).unwrap() > 0, "{said}");
    }
    signal(&child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(!desk.path("a").exists(), "{:?}", desk.files("a/b/results"));
}

#[cfg(unix)]
#[test]
fn a_signal_ignored_from_the_start_stays_ignored() {
    let desk = desk();
    let nemcon = assert_cmd::cargo::cargo_bin!("nemcon").display().to_string();
    for (ignored, name) in [("HUP", "-HUP"), ("INT", "-INT")] {
        let line = format!("trap '' {ignored}; exec '{nemcon}' {ENDLESS} --out {ignored}");
        let mut child = start(Command::new("sh").args(["-c", &line]).current_dir(desk.path("")).stdin(Stdio::null()));
        wait_until(|| desk.has_unfinished_files(ignored));
        signal(&child, name);
        std::thread::sleep(std::time::Duration::from_millis(500));
        assert!(child.try_wait().unwrap().is_none(), "{name} has ended a run that was to ignore it");
        signal(&child, "-TERM");
        assert_eq!(child.wait().unwrap().code(), Some(130), "another signal stops the run");
        assert!(desk.path(ignored).join("run.json").exists());
    }
}

#[test]
fn the_log_may_be_in_the_folder_of_results() {
    let desk = desk();
    desk.ends("run small.toml --out new --log-rounds new/rounds.csv", 0, "");
    assert_eq!(desk.files("new").len(), FILES.len() + 1);
    desk.ends("run small.toml --out other --log-rounds other/there/rounds.csv", 73, "make the folder first");
    desk.ends("run small.toml --out other --log-rounds other/run.json", 2, "the same file");
    assert!(!desk.path("other").exists(), "nothing comes of it");
}

#[cfg(unix)]
#[test]
fn links_and_permissions_outlive_force() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let desk = desk();
    fs::write(desk.path("old.csv"), "old").unwrap();
    fs::set_permissions(desk.path("old.csv"), fs::Permissions::from_mode(0o600)).unwrap();
    symlink("old.csv", desk.path("link.csv")).unwrap();
    symlink("not-there.csv", desk.path("dangling.csv")).unwrap();
    symlink("round.csv", desk.path("round.csv")).unwrap();
    for link in ["link.csv", "dangling.csv"] {
        desk.ends(&format!("run small.toml --log-rounds {link}"), 73, "--force");
        desk.ends(&format!("run small.toml --log-rounds {link} --force"), 0, "");
        assert!(desk.path(link).is_symlink(), "{link} is still a link");
        assert!(fs::read_to_string(desk.path(link)).unwrap().starts_with("round,"));
    }
    assert_eq!(fs::metadata(desk.path("old.csv")).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(desk.path("not-there.csv").is_file());
    desk.ends("run small.toml --log-rounds round.csv --force", 73, "round.csv");
}

#[cfg(target_os = "linux")]
#[test]
fn the_command_that_repeats_a_run_can_be_pasted() {
    use std::os::unix::ffi::OsStrExt;
    let desk = desk();
    let program = Path::new(assert_cmd::cargo::cargo_bin!("nemcon")).parent().unwrap().display().to_string();
    let long = format!("{}it's long.toml", "a name with spaces ".repeat(10));
    for name in ["-odd.toml".as_bytes(), long.as_bytes(), b"two\nlines\\.toml", b"latin-\xe91.toml"] {
        let name = std::ffi::OsStr::from_bytes(name);
        fs::write(desk.path("").join(name), SMALL).unwrap();
        let first = desk.command("run --rounds 500 --").arg(name).output().unwrap();
        assert!(first.status.success(), "{name:?}: {}", String::from_utf8_lossy(&first.stderr));
        let shown = String::from_utf8(first.stdout.clone()).unwrap();
        let command = shown.lines().find(|line| line.starts_with("nemcon run ")).unwrap();
        let line = format!("PATH='{program}':$PATH; {command}");
        let again = Command::new("bash").args(["-c", &line]).current_dir(desk.path("")).output().unwrap();
        let again = String::from_utf8(again.stdout).unwrap();
        // The path may be written otherwise.
        let results = |text: &str| text.lines().filter(|line| !line.starts_with("nemcon")).collect::<String>();
        assert!(again.contains("500 rounds") && results(&again) == results(&shown), "{command}");
    }
}

#[test]
fn help_has_examples() {
    let desk = desk();
    for (arguments, example) in [
        ("--help", "nemcon run"),
        ("run --help", "--assumption every-ally"),
        ("check --help", "nemcon check"),
        ("sweep --help", "--sample sobol:256"),
        ("trace --help", "nemcon trace"),
    ] {
        let text = String::from_utf8(desk.ends(arguments, 0, "").stdout).unwrap();
        assert!(text.contains(example), "{arguments}:\n{text}");
    }
}

/// The story of a round as data.
fn story(desk: &Desk, arguments: &str) -> serde_json::Value {
    serde_json::from_slice(&desk.ends(&format!("trace {arguments} --format json"), 0, "").stdout).unwrap()
}

#[test]
fn a_traced_round_is_the_one_that_was_counted() {
    let desk = desk();
    desk.ends("run long.toml --log-rounds rounds.csv", 0, "");
    let log = fs::read_to_string(desk.path("rounds.csv")).unwrap();
    let rows: Vec<Vec<&str>> = log.lines().skip(1).map(|row| row.split(',').collect()).collect();
    for row in rows.iter().take(80).chain(rows.iter().rev().take(20)) {
        let told = story(&desk, &format!("long.toml --round {}", row[0]));
        let held = told["ballots"].as_array().unwrap();
        let count = |candidate: &serde_json::Value| candidate["vetoing"].as_array().unwrap().len();
        let vetoes = held.iter().flat_map(|ballot| ballot["candidates"].as_array().unwrap()).map(count).sum::<usize>();
        let last = held.last().map_or("", |ballot| ballot["stage"].as_str().unwrap());
        let told = [
            told["round"].to_string(),
            told["assumption"].as_str().unwrap().to_owned(),
            told["outcome"].as_str().unwrap().to_owned(),
            last.to_owned(),
            held.len().to_string(),
            vetoes.to_string(),
        ];
        assert_eq!(*row, told);
    }
    for outcome in ["x", "y", "z", "no-consensus"] {
        let ending: Vec<_> = rows.iter().filter(|row| row[2] == outcome).collect();
        assert!(ending.len() > 100, "{outcome}: {} rounds", ending.len());
        for nth in [1, 2, 17, ending.len()] {
            let told = story(&desk, &format!("long.toml --outcome {outcome} --nth {nth}"));
            assert_eq!(told["round"].to_string(), ending[nth - 1][0], "{outcome} {nth}");
        }
        let one_more = ending.len() + 1;
        let says = format!("among the first 3000: {} of them end with {outcome}", ending.len());
        desk.ends(&format!("trace long.toml --outcome {outcome} --nth {one_more}"), 2, &says);
    }
}

#[test]
fn a_round_far_beyond_the_run_can_be_told() {
    let desk = desk();
    let output = desk.ends("trace long.toml --round 999_999_999_999 --seed 3", 0, "");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Round 999999999999 under the assumption “stated”, seed 3"), "{text}");
    assert!(text.contains("nemcon trace long.toml --round 999999999999 --seed 3"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_search_can_be_stopped() {
    let desk = desk();
    let child = start(&mut desk.command("trace small.toml --outcome x --nth 1e12 --rounds 1e12 --quiet"));
    std::thread::sleep(std::time::Duration::from_millis(1000));
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{errors}");
    assert!(output.stdout.is_empty() && errors.contains("of them end with x"), "{errors}");
}

/// Vetoes that no rule asks for are counted, and said to block no one.
#[test]
fn vetoes_that_block_no_one_are_said_to() {
    let said = |rule: &str| {
        let scenario = format!(
            "title = \"Small\"\n[[stage]]\nappoint = \"{rule}\"\n[veto]\nA = \"absolute\"\n[[member]]\nid = \"A\"\n\
             [[member]]\nid = \"B\"\n[[candidate]]\nid = \"x\"\n"
        );
        let desk = Desk::with(&[("small.toml", &scenario)]);
        String::from_utf8(desk.ends("run small.toml --rounds 1000 --quiet", 0, "").stdout).unwrap()
    };
    let note = "No rule here asks for vetoes: they keep no one from appointment.";
    assert!(said("two-thirds").contains(note) && !said("consensus").contains(note));
}

/// Escape sequences in paths, arguments, names and titles: a terminal would obey them.
#[test]
fn nothing_typed_or_read_disturbs_the_terminal() {
    const EVIL: &str = "\u{1b}]0;owned\u{7}\u{1b}[31m\u{202e}";
    let text = "title = \"T\\u001b[31m\"\nsummary = \"\\u009b2J\"\nsources = [\"\\u0007\"]\nrounds = 100\n\
        [[member]]\nid = \"A\"\nname = \"\\u001b]0;a\\u0007\"\n[[member]]\nid = \"B\"\n\
        [[candidate]]\nid = \"x\"\nname = \"\\u001b[1A\\u202e\"\n[[candidate]]\nid = \"y\"\n[veto]\nA = \"absolute\"\n\
        [[assumption]]\nname = \"b\"\nsummary = \"\\u001b[2K\"\nveto = {}\n";
    let desk = Desk::with(&[("fine.toml", text), ("poll.csv", "candidate,encourage,discourage,no_opinion\nx,1,1,0\n")]);
    let named = format!("s{}.toml", "\u{1b}[31m\u{202e}");
    fs::write(desk.path(&named), text).unwrap();
    fs::write(desk.path("wrong.toml"), format!("title = \"x\"\n\"{}\" = 1\n", "\\u001b[31m")).unwrap();
    let harmless = |arguments: &[&str]| {
        let output = desk.command("").args(arguments).output().unwrap();
        for bytes in [&output.stdout, &output.stderr] {
            let shown = String::from_utf8(bytes.clone()).unwrap();
            let wrong = shown.chars().find(|&c| (c.is_control() && c != '\n') || c == '\u{202e}');
            assert_eq!(wrong, None, "{arguments:?}: {shown:?}");
        }
        output.status.code().unwrap()
    };
    for command in ["check", "run", "compare", "influence", "leverage"] {
        assert_eq!(harmless(&[command, &named]), 0, "{command}");
    }
    assert_eq!(harmless(&["trace", &named, "--round", "1"]), 0);
    assert_eq!(harmless(&["sweep", &named, "--vary", "veto.A=none,absolute"]), 0);
    assert_eq!(harmless(&["fit", &named, "--poll", "poll.csv"]), 0);
    assert_eq!(harmless(&["check", "wrong.toml"]), 65);
    let part = format!("p{EVIL}.json");
    assert_eq!(harmless(&["run", "fine.toml", "--shard", "1/2", "--checkpoint", &part]), 0);
    assert_eq!(harmless(&["merge", &part]), 65);
    assert_eq!(harmless(&["run", "fine.toml", "--seed", "3", "--shard", "1/2", "--resume", &part]), 65);
    for arguments in [
        &["check", EVIL][..],
        &["run", EVIL],
        &["merge", EVIL],
        &["run", "fine.toml", "--resume", EVIL],
        &["run", "fine.toml", "--assumption", EVIL],
        &["run", "fine.toml", "--rounds", EVIL],
        &["run", "fine.toml", "--set", EVIL],
        &["run", "fine.toml", "--set", &format!("member.{EVIL}.home=1")],
        &["run", "fine.toml", EVIL],
        &["run", "fine.toml", &format!("--{EVIL}")],
        &["run", "fine.toml", "--out", &format!("fine.toml/{EVIL}")],
        &["run", "fine.toml", "--log-rounds", &format!("{EVIL}/x")],
        &["compare", "fine.toml", "--assumptions", EVIL],
        &["compare", "fine.toml", "--baseline", EVIL],
        &["sweep", "fine.toml", "--vary", EVIL],
        &["sweep", "fine.toml", "--vary", &format!("{EVIL}=1,2")],
        &["sweep", "fine.toml", "--vary", &format!("veto.A={EVIL},none")],
        &["sweep", "fine.toml", "--vary", "veto.A=none", "--sample", EVIL],
        &["trace", "fine.toml", "--outcome", EVIL],
        &["fit", "fine.toml", "--poll", EVIL],
        &["institutions", EVIL],
        &["new", EVIL, "--institution", EVIL],
        &["completions", EVIL],
        &["man", &format!("fine.toml/{EVIL}")],
        &[EVIL],
    ] {
        assert_ne!(harmless(arguments), 0, "{arguments:?}");
    }
}
