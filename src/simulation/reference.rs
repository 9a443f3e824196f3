//! One round, written to be read: the model document in code.
//!
//! Plain loops, no tricks. The draws are an argument, so a procedure can be tested without chance. The
//! numbered comments are the steps of one ballot in `docs/model.md`.

use super::draws::{Chance, Draws, Shock};
use super::plan::{Plan, Veto};
use super::round::{BallotHeld, CandidateRound, LastBallot, Observer, Opening, Round, Standing};
use crate::model::{
    Ballot, BallotCount, CandidateId, CandidateSet, Choose, Drop, Effect, Fraction, MemberId, MemberSet, Stage,
};

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
    /// By pair: utility when the round opens, without noise.
    opening: Vec<f32>,
    /// By pair: the noise, standardised.
    noise: Vec<f32>,
    /// By candidate: momentum gathered so far.
    drift: Vec<f32>,
    /// By candidate: how they fare at the ballot at hand.
    standing: Vec<Standing>,
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
            opening: vec![0.0; members * candidates],
            noise: vec![0.0; members * candidates],
            drift: vec![0.0; candidates],
            standing: vec![Standing::default(); candidates],
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
        let plan = self.plan;
        for (index, stage) in plan.model.stages.iter().enumerate() {
            for repeat in 1..=stage.repeat {
                let field = self.field(stage);
                if field.is_empty() {
                    break;
                }
                self.round.ballots += 1;
                self.round.stage = index;
                self.hold_ballot(stage, repeat, field, draws, observer);
                if self.round.outcome.is_some() {
                    return &self.round;
                }
            }
        }
        &self.round
    }

    /// The round simulated last.
    pub fn round(&self) -> &Round {
        &self.round
    }

    /// Sets the scene: which events happen, who stands, what everyone thinks.
    fn open<D: Draws>(&mut self, draws: &mut D) {
        let plan = self.plan;
        self.round.outcome = None;
        self.round.ballots = 0;
        self.round.stage = 0;
        self.round.vetoes = 0;
        self.round.candidates.fill(CandidateRound::default());
        self.yielded.fill(MemberSet::EMPTY);
        self.drift.fill(0.0);

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
                self.opening[plan.pair(m, c)] = mean as f32;
            }
            for group in &plan.groups {
                let shock = group.sd * draws.shock(Shock::Bloc(group.group, c));
                for m in group.members.iter() {
                    self.opening[plan.pair(m, c)] += shock;
                }
            }
            if plan.common_sd[c.index()] > 0.0 {
                let shock = plan.common_sd[c.index()] * draws.shock(Shock::Common(c));
                for m in members(plan) {
                    self.opening[plan.pair(m, c)] += shock;
                }
            }
            for shocked in &plan.traits {
                let shock = shocked.loading[c.index()] * draws.shock(Shock::Moment(shocked.index));
                for m in members(plan) {
                    self.opening[plan.pair(m, c)] += shock;
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
        (self.opening[pair] + self.drift[c.index()]) + self.plan.uncertainty[pair] * self.noise[pair]
    }

    /// The candidates whom the next ballot of `stage` is about.
    fn field(&self, stage: &Stage) -> CandidateSet {
        let next = self.round.ballots + 1;
        let candidates = &self.plan.model.candidates;
        let entered = self.racing.iter().filter(|c| candidates[c.index()].enters <= next).collect();
        self.plan.model.field(stage, self.reserve).intersection(entered)
    }

    /// Holds one ballot.
    fn hold_ballot<D: Draws, O: Observer>(
        &mut self,
        stage: &Stage,
        repeat: u32,
        field: CandidateSet,
        draws: &mut D,
        observer: &mut O,
    ) {
        self.change_minds(draws);
        self.take_stances(stage, field);
        let voting = self.vote(stage, field, draws);
        self.decide_vetoes(stage, field, draws);
        let (passing, would_hold) = self.record(stage, field, voting);
        self.round.outcome = self.choose(stage, passing, draws);
        let mut aftermath = Aftermath::default();
        if self.round.outcome.is_none() {
            aftermath = self.conclude(stage, repeat, field, would_hold, draws);
        }
        observer.ballot(&BallotHeld {
            number: self.round.ballots,
            stage: self.round.stage,
            repeat,
            field,
            standings: &self.standing,
            would_hold,
            passing,
            appointed: self.round.outcome,
            dropped: aftermath.dropped,
            withdrawn: aftermath.withdrawn,
            accommodated: aftermath.accommodated,
            yielded: aftermath.yielded,
        });
    }

    /// 4. to 6.: what follows from an inconclusive ballot.
    fn conclude<D: Draws>(
        &mut self,
        stage: &Stage,
        repeat: u32,
        field: CandidateSet,
        would_hold: CandidateSet,
        draws: &mut D,
    ) -> Aftermath {
        let dropped = if repeat >= stage.from_ballot { self.drop(stage, field, draws) } else { CandidateSet::EMPTY };
        let withdrawn = self.withdraw(field.without(dropped), draws);
        for c in dropped.union(withdrawn).iter() {
            self.racing.remove(c);
            self.round.candidates[c.index()].left = true;
        }
        let remaining = field.without(dropped).without(withdrawn);
        let (accommodated, yielded) = self.accommodate(would_hold, remaining, draws);
        self.gather_momentum(remaining);
        Aftermath { dropped, withdrawn, accommodated, yielded }
    }

    /// Between ballots part of the noise is replaced by fresh noise: `e' = f·e + √(1 − f²)·fresh`.
    fn change_minds<D: Draws>(&mut self, draws: &mut D) {
        let (kept, fresh) = self.plan.memory;
        let ballot = self.round.ballots;
        if ballot == 1 || fresh == 0.0 {
            return;
        }
        for c in self.racing.iter() {
            for m in members(self.plan) {
                let news = draws.shock(Shock::Noise { ballot, member: m, candidate: c });
                let noise = &mut self.noise[self.plan.pair(m, c)];
                *noise = kept * *noise + fresh * news;
            }
        }
    }

    /// A member's view in this stage less its reservation level, in points.
    fn view(&self, stage: &Stage, m: MemberId, c: CandidateId) -> f32 {
        let conceded = self.plan.concession[m.index()] * (self.round.ballots - 1) as f32;
        self.utility(m, c) + (stage.goodwill as f32 + conceded)
    }

    /// 1. Every member encourages, objects or stays neutral.
    fn take_stances(&mut self, stage: &Stage, field: CandidateSet) {
        for c in field.iter() {
            let mut standing = Standing::default();
            for m in members(self.plan) {
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

    /// 1. In a choice ballot every member votes for its best-liked candidates. Returns who takes part.
    fn vote<D: Draws>(&mut self, stage: &Stage, field: CandidateSet, draws: &mut D) -> Voting {
        let Ballot::Choice { votes } = stage.ballot else { return Voting::ByStance };
        let ballot = self.round.ballots;
        for c in field.iter() {
            self.standing[c.index()].supporters = MemberSet::EMPTY;
        }
        for m in members(self.plan) {
            let mut open = field;
            for _ in 0..votes.min(field.len()) {
                let liked = |c: CandidateId| self.utility(m, c);
                let most = open.iter().map(liked).fold(f32::NEG_INFINITY, f32::max);
                let best = open.iter().filter(|&c| liked(c) >= most).collect();
                if let Some(c) = self.by_lot(best, |c| Chance::VoteLot(ballot, m, c), draws) {
                    self.standing[c.index()].supporters.insert(m);
                    open.remove(c);
                }
            }
        }
        Voting::Everyone
    }

    /// 2. An objection is a veto if the candidate is a red line for the member and the objection outweighs its cost.
    fn decide_vetoes<D: Draws>(&mut self, stage: &Stage, field: CandidateSet, draws: &mut D) {
        let others = (self.plan.members() - 1).max(1) as f32;
        for c in field.iter() {
            let Standing { encouraging, objecting, .. } = self.standing[c.index()];
            let popularity = encouraging.len() as f32 / others;
            let (mut vetoing, mut deterred) = (MemberSet::EMPTY, MemberSet::EMPTY);
            for m in objecting.iter() {
                let veto = self.vetoes[m.index()];
                if !veto.against.contains(c) || !veto.red_line.decide(draws, Chance::RedLine(m, c)) {
                    continue;
                }
                let dislike = self.plan.object_at[m.index()] - self.view(stage, m, c);
                let vetoes = dislike > veto.cost * popularity;
                vetoing.insert_if(m, vetoes);
                deterred.insert_if(m, !vetoes);
            }
            self.standing[c.index()].vetoing = vetoing;
            self.standing[c.index()].deterred = deterred;
            self.round.vetoes += vetoing.len();
        }
    }

    /// How the rules see `c`, with the vetoes cast or as if there were none.
    fn count(&self, c: CandidateId, voting: Voting, vetoed: bool) -> BallotCount {
        let standing = &self.standing[c.index()];
        let voting = match voting {
            Voting::Everyone => MemberSet::all(self.plan.members()),
            Voting::ByStance => standing.encouraging.union(&standing.objecting),
        };
        BallotCount { supporters: standing.supporters, objectors: standing.objecting, voting, vetoed }
    }

    /// 3. Notes how everyone fared; returns who passes, and who would without the vetoes.
    fn record(&mut self, stage: &Stage, field: CandidateSet, voting: Voting) -> (CandidateSet, CandidateSet) {
        let measures = &self.plan.model.measures;
        let (mut passing, mut would_hold) = (CandidateSet::EMPTY, CandidateSet::EMPTY);
        for c in field.iter() {
            self.round.candidates[c.index()].stood = true;
            let Some(rule) = &stage.appoint else { continue };
            let Standing { encouraging, objecting, vetoing, .. } = self.standing[c.index()];
            let holds = rule.holds(measures, &self.count(c, voting, !vetoing.is_empty()));
            let holds_without_vetoes = holds || rule.holds(measures, &self.count(c, voting, false));
            if holds {
                passing.insert(c);
                self.round.candidates[c.index()].acceptable = true;
            }
            if holds_without_vetoes {
                would_hold.insert(c);
            }
            self.round.candidates[c.index()].last =
                Some(LastBallot { encouraging, objecting, vetoing, short_of_support: !holds_without_vetoes });
        }
        (passing, would_hold)
    }

    /// 3. One of those who pass is appointed.
    fn choose<D: Draws>(&self, stage: &Stage, passing: CandidateSet, draws: &mut D) -> Option<CandidateId> {
        let best = match stage.choose {
            Choose::Support => self.leaders(passing),
            Choose::Utility => most(passing, |c| self.total_utility(c)),
            Choose::Lot => passing,
        };
        let ballot = self.round.ballots;
        self.by_lot(best, |c| Chance::AppointLot(ballot, c), draws)
    }

    /// Sum of a candidate's utilities over the members, in units of 2^-24 points: exact in any order.
    fn total_utility(&self, c: CandidateId) -> i128 {
        members(self.plan).map(|m| (f64::from(self.utility(m, c)) * 16_777_216.0) as i128).sum()
    }

    /// 4. Whom an inconclusive ballot eliminates.
    fn drop<D: Draws>(&self, stage: &Stage, field: CandidateSet, draws: &mut D) -> CandidateSet {
        let support = |c: CandidateId| self.standing[c.index()].support();
        match stage.drop {
            Drop::None => CandidateSet::EMPTY,
            Drop::Lowest if field.len() <= 1 => CandidateSet::EMPTY,
            Drop::Lowest => self.lowest(field, draws).into_iter().collect(),
            Drop::Vetoed => field.iter().filter(|c| !self.standing[c.index()].vetoing.is_empty()).collect(),
            Drop::Below(share) => field.iter().filter(|&c| !self.reaches(share, support(c))).collect(),
            Drop::Keep(n) => {
                let mut kept = field;
                while kept.len() > n
                    && let Some(c) = self.lowest(kept, draws)
                {
                    kept.remove(c);
                }
                field.without(kept)
            }
        }
    }

    /// The one of `field` with least support, ties by lot.
    fn lowest<D: Draws>(&self, field: CandidateSet, draws: &mut D) -> Option<CandidateId> {
        let ballot = self.round.ballots;
        let least = most(field, |c| std::cmp::Reverse(self.standing[c.index()].support()));
        self.by_lot(least, |c| Chance::DropLot(ballot, c), draws)
    }

    /// Whether `support` heads are at least `share` of all members.
    fn reaches(&self, share: Fraction, support: u32) -> bool {
        share.is_reached_by(u128::from(support), self.plan.members() as u128)
    }

    /// 4. Candidates withdraw after a veto, or for want of support.
    fn withdraw<D: Draws>(&self, field: CandidateSet, draws: &mut D) -> CandidateSet {
        let ballot = self.round.ballots;
        let mut withdrawn = CandidateSet::EMPTY;
        for c in field.iter() {
            let standing = &self.standing[c.index()];
            let unpopular = !self.reaches(self.plan.model.candidates[c.index()].withdraws_below, standing.support());
            let chance = self.plan.withdraws_if_vetoed[c.index()];
            let discouraged = !standing.vetoing.is_empty() && chance.decide(draws, Chance::Withdrawal(ballot, c));
            if unpopular || discouraged {
                withdrawn.insert(c);
            }
        }
        withdrawn
    }

    /// 5. If vetoes of few members alone keep the leader from appointment, each of them may yield.
    fn accommodate<D: Draws>(
        &mut self,
        would_hold: CandidateSet,
        field: CandidateSet,
        draws: &mut D,
    ) -> (Option<CandidateId>, MemberSet) {
        let nothing = (None, MemberSet::EMPTY);
        let ballot = self.round.ballots;
        let Some(accommodation) = self.plan.model.dynamics.accommodation else { return nothing };
        let leaders = self.leaders(field);
        let Some(leader) = self.by_lot(leaders, |c| Chance::LeadLot(ballot, c), draws) else { return nothing };
        let holdouts = self.standing[leader.index()].vetoing;
        if !would_hold.contains(leader) || holdouts.is_empty() || holdouts.len() > accommodation.holdouts {
            return nothing;
        }
        let mut yielded = MemberSet::EMPTY;
        for m in holdouts.iter() {
            yielded.insert_if(m, self.plan.yields.decide(draws, Chance::Yield(ballot, m, leader)));
        }
        self.yielded[leader.index()] = self.yielded[leader.index()].union(&yielded);
        (Some(leader), yielded)
    }

    /// 6. Those who did better than the field's mean gain everywhere, those who did worse lose.
    fn gather_momentum(&mut self, field: CandidateSet) {
        let momentum = self.plan.model.dynamics.momentum as f32;
        if momentum == 0.0 || field.is_empty() {
            return;
        }
        let members = self.plan.members() as f32;
        let support = |c: CandidateId| self.standing[c.index()].support();
        let mean = field.iter().map(support).sum::<u32>() as f32 / (members * field.len() as f32);
        for c in field.iter() {
            self.drift[c.index()] += momentum * (support(c) as f32 / members - mean);
        }
    }

    /// Those of `field` with most support and, among these, fewest objections.
    fn leaders(&self, field: CandidateSet) -> CandidateSet {
        most(field, |c| {
            let standing = &self.standing[c.index()];
            (standing.support(), std::cmp::Reverse(standing.objecting.len()))
        })
    }

    /// One of `field` by lot: the highest draw, should two be equal the higher id key.
    fn by_lot<D: Draws>(
        &self,
        field: CandidateSet,
        lot: impl Fn(CandidateId) -> Chance,
        draws: &mut D,
    ) -> Option<CandidateId> {
        if field.len() <= 1 {
            return field.iter().next();
        }
        field.iter().max_by_key(|&c| (draws.bits(lot(c)), self.plan.candidate_keys[c.index()]))
    }
}

/// What follows from an inconclusive ballot.
#[derive(Debug, Clone, Copy, Default)]
struct Aftermath {
    dropped: CandidateSet,
    withdrawn: CandidateSet,
    accommodated: Option<CandidateId>,
    yielded: MemberSet,
}

/// Who takes part in a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voting {
    /// A choice ballot: everyone votes.
    Everyone,
    /// A stance ballot: those who encourage or object.
    ByStance,
}

fn members(plan: &Plan) -> impl Iterator<Item = MemberId> + use<> {
    (0..plan.members() as u16).map(MemberId)
}

/// Those of `field` with the largest `value`.
fn most<K: Ord>(field: CandidateSet, value: impl Fn(CandidateId) -> K) -> CandidateSet {
    let Some(largest) = field.iter().map(&value).max() else { return CandidateSet::EMPTY };
    field.iter().filter(|&c| value(c) == largest).collect()
}
