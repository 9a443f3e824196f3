//! What the steps of a ballot work on.

use std::cell::RefCell;
use std::mem::take;
use std::ops::Range;

use crate::model::{CandidateId, Stage};
use crate::simulation::kernel::candidate_noise::CandidateNoise;
use crate::simulation::kernel::draws::SpanDraws;
use crate::simulation::kernel::kept_noise::NoiseBuffers;
use crate::simulation::kernel::needs::ViewNeeds;
use crate::simulation::kernel::planes;
use crate::simulation::kernel::stances::Stances;
use crate::simulation::kernel::standing::StandingPlanes;
use crate::simulation::kernel::views::Views;
use crate::simulation::kernel::world::World;
use crate::simulation::noise;
use crate::simulation::plan::{Memory, Plan};

/// What the steps of a ballot work on, for all worlds on the same draws.
pub(in crate::simulation::kernel) struct BallotState {
    pub draws: SpanDraws,
    /// By candidate.
    pub opinions: Vec<Opinion>,
    /// Whether there are several worlds.
    pub several_worlds: bool,
    /// By candidate: stances that another world may share; of a single world, those on the candidate at hand.
    pub stances: Vec<Stances>,
    /// By candidate: how they fare at the ballot at hand.
    pub standings: Vec<StandingPlanes>,
    pub memory: Memory,
    /// Buffers for the noise of one member.
    pub buffers: NoiseBuffers,
}

/// What everyone thinks of one candidate.
#[derive(Default)]
pub(in crate::simulation::kernel) struct Opinion {
    pub noise: CandidateNoise,
    pub needs: ViewNeeds,
    /// At the ballot at hand.
    pub views: Views,
    /// Where some world may ask about the candidate at the ballot at hand or later, as a plane over rounds.
    pub asked: Vec<u64>,
}

/// Buffers of an engine, in which nothing is left to be read.
#[derive(Default)]
struct Spare {
    opinions: Vec<Opinion>,
    stances: Vec<Stances>,
    standings: Vec<StandingPlanes>,
    buffers: NoiseBuffers,
}

thread_local! {
    /// The buffers of the engine that was dropped last on this thread: judgements, which are simulated point by point, need
    /// as many again and again.
    static SPARE: RefCell<Spare> = RefCell::default();
}

/// Whether the noise with which a round opens may be asked for more than once.
fn asks_twice(plans: &[&Plan]) -> bool {
    let asks_again = |stage: &Stage| stage.ballot.is_choice() || stage.choose.sums_utilities();
    plans.len() > 1 || plans.iter().any(|plan| plan.model.max_ballots() > 1 || plan.model.stages.iter().any(asks_again))
}

impl Drop for BallotState {
    fn drop(&mut self) {
        let Self { opinions, stances, standings, buffers, .. } = self;
        let spare = Spare {
            opinions: take(opinions),
            stances: take(stances),
            standings: take(standings),
            buffers: take(buffers),
        };
        // Where the thread ends there is nobody to keep them for.
        let _ = SPARE.try_with(|kept| kept.replace(spare));
    }
}

impl BallotState {
    /// For worlds with as much memory.
    pub fn new(plans: &[&Plan], draws: SpanDraws) -> Self {
        let first = plans.first();
        // Noise that takes long to draw is drawn once, and so is all that may be asked for in another simulation.
        let is_drawn_once = draws.has_store() || !noise::is_cheap(draws.noise());
        let kept_from = if asks_twice(plans) && is_drawn_once { 1 } else { 2 };
        let Spare { opinions, mut stances, mut standings, buffers } = SPARE.try_with(RefCell::take).unwrap_or_default();
        let mut spare = opinions.into_iter();
        let opinion = |(c, members)| {
            let Opinion { noise, views, asked, .. } = spare.next().unwrap_or_default();
            Opinion {
                noise: CandidateNoise::new(c, members, kept_from, noise),
                needs: ViewNeeds::new(plans, c),
                views: Views::new(c, views),
                asked,
            }
        };
        let candidates =
            first.into_iter().flat_map(|plan| plan.model.candidate_ids().map(|(c, _)| (c, plan.members())));
        let opinions: Vec<Opinion> = candidates.map(opinion).collect();
        stances.resize_with(if plans.len() > 1 { opinions.len() } else { 1 }, Stances::default);
        standings.resize_with(opinions.len(), StandingPlanes::default);
        Self {
            draws,
            several_worlds: plans.len() > 1,
            stances,
            standings,
            opinions,
            memory: first.map_or(Memory { kept: 1.0, fresh: 0.0 }, |plan| plan.memory),
            buffers,
        }
    }

    /// Turns to `rounds`; returns their plane, which begins at a multiple of 64.
    pub fn turn_to(&mut self, rounds: &Range<u64>) -> Vec<u64> {
        let first = (rounds.start % 64) as usize;
        let end = first + (rounds.end - rounds.start) as usize;
        self.draws.start(rounds.start - first as u64, end.next_multiple_of(64));
        let mut plane = Vec::new();
        planes::range(first..end, planes::words(end), &mut plane);
        plane
    }

    /// Forgets the rounds played last.
    pub fn begin(&mut self) {
        self.opinions.iter_mut().for_each(|opinion| opinion.noise.kept.forget());
    }

    /// Turns to another ballot, at which everyone may think otherwise.
    pub fn forget_stances(&mut self) {
        self.stances.iter_mut().for_each(|stances| stances.outlook = None);
    }

    /// Notes where `c` may be asked about from the ballot at hand of `worlds` on.
    pub fn note_asked(&mut self, c: CandidateId, worlds: &[World]) {
        let asked = &mut self.opinions[c.index()].asked;
        asked.clear();
        asked.resize(worlds.first().map_or(0, |first| first.open.len()), 0);
        worlds.iter().for_each(|world| world.may_ask(c, asked));
    }
}
