//! Conditioning against waiting: rounds of the simulator that are kept only if the polls come out as they did.

mod cases;

use std::io::Write;
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub use cases::FIVE;
use cases::{cases, together_cases};

use super::totals::STANCES;
use super::{Effort, Refusal, Replicated, Script, replicate};
use crate::model::{Answer, MemberSet, Noise, Poll, PollRow};
use crate::scenario::Scenario;
use crate::simulation::Plan;
use crate::simulation::draws::RoundDraws;
use crate::simulation::reference::Reference;
use crate::simulation::round::{BallotHeld, Observer, Standing};

pub fn scenario(text: &str) -> Scenario {
    Scenario::from_text("s.toml", text, None).unwrap_or_else(|error| panic!("{}\n{text}", error.render(false, 100)))
}

/// The scenario's own plan.
pub fn plan(scenario: &Scenario) -> Plan {
    Plan::new(scenario.assumptions[0].clone())
}

fn script(scenario: &Scenario, plan: &Plan) -> Result<Script, Refusal> {
    Script::new(plan, &scenario.polls.iter().collect::<Vec<_>>())
}

/// What was seen of a round.
#[derive(Default)]
struct Seen {
    matched: usize,
    failed: bool,
}

/// Watches whether polls come out.
struct Watch<'a> {
    script: &'a Script,
    polls: &'a [Poll],
    seen: Seen,
}

impl Observer for Watch<'_> {
    fn ballot(&mut self, held: &BallotHeld<&[Standing]>) {
        let Some(expected) = self.script.ballots.get(held.number as usize - 1) else { return };
        let same = expected.stage == held.stage && expected.repeat == held.repeat && expected.field == held.field;
        let fits = expected.poll.is_none_or(|poll| {
            self.polls[poll].rows.iter().all(|row| fits(row, &held.standings[row.candidate.index()], held.voting))
        });
        if same && fits && held.appointed.is_none() {
            self.seen.matched += 1;
        } else {
            self.seen.failed = true;
        }
    }
}

fn fits(row: &PollRow, standing: &Standing, voting: MemberSet) -> bool {
    let gave = |answer: Answer, whose: &MemberSet| {
        let set = match answer {
            Answer::Encourage => standing.encouraging,
            Answer::Object => standing.objecting,
            Answer::NoOpinion => voting.without(&standing.encouraging.union(&standing.objecting)),
            Answer::Vote => standing.supporters,
        };
        set.intersection(whose)
    };
    let holds = |whose: &MemberSet, totals: &crate::model::Totals| {
        STANCES.iter().chain([&Answer::Vote]).all(|&answer| {
            let (count, total) = (gave(answer, whose).len(), totals.of(answer));
            count >= total.at_least && total.at_most.is_none_or(|most| count <= most)
        })
    };
    holds(&voting, &row.totals)
        && row.among.iter().all(|part| holds(&part.members, &part.totals))
        && row.known.iter().all(|(m, answer)| gave(*answer, &voting).contains(*m))
}

/// By waiting: how many of the kept rounds end with each outcome, and how many were simulated.
fn waited(scenario: &Scenario, plan: &Plan, wanted: u64, most: u64) -> (Vec<u64>, u64) {
    let mut plan = plan.clone();
    let script = script(scenario, &plan).unwrap();
    plan.moves.doubt_before = script.ballots.len() as u32 + 1;
    let mut counts = vec![0; plan.candidates() + 1];
    let mut draws = RoundDraws::new(plan.addresses(), 17);
    let mut reference = Reference::new(&plan);
    let (mut kept, mut round) = (0, 0);
    while kept < wanted && round < most {
        draws.turn_to(round);
        let mut watch = Watch { script: &script, polls: &scenario.polls, seen: Seen::default() };
        let outcome = reference.observe(&mut draws, &mut watch).outcome;
        if !watch.seen.failed && watch.seen.matched == script.ballots.len() {
            kept += 1;
            counts[outcome.map_or(plan.candidates(), |c| c.index())] += 1;
        }
        round += 1;
    }
    (counts, round)
}

/// Replicates of conditioning.
fn conditioned(scenario: &Scenario, plan: &Plan, effort: Effort, replicates: u64) -> Result<Vec<Replicated>, Refusal> {
    let script = script(scenario, plan)?;
    let names: Vec<&str> = scenario.polls.iter().map(|poll| poll.name.as_str()).collect();
    let one = |number| match replicate(plan, &script, &names, effort, 5, number) {
        (done, None) => Ok(done),
        (_, Some(refusal)) => Err(refusal),
    };
    (0..replicates).map(one).collect()
}

fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// Sets conditioning beside waiting: the largest of the standardised differences, of outcomes and of the polls' chance.
fn compared(name: &str, text: &str, effort: Effort, replicates: u64, wanted: u64, most: u64) -> (f64, String) {
    let scenario = scenario(text);
    let plan = plan(&scenario);
    let (counts, rounds) = waited(&scenario, &plan, wanted, most);
    let kept: u64 = counts.iter().sum();
    let done = conditioned(&scenario, &plan, effort, replicates).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    let mut largest: f64 = 0.0;
    let mut note = format!("{name}: {kept} of {rounds} kept;");
    for (outcome, &count) in counts.iter().enumerate() {
        let p = count as f64 / kept as f64;
        let values: Vec<f64> =
            done.iter().map(|it| it.polls.last().unwrap().outcomes[outcome] as f64 / effort.rounds as f64).collect();
        let (mean, error) = mean_and_error(&values);
        // Smoothed, so that an outcome that never came has a variance, too.
        let smooth = (count as f64 + 1.0) / (kept as f64 + 2.0);
        let z = (mean - p) / (smooth * (1.0 - smooth) / kept as f64 + error * error).sqrt();
        largest = largest.max(z.abs());
        note += &format!(" {p:.4} {mean:.4} ({z:+.1})");
    }
    let chances: Vec<f64> = done.iter().map(|it| it.polls.last().map_or(0.0, |poll| poll.log_evidence.exp())).collect();
    let ((mean, error), p) = (mean_and_error(&chances), kept as f64 / rounds as f64);
    let z = (mean - p) / (p / rounds as f64 + error * error).sqrt();
    largest = largest.max(z.abs());
    note += &format!("; chance {p:.6} {mean:.6} ({z:+.1})");
    (largest, note)
}

/// Small, for every run of the tests: six standard errors.
#[test]
fn conditioning_gives_what_waiting_gives() {
    for (name, text) in cases().into_iter().chain(together_cases()) {
        let effort = Effort { particles: 2000, rounds: 500 };
        let (z, note) = compared(name, &text, effort, 10, 1_000, 200_000);
        assert!(z < 6.0, "{note}");
    }
}

/// Each assumption weighs its own rounds: what one changes, given the same polls, is what it changes among the rounds of each
/// that agree with them. Six standard errors.
#[test]
fn assumptions_differ_given_polls_as_the_rounds_do_that_agree_with_them() {
    let text = &cases()[1].1;
    let more = "[[assumption]]\nname = \"open\"\namend = { B = \"absolute\", E = \"absolute\" }\nset = { \"preferences.object_at\" = -0.5 }\n";
    let scenario = scenario(&format!("{text}{more}"));
    let effort = Effort { particles: 2000, rounds: 500 };
    let of = |assumption: usize| {
        let plan = Plan::new(scenario.assumptions[assumption].clone());
        let (counts, _) = waited(&scenario, &plan, 1_500, 400_000);
        let done = conditioned(&scenario, &plan, effort, 10).unwrap();
        let share = |outcome: usize, it: &Replicated| it.polls[1].outcomes[outcome] as f64 / effort.rounds as f64;
        let shares: Vec<Vec<f64>> = (0..3).map(|outcome| done.iter().map(|it| share(outcome, it)).collect()).collect();
        (counts, shares)
    };
    let ((before, shares_before), (after, shares_after)) = (of(0), of(1));
    let mut largest: f64 = 0.0;
    for outcome in 0..3 {
        let pairs = shares_before[outcome].iter().zip(&shares_after[outcome]);
        let (difference, error) = mean_and_error(&pairs.map(|(before, after)| after - before).collect::<Vec<_>>());
        let share = |counts: &[u64]| (counts[outcome] as f64 + 0.5) / (counts.iter().sum::<u64>() as f64 + 1.0);
        let noise = |counts: &[u64]| share(counts) * (1.0 - share(counts)) / counts.iter().sum::<u64>() as f64;
        let expected = share(&after) - share(&before);
        largest = largest.max(expected.abs());
        let z = (difference - expected) / (error * error + noise(&before) + noise(&after)).sqrt();
        assert!(z.abs() < 6.0, "{outcome}: {difference} instead of {expected}, {z}");
    }
    assert!(largest > 0.05, "{largest}");
}

/// What cannot be conditioned on exactly is refused with the reason.
#[test]
fn what_is_not_exact_is_refused() {
    let of = |stages: &str, more: &str| {
        let text = format!("{FIVE}{stages}{more}");
        let scenario = scenario(&text);
        let effort = Effort { particles: 200, rounds: 10 };
        conditioned(&scenario, &plan(&scenario), effort, 1).expect_err("refused").to_string()
    };
    let poll = "[[poll]]\nname = \"one\"\n";
    let some = format!("{poll}answers = {{ x = {{ encourage = 3 }}, y = {{ encourage = 2 }} }}\n");
    let all = format!(
        "{poll}answers = {{ x = {{ encourage = 3, object = 1, no_opinion = 1 }}, y = {{ encourage = 3, object = 1, no_opinion \
         = 1 }} }}\n"
    );
    let second = "[[poll]]\nname = \"two\"\nballot = 2\nanswers = { x = { encourage = 4 }, y = { encourage = 2 } }\n";
    let twice = "[[stage]]\nname = \"talks\"\nrepeat = 3\n";
    let choice = "[[stage]]\nname = \"vote\"\nballot = \"choice\"\nrepeat = 2\n";
    let votes = format!("{poll}answers = {{ x = {{ votes = 3 }}, y = {{ votes = 2 }} }}\n");
    assert!(of(choice, &votes).contains("with Gumbel noise only"));
    let minds_stay = of(twice, &format!("{all}{second}[dynamics]\nmemory = 1.0\n"));
    assert!(minds_stay.contains("gives poll `two` no chance: its answers about `x`"), "{minds_stay}");
    let nine = "[[stage]]\nname = \"talks\"\nrepeat = 3\nappoint = { count = { at_least = 3 } }\n";
    assert!(of(nine, &some).contains("the rule appoints `x` at poll `one`"));
    let open = "[[stage]]\nname = \"talks\"\nrepeat = 3\ncontinues = 0.5\n[[stage]]\nname = \"later\"\n";
    let later = "[[poll]]\nname = \"late\"\nstage = \"later\"\nanswers = { x = { encourage = 4 } }\n";
    assert!(of(open, later).contains("how many ballots stage `talks` had is not known"));
}

/// Members who have no noise, or none that is new, whose views lie at the levels: whatever the noise of others.
#[test]
fn views_without_noise_to_come_are_conditioned_on() {
    let head = "title = \"t\"\nmember = [{ id = \"A\", uncertainty = 0 }, { id = \"B\" }, { id = \"C\" }]\ncandidate = [{ id \
                = \"x\" }, { id = \"y\" }]\nstage = [{ name = \"straw\", repeat = 3, appoint = \"consensus\", appoint_from = 3 \
                }]\n";
    let answers = "answers = { x = { encourage = 2 }, y = { encourage = 2 } }\n";
    let polls = format!(
        "[[poll]]\nname = \"one\"\n{answers}[[poll]]\nname = \"two\"\nballot = 2\n{answers}[dynamics]\nmemory = "
    );
    for kind in Noise::WORDS {
        for memory in [0.5, 1.0] {
            let text = format!("{head}preferences = {{ noise = \"{}\", uncertainty = 1 }}\n{polls}{memory}\n", kind);
            let scenario = scenario(&text);
            let effort = Effort { particles: 200, rounds: 10 };
            let done = conditioned(&scenario, &plan(&scenario), effort, 2).unwrap();
            assert!(done.iter().all(|it| it.polls.len() == 2 && it.polls[1].log_evidence.is_finite()), "{text}");
        }
    }
}

/// A poll with a chance of about 10⁻¹² still has a posterior of hundreds of effective rounds.
#[test]
fn what_is_hardly_possible_has_a_posterior() {
    let members: String = (0..15).map(|i| format!("[[member]]\nid = \"m{i}\"\n")).collect();
    let text = format!(
        "title = \"t\"\n{members}[[candidate]]\nid = \"x\"\n[[candidate]]\nid = \"y\"\n[support.m0]\nx = \
         0.2\n[preferences]\nuncertainty = 0.5\naccept_at = 0.4\nobject_at = -0.4\n[[stage]]\nname = \"talks\"\nrepeat = \
         2\nappoint = \"unsc\"\nappoint_from = 2\n[dynamics]\nmemory = 0.8\n[[poll]]\nname = \"one\"\nanswers = {{ x = {{ \
         encourage = 13, object = 1, no_opinion = 1 }}, y = {{ encourage = 0, object = 12, no_opinion = 3 }} }}\n"
    );
    let effort = Effort { particles: 500, rounds: 200 };
    let scenario = scenario(&text);
    let done = conditioned(&scenario, &plan(&scenario), effort, 20).unwrap();
    let chance = done.iter().map(|it| it.polls[0].log_evidence).sum::<f64>() / 20.0;
    assert!(chance < -27.6, "{chance}"); // 10^-12
    let shares =
        |outcome: usize| done.iter().map(|it| it.polls[0].outcomes[outcome] as f64 / 200.0).collect::<Vec<_>>();
    let (mut spread, mut variance) = (0.0, 0.0);
    for outcome in 0..3 {
        let (p, error) = mean_and_error(&shares(outcome));
        spread += p * (1.0 - p);
        variance += error * error;
    }
    assert!(spread > 0.01 && spread / variance > 300.0, "{spread} {variance}");
}

/// Ten candidates, each with a shift of their own, and members who are hard to please: hundreds of effective rounds still.
#[test]
fn many_candidates_leave_many_rounds() {
    let mut text = "title = \"t\"\n".to_owned();
    (0..9).for_each(|i| text += &format!("[[member]]\nid = \"m{i}\"\n"));
    (0..10).for_each(|i| text += &format!("[[candidate]]\nid = \"c{i}\"\n"));
    text += "[support.m0]\nc0 = 0.2\n[preferences]\nuncertainty = 0.8\ncommon_sd = 0.5\nmember_sd = 1.0\naccept_at = \
             0.2\nobject_at = -0.2\n[[stage]]\nname = \"talks\"\nrepeat = 2\nappoint = { share = { at_least = \"2/3\" } \
             }\nappoint_from = 2\n[dynamics]\nmemory = 0.8\n[[poll]]\nname = \"one\"\n[poll.answers]\n";
    (0..10).for_each(|i| text += &format!("c{i} = {{ encourage = {}, object = {} }}\n", 1 + i % 6, 7 - i % 6));
    let scenario = scenario(&text);
    let effort = Effort { particles: 2500, rounds: 200 };
    let done = conditioned(&scenario, &plan(&scenario), effort, 20).unwrap();
    let (mut spread, mut variance) = (0.0, 0.0);
    for outcome in 0..=10 {
        let shares: Vec<f64> = done.iter().map(|it| it.polls[0].outcomes[outcome] as f64 / 200.0).collect();
        let (p, error) = mean_and_error(&shares);
        spread += p * (1.0 - p);
        variance += error * error;
    }
    assert!(spread > 0.1 && spread / variance > 200.0, "{spread} {variance}");
}

/// A hundred thousand kept rounds of each: four standard errors over all the figures.
#[test]
#[ignore = "slow: minutes in a release build"]
fn conditioning_gives_what_waiting_long_gives() {
    let cases: Vec<_> = cases().into_iter().chain(together_cases()).collect();
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let work = || {
        while let Some((name, text)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let effort = Effort { particles: 5000, rounds: 5000 };
            let (z, note) = compared(name, text, effort, 40, 100_000, 400_000_000);
            let _ = writeln!(std::io::stderr(), "{z:.2} {note}");
            found.lock().unwrap().push((z, note));
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let found = found.into_inner().unwrap();
    assert_eq!(found.len(), cases.len());
    found.iter().for_each(|(z, note)| assert!(*z < 4.0, "{note}"));
}
