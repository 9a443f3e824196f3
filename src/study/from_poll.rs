//! A scenario from nothing but a poll.

use std::collections::BTreeSet;
use std::path::Path;

use super::error::Error;
use super::fit::{fit, fit_votes};
use crate::analysis::SupportTable;
use crate::model::{Group, Model};
use crate::scenario::institutions::FromPoll;
use crate::scenario::{LoadError, STATED, Scenario, poll_of};

/// Why a poll makes no scenario.
#[derive(Debug, thiserror::Error)]
pub enum FromPollError {
    /// The poll, or the scenario that it would make, is wrong.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The poll cannot be fitted.
    #[error(transparent)]
    Fit(#[from] Error),
}

/// The text of the scenario that the poll in `bytes`, of the CSV file `path`, makes by the rule of [`FromPoll`].
///
/// # Errors
/// What is wrong with the poll, with a name or a date, or why the poll cannot be fitted.
pub fn from_poll(from: &FromPoll<'_>, path: &Path, bytes: &[u8]) -> Result<String, FromPollError> {
    let scenario = Scenario::from_text("the scenario of this poll", &from.unfitted(), None)?;
    let none = || Error::NoAssumption { name: STATED.to_owned(), help: None };
    let model = scenario.assumption(STATED).ok_or_else(none)?;
    let poll = poll_of(path, bytes, model)?;
    if model.opens_with_votes() {
        let fit = fit_votes(&scenario, &poll)?;
        return Ok(from.fitted(model, &poll, &holders(model, &fit.table()), 1.0));
    }
    let fit = fit(&scenario, &poll)?;
    Ok(from.fitted(model, &poll, &holders(model, &fit.table()), fit.uncertainty.unwrap_or(1.0)))
}

/// The support in as few lines as its largest groups allow: groups that share no member and whose members are all alike,
/// and the members who are left.
fn holders<'a>(model: &'a Model, table: &SupportTable<'_>) -> Vec<(&'a str, Vec<f64>)> {
    let row = |m: usize| table.candidates.iter().map(|(_, points)| points[m]).collect::<Vec<_>>();
    let members = |group: &Group| group.members.iter().map(|m| m.index()).collect::<Vec<_>>();
    let mut groups: Vec<&Group> = model.groups.iter().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.members.len()));
    let (mut taken, mut holders) = (BTreeSet::new(), Vec::new());
    for group in groups {
        let members = members(group);
        let Some((&first, rest)) = members.split_first() else { continue };
        if rest.iter().all(|&m| row(m) == row(first)) && members.iter().all(|m| !taken.contains(m)) {
            taken.extend(members);
            holders.push((group.id.as_str(), row(first)));
        }
    }
    let left = model.members.iter().enumerate().filter(|(m, _)| !taken.contains(m));
    let left: Vec<_> = left.map(|(m, member)| (member.id.as_str(), row(m))).collect();
    holders.extend(left);
    holders
}
