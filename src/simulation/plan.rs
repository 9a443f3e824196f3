//! The model as run: flat arrays, single precision, and the keys of addresses.

use super::draws::{Addresses, Chance, Threshold, id_key};
use super::waiting::Waiting;
use crate::model::{
    Candidate, CandidateId, CandidateSet, Drawn, Dynamics, Member, MemberId, MemberSet, Model, Stage, VetoPower,
};

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
    /// Points from which each member votes for a candidate; minus infinity is no limit.
    pub votes_at: Vec<f32>,
    /// `[(ballot − 1) · members + member]`: what waiting adds to the reservation level, points; empty if nothing does.
    pub waiting: Vec<f32>,
    /// What waiting is worth, if a member has foresight and there is something to wait for.
    pub solved: Option<Waiting>,
    /// What members have in their views of everyone, each a shock of its own.
    pub own_shocks: Vec<OwnShocks>,
    /// How everyone's view of a candidate moves between ballots.
    pub moves: Moves,
    /// The stages of the model.
    pub stages: Vec<PlannedStage>,
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
    /// Points of dislike up to which a side payment can help; infinity is no limit.
    pub yield_limit: f32,
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

/// What one member has in its views of everyone.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnShocks {
    /// Who.
    pub member: MemberId,
    /// Standard deviation of its mood, points.
    pub mood: f32,
    /// By index of a trait in the model whose weight is not known: `priority_sd · trait` of each candidate, points.
    pub priorities: Vec<(usize, Vec<f32>)>,
}

/// How everyone's view of a candidate moves between ballots: standard deviations in points, 0 if it does not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moves {
    /// From ballot to ballot.
    pub drift: f32,
    /// Once, before the ballot of number [`Self::doubt_before`].
    pub doubt: f32,
    /// The second, or the one after the last poll held.
    pub doubt_before: u32,
}

/// A stage ready to be held.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedStage {
    /// Probability that it goes on.
    pub continues: Threshold,
    /// The weights by which support is counted, if not by heads.
    pub weights: Option<Vec<u64>>,
    /// The support of everyone who takes part.
    pub whole: u128,
    /// The same, but at least 1, as a divisor.
    pub divisor: f32,
}

impl PlannedStage {
    fn new(model: &Model, stage: &Stage) -> Self {
        let measure = &model.measures[stage.support_by];
        let weighs = !measure.counts_heads();
        let whole = measure.weigh(&stage.members);
        Self {
            continues: Threshold::new(stage.continues),
            weights: weighs.then(|| measure.weights.clone()),
            whole,
            divisor: whole.max(1) as f32,
        }
    }

    /// The support that these members are.
    pub fn support(&self, members: &MemberSet) -> u128 {
        match &self.weights {
            None => members.len().into(),
            Some(weights) => members.iter().map(|m| u128::from(weights[m.index()])).sum(),
        }
    }
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
    /// Probability of a red line, or that the member is ready to block.
    pub red_line: Threshold,
    /// Which of the two.
    pub drawn: Drawn,
    /// Points of dislike that a veto takes if all others encourage the candidate.
    pub cost: f32,
    /// Points that it takes beside if nobody else objects.
    pub alone: f32,
    /// Candidates it may be used against.
    pub against: CandidateSet,
}

impl Veto {
    /// Whether it may be used against `c`.
    pub fn covers(&self, c: CandidateId) -> bool {
        self.red_line > Threshold::new(0.0) && self.against.contains(c)
    }

    /// Whether a veto takes more than an objection to a red line.
    pub fn has_price(&self) -> bool {
        self.cost != 0.0 || self.alone != 0.0
    }

    /// What decides whether an objection of `m` to `c` may be a veto.
    pub fn chance(&self, m: MemberId, c: CandidateId) -> Chance {
        match self.drawn {
            Drawn::Candidate => Chance::RedLine(m, c),
            Drawn::Member => Chance::Readiness(m),
        }
    }
}

impl From<VetoPower> for Veto {
    fn from(power: VetoPower) -> Self {
        let VetoPower { probability, drawn, cost, alone, against } = power;
        Self { red_line: Threshold::new(probability), drawn, cost: cost as f32, alone: alone as f32, against }
    }
}

impl Plan {
    /// Lays out `model` for members who take each ballot as it comes.
    pub(super) fn without_foresight(model: Model) -> Self {
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
            stages,
            dynamics: Dynamics { momentum: _, memory, drift_sd, doubt_sd, accommodation },
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
            votes_at: Vec::with_capacity(members.len()),
            waiting: Vec::new(),
            solved: None,
            own_shocks: Vec::new(),
            moves: Moves { drift: *drift_sd as f32, doubt: *doubt_sd as f32, doubt_before: 2 },
            stages: stages.iter().map(|stage| PlannedStage::new(&model, stage)).collect(),
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
            yield_limit: accommodation
                .and_then(|side_payment| side_payment.limit)
                .map_or(f32::INFINITY, |limit| limit as f32),
            reserve: CandidateSet::EMPTY,
            memory: Memory { kept: *memory as f32, fresh: libm::sqrt(1.0 - memory * memory) as f32 },
            candidate_keys: Vec::with_capacity(candidates.len()),
            model,
        };
        (0..plan.model.members.len() as u16).for_each(|m| plan.add_member(MemberId(m)));
        (0..plan.model.candidates.len() as u16).for_each(|c| plan.add_candidate(CandidateId(c)));
        plan
    }

    /// Lays out what is the member's own, but for what enters means and uncertainties.
    fn add_member(&mut self, m: MemberId) {
        let Member {
            id: _,
            name: _,
            priority: _,
            priority_sd,
            ideal: _,
            salience: _,
            home: _,
            member_sd,
            uncertainty: _,
            uncertainty_about: _,
            accept_at,
            object_at,
            votes_at,
            concession,
            foresight: _, // enters with what waiting is worth
            yields: _,
        } = &self.model.members[m.index()];
        self.accept_at.push(*accept_at as f32);
        self.object_at.push(*object_at as f32);
        self.concession.push(*concession as f32);
        self.votes_at.push(votes_at.map_or(f32::NEG_INFINITY, |bar| bar as f32));
        let loading = |k: usize, sd: f64| -> Vec<f32> {
            self.model.candidates.iter().map(|candidate| (sd * candidate.traits[k]) as f32).collect()
        };
        let unknown = priority_sd.iter().enumerate().filter(|(_, sd)| **sd > 0.0);
        let priorities: Vec<_> = unknown.map(|(k, &sd)| (k, loading(k, sd))).collect();
        let mood = *member_sd as f32;
        if mood > 0.0 || !priorities.is_empty() {
            self.own_shocks.push(OwnShocks { member: m, mood, priorities });
        }
    }

    /// Lays out what is the candidate's own, but for what enters means.
    fn add_candidate(&mut self, c: CandidateId) {
        let Candidate {
            id,
            name: _,
            home: _,
            traits: _,
            position: _,
            uncertainty: _,
            common_sd,
            availability,
            enters: _,
            reserve,
            withdraws_if_vetoed,
            withdraws_below: _,
        } = &self.model.candidates[c.index()];
        self.candidate_keys.push(id_key(id));
        self.common_sd.push(*common_sd as f32);
        self.availability.push(Threshold::new(*availability));
        self.withdraws_if_vetoed.push(Threshold::new(*withdraws_if_vetoed));
        self.reserve.insert_if(c, *reserve);
    }

    /// What waiting adds to the reservation level of `m` at ballot number `ballot`, points.
    #[inline]
    pub fn waiting(&self, m: MemberId, ballot: u32) -> f32 {
        let at = (ballot as usize).saturating_sub(1) * self.members() + m.index();
        self.waiting.get(at).copied().unwrap_or(0.0)
    }

    /// Whether views of a candidate, but for the noise, may move between ballots.
    pub fn views_move(&self) -> bool {
        self.model.dynamics.momentum != 0.0 || self.moves.drift != 0.0 || self.moves.doubt != 0.0
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

    /// Whether nothing tells these members' answers about `c` apart: they have the same mean, uncertainty, thresholds and
    /// shared shocks.
    pub fn are_alike(&self, members: &MemberSet, c: CandidateId) -> bool {
        let of = |m: MemberId| {
            let (pair, own) = (self.pair(m, c), self.own_shocks.iter().find(|own| own.member == m));
            let events: Vec<u64> = self.event_points.iter().map(|event| event.points[pair].to_bits()).collect();
            let groups: Vec<bool> = self.groups.iter().map(|group| group.members.contains(m)).collect();
            let own = own.map(|own| (own.mood.to_bits(), own.priorities.clone()));
            let bounds = [&self.accept_at, &self.object_at, &self.concession].map(|of| of[m.index()].to_bits());
            let waiting: Vec<u32> =
                (1..=self.model.max_ballots()).map(|ballot| self.waiting(m, ballot).to_bits()).collect();
            (self.mean[pair].to_bits(), self.uncertainty[pair].to_bits(), events, groups, own, bounds, waiting)
        };
        let mut members = members.iter().map(of);
        members.next().is_none_or(|first| members.all(|other| other == first))
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
            waiting,
            own_shocks,
            moves,
            groups,
            common_sd,
            traits,
            event_points,
            event_chances,
            // Of the procedure, and of the draws, which are the same; or behind what is compared.
            solved: _,
            availability: _,
            withdraws_if_vetoed: _,
            vetoes: _,
            votes_at: _,
            stages: _,
            yields: _,
            yield_limit: _,
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
            && *waiting == other.waiting
            && *own_shocks == other.own_shocks
            && *moves == other.moves
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
