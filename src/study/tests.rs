use std::num::NonZero;
use std::ops::Range;

use super::*;
use crate::analysis::sweep::Design;
use crate::scenario::Scenario;

const SCENARIO: &str = r#"
title = "Small"
seed = 3
rounds = 9000
candidate = [{ id = "x" }, { id = "y", common_sd = 0.5 }]
member = [{ id = "A" }, { id = "B" }, { id = "C", groups = ["g"] }]
assumption = [{ name = "free", veto = { default = "none" } }]
[preferences]
accept_at = 0.2
[support]
A = { x = 0.6, y = 0.1 }
[veto]
B = "absolute"
g = { probability = 0.5 }
"#;

fn scenario() -> Scenario {
    Scenario::from_text("small.toml", SCENARIO, None).unwrap()
}

fn simulation() -> Options {
    Options { threads: NonZero::new(2), ..Options::default() }
}

/// What a question comes to, with a part for every range.
fn part<Q: Question>(question: &Q, range: Range<u64>) -> Vec<u8> {
    let mut session = Session::begin(question, Some(range)).unwrap();
    session.finish(&mut Work::new(&Handle::default())).unwrap();
    session.to_bytes().unwrap()
}

/// The same counts in one go, in parts of any size merged in any order, and saved and gone on with.
fn counts_the_same<Q: Question>(question: &Q)
where
    Q::Counts: PartialEq + std::fmt::Debug,
{
    let handle = Handle::default();
    let mut whole = Session::whole(question);
    whole.finish(&mut Work::new(&handle)).unwrap();
    assert_eq!(whole.missing(), 0);
    let whole = whole.into_results();
    assert_eq!(handle.done(), question.extent(&whole).rounds);

    let all = question.units(question.asked().rounds);
    let (one, two) = (all / 7, all / 2 + 1);
    let mut merger = Merger::new(question);
    for (name, range) in [("c", two..all), ("a", 0..one), ("none", one..one), ("b", one..two)] {
        merger.add(name, &part(question, range)).unwrap();
    }
    assert_eq!(merger.finish().unwrap().counts, whole.counts);

    let mut saves = 0;
    let stopped = Handle::default();
    let mut begun = Session::begin(question, None).unwrap();
    let saved = begun.finish_in_pieces(&mut Work::new(&stopped), |_| {
        saves += 1;
        stopped.stop();
        Ok::<_, Error>(())
    });
    saved.unwrap();
    assert_eq!(saves, 1);
    assert!(begun.missing() > 0, "stopped after the first piece");
    let mut resumed = Session::resume(question, None, &begun.to_bytes().unwrap()).unwrap();
    resumed.finish(&mut Work::new(&Handle::default())).unwrap();
    assert_eq!(resumed.into_results().counts, whole.counts);
}

#[test]
fn counts_of_every_question_do_not_depend_on_how_they_came_about() {
    let scenario = scenario();
    let run = RunOptions { simulation: simulation(), ..RunOptions::default() };
    counts_the_same(&RunQuestion::new(&scenario, &run).unwrap());
    counts_the_same(&ConditionalQuestion::new(&scenario, &run).unwrap());
    counts_the_same(&RunQuestion::new(&scenario, &RunOptions { by_ballot: true, ..run }).unwrap());
    let compare = CompareOptions { simulation: simulation(), by_ballot: true, ..CompareOptions::default() };
    counts_the_same(&CompareQuestion::new(&scenario, &compare).unwrap());
    let influence = InfluenceOptions { simulation: simulation(), ..InfluenceOptions::default() };
    counts_the_same(&InfluenceQuestion::new(&scenario, &influence).unwrap());
    let leverage = LeverageOptions { simulation: simulation(), ..LeverageOptions::default() };
    counts_the_same(&LeverageQuestion::new(&scenario, &leverage).unwrap());
    let simulation = Options { rounds: Some(200), ..simulation() };
    counts_the_same(&SweepQuestion::new(&scenario, &sweep_of(simulation)).unwrap());
}

fn sweep_of(simulation: Options) -> SweepOptions {
    let vary = vec!["support.A.x=0:2:0.1".parse().unwrap()];
    SweepOptions { vary, design: Design::Grid, assumption: None, simulation }
}

/// Whoever deals out ranges asks which come next, and gets what one process gets.
#[test]
fn a_precision_is_reached_by_ranges_from_outside() {
    let scenario = scenario();
    let simulation = Options { rounds: Some(300), precision: Some(0.01), ..simulation() };
    let question = RunQuestion::new(&scenario, &RunOptions { simulation, ..RunOptions::default() }).unwrap();
    let (mut counts, mut done) = (question.nothing(), 0);
    while let Some(next) = question.next(done, &counts) {
        assert_eq!(next.start, done);
        // As two workers would, the second first.
        let middle = next.start + (next.end - next.start) / 3;
        for range in [middle..next.end, next.start..middle] {
            let counted = question.count(range.clone(), &mut Work::new(&Handle::default())).unwrap();
            assert_eq!(counted.units, range.end - range.start);
            question.merge(&mut counts, &counted.counts);
        }
        done = next.end;
    }
    assert!(done > 300 && (done / 300).is_power_of_two() && done % 300 == 0, "{done}");
    let answer = run(&scenario, &RunOptions { simulation, ..RunOptions::default() }, &Handle::default()).unwrap();
    assert_eq!(answer.extent, Extent { rounds: done, asked: done });
    assert_eq!(answer.figures.central, crate::analysis::Selection::new(question.model(), &counts.central));
    let plain =
        RunOptions { simulation: Options { rounds: Some(done), ..self::simulation() }, ..RunOptions::default() };
    assert_eq!(answer.figures, run(&scenario, &plain, &Handle::default()).unwrap().figures);
}

#[test]
fn a_stopped_run_says_how_many_rounds_there_were_to_be() {
    let scenario = scenario();
    let handle = Handle::default();
    handle.stop();
    let answer = run(&scenario, &RunOptions::default(), &handle).unwrap();
    assert_eq!(answer.extent, Extent { rounds: 0, asked: 9000 });
    assert!(answer.extent.is_partial());
}

fn saved(scenario: &Scenario) -> Vec<u8> {
    let simulation = Options { rounds: Some(1000), ..simulation() };
    let options = CompareOptions { simulation, ..CompareOptions::default() };
    part(&CompareQuestion::new(scenario, &options).unwrap(), 0..1000)
}

#[test]
fn no_byte_can_be_lost_or_changed() {
    let bytes = saved(&scenario());
    type Read = Results<JudgedCounts<crate::simulation::Compared>>;
    assert_eq!(Read::from_bytes(&bytes).unwrap().to_bytes().unwrap(), bytes);
    for length in (0..bytes.len() - 2).step_by(97) {
        assert!(Read::from_bytes(&bytes[..length]).is_err(), "the first {length} bytes");
    }
    for at in (0..bytes.len() - 1).step_by(89) {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        // Another letter in a place that names nothing is the only change that may go unseen.
        assert!(Read::from_bytes(&bytes).is_err(), "byte {at}");
    }
    for text in ["", "{}", "[1]", "null", "round,assumption\n", "\u{feff}", "{\"nemcon_results\":1}"] {
        assert!(matches!(Read::from_bytes(text.as_bytes()), Err(Unusable::Foreign(_))), "{text}");
        assert!(asked_of(text.as_bytes()).is_err(), "{text}");
    }
    // Another program with the same rounds and the same format is as good, and no other.
    let other = String::from_utf8(bytes).unwrap().replace(env!("CARGO_PKG_VERSION"), "9.8.7");
    assert!(Read::from_bytes(other.as_bytes()).is_ok());
    for (version, another) in [("\"nemcon_results\":", "\"nemcon_results\":9"), ("\"draws\":", "\"draws\":9")] {
        let other = other.replacen(version, another, 1);
        assert!(Read::from_bytes(other.as_bytes()).unwrap_err().to_string().contains("nemcon 9.8.7"), "{version}");
    }
}

#[test]
fn differences_are_named() {
    let asked = asked_of(&saved(&scenario())).unwrap();
    let said = |change: fn(&mut Asked)| {
        let mut other = asked.clone();
        change(&mut other);
        other.difference(&asked).unwrap_or_default()
    };
    assert_eq!(said(|it| it.rounds = 5), "");
    assert_eq!(said(|it| it.part = None), "");
    assert_eq!(said(|it| it.inputs[0].path = "elsewhere/small.toml".to_owned()), "");
    assert_eq!(said(|it| it.question = Kind::Run), "`run`, not `compare`");
    assert_eq!(said(|it| it.question = Kind::Conditional), "`conditional run`, not `compare`");
    assert_eq!(said(|it| it.seed = 4), "seed 4, not 3");
    assert_eq!(said(|it| it.by_ballot = true), "counts ballot by ballot, not of whole rounds");
    assert!(said(|it| it.assumptions.swap(0, 1)).contains("free,stated, not stated,free"));
    assert_eq!(said(|it| it.inputs[0].sha256.push('0')), "", "other line ends");
    assert!(said(|it| it.inputs[0].sha256_text.push('0')).contains("small.toml has other contents"));
    assert!(said(|it| it.inputs.clear()).contains("another scenario"));
    let sweep = |vary: &str, sample: Option<&str>, rounds, precision| {
        let question = Kind::Sweep { vary: vec![vary.to_owned()], sample: sample.map(str::to_owned) };
        Asked { question, rounds, precision, ..asked.clone() }
    };
    let asked = sweep("veto.A=0,1", None, 1000, Some(0.01));
    let said = |other: &Asked| other.difference(&asked).unwrap_or_default();
    assert_eq!(said(&sweep("veto.B=0,1", None, 1000, None)), "the settings veto.B=0,1, not veto.A=0,1");
    assert_eq!(said(&sweep("veto.A=0,1", Some("lhs:9"), 1000, None)), "lhs:9, not every combination");
    assert_eq!(said(&sweep("veto.A=0,1", None, 5, None)), "5 rounds at each point, not 1000");
    assert_eq!(said(&sweep("veto.A=0,1", None, 1000, None)), "the precision none, not 0.01");
}

#[test]
fn counts_that_contradict_the_question_are_refused() {
    let scenario = scenario();
    let simulation = Options { rounds: Some(1000), ..simulation() };
    let options = InfluenceOptions { simulation, ..InfluenceOptions::default() };
    let question = InfluenceQuestion::new(&scenario, &options).unwrap();
    let mut results: Results<crate::simulation::VetoFlips> = Results::from_bytes(&part(&question, 0..600)).unwrap();
    assert!(question.is_valid(&results.counts, &results.units) && !question.is_valid(&results.counts, &(0..601)));
    results.of.part = None;
    assert!(Session::resume(&question, None, &results.to_bytes().unwrap()).is_ok());
    results.counts.changed.swap(0, 1);
    results.counts.changed.pop();
    let refused = Session::resume(&question, None, &results.to_bytes().unwrap());
    assert!(matches!(refused, Err(SessionError::Contradiction)));
}

#[test]
fn parts_that_cannot_be_are_parts_of_nothing() {
    let scenario = scenario();
    let question = SweepQuestion::new(&scenario, &sweep_of(simulation())).unwrap();
    #[expect(clippy::reversed_empty_ranges, reason = "that is the point")]
    for part in [9..3, 500..600, u64::MAX..u64::MAX] {
        let mut session = Session::begin(&question, Some(part.clone())).unwrap();
        session.finish(&mut Work::new(&Handle::default())).unwrap();
        assert_eq!((session.missing(), session.into_results().counts.len()), (0, 0), "{part:?}");
    }
    let beyond = question.count(20..u64::MAX, &mut Work::new(&Handle::default())).unwrap();
    assert_eq!(beyond.units, 1, "there are 21 points");
    let none = RunOptions { simulation: Options { rounds: Some(0), ..simulation() }, ..RunOptions::default() };
    assert_eq!(run(&scenario, &none, &Handle::default()).unwrap().extent, Extent { rounds: 1, asked: 1 });
}
