//! One replicate: all candidates' particles, ballot by ballot.

use std::collections::BTreeSet;

use super::filter::{Filter, Next, Path, Weighed};
use super::moves;
use super::onward::Standpoint;
use super::refusal::Refusal;
use super::script::{Held, Script};
use super::shared::{Shared, can_move, is_shared};
use super::together;
use super::totals::LANES;
use super::weights::{log_sum, place, running, systematic};
use crate::model::{CandidateId, CandidateSet};
use crate::simulation::draws::{Purpose, Sequence, id_key};
use crate::simulation::plan::Plan;

/// Times that what is shared is drawn again once too few draws count: a judgement.
const MOVES: usize = 2;
/// Particles a candidate has while what is shared is drawn again, until the last ballot of the last time: the distribution
/// of paths stays the right one however few there are, and only what comes later needs many. As many as are weighed
/// together.
const FEW: usize = LANES;
/// Least share of a candidate's particles that must count at a poll: a judgement.
pub(super) const LEAST_SHARE: f64 = 0.005;
/// Least number of draws of what is shared that must count, if they cannot be drawn again.
const LEAST_SHARED: f64 = 20.0;
/// Particles a candidate has at least for each draw of what is shared.
const LEAST_INNER: usize = 50;
/// Draws of what a ballot's counts will be.
const FORECASTS: usize = 200;

/// How much is drawn in a replicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Particles of each candidate.
    pub particles: usize,
    /// Rounds played on after each poll. If there are none, what is asked is the chance of the polls and nothing else: no
    /// counts are forecast, and no one's answers looked at.
    pub rounds: u64,
}

impl Effort {
    /// Draws of what a ballot's counts will be.
    pub(super) fn forecasts(self) -> usize {
        if self.rounds > 0 { FORECASTS } else { 0 }
    }

    /// Draws of what candidates share, and each candidate's particles for each of them.
    pub fn shape(self, plan: &Plan) -> [usize; 2] {
        if !is_shared(plan) {
            return [1, self.particles.max(1)];
        }
        let inner = (self.particles / 200).max(LEAST_INNER);
        [(self.particles / inner).max(1), inner]
    }
}

/// What a replicate says after a poll.
#[derive(Debug, Clone, PartialEq)]
pub struct AfterPoll {
    /// Rounds that end with each outcome, no consensus last.
    pub outcomes: Vec<u64>,
    /// The logarithm of the chance that the poll had before it was seen.
    pub log_chance: f64,
    /// The logarithm of the chance of all that was seen so far: totals, who was in the race, and that nobody was appointed.
    pub log_evidence: f64,
    /// What was seen of each candidate in the poll.
    pub rows: Vec<RowSeen>,
}

/// What a replicate says of the answers about a candidate in a poll.
#[derive(Debug, Clone, PartialEq)]
pub struct RowSeen {
    /// Whom they are about.
    pub candidate: CandidateId,
    /// The logarithm of the chance that the totals had before the poll was seen.
    pub log_chance: f64,
    /// By answer and count: how often it was expected so before the poll was seen.
    pub expected: [Vec<u32>; 3],
    /// By member: the chances of the three answers, given the polls so far.
    pub answers: Vec<[f64; 3]>,
}

/// Something that happened although the scenario gives it no chance, and is taken as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Given {
    /// The candidate was there when they should first have been.
    Stood(CandidateId),
    /// The candidate was not.
    Absent(CandidateId),
    /// The candidate stayed after this ballot, from 1.
    Stayed(CandidateId, u32),
    /// The candidate left after this ballot, from 1.
    Left(CandidateId, u32),
}

/// What a replicate comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Replicated {
    /// After each poll.
    pub polls: Vec<AfterPoll>,
    /// What is taken as it was.
    pub given: BTreeSet<Given>,
    /// The least share of a candidate's particles that counted at a poll.
    pub least_inner: f64,
    /// The least number of draws of what is shared that counted, before they were drawn again.
    pub least_shared: f64,
    /// How often what is shared was drawn again.
    pub moved: usize,
}

impl Replicated {
    /// What comes of no poll.
    pub fn nothing() -> Self {
        Self { polls: Vec::new(), given: BTreeSet::new(), least_inner: 1.0, least_shared: f64::INFINITY, moved: 0 }
    }
}

/// What is drawn, ballot by ballot.
struct Replicate<'a> {
    plan: &'a Plan,
    script: &'a Script,
    names: &'a [&'a str],
    seed: u64,
    number: u64,
    inner: usize,
    shared: Shared,
    filters: Vec<Option<Filter<'a>>>,
    /// By candidate: how many ballots their particles have gone through, and how many of what followed.
    progress: Vec<[usize; 2]>,
    /// Those who have left.
    retired: CandidateSet,
    met: CandidateSet,
    /// The logarithm of the chance of all that was seen so far.
    log_evidence: f64,
    done: Replicated,
}

/// One replicate of conditioning on the polls of `script`, of these `names`.
///
/// If a poll has no chance, or too few particles count, it ends before that poll and says why.
pub fn replicate(
    plan: &Plan,
    script: &Script,
    names: &[&str],
    effort: Effort,
    seed: u64,
    number: u64,
) -> (Replicated, Option<Refusal>) {
    if script.together {
        return together::replicate(plan, script, names, effort, seed, number);
    }
    let mut replicate = Replicate::new(plan, script, names, effort, seed, number);
    for held in &script.ballots {
        if let Err(refusal) = replicate.hold(held, effort) {
            return (replicate.done, Some(refusal));
        }
    }
    (replicate.done, None)
}

/// So many draws of a member's view of a candidate, points, given all of the polls.
#[cfg(test)]
pub fn views(
    plan: &Plan,
    script: &Script,
    effort: Effort,
    (seed, number): (u64, u64),
    (m, c): (usize, CandidateId),
    draws: usize,
) -> Result<Vec<f64>, Refusal> {
    let mut replicate = Replicate::new(plan, script, &[], effort, seed, number);
    script.ballots.iter().try_for_each(|held| replicate.hold(held, effort))?;
    let weights = replicate.shared.weights().unwrap_or_default();
    let (blocks, mut numbers) =
        (running(&weights, weights.len()), Sequence::new(seed, Purpose::Forecast, 0, number, 0));
    let filter = replicate.filters[c.index()].as_ref();
    let view = |_| {
        let block = place(&blocks, numbers.uniform());
        filter.map_or(0.0, |filter| filter.utility(filter.pick(block, &mut numbers), m))
    };
    Ok((0..draws).map(view).collect())
}

impl<'a> Replicate<'a> {
    fn new(plan: &'a Plan, script: &'a Script, names: &'a [&'a str], effort: Effort, seed: u64, number: u64) -> Self {
        let [outer, inner] = effort.shape(plan);
        let mut numbers = Sequence::new(seed, Purpose::Shared, 0, number, 0);
        let shared = Shared::draw(plan, outer, &mut numbers);
        let done = Replicated { least_shared: outer as f64, ..Replicated::nothing() };
        let candidates = plan.candidates();
        let mut replicate = Replicate {
            plan,
            script,
            names,
            seed,
            number,
            inner,
            shared,
            filters: Vec::with_capacity(candidates),
            progress: vec![[0; 2]; candidates],
            retired: CandidateSet::EMPTY,
            met: CandidateSet::EMPTY,
            log_evidence: 0.0,
            done,
        };
        for (c, _) in plan.model.candidate_ids() {
            let mut numbers = replicate.numbers(0, c);
            let filter = Filter::new(plan, c, &replicate.shared, inner, can_move(plan), &mut numbers);
            replicate.filters.push(Some(filter));
        }
        replicate
    }

    /// Takes in something that was seen; the logarithm of its chance.
    fn weigh(&mut self, factors: &[f64]) -> f64 {
        let chance = self.shared.weigh(factors);
        self.log_evidence += chance;
        chance
    }

    /// A candidate's numbers at a ballot.
    fn numbers(&self, ballot: u32, c: CandidateId) -> Sequence {
        Sequence::new(self.seed, Purpose::Particles, ballot, self.number, self.key(c))
    }

    fn poll(&self, held: &Held) -> String {
        let name = held.poll.and_then(|poll| self.names.get(poll));
        name.map_or_else(|| format!("ballot {}", held.number), |name| (*name).to_owned())
    }

    fn id(&self, c: CandidateId) -> String {
        self.plan.model.candidates[c.index()].id.clone()
    }

    fn hold(&mut self, held: &Held, effort: Effort) -> Result<(), Refusal> {
        self.meet(held);
        let mut seen = held.poll.map(|_| self.forecast(held, effort.forecasts())).unwrap_or_default();
        let (mut log_chance, mut weighed) = (0.0, Vec::new());
        let waits = self.may_wait(held);
        for (c, _) in self.plan.model.candidate_ids() {
            if self.retired.contains(c) {
                continue;
            }
            let mut numbers = self.numbers(held.number, c);
            let Some(filter) = &mut self.filters[c.index()] else { continue };
            let (ballot, told) = filter.weigh(held, &mut numbers);
            if waits {
                weighed.push((c, ballot, numbers));
            } else {
                filter.settle(ballot, Next { blocks: None, inner: self.inner }, &mut numbers);
            }
            self.progress[c.index()][0] += 1;
            if let Some(row) = seen.iter_mut().find(|row: &&mut RowSeen| row.candidate == c) {
                row.log_chance = self.mean_chance(&told.log_chances);
            }
            log_chance += self.weigh(&told.log_chances);
            if self.shared.weights().is_none() {
                return Err(Refusal::Impossible { poll: self.poll(held), candidate: Some(self.id(c)) });
            }
            self.done.least_inner = self.done.least_inner.min(told.effective);
            if self.done.least_inner < LEAST_SHARE {
                return Err(Refusal::Degenerate {
                    poll: self.poll(held),
                    effective: format!("{:.2} %", 100.0 * self.done.least_inner),
                    of: "of the particles",
                    least: "half a per cent",
                });
            }
        }
        self.nobody_was_appointed(held)?;
        self.move_on(held, weighed)?;
        if held.poll.is_some() {
            if effort.rounds > 0 {
                self.look(&mut seen);
            }
            let point = Standpoint {
                plan: self.plan,
                held,
                shared: &self.shared,
                filters: &self.filters,
                met: self.met,
                gone: self.retired,
            };
            let mut numbers = Sequence::new(self.seed, Purpose::Continuation, held.number, self.number, 0);
            let outcomes = point.play(effort.rounds, &mut numbers);
            self.done.polls.push(AfterPoll { outcomes, log_chance, log_evidence: self.log_evidence, rows: seen });
        }
        self.conclude(held);
        Ok(())
    }

    /// Who is in the race for the first time, and who is not.
    fn meet(&mut self, held: &Held) {
        let stage = &self.plan.model.stages[held.stage];
        for (set, is_there) in [(held.first, true), (held.absent, false)] {
            for c in set.iter() {
                let factor = |particle: &super::shared::SharedParticle| {
                    let considered = stage.considers(c).holds(particle.reserve.contains(c));
                    if is_there && !considered { f64::NEG_INFINITY } else { particle.presence(self.plan, c, is_there) }
                };
                let factors: Vec<f64> = self.shared.particles.iter().map(factor).collect();
                let possible = factors.iter().zip(&self.shared.log_weights).any(|(a, b)| a + b > f64::NEG_INFINITY);
                if possible {
                    self.weigh(&factors);
                } else {
                    self.done.given.insert(if is_there { Given::Stood(c) } else { Given::Absent(c) });
                }
            }
        }
        self.met = self.met.union(held.first);
        for c in held.absent.iter() {
            self.filters[c.index()] = None;
        }
    }

    /// The logarithm of the mean of chances over draws of what is shared.
    fn mean_chance(&self, log_chances: &[f64]) -> f64 {
        let weights = self.shared.log_weights.iter();
        let logs: Vec<f64> = weights.zip(log_chances).map(|(weight, chance)| weight + chance).collect();
        log_sum(&logs) - log_sum(&self.shared.log_weights)
    }

    fn nobody_was_appointed(&mut self, held: &Held) -> Result<(), Refusal> {
        for c in held.field.iter() {
            let Some(filter) = &mut self.filters[c.index()] else { continue };
            match filter.not_appointed(held, &self.shared) {
                Some(factors) => {
                    self.weigh(&factors);
                }
                None => return Err(Refusal::Appoints { poll: self.poll(held), candidate: self.id(c) }),
            }
        }
        Ok(())
    }

    /// Whether answers at a ballot need not be drawn before it is known whether what is shared is drawn again: then those of one
    /// particle will do.
    fn may_wait(&self, held: &Held) -> bool {
        let appoints = self.plan.model.stages[held.stage].appoints_at(held.repeat);
        self.shared.particles.len() > 1 && can_move(self.plan) && !appoints
    }

    /// Draws what is shared again if too few draws count. Answers at the ballots that are `weighed` are still to be drawn.
    fn move_on(&mut self, held: &Held, weighed: Vec<(CandidateId, Weighed<'_>, Sequence)>) -> Result<(), Refusal> {
        let outer = self.shared.particles.len();
        let effective = self.shared.effective();
        self.done.least_shared = self.done.least_shared.min(effective);
        if outer == 1 || effective >= outer as f64 / 2.0 {
            self.settle(weighed, Next { blocks: None, inner: self.inner });
            return Ok(());
        }
        if !can_move(self.plan) {
            return if effective < LEAST_SHARED {
                Err(Refusal::Degenerate {
                    poll: self.poll(held),
                    effective: format!("{effective:.1}"),
                    of: "draws of what candidates share",
                    least: "20",
                })
            } else {
                Ok(())
            };
        }
        self.done.moved += 1;
        let mut numbers = Sequence::new(self.seed, Purpose::Shared, held.number, self.number, 0);
        let weights = self.shared.weights().unwrap_or_default();
        let chosen: Vec<usize> = systematic(&weights, outer, numbers.uniform()).collect();
        let particles = chosen.iter().map(|&block| self.shared.particles[block].clone()).collect();
        self.shared = Shared { particles, log_weights: vec![0.0; outer] };
        let settled: CandidateSet = weighed.iter().map(|(c, ..)| *c).collect();
        self.settle(weighed, Next { blocks: Some(&chosen), inner: 1 });
        // One path of each candidate for each draw.
        let mut paths: Vec<(CandidateId, Vec<Path>)> = Vec::new();
        for (filter, (c, _)) in self.filters.iter().zip(self.plan.model.candidate_ids()) {
            let Some(filter) = filter else { continue };
            let path = |(block, &from): (usize, &usize)| {
                filter.path(filter.pick(if settled.contains(c) { block } else { from }, &mut numbers))
            };
            paths.push((c, chosen.iter().enumerate().map(path).collect()));
        }
        let few = self.inner.min(FEW);
        for left in (0..MOVES).rev() {
            for (block, shared) in self.shared.particles.iter_mut().enumerate() {
                let of_block = paths.iter().map(|(c, paths)| (*c, &paths[block]));
                moves::draw_again(self.plan, shared, of_block, &mut numbers);
            }
            for (c, paths) in &mut paths {
                // Of those who have left only paths are asked.
                let many = left == 0 && !self.retired.contains(*c);
                let filter = self.again(*c, few, if many { self.inner } else { few }, paths, &mut numbers);
                if left > 0 {
                    *paths = (0..outer).map(|block| filter.path(filter.pick(block, &mut numbers))).collect();
                } else {
                    self.filters[c.index()] = Some(filter);
                }
            }
        }
        Ok(())
    }

    /// Draws who answered what at ballots that are weighed.
    fn settle(&mut self, weighed: Vec<(CandidateId, Weighed<'_>, Sequence)>, next: Next<'_>) {
        for (c, ballot, mut numbers) in weighed {
            if let Some(filter) = &mut self.filters[c.index()] {
                filter.settle(ballot, next, &mut numbers);
            }
        }
    }

    /// A candidate's particles from the first ballot again, given a path for each draw of what is shared: `few` of a draw until
    /// the last ballot, and so many after it.
    fn again(&self, c: CandidateId, few: usize, then: usize, kept: &[Path], numbers: &mut Sequence) -> Filter<'a> {
        let [held, concluded] = self.progress[c.index()];
        let first = if held > 1 { few } else { then };
        let mut filter = Filter::new(self.plan, c, &self.shared, first, true, numbers);
        for (place, ballot) in self.script.ballots.iter().take(held).enumerate() {
            let inner = if place + 1 == held { then } else { few };
            filter.hold_again(ballot, inner, kept, numbers);
            if ballot.field.contains(c) {
                filter.not_appointed(ballot, &self.shared);
            }
            if let Some(after) = ballot.after.as_ref().filter(|_| place < concluded) {
                filter.follow(ballot, after, &self.shared, numbers, true);
            }
        }
        filter
    }

    /// What followed the ballots but the last.
    fn conclude(&mut self, held: &Held) {
        let Some(after) = &held.after else { return };
        for (c, _) in self.plan.model.candidate_ids() {
            let Some(mut filter) = self.filters[c.index()].take() else { continue };
            if !self.retired.contains(c) {
                let mut numbers = Sequence::new(self.seed, Purpose::Followed, held.number, self.number, self.key(c));
                match filter.follow(held, after, &self.shared, &mut numbers, false) {
                    Some(factors) => {
                        self.weigh(&factors);
                    }
                    None if after.left.contains(c) => {
                        self.done.given.insert(Given::Left(c, held.number));
                    }
                    None => {
                        self.done.given.insert(Given::Stayed(c, held.number));
                    }
                }
                self.progress[c.index()][1] += 1;
            }
            self.filters[c.index()] = Some(filter);
        }
        self.retired = self.retired.union(after.left);
    }

    /// What the counts of a poll are expected to be, before it is seen.
    fn forecast(&self, held: &Held, draws: usize) -> Vec<RowSeen> {
        let mut numbers = Sequence::new(self.seed, Purpose::Forecast, held.number, self.number, 0);
        let Some(weights) = self.shared.weights() else { return Vec::new() };
        let blocks = running(&weights, weights.len());
        let members = self.plan.model.stages[held.stage].members;
        let mut rows = Vec::new();
        for c in held.asked.iter() {
            let Some(filter) = &self.filters[c.index()] else { continue };
            let mut expected: [Vec<u32>; 3] = std::array::from_fn(|_| vec![0; members.len() as usize + 1]);
            let sums = running(&filter.weight, filter.inner());
            for _ in 0..draws {
                let block = place(&blocks, numbers.uniform()) * self.inner;
                let particle = block + place(&sums[block..][..self.inner], numbers.uniform());
                let counts = filter.forecast(held, particle, &mut numbers);
                counts.into_iter().zip(&mut expected).for_each(|(count, expected)| expected[count as usize] += 1);
            }
            rows.push(RowSeen { candidate: c, log_chance: 0.0, expected, answers: Vec::new() });
        }
        rows
    }

    /// Who gave which answer at a poll.
    fn look(&self, rows: &mut [RowSeen]) {
        let Some(weights) = self.shared.weights() else { return };
        for row in rows {
            let Some(filter) = &self.filters[row.candidate.index()] else { continue };
            row.answers = vec![[0.0; 3]; self.plan.members()];
            for (block, weight) in weights.iter().enumerate() {
                let own = &filter.weight[block * self.inner..][..self.inner];
                let sum: f64 = own.iter().sum();
                for (place, own) in own.iter().enumerate() {
                    let (particle, weight) = (block * self.inner + place, weight * own / sum);
                    filter.encouraging[particle].iter().for_each(|m| row.answers[m.index()][0] += weight);
                    filter.objecting[particle].iter().for_each(|m| row.answers[m.index()][1] += weight);
                }
            }
            row.answers.iter_mut().for_each(|chances| chances[2] = (1.0 - chances[0] - chances[1]).max(0.0));
        }
    }

    fn key(&self, c: CandidateId) -> u64 {
        id_key(&self.plan.model.candidates[c.index()].id)
    }
}
