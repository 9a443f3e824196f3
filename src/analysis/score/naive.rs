//! Forecasts that need no simulation, to set beside one.

use std::cmp::Reverse;

use crate::model::{Model, Poll};

/// What the first poll about several candidates says of their support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstPoll {
    /// By candidate: encouragements or, at a choice ballot, votes; 0 for those whom the poll does not mention.
    pub support: Vec<u32>,
    /// Positions of those with most of it and, of these, with fewest objections where all of them are known; at least one.
    pub leaders: Vec<usize>,
}

impl FirstPoll {
    /// How far a leader won: 1, or one part of several leaders; 0 if somebody else won or nobody did.
    pub fn won(&self, actual: usize) -> f64 {
        if self.leaders.contains(&actual) { 1.0 / self.leaders.len() as f64 } else { 0.0 }
    }
}

/// The first of the `polls` in which at least two candidates are mentioned and all of these have a known number of
/// encouragements or votes.
pub fn first_poll(model: &Model, polls: &[Poll]) -> Option<FirstPoll> {
    polls.iter().find_map(|poll| {
        let is_choice = model.stages.get(poll.stage)?.ballot.is_choice();
        let mut support = vec![0; model.candidates.len()];
        let mut objections = Vec::with_capacity(poll.rows.len());
        for row in &poll.rows {
            let total = if is_choice { row.totals.votes } else { row.totals.encourage };
            *support.get_mut(row.candidate.index())? = total.known()?;
            objections.push((row.candidate.index(), row.totals.object.known()));
        }
        if poll.rows.len() < 2 {
            return None;
        }
        let most = support.iter().max().copied()?;
        let first = objections.into_iter().filter(|(c, _)| support.get(*c) == Some(&most)).collect::<Vec<_>>();
        let known: Option<Vec<u32>> = first.iter().map(|(_, objections)| *objections).collect();
        let fewest = known.and_then(|known| known.into_iter().max_by_key(|&n| Reverse(n)));
        let leads = |objections: Option<u32>| fewest.is_none_or(|fewest| objections == Some(fewest));
        let leaders = first.into_iter().filter(|(_, objections)| leads(*objections)).map(|(c, _)| c);
        Some(FirstPoll { leaders: leaders.collect(), support })
    })
}

/// How often a leader wins, judged by other selections: `(wins + 1/2) / (n + 1)`, where each of `n` is how far a leader
/// won there.
pub fn win_rate(won: impl Iterator<Item = f64>) -> f64 {
    let (wins, n) = won.fold((0.0, 0.0), |(wins, n), won| (wins + won, n + 1.0));
    (wins + 0.5) / (n + 1.0)
}

/// All of `outcomes` are equally likely.
pub fn uniform(outcomes: usize) -> Vec<f64> {
    vec![1.0 / outcomes as f64; outcomes]
}

/// The leader wins with probability `rate`, which several leaders share; all other `outcomes` share the rest.
pub fn leader(poll: &FirstPoll, rate: f64, outcomes: usize) -> Vec<f64> {
    let leaders = poll.leaders.len();
    let others = (outcomes - leaders) as f64;
    let of = |c| if poll.leaders.contains(&c) { rate / leaders as f64 } else { (1.0 - rate) / others };
    (0..outcomes).map(of).collect()
}

/// Everyone's share of the support, and nothing for no consensus; none if nobody has any support.
pub fn shares(poll: &FirstPoll) -> Option<Vec<f64>> {
    let all: u32 = poll.support.iter().sum();
    let shares = poll.support.iter().map(|&support| f64::from(support) / f64::from(all));
    (all > 0).then(|| shares.chain([0.0]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::example;
    use crate::model::{Ballot, CandidateId, PollRow, Total, Totals};

    fn poll(rows: &[(u16, Totals)]) -> Poll {
        let row = |&(c, totals)| PollRow { candidate: CandidateId(c), totals, known: Vec::new(), among: Vec::new() };
        let rows = rows.iter().map(row).collect();
        Poll { name: "poll".to_owned(), stage: 0, ballot: 1, date: None, source: String::new(), fitted: false, rows }
    }

    fn stances(encourage: u32, object: u32) -> Totals {
        Totals { encourage: Total::exactly(encourage), object: Total::exactly(object), ..Totals::default() }
    }

    #[test]
    fn the_first_poll_about_several_whose_support_is_known_counts() {
        let model = example::model(9, 4);
        let partial = Totals { encourage: Total { at_least: 3, at_most: None }, ..Totals::default() };
        let polls = [
            poll(&[(3, stances(9, 0))]),
            poll(&[(0, partial), (1, stances(5, 1))]),
            poll(&[(1, stances(4, 3)), (0, stances(4, 2)), (3, stances(1, 0))]),
            poll(&[(3, stances(9, 0)), (0, stances(0, 0))]),
        ];
        let first = first_poll(&model, &polls).unwrap();
        assert_eq!(first, FirstPoll { support: vec![4, 4, 0, 1], leaders: vec![0] });
        assert_eq!(first_poll(&model, &polls[..2]), None);
    }

    #[test]
    fn those_who_cannot_be_told_apart_lead_together() {
        let mut model = example::model(9, 3);
        let unknown = Totals { encourage: Total::exactly(4), ..Totals::default() };
        let tied = first_poll(&model, &[poll(&[(0, unknown), (1, stances(4, 0)), (2, stances(1, 0))])]).unwrap();
        assert_eq!(tied.leaders, [0, 1]);
        assert_eq!([0, 1, 2, 3].map(|actual| tied.won(actual)), [0.5, 0.5, 0.0, 0.0]);
        model.stages[0].ballot = Ballot::Choice { votes: 1 };
        let votes = |n| Totals { votes: Total::exactly(n), ..Totals::default() };
        let voted = first_poll(&model, &[poll(&[(2, votes(5)), (1, votes(3))])]).unwrap();
        assert_eq!(voted, FirstPoll { support: vec![0, 3, 5], leaders: vec![2] });
    }

    #[test]
    fn naive_forecasts_are_those_by_hand() {
        let poll = FirstPoll { support: vec![6, 2, 0], leaders: vec![0] };
        assert_eq!(uniform(4), [0.25; 4]);
        assert_eq!(shares(&poll), Some(vec![0.75, 0.25, 0.0, 0.0]));
        assert_eq!(leader(&poll, 0.7, 4).map_to_tenths(), [7, 1, 1, 1]);
        let two = FirstPoll { support: vec![6, 0, 6], leaders: vec![0, 2] };
        assert_eq!(leader(&two, 0.8, 4).map_to_tenths(), [4, 1, 4, 1]);
        assert_eq!(shares(&FirstPoll { support: vec![0, 0], leaders: vec![0, 1] }), None);
    }

    #[test]
    fn a_win_rate_is_drawn_to_one_half() {
        assert_eq!(win_rate([].into_iter()), 0.5);
        assert_eq!(win_rate([1.0].into_iter()), 0.75);
        assert_eq!(win_rate([1.0, 0.0, 0.5].into_iter()), 0.5);
        assert_eq!(win_rate([1.0; 9].into_iter()), 0.95);
    }

    trait Tenths {
        fn map_to_tenths(&self) -> Vec<i64>;
    }

    impl Tenths for Vec<f64> {
        fn map_to_tenths(&self) -> Vec<i64> {
            self.iter().map(|p| (p * 10.0).round() as i64).collect()
        }
    }
}
