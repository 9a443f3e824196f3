//! One candidate's particles: what all members may think of them, given the answers about them so far.

use super::between::{Range, between, free};
use super::script::Held;
use super::shared::{Shared, SharedParticle, decide};
use super::shocks::{OwnDraws, Shocks};
use super::totals::{LANES, Lanes, Ways};
use crate::model::{CandidateId, MemberId, MemberSet, Noise};
use crate::simulation::draws::Sequence;
use crate::simulation::noise::{above, cdf};
use crate::simulation::plan::Plan;
use crate::simulation::steps;

/// The particles of one candidate: `inner` for each draw of what candidates share, one block after the other.
#[derive(Debug, Clone)]
pub struct Filter<'a> {
    plan: &'a Plan,
    c: CandidateId,
    inner: usize,
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

/// One ballot of all particles.
#[derive(Debug, Clone)]
pub struct Past {
    /// By particle after it: the particle before it.
    ancestors: Vec<u32>,
    /// By particle after it: drift.
    drift: Vec<f32>,
    /// By particle after it and member: views, points.
    views: Vec<f32>,
    /// By particle after what followed it: who has yielded.
    pub yielded: Vec<MemberSet>,
}

/// One particle's way through the ballots so far.
#[derive(Debug, Clone, Default)]
pub struct Path {
    /// By ballot: drift, points.
    pub drift: Vec<f64>,
    /// By ballot: the views of all members, points.
    pub views: Vec<Vec<f64>>,
    /// By ballot: who had yielded after it.
    pub yielded: Vec<MemberSet>,
    /// For whom the candidate is a red line.
    pub red: MemberSet,
    /// What groups, and everyone, share about the candidate, in standard deviations.
    pub shocks: Vec<f64>,
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
            red.iter_mut().for_each(|red| *red = red_lines(particle, c, numbers));
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
        let members = self.members();
        &self.base[particle / self.inner * members..][..members]
    }

    /// Everyone's view of the candidate but for the noise, points.
    pub fn level(&self, particle: usize, m: usize) -> f64 {
        self.base(particle)[m] + self.shocks.sum(&self.own, particle, m) + self.drift[particle]
    }

    /// What groups and everyone share about the candidate, and what else all members share, less the mean: points.
    pub fn shared(&self, particle: usize, m: usize, mean: f64) -> f64 {
        self.base(particle)[m] - mean + self.shocks.sum(&self.own, particle, m)
    }

    fn sd(&self, m: usize) -> f64 {
        f64::from(self.plan.uncertainty[self.c.index() * self.members() + m])
    }

    /// Lets everyone's view move before a ballot, and answer at it as was seen. `kept` are ways that the first particle of
    /// each block takes whatever happens.
    pub fn hold(&mut self, held: &Held, kept: Option<&[Path]>, numbers: &mut Sequence) -> Told {
        let first = held.number == 1;
        if let Some(kept) = kept {
            self.start_again(held.number, kept, numbers);
        }
        if !first {
            self.drift_on(held.number, kept, numbers);
        }
        let question = Asking::new(self.plan, held);
        let mut told = Told { log_chances: vec![0.0; self.count() / self.inner], effective: 1.0 };
        let mut ancestors: Vec<u32> = (0..self.count() as u32).collect();
        let chances;
        let mut asked = None;
        if let Some(ways) = &held.ways[self.c.index()] {
            chances = self.answer_chances(ways, &question, first);
            let weights;
            (weights, told) = self.weigh(ways, &chances);
            ancestors = self.resample(&weights, kept.is_some(), numbers);
            self.answer(ways, &chances, &ancestors, numbers);
            self.take(&ancestors);
            self.weight.fill(1.0);
            asked = Some(Asked::new(ways, &chances, &ancestors, self.members()));
        }
        let old = self.noise.clone();
        self.think(&question, asked.as_ref(), first, numbers);
        self.return_to(&question, kept);
        self.learn(first, &old, numbers);
        self.keep(ancestors);
        told
    }

    /// By how much everyone's view moves before the ballot of this number, points.
    fn drift_sd(&self, number: u32) -> f64 {
        let has_entered = self.plan.model.candidates[self.c.index()].enters < number;
        if has_entered { f64::from(self.plan.moves.drift) } else { 0.0 }
    }

    /// Moves everyone's view from ballot to ballot.
    fn drift_on(&mut self, number: u32, kept: Option<&[Path]>, numbers: &mut Sequence) {
        let sd = self.drift_sd(number);
        if sd > 0.0 {
            self.drift.iter_mut().for_each(|drift| *drift += sd * numbers.normal());
        }
        for (block, path) in kept.into_iter().flatten().enumerate() {
            self.drift[block * self.inner] = path.drift[number as usize - 1];
        }
    }

    /// The mean and the standard deviation of what a member will think.
    fn outlook(&self, particle: usize, m: usize, first: bool) -> (f64, f64) {
        let (level, sd) = (self.level(particle, m), self.sd(m));
        if first {
            return (level, sd);
        }
        let memory = self.plan.memory;
        let noise = self.noise[particle * self.members() + m];
        (level + sd * f64::from(memory.kept) * noise, sd * f64::from(memory.fresh))
    }

    /// Puts the first particle of each block on its way, and its answers with it.
    fn return_to(&mut self, question: &Asking, kept: Option<&[Path]>) {
        let members = self.members();
        for (block, path) in kept.into_iter().flatten().enumerate() {
            let particle = block * self.inner;
            let views = &path.views[question.number as usize - 1];
            let (mut encouraging, mut objecting) = (MemberSet::EMPTY, MemberSet::EMPTY);
            for (m, &view) in views.iter().enumerate() {
                let (id, sd) = (MemberId(m as u16), self.sd(m));
                if sd > 0.0 {
                    self.noise[particle * members + m] = (view - self.level(particle, m)) / sd;
                }
                let [object, accept] = question.bounds[m];
                let is_asked = question.members.contains(id) && !self.yielded[particle].contains(id);
                encouraging.insert_if(id, is_asked && view >= accept);
                objecting.insert_if(id, is_asked && view < object);
            }
            (self.encouraging[particle], self.objecting[particle]) = (encouraging, objecting);
        }
    }

    /// How many give each answer at a ballot to which a particle goes on.
    pub fn forecast(&self, held: &Held, particle: usize, numbers: &mut Sequence) -> [u32; 3] {
        let (question, first, kind) = (Asking::new(self.plan, held), held.number == 1, self.plan.model.noise);
        let drift = self.drift_sd(held.number) * numbers.normal();
        let mut counts = [0; 3];
        for m in question.members.iter() {
            let (mean, sd) = self.outlook(particle, m.index(), first);
            let view = mean + drift + sd * free(kind, numbers);
            let [object, accept] = question.bounds[m.index()];
            let is_silent = self.yielded[particle].contains(m);
            let answer = if is_silent || (object..accept).contains(&view) { 2 } else { usize::from(view < object) };
            counts[answer] += 1;
        }
        counts
    }

    /// Each particle's weight with the chance of what was seen, as logarithms.
    fn weigh(&self, ways: &Ways, chances: &[[f64; 3]]) -> (Vec<f64>, Told) {
        let mut weights = Vec::with_capacity(self.count());
        let (mut answers, mut table) = (Vec::new(), Vec::new());
        for start in (0..self.count()).step_by(LANES) {
            let particles = std::array::from_fn(|lane| (start + lane).min(self.count() - 1));
            side_by_side(chances, &particles, ways.members.len(), &mut answers);
            let chances = ways.chances(&answers, &mut table);
            let used = (self.count() - start).min(LANES);
            weights.extend(
                chances[..used].iter().zip(&self.weight[start..]).map(|(log, weight)| log + libm::log(*weight)),
            );
        }
        let (mut log_chances, mut effective) = (Vec::new(), 0.0);
        for (logs, weights) in weights.chunks(self.inner).zip(self.weight.chunks(self.inner)) {
            let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if top == f64::NEG_INFINITY {
                log_chances.push(top);
                continue;
            }
            let relative = logs.iter().map(|log| libm::exp(log - top));
            let (sum, square) =
                relative.fold((0.0, 0.0), |(sum, square), weight| (sum + weight, square + weight * weight));
            effective += sum * sum / square / logs.len() as f64;
            log_chances.push(top + libm::log(sum) - libm::log(weights.iter().sum()));
        }
        let blocks = log_chances.iter().filter(|log| **log > f64::NEG_INFINITY).count();
        (weights, Told { log_chances, effective: effective / (blocks.max(1)) as f64 })
    }

    /// By particle and member, in the order of the ways: the chance of each answer.
    fn answer_chances(&self, ways: &Ways, question: &Asking, first: bool) -> Vec<[f64; 3]> {
        let kind = self.plan.model.noise;
        let mut chances = Vec::with_capacity(self.count() * ways.members.len());
        for particle in 0..self.count() {
            for &m in &ways.members {
                let [object, accept] = question.bounds[m.index()];
                let (mean, sd) = self.outlook(particle, m.index(), first);
                chances.push(if self.yielded[particle].contains(m) {
                    [0.0, 0.0, 1.0]
                } else if sd > 0.0 {
                    let (low, high) = ((object - mean) / sd, (accept - mean) / sd);
                    let (encourages, objects) = (above(kind, high), cdf(kind, low));
                    let rest = 1.0 - encourages - objects;
                    // What is left of the rest by subtraction has lost too many digits.
                    [encourages, objects, if rest > 0.1 { rest } else { within(kind, low, high) }]
                } else {
                    let certain = |is: bool| if is { 1.0 } else { 0.0 };
                    let (encourages, objects) = (mean >= accept, mean < object);
                    [certain(encourages), certain(objects), certain(!encourages && !objects)]
                });
            }
        }
        chances
    }

    /// Whom each particle after the ballot comes from: within each block, in proportion to the weights. The first of a block
    /// stays if it is kept.
    fn resample(&self, weights: &[f64], keeps_first: bool, numbers: &mut Sequence) -> Vec<u32> {
        let mut ancestors = Vec::with_capacity(weights.len());
        for (block, logs) in weights.chunks(self.inner).enumerate() {
            let start = block * self.inner;
            let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if top == f64::NEG_INFINITY {
                ancestors.extend((start..start + logs.len()).map(|particle| particle as u32));
                continue;
            }
            let relative: Vec<f64> = logs.iter().map(|log| libm::exp(log - top)).collect();
            let total: f64 = relative.iter().sum();
            if keeps_first {
                ancestors.push(start as u32);
                let mut sums = relative;
                for i in 1..sums.len() {
                    sums[i] += sums[i - 1];
                }
                ancestors.extend((1..logs.len()).map(|_| {
                    let number = numbers.uniform() * total;
                    (start + sums.partition_point(|&sum| sum < number).min(logs.len() - 1)) as u32
                }));
                continue;
            }
            let (shift, step) = (numbers.uniform(), total / logs.len() as f64);
            let (mut from, mut sum) = (0, relative[0]);
            for place in 0..logs.len() {
                let number = (place as f64 + shift) * step;
                while sum < number && from + 1 < relative.len() {
                    from += 1;
                    sum += relative[from];
                }
                ancestors.push((start + from) as u32);
            }
        }
        ancestors
    }

    /// Draws who gave which answer, for each particle after the ballot.
    fn answer(&mut self, ways: &Ways, chances: &[[f64; 3]], ancestors: &[u32], numbers: &mut Sequence) {
        let (mut answers, mut table) = (Vec::new(), Vec::new());
        let mut by_ancestor: Vec<(u32, u32)> =
            ancestors.iter().enumerate().map(|(child, &ancestor)| (ancestor, child as u32)).collect();
        by_ancestor.sort_unstable();
        let mut distinct: Vec<u32> = by_ancestor.iter().map(|(ancestor, _)| *ancestor).collect();
        distinct.dedup();
        let mut children = by_ancestor.into_iter().peekable();
        let nobody = vec![MemberSet::EMPTY; ancestors.len()];
        let (mut encouraging, mut objecting) = (nobody.clone(), nobody);
        for some in distinct.chunks(LANES) {
            let particles = std::array::from_fn(|lane| some[lane.min(some.len() - 1)] as usize);
            side_by_side(chances, &particles, ways.members.len(), &mut answers);
            let possible = ways.chances(&answers, &mut table);
            for (lane, &ancestor) in some.iter().enumerate() {
                while let Some((_, child)) = children.next_if(|(from, _)| *from == ancestor) {
                    if possible[lane] == f64::NEG_INFINITY {
                        continue;
                    }
                    let (for_it, against) = (&mut encouraging[child as usize], &mut objecting[child as usize]);
                    ways.draw(&answers, &table, lane, numbers, |m, answer| match answer {
                        0 => for_it.insert(m),
                        1 => against.insert(m),
                        _ => {}
                    });
                }
            }
        }
        (self.encouraging, self.objecting) = (encouraging, objecting);
    }

    /// Turns to the particles after the ballot.
    fn take(&mut self, ancestors: &[u32]) {
        let members = self.members();
        fn of<T: Copy>(values: &[T], ancestors: &[u32]) -> Vec<T> {
            ancestors.iter().map(|&ancestor| values[ancestor as usize]).collect()
        }
        self.drift = of(&self.drift, ancestors);
        self.red = of(&self.red, ancestors);
        self.yielded = of(&self.yielded, ancestors);
        self.out = of(&self.out, ancestors);
        self.own.take(ancestors, &self.shocks);
        let noise = std::mem::take(&mut self.noise);
        if !noise.is_empty() {
            ancestors.iter().for_each(|&a| self.noise.extend_from_slice(&noise[a as usize * members..][..members]));
        }
    }

    /// Draws each member's view, given its answer if it was asked.
    fn think(&mut self, question: &Asking, asked: Option<&Asked<'_>>, first: bool, numbers: &mut Sequence) {
        let (members, memory, kind) = (self.members(), self.plan.memory, self.plan.model.noise);
        let (f, g) = (f64::from(memory.kept), f64::from(memory.fresh));
        if first {
            self.noise = vec![0.0; self.count() * members];
        }
        for particle in 0..self.count() {
            for m in 0..members {
                let (mean, sd) = self.outlook(particle, m, first);
                if sd <= 0.0 {
                    continue;
                }
                let id = MemberId(m as u16);
                let fresh = match asked.and_then(|asked| asked.of(particle, m)) {
                    Some([encourages, objects, neither]) if !self.yielded[particle].contains(id) => {
                        let [object, accept] = question.bounds[m].map(|bound| (bound - mean) / sd);
                        let range = if self.encouraging[particle].contains(id) {
                            let below = objects + neither;
                            Range { low: accept, high: f64::INFINITY, chances: [below, encourages, 0.0] }
                        } else if self.objecting[particle].contains(id) {
                            let above = encourages + neither;
                            Range { low: f64::NEG_INFINITY, high: object, chances: [0.0, objects, above] }
                        } else {
                            Range { low: object, high: accept, chances: [objects, neither, encourages] }
                        };
                        between(kind, &range, numbers)
                    }
                    _ => free(kind, numbers),
                };
                let noise = &mut self.noise[particle * members + m];
                *noise = if first { fresh } else { f * *noise + g * fresh };
            }
        }
    }

    /// Draws what groups and everyone share about the candidate again, given the views; the views stay.
    fn learn(&mut self, first: bool, old: &[f64], numbers: &mut Sequence) {
        if !self.shocks.can_be_drawn_again() {
            return;
        }
        let (members, f) = (self.members(), f64::from(self.plan.memory.kept));
        let mut news = vec![0.0; members];
        self.shocks.look(first, f);
        for particle in 0..self.count() {
            for (m, news) in news.iter_mut().enumerate() {
                let (sd, at) = (self.sd(m), particle * members + m);
                let shared = self.shocks.sum(&self.own, particle, m);
                // What is left of the view once all is taken away that is known but for these shocks.
                *news = if first {
                    shared + sd * self.noise[at]
                } else {
                    (1.0 - f) * shared + sd * (self.noise[at] - f * old[at])
                };
            }
            let moved = self.shocks.draw_again(&mut self.own, particle, &news, first, f, numbers);
            for (m, moved) in moved.iter().enumerate() {
                self.noise[particle * members + m] -= moved / self.sd(m);
            }
        }
    }

    /// Keeps the ballot, if that is asked for.
    fn keep(&mut self, ancestors: Vec<u32>) {
        if self.past.is_none() {
            return;
        }
        let members = self.members();
        let view = |at: usize| (self.level(at / members, at % members) + self.sd(at % members) * self.noise[at]) as f32;
        let past = Past {
            ancestors,
            drift: self.drift.iter().map(|&drift| drift as f32).collect(),
            views: (0..self.noise.len()).map(view).collect(),
            yielded: self.yielded.clone(),
        };
        self.past.get_or_insert_default().push(past);
    }

    /// Notes who has yielded by now.
    pub fn note_yielded(&mut self) {
        if let Some(last) = self.past.as_mut().and_then(|past| past.last_mut()) {
            last.yielded.clone_from(&self.yielded);
        }
    }

    /// The way of one particle through the ballots so far.
    pub fn path(&self, particle: usize) -> Path {
        let (members, mut at) = (self.members(), particle);
        let mut path =
            Path { red: self.red[particle], shocks: self.own.of(particle, &self.shocks).to_vec(), ..Path::default() };
        for past in self.past.iter().flatten().rev() {
            path.drift.push(f64::from(past.drift[at]));
            path.views.push(past.views[at * members..][..members].iter().map(|&view| f64::from(view)).collect());
            path.yielded.push(past.yielded[at]);
            at = past.ancestors[at] as usize;
        }
        path.drift.reverse();
        path.views.reverse();
        path.yielded.reverse();
        path
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

    /// Draws what is particular about the path of each block that is kept before the ballot: the shocks given the views up to
    /// and with it, and the noise that goes with them.
    fn start_again(&mut self, number: u32, kept: &[Path], numbers: &mut Sequence) {
        let (members, now) = (self.members(), number as usize - 1);
        for (block, path) in kept.iter().enumerate() {
            let particle = block * self.inner;
            if self.shocks.can_be_drawn_again() {
                let drawn = self.shocks.given(path, &self.base[block * members..][..members], now, self.plan, numbers);
                self.own.set(particle, &drawn);
            }
            if now == 0 {
                self.red[particle] = path.red;
                continue;
            }
            self.drift[particle] = path.drift[now - 1];
            self.yielded[particle] = path.yielded[now - 1];
            for m in 0..members {
                let sd = self.sd(m);
                if sd > 0.0 {
                    self.noise[particle * members + m] = (path.views[now - 1][m] - self.level(particle, m)) / sd;
                }
            }
        }
    }
}

/// The chances of several particles beside each other, member by member.
fn side_by_side(chances: &[[f64; 3]], particles: &[usize; LANES], members: usize, answers: &mut Vec<[Lanes; 3]>) {
    answers.clear();
    answers.extend((0..members).map(|place| {
        let of = particles.map(|particle| chances[particle * members + place]);
        [0, 1, 2].map(|answer| of.map(|chances| chances[answer]))
    }));
}

/// What was known of the answers of those who were asked, before they answered.
struct Asked<'c> {
    chances: &'c [[f64; 3]],
    /// By particle: whose chances are its own.
    ancestors: &'c [u32],
    /// By member: its place among those who are asked.
    places: Vec<Option<usize>>,
    asked: usize,
}

impl<'c> Asked<'c> {
    fn new(ways: &Ways, chances: &'c [[f64; 3]], ancestors: &'c [u32], members: usize) -> Self {
        let mut places = vec![None; members];
        ways.members.iter().enumerate().for_each(|(place, m)| places[m.index()] = Some(place));
        Self { chances, ancestors, places, asked: ways.members.len() }
    }

    fn of(&self, particle: usize, m: usize) -> Option<[f64; 3]> {
        let place = self.places[m]?;
        Some(self.chances[self.ancestors[particle] as usize * self.asked + place])
    }
}

/// The probability of noise between two bounds, taken on the side on which its digits are.
fn within(kind: Noise, low: f64, high: f64) -> f64 {
    if low + high > 0.0 { above(kind, low) - above(kind, high) } else { cdf(kind, high) - cdf(kind, low) }
}

/// For whom a candidate is a red line.
fn red_lines(shared: &SharedParticle, c: CandidateId, numbers: &mut Sequence) -> MemberSet {
    let mut red = MemberSet::EMPTY;
    for (m, veto) in shared.vetoes.iter().enumerate() {
        if veto.against.contains(c) && decide(veto.red_line, numbers) {
            red.insert(MemberId(m as u16));
        }
    }
    red
}

/// What members are asked about a candidate at a ballot.
struct Asking {
    number: u32,
    /// Who takes part.
    members: MemberSet,
    /// By member: below which utility it objects, and from which it encourages.
    bounds: Vec<[f64; 2]>,
}

impl Asking {
    fn new(plan: &Plan, held: &Held) -> Self {
        let stage = &plan.model.stages[held.stage];
        let bounds = plan.model.member_ids().map(|(m, _)| {
            let gained = f64::from(steps::leniency(plan, stage, m, held.number));
            [plan.object_at[m.index()], plan.accept_at[m.index()]].map(|bound| f64::from(bound) - gained)
        });
        Self { number: held.number, members: stage.members, bounds: bounds.collect() }
    }
}
