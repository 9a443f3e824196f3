//! What candidates share: outer particles.

use super::weights::log_sum;
use crate::model::{CandidateId, CandidateSet, Effect, MemberId, MemberSet, Noise};
use crate::simulation::draws::{Chance, Draws, Sequence, Shock, Threshold};
use crate::simulation::plan::{OwnShocks, Plan, Veto};

/// What the candidates of one round share, in many draws.
#[derive(Debug, Clone)]
pub struct Shared {
    /// The draws.
    pub particles: Vec<SharedParticle>,
    /// The logarithm of each one's weight.
    pub log_weights: Vec<f64>,
}

/// One draw of what candidates share. Shocks are in standard deviations.
#[derive(Debug, Clone)]
pub struct SharedParticle {
    /// Which events happen.
    pub happens: Vec<bool>,
    /// By place in [`Plan::own_shocks`]: the member's mood, then its priorities.
    pub own: Vec<Vec<f64>>,
    /// By place in [`Plan::traits`]: what the moment asks for.
    pub moments: Vec<f64>,
    /// By member: veto powers, those that events give among them; a power whose draw is the member's is decided.
    pub vetoes: Vec<Veto>,
    /// Who is held in reserve.
    pub reserve: CandidateSet,
    /// Who an event takes out of the race.
    pub leaving: CandidateSet,
    /// Whom an event brings into the race.
    pub joining: CandidateSet,
}

/// Whether candidates share anything that is drawn.
pub fn is_shared(plan: &Plan) -> bool {
    let drawn = |veto: &Veto| veto.drawn == crate::model::Drawn::Member && veto.red_line.certainty().is_none();
    let chance = |threshold: &Threshold| threshold.certainty().is_none();
    has_shocks(plan) || plan.event_chances.iter().any(chance) || plan.vetoes.iter().any(drawn)
}

/// Whether candidates share shocks.
fn has_shocks(plan: &Plan) -> bool {
    !plan.own_shocks.is_empty() || !plan.traits.is_empty()
}

/// Whether what candidates share can be drawn again given the views of all.
pub fn can_move(plan: &Plan) -> bool {
    has_shocks(plan) && plan.model.noise == Noise::Normal && plan.uncertainty.iter().all(|&sd| sd > 0.0)
}

/// Draws as [`Threshold::decide`] asks for them.
struct Bits<'a>(&'a mut Sequence);

impl Draws for Bits<'_> {
    fn shock(&mut self, _: Shock) -> f32 {
        self.0.normal() as f32
    }

    fn bits(&mut self, _: Chance) -> u32 {
        self.0.half()
    }
}

/// Whether something of this chance happens.
pub fn decide(threshold: Threshold, numbers: &mut Sequence) -> bool {
    threshold.decide(&mut Bits(numbers), Chance::Event(0))
}

impl Shared {
    /// So many draws.
    pub fn draw(plan: &Plan, count: usize, numbers: &mut Sequence) -> Self {
        let particles = (0..count).map(|_| SharedParticle::draw(plan, numbers)).collect();
        Self { particles, log_weights: vec![0.0; count] }
    }

    /// The weights, which add up to 1; nothing if there is no weight at all.
    pub fn weights(&self) -> Option<Vec<f64>> {
        let top = self.log_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if top == f64::NEG_INFINITY {
            return None;
        }
        let weights: Vec<f64> = self.log_weights.iter().map(|weight| libm::exp(weight - top)).collect();
        let sum: f64 = weights.iter().sum();
        Some(weights.into_iter().map(|weight| weight / sum).collect())
    }

    /// How many draws count.
    pub fn effective(&self) -> f64 {
        self.weights().map_or(0.0, |weights| 1.0 / weights.iter().map(|weight| weight * weight).sum::<f64>())
    }

    /// Multiplies the weights by what these are the logarithms of; returns the logarithm of the mean factor.
    pub fn weigh(&mut self, factors: &[f64]) -> f64 {
        let before = log_sum(&self.log_weights);
        self.log_weights.iter_mut().zip(factors).for_each(|(weight, factor)| *weight += factor);
        log_sum(&self.log_weights) - before
    }
}

impl SharedParticle {
    fn draw(plan: &Plan, numbers: &mut Sequence) -> Self {
        let happens: Vec<bool> = plan.event_chances.iter().map(|&chance| decide(chance, numbers)).collect();
        let own = |own: &OwnShocks| (0..=own.priorities.len()).map(|_| numbers.normal()).collect();
        let own = plan.own_shocks.iter().map(own).collect();
        let moments = plan.traits.iter().map(|_| numbers.normal()).collect();
        let mut vetoes = plan.vetoes.clone();
        let [mut reserve, mut leaving, mut joining] = [plan.reserve, CandidateSet::EMPTY, CandidateSet::EMPTY];
        for (event, _) in plan.model.events.iter().zip(&happens).filter(|(_, happens)| **happens) {
            for effect in &event.effects {
                match effect {
                    Effect::Points { .. } => {} // part of the views
                    Effect::Leaves(c) => leaving.insert(*c),
                    Effect::Joins(c) => {
                        joining.insert(*c);
                        reserve.remove(*c);
                    }
                    Effect::Vetoes(powers) => {
                        powers.iter().for_each(|&(m, power)| vetoes[m.index()] = power.into());
                    }
                }
            }
        }
        for veto in &mut vetoes {
            if veto.drawn == crate::model::Drawn::Member {
                veto.red_line = Threshold::new(if decide(veto.red_line, numbers) { 1.0 } else { 0.0 });
            }
        }
        Self { happens, own, moments, vetoes, reserve, leaving, joining }
    }

    /// By member: the mean of the view of `c` when the round opens, with everything but what is about `c` alone, points.
    pub fn base(&self, plan: &Plan, c: CandidateId) -> Vec<f64> {
        let members = 0..plan.members() as u16;
        let pairs = members.map(|m| plan.pair(MemberId(m), c));
        let mut base: Vec<f64> = pairs.map(|pair| self.mean(plan, pair)).collect();
        let moment: f64 =
            plan.traits.iter().zip(&self.moments).map(|(it, shock)| f64::from(it.loading[c.index()]) * shock).sum();
        base.iter_mut().for_each(|level| *level += moment);
        for (own, shocks) in plan.own_shocks.iter().zip(&self.own) {
            base[own.member.index()] += loads(own, c).zip(shocks).map(|(load, shock)| load * shock).sum::<f64>();
        }
        base
    }

    /// For whom a candidate is a red line.
    pub fn red_lines(&self, c: CandidateId, numbers: &mut Sequence) -> MemberSet {
        let mut red = MemberSet::EMPTY;
        for (m, veto) in self.vetoes.iter().enumerate() {
            if veto.against.contains(c) && decide(veto.red_line, numbers) {
                red.insert(MemberId(m as u16));
            }
        }
        red
    }

    /// The mean with what events add, points.
    pub fn mean(&self, plan: &Plan, pair: usize) -> f64 {
        let events = plan.event_points.iter().filter(|event| self.happens[event.event]);
        plan.mean[pair] + events.map(|event| event.points[pair]).sum::<f64>()
    }

    /// The logarithm of the chance that `c`, who should be in the race for the first time, is there, or is not.
    pub fn presence(&self, plan: &Plan, c: CandidateId, is_there: bool) -> f64 {
        let chance = if self.leaving.contains(c) {
            0.0
        } else if self.joining.contains(c) {
            1.0
        } else {
            plan.model.candidates[c.index()].availability
        };
        libm::log(if is_there { chance } else { 1.0 - chance })
    }
}

/// What the member's mood and priorities do to its view of `c`, points a standard deviation.
pub fn loads(own: &OwnShocks, c: CandidateId) -> impl Iterator<Item = f64> + '_ {
    let priorities = own.priorities.iter().map(move |(_, loading)| loading[c.index()]);
    [own.mood].into_iter().chain(priorities).map(f64::from)
}
