//! All candidates in one particle: where what was seen of one depends on the others.
//!
//! A vote is about all candidates at once, and so is who led, or left, where totals do not say it. Then a particle is a
//! whole round: it is weighed by the chance of what was seen at a ballot, drawn again in proportion, its views are drawn
//! given the answers, and what follows from the ballot is what the simulation itself makes of it. A round in which somebody
//! was appointed, or in which the race is not as it was, has no weight.

mod minds;
mod voter;
mod votes;

use std::collections::BTreeMap;

use minds::Minds;
pub use votes::Votes;

use super::onward::{Normals, Onward};
use super::refusal::Refusal;
use super::replicate::{AfterPoll, Effort, Given, LEAST_SHARE, Replicated, RowSeen};
use super::script::{Held, Script};
use super::shared::{Shared, SharedParticle, decide};
use super::shocks::Shocks;
use super::totals::TooMany;
use super::weights::{log_sum, place, running, systematic};
use crate::model::{CandidateId, CandidateSet, MemberId, MemberSet, Stage};
use crate::simulation::draws::{Purpose, Sequence};
use crate::simulation::plan::Plan;
use crate::simulation::reference::{Reference, Underway};

/// One round.
#[derive(Debug, Clone)]
struct Particle {
    underway: Underway,
    /// By candidate: for whom they are a red line.
    red: Vec<MemberSet>,
    /// By candidate: who encouraged, or voted for them, and who objected at the last ballot.
    favouring: Vec<MemberSet>,
    objecting: Vec<MemberSet>,
}

/// What is drawn, ballot by ballot.
struct Together<'a> {
    plan: &'a Plan,
    names: &'a [&'a str],
    seed: u64,
    number: u64,
    particles: Vec<Particle>,
    log_weights: Vec<f64>,
    met: CandidateSet,
    log_evidence: f64,
    done: Replicated,
}

/// One replicate of conditioning on the polls of `script`, as [`replicate`](super::replicate()).
pub fn replicate(
    plan: &Plan,
    script: &Script,
    names: &[&str],
    effort: Effort,
    seed: u64,
    number: u64,
) -> (Replicated, Option<Refusal>) {
    let mut numbers = Sequence::new(seed, Purpose::Shared, 0, number, 0);
    let count = effort.particles.max(1);
    let mut together = Together {
        plan,
        names,
        seed,
        number,
        particles: Particle::draw(plan, count, &mut numbers),
        log_weights: vec![0.0; count],
        met: CandidateSet::EMPTY,
        log_evidence: 0.0,
        done: Replicated::nothing(),
    };
    for (place, held) in script.ballots.iter().enumerate() {
        if let Err(refusal) = together.hold(held, effort) {
            return (together.done, Some(refusal));
        }
        if place + 1 < script.ballots.len() {
            together.follow(held);
        }
    }
    (together.done, None)
}

impl Particle {
    /// So many rounds as they open; views are still without noise.
    fn draw(plan: &Plan, count: usize, numbers: &mut Sequence) -> Vec<Self> {
        let shocks: Vec<Shocks> = plan.model.candidate_ids().map(|(c, _)| Shocks::new(plan, c)).collect();
        let shared = Shared::draw(plan, count, numbers);
        shared.particles.iter().map(|shared| Self::new(plan, shared, &shocks, numbers)).collect()
    }

    fn new(plan: &Plan, shared: &SharedParticle, shocks: &[Shocks], numbers: &mut Sequence) -> Self {
        let (members, candidates) = (plan.members(), plan.candidates());
        let pairs = members * candidates;
        let mut underway = Underway {
            ballots: 0,
            stage: 0,
            repeat: 0,
            field: CandidateSet::EMPTY,
            racing: CandidateSet::EMPTY,
            reserve: shared.reserve,
            vetoes: shared.vetoes.clone(),
            yielded: vec![MemberSet::EMPTY; candidates],
            mean: vec![0.0; pairs],
            shared: vec![0.0; pairs],
            noise: vec![0.0; pairs],
            drift: vec![0.0; candidates],
        };
        let mut red = Vec::with_capacity(candidates);
        for (c, _) in plan.model.candidate_ids() {
            let stands = !shared.leaving.contains(c)
                && (shared.joining.contains(c) || decide(plan.availability[c.index()], numbers));
            underway.racing.insert_if(c, stands);
            let of_candidate = &shocks[c.index()];
            let own = of_candidate.draw(1, numbers);
            for (m, base) in shared.base(plan, c).into_iter().enumerate() {
                let pair = plan.pair(MemberId(m as u16), c);
                let mean = shared.mean(plan, pair);
                underway.mean[pair] = mean as f32;
                underway.shared[pair] = (base - mean + of_candidate.sum(&own, 0, m)) as f32;
            }
            red.push(shared.red_lines(c, numbers));
        }
        let nobody = vec![MemberSet::EMPTY; candidates];
        Self { underway, red, favouring: nobody.clone(), objecting: nobody }
    }

    /// Who is in the race and considered at a ballot.
    fn field(&self, plan: &Plan, stage: &Stage, number: u32) -> CandidateSet {
        let entered = self.underway.racing.iter().filter(|c| plan.model.candidates[c.index()].enters <= number);
        plan.model.field(stage, self.underway.reserve).intersection(entered.collect())
    }

    /// Puts a candidate into the race, or takes them out.
    fn put(&mut self, c: CandidateId, stage: &Stage, is_there: bool) {
        let underway = &mut self.underway;
        if !is_there {
            underway.racing.remove(c);
            return;
        }
        underway.racing.insert(c);
        if !stage.considers(c).holds(underway.reserve.contains(c)) {
            let reserved = underway.reserve.contains(c);
            underway.reserve.remove(c);
            underway.reserve.insert_if(c, !reserved);
        }
    }
}

impl Together<'_> {
    fn poll(&self, held: &Held) -> String {
        let name = held.poll.and_then(|poll| self.names.get(poll));
        name.map_or_else(|| format!("ballot {}", held.number), |name| (*name).to_owned())
    }

    /// Multiplies the weights by what these are the logarithms of; the logarithm of the mean factor, if there is any.
    fn weigh(&mut self, factors: impl IntoIterator<Item = f64>) -> Option<f64> {
        let before = log_sum(&self.log_weights);
        let weights: Vec<f64> = self.log_weights.iter().zip(factors).map(|(weight, factor)| weight + factor).collect();
        let after = log_sum(&weights);
        if after == f64::NEG_INFINITY {
            return None;
        }
        self.log_weights = weights;
        self.log_evidence += after - before;
        Some(after - before)
    }

    /// The weights, which add up to 1.
    fn weights(&self) -> Vec<f64> {
        let all = log_sum(&self.log_weights);
        self.log_weights.iter().map(|weight| libm::exp(weight - all)).collect()
    }

    fn hold(&mut self, held: &Held, effort: Effort) -> Result<(), Refusal> {
        let stage = &self.plan.model.stages[held.stage];
        self.race(held, stage)?;
        let mut numbers = Sequence::new(self.seed, Purpose::Particles, held.number, self.number, 0);
        for particle in &mut self.particles {
            particle.underway.field = particle.field(self.plan, stage, held.number);
            (particle.underway.ballots, particle.underway.stage) = (held.number, held.stage);
            particle.underway.repeat = held.repeat;
            particle.drift_on(self.plan, &mut numbers);
        }
        let counting = self.particles.iter().zip(&self.log_weights).filter(|(_, weight)| **weight > f64::NEG_INFINITY);
        let minds = Minds::new(self.plan, held, counting.map(|(it, _)| it)).map_err(|TooMany| self.too_many(held))?;
        let mut seen = held.poll.map(|_| self.forecast(held, &minds, effort.forecasts())).unwrap_or_default();
        let mut log_chance = 0.0;
        if held.poll.is_some() {
            let (all, alone) = minds.chances(&self.particles);
            let before = log_sum(&self.log_weights);
            for row in &mut seen {
                let Some(logs) = alone.get(&row.candidate) else { continue };
                let logs: Vec<f64> = self.log_weights.iter().zip(logs).map(|(weight, log)| weight + log).collect();
                row.log_chance = log_sum(&logs) - before;
            }
            log_chance = self.weigh(all).ok_or_else(|| self.impossible(held))?;
        }
        self.resample(held, &mut numbers)?;
        minds.make_up(&mut self.particles, &mut numbers);
        self.nobody_was_appointed(held)?;
        if held.poll.is_some() {
            if effort.rounds > 0 {
                self.look(&mut seen);
            }
            let outcomes = self.play(held, effort.rounds);
            self.done.polls.push(AfterPoll { outcomes, log_chance, log_evidence: self.log_evidence, rows: seen });
        }
        Ok(())
    }

    fn impossible(&self, held: &Held) -> Refusal {
        Refusal::Impossible { poll: self.poll(held), candidate: None }
    }

    fn too_many(&self, held: &Held) -> Refusal {
        let stage = self.plan.model.stages[held.stage].name.clone();
        Refusal::TooManyVotes { poll: self.poll(held), stage }
    }

    /// Who is in the race, as far as that was seen.
    fn race(&mut self, held: &Held, stage: &Stage) -> Result<(), Refusal> {
        for (set, is_there) in [(held.there, true), (held.away, false)] {
            for c in set.iter() {
                let as_seen = |it: &Particle| it.field(self.plan, stage, held.number).contains(c) == is_there;
                let factors: Vec<f64> =
                    self.particles.iter().map(|it| if as_seen(it) { 0.0 } else { f64::NEG_INFINITY }).collect();
                if self.weigh(factors).is_some() {
                    continue;
                }
                self.particles.iter_mut().for_each(|it| it.put(c, stage, is_there));
                if self.particles.iter().any(|it| it.field(self.plan, stage, held.number).contains(c) != is_there) {
                    return Err(Refusal::Impossible {
                        poll: self.poll(held),
                        candidate: Some(self.plan.model.candidates[c.index()].id.clone()),
                    });
                }
                let ballot = held.number - 1;
                self.done.given.insert(match (self.met.contains(c), is_there) {
                    (false, true) => Given::Stood(c),
                    (false, false) => Given::Absent(c),
                    (true, true) => Given::Stayed(c, ballot),
                    (true, false) => Given::Left(c, ballot),
                });
            }
        }
        self.met = self.met.union(held.there);
        Ok(())
    }

    /// Draws the particles in proportion to their weights.
    fn resample(&mut self, held: &Held, numbers: &mut Sequence) -> Result<(), Refusal> {
        let weights = self.weights();
        let share = 1.0 / weights.iter().map(|weight| weight * weight).sum::<f64>() / weights.len() as f64;
        self.done.least_inner = self.done.least_inner.min(share);
        if share < LEAST_SHARE {
            return Err(Refusal::Degenerate {
                poll: self.poll(held),
                effective: format!("{:.2} %", 100.0 * share),
                of: "of the particles",
                least: "half a per cent",
            });
        }
        let chosen = systematic(&weights, weights.len(), numbers.uniform());
        self.particles = chosen.map(|from| self.particles[from].clone()).collect();
        self.log_weights.fill(0.0);
        Ok(())
    }

    /// Nobody was appointed, and everyone answered as was drawn, also in single precision.
    fn nobody_was_appointed(&mut self, held: &Held) -> Result<(), Refusal> {
        let mut numbers = Sequence::new(self.seed, Purpose::Followed, held.number, self.number, 1);
        let mut normals = Normals::new();
        let mut reference = Reference::new(self.plan);
        let is_choice = self.plan.model.stages[held.stage].ballot.is_choice();
        let mut appointed = None;
        let factor = |particle: &mut Particle| {
            let mut draws = Onward {
                noise: self.plan.model.noise,
                red: &particle.red,
                normals: &mut normals,
                numbers: &mut numbers,
            };
            let come = reference.hold(&particle.underway, &mut draws);
            appointed = appointed.or_else(|| come.passing.iter().next());
            let mut agrees = true;
            for c in particle.underway.field.iter() {
                let standing = &come.standings[c.index()];
                let favouring = if is_choice { standing.supporters } else { standing.encouraging };
                let is_drawn = held.poll.is_some() && (is_choice || held.field.contains(c));
                agrees &= !is_drawn || favouring == particle.favouring[c.index()];
                (particle.favouring[c.index()], particle.objecting[c.index()]) = (favouring, standing.objecting);
            }
            if agrees && come.passing.is_empty() { 0.0 } else { f64::NEG_INFINITY }
        };
        let factors: Vec<f64> = self.particles.iter_mut().map(factor).collect();
        if self.weigh(factors).is_some() {
            return Ok(());
        }
        Err(match appointed {
            Some(c) => {
                let candidate = self.plan.model.candidates[c.index()].id.clone();
                Refusal::Appoints { poll: self.poll(held), candidate }
            }
            None => self.impossible(held),
        })
    }

    /// What follows from a ballot at which nobody was appointed, in every round.
    fn follow(&mut self, held: &Held) {
        let mut numbers = Sequence::new(self.seed, Purpose::Followed, held.number, self.number, 0);
        let mut normals = Normals::new();
        let mut reference = Reference::new(self.plan);
        for particle in &mut self.particles {
            let mut draws = Onward {
                noise: self.plan.model.noise,
                red: &particle.red,
                normals: &mut normals,
                numbers: &mut numbers,
            };
            reference.follow(&mut particle.underway, &mut draws);
        }
    }

    /// Plays rounds on; how many end with each outcome, no consensus last.
    fn play(&self, held: &Held, rounds: u64) -> Vec<u64> {
        let mut numbers = Sequence::new(self.seed, Purpose::Continuation, held.number, self.number, 0);
        let mut plan = self.plan.clone();
        plan.moves.doubt_before = held.number + 1;
        let mut reference = Reference::new(&plan);
        let mut counts = vec![0; plan.candidates() + 1];
        let weights = self.weights();
        let (mut normals, shift) = (Normals::new(), numbers.uniform());
        for from in systematic(&weights, rounds as usize, shift) {
            let particle = &self.particles[from];
            let mut draws =
                Onward { noise: plan.model.noise, red: &particle.red, normals: &mut normals, numbers: &mut numbers };
            let outcome = reference.resume(&particle.underway, &mut draws).outcome;
            counts[outcome.map_or(plan.candidates(), |c| c.index())] += 1;
        }
        counts
    }

    /// What the counts of a poll are expected to be, before it is seen.
    fn forecast(&self, held: &Held, minds: &Minds<'_>, draws: usize) -> Vec<RowSeen> {
        let mut numbers = Sequence::new(self.seed, Purpose::Forecast, held.number, self.number, 0);
        let members = self.plan.model.stages[held.stage].members.len() as usize;
        let nothing = || RowSeen {
            candidate: CandidateId(0),
            log_chance: 0.0,
            expected: std::array::from_fn(|_| vec![0; members + 1]),
            answers: Vec::new(),
        };
        let mut rows: BTreeMap<CandidateId, RowSeen> =
            held.rows.iter().map(|row| (row.candidate, RowSeen { candidate: row.candidate, ..nothing() })).collect();
        let sums = running(&self.weights(), self.particles.len());
        for _ in 0..draws {
            let particle = &self.particles[place(&sums, numbers.uniform())];
            for (c, counts) in minds.forecast(particle, &mut numbers) {
                let Some(row) = rows.get_mut(&c) else { continue };
                row.expected.iter_mut().zip(counts).for_each(|(expected, count)| expected[count as usize] += 1);
            }
        }
        rows.into_values().collect()
    }

    /// Who gave which answer at a poll.
    fn look(&self, rows: &mut [RowSeen]) {
        let weights = self.weights();
        for row in rows {
            row.answers = vec![[0.0; 3]; self.plan.members()];
            let c = row.candidate.index();
            for (particle, weight) in self.particles.iter().zip(&weights) {
                particle.favouring[c].iter().for_each(|m| row.answers[m.index()][0] += weight);
                // Where the ballot is about votes, stances are nobody's answer.
                if !self.plan.model.stages[particle.underway.stage].ballot.is_choice() {
                    particle.objecting[c].iter().for_each(|m| row.answers[m.index()][1] += weight);
                }
            }
            row.answers.iter_mut().for_each(|chances| chances[2] = (1.0 - chances[0] - chances[1]).max(0.0));
        }
    }
}
