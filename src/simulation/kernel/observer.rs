//! Who is told what happens in a world.

use super::session::Session;
use super::standing::StandingPlanes;
use super::world::World;
use crate::model::CandidateId;
use crate::simulation::simd::Level;

/// Follows what happens in a world.
pub(super) trait WorldObserver {
    /// A ballot was held, and those who were to be appointed are. What else follows from it is still open.
    fn held(&mut self, _world: &World, _session: &Session, _standings: &[StandingPlanes], _level: Level) {}
    /// A candidate leaves one round.
    fn leaves(&mut self, _c: CandidateId) {}
    /// All has followed from a ballot with a rule. The observer may keep how a candidate fared there, and then leaves
    /// something else in its place.
    fn keep(&mut self, _world: &World, _standing: &mut StandingPlanes, _level: Level) {}
    /// Rounds may have ended, and candidates may have left.
    fn settle(&mut self, _world: &World, _level: Level) {}
    /// All rounds have ended.
    fn close(&mut self, _world: &World, _level: Level) {}
}

/// Nobody follows.
impl WorldObserver for () {}
