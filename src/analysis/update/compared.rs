//! Two assumptions given the same polls.

use super::{PairedMean, Posterior, mean, paired};
use crate::analysis::Key;

/// How often the selection ends otherwise under an assumption than under the baseline, given the same polls. Each weighs
/// its own rounds by them.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenComparison {
    /// Name of the last of these polls.
    pub after: String,
    /// Name of the assumption compared with.
    pub baseline: String,
    /// Name of the assumption.
    pub assumption: String,
    /// One an outcome: the candidates in the order of the scenario, then no consensus.
    pub outcomes: Vec<GivenDifference>,
    /// Effective rounds under the baseline and under the assumption: see [`Posterior::effective_rounds`].
    pub effective_rounds: [f64; 2],
    /// Logarithm of the chance of all that was seen, under the baseline and under the assumption.
    pub log_evidence: [f64; 2],
    /// Whether there are enough effective rounds under both to report it.
    pub is_reportable: bool,
}

/// How often one outcome occurs under both, given the polls.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenDifference {
    /// Who is appointed; nobody if nothing.
    pub candidate: Option<Key>,
    /// Its probability under the baseline.
    pub before: f64,
    /// Its probability under the assumption.
    pub after: f64,
    /// The difference: the mean over replicates, with Student's t interval.
    pub difference: PairedMean,
}

impl GivenDifference {
    /// Whether the interval of the difference excludes 0.
    pub fn is_clear(&self) -> bool {
        self.difference.value.abs() > self.difference.reach
    }
}

impl GivenComparison {
    /// The comparison after one poll; `[baseline, assumption]` are the names. Replicates that only one of them has, because it was
    /// stopped, do not count.
    pub(crate) fn new(names: [&str; 2], before: &Posterior, after: &Posterior) -> Self {
        let outcomes = before.outcomes.iter().zip(&after.outcomes).map(|(before, after)| {
            let common = before.shares.len().min(after.shares.len());
            let shares = [&before.shares[..common], &after.shares[..common]];
            GivenDifference {
                candidate: before.candidate.clone(),
                before: mean(shares[0]),
                after: mean(shares[1]),
                difference: paired(shares[0], shares[1]),
            }
        });
        Self {
            after: before.after.clone().unwrap_or_default(),
            baseline: names[0].to_owned(),
            assumption: names[1].to_owned(),
            outcomes: outcomes.collect(),
            effective_rounds: [before.effective_rounds, after.effective_rounds],
            log_evidence: [before.log_evidence, after.log_evidence],
            is_reportable: before.is_reportable() && after.is_reportable(),
        }
    }
}
