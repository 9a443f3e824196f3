//! What a point of support does: against closed forms, against worlds in which support is changed, and as users get it.

use std::fs;

use crate::common::Desk;
use nemcon::analysis::{Leverage, Slope};
use nemcon::model::Noise;
use nemcon::report::Look;
use nemcon::report::leverage::LeverageReport;
use nemcon::scenario::Scenario;
use nemcon::simulation::{Comparing, Execution, Plan, Scored, Scores, Scoring, simulate};
use statrs::distribution::{Continuous, ContinuousCDF, Normal};

/// Standard errors beyond which a difference is no accident: p = 6e-7.
const FAR: f64 = 5.0;

fn scenario(text: &str) -> Scenario {
    Scenario::from_text("test.toml", text, None).unwrap_or_else(|problem| panic!("{problem}\n{text}"))
}

fn scored(plan: &Plan, rounds: u64, threads: usize) -> Scored {
    simulate(
        &Scoring { plan, scores: Scores::of(&plan.model).unwrap() },
        Execution { threads, ..Execution::new(1, 0..rounds) },
    )
    .unwrap()
    .counts
}

fn levers(scenario: &Scenario, rounds: u64) -> Leverage {
    let plan = Plan::new(scenario.assumptions[0].clone());
    Leverage::new(&plan, &scored(&plan, rounds, 2))
}

/// The slope of an outcome's probability in a pair's support.
fn slope(leverage: &Leverage, member: usize, candidate: usize, outcome: usize) -> Option<Slope> {
    let pair = leverage.pairs.iter().find(|pair| (pair.member, pair.candidate) == (member, candidate)).unwrap();
    pair.slopes[outcome]
}

fn is(slope: Option<Slope>, exact: f64) {
    let slope = slope.unwrap();
    assert!((slope.value - exact).abs() < FAR * slope.standard_error, "{slope:?}, exactly {exact}");
}

/// One member, one ballot: the chance of an encouragement is `Φ((mean − accept_at) / uncertainty)`.
#[test]
fn with_one_member_the_slope_is_the_density() {
    let text = "title = \"one\"\n[[member]]\nid = \"A\"\nuncertainty = 1.6\naccept_at = 1\n[[candidate]]\nid = \"x\"\n\
                [support]\nA = { x = 0.2 }\n";
    let leverage = levers(&scenario(text), 200_000);
    let exact = Normal::standard().pdf((0.2 - 1.0) / 1.6) / 1.6;
    is(slope(&leverage, 0, 0, 0), exact);
    is(slope(&leverage, 0, 0, 1), -exact);
    assert!(slope(&leverage, 0, 0, 0).unwrap().standard_error < 0.002);
}

/// Two ballots with memory `f`: nobody is appointed if both draws are below `a`, and
/// `d/da P(e < a, e′ < a) = 2 φ(a) Φ(a (1 − f) / √(1 − f²))`.
#[test]
fn a_mind_that_changes_is_moved_at_every_ballot() {
    for memory in [0.0, 0.6, 0.95] {
        let text = format!(
            "title = \"two\"\n[dynamics]\nmemory = {memory}\n[[member]]\nid = \"A\"\n[[candidate]]\nid = \"x\"\n\
             [support]\nA = {{ x = -0.8 }}\n[[stage]]\nrepeat = 2\nappoint = \"consensus\"\n"
        );
        let (normal, a) = (Normal::standard(), 0.8);
        let fresh = (1.0 - memory) / (1.0_f64 - memory * memory).sqrt();
        is(slope(&levers(&scenario(&text), 200_000), 0, 0, 1), -2.0 * normal.pdf(a) * normal.cdf(a * fresh));
    }
}

/// Over many seeds the estimates scatter by as much as their standard errors say.
#[test]
fn standard_errors_are_honest() {
    const SEEDS: u64 = 300;
    let plan = Plan::new(scenario(COUNCIL).assumptions.remove(0));
    let scoring = Scoring { plan: &plan, scores: Scores::of(&plan.model).unwrap() };
    let run = |seed| simulate(&scoring, Execution::new(seed, 0..2000)).unwrap().counts;
    let slopes: Vec<Slope> =
        (0..SEEDS).map(|seed| slope(&Leverage::new(&plan, &run(seed)), 0, 0, 0).unwrap()).collect();
    let mean = slopes.iter().map(|slope| slope.value).sum::<f64>() / SEEDS as f64;
    let seen = (slopes.iter().map(|slope| (slope.value - mean).powi(2)).sum::<f64>() / (SEEDS - 1) as f64).sqrt();
    let said = slopes.iter().map(|slope| slope.standard_error).sum::<f64>() / SEEDS as f64;
    // A sample of 300 gives a standard deviation within 4 % (1 s.e.); 20 % is five of them.
    assert!((seen / said - 1.0).abs() < 0.2, "{seen} seen, {said} said");
}

/// Everything that moves views and candidates, over several ballots and two stages.
const COUNCIL: &str = r#"
title = "A restless council"
[preferences]
noise = "normal"
common_sd = 0.3
group_sd = { south = 0.6 }
trait_sd = { rank = 0.4 }
[dynamics]
momentum = 0.5
memory = 0.7
concession = 0.1
accommodation = { holdouts = 1, probability = 0.3 }
[veto]
A = "absolute"
south = { probability = 0.7, cost = 0.5 }
[[member]]
id = "A"
uncertainty = 1.5
[[member]]
id = "B"
groups = ["south"]
[[member]]
id = "C"
groups = ["south"]
uncertainty_about = { ana = 0 }
[[member]]
id = "D"
object_at = -0.5
[[candidate]]
id = "ana"
traits = { rank = 1 }
availability = 0.8
[[candidate]]
id = "ben"
traits = { rank = -1 }
enters = 2
[[candidate]]
id = "eve"
reserve = true
[support]
A = { ana = -0.7, ben = 0.3, eve = -0.2 }
B = { ana = 0.4, ben = -0.8 }
C = { ana = 0.3, ben = 0.3, eve = 0.4 }
[[event]]
name = "scandal"
probability = 0.3
effects = [{ points = -0.8, candidates = ["ana"] }, { leaves = "ben" }]
[[stage]]
name = "talks"
repeat = 3
appoint = { all = ["no_veto", { count = { at_least = 3 } }] }
drop = "lowest"
from_ballot = 3
[[stage]]
name = "last"
field = ["eve", "ana"]
appoint = "consensus"
"#;

/// The same draws with a little more and a little less support, over twice the change. The error of that, of third order in
/// the change of 0.1, is a tenth of its standard error.
#[test]
fn slopes_are_those_between_worlds_with_a_little_more_and_less_support() {
    const ROUNDS: u64 = 300_000;
    const STEP: f64 = 0.1;
    for noise in Noise::WORDS.iter().filter(|noise| **noise != "uniform") {
        let scenario = scenario(&COUNCIL.replace("\"normal\"", &format!("\"{noise}\"")));
        let leverage = levers(&scenario, ROUNDS);
        for (path, support, member, candidate) in
            [("support.A.ana", -0.7, 0, 0), ("support.B.ben", -0.8, 1, 1), ("support.D.eve", 0.0, 3, 2)]
        {
            let with = |points: f64| {
                let set = scenario.with_settings("stated", &[(path, &format!("{points:?}"))]);
                Plan::new(set.unwrap().unwrap())
            };
            let worlds = [with(support - STEP), with(support + STEP)];
            let joint = simulate(&Comparing(&worlds), Execution::new(1, 0..ROUNDS)).unwrap().counts.joints.remove(1);
            let mut steepest = 0.0_f64;
            for outcome in 0..4 {
                let others = || (0..4).filter(|&other| other != outcome);
                let gained: u64 = others().map(|other| joint.flows.count(other, outcome)).sum();
                let lost: u64 = others().map(|other| joint.flows.count(outcome, other)).sum();
                let scale = ROUNDS as f64 * 2.0 * STEP;
                let (difference, error) =
                    ((gained as f64 - lost as f64) / scale, ((gained + lost) as f64).sqrt() / scale);
                let Some(slope) = slope(&leverage, member, candidate, outcome) else {
                    assert_eq!((candidate, outcome, gained + lost), (2, 1, 0), "ben is out when eve is asked about");
                    continue;
                };
                let off = (slope.value - difference) / slope.standard_error.hypot(error);
                assert!(off.abs() < FAR, "{noise} {path} {outcome}: {slope:?}, between worlds {difference} ± {error}");
                steepest = steepest.max(difference.abs() / error);
            }
            assert!(steepest > 2.0 * FAR, "{noise} {path}: the slopes are none that could be missed");
        }
    }
}

#[test]
fn threads_change_nothing() {
    let plan = Plan::new(scenario(COUNCIL).assumptions.remove(0));
    let one = scored(&plan, 10_000, 1);
    for threads in [2, 3] {
        assert_eq!(one, scored(&plan, 10_000, threads), "{threads} threads");
    }
    assert!(one.sums.iter().any(|sum| sum.total() != 0.0));
}

/// The probabilities of all outcomes add up to 1, whatever the support.
#[test]
fn slopes_add_up_to_nothing_and_what_is_certain_has_none() {
    let leverage = levers(&scenario(COUNCIL), 50_000);
    for pair in &leverage.pairs {
        if (pair.member, pair.candidate) == (2, 0) {
            assert!(pair.slopes.iter().all(Option::is_none), "C is certain about ana");
            continue;
        }
        let sum: f64 = pair.slopes.iter().flatten().map(|slope| slope.value).sum();
        assert!(sum.abs() < 1e-12, "{sum}");
    }
    assert_eq!(leverage.slopes(), (4 * 3 - 1) * 4 - 4, "and where eve is asked about, ben is out");
}

#[test]
fn the_report_reads_well() {
    let scenario = scenario(COUNCIL);
    let leverage = levers(&scenario, 20_000);
    let report = LeverageReport {
        title: &scenario.title,
        model: &scenario.assumptions[0],
        leverage: &leverage,
        top: 2,
        seed: 1,
        rounds_asked: 20_000,
        repeat: "nemcon leverage council.toml",
    };
    for width in [100, 60] {
        let text = report.render(Look { width, styled: false });
        assert!(text.lines().all(|line| line.chars().count() <= usize::from(width)), "{text}");
        insta::assert_snapshot!(format!("leverage-{width}"), text);
    }
}

#[test]
fn leverage_is_written_whole() {
    let desk =
        Desk::with(&[("council.toml", COUNCIL), ("uniform.toml", &COUNCIL.replace("\"normal\"", "\"uniform\""))]);
    desk.ends("leverage council.toml --rounds 5000 --out results", 0, "");
    let file = fs::read_to_string(desk.path("results/leverage.csv")).unwrap();
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(
        lines[0],
        "assumption,member,member_name,outcome,candidate,rounds,probability,change_per_point,se,ci_low,ci_high,\
         variance_ratio"
    );
    assert_eq!(lines.len(), 1 + 4 * 3 * 4);
    assert!(
        lines.iter().any(|line| line.starts_with("stated,C,C,no-consensus,ana,5000,0.") && line.ends_with(",,,,,"))
    );
    desk.ends("leverage council.toml --rounds 5000 --out again --threads 1", 0, "");
    assert_eq!(file, fs::read_to_string(desk.path("again/leverage.csv")).unwrap());
    desk.ends("leverage council.toml --out results", 73, "--force");
    desk.ends("leverage uniform.toml --out none", 65, "uniform noise");
    assert!(!desk.path("none").exists(), "nothing is left behind");
    let json = desk.ends("leverage council.toml --format json --rounds 5000", 0, "").stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["leverage"].as_array().unwrap().len(), 48);
    desk.ends("leverage council.toml --assumption state", 2, "stated");
    // Certain about everyone: nothing to say, and said so.
    fs::write(
        desk.path("certain.toml"),
        COUNCIL.replace("common_sd", "uncertainty = 0\ncommon_sd").replace("uncertainty = 1.5", ""),
    )
    .unwrap();
    let table = desk.ends("leverage certain.toml --rounds 100", 0, "").stdout;
    assert!(String::from_utf8(table).unwrap().contains("12 views without uncertainty"));
}

/// What waiting is worth changes with support, which the slopes of one run do not see.
#[test]
fn foresight_is_refused_where_there_is_something_to_wait_for() {
    let scenario = |repeat: u32| {
        format!(
            "title = \"ahead\"\nrounds = 2000\nmember = [{{ id = \"A\", foresight = 1 }}, {{ id = \"B\" }}]\n\
             candidate = [{{ id = \"x\" }}]\nveto = {{ A = \"absolute\" }}\n\
             stage = [{{ name = \"s\", repeat = {repeat}, appoint = \"consensus\" }}]\n"
        )
    };
    let desk = Desk::with(&[("ahead.toml", &scenario(2)), ("once.toml", &scenario(1))]);
    desk.ends("leverage ahead.toml", 65, "what waiting is worth to them changes with support");
    desk.ends("leverage ahead.toml", 65, "--set dynamics.foresight=0");
    desk.ends("leverage ahead.toml --set member.A.foresight=0 --quiet", 0, "");
    desk.ends("leverage once.toml --quiet", 0, "");
}
