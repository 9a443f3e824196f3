//! The model as run: flat arrays, single precision, and the keys of addresses.

use super::draws::{Addresses, Threshold, id_key};
use crate::model::{Candidate, CandidateId, CandidateSet, Dynamics, Member, MemberId, MemberSet, Model, VetoPower};

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
    /// Points of dislike that a veto takes if all others encourage the candidate.
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
        // Every part has its name here, so that a new one is not forgotten; `_` is read from the model as it is, or by
        // its methods.
        let Model {
            assumption: _,
            assumption_summary: _,
            noise: _,
            members,
            candidates,
            groups,
            traits,
            measures: _,
            support: _,
            events,
            stages: _,
            dynamics: Dynamics { momentum: _, memory, accommodation },
            vetoes,
        } = &model;
        let by_pair = |value: &dyn Fn(MemberId, CandidateId) -> f64| -> Vec<f64> {
            model.candidate_ids().flat_map(|(c, _)| model.member_ids().map(move |(m, _)| value(m, c))).collect()
        };
        let groups = groups.iter().enumerate().filter(|(_, g)| g.sd > 0.0 && !g.members.is_empty());
        let traits = traits.iter().enumerate().filter(|(_, t)| t.sd > 0.0);
        let mut plan = Self {
            mean: by_pair(&|m, c| model.mean_utility(m, c)),
            uncertainty: by_pair(&|m, c| model.uncertainty(m, c)).into_iter().map(|sd| sd as f32).collect(),
            accept_at: Vec::with_capacity(members.len()),
            object_at: Vec::with_capacity(members.len()),
            concession: Vec::with_capacity(members.len()),
            groups: groups.map(|(group, g)| ShockedGroup { sd: g.sd as f32, members: g.members, group }).collect(),
            common_sd: Vec::with_capacity(candidates.len()),
            traits: traits
                .map(|(k, t)| ShockedTrait {
                    loading: candidates.iter().map(|c| (t.sd * c.traits[k]) as f32).collect(),
                    index: k,
                })
                .collect(),
            event_points: event_points(&model),
            event_chances: events.iter().map(|event| Threshold::new(event.probability)).collect(),
            availability: Vec::with_capacity(candidates.len()),
            withdraws_if_vetoed: Vec::with_capacity(candidates.len()),
            vetoes: vetoes.iter().map(|&power| power.into()).collect(),
            yields: Threshold::new(accommodation.map_or(0.0, |side_payment| side_payment.probability)),
            reserve: CandidateSet::EMPTY,
            memory: Memory { kept: *memory as f32, fresh: libm::sqrt(1.0 - memory * memory) as f32 },
            candidate_keys: Vec::with_capacity(candidates.len()),
            model: model.clone(),
        };
        members.iter().for_each(|member| plan.add_member(member));
        model.candidate_ids().for_each(|(c, candidate)| plan.add_candidate(c, candidate));
        plan
    }

    /// Lays out what is the member's own, but for what enters means and uncertainties.
    fn add_member(&mut self, member: &Member) {
        let Member {
            id: _,
            name: _,
            priority: _,
            ideal: _,
            salience: _,
            home: _,
            uncertainty: _,
            uncertainty_about: _,
            accept_at,
            object_at,
            concession,
        } = member;
        self.accept_at.push(*accept_at as f32);
        self.object_at.push(*object_at as f32);
        self.concession.push(*concession as f32);
    }

    /// Lays out what is the candidate's own, but for what enters means.
    fn add_candidate(&mut self, c: CandidateId, candidate: &Candidate) {
        let Candidate {
            id,
            name: _,
            home: _,
            traits: _,
            position: _,
            common_sd,
            availability,
            enters: _,
            reserve,
            withdraws_if_vetoed,
            withdraws_below: _,
        } = candidate;
        self.candidate_keys.push(id_key(id));
        self.common_sd.push(*common_sd as f32);
        self.availability.push(Threshold::new(*availability));
        self.withdraws_if_vetoed.push(Threshold::new(*withdraws_if_vetoed));
        self.reserve.insert_if(c, *reserve);
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
        self.model.shared_sds(m, c).all(|sd| sd == 0.0)
            && self.event_points.iter().all(|event| event.points[pair] == 0.0)
    }

    /// Whether everyone always thinks the same in both worlds, if the draws are the same and no momentum is gathered.
    pub(super) fn thinks_like(&self, other: &Self) -> bool {
        let Self {
            mean,
            uncertainty,
            accept_at,
            object_at,
            concession,
            groups,
            common_sd,
            traits,
            event_points,
            event_chances,
            // Of the procedure, and of the draws, which are the same.
            availability: _,
            withdraws_if_vetoed: _,
            vetoes: _,
            yields: _,
            reserve: _,
            memory: _,
            candidate_keys: _,
            model: _,
        } = self;
        *mean == other.mean
            && *uncertainty == other.uncertainty
            && *accept_at == other.accept_at
            && *object_at == other.object_at
            && *concession == other.concession
            && *groups == other.groups
            && *common_sd == other.common_sd
            && *traits == other.traits
            && *event_points == other.event_points
            && *event_chances == other.event_chances
    }

    /// Position of a member and a candidate in arrays over pairs.
    #[inline]
    pub fn pair(&self, m: MemberId, c: CandidateId) -> usize {
        c.index() * self.members() + m.index()
    }
}

/// Events with the points that they add, those that add some.
fn event_points(model: &Model) -> Vec<EventPoints> {
    let pairs = || model.candidate_ids().flat_map(|(c, _)| model.member_ids().map(move |(m, _)| (m, c)));
    let events = model
        .events
        .iter()
        .enumerate()
        .map(|(event, e)| EventPoints { event, points: pairs().map(|(m, c)| e.points(m, c)).collect() });
    let mut all: Vec<_> = events.filter(|event| event.points.iter().any(|&points| points != 0.0)).collect();
    all.sort_by(|a, b| model.events[a.event].name.cmp(&model.events[b.event].name));
    all
}
