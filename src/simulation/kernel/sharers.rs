//! Which members share the same shocks.

use crate::model::MemberId;
use crate::simulation::plan::Plan;

/// The members in sets: those of one set are in the same groups with a shock of their own, so that all they share is
/// the same. Who has shocks of its own is a set alone.
pub(super) struct Sharers {
    /// By member: its set.
    set_of: Vec<usize>,
    /// By set: those groups, as positions in the plan.
    groups: Vec<Vec<usize>>,
}

impl Sharers {
    /// The sets of a plan's members.
    pub fn new(plan: &Plan) -> Self {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        // By set: the member whose own it is.
        let mut own: Vec<Option<MemberId>> = Vec::new();
        let own_of = |m: MemberId| plan.own_shocks.iter().map(|own| own.member).find(|&member| member == m);
        let groups_of = |m: MemberId| {
            let groups = plan.groups.iter().enumerate().filter(move |(_, group)| group.members.contains(m));
            groups.map(|(at, _)| at).collect()
        };
        let set_of = plan.model.member_ids().map(|(m, _)| {
            let mine = groups_of(m);
            let alike = groups.iter().zip(&own).position(|(groups, own)| *groups == mine && *own == own_of(m));
            alike.unwrap_or_else(|| {
                groups.push(mine);
                own.push(own_of(m));
                groups.len() - 1
            })
        });
        Self { set_of: set_of.collect(), groups }
    }

    /// How many sets there are.
    pub fn sets(&self) -> usize {
        self.groups.len()
    }

    /// The set of `m`.
    pub fn set_of(&self, m: MemberId) -> usize {
        self.set_of[m.index()]
    }

    /// Whether the members of a set are in the plan's `group`-th group.
    pub fn is_in(&self, set: usize, group: usize) -> bool {
        self.groups[set].contains(&group)
    }
}
