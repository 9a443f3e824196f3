//! Counts of every experiment can be put together from parts, saved, and told from what cannot be counts.

use std::fmt::Debug;
use std::ops::Range;

use nemcon::model::Model;
use nemcon::scenario::Scenario;
use nemcon::simulation::{
    Comparing, Conditioning, Counting, Counts, Execution, Experiment, FlippingVetoes, InDetail, LogRow, Needs, Plan,
    RoundLog, Scores, Scoring, Tally, simulate,
};

/// A council that asks twice at most, one member of which is sure about one candidate.
const COUNCIL: &str = r#"
title = "Council"

[dynamics]
memory = 0.5

[preferences]
common_sd = 0.7

[[event]]
name = "scandal"
probability = 0.2
effects = [{ leaves = "ana" }]

[[member]]
id = "A"

[[member]]
id = "B"
uncertainty_about = { ana = 0 }

[[member]]
id = "C"

[[candidate]]
id = "ana"
availability = 0.8

[[candidate]]
id = "bo"

[[candidate]]
id = "cy"

[support]
A = { ana = 1, bo = 0.4, cy = -0.5 }
B = { ana = 0.5, bo = 1, cy = 0 }
C = { ana = 0.5, bo = 0.2, cy = 1 }

[veto]
A = "absolute"
C = { probability = 0.5 }

[[stage]]
repeat = 2
appoint = "consensus"

[[assumption]]
name = "open"
summary = "No vetoes at all"
veto = {}
"#;

const ROUNDS: Range<u64> = 4000..9000;

fn plans(text: &str) -> Vec<Plan> {
    let scenario = Scenario::from_text("council.toml", text, None).unwrap_or_else(|problem| panic!("{problem}"));
    scenario.assumptions.into_iter().map(Plan::new).collect()
}

/// The same of one ballot.
fn one_ballot() -> Vec<Plan> {
    plans(&COUNCIL.replace("repeat = 2", "repeat = 1"))
}

fn count<E: Experiment>(experiment: &E, rounds: Range<u64>) -> E::Counts {
    simulate(experiment, Execution::new(7, rounds)).unwrap().counts
}

fn models<E: Experiment>(experiment: &E) -> Vec<&Model> {
    experiment.plans().iter().map(|plan| &plan.model).collect()
}

/// What these counts are once they have been saved.
fn saved<C: Counts>(counts: &C) -> C {
    let text = serde_json::to_string(counts).unwrap();
    let read: C = serde_json::from_str(&text).unwrap();
    assert_eq!(*counts, read);
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
    read
}

/// Parts of a range, each saved and read, put together in another order than they were counted in.
fn parts_are_the_whole<E: Experiment>(experiment: &E) {
    let whole = count(experiment, ROUNDS);
    let cuts = [ROUNDS.start, 4001, 6500, ROUNDS.end];
    let mut sum = experiment.nothing();
    for part in cuts.windows(2).rev() {
        sum.merge(&saved(&count(experiment, part[0]..part[1])));
    }
    assert_eq!(sum, whole);
    assert_eq!((sum.rounds(), experiment.nothing().rounds()), (5000, 0));
    for threads in [1, 2, 5] {
        let again = simulate(experiment, Execution { threads, ..Execution::new(7, ROUNDS) }).unwrap();
        assert!(!again.partial && again.counts == whole, "{threads} threads");
    }
}

/// Whichever number is far from what was counted, it is noticed.
fn damage_is_noticed<E: Experiment>(experiment: &E, other: &Model) {
    let (counts, models) = (count(experiment, ROUNDS), models(experiment));
    assert!(counts.is_valid(&models, 5000) && experiment.nothing().is_valid(&models, 0));
    assert!(!counts.is_valid(&models, 4999) && !counts.is_valid(&[], 5000));
    assert!(!counts.is_valid(&vec![other; models.len()], 5000), "they are of another body");
    let text = serde_json::to_string(&counts).unwrap();
    let mut numbers = 0;
    for number in numbers_in(&text) {
        for wrong in ["1000000000000000000", "18446744073709551615"] {
            let damaged = [&text[..number.start], wrong, &text[number.end..]].concat();
            let damaged: Result<E::Counts, _> = serde_json::from_str(&damaged);
            let place = &text[number.start.saturating_sub(60)..number.end];
            assert!(!damaged.is_ok_and(|damaged| damaged.is_valid(&models, 5000)), "{wrong} for the end of {place}");
        }
        numbers += 1;
    }
    assert!(numbers > 100, "{numbers}");
}

/// Where the numbers stand in JSON that are no keys.
fn numbers_in(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_part = |c: char| c.is_ascii_digit() || c == '-';
    let starts = text.match_indices([':', ',', '[']).map(|(at, _)| at + 1);
    let numbers = starts.map(move |start| {
        let length = text[start..].find(|c| !is_part(c)).unwrap_or(text.len() - start);
        start..start + length
    });
    numbers.filter(|number| !number.is_empty())
}

/// A change of one count, which is noticed.
fn is_noticed<E: Experiment>(experiment: &E, change: impl FnOnce(&mut E::Counts))
where
    E::Counts: Debug,
{
    let mut counts = count(experiment, ROUNDS);
    change(&mut counts);
    assert!(!counts.is_valid(&models(experiment), 5000), "{counts:?}");
}

/// Checks all that is said of counts.
fn check<E: Experiment>(experiment: &E, other: &Model) {
    parts_are_the_whole(experiment);
    damage_is_noticed(experiment, other);
}

fn other() -> Model {
    let text = "title = \"other\"\n[[member]]\nid = \"A\"\n[[candidate]]\nid = \"x\"\n[[candidate]]\nid = \"y\"\n";
    plans(text).remove(0).model
}

#[test]
fn counts_of_one_world() {
    let plans = plans(COUNCIL);
    check(&Counting(&plans[0]), &other());
    is_noticed(&Counting(&plans[0]), |tally| tally.no_consensus += 1);
    // What no number alone says, but two together.
    let contradictions: [fn(&mut Tally); 16] = [
        |tally| tally.candidates[0].acceptable = tally.candidates[0].appointed - 1,
        |tally| tally.candidates[0].acceptable = tally.candidates[0].faced + 1,
        |tally| tally.candidates[0].left = tally.candidates[0].stood + 1,
        |tally| tally.candidates[0].sole_vetoed -= 1,
        |tally| tally.candidates[0].encouragements.total -= 1,
        |tally| tally.candidates[0].encouragements.squares = tally.candidates[0].encouragements.total,
        |tally| tally.candidates[0].ballots_when_appointed.total += 1,
        |tally| tally.candidates[0].ballots_when_appointed.squares += 1,
        |tally| tally.pairs[0].objected = tally.pairs[0].vetoed - 1,
        |tally| tally.pairs[0].objected = tally.candidates[0].faced,
        |tally| tally.pairs[0].encouraged += 1,
        |tally| tally.pairs[0].sole_veto += 1,
        |tally| {
            tally.pairs[0].vetoed -= 1;
            tally.pairs[2].vetoed += 1;
        },
        |tally| {
            tally.ballots[2].appointed -= 1;
            tally.ballots[1].appointed += 1;
        },
        |tally| {
            tally.ballots[2].no_consensus -= 1;
            tally.ballots[3].no_consensus += 1;
        },
        |tally| {
            tally.ballots[1].appointed -= 1;
            tally.ballots[0].appointed += 1;
        },
    ];
    contradictions.into_iter().for_each(|change| is_noticed(&Counting(&plans[0]), change));
}

#[test]
fn counts_of_several_worlds() {
    let plans = plans(COUNCIL);
    check(&Comparing(&plans), &other());
    is_noticed(&Comparing(&plans), |compared| compared.joints.clear());
    is_noticed(&Comparing(&plans), |compared| compared.joints.swap(0, 1));
    is_noticed(&Comparing(&plans), |compared| compared.joints[1].acceptable[0].swap(1, 2));
    is_noticed(&Comparing(&plans), |compared| {
        let [neither, _, _, both] = &mut compared.joints[1].acceptable[0];
        (*neither, *both) = (*neither - 1, *both + 1);
    });
    is_noticed(&Comparing(&plans), |compared| compared.tallies.swap(0, 1));
}

/// A council that votes by weight, then takes stances.
fn weighted() -> Vec<Plan> {
    let stages = "[[stage]]\nname = \"vote\"\nballot = \"choice\"\nsupport_by = \"shares\"\nrepeat = 2\n\
                  continues = 0.5\n[[stage]]\nrepeat = 2\n";
    let mut text = COUNCIL.replacen("[[stage]]\nrepeat = 2\n", stages, 1);
    for (id, shares) in [("A", "5.5"), ("B", "3"), ("C", "2")] {
        let member = format!("[[member]]\nid = \"{id}\"\n");
        text = text.replacen(&member, &format!("{member}measures = {{ shares = {shares} }}\n"), 1);
    }
    plans(&text)
}

#[test]
fn counts_ballot_by_ballot() {
    let (plans, by_ballot) = (weighted(), true);
    let one = InDetail { of: Counting(&plans[0]), by_ballot };
    check(&one, &other());
    check(&InDetail { of: Comparing(&plans), by_ballot }, &other());
    let plain = InDetail { by_ballot: false, ..one };
    let counts = count(&one, ROUNDS);
    assert!(one.is_valid(&counts, 5000) && !plain.is_valid(&counts, 5000), "more than was asked for");
    assert!(!one.is_valid(&count(&plain, ROUNDS), 5000), "less than was asked for");
    assert_eq!(Tally { by_ballot: None, ..counts.clone() }, count(&plain, ROUNDS));
    let mut sum = counts.clone();
    sum.merge(&count(&plain, 9000..9100));
    assert_eq!(sum.by_ballot, None, "of all rounds nothing is known");
    // What no number alone says, but two together.
    let text = serde_json::to_string(&counts).unwrap();
    let first = text.find("\"by_ballot\":{\"1\":{\"0\":{\"0\":").expect("the first candidate at the first ballot");
    let weighed = text[first..].find("\"weighed\":").unwrap() + first + 10;
    let changed = |from: &str, to: &str| {
        let at = text[first..].find(from).unwrap() + first;
        [&text[..at], to, &text[at + from.len()..]].concat()
    };
    for damaged in [
        changed("{\"1\":{\"0\":", "{\"1\":{\"2\":"),
        changed("{\"1\":{\"0\":", "{\"9\":{\"0\":"),
        changed("{\"1\":{\"0\":{\"0\":", "{\"1\":{\"0\":{\"7\":"),
        changed("\"objections\":[", "\"objections\":[1,"),
        changed("\"vetoes\":[", "\"vetoes\":[0,"),
        [&text[..weighed], "1", &text[weighed..]].concat(),
    ] {
        let damaged: Tally = serde_json::from_str(&damaged).unwrap();
        assert!(damaged.by_ballot.is_some() && !one.is_valid(&damaged, 5000), "{:?}", damaged.by_ballot);
    }
}

#[test]
fn counts_with_one_veto_flipped() {
    let plans = plans(COUNCIL);
    let experiment = FlippingVetoes(&plans[0]);
    check(&experiment, &other());
    is_noticed(&experiment, |flips| flips.simulated_again = 1);
    is_noticed(&experiment, |flips| flips.simulated_again = 3 * 5000 + 1);
    is_noticed(&experiment, |flips| flips.changed.truncate(2));
    is_noticed(&experiment, |flips| flips.changed[1].add(None, None));
    is_noticed(&experiment, |flips| flips.baseline.no_consensus += 1);
}

#[test]
fn counts_of_scores() {
    let plans = plans(COUNCIL);
    let experiment = Scoring { plan: &plans[0], scores: Scores::of(&plans[0].model).unwrap() };
    check(&experiment, &other());
    is_noticed(&experiment, |scored| scored.sums.truncate(4));
    is_noticed(&experiment, |scored| scored.sums[0].rounds += 1);
    is_noticed(&experiment, |scored| scored.sums.swap(0, 1));
}

#[test]
fn counts_of_chances() {
    let plans = one_ballot();
    let experiment = Conditioning { plan: &plans[0], needs: Needs::of(&plans[0].model).unwrap() };
    check(&experiment, &other());
    is_noticed(&experiment, |chances| chances.acceptable.truncate(2));
    is_noticed(&experiment, |chances| chances.no_consensus.rounds -= 1);
}

/// No count that there can be is refused.
#[test]
fn counts_of_real_selections_are_valid() {
    fn is_valid(experiment: &impl Experiment, file: &str) {
        let counts = count(experiment, 0..300);
        assert!(counts.is_valid(&models(experiment), 300), "{file}: {counts:?}");
    }
    let files = std::fs::read_dir(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")).unwrap();
    let files = files.map(|file| file.unwrap().path()).filter(|file| file.extension().is_some_and(|it| it == "toml"));
    let mut conditioned = 0;
    for file in files {
        let scenario = Scenario::load(&file).unwrap_or_else(|problem| panic!("{problem}"));
        let plans: Vec<Plan> = scenario.assumptions.into_iter().map(Plan::new).collect();
        let file = file.display().to_string();
        is_valid(&Counting(&plans[0]), &file);
        is_valid(&Comparing(&plans), &file);
        is_valid(&FlippingVetoes(&plans[0]), &file);
        is_valid(&Scoring { plan: &plans[0], scores: Scores::of(&plans[0].model).unwrap() }, &file);
        if let Ok(needs) = Needs::of(&plans[0].model) {
            let conditioning = Conditioning { plan: &plans[0], needs };
            is_valid(&conditioning, &file);
            conditioned += 1;
        }
    }
    assert!(conditioned > 0);
}

/// Whatever is asked, the log has the rounds of the world that the question is about.
#[test]
fn every_experiment_logs_its_rounds() {
    #[derive(Default)]
    struct Rows(Vec<LogRow>);
    impl RoundLog for Rows {
        fn write(&mut self, rows: &[LogRow]) -> std::io::Result<()> {
            self.0.extend_from_slice(rows);
            Ok(())
        }
    }
    fn logged(experiment: &impl Experiment) -> Vec<LogRow> {
        let mut rows = Rows::default();
        simulate(experiment, Execution { log: Some(&mut rows), ..Execution::new(7, ROUNDS) }).unwrap();
        rows.0
    }
    let plans = one_ballot();
    let rows = logged(&Counting(&plans[0]));
    assert!(rows.iter().map(|row| row.round).eq(ROUNDS) && rows.iter().any(|row| row.vetoes > 1));
    assert_eq!(logged(&Comparing(&plans)), rows);
    assert_eq!(logged(&FlippingVetoes(&plans[0])), rows);
    assert_eq!(logged(&Scoring { plan: &plans[0], scores: Scores::of(&plans[0].model).unwrap() }), rows);
    assert_eq!(logged(&Conditioning { plan: &plans[0], needs: Needs::of(&plans[0].model).unwrap() }), rows);
}
