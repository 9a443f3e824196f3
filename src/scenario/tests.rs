//! What scenarios mean: texts in, models out.

use std::collections::BTreeMap;
use std::path::Path;

use super::*;
use crate::model::*;

/// Three members, two candidates.
const BODY: &str = r#"
title = "Test"
[[member]]
id = "A"
groups = ["west"]
measures = { population = 10, quota = 1.25 }
[[member]]
id = "B"
groups = ["west", "east"]
measures = { population = 20, quota = 0.5 }
[[member]]
id = "C"
measures = { population = 70 }
[[candidate]]
id = "x"
home = "B"
[[candidate]]
id = "y"
home = "CHE"
"#;

fn load(rest: &str) -> Scenario {
    Scenario::from_text("test.toml", &format!("{BODY}\n{rest}"), None)
        .unwrap_or_else(|error| panic!("{}", error.render(false, 100)))
}

fn stated(rest: &str) -> Model {
    load(rest).assumptions.remove(0)
}

fn errors(rest: &str) -> Vec<&'static str> {
    match Scenario::from_text("test.toml", &format!("{BODY}\n{rest}"), None) {
        Ok(_) => vec![],
        Err(LoadError::Invalid(problems)) => problems.iter().map(|problem| problem.code.name()).collect(),
        Err(LoadError::Unreadable { .. }) => vec!["unreadable"],
    }
}

fn fraction(text: &str) -> Fraction {
    text.parse().unwrap()
}

fn rule(written: &str) -> Rule {
    stated(&format!("[[stage]]\nappoint = {written}")).stages[0].appoint.clone().unwrap()
}

#[test]
fn what_is_not_said_has_its_default() {
    let scenario = load("");
    assert_eq!((scenario.seed, scenario.rounds, scenario.summary.as_str()), (1, 100_000, ""));
    let model = &scenario.assumptions[0];
    assert_eq!((model.assumption.as_str(), model.noise), (STATED, Noise::Normal));
    let member = &model.members[2];
    assert_eq!((member.id.as_str(), member.name.as_str()), ("C", "C"));
    assert_eq!(
        [member.uncertainty, member.salience, member.home, member.accept_at, member.object_at],
        [1.0, 0.0, 0.0, 0.0, 0.0]
    );
    let candidate = &model.candidates[1];
    assert_eq!((candidate.availability, candidate.enters, candidate.reserve, candidate.home), (1.0, 1, false, None));
    assert_eq!(model.candidates[0].home, Some(MemberId(1)));
    assert_eq!(model.vetoes, [VetoPower::NONE; 3]);
    let consensus =
        Rule::All(vec![Condition::NoVeto.into(), Condition::Count { of: 0, bar: Bar::AtLeast(fraction("1")) }.into()]);
    let [stage] = &model.stages[..] else { panic!() };
    assert_eq!((stage.name.as_str(), stage.repeat, &stage.appoint), ("ballot", 1, &Some(consensus)));
    assert_eq!(
        model.dynamics,
        Dynamics { momentum: 0.0, memory: 1.0, drift_sd: 0.0, doubt_sd: 0.0, accommodation: None }
    );
}

#[test]
fn preferences_hold_unless_a_member_says_otherwise() {
    let model = stated(
        "[preferences]\nuncertainty = 2\npriority = { firm = 1, warm = 3 }\naccept_at = 0.5\ncommon_sd = 0.25
        [dynamics]\nconcession = 0.1
        [[member]]\nid = \"D\"\nuncertainty = 0\npriority = { warm = -1 }\nconcession = 0\nuncertainty_about = { y = 7 }
        [[candidate]]\nid = \"z\"\ntraits = { warm = 2, firm = 0.5 }\ncommon_sd = 0",
    );
    assert_eq!(model.traits.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["firm", "warm"]);
    let (a, d) = (&model.members[0], &model.members[3]);
    assert_eq!((a.priority.as_slice(), d.priority.as_slice()), ([1.0, 3.0].as_slice(), [1.0, -1.0].as_slice()));
    assert_eq!((a.uncertainty, d.uncertainty, a.concession, d.concession), (2.0, 0.0, 0.1, 0.0));
    assert_eq!((a.accept_at, a.object_at), (0.5, 0.0));
    assert_eq!(model.uncertainty(MemberId(3), CandidateId(1)), 7.0);
    assert_eq!(model.candidates[2].traits, [0.5, 2.0]);
    assert_eq!(model.candidates.iter().map(|c| c.common_sd).collect::<Vec<_>>(), [0.25, 0.25, 0.0]);
}

#[test]
fn support_of_members_and_of_their_groups_adds_up() {
    let model = stated("[support]\nwest = { x = 1, y = -1 }\neast = { x = 0.5 }\nB = { x = 2 }");
    assert_eq!(model.support, [1.0, -1.0, 3.5, -1.0, 0.0, 0.0]);
}

#[test]
fn own_veto_beats_group_beats_default() {
    let half = VetoPower { probability: 0.5, cost: 2.0, ..VetoPower::absolute(2) };
    let model = stated("[veto]\ndefault = \"absolute\"\nwest = { probability = 0.5, cost = 2 }\nB = \"none\"");
    assert_eq!(model.vetoes, [half, VetoPower::NONE, VetoPower::absolute(2)]);
    let model = stated("[veto]\nC = { against = [\"y\"] }");
    assert!(model.vetoes[2].covers(CandidateId(1)) && !model.vetoes[2].covers(CandidateId(0)));
    assert_eq!((model.vetoes[2].probability, model.vetoes[2].cost), (1.0, 0.0));
}

#[test]
fn groups_that_disagree_need_an_own_entry_and_groups_that_agree_do_not() {
    assert_eq!(errors("[veto]\nwest = \"absolute\"\neast = \"none\""), ["ambiguous-veto"]);
    assert_eq!(errors("[veto]\nwest = \"absolute\"\neast = \"none\"\nB = \"none\""), [""; 0]);
    assert_eq!(errors("[veto]\nwest = \"absolute\"\neast = { cost = 0 }"), [""; 0]);
    assert_eq!(errors("[veto]\nwest = \"none\"\neast = { probability = 0, cost = 3 }"), [""; 0]);
}

#[test]
fn assumptions_replace_amend_and_set() {
    let scenario = load(
        "[veto]\ndefault = \"absolute\"\nA = \"none\"
        [[assumption]]\nname = \"replaced\"\nsummary = \"why\"\nveto = { B = \"absolute\" }
        [[assumption]]\nname = \"amended\"\namend = { A = \"absolute\" }
        [[assumption]]\nname = \"set\"
        set = { \"stage.ballot.appoint\" = \"majority\", \"veto.C\" = \"none\", \"member.A.uncertainty\" = 3, \"support.west.x\" = 1 }",
    );
    let powers =
        |name: &str| scenario.assumption(name).unwrap().vetoes.iter().map(VetoPower::exists).collect::<Vec<_>>();
    assert_eq!(powers(STATED), [false, true, true]);
    assert_eq!(powers("replaced"), [false, true, false]);
    assert_eq!(powers("amended"), [true, true, true]);
    assert_eq!(powers("set"), [false, true, false]);
    assert_eq!(scenario.assumption("replaced").unwrap().assumption_summary, "why");
    let set = scenario.assumption("set").unwrap();
    assert_eq!(set.stages[0].appoint, Some(Condition::Count { of: 0, bar: Bar::AtLeast(fraction("2")) }.into()));
    assert_eq!((set.members[0].uncertainty, set.support[0], set.support[2]), (3.0, 1.0, 1.0));
    assert_eq!(scenario.assumptions[0].members[0].uncertainty, 1.0);
}

#[test]
fn named_rules_are_what_their_clauses_say() {
    let count = |n: &str| Rule::from(Condition::Count { of: 0, bar: Bar::AtLeast(fraction(n)) });
    let share = |of, n: &str| Rule::from(Condition::Share { of, bar: Bar::AtLeast(fraction(n)), base: Base::All });
    assert_eq!(rule("\"unanimity\""), share(0, "1/1"));
    assert_eq!(rule("\"majority\""), count("2"));
    assert_eq!(rule("\"two-thirds\""), share(0, "2/3"));
    assert_eq!(rule("\"unsc\""), Rule::All(vec![Condition::NoVeto.into(), count("9")]));
    assert_eq!(rule("\"consensus-minus-one\""), Condition::Objections { of: 0, at_most: fraction("1") }.into());
    // `population` is the only complete measure besides `members`; `quota` is not said of C.
    let by_population = Rule::Any(vec![share(1, "65/100"), count("0")]);
    assert_eq!(rule("\"eu-qmv\""), Rule::All(vec![share(0, "55/100"), by_population]));
}

#[test]
fn conditions_are_read_as_written() {
    assert_eq!(
        rule(
            "{ all = [\"no_veto\", { share = { of = \"population\", at_least = 0.65, base = \"voting\" } }, { any = [{ objections = { at_most = 1 } }, { count = { at_least = \"3\" } }] }] }"
        ),
        Rule::All(vec![
            Condition::NoVeto.into(),
            Condition::Share { of: 1, bar: Bar::AtLeast(fraction("0.65")), base: Base::Voting }.into(),
            Rule::Any(vec![
                Condition::Objections { of: 0, at_most: fraction("1") }.into(),
                Condition::Count { of: 0, bar: Bar::AtLeast(fraction("3")) }.into()
            ]),
        ])
    );
}

#[test]
fn rules_nested_beyond_reason_are_refused() {
    let nested = |depth: usize| {
        let heads: String = (1..=depth).map(|k| format!("[[stage.appoint{}]]\n", ".all".repeat(k))).collect();
        format!("[[stage]]\n{heads}all = {}[\"no_veto\"]{}", "[{ all = ".repeat(30), " }]".repeat(30))
    };
    assert_eq!(errors(&nested(20)), [""; 0]);
    assert_eq!(errors(&nested(40)), ["nested-too-deeply"]);
}

#[test]
fn stages_say_all_they_can() {
    let model = stated(
        "[[stage]]\nballot = \"choice\"\nvotes = 2\nrepeat = 3\nchoose = \"lot\"\ndrop = { keep = 1 }\nfrom_ballot = 2\ngoodwill = -1.5
        [[stage]]\nname = \"last\"\nfield = [\"y\"]\ndrop = { below = \"1/3\" }\nappoint = \"consensus\"",
    );
    let [first, last] = &model.stages[..] else { panic!() };
    assert_eq!((first.name.as_str(), first.ballot, first.repeat), ("stage-1", Ballot::Choice { votes: 2 }, 3));
    assert_eq!((first.choose, first.drop, first.from_ballot, first.goodwill), (Choose::Lot, Drop::Keep(1), 2, -1.5));
    assert_eq!((first.appoint.clone(), first.field), (None, None));
    assert_eq!(last.field, Some([CandidateId(1)].into_iter().collect()));
    assert_eq!((last.drop, last.ballot), (Drop::Below(Fraction::new(1, 3).unwrap()), Ballot::Stances));
}

#[test]
fn events_move_change_and_take_vetoes() {
    let model = stated(
        "[[event]]\nname = \"e\"\nprobability = 0.25\neffects = [{ points = -1, members = [\"east\", \"C\"], candidates = [\"x\"] }, { points = 2 }, { leaves = \"x\" }, { joins = \"y\" }, { veto = { west = \"none\" } }, { veto = { A = \"none\", default = \"absolute\" } }]",
    );
    let members = |ids: &[u16]| ids.iter().map(|&i| MemberId(i)).collect::<MemberSet>();
    let effects = &model.events[0].effects;
    let x = [CandidateId(0)].into_iter().collect();
    assert_eq!(effects[0], Effect::Points { members: members(&[1, 2]), candidates: x, points: -1.0 });
    assert_eq!(
        effects[1],
        Effect::Points { members: MemberSet::all(3), candidates: CandidateSet::all(2), points: 2.0 }
    );
    assert_eq!(effects[2..4], [Effect::Leaves(CandidateId(0)), Effect::Joins(CandidateId(1))]);
    let none = VetoPower::NONE;
    assert_eq!(effects[4], Effect::Vetoes(vec![(MemberId(0), none), (MemberId(1), none)]));
    let all = VetoPower::absolute(2);
    assert_eq!(effects[5], Effect::Vetoes(vec![(MemberId(0), none), (MemberId(1), all), (MemberId(2), all)]));
}

#[test]
fn only_complete_measures_are_measures() {
    let model = stated("[[member]]\nid = \"D\"\nmeasures = { population = 0.5, quota = 1 }");
    let names: Vec<_> = model.measures.iter().map(|measure| measure.name.as_str()).collect();
    assert_eq!(names, ["members", "population"]);
    assert_eq!((model.measures[1].weights.as_slice(), model.measures[1].decimals), ([100, 200, 700, 5].as_slice(), 1));
}

#[test]
fn groups_without_members_are_allowed_with_a_warning() {
    let scenario = load("[preferences]\ngroup_sd = { west = 0.5, south = 1, east = 0 }");
    let groups: Vec<_> =
        scenario.assumptions[0].groups.iter().map(|g| (g.id.as_str(), g.members.len(), g.sd)).collect();
    assert_eq!(groups, [("east", 1, 0.0), ("south", 0, 1.0), ("west", 2, 0.5)]);
    assert_eq!(scenario.warnings.iter().map(|warning| warning.code.name()).collect::<Vec<_>>(), ["empty-group"]);
}

#[test]
fn a_group_of_one_is_suspect_unless_something_refers_to_it_somewhere() {
    let warnings = |rest: &str| {
        let groups = "[[member]]\nid = \"D\"\ngroups = [\"esat\", \"west\"]";
        let warnings = load(&format!("{groups}\n{rest}")).warnings;
        warnings.iter().map(|w| (w.code.name(), w.message.clone(), w.help.clone().unwrap())).collect::<Vec<_>>()
    };
    let help = |rest: &str| warnings(rest).into_iter().map(|(_, _, help)| help).collect::<Vec<_>>();
    let both = ["did you mean `esat`?", "did you mean `east`?"];
    assert_eq!(help(""), both);
    assert_eq!(help("[support.west]\nx = 1"), both);
    for named in [
        "[preferences]\ngroup_sd = { esat = 1 }",
        "[support.esat]\nx = 1",
        "[veto]\nesat = \"none\"",
        "[[event]]\nname = \"e\"\nprobability = 1\neffects = [{ points = 1, members = [\"esat\"] }]",
        "[[event]]\nname = \"e\"\nprobability = 1\neffects = [{ veto = { esat = \"none\" } }]",
        "[[assumption]]\nname = \"a\"\nveto = { esat = \"none\" }",
        "[[assumption]]\nname = \"a\"\namend = { esat = \"none\" }",
        "[[assumption]]\nname = \"a\"\nset = { \"support.esat.x\" = 1 }",
    ] {
        assert_eq!(help(named), both[..1], "{named}");
    }
    let set = warnings(
        "[support.esat]\nx = 1\n[[assumption]]\nname = \"a\"\nset = { \"member.A.groups\" = [\"north\", \"east\"] }",
    );
    let message = "only one member is in the group `north`, and nothing refers to it";
    assert!(
        matches!(&set[..], [("group-of-one", said, help)] if said == message && help.starts_with("a group matters"))
    );
}

#[test]
fn numbers_too_long_to_be_read_are_refused_wherever_they_stand() {
    let long = "0x8e0000000000000000000000000000000001";
    for (written, code) in [
        (format!("[preferences]\nuncertainty = {long}"), "number-too-large"),
        (format!("[support.A]\nx = {long}"), "number-too-large"),
        (format!("[[stage]]\nrepeat = {long}"), "out-of-range"),
        (format!("[[stage]]\nappoint = {{ count = {{ at_least = {long} }} }}"), "bad-fraction"),
        (format!("[[member]]\nid = \"D\"\nmeasures = {{ gdp = {long} }}"), "bad-measure"),
    ] {
        assert_eq!(errors(&written), [code], "{written}");
    }
    assert!(load("").with_settings(STATED, &[("preferences.uncertainty", long)]).unwrap().is_err());
}

#[test]
fn a_number_in_a_cell_is_what_it_would_be_in_the_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let table = |word: &str| {
        std::fs::write(folder.path().join("m.csv"), format!("id,home\nD,{word}\n")).unwrap();
        let text = "title = \"Test\"\n[tables]\nmembers = \"m.csv\"\n[[candidate]]\nid = \"x\"";
        Scenario::from_text("test.toml", text, Some(Tables::Folder(folder.path())))
            .map(|scenario| scenario.assumptions[0].members[0].home)
    };
    for word in ["7", "-7", "+7", "1_000", "+1_000", "-1_0.2_5", "1e3", "1E-2", "0x1f", "0o17", "0b11", "0.5"] {
        let inline = load(&format!("[[member]]\nid = \"D\"\nhome = {word}")).assumptions[0].members[3].home;
        assert_eq!(table(word).unwrap(), inline, "{word}");
    }
    for (word, home) in [("007", 7.0), (".5", 0.5), ("5.", 5.0)] {
        assert_eq!(table(word).unwrap(), home, "{word}");
    }
    for word in [
        "1__0",
        "_1",
        "0x",
        "+-1",
        "--1",
        "+0x10",
        "1 000",
        "2023-07-01",
        "[1]",
        "0xffffffffffffffffffffffffffffffffff",
    ] {
        assert!(table(word).is_err(), "{word}");
    }
}

#[test]
fn tables_in_memory_are_read_like_files() {
    let (members, support) = ("id,home\nD,2\nE,0.5\n", "member,x\nD,1\nE,-1\n");
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("data/m.csv"), members).unwrap();
    std::fs::write(folder.path().join("s.csv"), support).unwrap();
    let memory = BTreeMap::from([("data/m.csv".to_owned(), members.into()), ("s.csv".to_owned(), support.into())]);
    let read = |members: &str, tables: Tables<'_>| {
        let names = format!("[tables]\nmembers = \"{members}\"\nsupport = \"s.csv\"\n");
        Scenario::from_text("test.toml", &format!("title = \"Test\"\n{names}[[candidate]]\nid = \"x\""), Some(tables))
    };
    for written in ["data/m.csv", "./data/../data//m.csv"] {
        let [file, memory] =
            [Tables::Folder(folder.path()), Tables::Memory(&memory)].map(|tables| read(written, tables).unwrap());
        assert_eq!(file.assumptions, memory.assumptions);
        let digests = |scenario: &Scenario| scenario.inputs.iter().map(|it| it.sha256.clone()).collect::<Vec<_>>();
        assert_eq!(digests(&file), digests(&memory));
        assert_eq!(memory.inputs[1].path, Path::new(written));
    }
    for (written, said) in [
        ("m.csv", "the table m.csv cannot be read: it is not among the tables given"),
        ("../m.csv", "is not inside the scenario's folder"),
        ("/data/m.csv", "is not inside the scenario's folder"),
    ] {
        let problems = read(written, Tables::Memory(&memory)).unwrap_err().render(false, 200);
        assert!(problems.contains(said), "{problems}");
    }
    let large = BTreeMap::from([("m.csv".to_owned(), vec![b' '; MAX_FILE_BYTES as usize + 1])]);
    assert!(read("m.csv", Tables::Memory(&large)).unwrap_err().render(false, 200).contains("larger than 16 MiB"));
}

#[test]
fn what_was_checked_before_is_read_as_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    for name in ["nato-2023.toml", "un-2016.toml", "ioc-2012.toml"] {
        let whole = Scenario::load(&folder.join(name)).unwrap();
        let tables = whole.tables().into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        let tables: BTreeMap<_, _> = tables.collect();
        let checked = Scenario::from_checked_text(name, whole.text(), Some(Tables::Memory(&tables))).unwrap();
        let changes = || vec!["dynamics.memory=0.5".parse().unwrap()];
        let both = [whole.clone().with_changes("--set", changes()), checked.clone().with_changes("--set", changes())];
        let [changed, changed_checked] = both.map(Result::unwrap);
        for (whole, checked) in [(&whole, &checked), (&changed, &changed_checked)] {
            assert_eq!(checked.assumptions, whole.assumptions[..1], "{name}");
            assert_eq!(checked.polls, whole.polls);
            for model in &whole.assumptions {
                assert_eq!(&checked.with_settings(&model.assumption, &[]).unwrap().unwrap(), model, "{name}");
            }
            let summaries = whole.assumptions.iter().map(|it| (it.assumption.as_str(), it.assumption_summary.as_str()));
            assert!(checked.summaries().eq(summaries));
        }
    }
}

#[test]
fn settings_of_a_sweep_are_checked_like_the_file() {
    let scenario =
        load("[veto]\nA = { probability = 0.5 }\n[[assumption]]\nname = \"b\"\nset = { \"preferences.home\" = 2 }");
    let set = |settings: &[(&str, &str)]| scenario.with_settings("b", settings).unwrap();
    let model = set(&[("veto.A.probability", "0.75"), ("stage.ballot.appoint", "two-thirds")]).unwrap();
    assert_eq!((model.vetoes[0].probability, model.members[0].home), (0.75, 2.0));
    assert_eq!(
        model.stages[0].appoint,
        Some(Condition::Share { of: 0, bar: Bar::AtLeast(fraction("2/3")), base: Base::All }.into())
    );
    let problems =
        set(&[("preferences.home", "3"), ("member.A.uncertainty", "-1"), ("member.Z.home", "1")]).unwrap_err();
    assert_eq!(
        problems.iter().map(|problem| problem.code.name()).collect::<Vec<_>>(),
        ["out-of-range", "unknown-name"]
    );
    let rendered = problems.render(false, 80);
    assert!(
        rendered.contains("--> the settings:2:24") && rendered.contains("2 | member.A.uncertainty = -1"),
        "{rendered}"
    );
    assert!(scenario.with_settings("no-such", &[]).is_none());
}

#[test]
fn assumptions_share_what_they_do_not_change() {
    let ideal = "ideal = { left = 1 }\n";
    let scenario = load(&format!(
        "[[member]]\nid = \"D\"\n{ideal}[[member]]\nid = \"E\"\n{ideal}[[candidate]]\nid = \"z\"\nposition = {{ left = 0 }}
        [[assumption]]\nname = \"a\"\nset = {{ \"member.D.ideal.left\" = 2, \"member.E.home\" = 1 }}"
    ));
    let [stated, a] = &scenario.assumptions[..] else { panic!() };
    assert!(!stated.members[3].ideal.is_shared_with(&a.members[3].ideal));
    assert!(stated.members[4].ideal.is_shared_with(&a.members[4].ideal));
    assert!(stated.candidates[2].position.is_shared_with(&a.candidates[2].position));
    assert_eq!((stated.members[3].ideal["left"], a.members[3].ideal["left"]), (1.0, 2.0));
}
