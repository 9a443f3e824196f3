//! Whether posteriors are calibrated: polls simulated from the model, and how these very rounds end.

use std::io::Write;
use std::num::NonZero;
use std::thread;

use super::replicate::views;
use super::tests::{FIVE, plan, scenario};
use super::{Effort, Refusal, Script, replicate};
use crate::model::{CandidateId, MemberId, Poll, PollRow, Total, Totals};
use crate::simulation::Plan;
use crate::simulation::draws::{Draws, RoundDraws, Shock};
use crate::simulation::reference::Reference;
use crate::simulation::round::{BallotHeld, Observer, Standing};

const TALKS: &str = "[[stage]]\nname = \"talks\"\nrepeat = 4\nappoint = \"consensus\"\nappoint_from = 2\n[dynamics]\nmemory = \
                     0.8\ndrift_sd = 0.3\n";

/// Takes down the totals of the first two ballots.
#[derive(Default)]
struct Clerk {
    polls: Vec<Poll>,
    over: bool,
}

impl Observer for Clerk {
    fn ballot(&mut self, held: &BallotHeld<&[Standing]>) {
        if held.number > 2 {
            return;
        }
        self.over |= held.appointed.is_some();
        let row = |c: CandidateId| {
            let Standing { encouraging, objecting, .. } = held.standings[c.index()];
            let (encourage, object) = (encouraging.len(), objecting.len());
            let no_opinion = Total::exactly(held.voting.len() - encourage - object);
            let [encourage, object] = [encourage, object].map(Total::exactly);
            let totals = Totals { encourage, object, no_opinion, ..Totals::default() };
            PollRow { candidate: c, totals, known: Vec::new(), among: Vec::new() }
        };
        self.polls.push(Poll {
            name: held.number.to_string(),
            stage: held.stage,
            ballot: held.repeat,
            date: None,
            source: String::new(),
            fitted: false,
            rows: held.field.iter().map(row).collect(),
        });
    }
}

/// A selection still open after two ballots.
struct Selection {
    round: u64,
    polls: Vec<Poll>,
    /// The outcome, no consensus last.
    outcome: usize,
    /// What the first member thought of the first candidate at the second ballot, points.
    view: f64,
}

/// The first of those that a scenario draws.
fn selections(truth: &Plan, wanted: usize) -> Vec<Selection> {
    let mut draws = RoundDraws::new(truth.addresses(), 23);
    let mut reference = Reference::new(truth);
    let mut found = Vec::with_capacity(wanted);
    let (c, member) = (CandidateId(0), MemberId(0));
    for round in 0.. {
        draws.turn_to(round);
        let mut clerk = Clerk::default();
        let outcome = reference.observe(&mut draws, &mut clerk).outcome.map_or(truth.candidates(), CandidateId::index);
        if clerk.over {
            continue;
        }
        let mut noise = |ballot| draws.shock(Shock::Noise { ballot, member, candidate: c });
        let noise = truth.memory.kept * noise(1) + truth.memory.fresh * noise(2);
        let shared =
            truth.common_sd[0] * draws.shock(Shock::Common(c)) + truth.moves.drift * draws.shock(Shock::Drift(2, c));
        let view =
            truth.mean[truth.pair(member, c)] + f64::from(shared + truth.uncertainty[truth.pair(member, c)] * noise);
        found.push(Selection { round, polls: clerk.polls, outcome, view });
        if found.len() == wanted {
            break;
        }
    }
    found
}

/// What is made of every selection, on threads, in their order. Conditioning is done with a plan in which the first member's
/// means are off by `bias` uncertainties (were everyone's off, the totals would tell); those that are refused are left out,
/// and hardly any is.
fn conditioned<T: Send>(
    text: &str,
    wanted: usize,
    bias: f64,
    of: impl Fn(&Plan, &Script, &Selection) -> Result<T, Refusal> + Sync,
) -> Vec<T> {
    let scenario = scenario(&format!("{text}{TALKS}"));
    let truth = plan(&scenario);
    let mut believed: Plan = truth.clone();
    for (c, _) in truth.model.candidate_ids() {
        believed.mean[truth.pair(MemberId(0), c)] += 0.8 * bias;
    }
    let selections = selections(&truth, wanted);
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let one = |selection: &Selection| {
        let polls: Vec<&Poll> = selection.polls.iter().collect();
        of(&believed, &Script::new(&believed, &polls)?, selection)
    };
    let done: Vec<T> = thread::scope(|scope| {
        let some = selections.chunks(wanted.div_ceil(threads));
        let workers: Vec<_> =
            some.map(|some| scope.spawn(|| some.iter().filter_map(|it| one(it).ok()).collect::<Vec<T>>())).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(done.len() * 50 > wanted * 49, "{} of {wanted}", done.len());
    done
}

/// By outcome the sum of hits less what was given to it, in standard deviations.
fn calibrated(text: &str, wanted: usize, bias: f64) -> Vec<f64> {
    let effort = Effort { particles: 300, rounds: 100 };
    let given = conditioned(text, wanted, bias, |plan, script, selection| {
        match replicate(plan, script, &["1", "2"], effort, 7, selection.round) {
            (done, None) => Ok((selection.outcome, done.polls[1].outcomes.clone())),
            (_, Some(refusal)) => Err(refusal),
        }
    });
    let outcomes = given[0].1.len();
    let (mut sums, mut variances) = (vec![0.0; outcomes], vec![0.0; outcomes]);
    for (outcome, counts) in given {
        for (at, &count) in counts.iter().enumerate() {
            let p = count as f64 / effort.rounds as f64;
            sums[at] += f64::from(u8::from(at == outcome)) - p;
            // Of the hit, and of a probability from so few rounds.
            variances[at] += p * (1.0 - p) * (1.0 + 1.0 / effort.rounds as f64);
        }
    }
    sums.iter().zip(&variances).map(|(sum, variance): (&f64, &f64)| sum / variance.sqrt()).collect()
}

/// Draws among which a true view has a rank.
const DRAWS: usize = 19;

/// Of the ranks of one member's view among draws given the polls: how far their mean and their mean squared distance from the
/// middle are from those of uniform ranks, in standard deviations, and the chi-squared statistic of the counts.
fn ranked(text: &str, wanted: usize, bias: f64) -> ([f64; 2], f64) {
    let effort = Effort { particles: 300, rounds: 1 };
    let ranks = conditioned(text, wanted, bias, |plan, script, selection| {
        let drawn = views(plan, script, effort, (7, selection.round), (0, CandidateId(0)), DRAWS)?;
        Ok(drawn.iter().filter(|view| **view < selection.view).count())
    });
    let (n, levels) = (ranks.len() as f64, DRAWS as f64 + 1.0);
    let middle = DRAWS as f64 / 2.0;
    // Of uniform ranks: the moments of the distance from the middle.
    let moment = |power: i32| (0..=DRAWS).map(|rank| (rank as f64 - middle).powi(power)).sum::<f64>() / levels;
    let mean = |power: i32| ranks.iter().map(|&rank| (rank as f64 - middle).powi(power)).sum::<f64>() / n;
    let z =
        [1, 2].map(|power| (mean(power) - moment(power)) / ((moment(2 * power) - moment(power).powi(2)) / n).sqrt());
    let mut counts = [0.0; DRAWS + 1];
    ranks.iter().for_each(|&rank| counts[rank] += 1.0);
    (z, counts.iter().map(|count: &f64| (count - n / levels).powi(2) / (n / levels)).sum())
}

fn texts() -> [String; 2] {
    [FIVE.to_owned(), FIVE.replace("[preferences]", "[preferences]\ncommon_sd = 0.5")]
}

/// Small, for every run of the tests.
#[test]
fn posteriors_are_calibrated() {
    for text in texts() {
        let z = calibrated(&text, 300, 0.0);
        assert!(z.iter().all(|z| z.abs() < 4.5), "{z:?}");
        let (z, _) = ranked(&text, 300, 0.0);
        assert!(z.iter().all(|z| z.abs() < 4.5), "{z:?}");
    }
}

/// Five thousand selections; a bias of a tenth of the uncertainty is seen in fifteen thousand.
#[test]
#[ignore = "slow: minutes in a release build"]
fn posteriors_are_calibrated_over_thousands() {
    for text in texts() {
        let (z, biased) = (calibrated(&text, 5_000, 0.0), calibrated(&text, 15_000, 0.1));
        let _ = writeln!(std::io::stderr(), "calibrated {z:.2?}, with a bias {biased:.2?}");
        assert!(z.iter().all(|z| z.abs() < 3.3), "{z:?}");
        assert!(biased.iter().any(|z| z.abs() > 3.3), "{biased:?}");
    }
}

/// Five thousand views; the same bias is seen in fifteen thousand, too. The statistic has 19 degrees of freedom: above 43.8 with a chance of
/// one in a thousand.
#[test]
#[ignore = "slow: minutes in a release build"]
fn views_have_uniform_ranks_over_thousands() {
    for text in texts() {
        let ((z, chi), (biased, chi_biased)) = (ranked(&text, 5_000, 0.0), ranked(&text, 15_000, 0.1));
        let _ = writeln!(std::io::stderr(), "ranks {z:.2?} {chi:.1}, with a bias {biased:.2?} {chi_biased:.1}");
        assert!(z.iter().all(|z| z.abs() < 3.3) && chi < 43.8, "{z:?} {chi}");
        assert!(biased.iter().any(|z| z.abs() > 3.3), "{biased:?}");
    }
}
