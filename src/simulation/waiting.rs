//! What waiting is worth to each member at each ballot.

use crate::model::MemberId;

/// What waiting is worth, by ballot and member, and how it was found. The means are over rounds whose first ballots, up
/// to and with the one in question, only sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// How many members there are.
    pub(super) members: usize,
    /// `[(ballot − 1) · members + member]`: mean utility of how rounds end, points; no consensus is 0.
    pub(super) values: Vec<f64>,
    /// Their standard errors, points.
    pub(super) errors: Vec<f64>,
    /// Passes over all ballots that it took.
    pub passes: u32,
    /// The largest move of a value in the last pass, points.
    pub residual: f64,
    /// Whether no value moved by more than the tolerance in the last pass.
    pub settled: bool,
    /// Rounds behind each value.
    pub rounds: u64,
}

impl Waiting {
    /// Ballots of a round at most. At the last there is nothing to wait for.
    pub fn ballots(&self) -> u32 {
        (self.values.len() / self.members.max(1)) as u32
    }

    /// What waiting is worth to `m` at ballot number `ballot`, from 1, in points; 0 beyond the last.
    pub fn value(&self, m: MemberId, ballot: u32) -> f64 {
        self.values.get(self.at(m, ballot)).copied().unwrap_or(0.0)
    }

    /// The standard error of [`Self::value`], points.
    pub fn error(&self, m: MemberId, ballot: u32) -> f64 {
        self.errors.get(self.at(m, ballot)).copied().unwrap_or(0.0)
    }

    fn at(&self, m: MemberId, ballot: u32) -> usize {
        (ballot as usize).saturating_sub(1) * self.members + m.index()
    }
}
