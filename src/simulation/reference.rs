//! One round, written to be read: the model document in code.
//!
//! Plain loops, no tricks. The draws are an argument, so a procedure can be tested without chance. The
//! numbered comments are the steps of one ballot in `docs/model.md`.

mod aftermath;
mod underway;

pub(super) use underway::Underway;

use std::cmp::Reverse;

use super::draws::{Chance, Draws, Shock};
use super::plan::{Memory, Plan, Veto};
use super::round::{BallotHeld, CandidateRound, LastBallot, Observer, Opening, Round, Standing};
use super::steps::{self, Fare};
use crate::model::{BallotCount, CandidateId, CandidateSet, Choose, Effect, MemberId, MemberSet, Stage};

/// One round in progress; reused from round to round to spare allocations.
pub struct Reference<'a> {
    plan: &'a Plan,
    round: Round,
    /// Who may still be appointed in this round, whether or not they have entered yet.
    racing: CandidateSet,
    /// Which events of the model happen in this round.
    happens: Vec<bool>,
    /// Held in reserve in this round.
    reserve: CandidateSet,
    /// Each member's veto power in this round.
    vetoes: Vec<Veto>,
    /// By candidate: who has yielded on them.
    yielded: Vec<MemberSet>,
    /// By pair: mean utility in this round, with what its events add.
    mean: Vec<f32>,
    /// By pair: shocks that others share.
    shared: Vec<f32>,
    /// By pair: the noise, standardised.
    noise: Vec<f32>,
    /// By candidate: by how much everyone's view of them has moved since the round opened.
    drift: Vec<f32>,
    /// By candidate: how they fare at the ballot at hand.
    standing: Vec<Standing>,
    /// By candidate: what of this dropping and withdrawing ask for.
    fares: Vec<Fare>,
}

impl<'a> Reference<'a> {
    /// A simulator of single rounds of `plan`.
    pub fn new(plan: &'a Plan) -> Self {
        let (members, candidates) = (plan.members(), plan.candidates());
        let nothing = Round { outcome: None, ballots: 0, stage: 0, vetoes: 0, candidates: Vec::new() };
        Self {
            plan,
            round: Round { candidates: vec![CandidateRound::default(); candidates], ..nothing },
            racing: CandidateSet::EMPTY,
            happens: vec![false; plan.model.events.len()],
            reserve: CandidateSet::EMPTY,
            vetoes: plan.vetoes.clone(),
            yielded: vec![MemberSet::EMPTY; candidates],
            mean: vec![0.0; members * candidates],
            shared: vec![0.0; members * candidates],
            noise: vec![0.0; members * candidates],
            drift: vec![0.0; candidates],
            standing: vec![Standing::default(); candidates],
            fares: vec![Fare::default(); candidates],
        }
    }

    /// Simulates one round with these draws.
    pub fn simulate<D: Draws>(&mut self, draws: &mut D) -> &Round {
        self.observe(draws, &mut ())
    }

    /// Simulates one round with these draws and tells `observer` how it goes.
    pub fn observe<D: Draws, O: Observer>(&mut self, draws: &mut D, observer: &mut O) -> &Round {
        self.open(draws);
        observer.opened(&Opening {
            happens: &self.happens,
            standing: self.racing,
            reserve: self.reserve,
            vetoes: &self.vetoes,
        });
        self.go_on(0, 0, draws, observer)
    }

    /// Holds the ballots after the one of this number in the stage at this position.
    fn go_on<D: Draws, O: Observer>(&mut self, first: usize, held: u32, draws: &mut D, observer: &mut O) -> &Round {
        let plan = self.plan;
        for (index, stage) in plan.model.stages.iter().enumerate().skip(first) {
            let before = if index == first { held } else { 0 };
            for repeat in before + 1..=stage.repeat {
                let field = self.field(stage);
                if field.is_empty() {
                    break;
                }
                self.round.ballots += 1;
                self.round.stage = index;
                let goes_on = self.hold_ballot(stage, repeat, field, draws, observer);
                if self.round.outcome.is_some() {
                    return &self.round;
                }
                if !goes_on {
                    break;
                }
            }
        }
        &self.round
    }

    /// The round simulated last.
    pub fn round(&self) -> &Round {
        &self.round
    }

    /// Forgets the round before.
    fn clear(&mut self) {
        self.round.outcome = None;
        self.round.ballots = 0;
        self.round.stage = 0;
        self.round.vetoes = 0;
        self.round.candidates.fill(CandidateRound::default());
        self.yielded.fill(MemberSet::EMPTY);
        self.drift.fill(0.0);
    }

    /// Sets the scene: which events happen, who stands, what everyone thinks.
    fn open<D: Draws>(&mut self, draws: &mut D) {
        let plan = self.plan;
        self.clear();
        self.racing = plan
            .model
            .candidate_ids()
            .map(|(c, _)| c)
            .filter(|&c| plan.availability[c.index()].decide(draws, Chance::Availability(c)))
            .collect();
        self.reserve = plan.reserve;
        self.vetoes.copy_from_slice(&plan.vetoes);
        let mut leaving = CandidateSet::EMPTY;
        for (e, event) in plan.model.events.iter().enumerate() {
            self.happens[e] = plan.event_chances[e].decide(draws, Chance::Event(e));
            if !self.happens[e] {
                continue;
            }
            for effect in &event.effects {
                match effect {
                    Effect::Points { .. } => {} // below, in an order that does not depend on the file's
                    Effect::Leaves(c) => leaving.insert(*c),
                    Effect::Joins(c) => {
                        self.racing.insert(*c);
                        self.reserve.remove(*c);
                    }
                    Effect::Vetoes(powers) => {
                        for &(m, power) in powers {
                            self.vetoes[m.index()] = power.into();
                        }
                    }
                }
            }
        }
        self.racing = self.racing.without(leaving);
        self.open_utilities(draws);
    }

    /// `u` without its noise, for everyone who stands, and the noise.
    fn open_utilities<D: Draws>(&mut self, draws: &mut D) {
        let plan = self.plan;
        for c in self.racing.iter() {
            for m in members(plan) {
                let mut mean = plan.mean[plan.pair(m, c)];
                for event in plan.event_points.iter().filter(|event| self.happens[event.event]) {
                    mean += event.points[plan.pair(m, c)];
                }
                self.mean[plan.pair(m, c)] = mean as f32;
                self.shared[plan.pair(m, c)] = 0.0;
            }
            for group in &plan.groups {
                let shock = group.sd * draws.shock(Shock::Bloc(group.group, c));
                for m in group.members.iter() {
                    self.shared[plan.pair(m, c)] += shock;
                }
            }
            if plan.common_sd[c.index()] > 0.0 {
                let shock = plan.common_sd[c.index()] * draws.shock(Shock::Common(c));
                for m in members(plan) {
                    self.shared[plan.pair(m, c)] += shock;
                }
            }
            for shocked in &plan.traits {
                let shock = shocked.loading[c.index()] * draws.shock(Shock::Moment(shocked.index));
                for m in members(plan) {
                    self.shared[plan.pair(m, c)] += shock;
                }
            }
            for own in &plan.own_shocks {
                let shared = &mut self.shared[plan.pair(own.member, c)];
                if own.mood > 0.0 {
                    *shared += own.mood * draws.shock(Shock::Mood(own.member));
                }
                for (k, loading) in &own.priorities {
                    *shared += loading[c.index()] * draws.shock(Shock::Priority(own.member, *k));
                }
            }
            for m in members(plan) {
                self.noise[plan.pair(m, c)] = draws.shock(Shock::Noise { ballot: 1, member: m, candidate: c });
            }
        }
    }

    /// Utility of `c` to `m` at the ballot at hand, in points.
    fn utility(&self, m: MemberId, c: CandidateId) -> f32 {
        let pair = self.plan.pair(m, c);
        let shared = self.shared[pair] + self.drift[c.index()];
        steps::utility(self.mean[pair], shared, self.plan.uncertainty[pair], self.noise[pair])
    }

    /// The candidates whom the next ballot of `stage` is about.
    fn field(&self, stage: &Stage) -> CandidateSet {
        let next = self.round.ballots + 1;
        let candidates = &self.plan.model.candidates;
        let entered = self.racing.iter().filter(|c| candidates[c.index()].enters <= next).collect();
        self.plan.model.field(stage, self.reserve).intersection(entered)
    }

    /// Holds one ballot; returns whether its stage goes on after it.
    fn hold_ballot<D: Draws, O: Observer>(
        &mut self,
        stage: &Stage,
        repeat: u32,
        field: CandidateSet,
        draws: &mut D,
        observer: &mut O,
    ) -> bool {
        self.change_minds(draws);
        self.take_stances(stage, field);
        let voting = self.vote(stage, field, draws);
        self.decide_vetoes(stage, field, draws);
        let (passing, would_hold) = self.record(stage, repeat, field, voting);
        self.round.outcome = self.choose(stage, passing, draws);
        let mut aftermath = Aftermath { continues: true, ..Aftermath::default() };
        if self.round.outcome.is_none() {
            aftermath = self.conclude(stage, repeat, field, would_hold, draws);
        }
        observer.ballot(&BallotHeld {
            number: self.round.ballots,
            stage: self.round.stage,
            repeat,
            field,
            voting: match voting {
                Voting::Cast(cast) => cast,
                Voting::ByStance => stage.members,
            },
            standings: &self.standing,
            would_hold,
            passing,
            appointed: self.round.outcome,
            tied: aftermath.tied,
            dropped: aftermath.dropped,
            withdrawn: aftermath.withdrawn,
            accommodated: aftermath.accommodated,
            yielded: aftermath.yielded,
            out_of_reach: aftermath.out_of_reach,
            discontinued: !aftermath.continues,
        });
        aftermath.continues
    }

    /// 6. Between ballots everyone's view of a candidate may move, and part of the noise is replaced by fresh noise:
    ///    `e' = f·e + √(1 − f²)·fresh`.
    fn change_minds<D: Draws>(&mut self, draws: &mut D) {
        let Memory { kept, fresh } = self.plan.memory;
        let ballot = self.round.ballots;
        if ballot == 1 {
            return;
        }
        for c in self.racing.iter() {
            for (sd, shock) in steps::moves(self.plan, ballot, c) {
                self.drift[c.index()] += sd * draws.shock(shock);
            }
            if fresh == 0.0 {
                continue;
            }
            for m in members(self.plan) {
                let news = draws.shock(Shock::Noise { ballot, member: m, candidate: c });
                let noise = &mut self.noise[self.plan.pair(m, c)];
                *noise = kept * *noise + fresh * news;
            }
        }
    }

    /// A member's view in this stage less its reservation level, in points.
    fn view(&self, stage: &Stage, m: MemberId, c: CandidateId) -> f32 {
        self.utility(m, c) + steps::leniency(self.plan, stage, m, self.round.ballots)
    }

    /// 1. Every member who takes part encourages, objects or stays neutral.
    fn take_stances(&mut self, stage: &Stage, field: CandidateSet) {
        for c in field.iter() {
            let mut standing = Standing::default();
            for m in stage.members.iter() {
                let x = self.view(stage, m, c);
                standing.encouraging.insert_if(m, x >= self.plan.accept_at[m.index()]);
                standing.objecting.insert_if(m, x < self.plan.object_at[m.index()]);
            }
            let silent = &self.yielded[c.index()];
            standing.encouraging = standing.encouraging.without(silent);
            standing.objecting = standing.objecting.without(silent);
            standing.supporters = standing.encouraging;
            self.standing[c.index()] = standing;
        }
    }

    /// 1. In a choice ballot every member votes for its best-liked candidates. Returns who does not abstain.
    fn vote<D: Draws>(&mut self, stage: &Stage, field: CandidateSet, draws: &mut D) -> Voting {
        let Some(votes) = stage.ballot.votes() else { return Voting::ByStance };
        let ballot = self.round.ballots;
        for c in field.iter() {
            self.standing[c.index()].supporters = MemberSet::EMPTY;
        }
        let mut cast = MemberSet::EMPTY;
        for m in stage.members.iter() {
            let mut open = field;
            for _ in 0..votes.min(field.len()) {
                if let Some(c) = self.best_liked(m, open, |c| Chance::VoteLot(ballot, m, c), draws) {
                    self.standing[c.index()].supporters.insert(m);
                    cast.insert(m);
                    open.remove(c);
                }
            }
        }
        Voting::Cast(cast)
    }

    /// Whom of `open` a member likes best, of those whom it would vote for at all.
    fn best_liked<D: Draws>(
        &self,
        m: MemberId,
        open: CandidateSet,
        lot: impl Fn(CandidateId) -> Chance,
        draws: &mut D,
    ) -> Option<CandidateId> {
        let liked = |c: CandidateId| self.utility(m, c);
        let open: CandidateSet = open.iter().filter(|&c| liked(c) >= self.plan.votes_at[m.index()]).collect();
        let most = open.iter().map(liked).fold(f32::NEG_INFINITY, f32::max);
        let best = open.iter().filter(|&c| liked(c) >= most).collect();
        steps::by_lot(self.plan, best, lot, draws)
    }

    /// 2. An objection is a veto if the candidate is a red line for the member and the objection outweighs its cost.
    fn decide_vetoes<D: Draws>(&mut self, stage: &Stage, field: CandidateSet, draws: &mut D) {
        let others = stage.members.len().saturating_sub(1).max(1) as f32;
        for c in field.iter() {
            let Standing { encouraging, objecting, .. } = self.standing[c.index()];
            let popularity = encouraging.len() as f32 / others;
            let (mut vetoing, mut deterred) = (MemberSet::EMPTY, MemberSet::EMPTY);
            for m in objecting.iter() {
                let veto = self.vetoes[m.index()];
                if !veto.against.contains(c) || !veto.red_line.decide(draws, veto.chance(m, c)) {
                    continue;
                }
                let dislike = self.plan.object_at[m.index()] - self.view(stage, m, c);
                let alone = if objecting.len() == 1 { veto.alone } else { 0.0 };
                let vetoes = dislike > veto.cost * popularity + alone;
                vetoing.insert_if(m, vetoes);
                deterred.insert_if(m, !vetoes);
            }
            self.standing[c.index()].vetoing = vetoing;
            self.standing[c.index()].deterred = deterred;
            self.round.vetoes += vetoing.len();
        }
    }

    /// How the rules see `c`, with the vetoes cast or as if there were none.
    fn count(&self, stage: &Stage, c: CandidateId, voting: Voting, vetoed: bool) -> BallotCount {
        let standing = &self.standing[c.index()];
        let voting = match voting {
            Voting::Cast(cast) => cast,
            Voting::ByStance => standing.encouraging.union(&standing.objecting),
        };
        BallotCount {
            supporters: standing.supporters,
            objectors: standing.objecting,
            voting,
            all: stage.members,
            vetoed,
        }
    }

    /// 3. Notes how everyone fared; returns who passes, and who would without the vetoes.
    fn record(
        &mut self,
        stage: &Stage,
        repeat: u32,
        field: CandidateSet,
        voting: Voting,
    ) -> (CandidateSet, CandidateSet) {
        let measures = &self.plan.model.measures;
        let (mut passing, mut would_hold) = (CandidateSet::EMPTY, CandidateSet::EMPTY);
        for c in field.iter() {
            self.round.candidates[c.index()].stood = true;
            let Standing { encouraging, objecting, vetoing, supporters, .. } = self.standing[c.index()];
            let support = self.plan.stages[self.round.stage].support(&supporters);
            self.standing[c.index()].support = support;
            self.fares[c.index()] = Fare { support, in_tie: 0, vetoes: vetoing.len() };
            let Some(rule) = &stage.appoint else { continue };
            let holds = rule.holds(measures, &self.count(stage, c, voting, !vetoing.is_empty()));
            let holds_without_vetoes = holds || rule.holds(measures, &self.count(stage, c, voting, false));
            if holds_without_vetoes {
                would_hold.insert(c);
            }
            if !stage.appoints_at(repeat) {
                continue;
            }
            if holds {
                passing.insert(c);
                self.round.candidates[c.index()].acceptable = true;
            }
            self.round.candidates[c.index()].last =
                Some(LastBallot { encouraging, objecting, vetoing, short_of_support: !holds_without_vetoes });
        }
        (passing, would_hold)
    }

    /// 3. One of those who pass is appointed.
    fn choose<D: Draws>(&self, stage: &Stage, passing: CandidateSet, draws: &mut D) -> Option<CandidateId> {
        let best = match stage.choose {
            Choose::Support => leaders(passing, &self.standing),
            Choose::Utility => steps::most(passing, |c| self.total_utility(stage, c)),
            Choose::Lot => passing,
        };
        let ballot = self.round.ballots;
        steps::by_lot(self.plan, best, |c| Chance::AppointLot(ballot, c), draws)
    }

    /// Sum of a candidate's utilities over those who take part, in units of 2^-24 points: exact in any order.
    fn total_utility(&self, stage: &Stage, c: CandidateId) -> i128 {
        stage.members.iter().map(|m| steps::units(self.utility(m, c)) as i128).sum()
    }
}

/// What follows from an inconclusive ballot.
#[derive(Debug, Clone, Copy, Default)]
struct Aftermath {
    tied: CandidateSet,
    dropped: CandidateSet,
    withdrawn: CandidateSet,
    accommodated: Option<CandidateId>,
    yielded: MemberSet,
    out_of_reach: MemberSet,
    /// Whether the stage goes on, or has reached its last ballot.
    continues: bool,
}

/// Who does not abstain at a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voting {
    /// A choice ballot: who casts a vote.
    Cast(MemberSet),
    /// A stance ballot: those who encourage or object.
    ByStance,
}

fn members(plan: &Plan) -> impl Iterator<Item = MemberId> + use<> {
    (0..plan.members() as u16).map(MemberId)
}

/// Those of `field` with most support and, among these, fewest objections.
fn leaders(field: CandidateSet, standings: &[Standing]) -> CandidateSet {
    steps::most(field, |c| (standings[c.index()].support, Reverse(standings[c.index()].objecting.len())))
}
