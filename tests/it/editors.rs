//! What editors, shells and `man` are given.

use std::fs;

use crate::common::Desk;

const SCHEMA: &str = "nemcon.schema.json";
const LINE: &str = "#:schema ./nemcon.schema.json\n";

#[test]
fn the_schema_is_shown() {
    let shown = Desk::with(&[]).ends("schema", 0, "").stdout;
    assert_eq!(String::from_utf8(shown).unwrap(), nemcon::scenario::keys::schema());
}

#[test]
fn a_new_scenario_names_the_schema_beside_it() {
    let desk = Desk::with(&[]);
    let read = |name: &str| fs::read_to_string(desk.path(name)).unwrap();
    fs::create_dir(desk.path("mine")).unwrap();
    desk.ends("new mine/a.toml", 0, "Wrote mine/nemcon.schema.json");
    assert!(read("mine/a.toml").starts_with(LINE));
    assert_eq!(read(&format!("mine/{SCHEMA}")), nemcon::scenario::keys::schema());
    // One that is there is left alone if it is the same, and renewed if it is another version's.
    let said = desk.ends("new mine/b.toml --institution nato", 0, "Fill in").stderr;
    assert!(!String::from_utf8(said).unwrap().contains("schema"));
    assert!(read("mine/b.toml").starts_with(LINE));
    fs::write(desk.path(SCHEMA), "{ \"$id\": \"urn:nemcon:scenario\", \"properties\": {} }").unwrap();
    desk.ends("new a.toml", 0, "Renewed nemcon.schema.json");
    assert_eq!(read(SCHEMA), nemcon::scenario::keys::schema());
    // Where the scenario exists, nothing is written.
    fs::remove_file(desk.path(SCHEMA)).unwrap();
    desk.ends("new a.toml", 73, "--force");
    assert!(!desk.path(SCHEMA).exists());
}

#[test]
fn what_is_no_schema_of_the_program_is_never_overwritten() {
    for stranger in ["", "{}", "{ \"$id\": \"urn:other\" }", "mine"] {
        let desk = Desk::with(&[(SCHEMA, stranger), ("a.toml", "")]);
        desk.ends("new a.toml --force", 0, "stays as it is");
        assert_eq!(fs::read_to_string(desk.path(SCHEMA)).unwrap(), stranger);
        assert!(fs::read_to_string(desk.path("a.toml")).unwrap().starts_with("# "));
        assert!(!desk.has_unfinished_files("."));
    }
    let desk = Desk::with(&[]);
    fs::create_dir(desk.path(SCHEMA)).unwrap();
    desk.ends("new a.toml", 0, "stays as it is");
    desk.ends("check a.toml", 0, "");
}

#[test]
fn there_is_a_script_for_every_shell() {
    let desk = Desk::with(&[]);
    let script = |shell: &str| String::from_utf8(desk.ends(&format!("completions {shell}"), 0, "").stdout).unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = script(shell);
        for word in ["leverage", "completions", "precision"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    // Wherever an assumption is asked for the scripts ask for names, and where a file is they leave it to the shell.
    let lines = |script: &str, option: &str, asks: &str| {
        let all: Vec<_> = script.lines().filter(|line| line.contains(option)).map(str::to_owned).collect();
        assert!(!all.is_empty() && all.iter().all(|line| line.contains(asks)), "{all:#?}");
    };
    let (zsh, fish, bash) = (script("zsh"), script("fish"), script("bash"));
    assert!(zsh.starts_with("#compdef nemcon\n") && zsh.contains("\n_nemcon_assumptions() {"));
    for option in ["assumption", "assumptions", "baseline"] {
        lines(&zsh, &format!("--{option}=["), ":_nemcon_assumptions'");
        lines(&fish, &format!(" -l {option} "), "-x -a '(__nemcon_assumptions)'");
    }
    assert!(zsh.contains(":scenario -- The scenario file, or - for standard input:_files'"), "{zsh}");
    assert!(bash.ends_with("complete -F _nemcon_or_assumption -o bashdefault -o default nemcon\n"));
    desk.ends("completions tcsh", 2, "possible values");
    desk.ends("completions", 2, "SHELL");
}

#[test]
fn the_scripts_are_told_the_assumptions_of_the_scenario_on_the_line() {
    let scenario = "title = \"x\"\nmember = [{ id = \"A\" }]\ncandidate = [{ id = \"x\" }]\n
        assumption = [{ name = \"one\" }, { name = \"two\" }]";
    let desk = Desk::with(&[("s.toml", scenario), ("broken.toml", "title = 3"), ("notes.txt", "x")]);
    let names =
        |words: &str| String::from_utf8(desk.ends(&format!("completions --names {words}"), 0, "").stdout).unwrap();
    assert_eq!(names("run s.toml --rounds 5 --assumption o"), "stated\none\ntwo\n");
    assert_eq!(names("nemcon compare --baseline one notes.txt broken.toml s.toml --assumptions"), "stated\none\ntwo\n");
    assert_eq!(names("run broken.toml --assumption"), "");
    assert_eq!(names("run missing.toml"), "");
    assert_eq!(names(""), "");
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let desk = Desk::with(&[]);
    desk.ends("man deep/man1", 0, "");
    let help = String::from_utf8(desk.ends("--help", 0, "").stdout).unwrap();
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let commands = commands.lines().take_while(|line| !line.is_empty());
    let commands: Vec<_> = commands.filter(|line| line.starts_with("  ") && !line.starts_with("   ")).collect();
    let mut pages = vec!["nemcon.1".to_owned()];
    pages.extend(commands.iter().filter_map(|line| {
        let command = line.split_whitespace().next()?;
        (command != "help").then(|| format!("nemcon-{command}.1"))
    }));
    pages.sort();
    let files = fs::read_dir(desk.path("deep/man1")).unwrap();
    let mut found: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    found.sort();
    assert!(pages.len() > 10 && found == pages, "{found:?} {pages:?}");
    let read = |name: &str| fs::read_to_string(desk.path("deep/man1").join(name)).unwrap();
    let page = read("nemcon-run.1");
    for words in [".TH nemcon-run 1", "\\fB\\-\\-assumption\\fR", "nemcon run scenarios/nato\\-2023.toml"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(read("nemcon.1").contains("nemcon\\-compare(1)"));
    // They are overwritten all or none, and only if asked.
    fs::write(desk.path("deep/man1/nemcon-run.1"), "mine").unwrap();
    desk.ends("man deep/man1", 73, "--force");
    assert_eq!(read("nemcon-run.1"), "mine");
    desk.ends("man deep/man1 --force", 0, "");
    assert_eq!(read("nemcon-run.1"), page);
    desk.ends("man deep/man1/nemcon.1", 73, "");
}
