//! Single rounds, watched: exactly those that a run counts.

use super::draws::RoundDraws;
use super::experiment::Control;
use super::kernel::Kernel;
use super::plan::{Plan, Veto};
use super::portions::BLOCK;
use super::reference::Reference;
use super::round::{BallotHeld, Observer, Opening, Round, Standing};
use crate::model::{CandidateId, CandidateSet, MemberId, MemberSet};

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
    /// By candidate: who holds a veto that may be used against them in this round.
    pub powers: Vec<MemberSet>,
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
    /// There is no veto against the candidate.
    pub powerless: MemberSet,
}

impl Story {
    /// Who objects to `c`, who fares as `standing` says.
    pub fn objections(&self, c: CandidateId, standing: &Standing) -> Objections {
        let Standing { objecting, vetoing, deterred, .. } = *standing;
        let powerless = objecting.without(&self.powers[c.index()]);
        let no_red_line = objecting.without(&powerless).without(&vetoing).without(&deterred);
        Objections { vetoing, deterred, no_red_line, powerless }
    }
}

/// The story of round `number` of `plan` under `seed`.
pub fn trace(plan: &Plan, seed: u64, number: u64) -> Story {
    let mut draws = RoundDraws::new(plan.addresses(), seed);
    draws.turn_to(number);
    let mut scribe = Scribe::default();
    let round = Reference::new(plan).observe(&mut draws, &mut scribe).clone();
    let Scribe { happens, standing, reserve, vetoes, ballots } = scribe;
    let holders = |c| (0..).map(MemberId).zip(&vetoes).filter(move |(_, veto)| veto.covers(c)).map(|(m, _)| m);
    let powers = plan.model.candidate_ids().map(|(c, _)| holders(c).collect()).collect();
    Story { number, happens, standing, reserve, powers, ballots, round }
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
        let &BallotHeld { tied, dropped, withdrawn, accommodated, yielded, discontinued, .. } = ballot;
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
            discontinued,
        });
    }
}
