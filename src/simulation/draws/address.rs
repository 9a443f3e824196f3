//! From what a number is for to the address of its stream.

use super::{Chance, Shock, id_key};
use crate::model::{CandidateId, MemberId, Model, Noise};

/// Where a stream's numbers come from: everything but the seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::simulation) struct Address {
    pub(super) purpose: u8,
    pub(super) ballot: u32,
    pub(super) who: u64,
    pub(super) whom: u64,
}

/// The ids behind a model's draws: all that its draws depend on besides the seed.
///
/// Models with the same addresses meet the same draws, whatever else differs, and can share a
/// [`RoundDraws`](super::RoundDraws).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    pub(super) noise: Noise,
    members: Vec<u64>,
    candidates: Vec<u64>,
    groups: Vec<u64>,
    traits: Vec<u64>,
    events: Vec<u64>,
}

impl Addresses {
    /// The addresses of `model`.
    pub fn new(model: &Model) -> Self {
        Self {
            noise: model.noise,
            members: model.members.iter().map(|m| id_key(&m.id)).collect(),
            candidates: model.candidates.iter().map(|c| id_key(&c.id)).collect(),
            groups: model.groups.iter().map(|g| id_key(&g.id)).collect(),
            traits: model.traits.iter().map(|t| id_key(&t.name)).collect(),
            events: model.events.iter().map(|e| id_key(&e.name)).collect(),
        }
    }

    /// The distribution of a shock.
    pub(in crate::simulation) fn kind(&self, shock: Shock) -> Noise {
        match shock {
            Shock::Noise { .. } => self.noise,
            Shock::Bloc(..)
            | Shock::Common(_)
            | Shock::Moment(_)
            | Shock::Mood(_)
            | Shock::Priority(..)
            | Shock::Drift(..)
            | Shock::Doubt(_) => Noise::Normal,
        }
    }

    fn pairs(&self) -> usize {
        self.members.len() * self.candidates.len()
    }

    fn pair(&self, m: MemberId, c: CandidateId) -> usize {
        c.index() * self.members.len() + m.index()
    }

    /// The address of a shock.
    pub(in crate::simulation) fn shock(&self, shock: Shock) -> Address {
        let whom = |c: CandidateId| self.candidates[c.index()];
        match shock {
            Shock::Noise { ballot, member, candidate } => {
                Address { purpose: 1, ballot, who: self.members[member.index()], whom: whom(candidate) }
            }
            Shock::Bloc(g, c) => Address { purpose: 2, ballot: 0, who: self.groups[g], whom: whom(c) },
            Shock::Common(c) => Address { purpose: 3, ballot: 0, who: 0, whom: whom(c) },
            Shock::Moment(k) => Address { purpose: 4, ballot: 0, who: self.traits[k], whom: 0 },
            Shock::Mood(m) => Address { purpose: 14, ballot: 0, who: self.members[m.index()], whom: 0 },
            Shock::Priority(m, k) => {
                Address { purpose: 15, ballot: 0, who: self.members[m.index()], whom: self.traits[k] }
            }
            Shock::Drift(ballot, c) => Address { purpose: 16, ballot, who: 0, whom: whom(c) },
            Shock::Doubt(c) => Address { purpose: 17, ballot: 0, who: 0, whom: whom(c) },
        }
    }

    /// The address of a chance.
    pub(in crate::simulation) fn chance(&self, chance: Chance) -> Address {
        let who = |m: MemberId| self.members[m.index()];
        let whom = |c: CandidateId| self.candidates[c.index()];
        match chance {
            Chance::Event(e) => Address { purpose: 5, ballot: 0, who: self.events[e], whom: 0 },
            Chance::Availability(c) => Address { purpose: 6, ballot: 0, who: 0, whom: whom(c) },
            Chance::RedLine(m, c) => Address { purpose: 7, ballot: 0, who: who(m), whom: whom(c) },
            Chance::Withdrawal(ballot, c) => Address { purpose: 8, ballot, who: 0, whom: whom(c) },
            Chance::Yield(ballot, m, c) => Address { purpose: 9, ballot, who: who(m), whom: whom(c) },
            Chance::AppointLot(ballot, c) => Address { purpose: 10, ballot, who: 0, whom: whom(c) },
            Chance::DropLot(ballot, c) => Address { purpose: 11, ballot, who: 0, whom: whom(c) },
            Chance::LeadLot(ballot, c) => Address { purpose: 12, ballot, who: 0, whom: whom(c) },
            Chance::VoteLot(ballot, m, c) => Address { purpose: 13, ballot, who: who(m), whom: whom(c) },
            Chance::Readiness(m) => Address { purpose: 18, ballot: 0, who: who(m), whom: 0 },
            Chance::Continues(ballot) => Address { purpose: 19, ballot, who: 0, whom: 0 },
            Chance::TieLot(ballot, m, c) => Address { purpose: 20, ballot, who: who(m), whom: whom(c) },
        }
    }

    /// Where [`RoundDraws`](super::RoundDraws) keeps a shock: factors first, then the noise ballot by ballot.
    pub(super) fn slot(&self, shock: Shock) -> usize {
        let candidates = self.candidates.len();
        let (members, traits) = (self.members.len(), self.traits.len());
        let shared = (self.groups.len() + 1) * candidates + traits;
        let factors = shared + members * (1 + traits) + candidates;
        let by_ballot = self.pairs() + candidates;
        match shock {
            Shock::Bloc(g, c) => g * candidates + c.index(),
            Shock::Common(c) => self.groups.len() * candidates + c.index(),
            Shock::Moment(k) => (self.groups.len() + 1) * candidates + k,
            Shock::Mood(m) => shared + m.index(),
            Shock::Priority(m, k) => shared + members + m.index() * traits + k,
            Shock::Doubt(c) => factors - candidates + c.index(),
            Shock::Noise { ballot, member, candidate } => {
                factors + (ballot as usize - 1) * by_ballot + self.pair(member, candidate)
            }
            Shock::Drift(ballot, c) => factors + ballot as usize * by_ballot - candidates + c.index(),
        }
    }

    /// Where [`RoundDraws`](super::RoundDraws) keeps a chance or lot that concerns one candidate after a ballot.
    pub(super) fn lot(&self, chance: Chance) -> Option<usize> {
        let (ballot, kind, c) = match chance {
            Chance::Withdrawal(ballot, c) => (ballot, 0, c),
            Chance::AppointLot(ballot, c) => (ballot, 1, c),
            Chance::DropLot(ballot, c) => (ballot, 2, c),
            Chance::LeadLot(ballot, c) => (ballot, 3, c),
            Chance::Event(_)
            | Chance::Availability(_)
            | Chance::RedLine(..)
            | Chance::Readiness(_)
            | Chance::Continues(_)
            | Chance::Yield(..)
            | Chance::VoteLot(..)
            | Chance::TieLot(..) => return None,
        };
        Some((4 * (ballot as usize - 1) + kind) * self.candidates.len() + c.index())
    }
}
