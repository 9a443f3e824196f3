//! A world, and for each member the world in which that member's veto alone is flipped: taken away, or given.
//!
//! A round can differ from the baseline's only if at some ballot the flipped veto would have
//! appeared or disappeared where it counts. Only such rounds are simulated again, on the same draws; in all others
//! the outcome is the baseline's. So all flips together cost little more than one run where
//! single vetoes seldom decide.

use std::ops::Range;

use super::kernel::VetoFlipper;
use super::monte_carlo::{BLOCK, Control, Job, LogRow, RunError, Worker};
use super::plan::Plan;
use super::tally::{Flows, Tally};
use super::worlds::{Done, longest_span};
use crate::model::MemberSet;

/// Counts of a world and of those in which one veto is flipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VetoFlips {
    /// The baseline.
    pub baseline: Tally,
    /// By member: the baseline's outcomes against those of the world in which its veto is changed.
    pub changed: Vec<Flows>,
    /// Rounds simulated again, over all members: what they cost beside the baseline.
    pub simulated_again: u64,
}

/// Simulates `plan` and, for each member, the world in which the member's veto is taken away, if it can have one in some round, or else
/// an absolute veto is given.
///
/// # Errors
/// [`RunError`] if threads cannot be started.
pub fn flip_vetoes(
    plan: &Plan,
    seed: u64,
    rounds: Range<u64>,
    threads: usize,
    control: &Control,
) -> Result<Done<VetoFlips>, RunError> {
    let wanted = rounds.end.saturating_sub(rounds.start);
    let model = &plan.model;
    let losing: MemberSet = model.member_ids().map(|(m, _)| m).filter(|&m| model.may_veto(m)).collect();
    let span = longest_span(std::slice::from_ref(plan), BLOCK as usize);
    let workers = Job { rounds, span, threads, control, log: None }.run(|| VetoFlipper::new(plan, losing, seed))?;
    let mut sum = VetoFlips {
        baseline: Tally::new(model),
        changed: vec![Flows::new(plan.candidates()); plan.members()],
        simulated_again: 0,
    };
    for worker in workers {
        let (baseline, changed, simulated_again) = worker.finish();
        sum.baseline.merge(&baseline);
        sum.simulated_again += simulated_again;
        for (mine, theirs) in sum.changed.iter_mut().zip(&changed) {
            mine.merge(theirs);
        }
    }
    Ok(Done { partial: sum.baseline.rounds < wanted, tally: sum })
}

impl Worker for VetoFlipper<'_> {
    fn simulate(&mut self, rounds: Range<u64>, _rows: Option<&mut Vec<LogRow>>) {
        VetoFlipper::simulate(self, rounds);
    }
}
