//! The preset institutions: who belongs to each, and each rule at its edge, in rounds without chance.

use std::fmt::Write as _;

use nemcon::model::{CandidateId, Model};
use nemcon::scenario::{Scenario, institutions};
use nemcon::simulation::draws::{Chance, Draws, Shock};
use nemcon::simulation::reference::Reference;
use nemcon::simulation::round::{BallotHeld, Observer, Standing};
use nemcon::simulation::{Counting, Execution, Plan, simulate};

/// Each preset with the number of its members; those whose electors have no names are given as many.
const PRESETS: [(&str, usize); 19] = [
    ("african-union", 55),
    ("conclave", 133),
    ("eu-council", 27),
    ("eu-council-2016", 28),
    ("imf-board", 24),
    ("ioc", 97),
    ("nato", 32),
    ("nato-2023", 31),
    ("osce", 57),
    ("unesco-board", 194),
    ("unsc", 15),
    ("unsc-1991", 15),
    ("unsc-1996", 15),
    ("unsc-2006", 15),
    ("unsc-2016", 15),
    ("unsc-assembly", 193),
    ("who", 194),
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
    for institution in ["unsc", "unsc-1991", "unsc-1996", "unsc-2006", "unsc-2016", "unsc-assembly"] {
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
    let assembly = |against: usize| {
        outcome("unsc-assembly", "", "stated", -5.0, |i, _| if i < 193 - against { 1.0 } else { -2.1 }).0
    };
    assert_eq!(assembly(96), Some("x"));
    assert_eq!(assembly(97), None, "96 of 193 in favour");
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

/// Who faces each ballot, by position.
struct Fields(Vec<Vec<usize>>);

impl Observer for Fields {
    fn ballot(&mut self, held: &BallotHeld<&[Standing]>) {
        self.0.push(held.field.iter().map(CandidateId::index).collect());
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
        assert_eq!(fields.0.iter().map(Vec::len).collect::<Vec<_>>(), [candidates, 5, 2, 1]);
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
    // Six suspended, as in 2025: 33 of 49.
    let last_six = ["GMB", "TGO", "TUN", "UGA", "ZMB", "ZWE"];
    assert_eq!(members(&model("african-union", ""))[49..], last_six);
    let suspended: String = last_six.map(|id| format!("{{ id = \"{id}\", groups = [] }}, ")).concat();
    let suspended = format!("member = [{suspended}]");
    assert_eq!(with_votes("african-union", &suspended, 33), (Some("x"), 1));
    assert_eq!(with_votes("african-union", &suspended, 32), (None, 7));
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
}

/// The scenario of the preset in which nothing is known of `candidates` but `support`.
fn known(institution: &str, candidates: &[&str], support: &str) -> Plan {
    let ids: Vec<String> = candidates.iter().map(|id| format!("{{ id = \"{id}\" }}")).collect();
    let text = format!(
        "title = \"test\"\ninstitution = \"{institution}\"\n{}candidate = [{}]\n\
         preferences = {{ uncertainty = 0, common_sd = 0 }}\n[support]\n{support}",
        if institution == "ioc" { "electors = 7\n" } else { "" },
        ids.join(", ")
    );
    Plan::new(Scenario::from_text("test.toml", &text, None).unwrap().assumptions.remove(0))
}

/// The position of who is then appointed, and after how many ballots.
fn appointed(plan: &Plan) -> (Option<usize>, u32) {
    let mut reference = Reference::new(plan);
    let round = reference.simulate(&mut NoChance);
    (round.outcome.map(CandidateId::index), round.ballots)
}

/// Who then faces each ballot, by position.
fn fields(plan: &Plan) -> Vec<Vec<usize>> {
    let mut fields = Fields(Vec::new());
    Reference::new(plan).observe(&mut NoChance, &mut fields);
    fields.0
}

#[test]
fn unescos_board_nominates_and_the_general_conference_appoints() {
    assert_eq!(with_votes("unesco-board", "", 30), (Some("x"), 6));
    assert_eq!(with_votes("unesco-board", "", 28), (Some("y"), 6));
    let (lot, ballots) = with_votes("unesco-board", "", 29);
    assert!(lot.is_some() && ballots == 6, "29 to 29, as in the fourth ballot of 2009: the lot after the fifth");
    let conference = |against: usize| {
        outcome("unesco-board", "", "stated", -5.0, |i, _| if i < 194 - against { 1.0 } else { -2.1 }).0
    };
    assert_eq!(conference(96), Some("x"));
    assert_eq!(conference(97), None, "a tie of 194 is no majority, and the Board has no other nominee");
    // 2017: 22, 18 and 18 in the fourth ballot. Of the tied more want the one who then wins the fifth; the lot would have
    // kept the other.
    let support = "western-board = { a = 2, b = 1 }\nafrican-board = { a = 2, b = 1 }\neastern-board = { b = 2 }\n\
        latin-board = { b = 2 }\nasian-board = { c = 2, b = 1 }\narab-board = { c = 2, b = 1 }\narab-board-07 = { b = 2 }\n";
    let plan = known("unesco-board", &["a", "b", "c"], support);
    assert_eq!((fields(&plan)[4].as_slice(), appointed(&plan)), ([0, 1].as_slice(), (Some(1), 6)));
}

#[test]
fn the_who_lists_five_nominates_three_and_needs_two_thirds_at_first() {
    assert_eq!(with_votes("who", "", 130), (Some("x"), 3), "two thirds of 194");
    assert_eq!(with_votes("who", "", 129), (Some("x"), 5), "a majority in the last ballot");
    assert_eq!(with_votes("who", "", 98), (Some("x"), 5));
    assert_eq!(with_votes("who", "", 97), (None, 5));
    let ids = ["a", "b", "c", "d", "e", "f", "g"];
    let points = "{ a = 7, b = 6, c = 5, d = 4, e = 3, f = 2, g = 1 }";
    let regions = ["african", "american", "south-east-asian", "european", "eastern-mediterranean", "western-pacific"];
    let support = regions.map(|region| format!("{region} = {points}\n")).concat();
    let faced: Vec<usize> = fields(&known("who", &ids, &support)).iter().map(Vec::len).collect();
    assert_eq!(faced, [7, 5, 3]);
}

#[test]
fn of_two_cities_tied_for_the_last_place_a_ballot_says_which_falls() {
    let support = "elector-01 = { a = 2, b = 1 }\nelector-02 = { a = 2, b = 1 }\nelector-03 = { a = 2, b = 1 }\n\
        elector-04 = { b = 2 }\nelector-05 = { b = 2 }\nelector-06 = { c = 2, b = 1 }\nelector-07 = { c = 2, b = 1 }\n";
    assert_eq!(appointed(&known("ioc", &["a", "b", "c"], support)), (Some(1), 2), "the lot would have kept c");
}

#[test]
fn the_fund_counts_votes_not_heads() {
    let largest_seven = |others: usize, rest: f64| {
        outcome("imf-board", "", "stated", -5.0, |i, _| if i < 7 + others { 1.0 } else { rest })
    };
    assert_eq!(largest_seven(17, 0.0), (Some("x"), 2), "consensus, after the ballot for the list");
    assert_eq!(largest_seven(0, -2.0), (None, 5), "48.35 % of the votes");
    assert_eq!(largest_seven(1, -2.0), (Some("x"), 5), "51.39 %, though eight of twenty-four");
    let one_objects = outcome("imf-board", "", "stated", -5.0, |i, _| match i {
        0 => 1.0,
        1 => -2.0,
        _ => -0.5,
    });
    assert_eq!(one_objects, (Some("x"), 5), "of the votes cast; abstentions are none");
}

/// Nine chairs have 54 % of the votes, the other fifteen 46 %.
#[test]
fn chairs_with_more_votes_prevail_over_more_chairs() {
    let nine = ["USA", "JPN", "CHN", "NLD-BEL", "DEU", "ESP-MEX", "ASEAN", "chair-01", "chair-02"];
    // What a bloc's member says is added to what its bloc does.
    let want = |large: &str, chairs: &str, rest: &str| {
        let points = |id: &str| if id.starts_with("chair") { chairs.to_owned() } else { large.to_owned() };
        nine.map(|id| format!("{id} = {{ {} }}\n", points(id))).concat() + &format!("chair = {{ {rest} }}\n")
    };
    let support = want("big = 2, small = -0.5", "big = 2.5, small = -1.5", "big = -0.5, small = 1");
    let objectors = "chair-03 = { big = -2 }\nchair-04 = { small = -3 }\n";
    let plan = known("imf-board", &["big", "small"], &(support + objectors));
    assert_eq!(appointed(&plan), (Some(0), 5), "both have a majority of the votes cast");
    let support = want("a = 2, b = 1, d = 1, c = -2", "a = 4, c = -4", "c = 2, b = 1, d = 1, a = -2");
    let faced = fields(&known("imf-board", &["a", "b", "c", "d"], &support));
    assert_eq!(faced[1], [0, 1, 3], "fifteen chairs want c and not a on the list");
}
