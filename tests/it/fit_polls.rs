//! `nemcon fit` on several polls: from how totals moved to how minds change.

use std::fmt::Write as _;
use std::fs;

use crate::common::Desk;
use nemcon::analysis::{Estimate, Identified, Parameter, PollsFit};
use nemcon::scenario::Scenario;
use nemcon::simulation::Plan;
use nemcon::simulation::draws::RoundDraws;
use nemcon::simulation::reference::Reference;
use nemcon::simulation::round::{BallotHeld, Observer, Standing};
use nemcon::study::{self, FitPollsOptions, Handle, Options};

fn scenario(text: &str) -> Scenario {
    Scenario::from_text("test.toml", text, None).unwrap_or_else(|error| panic!("{}\n{text}", error.render(false, 120)))
}

/// A council of nine and `candidates` candidates, who are seen differently, at `ballots` straw polls.
fn council(candidates: usize, ballots: u32, dynamics: &str) -> String {
    let mut text = format!(
        "title = \"council\"\nseed = 5\n[preferences]\nuncertainty = 0.8\naccept_at = 0.2\nobject_at = -0.2\n\
         priority = {{ appeal = 1 }}\n[dynamics]\n{dynamics}\n[[stage]]\nname = \"polls\"\nrepeat = {ballots}\n"
    );
    for c in 0..candidates {
        let points = 0.5 - c as f64 / candidates as f64;
        writeln!(text, "[[candidate]]\nid = \"c{c}\"\ntraits = {{ appeal = {points} }}").unwrap();
    }
    (0..9).for_each(|m| writeln!(text, "[[member]]\nid = \"m{m}\"").unwrap());
    text
}

/// Writes down the totals of every ballot.
struct Clerk(String);

impl Observer for Clerk {
    fn ballot(&mut self, held: &BallotHeld<&[Standing]>) {
        write!(self.0, "[[poll]]\nname = \"p{0}\"\nballot = {0}\nanswers = {{ ", held.number).unwrap();
        for c in held.field.iter() {
            let Standing { encouraging, objecting, .. } = held.standings[c.index()];
            let (encourage, object) = (encouraging.len(), objecting.len());
            let none = held.voting.len() - encourage - object;
            let comma = if c.index() > 0 { ", " } else { "" };
            write!(
                self.0,
                "{comma}c{} = {{ encourage = {encourage}, object = {object}, no_opinion = {none} }}",
                c.index()
            )
            .unwrap();
        }
        writeln!(self.0, " }}").unwrap();
    }
}

/// The scenario with the polls of one of its rounds.
fn polled(text: &str, round: u64) -> Scenario {
    let plan = Plan::new(scenario(text).assumptions.remove(0));
    let mut draws = RoundDraws::new(plan.addresses(), 11);
    draws.turn_to(round);
    let mut clerk = Clerk(String::new());
    Reference::new(&plan).observe(&mut draws, &mut clerk);
    scenario(&format!("{text}{}", clerk.0))
}

fn fit_with(scenario: &Scenario, estimate: &[Parameter], particles: usize, replicates: u64) -> PollsFit {
    let options = FitPollsOptions {
        estimate: Some(estimate.to_vec()),
        particles: Some(particles),
        replicates: Some(replicates),
        ..FitPollsOptions::default()
    };
    study::fit_polls(scenario, &options, &Handle::default()).unwrap().unwrap()
}

const MINDS: [Parameter; 2] = [Parameter::Memory, Parameter::DriftSd];

fn covers(estimate: &Estimate, truth: f64) -> bool {
    (estimate.low.value..=estimate.high.value).contains(&truth)
}

/// Polls that were simulated say with which memory and drift, and that there was drift.
#[test]
fn what_made_the_polls_is_found_again() {
    let text = council(8, 5, "memory = 0.9\ndrift_sd = 0.4");
    let fit = fit_with(&polled(&text, 1), &MINDS, 100, 3);
    let [memory, drift] = &fit.estimates[..] else { panic!() };
    assert!(covers(memory, 0.9) && covers(drift, 0.4), "{fit:?}");
    assert_eq!((drift.identified(), memory.high.value < 1.0), (Identified::Yes, true), "{fit:?}");
    assert!(drift.loss_at_zero.is_some_and(|loss| loss > 5.0), "{drift:?}");
    assert!(fit.log_likelihood >= fit.log_likelihood_stated.unwrap() - 0.5);
    assert_eq!((&fit.given[..], fit.polls.len()), (&["p1".to_owned()][..], 4));
}

/// Without drift there is none to be found, and it is said that there is at most so much.
#[test]
fn what_is_not_there_is_not_found() {
    let text = council(6, 4, "memory = 0.6");
    let fit = fit_with(&polled(&text, 2), &[Parameter::DriftSd], 100, 3);
    let drift = &fit.estimates[0];
    assert!(covers(drift, 0.0) && drift.high.value < 0.5, "{drift:?}");
    assert_eq!(drift.identified(), Identified::AtMost);
    assert_eq!(drift.stated, 0.0);
}

/// The estimate is where `log`, the logarithm of the likelihood up to a constant, is highest in `0..=most`, and its interval
/// ends where that has fallen by 1.92, or a little more because of the Monte Carlo error.
fn assert_agrees(fit: &PollsFit, most: f64, log: impl Fn(f64) -> f64) {
    let [estimate] = &fit.estimates[..] else { panic!("{fit:?}") };
    let top = (0..=10_000).map(|i| log(most * f64::from(i) / 10_000.0)).fold(f64::NEG_INFINITY, f64::max);
    let loss = |value: f64| top - log(value);
    let (at, ends) = (loss(estimate.value), [estimate.low, estimate.high].map(|bound| loss(bound.value)));
    let error = estimate.error;
    assert!(at < 0.02 + error && error < 0.3, "{at} {fit:?}");
    assert!(ends.iter().all(|loss| (1.92 - error..1.92 + 3.0 * error + 0.1).contains(loss)), "{ends:?} {fit:?}");
    assert_eq!(estimate.identified(), Identified::Yes, "{fit:?}");
}

/// Of views with the mean 0 the first two are of the same sign with the chance 1/2 + asin(memory)/π (Sheppard): how many of
/// those who encouraged a candidate do so again has a binomial distribution.
#[test]
fn memory_of_two_answers_has_a_closed_form() {
    let (again, all) = (16, 20);
    let mut text = "title = \"two\"\nseed = 3\n[preferences]\nuncertainty = 0.8\naccept_at = 0\nobject_at = -9\n\
                    [dynamics]\nmemory = 0.5\n[[stage]]\nname = \"polls\"\nrepeat = 3\n[[candidate]]\nid = \"c0\"\n"
        .to_owned();
    (0..all).for_each(|m| writeln!(text, "[[member]]\nid = \"m{m}\"").unwrap());
    for (poll, encourage) in [(1, all), (2, again)] {
        let none = all - encourage;
        writeln!(text, "[[poll]]\nname = \"p{poll}\"\nballot = {poll}\nanswers = {{ c0 = {{ encourage = {encourage}, object = 0, no_opinion = {none} }} }}").unwrap();
    }
    let fit = fit_with(&scenario(&text), &[Parameter::Memory], 1000, 10);
    let log = |memory: f64| {
        let same = 0.5 + memory.asin() / std::f64::consts::PI;
        f64::from(again) * same.ln() + f64::from(all - again) * (1.0 - same).ln()
    };
    assert_agrees(&fit, 1.0, log);
    let ways = 4845.0_f64; // 20 over 16
    assert!((fit.log_likelihood_stated.unwrap() - (log(0.5) + ways.ln())).abs() < 4.0 * fit.error.max(0.02), "{fit:?}");
}

/// Without memory the second poll depends on one movement of each candidate: its chance is an integral over it.
#[test]
fn drift_without_memory_can_be_integrated() {
    let text = council(12, 2, "memory = 0\ndrift_sd = 0.5");
    let scenario = polled(&text, 3);
    let fit = fit_with(&scenario, &[Parameter::DriftSd], 300, 10);
    let below = |x: f64| 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2);
    let counts: Vec<[u32; 3]> = scenario.polls[1]
        .rows
        .iter()
        .map(|row| [row.totals.encourage, row.totals.object, row.totals.no_opinion].map(|total| total.at_least))
        .collect();
    let factorial = |n: u32| (1..=n).map(f64::from).product::<f64>();
    let log = |drift: f64| -> f64 {
        let of = |(c, counts): (usize, &[u32; 3])| -> f64 {
            let ways = factorial(9) / counts.iter().map(|&n| factorial(n)).product::<f64>();
            let steps = (-60..=60).map(|step| f64::from(step) / 10.0);
            let chance = |z: f64| {
                let mean = 0.5 - c as f64 / 12.0 + z * drift;
                let (object, accept) = (below((-0.2 - mean) / 0.8), below((mean - 0.2) / 0.8));
                let none = 1.0 - object - accept;
                let [favour, against, silent] = counts.map(|n| n as i32);
                ways * accept.powi(favour) * object.powi(against) * none.powi(silent) * libm::exp(-z * z / 2.0)
            };
            (steps.map(chance).sum::<f64>() / 10.0 / (2.0 * std::f64::consts::PI).sqrt()).ln()
        };
        counts.iter().enumerate().map(of).sum()
    };
    assert_agrees(&fit, 1.6, log);
    assert!((fit.log_likelihood_stated.unwrap() - log(0.5)).abs() < 4.0 * fit.error.max(0.02), "{fit:?}");
}

#[test]
fn shared_doubt_does_not_show_in_one_candidate() {
    let text = council(1, 2, "memory = 0.7");
    let fit = fit_with(&polled(&text, 3), &[Parameter::CommonSd], 100, 3);
    assert_eq!(fit.estimates[0].identified(), Identified::No, "{fit:?}");
    let own = polled(&text.replace("traits", "common_sd = 0.1\ntraits"), 3);
    let fit = fit_with(&own, &[Parameter::CommonSd], 50, 2);
    assert_eq!((fit.idle, fit.estimates.len()), (vec![Parameter::CommonSd], 0), "the candidate has its own");
}

#[test]
fn threads_change_nothing() {
    let scenario = polled(&council(3, 3, "memory = 0.7\ndrift_sd = 0.2"), 4);
    let with = |threads| {
        let simulation = Options { threads: std::num::NonZero::new(threads), ..Options::default() };
        let options = FitPollsOptions {
            estimate: Some(vec![Parameter::Memory]),
            particles: Some(100),
            replicates: Some(3),
            simulation,
            ..FitPollsOptions::default()
        };
        study::fit_polls(&scenario, &options, &Handle::default()).unwrap()
    };
    assert_eq!(with(1), with(2));
    let handle = Handle::default();
    handle.stop();
    assert_eq!(study::fit_polls(&scenario, &FitPollsOptions::default(), &handle).unwrap(), None);
}

/// Over a hundred selections the intervals cover what made them about as often as they should.
#[test]
#[ignore = "slow: minutes in a release build"]
fn intervals_cover_what_made_the_polls() {
    let text = council(6, 5, "memory = 0.8\ndrift_sd = 0.3");
    let (mut covered, mut identified) = ([0; 2], [0; 2]);
    for round in 0..100 {
        let fit = fit_with(&polled(&text, round), &MINDS, 100, 4);
        for ((estimate, truth), place) in fit.estimates.iter().zip([0.8, 0.3]).zip(0..) {
            covered[place] += u32::from(covers(estimate, truth));
            identified[place] += u32::from(estimate.identified() == Identified::Yes);
        }
    }
    let said = format!("covered {covered:?}, identified {identified:?} of 100");
    println!("{said}");
    // Of a hundred that should each cover with 95 % fewer than 87 do in one case of two thousand.
    assert!(covered.iter().all(|&count| count >= 87), "{said}");
    assert!(identified[1] > 50, "intervals that reach everywhere would cover, too: {said}");
}

const FEW: &str = "--particles 100 --replicates 3";

fn desk() -> Desk {
    let text = council(3, 3, "memory = 0.7\ndrift_sd = 0.2");
    let mut clerk = Clerk(String::new());
    let plan = Plan::new(scenario(&text).assumptions.remove(0));
    let mut draws = RoundDraws::new(plan.addresses(), 11);
    draws.turn_to(6);
    Reference::new(&plan).observe(&mut draws, &mut clerk);
    let fitted = clerk.0.replace("name = \"p2\"", "name = \"p2\"\nfitted = true");
    Desk::with(&[
        ("s.toml", &format!("{text}{}", clerk.0)),
        ("fitted.toml", &format!("{text}{fitted}")),
        ("open.toml", &text),
        (
            "appoints.toml",
            &format!("{text}{}", clerk.0)
                .replace("repeat = 3\n", "repeat = 3\nappoint = { count = { at_least = 0 } }\n"),
        ),
    ])
}

fn shows(desk: &Desk, arguments: &str) -> String {
    String::from_utf8(desk.ends(arguments, 0, "").stdout).unwrap()
}

#[test]
fn what_it_shows() {
    let desk = desk();
    let one = "--estimate memory";
    let table = shows(&desk, &format!("fit s.toml {one} {FEW} --out e.txt"));
    for words in ["How minds change", "given p1", "identified", "--set dynamics.memory=", "Repeat:", "doubt_sd"] {
        assert!(table.contains(words), "{words}\n{table}");
    }
    let options = fs::read_to_string(desk.path("e.txt")).unwrap();
    let value = options.trim().strip_prefix("--set dynamics.memory=").unwrap();
    let json: serde_json::Value =
        serde_json::from_str(&shows(&desk, &format!("fit s.toml {one} {FEW} --format json"))).unwrap();
    assert_eq!(json["estimates"][0]["estimate"].to_string(), value);
    assert_eq!(json["repeat"], format!("nemcon fit s.toml {one} {FEW}"));
    assert!(json["profiles"].as_array().unwrap().len() > 2 && json["seed"] == 5);
    let csv = shows(&desk, &format!("fit s.toml {one} {FEW} --format csv"));
    assert!(csv.starts_with("parameter,path,stated,estimate,ci_low,ci_high,") && csv.contains(value), "{csv}");
    shows(&desk, &format!("update s.toml {} {FEW} --rounds 60", options.trim()));
    // The poll to which support was fitted is given, with those before it.
    let fitted = shows(&desk, &format!("fit fitted.toml {one} {FEW} --format json"));
    let fitted: serde_json::Value = serde_json::from_str(&fitted).unwrap();
    assert_eq!((&fitted["given"], &fitted["polls"]), (&serde_json::json!(["p1", "p2"]), &serde_json::json!(["p3"])));
}

/// One candidate, twice: that says nothing of minds, and it is said so.
#[test]
fn what_is_not_identified_is_said_and_not_recommended() {
    let answers = |poll: u32, encourage: u32| {
        let object = 7 - encourage;
        format!(
            "[[poll]]\nname = \"p{poll}\"\nballot = {poll}\nanswers = {{ c0 = {{ encourage = {encourage}, object = {object}, no_opinion = 2 }} }}\n"
        )
    };
    let text = council(1, 2, "memory = 0.7") + &answers(1, 6) + &answers(2, 5);
    let desk = Desk::with(&[("one.toml", &text)]);
    let table = shows(&desk, &format!("fit one.toml {FEW} --out e.txt"));
    for word in ["memory", "drift_sd", "common_sd"] {
        assert!(table.contains(&format!("{word} is not identified: from 0.000 to ")), "{word}\n{table}");
    }
    assert!(table.contains("There is nothing to set") && fs::read(desk.path("e.txt")).unwrap().is_empty(), "{table}");
}

#[test]
fn what_cannot_be_is_refused_with_the_reason() {
    let desk = desk();
    desk.ends("fit open.toml", 65, "has no polls");
    desk.ends("fit s.toml --polls p1", 65, "there is only `p1`");
    desk.ends("fit s.toml --polls p9", 2, "no poll called `p9`");
    desk.ends("fit s.toml --estimate doubt_sd", 2, "memory, drift_sd, common_sd");
    desk.ends("fit s.toml --estimate memory --set dynamics.memory=0.5", 2, "is set and is to be estimated");
    let all = "--set dynamics.memory=0.5 --set dynamics.drift_sd=0 --set preferences.common_sd=0";
    desk.ends(&format!("fit s.toml {all}"), 2, "nothing to estimate");
    desk.ends("fit s.toml --poll p.csv --polls p1", 2, "cannot be used with");
    desk.ends("fit appoints.toml", 65, "say `appoint_from`");
}
