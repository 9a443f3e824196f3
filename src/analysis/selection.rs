//! What the rounds of one assumption say: everything the reports need, as figures with intervals.

use super::estimate::{Mean, Proportion};
use super::groups::{self, GroupFigures};
use super::key::Key;
use super::standings::{self, StandingFigures};
use super::waiting::WaitingFigures;
use crate::model::{CandidateId, MemberSet, Model};
use crate::simulation::tally::CandidateTally;
use crate::simulation::{Plan, Tally};

/// Results of simulating one assumption.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Name of the assumption.
    pub assumption: String,
    /// Rounds simulated.
    pub rounds: u64,
    /// The members, in the order of the file.
    pub members: Vec<Key>,
    /// The candidates in the order of the file, then no consensus. Counts add up to `rounds`.
    pub outcomes: Vec<Outcome>,
    /// By candidate, in the order of the file.
    pub candidates: Vec<CandidateFigures>,
    /// Every member with every candidate, member by member.
    pub pairs: Vec<PairFigures>,
    /// The groups that have members, in the order of their ids.
    pub groups: Vec<GroupFigures>,
    /// The ballots at which rounds ended or went on, in order.
    pub ballots: Vec<BallotFigures>,
    /// How candidates fare at every ballot, if it was counted; in the order of ballots, stages and candidates.
    pub standings: Option<Vec<StandingFigures>>,
    /// What waiting is worth, where a member has foresight.
    pub waiting: Option<WaitingFigures>,
}

/// One way in which a round can end.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Who is appointed; none is no consensus.
    pub candidate: Option<Key>,
    /// Out of all rounds.
    pub probability: Proportion,
}

/// How a candidate fared.
#[derive(Debug, Clone, PartialEq)]
pub struct CandidateFigures {
    /// Who.
    pub candidate: Key,
    /// Rounds in which the candidate faced a ballot, out of all.
    pub stood: Proportion,
    /// Rounds with a ballot that could appoint the candidate, out of all. Vetoes, support and encouragements are about
    /// the last such ballot of a round.
    pub faced: Proportion,
    /// Appointed, out of all rounds.
    pub appointed: Proportion,
    /// Passed at some ballot, appointed or not; out of all rounds.
    pub acceptable: Proportion,
    /// Vetoed by at least one member; out of all rounds.
    pub vetoed: Proportion,
    /// Vetoed by exactly one member, without whose veto the rule holds; out of all rounds.
    pub sole_vetoed: Proportion,
    /// The rule fails even with the vetoes taken away; out of all rounds.
    pub short_of_support: Proportion,
    /// Dropped or withdrawn; out of all rounds.
    pub left: Proportion,
    /// Members who encourage, over the rounds faced.
    pub encouragements: Mean,
    /// Ballots held when the candidate is appointed, over the rounds in which that happens.
    pub ballots_when_appointed: Mean,
    /// Who vetoes together: most often first, then by size, then by the members' places in the file.
    pub blocking_sets: Vec<BlockingSet>,
}

impl CandidateFigures {
    /// One of the candidate's shares of all rounds as a share of the rounds faced instead.
    pub fn when_faced(&self, share: &Proportion) -> Proportion {
        Proportion::new(share.count, self.faced.count)
    }
}

/// Members who veto a candidate together.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockingSet {
    /// Who.
    pub members: SetMembers,
    /// How many.
    pub size: u32,
    /// Out of all rounds.
    pub probability: Proportion,
}

/// Who is in a blocking set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetMembers {
    /// These; indices into [`Selection::members`].
    Known(Vec<usize>),
    /// All sets of this size together: sets so large are counted by their size alone.
    Pooled,
}

/// What one member does about one candidate, at the last ballot of each round that could appoint the candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct PairFigures {
    /// Index into [`Selection::members`].
    pub member: usize,
    /// Index into [`Selection::candidates`].
    pub candidate: usize,
    /// Encourages, out of the rounds the candidate faced.
    pub encouraged: Proportion,
    /// Objects, out of the rounds the candidate faced.
    pub objected: Proportion,
    /// Vetoes, out of the rounds the candidate faced.
    pub vetoed: Proportion,
    /// Is the only one to veto, and without the veto the rule holds; out of the rounds the candidate faced.
    pub sole_veto: Proportion,
}

/// How rounds stand after one ballot; all out of all rounds.
#[derive(Debug, Clone, PartialEq)]
pub struct BallotFigures {
    /// Number of the ballot in its round, from 1; 0 are rounds in which no one stood.
    pub ballot: u32,
    /// Rounds that appoint someone at this ballot.
    pub appointed: Proportion,
    /// Rounds that end after this ballot without appointment.
    pub no_consensus: Proportion,
    /// Rounds that appoint someone at this ballot or before.
    pub cumulative: Proportion,
    /// Rounds that go on after this ballot.
    pub still_open: Proportion,
}

impl Selection {
    /// The figures of `tally`, a tally of `model`.
    pub fn new(model: &Model, tally: &Tally) -> Self {
        let candidates: Vec<_> = model.candidates.iter().map(Key::of).collect();
        let share = |count| Proportion::new(count, tally.rounds);
        let appointed = candidates.iter().zip(&tally.candidates);
        let outcomes = appointed.map(|(key, t)| (Some(key.clone()), t.appointed)).chain([(None, tally.no_consensus)]);
        Self {
            assumption: model.assumption.clone(),
            rounds: tally.rounds,
            members: model.members.iter().map(|m| Key::new(&m.id, &m.name)).collect(),
            outcomes: outcomes.map(|(candidate, count)| Outcome { candidate, probability: share(count) }).collect(),
            candidates: candidates
                .iter()
                .zip(&tally.candidates)
                .map(|(key, counts)| candidate_figures(key, counts, tally.rounds))
                .collect(),
            pairs: pairs(model, tally),
            groups: groups::figures(model, tally),
            ballots: ballots(tally),
            standings: tally.by_ballot.as_ref().map(|by_ballot| standings::figures(model, by_ballot)),
            waiting: None,
        }
    }

    /// The same with what waiting is worth in `plan`, the plan that was simulated.
    #[must_use]
    pub fn with_waiting(self, plan: &Plan) -> Self {
        Self { waiting: plan.solved.as_ref().map(|solved| WaitingFigures::new(&plan.model, solved)), ..self }
    }

    /// Members who ever veto the candidate with this index: most often first, then in the order of the file.
    pub fn vetoers(&self, candidate: usize) -> Vec<&PairFigures> {
        let mut vetoers: Vec<_> =
            self.pairs.iter().filter(|pair| pair.candidate == candidate && !pair.vetoed.is_never()).collect();
        vetoers.sort_by_key(|pair| (std::cmp::Reverse(pair.vetoed.count), pair.member));
        vetoers
    }
}

fn candidate_figures(candidate: &Key, counts: &CandidateTally, rounds: u64) -> CandidateFigures {
    let share = |count| Proportion::new(count, rounds);
    let known = counts.blocking_sets.iter().map(|(set, &count)| (Some(*set), set.len(), count));
    let pooled = counts.larger_sets.iter().map(|(&size, &count)| (None, size, count));
    let mut blocking_sets: Vec<_> = known
        .chain(pooled)
        .map(|(set, size, count)| BlockingSet {
            members: set.map_or(SetMembers::Pooled, |set: MemberSet| {
                SetMembers::Known(set.iter().map(|m| m.index()).collect())
            }),
            size,
            probability: share(count),
        })
        .collect();
    blocking_sets.sort_by(|a, b| {
        let order = |set: &BlockingSet| (std::cmp::Reverse(set.probability.count), set.size);
        order(a).cmp(&order(b)).then_with(|| match (&a.members, &b.members) {
            (SetMembers::Known(a), SetMembers::Known(b)) => a.cmp(b),
            (SetMembers::Known(_), SetMembers::Pooled) => std::cmp::Ordering::Less,
            (SetMembers::Pooled, SetMembers::Known(_)) => std::cmp::Ordering::Greater,
            (SetMembers::Pooled, SetMembers::Pooled) => std::cmp::Ordering::Equal,
        })
    });
    CandidateFigures {
        candidate: candidate.clone(),
        stood: share(counts.stood),
        faced: share(counts.faced),
        appointed: share(counts.appointed),
        acceptable: share(counts.acceptable),
        vetoed: share(counts.vetoed),
        sole_vetoed: share(counts.sole_vetoed),
        short_of_support: share(counts.short_of_support),
        left: share(counts.left),
        encouragements: Mean::new(counts.encouragements, counts.faced),
        ballots_when_appointed: Mean::new(counts.ballots_when_appointed, counts.appointed),
        blocking_sets,
    }
}

fn pairs(model: &Model, tally: &Tally) -> Vec<PairFigures> {
    let members = model.members.len();
    let pair = |member: usize, candidate: CandidateId| {
        let counts = tally.pairs[candidate.index() * members + member];
        let share = |count| Proportion::new(count, tally.candidates[candidate.index()].faced);
        PairFigures {
            member,
            candidate: candidate.index(),
            encouraged: share(counts.encouraged),
            objected: share(counts.objected),
            vetoed: share(counts.vetoed),
            sole_veto: share(counts.sole_veto),
        }
    };
    (0..members).flat_map(|m| model.candidate_ids().map(move |(c, _)| pair(m, c))).collect()
}

/// Ballots up to the last at which a round ended; ballot 0 only if a round ended there.
fn ballots(tally: &Tally) -> Vec<BallotFigures> {
    let share = |count| Proportion::new(count, tally.rounds);
    let (mut appointed, mut over) = (0, 0);
    let mut ballots = Vec::new();
    for (ballot, ended) in (0..).zip(&tally.ballots) {
        appointed += ended.appointed;
        over += ended.appointed + ended.no_consensus;
        if ballot > 0 || over > 0 {
            ballots.push(BallotFigures {
                ballot,
                appointed: share(ended.appointed),
                no_consensus: share(ended.no_consensus),
                cumulative: share(appointed),
                still_open: share(tally.rounds - over),
            });
        }
        if over == tally.rounds {
            break;
        }
    }
    ballots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::example;
    use crate::model::MemberId;
    use crate::simulation::round::{CandidateRound, LastBallot, Round};

    fn set(members: &[u16]) -> MemberSet {
        members.iter().map(|&m| MemberId(m)).collect()
    }

    /// A round in which candidate 0 is vetoed by `vetoing` and candidate 1 never stands.
    fn round(vetoing: &[u16], outcome: Option<CandidateId>, ballots: u32) -> Round {
        let last = LastBallot {
            encouraging: set(&[2]),
            objecting: set(vetoing),
            vetoing: set(vetoing),
            short_of_support: false,
        };
        let faced = CandidateRound { stood: ballots > 0, acceptable: false, left: false, last: Some(last) };
        let candidates = vec![if ballots > 0 { faced } else { CandidateRound::default() }, CandidateRound::default()];
        Round { outcome, ballots, stage: 0, vetoes: vetoing.len() as u32, candidates }
    }

    fn selection(rounds: &[Round]) -> Selection {
        let model = example::model(3, 2);
        let mut tally = Tally::new(&model);
        for round in rounds {
            tally.add(round);
        }
        Selection::new(&model, &tally)
    }

    #[test]
    fn outcomes_keep_the_order_of_the_file_and_end_with_no_consensus() {
        let selection = selection(&[round(&[], Some(CandidateId(1)), 1), round(&[0], None, 2), round(&[0], None, 2)]);
        let outcomes: Vec<_> = selection
            .outcomes
            .iter()
            .map(|o| (o.candidate.as_ref().map(|key| key.id.as_str()), o.probability.count))
            .collect();
        assert_eq!(outcomes, [(Some("c0"), 0), (Some("c1"), 1), (None, 2)]);
    }

    #[test]
    fn shares_of_members_are_over_the_rounds_faced_and_of_candidates_over_all() {
        let selection = selection(&[round(&[0], None, 1), round(&[0, 1], None, 1), round(&[], None, 0)]);
        let pair = &selection.pairs[0];
        assert_eq!((pair.vetoed.count, pair.vetoed.rounds), (2, 2));
        assert_eq!((pair.sole_veto.count, pair.sole_veto.rounds), (1, 2));
        let candidate = &selection.candidates[0];
        assert_eq!((candidate.vetoed.count, candidate.vetoed.rounds, candidate.faced.count), (2, 3, 2));
        let never = &selection.pairs[1];
        assert_eq!((never.candidate, never.vetoed.value), (1, None), "the second candidate never faced a ballot");
        assert_eq!(selection.candidates[1].encouragements.value, None);
    }

    #[test]
    fn blocking_sets_come_most_often_first() {
        let selection =
            selection(&[round(&[0, 1], None, 1), round(&[1], None, 1), round(&[1], None, 1), round(&[0], None, 1)]);
        let sets: Vec<_> =
            selection.candidates[0].blocking_sets.iter().map(|s| (s.members.clone(), s.probability.count)).collect();
        let known = |members: &[usize]| SetMembers::Known(members.to_vec());
        assert_eq!(sets, [(known(&[1]), 2), (known(&[0]), 1), (known(&[0, 1]), 1)]);
        assert_eq!(selection.vetoers(0).iter().map(|p| p.member).collect::<Vec<_>>(), [1, 0]);
    }

    #[test]
    fn sets_too_large_to_keep_apart_are_pooled_by_size() {
        let model = example::model(3, 1);
        let mut tally = Tally::new(&model);
        tally.largest_set = 1;
        for vetoing in [&[0, 1][..], &[1, 2], &[2]] {
            let mut round = round(vetoing, None, 1);
            round.candidates.truncate(1);
            tally.add(&round);
        }
        let sets = Selection::new(&model, &tally).candidates.remove(0).blocking_sets;
        assert_eq!((sets[0].members.clone(), sets[0].size, sets[0].probability.count), (SetMembers::Pooled, 2, 2));
        assert_eq!(sets[1].members, SetMembers::Known(vec![2]));
    }

    #[test]
    fn ballots_add_up_and_ballot_zero_is_told_only_if_rounds_ended_there() {
        let one = Some(CandidateId(0));
        let some = selection(&[round(&[], one, 1), round(&[], None, 3), round(&[], None, 0), round(&[], one, 3)]);
        let counts = |b: &BallotFigures| {
            (b.ballot, b.appointed.count, b.no_consensus.count, b.cumulative.count, b.still_open.count)
        };
        assert_eq!(
            some.ballots.iter().map(counts).collect::<Vec<_>>(),
            [(0, 0, 1, 0, 3), (1, 1, 0, 1, 2), (2, 0, 0, 1, 2), (3, 1, 1, 2, 0)]
        );
        assert_eq!(selection(&[round(&[], one, 1)]).ballots.iter().map(counts).collect::<Vec<_>>(), [(1, 1, 0, 1, 0)]);
    }
}
