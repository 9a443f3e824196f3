//! Against going through every coalition.

use super::*;
use crate::model::{BallotCount, Bar, MemberId, MemberSet};

/// Populations of 2025 for the Council of the EU, from Germany to Malta: the published percentages of 451,028,881
/// (Agence Europe, bulletin 13544/22, "Updating of EU member states' population figures for calculating qualified
/// majority voting in EU Council"), hence each to the nearest 0.01 % only.
const EU_2025: [u64; 27] = [
    83_395_240, 68_421_081, 59_671_121, 48_620_913, 37_570_706, 19_078_522, 18_086_258, 11_816_957, 10_914_899,
    10_644_282, 10_554_076, 10_418_767, 9_606_915, 9_110_783, 6_449_713, 5_953_581, 5_637_861, 5_457_449, 5_367_244,
    3_878_848, 2_886_585, 2_119_836, 1_894_321, 1_353_087, 947_161, 676_543, 541_235,
];

fn eu() -> Vec<Power> {
    let measures = [Measure::members(27), measure("population", &EU_2025, 0)];
    let by_population = Rule::Any(vec![share(1, "0.65"), count(0, "24")]);
    power(&Rule::All(vec![share(0, "0.55"), by_population]), &measures, &vetoes(0, 27)).unwrap()
}

/// Swings by member and size of the coalition of the others, given who wins.
fn swings(members: usize, wins: impl Fn(u32) -> bool) -> Vec<Vec<u64>> {
    let mut swings = vec![vec![0; members]; members];
    for coalition in (0..1u32 << members).filter(|&coalition| wins(coalition)) {
        let others = coalition.count_ones() as usize - usize::from(coalition != 0);
        for (m, swings) in swings.iter_mut().enumerate().filter(|(m, _)| coalition >> m & 1 == 1) {
            swings[others] += u64::from(!wins(coalition & !(1 << m)));
        }
    }
    swings
}

/// Asserts that the indices are what the definitions make of `swings`.
#[track_caller]
fn assert_agree(powers: &[Power], swings: &[Vec<u64>], what: &str) {
    let n = swings.len();
    let all: u64 = swings.iter().flatten().sum();
    for (m, (power, swings)) in powers.iter().zip(swings).enumerate() {
        let own: u64 = swings.iter().sum();
        let sized = |(size, &swings): (usize, &u64)| swings as f64 * inverse_binomial(n as u32 - 1, size as u32);
        let expected = [
            own as f64 / (1u64 << (n - 1)) as f64,
            own as f64 / all.max(1) as f64,
            swings.iter().enumerate().map(sized).sum::<f64>() / n as f64,
        ];
        for (found, expected) in [power.banzhaf_absolute, power.banzhaf, power.shapley_shubik].iter().zip(expected) {
            assert!((found - expected).abs() <= 1e-12 * expected, "member {m}: {found:e} is not {expected:e}; {what}");
        }
    }
}

/// Numbers without a pattern, the same in every run (SplitMix64, Steele, Lea and Flood 2014).
struct Numbers(u64);

impl Numbers {
    /// One of `0..below`.
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % below
    }

    fn measures(&mut self, n: usize) -> Vec<Measure> {
        let small: Vec<u64> = (0..n).map(|_| self.below(6)).collect();
        let tens: Vec<u64> = (0..n).map(|_| 1 + self.below(40)).collect();
        let huge: Vec<u64> = (0..n).map(|_| self.below(1_000_000_000_000_000_001)).collect();
        vec![Measure::members(n), measure("small", &small, 0), measure("tens", &tens, 1), measure("huge", &huge, 6)]
    }

    fn rule(&mut self, measures: &[Measure], depth: u32) -> Rule {
        let of = self.below(measures.len() as u64) as usize;
        let whole = u64::try_from(measures[of].total()).unwrap_or(u64::MAX).min(1_000_000_000_000_000_000);
        let base = if self.below(2) == 0 { Base::All } else { Base::Voting };
        match self.below(if depth == 0 { 4 } else { 9 }) {
            0 => Condition::NoVeto.into(),
            1 => Condition::Share { of, bar: Bar::AtLeast(Fraction::new(self.below(14), 12).unwrap()), base }.into(),
            kind @ (2 | 3) => {
                let amount = Fraction::new(self.below(whole + 1), 10u64.pow(measures[of].decimals)).unwrap();
                if kind == 2 {
                    Condition::Count { of, bar: Bar::AtLeast(amount) }.into()
                } else {
                    Condition::Objections { of, at_most: amount }.into()
                }
            }
            kind => {
                let parts = (0..1 + self.below(3)).map(|_| self.rule(measures, depth - 1)).collect();
                if kind % 2 == 0 { Rule::All(parts) } else { Rule::Any(parts) }
            }
        }
    }
}

#[test]
fn random_rules_agree_with_going_through_every_coalition() {
    let mut numbers = Numbers(2023);
    let (mut games, mut decided) = (0, 0);
    for round in 0..600 {
        let n = if round % 100 == 0 { 14 } else { 1 + numbers.below(9) as usize };
        let measures = numbers.measures(n);
        let rule = numbers.rule(&measures, 3);
        let vetoes: Vec<VetoPower> =
            (0..n).map(|_| if numbers.below(5) == 0 { VetoPower::absolute(1) } else { VetoPower::NONE }).collect();
        let wins: Vec<bool> = (0..1u32 << n)
            .map(|coalition| {
                let of =
                    |said: bool| (0..n).filter(move |m| (coalition >> m & 1 == 1) == said).map(|m| MemberId(m as u16));
                let count = BallotCount {
                    supporters: of(true).collect(),
                    objectors: of(false).collect(),
                    voting: MemberSet::all(n),
                    all: MemberSet::all(n),
                    vetoed: of(false).any(|m| vetoes[m.index()].exists()),
                };
                rule.holds(&measures, &count)
            })
            .collect();
        let monotone = |c: usize| (0..n).all(|m| !wins[c] || wins[c | 1 << m]);
        assert!((0..wins.len()).all(monotone), "{rule:?}");
        let powers = power(&rule, &measures, &vetoes).unwrap();
        assert_agree(&powers, &swings(n, |coalition| wins[coalition as usize]), &format!("{rule:?} {measures:?}"));
        games += 1;
        decided += usize::from(wins[0] || !wins[wins.len() - 1]);
    }
    assert!(decided * 2 < games, "most games must be worth playing: {decided} of {games} are decided");
}

#[test]
fn the_council_of_the_eu_is_as_enumerated() {
    // What `every_coalition_of_the_eu_agrees` confirms: Germany, France, Poland, Hungary and Malta. Swings are of 2^26.
    let expected = [
        (0, 14062886, 0.120_376_937_718_044, 0.175_560_256_151_520),
        (1, 11809092, 0.101_084_680_071_406, 0.134_596_315_252_527),
        (4, 7410774, 0.063_435_505_360_742, 0.067_331_592_605_856),
        (12, 3279216, 0.028_069_770_329_932, 0.022_998_782_014_464),
        (26, 2022542, 0.017_312_762_996_595, 0.008_622_914_391_860),
    ];
    let powers = eu();
    for (member, swings, normalised, shapley) in expected {
        assert_near(powers[member].banzhaf_absolute, f64::from(swings) / f64::from(1 << 26), 1e-13);
        assert_near(powers[member].banzhaf, normalised, 1e-12);
        assert_near(powers[member].shapley_shubik, shapley, 1e-12);
    }
    assert_near(powers.iter().map(|power| power.shapley_shubik).sum(), 1.0, 1e-13);
}

/// Seconds with optimisation: `cargo test --release -- --ignored every_coalition_of_the_eu`.
#[test]
#[ignore = "goes through 2^27 coalitions"]
fn every_coalition_of_the_eu_agrees() {
    // The population of any coalition by two tables, of the first 14 members and of the others.
    let table = |members: &[u64]| -> Vec<u64> {
        let weigh = |set: usize| (0..members.len()).filter(|m| set >> m & 1 == 1).map(|m| members[m]).sum();
        (0..1usize << members.len()).map(weigh).collect()
    };
    let (low, high) = (table(&EU_2025[..14]), table(&EU_2025[14..]));
    let total: u64 = EU_2025.iter().sum();
    let wins = |coalition: u32| {
        let heads = u64::from(coalition.count_ones());
        let people = low[coalition as usize & 0x3FFF] + high[coalition as usize >> 14];
        100 * heads >= 55 * 27 && (100 * people >= 65 * total || heads >= 24)
    };
    assert_agree(&eu(), &swings(27, wins), "EU");
}
