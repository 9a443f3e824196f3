//! One candidate's particles: what all members may think of them, given the answers about them so far.

mod answers;
mod paths;
mod prospects;
mod sides;

pub use answers::{Asking, noise_given};
pub use paths::{Past, Path};

use super::between::free;
use super::script::Held;
use super::shared::Shared;
use super::shocks::{OwnDraws, Shocks};
use super::totals::{LANES, Ways};
use crate::model::{CandidateId, MemberSet};
use crate::simulation::draws::Sequence;
use crate::simulation::plan::{Memory, Plan};
use crate::simulation::simd::Level;
use answers::After;

/// The particles of one candidate: `inner` for each draw of what candidates share, one block after the other.
#[derive(Debug, Clone)]
pub struct Filter<'a> {
    plan: &'a Plan,
    c: CandidateId,
    inner: usize,
    level: Level,
    /// By draw of what is shared and member: see [`SharedParticle::base`].
    base: Vec<f64>,
    shocks: Shocks,
    own: OwnDraws,
    /// By particle: points by which everyone's view has moved since the round opened.
    pub drift: Vec<f64>,
    /// By particle and member: noise, in standard deviations. Nothing before the first ballot.
    pub noise: Vec<f64>,
    /// By particle: for whom the candidate is a red line.
    pub red: Vec<MemberSet>,
    /// By particle: who has yielded.
    pub yielded: Vec<MemberSet>,
    /// By particle: whether the candidate has left, where nothing that was seen says so or not.
    pub out: Vec<bool>,
    /// By particle: its weight among those of its block.
    pub weight: Vec<f64>,
    /// By particle: who encouraged and who objected at the last ballot.
    pub encouraging: Vec<MemberSet>,
    /// See [`Self::encouraging`].
    pub objecting: Vec<MemberSet>,
    /// What may be drawn again: the ballots so far, if they are kept.
    pub past: Option<Vec<Past>>,
}

/// What everyone may think at the next ballot, as one particle has it.
struct Outlook<'f> {
    base: &'f [f64],
    /// In standard deviations, and what they do.
    shocks: &'f [f64],
    of: &'f Shocks,
    drift: f64,
    /// By member.
    noise: &'f [f64],
    sds: &'f [f32],
    memory: Memory,
}

impl Outlook<'_> {
    /// The mean and the standard deviation of what a member will think.
    fn of(&self, m: usize, first: bool) -> (f64, f64) {
        let (level, sd) = (self.base[m] + self.of.sum_of(self.shocks, m) + self.drift, f64::from(self.sds[m]));
        if first {
            return (level, sd);
        }
        let Memory { kept, fresh } = self.memory;
        (level + sd * f64::from(kept) * self.noise[m], sd * f64::from(fresh))
    }
}

/// Which particles go on after a ballot.
#[derive(Debug, Clone, Copy)]
pub struct Next<'b> {
    /// Of which blocks, which may come more than once; otherwise of each.
    pub blocks: Option<&'b [usize]>,
    /// How many of each.
    pub inner: usize,
}

/// A ballot before anyone's answers are drawn.
pub struct Weighed<'w> {
    question: Asking,
    /// The ways to what was seen, and the weight of each particle.
    asked: Option<(&'w Ways, Vec<f64>)>,
}

/// What one ballot did to the particles.
#[derive(Debug, Clone)]
pub struct Told {
    /// By draw of what is shared: the logarithm of the chance of what was seen.
    pub log_chances: Vec<f64>,
    /// The mean share of particles of a block that count.
    pub effective: f64,
}

impl<'a> Filter<'a> {
    /// Particles of `c` when a round opens.
    pub fn new(
        plan: &'a Plan,
        c: CandidateId,
        shared: &Shared,
        inner: usize,
        keeps: bool,
        numbers: &mut Sequence,
    ) -> Self {
        let count = shared.particles.len() * inner;
        let mut filter = Self {
            plan,
            c,
            inner,
            level: Level::best(),
            base: Vec::new(),
            shocks: Shocks::new(plan, c),
            own: OwnDraws::default(),
            drift: vec![0.0; count],
            noise: Vec::new(),
            red: vec![MemberSet::EMPTY; count],
            yielded: vec![MemberSet::EMPTY; count],
            out: vec![false; count],
            weight: vec![1.0; count],
            encouraging: vec![MemberSet::EMPTY; count],
            objecting: vec![MemberSet::EMPTY; count],
            past: keeps.then(Vec::new),
        };
        filter.own = filter.shocks.draw(count, numbers);
        for (block, particle) in shared.particles.iter().enumerate() {
            filter.base.extend(particle.base(plan, c));
            let red = &mut filter.red[block * inner..][..inner];
            red.iter_mut().for_each(|red| *red = particle.red_lines(c, numbers));
        }
        filter
    }

    /// The plan.
    pub fn plan(&self) -> &'a Plan {
        self.plan
    }

    /// Whom it is about.
    pub fn candidate(&self) -> CandidateId {
        self.c
    }

    /// Particles for each draw of what is shared.
    pub fn inner(&self) -> usize {
        self.inner
    }

    /// A member's view, points.
    pub fn utility(&self, particle: usize, m: usize) -> f64 {
        self.level(particle, m) + self.sd(m) * self.noise[particle * self.members() + m]
    }

    fn count(&self) -> usize {
        self.drift.len()
    }

    fn members(&self) -> usize {
        self.plan.members()
    }

    fn base(&self, particle: usize) -> &[f64] {
        // Dividing short numbers takes half the time.
        let (members, block) = (self.members(), particle as u32 / self.inner as u32);
        &self.base[block as usize * members..][..members]
    }

    /// Everyone's view of the candidate but for the noise, points.
    pub fn level(&self, particle: usize, m: usize) -> f64 {
        self.base(particle)[m] + self.shocks.sum(&self.own, particle, m) + self.drift[particle]
    }

    /// The same of all members.
    fn levels(&self, particle: usize, levels: &mut [f64]) {
        let (shocks, drift) = (self.own.of(particle, &self.shocks), self.drift[particle]);
        levels.iter_mut().zip(self.base(particle)).for_each(|(level, base)| *level = base + drift);
        if !self.shocks.is_empty() {
            levels.iter_mut().enumerate().for_each(|(m, level)| *level += self.shocks.sum_of(shocks, m));
        }
    }

    /// What groups and everyone share about the candidate, and what else all members share, less the mean: points.
    pub fn shared(&self, particle: usize, m: usize, mean: f64) -> f64 {
        self.base(particle)[m] - mean + self.shocks.sum(&self.own, particle, m)
    }

    fn sd(&self, m: usize) -> f64 {
        f64::from(self.plan.uncertainty[self.c.index() * self.members() + m])
    }

    /// Lets everyone's view move before a ballot, and weighs what was seen at it; [`Self::settle`] is to follow.
    pub fn weigh<'w>(&mut self, held: &'w Held, numbers: &mut Sequence) -> (Weighed<'w>, Told) {
        self.drift_on(held.number, None, numbers);
        let mut weighed = Weighed { question: Asking::new(self.plan, held), asked: None };
        let mut told = Told { log_chances: vec![0.0; self.count() / self.inner], effective: 1.0 };
        if let Some(ways) = &held.ways[self.c.index()] {
            let weights;
            (weights, told) = self.weights(ways, &weighed.question);
            weighed.asked = Some((ways, weights));
        }
        (weighed, told)
    }

    /// Draws who answered what at a ballot that is weighed, and what everyone thinks, for the particles that go on.
    pub fn settle(&mut self, weighed: Weighed<'_>, next: Next<'_>, numbers: &mut Sequence) {
        let after = self.after(&weighed.question, weighed.asked, next, false, numbers);
        self.turn_to(after, &weighed.question, next, None, numbers);
    }

    /// Lets everyone's view move before a ballot, and answer at it as was seen; `inner` particles of each block go on. `kept`
    /// are ways that the first of each block takes whatever happens.
    pub fn hold_again(&mut self, held: &Held, inner: usize, kept: &[Path], numbers: &mut Sequence) {
        self.start_again(held.number, kept, numbers);
        self.drift_on(held.number, Some(kept), numbers);
        let (question, next) = (Asking::new(self.plan, held), Next { blocks: None, inner });
        let after = match &held.ways[self.c.index()] {
            Some(ways) if self.inner / self.alike(&question) <= LANES => {
                self.after_few(&question, ways, inner, numbers)
            }
            ways => {
                let asked = ways.as_ref().map(|ways| (ways, self.weights(ways, &question).0));
                self.after(&question, asked, next, true, numbers)
            }
        };
        self.turn_to(after, &question, next, Some(kept), numbers);
    }

    /// Whether other particles go on than there are.
    fn turns(&self, next: Next<'_>) -> bool {
        next.blocks.is_some() || next.inner != self.inner
    }

    /// Turns to the particles after a ballot.
    fn turn_to(
        &mut self,
        after: After,
        question: &Asking,
        next: Next<'_>,
        kept: Option<&[Path]>,
        numbers: &mut Sequence,
    ) {
        let After { ancestors, noise, answered } = after;
        if let Some([encouraging, objecting]) = answered {
            (self.encouraging, self.objecting) = (encouraging, objecting);
            self.take(&ancestors, next);
        } else if self.turns(next) {
            self.encouraging = taken(&self.encouraging, &ancestors);
            self.objecting = taken(&self.objecting, &ancestors);
            self.take(&ancestors, next);
        }
        let first = question.number == 1;
        let old = std::mem::replace(&mut self.noise, noise);
        self.return_to(question, kept);
        self.learn(first, &old, &ancestors, numbers);
        self.keep(ancestors);
    }

    /// By how much everyone's view moves before the ballot of this number, points.
    fn drift_sd(&self, number: u32) -> f64 {
        let has_entered = self.plan.model.candidates[self.c.index()].enters < number;
        if has_entered { f64::from(self.plan.moves.drift) } else { 0.0 }
    }

    /// Moves everyone's view from ballot to ballot.
    fn drift_on(&mut self, number: u32, kept: Option<&[Path]>, numbers: &mut Sequence) {
        if number == 1 {
            return;
        }
        let sd = self.drift_sd(number);
        if sd > 0.0 {
            self.drift.iter_mut().for_each(|drift| *drift += sd * numbers.normal());
        }
        for (block, path) in kept.into_iter().flatten().enumerate() {
            self.drift[block * self.inner] = path.drift[number as usize - 1];
        }
    }

    /// What everyone may think next, as a particle has it.
    fn outlook(&self, particle: usize) -> Outlook<'_> {
        let (members, pairs) = (self.members(), self.c.index() * self.members());
        Outlook {
            base: self.base(particle),
            shocks: self.own.of(particle, &self.shocks),
            of: &self.shocks,
            drift: self.drift[particle],
            // Nothing before the first ballot.
            noise: self.noise.get(particle * members..).unwrap_or_default(),
            sds: &self.plan.uncertainty[pairs..pairs + members],
            memory: self.plan.memory,
        }
    }

    /// How many give each answer at a ballot to which a particle goes on.
    pub fn forecast(&self, held: &Held, particle: usize, numbers: &mut Sequence) -> [u32; 3] {
        let (question, first, kind) = (Asking::new(self.plan, held), held.number == 1, self.plan.model.noise);
        let drift = self.drift_sd(held.number) * numbers.normal();
        let (mut counts, outlook) = ([0; 3], self.outlook(particle));
        for m in question.members.iter() {
            let (mean, sd) = outlook.of(m.index(), first);
            let view = mean + drift + sd * free(kind, numbers);
            let [object, accept] = question.bounds[m.index()];
            let is_silent = self.yielded[particle].contains(m);
            let answer = if is_silent || (object..accept).contains(&view) { 2 } else { usize::from(view < object) };
            counts[answer] += 1;
        }
        counts
    }

    /// Turns to the particles after the ballot, but for their noise and their answers.
    fn take(&mut self, ancestors: &[u32], next: Next<'_>) {
        if let Some(blocks) = next.blocks {
            let members = self.members();
            let base = blocks.iter().flat_map(|block| &self.base[block * members..][..members]);
            self.base = base.copied().collect();
        }
        self.inner = next.inner;
        self.drift = taken(&self.drift, ancestors);
        self.red = taken(&self.red, ancestors);
        self.yielded = taken(&self.yielded, ancestors);
        self.out = taken(&self.out, ancestors);
        self.weight = vec![1.0; ancestors.len()];
        self.own.take(ancestors, &self.shocks);
    }

    /// Draws what groups and everyone share about the candidate again, given the views; the views stay. `old` is the noise of
    /// the ballot before, of the particles before it.
    fn learn(&mut self, first: bool, old: &[f64], ancestors: &[u32], numbers: &mut Sequence) {
        if !self.shocks.can_be_drawn_again() {
            return;
        }
        let (members, f) = (self.members(), f64::from(self.plan.memory.kept));
        let mut news = vec![0.0; members];
        self.shocks.look(first, f);
        for (particle, &ancestor) in ancestors.iter().enumerate() {
            for (m, news) in news.iter_mut().enumerate() {
                let (sd, at) = (self.sd(m), particle * members + m);
                let shared = self.shocks.sum(&self.own, particle, m);
                // What is left of the view once all is taken away that is known but for these shocks.
                *news = if first {
                    shared + sd * self.noise[at]
                } else {
                    (1.0 - f) * shared + sd * (self.noise[at] - f * old[ancestor as usize * members + m])
                };
            }
            let moved = self.shocks.draw_again(&mut self.own, particle, &news, first, f, numbers);
            for (m, moved) in moved.iter().enumerate() {
                self.noise[particle * members + m] -= moved / self.sd(m);
            }
        }
    }

    /// One particle of a block by weight.
    pub fn pick(&self, block: usize, numbers: &mut Sequence) -> usize {
        let weights = &self.weight[block * self.inner..][..self.inner];
        let mut left = numbers.uniform() * weights.iter().sum::<f64>();
        for (place, weight) in weights.iter().enumerate() {
            left -= weight;
            if left <= 0.0 && *weight > 0.0 {
                return block * self.inner + place;
            }
        }
        block * self.inner + weights.iter().rposition(|&weight| weight > 0.0).unwrap_or_default()
    }
}

/// What the particles after a ballot have of those before it.
fn taken<T: Copy>(values: &[T], ancestors: &[u32]) -> Vec<T> {
    ancestors.iter().map(|&ancestor| values[ancestor as usize]).collect()
}
