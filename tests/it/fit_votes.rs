//! `nemcon fit` on choice ballots: from votes to support, and back.

use std::f64::consts::PI;
use std::fmt::Write as _;
use std::fs;

use crate::common::Desk;
use nemcon::analysis::{FitError, VotesFit};
use nemcon::model::{CandidateId, Model, Noise, Poll, PollRow, Total, Totals};
use nemcon::scenario::Scenario;
use nemcon::simulation::Plan;
use nemcon::simulation::draws::RoundDraws;
use nemcon::simulation::reference::Reference;
use nemcon::simulation::round::{BallotHeld, Observer, Standing};

const STAGE: &str = "[[stage]]\nname = \"vote\"\nballot = \"choice\"\n";

fn model(text: &str) -> Model {
    let scenario = Scenario::from_text("test.toml", text, None);
    scenario.unwrap_or_else(|error| panic!("{}\n{text}", error.render(false, 120))).assumptions.remove(0)
}

/// `voters` like voters and the candidates `c0`, `c1`, …; `preferences` are keys of `[preferences]`.
fn text(voters: u32, candidates: usize, preferences: &str, more: &str) -> String {
    let mut text = format!("title = \"test\"\n[preferences]\n{preferences}\n[[bloc]]\nid = \"v\"\nsize = {voters}\n");
    (0..candidates).for_each(|c| writeln!(text, "[[candidate]]\nid = \"c{c}\"").unwrap());
    text + STAGE + more
}

fn votes(votes: &[u32]) -> Poll {
    let row = |(c, &votes): (usize, &u32)| PollRow {
        candidate: CandidateId(c as u16),
        totals: Totals { votes: Total::exactly(votes), ..Totals::default() },
        known: Vec::new(),
        among: Vec::new(),
    };
    let rows = votes.iter().enumerate().map(row).collect();
    Poll { name: "poll".to_owned(), stage: 0, ballot: 1, date: None, source: String::new(), fitted: false, rows }
}

fn support(fit: &VotesFit) -> Vec<f64> {
    fit.candidates.iter().map(|c| c.support).collect()
}

/// McFadden's logit: support differs by the scale times the logarithm of the ratio of votes, whatever else is drawn for
/// everyone together; a candidate without a vote has half of one.
#[test]
fn like_voters_with_gumbel_noise_have_a_closed_form() {
    let counted = [22, 21, 20, 19, 15, 0];
    for (uncertainty, shared) in [(1.0, ""), (0.4, "common_sd = 0.5")] {
        let preferences = format!("noise = \"gumbel\"\nuncertainty = {uncertainty}\n{shared}");
        let fit = VotesFit::new(&model(&text(97, 6, &preferences, "")), &votes(&counted)).unwrap();
        let scale = uncertainty * 6.0_f64.sqrt() / PI;
        let logs = counted.map(|count| f64::from(count).max(0.5).ln());
        let mean = logs.iter().sum::<f64>() / 6.0;
        for (points, log) in support(&fit).iter().zip(logs) {
            assert!((points - scale * (log - mean)).abs() < 6e-5, "{points} {}", scale * (log - mean));
        }
        assert_eq!((fit.abstentions, fit.voters), (None, 97));
        for (c, count) in fit.candidates.iter().zip(counted) {
            let expected = f64::from(count).max(0.5) * 97.0 / 97.5;
            assert!((c.votes.expected - expected).abs() < 0.01, "{c:?} {expected}");
        }
    }
}

/// The best of Gumbel views is Gumbel: nobody is liked enough with probability `exp(−exp(L − v/b))`, where `L` is what the
/// views come to together.
#[test]
fn abstentions_have_a_closed_form_too() {
    const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;
    let fit =
        VotesFit::new(&model(&text(54, 3, "noise = \"gumbel\"\nvotes_at = 0.3", "")), &votes(&[16, 12, 11])).unwrap();
    let scale = 6.0_f64.sqrt() / PI;
    let together = 0.3 / scale + (-(15.0_f64 / 54.0).ln()).ln() + EULER_GAMMA;
    for (points, count) in support(&fit).iter().zip([16.0, 12.0, 11.0_f64]) {
        let expected = scale * (together + (count / 39.0).ln());
        assert!((points - expected).abs() < 6e-5, "{points} {expected}");
    }
    let abstentions = fit.abstentions.unwrap();
    assert!(abstentions.poll == 15 && (abstentions.expected - 15.0).abs() < 0.01, "{abstentions:?}");
}

/// Votes for each candidate over many rounds of a scenario of one ballot.
struct Count(Vec<u64>);

impl Observer for Count {
    fn ballot(&mut self, ballot: &BallotHeld<&[Standing]>) {
        for (sum, standing) in self.0.iter_mut().zip(ballot.standings) {
            *sum += u64::from(standing.supporters.len());
        }
    }
}

const ROUNDS: u64 = 20_000;

/// Mean votes for each candidate at the first ballot.
fn simulated(model: &Model) -> Vec<f64> {
    let plan = Plan::new(model.clone());
    let (mut draws, mut count) = (RoundDraws::new(plan.addresses(), 7), Count(vec![0; model.candidates.len()]));
    let mut reference = Reference::new(&plan);
    for number in 0..ROUNDS {
        draws.turn_to(number);
        reference.observe(&mut draws, &mut count);
    }
    count.0.into_iter().map(|sum| sum as f64 / ROUNDS as f64).collect()
}

/// Whatever the noise and however unlike the members, the support that was found gives the votes when it is simulated.
#[test]
fn a_run_of_what_was_fitted_gives_the_votes_back() {
    let unlike = "[[member]]\nid = \"a\"\npriority = { age = 1 }\n[[member]]\nid = \"b\"\nuncertainty_about = { c1 = 2 }\n\
        [[member]]\nid = \"c\"\nhome = 2\n[[candidate]]\nid = \"z\"\nhome = \"c\"\ntraits = { age = 1.5 }\n";
    let kinds = Noise::WORDS.iter().map(|word| (format!("noise = \"{word}\""), String::new()));
    let abstaining =
        Noise::WORDS.iter().map(|word| (format!("noise = \"{word}\"\nvotes_at = -0.25"), unlike.to_owned()));
    let shocks = ("group_sd = { west = 0.8 }".to_owned(), "[[bloc]]\nid = \"west\"\nsize = 5\n".to_owned());
    let gumbel = ("noise = \"gumbel\"".to_owned(), unlike.to_owned());
    let blocs = ("noise = \"gumbel\"\ngroup_sd = { west = 1.2 }".to_owned(), shocks.1.clone());
    let priorities = ("noise = \"gumbel\"\npriority_sd = { age = 0.8 }".to_owned(), unlike.to_owned());
    let moods = ("member_sd = 0.7\nvotes_at = -0.25".to_owned(), unlike.to_owned());
    for (preferences, more) in kinds.chain(abstaining).chain([shocks, gumbel, blocs, priorities, moods]) {
        let mut model = model(&text(12, 3, &preferences, &more));
        let counted = [7, 4, 1, 2];
        let counted = &counted[..model.candidates.len()];
        let fit = VotesFit::new(&model, &votes(counted)).unwrap();
        let table = fit.table();
        for (c, (_, points)) in table.candidates.iter().enumerate() {
            points.iter().enumerate().for_each(|(m, points)| model.support[m * counted.len() + c] = *points);
        }
        let all = f64::from(counted.iter().sum::<u32>());
        let abstains = preferences.contains("votes_at");
        let means = simulated(&model);
        let cast: f64 = means.iter().sum();
        for ((mean, &count), c) in means.iter().zip(counted).zip(&fit.candidates) {
            let part = if abstains { 1.0 } else { all / cast };
            // Fifteen voters at most, of whom half may move together.
            let error = 5.0 * 2.5 / (ROUNDS as f64).sqrt();
            assert!((part * mean - f64::from(count)).abs() < error, "{preferences} {more} {means:?} {c:?}");
            assert!((c.votes.expected - f64::from(count)).abs() < 2e-3, "{preferences}: {c:?}");
        }
    }
}

/// A good month for a candidate moved everyone at the poll: it is part of the support.
#[test]
fn what_everyone_shares_belongs_to_support() {
    let fitted = |shock: &str| VotesFit::new(&model(&text(20, 3, shock, "")), &votes(&[10, 6, 4])).unwrap();
    assert_eq!(fitted("common_sd = 2"), fitted(""));
    assert_eq!(fitted("group_sd = { v = 2 }"), fitted(""));
}

#[test]
fn only_who_takes_part_votes_and_everyone_gets_the_support() {
    let more =
        "members = [\"v\"]\nrepeat = 2\n[[bloc]]\nid = \"w\"\nsize = 3\n[[candidate]]\nid = \"late\"\nenters = 2\n";
    let fit = VotesFit::new(&model(&text(20, 2, "", more)), &votes(&[12, 8])).unwrap();
    assert_eq!((fit.voters, fit.members.len(), fit.table().candidates[0].1.len()), (20, 23, 23));
    assert_eq!(fit.left_as_they_are[0].id, "late");
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let fit = |preferences: &str, more: &str, counted: &[u32]| {
        VotesFit::new(&model(&text(20, 2, preferences, more)), &votes(counted))
    };
    assert!(matches!(fit("", "votes = 2\n", &[12, 8]), Err(FitError::SeveralVotes { votes: 2, .. })));
    assert_eq!(fit("uncertainty = 0", "", &[12, 8]), Err(FitError::CertainVotes));
    let aged = "[[candidate]]\nid = \"old\"\ntraits = { age = 1 }\n";
    let both = "votes_at = 0\nmember_sd = 1\npriority_sd = { age = 1 }";
    assert_eq!(fit(both, aged, &[12, 8, 1]), Err(FitError::ViewsInCommon));
    assert!(fit(&format!("noise = \"gumbel\"\n{both}"), aged, &[12, 8, 1]).is_ok());
    assert!(fit("member_sd = 1", "", &[12, 8]).is_ok(), "a mood moves all views alike");
    let picky = "[[member]]\nid = \"picky\"\nvotes_at = 1\n";
    assert_eq!(fit("", picky, &[10, 8]), Err(FitError::VotesOutOfReach));
    let stances = text(20, 2, "", "").replace("choice", "stances");
    assert_eq!(VotesFit::new(&model(&stances), &votes(&[12, 8])), Err(FitError::NoChoiceBallot));
}

/// A folder with a scenario of twenty voters and the votes.
fn desk(votes: &str) -> Desk {
    Desk::with(&[("s.toml", &text(20, 2, "noise = \"gumbel\"", "")), ("votes.csv", votes)])
}

#[test]
fn what_it_shows() {
    let desk = desk("candidate,name,votes,source\nc0,First,12,a leak\nc1,Second,6,a leak\n");
    let shown = ["table", "csv", "json", "md"].map(|form| {
        let output = desk.ends(&format!("fit s.toml --poll votes.csv --format {form}"), 0, "");
        String::from_utf8(output.stdout).unwrap().replace(env!("CARGO_PKG_VERSION"), "VERSION")
    });
    assert_eq!(shown[1].lines().count(), 21);
    let json: serde_json::Value = serde_json::from_str(&shown[2]).unwrap();
    assert_eq!((&json["voters"], &json["abstentions"]), (&20.into(), &serde_json::Value::Null));
    assert_eq!(json["candidates"][0]["votes"], 12);
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("fit_votes_shown", [&shown[0], &shown[3]].map(String::as_str).join("\n---\n"));
    });
    desk.ends("fit s.toml --poll votes.csv --out support.csv", 0, "");
    let tables = fs::read_to_string(desk.path("s.toml")).unwrap() + "[tables]\nsupport = \"support.csv\"\n";
    fs::write(desk.path("t.toml"), tables).unwrap();
    desk.ends("fit t.toml --poll votes.csv --out support.csv --force", 0, "");
    assert_eq!(fs::read_to_string(desk.path("support.csv")).unwrap(), shown[1], "its own support is set aside");
}

#[test]
fn what_is_wrong_with_votes_is_said_where_it_is() {
    let cases = [
        "candidate,encourage,discourage,no_opinion\nc0,3,1,16\n",
        "candidate,votes\nc0,12\nc1,9\n",
        "candidate,votes\nc0,0\nc1,0\n",
        "candidate,votes\nc0,12\nc0,1\nc2,many\n",
    ];
    let said = cases.map(|votes| {
        let output = desk(votes).ends("fit s.toml --poll votes.csv", 65, "");
        format!("<<<\n{votes}\n{}", String::from_utf8(output.stderr).unwrap())
    });
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("fit_wrong_votes", said.join("\n\n"));
    });
}
