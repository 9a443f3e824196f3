//! The table of keys where others use it: the JSON Schema, and the page of the format.

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use serde_json::Value;

use nemcon::scenario::institutions::{self, Institution, starter};
use nemcon::scenario::{Scenario, keys};

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(&keys::schema()).unwrap();
    jsonschema::draft7::meta::validate(&schema).unwrap();
    jsonschema::draft7::new(&schema).unwrap()
}

fn json(toml: &str) -> Value {
    toml::from_str(toml).unwrap_or_else(|error| panic!("{toml}\n{error}"))
}

fn repository(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn assert_valid(validator: &Validator, name: &str, toml: &str) {
    let errors: Vec<_> =
        validator.iter_errors(&json(toml)).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

#[test]
fn every_scenario_and_every_institution_is_valid() {
    let validator = validator();
    let scenarios = fs::read_dir(repository("scenarios")).unwrap().map(|entry| entry.unwrap().path());
    let scenarios: Vec<_> = scenarios.filter(|path| path.extension().is_some_and(|it| it == "toml")).collect();
    assert!(scenarios.len() >= 10);
    for path in scenarios.iter().chain([&repository("tests/fixtures/full.toml")]) {
        assert_valid(&validator, &path.display().to_string(), &fs::read_to_string(path).unwrap());
    }
    for name in institutions::names() {
        assert_valid(&validator, name, institutions::text(name).unwrap());
        assert_valid(&validator, name, &starter(Institution::find(name).as_ref()));
    }
    assert_valid(&validator, "a body of its own", &starter(None));
}

#[test]
fn what_changes_an_institution_need_not_say_all() {
    let text =
        "title = \"x\"\ninstitution = \"conclave\"\nelectors = 120\n[[bloc]]\nid = \"elector\"\nuncertainty = 1.5
        [dynamics]\naccommodation = { holdouts = 2 }\n[[event]]\nname = \"e\"\nprobability = 0.5";
    assert_valid(&validator(), "changes", text);
}

/// Lines above the members, and lines below the candidates.
fn scenario(top: &str, end: &str) -> String {
    format!(
        "title = \"Test\"\n{top}
[[member]]\nid = \"A\"\ngroups = [\"west\"]\nmeasures = {{ population = 300 }}
[[member]]\nid = \"B\"\ngroups = [\"west\"]\nmeasures = {{ population = 60 }}
[[candidate]]\nid = \"x\"\ntraits = {{ firmness = 2.0 }}\n[[candidate]]\nid = \"y\"\n{end}\n"
    )
}

/// Files whose shape is wrong: keys, types, choices and ranges.
#[rustfmt::skip]
const BROKEN: [(&str, &str); 62] = [
    ("roundz = 3", ""),
    ("seed = -1", ""),
    ("seed = 1.5", ""),
    ("rounds = 0", ""),
    ("rounds = 2_000_000_000_000", ""),
    ("summary = 3", ""),
    ("sources = \"a book\"", ""),
    ("sources = [\"a book\", 3]", ""),
    ("institution = \"natoo\"", ""),
    ("electors = 257\ninstitution = \"conclave\"", ""),
    ("tables = { suport = \"x.csv\" }", ""),
    ("tables = \"x.csv\"", ""),
    ("", "[preferences]\nnoise = \"normale\""),
    ("", "[preferences]\nuncertainty = -1"),
    ("", "[preferences]\nuncertainty = \"1\""),
    ("", "[preferences]\ntrait_sd = { firmness = -1 }"),
    ("", "[preferences]\ngroup_sd = 0.5"),
    ("", "[preferences]\nconcession = 0.5"),
    ("", "[preferences]\nhome = 2e9"),
    ("", "[[member]]\nname = \"C\""),
    ("", "[[member]]\nid = \"C D\""),
    ("", "[[member]]\nid = \"C\"\ngroups = \"west\""),
    ("", "[[member]]\nid = \"C\"\nuncertainity = 1"),
    ("", "[[member]]\nid = \"C\"\nmeasures = { population = \"many\" }"),
    ("", "[[member]]\nid = \"C\"\nmeasures = { population = -1 }"),
    ("", "[[member]]\nid = \"C\"\nsize = 2"),
    ("", "[[bloc]]\nid = \"e\"\nsize = 0"),
    ("", "[[bloc]]\nid = \"e\"\nsize = 2.5"),
    ("", "[bloc]\nid = \"e\"\nsize = 3"),
    ("", "[[candidate]]\nid = \"z\"\navailability = 1.5"),
    ("", "[[candidate]]\nid = \"z\"\nreserve = \"yes\""),
    ("", "[[candidate]]\nid = \"z\"\nwithdraws_below = 1.5"),
    ("", "[[candidate]]\nid = \"z\"\nwithdraws_below = \"a third\""),
    ("", "[[candidate]]\nid = \"z\"\nenters = 201"),
    ("", "[support.A]\nx = \"much\""),
    ("", "[support]\nA = 1"),
    ("", "[[event]]\nname = \"e\"\nprobability = 2\neffects = [{ leaves = \"x\" }]"),
    ("", "[[event]]\nname = \"e\"\nprobability = 1\neffects = [{ leaves = \"x\", joins = \"y\" }]"),
    ("", "[[event]]\nname = \"e\"\nprobability = 1\neffects = [{ members = [\"A\"] }]"),
    ("", "[[event]]\nname = \"e\"\nprobability = 1\neffects = { leaves = \"x\" }"),
    ("", "[[stage]]\nrepeat = 201"),
    ("", "[[stage]]\nballot = \"vote\""),
    ("", "[[stage]]\nappoint = \"consensuss\""),
    ("", "[[stage]]\nappoint = { count = { at_leest = 3 } }"),
    ("", "[[stage]]\nappoint = { share = { at_least = 0 } }"),
    ("", "[[stage]]\nappoint = { all = [] }"),
    ("", "[[stage]]\nappoint = { any = [\"no_veto\", { all = [{ share = { at_least = 0.5, base = \"some\" } }] }] }"),
    ("", "[[stage]]\nappoint = { count = { at_least = 3 }, objections = { at_most = 1 } }"),
    ("", "[[stage]]\ndrop = \"highest\""),
    ("", "[[stage]]\ndrop = { keep = 2, below = 0.1 }"),
    ("", "[[stage]]\nfield = \"x\""),
    ("", "[dynamics]\nmemory = 1.1"),
    ("", "[dynamics]\naccommodation = { holdouts = 0, probability = 0.5 }"),
    ("", "[veto]\nA = \"absolut\""),
    ("", "[veto]\nwest = { probability = 0.5, costs = 1 }"),
    ("", "[[assumption]]\nname = \"a\"\nset = { seed = 1 }"),
    ("actual = 1", ""),
    ("decided = \"July 2023\"", ""),
    ("", "[[poll]]\nname = \"p\"\nanswers = { x = { encourage = \"two\" } }"),
    ("", "[[poll]]\nname = \"p\"\nanswers = { x = { encourage = { at_leest = 2 } } }"),
    ("", "[[poll]]\nname = \"p\"\nanswers = { x = { known = { A = \"yes\" } } }"),
    ("", "[[poll]]\nname = \"p\"\nanswers = { x = { among = { west = { objekt = 1 } } } }"),
];

#[test]
fn files_broken_in_shape_are_valid_neither_to_the_schema_nor_to_the_reader() {
    let validator = validator();
    let is_read = |text: &str| Scenario::from_text("test.toml", text, None).is_ok();
    let fine = scenario("", "");
    assert!(validator.is_valid(&json(&fine)) && is_read(&fine));
    let untitled = fine.replacen("title", "# ", 1);
    let long = scenario(&format!("summary = \"{}\"", "x".repeat(4001)), "");
    let whole = [untitled, long, scenario("", &format!("[[member]]\nid = \"{}\"", "x".repeat(65)))];
    for text in BROKEN.iter().map(|(top, end)| scenario(top, end)).chain(whole) {
        assert!(!validator.is_valid(&json(&text)), "the schema takes\n{text}");
        assert!(!is_read(&text), "the reader takes\n{text}");
    }
}

#[test]
fn the_page_of_the_format_has_the_tables_of_keys() {
    let page = fs::read_to_string(repository("docs/scenario-format.md")).unwrap();
    assert_eq!(
        keys::write_page(&page),
        Ok(page.clone()),
        "docs/scenario-format.md: run `cargo run --example generate`"
    );
    // Every key is on it.
    for section in keys::SCENARIO.with_all_below() {
        for key in section.keys {
            assert!(page.contains(&format!("`{}`", key.name)), "{} of {}", key.name, section.name);
        }
    }
}

#[test]
fn a_page_with_a_table_that_there_is_not_is_not_written() {
    assert_eq!(keys::write_page("<!-- keys: mumber -->\n<!-- end of keys -->"), Err("mumber".to_owned()));
    assert_eq!(keys::write_page("<!-- keys: member -->\n"), Err("member".to_owned()));
    let written = keys::write_page("a\n<!-- keys: drop -->\nold\n<!-- end of keys -->\nz").unwrap();
    assert!(written.starts_with("a\n<!-- keys: drop -->\n\n| key |") && written.ends_with("<!-- end of keys -->\nz"));
    assert!(!written.contains("old") && written.contains("| `keep` |"));
}
