//! A rule as quotas: every leaf says that a coalition's weights reach some whole number.

use std::cmp::Reverse;
use std::ops::Range;

use crate::model::{Condition, Measure, MemberSet, Rule, Side, Test, VetoPower};

/// What a leaf still needs when it is reached already.
const REACHED: u128 = 0;
/// What a leaf still needs when the members to come cannot bring it.
const LOST: u128 = u128::MAX;
/// How many attainable sums are kept, over all quotas.
const MAX_SUMS: usize = 1 << 21;

/// A simple game whose members decide in a fixed order, the heaviest first.
///
/// Its *state* after some members have decided is what each leaf of the rule still needs from the others.
pub struct Game {
    formula: Formula,
    quotas: Vec<Quota>,
    /// The member (in the order of the file) who decides at each turn.
    order: Vec<usize>,
    /// The first turn of a member like the one at each turn; equal members have consecutive turns.
    class: Vec<usize>,
}

/// How the leaves of the rule, numbered from the left, combine.
enum Formula {
    Leaf(usize),
    Join {
        /// The verdict on one part that settles the whole: `false` of `all`, `true` of `any`.
        dominant: bool,
        parts: Vec<Formula>,
        /// The leaves below.
        leaves: Range<usize>,
    },
}

/// A leaf of the rule: the coalition's weights must add up to at least `need`.
struct Quota {
    /// Weights in the order of [`Game::order`].
    weights: Vec<u64>,
    need: u128,
    /// For every turn and one past the last, all that the members from there on can bring.
    rest: Vec<u128>,
    /// For the last turns and one past them, every sum that these members can bring, ascending.
    sums: Vec<Vec<u128>>,
}

impl Game {
    /// The game that `rule` makes of the members' votes, with a veto by everyone whose veto power exists.
    pub fn new(rule: &Rule, measures: &[Measure], vetoes: &[VetoPower]) -> Self {
        let mut quotas = Vec::new();
        let formula = Formula::of(rule, measures, vetoes, &mut quotas);
        let members = vetoes.len();
        let column = |m: usize| quotas.iter().map(|quota| quota.weights[m]).collect::<Vec<_>>();
        let importance = |m: usize| quotas.iter().map(|quota| quota.relative(m)).sum::<f64>();
        let mut keyed: Vec<_> = (0..members).map(|m| (importance(m), column(m), m)).collect();
        keyed.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (Reverse(&a.1), a.2).cmp(&(Reverse(&b.1), b.2))));
        let mut class: Vec<usize> = Vec::with_capacity(members);
        for (turn, (_, column, _)) in keyed.iter().enumerate() {
            let alike = turn > 0 && keyed[turn - 1].1 == *column;
            class.push(if alike { class[turn - 1] } else { turn });
        }
        let order: Vec<usize> = keyed.into_iter().map(|(_, _, m)| m).collect();
        let sums_each = MAX_SUMS / quotas.len().max(1);
        quotas.iter_mut().for_each(|quota| quota.prepare(&order, sums_each));
        Self { formula, quotas, order, class }
    }

    /// How many members decide.
    pub fn members(&self) -> usize {
        self.order.len()
    }

    /// The members (in the order of the file) by turn.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// The first turn of a member whom the rule cannot tell from that of `turn`.
    pub fn class(&self, turn: usize) -> usize {
        self.class[turn]
    }

    /// Adds what the member of `turn` brings to each leaf.
    pub fn join(&self, turn: usize, sums: &mut [u128]) {
        sums.iter_mut().zip(&self.quotas).for_each(|(sum, quota)| *sum += u128::from(quota.weights[turn]));
    }

    /// Takes what the member of `turn` brings from each leaf.
    pub fn leave(&self, turn: usize, sums: &mut [u128]) {
        sums.iter_mut().zip(&self.quotas).for_each(|(sum, quota)| *sum -= u128::from(quota.weights[turn]));
    }

    /// Whether a coalition wins that brings so much to each leaf.
    pub fn is_won(&self, sums: &[u128]) -> bool {
        self.formula.holds(&|leaf| sums[leaf] >= self.quotas[leaf].need)
    }

    /// How many numbers a state has.
    pub fn leaves(&self) -> usize {
        self.quotas.len()
    }

    /// Figures by turn as figures by member, those of equal members equal to the last bit.
    pub fn in_file_order(&self, by_turn: &[f64]) -> Vec<f64> {
        let mut by_member = vec![0.0; self.members()];
        for (&member, &class) in self.order.iter().zip(&self.class) {
            by_member[member] = by_turn[class];
        }
        by_member
    }

    /// The state before anyone has decided, or who wins if that is clear.
    pub fn start(&self) -> Result<Vec<u128>, bool> {
        let mut state: Vec<u128> = self.quotas.iter().map(|quota| quota.settle(0, quota.need)).collect();
        self.formula.decide(&mut state).map_or(Ok(state), Err)
    }

    /// Turns the state before `turn` into the one after its member has said yes or no; returns whether the
    /// coalition wins if that is clear by then, as it is after the last turn.
    pub fn advance(&self, turn: usize, yes: bool, state: &mut [u128]) -> Option<bool> {
        for (need, quota) in state.iter_mut().zip(&self.quotas) {
            if *need == REACHED || *need == LOST {
                continue;
            }
            let brought = if yes { u128::from(quota.weights[turn]) } else { 0 };
            *need = quota.settle(turn + 1, need.saturating_sub(brought));
        }
        self.formula.decide(state)
    }
}

impl Formula {
    fn of(rule: &Rule, measures: &[Measure], vetoes: &[VetoPower], quotas: &mut Vec<Quota>) -> Self {
        let (dominant, rules) = match rule {
            Rule::All(rules) => (false, rules),
            Rule::Any(rules) => (true, rules),
            Rule::Condition(condition) => {
                quotas.push(Quota::of(*condition, measures, vetoes));
                return Self::Leaf(quotas.len() - 1);
            }
        };
        let first = quotas.len();
        let parts = rules.iter().map(|rule| Self::of(rule, measures, vetoes, quotas)).collect();
        Self::Join { dominant, parts, leaves: first..quotas.len() }
    }

    /// Whether it holds if it is known which leaves do.
    fn holds(&self, leaf_holds: &impl Fn(usize) -> bool) -> bool {
        match self {
            Self::Leaf(leaf) => leaf_holds(*leaf),
            Self::Join { dominant, parts, .. } => {
                let settles = parts.iter().any(|part| part.holds(leaf_holds) == *dominant);
                settles == *dominant
            }
        }
    }

    /// The verdict on `state` if it is clear. Leaves that cannot matter any more are set to the verdict on
    /// the part that they belong to, so that states which differ only there become equal.
    fn decide(&self, state: &mut [u128]) -> Option<bool> {
        match self {
            Self::Leaf(leaf) => match state[*leaf] {
                REACHED => Some(true),
                LOST => Some(false),
                _ => None,
            },
            Self::Join { dominant, parts, leaves } => {
                let mut open = false;
                for part in parts {
                    match part.decide(state) {
                        Some(verdict) if verdict == *dominant => {
                            state[leaves.clone()].fill(if verdict { REACHED } else { LOST });
                            return Some(verdict);
                        }
                        Some(_) => {}
                        None => open = true,
                    }
                }
                (!open).then_some(!dominant)
            }
        }
    }
}

impl Quota {
    /// The quota of one leaf, its weights still in the order of the file.
    fn of(leaf: Condition, measures: &[Measure], vetoes: &[VetoPower]) -> Self {
        let (weights, need) = match leaf.test(measures, &MemberSet::all(vetoes.len())) {
            // Everyone with a veto must be in.
            Test::NoVeto => {
                let weights: Vec<u64> = vetoes.iter().map(|veto| u64::from(veto.exists())).collect();
                let need = weights.iter().map(|&w| u128::from(w)).sum();
                (weights, need)
            }
            // All who are not in the coalition object.
            Test::Sum(test) => {
                let all = measures[test.of].total();
                let need = smallest(all, |sum| match test.whose() {
                    Side::Supporters => test.holds(sum, all),
                    Side::Objectors => test.holds(all - sum, all),
                });
                (measures[test.of].weights.clone(), need.unwrap_or(LOST))
            }
        };
        Self { weights, need, rest: Vec::new(), sums: Vec::new() }
    }

    /// The weight of member `m` (in the order of the file) as a share of all weights.
    fn relative(&self, m: usize) -> f64 {
        let total: u128 = self.weights.iter().map(|&w| u128::from(w)).sum();
        if total == 0 { 0.0 } else { self.weights[m] as f64 / total as f64 }
    }

    /// Brings the weights into `order` and works out what the members from each turn on can bring.
    fn prepare(&mut self, order: &[usize], max_sums: usize) {
        self.weights = order.iter().map(|&m| self.weights[m]).collect();
        self.rest = vec![0; order.len() + 1];
        let mut sums = vec![vec![0]];
        let mut kept = 1;
        for turn in (0..order.len()).rev() {
            let weight = u128::from(self.weights[turn]);
            self.rest[turn] = self.rest[turn + 1] + weight;
            if let Some(next) = sums.last().filter(|_| sums.len() == order.len() - turn) {
                let here = with_and_without(next, weight);
                kept += here.len();
                if kept <= max_sums {
                    sums.push(here);
                }
            }
        }
        sums.reverse();
        self.sums = sums;
    }

    /// The canonical form of `need` before `turn`: the smallest sum that the members from there on can
    /// bring and that suffices. Needs that these members cannot tell apart become equal.
    fn settle(&self, turn: usize, need: u128) -> u128 {
        if need > self.rest[turn] {
            return LOST;
        }
        let first = self.rest.len() - self.sums.len();
        match turn.checked_sub(first).map(|late| &self.sums[late]) {
            Some(sums) => sums.get(sums.partition_point(|&sum| sum < need)).copied().unwrap_or(LOST),
            None => need,
        }
    }
}

/// The distinct values of `sums` (ascending) and of each with `weight` added, ascending.
fn with_and_without(sums: &[u128], weight: u128) -> Vec<u128> {
    let mut all: Vec<u128> = sums.iter().copied().chain(sums.iter().map(|sum| sum + weight)).collect();
    all.sort();
    all.dedup();
    all
}

/// The smallest sum in `0..=total` for which `holds`, which holds for all larger ones too.
fn smallest(total: u128, holds: impl Fn(u128) -> bool) -> Option<u128> {
    if !holds(total) {
        return None;
    }
    let (mut low, mut high) = (0, total);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    Some(high)
}
