//! Preset institutions and blocs, as whoever writes a scenario meets them.

use std::path::Path;

use nemcon::model::{MemberId, Model};
use nemcon::scenario::{LoadError, STATED, Scenario, institutions};

fn load(text: &str) -> Scenario {
    Scenario::from_text("test.toml", text, None).unwrap_or_else(|error| panic!("{}", error.render(false, 100)))
}

/// The scenario that is only this institution and two candidates.
fn bare(institution: &str) -> Scenario {
    let text = |electors: &str| {
        format!(
            "title = \"x\"\ninstitution = \"{institution}\"\n{electors}\n[[candidate]]\nid = \"a\"\n[[candidate]]\nid = \"b\""
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
        "title = \"x\"\ninstitution = \"conclave\"\nelectors = 133\n[[candidate]]\nid = \"a\"
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
        "title = \"x\"\ninstitution = \"conclave\"\nelectors = 5\n[[candidate]]\nid = \"x\"\n{tables}[[bloc]]\nid = \"new\"\nuncertainty = 2"
    );
    let scenario = Scenario::from_text("test.toml", &text, Some(folder.path()));
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
