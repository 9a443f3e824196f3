//! The fast engine and the reference agree on every round and on everything counted.

use nemcon::model::{Model, VetoPower};
use nemcon::simulation::{
    Comparing, Counting, Course, Execution, FlippingVetoes, Flows, Joint, NoiseStore, Plan, Tally, simulate,
};
use proptest::prelude::*;

use super::random::{FEATURES, Recipe, text, with_assumptions};
use super::world::{Rows, rounds, scenario};

/// Compares both engines on the first rounds of `model`, taken together and in uneven pieces.
fn agree(model: &Model, number: u64) -> Result<(), TestCaseError> {
    let reference = rounds(model, 1, number);
    let plan = Plan::new(model.clone());
    let cuts = [0, 64, 65, 192, number];
    for piece in [0, number].windows(2).chain(cuts.windows(2)) {
        let mut rows = Rows::default();
        let execution = Execution { log: Some(&mut rows), ..Execution::new(1, piece[0]..piece[1]) };
        let tally = simulate(&Counting(&plan), execution).unwrap().counts;
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

/// Compares both engines on several assumptions on the same draws, in two uneven pieces.
fn agree_together(models: &[Model], number: u64) -> Result<(), TestCaseError> {
    let mut models = models.to_vec();
    // So that the baseline is not always the one that the others are changes of.
    let middle = models.len() / 2;
    models.rotate_left(middle);
    let references: Vec<_> = models.iter().map(|model| rounds(model, 1, number)).collect();
    let plans: Vec<Plan> = models.iter().cloned().map(Plan::new).collect();
    for piece in [0..128, 128..number] {
        let compared = simulate(&Comparing(&plans), Execution::new(1, piece.clone())).unwrap().counts;
        let piece = piece.start as usize..piece.end as usize;
        for (i, model) in models.iter().enumerate() {
            let (mut tally, mut joint) = (Tally::new(model), Joint::new(model.candidates.len()));
            for (first, round) in references[0][piece.clone()].iter().zip(&references[i][piece.clone()]) {
                tally.add(round);
                joint.add(first, round);
            }
            prop_assert_eq!(&compared.tallies[i], &tally, "assumption {}", i);
            prop_assert_eq!(&compared.joints[i], &joint, "assumption {}", i);
        }
    }
    Ok(())
}

/// Compares both engines on several assumptions one after the other, in three uneven pieces, with what was drawn for the
/// first in store for the others.
fn agree_in_turn(models: &[Model], number: u64) -> Result<(), TestCaseError> {
    let store = &mut NoiseStore::default();
    for model in models.iter().chain(models) {
        let (plan, reference) = (Plan::new(model.clone()), rounds(model, 1, number));
        for piece in [0..100, 100..192, 192..number] {
            let (_, tally) = Course::simulate(&plan, 1, piece.clone(), false, store);
            let mut expected = Tally::new(model);
            reference[piece.start as usize..piece.end as usize].iter().for_each(|round| expected.add(round));
            prop_assert_eq!(&tally, &expected, "{:?} of {}", piece, &model.assumption);
        }
    }
    Ok(())
}

/// Compares both engines on a world in which one veto after the other is flipped.
fn agree_on_flips(model: &Model, number: u64) -> Result<(), TestCaseError> {
    let found = simulate(&FlippingVetoes(&Plan::new(model.clone())), Execution::new(1, 0..number)).unwrap().counts;
    let baseline = rounds(model, 1, number);
    let mut tally = Tally::new(model);
    baseline.iter().for_each(|round| tally.add(round));
    prop_assert_eq!(found.baseline, tally);
    for (m, member) in model.member_ids() {
        let power = match model.may_veto(m) {
            true => VetoPower::NONE,
            false => VetoPower::absolute(model.candidates.len()),
        };
        let mut flows = Flows::new(model.candidates.len());
        for (first, changed) in baseline.iter().zip(rounds(&model.with_veto(m, power), 1, number)) {
            flows.add(first.outcome, changed.outcome);
        }
        prop_assert_eq!(&found.changed[m.index()], &flows, "{}", &member.id);
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
        agree(&scenario(&text(&recipe)).assumptions[0], 320)?;
    }
}

proptest! {
    #![proptest_config(config(100))]

    #[test]
    fn both_engines_agree_on_assumptions_together(recipe in recipes(1..14, 1..7)) {
        agree_together(&scenario(&with_assumptions(&recipe)).assumptions, 300)?;
    }

    #[test]
    fn both_engines_agree_on_assumptions_in_turn(recipe in recipes(1..14, 1..7)) {
        agree_in_turn(&scenario(&with_assumptions(&recipe)).assumptions, 300)?;
    }

    #[test]
    fn both_engines_agree_on_flipped_vetoes(recipe in recipes(1..9, 1..6)) {
        agree_on_flips(&scenario(&text(&recipe)).assumptions[0], 192)?;
    }
}

/// An assumption may be about more ballots than another, and then there is room for fewer rounds at a time.
#[test]
fn both_engines_agree_on_assumptions_that_differ_in_length() {
    let members = (0..64).map(|m| format!("[[member]]\nid = \"m{m}\"\n"));
    let candidates = (0..40).map(|c| format!("[[candidate]]\nid = \"c{c}\"\n"));
    let body: String = members.chain(candidates).collect();
    let stage = "[[stage]]\nname = \"s\"\nappoint = \"consensus\"\n";
    let longer =
        "[[assumption]]\nname = \"longer\"\n[assumption.set]\n\"dynamics.memory\" = 0.5\n\"stage.s.repeat\" = 2\n";
    agree_together(&scenario(&format!("title = \"length\"\n{body}{stage}{longer}")).assumptions, 4096).unwrap();
}

proptest! {
    #![proptest_config(config(12))]

    /// More holders than fit a word, and several spans after one another.
    #[test]
    fn both_engines_agree_on_large_bodies(recipe in recipes(60..256, 10..65)) {
        agree(&scenario(&text(&recipe)).assumptions[0], 576)?;
    }
}

proptest! {
    #![proptest_config(config(2500))]

    #[test]
    #[ignore = "several minutes: cargo test --release --test it -- --ignored engine::"]
    fn both_engines_agree_on_thousands_of_random_scenarios(recipe in recipes(1..40, 1..12)) {
        let assumptions = scenario(&with_assumptions(&recipe)).assumptions;
        agree(&assumptions[0], 512)?;
        agree_together(&assumptions, 300)?;
        agree_on_flips(&assumptions[0], 192)?;
    }
}
