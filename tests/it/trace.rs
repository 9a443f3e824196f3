//! Stories of single rounds: every kind of thing that can happen in one, in words and as data.

use std::fmt::Write as _;
use std::path::Path;

use nemcon::report::Look;
use nemcon::report::trace::TraceReport;
use nemcon::scenario::Scenario;
use nemcon::simulation::{Plan, trace};

/// Four members whose views are certain.
const FOUR: &str = "
title = \"Four\"
[preferences]
uncertainty = 0
object_at = -0.2
[[member]]
id = \"USA\"
groups = [\"west\"]
[[member]]
id = \"GBR\"
groups = [\"west\"]
[[member]]
id = \"TUR\"
[[member]]
id = \"HUN\"
";

/// Hands the report about round `number` of the scenario to `use_it`.
fn with_report<T>(text: &str, number: u64, use_it: impl FnOnce(&TraceReport<'_>) -> T) -> T {
    let scenario = Scenario::from_text("test.toml", text, None)
        .unwrap_or_else(|problem| panic!("{}\n{text}", problem.render(false, 120)));
    let model = &scenario.assumptions[0];
    let story = trace(&Plan::new(model.clone()), 1, number);
    let repeat = "nemcon trace test.toml";
    use_it(&TraceReport { title: &scenario.title, model, seed: 1, story: &story, nth: None, repeat })
}

fn told(text: &str, number: u64) -> String {
    with_report(text, number, |report| report.render(Look::default()))
}

fn told_in(width: u16, text: &str, number: u64) -> String {
    with_report(text, number, |report| report.render(Look { width, styled: false }))
}

/// [`FOUR`] with candidates; `more` is the rest of the file.
fn four(candidates: &[(&str, &str, [f64; 4])], more: &str) -> String {
    let mut text = FOUR.to_owned();
    for (id, keys, _) in candidates {
        writeln!(text, "[[candidate]]\nid = \"{id}\"\nname = \"{}\"\n{keys}", id.to_uppercase()).unwrap();
    }
    for (m, member) in ["USA", "GBR", "TUR", "HUN"].into_iter().enumerate() {
        writeln!(text, "[support.{member}]").unwrap();
        for (id, _, views) in candidates {
            writeln!(text, "{id} = {:?}", views[m]).unwrap();
        }
    }
    text + more
}

/// What happens before the first ballot; members who can veto because of an event; a stage that is not held.
fn opening() -> String {
    four(
        &[
            ("ann", "", [1.0, 1.0, 1.0, -1.0]),
            ("bob", "", [1.0, 1.0, 1.0, 1.0]),
            ("cay", "availability = 0", [1.0, 1.0, 1.0, 1.0]),
            ("dan", "reserve = true", [1.0, 1.0, -1.0, -1.0]),
            ("eve", "enters = 2", [1.0, 1.0, -1.0, 1.0]),
        ],
        "
[[event]]
name = \"scandal\"
probability = 1
effects = [{ leaves = \"bob\" }, { members = [\"west\"], candidates = [\"eve\"], points = -0.5 }]
[[event]]
name = \"threat\"
probability = 1
effects = [{ veto = { HUN = \"absolute\" } }]
[[event]]
name = \"thaw\"
probability = 0
effects = [{ points = 1 }]
[[stage]]
name = \"talks\"
repeat = 3
appoint = \"consensus\"
[[stage]]
name = \"nobody\"
field = [\"cay\"]
appoint = \"consensus\"
[[stage]]
name = \"reserve\"
field = [\"dan\"]
appoint = \"majority\"
[veto]
TUR = { against = [\"eve\"] }
",
    )
}

/// Vetoes, objections that are none for three different reasons, and a side payment.
fn objections() -> String {
    four(
        &[("ann", "", [-0.5, -1.0, 1.0, -0.3]), ("bob", "", [1.0, 1.0, -1.0, -1.0])],
        "
[[stage]]
name = \"talks\"
repeat = 4
appoint = \"consensus\"
[dynamics]
accommodation = { holdouts = 1, probability = 0.5 }
[veto]
USA = \"absolute\"
GBR = { probability = 0.5 }
HUN = { cost = 0.5 }
",
    )
}

/// Candidates who leave.
fn leaving() -> String {
    four(
        &[
            ("ann", "withdraws_if_vetoed = 1", [1.0, 1.0, 1.0, -1.0]),
            ("bob", "withdraws_below = \"1/2\"", [1.0, -1.0, -1.0, -0.5]),
            ("cay", "", [1.0, 1.0, -1.0, -1.0]),
            ("dan", "", [1.0, -1.0, 1.0, -1.0]),
            ("eve", "", [1.0, 1.0, 1.0, -1.0]),
        ],
        "
[[stage]]
name = \"first\"
repeat = 2
appoint = \"consensus\"
drop = \"lowest\"
from_ballot = 2
[[stage]]
name = \"second\"
repeat = 3
appoint = { all = [\"no_veto\", { count = { of = \"members\", at_least = 4 } }, { objections = { of = \"members\", at_most = 0 } }] }
drop = \"vetoed\"
[veto]
HUN = \"absolute\"
",
    )
}

/// A straw poll, then votes weighted by population, then fewer candidates.
fn votes() -> String {
    let text = four(
        &[
            ("ann", "", [2.0, 1.0, 1.0, 0.5]),
            ("bob", "", [1.0, 2.0, 1.5, -0.5]),
            ("cay", "", [0.5, 0.5, -2.0, 1.0]),
        ],
        "
[[stage]]
name = \"poll\"
[[stage]]
name = \"votes\"
ballot = \"choice\"
repeat = 2
appoint = { any = [{ share = { of = \"population\", at_least = \"2/3\" } }, { count = { of = \"members\", at_least = 3 } }] }
drop = { keep = 2 }
",
    );
    let measures = |text: String, id: &str, population: &str| {
        text.replacen(
            &format!("id = \"{id}\"\n"),
            &format!("id = \"{id}\"\nmeasures = {{ population = {population} }}\n"),
            1,
        )
    };
    [("USA", "234_900_000"), ("GBR", "68_350_000"), ("TUR", "85_330_000.5"), ("HUN", "9_590_000")]
        .into_iter()
        .fold(text, |text, (id, population)| measures(text, id, population))
}

#[test]
fn how_a_round_opens() {
    insta::assert_snapshot!("opening", told(&opening(), 0));
}

#[test]
fn objections_that_block_and_that_do_not() {
    insta::assert_snapshot!("objections", told(&objections(), 9));
    insta::assert_snapshot!("objections_narrow", told_in(40, &objections(), 9));
}

#[test]
fn candidates_leave() {
    insta::assert_snapshot!("leaving", told(&leaving(), 0));
}

#[test]
fn polls_and_votes() {
    insta::assert_snapshot!("votes", told(&votes(), 0));
}

#[test]
fn why_this_one_of_several() {
    let field: [(&str, &str, [f64; 4]); 3] =
        [("ann", "", [1.0, 1.0, 0.0, 1.0]), ("bob", "", [1.0, 1.0, 1.0, -1.0]), ("cay", "", [2.0, 1.0, -0.1, 1.0])];
    let result = |field: &[(&str, &str, [f64; 4])], choose: &str| {
        let stage = format!("[[stage]]\nname = \"talks\"\nappoint = \"majority\"\nchoose = \"{choose}\"\n");
        let text = told(&four(field, &stage), 0);
        let lines = text.lines().skip_while(|line| !line.starts_with(" result"));
        lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    };
    let equal = [("ann", "", [1.0, 1.0, -1.0, 1.0]), ("bob", "", [1.0, 1.0, 1.0, -1.0])];
    let told = [
        result(&field[..1], "support"),
        result(&field, "support"),
        result(&field[1..], "support"),
        result(&equal, "support"),
        result(&field, "utility"),
        result(&field, "lot"),
    ];
    insta::assert_snapshot!("why", told.join("\n"));
}

#[test]
fn members_with_long_ids_are_numbered() {
    let mut text =
        String::from("title = \"Long\"\n[[candidate]]\nid = \"ann\"\n[veto]\nmember-of-the-board-3 = \"absolute\"\n");
    for m in 1..=11 {
        writeln!(text, "[[member]]\nid = \"member-of-the-board-{m}\"").unwrap();
    }
    insta::assert_snapshot!("numbered", told(&text, 1));
}

#[test]
fn no_one_stands() {
    insta::assert_snapshot!("nobody", told(&four(&[("ann", "availability = 0", [0.0; 4])], ""), 0));
}

#[test]
fn the_story_as_data() {
    let json = with_report(&objections(), 9, |report| serde_json::to_string_pretty(&report.data()).unwrap());
    insta::assert_snapshot!("data", json);
}

#[test]
fn ballots_that_repeat_are_told_once() {
    let text = four(
        &[("ann", "", [1.0, 1.0, 1.0, -1.0]), ("bob", "enters = 150", [1.0, 1.0, -1.0, -1.0])],
        "[[stage]]\nname = \"talks\"\nrepeat = 200\nappoint = \"consensus\"\n[veto]\nHUN = \"absolute\"\n",
    );
    insta::assert_snapshot!("repeated", told(&text, 0));
}

#[test]
fn the_largest_bodies_fit_the_narrowest_terminals() {
    let mut text = String::from("title = \"Large\"\n[veto]\ndefault = { probability = 0.5, cost = 1 }\n");
    for m in 0..256 {
        writeln!(text, "[[member]]\nid = \"member-{m}\"\n").unwrap();
    }
    for c in 0..64 {
        writeln!(text, "[[candidate]]\nid = \"candidate-{c}\"\nname = \"Candidate Number {c} of Many\"").unwrap();
    }
    text += "[[stage]]\nname = \"talks\"\nrepeat = 200\nappoint = \"unanimity\"\n";
    for width in [40, 60, 80, 100] {
        let story = told_in(width, &text, 0);
        let longest = story.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(longest <= usize::from(width), "{longest} columns of {width}");
        assert!(story.lines().count() < 600, "{} lines in {width} columns", story.lines().count());
    }
}

#[test]
fn columns_of_members_are_whole_or_not_there() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/nato-2023.toml");
    let scenario = Scenario::load(&path).unwrap();
    let model = &scenario.assumptions[0];
    let story = trace(&Plan::new(model.clone()), 20_230_704, 31);
    let report = TraceReport { title: "", model, seed: 1, story: &story, nth: None, repeat: "" };
    let mut shown = 0;
    for width in 40..=100 {
        let text = report.render(Look { width, styled: false });
        assert!(text.lines().all(|line| line.chars().count() <= usize::from(width)), "{width}:\n{text}");
        let Some(row) = text.lines().find(|line| line.starts_with(" Kolinda Grabar-Kitarović   28   2")) else {
            continue;
        };
        let marks = row.chars().rev().filter(|c| !c.is_whitespace()).take_while(|c| "+.-Vody".contains(*c)).count();
        assert!(marks == 0 || marks == 31, "{width}: {row}");
        shown += usize::from(marks == 31);
    }
    assert_eq!(shown, 21, "from 80 columns on");
}

/// A side payment is worth something only if another ballot comes.
#[test]
fn a_side_payment_can_come_too_late() {
    let round = |repeat: u32| {
        let procedure = format!(
            "[veto]\nUSA = \"absolute\"\n[dynamics]\naccommodation = {{ holdouts = 1, probability = 1 \
             }}\n[[stage]]\nname = \"vote\"\nrepeat = {repeat}\nappoint = \"consensus\"\n"
        );
        told(&four(&[("jo", "", [-1.0, 1.0, 1.0, 1.0])], &procedure), 0)
    };
    assert!(round(1).contains("offered on JO to USA: accepted, too late"), "{}", round(1));
    let in_time = round(2);
    assert!(in_time.contains("accepted, neutral on JO from now on") && in_time.contains("Outcome: JO"), "{in_time}");
}

/// A stage that nobody could be considered in is not passed over in silence, not even the first.
#[test]
fn stages_not_held_are_named() {
    let text = four(
        &[("jo", "availability = 0", [1.0; 4]), ("kim", "reserve = true", [1.0; 4])],
        "[[stage]]\nname = \"first\"\nappoint = \"consensus\"\n[[stage]]\nname = \"second\"\nfield = \
         [\"kim\"]\nappoint = \"unanimity\"\n",
    );
    let story = told(&text, 0);
    assert!(
        story.contains("Stage first is not held") && story.contains("Appoints with every member in favour"),
        "{story}"
    );
}

/// Who is deterred by what, and who is not ready at all, is said in the words of the keys.
#[test]
fn vetoes_not_cast_have_their_own_reasons() {
    let with = |power: &str| {
        four(
            &[("jo", "", [-1.0, 1.0, 1.0, 1.0])],
            &format!("[veto]\nUSA = {power}\n[[stage]]\nname = \"vote\"\nappoint = \"consensus\"\n"),
        )
    };
    let alone = told(&with("{ alone = 1.5 }"), 0);
    assert!(alone.contains("deterred by standing alone") && !alone.contains("cost"), "{alone}");
    let both = told(&with("{ alone = 1.5, cost = 0.2 }"), 0);
    assert!(both.contains("deterred by the cost of a veto and by standing alone"), "{both}");
    let costly = told(&with("{ cost = 5 }"), 0);
    assert!(costly.contains("deterred by the cost of a veto)") && !costly.contains("alone)"), "{costly}");
    let text = with("{ probability = 0.5, drawn = \"member\" }");
    let stories: Vec<String> = (0..20).map(|round| told(&text, round)).collect();
    assert!(stories.iter().any(|story| story.contains("USA (not ready to block in this round)")), "{}", stories[0]);
    assert!(stories.iter().all(|story| !story.contains("red line")), "{}", stories[0]);
    let ready = |round| with_report(&text, round, |it| it.data().ballots[0].candidates[0].not_ready.is_empty());
    assert!((0..20).any(|round| !ready(round)) && (0..20).any(ready));
}

#[test]
fn who_abstains_is_told() {
    let with = |bar: &str| {
        let text = four(
            &[("jo", "", [1.0, 1.0, -1.0, -1.0]), ("kim", "", [-1.0, -1.0, 1.0, -1.0])],
            &format!(
                "[[stage]]\nname = \"vote\"\nballot = \"choice\"\n\
                 appoint = {{ share = {{ more_than = \"{bar}\", base = \"voting\" }} }}\n"
            ),
        );
        text.replacen("uncertainty = 0", "uncertainty = 0\nvotes_at = 0.5", 1)
    };
    let passes = told(&with("1/2"), 0);
    assert!(passes.contains("JO alone passes, with the votes of 2 of the 3 who vote (of 4), and is"), "{passes}");
    let fails = told(&with("2/3"), 0).replace("\n", " ");
    let fails = fails.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(fails.contains("2 of 3 members who cast a vote voting for the candidate, 3 needed"), "{fails}");
    assert!(!fails.contains("voting voting"), "{fails}");
    with_report(&with("1/2"), 0, |report| {
        let ballot = &report.data().ballots[0];
        assert_eq!((ballot.voting.join(" "), ballot.abstaining.join(" ")), ("USA GBR TUR".into(), "HUN".into()));
    });
}

#[test]
fn what_waiting_does_to_reservation_levels_is_told() {
    let text = "title = \"waiting\"\nmember = [{ id = \"A\", foresight = 1, concession = 0.5 }, { id = \"B\" }]\n\
                candidate = [{ id = \"x\" }, { id = \"y\", enters = 2 }]\n\
                support = { A = { x = -9, y = 3 }, B = { x = 0.5, y = 3 } }\nveto = { A = \"absolute\" }\n\
                stage = [{ name = \"s\", repeat = 2, appoint = \"consensus\", appoint_from = 2 }]\n";
    let story = told(text, 1);
    assert!(story.contains("raises reservation levels by +0.00 (B), +3.0"), "{story}");
    with_report(text, 1, |report| {
        let data = report.data();
        let (first, second) = (&data.ballots[0].reservation_levels, &data.ballots[1].reservation_levels);
        assert!((first[0].waiting - 3.0).abs() < 0.1 && first[0].level == first[0].waiting, "{first:?}");
        assert_eq!((second[0].waiting, second[0].level, second[1].level), (0.0, -0.5, 0.0));
    });
}

#[test]
fn side_payments_out_of_reach_are_not_offered() {
    let text = |limit: &str| {
        four(
            &[("jo", "", [-3.0, -0.5, 2.0, 2.0])],
            &format!(
                "[[stage]]\nname = \"vote\"\nrepeat = 2\nappoint = \"consensus\"\n[veto]\nwest = \"absolute\"\n\
                 [dynamics]\naccommodation = {{ holdouts = 2, probability = 1, limit = {limit} }}\n"
            ),
        )
        .replacen("id = \"GBR\"", "id = \"GBR\"\nyields = false", 1)
    };
    let none = told(&text("1"), 0);
    let says = "none on JO: GBR takes none; USA dislikes them by more than the limit, 1";
    assert!(none.contains(says) && !none.contains("offered"), "{none}");
    let one = told(&text("4"), 0);
    assert!(one.contains("offered on JO to USA: accepted") && one.contains("; GBR takes none"), "{one}");
    let data = |limit: &str| {
        with_report(&text(limit), 0, |report| {
            let ballot = &report.data().ballots[0];
            (ballot.side_payment_about.map(str::to_owned), ballot.out_of_reach.join(" "))
        })
    };
    assert_eq!(data("1"), (None, "USA GBR".to_owned()));
    assert_eq!(data("4"), (Some("jo".to_owned()), "GBR".to_owned()));
}

#[test]
fn votes_among_tied_are_told_and_whether_a_lot_decided() {
    let text = |more: &str| {
        format!(
            "title = \"ties\"\npreferences = {{ uncertainty = 0{more} }}\n\
             bloc = [{{ id = \"W\", size = 3 }}, {{ id = \"X\", size = 2 }}, {{ id = \"Y\", size = 2 }}]\n\
             candidate = [{{ id = \"w\" }}, {{ id = \"x\" }}, {{ id = \"y\" }}]\n\
             support = {{ W = {{ w = 3, x = 2, y = 1 }}, X = {{ x = 3, y = 2 }}, Y = {{ y = 3, x = 2 }} }}\n\
             stage = [{{ name = \"v\", ballot = \"choice\", repeat = 3, drop = \"lowest\", ties = \"ballot\", \
             appoint = \"majority\" }}]\n"
        )
    };
    let clear = told(&text(""), 0);
    assert!(clear.contains("y, with the fewest votes in one more vote among x (5), y (2)"), "{clear}");
    assert!(!clear.contains("by lot"), "{clear}");
    let again = told(&text(", votes_at = 2.5"), 0);
    assert!(again.contains("in one more vote among x (2), y (2), and by lot among equals"), "{again}");
    with_report(&text(""), 0, |report| {
        let tied: Vec<_> = report.data().ballots[0].tied.iter().map(|tie| (tie.candidate, tie.votes)).collect();
        assert_eq!(tied, [("x", 5.0), ("y", 2.0)]);
    });
}
