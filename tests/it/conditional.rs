//! Probabilities from chances: against closed forms, against counting, where counting could not, and as users get them.

use std::fs;

use crate::common::Desk;
use nemcon::analysis::{Conditional, Quantity};
use nemcon::scenario::Scenario;
use nemcon::simulation::{Chances, Conditioning, Execution, Needs, Plan, simulate};
use statrs::distribution::{Continuous, ContinuousCDF, Normal};

fn model(text: &str) -> nemcon::model::Model {
    let scenario = Scenario::from_text("test.toml", text, None);
    scenario.unwrap_or_else(|problem| panic!("{problem}\n{text}")).assumptions.remove(0)
}

fn chances(text: &str, seed: u64, rounds: u64, threads: usize) -> Chances {
    let plan = Plan::new(model(text));
    let execution = Execution { threads, ..Execution::new(seed, 0..rounds) };
    simulate(&Conditioning { plan: &plan, needs: Needs::of(&plan.model).unwrap() }, execution).unwrap().counts
}

/// The figures of the candidates in their order, then of no consensus.
fn figures(text: &str, rounds: u64) -> Vec<Quantity> {
    Conditional::new(&model(text), &chances(text, 1, rounds, 2)).quantities
}

fn cdf(x: f64) -> f64 {
    Normal::standard().cdf(x)
}

/// The rounding of utilities to single precision may move a cdf by a few 1e-8.
fn is_exactly(quantity: &Quantity, exact: f64) {
    assert!((quantity.value / exact - 1.0).abs() < 1e-6, "{quantity:?}, exactly {exact}");
    assert!(quantity.standard_error == 0.0 && quantity.variance_ratio.is_none(), "{quantity:?}");
    assert!(quantity.is_exact && quantity.low == quantity.value && quantity.value == quantity.high, "{quantity:?}");
}

/// A chance that was the same in all rounds so far need not be so in all rounds.
#[test]
fn what_did_not_vary_by_accident_is_not_exact() {
    let text = "title = \"small\"\n[veto]\ndefault = \"absolute\"\n[[member]]\nid = \"A\"\n[[candidate]]\nid = \"x\"\n";
    let event = "[[event]]\nname = \"rare\"\nprobability = 1e-6\neffects = [{ points = -3 }]\n";
    let month = "[preferences]\ncommon_sd = 1\n";
    for (more, rounds) in [(event, 200), (month, 1), (month, 5)] {
        for quantity in figures(&format!("{text}{more}"), rounds) {
            assert!(
                !quantity.is_exact && quantity.low < quantity.value && quantity.value < quantity.high,
                "{quantity:?}"
            );
            assert!(quantity.low <= 0.5 && 0.5 <= quantity.high, "{quantity:?}");
        }
    }
    is_exactly(&figures(text, 1)[0], 0.5);
}

/// Independent views: consensus is a product of normal cdfs, in every round.
#[test]
fn independent_views_are_a_product() {
    let text = "title = \"product\"\n[veto]\ndefault = \"absolute\"\nC = { probability = 0.4 }\nD = \"none\"\n\
        [[member]]\nid = \"A\"\nuncertainty = 2\nobject_at = -1\n[[member]]\nid = \"B\"\nobject_at = -0.5\n[[member]]\nid = \"C\"\n\
        [[member]]\nid = \"D\"\n[[candidate]]\nid = \"x\"\navailability = 0.7\n[[candidate]]\nid = \"y\"\n\
        [[candidate]]\nid = \"z\"\nenters = 2\n[support]\nA = { x = -1 }\nB = { x = 0.3 }\nC = { x = -0.4, y = 1 }\nD = { y = -2 }\n";
    let figures = figures(text, 3000);
    let passes = |a: f64, b: f64, c: f64, d: f64| {
        let no_veto = cdf((a + 1.0) / 2.0) * cdf(b + 0.5) * (1.0 - 0.4 * cdf(-c));
        let nobody = (cdf(-a / 2.0) - cdf((-1.0 - a) / 2.0)) * (cdf(-b) - cdf(-0.5 - b)) * 0.6 * cdf(-c) * cdf(-d);
        no_veto - nobody
    };
    let (x, y) = (0.7 * passes(-1.0, 0.3, -0.4, 0.0), passes(0.0, 0.0, 1.0, -2.0));
    is_exactly(&figures[0], x);
    is_exactly(&figures[1], y);
    assert_eq!(figures[2].value, 0.0, "z would come too late");
    is_exactly(&figures[3], (1.0 - x) * (1.0 - y));
}

/// Members alike: the number who encourage and do not veto is multinomial.
#[test]
fn counts_of_heads_are_exact() {
    let members: String = (0..15).map(|i| format!("[[member]]\nid = \"m{i}\"\n")).collect();
    let text = format!(
        "title = \"council\"\n[preferences]\naccept_at = 0.5\nobject_at = -1\n{members}[[candidate]]\nid = \"x\"\n\
         [[stage]]\nappoint = \"unsc\"\n[veto]\nm0 = \"absolute\"\nm1 = \"absolute\"\n"
    );
    let (encourages, objects) = (cdf(-0.5), cdf(-1.0));
    // The first two encourage or are neutral, the others do what they like.
    let choose = |n: u64, k: u64| (0..k).fold(1.0, |product, i| product * (n - i) as f64 / (i + 1) as f64);
    let exactly = |n: u64, k: u64, p: f64, q: f64| choose(n, k) * p.powi(k as i32) * q.powi((n - k) as i32);
    let ways = (0..=2_u64).flat_map(|i| (0..=13_u64).map(move |j| (i, j))).filter(|(i, j)| i + j >= 9);
    let neutral = 1.0 - encourages - objects;
    let exact: f64 =
        ways.map(|(i, j)| exactly(2, i, encourages, neutral) * exactly(13, j, encourages, 1.0 - encourages)).sum();
    is_exactly(&figures(&text, 100)[0], exact);
    for (rule, threshold) in [("two-thirds", 10), ("unanimity", 15), ("majority", 8)] {
        let exact: f64 = (threshold..=15).map(|j| exactly(15, j, encourages, 1.0 - encourages)).sum();
        is_exactly(&figures(&text.replace("unsc", rule), 100)[0], exact);
    }
}

/// Everything within scope that members share.
const SHARED: &str = r#"
title = "Shared views"
[preferences]
common_sd = 0.5
group_sd = { south = 0.8 }
trait_sd = { rank = 0.4 }
[veto]
A = "absolute"
south = { probability = 0.6 }
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
accept_at = 0.5
object_at = -0.5
[[candidate]]
id = "ana"
traits = { rank = 1 }
availability = 0.8
[[candidate]]
id = "ben"
traits = { rank = -1 }
[[candidate]]
id = "eve"
reserve = true
availability = 0.5
[support]
A = { ana = 0.7, ben = 0.3, eve = -0.2 }
B = { ana = 0.4, ben = -0.8 }
C = { ana = 0.3, ben = 0.3, eve = 0.4 }
[[event]]
name = "scandal"
probability = 0.3
effects = [{ points = -0.8, candidates = ["ana"] }, { leaves = "ben" }, { joins = "eve" }]
[[event]]
name = "quarrel"
probability = 0.4
effects = [{ veto = { A = "none", D = { probability = 0.5, against = ["ana"] } } }]
[[stage]]
goodwill = 0.2
appoint = { all = ["no_veto", { count = { at_least = 2 } }] }
"#;

/// By how many standard errors of counting the chances are off what is counted, at most. Given what members share, the count varies
/// about the chance, and less than it varies in all.
fn off_by(chances: &[Quantity], counted: &[Quantity]) -> f64 {
    let off = chances.iter().zip(counted).map(|(chances, counted)| {
        let (p, n) = (counted.counted.value.unwrap(), counted.counted.rounds as f64);
        (chances.value - p).abs() / (p * (1.0 - p) / n).sqrt()
    });
    off.fold(0.0, f64::max)
}

/// Five standard errors: p = 6e-7. A tenth of the availability, of a red line, or of a point would be noticed.
/// With fewer rounds the least of these, a tenth of a point that the south shares, would go unnoticed by chance: it is off by
/// five to eight standard errors of a million.
#[test]
fn chances_agree_with_counting() {
    const ROUNDS: u64 = 1_000_000;
    let right = figures(SHARED, ROUNDS);
    assert!(off_by(&right, &right) < 5.0, "{right:?}");
    assert!(right.iter().all(|quantity| quantity.variance_ratio.unwrap() > 1.3), "{right:?}");
    for (what, wrong) in [
        ("availability = 0.8", "availability = 0.7"),
        ("probability = 0.6", "probability = 0.5"),
        ("group_sd = { south = 0.8 }", "group_sd = { south = 0.7 }"),
        ("probability = 0.3", "probability = 0.25"),
        ("goodwill = 0.2", "goodwill = 0.15"),
        ("object_at = -0.5", "object_at = 0.3"),
        (", against = [\"ana\"]", ""),
        ("joins = \"eve\"", "leaves = \"eve\""),
    ] {
        let wrong = figures(&SHARED.replace(what, wrong), ROUNDS);
        assert!(off_by(&wrong, &right) > 5.0, "{what} does not matter");
    }
}

/// Twelve members lean against, a good month for the candidate helps with all: once in a million rounds. The exact value by
/// summing over the month in steps of 0.001.
#[test]
fn rare_outcomes_are_known_from_few_rounds() {
    const ROUNDS: u64 = 100_000;
    let members: String = (0..12).map(|i| format!("[[member]]\nid = \"m{i}\"\n")).collect();
    let text = format!(
        "title = \"rare\"\n[preferences]\ncommon_sd = 0.1\n{members}[[candidate]]\nid = \"x\"\n[veto]\ndefault = \"absolute\"\n\
         [support]\n{}",
        (0..12).map(|i| format!("m{i} = {{ x = -0.5 }}\n")).collect::<String>()
    );
    let month = |step: i32| f64::from(step) / 1000.0;
    let exact: f64 = (-9000..=9000)
        .map(|step| Normal::standard().pdf(month(step)) / 1000.0 * cdf(-0.5 + 0.1 * month(step)).powi(12))
        .sum();
    assert!(exact > 3e-7 && exact < 3e-6, "{exact}");
    let figures = figures(&text, ROUNDS);
    let rare = &figures[0];
    assert!((rare.value - exact).abs() < 5.0 * rare.standard_error, "{rare:?}, exactly {exact}");
    let (relative, by_counting) = (rare.standard_error / exact, (1.0 / exact / ROUNDS as f64).sqrt());
    assert!(relative < 0.01 && by_counting > 1.0, "{relative}, and {by_counting} by counting");
    assert!(rare.variance_ratio.unwrap() > 50_000.0, "{rare:?}");
    assert!((figures[1].standard_error / rare.standard_error - 1.0).abs() < 1e-6, "no consensus is the rest");
}

/// Over many seeds the estimates scatter by as much as their standard errors say.
#[test]
fn standard_errors_are_honest() {
    const SEEDS: u64 = 300;
    let (model, plan) = (model(SHARED), Plan::new(model(SHARED)));
    let conditioning = Conditioning { plan: &plan, needs: Needs::of(&plan.model).unwrap() };
    let run = |seed| simulate(&conditioning, Execution::new(seed, 0..1000)).unwrap().counts;
    let figures: Vec<Vec<Quantity>> = (0..SEEDS).map(|seed| Conditional::new(&model, &run(seed)).quantities).collect();
    for quantity in 0..4 {
        let of =
            |value: &dyn Fn(&Quantity) -> f64| figures.iter().map(|f| value(&f[quantity])).sum::<f64>() / SEEDS as f64;
        let mean = of(&|f| f.value);
        let seen = (of(&|f| (f.value - mean).powi(2)) * SEEDS as f64 / (SEEDS - 1) as f64).sqrt();
        let said = of(&|f| f.standard_error);
        // A sample of 300 gives a standard deviation within 4 % (1 s.e.); 20 % is five of them.
        assert!((seen / said - 1.0).abs() < 0.2, "{seen} seen, {said} said");
    }
}

#[test]
fn threads_change_nothing() {
    let one = chances(SHARED, 1, 10_000, 1);
    for threads in [2, 3] {
        assert_eq!(one, chances(SHARED, 1, 10_000, threads), "{threads} threads");
    }
}

#[test]
fn what_is_out_of_scope_is_refused_and_why() {
    for (what, with, says) in [
        ("common_sd = 0.5", "noise = \"laplace\"", "the noise is not normal"),
        ("goodwill = 0.2", "repeat = 3", "there may be 3 ballots, not one"),
        ("goodwill = 0.2", "ballot = \"choice\"", "is a choice ballot"),
        ("count = { at_least = 2 }", "objections = { at_most = 1 }", "the rule counts objections"),
        ("{ count = { at_least = 2 } }", "{ any = [\"majority\"] }", "alternatives"),
        ("count = { at_least = 2 }", "share = { at_least = 0.5, base = \"voting\" }", "a share of those voting"),
        ("probability = 0.6", "probability = 0.6, cost = 1", "uses its veto depends on what the others answer"),
        ("probability = 0.5, against", "cost = 1, against", "uses its veto depends on what the others answer"),
        ("probability = 0.6", "probability = 0.6, alone = 1", "uses its veto depends on what the others answer"),
        ("probability = 0.6", "probability = 0.6, drawn = \"member\"", "is drawn for the member"),
    ] {
        let reasons = Needs::of(&model(&SHARED.replace(what, with))).unwrap_err().to_string();
        assert!(reasons.contains(says), "{reasons}");
    }
    let cost = SHARED.replace("probability = 0.6", "probability = 0.6, cost = 1");
    let majority = cost.replace("{ all = [\"no_veto\", { count = { at_least = 2 } }] }", "\"majority\"");
    assert!(Needs::of(&model(&majority)).is_ok(), "where vetoes do not count, nor does their cost");
}

#[test]
fn conditional_estimates_are_written_beside_the_counts() {
    let desk = Desk::with(&[("shared.toml", SHARED), ("long.toml", &SHARED.replace("goodwill = 0.2", "repeat = 3"))]);
    desk.ends("run shared.toml --rounds 5000 --out counted --log-rounds counted.csv", 0, "");
    let table =
        desk.ends("run shared.toml --rounds 5000 --out both --log-rounds both.csv --estimate conditional", 0, "");
    let table = String::from_utf8(table.stdout).unwrap();
    insta::assert_snapshot!(table.split_once("are right.\n\n").unwrap().1);
    for file in ["outcomes.csv", "candidates.csv", "vetoes.csv"] {
        let read = |folder: &str| fs::read(desk.path(folder).join(file)).unwrap();
        assert_eq!(read("counted"), read("both"), "{file}: the rounds are the same");
    }
    assert_eq!(fs::read(desk.path("counted.csv")).unwrap(), fs::read(desk.path("both.csv")).unwrap());
    let file = fs::read_to_string(desk.path("both/conditional.csv")).unwrap();
    let header = "assumption,quantity,candidate,candidate_name,rounds,estimate,se,ci_low,ci_high,count,counted,\
                  counted_ci_low,counted_ci_high,variance_ratio";
    assert_eq!(file.lines().next(), Some(header));
    assert_eq!(file.lines().count(), 5);
    let csv = desk.ends("run shared.toml --rounds 5000 --estimate conditional --format csv", 0, "").stdout;
    assert_eq!(String::from_utf8(csv).unwrap(), file);
    let json = desk.ends("run shared.toml --rounds 5000 --estimate conditional --format json", 0, "").stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["conditional"].as_array().unwrap().len(), 4);
    desk.ends("run long.toml --estimate conditional --out none", 65, "there may be 3 ballots, not one");
    assert!(!desk.path("none").exists());
    desk.ends("run shared.toml --estimate best", 2, "conditional");
}
