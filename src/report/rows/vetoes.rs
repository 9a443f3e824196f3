//! The rows of `vetoes.csv`: who encourages, objects to and vetoes whom.

use super::row;
use crate::analysis::Selection;

row! {
    /// `vetoes.csv`: one row per assumption, member and candidate, member by member, then one per group and candidate,
    /// at the last ballot of each round that could appoint the candidate. Rates are over `faced`.
    ///
    /// A group's counts are sums over its members, `faced` too, so that its rates are means of its members'. They have
    /// no bounds: members of a group share shocks.
    VetoRow {
        /// Name of the assumption.
        assumption: &'a str,
        /// Id of the member or group.
        member: &'a str,
        /// Name of the member; of a group its id, if it is no bloc.
        member_name: &'a str,
        /// Id of the candidate.
        candidate: &'a str,
        /// Rounds in which the candidate faced a ballot that could appoint.
        faced: u64,
        /// Rounds in which the member encouraged.
        encouraged: u64,
        /// Rounds in which the member objected.
        objected: u64,
        /// Rounds in which the member vetoed.
        vetoed: u64,
        /// Rounds in which the member was the only one to veto, and without the veto the rule held.
        sole_veto: u64,
        /// `vetoed / faced`; empty if `faced` is 0.
        veto_rate: Option<f64>,
        /// `sole_veto / faced`; empty if `faced` is 0.
        sole_veto_rate: Option<f64>,
        /// Lower bound of `veto_rate`; empty for a group.
        veto_ci_low: Option<f64>,
        /// Upper bound of `veto_rate`; empty for a group.
        veto_ci_high: Option<f64>,
        /// Lower bound of `sole_veto_rate`; empty for a group.
        sole_veto_ci_low: Option<f64>,
        /// Upper bound of `sole_veto_rate`; empty for a group.
        sole_veto_ci_high: Option<f64>,
        /// `member` or `group`.
        kind: &'static str,
        /// How many members the row stands for: 1 for a member.
        members: usize,
    }
}

/// The rows of `vetoes.csv`.
pub fn vetoes(selection: &Selection) -> impl Iterator<Item = VetoRow<'_>> {
    of_members(selection).chain(of_groups(selection))
}

fn of_members(selection: &Selection) -> impl Iterator<Item = VetoRow<'_>> {
    selection.pairs.iter().map(|pair| VetoRow {
        assumption: &selection.assumption,
        member: &selection.members[pair.member].id,
        member_name: &selection.members[pair.member].name,
        candidate: &selection.candidates[pair.candidate].candidate.id,
        faced: pair.vetoed.rounds,
        encouraged: pair.encouraged.count,
        objected: pair.objected.count,
        vetoed: pair.vetoed.count,
        sole_veto: pair.sole_veto.count,
        veto_rate: pair.vetoed.value,
        sole_veto_rate: pair.sole_veto.value,
        veto_ci_low: Some(pair.vetoed.low),
        veto_ci_high: Some(pair.vetoed.high),
        sole_veto_ci_low: Some(pair.sole_veto.low),
        sole_veto_ci_high: Some(pair.sole_veto.high),
        kind: "member",
        members: 1,
    })
}

fn of_groups(selection: &Selection) -> impl Iterator<Item = VetoRow<'_>> {
    let rate = |count: u64, faced: u64| (faced > 0).then(|| count as f64 / faced as f64);
    selection.groups.iter().flat_map(move |group| {
        group.sums.iter().zip(&selection.candidates).map(move |(sums, candidate)| VetoRow {
            assumption: &selection.assumption,
            member: &group.group.id,
            member_name: &group.group.name,
            candidate: &candidate.candidate.id,
            faced: sums.faced,
            encouraged: sums.encouraged,
            objected: sums.objected,
            vetoed: sums.vetoed,
            sole_veto: sums.sole_veto,
            veto_rate: rate(sums.vetoed, sums.faced),
            sole_veto_rate: rate(sums.sole_veto, sums.faced),
            veto_ci_low: None,
            veto_ci_high: None,
            sole_veto_ci_low: None,
            sole_veto_ci_high: None,
            kind: "group",
            members: group.members,
        })
    })
}
