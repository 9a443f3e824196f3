//! What became of the rounds of a span.

use super::planes::{self, renew};
use crate::model::CandidateId;
use crate::simulation::batching::Batches;
use crate::simulation::round_log::LogRow;
use crate::simulation::tally::{Flows, Joint};

/// What became of the rounds of a span in one world: the [rounds](crate::simulation::round::Round) of a span side by
/// side. Vectors without a note are by round.
pub(in crate::simulation) struct SpanRecord {
    /// Which rounds were simulated, as a plane.
    pub(super) all: Vec<u64>,
    /// Who was appointed.
    pub outcome: Vec<Option<CandidateId>>,
    /// Ballots held.
    pub(super) ballots: Vec<u8>,
    /// The stage of the last ballot held.
    pub(super) stage: Vec<u16>,
    /// Vetoes cast, if they are counted.
    pub(super) vetoes: Vec<u32>,
    /// By candidate, planes over rounds: where they faced a ballot, and where they passed one.
    pub(super) stood: Vec<Vec<u64>>,
    pub acceptable: Vec<Vec<u64>>,
}

impl SpanRecord {
    /// A record of no rounds yet.
    pub(super) fn new(candidates: usize) -> Self {
        Self {
            all: Vec::new(),
            outcome: Vec::new(),
            ballots: Vec::new(),
            stage: Vec::new(),
            vetoes: Vec::new(),
            stood: vec![Vec::new(); candidates],
            acceptable: vec![Vec::new(); candidates],
        }
    }

    /// Turns to the rounds of the plane `open`, of which nothing is known yet.
    pub(super) fn begin(&mut self, open: &[u64]) {
        self.all.clear();
        self.all.extend_from_slice(open);
        let rounds = 64 * open.len();
        renew(&mut self.outcome, rounds, None);
        renew(&mut self.ballots, rounds, 0);
        renew(&mut self.stage, rounds, 0);
        renew(&mut self.vetoes, rounds, 0);
        self.stood.iter_mut().chain(&mut self.acceptable).for_each(|plane| renew(plane, open.len(), 0));
    }

    /// Adds a row for each of these rounds; the first bit of their planes is round `start`.
    pub(super) fn log(&self, start: u64, rows: &mut Vec<LogRow>) {
        rows.extend(planes::lanes(&self.all).map(|round| LogRow {
            round: start + round as u64,
            outcome: self.outcome[round],
            stage: self.stage[round].into(),
            ballots: self.ballots[round].into(),
            vetoes: self.vetoes[round],
        }));
    }

    /// Counts these rounds batch by batch; the first bit of their planes is round `start`.
    pub fn add_to_batches(&self, start: u64, batches: &mut Batches) {
        let candidates = self.stood.len();
        for round in planes::lanes(&self.all) {
            batches.add(start + round as u64, self.outcome[round].map_or(candidates, |c| c.index()));
        }
    }

    /// Counts how these rounds ended, and how in another world on the same draws.
    pub fn add_outcomes(&self, flows: &mut Flows, other: &Self) {
        for round in planes::lanes(&self.all) {
            flows.add(self.outcome[round], other.outcome[round]);
        }
    }

    /// Counts these rounds against those of another world on the same draws.
    pub fn add_to(&self, joint: &mut Joint, other: &Self) {
        self.add_outcomes(&mut joint.flows, other);
        for (counts, (first, second)) in joint.acceptable.iter_mut().zip(self.acceptable.iter().zip(&other.acceptable))
        {
            for ((&all, &a), &b) in self.all.iter().zip(first).zip(second) {
                for (count, plane) in counts.iter_mut().zip([!a & !b, !a & b, a & !b, a & b]) {
                    *count += u64::from((all & plane).count_ones());
                }
            }
        }
    }
}
