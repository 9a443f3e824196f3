//! What both engines share: views and gains, lots, and who leaves, which is decided round by round from the counts of a
//! ballot.
//!
//! The numbers are those of the steps in `docs/model.md`.

use std::cmp::Reverse;

use super::draws::{Chance, Draws};
use super::plan::Plan;
use crate::model::{CandidateId, CandidateSet, Drop, Fraction, Stage};

/// How one candidate fares at one ballot, in heads: all that dropping and withdrawing ask for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Fare {
    /// Encouragements; votes in a choice ballot.
    pub support: u32,
    /// Vetoes.
    pub vetoes: u32,
}

/// Utility in points: the mean, what is shared with others (momentum last), and what was not known.
#[inline(always)]
pub(super) fn utility(mean: f32, shared: f32, uncertainty: f32, noise: f32) -> f32 {
    (mean + shared) + uncertainty * noise
}

/// A utility in units of 2^-24 points, in which sums are exact in any order.
#[inline(always)]
pub(super) fn units(utility: f32) -> f64 {
    f64::from(utility) * 16_777_216.0
}

/// What a member's view of everyone gains in a stage and by its concessions, at the ballot of this number.
#[inline(always)]
pub(super) fn leniency(stage: &Stage, concession: f32, ballot: u32) -> f32 {
    let conceded = concession * (ballot - 1) as f32;
    stage.goodwill as f32 + conceded
}

/// One of `field` by lot: the highest draw, should two be equal the higher id key.
pub(super) fn by_lot<D: Draws>(
    plan: &Plan,
    field: CandidateSet,
    lot: impl Fn(CandidateId) -> Chance,
    draws: &mut D,
) -> Option<CandidateId> {
    if field.len() <= 1 {
        return field.iter().next();
    }
    field.iter().max_by_key(|&c| (draws.bits(lot(c)), plan.candidate_keys[c.index()]))
}

/// Those of `field` with the largest `value`.
pub(super) fn most<K: Ord>(field: CandidateSet, value: impl Fn(CandidateId) -> K) -> CandidateSet {
    let Some(largest) = field.iter().map(&value).max() else { return CandidateSet::EMPTY };
    field.iter().filter(|&c| value(c) == largest).collect()
}

/// 4. Whom an inconclusive ballot eliminates.
pub(super) fn drop<D: Draws>(
    plan: &Plan,
    stage: &Stage,
    ballot: u32,
    field: CandidateSet,
    fares: &[Fare],
    draws: &mut D,
) -> CandidateSet {
    match stage.drop {
        Drop::None => CandidateSet::EMPTY,
        Drop::Lowest if field.len() <= 1 => CandidateSet::EMPTY,
        Drop::Lowest => lowest(plan, ballot, field, fares, draws).into_iter().collect(),
        Drop::Vetoed => field.iter().filter(|c| fares[c.index()].vetoes > 0).collect(),
        Drop::Below(share) => field.iter().filter(|c| !reaches(plan, share, fares[c.index()].support)).collect(),
        Drop::Keep(n) => {
            let mut kept = field;
            while kept.len() > n
                && let Some(c) = lowest(plan, ballot, kept, fares, draws)
            {
                kept.remove(c);
            }
            field.without(kept)
        }
    }
}

/// The one of `field` with least support, ties by lot.
fn lowest<D: Draws>(
    plan: &Plan,
    ballot: u32,
    field: CandidateSet,
    fares: &[Fare],
    draws: &mut D,
) -> Option<CandidateId> {
    let least = most(field, |c| Reverse(fares[c.index()].support));
    by_lot(plan, least, |c| Chance::DropLot(ballot, c), draws)
}

/// Whether `support` heads are at least `share` of all members.
fn reaches(plan: &Plan, share: Fraction, support: u32) -> bool {
    share.is_reached_by(u128::from(support), plan.members() as u128)
}

/// 4. Who of `field` withdraws after a veto, or for want of support.
pub(super) fn withdraw<D: Draws>(
    plan: &Plan,
    ballot: u32,
    field: CandidateSet,
    fares: &[Fare],
    draws: &mut D,
) -> CandidateSet {
    let mut withdrawn = CandidateSet::EMPTY;
    for c in field.iter() {
        let fare = fares[c.index()];
        let unpopular = !reaches(plan, plan.model.candidates[c.index()].withdraws_below, fare.support);
        let chance = plan.withdraws_if_vetoed[c.index()];
        let discouraged = fare.vetoes > 0 && chance.decide(draws, Chance::Withdrawal(ballot, c));
        if unpopular || discouraged {
            withdrawn.insert(c);
        }
    }
    withdrawn
}

/// 6. What a candidate gains with so much support, if the field, of so many candidates, has so much together: points.
#[inline(always)]
pub(super) fn momentum(plan: &Plan, support: u32, total: u32, candidates: u32) -> f32 {
    let members = plan.members() as f32;
    let mean = total as f32 / (members * candidates as f32);
    plan.model.dynamics.momentum as f32 * (support as f32 / members - mean)
}
