//! What members get: their utilities of who is appointed at a ballot.

use super::BallotState;
use super::state::Opinion;
use crate::simulation::kernel::planes;
use crate::simulation::kernel::session::Session;
use crate::simulation::kernel::world::World;
use crate::simulation::worth::Worth;

/// Adds everyone's utilities of those who have just been appointed.
pub(super) fn add(worth: &mut Worth, state: &mut BallotState, world: &World, session: &Session) {
    let BallotState { draws, opinions, standings, buffers, .. } = state;
    let mut utilities = Vec::new();
    for c in session.ever.iter() {
        let standing = &standings[c.index()];
        let is_appointed = |lane: &usize| world.record.outcome[usize::from(standing.lanes.rounds()[*lane])] == Some(c);
        let lanes: Vec<u16> = planes::lanes(&standing.passing).filter(is_appointed).map(|lane| lane as u16).collect();
        if lanes.is_empty() {
            continue;
        }
        let Opinion { noise, views, .. } = &mut opinions[c.index()];
        views.turn_to_few(&lanes, draws.level());
        noise.turn_to_few(&lanes, draws, buffers);
        for (m, _) in world.plan.model.member_ids() {
            views.few_utilities(world, m, noise, draws, buffers, &mut utilities);
            worth.add(m, &utilities);
        }
    }
}
