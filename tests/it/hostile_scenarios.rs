//! Files that no one would write on purpose: they are refused in words, and nothing panics or hangs.

use std::fs;
use std::path::Path;

use nemcon::scenario::{LoadError, MAX_FILE_BYTES, Scenario, Tables};
use proptest::prelude::*;

/// Uses every key of the format.
const FULL: &str = include_str!("../fixtures/full.toml");

fn codes(result: Result<Scenario, LoadError>) -> Vec<&'static str> {
    match result {
        Ok(_) => vec![],
        Err(error) => {
            let rendered = error.render(false, 100);
            assert!(rendered.chars().all(|c| c == '\n' || !c.is_control()), "{rendered:?}");
            match error {
                LoadError::Invalid(problems) => problems.iter().map(|problem| problem.code.name()).collect(),
                LoadError::Unreadable { .. } => vec!["unreadable"],
            }
        }
    }
}

fn text(text: &str) -> Vec<&'static str> {
    codes(Scenario::from_text("test.toml", text, None))
}

fn bytes(bytes: &[u8]) -> Vec<&'static str> {
    codes(Scenario::from_bytes(Path::new("test.toml"), bytes, None))
}

#[test]
fn the_full_scenario_is_fine() {
    let scenario = Scenario::load(Path::new("tests/fixtures/full.toml"));
    let scenario = scenario.unwrap_or_else(|error| panic!("{}", error.render(false, 100)));
    assert!(scenario.warnings.is_empty(), "{}", scenario.warnings.render(false, 100));
}

#[test]
fn line_ends_and_byte_order_marks_change_nothing() {
    let models = |text: &str| Scenario::from_text("test.toml", text, None).unwrap().assumptions;
    let plain = models(FULL);
    assert_eq!(plain, models(&FULL.replace('\n', "\r\n")));
    assert_eq!(plain, models(&format!("\u{feff}{FULL}")));
}

#[test]
fn what_is_not_text_is_said_to_be_so() {
    assert_eq!(bytes(b"\x00\x01\x02\x7fELF"), ["not-text"]);
    assert_eq!(bytes(b"PK\x03\x04 workbook"), ["not-text"]);
    assert_eq!(bytes(b"\xff\xfet\x00i\x00"), ["not-text"]);
    assert_eq!(bytes(b"title = \"\xe9t\xe9\"\n"), ["not-utf8"]);
    assert_eq!(bytes(b"title = \"x\"\n# \xe2\x82"), ["not-utf8"]);
}

#[test]
fn files_that_are_not_files_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path(), &folder.path().join("no-such.toml")] {
        let error = Scenario::load(path).unwrap_err();
        assert!(matches!(error, LoadError::Unreadable { problems: None, .. }), "{error}");
    }
}

#[test]
fn sixteen_mebibytes_are_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.toml");
    let mut large = FULL.to_owned() + "\n#";
    large += &"x".repeat(MAX_FILE_BYTES as usize - large.len());
    fs::write(&path, &large).unwrap();
    assert_eq!(codes(Scenario::load(&path)), [""; 0]);
    large.push('x');
    fs::write(&path, &large).unwrap();
    assert_eq!(codes(Scenario::load(&path)), ["too-large"]);
    let scenario = "title = \"x\"\n[tables]\nmembers = \"large.toml\"\n";
    fs::write(folder.path().join("small.toml"), scenario).unwrap();
    assert_eq!(codes(Scenario::load(&folder.path().join("small.toml"))), ["too-large"]);
}

#[cfg(unix)]
#[test]
fn devices_and_pipes_do_not_hang() {
    assert_eq!(codes(Scenario::load(Path::new("/dev/zero"))), ["too-large"]);
    let folder = tempfile::tempdir().unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
    let scenario = folder.path().join("s.toml");
    fs::write(&scenario, "title = \"x\"\n[tables]\nmembers = \"socket\"\n").unwrap();
    assert_eq!(codes(Scenario::load(&scenario)), ["unreadable"]);
}

#[test]
fn tables_stay_inside_the_folder() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("inner");
    fs::create_dir_all(folder.join("data")).unwrap();
    fs::write(outer.path().join("secret.csv"), "id\nUSA\n").unwrap();
    fs::write(folder.join("data/members.csv"), "id\nUSA\n").unwrap();
    let load = |table: &str| {
        let text = format!("title = \"x\"\n[tables]\nmembers = {table:?}\n[[candidate]]\nid = \"c\"\n");
        codes(Scenario::from_text("s.toml", &text, Some(Tables::Folder(&folder))))
    };
    assert_eq!(load("data/members.csv"), [""; 0]);
    assert_eq!(load("./data/../data/members.csv"), [""; 0]);
    assert_eq!(load("../secret.csv"), ["path-outside"]);
    assert_eq!(load("data/../../secret.csv"), ["path-outside"]);
    assert_eq!(load("/etc/passwd"), ["path-outside"]);
    assert_eq!(load(""), ["unreadable"]);
    assert_eq!(load("data"), ["unreadable"]);
    let nul = "title = \"x\"\n[tables]\nmembers = \"a\\u0000b\"\n";
    assert_eq!(codes(Scenario::from_text("s.toml", nul, Some(Tables::Folder(&folder)))), ["unreadable"]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(outer.path().join("secret.csv"), folder.join("link.csv")).unwrap();
        std::os::unix::fs::symlink(outer.path(), folder.join("out")).unwrap();
        assert_eq!(load("link.csv"), ["path-outside"]);
        assert_eq!(load("out/secret.csv"), ["path-outside"]);
        assert_eq!(load("out/inner/data/members.csv"), [""; 0], "it leads back inside");
    }
}

/// Folders of data under git-annex or DVC, and shared ones, consist of links.
#[cfg(unix)]
#[test]
fn links_are_followed_inside_the_scenarios_folders() {
    use std::os::unix::fs::symlink;
    let outer = tempfile::tempdir().unwrap();
    let [study, store, shared] = ["study", "study/store", "shared"].map(|name| outer.path().join(name));
    for folder in [&study, &store, &shared] {
        fs::create_dir_all(folder).unwrap();
    }
    let scenario = "title = \"x\"\n[tables]\nmembers = \"m.csv\"\n[[candidate]]\nid = \"c\"\n";
    fs::write(study.join("own.toml"), scenario).unwrap();
    fs::write(shared.join("s.toml"), scenario).unwrap();
    let load = |name: &str| Scenario::load(&study.join(name));
    let members =
        |name: &str| load(name).unwrap().assumptions[0].members.iter().map(|m| m.id.clone()).collect::<String>();
    let table = study.join("m.csv");

    // Beside the scenario, and out of its folder by a link.
    fs::write(shared.join("m.csv"), "id\nshared\n").unwrap();
    symlink("../shared/m.csv", &table).unwrap();
    let error = load("own.toml").unwrap_err();
    let shown = error.render(false, 400);
    assert_eq!(codes(Err(error)), ["path-outside"]);
    let target = shared.join("m.csv").canonicalize().unwrap();
    let words = "the table `m.csv` leads out of the scenario's folder by a symbolic link, to ";
    assert!(shown.contains(&format!("{words}{}\n", target.display())), "{shown}");

    // The scenario is a link, too: the table beside what it links to is inside that folder.
    symlink("../shared/s.toml", study.join("s.toml")).unwrap();
    assert_eq!(members("s.toml"), "shared");
    // A table beside the link goes first.
    fs::remove_file(&table).unwrap();
    assert_eq!(members("s.toml"), "shared");
    fs::write(store.join("0f3a"), "id\nstored\n").unwrap();
    symlink("store/0f3a", &table).unwrap();
    assert_eq!(members("s.toml"), "stored");
    assert_eq!(members("own.toml"), "stored");
    assert!(load("s.toml").unwrap().inputs[1].path.ends_with("study/m.csv"));

    // A link to nothing says where that is, as does a chain of links that comes to no end.
    fs::remove_file(store.join("0f3a")).unwrap();
    let shown = load("own.toml").unwrap_err().render(false, 400);
    assert!(shown.contains("cannot be read: it is a link to store/0f3a, and there is no such file"), "{shown}");
    fs::remove_file(&table).unwrap();
    symlink("m.csv", &table).unwrap();
    assert_eq!(codes(load("own.toml")), ["unreadable"]);
}

#[test]
fn counts_have_limits() {
    let many = |what: &str, n: usize| (0..n).map(|i| format!("[[{what}]]\nid = \"{what}{i}\"\n")).collect::<String>();
    let scenario = |members, candidates| {
        text(&format!("title = \"x\"\n{}{}", many("member", members), many("candidate", candidates)))
    };
    assert_eq!(scenario(256, 64), [""; 0]);
    assert_eq!(scenario(257, 64), ["too-many"]);
    assert_eq!(scenario(256, 65), ["too-many"]);
    assert_eq!(scenario(20_000, 1), ["too-many"]);
    let traits: String = (0..300).map(|i| format!("t{i} = 1, ")).collect();
    let traits = format!("[[candidate]]\nid = \"c\"\ntraits = {{ {}}}", traits.trim_end_matches(", "));
    assert_eq!(text(&format!("title = \"x\"\n[[member]]\nid = \"m\"\n{traits}")), ["too-many"]);
}

/// A small file would otherwise become gigabytes of members.
#[test]
fn blocs_that_say_too_much_are_refused() {
    let bloc = |id: &str, size: usize, values: usize| {
        let ideal: Vec<_> = (0..values).map(|i| format!("d{i}=1")).collect();
        format!("[[bloc]]\nid = \"{id}\"\nsize = {size}\nideal = {{{}}}\n", ideal.join(","))
    };
    let scenario = |blocs: &str| flood(&format!("title = \"x\"\n[[candidate]]\nid = \"c\"\n{blocs}"), &[]);
    let refused = |blocs: &str, line: &str| {
        let (kept, _, shown) = scenario(blocs);
        assert_eq!(kept, ["too-long"], "{shown}");
        assert!(shown.contains("at most 4194304 are possible") && shown.contains(line), "{shown}");
    };
    refused(&bloc("a", 256, 85_000), "flood.toml:5:");
    // No bloc says too much for itself.
    refused(&(bloc("a", 100, 4000) + &bloc("b", 110, 4400)), "flood.toml:9:");
    // As much as one member may say, or many; what is wrong is the number of dimensions.
    for blocs in [bloc("a", 1, 200_000), bloc("a", 256, 2000)] {
        let (kept, _, shown) = scenario(&blocs);
        assert_eq!(kept, ["too-many"]);
        assert!(shown.contains("dimensions in `ideal`"), "{shown}");
    }
}

/// Of a small file a large tree would be built, and of every assumption another one.
#[test]
fn what_is_too_much_is_counted_before_it_is_built() {
    let body = "title = \"x\"\n[[member]]\nid = \"m\"\n[[candidate]]\nid = \"c\"\n";
    let refused = |rest: &str, words: &str| {
        let (kept, all, shown) = flood(&format!("{body}{rest}"), &[]);
        assert_eq!((kept.as_slice(), all), (["too-many"].as_slice(), 1), "{shown}");
        assert!(shown.contains(words), "{shown}");
    };
    let rule =
        |conditions: usize| format!("[[stage]]\nappoint = {{ all = [{}] }}\n", "\"no_veto\",".repeat(conditions));
    assert_eq!(text(&format!("{body}{}", rule(255))), [""; 0]);
    refused(&rule(256), "a rule has 257 conditions; at most 256 are possible");
    let nested = format!("[[stage]]\nappoint = {{ any = [{}] }}\n", "{ all = [\"no_veto\"] },".repeat(130));
    refused(&nested, "a rule has 261 conditions");
    refused(&rule(2049), "a list has 2049 entries; at most 2048 are possible");
    refused(&rule(600_000), "the file has more than 500000 values and keys");
    let groups = format!("[[member]]\nid = \"n\"\ngroups = [{}]\n", "\"g\",".repeat(3000));
    refused(&groups, "a list has 3000 entries");
    refused(&"[support.m]\n".repeat(600_000), "the file has more than 500000 values and keys");
    refused(&" \n".repeat(2_000_001), "the file has more than 4000000 words, signs, spaces and line ends");
    let vetoes = "{ veto = { default = \"absolute\" } },".repeat(129);
    let event = format!("[[event]]\nname = \"e\"\nprobability = 0.5\neffects = [{vetoes}]\n");
    refused(&event, "129 effects are vetoes; at most 128 are possible");
    let measures: Vec<_> = (0..256).map(|i| format!("m{i}=1")).collect();
    let members: String =
        (0..255).map(|i| format!("[[member]]\nid = \"m{i}\"\nmeasures = {{{}}}\n", measures.join(","))).collect();
    let assumptions = |n: usize| (1..n).map(|i| format!("[[assumption]]\nname = \"a{i}\"\n")).collect::<String>();
    refused(&(members + &assumptions(64)), "values under each of 64 assumptions; at most 2097152 are possible in all");
}

#[test]
fn a_flood_of_problems_ends() {
    let flood: String = (0..20_000).map(|i| format!("nobody{i} = {{ noone = {i} }}\n")).collect();
    let assumptions: String = (0..40).map(|i| format!("[[assumption]]\nname = \"a{i}\"\n")).collect();
    let error =
        Scenario::from_text("flood.toml", &format!("{FULL}\n{assumptions}[support]\n{flood}"), None).unwrap_err();
    assert!(error.render(false, 100).contains("more\n"));
}

/// The problems of `text` and of `tables`, files beside it: how many are kept and counted, and what is shown of them.
fn flood(text: &str, tables: &[(&str, &str)]) -> (Vec<&'static str>, usize, String) {
    let folder = tempfile::tempdir().unwrap();
    for (name, table) in tables {
        fs::write(folder.path().join(name), table).unwrap();
    }
    let Err(LoadError::Invalid(problems)) =
        Scenario::from_text("flood.toml", text, Some(Tables::Folder(folder.path())))
    else {
        panic!("not refused as a whole");
    };
    let shown = problems.render(false, 100);
    assert!(problems.iter().count() <= 2000 && shown.len() < 200_000, "{}", shown.len());
    (problems.iter().map(|problem| problem.code.name()).collect(), problems.len(), shown)
}

#[test]
fn floods_are_counted_but_not_kept() {
    let body = "title = \"x\"\n[[member]]\nid = \"m\"\n[[candidate]]\nid = \"c\"\n";
    let unknown: String = (0..30_000).map(|i| format!("u{i} = {{}}\n")).collect();
    let (kept, all, shown) = flood(&format!("{body}[support]\n{unknown}"), &[]);
    assert_eq!((kept.len(), all), (2000, 30_000));
    assert!(kept.iter().all(|code| *code == "unknown-name"), "{kept:?}");
    assert!(shown.ends_with("… and 29900 more\n30000 errors in flood.toml\n"), "{shown}");
    assert!(shown.matches("= help: ").count() < 100, "not searched for every time");

    let (kept, all, _) = flood(&"=\n".repeat(50_000), &[]);
    assert!(kept.len() <= 1001 && all >= 50_000, "{} of {all}", kept.len());
    assert!(kept.iter().all(|code| *code == "syntax"), "{kept:?}");

    assert_eq!(flood(&"=\n".repeat(500_000), &[]).0, ["syntax"], "of so long a text only the first");

    let settings: String = (0..30_000).map(|i| format!("\"member.u{i}.home\" = 1\n")).collect();
    let (kept, all, _) = flood(&format!("{body}[[assumption]]\nname = \"a\"\n[assumption.set]\n{settings}"), &[]);
    assert!(kept.len() == all && all == 1000, "{} of {all}", kept.len());
}

#[test]
fn problems_repeated_under_many_assumptions_are_one() {
    let body = "title = \"x\"\n[[member]]\nid = \"m\"\n[[candidate]]\nid = \"c\"\n";
    let wrong: String = (0..90).map(|i| format!("u{i} = {{}}\n")).collect();
    let assumptions: String = (0..9).map(|i| format!("[[assumption]]\nname = \"a{i}\"\n")).collect();
    let last = "[[assumption]]\nname = \"z\"\nset = { \"veto.n\" = \"none\" }\n";
    let (kept, all, shown) = flood(&format!("{body}{assumptions}{last}[support]\n{wrong}"), &[]);
    assert_eq!((kept.len(), all), (91, 91));
    assert_eq!(shown.matches("= help: ").count(), 91, "each still has its help");
}

#[test]
fn names_too_long_to_be_names_are_not_compared() {
    let long = |c: &str| c.repeat(50_000);
    let text = format!(
        "title = \"x\"\n[[member]]\nid = \"m\"\n[[candidate]]\nid = \"{}\"\n[[candidate]]\nid = \"c\"\n[support.m]\n{} \
         = 1\n",
        long("a"),
        long("ab"),
    );
    let (kept, _, shown) = flood(&text, &[]);
    assert_eq!(kept, ["bad-name", "unknown-name"]);
    assert!(shown.contains("help: the candidates are: `c`\n"), "{shown}");
    for key in ["title", "summary"] {
        let text = format!("{key} = \"{}\"\n[[member]]\nid = \"m\"\n[[candidate]]\nid = \"c\"\n", long("w"));
        let title = if key == "title" { "" } else { "title = \"x\"\n" };
        assert_eq!(flood(&format!("{title}{text}"), &[]).0, ["too-long"], "{key}");
    }
}

#[test]
fn tables_beyond_every_limit_are_refused_before_they_are_read() {
    let text = "title = \"x\"\n[tables]\nmembers = \"m.csv\"\n[[candidate]]\nid = \"c\"\n";
    let one = |table: &str| {
        let (kept, all, shown) = flood(text, &[("m.csv", table)]);
        assert_eq!((kept.as_slice(), all), (["too-many"].as_slice(), 1), "{shown}");
        shown
    };
    assert!(one(&format!("id{}\n", ",x".repeat(200_000))).contains("200001 cells; at most 1024"));
    assert!(one(&format!("id\nm{}x\n", ",".repeat(200_000))).contains("row 2: too many"));
    assert!(one(&format!("id,name\n{}", "m\n".repeat(200_000))).contains("more than 1024 rows"));
    let ragged = format!("id,name\n{}", "m\n".repeat(1023));
    assert_eq!(flood(text, &[("m.csv", &ragged)]).1, 1023);
}

#[test]
fn effects_beyond_number_are_refused() {
    let effects = "{ points = 1 },".repeat(1025);
    let text = format!(
        "title = \"x\"\n[[member]]\nid = \"m\"\n[[candidate]]\nid = \"c\"\n[[event]]\nname = \"e\"\nprobability = 0.5\n\
         effects = [{effects}]\n"
    );
    let (kept, _, shown) = flood(&text, &[]);
    assert_eq!(kept, ["too-many"], "{shown}");
    assert!(shown.contains("1025 effects"), "{shown}");
}

#[test]
fn support_for_too_many_candidates_is_not_looked_into() {
    let candidates: String = (0..5000).map(|i| format!("[[candidate]]\nid = \"c{i}\"\n")).collect();
    let text = format!("title = \"x\"\n[tables]\nsupport = \"s.csv\"\n[[member]]\nid = \"m\"\n{candidates}");
    let columns: String = (0..1000).map(|i| format!(",u{i}")).collect();
    let support = format!("member{columns}\nm{}\n", ",1".repeat(1000));
    assert_eq!(flood(&text, &[("s.csv", &support)]).0, ["too-many"]);
}

#[test]
fn absurd_settings_are_refused() {
    let set = |path: &str| text(&format!("{FULL}\n[[assumption]]\nname = \"zz\"\nset = {{ {path:?} = 1 }}"));
    assert_eq!(set(&vec!["support"; 10_000].join(".")), ["bad-setting"]);
    assert_eq!(set(""), ["bad-setting"]);
    assert_eq!(set("."), ["bad-setting"]);
    assert_eq!(set("member."), ["bad-setting"]);
    assert_eq!(set("member.USA."), ["bad-setting"]);
}

/// Any damage to a scenario is either harmless or reported; nothing panics.
fn survives(damaged: &[u8]) {
    if let Err(error) = Scenario::from_bytes(Path::new("test.toml"), damaged, None) {
        let (plain, styled) = (error.render(false, 60), error.render(true, 200));
        assert!(!plain.is_empty() && !styled.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn flipped_bytes(flips in prop::collection::vec((0..FULL.len(), any::<u8>()), 1..6)) {
        let mut bytes = FULL.as_bytes().to_vec();
        for (at, byte) in flips {
            bytes[at] = byte;
        }
        survives(&bytes);
    }

    #[test]
    fn cut_short(at in 0..FULL.len()) {
        survives(&FULL.as_bytes()[..at]);
    }

    #[test]
    fn swapped_words(swaps in prop::collection::vec((0usize..2000, 0usize..2000), 1..6)) {
        let mut words: Vec<&str> = FULL.split_inclusive([' ', '\n', '.', '"', ',', '[', ']', '{', '}', '=']).collect();
        for (a, b) in swaps {
            let n = words.len();
            words.swap(a % n, b % n);
        }
        survives(words.concat().as_bytes());
    }

    #[test]
    fn swapped_values(swaps in prop::collection::vec((0usize..500, 0usize..500), 1..8)) {
        let mut lines: Vec<(&str, &str)> = FULL.lines().map(|line| line.split_once('=').unwrap_or((line, ""))).collect();
        for (a, b) in swaps {
            let n = lines.len();
            let (a, b) = (a % n, b % n);
            let (first, second) = (lines[a].1, lines[b].1);
            if !first.is_empty() && !second.is_empty() {
                (lines[a].1, lines[b].1) = (second, first);
            }
        }
        let text: String = lines.iter().map(|(key, value)| format!("{key}{}{value}\n", if value.is_empty() { "" } else { "=" })).collect();
        survives(text.as_bytes());
    }

    #[test]
    fn damaged_tables(members in "[a-z,;\"\\r\\n .0-9é]{0,80}", support in "(member|wallace|USA|1|,|\"|\r|\n|é|;){0,40}") {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("m.csv"), format!("id,name,home,groups\n{members}")).unwrap();
        fs::write(folder.path().join("s.csv"), support).unwrap();
        let text = format!("{FULL}\n[tables]\nmembers = \"m.csv\"\nsupport = \"s.csv\"\n");
        if let Err(error) = Scenario::from_text("test.toml", &text, Some(Tables::Folder(folder.path()))) {
            assert!(!error.render(true, 80).is_empty());
        }
    }
}
