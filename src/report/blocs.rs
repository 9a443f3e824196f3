//! Members of a bloc, who are not told apart where people read.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::number::{NBSP, bare, share};
use crate::analysis::{CandidateFigures, Proportion, Selection, SetMembers};
use crate::model::{Group, MemberId, MemberSet, Model};

/// Members listed for a candidate at most.
const VETOERS: usize = 3;
/// Blocking sets listed for a candidate at most.
const SETS: usize = 2;

/// A member with a name of its own, or so many members of a bloc.
#[derive(Debug, Clone, Copy)]
pub enum Part<'m> {
    /// The id of a member.
    Member(&'m str),
    /// A bloc, and how many of it.
    Bloc(&'m Group, u32),
}

/// The members of `set`, those of a bloc in the place of the first of them.
pub fn together<'m>(model: &'m Model, set: &MemberSet) -> Vec<Part<'m>> {
    let mut parts: Vec<Part<'m>> = Vec::new();
    for m in set.iter() {
        let Some(bloc) = model.bloc_of(m) else {
            parts.push(Part::Member(&model.members[m.index()].id));
            continue;
        };
        let same = |part: &&mut Part<'_>| matches!(part, Part::Bloc(other, _) if other.id == bloc.id);
        match parts.iter_mut().find(same) {
            Some(Part::Bloc(_, members)) => *members += 1,
            _ => parts.push(Part::Bloc(bloc, 1)),
        }
    }
    parts
}

/// "USA, 26 of elector, south": a bloc that is whole by its id alone.
pub fn list(parts: &[Part<'_>]) -> String {
    let words = |part: &Part<'_>| match part {
        Part::Member(id) => (*id).to_owned(),
        Part::Bloc(bloc, members) if *members == bloc.members.len() => bloc.id.clone(),
        Part::Bloc(bloc, members) => format!("{members} of {}", bloc.id),
    };
    parts.iter().map(words).collect::<Vec<_>>().join(", ")
}

/// "USA+2×elector".
fn sum(parts: &[Part<'_>]) -> String {
    let words = |part: &Part<'_>| match part {
        Part::Member(id) => (*id).to_owned(),
        Part::Bloc(bloc, 1) => bloc.id.clone(),
        Part::Bloc(bloc, members) => format!("{members}×{}", bloc.id),
    };
    parts.iter().map(words).collect::<Vec<_>>().join("+")
}

/// Who most often vetoes the candidate with this index, and how often alone, one a line; of a bloc the mean of its
/// members.
pub fn vetoers(model: &Model, selection: &Selection, candidate: usize) -> Vec<String> {
    let mut lines: Vec<(String, Proportion, Proportion, usize)> = Vec::new();
    for pair in
        selection.vetoers(candidate).into_iter().filter(|pair| model.bloc_of(MemberId(pair.member as u16)).is_none())
    {
        lines.push((selection.members[pair.member].id.clone(), pair.vetoed, pair.sole_veto, 1));
    }
    for group in selection.groups.iter().filter(|group| group.is_bloc) {
        let sums = group.sums[candidate];
        if sums.vetoed > 0 {
            let mean = |count| Proportion::new(count, sums.faced);
            lines.push((format!("each of {}", group.group.id), mean(sums.vetoed), mean(sums.sole_veto), group.members));
        }
    }
    lines.sort_by(|(_, a, ..), (_, b, ..)| b.value.unwrap_or(0.0).total_cmp(&a.value.unwrap_or(0.0)));
    let more: usize = lines.iter().skip(VETOERS).map(|(.., members)| members).sum();
    let line = |(who, vetoed, alone, _): &(String, Proportion, Proportion, usize)| {
        let alone = if alone.is_never() { String::new() } else { format!("{NBSP}({})", bare(alone)) };
        format!("{who}{NBSP}{}{alone}", share(vetoed))
    };
    let mut shown: Vec<String> = lines.iter().take(VETOERS).map(line).collect();
    if more > 0 {
        shown.push(format!("{more}{NBSP}more"));
    }
    shown
}

/// The sets of at least `smallest` members who most often veto together, and how often more do than are kept apart.
/// Sets that differ only in who of a bloc is in them are one.
pub fn blocking_sets(model: &Model, c: &CandidateFigures, smallest: u32) -> Vec<String> {
    let mut known: Vec<(String, u64)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for set in c.blocking_sets.iter().filter(|set| set.size >= smallest) {
        let SetMembers::Known(members) = &set.members else { continue };
        let members: MemberSet = members.iter().map(|&m| MemberId(m as u16)).collect();
        let who = sum(&together(model, &members));
        let place = *places.entry(who.clone()).or_insert_with(|| {
            known.push((who, 0));
            known.len() - 1
        });
        known[place].1 += set.probability.count;
    }
    // Sets as often as each other stay in the order of their sizes.
    known.sort_by_key(|(_, count)| Reverse(*count));
    let of_faced = |count| share(&Proportion::new(count, c.faced.count));
    let mut lines: Vec<String> =
        known.into_iter().take(SETS).map(|(who, count)| format!("{who}{NBSP}{}", of_faced(count))).collect();
    let pooled = || c.blocking_sets.iter().filter(|set| set.members == SetMembers::Pooled);
    if let Some(size) = pooled().map(|set| set.size).min() {
        let count = pooled().map(|set| set.probability.count).sum();
        lines.push(format!("{size}+{NBSP}members{NBSP}{}", of_faced(count)));
    }
    lines
}
