//! What both engines share: views and gains, lots, and who leaves, which is decided round by round from the counts of a
//! ballot.
//!
//! The numbers are those of the steps in `docs/model.md`.

use std::cmp::{Ordering, Reverse};

use super::draws::{Chance, Draws, Shock};
use super::plan::{Moves, Plan};
use crate::model::{CandidateId, CandidateSet, Drop, Fraction, MemberId, Stage, Ties};

/// How one candidate fares at one ballot: all that dropping and withdrawing ask for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Fare {
    /// Encouragements, or votes in a choice ballot, by the measure of the stage.
    pub support: u128,
    /// The same in a vote among those tied for elimination, if there was one about the candidate.
    pub in_tie: u128,
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

/// What `m`'s view of everyone gains in a stage and by its concessions, less what waiting is worth, at the ballot of
/// this number.
#[inline(always)]
pub(super) fn leniency(plan: &Plan, stage: &Stage, m: MemberId, ballot: u32) -> f32 {
    let conceded = plan.concession[m.index()] * (ballot - 1) as f32;
    (stage.goodwill as f32 + conceded) - plan.waiting(m, ballot)
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

/// 4. Whom an inconclusive ballot of stage number `stage` eliminates.
pub(super) fn drop<D: Draws>(
    plan: &Plan,
    stage: usize,
    ballot: u32,
    field: CandidateSet,
    fares: &[Fare],
    draws: &mut D,
) -> CandidateSet {
    let below = |share| move |c: &CandidateId| !reaches(plan, stage, share, fares[c.index()].support);
    match plan.model.stages[stage].drop {
        Drop::None => CandidateSet::EMPTY,
        Drop::Vetoed => field.iter().filter(|c| fares[c.index()].vetoes > 0).collect(),
        Drop::Below(share) => field.iter().filter(below(share)).collect(),
        drop @ (Drop::Lowest | Drop::Keep(_)) => {
            let mut kept = field;
            while kept.len() > places(drop, field)
                && let Some(c) = lowest(plan, ballot, kept, fares, draws)
            {
                kept.remove(c);
            }
            field.without(kept)
        }
    }
}

/// How many of `field` are left.
fn places(drop: Drop, field: CandidateSet) -> u32 {
    match drop {
        Drop::None | Drop::Vetoed | Drop::Below(_) => field.len(),
        Drop::Lowest => field.len().saturating_sub(1).max(1),
        Drop::Keep(n) => n,
    }
}

/// 4. Among whom stage number `stage` holds one more vote, because they are tied for elimination; nobody if none are
///    or lots decide.
pub(super) fn tied(plan: &Plan, stage: usize, field: CandidateSet, fares: &[Fare]) -> CandidateSet {
    let stage = &plan.model.stages[stage];
    let places = places(stage.drop, field);
    if stage.ties == Ties::Lot || !stage.ballot.is_choice() || field.len() <= places {
        return CandidateSet::EMPTY;
    }
    let mut above = CandidateSet::EMPTY;
    loop {
        let next = most(field.without(above), |c| fares[c.index()].support);
        match (above.len() + next.len()).cmp(&places) {
            Ordering::Less => above = above.union(next),
            Ordering::Equal => return CandidateSet::EMPTY,
            Ordering::Greater if next.len() > 1 => return next,
            Ordering::Greater => return CandidateSet::EMPTY,
        }
    }
}

/// The one of `field` with least support, ties by the vote among those tied, and then by lot.
fn lowest<D: Draws>(
    plan: &Plan,
    ballot: u32,
    field: CandidateSet,
    fares: &[Fare],
    draws: &mut D,
) -> Option<CandidateId> {
    let least = most(field, |c| Reverse((fares[c.index()].support, fares[c.index()].in_tie)));
    by_lot(plan, least, |c| Chance::DropLot(ballot, c), draws)
}

/// Whether `support` is at least `share` of that of everyone who takes part in stage number `stage`. Where nobody has
/// any weight no share but 0 is reached.
pub(super) fn reaches(plan: &Plan, stage: usize, share: Fraction, support: u128) -> bool {
    share == Fraction::ZERO || share.is_reached_by(support, plan.stages[stage].whole)
}

/// 4. Who of `field` withdraws after a veto, or for want of support, in stage number `stage`.
pub(super) fn withdraw<D: Draws>(
    plan: &Plan,
    stage: usize,
    ballot: u32,
    field: CandidateSet,
    fares: &[Fare],
    draws: &mut D,
) -> CandidateSet {
    let mut withdrawn = CandidateSet::EMPTY;
    for c in field.iter() {
        let fare = fares[c.index()];
        let unpopular = !reaches(plan, stage, plan.model.candidates[c.index()].withdraws_below, fare.support);
        let chance = plan.withdraws_if_vetoed[c.index()];
        let discouraged = fare.vetoes > 0 && chance.decide(draws, Chance::Withdrawal(ballot, c));
        if unpopular || discouraged {
            withdrawn.insert(c);
        }
    }
    withdrawn
}

/// 6. The mean share of support in stage number `stage` of a field of so many candidates that have so much together.
///    Supports are the nearest single-precision numbers.
#[inline(always)]
pub(super) fn mean_share(plan: &Plan, stage: usize, total: f32, candidates: u32) -> f32 {
    total / (plan.stages[stage].divisor * candidates as f32)
}

/// 6. What a candidate with so much support gains where the field's mean share is so large: points.
#[inline(always)]
pub(super) fn momentum(plan: &Plan, stage: usize, support: f32, mean: f32) -> f32 {
    plan.model.dynamics.momentum as f32 * (support / plan.stages[stage].divisor - mean)
}

/// 6. Adds to what everyone's view of `c` has moved by what it moves before the ballot of this number, the second or a
///    later one.
pub(super) fn moves(plan: &Plan, ballot: u32, c: CandidateId) -> impl Iterator<Item = (f32, Shock)> + use<> {
    let Moves { drift, doubt, doubt_before } = plan.moves;
    let has_entered = plan.model.candidates[c.index()].enters < ballot;
    let drift = (drift > 0.0 && has_entered).then_some((drift, Shock::Drift(ballot, c)));
    let doubt = (doubt > 0.0 && ballot == doubt_before).then_some((doubt, Shock::Doubt(c)));
    drift.into_iter().chain(doubt)
}
