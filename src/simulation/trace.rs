//! Single rounds, watched: exactly those that a run counts.

use super::draws::RoundDraws;
use super::experiment::Control;
use super::kernel::Kernel;
use super::plan::{Plan, Veto};
use super::portions::BLOCK;
use super::reference::Reference;
use super::round::{BallotHeld, Observer, Opening, Round, Standing};
use crate::model::{CandidateId, CandidateSet, Drawn, MemberId, MemberSet};

/// One round from its opening to its outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// Number of the round, from 0.
    pub number: u64,
    /// Which events of the model happen.
    pub happens: Vec<bool>,
    /// Who stands.
    pub standing: CandidateSet,
    /// Who is held in reserve.
    pub reserve: CandidateSet,
    /// Each member's veto power in this round, after the events that change it.
    pub vetoes: Vec<Veto>,
    /// By ballot held and member: what waiting adds to the reservation level, points.
    pub waiting: Vec<Vec<f32>>,
    /// The same of the whole reservation level: less what the member has conceded.
    pub reservation: Vec<Vec<f32>>,
    /// The ballots, in order.
    pub ballots: Vec<BallotStory>,
    /// What became of it.
    pub round: Round,
}

/// One ballot of a [`Story`]: the standings of the field only, in the order of the file.
pub type BallotStory = BallotHeld<Vec<(CandidateId, Standing)>>;

/// Who objects to a candidate at a ballot, by what becomes of the objection; no member is in two of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Objections {
    /// The objection is a veto.
    pub vetoing: MemberSet,
    /// The candidate is a red line, but a veto would cost more than it is worth.
    pub deterred: MemberSet,
    /// A veto may be used against the candidate, who is no red line in this round.
    pub no_red_line: MemberSet,
    /// A veto may be used against the candidate, but the member is not ready to block anyone in this round.
    pub not_ready: MemberSet,
    /// There is no veto against the candidate.
    pub powerless: MemberSet,
}

/// Why someone who could veto does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deterrent {
    /// The cost, which grows with the support for the candidate.
    Cost,
    /// That no other member objects.
    Alone,
    /// Both together.
    CostAndAlone,
}

impl Story {
    /// What deters `m` from vetoing a candidate who fares as `standing` says.
    pub fn deterrent(&self, m: MemberId, standing: &Standing) -> Deterrent {
        let veto = self.vetoes.get(m.index());
        let costs = veto.is_some_and(|veto| veto.cost > 0.0) && !standing.encouraging.is_empty();
        let stands_alone = veto.is_some_and(|veto| veto.alone > 0.0) && standing.objecting.len() == 1;
        match (costs, stands_alone) {
            (_, false) => Deterrent::Cost,
            (false, true) => Deterrent::Alone,
            (true, true) => Deterrent::CostAndAlone,
        }
    }

    /// Who objects to `c`, who fares as `standing` says.
    pub fn objections(&self, c: CandidateId, standing: &Standing) -> Objections {
        let Standing { objecting, vetoing, deterred, .. } = *standing;
        let holders = || (0..).map(MemberId).zip(&self.vetoes).filter(|(_, veto)| veto.covers(c));
        let powerless = objecting.without(&holders().map(|(m, _)| m).collect());
        let refrain = objecting.without(&powerless).without(&vetoing).without(&deterred);
        let by_member = holders().filter(|(_, veto)| veto.drawn == Drawn::Member).map(|(m, _)| m).collect();
        let not_ready = refrain.intersection(&by_member);
        Objections { vetoing, deterred, no_red_line: refrain.without(&not_ready), not_ready, powerless }
    }
}

/// The story of round `number` of `plan` under `seed`.
pub fn trace(plan: &Plan, seed: u64, number: u64) -> Story {
    let mut draws = RoundDraws::new(plan.addresses(), seed);
    draws.turn_to(number);
    let mut scribe = Scribe::default();
    let round = Reference::new(plan).observe(&mut draws, &mut scribe).clone();
    let Scribe { happens, standing, reserve, vetoes, ballots } = scribe;
    let by_ballot = |of: &dyn Fn(MemberId, u32) -> f32| -> Vec<Vec<f32>> {
        let members = |ballot| plan.model.member_ids().map(move |(m, _)| (m, ballot));
        (1..=round.ballots).map(|ballot| members(ballot).map(|(m, ballot)| of(m, ballot)).collect()).collect()
    };
    let waiting = by_ballot(&|m, ballot| plan.waiting(m, ballot));
    let reservation =
        by_ballot(&|m, ballot| plan.waiting(m, ballot) - plan.concession[m.index()] * ballot.saturating_sub(1) as f32);
    Story { number, happens, standing, reserve, vetoes, waiting, reservation, ballots, round }
}

/// The numbers of the rounds below `rounds` that end with `outcome`, in order. `control` counts the rounds looked at
/// and may stop the search, which looks at some hundreds at a time.
pub fn rounds_ending_with(
    plan: &Plan,
    seed: u64,
    rounds: u64,
    outcome: Option<CandidateId>,
    control: &Control,
) -> impl Iterator<Item = u64> {
    let mut kernel = Kernel::new(&[plan], plan.addresses(), seed);
    let mut next = 0;
    let found = std::iter::from_fn(move || {
        let end = rounds.min((next / BLOCK + 1).saturating_mul(BLOCK));
        let span = kernel.spans(next..end).next().filter(|_| !control.stopped())?;
        next = span.end;
        control.add(span.end - span.start);
        kernel.simulate(span);
        Some(kernel.ending_with(outcome))
    });
    found.flatten()
}

/// Writes down what it is told.
#[derive(Default)]
struct Scribe {
    happens: Vec<bool>,
    standing: CandidateSet,
    reserve: CandidateSet,
    vetoes: Vec<Veto>,
    ballots: Vec<BallotStory>,
}

impl Observer for Scribe {
    fn opened(&mut self, opening: &Opening<'_>) {
        self.happens = opening.happens.to_vec();
        self.standing = opening.standing;
        self.reserve = opening.reserve;
        self.vetoes = opening.vetoes.to_vec();
    }

    fn ballot(&mut self, ballot: &BallotHeld<&[Standing]>) {
        let &BallotHeld { number, stage, repeat, field, voting, standings, would_hold, passing, appointed, .. } =
            ballot;
        let &BallotHeld { tied, dropped, withdrawn, accommodated, yielded, out_of_reach, discontinued, .. } = ballot;
        let standings = field.iter().map(|c| (c, standings[c.index()])).collect();
        self.ballots.push(BallotHeld {
            number,
            stage,
            repeat,
            field,
            voting,
            standings,
            would_hold,
            passing,
            appointed,
            tied,
            dropped,
            withdrawn,
            accommodated,
            yielded,
            out_of_reach,
            discontinued,
        });
    }
}
