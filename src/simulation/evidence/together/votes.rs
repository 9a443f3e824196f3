//! The chance of the votes at a choice ballot, and who voted for whom given them.

use super::voter::Voter;
use crate::model::{CandidateSet, MemberId, MemberSet, PollRow, Total, Totals};
use crate::simulation::draws::Sequence;
use crate::simulation::evidence::script::Held;
use crate::simulation::evidence::totals::{LANES, Lanes, TooMany, Ways};
use crate::simulation::plan::Plan;
use crate::simulation::simd::Level;

/// How votes for a field can come out as was seen.
#[derive(Debug, Clone)]
pub struct Votes {
    /// Among whom members choose.
    pub field: CandidateSet,
    counted: Counted,
    /// By candidate of the field: the ways to its own votes alone, if something of them was seen.
    alone: Vec<Option<Ways>>,
}

#[derive(Debug, Clone)]
enum Counted {
    /// All votes are known, and members differ in nothing but chance: by candidate, and at last abstentions.
    Alike(Vec<MemberId>, Vec<u32>),
    Apart(Ways),
}

/// What one of them saw come out, for some particles.
pub struct Chances {
    /// By particle: the logarithm of the chance of all votes.
    pub all: Lanes,
    /// By candidate of the field: that of its own votes alone.
    pub alone: Vec<Option<Lanes>>,
}

impl Votes {
    /// Those at the ballot, among `field`.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn new(plan: &Plan, held: &Held, field: CandidateSet) -> Result<Self, TooMany> {
        let members = &plan.model.stages[held.stage].members;
        let may_abstain = members.iter().any(|m| plan.votes_at[m.index()] > f32::NEG_INFINITY);
        let row = |c| held.rows.iter().find(|row| row.candidate == c);
        let alone = field.iter().map(|c| row(c).map(|row| alone(members, row)).transpose());
        let alone = alone.collect::<Result<_, TooMany>>()?;
        let counted = match alike(plan, held, members, field) {
            Some(counts) => Counted::Alike(members.iter().collect(), counts),
            None => Counted::Apart(Ways::of_votes(members, field, &held.rows, may_abstain)?),
        };
        Ok(Self { field, counted, alone })
    }

    /// Whose votes, in the order in which chances are wanted.
    fn members(&self) -> &[MemberId] {
        match &self.counted {
            Counted::Alike(members, _) => members,
            Counted::Apart(ways) => &ways.members,
        }
    }

    /// What several particles make of it; `voter` makes one of them in a lane.
    pub fn chances(&self, desk: &mut Desk, mut voter: impl FnMut(usize, MemberId, &mut Voter)) -> Chances {
        let answers = self.field.len() as usize + 1;
        desk.answers.clear();
        desk.answers.resize(answers * self.members().len(), [0.0; LANES]);
        desk.own.resize(answers, 0.0);
        for (place, &m) in self.members().iter().enumerate() {
            for lane in 0..LANES {
                voter(lane, m, &mut desk.voter);
                desk.voter.chances(&mut desk.own);
                let of = &mut desk.answers[place * answers..][..answers];
                of.iter_mut().zip(&desk.own).for_each(|(lanes, chance)| lanes[lane] = *chance);
            }
        }
        let all = match &self.counted {
            Counted::Apart(ways) => ways.chances(desk.level, &desk.answers, &mut desk.table),
            Counted::Alike(_, counts) => std::array::from_fn(|lane| {
                let of = counts.iter().zip(&desk.answers).filter(|(count, _)| **count > 0);
                let n = f64::from(counts.iter().sum::<u32>());
                of.fold(libm::lgamma(n + 1.0), |log, (&count, chance)| {
                    let count = f64::from(count);
                    log + count * libm::log(chance[lane]) - libm::lgamma(count + 1.0)
                })
            }),
        };
        let mut one = Vec::new();
        let mut table = Vec::new();
        let alone = self.alone.iter().enumerate().map(|(answer, ways)| {
            let ways = ways.as_ref()?;
            one.clear();
            for m in &ways.members {
                let place = self.members().iter().position(|other| other == m)?;
                let votes = desk.answers[place * answers + answer];
                one.extend([votes, [0.0; LANES], votes.map(|chance| 1.0 - chance)]);
            }
            Some(ways.chances(desk.level, &one, &mut table))
        });
        Chances { all, alone: alone.collect() }
    }

    /// Draws who voted for whom (the number of candidates is an abstention), for a particle of which the chances were just
    /// found.
    pub(in crate::simulation) fn draw(
        &self,
        desk: &Desk,
        lane: usize,
        numbers: &mut Sequence,
        mut voted: impl FnMut(MemberId, usize),
    ) {
        match &self.counted {
            Counted::Apart(ways) => {
                let mut given = Vec::new();
                ways.draw(
                    desk.level,
                    (&desk.answers, &desk.table),
                    &[lane],
                    numbers.take(ways.members.len()),
                    &mut given,
                );
                ways.members.iter().zip(given).for_each(|(m, vote)| voted(*m, usize::from(vote)));
            }
            Counted::Alike(members, counts) => {
                let mut left = members.clone();
                for (vote, &count) in counts.iter().enumerate() {
                    for _ in 0..count {
                        let place = (numbers.uniform() * left.len() as f64) as usize;
                        voted(left.swap_remove(place), vote);
                    }
                }
            }
        }
    }
}

/// Room to work in.
#[derive(Debug)]
pub struct Desk {
    level: Level,
    voter: Voter,
    own: Vec<f64>,
    answers: Vec<Lanes>,
    table: Vec<Lanes>,
}

impl Desk {
    /// One on a machine of this level.
    pub(in crate::simulation) fn new(level: Level) -> Self {
        Self { level, voter: Voter::default(), own: Vec::new(), answers: Vec::new(), table: Vec::new() }
    }
}

/// A candidate's own votes, as if they were encouragements.
fn alone(members: &MemberSet, row: &PollRow) -> Result<Ways, TooMany> {
    let totals = Totals { encourage: row.totals.votes, ..Totals::default() };
    Ways::new(members, &PollRow { candidate: row.candidate, totals, known: Vec::new(), among: Vec::new() })
}

/// The votes of everyone in `field` and the abstentions, if all are known and members differ in nothing that is not theirs by
/// chance at this ballot.
fn alike(plan: &Plan, held: &Held, members: &MemberSet, field: CandidateSet) -> Option<Vec<u32>> {
    let is_fresh = held.number == 1 || plan.memory.kept == 0.0;
    let mut bars = members.iter().map(|m| plan.votes_at[m.index()].to_bits());
    let bar = bars.next()?;
    if !is_fresh || bars.any(|other| other != bar) || !field.iter().all(|c| plan.are_alike(members, c)) {
        return None;
    }
    let votes = |c| {
        let row = held.rows.iter().find(|row| row.candidate == c)?;
        (row.known.is_empty() && row.among.is_empty()).then(|| Total::known(row.totals.votes))?
    };
    let mut counts: Vec<u32> = field.iter().map(votes).collect::<Option<_>>()?;
    counts.push(members.len().checked_sub(counts.iter().sum())?);
    Some(counts)
}
