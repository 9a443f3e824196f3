//! What the rows say is so: of defaults and words here, of ranges and types where the schema is tested.

use super::*;
use crate::model::Model;
use crate::scenario::Scenario;

/// A scenario in which every table can say more.
fn scenario(more: &[(&Section, String)]) -> String {
    let of = |section: &Section| {
        let said = more.iter().filter(|(it, _)| it.name == section.name);
        said.map(|(_, lines)| lines.as_str()).collect::<String>()
    };
    let inline = |section: &Section| of(section).trim_end().replace('\n', ", ");
    format!(
        "title = \"Defaults\"\n{}
[preferences]\n{}
[[member]]\nid = \"A\"\nmeasures = {{ population = 3 }}\nideal = {{ left = 1 }}\n{}
[[member]]\nid = \"B\"\nmeasures = {{ population = 4 }}
[[candidate]]\nid = \"x\"\nhome = \"A\"\nposition = {{ left = -1 }}\ntraits = {{ firmness = 1 }}\n{}
[[candidate]]\nid = \"y\"
[dynamics]\n{}
[[stage]]\n{}
appoint = {{ all = [{{ share = {{ {} }} }}, {{ count = {{ {} }} }}, {{ objections = {{ {} }} }}] }}
[veto]\nA = {{ {} }}\n{}
[[judgement]]\nname = \"j\"\nset = [\"support.A.x\"]\nlow = -1\nhigh = 1\n{}
[[poll]]\nname = \"first\"\n{}answers = {{ x = {{ encourage = {{ at_most = 2, {} }} }} }}",
        of(&SCENARIO),
        of(&PREFERENCES),
        of(&MEMBER),
        of(&CANDIDATE),
        of(&DYNAMICS),
        of(&STAGE),
        ["at_least = 0.5".to_owned(), inline(&SHARE)].join(", ").trim_end_matches(", "),
        ["at_least = 1".to_owned(), inline(&COUNT)].join(", ").trim_end_matches(", "),
        ["at_most = 1".to_owned(), inline(&OBJECTIONS)].join(", ").trim_end_matches(", "),
        inline(&POWER),
        of(&VETO),
        of(&JUDGEMENT),
        of(&POLL),
        inline(&TOTAL),
    )
}

fn load(text: &str) -> Scenario {
    let scenario = Scenario::from_text("test.toml", text, None);
    scenario.unwrap_or_else(|error| panic!("{text}\n{}", error.render(false, 100)))
}

fn model(section: &Section, line: &str) -> Model {
    let text = scenario(&[(section, line.to_owned())]);
    // A poll need not be possible whatever the stage.
    let (model, _) = text.split_once("[[judgement]]").unwrap();
    load(model).assumptions.remove(0)
}

/// The default of a key as it would be written, if it is a value.
fn written(key: &Key) -> Option<String> {
    match key.absent {
        Absent::Number(_) if matches!(key.kind, Kind::Numbers(_)) => None,
        Absent::Number(number) => Some(format!("{} = {number}\n", key.name)),
        Absent::Word(word) => Some(format!("{} = \"{word}\"\n", key.name)),
        Absent::False => Some(format!("{} = false\n", key.name)),
        Absent::True => Some(format!("{} = true\n", key.name)),
        Absent::Wrong | Absent::WrongAlone | Absent::Nothing | Absent::Says(_) => None,
    }
}

#[test]
fn defaults_that_are_written_out_change_nothing() {
    let plain = load(&scenario(&[]));
    let sections = SCENARIO.with_all_below();
    let defaults: Vec<_> = sections
        .into_iter()
        .map(|section| (section, section.keys.iter().filter_map(written).collect::<String>()))
        .filter(|(_, lines)| !lines.is_empty())
        .collect();
    let names: Vec<_> = defaults.iter().map(|(section, _)| section.name).collect();
    // A table that is not among these is not in the scenario above.
    let expected = [
        "scenario",
        "preferences",
        "member",
        "candidate",
        "stage",
        "dynamics",
        "veto",
        "share",
        "count",
        "objections",
        "power",
        "judgement",
        "poll",
        "total",
    ];
    assert!(names.len() == expected.len() && names.iter().all(|name| expected.contains(name)), "{names:?}");
    let said = load(&scenario(&defaults));
    assert_eq!((plain.seed, plain.rounds), (said.seed, said.rounds));
    assert_eq!(plain.assumptions, said.assumptions);
    assert_eq!(plain.judgements, said.judgements);
    assert_eq!(plain.polls, said.polls);
}

#[test]
fn numbers_by_name_have_their_default() {
    assert_eq!(
        model(&PREFERENCES, ""),
        model(&PREFERENCES, "trait_sd = { firmness = 0 }\npriority = { firmness = 0 }")
    );
    let traits = model(&CANDIDATE, "").candidates.iter().map(|candidate| candidate.traits.clone()).collect::<Vec<_>>();
    assert_eq!(traits, [[1.0], [0.0]]);
}

#[test]
fn every_word_is_read_and_means_something_of_its_own() {
    let mut said = 0;
    let mut check = |section: &Section, key: &str, words: &[&str], more: &str| {
        let models: Vec<_> = words.iter().map(|word| model(section, &format!("{key} = \"{word}\"\n{more}"))).collect();
        for (i, one) in models.iter().enumerate() {
            assert!(models[..i].iter().all(|other| other != one), "{key}: {}", words[i]);
        }
        said += 1;
    };
    for section in [&PREFERENCES, &STAGE] {
        for key in section.keys {
            if let Kind::Choice(words) = key.kind {
                check(section, key.name, words, "");
            }
        }
    }
    check(&POWER, "drawn", &["candidate", "member"], "probability = 0.5");
    check(&SHARE, "base", &["all", "voting"], "");
    check(&STAGE, "drop", DROPPING.words, "");
    check(&VETO, "B", VETOES.words, "");
    assert_eq!(said, 8);
    let rules: Vec<_> = RULE
        .words
        .iter()
        .map(|word| {
            let text = scenario(&[]);
            let (head, rest) = text.split_once("\nappoint = ").unwrap();
            let (_, rest) = rest.split_once('\n').unwrap();
            load(&format!("{head}\nappoint = \"{word}\"\n{rest}")).assumptions.remove(0).stages[0].appoint.clone()
        })
        .collect();
    assert!(rules.iter().all(Option::is_some));
}

#[test]
fn tables_of_one_kind_have_one_name_and_one_row_per_key() {
    for section in SCENARIO.with_all_below() {
        let names: Vec<_> = section.keys.iter().map(|key| key.name).collect();
        for (i, name) in names.iter().enumerate() {
            assert!(!names[..i].contains(name), "{name} has two rows in {}", section.name);
        }
        for key in section.one_of {
            assert!(section.key(key).is_some(), "{key}");
        }
        for key in section.all() {
            assert!(key.meaning.chars().count() < 110 && !key.meaning.contains('|'), "{}", key.meaning);
        }
    }
    assert_eq!(BLOC.key("uncertainty").unwrap().meaning, MEMBER.key("uncertainty").unwrap().meaning);
    assert_ne!(BLOC.key("name").unwrap().meaning, MEMBER.key("name").unwrap().meaning);
}
