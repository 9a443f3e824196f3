//! The preset institutions: who belongs to each, and each rule at its edge, in rounds without chance.

use std::fmt::Write as _;

use nemcon::model::{CandidateId, Model};
use nemcon::scenario::{Scenario, institutions};
use nemcon::simulation::draws::{Chance, Draws, Shock};
use nemcon::simulation::reference::Reference;
use nemcon::simulation::round::{BallotHeld, Observer, Standing};
use nemcon::simulation::{Counting, Execution, Plan, simulate};

/// Each preset with the number of its members; those whose electors have no names are given as many.
const PRESETS: [(&str, usize); 17] = [
    ("african-union", 55),
    ("conclave", 133),
    ("eu-council", 27),
    ("eu-council-2016", 28),
    ("imf-board", 24),
    ("ioc", 97),
    ("nato", 32),
    ("nato-2023", 31),
    ("osce", 57),
    ("unesco-board", 58),
    ("unsc", 15),
    ("unsc-1991", 15),
    ("unsc-1996", 15),
    ("unsc-2006", 15),
    ("unsc-2016", 15),
    ("wto", 166),
    ("wto-2020", 164),
];

/// A scenario of the preset with candidates `x` and `y`.
fn scenario(institution: &str, more: &str) -> Scenario {
    let text = format!(
        "title = \"test\"\ninstitution = \"{institution}\"\ncandidate = [{{ id = \"x\" }}, {{ id = \"y\" }}]\n{more}"
    );
    Scenario::from_text("test.toml", &text, None)
        .unwrap_or_else(|problem| panic!("{institution}: {}", problem.render(false, 120)))
}

fn model(institution: &str, more: &str) -> Model {
    scenario(institution, more).assumptions.remove(0)
}

fn members(model: &Model) -> Vec<String> {
    model.members.iter().map(|member| member.id.clone()).collect()
}

/// Draws without chance: no shocks; of lots the higher-numbered candidate's is the better.
struct NoChance;

impl Draws for NoChance {
    fn shock(&mut self, _: Shock) -> f32 {
        0.0
    }

    fn bits(&mut self, chance: Chance) -> u32 {
        match chance {
            Chance::AppointLot(_, c) | Chance::DropLot(_, c) | Chance::LeadLot(_, c) | Chance::VoteLot(_, _, c) => {
                c.index() as u32
            }
            _ => 0,
        }
    }
}

/// Who is appointed, and after how many ballots, where `x_of` says what a member thinks of `x`; of `y` everyone
/// thinks `y`.
fn outcome(
    institution: &str,
    more: &str,
    assumption: &str,
    y: f64,
    x_of: impl Fn(usize, &str) -> f64,
) -> (Option<&'static str>, u32) {
    let mut text = format!("{more}\n[preferences]\nuncertainty = 0\n");
    for (i, id) in members(&model(institution, more)).iter().enumerate() {
        write!(text, "[support.{id}]\nx = {:?}\ny = {y:?}\n", x_of(i, id)).unwrap();
    }
    let scenario = scenario(institution, &text);
    let plan = Plan::new(scenario.assumption(assumption).unwrap().clone());
    let mut reference = Reference::new(&plan);
    let round = reference.simulate(&mut NoChance);
    (round.outcome.map(|CandidateId(c)| ["x", "y"][usize::from(c)]), round.ballots)
}

/// Who is appointed if the first `yes` members (in the preset's order) want `x` and the rest do not; nobody wants `y`.
fn with_yes(institution: &str, yes: usize) -> Option<&'static str> {
    outcome(institution, "", "stated", -5.0, |i, _| if i < yes { 1.0 } else { -2.0 }).0
}

/// The same in ballots of choice: the rest votes for `y`.
fn with_votes(institution: &str, more: &str, votes: usize) -> (Option<&'static str>, u32) {
    outcome(institution, more, "stated", 0.0, |i, _| if i < votes { 1.0 } else { -2.0 })
}

#[test]
fn every_preset_is_listed_here_and_runs_with_two_candidates() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/scenario/institutions");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
        .collect();
    files.sort();
    assert_eq!(files, PRESETS.map(|(name, _)| name));
    assert!(institutions::names().eq(PRESETS.map(|(name, _)| name)));
    for (institution, count) in PRESETS {
        let electors =
            if ["conclave", "ioc"].contains(&institution) { format!("electors = {count}") } else { String::new() };
        for model in &scenario(institution, &electors).assumptions {
            assert_eq!(model.members.len(), count, "{institution}");
            let tally = simulate(&Counting(&Plan::new(model.clone())), Execution::new(1, 0..200)).unwrap().counts;
            assert_eq!(tally.rounds, 200);
        }
    }
}

#[test]
fn populations_add_up_to_the_unions() {
    for (institution, sum, union) in
        [("eu-council", 451_073_984_u128, 451_028_881_f64), ("eu-council-2016", 508_991_849, 508_940_955.0)]
    {
        let model = model(institution, "");
        let population = model.measures.iter().find(|measure| measure.name == "population").unwrap();
        assert_eq!(population.total(), sum);
        assert!((sum as f64 / union - 1.0).abs() < 0.0002, "{institution}: rounding to 0.01 % explains no more");
    }
}

#[test]
fn the_security_council_needs_nine_and_no_permanent_member_against() {
    for institution in ["unsc", "unsc-1991", "unsc-1996", "unsc-2006", "unsc-2016"] {
        let ids = members(&model(institution, ""));
        let permanent = &ids[..5];
        assert!(["CHN", "FRA", "GBR", "USA"].iter().all(|id| permanent.iter().any(|p| p == id)), "{permanent:?}");
        assert_eq!(with_yes(institution, 9), Some("x"), "six elected members against");
        assert_eq!(with_yes(institution, 8), None);
        for veto in permanent {
            let but = |against: f64| {
                let view = |_: usize, id: &str| if id == veto { against } else { 1.0 };
                outcome(institution, "", "stated", -5.0, view).0
            };
            assert_eq!(but(-0.3), None, "fourteen to one");
            assert_eq!(but(0.0), Some("x"), "an abstention does not block");
        }
        let elected = outcome(institution, "", "stated", -5.0, |i, _| if i == 14 { -5.0 } else { 1.0 });
        assert_eq!(elected, (Some("x"), 6), "after five straw polls");
    }
}

#[test]
fn a_qualified_majority_is_of_members_and_of_population_and_takes_four_to_block() {
    // Members stand in order of population, the largest first.
    assert_eq!(with_yes("eu-council", 15), Some("x"));
    assert_eq!(with_yes("eu-council", 14), None, "14 of 27 are 51.9 %, whatever their population");
    assert_eq!(with_yes("eu-council-2016", 16), Some("x"));
    assert_eq!(with_yes("eu-council-2016", 15), None, "15 of 28 are 53.6 %");
    for institution in ["eu-council", "eu-council-2016"] {
        let against = |who: &[&str]| {
            outcome(institution, "", "stated", -5.0, |_, id| if who.contains(&id) { -1.0 } else { 1.0 }).0
        };
        assert_eq!(against(&["DEU", "FRA", "ITA"]), Some("x"), "over 35 % of the population, but three members");
        assert_eq!(against(&["DEU", "FRA", "ITA", "MLT"]), None);
        assert_eq!(against(&["DEU", "POL", "HUN", "CZE", "SVK"]), Some("x"), "five members with less than 35 %");
    }
    let smallest = |n: usize| outcome("eu-council", "", "stated", -5.0, |i, _| if i >= 27 - n { 1.0 } else { -1.0 }).0;
    assert_eq!(smallest(23), None, "the four largest have 57.7 % of the population");
    assert_eq!(smallest(24), Some("x"));
}

#[test]
fn without_a_proposal_it_takes_72_percent_and_three_large_members_block() {
    for (institution, needed) in [("eu-council", 20), ("eu-council-2016", 21)] {
        let ids = members(&model(institution, ""));
        let if_in_favour = |who: &[String]| {
            let view = |_: usize, id: &str| if who.iter().any(|w| w == id) { 1.0 } else { -1.0 };
            outcome(institution, "", "no-proposal", -5.0, view).0
        };
        let but = |who: &[&str]| {
            let rest: Vec<String> = ids.iter().filter(|id| !who.contains(&id.as_str())).cloned().collect();
            if_in_favour(&rest)
        };
        // Members stand in order of population, the largest first.
        assert_eq!(if_in_favour(&ids[..needed]), Some("x"));
        assert_eq!(if_in_favour(&ids[..needed - 1]), None, "less than 72 %, whatever their population");
        assert_eq!(if_in_favour(&ids[ids.len() - needed..]), None, "enough members with less than 65 %");
        assert_eq!(but(&["DEU", "FRA"]), Some("x"), "less than 35 % of the population");
        assert_eq!(but(&["DEU", "FRA", "ITA"]), None, "over 35 %: here three members block");
    }
}

#[test]
fn under_consensus_silence_passes_and_an_objection_does_not() {
    for (institution, _) in PRESETS.iter().filter(|(name, _)| ["nato", "nato-2023", "osce"].contains(name)) {
        let but = |against: f64| outcome(institution, "", "stated", -5.0, |i, _| if i == 3 { against } else { 1.0 });
        assert_eq!(but(-1.0), (Some("x"), 1));
        assert_eq!(but(-1.001), (None, 6));
    }
    let minus_one = |against: usize| {
        outcome("osce", "", "consensus-minus-one", -5.0, |i, _| if i < against { -5.0 } else { 1.0 }).0
    };
    assert_eq!(minus_one(1), Some("x"));
    assert_eq!(minus_one(2), None);
}

#[test]
fn the_wto_consults_three_times_and_then_decides_by_consensus() {
    for institution in ["wto", "wto-2020"] {
        let but =
            |against: f64| outcome(institution, "", "stated", -5.0, |_, id| if id == "USA" { against } else { 1.0 });
        assert_eq!(but(-1.0), (Some("x"), 4));
        assert_eq!(but(-1.001), (None, 4), "the others do not come back");
    }
}

/// How many candidates face each ballot.
struct Fields(Vec<u32>);

impl Observer for Fields {
    fn ballot(&mut self, held: &BallotHeld<&[Standing]>) {
        self.0.push(held.field.len());
    }
}

#[test]
fn the_wto_narrows_the_field_as_in_2020_and_2013() {
    for candidates in [8, 9] {
        let ids: Vec<String> = (0..candidates).map(|i| format!("{{ id = \"c{i}\" }}")).collect();
        let points: Vec<String> = (0..candidates).map(|i| format!("c{i} = {}", candidates - i)).collect();
        let text = format!(
            "title = \"test\"\ninstitution = \"wto\"\ncandidate = [{}]\npreferences = {{ uncertainty = 0 }}\n\
             [support]\neu = {{ {} }}\n",
            ids.join(", "),
            points.join(", ")
        );
        let scenario = Scenario::from_text("test.toml", &text, None).unwrap();
        let plan = Plan::new(scenario.assumptions[0].clone());
        let mut fields = Fields(Vec::new());
        Reference::new(&plan).observe(&mut NoChance, &mut fields);
        assert_eq!(fields.0, [candidates, 5, 2, 1]);
    }
}

#[test]
fn the_african_union_needs_two_thirds_and_leaves_the_last_one_alone() {
    assert_eq!(with_votes("african-union", "", 37), (Some("x"), 1), "37 of 55");
    assert_eq!(with_votes("african-union", "", 36), (None, 7), "36 are too few even for one who stands alone");
    // Twenty who vote for y would rather have x than no one: x wins the seventh ballot, as in 2025.
    let last = outcome("african-union", "", "stated", 1.0, |i, _| match i {
        0..30 => 2.0,
        30..37 => 0.5,
        _ => -1.0,
    });
    assert_eq!(last, (Some("x"), 7));
}

#[test]
fn secret_ballots_need_two_thirds_or_a_majority() {
    for (electors, needed) in [(115, 77), (133, 89)] {
        let more = format!("electors = {electors}");
        assert_eq!(with_votes("conclave", &more, needed), (Some("x"), 1));
        assert_eq!(with_votes("conclave", &more, needed - 1), (None, 64));
    }
    for (electors, needed) in [(97, 49), (104, 53)] {
        assert_eq!(with_votes("ioc", &format!("electors = {electors}"), needed), (Some("x"), 1));
    }
    assert_eq!(with_votes("ioc", "electors = 104", 52).1, 2, "a tie is broken by lot");
    assert_eq!(with_votes("unesco-board", "", 30), (Some("x"), 1));
    assert_eq!(
        with_votes("unesco-board", "", 29).1,
        6,
        "29 to 29, as in the fourth ballot of 2009: the lot after the fifth"
    );
    assert_eq!(with_votes("unesco-board", "", 28), (Some("y"), 1));
}

#[test]
fn the_fund_counts_votes_not_heads() {
    let largest_seven = |others: usize, rest: f64| {
        outcome("imf-board", "", "stated", -5.0, |i, _| if i < 7 + others { 1.0 } else { rest })
    };
    assert_eq!(largest_seven(17, 0.0), (Some("x"), 1), "consensus");
    assert_eq!(largest_seven(0, -2.0), (None, 4), "48.35 % of the votes");
    assert_eq!(largest_seven(1, -2.0), (Some("x"), 4), "51.39 %, though eight of twenty-four");
    let one_objects = outcome("imf-board", "", "stated", -5.0, |i, _| match i {
        0 => 1.0,
        1 => -2.0,
        _ => -0.5,
    });
    assert_eq!(one_objects, (Some("x"), 4), "of the votes cast; abstentions are none");
}
