//! When a candidate counts as appointed.

use super::words::words;
use super::{Fraction, MemberSet};

/// A weight of every member that rules can count by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Name; `members` counts heads.
    pub name: String,
    /// Weight of each member in units of `10^-decimals`; at most 10^18.
    pub weights: Vec<u64>,
    /// Decimal places of the weights as written; at most 6.
    pub decimals: u32,
}

impl Measure {
    /// The measure that counts heads.
    pub fn members(n: usize) -> Self {
        Self { name: "members".to_owned(), weights: vec![1; n], decimals: 0 }
    }

    /// Sum of the weights of `set`, in units of `10^-decimals`.
    pub fn weigh(&self, set: &MemberSet) -> u128 {
        set.iter().map(|m| u128::from(self.weights[m.index()])).sum()
    }

    /// Sum of all weights, in units of `10^-decimals`.
    pub fn total(&self) -> u128 {
        self.weights.iter().map(|&w| u128::from(w)).sum()
    }

    /// Whether every member counts as one.
    pub fn counts_heads(&self) -> bool {
        self.decimals == 0 && self.weights.iter().all(|&weight| weight == 1)
    }

    /// One, in units of `10^-decimals`.
    pub fn unit(&self) -> u128 {
        10u128.pow(self.decimals)
    }
}

words! {
    /// Whose measure a share is taken of.
    pub enum Base {
        /// All members.
        #[default]
        All = "all",
        /// In a stance ballot those who encourage or object; in a choice ballot those who vote.
        Voting = "voting",
    }
}

/// How much of a sum of weights is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// This much, or more.
    AtLeast(Fraction),
    /// More than this.
    MoreThan(Fraction),
}

impl Bar {
    /// Whether `part / whole` is enough; nothing is a share of an empty whole.
    pub fn is_cleared_by(self, part: u128, whole: u128) -> bool {
        match self {
            Self::AtLeast(bar) => bar.is_reached_by(part, whole),
            Self::MoreThan(bar) => whole > 0 && !bar.is_not_exceeded_by(part, whole),
        }
    }
}

/// What it takes to be appointed at a ballot: conditions, put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// One condition.
    Condition(Condition),
    /// All of these.
    All(Vec<Rule>),
    /// At least one of these.
    Any(Vec<Rule>),
}

/// A condition on one candidate at one ballot. Measures are indices into the model's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// No member vetoes.
    NoVeto,
    /// The supporters' share of a measure.
    Share {
        /// Index of the measure.
        of: usize,
        /// The share that is enough.
        bar: Bar,
        /// Share of what.
        base: Base,
    },
    /// The supporters' sum of a measure.
    Count {
        /// Index of the measure.
        of: usize,
        /// The sum that is enough.
        bar: Bar,
    },
    /// The objectors' sum of a measure.
    Objections {
        /// Index of the measure.
        of: usize,
        /// Largest sum allowed.
        at_most: Fraction,
    },
}

/// How one candidate fared at one ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BallotCount {
    /// Who encourages; in a choice ballot, who votes for the candidate.
    pub supporters: MemberSet,
    /// Who objects.
    pub objectors: MemberSet,
    /// Who does not abstain: in a stance ballot who encourages or objects, in a choice ballot who casts a vote.
    pub voting: MemberSet,
    /// Who takes part in the stage.
    pub all: MemberSet,
    /// Whether anyone vetoes.
    pub vetoed: bool,
}

impl Rule {
    /// Whether the rule holds for a candidate who fared as `count` says. Exact: integers throughout.
    pub fn holds(&self, measures: &[Measure], count: &BallotCount) -> bool {
        match self {
            Self::Condition(condition) => condition.holds(measures, count),
            Self::All(rules) => rules.iter().all(|rule| rule.holds(measures, count)),
            Self::Any(rules) => rules.iter().any(|rule| rule.holds(measures, count)),
        }
    }

    /// The conditions that the rule is made of, from the left.
    pub fn conditions(&self) -> Vec<Condition> {
        match self {
            Self::Condition(condition) => vec![*condition],
            Self::All(rules) | Self::Any(rules) => rules.iter().flat_map(Self::conditions).collect(),
        }
    }

    /// Whether vetoes may decide.
    pub fn asks_for_vetoes(&self) -> bool {
        self.conditions().into_iter().any(Condition::asks_for_vetoes)
    }

    /// Whether objections, vetoes or not, may decide.
    pub fn counts_objections(&self) -> bool {
        self.conditions().into_iter().any(Condition::counts_objections)
    }
}

impl From<Condition> for Rule {
    fn from(condition: Condition) -> Self {
        Self::Condition(condition)
    }
}

impl Condition {
    /// See [`Rule::holds`].
    pub fn holds(self, measures: &[Measure], count: &BallotCount) -> bool {
        match self.test(measures, &count.all) {
            Test::NoVeto => !count.vetoed,
            Test::Sum(sum) => {
                let measure = &measures[sum.of];
                let members = match sum.whose() {
                    Side::Supporters => &count.supporters,
                    Side::Objectors => &count.objectors,
                };
                sum.holds(measure.weigh(members), measure.weigh(&count.voting))
            }
        }
    }

    /// The condition made ready to be tested often, in a stage in which `all` take part.
    pub fn test(self, measures: &[Measure], all: &MemberSet) -> Test {
        match self {
            Self::NoVeto => Test::NoVeto,
            Self::Share { of, bar, base } => {
                let whole = match base {
                    Base::All => Some(measures[of].weigh(all)),
                    Base::Voting => None,
                };
                Test::Sum(SumTest { of, limit: Limit::Supporters(bar), whole })
            }
            Self::Count { of, bar } => {
                Test::Sum(SumTest { of, limit: Limit::Supporters(bar), whole: Some(measures[of].unit()) })
            }
            Self::Objections { of, at_most } => {
                Test::Sum(SumTest { of, limit: Limit::Objectors(at_most), whole: Some(measures[of].unit()) })
            }
        }
    }

    /// The index of the measure that it weighs members by; none if it does not weigh them.
    pub fn measure(self) -> Option<usize> {
        match self {
            Self::NoVeto => None,
            Self::Share { of, .. } | Self::Count { of, .. } | Self::Objections { of, .. } => Some(of),
        }
    }

    /// Whether it is about vetoes.
    pub fn asks_for_vetoes(self) -> bool {
        match self {
            Self::NoVeto => true,
            Self::Share { .. } | Self::Count { .. } | Self::Objections { .. } => false,
        }
    }

    /// Whether it is about objections, vetoes or not. A share of those voting is not: it asks who objects, not how
    /// many do.
    pub fn counts_objections(self) -> bool {
        match self {
            Self::Objections { .. } => true,
            Self::NoVeto | Self::Share { .. } | Self::Count { .. } => false,
        }
    }
}

/// What a [`Condition`] comes down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// No member vetoes.
    NoVeto,
    /// A sum of weights is enough, or not too much.
    Sum(SumTest),
}

/// Whose weights are summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Those who support the candidate: more of them never harm.
    Supporters,
    /// Those who object: fewer of them never harm.
    Objectors,
}

/// A sum of weights by a measure, and what it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SumTest {
    /// Index of the measure.
    pub of: usize,
    limit: Limit,
    /// What the limit is a share of, in units of the measure; none is the weight of those voting.
    whole: Option<u128>,
}

/// What a sum is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    /// So much of those who support is enough.
    Supporters(Bar),
    /// No more than this of those who object is allowed.
    Objectors(Fraction),
}

impl SumTest {
    /// Whose weights.
    pub fn whose(&self) -> Side {
        match self.limit {
            Limit::Supporters(_) => Side::Supporters,
            Limit::Objectors(_) => Side::Objectors,
        }
    }

    /// Whether the weight of those voting enters.
    pub fn is_share_of_voting(&self) -> bool {
        self.whole.is_none()
    }

    /// Whether it holds for a sum of weights, when those voting weigh `voting`; both in units of the measure.
    pub fn holds(&self, sum: u128, voting: u128) -> bool {
        let whole = self.whole.unwrap_or(voting);
        match self.limit {
            Limit::Supporters(bar) => bar.is_cleared_by(sum, whole),
            Limit::Objectors(at_most) => at_most.is_not_exceeded_by(sum, whole),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MemberId;

    fn first(n: usize) -> MemberSet {
        MemberSet::all(n)
    }

    fn count(supporters: usize, members: usize) -> BallotCount {
        let objectors = (supporters..members).map(|i| MemberId(i as u16)).collect();
        BallotCount {
            supporters: first(supporters),
            objectors,
            voting: first(members),
            all: first(members),
            vetoed: false,
        }
    }

    #[test]
    fn shares_of_populations_compare_exactly() {
        let measure = Measure { name: "population".into(), weights: vec![65, 35], decimals: 0 };
        let rule = Condition::Share { of: 0, bar: Bar::AtLeast("0.65".parse().unwrap()), base: Base::All };
        assert!(rule.holds(&[measure], &count(1, 2)));
        let measure = Measure { name: "population".into(), weights: vec![64_999_999, 35_000_001], decimals: 0 };
        assert!(!rule.holds(&[measure], &count(1, 2)));
    }

    #[test]
    fn decimals_of_a_measure_count_in_its_own_units() {
        let measure = Measure { name: "votes".into(), weights: vec![1650, 8350], decimals: 2 };
        let rule = |text: &str| Condition::Count { of: 0, bar: Bar::AtLeast(text.parse().unwrap()) };
        assert!(rule("16.5").holds(std::slice::from_ref(&measure), &count(1, 2)));
        assert!(!rule("16.51").holds(std::slice::from_ref(&measure), &count(1, 2)));
        let at_most = Condition::Objections { of: 0, at_most: "83.5".parse().unwrap() };
        assert!(at_most.holds(std::slice::from_ref(&measure), &count(1, 2)));
        let at_most = Condition::Objections { of: 0, at_most: "83.49".parse().unwrap() };
        assert!(!at_most.holds(&[measure], &count(1, 2)));
    }

    #[test]
    fn the_base_decides_what_silence_means() {
        let measures = [Measure::members(4)];
        let mut ballot = count(2, 4);
        ballot.objectors = MemberSet::EMPTY;
        ballot.voting = first(2);
        let rule = |base| Condition::Share { of: 0, bar: Bar::AtLeast("2/3".parse().unwrap()), base };
        assert!(!rule(Base::All).holds(&measures, &ballot));
        assert!(rule(Base::Voting).holds(&measures, &ballot));
        ballot.supporters = MemberSet::EMPTY;
        ballot.voting = MemberSet::EMPTY;
        assert!(!rule(Base::Voting).holds(&measures, &ballot), "no one voting is no majority");
    }

    #[test]
    fn all_and_any_of_nothing_are_logic_not_accidents() {
        assert!(Rule::All(vec![]).holds(&[], &count(0, 1)));
        assert!(!Rule::Any(vec![]).holds(&[], &count(0, 1)));
    }
}
