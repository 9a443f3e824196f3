//! `nemcon update`: how it ends given the polls.

use std::collections::BTreeMap;
use std::fs;

use crate::common::Desk;

/// Five members, two candidates, two soundings and a vote.
const TALKS: &str = "title = \"Talks\"\nseed = 3\nrounds = 2000
member = [{ id = \"A\" }, { id = \"B\" }, { id = \"C\" }, { id = \"D\" }, { id = \"E\" }]
candidate = [{ id = \"x\", name = \"Jo\" }, { id = \"y\" }]
preferences = { uncertainty = 0.8, accept_at = 0.2, object_at = -0.2 }
support = { A = { x = 0.5 }, B = { y = 0.3 }, C = { x = 0.3 }, D = { x = -0.2, y = 0.4 }, E = { y = 0.1 } }
stage = [{ name = \"talks\", repeat = 3, appoint = \"majority\", appoint_from = 3 }]
dynamics = { memory = 0.7, drift_sd = 0.2 }
veto = { A = \"absolute\" }
";
const ONE: &str = "[[poll]]\nname = \"one\"\nanswers = { x = { encourage = 3, object = 1, no_opinion = 1 }, y = { encourage = \
                   2, object = 2, no_opinion = 1 } }\n";
const TWO: &str = "[[poll]]\nname = \"two\"\nballot = 2\nanswers = { x = { encourage = 4, object = 0, no_opinion = 1 }, y = { \
                   encourage = 1, object = 3, no_opinion = 1 } }\n";
const JUDGED: &str = "[[judgement]]\nname = \"jo\"\nshift = [\"support.*.x\"]\nlow = -1\nhigh = 1\n";
const OPEN: &str = "[[assumption]]\nname = \"open\"\nset = { \"support.B.x\" = 2.0, \"support.C.x\" = 2.0 }\n[[assumption]]\nname = \"same\"\n";
/// More replicates, so that differences are clear.
const SOME: &str = "--particles 200 --replicates 10 --rounds 4000";
/// Few particles, so that the tests are quick.
const FEW: &str = "--particles 200 --replicates 4 --rounds 800";

fn desk() -> Desk {
    Desk::with(&[
        ("talks.toml", &format!("{TALKS}{ONE}{TWO}")),
        ("fitted.toml", &format!("{TALKS}{}{TWO}", ONE.replace("\"one\"", "\"one\"\nfitted = true"))),
        ("judged.toml", &format!("{TALKS}{ONE}{TWO}{JUDGED}")),
        ("open.toml", TALKS),
        ("compared.toml", &format!("{TALKS}{ONE}{TWO}{OPEN}")),
        ("vote.toml", &format!("{TALKS}{ONE}{TWO}").replace("appoint_from = 3", "appoint_from = 2")),
    ])
}

fn shows(desk: &Desk, arguments: &str) -> String {
    String::from_utf8(desk.ends(arguments, 0, "").stdout).unwrap()
}

fn read(desk: &Desk, name: &str) -> String {
    fs::read_to_string(desk.path(name)).unwrap()
}

fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn polls_are_conditioned_on_one_after_the_other() {
    let desk = desk();
    let text = shows(&desk, &format!("update talks.toml {FEW} --out r"));
    for words in ["How it ends, given the polls", "Who objected in “two”", "as in", "one", "Jo"] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(!text.contains("the other 1"), "{text}");
    let updated = rows(&read(&desk, "r/updated.csv"));
    let after: Vec<&str> = updated.iter().map(|row| row["after"].as_str()).collect();
    assert_eq!(after, ["", "", "", "one", "one", "one", "two", "two", "two"]);
    for chunk in updated.chunks(3) {
        let sum: f64 = chunk.iter().map(|row| row["probability"].parse::<f64>().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{chunk:?}");
    }
    // Jo gained, y lost: what is left is mostly Jo.
    let chance = |place: usize| updated[place]["probability"].parse::<f64>().unwrap();
    assert!(chance(6) > chance(3) && chance(7) < chance(4), "{updated:?}");
    let answers = rows(&read(&desk, "r/answers.csv"));
    assert_eq!(answers.len(), 2 * 2 * 5);
    let sum = |candidate: &str, column: &str| -> f64 {
        let of = answers.iter().filter(|row| row["poll"] == "two" && row["candidate"] == candidate);
        of.map(|row| row[column].parse::<f64>().unwrap()).sum()
    };
    assert!((sum("x", "encourage") - 4.0).abs() < 1e-9 && (sum("y", "object") - 3.0).abs() < 1e-9);
    let predictions = rows(&read(&desk, "r/predictions.csv"));
    assert_eq!(predictions.len(), 2 * 2 * 3);
    assert!(predictions[0]["log_score_last_poll"].is_empty() && !predictions[6]["log_score_last_poll"].is_empty());
    assert_eq!((predictions[6]["actual"].as_str(), predictions[6]["last_poll"].as_str()), ("4", "3"));
    assert!(read(&desk, "r/run.json").contains("\"replicates\": 4"));
}

#[test]
fn the_same_seed_gives_the_same_files_on_any_number_of_threads() {
    let desk = desk();
    for (folder, threads) in [("a", 1), ("b", 2)] {
        shows(&desk, &format!("update judged.toml {FEW} --judgements 128 --threads {threads} --out {folder}"));
    }
    for file in ["updated", "answers", "predictions", "updated_judgements"] {
        assert_eq!(read(&desk, &format!("a/{file}.csv")), read(&desk, &format!("b/{file}.csv")), "{file}");
    }
    let moved = rows(&read(&desk, "a/updated_judgements.csv"));
    assert_eq!(moved.len(), 2);
    // Jo did better than expected.
    let median = |column: &str| moved[1][column].parse::<f64>().unwrap();
    assert!(median("median") > median("prior_median"), "{moved:?}");
}

#[test]
fn a_poll_to_which_support_was_fitted_counts_only_if_asked_for() {
    let desk = desk();
    let text = shows(&desk, &format!("update fitted.toml {FEW} --format csv"));
    assert!(rows(&text).iter().all(|row| row["after"] != "one"), "{text}");
    assert!(shows(&desk, &format!("update fitted.toml {FEW}")).contains("it would be used twice"));
    let named = shows(&desk, &format!("update fitted.toml {FEW} --polls one,two --format csv"));
    assert_eq!(named, shows(&desk, &format!("update talks.toml {FEW} --format csv")));
}

#[test]
fn what_cannot_be_is_refused_with_the_reason() {
    let desk = desk();
    desk.ends("update open.toml", 65, "has no polls to condition on");
    let set = "--set preferences.accept_at=0 --set preferences.object_at=0";
    let room = "leaves at least 1 without an opinion about `x`, but only 0 of the members can be without one\n  accept_at = object_at";
    desk.ends(&format!("update talks.toml {FEW} {set}"), 65, room);
    desk.ends("update talks.toml --polls on", 2, "no poll called `on`");
    desk.ends("update talks.toml --particles 3", 2, "from 50 to 1e6");
    desk.ends("update talks.toml --replicates 1", 2, "from 2 to 10000");
    // What comes before the poll that is refused is reported.
    let refused = desk.ends(&format!("update vote.toml {FEW} --format csv"), 65, "say `appoint_from`");
    assert!(rows(&String::from_utf8(refused.stdout).unwrap()).iter().any(|row| row["after"] == "one"));
}

#[test]
fn assumptions_are_compared_given_the_same_polls() {
    let desk = desk();
    let text = shows(&desk, &format!("compare compared.toml --given polls {SOME} --out r"));
    for words in ["Who is chosen, given the polls", "up to “two”", "open", "log chance", "▲", "--given polls"] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let given = rows(&read(&desk, "r/given.csv"));
    assert_eq!(given.len(), 2 * 2 * 3);
    let updated = |assumption: &str| {
        rows(&shows(&desk, &format!("update compared.toml {SOME} --assumption {assumption} --format csv")))
    };
    let (stated, open) = (updated("stated"), updated("open"));
    let number = |text: &str| text.parse::<f64>().unwrap();
    for row in &given {
        let same =
            |other: &&BTreeMap<String, String>| other["after"] == row["after"] && other["outcome"] == row["outcome"];
        assert_eq!(row["p_baseline"], stated.iter().find(same).unwrap()["probability"]);
        if row["assumption"] == "open" {
            assert_eq!(row["p"], open.iter().find(same).unwrap()["probability"]);
            assert!(number(&row["ci_low"]) <= number(&row["difference"]), "{row:?}");
        } else {
            // The same assumption meets the same draws.
            assert_eq!((row["difference"].as_str(), row["ci_low"].as_str()), ("0.0", "0.0"));
        }
        assert!((number(&row["p"]) - number(&row["p_baseline"]) - number(&row["difference"])).abs() < 1e-9);
    }
    let record = read(&desk, "r/run.json");
    assert!(record.contains("\"given.csv\"") && record.contains("\"given\": \"polls\""), "{record}");
    let csv = |threads: u32| {
        shows(&desk, &format!("compare compared.toml --given one {SOME} --threads {threads} --format csv"))
    };
    assert_eq!(csv(1), csv(2));
    assert_eq!(rows(&csv(1)).len(), 2 * 3);
    for format in ["json", "md", "latex"] {
        assert!(shows(&desk, &format!("compare compared.toml --given polls {SOME} --format {format}")).contains("Jo"));
    }
    desk.ends("compare compared.toml --given polls --precision 0.01", 2, "cannot be used with");
    desk.ends("compare compared.toml --given on", 2, "no poll called `on`");
    desk.ends("compare compared.toml --replicates 5", 2, "--given");
    desk.ends("compare talks.toml --given polls", 2, "nothing to compare");
    let vote = desk.path("compared.toml");
    let text = fs::read_to_string(&vote).unwrap().replace("appoint_from = 3", "appoint_from = 2");
    fs::write(&vote, text).unwrap();
    // All are compared after the poll before the one that is refused.
    let refused =
        desk.ends(&format!("compare compared.toml --given polls {SOME} --format csv"), 65, "under the assumption");
    assert!(rows(&String::from_utf8(refused.stdout).unwrap()).iter().all(|row| row["after"] == "one"));
}

/// Five who are alike but that one may veto, or that one's answer to the first poll is known.
#[test]
fn members_are_told_apart_by_vetoes_and_by_what_was_known_before() {
    let five = "title = \"Five\"\nmember = [{ id = \"A\" }, { id = \"B\" }, { id = \"C\" }, { id = \"D\" }, { id = \"E\" }]\n\
                candidate = [{ id = \"x\" }, { id = \"y\" }]\ndynamics = { memory = 0.8 }\n";
    let poll = |name: &str, ballot: u32, more: &str| {
        format!(
            "[[poll]]\nname = \"{name}\"\nballot = {ballot}\nanswers.x = {{ encourage = 4, object = 1{more} }}\nanswers.y = {{ object = 5 }}\n"
        )
    };
    let stage =
        |more: &str| format!("stage = [{{ name = \"vote\", repeat = 3, {more} }}]\nveto = {{ A = \"absolute\" }}\n");
    let appoint = "appoint = { all = [\"no_veto\", { count = { of = \"members\", at_least = 3 } }] }";
    let sounding = format!("{appoint}, appoint_from = 3");
    let (one, two) = (poll("one", 1, ""), poll("two", 2, ""));
    let known = poll("one", 1, ", known = { B = \"object\" }");
    let desk = Desk::with(&[
        ("vetoed.toml", &format!("{five}{}{one}", stage(appoint))),
        ("sounded.toml", &format!("{five}{}{one}", stage(&sounding))),
        ("known.toml", &format!("{five}{}{known}{two}", stage(&sounding))),
    ]);
    let objector = |name: &str, member: &str| {
        desk.ends(&format!("update {name}.toml {FEW} --out {name}"), 0, "");
        let rows = rows(&read(&desk, &format!("{name}/answers.csv")));
        let last = rows.iter().rev().find(|row| row["member"] == member && row["candidate"] == "x");
        last.map(|row| row["object"].parse::<f64>().unwrap())
    };
    assert_eq!(objector("vetoed", "A"), Some(1.0));
    assert_eq!(objector("sounded", "A"), None);
    assert!(objector("known", "B").unwrap() > 0.4);
}

/// What `--set` and assumptions make of the stages, polls have to fit, too.
#[test]
fn polls_have_to_fit_what_is_set() {
    let short = "[[assumption]]\nname = \"short\"\nset = { \"stage.talks.repeat\" = 1 }\n";
    let desk = desk();
    desk.ends(&format!("update talks.toml {FEW} --set stage.talks.repeat=1"), 65, "stage `talks` has no ballot 2");
    desk.ends(&format!("update talks.toml {FEW} --set candidate.x.availability=0"), 65, "`x` never stands");
    let members = "--set stage.talks.members=[\"A\",\"B\",\"C\",\"D\"]";
    desk.ends(&format!("update talks.toml {FEW} {members}"), 65, "add up to 5, but there are 4 members");
    let desk = Desk::with(&[("short.toml", &format!("{TALKS}{ONE}{TWO}{short}"))]);
    desk.ends(&format!("update short.toml {FEW} --assumption short"), 65, "stage `talks` has no ballot 2");
    let under = desk.ends(&format!("compare short.toml --given polls {FEW}"), 65, "under the assumption `short`");
    assert!(String::from_utf8(under.stderr).unwrap().contains("has no ballot 2"));
}

/// A posterior over judgements of which a handful of points counts is not told.
#[test]
fn few_points_say_nothing_over_judgements() {
    let wide = JUDGED.replace("low = -1", "low = -9").replace("high = 1", "high = 9");
    let desk = Desk::with(&[("wide.toml", &format!("{TALKS}{ONE}{TWO}{wide}"))]);
    let text = shows(&desk, &format!("update wide.toml {FEW} --judgements 32 --out r"));
    assert!(text.contains("points count"), "{text}");
    assert!(!text.contains("How the polls moved each judgement"), "{text}");
    let told = rows(&read(&desk, "r/updated.csv"));
    assert!(told.iter().all(|row| row["judged"].is_empty()));
    assert!(told.iter().any(|row| !row["effective_points"].is_empty()));
}
