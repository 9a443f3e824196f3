//! Counts ballot by ballot: how every candidate fared at every ballot that they faced.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::round::Standing;
use super::tally::Tally;
use crate::model::{CandidateId, Model, Stage};

/// Equal parts of the whole in which support is told apart where it is not counted by heads.
pub const PARTS: u32 = 1000;

/// How candidates fared, by ballot of the round (from 1), index of the stage and candidate; nothing where nobody faced
/// such a ballot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByBallot(BTreeMap<u32, BTreeMap<usize, BTreeMap<u16, StandingTally>>>);

/// How one candidate fared at one ballot of one stage, over the rounds in which they faced it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingTally {
    /// Rounds by support, as [`SupportBins`] tell it apart.
    pub support: Histogram,
    /// Sum of the support in units of its measure, where it is not counted by heads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weighed: Option<u128>,
    /// Rounds by the number of members who object.
    pub objections: Histogram,
    /// Rounds by the number of members who veto.
    pub vetoes: Histogram,
}

/// In how many rounds a number was 0, 1 and so on, up to the largest that it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram(Vec<u64>);

impl Histogram {
    /// Counts rounds by their number: the first entry those of 0.
    pub(super) fn add(&mut self, rounds: &[u64]) {
        let length = rounds.iter().rposition(|&rounds| rounds > 0).map_or(0, |last| last + 1);
        if self.0.len() < length {
            self.0.resize(length, 0);
        }
        self.0.iter_mut().zip(rounds).for_each(|(mine, more)| *mine += more);
    }

    /// Counts one round.
    fn add_one(&mut self, number: usize) {
        if self.0.len() <= number {
            self.0.resize(number + 1, 0);
        }
        self.0[number] += 1;
    }

    /// Rounds by number, up to the largest there was.
    pub fn counts(&self) -> &[u64] {
        &self.0
    }

    /// Rounds counted.
    pub fn rounds(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Sum of the numbers over all rounds.
    pub fn sum(&self) -> u128 {
        (0..).zip(&self.0).map(|(number, &rounds): (u128, _)| number * u128::from(rounds)).sum()
    }

    /// The smallest number that is not exceeded in so many of a hundred rounds; 0 if there are none.
    pub fn quantile(&self, percent: u32) -> usize {
        let enough = u128::from(self.rounds()) * u128::from(percent);
        let mut within = 0;
        let reaches = |&rounds: &u64| {
            within += 100 * u128::from(rounds);
            within >= enough
        };
        self.0.iter().position(reaches).unwrap_or(0)
    }

    /// Whether these can be so many rounds, and no number is above `most`.
    fn is_of(&self, rounds: u128, most: usize) -> bool {
        self.0.len() <= most + 1
            && self.0.last().is_some_and(|&rounds| rounds > 0)
            && self.0.iter().map(|&rounds| u128::from(rounds)).sum::<u128>() == rounds
    }
}

/// How support is told apart at one stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SupportBins {
    /// Members who take part.
    members: u32,
    /// Support of all of them in units of the measure, if it is not counted by heads.
    whole: Option<u128>,
}

impl SupportBins {
    /// How it is told apart at `stage` of `model`.
    pub fn of(model: &Model, stage: &Stage) -> Self {
        let measure = &model.measures[stage.support_by];
        Self { members: stage.members.len(), whole: (!measure.counts_heads()).then(|| measure.weigh(&stage.members)) }
    }

    /// The bin of a support: a number of heads; otherwise how many of [`PARTS`] equal parts of the whole it takes to hold
    /// it.
    pub fn bin(&self, support: u128) -> usize {
        let bin = match self.whole {
            None => support,
            Some(0) => 0,
            Some(whole) => (support * u128::from(PARTS)).div_ceil(whole),
        };
        bin as usize
    }

    /// The largest support of a bin: heads, or units of the measure.
    pub fn largest(&self, bin: usize) -> f64 {
        self.whole.map_or(bin as f64, |whole| whole as f64 * bin as f64 / f64::from(PARTS))
    }

    /// The last bin.
    pub fn last(&self) -> usize {
        self.whole.map_or(self.members, |_| PARTS) as usize
    }

    /// Whether rounds in these bins can have so much support together.
    fn can_hold(&self, support: &Histogram, weighed: Option<u128>) -> bool {
        let (Some(whole), Some(sum)) = (self.whole, weighed) else { return self.whole.is_none() && weighed.is_none() };
        let parts_at_most = support.sum();
        let part_or_more: u128 = support.0.iter().skip(1).map(|&rounds| u128::from(rounds)).sum();
        let is_between = || {
            let least = (parts_at_most - part_or_more).checked_mul(whole)?;
            let most = parts_at_most.checked_mul(whole)?;
            Some((least..=most).contains(&sum.checked_mul(u128::from(PARTS))?))
        };
        is_between().unwrap_or(false)
    }
}

impl StandingTally {
    /// Rounds counted.
    pub fn rounds(&self) -> u64 {
        self.vetoes.rounds()
    }

    fn merge(&mut self, other: &Self) {
        self.support.add(&other.support.0);
        self.weighed = self.weighed.into_iter().chain(other.weighed).reduce(|mine, more| mine + more);
        self.objections.add(&other.objections.0);
        self.vetoes.add(&other.vetoes.0);
    }

    /// Whether this can have been counted at `stage` in so many rounds, at least one.
    fn is_of(&self, bins: &SupportBins, stage: &Stage, rounds: u128) -> bool {
        let members = bins.members as usize;
        // In a stance ballot nobody supports and objects.
        let stances = || self.support.sum() + self.objections.sum() <= u128::from(bins.members) * rounds;
        self.support.is_of(rounds, bins.last())
            && self.objections.is_of(rounds, members)
            && self.vetoes.is_of(rounds, members)
            && bins.can_hold(&self.support, self.weighed)
            && self.vetoes.sum() <= self.objections.sum()
            && (stage.ballot.is_choice() || bins.whole.is_some() || stances())
    }
}

impl ByBallot {
    /// Every candidate at every ballot that they faced: number of the ballot in the round, index of its stage, the
    /// candidate and how they fared. In the order of ballots, stages and candidates.
    pub fn standings(&self) -> impl Iterator<Item = (u32, usize, CandidateId, &StandingTally)> {
        self.0.iter().flat_map(|(&ballot, stages)| {
            stages.iter().flat_map(move |(&stage, candidates)| {
                candidates.iter().map(move |(&c, tally)| (ballot, stage, CandidateId(c), tally))
            })
        })
    }

    /// The counts about `c` at one ballot.
    pub(super) fn at(&mut self, ballot: u32, stage: usize, c: CandidateId) -> &mut StandingTally {
        self.0.entry(ballot).or_default().entry(stage).or_default().entry(c.0).or_default()
    }

    /// Counts how `c` fared in one round at one ballot, of the stage with index `stage`.
    pub fn add(&mut self, model: &Model, ballot: u32, stage: usize, c: CandidateId, standing: &Standing) {
        let bins = SupportBins::of(model, &model.stages[stage]);
        let tally = self.at(ballot, stage, c);
        tally.support.add_one(bins.bin(standing.support));
        if bins.whole.is_some() {
            *tally.weighed.get_or_insert_default() += standing.support;
        }
        tally.objections.add_one(standing.objecting.len() as usize);
        tally.vetoes.add_one(standing.vetoing.len() as usize);
    }

    /// Adds the counts of other rounds. Associative and exact.
    pub fn merge(&mut self, other: &Self) {
        for (ballot, stage, c, tally) in other.standings() {
            self.at(ballot, stage, c).merge(tally);
        }
    }

    /// Bytes that the counts of `model` may come to, about.
    pub(super) fn bytes(model: &Model) -> u64 {
        let (mut ballots, mut bytes) = (0, 0);
        for stage in &model.stages {
            ballots += u64::from(stage.repeat);
            let bins = SupportBins::of(model, stage);
            let numbers = (bins.last() + 1 + 2 * (bins.members as usize + 1)) as u64;
            let candidates = model.candidate_ids().filter(|&(c, _)| model.may_consider(stage, c)).count() as u64;
            // A stage may begin earlier or later, and end so.
            let tally = size_of::<StandingTally>() as u64 + numbers * size_of::<u64>() as u64;
            bytes += ballots * candidates * tally;
        }
        bytes
    }

    /// Whether the counts can be those of `model` in the rounds of `tally`, and none contradicts another.
    pub(super) fn is_of(&self, model: &Model, tally: &Tally) -> bool {
        let mut ballots = 0;
        let mut stages = Vec::new();
        for stage in &model.stages {
            ballots += stage.repeat;
            stages.push((stage, SupportBins::of(model, stage), ballots));
        }
        let can_be = |(ballot, stage, c, standing): (u32, usize, CandidateId, &StandingTally)| {
            let rounds = standing.vetoes.0.iter().map(|&rounds| u128::from(rounds)).sum();
            stages.get(stage).is_some_and(|(stage, bins, last)| {
                rounds <= u128::from(tally.rounds)
                    && (1..=*last).contains(&ballot)
                    && c.index() < model.candidates.len()
                    && model.may_consider(stage, c)
                    && standing.is_of(bins, stage, rounds)
            })
        };
        self.standings().all(can_be) && self.adds_up(tally)
    }

    /// Whether no candidate faces more ballots than there are, nor fewer than they must.
    fn adds_up(&self, tally: &Tally) -> bool {
        let mut faced = vec![0; tally.candidates.len()];
        let mut open = u128::from(tally.rounds);
        for (ballot, ended) in (0..).zip(&tally.ballots) {
            let mut here = vec![0; faced.len()];
            for (&c, standing) in self.0.get(&ballot).iter().flat_map(|stages| stages.values().flatten()) {
                here[usize::from(c)] += u128::from(standing.rounds());
            }
            let stood = tally.candidates.iter().map(|candidate| u128::from(candidate.stood));
            if here.iter().zip(stood).any(|(&here, stood)| here > open.min(stood)) {
                return false;
            }
            faced.iter_mut().zip(here).for_each(|(faced, here)| *faced += here);
            open = open.saturating_sub(u128::from(ended.appointed) + u128::from(ended.no_consensus));
        }
        faced.iter().zip(&tally.candidates).all(|(&faced, candidate)| faced >= candidate.stood.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_the_smallest_numbers_that_so_many_rounds_do_not_exceed() {
        let of = |rounds: &[u64]| {
            let mut histogram = Histogram::default();
            histogram.add(rounds);
            [5, 50, 95].map(|percent| histogram.quantile(percent))
        };
        assert_eq!(of(&[5, 45, 45, 5]), [0, 1, 2]);
        assert_eq!(of(&[4, 45, 46, 5]), [1, 2, 2]);
        assert_eq!(of(&[5, 46, 43, 6]), [0, 1, 3]);
        assert_eq!(of(&[0, 0, 7, 0]), [2, 2, 2]);
        assert_eq!(of(&[]), [0, 0, 0]);
    }

    #[test]
    fn histograms_are_as_long_as_their_largest_number_whoever_counted_what() {
        let (mut one_by_one, mut together) = (Histogram::default(), Histogram::default());
        [3, 0, 3].into_iter().for_each(|number| one_by_one.add_one(number));
        together.add(&[0, 0, 0, 2, 0, 0]);
        together.add(&[1, 0]);
        assert_eq!(one_by_one, together);
        assert_eq!((together.0.len(), together.rounds(), together.sum()), (4, 3, 6));
    }

    #[test]
    fn a_bin_is_the_parts_of_the_whole_that_hold_the_support() {
        let bins = SupportBins { members: 3, whole: Some(2001) };
        assert_eq!([0, 1, 2, 3, 4, 5, 2000, 2001].map(|support| bins.bin(support)), [0, 1, 1, 2, 2, 3, 1000, 1000]);
        assert_eq!((bins.largest(1000), bins.last()), (2001.0, 1000));
        assert_eq!(SupportBins { members: 3, whole: Some(0) }.bin(0), 0);
        let heads = SupportBins { members: 3, whole: None };
        assert_eq!((heads.bin(2), heads.largest(2), heads.last()), (2, 2.0, 3));
    }
}
