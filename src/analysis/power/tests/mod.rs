//! Published indices, games with closed forms and the edges of what is possible.

mod enumeration;

use super::*;
use crate::model::{Bar, Base, Fraction, VetoPower};

fn fraction(text: &str) -> Fraction {
    text.parse().unwrap()
}

fn share(of: usize, at_least: &str) -> Rule {
    Condition::Share { of, bar: Bar::AtLeast(fraction(at_least)), base: Base::All }.into()
}

fn count(of: usize, at_least: &str) -> Rule {
    Condition::Count { of, bar: Bar::AtLeast(fraction(at_least)) }.into()
}

fn measure(name: &str, weights: &[u64], decimals: u32) -> Measure {
    Measure { name: name.to_owned(), weights: weights.to_vec(), decimals }
}

/// Vetoes of the first `holders` of `members` members.
fn vetoes(holders: usize, members: usize) -> Vec<VetoPower> {
    (0..members).map(|m| if m < holders { VetoPower::absolute(1) } else { VetoPower::NONE }).collect()
}

/// The game in which coalitions with at least `quota` of `weights` win.
fn weighted(quota: &str, weights: &[u64]) -> Vec<Power> {
    power(&count(0, quota), &[measure("votes", weights, 0)], &vetoes(0, weights.len())).unwrap()
}

#[track_caller]
fn assert_near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found:e} is not {expected:e}");
}

/// Asserts that every member has these indices, to the last bit the same.
#[track_caller]
fn assert_all(powers: &[Power], absolute: f64, normalised_and_shapley: f64) {
    for power in powers {
        assert_eq!(power, &powers[0], "equal members are equal to the last bit");
    }
    assert_near(powers[0].banzhaf_absolute, absolute, 1e-12);
    assert_near(powers[0].banzhaf, normalised_and_shapley, 1e-12);
    assert_near(powers[0].shapley_shubik, normalised_and_shapley, 1e-12);
}

/// `1 / C(n, k)`.
fn inverse_binomial(n: u32, k: u32) -> f64 {
    (1..=k).map(|i| f64::from(i) / f64::from(n - k + i)).product()
}

#[test]
fn the_un_security_council_is_as_published() {
    let rule = Rule::All(vec![Condition::NoVeto.into(), count(0, "9")]);
    let powers = power(&rule, &[Measure::members(15)], &vetoes(5, 15)).unwrap();
    // 848 of 2^14 coalitions are swings of a permanent member (all C(10, k) with four or more of the elected),
    // C(9, 3) = 84 of an elected one. The decimals are those of the textbooks.
    for permanent in &powers[..5] {
        assert_near(permanent.banzhaf_absolute, 848.0 / 16384.0, 1e-14);
        assert!((permanent.banzhaf - 0.1669).abs() < 5e-5);
        assert!((permanent.shapley_shubik - 0.19627).abs() < 5e-6);
    }
    for elected in &powers[5..] {
        assert_near(elected.banzhaf_absolute, 84.0 / 16384.0, 1e-14);
        assert!((elected.banzhaf - 0.0165).abs() < 5e-5);
        assert!((elected.shapley_shubik - 0.001865).abs() < 5e-7);
        assert_near(elected.shapley_shubik, 84.0 * inverse_binomial(14, 8) / 15.0, 1e-13);
    }
}

#[test]
fn fifty_forty_nine_and_one_is_the_textbook() {
    let powers = weighted("51", &[50, 49, 1]);
    let expected =
        [(3.0 / 4.0, 3.0 / 5.0, 2.0 / 3.0), (1.0 / 4.0, 1.0 / 5.0, 1.0 / 6.0), (1.0 / 4.0, 1.0 / 5.0, 1.0 / 6.0)];
    for (power, (absolute, normalised, shapley)) in powers.iter().zip(expected) {
        assert_near(power.banzhaf_absolute, absolute, 1e-15);
        assert_near(power.banzhaf, normalised, 1e-15);
        assert_near(power.shapley_shubik, shapley, 1e-15);
    }
}

#[test]
fn luxembourg_was_a_dummy_in_1958() {
    // Council of the EEC 1958-1972, 12 of 17 votes: Germany, France, Italy, Belgium, the Netherlands and Luxembourg.
    // The standard example of a member whose vote never counted.
    let powers = weighted("12", &[4, 4, 4, 2, 2, 1]);
    for (power, (swings, pivots)) in powers.iter().zip([(10, 14), (10, 14), (10, 14), (6, 9), (6, 9), (0, 0)]) {
        assert_near(power.banzhaf_absolute, f64::from(swings) / 32.0, 1e-15);
        assert_near(power.banzhaf, f64::from(swings) / 42.0, 1e-15);
        assert_near(power.shapley_shubik, f64::from(pivots) / 60.0, 1e-14);
    }
    assert_eq!(powers[5], Power { banzhaf_absolute: 0.0, banzhaf: 0.0, shapley_shubik: 0.0, errors: None });
}

#[test]
fn two_thirds_of_all_193_is_a_binomial() {
    let powers = power(&share(0, "2/3"), &[Measure::members(193)], &vetoes(0, 193)).unwrap();
    assert_eq!(powers.len(), 193);
    // 129 are needed: a swing if 128 of the other 192 say yes.
    assert_all(&powers, 0.5f64.powi(192) / inverse_binomial(192, 128), 1.0 / 193.0);
}

#[test]
fn digits_survive_where_almost_every_coalition_loses_or_wins() {
    let members = [Measure::members(256)];
    for rule in [share(0, "1"), count(0, "1"), Rule::All(vec![Condition::NoVeto.into(), count(0, "1")])] {
        let powers = power(&rule, &members, &vetoes(256, 256)).unwrap();
        assert_all(&powers, 0.5f64.powi(255), 1.0 / 256.0);
    }
    // At most seven of 256 object.
    let rule = Condition::Objections { of: 0, at_most: fraction("7") }.into();
    let powers = power(&rule, &members, &vetoes(0, 256)).unwrap();
    assert_all(&powers, 0.5f64.powi(255) / inverse_binomial(255, 7), 1.0 / 256.0);
}

#[test]
fn quadrature_weighs_coalitions_of_every_size_rightly() {
    for members in [1u32, 2, 3, 27, 193, 256] {
        let points = swing::gauss_legendre(members.div_ceil(2) as usize);
        for size in 0..members {
            let (yes, no) = (size as i32, (members - 1 - size) as i32);
            let found: f64 = points.iter().map(|(coin, w)| w * coin.yes.powi(yes) * coin.no.powi(no)).sum();
            assert_near(found, inverse_binomial(members - 1, size) / f64::from(members), 1e-12);
        }
    }
}

#[test]
fn dictators_and_lone_members_have_all_the_power() {
    let none = Power { banzhaf_absolute: 0.0, banzhaf: 0.0, shapley_shubik: 0.0, errors: None };
    let powers = weighted("5", &[1, 5, 3]);
    assert_all(&powers[1..2], 1.0, 1.0);
    assert!(powers[1].shapley_shubik <= 1.0);
    assert_eq!([powers[0], powers[2]], [none; 2]);
    assert_all(&weighted("1", &[1]), 1.0, 1.0);
    let consensus = Rule::All(vec![Condition::NoVeto.into(), count(0, "1")]);
    assert_all(&power(&consensus, &[Measure::members(1)], &vetoes(1, 1)).unwrap(), 1.0, 1.0);
}

#[test]
fn no_one_has_power_where_nothing_depends_on_anyone() {
    let none = Power { banzhaf_absolute: 0.0, banzhaf: 0.0, shapley_shubik: 0.0, errors: None };
    let measures = [Measure::members(4), measure("quota", &[0; 4], 0)];
    let rules = [
        count(0, "5"),
        count(0, "0"),
        share(1, "0"),
        share(0, "1.01"),
        Condition::Objections { of: 0, at_most: fraction("4") }.into(),
        Condition::NoVeto.into(),
        Rule::All(vec![]),
        Rule::Any(vec![]),
        Rule::Any(vec![count(0, "3"), Rule::All(vec![])]),
    ];
    for rule in rules {
        assert_eq!(power(&rule, &measures, &vetoes(0, 4)), Ok(vec![none; 4]), "{rule:?}");
    }
}

#[test]
fn a_veto_counts_by_its_existence_alone() {
    let rule = Rule::All(vec![Condition::NoVeto.into(), count(0, "2")]);
    let of = |veto| power(&rule, &[Measure::members(3)], &[veto, VetoPower::NONE, VetoPower::NONE]).unwrap();
    let absolute = of(VetoPower::absolute(3));
    assert_eq!(of(VetoPower { probability: 0.01, cost: 50.0, ..VetoPower::absolute(1) }), absolute);
    let none = of(VetoPower::NONE);
    assert_eq!(of(VetoPower { probability: 0.0, ..VetoPower::absolute(3) }), none);
    assert_eq!(of(VetoPower::absolute(0)), none, "against no one is no veto");
    assert!(absolute[0].banzhaf > none[0].banzhaf);
}

#[test]
fn a_fund_of_190_by_votes_of_two_decimals_agrees_with_counting_by_size() {
    // Made up after the IMF (85 % of votes): one member of 16.5 %, then ever smaller ones.
    let mut votes: Vec<u64> = (1..190).map(|rank| 60_000 / (rank * 10 + 82)).collect();
    votes.insert(0, 1650);
    let total: u64 = votes.iter().sum();
    let powers = power(&share(0, "0.85"), &[measure("votes", &votes, 2)], &vetoes(0, 190)).unwrap();
    assert_near(powers.iter().map(|power| power.shapley_shubik).sum(), 1.0, 1e-13);
    assert_near(powers.iter().map(|power| power.banzhaf).sum(), 1.0, 1e-13);
    let tolerated = (total - (85 * total).div_ceil(100)) as usize;
    for member in [0, 1, 30, 189] {
        // Coalitions of the others, by their size and the votes that object.
        let mut ways = vec![vec![0.0; tolerated + 1]; 190];
        ways[0][0] = 1.0;
        for (other, &weight) in votes.iter().enumerate().filter(|(other, _)| *other != member) {
            let weight = weight as usize;
            for size in (0..=other.min(188)).rev() {
                for objecting in weight..=tolerated {
                    ways[size + 1][objecting] += ways[size][objecting - weight];
                }
            }
        }
        let first = (tolerated + 1).saturating_sub(votes[member] as usize);
        let (mut absolute, mut shapley) = (0.0, 0.0);
        for (size, ways) in ways.iter().enumerate() {
            let ways: f64 = ways[first..].iter().sum();
            absolute += ways * 0.5f64.powi(189);
            shapley += ways * inverse_binomial(189, size as u32) / 190.0;
        }
        assert_near(powers[member].banzhaf_absolute, absolute, 1e-11);
        assert_near(powers[member].shapley_shubik, shapley, 1e-11);
    }
}

#[test]
fn the_largest_weights_do_not_overflow() {
    let heaviest = measure("gold", &[1_000_000_000_000_000_000; 256], 6);
    let powers = power(&share(0, "1"), std::slice::from_ref(&heaviest), &vetoes(0, 256)).unwrap();
    assert_all(&powers, 0.5f64.powi(255), 1.0 / 256.0);
    let most = Condition::Objections { of: 0, at_most: fraction("1_000_000_000_000_000_000") }.into();
    let powers = power(&most, &[heaviest], &vetoes(0, 256)).unwrap();
    assert_eq!(powers[255].banzhaf, 0.0, "up to 10^18 may object, and all of them have only 256 · 10^12");
}

#[test]
fn too_many_sums_are_an_error_that_says_so() {
    let mut gold = 1u64;
    let weights: Vec<u64> = (0..256)
        .map(|_| {
            gold = gold.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (gold >> 11) % 1_000_000_000_000_000_000
        })
        .collect();
    let measures = [Measure::members(256), measure("gold", &weights, 6)];
    let rule =
        Rule::All(vec![Condition::NoVeto.into(), share(1, "0.6"), Rule::Any(vec![share(0, "0.5"), share(1, "0.9")])]);
    let error = power(&rule, &measures, &vetoes(0, 256)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the exact voting power of 256 members is out of reach: their weights by members and gold add up in too many \
         different ways (the computation keeps at most 5000000 of them apart; fewer digits would help)"
    );
}

/// What is sampled lies within its errors of what is exact: over 60 figures the largest of 5 standard errors would
/// come about by chance once in some 30 000 times.
#[test]
fn sampled_indices_are_exact_ones_within_their_errors() {
    let weights: Vec<u64> = (1..=20).map(|i| 1000 + 37 * i * i).collect();
    let measures = [Measure::members(20), measure("votes", &weights, 0)];
    let any = Rule::Any(vec![share(1, "2/3"), share(0, "0.8")]);
    let rule = Rule::All(vec![Condition::NoVeto.into(), any]);
    let vetoes = vetoes(2, 20);
    let exact = power(&rule, &measures, &vetoes).unwrap();
    let ids: Vec<String> = (0..20).map(|i| format!("m{i}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let sampled = estimated(&rule, &measures, &vetoes, &ids, 7);
    for (exact, sampled) in exact.iter().zip(&sampled) {
        let errors = sampled.errors.unwrap();
        for (exact, sampled, error) in [
            (exact.banzhaf_absolute, sampled.banzhaf_absolute, errors.banzhaf_absolute),
            (exact.banzhaf, sampled.banzhaf, errors.banzhaf),
            (exact.shapley_shubik, sampled.shapley_shubik, errors.shapley_shubik),
        ] {
            assert!(error > 0.0 && error < 0.002, "{error}");
            assert!((exact - sampled).abs() < 5.0 * error, "{exact} {sampled} ± {error}");
        }
    }
    let sum = |part: fn(&Power) -> f64| sampled.iter().map(part).sum::<f64>();
    assert!((sum(|p| p.banzhaf) - 1.0).abs() < 1e-9 && (sum(|p| p.shapley_shubik) - 1.0).abs() < 1e-9);
    assert_eq!(sampled, estimated(&rule, &measures, &vetoes, &ids, 7), "the same seed, the same estimates");
    assert_ne!(sampled, estimated(&rule, &measures, &vetoes, &ids, 8));
}

#[test]
fn sampled_indices_of_members_alike_and_of_games_without_swings() {
    let ids = ["a", "b", "c", "d"];
    let alike = estimated(&count(0, "3"), &[Measure::members(4)], &vetoes(0, 4), &ids, 1);
    assert!(alike.iter().all(|power| power == &alike[0]));
    assert_eq!((alike[0].shapley_shubik, alike[0].banzhaf), (0.25, 0.25));
    let never = estimated(&count(0, "5"), &[Measure::members(4)], &vetoes(0, 4), &ids, 1);
    assert_eq!((never[0].banzhaf, never[0].shapley_shubik), (0.0, 0.0));
}
