//! Assumptions side by side, and single vetoes changed: figures that are known, and what users see and get.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use nemcon::analysis::{Comparison, Difference, Influence, Selection};
use nemcon::report::Look;
use nemcon::report::compare::CompareReport;
use nemcon::report::influence::InfluenceReport;
use nemcon::scenario::Scenario;
use nemcon::simulation::{
    Comparing, Counting, Counts, Course, Execution, FlippingVetoes, Joint, NoiseStore, Plan, Tally, simulate,
};

/// A council of five with two permanent members: `A` and `B` can veto, `B` likes everyone; a word of it in every
/// report.
const COUNCIL: &str = r#"
title = "A small council"
seed = 3
rounds = 20_000

[[candidate]]
id = "ana"
name = "Ana Alba"
[[candidate]]
id = "ben"
name = "Ben Brandt"

[[member]]
id = "A"
[[member]]
id = "B"
[[member]]
id = "C"
groups = ["elected"]
[[member]]
id = "D"
groups = ["elected"]
[[member]]
id = "E"
groups = ["elected"]

[support]
A = { ana = -1, ben = 0.5 }
B = { ana = 9, ben = 9 }
elected = { ana = 0.5, ben = 0 }

[[stage]]
name = "vote"
appoint = { all = ["no_veto", { count = { at_least = 3 } }] }

[veto]
A = "absolute"
B = "absolute"

[[assumption]]
name = "without-A"
summary = "A cannot block"
amend = { A = "none" }

[[assumption]]
name = "everyone"
summary = "All five can block"
veto = { default = "absolute" }

[[assumption]]
name = "three-of-five"
summary = "No vetoes at all"
veto = {}
"#;

fn council() -> Scenario {
    Scenario::from_text("council.toml", COUNCIL, None).unwrap_or_else(|problem| panic!("{problem}"))
}

fn nato() -> Scenario {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/nato-2023.toml");
    Scenario::load(&file).unwrap_or_else(|problem| panic!("{problem}"))
}

/// Each assumption but the first against the first.
fn comparisons(scenario: &Scenario, seed: u64, rounds: u64) -> (Vec<Selection>, Vec<Comparison>) {
    let models = &scenario.assumptions;
    let plans: Vec<Plan> = models.iter().map(|model| Plan::new(model.clone())).collect();
    let compared = simulate(&Comparing(&plans), Execution::new(seed, 0..rounds)).unwrap().counts;
    let selections = models.iter().zip(&compared.tallies).map(|(model, tally)| Selection::new(model, tally));
    let others = models.iter().zip(&compared.joints).skip(1);
    (selections.collect(), others.map(|(model, joint)| Comparison::new(&models[0], model, joint)).collect())
}

fn influence(scenario: &Scenario, rounds: u64) -> Influence {
    let model = &scenario.assumptions[0];
    let counts =
        simulate(&FlippingVetoes(&Plan::new(model.clone())), Execution::new(scenario.seed, 0..rounds)).unwrap();
    Influence::new(model, &counts.counts, 1)
}

/// The same rounds under two assumptions differ only where the assumption matters, so the difference is known better
/// than from seeds of its own: on the shipped scenario by a factor of two to fifteen in the number of rounds needed.
#[test]
fn pairing_pays() {
    let mut nato = nato();
    nato.assumptions.retain(|model| ["stated", "quad", "washington-only"].contains(&model.assumption.as_str()));
    let (_, comparisons) = comparisons(&nato, 20_230_704, 20_000);
    let of = |assumption: &str, outcome: usize| -> Difference {
        let comparison = comparisons.iter().find(|c| c.assumption == assumption).unwrap();
        comparison.outcomes[outcome].difference
    };
    let rounds_saved = |d: &Difference| (d.standard_error_unpaired() / d.standard_error()).powi(2);
    let wallace = rounds_saved(&of("quad", 0));
    assert!(wallace > 2.0, "Wallace under `quad`: {wallace}");
    let kallas = rounds_saved(&of("washington-only", 2));
    assert!(kallas > 5.0, "Kallas under `washington-only`: {kallas}");
}

/// Both standard errors are what they say: over many seeds the differences scatter by as much.
#[test]
fn standard_errors_are_honest() {
    const ROUNDS: u64 = 400;
    const SEEDS: u64 = 300;
    let scenario = council();
    let (baseline, other) = (Plan::new(scenario.assumptions[0].clone()), Plan::new(scenario.assumptions[2].clone()));
    let appointed = |plan: &Plan, seed: u64| {
        let tally = simulate(&Counting(plan), Execution::new(seed, 0..ROUNDS)).unwrap().counts;
        tally.candidates[1].appointed as f64 / ROUNDS as f64
    };
    let scatter = |differences: Vec<f64>| {
        let mean = differences.iter().sum::<f64>() / SEEDS as f64;
        (differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (SEEDS - 1) as f64).sqrt()
    };
    let paired = scatter((0..SEEDS).map(|s| appointed(&other, s) - appointed(&baseline, s)).collect());
    let unpaired = scatter((0..SEEDS).map(|s| appointed(&other, s) - appointed(&baseline, s + SEEDS)).collect());
    let (_, comparisons) = comparisons(&scenario, 1, 100_000);
    let difference = comparisons[1].outcomes[1].difference;
    let scale = (100_000.0 / ROUNDS as f64).sqrt();
    // A sample of 300 gives a standard deviation within 4 % (1 s.e.); 20 % is five of them.
    for (seen, said) in
        [(paired, difference.standard_error() * scale), (unpaired, difference.standard_error_unpaired() * scale)]
    {
        assert!((seen / said - 1.0).abs() < 0.2, "{seen} seen, {said} said");
    }
    assert!(paired < 0.9 * unpaired, "{paired} {unpaired}");
}

#[test]
fn a_veto_taken_away_gives_back_what_it_took() {
    let scenario = council();
    let influence = influence(&scenario, 100_000);
    let a = influence.members.iter().find(|member| member.member.id == "A").unwrap();
    let alone =
        simulate(&Counting(&Plan::new(scenario.assumptions[1].clone())), Execution::new(scenario.seed, 0..100_000));
    let alone = alone.unwrap().counts;
    for (outcome, counts) in a.outcomes.iter().zip(&alone.candidates) {
        assert_eq!(outcome.difference.after.count, counts.appointed, "exactly as `without-A` is simulated");
    }
    assert!(a.has_veto && a.changed.count > 40_000, "{:?}", a.changed);
    assert_eq!(influence.members[0].member.id, "A", "the most influential comes first");
}

/// Formal power sees a rule, not wishes: `B` has as much of it as `A`.
#[test]
fn a_veto_without_objections_changes_nothing() {
    let influence = influence(&council(), 20_000);
    let by_id = |id: &str| influence.members.iter().find(|member| member.member.id == id).unwrap();
    let (a, b) = (by_id("A"), by_id("B"));
    assert_eq!(b.changed.count, 0);
    assert_eq!(a.power, b.power);
    assert!(b.power.unwrap().shapley_shubik > 0.3);
    let consensus = a.consensus().unwrap();
    assert_eq!(consensus.value, -a.outcomes.last().unwrap().difference.value);
    assert_eq!(consensus.before.count, 20_000 - a.outcomes.last().unwrap().difference.before.count);
}

/// A veto that only an event gives is a veto to take away, and reports do not deny it.
#[test]
fn vetoes_that_events_give_count() {
    let text = COUNCIL.split("[veto]").next().unwrap().to_owned()
        + "[[event]]\nname = \"coup\"\nprobability = 0.9\neffects = [{ veto = { A = \"absolute\" } }]\n";
    let scenario = Scenario::from_text("coup.toml", &text, None).unwrap_or_else(|problem| panic!("{problem}"));
    let influence = influence(&scenario, 20_000);
    assert!(influence.members[0].member.id == "A" && influence.members[0].has_veto);
    assert!(influence.members[0].changed.count > 5000, "{:?}", influence.members[0].changed);
    let report = InfluenceReport {
        title: "",
        model: &scenario.assumptions[0],
        influence: &influence,
        seed: 3,
        rounds_asked: 20_000,
        repeat: "",
    };
    let text = report.render(Look::default());
    assert!(text.contains("event coup, with probability 0.9: the veto of A becomes absolute"), "{text}");
}

#[test]
fn reports_are_as_reviewed() {
    let scenario = council();
    let (selections, comparisons) = comparisons(&scenario, scenario.seed, scenario.rounds);
    let models: Vec<_> = scenario.assumptions.iter().collect();
    let compared = CompareReport {
        title: &scenario.title,
        models: &models,
        selections: &selections,
        comparisons: &comparisons,
        ranges: None,
        seed: scenario.seed,
        rounds_asked: scenario.rounds,
        repeat: "nemcon compare council.toml",
        full: true,
        ballots: false,
    };
    let influence = influence(&scenario, scenario.rounds);
    let influenced = InfluenceReport {
        title: &scenario.title,
        model: models[0],
        influence: &influence,
        seed: scenario.seed,
        rounds_asked: scenario.rounds,
        repeat: "nemcon influence council.toml",
    };
    for width in [100, 50] {
        let look = Look { width, styled: false };
        let short = CompareReport { full: false, ..compared }.render(look);
        let (compared, influenced) = (compared.render(look), influenced.render(look));
        assert!(short.lines().count() < compared.lines().count());
        assert!(
            compared
                .lines()
                .chain(short.lines())
                .chain(influenced.lines())
                .all(|line| line.chars().count() <= usize::from(width))
        );
        insta::assert_snapshot!(format!("compare-{width}"), compared);
        insta::assert_snapshot!(format!("compare-short-{width}"), short);
        insta::assert_snapshot!(format!("influence-{width}"), influenced);
    }
}

/// Runs the program in `folder`, where `council.toml` is, and checks how it ends.
fn ends(folder: &Path, arguments: &str, code: i32, says: &str) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("nemcon"));
    let output = command.current_dir(folder).args(arguments.split_whitespace()).stdin(Stdio::null()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments}: {errors}");
    assert!(errors.contains(says), "{arguments}: {errors:?} does not say {says:?}");
    output
}

fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("council.toml"), COUNCIL).unwrap();
    folder
}

/// The rows of a CSV file, the header first.
fn rows(folder: &Path, file: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn a_comparison_is_written_whole() {
    let desk = desk();
    let at = desk.path();
    ends(at, "compare council.toml --out results --threads 2", 0, "");
    ends(at, "compare council.toml --out again --threads 1", 0, "");
    let comparison = rows(at, "results/comparison.csv");
    assert_eq!(
        comparison[0].join(","),
        "baseline,assumption,outcome,candidate_name,rounds,only_baseline,only_assumption,p_baseline,p,difference,ci_low,\
         ci_high,mcnemar_p"
    );
    assert_eq!(comparison.len(), 1 + 3 * 3, "three assumptions, two candidates and no consensus");
    let flows = rows(at, "results/flows.csv");
    assert_eq!(flows[0].join(","), "baseline,assumption,from,to,count,probability,share_of_from");
    for assumption in ["without-A", "everyone", "three-of-five"] {
        let counts = flows.iter().filter(|row| row[1] == assumption).map(|row| row[4].parse::<u64>().unwrap());
        assert_eq!(counts.sum::<u64>(), 20_000, "every round went somewhere under {assumption}");
    }
    assert_eq!(rows(at, "results/acceptable.csv").len(), 1 + 3 * 2);
    assert_eq!(rows(at, "results/outcomes.csv").len(), 1 + 4 * 3, "the files of `run`, for every assumption");
    for file in ["comparison.csv", "flows.csv", "acceptable.csv", "outcomes.csv", "vetoes.csv", "blocking_sets.csv"] {
        let read = |folder: &str| fs::read(at.join(folder).join(file)).unwrap();
        assert_eq!(read("results"), read("again"), "{file} depends on the number of threads");
    }
    // Each assumption has the figures that `run` gives it.
    ends(at, "run council.toml --assumption everyone --out alone", 0, "");
    let alone = fs::read_to_string(at.join("alone/outcomes.csv")).unwrap();
    let together = fs::read_to_string(at.join("results/outcomes.csv")).unwrap();
    assert!(alone.lines().skip(1).all(|line| together.lines().any(|other| other == line)));
    let record: serde_json::Value = serde_json::from_slice(&fs::read(at.join("results/run.json")).unwrap()).unwrap();
    assert_eq!((&record["command"], &record["options"]["baseline"]), (&"compare".into(), &"stated".into()));
    assert_eq!(record["assumptions"].as_array().unwrap().len(), 4);
}

#[test]
fn assumptions_and_the_baseline_are_for_the_user_to_choose() {
    let desk = desk();
    let at = desk.path();
    let csv =
        ends(at, "compare council.toml --format csv --baseline everyone --assumptions stated,everyone,stated", 0, "");
    let text = String::from_utf8(csv.stdout).unwrap();
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(text.lines().skip(1).all(|line| line.starts_with("everyone,stated,")), "{text}");
    ends(at, "compare council.toml --assumptions everyon", 2, "everyone");
    ends(at, "compare council.toml --baseline state", 2, "stated");
    ends(at, "compare council.toml --assumptions stated", 2, "nothing to compare");
    let only = COUNCIL.split("[[assumption]]").next().unwrap();
    fs::write(at.join("only.toml"), only).unwrap();
    ends(at, "compare only.toml", 2, "[[assumption]]");
    let json = ends(at, "compare council.toml --format json --rounds 100", 0, "").stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["comparison"].as_array().unwrap().len(), 9);
}

#[test]
fn influence_is_written_whole() {
    let desk = desk();
    let at = desk.path();
    ends(at, "influence council.toml --out results", 0, "");
    let influence = rows(at, "results/influence.csv");
    let header = influence[0].join(",");
    for column in
        ["member,member_name,has_veto,outcome", "p,p_changed,difference,ci_low,ci_high", "banzhaf", "shapley_shubik"]
    {
        assert!(header.contains(column), "{header}");
    }
    assert_eq!(influence.len(), 1 + 5 * 3);
    let column = |name: &str| influence[0].iter().position(|column| column == name).unwrap();
    let shares = influence.iter().skip(1).filter(|row| row[column("outcome")] == "no-consensus");
    let sum: f64 = shares.map(|row| row[column("shapley_shubik")].parse::<f64>().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-9, "{sum}");
    ends(at, "influence council.toml --out results", 73, "--force");
    ends(at, "influence council.toml --assumption everyon", 2, "everyone");
    let json = ends(at, "influence council.toml --format json --rounds 100", 0, "").stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["influence"].as_array().unwrap().len(), 15);
}

#[test]
fn help_has_examples() {
    let desk = desk();
    for (arguments, example) in [("compare --help", "--baseline every-ally"), ("influence --help", "nemcon influence")]
    {
        let text = String::from_utf8(ends(desk.path(), arguments, 0, "").stdout).unwrap();
        assert!(text.contains(example), "{arguments}:\n{text}");
    }
}

/// A world that is kept and one that is simulated later, in parts, are what two worlds simulated together are.
#[test]
fn worlds_set_against_each_other_later_are_as_if_simulated_together() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    for name in ["nato-2023.toml", "un-2016.toml", "wto-2020.toml"] {
        let scenario = Scenario::load(&folder.join(name)).unwrap();
        let plans: Vec<Plan> = scenario.assumptions[..2].iter().cloned().map(Plan::new).collect();
        let together = simulate(&Comparing(&plans), Execution::new(scenario.seed, 0..6000)).unwrap().counts;
        let store = &mut NoiseStore::default();
        let (kept, tally) = Course::simulate(&plans[0], scenario.seed, 0..6000, false, store);
        assert_eq!(tally, together.tallies[0]);
        // The second time everything is in the store.
        for _ in 0..2 {
            let (mut joint, mut tally) = (Joint::new(plans[1].candidates()), Tally::new(&plans[1].model));
            for rounds in [0..1000, 1000..1001, 1001..6000] {
                let (course, part) = Course::simulate(&plans[1], scenario.seed, rounds, false, store);
                joint.merge(&kept.joint(&course));
                tally.merge(&part);
            }
            assert_eq!(joint, together.joints[1]);
            assert_eq!(tally, together.tallies[1]);
        }
    }
}
