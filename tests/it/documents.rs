//! The worked analyses in `docs`: their commands are run, their figures looked for in what they show.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder with the shipped scenarios, as one who follows the page has them.
fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for part in ["scenarios", "scenarios/data"] {
        fs::create_dir_all(folder.path().join(part)).unwrap();
        let files = fs::read_dir(repository().join(part)).unwrap().map(|entry| entry.unwrap().path());
        for file in files.filter(|file| file.is_file()) {
            fs::copy(&file, folder.path().join(part).join(file.file_name().unwrap())).unwrap();
        }
    }
    folder
}

/// The page in pieces: its fenced blocks with what they are, and the prose between them.
fn pieces(page: &str) -> (Vec<(&str, &str)>, Vec<&str>) {
    let mut parts = page.split("```");
    let mut prose = vec![parts.next().unwrap()];
    let mut blocks = Vec::new();
    while let Some(block) = parts.next() {
        blocks.push(block.split_once('\n').unwrap());
        prose.extend(parts.next());
    }
    (blocks, prose)
}

const COMPARING: &str = "docs/comparing-assumptions.md";

fn page(file: &str) -> String {
    fs::read_to_string(repository().join(file)).unwrap()
}

/// What a command of the page shows.
fn shown(folder: &Path, command: &str) -> String {
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("nemcon"), "{command}");
    let mut nemcon = Command::new(assert_cmd::cargo::cargo_bin!("nemcon"));
    let output = nemcon.current_dir(folder).args(words).output().unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().replace('\u{a0}', " ")
}

/// Figures with a decimal point or a per cent sign.
fn figures(prose: &str) -> Vec<String> {
    let text = prose.replace(['\u{a0}', '\n'], " ");
    let mut figures = Vec::new();
    let words: Vec<&str> = text.split(' ').collect();
    for (word, next) in words.iter().zip(words.iter().skip(1).chain([&""])) {
        let number = word.trim_matches(|c: char| !c.is_ascii_digit());
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if is_number && (number.contains('.') || next.starts_with('%')) {
            figures.push(number.to_owned());
        }
    }
    figures
}

#[test]
fn the_worked_analyses_show_what_the_program_says() {
    let files = [COMPARING, "docs/sweeps.md", "docs/packages.md", "docs/choosing-uncertainty.md"];
    files.into_iter().for_each(check);
}

fn check(file: &str) {
    let page = page(file);
    let (blocks, prose) = pieces(&page);
    let desk = desk();
    let mut everything = String::new();
    for (kind, block) in &blocks {
        if *kind != "console" {
            continue;
        }
        let (command, excerpt) = block.split_once('\n').unwrap();
        let output = shown(desk.path(), command.strip_prefix("$ ").unwrap());
        let mut rest = output.as_str();
        for line in excerpt.lines() {
            let found = rest.find(line).unwrap_or_else(|| panic!("`{line}` is not what `{command}` shows:\n{output}"));
            rest = &rest[found + line.len()..];
        }
        everything += &output;
    }
    let told: Vec<String> = prose.iter().flat_map(|prose| figures(prose)).collect();
    assert!(told.len() > 7, "{told:?}");
    let shown =
        |figure: &str| everything.split(|c: char| !c.is_ascii_digit() && c != '.').any(|number| number == figure);
    for figure in told {
        assert!(shown(&figure), "no command of {file} shows {figure}");
    }
}

#[test]
fn the_readme_shows_the_first_scenario() {
    let read = |file: &str| fs::read_to_string(repository().join(file)).unwrap();
    let first = read("scenarios/first-scenario.toml");
    assert_eq!(first.lines().count(), 10);
    assert!(read("README.md").contains(&format!("```toml\n{first}```\n")));
}

/// Runs where Python and matplotlib are at hand; `NEMCON_PYTHON` names an interpreter that must be.
#[test]
fn the_chart_can_be_drawn() {
    let required = std::env::var_os("NEMCON_PYTHON").map(PathBuf::from);
    let python = required.clone().unwrap_or_else(|| "python3".into());
    let at_hand = Command::new(&python).args(["-c", "import matplotlib"]).output().is_ok_and(|o| o.status.success());
    if !at_hand {
        assert!(required.is_none(), "{} has no matplotlib", python.display());
        return;
    }
    let page = page(COMPARING);
    let (blocks, _) = pieces(&page);
    let (_, code) = blocks.iter().find(|(kind, _)| *kind == "python").unwrap();
    assert!(code.lines().count() <= 10);
    let desk = desk();
    shown(desk.path(), "nemcon compare scenarios/nato-2023.toml --rounds 2000 --judgements 0 --out results");
    let output =
        Command::new(python).current_dir(desk.path()).env("MPLBACKEND", "Agg").args(["-c", code]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let chart = fs::read(desk.path().join("wallace.png")).unwrap();
    assert!(chart.starts_with(b"\x89PNG") && chart.len() > 5000);
}

/// Whoever cites the program cites the version that they have.
#[test]
fn the_citation_names_this_version() {
    let citation = page("CITATION.cff");
    assert!(citation.starts_with("cff-version: 1.2.0\n"));
    let versions: Vec<&str> = citation.lines().filter_map(|line| line.strip_prefix("version: ")).collect();
    assert_eq!(versions, [env!("CARGO_PKG_VERSION")]);
}
