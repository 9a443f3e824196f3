//! Rounds played on from where the last poll left them.

use super::filter::Filter;
use super::script::Held;
use super::shared::{Shared, decide};
use super::weights::{place, running, systematic};
use crate::model::{CandidateSet, MemberId, MemberSet, Noise};
use crate::simulation::draws::{Chance, Draws, Sequence, Shock};
use crate::simulation::noise;
use crate::simulation::plan::Plan;
use crate::simulation::reference::{Reference, Underway};
use crate::simulation::simd::Level;

/// Standard normals, worked out many at a time.
pub struct Normals {
    level: Level,
    bits: [u32; Self::ROOM],
    numbers: [f32; Self::ROOM],
    /// How many have been given.
    given: usize,
}

impl Normals {
    const ROOM: usize = 256;

    /// None yet.
    pub fn new() -> Self {
        Self { level: Level::best(), bits: [0; Self::ROOM], numbers: [0.0; Self::ROOM], given: Self::ROOM }
    }

    fn next(&mut self, numbers: &mut Sequence) -> f32 {
        if self.given == Self::ROOM {
            self.bits.fill_with(|| numbers.half());
            noise::standardise(self.level, Noise::Normal, &self.bits, &mut self.numbers);
            self.given = 0;
        }
        self.given += 1;
        self.numbers[self.given - 1]
    }
}

/// What a round draws from here on.
pub struct Onward<'a> {
    /// The kind of noise.
    pub noise: Noise,
    /// By candidate: for whom they are a red line.
    pub red: &'a [MemberSet],
    /// Shocks that are normal.
    pub normals: &'a mut Normals,
    /// Everything else.
    pub numbers: &'a mut Sequence,
}

impl Draws for Onward<'_> {
    fn shock(&mut self, shock: Shock) -> f32 {
        let kind = match shock {
            Shock::Noise { .. } => self.noise,
            _ => Noise::Normal,
        };
        match kind {
            Noise::Normal => self.normals.next(self.numbers),
            kind => noise::shock(kind, self.numbers.half()),
        }
    }

    fn bits(&mut self, chance: Chance) -> u32 {
        match chance {
            // Drawn once a round: what was drawn holds.
            Chance::RedLine(m, c) if self.red[c.index()].contains(m) => 0,
            Chance::RedLine(..) => u32::MAX,
            _ => self.numbers.half(),
        }
    }
}

/// The state from which rounds are played on.
pub struct Standpoint<'f, 'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The last ballot.
    pub held: &'f Held,
    /// What is shared.
    pub shared: &'f Shared,
    /// By candidate: their particles; none of those who never stood.
    pub filters: &'f [Option<Filter<'a>>],
    /// Who has been in the race.
    pub met: CandidateSet,
    /// Who has left it.
    pub gone: CandidateSet,
}

impl Standpoint<'_, '_> {
    /// Plays so many rounds; how many end with each outcome, no consensus last.
    pub fn play(&self, rounds: u64, numbers: &mut Sequence) -> Vec<u64> {
        // Doubt comes after the last poll.
        let mut plan = self.plan.clone();
        plan.moves.doubt_before = self.held.number + 1;
        let mut reference = Reference::new(&plan);
        let mut counts = vec![0; plan.candidates() + 1];
        let Some(weights) = self.shared.weights() else { return counts };
        let sums: Vec<Option<Vec<f64>>> =
            self.filters.iter().map(|it| it.as_ref().map(|it| running(&it.weight, it.inner()))).collect();
        let mut underway = self.opening(&plan);
        let mut red = vec![MemberSet::EMPTY; plan.candidates()];
        let (mut normals, shift) = (Normals::new(), numbers.uniform());
        for block in systematic(&weights, rounds as usize, shift) {
            self.fill(&mut underway, block, &sums, &mut red, numbers);
            let mut draws = Onward { noise: plan.model.noise, red: &red, normals: &mut normals, numbers };
            let outcome = reference.resume(&underway, &mut draws).outcome;
            counts[outcome.map_or(plan.candidates(), |c| c.index())] += 1;
        }
        counts
    }

    fn opening(&self, plan: &Plan) -> Underway {
        let pairs = plan.members() * plan.candidates();
        Underway {
            ballots: self.held.number,
            stage: self.held.stage,
            repeat: self.held.repeat,
            field: self.held.field,
            racing: CandidateSet::EMPTY,
            reserve: CandidateSet::EMPTY,
            vetoes: plan.vetoes.clone(),
            yielded: vec![MemberSet::EMPTY; plan.candidates()],
            mean: vec![0.0; pairs],
            shared: vec![0.0; pairs],
            noise: vec![0.0; pairs],
            drift: vec![0.0; plan.candidates()],
        }
    }

    /// Draws one round's state: a particle of each candidate, all with the same draw of what is shared.
    fn fill(
        &self,
        underway: &mut Underway,
        block: usize,
        sums: &[Option<Vec<f64>>],
        red: &mut [MemberSet],
        numbers: &mut Sequence,
    ) {
        let (plan, shared) = (self.plan, &self.shared.particles[block]);
        underway.racing = CandidateSet::EMPTY;
        underway.reserve = shared.reserve;
        underway.vetoes.copy_from_slice(&shared.vetoes);
        for (c, _) in plan.model.candidate_ids() {
            let (Some(filter), Some(sums)) = (&self.filters[c.index()], &sums[c.index()]) else { continue };
            if self.gone.contains(c) {
                continue;
            }
            let stands = self.met.contains(c)
                || !shared.leaving.contains(c)
                    && (shared.joining.contains(c) || decide(plan.availability[c.index()], numbers));
            let sums = &sums[block * filter.inner()..][..filter.inner()];
            let particle = block * filter.inner() + place(sums, numbers.uniform());
            underway.racing.insert_if(c, stands && !filter.out[particle]);
            red[c.index()] = filter.red[particle];
            underway.yielded[c.index()] = filter.yielded[particle];
            underway.drift[c.index()] = filter.drift[particle] as f32;
            for m in 0..plan.members() {
                let pair = plan.pair(MemberId(m as u16), c);
                let mean = shared.mean(plan, pair);
                underway.mean[pair] = mean as f32;
                underway.shared[pair] = filter.shared(particle, m, mean) as f32;
                underway.noise[pair] = filter.noise[particle * plan.members() + m] as f32;
            }
        }
    }
}
