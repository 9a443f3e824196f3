//! Bodies as they are: what keys about moods, soundings, chambers, weights, ties and prices do, where it is known.

use nemcon::simulation::{Counting, Execution, Plan, simulate};
use nemcon::study::{Handle, InfluenceOptions, influence};

use super::world::scenario;

const ROUNDS: u64 = 40_000;

/// The share of rounds of each outcome, no consensus last.
fn shares(text: &str) -> Vec<f64> {
    let plan = Plan::new(scenario(text).assumptions[0].clone());
    let tally = simulate(&Counting(&plan), Execution::new(1, 0..ROUNDS)).unwrap().counts;
    tally.ended().map(|rounds| rounds as f64 / ROUNDS as f64).collect()
}

/// Within 4.9 standard errors: a right engine fails in one of a million tests.
fn near(found: f64, p: f64) -> bool {
    (found - p).abs() <= 4.9 * (p * (1.0 - p) / ROUNDS as f64).sqrt()
}

/// Everyone but the first of 31 likes all of so many candidates; the first, who can veto, is at −2 on each.
fn hopeless(candidates: usize, first: &str) -> f64 {
    let list: String = (0..candidates).map(|c| format!("[[candidate]]\nid = \"c{c}\"\n")).collect();
    let points = |points: &str| (0..candidates).map(|c| format!("c{c} = {points}, ")).collect::<String>();
    let text = format!(
        "title = \"hopeless\"\n{list}[[member]]\nid = \"first\"\n{first}\n[[bloc]]\nid = \"ally\"\nsize = 30\n\
         [support]\nfirst = {{ {} }}\nally = {{ {} }}\n[veto]\nfirst = \"absolute\"\n",
        points("-2"),
        points("0.5")
    );
    *shares(&text).last().unwrap()
}

#[test]
fn a_mood_keeps_a_member_from_being_beaten_by_numbers() {
    // Φ(2), for each candidate anew; or once for all of them.
    let against = 0.977_249_87_f64;
    for candidates in [1, 3, 8] {
        assert!(near(hopeless(candidates, ""), against.powi(candidates as i32)), "{candidates} views of their own");
        let mood = hopeless(candidates, "uncertainty = 0\nmember_sd = 1");
        assert!(near(mood, against), "{candidates} in one mood: {mood}");
    }
}

#[test]
fn unknown_priorities_are_common_to_all_who_have_the_trait() {
    let world = |traits: &str| {
        shares(&format!(
            "title = \"packages\"\ncandidate = [{{ id = \"x\", traits = {{ who = 1 }} }}, {{ id = \"y\", traits = {{ who = {traits} }} }}]\n\
             [[member]]\nid = \"A\"\npriority_sd = {{ who = 1 }}\nuncertainty = 0\n[support]\nA = {{ x = -1, y = -1 }}\n"
        ))
    };
    let same = world("1");
    assert!(near(same[2], 0.841_344_746), "{same:?}");
    let opposite = world("-1");
    assert!(near(opposite[2], 0.682_689_492), "{opposite:?}");
}

#[test]
fn a_candidate_may_bring_an_uncertainty_of_their_own() {
    let world = |about: &str| {
        shares(&format!(
            "title = \"outsider\"\ncandidate = [{{ id = \"x\", uncertainty = 2 }}]\n[[member]]\nid = \"A\"\nuncertainty = 0\n{about}\n\
             [support]\nA = {{ x = -1 }}\n"
        ))[0]
    };
    assert!(near(world(""), 0.308_537_539), "Φ(−1/2)");
    assert!(near(world("uncertainty_about = { x = 1 }"), 0.158_655_254), "Φ(−1)");
}

#[test]
fn willingness_to_block_is_of_the_pair_or_of_the_member() {
    let world = |drawn: &str| {
        shares(&format!(
            "title = \"red lines\"\ncandidate = [{{ id = \"a\" }}, {{ id = \"b\" }}, {{ id = \"c\" }}, {{ id = \"d\" }}]\n\
             member = [{{ id = \"X\" }}, {{ id = \"Y\" }}]\n[preferences]\nuncertainty = 0\n[support]\n\
             X = {{ a = -1, b = -1, c = -1, d = -1 }}\nY = {{ a = 1, b = 1, c = 1, d = 1 }}\n\
             [veto]\nX = {{ probability = 0.5, drawn = \"{drawn}\" }}\n"
        ))[4]
    };
    assert!(near(world("candidate"), 1.0 / 16.0));
    assert!(near(world("member"), 0.5));
}

#[test]
fn standing_alone_and_standing_against_the_popular_are_two_prices() {
    let world = |price: &str| {
        shares(&format!(
            "title = \"prices\"\ncandidate = [{{ id = \"lone\" }}, {{ id = \"joint\" }}]\n[preferences]\nuncertainty = 0\n\
             accept_at = 0.5\nobject_at = -0.5\n[[bloc]]\nid = \"rest\"\nsize = 18\n[[bloc]]\nid = \"five\"\nsize = 5\n\
             [support]\nrest = {{ lone = 0, joint = 1 }}\nfive = {{ joint = -0.9 }}\nfive-01 = {{ lone = -0.9 }}\n\
             [veto]\nfive = {{ {price} }}\n[[stage]]\nchoose = \"lot\"\nappoint = \"no_veto\"\n"
        ))
    };
    // A dislike of 0.4 is not worth 18 of 22 who are in favour, and not worth standing alone.
    assert_eq!(world("cost = 1"), [0.0, 1.0, 0.0]);
    assert_eq!(world("alone = 1"), [1.0, 0.0, 0.0]);
    assert_eq!(world("probability = 1"), [0.0, 0.0, 1.0]);
    assert!(near(world("cost = 1, alone = 1")[0], 0.5));
}

#[test]
fn what_is_deep_cannot_be_bought() {
    let world = |points: &str, limit: &str, member: &str| {
        shares(&format!(
            "title = \"side payments\"\ncandidate = [{{ id = \"x\" }}]\nmember = [{{ id = \"A\" }}, {{ id = \"D\"{member} }}]\n\
             [preferences]\nuncertainty = 0\n[support]\nA = {{ x = 2 }}\nD = {{ x = {points} }}\n[veto]\nD = \"absolute\"\n\
             [dynamics]\naccommodation = {{ holdouts = 1, probability = 0.1{limit} }}\n[[stage]]\nrepeat = 6\nappoint = \"consensus\"\n"
        ))[0]
    };
    let bought = 1.0 - 0.9_f64.powi(5);
    assert!(near(world("-50", "", ""), bought));
    assert_eq!(world("-50", ", limit = 2", ""), 0.0);
    assert!(near(world("-2", ", limit = 2", ""), bought));
    assert_eq!(world("-2", "", ", yields = false"), 0.0);
}

#[test]
fn soundings_appoint_nobody_and_stages_may_not_go_on() {
    let world = |stage: &str| {
        shares(&format!(
            "title = \"deadlines\"\ncandidate = [{{ id = \"x\" }}, {{ id = \"y\", enters = 3 }}]\nmember = [{{ id = \"A\" }}]\n\
             [preferences]\nuncertainty = 0\n[support]\nA = {{ x = 1, y = 2 }}\n[[stage]]\nrepeat = 3\nchoose = \"utility\"\n\
             appoint = \"majority\"\n{stage}"
        ))
    };
    assert_eq!(world(""), [1.0, 0.0, 0.0]);
    assert_eq!(world("appoint_from = 3"), [0.0, 1.0, 0.0]);
    let found = world("appoint_from = 3\ncontinues = 0.6");
    assert!(near(found[1], 0.36) && near(found[2], 0.64), "{found:?}");
    let found = world("appoint_from = 3\ncontinues = 0.6\n[[stage]]\nfield = [\"x\"]\nappoint = \"majority\"");
    assert!(near(found[0], 0.64) && near(found[1], 0.36), "{found:?}");
}

#[test]
fn views_drift_and_first_polls_are_doubted() {
    let world = |dynamics: &str, repeat: u32| {
        shares(&format!(
            "title = \"moves\"\ncandidate = [{{ id = \"x\" }}]\nmember = [{{ id = \"A\" }}, {{ id = \"B\" }}]\n[preferences]\n\
             uncertainty = 0\n[support]\nA = {{ x = -1 }}\nB = {{ x = -1 }}\n[dynamics]\n{dynamics}\n\
             [[stage]]\nrepeat = {repeat}\nappoint_from = {repeat}\nappoint = \"unanimity\"\n"
        ))[0]
    };
    assert!(near(world("drift_sd = 1", 2), 0.158_655_254), "Φ(−1)");
    assert!(near(world("drift_sd = 0.5", 5), 0.158_655_254), "Φ(−1/√(4/4))");
    assert!(near(world("doubt_sd = 1", 5), 0.158_655_254), "once");
    assert!(near(world("doubt_sd = 1\ndrift_sd = 1", 2), 0.239_750_061), "Φ(−1/√2)");
}

/// Weighted votes: who has the most votes has the fewest heads.
const WEIGHED: &str = "title = \"votes\"\ncandidate = [{ id = \"a\" }, { id = \"b\" }, { id = \"c\" }]\n\
    member = [{ id = \"BIG\", measures = { votes = 40 } }, { id = \"B2\", measures = { votes = 15 } }, \
    { id = \"C1\", measures = { votes = 15 } }, { id = \"C2\", measures = { votes = 15 } }, { id = \"C3\", measures = { votes = 15 } }]\n\
    [preferences]\nuncertainty = 0\n[support]\nBIG = { a = 2, b = 1 }\nB2 = { b = 2, a = 1 }\nC1 = { b = 2, a = 1 }\n\
    C2 = { c = 2, a = 1 }\nC3 = { c = 2, a = 1 }\n[[stage]]\nballot = \"choice\"\nrepeat = 3\ndrop = \"lowest\"\n\
    appoint = { share = { of = \"votes\", more_than = \"1/2\" } }\n";

#[test]
fn weighted_bodies_are_decided_by_weight_throughout() {
    assert_eq!(shares(WEIGHED), [0.0, 1.0, 0.0, 0.0], "by heads the largest is eliminated first");
    assert_eq!(shares(&format!("{WEIGHED}support_by = \"votes\"\n")), [1.0, 0.0, 0.0, 0.0]);
}

#[test]
fn half_is_not_more_than_half() {
    let world = |bar: &str| {
        shares(&format!(
            "title = \"half\"\ncandidate = [{{ id = \"x\" }}]\nmember = [{{ id = \"A\", measures = {{ votes = 1.5 }} }}, \
             {{ id = \"B\", measures = {{ votes = 1.5 }} }}]\n[preferences]\nuncertainty = 0\n[support]\nA = {{ x = 1 }}\nB = {{ x = -1 }}\n\
             [[stage]]\nappoint = {{ {bar} }}\n"
        ))[0]
    };
    assert_eq!(world("share = { of = \"votes\", at_least = \"1/2\" }"), 1.0);
    assert_eq!(world("share = { of = \"votes\", more_than = \"1/2\" }"), 0.0);
    assert_eq!(world("count = { at_least = 1 }"), 1.0);
    assert_eq!(world("count = { more_than = 1 }"), 0.0);
}

#[test]
fn only_those_who_take_part_count() {
    // A council of two recommends; an assembly of five chooses among those recommended.
    let text = "title = \"chambers\"\ncandidate = [{ id = \"x\" }, { id = \"y\" }]\n[[bloc]]\nid = \"council\"\nsize = 2\n\
        [[bloc]]\nid = \"others\"\nsize = 3\n[preferences]\nuncertainty = 0\n[support]\ncouncil = { x = 1, y = -1 }\n\
        others = { x = -1, y = 1 }\n[veto]\nothers = \"absolute\"\n";
    let council = "[[stage]]\nname = \"council\"\nmembers = [\"council\"]\nappoint = \"unanimity\"\n";
    assert_eq!(shares(&format!("{text}{council}")), [1.0, 0.0, 0.0]);
    assert_eq!(shares(&format!("{text}[[stage]]\nappoint = \"unanimity\"\n")), [0.0, 0.0, 1.0]);
    let recommends = "[[stage]]\nname = \"council\"\nmembers = [\"council\"]\ndrop = { keep = 1 }\n";
    let assembly = "[[stage]]\nname = \"assembly\"\nballot = \"choice\"\nappoint = \"majority\"\n";
    assert_eq!(shares(&format!("{text}{recommends}{assembly}")), [1.0, 0.0, 0.0]);
    assert_eq!(shares(&format!("{text}{assembly}")), [0.0, 1.0, 0.0]);
}

#[test]
fn who_likes_nobody_enough_does_not_vote() {
    let world = |base: &str, votes_at: &str| {
        shares(&format!(
            "title = \"abstention\"\ncandidate = [{{ id = \"x\" }}, {{ id = \"y\" }}]\n[[bloc]]\nid = \"two\"\nsize = 2\n\
             [[bloc]]\nid = \"three\"\nsize = 3\n{votes_at}\n[preferences]\nuncertainty = 0\n[support]\ntwo = {{ x = 1 }}\n\
             three = {{ x = -2, y = -1 }}\n[[stage]]\nballot = \"choice\"\n\
             appoint = {{ share = {{ more_than = \"1/2\", base = \"{base}\" }} }}\n"
        ))
    };
    assert_eq!(world("voting", ""), [0.0, 1.0, 0.0]);
    assert_eq!(world("voting", "votes_at = -0.5"), [1.0, 0.0, 0.0]);
    assert_eq!(world("all", "votes_at = -0.5"), [0.0, 0.0, 1.0]);
}

#[test]
fn ties_are_broken_by_one_more_vote() {
    let world = |ties: &str| {
        shares(&format!(
            "title = \"ties\"\ncandidate = [{{ id = \"a\" }}, {{ id = \"b\" }}, {{ id = \"c\" }}]\n[[bloc]]\nid = \"for-a\"\nsize = 3\n\
             [[bloc]]\nid = \"for-b\"\nsize = 2\n[[bloc]]\nid = \"for-c\"\nsize = 2\n[preferences]\nuncertainty = 0\n[support]\n\
             for-a = {{ a = 2, b = 1 }}\nfor-b = {{ b = 2, c = 1 }}\nfor-c = {{ c = 2, a = 1 }}\n[[stage]]\nballot = \"choice\"\nrepeat = 3\n\
             drop = \"lowest\"\nappoint = \"majority\"\n{ties}"
        ))
    };
    // Without `c` those go to `a`; without `b` those go to `c`.
    let by_lot = world("");
    assert!(near(by_lot[0], 0.5) && near(by_lot[2], 0.5), "{by_lot:?}");
    assert_eq!(world("ties = \"ballot\""), [1.0, 0.0, 0.0, 0.0], "those for a keep b");
}

#[test]
fn formal_power_is_of_those_who_take_part() {
    let text = "title = \"council\"\nrounds = 100\ncandidate = [{ id = \"x\" }]\n[[bloc]]\nid = \"council\"\nsize = 3\n\
        [[bloc]]\nid = \"others\"\nsize = 4\n[veto]\nothers = \"absolute\"\n[[stage]]\nmembers = [\"council\"]\n\
        appoint = { all = [\"no_veto\", \"majority\"] }\n";
    let answer = influence(&scenario(text), &InfluenceOptions::default(), &Handle::default()).unwrap();
    for member in &answer.figures.members {
        let power = member.power.unwrap();
        let share = if member.member.id.starts_with("council") { 1.0 / 3.0 } else { 0.0 };
        assert!((power.banzhaf - share).abs() < 1e-12 && (power.shapley_shubik - share).abs() < 1e-12, "{member:?}");
    }
}
