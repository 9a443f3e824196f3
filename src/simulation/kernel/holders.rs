//! Who may ever veto a candidate, by which powers, and whose veto is flipped.

use std::ops::Range;

use crate::model::{CandidateId, MemberId, PossibleVeto};
use crate::simulation::plan::{Plan, Veto};

/// A member who may ever veto some candidate.
#[derive(Debug)]
pub(super) struct Holder {
    pub member: MemberId,
    /// The powers it may have over the candidate. The last one that is there counts; empty if it never has one.
    pub powers: Vec<Power>,
}

/// A veto power, and when it is there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Power {
    /// The event that gives it; none is the power that the member has at the outset.
    pub event: Option<usize>,
    pub veto: Veto,
}

impl From<PossibleVeto> for Power {
    fn from(PossibleVeto { event, power }: PossibleVeto) -> Self {
        Self { event, veto: power.into() }
    }
}

impl Holder {
    /// Those who may ever veto `c`.
    pub fn of(plan: &Plan, c: CandidateId) -> Vec<Self> {
        Self::everyone(plan, c).into_iter().filter(|holder| !holder.powers.is_empty()).collect()
    }

    /// Every member, with the powers over `c` of those who may ever veto them.
    pub fn everyone(plan: &Plan, c: CandidateId) -> Vec<Self> {
        let holder = |m: MemberId| Self { member: m, powers: Self::powers(plan, m, c).collect() };
        plan.model.member_ids().map(|(m, _)| holder(m)).collect()
    }

    /// The powers of `m` over `c`; none if it may never veto them.
    pub fn powers(plan: &Plan, m: MemberId, c: CandidateId) -> impl Iterator<Item = Power> {
        let may_veto = plan.model.may_veto_candidate(m, c);
        plan.model.veto_powers(m).map(Power::from).filter(move |_| may_veto)
    }

    /// The veto over the candidate that it has whatever happens, if that is so.
    pub fn only_veto(&self) -> Option<Veto> {
        match self.powers[..] {
            [Power { event: None, veto }] => Some(veto),
            _ => None,
        }
    }

    /// Whether every objection to `c` is a veto, whatever happens.
    pub fn is_absolute(&self, c: CandidateId) -> bool {
        self.only_veto().is_some_and(|veto| {
            !veto.has_price() && veto.against.contains(c) && veto.red_line.certainty() == Some(true)
        })
    }
}

/// In some rounds, a member's veto is not the plan's.
pub(super) struct FlippedVeto {
    pub flip: Flip,
    pub rounds: Range<u16>,
}

/// What a member's veto becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flip {
    /// The member never vetoes.
    TakenAway,
    /// All its objections are vetoes.
    Given,
}
