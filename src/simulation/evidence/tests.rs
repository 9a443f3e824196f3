//! Conditioning against waiting: rounds of the simulator that are kept only if the polls come out as they did.

use std::io::Write;

use super::totals::STANCES;
use super::{Effort, Refusal, Replicated, Script, replicate};
use crate::model::{Answer, MemberSet, Poll, PollRow};
use crate::scenario::Scenario;
use crate::simulation::Plan;
use crate::simulation::draws::RoundDraws;
use crate::simulation::reference::Reference;
use crate::simulation::round::{BallotHeld, Observer, Standing};

/// What is said of an institution of five, three candidates and stances at three ballots.
pub const FIVE: &str = r#"
title = "five"
member = [{ id = "A", groups = ["north"] }, { id = "B", groups = ["north"] }, { id = "C", groups = ["south"] }, { id = "D", groups = ["south"] }, { id = "E" }]
candidate = [{ id = "x" }, { id = "y" }]
[preferences]
uncertainty = 0.8
accept_at = 0.2
object_at = -0.2
[support]
A = { x = 0.5, y = -0.2 }
B = { x = 0.1, y = 0.3 }
C = { x = 0.3, y = 0.0 }
D = { x = -0.2, y = 0.4 }
E = { x = 0.0, y = 0.1 }
[veto]
default = "none"
A = "absolute"
"#;

pub fn scenario(text: &str) -> Scenario {
    Scenario::from_text("s.toml", text, None).unwrap_or_else(|error| panic!("{}\n{text}", error.render(false, 100)))
}

/// The scenario's plan, with doubt after its last poll.
pub fn plan(scenario: &Scenario) -> Plan {
    Plan::new(scenario.assumptions[0].clone())
}

fn script(scenario: &Scenario) -> Result<Script, Refusal> {
    Script::new(&plan(scenario), &scenario.polls.iter().collect::<Vec<_>>())
}

/// What was seen of a round.
#[derive(Default)]
struct Seen {
    matched: usize,
    failed: bool,
}

/// Watches whether polls come out.
struct Watch<'a> {
    script: &'a Script,
    polls: &'a [Poll],
    seen: Seen,
}

impl Observer for Watch<'_> {
    fn ballot(&mut self, held: &BallotHeld<&[Standing]>) {
        let Some(expected) = self.script.ballots.get(held.number as usize - 1) else { return };
        let same = expected.stage == held.stage && expected.repeat == held.repeat && expected.field == held.field;
        let fits = expected.poll.is_none_or(|poll| {
            self.polls[poll].rows.iter().all(|row| fits(row, &held.standings[row.candidate.index()], held.voting))
        });
        if same && fits && held.appointed.is_none() {
            self.seen.matched += 1;
        } else {
            self.seen.failed = true;
        }
    }
}

fn fits(row: &PollRow, standing: &Standing, voting: MemberSet) -> bool {
    let gave = |answer: Answer, whose: &MemberSet| {
        let set = match answer {
            Answer::Encourage => standing.encouraging,
            Answer::Object => standing.objecting,
            Answer::NoOpinion => voting.without(&standing.encouraging.union(&standing.objecting)),
            Answer::Vote => standing.supporters,
        };
        set.intersection(whose)
    };
    let holds = |whose: &MemberSet, totals: &crate::model::Totals| {
        STANCES.iter().chain([&Answer::Vote]).all(|&answer| {
            let (count, total) = (gave(answer, whose).len(), totals.of(answer));
            count >= total.at_least && total.at_most.is_none_or(|most| count <= most)
        })
    };
    holds(&voting, &row.totals)
        && row.among.iter().all(|part| holds(&part.members, &part.totals))
        && row.known.iter().all(|(m, answer)| gave(*answer, &voting).contains(*m))
}

/// By waiting: how many of the kept rounds end with each outcome, and how many were simulated.
fn waited(scenario: &Scenario, wanted: u64, most: u64) -> (Vec<u64>, u64) {
    let mut plan = plan(scenario);
    let script = script(scenario).unwrap();
    plan.moves.doubt_before = script.ballots.len() as u32 + 1;
    let mut counts = vec![0; plan.candidates() + 1];
    let mut draws = RoundDraws::new(plan.addresses(), 17);
    let mut reference = Reference::new(&plan);
    let (mut kept, mut round) = (0, 0);
    while kept < wanted && round < most {
        draws.turn_to(round);
        let mut watch = Watch { script: &script, polls: &scenario.polls, seen: Seen::default() };
        let outcome = reference.observe(&mut draws, &mut watch).outcome;
        if !watch.seen.failed && watch.seen.matched == script.ballots.len() {
            kept += 1;
            counts[outcome.map_or(plan.candidates(), |c| c.index())] += 1;
        }
        round += 1;
    }
    (counts, round)
}

/// Replicates of conditioning.
fn conditioned(scenario: &Scenario, effort: Effort, replicates: u64) -> Result<Vec<Replicated>, Refusal> {
    let (plan, script) = (plan(scenario), script(scenario)?);
    let names: Vec<&str> = scenario.polls.iter().map(|poll| poll.name.as_str()).collect();
    let one = |number| match replicate(&plan, &script, &names, effort, 5, number) {
        (done, None) => Ok(done),
        (_, Some(refusal)) => Err(refusal),
    };
    (0..replicates).map(one).collect()
}

fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// Sets conditioning beside waiting: the largest of the standardised differences, of outcomes and of the polls' chance.
fn compared(name: &str, text: &str, effort: Effort, replicates: u64, wanted: u64, most: u64) -> (f64, String) {
    let scenario = scenario(text);
    let (counts, rounds) = waited(&scenario, wanted, most);
    let kept: u64 = counts.iter().sum();
    let done = conditioned(&scenario, effort, replicates).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    let mut largest: f64 = 0.0;
    let mut note = format!("{name}: {kept} of {rounds} kept;");
    for (outcome, &count) in counts.iter().enumerate() {
        let p = count as f64 / kept as f64;
        let values: Vec<f64> =
            done.iter().map(|it| it.polls.last().unwrap().outcomes[outcome] as f64 / effort.rounds as f64).collect();
        let (mean, error) = mean_and_error(&values);
        // Smoothed, so that an outcome that never came has a variance, too.
        let smooth = (count as f64 + 1.0) / (kept as f64 + 2.0);
        let z = (mean - p) / (smooth * (1.0 - smooth) / kept as f64 + error * error).sqrt();
        largest = largest.max(z.abs());
        note += &format!(" {p:.4} {mean:.4} ({z:+.1})");
    }
    let chances: Vec<f64> = done.iter().map(|it| it.polls.last().map_or(0.0, |poll| poll.log_evidence.exp())).collect();
    let ((mean, error), p) = (mean_and_error(&chances), kept as f64 / rounds as f64);
    let z = (mean - p) / (p / rounds as f64 + error * error).sqrt();
    largest = largest.max(z.abs());
    note += &format!("; chance {p:.6} {mean:.6} ({z:+.1})");
    (largest, note)
}

fn cases() -> Vec<(&'static str, String)> {
    let five = |more: &str| format!("{FIVE}{more}");
    let one = r#"
[[stage]]
name = "talks"
repeat = 3
appoint = "consensus"
appoint_from = 3
[[poll]]
name = "one"
answers = { x = { encourage = 3, object = 1, no_opinion = 1 }, y = { encourage = 2, object = 2, no_opinion = 1 } }
"#;
    let two = format!(
        "{one}[[poll]]\nname = \"two\"\nballot = 2\nanswers = {{ x = {{ encourage = 3, object = 1 }}, y = {{ object = 3 }} }}\n"
    );
    vec![
        ("one poll", five(one)),
        ("memory and drift", five(&format!("{two}[dynamics]\nmemory = 0.8\ndrift_sd = 0.3\n"))),
        ("doubt", five(&format!("{one}[dynamics]\nmemory = 0.8\ndoubt_sd = 0.6\n"))),
        (
            "shared shocks and groups",
            five(&format!("{two}[dynamics]\nmemory = 0.7\n"))
                .replace("[preferences]", "[preferences]\ncommon_sd = 0.5\ngroup_sd = { north = 0.5, south = 0.4 }"),
        ),
        (
            "moods",
            five(&format!("{two}[dynamics]\nmemory = 0.7\ndrift_sd = 0.2\n"))
                .replace("[preferences]", "[preferences]\nmember_sd = 0.7\ncommon_sd = 0.3"),
        ),
        (
            "events",
            five(&format!(
                "{two}[dynamics]\nmemory = 0.6\n[[event]]\nname = \"scandal\"\nprobability = 0.3\neffects = [{{ points = -0.8, candidates = [\"x\"] }}]\n"
            )),
        ),
        (
            "logistic noise",
            five(&format!("{two}[dynamics]\nmemory = 0.5\n"))
                .replace("[preferences]", "[preferences]\nnoise = \"logistic\""),
        ),
        (
            "partial totals and known answers",
            five(
                r#"
[[stage]]
name = "talks"
repeat = 3
appoint = "consensus"
appoint_from = 3
[dynamics]
memory = 0.7
drift_sd = 0.2
[[poll]]
name = "one"
answers = { x = { encourage = { at_least = 2 }, known = { D = "object" } }, y = { object = 2, among = { north = { object = { at_least = 1 } } } } }
[[poll]]
name = "two"
ballot = 2
answers = { x = { encourage = 3 }, y = { encourage = { at_most = 2 } } }
"#,
            ),
        ),
        (
            "vetoes with a cost, red lines, one leaves",
            five(
                r#"
[[stage]]
name = "talks"
repeat = 3
appoint = { all = ["no_veto", { count = { of = "members", at_least = 2 } }] }
[dynamics]
memory = 0.7
[[poll]]
name = "one"
answers = { x = { encourage = 3 }, y = { object = { at_least = 3 } } }
[[poll]]
name = "two"
ballot = 2
answers = { x = { object = { at_least = 1 } } }
"#,
            )
            .replace(
                "A = \"absolute\"",
                "A = { probability = 0.8, cost = 0.3 }\nB = { probability = 0.7, alone = 0.2 }",
            )
            .replace("{ id = \"y\" }", "{ id = \"y\", withdraws_if_vetoed = 0.5 }"),
        ),
        (
            "momentum, side payments, a ballot dropped",
            five(
                r#"
[[stage]]
name = "talks"
repeat = 4
appoint = { all = ["no_veto", { count = { of = "members", at_least = 2 } }] }
[dynamics]
memory = 0.7
momentum = 1.5
accommodation = { holdouts = 2, probability = 0.5, limit = 0.9 }
[[poll]]
name = "one"
answers = { x = { encourage = 3, object = 1, no_opinion = 1 }, y = { encourage = 2, object = 2, no_opinion = 1 } }
[[poll]]
name = "two"
ballot = 2
answers = { x = { encourage = { at_least = 3 } }, y = { object = { at_least = 2 } } }
"#,
            )
            .replace("A = \"absolute\"", "A = \"absolute\"\nB = \"absolute\""),
        ),
        (
            "a member's readiness, an unpolled ballot, goodwill",
            five(
                r#"
[[stage]]
name = "talks"
repeat = 2
[[stage]]
name = "vote"
repeat = 2
goodwill = 0.3
appoint = { all = ["no_veto", { count = { of = "members", at_least = 2 } }] }
[dynamics]
memory = 0.7
[[poll]]
name = "one"
answers = { x = { encourage = 3, object = 1, no_opinion = 1 }, y = { encourage = 2 } }
[[poll]]
name = "two"
stage = "vote"
answers = { x = { encourage = 3 }, y = { object = { at_least = 2 } } }
"#,
            )
            .replace(
                "A = \"absolute\"",
                "A = { probability = 0.6, drawn = \"member\" }\nB = { probability = 0.7, drawn = \"member\" }",
            ),
        ),
    ]
}

/// Small, for every run of the tests: six standard errors.
#[test]
fn conditioning_gives_what_waiting_gives() {
    for (name, text) in cases() {
        let effort = Effort { particles: 2000, rounds: 500 };
        let (z, note) = compared(name, &text, effort, 10, 1_000, 200_000);
        assert!(z < 6.0, "{note}");
    }
}

/// What cannot be conditioned on exactly is refused with the reason.
#[test]
fn what_is_not_exact_is_refused() {
    let of = |stages: &str, more: &str| {
        let text = format!("{FIVE}{stages}{more}");
        conditioned(&scenario(&text), Effort { particles: 200, rounds: 10 }, 1).expect_err("refused").to_string()
    };
    let poll = "[[poll]]\nname = \"one\"\n";
    let some = format!("{poll}answers = {{ x = {{ encourage = 3 }}, y = {{ encourage = 2 }} }}\n");
    let all = format!(
        "{poll}answers = {{ x = {{ encourage = 3, object = 1, no_opinion = 1 }}, y = {{ encourage = 3, object = 1, no_opinion \
         = 1 }} }}\n"
    );
    let second = "[[poll]]\nname = \"two\"\nballot = 2\nanswers = { x = { encourage = 4 }, y = { encourage = 2 } }\n";
    let twice = "[[stage]]\nname = \"talks\"\nrepeat = 3\n";
    let choice = "[[stage]]\nname = \"vote\"\nballot = \"choice\"\nrepeat = 2\n";
    let votes = format!("{poll}answers = {{ x = {{ votes = 3 }}, y = {{ votes = 2 }} }}\n");
    assert!(of(choice, &votes).contains("choice ballots (stage `vote`)"));
    let momentum = "[dynamics]\nmomentum = 1.0\nmemory = 0.5\n";
    assert!(of(twice, &format!("{some}{second}{momentum}")).contains("how much momentum there was"));
    let lowest = "[[stage]]\nname = \"talks\"\nrepeat = 3\ndrop = \"lowest\"\n";
    assert!(of(lowest, &format!("{some}{second}[dynamics]\nmemory = 0.5\n")).contains("whom the stage drops"));
    let payments = "[dynamics]\nmemory = 0.5\naccommodation = { holdouts = 1, probability = 0.5 }\n";
    let rule = "[[stage]]\nname = \"talks\"\nrepeat = 3\nappoint = \"unanimity\"\n";
    assert!(of(rule, &format!("{all}{second}{payments}")).contains("several led alike"));
    let minds_stay = of(twice, &format!("{all}{second}[dynamics]\nmemory = 1.0\n"));
    assert!(minds_stay.contains("gives poll `two` no chance: its answers about `x`"), "{minds_stay}");
    let nine = "[[stage]]\nname = \"talks\"\nrepeat = 3\nappoint = { count = { at_least = 3 } }\n";
    assert!(of(nine, &some).contains("the rule appoints `x` at poll `one`"));
    let open = "[[stage]]\nname = \"talks\"\nrepeat = 3\ncontinues = 0.5\n[[stage]]\nname = \"later\"\n";
    let later = "[[poll]]\nname = \"late\"\nstage = \"later\"\nanswers = { x = { encourage = 4 } }\n";
    assert!(of(open, later).contains("how many ballots stage `talks` had is not known"));
}

/// A poll with a chance of about 10⁻¹² still has a posterior of hundreds of effective rounds.
#[test]
fn what_is_hardly_possible_has_a_posterior() {
    let members: String = (0..15).map(|i| format!("[[member]]\nid = \"m{i}\"\n")).collect();
    let text = format!(
        "title = \"t\"\n{members}[[candidate]]\nid = \"x\"\n[[candidate]]\nid = \"y\"\n[support.m0]\nx = \
         0.2\n[preferences]\nuncertainty = 0.5\naccept_at = 0.4\nobject_at = -0.4\n[[stage]]\nname = \"talks\"\nrepeat = \
         2\nappoint = \"unsc\"\nappoint_from = 2\n[dynamics]\nmemory = 0.8\n[[poll]]\nname = \"one\"\nanswers = {{ x = {{ \
         encourage = 13, object = 1, no_opinion = 1 }}, y = {{ encourage = 0, object = 12, no_opinion = 3 }} }}\n"
    );
    let effort = Effort { particles: 500, rounds: 200 };
    let done = conditioned(&scenario(&text), effort, 20).unwrap();
    let chance = done.iter().map(|it| it.polls[0].log_evidence).sum::<f64>() / 20.0;
    assert!(chance < -27.6, "{chance}"); // 10^-12
    let shares =
        |outcome: usize| done.iter().map(|it| it.polls[0].outcomes[outcome] as f64 / 200.0).collect::<Vec<_>>();
    let (mut spread, mut variance) = (0.0, 0.0);
    for outcome in 0..3 {
        let (p, error) = mean_and_error(&shares(outcome));
        spread += p * (1.0 - p);
        variance += error * error;
    }
    assert!(spread > 0.01 && spread / variance > 300.0, "{spread} {variance}");
}

/// A hundred thousand kept rounds of each: four standard errors over all the figures.
#[test]
#[ignore = "slow: minutes in a release build"]
fn conditioning_gives_what_waiting_long_gives() {
    for (name, text) in cases() {
        let effort = Effort { particles: 5000, rounds: 5000 };
        let (z, note) = compared(name, &text, effort, 40, 100_000, 400_000_000);
        let _ = writeln!(std::io::stderr(), "{note}");
        assert!(z < 4.0, "{note}");
    }
}
