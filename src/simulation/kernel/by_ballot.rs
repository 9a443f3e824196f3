//! Counting how candidates fare at every ballot, lane by lane.

use super::planes::{self, Counts};
use super::session::Session;
use super::standing::StandingPlanes;
use super::world::World;
use crate::simulation::by_ballot::{ByBallot, Histogram, SupportBins};
use crate::simulation::plan::Plan;
use crate::simulation::simd::Level;

/// Counts ballot by ballot in progress.
pub(super) struct BallotCount {
    counts: ByBallot,
    /// By stage.
    bins: Vec<SupportBins>,
    /// How many object, where nobody else asks.
    objections: Counts,
    buffers: Buffers,
}

#[derive(Default)]
struct Buffers {
    /// Planes that are used once.
    room: Vec<u64>,
    /// Rounds by number.
    rounds: Vec<u64>,
}

impl BallotCount {
    /// Counts of no rounds.
    pub fn new(plan: &Plan) -> Self {
        let model = &plan.model;
        Self {
            counts: ByBallot::default(),
            bins: model.stages.iter().map(|stage| SupportBins::of(model, stage)).collect(),
            objections: Counts::default(),
            buffers: Buffers::default(),
        }
    }

    /// Counts the ballot of a session.
    pub fn add(&mut self, world: &World, session: &Session, standings: &[StandingPlanes], level: Level) {
        let stage = usize::from(session.place.stage);
        let bins = self.bins[stage];
        for standing in session.ever.iter().map(|c| &standings[c.index()]) {
            if planes::is_empty(&standing.faced) {
                continue;
            }
            let tally = self.counts.at(world.ballot, stage, standing.id());
            let objections = if world.prepared.stages[stage].counts_objections {
                &standing.objections
            } else {
                self.objections.count(level, &standing.objecting, standing.words, world.plan.members());
                &self.objections
            };
            self.buffers.add(level, objections, &standing.faced, &mut tally.objections);
            self.buffers.add(level, &standing.vetoes, &standing.faced, &mut tally.vetoes);
            if let Some(weighed) = standing.weighed_support() {
                let lanes = || planes::lanes(&standing.faced).map(|lane| weighed[lane]);
                *tally.weighed.get_or_insert_default() += lanes().sum::<u128>();
                self.buffers.add_numbers(lanes().map(|support| bins.bin(support)), bins.last(), &mut tally.support);
            } else {
                self.buffers.add(level, standing.support(), &standing.faced, &mut tally.support);
            }
        }
    }

    /// What was counted.
    pub fn finish(self) -> ByBallot {
        self.counts
    }
}

impl Buffers {
    /// Counts the rounds of the plane `faced` by their number.
    fn add(&mut self, level: Level, numbers: &Counts, faced: &[u64], histogram: &mut Histogram) {
        planes::renew(&mut self.rounds, 1 << numbers.digits().len(), 0);
        numbers.count_lanes(level, faced, &mut self.room, &mut self.rounds);
        histogram.add(&self.rounds);
    }

    /// Counts rounds by these numbers, which are at most `most`.
    fn add_numbers(&mut self, numbers: impl Iterator<Item = usize>, most: usize, histogram: &mut Histogram) {
        self.rounds.clear();
        self.rounds.resize(most + 1, 0);
        numbers.for_each(|number| self.rounds[number] += 1);
        histogram.add(&self.rounds);
    }
}
