//! Counts ballot by ballot: those of both engines are the same, and those that theory says.

use nemcon::analysis::Selection;
use nemcon::model::Model;
use nemcon::simulation::{ByBallot, Comparing, Counting, Execution, Experiment, InDetail, Plan, simulate, trace};

use super::random::{FEATURES, Recipe, with_assumptions};
use super::world::scenario;

const SEED: u64 = 1;

fn counted<E>(of: E, rounds: std::ops::Range<u64>) -> <InDetail<E> as Experiment>::Counts
where
    InDetail<E>: Experiment,
{
    simulate(&InDetail { of, by_ballot: true }, Execution::new(SEED, rounds)).unwrap().counts
}

/// What the readable engine says of the same rounds, one by one.
fn read(plan: &Plan, rounds: std::ops::Range<u64>) -> ByBallot {
    let mut by_ballot = ByBallot::default();
    for ballot in rounds.flat_map(|number| trace(plan, SEED, number).ballots) {
        for (c, standing) in &ballot.standings {
            by_ballot.add(&plan.model, ballot.number, ballot.stage, *c, standing);
        }
    }
    by_ballot
}

/// Random scenarios with everything that the format has: bodies that vote by weight, members who take part in some
/// stages only, soundings, stages that end early.
#[test]
fn both_engines_count_the_same_ballot_by_ballot() {
    let (mut weighed, mut split, mut votes) = (0, 0, 0);
    for seed in 0..120u64 {
        let features = (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 30) as u32 & ((1 << FEATURES) - 1);
        let (members, candidates) = (1 + seed as usize % 13, 1 + seed as usize % 6);
        let models = scenario(&with_assumptions(&Recipe { members, candidates, features, seed })).assumptions;
        let plans: Vec<Plan> = models.into_iter().map(Plan::new).collect();
        for rounds in [0..131, 131..192] {
            let compared = counted(Comparing(&plans), rounds.clone());
            for (plan, tally) in plans.iter().zip(&compared.tallies) {
                assert_eq!(tally.by_ballot, Some(read(plan, rounds.clone())), "seed {seed}, {}", plan.model.assumption);
            }
            let alone = counted(Counting(&plans[0]), rounds.clone());
            assert_eq!(alone, compared.tallies[0]);
            let experiment = InDetail { of: Counting(&plans[0]), by_ballot: true };
            assert!(experiment.is_valid(&alone, rounds.end - rounds.start));
            let places = || alone.by_ballot.as_ref().unwrap().standings();
            weighed += places().filter(|(.., tally)| tally.weighed.is_some_and(|sum| sum > 0)).count();
            votes += places().filter(|(_, stage, ..)| plans[0].model.stages[*stage].ballot.is_choice()).count();
            split += places().zip(places().skip(1)).filter(|(a, b)| a.0 == b.0 && a.1 != b.1).count();
        }
    }
    assert!(weighed > 100 && split > 20 && votes > 100, "{weighed} {split} {votes}");
}

/// The distribution of a sum of independent coins with these chances.
fn poisson_binomial(chances: &[f64]) -> Vec<f64> {
    chances.iter().fold(vec![1.0], |sums, p| {
        let none = sums.iter().map(|sum| sum * (1.0 - p)).chain([0.0]);
        let one = [0.0].into_iter().chain(sums.iter().map(|sum| sum * p));
        none.zip(one).map(|(a, b)| a + b).collect()
    })
}

fn phi(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

fn world(text: &str) -> Model {
    scenario(text).assumptions[0].clone()
}

/// Five members who think independently, at each of three soundings anew; two of them veto.
#[test]
fn independent_members_are_counted_as_theory_says() {
    const ROUNDS: u64 = 200_000;
    let support = [-1.0, -0.4, 0.0, 0.5, 1.2];
    let ids = ["A", "B", "C", "D", "E"];
    let members: String = ids.iter().map(|id| format!("[[member]]\nid = \"{id}\"\n")).collect();
    let points: String = ids.iter().zip(support).map(|(id, x)| format!("{id} = {{ x = {x} }}\n")).collect();
    let text = format!(
        "title = \"coins\"\n[dynamics]\nmemory = 0\n[preferences]\naccept_at = 0.3\n{members}[[candidate]]\nid = \"x\"\n\
         [support]\n{points}[veto]\nA = \"absolute\"\nE = \"absolute\"\n[[stage]]\nrepeat = 3\n"
    );
    let model = world(&text);
    let tally = counted(Counting(&Plan::new(model.clone())), 0..ROUNDS);
    let encouraging = poisson_binomial(&support.map(|x| 1.0 - phi(0.3 - x)));
    let objecting = poisson_binomial(&support.map(|x| phi(-x)));
    let vetoing = poisson_binomial(&[support[0], support[4]].map(|x| phi(-x)));
    let standings: Vec<_> = tally.by_ballot.as_ref().unwrap().standings().collect();
    assert_eq!(
        standings.iter().map(|(ballot, stage, ..)| (*ballot, *stage)).collect::<Vec<_>>(),
        [(1, 0), (2, 0), (3, 0)]
    );
    for (ballot, _, _, standing) in standings {
        for (histogram, expected) in
            [(&standing.support, &encouraging), (&standing.objections, &objecting), (&standing.vetoes, &vetoing)]
        {
            assert_eq!((histogram.rounds(), histogram.counts().len()), (ROUNDS, expected.len()));
            for (&count, p) in histogram.counts().iter().zip(expected) {
                let z = (count as f64 - p * ROUNDS as f64) / (p * (1.0 - p) * ROUNDS as f64).sqrt();
                assert!(z.abs() < 4.5, "ballot {ballot}: {count} of {ROUNDS} where {p} is expected");
            }
        }
    }
    let figures = Selection::new(&model, &tally).standings.unwrap();
    let quantile = |share: f64| {
        let within = |k: &usize| encouraging[..=*k].iter().sum::<f64>() >= share;
        (0..=5).find(within).unwrap() as f64
    };
    for at in &figures {
        let mean: f64 = support.iter().map(|x| 1.0 - phi(0.3 - x)).sum();
        assert!((at.support.mean - mean).abs() < 0.01);
        let found = [at.support.q05, at.support.median, at.support.q95];
        assert_eq!(found, [0.05, 0.5, 0.95].map(quantile));
    }
}

/// Two who always support and one who never does, by weights with decimals: 2.5 and 1 of 4.
#[test]
fn support_by_weight_is_told_in_units_of_the_measure() {
    let text = "title = \"weights\"\n[preferences]\nuncertainty = 0\n\
        [[member]]\nid = \"A\"\nmeasures = { votes = 2.5 }\n[[member]]\nid = \"B\"\nmeasures = { votes = 1 }\n\
        [[member]]\nid = \"C\"\nmeasures = { votes = 0.5 }\n[[candidate]]\nid = \"x\"\n\
        [support]\nA = { x = 1 }\nB = { x = 1 }\nC = { x = -1 }\n\
        [[stage]]\nname = \"s\"\nsupport_by = \"votes\"\n";
    let model = world(text);
    let tally = counted(Counting(&Plan::new(model.clone())), 0..100);
    let [at] = &Selection::new(&model, &tally).standings.unwrap()[..] else { panic!("one ballot, one candidate") };
    assert_eq!((at.stage.as_str(), at.ballot, at.rounds), ("s", 1, 100));
    assert_eq!([at.support.mean, at.support.q05, at.support.median, at.support.q95], [3.5; 4]);
    assert_eq!([at.objections.mean, at.objections.q05, at.vetoes.mean], [1.0, 1.0, 0.0]);
}
