//! Which members share the same shocks.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::MemberId;
use crate::simulation::plan::Plan;

/// The members in sets: those of one set are in the same groups with a shock of their own, so that all they share is
/// the same. Who has shocks of its own is a set alone.
pub(super) struct Sharers {
    /// By member: its set.
    set_of: Vec<usize>,
    /// By set: those groups, as positions in the plan.
    groups: Vec<Vec<usize>>,
    /// By set: the first set in the same groups.
    alike: Vec<usize>,
}

impl Sharers {
    /// The sets of a plan's members.
    pub fn new(plan: &Plan) -> Self {
        // By groups and whose own shocks there are: the set.
        let mut sets: FxHashMap<(Vec<usize>, Option<MemberId>), usize> = FxHashMap::default();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let own: FxHashSet<MemberId> = plan.own_shocks.iter().map(|own| own.member).collect();
        let set_of = plan.model.member_ids().map(|(m, _)| {
            let mine = plan.groups.iter().enumerate().filter(|(_, group)| group.members.contains(m));
            let mine: Vec<usize> = mine.map(|(at, _)| at).collect();
            *sets.entry((mine, own.get(&m).copied())).or_insert_with_key(|(mine, _)| {
                groups.push(mine.clone());
                groups.len() - 1
            })
        });
        let set_of = set_of.collect();
        let alike = groups.iter().map(|mine| groups.iter().position(|first| first == mine).unwrap_or(0));
        Self { set_of, alike: alike.collect(), groups }
    }

    /// How many sets there are.
    pub fn sets(&self) -> usize {
        self.groups.len()
    }

    /// The set of `m`.
    pub fn set_of(&self, m: MemberId) -> usize {
        self.set_of[m.index()]
    }

    /// By set: the first set in the same groups, with which it shares all but shocks of its own.
    pub fn alike(&self) -> &[usize] {
        &self.alike
    }

    /// Whether the members of a set are in the plan's `group`-th group.
    pub fn is_in(&self, set: usize, group: usize) -> bool {
        self.groups[set].contains(&group)
    }
}
