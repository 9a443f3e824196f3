//! What members of whole rounds will answer at a ballot, and think once they have.

use std::collections::BTreeMap;

use super::Particle;
use super::voter::Voter;
use super::votes::{Desk, Votes};
use crate::model::{CandidateId, CandidateSet, MemberId, MemberSet, Noise};
use crate::simulation::draws::Sequence;
use crate::simulation::evidence::between::free;
use crate::simulation::evidence::filter::{Asking, noise_given};
use crate::simulation::evidence::script::Held;
use crate::simulation::evidence::tails::stances;
use crate::simulation::evidence::totals::{LANES, Lanes, TooMany};
use crate::simulation::plan::Plan;
use crate::simulation::simd::Level;

/// A ballot at which members answer.
pub struct Minds<'a> {
    plan: &'a Plan,
    held: &'a Held,
    question: Asking,
    is_choice: bool,
    level: Level,
    /// The votes of every field that there is in a round, if it is a choice ballot of which something was seen.
    votes: Vec<Votes>,
}

/// By candidate: the logarithms of the chances of its own totals in every round.
type Alone = BTreeMap<CandidateId, Vec<f64>>;

impl Particle {
    /// Lets everyone's view of the candidates move before a ballot.
    pub fn drift_on(&mut self, plan: &Plan, numbers: &mut Sequence) {
        let number = self.underway.ballots;
        if number == 1 || plan.moves.drift <= 0.0 {
            return;
        }
        for c in self.underway.racing.iter().filter(|c| plan.model.candidates[c.index()].enters < number) {
            self.underway.drift[c.index()] += (f64::from(plan.moves.drift) * numbers.normal()) as f32;
        }
    }

    /// The mean and the standard deviation of what a member will think at the ballot, points.
    fn outlook(&self, plan: &Plan, m: MemberId, c: CandidateId) -> (f64, f64) {
        let (pair, sd) = (plan.pair(m, c), f64::from(plan.uncertainty[plan.pair(m, c)]));
        let shared = f64::from(self.underway.shared[pair]) + f64::from(self.underway.drift[c.index()]);
        let level = f64::from(self.underway.mean[pair]) + shared;
        if self.underway.ballots == 1 {
            return (level, sd);
        }
        let kept = f64::from(plan.memory.kept) * f64::from(self.underway.noise[pair]);
        (level + sd * kept, sd * f64::from(plan.memory.fresh))
    }

    /// Takes up fresh noise, in standard deviations.
    fn think(&mut self, plan: &Plan, m: MemberId, c: CandidateId, fresh: f64) {
        let noise = &mut self.underway.noise[plan.pair(m, c)];
        *noise = if self.underway.ballots == 1 {
            fresh as f32
        } else {
            plan.memory.kept * *noise + plan.memory.fresh * fresh as f32
        };
    }

    /// Makes a member who votes among the field.
    fn voter(&self, plan: &Plan, m: MemberId, voter: &mut Voter) {
        let views = self.underway.field.iter().map(|c| self.outlook(plan, m, c));
        voter.set(views, f64::from(plan.votes_at[m.index()]));
    }
}

impl<'a> Minds<'a> {
    /// Those at this ballot, for rounds that have weight.
    ///
    /// # Errors
    /// [`TooMany`] if votes can come about in too many ways.
    pub fn new<'p>(
        plan: &'a Plan,
        held: &'a Held,
        particles: impl Iterator<Item = &'p Particle>,
    ) -> Result<Self, TooMany> {
        let is_choice = plan.model.stages[held.stage].ballot.is_choice();
        let mut minds =
            Self { plan, held, question: Asking::new(plan, held), is_choice, level: Level::best(), votes: Vec::new() };
        if is_choice && held.poll.is_some() {
            for particle in particles {
                let field = particle.underway.field;
                if minds.votes.iter().all(|votes| votes.field != field) {
                    let known = held.votes.as_ref().filter(|votes| votes.field == field);
                    minds.votes.push(known.map_or_else(|| Votes::new(plan, held, field), |votes| Ok(votes.clone()))?);
                }
            }
        }
        Ok(minds)
    }

    fn members(&self) -> MemberSet {
        self.question.members
    }

    /// Groups of rounds with the same field, at most [`LANES`] together.
    fn groups(&self, particles: &[Particle]) -> Vec<(usize, Vec<usize>)> {
        let mut groups = Vec::new();
        for (which, votes) in self.votes.iter().enumerate() {
            let of: Vec<usize> =
                (0..particles.len()).filter(|&at| particles[at].underway.field == votes.field).collect();
            groups.extend(of.chunks(LANES).map(|some| (which, some.to_vec())));
        }
        groups
    }

    /// The logarithms of the chances of what was seen in every round: of all of it, and of each candidate alone.
    pub fn chances(&self, particles: &[Particle]) -> (Vec<f64>, Alone) {
        let mut all = vec![0.0; particles.len()];
        let mut alone = Alone::new();
        let mut desk = Desk::new(self.level);
        for (which, some) in self.groups(particles) {
            let votes = &self.votes[which];
            let chances = votes.chances(&mut desk, |lane, m, voter| {
                particles[some[lane.min(some.len() - 1)]].voter(self.plan, m, voter);
            });
            for (lane, &at) in some.iter().enumerate() {
                all[at] = chances.all[lane];
                for (c, own) in votes.field.iter().zip(&chances.alone) {
                    let Some(own) = own else { continue };
                    alone.entry(c).or_insert_with(|| vec![0.0; particles.len()])[at] = own[lane];
                }
            }
        }
        if !self.is_choice {
            let mut table = Vec::new();
            for c in self.held.field.iter() {
                let mut logs = vec![0.0; particles.len()];
                for (at, logs) in logs.chunks_mut(LANES).enumerate() {
                    let first = at * LANES;
                    let Some(answers) = self.stances(particles, c, first, logs.len()) else { continue };
                    let Some(ways) = &self.held.ways[c.index()] else { continue };
                    logs.copy_from_slice(&ways.chances(self.level, &answers, &mut table)[..logs.len()]);
                }
                all.iter_mut().zip(&logs).for_each(|(all, log)| *all += log);
                alone.insert(c, logs);
            }
        }
        (all, alone)
    }

    /// The chances of each stance about a candidate, for some rounds beside each other.
    fn stances(&self, particles: &[Particle], c: CandidateId, first: usize, count: usize) -> Option<Vec<Lanes>> {
        let ways = self.held.ways[c.index()].as_ref()?;
        let mut answers = Vec::with_capacity(3 * ways.members.len());
        for &m in &ways.members {
            let of: [[f64; 3]; LANES] =
                std::array::from_fn(|lane| self.stance_chances(&particles[first + lane.min(count - 1)], m, c));
            answers.extend([0, 1, 2].map(|answer| of.map(|chances| chances[answer])));
        }
        Some(answers)
    }

    fn stance_chances(&self, particle: &Particle, m: MemberId, c: CandidateId) -> [f64; 3] {
        if particle.underway.yielded[c.index()].contains(m) {
            return [0.0, 0.0, 1.0];
        }
        stances(self.plan.model.noise, particle.outlook(self.plan, m, c), self.question.bounds[m.index()])
    }

    /// Draws everyone's answers as they were seen, and views that go with them.
    pub fn make_up(&self, particles: &mut [Particle], numbers: &mut Sequence) {
        if self.held.poll.is_none() {
            particles.iter_mut().for_each(|it| self.think_freely(it, CandidateSet::EMPTY, numbers));
        } else if self.is_choice {
            self.vote(particles, numbers);
        } else {
            self.take_stances(particles, numbers);
        }
    }

    fn vote(&self, particles: &mut [Particle], numbers: &mut Sequence) {
        let (mut desk, mut voter, mut views) = (Desk::new(self.level), Voter::default(), Vec::new());
        for (which, some) in self.groups(particles) {
            let votes = &self.votes[which];
            let field: Vec<CandidateId> = votes.field.iter().collect();
            votes.chances(&mut desk, |lane, m, voter| {
                particles[some[lane.min(some.len() - 1)]].voter(self.plan, m, voter);
            });
            for (lane, &at) in some.iter().enumerate() {
                let particle = &mut particles[at];
                particle.favouring.fill(MemberSet::EMPTY);
                let mut given = Vec::with_capacity(self.members().len() as usize);
                votes.draw(&desk, lane, numbers, |m, vote| given.push((m, vote)));
                for (m, vote) in given {
                    particle.voter(self.plan, m, &mut voter);
                    voter.views(vote, numbers, &mut views);
                    for (place, (&c, view)) in field.iter().zip(&views).enumerate() {
                        particle.favouring[c.index()].insert_if(m, place == vote);
                        let (mean, sd) = particle.outlook(self.plan, m, c);
                        particle.think(self.plan, m, c, if sd > 0.0 { (view - mean) / sd } else { 0.0 });
                    }
                }
                self.think_freely(particle, votes.field, numbers);
            }
        }
    }

    fn take_stances(&self, particles: &mut [Particle], numbers: &mut Sequence) {
        let (mut table, mut given) = (Vec::new(), Vec::new());
        let kind = self.plan.model.noise;
        for c in self.held.field.iter() {
            let Some(ways) = &self.held.ways[c.index()] else { continue };
            for first in (0..particles.len()).step_by(LANES) {
                let count = (particles.len() - first).min(LANES);
                let Some(answers) = self.stances(particles, c, first, count) else { continue };
                ways.chances(self.level, &answers, &mut table);
                for (lane, particle) in particles[first..first + count].iter_mut().enumerate() {
                    particle.favouring[c.index()] = MemberSet::EMPTY;
                    ways.draw(self.level, (&answers, &table), &[lane], numbers.take(ways.members.len()), &mut given);
                    for (&m, answer) in ways.members.iter().zip(given.iter().map(|&answer| usize::from(answer))) {
                        particle.favouring[c.index()].insert_if(m, answer == 0);
                        let outlook = particle.outlook(self.plan, m, c);
                        if outlook.1 <= 0.0 {
                            continue;
                        }
                        let fresh = if particle.underway.yielded[c.index()].contains(m) {
                            free(kind, numbers)
                        } else {
                            let chances = self.stance_chances(particle, m, c);
                            noise_given(kind, outlook, self.question.bounds[m.index()], chances, answer, numbers)
                        };
                        particle.think(self.plan, m, c, fresh);
                    }
                }
            }
        }
        particles.iter_mut().for_each(|it| self.think_freely(it, self.held.field, numbers));
    }

    /// Draws the views that no answer tells of: of those not in `field`, and of members who do not take part.
    fn think_freely(&self, particle: &mut Particle, field: CandidateSet, numbers: &mut Sequence) {
        for (c, _) in self.plan.model.candidate_ids() {
            for (m, _) in self.plan.model.member_ids() {
                if !(field.contains(c) && self.members().contains(m)) {
                    let fresh = free(self.plan.model.noise, numbers);
                    particle.think(self.plan, m, c, fresh);
                }
            }
        }
    }

    /// How many give each answer at the ballot, by candidate of the field: votes, or stances.
    pub fn forecast(&self, particle: &Particle, numbers: &mut Sequence) -> Vec<(CandidateId, [u32; 3])> {
        let (field, kind): (Vec<CandidateId>, Noise) =
            (particle.underway.field.iter().collect(), self.plan.model.noise);
        let mut counts = vec![[0; 3]; field.len()];
        for m in self.members().iter() {
            let views: Vec<f64> = field
                .iter()
                .map(|&c| {
                    let (mean, sd) = particle.outlook(self.plan, m, c);
                    mean + sd * free(kind, numbers)
                })
                .collect();
            if self.is_choice {
                let best = (0..views.len()).max_by(|&a, &b| views[a].total_cmp(&views[b]));
                let vote = best.filter(|&best| views[best] >= f64::from(self.plan.votes_at[m.index()]));
                for (place, counts) in counts.iter_mut().enumerate() {
                    counts[if vote == Some(place) { 0 } else { 2 }] += 1;
                }
                continue;
            }
            let [object, accept] = self.question.bounds[m.index()];
            for ((c, view), counts) in field.iter().zip(&views).zip(&mut counts) {
                let is_silent = particle.underway.yielded[c.index()].contains(m);
                let answer = if is_silent || (object..accept).contains(view) { 2 } else { usize::from(*view < object) };
                counts[answer] += 1;
            }
        }
        field.into_iter().zip(counts).collect()
    }
}
