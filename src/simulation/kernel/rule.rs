//! Rules on bit planes: 64 lanes at a time.

use super::planes::{self, Counts};
use crate::model::{Measure, MemberSet, Rule, Side, SumTest, Test};
use crate::simulation::simd::{Level, for_every_level};

/// A rule whose leaves are numbered, to be looked up as planes.
#[derive(Debug)]
pub(super) struct PlaneRule {
    root: Node,
    leaves: Vec<Leaf>,
    /// By leaf and word: the lanes where it holds.
    held: Vec<u64>,
}

#[derive(Debug)]
enum Node {
    NoVeto,
    Leaf(usize),
    All(Vec<Node>),
    Any(Vec<Node>),
}

/// A condition that vetoes do not enter.
#[derive(Debug)]
enum Leaf {
    /// At least so many supporters.
    Supporters(u64),
    /// Fewer than so many objectors.
    FewerObjectors(u64),
    /// Anything by another measure than heads, or a share of those voting: by exact sums lane by lane.
    Weighed(Weighed),
}

#[derive(Debug)]
struct Weighed {
    weights: Weights,
    test: SumTest,
}

/// The planes of one candidate at one ballot.
pub(super) struct BallotPlanes<'a> {
    /// Words of a plane.
    pub words: usize,
    /// By member: who supports.
    pub supporting: &'a [u64],
    /// By member: who objects.
    pub objecting: &'a [u64],
    /// By member: who encourages.
    pub encouraging: &'a [u64],
    /// How many support.
    pub support: &'a Counts,
    /// How many object.
    pub objections: &'a Counts,
    /// By member: who casts a vote, in a choice ballot.
    pub casting: Option<&'a [u64]>,
}

impl PlaneRule {
    /// Prepares `rule` of a stage in which these members take part.
    pub fn new(rule: &Rule, measures: &[Measure], all: &MemberSet) -> Self {
        let mut leaves = Vec::new();
        let root = compile(rule, measures, all, &mut leaves);
        Self { root, leaves, held: Vec::new() }
    }

    /// Looks up all leaves; [`Self::holds`] combines them.
    pub fn weigh(&mut self, level: Level, ballot: &BallotPlanes) {
        let Self { leaves, held, .. } = self;
        held.clear();
        for leaf in leaves.iter() {
            match leaf {
                Leaf::Supporters(bound) => held.extend((0..ballot.words).map(|w| ballot.support.at_least(*bound, w))),
                Leaf::FewerObjectors(bound) => {
                    held.extend((0..ballot.words).map(|w| !ballot.objections.at_least(*bound, w)));
                }
                Leaf::Weighed(weighed) => weighed.extend(level, ballot, held),
            }
        }
    }

    /// In which lanes of word `w` the rule holds, if those of `vetoed` are vetoed.
    pub fn holds(&self, words: usize, w: usize, vetoed: u64) -> u64 {
        self.root.holds(&self.held, words, w, vetoed)
    }
}

impl Node {
    fn holds(&self, held: &[u64], words: usize, w: usize, vetoed: u64) -> u64 {
        match self {
            Self::NoVeto => !vetoed,
            Self::Leaf(leaf) => held[leaf * words + w],
            Self::All(nodes) => nodes.iter().fold(u64::MAX, |all, node| all & node.holds(held, words, w, vetoed)),
            Self::Any(nodes) => nodes.iter().fold(0, |any, node| any | node.holds(held, words, w, vetoed)),
        }
    }
}

fn compile(rule: &Rule, measures: &[Measure], all: &MemberSet, leaves: &mut Vec<Leaf>) -> Node {
    match rule {
        Rule::Condition(condition) => match condition.test(measures, all) {
            Test::NoVeto => Node::NoVeto,
            Test::Sum(test) => {
                leaves.push(Leaf::new(test, &measures[test.of], all.len().into()));
                Node::Leaf(leaves.len() - 1)
            }
        },
        Rule::All(rules) => Node::All(rules.iter().map(|rule| compile(rule, measures, all, leaves)).collect()),
        Rule::Any(rules) => Node::Any(rules.iter().map(|rule| compile(rule, measures, all, leaves)).collect()),
    }
}

impl Leaf {
    fn new(test: SumTest, measure: &Measure, members: u64) -> Self {
        if !measure.counts_heads() || test.is_share_of_voting() {
            return Self::Weighed(Weighed { weights: Weights::new(&measure.weights), test });
        }
        // The least number of heads for which the test comes out so; one more than there are if it never does.
        let least = |so: bool| (0..=members).find(|&heads| test.holds(heads.into(), 0) == so).unwrap_or(members + 1);
        match test.whose() {
            Side::Supporters => Self::Supporters(least(true)),
            Side::Objectors => Self::FewerObjectors(least(false)),
        }
    }
}

impl Weighed {
    /// Appends the plane of the lanes where the condition holds.
    fn extend(&self, level: Level, ballot: &BallotPlanes, held: &mut Vec<u64>) {
        let weigh = |planes: &[u64]| self.weights.weigh(level, planes, ballot.words);
        let sums = weigh(match self.test.whose() {
            Side::Supporters => ballot.supporting,
            Side::Objectors => ballot.objecting,
        });
        let voting = match (self.test.is_share_of_voting(), ballot.casting) {
            (false, _) => vec![0; sums.len()],
            (true, Some(casting)) => weigh(casting),
            (true, None) => {
                let votes = ballot.encouraging.iter().zip(ballot.objecting).map(|(a, b)| a | b);
                weigh(&votes.collect::<Vec<u64>>())
            }
        };
        let first = held.len();
        held.resize(first + ballot.words, 0);
        for (lane, (&sum, &voting)) in sums.iter().zip(&voting).enumerate() {
            if self.test.holds(sum, voting) {
                planes::set(&mut held[first..], lane);
            }
        }
    }
}

/// The weights of a measure in two halves, so that sums over 256 members cannot overflow 64 bits.
#[derive(Debug)]
pub(super) struct Weights {
    low: Vec<u64>,
    high: Vec<u64>,
}

impl Weights {
    /// By member.
    pub fn new(weights: &[u64]) -> Self {
        let low = weights.iter().map(|weight| weight & u64::from(u32::MAX)).collect();
        Self { low, high: weights.iter().map(|weight| weight >> 32).collect() }
    }

    /// By lane: the weight of the members in whose plane it is.
    pub fn weigh(&self, level: Level, planes: &[u64], words: usize) -> Vec<u128> {
        let add = |weights: &[u64]| {
            let mut sums = vec![0u64; 64 * words];
            for (plane, &weight) in planes.chunks_exact(words.max(1)).zip(weights).filter(|(_, weight)| **weight > 0) {
                add_where(level, plane, weight, &mut sums);
            }
            sums
        };
        let (low, high) = (add(&self.low), add(&self.high));
        low.into_iter().zip(high).map(|(low, high)| u128::from(low) + (u128::from(high) << 32)).collect()
    }
}

for_every_level! {
    fn add_where(plane: &[u64], weight: u64, sums: &mut [u64]) {
        for (&word, sums) in plane.iter().zip(sums.chunks_exact_mut(64)) {
            for (j, sum) in sums.iter_mut().enumerate() {
                *sum += (word >> j & 1).wrapping_neg() & weight;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BallotCount, Bar, Base, Condition, Fraction, MemberId, MemberSet};

    /// Three members, all ways in which they may encourage, object or stay silent, vetoed or not: one lane each.
    #[test]
    fn planes_hold_where_the_rule_holds() {
        let measures = [
            Measure::members(3),
            Measure { name: "people".into(), weights: vec![5, 1 << 40, (1 << 40) + 3], decimals: 0 },
            Measure { name: "votes".into(), weights: vec![150, 250, 0], decimals: 2 },
        ];
        let fraction = |text: &str| text.parse::<Fraction>().unwrap();
        let share = |of, bar: &str, base| Rule::from(Condition::Share { of, bar: Bar::AtLeast(fraction(bar)), base });
        let count = |of, bar: &str| Rule::from(Condition::Count { of, bar: Bar::AtLeast(fraction(bar)) });
        let rules = [
            Condition::NoVeto.into(),
            share(0, "2/3", Base::All),
            share(0, "1/2", Base::Voting),
            share(0, "0", Base::Voting),
            share(1, "0.5", Base::All),
            share(1, "0.5", Base::Voting),
            count(0, "2"),
            count(0, "0.5"),
            count(0, "4"),
            count(2, "2.5"),
            Condition::Count { of: 0, bar: Bar::MoreThan(fraction("1")) }.into(),
            Condition::Share { of: 0, bar: Bar::MoreThan(fraction("1/3")), base: Base::All }.into(),
            Condition::Share { of: 1, bar: Bar::MoreThan(fraction("1/2")), base: Base::Voting }.into(),
            Condition::Objections { of: 0, at_most: fraction("1") }.into(),
            Condition::Objections { of: 0, at_most: fraction("9") }.into(),
            Condition::Objections { of: 2, at_most: fraction("1.5") }.into(),
            Rule::All(vec![]),
            Rule::Any(vec![]),
            Rule::All(vec![
                Condition::NoVeto.into(),
                Rule::Any(vec![share(0, "1", Base::All), share(2, "0.6", Base::All)]),
            ]),
        ];
        let stance = |lane: usize, m: usize| lane / 3usize.pow(m as u32) % 3;
        let sets = |answer| -> Vec<MemberSet> {
            let of = |lane| (0..3).filter(|&m| stance(lane, m) == answer).map(|m| MemberId(m as u16)).collect();
            (0..27).map(of).collect()
        };
        let planes = |sets: &[MemberSet]| -> Vec<u64> {
            let of = |m| (0..27).fold(0, |plane, lane| plane | u64::from(sets[lane].contains(MemberId(m))) << lane);
            (0..3).map(of).collect()
        };
        let (encouraging, objecting) = (sets(0), sets(1));
        let (encouraging_planes, objecting_planes) = (planes(&encouraging), planes(&objecting));
        let (mut support, mut objections) = (Counts::default(), Counts::default());
        support.count(Level::PORTABLE, &encouraging_planes, 1, 3);
        objections.count(Level::PORTABLE, &objecting_planes, 1, 3);
        for (rule, everyone_votes, vetoed) in
            rules.iter().flat_map(|rule| [(rule, false, false), (rule, false, true), (rule, true, false)])
        {
            let mut compiled = PlaneRule::new(rule, &measures, &MemberSet::all(3));
            compiled.weigh(
                Level::best(),
                &BallotPlanes {
                    words: 1,
                    supporting: &encouraging_planes,
                    objecting: &objecting_planes,
                    encouraging: &encouraging_planes,
                    support: &support,
                    objections: &objections,
                    casting: everyone_votes.then_some(&[u64::MAX; 3][..]),
                },
            );
            let plane = compiled.holds(1, 0, if vetoed { u64::MAX } else { 0 });
            for lane in 0..27 {
                let (supporters, objectors) = (encouraging[lane], objecting[lane]);
                let voting = if everyone_votes { MemberSet::all(3) } else { supporters.union(&objectors) };
                let expected = rule
                    .holds(&measures, &BallotCount { supporters, objectors, voting, all: MemberSet::all(3), vetoed });
                assert_eq!(plane >> lane & 1 == 1, expected, "{rule:?} {everyone_votes} {vetoed} lane {lane}");
            }
        }
    }
}
