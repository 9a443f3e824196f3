//! Preset institutions and blocs, as whoever writes a scenario meets them.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use nemcon::model::{MemberId, Model};
use nemcon::scenario::{LoadError, STATED, Scenario, Tables, institutions};

fn load(text: &str) -> Scenario {
    Scenario::from_text("test.toml", text, None).unwrap_or_else(|error| panic!("{}", error.render(false, 100)))
}

/// The scenario that is only this institution and two candidates.
fn bare(institution: &str) -> Scenario {
    let text = |electors: &str| {
        format!(
            "title = \"x\"\ninstitution = \"{institution}\"\n{electors}\n[[candidate]]\nid = \"a\"\n[[candidate]]\nid \
             = \"b\""
        )
    };
    Scenario::from_text("test.toml", &text(""), None).unwrap_or_else(|_| load(&text("electors = 120")))
}

fn ids(model: &Model) -> Vec<&str> {
    model.members.iter().map(|member| member.id.as_str()).collect()
}

#[test]
fn every_institution_is_fine_with_candidates_alone() {
    for name in institutions::names() {
        let scenario = bare(name);
        assert!(scenario.warnings.is_empty(), "{name}: {}", scenario.warnings.render(false, 100));
        assert_eq!(scenario.inputs[1].path, Path::new(&format!("institution {name}")));
    }
}

#[test]
fn whoever_mistypes_an_institution_is_told_which_there_are() {
    let Err(LoadError::Invalid(problems)) = Scenario::from_text("x.toml", "institution = \"konclave\"", None) else {
        panic!()
    };
    let said = problems.render(false, 1000);
    assert!(said.contains("did you mean `conclave`? the institutions are: "), "{said}");
    assert!(institutions::names().all(|name| said.contains(&format!("`{name}`"))), "{said}");
}

#[test]
fn every_institution_says_what_it_is_and_where_that_is_from() {
    let known = [
        "title",
        "summary",
        "sources",
        "preferences",
        "member",
        "bloc",
        "candidate",
        "support",
        "event",
        "stage",
        "dynamics",
        "veto",
        "assumption",
    ];
    let mut before = "";
    for name in institutions::names() {
        assert!(before < name, "{name} is out of order");
        before = name;
        let table: toml::Table = institutions::text(name).unwrap().parse().unwrap();
        let strange: Vec<_> = table.keys().filter(|key| !known.contains(&key.as_str())).collect();
        assert!(strange.is_empty(), "{name}: {strange:?}");
        for key in ["title", "summary", "sources"] {
            assert!(table.contains_key(key), "{name} has no `{key}`");
        }
    }
}

#[test]
fn a_conclave_has_as_many_electors_as_the_scenario_says() {
    let scenario = load(
        "title = \"x\"\ninstitution = \"conclave\"\nelectors = 134\n[[candidate]]\nid = \"a\"
        [support.elector]\na = 1\n[support.elector-100]\na = 0.5\n[[member]]\nid = \"dean\"\nname = \"Dean\"
        [[bloc]]\nid = \"elector\"\nuncertainty = 2",
    );
    let [model] = &scenario.assumptions[..] else { panic!() };
    let ids = ids(model);
    assert_eq!(ids.len(), 134);
    assert_eq!(
        [ids[0], ids[1], ids[99], ids[100], ids[133]],
        ["dean", "elector-01", "elector-99", "elector-100", "elector-133"]
    );
    assert_eq!([model.support[0], model.support[1], model.support[100], model.support[133]], [0.0, 1.0, 1.5, 1.0]);
    assert_eq!((model.members[0].uncertainty, model.members[133].uncertainty), (1.0, 2.0));
    assert_eq!(model.members[133].name, "Elector 133");
    let [group] = &model.groups[..] else { panic!() };
    assert_eq!((group.id.as_str(), group.bloc.as_deref(), group.members.len()), ("elector", Some("Elector"), 133));
    assert!(!group.members.contains(MemberId(0)));
}

#[test]
fn blocs_of_the_scenario_are_electors_too() {
    for institution in ["conclave", "ioc"] {
        let groups = |electors: &str, more: &str| {
            let text = format!(
                "title = \"x\"\ninstitution = \"{institution}\"\n{electors}\n[[candidate]]\nid = \"a\"\n[[bloc]]\nid = \"left\"\nsize = 80
                [[bloc]]\nid = \"right\"\nsize = 53\n{more}"
            );
            let model = load(&text).assumptions.remove(0);
            let sizes = model.groups.iter().map(|group| (group.id.clone(), group.members.len())).collect::<Vec<_>>();
            (model.members.len(), sizes.iter().map(|(id, size)| format!("{id} {size}")).collect::<Vec<_>>().join(", "))
        };
        let two = |members| (members, "left 80, right 53".to_owned());
        assert_eq!(groups("", ""), two(133));
        assert_eq!(groups("electors = 133", ""), two(133));
        assert_eq!(groups("", "[[member]]\nid = \"dean\""), two(134));
        assert_eq!(groups("electors = 140", ""), (140, "elector 7, left 80, right 53".to_owned()));
        let dean = "[[member]]\nid = \"dean\"\n[support.elector]\na = 1";
        assert_eq!(groups("electors = 140", dean), (140, "elector 6, left 80, right 53".to_owned()));
    }
}

/// Two blocs beside a named member.
const BLOCS: &str = r#"
title = "Blocs"
[preferences]
group_sd = { north = 0.5 }
[[member]]
id = "chair"
groups = ["all"]
[[bloc]]
id = "north"
name = "Northern state"
size = 3
groups = ["all"]
measures = { weight = 2 }
uncertainty = 0.5
[[bloc]]
id = "south"
size = 100
[[candidate]]
id = "x"
[veto]
north = "absolute"
[[assumption]]
name = "firm"
set = { "bloc.north.uncertainty" = 0.25, "member.north-02.uncertainty" = 0.75, "bloc.south.groups" = ["all"] }
"#;

#[test]
fn a_bloc_is_its_members_and_their_group() {
    let scenario = load(BLOCS);
    let model = scenario.assumption(STATED).unwrap();
    let ids = ids(model);
    assert_eq!(ids[..5], ["chair", "north-01", "north-02", "north-03", "south-01"]);
    assert_eq!((ids[102], ids[103], ids.len()), ("south-99", "south-100", 104));
    assert_eq!((model.members[1].name.as_str(), model.members[103].name.as_str()), ("Northern state 1", "south 100"));
    assert_eq!(model.vetoes.iter().filter(|veto| veto.exists()).count(), 3);
    let groups: Vec<_> =
        model.groups.iter().map(|g| (g.id.as_str(), g.bloc.as_deref(), g.members.len(), g.sd)).collect();
    assert_eq!(
        groups,
        [("all", None, 4, 0.0), ("north", Some("Northern state"), 3, 0.5), ("south", Some("south"), 100, 0.0)]
    );
}

#[test]
fn a_bloc_is_set_before_and_its_members_after_it_is_written_out() {
    let scenario = load(BLOCS);
    let uncertainties = |model: &Model| model.members[1..4].iter().map(|member| member.uncertainty).collect::<Vec<_>>();
    let firm = scenario.assumption("firm").unwrap();
    assert_eq!(uncertainties(firm), [0.25, 0.75, 0.25]);
    assert_eq!(firm.groups[0].members.len(), 104);
    let set = |settings: &[(&str, &str)]| scenario.with_settings("firm", settings).unwrap().unwrap();
    // What an assumption says of one member is more than what a setting says of all.
    assert_eq!(uncertainties(&set(&[("bloc.north.uncertainty", "3")])), [3.0, 0.75, 3.0]);
    assert_eq!(uncertainties(&set(&[("member.north-02.uncertainty", "3")])), [0.25, 3.0, 0.25]);
}

#[test]
fn a_bloc_of_another_size_leaves_the_ids_of_the_others_alone() {
    let scenario = load(BLOCS);
    let sized = |size: &str| scenario.with_settings(STATED, &[("bloc.south.size", size)]).unwrap();
    let (ten, whole) = (sized("10").unwrap(), sized("100").unwrap());
    assert_eq!(ids(&ten), &ids(&whole)[..14]);
    assert_eq!(ids(&sized("252").unwrap()).len(), 256);
    let refused = sized("253").unwrap_err().render(false, 100);
    assert!(refused.contains("the scenario has 257 members"), "{refused}");
}

#[test]
fn a_table_of_blocs_is_like_the_same_words_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let tables = "[tables]\nblocs = \"blocs.csv\"\nsupport = \"support.csv\"\n";
    std::fs::write(
        folder.path().join("blocs.csv"),
        "id,name,size,groups,measures.weight\nelector,,,old guard,2\nnew,New one,3,guard,1\n",
    )
    .unwrap();
    std::fs::write(folder.path().join("support.csv"), "member,x\nelector,1.5\nnew-02,-1\n").unwrap();
    let text = format!(
        "title = \"x\"\ninstitution = \"conclave\"\nelectors = 8\n[[candidate]]\nid = \"x\"\n{tables}[[bloc]]\nid = \
         \"new\"\nuncertainty = 2"
    );
    let scenario = Scenario::from_text("test.toml", &text, Some(Tables::Folder(folder.path())));
    let scenario = scenario.unwrap_or_else(|error| panic!("{}", error.render(false, 100)));
    let names: Vec<_> = scenario.inputs.iter().map(|input| input.path.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["test.toml", "institution conclave", "blocs.csv", "support.csv"]);
    let model = &scenario.assumptions[0];
    assert_eq!(ids(model)[4..], ["elector-05", "new-01", "new-02", "new-03"]);
    assert_eq!(model.support, [1.5, 1.5, 1.5, 1.5, 1.5, 0.0, -1.0, 0.0]);
    assert_eq!((model.members[4].name.as_str(), model.members[5].uncertainty), ("Elector 5", 2.0));
    let groups: Vec<_> = model.groups.iter().map(|group| (group.id.as_str(), group.members.len())).collect();
    assert_eq!(groups, [("elector", 5), ("guard", 8), ("new", 3), ("old", 5)]);
    assert_eq!(model.measures[1].weights, [2, 2, 2, 2, 2, 1, 1, 1]);
}

#[test]
fn a_fault_of_what_a_preset_and_a_scenario_say_together_points_into_both() {
    let text = "title = \"x\"\ninstitution = \"conclave\"\nelectors = 5\n[[candidate]]\nid = \"x\"
[[bloc]]\nid = \"other\"\nsize = 2\ngroups = [\"elector\"]";
    let Err(LoadError::Invalid(problems)) = Scenario::from_text("test.toml", text, None) else { panic!() };
    let said = problems.render(false, 100);
    assert!(said.contains("`elector` is the id of a bloc, so a group cannot be called that"), "{said}");
    assert!(said.contains("--> test.toml:9:11") && said.contains("::: institution conclave:"), "{said}");
}

#[test]
fn the_scenario_of_the_documentation_is_sound() {
    let page = include_str!("../../docs/scenario-format.md");
    let mut examples = page.split("```toml").filter_map(|block| block.split_once("```")).map(|(example, _)| example);
    let mut next = || load(examples.find(|example| example.contains("institution = ")).unwrap());
    let (scenario, camps) = (next(), next());
    assert!(scenario.warnings.is_empty() && camps.warnings.is_empty());
    assert_eq!(scenario.assumptions[0].members.len(), 120);
    assert_eq!(camps.assumptions[0].groups.iter().map(|group| group.members.len()).collect::<Vec<_>>(), [53, 80]);
}

/// Runs nemcon in `folder`; its exit code, standard output and standard error.
fn nemcon(folder: &Path, arguments: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("nemcon"));
    let output = command.current_dir(folder).args(arguments.split_whitespace()).stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap().replace('\u{a0}', " ");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn institutions_are_listed_and_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let shown = |arguments: &str| {
        let (code, shown, said) = nemcon(folder.path(), arguments);
        assert_eq!(code, Some(0), "{arguments}: {said}");
        shown
    };
    let list = shown("institutions");
    let csv = shown("institutions --format csv");
    let json: serde_json::Value = serde_json::from_str(&shown("institutions --format json")).unwrap();
    assert!(csv.starts_with("institution,title,members,rule\n"), "{csv}");
    assert_eq!(json.as_array().unwrap().len(), institutions::names().count());
    for name in institutions::names() {
        assert!(list.contains(name) && csv.lines().any(|line| line.starts_with(&format!("{name},"))), "{name}");
        let told = shown(&format!("institutions {name}"));
        for part in ["Procedure", "Who can veto", "Sources", "--institution"] {
            assert!(told.contains(part), "{part} is missing in\n{told}");
        }
        assert!(told.lines().all(|line| line.chars().count() <= 100), "{told}");
        assert_eq!(shown(&format!("institutions {name} --toml")), institutions::text(name).unwrap());
    }
    let conclave = json.as_array().unwrap().iter().find(|row| row["institution"] == "conclave").unwrap();
    assert_eq!(conclave["members"], serde_json::Value::Null);
    let (code, _, said) = nemcon(folder.path(), "institutions konclave");
    assert!(code == Some(2) && said.contains("did you mean `conclave`?"), "{said}");
    assert_eq!(nemcon(folder.path(), "institutions --toml").0, Some(2));
    assert_eq!(nemcon(folder.path(), "institutions conclave --format csv").0, Some(2));
}

#[test]
fn a_new_scenario_can_be_checked_and_run_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let starters = institutions::names().map(|name| format!(" --institution {name}")).chain([String::new()]);
    for (i, institution) in starters.enumerate() {
        let (code, shown, said) = nemcon(folder.path(), &format!("new s{i}.toml{institution}"));
        assert_eq!((code, shown.as_str()), (Some(0), ""), "{said}");
        assert!(said.contains(&format!("nemcon check s{i}.toml")), "{said}");
        for command in [format!("check s{i}.toml"), format!("run s{i}.toml --rounds 1000 --judgements 32 --quiet")] {
            let (code, shown, said) = nemcon(folder.path(), &command);
            assert_eq!((code, said.as_str()), (Some(0), ""), "{command}{institution}");
            assert!(!shown.contains("Perhaps not meant"), "{shown}");
        }
    }
    fs::write(folder.path().join("mine.toml"), "mine").unwrap();
    let (code, _, said) = nemcon(folder.path(), "new mine.toml");
    assert!(code == Some(73) && said.contains("--force"), "{said}");
    let (code, _, said) = nemcon(folder.path(), "new mine.toml --institution konclave --force");
    assert!(code == Some(2) && said.contains("conclave"), "{said}");
    assert_eq!(fs::read_to_string(folder.path().join("mine.toml")).unwrap(), "mine");
    assert_eq!(nemcon(folder.path(), "new nowhere/mine.toml").0, Some(73));
    assert_eq!(nemcon(folder.path(), "new mine.toml --force").0, Some(0));
    assert!(fs::read_to_string(folder.path().join("mine.toml")).unwrap().contains("[[candidate]]"));
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("tmp")), "{left:?}");
}

#[test]
fn a_new_scenario_shows_how_views_move_between_ballots() {
    for institution in institutions::Institution::all() {
        let text = institutions::starter(Some(&institution));
        let as_it_is = load(&text);
        // With one ballot nothing can move between ballots.
        let expected = if as_it_is.assumptions[0].max_ballots() > 1 { (0.7, 0.5) } else { (1.0, 0.0) };
        let moving = load(&text.replace("\n# momentum", "\nmomentum"));
        for (scenario, expected) in [(as_it_is, (expected.0, 0.0)), (moving, expected)] {
            let dynamics = &scenario.assumptions[0].dynamics;
            assert_eq!((dynamics.memory, dynamics.momentum), expected, "{}", institution.name);
            assert!(scenario.warnings.is_empty(), "{}", institution.name);
        }
    }
}

/// 133 electors without names, two legates and a dean with one, all of whom can block.
const ELECTORS: &str = r#"
title = "Electors"
rounds = 2000
institution = "conclave"
electors = 136
[preferences]
group_sd = { curia = 0.5 }
common_sd = 0
[[member]]
id = "dean"
groups = ["curia"]
[[bloc]]
id = "legate"
size = 2
groups = ["curia"]
[[candidate]]
id = "x"
[[candidate]]
id = "y"
[support]
elector = { x = 2.5 }
legate = { x = 2 }
[[stage]]
appoint = "consensus"
[veto]
default = "absolute"
elector-07 = "none"
"#;

#[test]
fn members_of_a_bloc_are_not_told_apart_where_people_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), ELECTORS.to_owned() + "[[assumption]]\nname = \"free\"\nveto = {}\n")
        .unwrap();
    let shown: Vec<_> =
        ["check s.toml", "run s.toml", "compare s.toml", "influence s.toml --rounds 500", "trace s.toml --round 3"]
            .into_iter()
            .map(|command| {
                let (code, shown, said) = nemcon(folder.path(), command);
                assert_eq!((code, said.as_str()), (Some(0), ""), "{command}");
                // Only elector-07 differs from the others.
                assert!(!shown.replace("elector-07", "").contains("elector-"), "{shown}");
                shown
            })
            .collect();
    // What the institution's file says of itself is no part of this.
    let lines = shown.iter().flat_map(|text| text.lines().chain(["====="])).filter(|line| !line.contains("SHA-256"));
    insta::assert_snapshot!("electors", lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn group_rows_are_the_sums_of_their_members() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), ELECTORS).unwrap();
    assert_eq!(nemcon(folder.path(), "run s.toml --quiet --out out").0, Some(0));
    let text = fs::read_to_string(folder.path().join("out/vetoes.csv")).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let column = |name: &str| rows[0].iter().position(|column| *column == name).unwrap();
    let number = |row: &[&str], name: &str| row[column(name)].parse::<f64>().unwrap();
    let of = |kind: &'static str| rows[1..].iter().filter(move |row| row[row.len() - 2] == kind);
    assert_eq!((of("member").count(), of("group").count(), rows.len()), (2 * 136, 2 * 3, 1 + 2 * 139));
    assert!(of("member").all(|row| number(row, "members") == 1.0 && number(row, "veto_ci_high") > 0.0));
    let belongs = |group: &str, member: &str| match group {
        "curia" => member == "dean" || member.starts_with("legate-"),
        bloc => member.starts_with(&format!("{bloc}-")),
    };
    for (group, members) in [("curia", 3.0), ("elector", 133.0), ("legate", 2.0)] {
        for row in of("group").filter(|row| row[1] == group) {
            let candidate = row[column("candidate")];
            assert_eq!(
                (number(row, "members"), row[column("veto_ci_low")], row[column("sole_veto_ci_high")]),
                (members, "", "")
            );
            for count in ["faced", "encouraged", "objected", "vetoed", "sole_veto"] {
                let all = of("member").filter(|row| row[column("candidate")] == candidate && belongs(group, row[1]));
                assert_eq!(
                    number(row, count),
                    all.map(|row| number(row, count)).sum::<f64>(),
                    "{group} {candidate} {count}"
                );
            }
            assert_eq!(number(row, "veto_rate"), number(row, "vetoed") / number(row, "faced"));
        }
    }
    let names: Vec<_> = of("group").map(|row| row[2]).collect();
    assert_eq!(names, ["curia", "curia", "Elector", "Elector", "legate", "legate"]);
    let record = fs::read_to_string(folder.path().join("out/run.json")).unwrap();
    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
    assert_eq!(record["inputs"][1]["path"], "institution conclave");
    assert_eq!(record["inputs"][1]["sha256"].as_str().unwrap().len(), 64);
    let (_, json, _) = nemcon(folder.path(), "run s.toml --quiet --format json");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let last = json["vetoes"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["kind"], &last["members"], &last["veto_ci_low"]),
        (&"group".into(), &2.into(), &serde_json::Value::Null)
    );
}

/// Whatever it is asked for, it ends soon, with a message and without a flood.
#[test]
fn hostile_blocs_and_electors_are_refused() {
    let long = "x".repeat(300_000);
    let many: String = (0..5000).map(|i| format!("[[bloc]]\nid = \"b{i}\"\nsize = 256\n")).collect();
    let wide: String = (0..60_000).map(|i| format!("t{i} = 1\n")).collect();
    let candidate = "title = \"x\"\ncandidate = [{ id = \"c\" }]\n";
    for (text, code) in [
        ("[[bloc]]\nid = \"x\"\nsize = 1e9".to_owned(), "wrong-type"),
        ("[[bloc]]\nid = \"x\"\nsize = 1_000_000_000_000_000_000_000".to_owned(), "out-of-range"),
        ("[[bloc]]\nid = \"x\"\nsize = -1".to_owned(), "out-of-range"),
        (many, "too-many"),
        (format!("[[bloc]]\nid = \"x\"\nsize = 256\nnonsense = \"{long}\""), "too-long"),
        (format!("[[bloc]]\nid = \"x\"\nsize = 256\n[bloc.ideal]\n{wide}"), "too-long"),
        (format!("[[bloc]]\nid = \"{long}\"\nsize = 2"), "bad-name"),
        (format!("[[bloc]]\nid = \"x\"\nsize = 2\nname = \"{}\"", "n".repeat(200)), "too-long"),
        (format!("[[bloc]]\nid = \"{}\"\nsize = 2", "n".repeat(62)), "bad-name"),
        ("[[bloc]]\nid = \"default\"\nsize = 2".to_owned(), "reserved-name"),
        ("bloc = [3, \"x\"]".to_owned(), "wrong-type"),
        ("[[bloc]]\nid = \"x\"\nsize = 256\n[[member]]\nid = \"y\"".to_owned(), "too-many"),
    ] {
        let written = format!("{candidate}{text}");
        let Err(LoadError::Invalid(problems)) = Scenario::from_text("x.toml", &written, None) else {
            panic!("{}", &text[..100.min(text.len())])
        };
        assert!(problems.iter().any(|problem| problem.code.name() == code), "{code}: {}", problems.render(false, 100));
        assert!(problems.len() < 10, "{code}: {}", problems.len());
    }
}
