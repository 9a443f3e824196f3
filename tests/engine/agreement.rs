//! The fast engine and the reference agree on every round and on everything counted.

use nemcon::model::Model;
use nemcon::simulation::{Control, LogRow, Plan, RoundLog, Tally, run};
use proptest::prelude::*;

use crate::random::{FEATURES, Recipe, text};
use crate::world::{rounds, scenario};

#[derive(Default)]
struct Rows(Vec<LogRow>);

impl RoundLog for Rows {
    fn write(&mut self, rows: &[LogRow]) -> std::io::Result<()> {
        self.0.extend_from_slice(rows);
        Ok(())
    }
}

/// Compares both engines on the first rounds of `model`, taken together and in uneven pieces.
fn agree(model: &Model, number: u64) -> Result<(), TestCaseError> {
    let reference = rounds(model, 1, number);
    let plan = Plan::new(model.clone());
    let cuts = [0, 1, 2, 66, 130, 200, number];
    for piece in [0, number].windows(2).chain(cuts.windows(2)) {
        let mut rows = Rows::default();
        let tally = run(&plan, 1, piece[0]..piece[1], 1, &Control::default(), Some(&mut rows)).unwrap().tally;
        let mut expected = Tally::new(model);
        for (row, number) in rows.0.iter().zip(piece[0]..piece[1]) {
            let round = &reference[number as usize];
            expected.add(round);
            prop_assert_eq!(row.round, number);
            prop_assert_eq!(row.outcome, round.outcome, "round {}", number);
            prop_assert_eq!((row.stage, row.ballots), (round.stage, round.ballots), "round {}", number);
            prop_assert_eq!(row.vetoes, round.vetoes, "round {}", number);
        }
        prop_assert_eq!(tally, expected);
    }
    Ok(())
}

fn recipes(members: std::ops::Range<usize>, candidates: std::ops::Range<usize>) -> impl Strategy<Value = Recipe> {
    (members, candidates, 0u32..1 << FEATURES, any::<u64>()).prop_map(|(members, candidates, features, seed)| Recipe {
        members,
        candidates,
        features,
        seed,
    })
}

fn config(cases: u32) -> ProptestConfig {
    let rng_seed = proptest::test_runner::RngSeed::Fixed(1);
    ProptestConfig { cases, failure_persistence: None, rng_seed, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn both_engines_agree_on_random_scenarios(recipe in recipes(1..14, 1..7)) {
        agree(&scenario(&text(&recipe)).assumptions[0], 300)?;
    }
}

proptest! {
    #![proptest_config(config(12))]

    /// More holders than fit a word, and spans shorter than a block.
    #[test]
    fn both_engines_agree_on_large_bodies(recipe in recipes(60..256, 10..65)) {
        agree(&scenario(&text(&recipe)).assumptions[0], 210)?;
    }
}

proptest! {
    #![proptest_config(config(5000))]

    #[test]
    #[ignore = "several minutes: cargo test --release -- --ignored both_engines"]
    fn both_engines_agree_on_thousands_of_random_scenarios(recipe in recipes(1..40, 1..12)) {
        agree(&scenario(&text(&recipe)).assumptions[0], 500)?;
    }
}
