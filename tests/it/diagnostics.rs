//! What a reader sees of a wrong scenario: every kind of problem, rendered, carets and all.
//!
//! Each snapshot is a theme with several cases; a case shows what was written (beyond a scenario
//! that is fine) and what is said about it.

use std::collections::BTreeSet;
use std::path::Path;

use nemcon::analysis::remarks_on;
use nemcon::codes::{Code, Example};
use nemcon::scenario::{LoadError, Problems, Scenario, Tables, read_poll};
use unicode_width::UnicodeWidthStr;

/// Two members, two candidates, nothing wrong; cases add to it.
const FINE: &str = r#"
[[member]]
id = "USA"
groups = ["west", "nuclear"]
measures = { population = 300, quota = 16.5 }

[[member]]
id = "FRA"
groups = ["west", "nuclear"]
measures = { population = 60 }

[[candidate]]
id = "wallace"
traits = { firmness = 2.0 }

[[candidate]]
id = "kallas"
"#;

/// Where the cases' own lines go.
#[derive(Clone, Copy)]
enum At {
    /// Above the members: keys of the whole scenario.
    Top,
    /// Below the candidates: sections.
    End,
    /// The case is the whole file.
    Whole,
}

use At::{End, Top, Whole};

fn said_about(at: At, written: &str) -> String {
    let text = match at {
        Top => format!("title = \"Test\"\n{written}\n{FINE}"),
        End => format!("title = \"Test\"\n{FINE}\n{written}\n"),
        Whole => written.to_owned(),
    };
    render(Scenario::from_text("test.toml", &text, None))
}

fn render(result: Result<Scenario, LoadError>) -> String {
    match result {
        Ok(scenario) => scenario.warnings.render(false, 100),
        Err(error) => error.render(false, 100),
    }
}

fn assert_snapshot(name: &str, said: &str) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(format!("diagnostics_{name}"), said);
    });
}

/// Asserts the snapshot of all `cases`, each a line or more of a scenario.
fn assert_said(theme: &str, cases: &[(At, &str)]) {
    let case = |(at, written): &(At, &str)| format!("<<< {}\n\n{}", written.trim(), said_about(*at, written));
    let all: Vec<_> = cases.iter().map(case).collect();
    assert_snapshot(theme, &all.join("\n\n"));
}

#[test]
fn a_fine_scenario_is_fine() {
    assert!(said_about(End, "").contains("no problems"));
}

#[test]
fn syntax() {
    let nested = format!("x = {}1{}", "[".repeat(90), "]".repeat(90));
    assert_said(
        "syntax",
        &[
            (Whole, "title = \"Test\nseed = 3\n"),
            (Top, "noise = normal\nseed = 1\nseed = 2"),
            (Top, "x = 1,5\ny = True\nz = von der Leyen\n= 3\nkey\nwörld = 1"),
            (End, "[veto]\nUSA = \"none\"\n[veto]\nFRA = \"none\""),
            (End, "[[stage]]\nfield = [\"wallace\" \"kallas\"]"),
            (Top, "sources = [\"a book\", \"a guess\"\nseed = 1\nrounds = 2"),
            (End, "[veto]\nUSA = { probability = 0.5\nFRA = \"none\""),
            (End, "[[stage]]\nfield = [\n  \"wallace\"\n  \"kallas\",\n]\nrepeat = three"),
            (End, "[[stage]]\nfield = [\"wallace\",\n"),
            (Top, &nested),
        ],
    );
}

#[test]
fn polls() {
    let stage = "[[stage]]\nname = \"straw\"\nrepeat = 2\n[[stage]]\nname = \"vote\"\nballot = \"choice\"\nmembers = [\"USA\"]\n\
                 field = [\"kallas\"]\nappoint = \"majority\"\n";
    let poll = |more: &str| format!("{stage}[[poll]]\nname = \"first\"\n{more}");
    let row = |row: &str| poll(&format!("answers = {{ kallas = {{ {row} }} }}"));
    let two = |keys: &str| {
        let answers = "answers = { kallas = { encourage = 1 } }";
        poll(&format!("ballot = 2\ndate = \"2023-07-02\"\n{answers}\n[[poll]]\nname = \"second\"\n{keys}\n{answers}"))
    };
    let cases = [
        poll(""),
        poll("answers = {}\nstages = 1"),
        poll("ballot = 3\nstage = \"strew\"\nanswers = { kalas = { encourage = 1 } }"),
        poll("ballot = 3\nanswers = { kallas = 1 }"),
        row("encourage = 2, object = 0, no_opinion = 1"),
        row("encourage = 1, object = 0, no_opinion = 0"),
        row("encourage = { at_least = 2 }, object = { at_least = 1 }"),
        row("encourage = { at_most = 1 }, object = 0, no_opinion = 0"),
        row("encourage = { at_least = 2, at_most = 1 }, object = \"none\", no_opinion = -1"),
        row("encourage = { atleast = 2 }, votes = 1"),
        row("encourage = 1.5, opposed = 1"),
        row("known = { FRE = \"object\", USA = \"against\", west = \"object\" }"),
        row("encourage = 2, known = { FRA = \"object\" }"),
        row("object = 0, no_opinion = 0, known = { FRA = \"no_opinion\" }"),
        row("object = 0, among = { west = { object = 1 } }"),
        row("encourage = 2, among = { FRA = { encourage = 0 } }"),
        row("among = { wset = { object = 1 }, FRA = { object = 2 } }"),
        row("known = { FRA = \"vote\" }"),
        poll("stage = \"vote\"\nanswers = { kallas = { encourage = 1 }, wallace = { votes = 1 } }"),
        poll("stage = \"vote\"\nanswers = { kallas = { votes = 2, known = { FRA = \"vote\" }, among = { FRA = { votes = 1 } } } }"),
        two("ballot = 2"),
        two("ballot = 1"),
        two("date = \"2023-07-01\"").replacen("ballot = 2\n", "", 1).replace("second\"", "second\"\nballot = 2"),
        two("name = \"first\"").replace("name = \"second\"\n", ""),
        poll("date = \"2023-02-29\"\nanswers = { kallas = { encourage = 1 } }"),
        "actual = \"kalas\"\ndecided = 2023-06-31".to_owned(),
        "actual = 1\ndecided = \"July 2023\"".to_owned(),
        "actual = \"no-consensus\"\ndecided = 2023-07-01T10:00:00\n[[assumption]]\nname = \"a\"\nset = { \"poll.first.ballot\" = 2 }".to_owned(),
        "decided = 2023-07-01\n".to_owned()
            + &poll("date = 2023-07-02\nanswers = { kallas = { encourage = 1 } }"),
    ];
    let cases: Vec<_> = cases.iter().map(|case| (Top, case.as_str())).collect();
    assert_said("polls", &cases);
}

/// Tables of polls beside a scenario with two of them.
#[test]
fn tables_of_polls() {
    let scenario = format!(
        "title = \"Test\"\n[[stage]]\nrepeat = 2\n[[poll]]\nname = \"first\"\ntable = \"p.csv\"\n\
         [[poll]]\nname = \"second\"\nballot = 2\ntable = \"p.csv\"\nanswers = {{ kallas = {{ object = 0 }} }}\n{FINE}"
    );
    let said = |csv: &str| {
        let tables = [("p.csv".to_owned(), csv.as_bytes().to_vec())].into();
        let said = render(Scenario::from_text("test.toml", &scenario, Some(Tables::Memory(&tables))));
        format!("<<<\n{}\n\n{said}", csv.trim())
    };
    let cases = [
        "poll,candidate,encourage,discourage\nfirst,kallas,1,\nsecond,kallas,2,\nthird,kallas,9,\n",
        "poll,candidate,encourage,known.USA,among.west.object.at_least\nfirst,kallas,1,object,1\nsecond,wallace,2,,\n",
        "candidate,encourage,objections\nkallas,1,FRA\n",
        "poll,candidate,encourage\nfirst,kallas,1\nfirst,kallas,1\n1st,kallas,2\n,wallace,1\nsecond,,1\n",
        "poll,candidate,discourage,object\nfirst,kallas,1,1\n",
        "poll,candidate,object\nfirst,kallas,many\nsecond,kallas,1\n",
        "poll,kandidat,object.most\nfirst,kallas,1\n",
        "poll,candidate,object,objections\nfirst,kallas,1,FRE\nsecond,wallace,1,FRA USA\n",
    ];
    let all: Vec<_> = cases.iter().map(|csv| said(csv)).collect();
    assert_snapshot("tables_of_polls", &all.join("\n\n"));
}

#[test]
fn the_whole_scenario() {
    assert_said(
        "whole",
        &[
            (Whole, ""),
            (Whole, "title = \"Only members\"\n[[member]]\nid = \"USA\""),
            (Top, "seed = -1\nrounds = 0"),
            (Top, "seed = 1.5\nsources = \"a book\"\nsummary = 3"),
            (Top, "rounds = 2_000_000_000_000\nseed = 99999999999999999999"),
            (Top, "rounds = 1e5\nseed = 18446744073709551615"),
            (Top, "roundz = 3\nauthor = \"me\""),
            (Top, "institution = 3"),
            (Top, "date = 2023-07-01\nsummary = 2023-07-01"),
            (Whole, "title = \"x\"\n[member]\nid = \"USA\"\n[[candidate]]\nid = \"a\""),
            (Top, "[tables]\nmembers = \"m.csv\""),
        ],
    );
}

#[test]
fn blocs() {
    let bloc = "[[bloc]]\nid = \"e\"\nsize = 3\n";
    assert_said(
        "blocs",
        &[
            (End, "[[bloc]]\nid = \"west\"\nsize = 2\n[[bloc]]\nid = \"USA\"\nsize = 2"),
            (End, &format!("{bloc}{bloc}")),
            (End, &format!("[[member]]\nid = \"e-02\"\n{bloc}")),
            (End, "[[bloc]]\nsize = 0\n[[bloc]]\nid = \"x\"\n[[bloc]]\nid = \"y z\"\nsize = 2.5"),
            (End, "[[bloc]]\nid = \"x\"\nsize = 1_000_000_000"),
            (End, "[[bloc]]\nid = \"x\"\nsize = 100\n[[bloc]]\nid = \"y\"\nsize = 155"),
            (
                End,
                &format!(
                    "{bloc}uncertainity = 2\naccept_at = -1\nhome = \"x\"\nideal = {{ left = 1 }}\n[[candidate]]\nid = \"p\"\nposition = {{ right = 1 }}"
                ),
            ),
            (End, "[bloc]\nid = \"e\"\nsize = 3"),
            (
                End,
                &format!(
                    "{bloc}[[assumption]]\nname = \"wide\"\nset = {{ \"bloc.e.size\" = 4, \"bloc.e.uncertainty\" = 2 }}"
                ),
            ),
            (
                End,
                &format!(
                    "{bloc}[[assumption]]\nname = \"a\"\nset = {{ \"bloc.e.id\" = \"f\", \"bloc.f.size\" = 2, \"bloc.e\" = 2, \"electors\" = 2, \"member.e-04.home\" = 1 }}"
                ),
            ),
        ],
    );
}

#[test]
fn institutions() {
    assert_said(
        "institutions",
        &[
            (Top, "electors = 3"),
            (Whole, "title = \"x\"\ninstitution = \"conclave\"\n[[candidate]]\nid = \"x\""),
            (Top, "institution = \"conclave\"\nelectors = 0"),
            (Top, "institution = \"conclave\"\nelectors = 3\n[[bloc]]\nid = \"elector\"\nsize = 4"),
            (Top, "institution = \"conclave\"\nelectors = 100\n[[bloc]]\nid = \"left\"\nsize = 101"),
            (Top, "institution = \"conclave\"\nelectors = 2\n[[bloc]]\nid = \"elector\"\nhome = 1"),
            (Top, "institution = \"conclave\"\n[[bloc]]\nid = \"elector\"\nhome = 1"),
        ],
    );
}

#[test]
fn numbers() {
    assert_said(
        "numbers",
        &[
            (Top, "[preferences]\nuncertainty = nan\nsalience = -inf\nhome = 1e300\ncommon_sd = -0.5"),
            (Top, "[preferences]\nuncertainty = \"1.0\"\nhome = [1]\naccept_at = true"),
            (
                End,
                "[[candidate]]\nid = \"c\"\navailability = 1.2\nenters = 0\nreserve = \"true\"\nwithdraws_below = 30",
            ),
            (End, "[[candidate]]\nid = \"c\"\nenters = 2.5\nwithdraws_if_vetoed = -0.1\nwithdraws_below = 1e-3"),
            (
                End,
                "[[member]]\nid = \"m\"\nmeasures = { gdp = -3, quota = 1e3, population = 0.1234567, area = \"big\" }",
            ),
            (End, "[dynamics]\nmemory = 1.1\naccommodation = { holdouts = 0, probability = 2 }"),
            (End, "[dynamics]\naccommodation = { holdout = 1 }"),
            (Top, "[preferences]\nuncertainty = 0x8e0000000000000000000000000000000001\nhome = 1e999"),
            (End, "[[member]]\nid = \"m\"\naccept_at = -1\nobject_at = 0.5"),
            (Top, "[preferences]\nobject_at = 1"),
        ],
    );
}

#[test]
fn names() {
    let long = format!("[[member]]\nid = \"{}\"", "m".repeat(65));
    assert_said(
        "names",
        &[
            (End, "[[member]]\nid = \"USA\"\n[[candidate]]\nid = \"kallas\""),
            (End, "[[member]]\nid = \"U S A\"\n[[member]]\nid = \"default\"\n[[candidate]]\nid = \"no-consensus\""),
            (End, &long),
            (End, "[[member]]\nname = \"no id\"\n[[candidate]]\nid = 7"),
            (End, "[[member]]\nid = \"m\"\ngroups = [\"FRA\", \"the west\"]"),
            (End, "[[member]]\nid = \"m\"\ngroups = \"west\"\nmeasures = { members = 1 }"),
            (End, "[[member]]\nid = \"m\"\nprioritty = { firmness = 1 }\npriority = { firmnes = 1 }"),
            (End, "[[member]]\nid = \"m\"\nuncertainty_about = { kalas = 2 }"),
            (End, "[[candidate]]\nid = \"c\"\nhome = \"usa\""),
            (Top, "[preferences]\ngroup_sd = { wests = 1 }\ntrait_sd = { warmth = 1 }\nnoise = \"Normal\""),
            (End, "[support.USB]\nwallace = 1\n[support.west]\nwalace = \"2\""),
            (End, "[support]\nUSA = 3"),
            (End, "[[member]]\nid = \"m\"\ngroups = [\"nuklear\", \"west\"]"),
            (End, "[[member]]\nid = \"m\"\ngroups = [\"island-states\"]"),
            (
                End,
                "[[member]]\nid = \"m\"\nideal = { x = 1, y = 1 }\n[[candidate]]\nid = \"c\"\nposition = { x = 0, z = 1 }",
            ),
        ],
    );
}

#[test]
fn vetoes() {
    assert_said(
        "vetoes",
        &[
            (End, "[veto]\nUSB = \"absolute\"\ndefault = \"always\"\nFRA = true"),
            (End, "[veto]\nUSA = { probability = 1.5, cost = -1, agains = [\"kallas\"] }"),
            (End, "[veto]\nUSA = { against = [] }\nFRA = { against = [\"kallas\", \"kallas\", \"rutte\"] }"),
            (End, "[veto]\nwest = \"absolute\"\nnuclear = { probability = 0.5 }"),
            (End, "[veto]\nwest = \"absolute\"\nnuclear = { probability = 0.5 }\nFRA = \"none\""),
            (Top, "veto = \"absolute\""),
        ],
    );
}

#[test]
fn rules() {
    assert_said(
        "rules",
        &[
            (End, "[[stage]]\nappoint = \"concensus\""),
            (End, "[[stage]]\nappoint = 3\n[[stage]]\nappoint = \"none\""),
            (End, "[[stage]]\nappoint = { share = { at_least = 55 } }"),
            (End, "[[stage]]\nappoint = { share = { at_least = \"two thirds\", base = \"present\" } }"),
            (End, "[[stage]]\nappoint = { share = { of = \"quota\", at_least = 0.5 } }"),
            (End, "[[stage]]\nappoint = { count = { of = \"populaton\", at_least = 1e2 } }"),
            (End, "[[stage]]\nappoint = { count = { of = \"population\" } }"),
            (End, "[[stage]]\nappoint = { objections = { at_least = 1 } }"),
            (End, "[[stage]]\nappoint = { all = [\"no_veto\"], any = [\"majority\"] }"),
            (End, "[[stage]]\nappoint = { all = [] }"),
            (End, "[[stage]]\nappoint = { either = [\"majority\", \"no_veto\"] }"),
            (End, "[[member]]\nid = \"m\"\n[[stage]]\nappoint = \"eu-qmv\""),
        ],
    );
}

#[test]
fn stages() {
    assert_said(
        "stages",
        &[
            (End, "[[stage]]\nname = \"a\"\n[[stage]]\nname = \"a\"\n[[stage]]\nname = \"b c\""),
            (End, "[[stage]]\nballot = \"vote\"\nchoose = \"best\"\ndrop = \"all\""),
            (End, "[[stage]]\nvotes = 2"),
            (End, "[[stage]]\ndrop = { keep = 0 }\n[[stage]]\ndrop = { below = 10 }\n[[stage]]\ndrop = { abve = 0.1 }"),
            (End, "[[stage]]\ndrop = 3\n[[stage]]\ndrop = { keep = 1, below = 0.5 }"),
            (End, "[[stage]]\nfield = []\n[[stage]]\nfield = [\"kallas\", \"kalas\", \"kallas\"]"),
            (End, "[[stage]]\nrepeat = 150\n[[stage]]\nrepeat = 51"),
            (End, "[[stage]]\nrepeat = 201\napoint = \"majority\""),
            (End, "[[stage]]\nrepeat = 2\ndrop = \"lowest\"\nfrom_ballot = 3\n[[candidate]]\nid = \"c\"\nenters = 9"),
        ],
    );
}

#[test]
fn events() {
    let event = |effects: &str| format!("[[event]]\nname = \"e\"\nprobability = 1\neffects = {effects}");
    let cases = [
        "[]\n[[event]]\nname = \"e\"\nprobability = 2\neffects = {}",
        "[{ points = 1, leaves = \"kallas\" }, {}]",
        "[{ joins = \"rutte\" }, { leaves = [\"kallas\"] }]",
        "[{ points = 1, members = [\"east\"], candidates = \"kallas\" }]",
        "[{ joins = \"kallas\", members = [\"USA\"] }]",
        "[{ veto = { UAE = \"none\" } }]",
    ]
    .map(event);
    let mut cases: Vec<_> = cases.iter().map(|case| (End, case.as_str())).collect();
    cases.push((End, "[[event]]\nname = \"e\""));
    assert_said("events", &cases);
}

#[test]
fn assumptions() {
    assert_said(
        "assumptions",
        &[
            (End, "[[assumption]]\nname = \"stated\"\n[[assumption]]\nname = \"a\"\n[[assumption]]\nname = \"a\""),
            (End, "[[assumption]]\nsummary = \"nameless\"\nvetoes = {}"),
            (End, "[[assumption]]\nname = \"a\"\nveto = { default = \"none\" }\namend = { USA = \"none\" }"),
            (End, "[[assumption]]\nname = \"a\"\namend = \"none\"\n[[assumption]]\nname = \"b\"\nset = 3"),
            (End, "[[assumption]]\nname = \"a\"\namend = { USB = \"absolute\" }"),
            (End, "[assumption]\nname = \"a\""),
        ],
    );
}

#[test]
fn settings() {
    let set = |path_and_value: &str| format!("[[assumption]]\nname = \"a\"\nset = {{ {path_and_value} }}");
    let cases = [
        "seed = 3",
        "\"member.USA.id\" = \"US\"",
        "\"member.USB.home\" = 1",
        "\"member.USA\" = 1",
        "\"stage.extension.repeat\" = 2",
        "\"stage.ballot.repeat\" = 0",
        "\"stage.ballot.apoint\" = \"majority\"",
        "stage.ballot.appoint = \"majority\"",
        "\"event.war.probability\" = 1",
        "\"preference.uncertainty\" = 2",
        "\"preferences.uncertanty\" = 2",
        "\"preferences.uncertainty\" = \"much\"",
        "\"preferences\" = 1",
        "\"candidate.wallace.availability.x\" = 1, \"candidate.wallace.availability\" = 1",
        "\"veto.USA.probability\" = 0.5",
        "\"veto.USB\" = \"none\"",
        "\"support.USA.rutte\" = 1",
        "\"dynamics..memory\" = 1",
    ]
    .map(set);
    assert_said("settings", &cases.iter().map(|case| (End, case.as_str())).collect::<Vec<_>>());
}

#[test]
fn too_long() {
    let long = |key: &str, n: usize| format!("{key} = \"{}\"", "word ".repeat(n / 5) + "!");
    let body = "[[member]]\nid = \"m\"\n[[candidate]]\nid = \"c\"";
    let sources: String = (0..1001).map(|i| format!("    \"{i}\",\n")).collect();
    assert_said(
        "too_long",
        &[
            (Whole, &format!("{}\n{}\n{body}", long("title", 200), long("summary", 4000))),
            (Top, &format!("sources = [\n    \"a book\",\n    {},\n]", long("x", 4000).trim_start_matches("x = "))),
            (
                End,
                &format!(
                    "[[member]]\nid = \"m\"\n{}\n[[candidate]]\nid = \"c\"\n{}",
                    long("name", 200),
                    long("name", 300)
                ),
            ),
            (End, &format!("[[assumption]]\nname = \"a\"\n{}", long("summary", 4000))),
        ],
    );
    let said = said_about(Top, &format!("sources = [\n{sources}]"));
    assert!(said.contains("1001 sources; at most 1000") && said.contains("test.toml:1003:5"), "{said}");
}

#[test]
fn too_many() {
    let members: String = (0..255).map(|i| format!("[[member]]\nid = \"m{i}\"\n")).collect();
    let candidates: String = (0..63).map(|i| format!("[[candidate]]\nid = \"c{i}\"\n")).collect();
    let assumptions: String = (0..64).map(|i| format!("[[assumption]]\nname = \"a{i}\"\n")).collect();
    let stages = "[[stage]]\n".repeat(201);
    let numbered = |n: usize| (0..n).map(|i| format!("n{i} = 1")).collect::<Vec<_>>().join(", ");
    let measures = format!("[[member]]\nid = \"m\"\nmeasures = {{\n{}\n}}", numbered(256).replace(", ", ",\n"));
    let dimensions = format!("[[member]]\nid = \"m\"\nideal = {{\n{}\n}}", numbered(257).replace(", ", ",\n"));
    let said = [members, candidates, assumptions, stages, measures, dimensions].map(|case| said_about(End, &case));
    assert_snapshot("too_many", &said.join("\n\n"));
}

/// Fixtures that are whole files with tables beside them.
#[test]
fn tables() {
    for name in [
        "tables_wrong_cells",
        "tables_wrong_shapes",
        "tables_missing",
        "tables_encodings",
        "tables_nameless_columns",
        "many_problems",
    ] {
        let path = format!("tests/fixtures/{}.toml", name.replace('_', "-"));
        assert_snapshot(name, &render(Scenario::load(Path::new(&path))));
    }
}

#[test]
fn colours_are_only_added() {
    let Err(error) = Scenario::from_text("test.toml", "title = 3", None) else { panic!("accepted") };
    let (plain, styled) = (error.render(false, 80), error.render(true, 80));
    assert!(!plain.contains('\u{1b}') && styled.contains('\u{1b}'));
}

#[test]
fn nothing_written_disturbs_the_terminal() {
    let wrong =
        "title = \"x\"\nseed = \"\u{202e}\" # \u{9b}31m\nx = \"\\u001b[31m\"\n[veto]\n\"\\u001b]0;t\\u0007\" = 1\n";
    let Err(error) = Scenario::from_text("te\u{1b}st.toml", wrong, None) else { panic!("accepted") };
    let rendered = error.render(false, 80);
    assert!(rendered.chars().all(|c| c == '\n' || !c.is_control()), "{rendered:?}");
    assert!(!rendered.contains('\u{202e}'));
}

/// The marks stand under what they mark, whatever columns the characters before them take.
#[test]
fn marks_stand_under_names_in_every_script() {
    for name in ["Čaputová", "日本", "Be\u{301}la", "Ngũgĩ"] {
        let said = said_about(Top, &format!("sources = [\"{name}\", 3]"));
        let lines: Vec<_> = said.lines().collect();
        let mark = lines.windows(2).find_map(|pair| Some((pair[0].find("3]")?, pair[0], pair[1].find('^')?, pair[1])));
        let (at, line, mark, marks) = mark.unwrap();
        assert_eq!(marks[..mark].width(), line[..at].width(), "{said}");
    }
}

#[test]
fn very_long_lines_are_cut_but_counted() {
    let wrong = format!("title = \"x\"\nx = [{}nan]{FINE}", format!("\"{}\", ", "ä".repeat(50)).repeat(2000));
    let wrong = format!("{wrong}[preferences]\ntrait_sd = {{ firmness = 1,{}b = 1 }}", " ".repeat(5000));
    let Err(error) = Scenario::from_text("test.toml", &wrong, None) else { panic!("accepted") };
    let rendered = error.render(false, 80);
    assert!(rendered.lines().all(|line| line.chars().count() < 300), "{rendered}");
    assert!(rendered.contains("test.toml:20:5027"), "{rendered}");
}

#[test]
fn only_positions_are_corrected_and_not_what_looks_like_them() {
    let lookalike = "\"test.toml:19:62\" = 1";
    let wrong =
        format!("title = \"x\"{FINE}[preferences]\ntrait_sd = {{ firmness = 1,{}{lookalike} }}", " ".repeat(5000));
    for styled in [false, true] {
        let Err(error) = Scenario::from_text("test.toml", &wrong, None) else { panic!("accepted") };
        let rendered = error.render(styled, 80);
        assert!(rendered.contains("no trait is called `test.toml:19:62`"), "{rendered}");
        assert!(rendered.contains("test.toml:19:5027"), "{rendered}");
    }
}

/// What is said about an example: the codes of its errors, warnings and remarks, and all of it as text.
fn said_about_example(example: &Example) -> (BTreeSet<Code>, String) {
    let folder = tempfile::tempdir().unwrap();
    let result = match example {
        Example::Added(_) | Example::Whole(_) => Scenario::from_text("example.toml", &example.scenario(), None),
        Example::Beside(_, files) => {
            for (name, bytes) in files {
                std::fs::write(folder.path().join(name), bytes).unwrap();
            }
            Scenario::from_text("example.toml", &example.scenario(), Some(Tables::Folder(folder.path())))
        }
        Example::Poll(poll) => {
            let path = folder.path().join("poll.csv");
            std::fs::write(&path, poll).unwrap();
            let scenario = Scenario::from_text("example.toml", &example.scenario(), None).unwrap();
            read_poll(&path, &scenario.assumptions[0]).map(|_| scenario)
        }
    };
    let problems = |problems: &Problems| problems.iter().map(|problem| problem.code).collect::<BTreeSet<_>>();
    match &result {
        Ok(scenario) => {
            let mut codes = problems(&scenario.warnings);
            codes.extend(remarks_on(&scenario.assumptions).iter().map(|remark| remark.kind.code()));
            (codes, scenario.warnings.render(false, 100))
        }
        Err(LoadError::Invalid(found) | LoadError::Unreadable { problems: Some(found), .. }) => {
            (problems(found), found.render(false, 100))
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn every_example_has_its_problem_and_no_other() {
    let wrong = Code::ALL.iter().filter_map(|&code| {
        let (found, said) = said_about_example(&code.example());
        (found != BTreeSet::from([code])).then(|| format!("{code}: {found:?}\n{said}"))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert_eq!(said_about_example(&Example::Added(String::new())).0, BTreeSet::new(), "what examples add to is fine");
}

#[test]
fn codes_are_listed_in_order_and_once() {
    let names: Vec<_> = Code::ALL.iter().map(|code| (code.severity(), code.name())).collect();
    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    let once: BTreeSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(once.len(), Code::ALL.len());
}

#[test]
fn the_page_of_codes_is_up_to_date() {
    let page = std::fs::read_to_string("docs/diagnostics.md").unwrap_or_default();
    assert!(page == nemcon::report::diagnostics::page(), "docs/diagnostics.md: run `cargo run --example generate`");
}
