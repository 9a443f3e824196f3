//! How does it end, given the polls so far?

use std::collections::BTreeSet;

use super::asked::InputRecord;
use super::assumption::assumption;
use super::error::Error;
use super::handle::Handle;
use super::judged;
use super::options::Options;
use super::points::PointProblems;
use crate::analysis::judgements::{Drawing, POINTS};
use crate::analysis::update::{AnswerShares, JudgedPosterior, PointSeen, Posterior, Prediction};
use crate::model::{CandidateId, MemberSet, Poll, Totals};
use crate::scenario::{Scenario, suggest};
use crate::simulation::evidence::{Effort, Given, Refusal, Replicated, Script, replicate};
use crate::simulation::{Ending, Execution, Plan, in_turn, simulate};

/// Replicates unless something else is asked for.
pub const REPLICATES: u64 = 20;
/// Particles of a candidate in a replicate if candidates share nothing that is drawn.
pub const PARTICLES: usize = 3_000;
/// The same if they do.
pub const SHARED_PARTICLES: usize = 10_000;
/// Rounds played on after each poll, over all replicates.
pub const ROUNDS: u64 = 20_000;
/// Particles of a candidate at a point where judgements are drawn, and rounds played on there.
const AT_POINT: (usize, u64) = (600, 100);
/// What the numbers of replicates at points begin with, so that none is that of another replicate.
const FIRST_POINT: u64 = 1 << 32;

/// What [`update()`] is asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UpdateOptions {
    /// Name of the assumption about who can veto; otherwise the scenario's own.
    pub assumption: Option<String>,
    /// Names of the polls to condition on; otherwise all but those to which the scenario's support was fitted.
    pub polls: Option<Vec<String>>,
    /// Replicates, at least 2; otherwise [`REPLICATES`].
    pub replicates: Option<u64>,
    /// Particles of each candidate in a replicate; otherwise [`PARTICLES`] or [`SHARED_PARTICLES`].
    pub particles: Option<usize>,
    /// At how many points judgements are drawn, as for [`run`](super::run()).
    pub judgements: Option<u64>,
    /// Rounds to play on after each poll, over all replicates (otherwise [`ROUNDS`]), seed and threads. No precision is
    /// heeded.
    pub simulation: Options,
}

/// What [`update()`] answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Updates {
    /// Name of the assumption.
    pub assumption: String,
    /// Names of the polls asked for, in order.
    pub polls: Vec<String>,
    /// Polls that were passed over because the scenario's support was fitted to them.
    pub passed_over: Vec<String>,
    /// Before any poll, then after each.
    pub posteriors: Vec<Posterior>,
    /// What was expected of each poll.
    pub predictions: Vec<Prediction>,
    /// Who gave which answer.
    pub answers: Vec<AnswerShares>,
    /// Over judgements, after each poll, if there are some.
    pub judged: Vec<JudgedPosterior>,
    /// What happened although the scenario gives it no chance, in words: it is taken as it was.
    pub given: Vec<String>,
    /// Why there is nothing about the polls that are missing.
    pub refusal: Option<Refusal>,
    /// Whether doubt makes the posteriors after several polls no coherent series.
    pub has_doubt: bool,
    /// The least share of a candidate's particles that counted at a poll.
    pub least_inner: f64,
    /// The least number of draws of what candidates share that counted, and how many there are; nothing if they share
    /// nothing that is drawn.
    pub least_shared: Option<(f64, usize)>,
    /// Replicates asked for.
    pub replicates: u64,
    /// Replicates done: fewer if it was stopped.
    pub replicates_done: u64,
    /// Particles of a candidate in each.
    pub particles: usize,
    /// Rounds played on after each poll, in each.
    pub rounds: u64,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Points at which judgements were drawn.
    pub points: u64,
    /// Whether the scenario has judgements.
    pub has_judgements: bool,
    /// Every file that was read.
    pub inputs: Vec<InputRecord>,
}

/// Conditions on the polls that were held: how does it end from here, what was expected of each poll before it was seen, who
/// gave which answer; and what the polls say of the scenario's judgements, if it has some.
///
/// # Errors
/// [`Error::NoAssumption`], [`Error::NoPoll`], [`Error::NoPolls`], [`Error::Refused`] if not even the first poll can be
/// conditioned on, [`Error::Judgements`], that judgements do not fit the scenario, or that threads cannot be started.
pub fn update(scenario: &Scenario, options: &UpdateOptions, handle: &Handle) -> Result<Updates, Error> {
    one_of(scenario, options, 1, handle)
}

/// The same as one of several: so many are still to be done, this one included.
pub(super) fn one_of(
    scenario: &Scenario,
    options: &UpdateOptions,
    to_do: u64,
    handle: &Handle,
) -> Result<Updates, Error> {
    let model = assumption(scenario, options.assumption.as_deref())?;
    let points = judged::points(scenario, options.judgements)?.min(MAX_POINTS);
    let chosen = Chosen::new(scenario, &model.assumption, options.polls.as_deref())?;
    let plan = Plan::new(model.clone());
    let (held, script, refusal) = chosen.script(&plan)?;
    let names: Vec<&str> = held.iter().map(|poll| poll.name.as_str()).collect();
    let replicates = options.replicates.unwrap_or(REPLICATES).max(2);
    let seed = options.simulation.seed(scenario);
    let effort = effort(&plan, options, replicates);
    let threads = options.simulation.threads();
    let ballots = script.ballots.len() as u64;
    let size = effort.particles as u64 * ballots;
    let small = Effort { particles: AT_POINT.0.min(effort.particles), rounds: AT_POINT.1 };
    handle.expect(handle.done() + to_do * (replicates * size + points * small.particles as u64 * ballots));
    let done = in_turn(replicates, threads, handle.control(), |number| {
        (replicate(&plan, &script, &names, effort, seed, number), size)
    })?;
    // What a replicate met is about an earlier poll than what the polls themselves rule out.
    let refusal = done.iter().find_map(|(_, refused)| refused.clone()).or(refusal);
    let replicated: Vec<Replicated> = done.into_iter().map(|(done, _)| done).collect();
    // Polls after which every replicate goes on. A poll is one of `held` that was asked for.
    let wanted: Vec<usize> = chosen.wanted(&held);
    let reached = replicated.iter().map(|it| it.polls.len()).min().unwrap_or_default();
    let shown: Vec<usize> = wanted.iter().copied().filter(|&poll| poll < reached).collect();
    if shown.is_empty()
        && let Some(refusal) = refusal
    {
        return Err(Error::Refused(refusal));
    }
    let judged = if points > 0 && !handle.stopped() {
        let judging = Judging { scenario, plan: &plan, chosen: &chosen, effort: small, seed };
        let seen = judging.points(points, threads, handle)?;
        let posterior = |&poll: &usize| JudgedPosterior::new(model, names[poll], poll, &seen, &scenario.judgements);
        shown.iter().filter_map(posterior).collect()
    } else {
        Vec::new()
    };
    let rounds = effort.rounds * replicates;
    let before =
        simulate(&Ending(std::slice::from_ref(&plan)), Execution { threads, ..Execution::new(seed, 0..rounds) })?;
    let before = before.counts.flows.first().map(crate::simulation::Flows::ended).unwrap_or_default();
    let after = |&poll: &usize| Posterior::new(model, names[poll], poll, &replicated);
    let enough = replicated.len() >= 2;
    let posteriors = [Posterior::before(model, &before)].into_iter();
    let [outer, _] = effort.shape(&plan);
    Ok(Updates {
        assumption: model.assumption.clone(),
        polls: wanted.iter().map(|&poll| names[poll].to_owned()).collect(),
        passed_over: chosen.passed_over(),
        posteriors: posteriors.chain(shown.iter().filter(|_| enough).map(after)).collect(),
        predictions: shown.iter().flat_map(|&poll| Prediction::all(model, &held, poll, &replicated)).collect(),
        answers: shown
            .iter()
            .flat_map(|&poll| {
                let alike = |c, members: &MemberSet| are_alike(&plan, &script, poll, members, c);
                AnswerShares::all(model, &held, poll, &replicated, alike)
            })
            .collect(),
        judged,
        given: given(&replicated, &plan),
        refusal,
        has_doubt: model.dynamics.doubt_sd > 0.0,
        least_inner: replicated.iter().map(|it| it.least_inner).fold(1.0, f64::min),
        least_shared: (outer > 1)
            .then(|| (replicated.iter().map(|it| it.least_shared).fold(f64::INFINITY, f64::min), outer)),
        replicates,
        replicates_done: replicated.len() as u64,
        particles: effort.particles,
        rounds: effort.rounds,
        seed,
        points,
        has_judgements: !scenario.judgements.is_empty(),
        inputs: InputRecord::all(scenario),
    })
}

/// Whether nothing tells these members' answers about `c` apart in poll number `poll`: who could have vetoed an appointment
/// up to then is told apart by that nobody was appointed.
fn are_alike(plan: &Plan, script: &Script, poll: usize, members: &MemberSet, c: CandidateId) -> bool {
    let model = &plan.model;
    let until = script.ballots.iter().position(|held| held.poll == Some(poll)).map_or(0, |place| place + 1);
    let could_appoint = script.ballots.iter().take(until).any(|held| model.stages[held.stage].appoints_at(held.repeat));
    let mut powers = members.iter().map(|m| &model.vetoes[m.index()]);
    let first = powers.next();
    let may_change = model.events.iter().any(|event| event.vetoes().next().is_some());
    plan.are_alike(members, c) && (!could_appoint || !may_change && powers.all(|power| Some(power) == first))
}

/// Most points at which judgements are drawn.
const MAX_POINTS: u64 = 16 * POINTS;

/// Particles and rounds of a replicate.
fn effort(plan: &Plan, options: &UpdateOptions, replicates: u64) -> Effort {
    let usual = |particles| Effort { particles, rounds: 1 }.shape(plan)[0] > 1;
    let particles = options.particles.unwrap_or(if usual(SHARED_PARTICLES) { SHARED_PARTICLES } else { PARTICLES });
    let rounds = options.simulation.rounds.unwrap_or(ROUNDS).div_ceil(replicates).max(1);
    Effort { particles, rounds }
}

/// The polls of a scenario that are conditioned on.
pub(super) struct Chosen {
    /// All polls up to the last that is conditioned on, each with whether it is: of the others only who was in the race is
    /// known.
    pub(super) polls: Vec<(Poll, bool)>,
    /// The same polls, without the totals of those that are passed over.
    held: Vec<Poll>,
}

impl Chosen {
    pub(super) fn new(scenario: &Scenario, assumption: &str, named: Option<&[String]>) -> Result<Self, Error> {
        if scenario.polls.is_empty() {
            return Err(Error::NoPolls);
        }
        for name in named.unwrap_or_default() {
            if scenario.polls.iter().all(|poll| poll.name != *name) {
                let known = scenario.polls.iter().map(|poll| poll.name.as_str());
                let help = suggest::choices(name, "the scenario's polls", known);
                return Err(Error::NoPoll { name: name.clone(), help });
            }
        }
        let all = scenario.polls_under(assumption).transpose().map_err(Error::Settings)?.unwrap_or_default();
        let mut polls: Vec<(Poll, bool)> = Vec::with_capacity(all.len());
        for poll in all {
            let is_chosen = named.map_or(!poll.fitted, |named| named.contains(&poll.name));
            polls.push((poll, is_chosen));
        }
        while polls.pop_if(|(_, chosen)| !*chosen).is_some() {}
        if polls.is_empty() {
            return Err(Error::AllFitted);
        }
        let unseen = |poll: &Poll| {
            let mut poll = poll.clone();
            for row in &mut poll.rows {
                (row.totals, row.known, row.among) = (Totals::default(), Vec::new(), Vec::new());
            }
            poll
        };
        let held = polls.iter().map(|(poll, chosen)| if *chosen { poll.clone() } else { unseen(poll) }).collect();
        Ok(Self { polls, held })
    }

    /// What the polls say: of all of them, or of as many as can be conditioned on, with the reason.
    pub(super) fn script(&self, plan: &Plan) -> Result<(Vec<&Poll>, Script, Option<Refusal>), Error> {
        let mut refusal = None;
        for count in (1..=self.held.len()).rev() {
            if !self.polls[count - 1].1 {
                continue;
            }
            let held: Vec<&Poll> = self.held[..count].iter().collect();
            match Script::new(plan, &held) {
                Ok(script) => return Ok((held, script, refusal)),
                Err(refused) => refusal = Some(refused),
            }
        }
        match refusal {
            Some(refusal) => Err(Error::Refused(refusal)),
            None => Err(Error::AllFitted),
        }
    }

    /// Positions of those that are conditioned on.
    pub(super) fn wanted(&self, held: &[&Poll]) -> Vec<usize> {
        (0..held.len()).filter(|&place| self.polls[place].1).collect()
    }

    fn passed_over(&self) -> Vec<String> {
        let fitted = self.polls.iter().filter(|(poll, chosen)| !chosen && poll.fitted);
        fitted.map(|(poll, _)| poll.name.clone()).collect()
    }
}

/// Conditioning at points where judgements are drawn.
struct Judging<'a> {
    scenario: &'a Scenario,
    plan: &'a Plan,
    chosen: &'a Chosen,
    effort: Effort,
    seed: u64,
}

impl Judging<'_> {
    fn points(&self, points: u64, threads: usize, handle: &Handle) -> Result<Vec<PointSeen>, Error> {
        let judging = self.scenario.judging(&[&self.plan.model.assumption]).map_err(Error::Settings)?;
        let done = in_turn(points, threads, handle.control(), |number| {
            let judgements = &self.scenario.judgements;
            let drawn = Drawing::new(self.seed).at(number, judgements);
            let point = judging.model(0, &drawn).map_err(|problems| {
                let settings = judgements.iter().zip(&drawn);
                let settings = settings.map(|(it, drawn)| (it.name.clone(), it.spread.written(*drawn))).collect();
                Error::Drawn(PointProblems::of(number as usize, settings, problems))
            });
            let seen = point.map(|(model, _)| {
                let plan = Plan::near(model, self.plan);
                let replicated = match self.chosen.script(&plan) {
                    Ok((held, script, _)) => {
                        let names: Vec<&str> = held.iter().map(|poll| poll.name.as_str()).collect();
                        replicate(&plan, &script, &names, self.effort, self.seed, FIRST_POINT + number).0
                    }
                    Err(_) => Replicated::nothing(),
                };
                PointSeen { number, drawn, replicated }
            });
            (seen, self.effort.particles as u64)
        })?;
        done.into_iter().collect()
    }
}

/// What is taken as it was, in words.
pub(super) fn given(replicated: &[Replicated], plan: &Plan) -> Vec<String> {
    let all: BTreeSet<Given> = replicated.iter().flat_map(|it| it.given.iter().copied()).collect();
    let id = |c: crate::model::CandidateId| &plan.model.candidates[c.index()].id;
    let words = |given: &Given| match *given {
        Given::Stood(c) => format!("`{}` stood", id(c)),
        Given::Absent(c) => format!("`{}` did not stand", id(c)),
        Given::Stayed(c, ballot) => format!("`{}` stayed after ballot {ballot}", id(c)),
        Given::Left(c, ballot) => format!("`{}` left after ballot {ballot}", id(c)),
    };
    all.iter().map(words).collect()
}
