//! What groups do: the counts of their members taken together.

use super::key::Key;
use crate::model::{CandidateId, Group, Model};
use crate::simulation::Tally;

/// What the members of a group do, taken together.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupFigures {
    /// Which; a group that is no bloc has no name but its id.
    pub group: Key,
    /// Whether it is a bloc.
    pub is_bloc: bool,
    /// How many members it has.
    pub members: usize,
    /// By candidate: sums over the members.
    pub sums: Vec<GroupSums>,
}

/// Rounds summed over the members of a group, at the last ballot of each that could appoint the candidate. Shares of
/// them are means over the members; they have no interval, because members of a group share shocks, and a round is in
/// them once for every member.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GroupSums {
    /// Rounds the candidate faced, once for every member.
    pub faced: u64,
    /// Of these, encouraging.
    pub encouraged: u64,
    /// Objecting.
    pub objected: u64,
    /// Vetoing.
    pub vetoed: u64,
    /// With the only veto, without which the rule holds.
    pub sole_veto: u64,
}

/// The groups of `model` that have members, over the rounds of `tally`.
pub(super) fn figures(model: &Model, tally: &Tally) -> Vec<GroupFigures> {
    let sums = |group: &Group, candidate: CandidateId| {
        let faced = tally.candidates[candidate.index()].faced;
        group.members.iter().fold(GroupSums::default(), |sums, m| {
            let counts = tally.pairs[candidate.index() * model.members.len() + m.index()];
            GroupSums {
                faced: sums.faced + faced,
                encouraged: sums.encouraged + counts.encouraged,
                objected: sums.objected + counts.objected,
                vetoed: sums.vetoed + counts.vetoed,
                sole_veto: sums.sole_veto + counts.sole_veto,
            }
        })
    };
    let groups = model.groups.iter().filter(|group| !group.members.is_empty());
    groups
        .map(|group| GroupFigures {
            group: Key::new(&group.id, group.bloc.as_ref().unwrap_or(&group.id)),
            is_bloc: group.bloc.is_some(),
            members: group.members.len() as usize,
            sums: model.candidate_ids().map(|(c, _)| sums(group, c)).collect(),
        })
        .collect()
}
