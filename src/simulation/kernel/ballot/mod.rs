//! The ballot engine: what follows from everyone's stances, in all rounds that hold the same ballot.
//!
//! [`state`] is what the steps work on; then come the steps, in the order of `docs/model.md` and with its numbers:
//! [`ask`] (1 and 2), [`vote`] (1, in choice ballots), [`appoint`] (3) and [`aftermath`] (4 to 6). Each keeps no more
//! than its own buffers.

mod aftermath;
mod appoint;
mod ask;
mod state;
mod vote;
mod worth;

use super::draws::SpanDraws;
use super::leaders::Leaders;
use super::observer::WorldObserver;
use super::planes;
use super::prepared::PreparedStage;
use super::session::Session;
use super::world::World;
use crate::simulation::plan::Plan;
use crate::simulation::worth::Worth;
use aftermath::AftermathStep;
use appoint::AppointStep;
pub(super) use state::BallotState;
use vote::VoteStep;

/// What the ballots of all worlds on the same draws are held with.
pub(super) struct BallotEngine {
    pub state: BallotState,
    /// Whether the vetoes of each round are counted, for the log.
    pub counts_vetoes: bool,
    /// Ballots up to this one are soundings, whatever the stages say.
    pub soundings: u32,
    /// What members get, if it is summed.
    pub worth: Option<Worth>,
    /// Who leads, for appointment and then for accommodation.
    leaders: Leaders,
    vote: VoteStep,
    appoint: AppointStep,
    aftermath: AftermathStep,
}

impl BallotEngine {
    /// An engine for worlds with as much memory, in spans of at most `room` rounds.
    pub fn new(plans: &[&Plan], draws: SpanDraws, room: usize) -> Self {
        let candidates = plans.first().map_or(0, |plan| plan.candidates());
        Self {
            state: BallotState::new(plans, draws),
            counts_vetoes: false,
            soundings: 0,
            worth: None,
            leaders: Leaders::default(),
            vote: VoteStep::new(candidates, room),
            appoint: AppointStep::new(candidates, room),
            aftermath: AftermathStep::new(candidates),
        }
    }

    /// Holds the ballot at hand of `world`, wherever it is held.
    pub fn hold(&mut self, world: &mut World, observer: &mut impl WorldObserver) {
        let sessions = std::mem::take(&mut world.sessions);
        for session in &sessions {
            self.hold_session(world, session, observer);
        }
        observer.settle(world, self.state.draws.level());
        world.sessions = sessions;
    }

    /// Holds it in the rounds where it has the same place in the procedure.
    fn hold_session(&mut self, world: &mut World, session: &Session, observer: &mut impl WorldObserver) {
        let state = &mut self.state;
        let (plan, level) = (world.plan, state.draws.level());
        let stage = &plan.model.stages[usize::from(session.place.stage)];
        session.ever.iter().for_each(|c| ask::ask(state, world, session, c));
        if let Some(votes) = stage.ballot.votes() {
            self.vote.hold(state, world, session, votes);
        }
        let appoints = stage.appoints_at(session.place.repeat.into()) && world.ballot > self.soundings;
        let PreparedStage { rule, weights, .. } = &mut world.prepared.stages[usize::from(session.place.stage)];
        let whole = plan.stages[usize::from(session.place.stage)].whole;
        for c in session.ever.iter() {
            let standing = &mut state.standings[c.index()];
            standing.count_support(weights.as_ref(), whole, plan.members(), level);
            standing.apply_rule(rule.as_mut(), !appoints, level);
        }
        if self.counts_vetoes {
            self.count_vetoes(world, session);
        }
        self.appoint.appoint(&mut self.state, &mut self.leaders, world, session);
        if let Some(worth) = &mut self.worth {
            worth::add(worth, &mut self.state, world, session);
        }
        observer.held(world, session, &self.state.standings, level);
        self.aftermath.conclude(&mut self.state, &mut self.leaders, world, session, observer);
        if appoints {
            for c in session.ever.iter() {
                observer.keep(world, &mut self.state.standings[c.index()], level);
            }
        }
    }

    /// Counts the vetoes of each round.
    fn count_vetoes(&self, world: &mut World, session: &Session) {
        for c in session.ever.iter() {
            let standing = &self.state.standings[c.index()];
            for lane in planes::lanes(&standing.faced) {
                world.record.vetoes[usize::from(standing.lanes.rounds()[lane])] += standing.vetoes.get(lane);
            }
        }
    }
}
