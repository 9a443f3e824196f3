//! `nemcon report` and `nemcon explore`: pages.

use std::fs;

use crate::common::Desk;

const SCENARIO: &str = "title = \"Three\"\nseed = 3\nmember = [{ id = \"A\" }, { id = \"B\" }, { id = \"C\" }]
candidate = [{ id = \"jo\", name = \"Jo\" }, { id = \"kim\" }]
support = { A = { jo = 1.0 }, B = { jo = 1.5 }, C = { jo = -1.0 } }
veto = { C = \"absolute\" }
assumption = [{ name = \"without-C\", amend = { C = \"none\" } }]
";

fn desk() -> Desk {
    Desk::with(&[("three.toml", SCENARIO)])
}

fn page(desk: &Desk, options: &str) -> String {
    let output = desk.ends(&format!("report three.toml --rounds 500 --out page.html --force {options}"), 0, "");
    assert!(output.stdout.is_empty(), "the page goes to its file alone");
    fs::read_to_string(desk.path("page.html")).unwrap()
}

#[test]
fn the_same_inputs_are_the_same_bytes_on_any_number_of_threads() {
    let desk = desk();
    let page = |options| page(&desk, options);
    let first = page("--threads 1");
    assert_eq!(first, page("--threads 2"));
    assert_ne!(first, page("--seed 4"));
    assert!(first.contains("nemcon report three.toml --rounds 500 --seed 3 --out page.html"), "how to repeat it");
    assert!(first.contains("contains the whole scenario, notes included"));
    assert!(first.contains("id=\"engine\"") && first.contains("id=\"scenario\""));
}

#[test]
fn a_static_page_runs_nothing() {
    let page = page(&desk(), "--static");
    assert!(!page.contains("<script") && !page.contains("id=\"panel\""));
    assert!(page.contains("default-src 'none'") && !page.contains("script-src"));
    assert!(page.contains("href=\"data:text/csv"), "tables can be saved without any script");
    assert!(page.contains("--out page.html --static"));
}

#[test]
fn a_page_has_the_parts_and_the_title_asked_for() {
    let desk = desk();
    let few = page(&desk, "--static --sections methods,chosen --title Mine");
    assert_eq!(few.matches("<section").count(), 2);
    assert!(few.contains("<title>Mine</title>") && few.contains("<h1><bdi>Mine</bdi></h1>"));
    assert!(page(&desk, "--static").contains("As written, "));
    let changed = page(&desk, "--static --set support.C.jo=1");
    assert!(changed.contains("support.C.jo = 1") && changed.contains("As changed, "));
    let empty = "note: section `judgements` has nothing to show and is left out\n";
    let output = desk.ends("report three.toml --rounds 500 --out some.html --sections judgements,chosen", 0, empty);
    assert_eq!(String::from_utf8_lossy(&output.stderr).matches("left out").count(), 1);
    desk.ends("report three.toml --out other.html --sections chosn", 2, "chosen");
    desk.ends("report three.toml --out other.html --judgements 32", 2, "judgement");
}

#[test]
fn a_page_is_written_whole_or_not_at_all() {
    let desk = desk();
    desk.ends("report three.toml", 2, "--out");
    let output = desk.command("report three.toml --out three.toml --force").output().unwrap();
    assert!(!output.status.success(), "a page never takes the place of its scenario");
    assert_eq!(fs::read_to_string(desk.path("three.toml")).unwrap(), SCENARIO);
    desk.ends("report three.toml --out nowhere/page.html", 73, "nowhere");
    fs::write(desk.path("page.html"), "mine").unwrap();
    desk.ends("report three.toml --rounds 10 --out page.html", 73, "--force");
    assert_eq!(fs::read_to_string(desk.path("page.html")).unwrap(), "mine");
    assert!(!desk.has_unfinished_files("."));
}

/// What a question cannot be asked of is left out, and the page is there.
#[test]
fn where_members_look_ahead_nothing_is_said_of_leverage() {
    let desk = desk();
    let patient = SCENARIO.replace(
        "veto =",
        "dynamics = { foresight = 0.5 }\nstage = [{ name = \"talks\", repeat = 2, appoint = \"consensus\" }]\nveto =",
    );
    fs::write(desk.path("patient.toml"), patient).unwrap();
    desk.ends("report patient.toml --rounds 500 --out patient.html", 0, "");
    let written = fs::read_to_string(desk.path("patient.html")).unwrap();
    assert!(!written.contains("<section id=\"leverage\"") && written.contains("<section id=\"influence\""));
    assert!(page(&desk, "").contains("<section id=\"leverage\""));
}

/// Where there is no browser the path is printed, and the page is there.
#[cfg(target_os = "linux")]
#[test]
fn explore_prints_where_the_page_is_if_nothing_opens_it() {
    let desk = desk();
    let mut command = desk.command("explore three.toml --rounds 200 --quiet");
    let output = command.env("PATH", desk.path("")).env("TMPDIR", desk.path("")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let path = String::from_utf8(output.stdout).unwrap();
    assert!(fs::read_to_string(path.trim()).unwrap().contains("<title>Three</title>"), "{path}");
}
