//! Rules without chance: positions in, outcome out.

use nemcon::model::{CandidateId, Model};
use nemcon::simulation::draws::Chance;
use nemcon::simulation::round::{CandidateRound, Round};

use super::world::{appointed, candidate, certain, member, model, outcome, play, play_told, rounds, tally};

const EVERYONE_VETOES: &str = "[veto]\ndefault = \"absolute\"";

fn stage(keys: &str) -> String {
    format!("[[stage]]\nname = \"s\"\n{keys}\n")
}

/// What became of candidate `id`.
fn fate<'a>(model: &Model, round: &'a Round, id: &str) -> &'a CandidateRound {
    &round.candidates[candidate(model, id).index()]
}

/// Lots won by the candidate with this id whenever it takes part.
fn lot_for(model: &Model, id: &str) -> impl FnMut(Chance) -> u32 + use<> {
    let lucky = candidate(model, id);
    move |chance| match chance {
        Chance::AppointLot(_, c) | Chance::DropLot(_, c) | Chance::LeadLot(_, c) | Chance::VoteLot(_, _, c) => {
            u32::from(c == lucky)
        }
        other => panic!("only lots are drawn here, not {other:?}"),
    }
}

#[test]
fn consensus_needs_no_veto_and_one_encouragement() {
    let veto = |views: &[&[f64]]| appointed(&certain(views, EVERYONE_VETOES));
    assert_eq!(veto(&[&[1.0], &[0.0]]), "x");
    assert_eq!(veto(&[&[1.0], &[-0.1]]), "no consensus");
    assert_eq!(appointed(&certain(&[&[1.0], &[-0.1]], "")), "x", "an objection without a veto does not block");
    assert_eq!(appointed(&certain(&[&[-1.0], &[-0.1]], "")), "no consensus", "silence all round is not support");
}

#[test]
fn thresholds_include_accept_at_and_exclude_object_at() {
    let view = |points: f64| {
        let model = certain(&[&[points]], "a: accept_at = 1.0\na: object_at = -1.0\n[veto]\ndefault = \"absolute\"");
        let last = play(&model).candidates[0].last.unwrap();
        (last.encouraging.len(), last.objecting.len())
    };
    assert_eq!(view(1.0), (1, 0));
    assert_eq!(view(0.999), (0, 0));
    assert_eq!(view(-1.0), (0, 0));
    assert_eq!(view(-1.001), (0, 1));
}

#[test]
fn the_reservation_level_falls_as_deadlock_drags_on() {
    let more = stage("repeat = 9\nappoint = \"consensus\"") + "[dynamics]\nconcession = 0.1\n" + EVERYONE_VETOES;
    let model = certain(&[&[-0.25], &[1.0]], &more);
    let round = play(&model);
    assert_eq!((outcome(&model, &round), round.ballots), ("x", 4), "−0.25 + 0.1·3 is the first above 0");
    let slower = more + "\na: concession = 0.05";
    assert_eq!(play(&certain(&[&[-0.25], &[1.0]], &slower)).ballots, 6, "a member's own pace wins");
}

#[test]
fn a_lone_veto_against_a_popular_candidate_is_dear() {
    let veto = |dislike: f64, others: [f64; 4]| {
        let views: Vec<Vec<f64>> = [-dislike].into_iter().chain(others).map(|v| vec![v]).collect();
        let views: Vec<&[f64]> = views.iter().map(Vec::as_slice).collect();
        play(&certain(&views, "[veto]\na = { cost = 2.0 }")).candidates[0].last.unwrap().vetoing.len()
    };
    assert_eq!(veto(2.0, [1.0; 4]), 0, "2 is not more than 2 · 4/4");
    assert_eq!(veto(2.001, [1.0; 4]), 1);
    assert_eq!(veto(1.0, [1.0, 1.0, -1.0, -1.0]), 0, "2 · 2/4");
    assert_eq!(veto(1.001, [1.0, 1.0, -1.0, -1.0]), 1);
    assert_eq!(veto(0.001, [-1.0; 4]), 1, "in company a veto costs nothing");
}

#[test]
fn a_veto_can_be_limited_to_named_candidates() {
    let model = certain(&[&[-1.0, -1.0], &[1.0, 1.0]], "[veto]\na = { against = [\"x\"] }");
    let round = play(&model);
    assert_eq!(outcome(&model, &round), "y");
    assert_eq!((fate(&model, &round, "x").last.unwrap().vetoing.len(), round.vetoes), (1, 1));
}

#[test]
fn red_lines_are_drawn_once_a_round() {
    let more = stage("repeat = 3\nappoint = \"consensus\"") + "[veto]\na = { probability = 0.5 }";
    let model = certain(&[&[-1.0], &[1.0]], &more);
    let mut asked = 0;
    let red_line = |bits: u32| {
        move |chance| {
            assert!(matches!(chance, Chance::RedLine(..)));
            bits
        }
    };
    let round = play_told(&model, |chance| {
        asked += 1;
        red_line(0x7fff_ffff)(chance)
    });
    assert_eq!((outcome(&model, &round), round.ballots, asked), ("no consensus", 3, 3));
    assert_eq!(outcome(&model, &play_told(&model, red_line(0x8000_0000))), "x");
}

#[test]
fn most_support_wins_then_fewest_objections_then_the_lot() {
    let views: &[&[f64]] = &[&[1.0, 1.0, 1.0], &[1.0, 1.0, -1.0], &[-1.0, 0.0, 1.0]];
    let model = certain(views, "c: accept_at = 0.5");
    assert_eq!(appointed(&model), "y", "x and z have as much support, but an objection each");
    let tied = certain(&[&[1.0, 1.0]], "");
    for lucky in ["x", "y"] {
        assert_eq!(outcome(&tied, &play_told(&tied, lot_for(&tied, lucky))), lucky);
    }
}

#[test]
fn choose_by_utility_counts_depth_not_heads() {
    let views: &[&[f64]] = &[&[0.1, 5.0], &[0.1, -1.0], &[0.1, -1.0]];
    assert_eq!(appointed(&certain(views, &stage("appoint = \"consensus\""))), "x");
    assert_eq!(appointed(&certain(views, &stage("appoint = \"consensus\"\nchoose = \"utility\""))), "y");
    let lot = certain(views, &stage("appoint = \"consensus\"\nchoose = \"lot\""));
    for lucky in ["x", "y"] {
        assert_eq!(outcome(&lot, &play_told(&lot, lot_for(&lot, lucky))), lucky);
    }
}

#[test]
fn successive_ballots_drop_the_lowest_but_never_the_last() {
    let views: &[&[f64]] = &[&[3.0, 2.0, 1.0], &[3.0, 2.0, 1.0], &[1.0, 3.0, 2.0], &[1.0, 3.0, 2.0], &[1.0, 2.0, 3.0]];
    let model = certain(views, &stage("ballot = \"choice\"\nappoint = \"majority\"\ndrop = \"lowest\"\nrepeat = 9"));
    let round = play(&model);
    assert_eq!((outcome(&model, &round), round.ballots), ("y", 2), "z's voter turns to y");
    assert!(fate(&model, &round, "z").left && !fate(&model, &round, "x").left);
    let alone = certain(&[&[-1.0]], &stage("appoint = \"consensus\"\ndrop = \"lowest\"\nrepeat = 4"));
    assert_eq!((play(&alone).ballots, play(&alone).candidates[0].left), (4, false));
}

#[test]
fn ties_for_the_lowest_are_broken_by_lot() {
    let views: &[&[f64]] = &[&[3.0, 2.0, 1.0], &[1.0, 3.0, 2.0], &[1.0, 2.0, 3.0]];
    let keys = "ballot = \"choice\"\nappoint = \"majority\"\ndrop = \"lowest\"\nrepeat = 2";
    let model = certain(views, &stage(keys));
    // The unlucky one, with the lot 1 against 0, is the one eliminated; its voter's second choice then wins.
    for (unlucky, winner) in [("x", "y"), ("y", "z"), ("z", "y")] {
        assert_eq!(outcome(&model, &play_told(&model, lot_for(&model, unlucky))), winner, "{unlucky} drops");
    }
}

#[test]
fn keep_below_and_vetoed_drop_whom_they_name() {
    let views: &[&[f64]] =
        &[&[1.0, 1.0, 1.0, -1.0], &[1.0, 1.0, -1.0, -1.0], &[-1.0, -1.0, -1.0, -1.0], &[1.0, -1.0, -1.0, -1.0]];
    let left = |keys: &str| -> Vec<String> {
        let model = certain(views, &(stage(&format!("appoint = \"unanimity\"\n{keys}")) + "[veto]\nd = \"absolute\""));
        let round = play(&model);
        let gone = model.candidate_ids().filter(|(c, _)| round.candidates[c.index()].left);
        gone.map(|(_, c)| c.id.clone()).collect()
    };
    assert_eq!(left("drop = { keep = 2 }"), ["z", "v"]);
    assert_eq!(left("drop = { keep = 9 }"), [""; 0]);
    assert_eq!(left("drop = { below = 0.5 }"), ["z", "v"], "y has exactly half");
    assert_eq!(left("drop = { below = \"3/4\" }"), ["y", "z", "v"]);
    assert_eq!(left("drop = \"vetoed\""), ["y", "z", "v"]);
    assert_eq!(left("drop = \"none\""), [""; 0]);
}

#[test]
fn dropping_starts_from_its_ballot() {
    let views: &[&[f64]] = &[&[1.0, -1.0, -1.0], &[-1.0, 1.0, -1.0], &[1.0, 1.0, -1.0]];
    let keys = "appoint = \"unanimity\"\ndrop = { below = 0.5 }\nfrom_ballot = 3\nrepeat = ";
    assert!(!fate(&certain(views, ""), &play(&certain(views, &stage(&format!("{keys}2")))), "z").left);
    assert!(fate(&certain(views, ""), &play(&certain(views, &stage(&format!("{keys}3")))), "z").left);
}

#[test]
fn candidates_withdraw_after_a_veto_or_for_want_of_support() {
    let views: &[&[f64]] = &[&[-1.0, 1.0], &[1.0, -1.0], &[1.0, -1.0]];
    let more = stage("appoint = \"unanimity\"\nrepeat = 3") + "[veto]\na = \"absolute\"\n";
    let vetoed = certain(views, &(more.clone() + "x: withdraws_if_vetoed = 1"));
    let round = play(&vetoed);
    assert!(fate(&vetoed, &round, "x").left && !fate(&vetoed, &round, "y").left);
    let unpopular = certain(views, &(more.clone() + "x: withdraws_below = 0.5\ny: withdraws_below = 0.5"));
    let round = play(&unpopular);
    assert!(!fate(&unpopular, &round, "x").left && fate(&unpopular, &round, "y").left);
    let perhaps = certain(views, &(more + "x: withdraws_if_vetoed = 0.5"));
    let left = |bits: u32| {
        let round = play_told(&perhaps, move |chance| match chance {
            Chance::Withdrawal(ballot, _) => {
                if ballot == 2 {
                    bits
                } else {
                    u32::MAX
                }
            }
            other => panic!("{other:?}"),
        });
        fate(&perhaps, &round, "x").left
    };
    assert!(left(0) && !left(u32::MAX));
}

#[test]
fn holdouts_yield_only_if_they_are_few_and_all_that_stands_in_the_way() {
    let play_with = |views: &[&[f64]], appoint: &str, holdouts: u32| {
        let more = stage(&format!("appoint = {appoint}\nrepeat = 3"))
            + &format!(
                "[dynamics]\naccommodation = {{ holdouts = {holdouts}, probability = 1 }}\n[veto]\ndefault = \
                 \"absolute\""
            );
        let model = certain(views, &more);
        let round = play(&model);
        (outcome(&model, &round).to_owned(), round.ballots)
    };
    let blocked: &[&[f64]] = &[&[-1.0], &[1.0], &[1.0]];
    assert_eq!(play_with(blocked, "\"consensus\"", 1), ("x".into(), 2), "who yielded is silent from then on");
    let twice: &[&[f64]] = &[&[-1.0], &[-1.0], &[1.0]];
    assert_eq!(play_with(twice, "\"consensus\"", 1).0, "no consensus");
    assert_eq!(play_with(twice, "\"consensus\"", 2), ("x".into(), 2));
    let short = "{ all = [\"no_veto\", { count = { at_least = 3 } }] }";
    assert_eq!(play_with(blocked, short, 1).0, "no consensus", "without the veto the rule would fail all the same");
    let leader_only: &[&[f64]] = &[&[-1.0, -1.0], &[1.0, 1.0], &[1.0, 0.0]];
    let more = stage("appoint = \"consensus\"\nrepeat = 2")
        + "c: accept_at = 0.5\n[dynamics]\naccommodation = { holdouts = 1, probability = 1 }\n[veto]\ndefault = \"absolute\"";
    assert_eq!(appointed(&certain(leader_only, &more)), "x", "the payment goes to the leader");
}

#[test]
fn momentum_moves_views_by_the_support_share_above_the_mean() {
    // Shares 2/3 and 1/3, mean 1/2: after each ballot x gains 0.6/6 and y loses as much.
    let views: &[&[f64]] = &[&[1.0, -1.0], &[1.0, -1.0], &[-0.25, 1.0]];
    let more = stage("appoint = \"unanimity\"\nrepeat = 9") + "[dynamics]\nmomentum = 0.6";
    let model = certain(views, &more);
    let round = play(&model);
    assert_eq!((outcome(&model, &round), round.ballots), ("x", 4), "−0.25 + 3 · 0.1 > 0");
}

#[test]
fn momentum_is_measured_among_those_still_in_the_race() {
    // z is dropped after the first ballot; the mean is over x and y only.
    let views: &[&[f64]] = &[&[1.0, -1.0, -1.0], &[1.0, -1.0, -1.0], &[-0.25, 1.0, -1.0]];
    let more = stage("appoint = \"unanimity\"\ndrop = { below = \"1/3\" }\nrepeat = 9") + "[dynamics]\nmomentum = 0.6";
    assert_eq!(play(&certain(views, &more)).ballots, 4);
}

#[test]
fn candidates_enter_and_reserves_wait_for_their_stage() {
    let views: &[&[f64]] = &[&[-1.0, 1.0, 1.0], &[1.0, 1.0, 1.0]];
    let more = "[[stage]]\nname = \"first\"\nrepeat = 2\nappoint = \"consensus\"\n\
                [[stage]]\nname = \"last\"\nfield = [\"z\"]\nappoint = \"consensus\"\n[veto]\ndefault = \"absolute\"\n\
                z: reserve = true\n";
    let late = certain(views, &format!("{more}y: enters = 2"));
    assert_eq!((appointed(&late), play(&late).ballots), ("y".into(), 2));
    let later = certain(views, &format!("{more}y: enters = 3"));
    let round = play(&later);
    assert_eq!((outcome(&later, &round), round.ballots, round.stage), ("z", 3, 1), "the extension is the last resort");
    assert!(!fate(&later, &round, "y").stood);
}

#[test]
fn a_stage_without_a_field_gives_way_to_the_next() {
    let more = "[[stage]]\nname = \"first\"\nrepeat = 5\nappoint = \"consensus\"\ndrop = \"vetoed\"\n\
                [[stage]]\nname = \"last\"\nfield = [\"y\"]\nappoint = \"consensus\"\n[veto]\ndefault = \"absolute\"\n\
                y: reserve = true\n";
    let model = certain(&[&[-1.0, 1.0]], more);
    let round = play(&model);
    assert_eq!((outcome(&model, &round), round.ballots, round.stage), ("y", 2, 1));
    let nobody = certain(&[&[1.0, 1.0]], &format!("{more}x: availability = 0\ny: availability = 0"));
    let round = play(&nobody);
    assert_eq!((outcome(&nobody, &round), round.ballots), ("no consensus", 0));
}

#[test]
fn an_advisory_poll_appoints_no_one_and_leaves_no_verdict() {
    let more = "[[stage]]\nname = \"poll\"\ndrop = { keep = 1 }\n[[stage]]\nname = \"vote\"\nappoint = \"unanimity\"";
    let model = certain(&[&[1.0, 1.0], &[-1.0, 1.0]], more);
    let round = play(&model);
    assert_eq!((outcome(&model, &round), round.ballots), ("y", 2));
    assert!(fate(&model, &round, "x").stood && fate(&model, &round, "x").last.is_none());
}

#[test]
fn in_choice_ballots_votes_count_and_stances_are_taken_too() {
    let views: &[&[f64]] = &[&[2.0, 1.0, -1.0], &[2.0, 1.0, -1.0], &[-2.0, 1.0, 2.0]];
    let choice = |keys: &str| stage(&format!("ballot = \"choice\"\n{keys}"));
    assert_eq!(appointed(&certain(views, &choice("appoint = \"majority\""))), "x");
    assert_eq!(
        appointed(&certain(views, &choice("votes = 2\nappoint = \"unanimity\""))),
        "y",
        "everyone's second choice"
    );
    let both = choice("appoint = { all = [\"majority\", \"no_veto\"] }") + EVERYONE_VETOES;
    assert_eq!(appointed(&certain(views, &both)), "no consensus", "x has the votes and c's veto");
    let base = choice("appoint = { share = { at_least = \"2/3\", base = \"voting\" } }");
    assert_eq!(appointed(&certain(views, &base)), "x", "everyone votes");
}

#[test]
fn equal_likes_are_voted_for_by_lot() {
    let model = certain(&[&[1.0, 1.0]], &stage("ballot = \"choice\"\nappoint = \"unanimity\""));
    for lucky in ["x", "y"] {
        assert_eq!(outcome(&model, &play_told(&model, lot_for(&model, lucky))), lucky);
    }
}

#[test]
fn silence_is_not_voting() {
    let views: &[&[f64]] = &[&[1.0], &[0.0], &[0.0], &[-1.0]];
    let neutral = "b: accept_at = 1\nc: accept_at = 1\n";
    let rule =
        |base: &str| stage(&format!("appoint = {{ share = {{ at_least = 0.5, base = \"{base}\" }} }}")) + neutral;
    assert_eq!(appointed(&certain(views, &rule("voting"))), "x");
    assert_eq!(appointed(&certain(views, &rule("all"))), "no consensus");
}

#[test]
fn events_move_points_candidates_and_vetoes() {
    let event =
        |effect: &str| format!("[[event]]\nname = \"e\"\nprobability = 1\neffects = [{effect}]\n{EVERYONE_VETOES}");
    let play_with = |views: &[&[f64]], more: &str| appointed(&certain(views, more));
    let blocked: &[&[f64]] = &[&[-1.0, -2.0], &[1.0, 1.0]];
    assert_eq!(play_with(blocked, &event("{ points = 1.0 }")), "x");
    assert_eq!(play_with(blocked, &event("{ points = 2.0, members = [\"a\"], candidates = [\"y\"] }")), "y");
    assert_eq!(play_with(blocked, &event("{ points = 2.0, members = [\"b\"] }")), "no consensus");
    assert_eq!(play_with(blocked, &event("{ veto = { a = { against = [\"y\"] } } }")), "x");
    let open: &[&[f64]] = &[&[1.0, 0.5], &[1.0, 0.5]];
    assert_eq!(play_with(open, &(event("{ leaves = \"x\" }"))), "y");
    assert_eq!(play_with(open, &(event("{ leaves = \"x\" }, { joins = \"x\" }"))), "y", "leaving beats joining");
    let absent = "x: availability = 0\ny: availability = 0\n";
    assert_eq!(play_with(open, &(event("{ joins = \"y\" }") + "\n" + absent)), "y");
    assert_eq!(play_with(open, &(event("{ joins = \"y\" }") + "\n" + absent + "y: reserve = true")), "y");
}

#[test]
fn goodwill_lifts_every_view_of_its_stage() {
    let more = |goodwill: f64| {
        format!(
            "[[stage]]\nname = \"first\"\nappoint = \"consensus\"\n[[stage]]\nname = \"deadline\"\nappoint = \"consensus\"\n\
             goodwill = {goodwill:?}\n{EVERYONE_VETOES}"
        )
    };
    let views: &[&[f64]] = &[&[-1.0], &[1.0]];
    assert_eq!(appointed(&certain(views, &more(1.0))), "x");
    assert_eq!(appointed(&certain(views, &more(0.9))), "no consensus");
}

#[test]
fn spatial_and_attribute_utilities_and_home_add_up() {
    let more = "a: ideal = { left = 3.0, up = 0.0 }\na: salience = 0.5\nx: position = { left = 0.0, up = 4.0 }\n\
                a: priority = { skill = 2.0 }\nx: traits = { skill = 1.5 }\na: home = 0.25\nx: home = \"a\"";
    let model = certain(&[&[1.0, 1.0]], more);
    assert_eq!(model.mean_utility(member(&model, "a"), CandidateId(0)), 1.0 + 3.0 - 2.5 + 0.25);
    assert_eq!(model.mean_utility(member(&model, "a"), CandidateId(1)), 1.0, "no position, no traits, foreign");
}

#[test]
fn the_last_ballot_faced_tells_who_stood_in_the_way() {
    let model = certain(
        &[&[-1.0, -1.0, 1.0], &[1.0, -1.0, 1.0], &[1.0, 1.0, -1.0]],
        "[veto]\na = \"absolute\"\nb = \"absolute\"",
    );
    let round = play(&model);
    assert_eq!(outcome(&model, &round), "z", "c objects without a veto");
    let last = |id: &str| fate(&model, &round, id).last.unwrap();
    assert_eq!(last("x").sole_veto(), Some(member(&model, "a")));
    assert_eq!((last("y").sole_veto(), last("y").vetoing.len()), (None, 2));
    assert!(!last("x").short_of_support);
    let quorum = stage("appoint = { all = [\"no_veto\", { count = { at_least = 3 } }] }") + "[veto]\na = \"absolute\"";
    let model = certain(&[&[-1.0], &[1.0], &[1.0]], &quorum);
    let last = play(&model).candidates[0].last.unwrap();
    assert!(last.short_of_support && last.sole_veto().is_none(), "lifting the veto would not have been enough");
}

#[test]
fn populations_decide_as_written() {
    let views: &[&[f64]] = &[&[1.0], &[1.0], &[-1.0], &[-1.0], &[-1.0]];
    let populations = |a: u64| {
        format!(
            "a: measures = {{ population = {a} }}\nb: measures = {{ population = 30 }}\nc: measures = {{ population = 10 }}\n\
                 d: measures = {{ population = 10 }}\ne: measures = {{ population = 15 }}\n"
        )
    };
    let rule = stage("appoint = { share = { of = \"population\", at_least = 0.65 } }");
    assert_eq!(appointed(&certain(views, &(populations(35) + &rule))), "x", "65 of 100");
    assert_eq!(appointed(&certain(views, &(populations(34) + &rule))), "no consensus", "64 of 99");
}

#[test]
fn the_blocking_minority_needs_four_members() {
    // 9 members; 6 in favour are 55 %. The three against hold most of the population.
    let views: Vec<[f64; 1]> = (0..9).map(|m| if m < 6 { [1.0] } else { [-1.0] }).collect();
    let views: Vec<&[f64]> = views.iter().map(|v| v.as_slice()).collect();
    let populations: String = "abcdefghi"
        .chars()
        .map(|m| format!("{m}: measures = {{ population = {} }}\n", if m < 'g' { 1 } else { 100 }))
        .collect();
    let rule = stage("appoint = \"eu-qmv\"");
    assert_eq!(appointed(&certain(&views, &(populations.clone() + &rule))), "x", "three are too few to block");
    let mut four = views.clone();
    four[5] = &[-1.0];
    assert_eq!(appointed(&certain(&four, &(populations + &rule))), "no consensus");
}

#[test]
fn presets_are_what_they_say() {
    let outcome_of = |rule: &str, favour: usize, against: usize, silent: usize| {
        let mut rows = vec![[1.0]; favour];
        rows.extend(vec![[-1.0]; against]);
        rows.extend(vec![[0.0]; silent]);
        let views: Vec<&[f64]> = rows.iter().map(|v| v.as_slice()).collect();
        let text = super::world::certain_text(&views, &stage(&format!("appoint = \"{rule}\"")));
        let model = model(&text.replace("uncertainty = 0", "uncertainty = 0\naccept_at = 0.5"));
        appointed(&model) == "x"
    };
    for (rule, passes, fails) in [
        ("unanimity", (6, 0, 0), (5, 0, 1)),
        ("majority", (4, 3, 0), (4, 4, 0)),
        ("majority", (5, 0, 4), (4, 0, 4)),
        ("two-thirds", (6, 3, 0), (5, 3, 0)),
        ("consensus-minus-one", (0, 1, 8), (7, 2, 0)),
        ("consensus", (1, 8, 0), (0, 0, 9)),
        ("unsc", (9, 0, 0), (8, 0, 1)),
    ] {
        assert!(outcome_of(rule, passes.0, passes.1, passes.2), "{rule} {passes:?}");
        assert!(!outcome_of(rule, fails.0, fails.1, fails.2), "{rule} {fails:?}");
    }
}

#[test]
fn views_of_newcomers_do_not_drift_before_they_enter() {
    let text = "title = \"newcomer\"\npreferences = { uncertainty = 0 }\nmember = [{ id = \"A\" }]\n\
                candidate = [{ id = \"old\" }, { id = \"new\", enters = 3 }]\nsupport = { A = { old = -50, new = 1 } }\n\
                stage = [{ name = \"s\", repeat = REPEAT, appoint = { count = { at_least = 1 } } }]\n\
                dynamics = { drift_sd = 1 }\n";
    let waiting = model(&text.replace("REPEAT", "3"));
    let new = candidate(&waiting, "new");
    assert!(rounds(&waiting, 1, 500).iter().all(|round| (round.outcome, round.ballots) == (Some(new), 3)));
    assert_eq!(tally(&waiting, 1, 500).no_consensus, 0);
    // From then on they do.
    let advised = model(&text.replace("REPEAT", "4, appoint_from = 4"));
    let appointed = 1.0 - tally(&advised, 1, 40_000).no_consensus as f64 / 40_000.0;
    assert!((appointed - 0.841_345).abs() < 0.01, "{appointed}, one drift: Φ(1)");
}
