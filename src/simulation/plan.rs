//! The model as run: flat arrays, single precision, and the keys of addresses.

use super::draws::{Addresses, Threshold, id_key};
use crate::model::{CandidateId, CandidateSet, Effect, MemberId, MemberSet, Model, VetoPower};

/// A [`Model`] laid out for simulation.
///
/// Arrays over pairs run candidate by candidate: the entry of member `m` and candidate `c` is
/// `[c · members + m]`, see [`Plan::pair`]. Utilities are single precision: a resolution of 10^-6 points
/// up to 8 points, far below what any judgement can carry.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The model.
    pub model: Model,
    /// Mean utility when a round opens and no event happens, points.
    pub mean: Vec<f64>,
    /// Standard deviation of the noise, points.
    pub uncertainty: Vec<f32>,
    /// Points from which each member encourages.
    pub accept_at: Vec<f32>,
    /// Points below which each member objects.
    pub object_at: Vec<f32>,
    /// Points each member's reservation level falls from ballot to ballot.
    pub concession: Vec<f32>,
    /// Groups whose members share shocks, in the order of their ids.
    pub groups: Vec<ShockedGroup>,
    /// Standard deviation of each candidate's common shock, points.
    pub common_sd: Vec<f32>,
    /// Traits the moment may ask for, in the order of their names.
    pub traits: Vec<ShockedTrait>,
    /// Events in the order of their names with the points they add: sums of points do not depend on the file's order.
    pub event_points: Vec<EventPoints>,
    /// Probability of each event of the model.
    pub event_chances: Vec<Threshold>,
    /// Probability that each candidate stands.
    pub availability: Vec<Threshold>,
    /// Probability that each candidate withdraws when vetoed.
    pub withdraws_if_vetoed: Vec<Threshold>,
    /// Each member's veto power when no event changes it.
    pub vetoes: Vec<Veto>,
    /// Probability that a holdout yields.
    pub yields: Threshold,
    /// Candidates held in reserve.
    pub reserve: CandidateSet,
    /// What becomes of the noise between ballots.
    pub memory: Memory,
    /// The keys of the candidates' ids: what decides should two lots be equal.
    pub candidate_keys: Vec<u64>,
}

/// The weights of earlier and of fresh noise in that of the next ballot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Memory {
    /// Of earlier noise: `memory`.
    pub kept: f32,
    /// Of fresh noise: `√(1 − memory²)`.
    pub fresh: f32,
}

/// A group with a shock of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct ShockedGroup {
    /// Standard deviation, points.
    pub sd: f32,
    /// Who shares the shock.
    pub members: MemberSet,
    /// Index into the model's groups.
    pub group: usize,
}

/// A trait whose value to everyone moves from round to round.
#[derive(Debug, Clone, PartialEq)]
pub struct ShockedTrait {
    /// `trait_sd · trait` of each candidate, points.
    pub loading: Vec<f32>,
    /// Index into the model's traits.
    pub index: usize,
}

/// Points that one event adds.
#[derive(Debug, Clone, PartialEq)]
pub struct EventPoints {
    /// Index into the model's events.
    pub event: usize,
    /// Points by pair.
    pub points: Vec<f64>,
}

/// A veto power ready to be decided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Veto {
    /// Probability of a red line.
    pub red_line: Threshold,
    /// Points of dislike needed to stand alone.
    pub cost: f32,
    /// Candidates it may be used against.
    pub against: CandidateSet,
}

impl Veto {
    /// Whether it may be used against `c`.
    pub fn covers(&self, c: CandidateId) -> bool {
        self.red_line > Threshold::new(0.0) && self.against.contains(c)
    }
}

impl From<VetoPower> for Veto {
    fn from(power: VetoPower) -> Self {
        Self { red_line: Threshold::new(power.probability), cost: power.cost as f32, against: power.against }
    }
}

impl Plan {
    /// Lays out `model`.
    pub fn new(model: Model) -> Self {
        let by_pair = |value: &dyn Fn(MemberId, CandidateId) -> f64| -> Vec<f64> {
            model.candidate_ids().flat_map(|(c, _)| model.member_ids().map(move |(m, _)| value(m, c))).collect()
        };
        let by_member = |value: &dyn Fn(&crate::model::Member) -> f64| -> Vec<f32> {
            model.members.iter().map(|member| value(member) as f32).collect()
        };
        let groups = model.groups.iter().enumerate().filter(|(_, g)| g.sd > 0.0 && !g.members.is_empty());
        let traits = model.traits.iter().enumerate().filter(|(_, t)| t.sd > 0.0);
        let memory = model.dynamics.memory;
        Self {
            mean: by_pair(&|m, c| model.mean_utility(m, c)),
            uncertainty: by_pair(&|m, c| model.uncertainty(m, c)).into_iter().map(|sd| sd as f32).collect(),
            accept_at: by_member(&|m| m.accept_at),
            object_at: by_member(&|m| m.object_at),
            concession: by_member(&|m| m.concession),
            groups: groups.map(|(group, g)| ShockedGroup { sd: g.sd as f32, members: g.members, group }).collect(),
            common_sd: model.candidates.iter().map(|c| c.common_sd as f32).collect(),
            traits: traits
                .map(|(k, t)| ShockedTrait {
                    loading: model.candidates.iter().map(|c| (t.sd * c.traits[k]) as f32).collect(),
                    index: k,
                })
                .collect(),
            event_points: event_points(&model),
            event_chances: model.events.iter().map(|e| Threshold::new(e.probability)).collect(),
            availability: model.candidates.iter().map(|c| Threshold::new(c.availability)).collect(),
            withdraws_if_vetoed: model.candidates.iter().map(|c| Threshold::new(c.withdraws_if_vetoed)).collect(),
            vetoes: model.vetoes.iter().map(|&power| power.into()).collect(),
            yields: Threshold::new(model.dynamics.accommodation.map_or(0.0, |a| a.probability)),
            reserve: model.candidate_ids().filter(|(_, c)| c.reserve).map(|(id, _)| id).collect(),
            memory: Memory { kept: memory as f32, fresh: libm::sqrt(1.0 - memory * memory) as f32 },
            candidate_keys: model.candidates.iter().map(|c| id_key(&c.id)).collect(),
            model,
        }
    }

    /// Number of members.
    pub fn members(&self) -> usize {
        self.accept_at.len()
    }

    /// Number of candidates.
    pub fn candidates(&self) -> usize {
        self.common_sd.len()
    }

    /// The addresses of the plan's draws.
    pub fn addresses(&self) -> Addresses {
        Addresses::new(&self.model)
    }

    /// Whether `m`'s view of `c`, when a round opens, differs from round to round by the noise alone.
    pub(super) fn is_plain(&self, m: MemberId, c: CandidateId) -> bool {
        let pair = self.pair(m, c);
        self.groups.iter().all(|group| !group.members.contains(m))
            && self.common_sd[c.index()] == 0.0
            && self.traits.iter().all(|shocked| shocked.loading[c.index()] == 0.0)
            && self.event_points.iter().all(|event| event.points[pair] == 0.0)
    }

    /// Whether everyone always thinks the same in both worlds, if the draws are the same and no momentum is gathered.
    pub(super) fn thinks_like(&self, other: &Self) -> bool {
        self.mean == other.mean
            && self.uncertainty == other.uncertainty
            && self.accept_at == other.accept_at
            && self.object_at == other.object_at
            && self.concession == other.concession
            && self.groups == other.groups
            && self.common_sd == other.common_sd
            && self.traits == other.traits
            && self.event_points == other.event_points
            && self.event_chances == other.event_chances
    }

    /// Position of a member and a candidate in arrays over pairs.
    #[inline]
    pub fn pair(&self, m: MemberId, c: CandidateId) -> usize {
        c.index() * self.members() + m.index()
    }
}

fn event_points(model: &Model) -> Vec<EventPoints> {
    let members = model.members.len();
    let mut all: Vec<EventPoints> = Vec::new();
    for (event, e) in model.events.iter().enumerate() {
        let mut points = vec![0.0; members * model.candidates.len()];
        for effect in &e.effects {
            if let Effect::Points { members: of, candidates, points: added } = effect {
                for c in candidates.iter() {
                    for m in of.iter() {
                        points[c.index() * members + m.index()] += added;
                    }
                }
            }
        }
        if points.iter().any(|&p| p != 0.0) {
            all.push(EventPoints { event, points });
        }
    }
    all.sort_by(|a, b| model.events[a.event].name.cmp(&model.events[b.event].name));
    all
}
