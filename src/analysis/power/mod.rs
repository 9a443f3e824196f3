//! A-priori voting power: what a member's yes is worth under the appointing rule alone, before anyone's
//! preferences are known.
//!
//! The rule is read as a *simple game*. A coalition S says yes (encourages; in a choice ballot, votes for
//! the candidate), everyone else says no (objects), nobody is neutral. S *wins* if [`Rule::holds`] for the
//! supporters S, the objectors and voters that follow from it, and a veto whenever a member with veto
//! power is outside S. Veto power is the formal power, [`VetoPower::exists`]: its probability, its cost
//! and whom it may be used against do not count. As everyone votes, both bases of a share are the total.
//!
//! Every such game is monotone: no leaf of a rule can be lost when S grows. A share and a count weigh S,
//! the weight of the objectors only falls, a veto holder who joins S no longer vetoes; `all` and `any`
//! keep what their parts have. So a member is either idle in a coalition or a *swing*: S wins with the
//! member and loses without.
//!
//! With n members and s = |S|, for member i and over the coalitions S without i in which i is a swing:
//!
//! ```text
//! absolute Banzhaf    Σ 1 / 2^(n-1)             Penrose 1946, doi:10.2307/2981392
//! normalised Banzhaf  absolute / Σ of all       Banzhaf 1965, Rutgers Law Review 19, 317-343
//! Shapley-Shubik      Σ s! (n-1-s)! / n!        Shapley and Shubik 1954, doi:10.2307/1951053
//! ```
//!
//! If no one is ever a swing (a game that nobody can win, or that the empty coalition wins) every index
//! is 0, the normalised one too. Otherwise the normalised Banzhaf and the Shapley-Shubik indices add up
//! to 1 each. A member who never matters has exactly 0, and equal members have exactly equal indices.
//!
//! # How
//!
//! [`power`] samples nothing. The members are let in one after the other, and coalitions that the rest of the
//! members cannot tell apart are merged: dynamic programming over weights and counts, with one sum per
//! leaf of the rule, whose result is a decision diagram (after Bolus 2011, European Journal of
//! Operational Research 210, 258-272). In it, the probability that i is a swing if the others say yes
//! independently with probability t takes one sweep; call it f_i(t). Banzhaf's index is f_i(1/2), that of
//! Shapley and Shubik the integral of f_i from 0 to 1 (Owen 1972, doi:10.1287/mnsc.18.5.64). f_i is a
//! polynomial of degree n-1, for which Gauss-Legendre quadrature with ⌈n/2⌉ points is no approximation.
//! What is left is the rounding of floating-point sums: about 1e-12 of an index. Where the weights combine in too many
//! ways, [`estimated`] samples orders and coalitions.

mod diagram;
mod game;
mod sampling;
mod swing;
#[cfg(test)]
mod tests;

use crate::model::{Condition, Measure, Rule, VetoPower};
use diagram::Diagram;
use game::Game;
pub use sampling::SAMPLES;

/// How much the yes of one member is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Power {
    /// Absolute Banzhaf (Penrose) index: the share of the coalitions of the others, 0 to 1, in which the
    /// member is a swing.
    pub banzhaf_absolute: f64,
    /// Normalised Banzhaf index: the member's share, 0 to 1, of the swings of all members; 0 if there are none.
    pub banzhaf: f64,
    /// Shapley-Shubik index: the share, 0 to 1, of the orders of all members in which the member's joining
    /// makes the coalition win.
    pub shapley_shubik: f64,
    /// Their standard errors, if they are estimated; exact indices have none.
    pub errors: Option<PowerErrors>,
}

/// The standard errors of estimated indices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PowerErrors {
    /// Of [`Power::banzhaf_absolute`].
    pub banzhaf_absolute: f64,
    /// Of [`Power::banzhaf`].
    pub banzhaf: f64,
    /// Of [`Power::shapley_shubik`].
    pub shapley_shubik: f64,
}

impl Power {
    /// How the indices were had: `exact`, or `sampled` if they are estimated.
    pub fn method(&self) -> &'static str {
        if self.errors.is_some() { "sampled" } else { "exact" }
    }
}

/// Why there are no exact indices.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PowerError {
    /// The game cannot be computed exactly in bounded time and memory.
    #[error(
        "the exact voting power of {members} members is out of reach: their weights by {measures} add up in too many \
         different ways (the computation keeps at most {limit} of them apart; fewer digits would help)"
    )]
    OutOfReach {
        /// How many members vote.
        members: usize,
        /// The measures that the rule weighs members by, as in "population and quota".
        measures: String,
        /// How many merged coalitions are kept at most.
        limit: usize,
    },
}

/// The voting power of every member under `rule`, in the order of `vetoes`.
///
/// `vetoes` has one entry per member, and `measures`, which the rule refers to, weigh each of these
/// members, as in every [`Model`](crate::model::Model).
///
/// # Errors
/// [`PowerError::OutOfReach`] if the weights combine in too many ways, as the precise weights of more than
/// about 40 members do. Counts of members, shares in percent and the 27 populations of the EU are within reach.
pub fn power(rule: &Rule, measures: &[Measure], vetoes: &[VetoPower]) -> Result<Vec<Power>, PowerError> {
    let game = Game::new(rule, measures, vetoes);
    let diagram = Diagram::new(&game).ok_or_else(|| PowerError::OutOfReach {
        members: vetoes.len(),
        measures: names(rule, measures),
        limit: diagram::MAX_NODES,
    })?;
    let absolute = game.in_file_order(&swing::banzhaf(&diagram));
    let shapley_shubik = game.in_file_order(&swing::shapley_shubik(&diagram));
    let swings: f64 = absolute.iter().sum();
    let share = |of: f64| if swings > 0.0 { of / swings } else { 0.0 };
    Ok(absolute
        .into_iter()
        .zip(shapley_shubik)
        .map(|(banzhaf_absolute, shapley_shubik)| Power {
            banzhaf_absolute,
            banzhaf: share(banzhaf_absolute),
            shapley_shubik,
            errors: None,
        })
        .collect())
}

/// As [`power`], estimated from [`SAMPLES`] random orders and as many random coalitions, with standard errors: for games
/// out of exact reach. `ids` are those of the members; ids and `seed` determine the result.
pub fn estimated(rule: &Rule, measures: &[Measure], vetoes: &[VetoPower], ids: &[&str], seed: u64) -> Vec<Power> {
    let game = Game::new(rule, measures, vetoes);
    let by_turn: Vec<&str> = game.order().iter().map(|&m| ids[m]).collect();
    let powers = sampling::estimate(&game, &by_turn, seed);
    let mut by_member: Vec<(usize, Power)> = game.order().iter().copied().zip(powers).collect();
    by_member.sort_by_key(|&(m, _)| m);
    by_member.into_iter().map(|(_, power)| power).collect()
}

/// The measures that `rule` refers to, each once: "members and population".
fn names(rule: &Rule, measures: &[Measure]) -> String {
    let mut used: Vec<usize> = rule.conditions().into_iter().filter_map(Condition::measure).collect();
    used.sort_unstable();
    used.dedup();
    used.into_iter().map(|of| measures[of].name.as_str()).collect::<Vec<_>>().join(" and ")
}
