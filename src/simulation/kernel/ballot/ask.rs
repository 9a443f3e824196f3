//! 1. and 2.: where everyone stands on a candidate, and who vetoes.

use super::BallotState;
use super::state::Opinion;
use crate::model::CandidateId;
use crate::simulation::kernel::planes;
use crate::simulation::kernel::session::Session;
use crate::simulation::kernel::stances::Question;
use crate::simulation::kernel::world::World;

/// 1. and 2.: where everyone stands on `c`, and who vetoes.
pub(super) fn ask(state: &mut BallotState, world: &mut World, session: &Session, c: CandidateId) {
    let BallotState { draws, several_worlds, opinions, stances, standings, memory, buffers } = state;
    let (place, level) = (session.place, draws.level());
    let stage = &world.plan.model.stages[usize::from(place.stage)];
    let Opinion { noise, needs, views, asked } = &mut opinions[c.index()];
    if draws.has_store() && noise.kept.is_new() {
        // Where rounds get this far depends on the world, but not where the candidate stands: so others find it made.
        let everywhere = world.may_ever_ask(c);
        let numbers = world.plan.members() * planes::count(level, &everywhere);
        // Where next to none do, it is faster to draw for those.
        let enough = planes::count(level, &everywhere) < 16 * planes::count(level, asked);
        if enough && draws.may_store(c, world.ballot, numbers) {
            noise.kept.bring_up(world.ballot, *memory, &everywhere, draws, buffers);
            noise.kept.narrow(asked, level, buffers);
        }
    }
    noise.kept.bring_up(world.ballot, *memory, asked, draws, buffers);
    // What no other world shares is looked at only where it is needed.
    let outlook = if *several_worlds { world.outlook(place.stage) } else { None };
    let only_here = *several_worlds && outlook.is_none();
    noise.turn_to_rounds(level, only_here.then_some(&session.fields[c.index()]));
    let standing = &mut standings[c.index()];
    standing.start(session, noise, level);
    let stood = world.record.stood[c.index()].iter_mut().zip(&session.fields[c.index()]);
    stood.for_each(|(stood, faces)| *stood |= faces);
    let stances = &mut stances[if *several_worlds { c.index() } else { 0 }];
    if outlook.is_none() || stances.outlook != outlook {
        views.prepare(world, noise.lanes(), draws);
        let bounds = world.prepared.bounds(place.stage, c);
        stances.take(&Question { world, stage, bounds, noise, needs }, views, draws, buffers);
        stances.outlook = outlook;
    }
    standing.take_stances(world, place, stances, level);
    standing.decide_vetoes(world, noise, stances, needs, stage.members.len(), draws);
    standing.open_vote(stage.ballot.is_choice(), world.plan.members());
}
