//! Every key of the format changes some result: a parameter that does nothing is a fault.

use super::world::{rounds, scenario};

/// A world in which everything matters a little.
const BASE: &str = r#"
title = "keys"
[preferences]
noise = "normal"
uncertainty = 1.0
salience = 0.5
home = 0.5
accept_at = 0.1
object_at = -0.2
common_sd = 0.2
priority = { skill = 0.3 }
trait_sd = { skill = 0.3 }
group_sd = { west = 0.4 }
[[member]]
id = "a"
groups = ["west"]
measures = { weight = 5 }
ideal = { left = 1.0 }
[[member]]
id = "b"
groups = ["west"]
measures = { weight = 3 }
ideal = { left = -1.0 }
[[member]]
id = "c"
measures = { weight = 2 }
[[member]]
id = "d"
measures = { weight = 2 }
[[candidate]]
id = "x"
home = "a"
traits = { skill = 1.0 }
position = { left = 0.5 }
[[candidate]]
id = "y"
home = "c"
traits = { skill = -0.5 }
position = { left = -1.0 }
[[candidate]]
id = "z"
traits = { skill = 0.5 }
[[candidate]]
id = "r"
reserve = true
[support.a]
x = 0.3
y = -0.4
[support.west]
x = 0.2
[[event]]
name = "storm"
probability = 0.4
effects = [{ points = -0.5, members = ["west"], candidates = ["x"] }]
[[stage]]
name = "poll"
drop = { keep = 2 }
[[stage]]
name = "consult"
repeat = 3
appoint = { all = ["no_veto", { count = { of = "weight", at_least = 8 } }] }
[[stage]]
name = "vote"
ballot = "choice"
repeat = 2
field = ["x", "y", "r"]
appoint = "majority"
drop = "lowest"
[[stage]]
name = "last"
field = ["r"]
appoint = "consensus"
[dynamics]
momentum = 0.5
memory = 0.9
concession = 0.05
accommodation = { holdouts = 1, probability = 0.3 }
[veto]
default = { probability = 0.6, cost = 0.4 }
"#;

/// What to replace, by what, and the key this is about. The first occurrence is replaced.
const EDITS: &[(&str, &str, &str)] = &[
    ("preferences.noise", "\"normal\"", "\"gumbel\""),
    ("preferences.noise (logistic)", "\"normal\"", "\"logistic\""),
    ("preferences.noise (laplace)", "\"normal\"", "\"laplace\""),
    ("preferences.noise (uniform)", "\"normal\"", "\"uniform\""),
    ("preferences.uncertainty", "uncertainty = 1.0", "uncertainty = 1.2"),
    ("preferences.salience", "salience = 0.5", "salience = 0.9"),
    ("preferences.home", "home = 0.5", "home = 0.9"),
    ("preferences.accept_at", "accept_at = 0.1", "accept_at = 0.3"),
    ("preferences.object_at", "object_at = -0.2", "object_at = -0.4"),
    ("preferences.common_sd", "common_sd = 0.2", "common_sd = 0.5"),
    ("preferences.priority", "priority = { skill = 0.3 }", "priority = { skill = 0.6 }"),
    ("preferences.trait_sd", "trait_sd = { skill = 0.3 }", "trait_sd = { skill = 0.8 }"),
    ("preferences.group_sd", "group_sd = { west = 0.4 }", "group_sd = { west = 0.8 }"),
    ("member.groups", "groups = [\"west\"]", "groups = []"),
    ("member.measures", "weight = 5", "weight = 8"),
    ("member.ideal", "ideal = { left = 1.0 }", "ideal = { left = 3.0 }"),
    ("member.priority", "id = \"c\"", "id = \"c\"\npriority = { skill = -0.5 }"),
    ("member.salience", "id = \"b\"", "id = \"b\"\nsalience = 1.5"),
    ("member.home", "id = \"c\"", "id = \"c\"\nhome = 2.0"),
    ("member.uncertainty", "id = \"c\"", "id = \"c\"\nuncertainty = 0.2"),
    ("member.uncertainty_about", "id = \"c\"", "id = \"c\"\nuncertainty_about = { x = 0.1 }"),
    ("member.accept_at", "id = \"c\"", "id = \"c\"\naccept_at = 0.7"),
    ("member.object_at", "id = \"c\"", "id = \"c\"\nobject_at = -0.9"),
    ("member.concession", "id = \"c\"", "id = \"c\"\nconcession = 0.5"),
    ("member.id", "id = \"d\"", "id = \"dd\""),
    ("candidate.id", "id = \"z\"", "id = \"zz\""),
    ("candidate.home", "home = \"c\"", "home = \"b\""),
    ("candidate.traits", "traits = { skill = -0.5 }", "traits = { skill = 1.5 }"),
    ("candidate.position", "position = { left = -1.0 }", "position = { left = 2.0 }"),
    ("candidate.common_sd", "id = \"y\"", "id = \"y\"\ncommon_sd = 1.0"),
    ("candidate.availability", "id = \"y\"", "id = \"y\"\navailability = 0.5"),
    ("candidate.enters", "id = \"y\"", "id = \"y\"\nenters = 3"),
    ("candidate.reserve", "reserve = true", "reserve = false"),
    ("candidate.withdraws_if_vetoed", "id = \"y\"", "id = \"y\"\nwithdraws_if_vetoed = 0.5"),
    ("candidate.withdraws_below", "id = \"y\"", "id = \"y\"\nwithdraws_below = 0.5"),
    ("support.MEMBER", "x = 0.3", "x = 0.9"),
    ("support.GROUP", "x = 0.2", "x = -0.6"),
    ("event.name", "name = \"storm\"", "name = \"calm\""),
    ("event.probability", "probability = 0.4\neffects", "probability = 0.9\neffects"),
    ("event.effects.points", "points = -0.5", "points = -2.0"),
    ("event.effects.members", ", members = [\"west\"]", ""),
    ("event.effects.candidates", ", candidates = [\"x\"]", ""),
    ("event.effects.leaves", "{ points = -0.5, members = [\"west\"], candidates = [\"x\"] }", "{ leaves = \"x\" }"),
    ("event.effects.joins", "effects = [", "effects = [{ joins = \"r\" }, "),
    ("event.effects.veto", "effects = [", "effects = [{ veto = { default = \"absolute\" } }, "),
    ("preferences.member_sd", "common_sd = 0.2", "common_sd = 0.2\nmember_sd = 0.5"),
    ("preferences.priority_sd", "common_sd = 0.2", "common_sd = 0.2\npriority_sd = { skill = 0.5 }"),
    ("preferences.votes_at", "common_sd = 0.2", "common_sd = 0.2\nvotes_at = 0.3"),
    ("member.member_sd", "id = \"c\"", "id = \"c\"\nmember_sd = 0.8"),
    ("member.priority_sd", "id = \"c\"", "id = \"c\"\npriority_sd = { skill = 0.8 }"),
    ("member.votes_at", "id = \"c\"", "id = \"c\"\nvotes_at = 0.5"),
    ("member.foresight", "id = \"c\"", "id = \"c\"\nforesight = 1"),
    ("member.yields", "id = \"c\"", "id = \"c\"\nyields = false"),
    ("candidate.uncertainty", "id = \"y\"", "id = \"y\"\nuncertainty = 0.2"),
    ("stage.members", "repeat = 3", "repeat = 3\nmembers = [\"west\", \"c\"]"),
    ("stage.appoint_from", "repeat = 3", "repeat = 3\nappoint_from = 2"),
    ("stage.continues", "repeat = 3", "repeat = 3\ncontinues = 0.5"),
    ("stage.support_by", "repeat = 3", "repeat = 3\nsupport_by = \"weight\""),
    ("stage.ties", "drop = \"lowest\"", "drop = \"lowest\"\nties = \"ballot\""),
    ("dynamics.foresight", "memory = 0.9", "memory = 0.9\nforesight = 0.5"),
    ("dynamics.drift_sd", "memory = 0.9", "memory = 0.9\ndrift_sd = 0.4"),
    ("dynamics.doubt_sd", "memory = 0.9", "memory = 0.9\ndoubt_sd = 0.6"),
    ("dynamics.accommodation.limit", "holdouts = 1, probability = 0.3", "holdouts = 1, probability = 0.3, limit = 0.3"),
    ("veto.alone", "cost = 0.4", "cost = 0.4, alone = 0.5"),
    ("veto.drawn", "cost = 0.4", "cost = 0.4, drawn = \"member\""),
    ("rule: count.more_than", "at_least = 8", "more_than = 8"),
    ("stage.ballot", "ballot = \"choice\"", "ballot = \"stances\""),
    ("stage.votes", "ballot = \"choice\"", "ballot = \"choice\"\nvotes = 2"),
    ("stage.repeat", "repeat = 3", "repeat = 1"),
    ("stage.appoint", "appoint = \"majority\"", "appoint = \"unanimity\""),
    ("stage.choose", "repeat = 3", "repeat = 3\nchoose = \"utility\""),
    ("stage.choose (lot)", "repeat = 3", "repeat = 3\nchoose = \"lot\""),
    ("stage.drop", "drop = { keep = 2 }", "drop = { keep = 1 }"),
    ("stage.drop (none)", "drop = { keep = 2 }", "drop = \"none\""),
    ("stage.drop (vetoed)", "drop = { keep = 2 }", "drop = \"vetoed\""),
    ("stage.drop (below)", "drop = { keep = 2 }", "drop = { below = 0.7 }"),
    ("stage.from_ballot", "drop = \"lowest\"", "drop = \"lowest\"\nfrom_ballot = 2"),
    ("stage.field", "field = [\"r\"]", "field = [\"r\", \"x\"]"),
    ("stage.goodwill", "field = [\"r\"]", "field = [\"r\"]\ngoodwill = 1.0"),
    ("dynamics.momentum", "momentum = 0.5", "momentum = 2.0"),
    ("dynamics.memory", "memory = 0.9", "memory = 0.2"),
    ("dynamics.concession", "concession = 0.05", "concession = 0.4"),
    ("dynamics.accommodation.holdouts", "holdouts = 1", "holdouts = 3"),
    ("dynamics.accommodation.probability", "holdouts = 1, probability = 0.3", "holdouts = 1, probability = 0.9"),
    ("veto.default", "default = { probability = 0.6, cost = 0.4 }", "default = \"none\""),
    ("veto.probability", "probability = 0.6, cost", "probability = 0.9, cost"),
    ("veto.cost", "cost = 0.4", "cost = 2.0"),
    ("veto.against", "cost = 0.4", "cost = 0.4, against = [\"x\"]"),
    ("veto.MEMBER", "[veto]", "[veto]\na = \"none\""),
    ("veto.GROUP", "[veto]", "[veto]\nwest = \"absolute\""),
    ("rule: count.of", "of = \"weight\", at_least = 8", "of = \"members\", at_least = 3"),
    ("rule: count.at_least", "at_least = 8", "at_least = 10"),
    ("rule: no_veto", "\"no_veto\", ", ""),
    (
        "rule: share",
        "{ count = { of = \"weight\", at_least = 8 } }",
        "{ share = { of = \"weight\", at_least = \"1/2\" } }",
    ),
    (
        "rule: share.base",
        "{ count = { of = \"weight\", at_least = 8 } }",
        "{ share = { of = \"weight\", at_least = 0.67, base = \"voting\" } }",
    ),
    (
        "rule: objections",
        "{ count = { of = \"weight\", at_least = 8 } }",
        "{ objections = { of = \"weight\", at_most = 3 } }",
    ),
    ("rule: any", "{ all = [", "{ any = ["),
];

#[test]
fn every_key_changes_some_round() {
    let base = scenario(BASE);
    let before = rounds(&base.assumptions[0], 1, 4000);
    for (key, from, to) in EDITS {
        assert!(BASE.contains(from), "{key}: {from:?} is not in the base scenario");
        let edited = scenario(&BASE.replacen(from, to, 1));
        let after = rounds(&edited.assumptions[0], 1, 4000);
        assert!(before != after, "{key} changes nothing");
    }
    assert!(before != rounds(&base.assumptions[0], 2, 4000), "the seed changes nothing");
}

/// An institution with a bloc of its own and another.
const BLOCS: &str = r#"
title = "blocs"
institution = "conclave"
electors = 7
[preferences]
group_sd = { elector = 0.3, old = 0.5 }
[[bloc]]
id = "guest"
size = 3
groups = ["old"]
uncertainty = 0.5
[[candidate]]
id = "x"
[[candidate]]
id = "y"
[support.guest]
x = 0.3
"#;

#[test]
fn every_key_of_institutions_and_blocs_changes_some_round() {
    let before = rounds(&scenario(BLOCS).assumptions[0], 1, 1000);
    for (key, from, to) in [
        ("institution", "\"conclave\"", "\"ioc\""),
        ("electors", "electors = 7", "electors = 8"),
        ("bloc.id", "guest", "visitor"),
        ("bloc.size", "size = 3", "size = 4"),
        ("bloc.groups", "groups = [\"old\"]", "groups = []"),
        ("bloc.uncertainty", "uncertainty = 0.5", "uncertainty = 0.9"),
        ("preferences.group_sd of a bloc", "elector = 0.3", "elector = 0.9"),
        ("support of a bloc", "x = 0.3", "x = -0.9"),
        ("a stage in place of the institution's", "[support", "[[stage]]\nappoint = \"majority\"\n[support"),
    ] {
        assert!(BLOCS.contains(from), "{key}");
        let edited = BLOCS.replace(from, to);
        assert!(before != rounds(&scenario(&edited).assumptions[0], 1, 1000), "{key} changes nothing");
    }
}

#[test]
fn a_bloc_of_another_size_leaves_the_draws_of_the_others_alone() {
    // With a veto of the first elector alone, nobody else decides, however many there are.
    let first = |electors: usize| {
        let text = format!(
            "title = \"x\"\ninstitution = \"conclave\"\nelectors = {electors}\n[[candidate]]\nid = \"x\"\n[veto]\nelector-01 = \"absolute\"
            [[stage]]\nappoint = \"no_veto\""
        );
        rounds(&scenario(&text).assumptions[0], 1, 1000).iter().map(|round| round.outcome).collect::<Vec<_>>()
    };
    assert_eq!(first(3), first(120));
    assert!(first(3).contains(&None));
}

#[test]
fn seed_and_rounds_are_read() {
    let scenario = scenario(&format!("seed = 77\nrounds = 1_234\nsummary = \"s\"\nsources = [\"one\"]\n{BASE}"));
    assert_eq!((scenario.seed, scenario.rounds, scenario.summary.as_str(), scenario.sources.len()), (77, 1234, "s", 1));
}

#[test]
fn assumptions_replace_amend_and_set() {
    let text = BASE.to_owned()
        + r#"
[[assumption]]
name = "replaced"
veto = { a = "absolute" }
[[assumption]]
name = "amended"
amend = { a = "none" }
[[assumption]]
name = "set"
set = { "stage.consult.repeat" = 1, "support.a.x" = 2.0, "preferences.uncertainty" = 0.5, "veto.b" = "none" }
"#;
    let scenario = scenario(&text);
    let [stated, replaced, amended, set] = &scenario.assumptions[..] else { panic!("four assumptions") };
    let powers = |model: &nemcon::model::Model| model.vetoes.iter().map(|v| v.exists()).collect::<Vec<_>>();
    assert_eq!(powers(stated), [true; 4]);
    assert_eq!(powers(replaced), [true, false, false, false]);
    assert_eq!(powers(amended), [false, true, true, true]);
    assert_eq!(powers(set), [true, false, true, true]);
    assert_eq!((set.stages[1].repeat, set.support[0], set.members[3].uncertainty), (1, 2.2, 0.5));
    assert_eq!((stated.stages[1].repeat, stated.support[0]), (3, 0.5));
}
