//! What judgements name, what becomes of the values, and what is wrong with those that cannot be drawn.

use crate::model::{Judged, Model};
use crate::scenario::{Code, Judging, LoadError, STATED, Scenario};

const BODY: &str = r#"
    title = "Two"
    preferences = { uncertainty = 0.8, priority = { firm = 0.5 } }
    member = [{ id = "A", groups = ["west"] }, { id = "B", uncertainty = 2, groups = ["west"] }]
    candidate = [{ id = "x", traits = { firm = 1 } }, { id = "y", availability = 0.5 }]
    stage = [{ name = "vote", repeat = 3, appoint = "consensus" }]
    support = { A = { x = 1 }, west = { y = -2 } }
    veto = { A = { probability = 0.5 }, B = "absolute" }
    dynamics = { concession = 0.1 }
"#;

fn load(more: &str) -> Result<Scenario, LoadError> {
    Scenario::from_text("two.toml", &format!("{BODY}\n{more}"), None)
}

/// The model of `assumption` if these numbers are drawn, and what is held.
fn judged(scenario: &Scenario, assumption: &str, numbers: &[f64]) -> (Model, Vec<bool>) {
    let numbers: Vec<_> = numbers.iter().map(|&number| Judged::Number(number)).collect();
    scenario.judging(&[assumption]).unwrap().model(0, &numbers).unwrap()
}

fn judgement(name: &str, does: &str) -> String {
    format!("[[judgement]]\nname = \"{name}\"\n{does}\nlow = 0.5\nhigh = 1.5\n")
}

#[test]
fn values_are_set_scaled_and_shifted_whatever_the_order() {
    let shift = judgement("shift", "shift = [\"support.*.x\"]");
    let scale = judgement("scale", "scale = [\"support.*.*\"]");
    let set = judgement("set", "set = [\"support.A.x\"]");
    for (order, numbers) in [([&shift, &scale, &set], [0.25, 2.0, 3.0]), ([&set, &shift, &scale], [3.0, 0.25, 2.0])] {
        let scenario = load(&order.map(String::as_str).concat()).unwrap();
        let (model, held) = judged(&scenario, STATED, &numbers);
        // Points of a group are scaled where they are written; a shift is added once to everyone's view.
        assert_eq!(model.support, [[6.25, -4.0], [0.25, -4.0]].concat(), "{held:?}");
        assert!(held.iter().all(|held| !held));
    }
}

#[test]
fn patterns_find_what_holds_by_default() {
    let scenario = load(
        &[
            judgement("uncertainty", "scale = [\"member.*.uncertainty\"]"),
            judgement("weights", "scale = [\"member.*.priority.firm\"]"),
            judgement("pace", "shift = [\"member.*.concession\"]"),
            judgement("vetoes", "scale = [\"veto.*.probability\"]"),
            judgement("stands", "scale = [\"candidate.*.availability\"]"),
        ]
        .concat(),
    )
    .unwrap();
    let (model, held) = judged(&scenario, STATED, &[0.5, 2.0, 0.25, 1.5, 1.5]);
    let members = |value: fn(&crate::model::Member) -> f64| model.members.iter().map(value).collect::<Vec<_>>();
    assert_eq!(members(|m| m.uncertainty), [0.4, 1.0]);
    assert_eq!(members(|m| m.priority[0]), [1.0, 1.0]);
    assert_eq!(members(|m| m.concession), [0.35, 0.35]);
    assert_eq!(model.vetoes.iter().map(|veto| veto.probability).collect::<Vec<_>>(), [0.75, 1.0], "a word has none");
    assert_eq!(model.candidates.iter().map(|c| c.availability).collect::<Vec<_>>(), [1.0, 0.75]);
    assert_eq!(held, [false, false, false, false, true], "x would stand with probability 1.5");
}

#[test]
fn what_is_drawn_for_a_default_is_what_others_begin_with() {
    let drawn =
        |name: &str, set: &str| format!("[[judgement]]\nname = \"{name}\"\nset = [\"{set}\"]\nlow = 0\nhigh = 9\n");
    let scenario = load(
        &[
            "[[bloc]]\nid = \"E\"\nsize = 2\nuncertainty = 3\n[[bloc]]\nid = \"F\"\nsize = 1\n".to_owned(),
            drawn("level", "preferences.uncertainty"),
            judgement("factor", "scale = [\"member.*.uncertainty\"]"),
            drawn("bloc", "bloc.E.uncertainty"),
            drawn("weight", "preferences.priority.firm"),
            judgement("weights", "scale = [\"member.A.priority.firm\"]"),
            drawn("pace", "dynamics.concession"),
            judgement("paces", "shift = [\"member.B.concession\"]"),
            drawn("shared", "preferences.common_sd"),
            judgement("month", "scale = [\"candidate.*.common_sd\"]"),
            "[[assumption]]\nname = \"fixed\"\nset = { \"preferences.uncertainty\" = 0.5 }\n".to_owned(),
        ]
        .concat(),
    )
    .unwrap();
    let (model, _) = judged(&scenario, STATED, &[4.0, 1.5, 5.0, 2.0, 0.5, 0.75, 0.5, 0.25, 2.0]);
    let members =
        |model: &Model, value: fn(&crate::model::Member) -> f64| model.members.iter().map(value).collect::<Vec<_>>();
    assert_eq!(
        members(&model, |m| m.uncertainty),
        [6.0, 3.0, 7.5, 7.5, 6.0],
        "B says 2 itself, E's members what E says"
    );
    assert_eq!(members(&model, |m| m.priority[0]), [1.0, 2.0, 2.0, 2.0, 2.0]);
    assert_eq!(members(&model, |m| m.concession), [0.75, 1.25, 0.75, 0.75, 0.75]);
    assert_eq!(model.candidates.iter().map(|c| c.common_sd).collect::<Vec<_>>(), [0.5, 0.5]);
    let (fixed, _) = judged(&scenario, "fixed", &[4.0, 1.5, 5.0, 2.0, 0.5, 0.75, 0.5, 0.25, 2.0]);
    assert_eq!(members(&fixed, |m| m.uncertainty), [0.75, 3.0, 7.5, 7.5, 0.75], "of what is set no judgement is drawn");
}

#[test]
fn a_whole_and_its_numbers_are_not_both_judged() {
    let whole =
        |set: &str, values: &str| format!("[[judgement]]\nname = \"w\"\nset = [\"{set}\"]\none_of = [{values}]\n");
    let tables = "{ firm = 1 }, { firm = 2 }";
    for (whole, part) in [
        (whole("preferences.priority", tables), "preferences.priority.firm"),
        (whole("preferences.priority", tables), "member.A.priority.firm"),
        (whole("veto.A", "\"none\", \"absolute\""), "veto.*.probability"),
    ] {
        let text = format!("{whole}{}", judgement("part", &format!("scale = [\"{part}\"]")));
        let Err(LoadError::Invalid(problems)) = load(&text) else { panic!("{text}") };
        assert_eq!(problems.iter().next().unwrap().code, Code::SaidTwice, "{text}");
    }
}

#[test]
fn assumptions_and_changes_beat_judgements() {
    let scenario = load(
        &[
            judgement("points", "set = [\"support.A.x\"]"),
            judgement("red-line", "set = [\"veto.A.probability\"]"),
            "[[assumption]]\nname = \"fixed\"\nset = { \"support.A.x\" = -1 }\namend = { A = { probability = 0.1 } }\n"
                .to_owned(),
            "[[assumption]]\nname = \"nobody\"\nveto = { default = \"none\" }\n".to_owned(),
        ]
        .concat(),
    )
    .unwrap();
    let drawn = |name: &str, scenario: &Scenario| {
        let (model, _) = judged(scenario, name, &[0.75, 0.9]);
        (model.support[0], model.vetoes[0].probability)
    };
    assert_eq!(drawn(STATED, &scenario), (0.75, 0.9));
    assert_eq!(drawn("fixed", &scenario), (-1.0, 0.1));
    assert_eq!(drawn("nobody", &scenario), (0.75, 0.0));
    let changed = scenario.with_changes("changes", vec!["support.A.x=2".parse().unwrap()]).unwrap();
    assert_eq!(drawn(STATED, &changed), (2.0, 0.9));
}

#[test]
fn whole_numbers_words_and_crossed_levels() {
    let scenario = load(
        &[
            judgement("ballots", "set = [\"stage.vote.repeat\"]"),
            judgement("level", "set = [\"preferences.object_at\"]"),
            "[[judgement]]\nname = \"rule\"\nset = [\"stage.vote.appoint\"]\none_of = [\"consensus\", \"majority\"]\n"
                .to_owned(),
        ]
        .concat(),
    );
    // Levels that cross are held, not refused.
    let scenario = scenario.unwrap();
    let judging = scenario.judging(&[STATED]).unwrap();
    let draw = [Judged::Number(250.4), Judged::Number(0.5), Judged::Choice(1)];
    let (model, held) = judging.model(0, &draw).unwrap();
    assert_eq!(model.stages[0].repeat, 200);
    assert_eq!(model.members[0].object_at, 0.0);
    assert_eq!(held, [true, true, false]);
    let (other, _) = judging.model(0, &[Judged::Number(2.6), Judged::Number(-1.0), Judged::Choice(0)]).unwrap();
    assert_eq!((other.stages[0].repeat, other.members[0].object_at), (3, -1.0));
    assert_ne!(other.stages[0].appoint, model.stages[0].appoint);
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let codes = |text: &str| match load(text) {
        Err(LoadError::Invalid(problems)) => problems.iter().map(|problem| problem.code).collect::<Vec<_>>(),
        Err(error) => panic!("{error}"),
        Ok(_) => Vec::new(),
    };
    let with = |does: &str| codes(&judgement("j", does));
    assert_eq!(with("set = [\"support.A.z\"]"), [Code::UnknownName]);
    assert_eq!(with("set = [\"member.A.uncertanty\"]"), [Code::BadJudgement]);
    assert_eq!(with("shift = [\"suport.*.x\"]"), [Code::BadJudgement]);
    assert_eq!(with("shift = [\"veto.B.probability\"]"), [Code::BadJudgement]);
    assert_eq!(with("set = [\"support.*.x\"]"), [Code::BadJudgement]);
    assert_eq!(with("set = []"), [Code::EmptyList]);
    assert_eq!(with(""), [Code::BadJudgement]);
    assert_eq!(with("set = [\"support.A.x\"]\nscale = [\"support.A.x\"]"), [Code::BadJudgement]);
    assert_eq!(with("set = [\"support.A.x\"]\none_of = [1, 2]"), [Code::BadJudgement]);
    for (spread, code) in [
        ("low = 1", Code::BadJudgement),
        ("low = 2\nhigh = 1", Code::BadJudgement),
        ("low = inf\nhigh = 1", Code::NotFinite),
        ("one_of = [1]", Code::BadJudgement),
        ("one_of = [1, \"x\"]", Code::WrongType),
        ("low = 0\nhigh = 1\nshape = \"round\"", Code::UnknownChoice),
        ("low = 0\nhigh = 1\nnotes = \"\"", Code::UnknownKey),
    ] {
        let text = format!("[[judgement]]\nname = \"j\"\nset = [\"support.A.x\"]\n{spread}\n");
        assert_eq!(codes(&text), [code], "{spread}");
    }
    let twice = judgement("j", "set = [\"support.A.x\"]") + &judgement("k", "set = [\"support.A.x\"]");
    assert_eq!(codes(&twice), [Code::SaidTwice]);
    assert_eq!(codes(&judgement("j", "set = [\"support.A.x\"]").repeat(2)), [Code::DuplicateName]);
    let scale = "[[judgement]]\nname = \"j\"\nscale = [\"support.A.x\"]\nlow = 0\nhigh = 1\n";
    assert_eq!(codes(scale), [Code::BadJudgement], "a factor of 0 has no logarithm");
    assert_eq!(codes(&format!("{scale}shape = \"uniform\"\n")), []);
    let everything = judgement("j", &format!("shift = [{}]", "\"support.*.*\", ".repeat(2000)));
    let large: String = (0..64).map(|i| format!("[[candidate]]\nid = \"c{i}\"\n")).collect();
    let text = format!("title = \"large\"\nmember = [{{ id = \"A\" }}, {{ id = \"B\" }}]\n{large}{everything}");
    let refused = Scenario::from_text("large.toml", &text, None);
    assert!(matches!(refused, Err(LoadError::Invalid(problems)) if problems.iter().all(|it| it.code == Code::TooMany)));
    let many: String = (0..65).map(|i| judgement(&format!("j{i}"), "shift = [\"support.A.x\"]")).collect();
    assert_eq!(codes(&many), [Code::TooMany]);
}

#[test]
fn what_cannot_act_is_told() {
    let refused = |text: &str| match Scenario::from_text("words.toml", text, None) {
        Err(LoadError::Invalid(problems)) => problems.render(false, 200),
        other => panic!("{other:?}"),
    };
    let words =
        "title = \"words\"\nmember = [{ id = \"A\" }]\ncandidate = [{ id = \"x\" }]\nveto = { A = \"absolute\" }\n";
    let text = format!("{words}{}", judgement("v", "scale = [\"veto.*.probability\"]"));
    assert!(refused(&text).contains("write { probability = 1 } in place of \"absolute\""), "{}", refused(&text));
    let percent = refused(&format!("{words}support = {{ A = {{ x = \"50%\" }} }}"));
    assert!(percent.contains("points are no shares") && !percent.contains("0.5"), "{percent}");
    let zero = load(&judgement("z", "scale = [\"support.B.x\", \"event.*.probability\"]"));
    assert!(zero.is_err(), "there are no events");
    let zeros = load(&judgement("z", "scale = [\"preferences.common_sd\"]")).unwrap();
    assert!(zeros.warnings.iter().any(|it| it.code == Code::NoEffect && it.message.contains("multiplies is 0")));
    let one = load(&judgement("z", "scale = [\"preferences.common_sd\", \"support.A.x\"]")).unwrap();
    assert!(one.warnings.iter().all(|it| it.code != Code::NoEffect));
}

/// Only what is judged is computed anew, and that is seen nowhere: on every scenario with judgements, under every
/// assumption.
#[test]
fn what_is_put_together_is_what_would_be_resolved() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut compared = 0;
    for path in files.filter(|path| path.extension().is_some_and(|it| it == "toml")) {
        let scenario = Scenario::load(&path).unwrap();
        let names: Vec<&str> = scenario.assumptions.iter().map(|model| model.assumption.as_str()).collect();
        if scenario.judgements.is_empty() {
            continue;
        }
        let judging = scenario.judging(&names).unwrap();
        let drawing = crate::analysis::judgements::Drawing::new(7);
        for (world, name) in names.iter().enumerate() {
            for point in 0..8 {
                let judged = drawing.at(point, &scenario.judgements);
                assert_put_together(&judging, world, &judged);
                let [added_up, kept] = judging.is_put_together(world);
                assert!(kept, "{} {name}: resolved anew", path.display());
                compared += usize::from(added_up);
            }
        }
    }
    assert!(compared > 100, "{compared}");
}

/// That a model put together and the one resolved anew are equal, to the bit; and so what is held at limits.
fn assert_put_together(judging: &Judging<'_>, world: usize, judged: &[Judged]) {
    let (quick, anew) = (judging.model(world, judged).unwrap(), judging.resolved(world, judged).unwrap());
    assert!(quick == anew, "{quick:?}\n{anew:?}");
    assert_eq!(format!("{quick:?}"), format!("{anew:?}"));
}

#[test]
fn defaults_and_levels_are_put_where_they_hold() {
    let paths = [
        "preferences.uncertainty",
        "preferences.accept_at",
        "preferences.object_at",
        "preferences.votes_at",
        "preferences.priority_sd.firm",
        "preferences.group_sd.west",
        "member.B.object_at",
        "member.A.uncertainty_about.x",
        "bloc.E.uncertainty",
        "candidate.x.traits.firm",
        "candidate.y.uncertainty",
        "support.west.x",
        "event.fall.probability",
        "stage.vote.continues",
        "dynamics.foresight",
        "veto.A.alone",
    ];
    let judged = paths.map(|path| {
        format!("[[judgement]]\nname = \"{}\"\nset = [\"{path}\"]\nlow = 0\nhigh = 1\n", path.replace('.', "-"))
    });
    let more = "bloc = [{ id = \"E\", size = 2, accept_at = 0.5 }]\n\
                event = [{ name = \"fall\", probability = 0.1, effects = [{ leaves = \"x\" }] }]\n";
    let scenario = load(&format!("{more}{}", judged.concat())).unwrap();
    let judging = scenario.judging(&[STATED]).unwrap();
    // At some of these points levels cross, and numbers lie beyond their limits.
    for point in 0..19 {
        let numbers = (0..paths.len()).map(|index| ((index * 7 + point * 5) % 19) as f64 / 15.0 - 0.2);
        assert_put_together(&judging, 0, &numbers.map(Judged::Number).collect::<Vec<_>>());
    }
    assert_eq!(judging.is_put_together(0), [true, true]);
}

#[test]
fn what_does_more_than_stand_in_the_model_is_resolved_anew() {
    for (set, numbers) in [
        ("stage.vote.repeat", [1.0, 4.0, 7.0]),
        ("candidate.x.withdraws_below", [0.1, 0.25, 0.5]),
        ("support.A.x", [0.1, -2.0, 3.0]),
    ] {
        let other = judgement("other", "scale = [\"candidate.*.availability\"]");
        let scenario = load(&(judgement("j", &format!("set = [\"{set}\"]")) + &other)).unwrap();
        let judging = scenario.judging(&[STATED]).unwrap();
        for number in numbers {
            assert_put_together(&judging, 0, &[Judged::Number(number), Judged::Number(0.5)]);
        }
        let is_support = set.starts_with("support");
        assert_eq!(judging.is_put_together(0), [is_support; 2], "{set}");
    }
}
