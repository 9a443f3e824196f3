//! Relations that hold draw by draw, because every draw has an address.

use nemcon::model::Model;
use nemcon::scenario::Scenario;
use nemcon::simulation::round::{LastBallot, Round};
use nemcon::simulation::{
    Comparing, Control, Counting, Counts, Execution, FlippingVetoes, LogRow, Plan, RoundLog, rounds_ending_with,
    simulate, trace,
};

use super::world::{Rows, model, outcome, rounds, scenario, tally};

/// A world that uses everything, in pieces that can be put together in any order.
const PREFERENCES: &str = "title = \"rich\"\nseed = 5\n[preferences]\nnoise = \"normal\"\ngroup_sd = { g = 0.5, h = 0.3 }\n\
    trait_sd = { t = 0.4 }\ncommon_sd = 0.3\n[dynamics]\nmomentum = 0.8\nmemory = 0.9\nconcession = 0.05\n\
    accommodation = { holdouts = 2, probability = 0.3 }\n[veto]\ndefault = { probability = 0.5, cost = 0.5 }\na = \"absolute\"\ng = { probability = 0.8 }\n\
    [[stage]]\nname = \"poll\"\nrepeat = 2\ndrop = { keep = 3 }\nfrom_ballot = 2\n[[stage]]\nname = \"consult\"\nrepeat = 3\nappoint = \"consensus\"\n\
    [[stage]]\nname = \"vote\"\nballot = \"choice\"\nappoint = \"majority\"\ndrop = \"lowest\"\nrepeat = 2\n";
const MEMBERS: [&str; 5] = [
    "[[member]]\nid = \"a\"\npriority = { t = 0.5 }\n[support.a]\nx = 1.0\ny = -0.5\nz = 0.3\nv = 0.1\n",
    "[[member]]\nid = \"b\"\ngroups = [\"g\", \"h\"]\n[support.b]\nx = -0.2\ny = 0.5\n",
    "[[member]]\nid = \"c\"\ngroups = [\"h\"]\nuncertainty = 1.5\n[support.c]\nz = 1.0\n",
    "[[member]]\nid = \"d\"\naccept_at = 0.2\nobject_at = -0.4\n[support.d]\ny = 1.0\nv = 0.4\n",
    "[[member]]\nid = \"e\"\ngroups = [\"g\"]\n[support.e]\nx = 0.7\n",
];
const CANDIDATES: [&str; 4] = [
    "[[candidate]]\nid = \"x\"\ntraits = { t = 1.0 }\nwithdraws_if_vetoed = 0.2\n",
    "[[candidate]]\nid = \"y\"\navailability = 0.9\nwithdraws_below = 0.2\n",
    "[[candidate]]\nid = \"z\"\nenters = 2\n",
    "[[candidate]]\nid = \"v\"\ncommon_sd = 0.8\n",
];
const EVENTS: [&str; 2] = [
    "[[event]]\nname = \"storm\"\nprobability = 0.3\neffects = [{ points = -0.37, members = [\"g\"] }, { veto = { d = \
     \"absolute\" } }]\n",
    "[[event]]\nname = \"calm\"\nprobability = 0.4\neffects = [{ points = 0.21, candidates = [\"x\", \"y\"] }, { \
     leaves = \"v\" }]\n",
];

fn rich(members: &[&str], candidates: &[&str], events: &[&str]) -> Model {
    model(&(PREFERENCES.to_owned() + &members.concat() + &candidates.concat() + &events.concat()))
}

fn reversed<'a>(pieces: &[&'a str]) -> Vec<&'a str> {
    pieces.iter().rev().copied().collect()
}

/// A round with ids in place of positions.
fn named(model: &Model, round: &Round) -> impl PartialEq + std::fmt::Debug {
    let set = |set: nemcon::model::MemberSet| {
        let mut ids: Vec<_> = set.iter().map(|m| model.members[m.index()].id.clone()).collect();
        ids.sort();
        ids
    };
    let last =
        |last: LastBallot| (set(last.encouraging), set(last.objecting), set(last.vetoing), last.short_of_support);
    let mut fates: Vec<_> = model
        .candidate_ids()
        .map(|(c, candidate)| (candidate.id.clone(), &round.candidates[c.index()]))
        .map(|(id, fate)| (id, fate.stood, fate.acceptable, fate.left, fate.last.map(last)))
        .collect();
    fates.sort_by(|a, b| a.0.cmp(&b.0));
    (outcome(model, round).to_owned(), round.ballots, round.stage, round.vetoes, fates)
}

#[test]
fn the_order_of_the_file_means_nothing() {
    let one = rich(&MEMBERS, &CANDIDATES, &EVENTS);
    let other = rich(&reversed(&MEMBERS), &reversed(&CANDIDATES), &reversed(&EVENTS));
    for (i, (a, b)) in rounds(&one, 5, 3000).iter().zip(&rounds(&other, 5, 3000)).enumerate() {
        assert_eq!(named(&one, a), named(&other, b), "round {i}");
    }
}

#[test]
fn names_and_titles_mean_nothing() {
    let one = rich(&MEMBERS, &CANDIDATES, &EVENTS);
    let mut other = one.clone();
    for member in &mut other.members {
        member.name = "someone".to_owned();
    }
    other.assumption = "renamed".to_owned();
    assert_eq!(tally(&one, 5, 5000), tally(&other, 5, 5000));
}

/// Two ballots that no one can pass, because one member is dead against everyone: all stances can be compared.
const LOOK: &str = "title = \"look\"\n[preferences]\ngroup_sd = { g = 0.5 }\ncommon_sd = 0.4\ntrait_sd = { t = 0.2 }\n\
    [veto]\ndefault = { probability = 0.5 }\n[[stage]]\nrepeat = 2\nappoint = { objections = { at_most = 0 } }\n[dynamics]\nmemory = 0.5\n";

fn look(members: &[&str], candidates: &[&str]) -> Model {
    model(
        &(LOOK.to_owned()
            + "[[member]]\nid = \"no\"\nuncertainty = 0\n[support.no]\nx = -99\ny = -99\nz = -99\nv = -99\n"
            + &members.concat()
            + &candidates.concat()),
    )
}

#[test]
fn another_candidate_leaves_the_others_stances_alone() {
    let candidates = CANDIDATES.map(|c| {
        c.replace("enters = 2", "").replace("withdraws_below = 0.2", "").replace("withdraws_if_vetoed = 0.2", "")
    });
    let candidates: Vec<&str> = candidates.iter().map(String::as_str).collect();
    let without =
        LOOK.to_owned() + "[[member]]\nid = \"no\"\nuncertainty = 0\n[support.no]\nx = -99\ny = -99\nz = -99\n";
    let members = MEMBERS.map(|m| m.replace("v = 0.1\n", "").replace("v = 0.4\n", ""));
    let fewer = model(&(without + &members.concat() + &candidates[..3].concat()));
    let more = look(&MEMBERS, &candidates);
    for (a, b) in rounds(&fewer, 9, 3000).iter().zip(&rounds(&more, 9, 3000)) {
        assert_eq!(a.candidates[..3], b.candidates[..3]);
    }
}

#[test]
fn another_member_leaves_the_others_stances_alone() {
    let candidates = [
        "[[candidate]]\nid = \"x\"\ntraits = { t = 1.0 }\n",
        "[[candidate]]\nid = \"y\"\n",
        "[[candidate]]\nid = \"z\"\n",
        "[[candidate]]\nid = \"v\"\n",
    ];
    let (fewer, more) = (look(&MEMBERS[..4], &candidates), look(&MEMBERS, &candidates));
    for (a, b) in rounds(&fewer, 9, 3000).iter().zip(&rounds(&more, 9, 3000)) {
        for (a, b) in a.candidates.iter().zip(&b.candidates) {
            let (a, mut b) = (a.last.unwrap(), b.last.unwrap());
            let newcomer = nemcon::model::MemberId(5);
            for set in [&mut b.encouraging, &mut b.objecting, &mut b.vetoing] {
                set.remove(newcomer);
            }
            assert_eq!((a.encouraging, a.objecting, a.vetoing), (b.encouraging, b.objecting, b.vetoing));
        }
    }
}

#[test]
fn taking_a_veto_away_never_loses_a_one_ballot_consensus() {
    let text =
        "title = \"t\"\n[preferences]\ngroup_sd = { g = 0.5, h = 0.1 }\n[veto]\ndefault = { probability = 0.6 }\n"
            .to_owned()
            + "[[assumption]]\nname = \"without-a\"\namend = { a = \"none\" }\n"
            + &MEMBERS.concat().replace("priority = { t = 0.5 }", "")
            + &CANDIDATES.concat().replace("traits = { t = 1.0 }", "");
    let scenario = scenario(&text);
    let [with, without] = [0, 1].map(|i| rounds(&scenario.assumptions[i], 3, 4000));
    let mut gained = 0;
    for (with, without) in with.iter().zip(&without) {
        for (a, b) in with.candidates.iter().zip(&without.candidates) {
            assert!(!a.acceptable || b.acceptable, "who passes in spite of a veto passes without it");
            assert_eq!(a.last.map(|l| (l.encouraging, l.objecting)), b.last.map(|l| (l.encouraging, l.objecting)));
        }
        assert!(with.outcome.is_none() || without.outcome.is_some());
        gained += usize::from(with.outcome.is_none() && without.outcome.is_some());
    }
    assert!(gained > 0, "the veto of a must matter sometimes for this test to say anything");
}

#[test]
fn the_unit_of_utility_means_nothing() {
    // Doubling is exact in binary, so every stance must stay as it is.
    let base = rich(&MEMBERS, &CANDIDATES, &EVENTS);
    let mut doubled = base.clone();
    doubled.support.iter_mut().for_each(|x| *x *= 2.0);
    doubled.groups.iter_mut().for_each(|g| g.sd *= 2.0);
    doubled.traits.iter_mut().for_each(|t| t.sd *= 2.0);
    doubled.candidates.iter_mut().for_each(|c| c.common_sd *= 2.0);
    doubled.vetoes.iter_mut().for_each(|v| v.cost *= 2.0);
    doubled.dynamics.momentum *= 2.0;
    for m in &mut doubled.members {
        for value in [&mut m.uncertainty, &mut m.accept_at, &mut m.object_at, &mut m.concession] {
            *value *= 2.0;
        }
        m.priority.iter_mut().for_each(|p| *p *= 2.0);
    }
    for event in &mut doubled.events {
        for effect in &mut event.effects {
            match effect {
                nemcon::model::Effect::Points { points, .. } => *points *= 2.0,
                nemcon::model::Effect::Vetoes(powers) => powers.iter_mut().for_each(|(_, p)| p.cost *= 2.0),
                _ => {}
            }
        }
    }
    assert_eq!(rounds(&base, 1, 4000), rounds(&doubled, 1, 4000));
}

#[test]
fn threads_and_cuts_change_nothing() {
    let plan = Plan::new(rich(&MEMBERS, &CANDIDATES, &EVENTS));
    let run_range = |range: std::ops::Range<u64>, threads: usize| {
        let mut rows = Rows::default();
        let done = simulate(&Counting(&plan), Execution { threads, log: Some(&mut rows), ..Execution::new(11, range) })
            .unwrap();
        (done.counts, rows.0)
    };
    let (whole, rows) = run_range(0..20_000, 1);
    assert!(rows.iter().map(|row| row.round).eq(0..20_000), "the log is in order");
    for threads in [2, 3, 5] {
        assert_eq!(run_range(0..20_000, threads), (whole.clone(), rows.clone()), "{threads} threads");
    }
    let cuts = [0, 1, 17, 4096, 5000, 8191, 8192, 20_000];
    let mut sum = nemcon::simulation::Tally::new(&plan.model);
    let mut pieces = Vec::new();
    for cut in cuts.windows(2) {
        let (part, rows) = run_range(cut[0]..cut[1], 2);
        sum.merge(&part);
        pieces.extend(rows);
    }
    assert_eq!((sum, pieces), (whole, rows));
}

/// On two threads.
fn watched<'a>(
    seed: u64,
    rounds: std::ops::Range<u64>,
    control: &'a Control,
    log: &'a mut dyn RoundLog,
) -> Execution<'a> {
    Execution { threads: 2, control: Some(control), log: Some(log), ..Execution::new(seed, rounds) }
}

#[test]
fn a_stopped_run_reports_its_first_rounds() {
    struct StopAfter<'a>(&'a Control, u64);
    impl RoundLog for StopAfter<'_> {
        fn write(&mut self, rows: &[LogRow]) -> std::io::Result<()> {
            if rows.last().is_some_and(|row| row.round >= self.1) {
                self.0.stop();
            }
            Ok(())
        }
    }
    let plan = Plan::new(rich(&MEMBERS, &CANDIDATES, &EVENTS));
    let control = Control::default();
    let mut log = StopAfter(&control, 10_000);
    let done = simulate(&Counting(&plan), watched(11, 0..1_000_000, &control, &mut log)).unwrap();
    assert!(done.partial && done.counts.rounds > 10_000 && done.counts.rounds < 30_000);
    assert_eq!(control.done(), done.counts.rounds);
    let again = simulate(&Counting(&plan), Execution::new(11, 0..done.counts.rounds)).unwrap();
    assert_eq!(again.counts, done.counts);
}

#[test]
fn a_log_that_cannot_be_written_stops_the_run() {
    struct Full;
    impl RoundLog for Full {
        fn write(&mut self, _: &[LogRow]) -> std::io::Result<()> {
            Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
        }
    }
    let plan = Plan::new(rich(&MEMBERS, &CANDIDATES, &EVENTS));
    let control = Control::default();
    assert!(simulate(&Counting(&plan), watched(1, 0..100_000_000, &control, &mut Full)).is_err());
    assert!(control.done() < 1_000_000, "it stopped at once");
    assert!(!control.stopped(), "that was not the caller's wish");
}

#[test]
fn a_large_body_can_be_stopped_and_watched_within_a_block() {
    let ids = |kind: &str, n: usize| (0..n).map(|i| format!("[[{kind}]]\nid = \"{kind}{i}\"\n")).collect::<String>();
    let stage = "[[stage]]\nrepeat = 100\nappoint = \"unanimity\"\n";
    let plan = Plan::new(model(&format!("title = \"t\"\n{}{}{stage}", ids("member", 128), ids("candidate", 32))));
    struct StopAtOnce<'a>(&'a Control);
    impl RoundLog for StopAtOnce<'_> {
        fn write(&mut self, _: &[LogRow]) -> std::io::Result<()> {
            self.0.stop();
            Ok(())
        }
    }
    let control = Control::default();
    let mut log = StopAtOnce(&control);
    let done = simulate(&Counting(&plan), watched(1, 0..1_000_000, &control, &mut log)).unwrap();
    assert!(done.partial && done.counts.rounds <= 1024, "{} rounds", done.counts.rounds);
    assert_eq!(simulate(&Counting(&plan), Execution::new(1, 0..done.counts.rounds)).unwrap().counts, done.counts);
}

#[test]
fn ranges_without_rounds_and_at_the_end_of_numbers() {
    let plan = Plan::new(rich(&MEMBERS, &CANDIDATES, &EVENTS));
    #[expect(clippy::reversed_empty_ranges, reason = "that is the point")]
    for range in [5000..4100, 7..7, u64::MAX..0] {
        let done = simulate(&Counting(&plan), Execution::new(11, range)).unwrap();
        assert!(done.counts.rounds == 0 && !done.partial);
    }
    let last = u64::MAX - 5000..u64::MAX;
    let done = simulate(&Counting(&plan), Execution::new(11, last)).unwrap();
    assert!(done.counts.rounds == 5000 && !done.partial);
    assert_eq!(trace(&plan, 11, u64::MAX).number, u64::MAX);
}

#[test]
fn assumptions_together_are_what_they_are_alone() {
    let one = rich(&MEMBERS, &CANDIDATES, &EVENTS);
    let mut other = one.clone();
    other.vetoes.iter_mut().for_each(|power| *power = nemcon::model::VetoPower::NONE);
    let mut patient = one.clone();
    patient.dynamics.memory = 1.0;
    patient.noise = nemcon::model::Noise::Laplace;
    let plans = [one, other, patient].map(Plan::new);
    let compared = simulate(&Comparing(&plans), Execution::new(3, 0..9000)).unwrap().counts;
    for (plan, together) in plans.iter().zip(&compared.tallies) {
        assert_eq!(tally(&plan.model, 3, 9000), *together);
    }
    let flows = &compared.joints[1].flows;
    let outcomes = flows.outcomes();
    for o in 0..outcomes {
        let count =
            |tally: &nemcon::simulation::Tally| tally.candidates.get(o).map_or(tally.no_consensus, |c| c.appointed);
        assert_eq!((0..outcomes).map(|to| flows.count(o, to)).sum::<u64>(), count(&compared.tallies[0]));
        assert_eq!((0..outcomes).map(|from| flows.count(from, o)).sum::<u64>(), count(&compared.tallies[1]));
    }
}

#[test]
fn flips_of_one_veto_end_as_the_worlds_that_have_them() {
    let nato =
        Scenario::load(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/nato-2023.toml")).unwrap();
    let more_vetoes = rich(&MEMBERS, &CANDIDATES, &EVENTS);
    let mut fewer_vetoes = more_vetoes.clone();
    fewer_vetoes.vetoes[1..4].fill(nemcon::model::VetoPower::NONE);
    let mut dropping = fewer_vetoes.clone();
    dropping.stages[1].drop = nemcon::model::Drop::Vetoed;
    dropping.dynamics.accommodation = None;
    let mut unforgiving = fewer_vetoes.clone();
    unforgiving.candidates[0].withdraws_if_vetoed = 0.0;
    unforgiving.dynamics.accommodation = None;
    for (model, rounds) in [
        (more_vetoes, 9000),
        (fewer_vetoes, 9000),
        (dropping, 9000),
        (unforgiving, 9000),
        (nato.assumptions[0].clone(), 2000),
    ] {
        let plan = Plan::new(model.clone());
        let found = simulate(&FlippingVetoes(&plan), Execution::new(3, 0..rounds)).unwrap().counts;
        assert_eq!(found.baseline, tally(&model, 3, rounds));
        assert!(found.simulated_again > 0 && found.simulated_again < rounds * model.members.len() as u64);
        for (m, _) in model.member_ids() {
            let power = match model.may_veto(m) {
                true => nemcon::model::VetoPower::NONE,
                false => nemcon::model::VetoPower::absolute(model.candidates.len()),
            };
            let plans = [plan.clone(), Plan::new(model.with_veto(m, power))];
            let alone = simulate(&Comparing(&plans), Execution::new(3, 0..rounds)).unwrap().counts;
            assert_eq!(found.changed[m.index()], alone.joints[1].flows, "{}", model.members[m.index()].id);
        }
    }
}

#[test]
fn a_traced_round_is_the_round_that_was_counted() {
    let model = rich(&MEMBERS, &CANDIDATES, &EVENTS);
    let plan = Plan::new(model.clone());
    let counted = rounds(&model, 5, 5000);
    for number in [0, 1, 17, 4095, 4096, 4999] {
        let story = trace(&plan, 5, number);
        assert_eq!(story.round, counted[number as usize]);
        assert_eq!(story.ballots.len() as u32, story.round.ballots);
        assert_eq!(story.ballots.last().and_then(|ballot| ballot.appointed), story.round.outcome);
    }
    let outcomes = [Some(nemcon::model::CandidateId(0)), Some(nemcon::model::CandidateId(1))];
    for outcome in outcomes {
        let found: Vec<u64> = rounds_ending_with(&plan, 5, 5000, outcome, &Control::default()).collect();
        let expected: Vec<u64> =
            (0..).zip(&counted).filter(|(_, round)| round.outcome == outcome).map(|(n, _)| n).collect();
        assert_eq!(found, expected);
        assert!(!found.is_empty());
    }
}
