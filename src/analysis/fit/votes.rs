//! From the votes of a choice ballot to support.
//!
//! Let `s_c` be points of support that every member gives candidate `c`. With the rest of the scenario as it stands,
//! member `m` votes for `c` at the first ballot with probability `P_mc`, if the candidates of the poll stand and nobody
//! else does. The fit solves
//!
//! ```text
//! Σ_m P_mc / Σ_d Σ_m P_md = votes for c / all votes     for every candidate of the poll
//! ```
//!
//! and, where members may abstain (`votes_at`), `Σ_m P_m0 = members who voted for nobody`. A candidate without a vote,
//! and abstentions of which there are none, count half a vote: no finite support makes nothing expected.
//!
//! The equations are those of a maximum of a concave function (the votes' share-weighted support less the expected best
//! view; Williams, Daly and Zachary), so that there is one solution, up to the same points for everyone where nobody
//! abstains: the mean over the candidates is then 0. Where voters are alike and the noise is Gumbel it is
//! `s_c = b · ln(votes for c)` up to a constant (McFadden), with `b = √6/π` times the noise's standard deviation. From
//! there on, `s_c += b · ln(share wanted / share expected)` until shares are as wanted (Berry, Levinsohn and Pakes);
//! steps are halved for a while where shares get no nearer.

use std::f64::consts::PI;

use super::kind::Kind;
use super::{FitError, SupportTable, rounded};
use crate::analysis::key::Key;
use crate::model::{CandidateId, Model, Noise, Poll};

/// Steps: more change nothing that is shown.
const STEPS: u32 = 1000;
/// Logarithms of shares that differ by so little are the same.
const SAME: f64 = 1e-7;
/// The share that counts as none.
const NONE: f64 = 1e-12;
/// By what steps grow again while shares get nearer.
const LONGER: f64 = 1.1;
/// Shares that are farther by a smaller factor are as near as before.
const SLACK: f64 = 1.0 + 1e-6;
/// What no vote at all counts.
const HALF: f64 = 0.5;

/// What the votes of a choice ballot say about support, given everything else in the scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct VotesFit {
    /// The members, in the order of the file.
    pub members: Vec<Key>,
    /// How many of them take part in the first ballot.
    pub voters: u32,
    /// The candidates of the poll, in its order.
    pub candidates: Vec<CandidateVotes>,
    /// Who voted for nobody, if the scenario lets anyone abstain.
    pub abstentions: Option<VoteCount>,
    /// Candidates that the poll does not mention: their support stays as it is.
    pub left_as_they_are: Vec<Key>,
}

/// What the votes say about one candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct CandidateVotes {
    /// The candidate.
    pub candidate: Key,
    /// Support of every member, points.
    pub support: f64,
    /// The votes.
    pub votes: VoteCount,
}

/// A number of the poll, and the one to be expected with the support that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VoteCount {
    /// As the poll has it.
    pub poll: u32,
    /// Expected among as many as the poll counts.
    pub expected: f64,
}

impl VotesFit {
    /// Fits the votes of `poll`, cast at the first ballot of `model`, with everything but its candidates' support as
    /// `model` has it. Who is known to have voted for whom is not used.
    ///
    /// # Errors
    /// That the first ballot is none of one vote a member, that votes are not counted, or that no support makes them the
    /// expected ones.
    pub fn new(model: &Model, poll: &Poll) -> Result<Self, FitError> {
        let electorate = Electorate::new(model, poll)?;
        let mut support = electorate.support()?;
        support.iter_mut().for_each(|points| *points = rounded(*points));
        let expected = electorate.expected(&support);
        let cast: f64 = expected.votes.iter().sum();
        // Members who are neither for a candidate of the poll nor can abstain voted for others.
        let part = if electorate.abstentions.is_some() { 1.0 } else { f64::from(electorate.total()) / cast };
        let candidate = |((&(c, votes), support), expected): ((&(CandidateId, u32), f64), f64)| CandidateVotes {
            candidate: Key::of(&model.candidates[c.index()]),
            support,
            votes: VoteCount { poll: votes, expected: part * expected },
        };
        let rest = model.candidate_ids().filter(|(c, _)| electorate.votes.iter().all(|(known, _)| known != c));
        Ok(Self {
            members: model.members.iter().map(|member| Key::new(&member.id, &member.name)).collect(),
            voters: electorate.voters,
            left_as_they_are: rest.map(|(_, candidate)| Key::of(candidate)).collect(),
            candidates: electorate.votes.iter().zip(support).zip(expected.votes).map(candidate).collect(),
            abstentions: electorate.abstentions.map(|poll| VoteCount { poll, expected: expected.abstentions }),
        })
    }

    /// Support of every member for each candidate.
    pub fn table(&self) -> SupportTable<'_> {
        let candidates = self.candidates.iter().map(|c| (&c.candidate, vec![c.support; self.members.len()]));
        SupportTable { members: &self.members, candidates: candidates.collect() }
    }
}

/// Who votes, and for whom.
struct Electorate {
    noise: Noise,
    /// The candidates of the poll with their votes.
    votes: Vec<(CandidateId, u32)>,
    voters: u32,
    /// Members who voted for nobody, if anyone can.
    abstentions: Option<u32>,
    /// Members who see all candidates alike, and how many they are.
    kinds: Vec<(Kind, u32)>,
}

/// Numbers of voters to be expected.
struct Expected {
    votes: Vec<f64>,
    abstentions: f64,
}

impl Electorate {
    fn new(model: &Model, poll: &Poll) -> Result<Self, FitError> {
        let Some(stage) = model.stages.first() else { return Err(FitError::NoChoiceBallot) };
        match stage.ballot.votes() {
            Some(1) => {}
            Some(each) => return Err(FitError::SeveralVotes { stage: stage.name.clone(), votes: each }),
            None => return Err(FitError::NoChoiceBallot),
        }
        let votes = poll.rows.iter().map(|row| {
            let partial = || FitError::Partial { candidate: model.candidates[row.candidate.index()].name.clone() };
            Ok((row.candidate, row.totals.votes.known().ok_or_else(partial)?))
        });
        let votes = votes.collect::<Result<Vec<_>, FitError>>()?;
        let candidates: Vec<CandidateId> = votes.iter().map(|(candidate, _)| *candidate).collect();
        let mut kinds: Vec<(Kind, u32)> = Vec::new();
        for m in stage.members.iter() {
            let kind = Kind::new(model, m, &candidates)?;
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, size)) => *size += 1,
                None => kinds.push((kind, 1)),
            }
        }
        let voters = stage.members.len();
        let may_abstain = kinds.iter().any(|(kind, _)| kind.votes_at.is_some());
        let mut all = Self { noise: model.noise, votes, voters, abstentions: None, kinds };
        all.abstentions = may_abstain.then(|| voters.saturating_sub(all.total()));
        Ok(all)
    }

    /// Votes for all candidates together.
    fn total(&self) -> u32 {
        self.votes.iter().map(|(_, votes)| votes).sum()
    }

    /// Voters for each candidate, and for none, with this support of each candidate.
    fn expected(&self, support: &[f64]) -> Expected {
        let mut expected = Expected { votes: vec![0.0; support.len()], abstentions: 0.0 };
        for (kind, size) in &self.kinds {
            let chances = kind.chances(self.noise, support);
            for (sum, chance) in expected.votes.iter_mut().zip(&chances.votes) {
                *sum += f64::from(*size) * chance;
            }
            expected.abstentions += f64::from(*size) * chances.abstains;
        }
        expected
    }

    /// The support of each candidate.
    fn support(&self) -> Result<Vec<f64>, FitError> {
        let counted = |count: u32| if count == 0 { HALF } else { f64::from(count) };
        let wanted: Vec<f64> = self.votes.iter().map(|(_, votes)| counted(*votes)).collect();
        let all = wanted.iter().sum::<f64>() + self.abstentions.map_or(0.0, counted);
        let scale = libm::sqrt(6.0) / PI * self.kinds.iter().map(|(kind, _)| kind.widest()).fold(0.0, f64::max);
        let (mut step, mut before) = (scale, f64::INFINITY);
        let mut support: Vec<f64> = wanted.iter().map(|wanted| scale * libm::log(*wanted)).collect();
        self.centre(&mut support);
        for _ in 0..STEPS {
            let expected = self.expected(&support);
            let of = if self.abstentions.is_some() { f64::from(self.voters) } else { expected.votes.iter().sum() };
            let mut farthest = 0.0_f64;
            for ((points, wanted), expected) in support.iter_mut().zip(&wanted).zip(&expected.votes) {
                let off = libm::log(wanted / all) - libm::log((expected / of).max(NONE));
                farthest = farthest.max(off.abs());
                *points += step * off.clamp(-1.0, 1.0);
            }
            // With other noise a small share may move by more than in proportion; where it does not move at all, on.
            step = if farthest < before * SLACK { scale.min(LONGER * step) } else { step / 2.0 };
            before = farthest;
            self.centre(&mut support);
            if farthest < SAME {
                return Ok(support);
            }
        }
        Err(FitError::VotesOutOfReach)
    }

    /// Where nobody abstains the same points for everyone change nothing: their mean becomes 0.
    fn centre(&self, support: &mut [f64]) {
        if self.abstentions.is_none() {
            let mean = support.iter().sum::<f64>() / support.len() as f64;
            support.iter_mut().for_each(|points| *points -= mean);
        }
    }
}
