//! What came out at the points where judgements were drawn.

use serde::{Deserialize, Serialize};

use super::design::ROUNDS_PER_POINT;
use crate::simulation::{Counts, Endings, Flows};

/// Counts at one point: the same rounds under each assumption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedPoint {
    /// Rounds simulated.
    pub rounds: u64,
    /// By assumption and outcome, no consensus last: rounds that ended so.
    pub ended: Vec<Vec<u64>>,
    /// By assumption and outcome: rounds that ended so only under the first assumption, and only under this one.
    pub changed: Vec<Vec<[u64; 2]>>,
    /// By assumption and judgement: whether what was drawn ran into a limit of the format.
    pub held: Vec<Vec<bool>>,
}

impl JudgedPoint {
    /// How rounds ended, with what ran into limits.
    pub fn new(endings: &Endings, held: Vec<Vec<bool>>) -> Self {
        let changed = |flows: &Flows| -> Vec<[u64; 2]> {
            let all = 0..flows.outcomes();
            let changes = |outcome: usize| {
                let others = || all.clone().filter(move |other| *other != outcome);
                let lost = others().map(|to| flows.count(outcome, to)).sum();
                [lost, others().map(|from| flows.count(from, outcome)).sum()]
            };
            all.clone().map(changes).collect()
        };
        Self {
            rounds: endings.rounds(),
            ended: endings.flows.iter().map(Flows::ended).collect(),
            changed: endings.flows.iter().map(changed).collect(),
            held,
        }
    }

    /// Adds the counts of other rounds of the same point.
    pub fn merge(&mut self, other: &Self) {
        self.rounds += other.rounds;
        for (mine, theirs) in self.ended.iter_mut().flatten().zip(other.ended.iter().flatten()) {
            *mine += theirs;
        }
        for (mine, theirs) in self.changed.iter_mut().flatten().flatten().zip(other.changed.iter().flatten().flatten())
        {
            *mine += theirs;
        }
    }

    /// Whether these can be the counts of so many rounds, assumptions, outcomes and judgements.
    pub fn is_valid(&self, rounds: u64, assumptions: usize, outcomes: usize, judgements: usize) -> bool {
        let all = |ended: &Vec<u64>| {
            ended.len() == outcomes && ended.iter().map(|&count| u128::from(count)).sum::<u128>() == u128::from(rounds)
        };
        // What the first has less what is lost and with what is gained is what this one has.
        let fits = |(first, (ended, changed)): (&u64, (&u64, &[u64; 2]))| {
            first >= &changed[0] && first - changed[0] + changed[1] == *ended
        };
        let differs = |(ended, changed): (&Vec<u64>, &Vec<[u64; 2]>)| {
            let first = self.ended.first();
            changed.len() == outcomes
                && first.is_some_and(|first| first.iter().zip(ended.iter().zip(changed)).all(fits))
        };
        self.rounds == rounds
            && rounds <= ROUNDS_PER_POINT
            && [self.ended.len(), self.changed.len(), self.held.len()] == [assumptions; 3]
            && self.ended.iter().all(all)
            && self.held.iter().all(|held| held.len() == judgements)
            && self.ended.iter().zip(&self.changed).all(differs)
    }

    /// Bytes that a point takes, about.
    pub fn bytes(assumptions: usize, outcomes: usize, judgements: usize) -> u64 {
        (assumptions * (3 * outcomes * size_of::<u64>() + judgements + 3 * size_of::<Vec<u64>>())) as u64
    }
}
