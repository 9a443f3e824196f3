//! Whether posteriors are calibrated: polls simulated from the model, and how these very rounds end.

use std::io::Write;

use super::tests::{FIVE, plan, scenario};
use super::{Effort, Script, replicate};
use crate::model::{CandidateId, Poll, PollRow, Total, Totals};
use crate::simulation::Plan;
use crate::simulation::draws::RoundDraws;
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

/// Over rounds still open after two ballots: by outcome the sum of hits less what was given to it, in standard deviations.
/// Conditioning is done with a plan whose means are off by `bias` uncertainties.
fn calibrated(text: &str, wanted: usize, bias: f64) -> Vec<f64> {
    let scenario = scenario(&format!("{text}{TALKS}"));
    let truth = plan(&scenario);
    let mut believed: Plan = truth.clone();
    believed.mean.iter_mut().for_each(|mean| *mean += 0.8 * bias);
    let mut draws = RoundDraws::new(truth.addresses(), 23);
    let mut reference = Reference::new(&truth);
    let effort = Effort { particles: 100, rounds: 100 };
    let (mut sums, mut variances) = (vec![0.0; truth.candidates() + 1], vec![0.0; truth.candidates() + 1]);
    let (mut done, mut round) = (0, 0);
    while done < wanted {
        draws.turn_to(round);
        let mut clerk = Clerk::default();
        let outcome = reference.observe(&mut draws, &mut clerk).outcome.map_or(truth.candidates(), CandidateId::index);
        round += 1;
        if clerk.over {
            continue;
        }
        let polls: Vec<&Poll> = clerk.polls.iter().collect();
        let script = Script::new(&believed, &polls).unwrap();
        let (replicated, refusal) = replicate(&believed, &script, &["1", "2"], effort, 7, round);
        assert!(refusal.is_none(), "{refusal:?}");
        for (at, &count) in replicated.polls[1].outcomes.iter().enumerate() {
            let p = count as f64 / effort.rounds as f64;
            sums[at] += f64::from(u8::from(at == outcome)) - p;
            // Of the hit, and of a probability from so few rounds.
            variances[at] += p * (1.0 - p) * (1.0 + 1.0 / effort.rounds as f64);
        }
        done += 1;
    }
    sums.iter().zip(&variances).map(|(sum, variance): (&f64, &f64)| sum / variance.sqrt()).collect()
}

/// Small, for every run of the tests.
#[test]
fn posteriors_are_calibrated() {
    for text in [FIVE.to_owned(), FIVE.replace("[preferences]", "[preferences]\ncommon_sd = 0.5")] {
        let z = calibrated(&text, 300, 0.0);
        assert!(z.iter().all(|z| z.abs() < 4.5), "{z:?}");
    }
}

/// Five thousand selections; and a bias of a tenth of the uncertainty is seen.
#[test]
#[ignore = "slow: a minute in a release build"]
fn posteriors_are_calibrated_over_thousands() {
    for text in [FIVE.to_owned(), FIVE.replace("[preferences]", "[preferences]\ncommon_sd = 0.5")] {
        let (z, biased) = (calibrated(&text, 5_000, 0.0), calibrated(&text, 5_000, 0.1));
        let _ = writeln!(std::io::stderr(), "calibrated {z:.2?}, with a bias {biased:.2?}");
        assert!(z.iter().all(|z| z.abs() < 3.3), "{z:?}");
        assert!(biased.iter().any(|z| z.abs() > 3.3), "{biased:?}");
    }
}
