//! From a straw poll's totals to support and uncertainty.
//!
//! Let `s_c` be points of support that every member gives candidate `c`, and `σ` the uncertainty common to all. With
//! the rest of the scenario as it stands, member `m` encourages `c` at the first ballot with probability `E_mc` and
//! objects with probability `O_mc`. The fit solves
//!
//! ```text
//! Σ_m (E_mc − O_mc)         = encouragements of c − objections to c     for every candidate of the poll
//! Σ_c Σ_m (1 − E_mc − O_mc) = all answers without opinion
//! ```
//!
//! These are the answers of one poll. A shock that everyone shares (the month, the moment, a group of all) moves all of
//! them together, so that no poll can tell it from support: it is part of `s_c`, and `σ` is the spread between members.
//!
//! A member known to object is set apart: its mean is two standard deviations below its `object_at`, and the equation
//! of `c` is solved for the others. The left side of the first equation rises with `s_c`, so for any `σ` there is one
//! `s_c`, found by bisection. Where all members have the same means and thresholds the left side of the second falls as
//! `σ` grows, so there is one `σ`; otherwise the largest is taken that halving from a very large one meets.

mod chances;
mod kind;
mod polls;
mod profile;
mod view;
mod votes;

pub use chances::Chances;
pub use polls::{Bound, BoundKind, Estimate, Identified, Parameter, PollsFit};
pub use profile::{Profile, Surface};
pub use votes::{CandidateVotes, VoteCount, VotesFit};

use super::key::Key;
use crate::model::{Answer, CandidateId, MemberId, MemberSet, Model, Noise, Poll, PollRow};
use view::View;

/// The uncertainty is looked for from so many doublings of the widest band of silence to so many halvings of it.
const DOUBLINGS: i32 = 20;
const HALVINGS: i32 = 10;
/// Neutral answers by which the poll's must be exceeded there: fewer may be rounding.
const MARGIN: f64 = 1e-6;
/// Bisections: more change nothing that is shown.
const BISECTIONS: u32 = 50;
/// Standard deviations beyond a threshold at which every answer is certain.
const FAR: f64 = 40.0;
/// Support and uncertainty are rounded to so many parts of a point.
const PARTS: f64 = 1e4;

/// What a poll says about support, given everything else in the scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The uncertainty common to all, points; none if every member has its own about every candidate.
    pub uncertainty: Option<f64>,
    /// Whether the poll says so; if not, it is the scenario's own, or there is none.
    pub is_uncertainty_fitted: bool,
    /// The members, in the order of the file.
    pub members: Vec<Key>,
    /// The candidates of the poll, in its order.
    pub candidates: Vec<CandidateFit>,
    /// Candidates that the poll does not mention: their support stays as it is.
    pub left_as_they_are: Vec<Key>,
}

/// What a fit says of support: the points of every member for each candidate of the poll.
#[derive(Debug, Clone, PartialEq)]
pub struct SupportTable<'a> {
    /// The members, in the order of the file.
    pub members: &'a [Key],
    /// The candidates, in the order of the poll, with the points of every member.
    pub candidates: Vec<(&'a Key, Vec<f64>)>,
}

/// What the poll says about one candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct CandidateFit {
    /// The candidate.
    pub candidate: Key,
    /// The answers of the poll.
    pub poll: Counted,
    /// Support of every member not known to object, points.
    pub shift: f64,
    /// Support of every member, in the order of the file, points.
    pub support: Vec<f64>,
    /// Members expected to encourage with this support.
    pub encourage: f64,
    /// Members expected to object.
    pub discourage: f64,
    /// Members expected to do neither.
    pub no_opinion: f64,
}

/// The answers about one candidate, all of them counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Members who encouraged.
    pub encourage: u32,
    /// Members who objected.
    pub discourage: u32,
    /// Members without an opinion.
    pub no_opinion: u32,
    /// Those of the objectors who are known.
    pub objectors: MemberSet,
}

impl Counted {
    /// What `row` counts; nothing if it leaves something open.
    fn of(row: &PollRow) -> Option<Self> {
        let [encourage, discourage, no_opinion] = row.totals.stances()?;
        let objectors = row.known.iter().filter(|(_, answer)| *answer == Answer::Object).map(|(member, _)| *member);
        Some(Self { encourage, discourage, no_opinion, objectors: objectors.collect() })
    }
}

/// Why a poll cannot be fitted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FitError {
    /// The sum of a normal shock and noise of another kind has no simple distribution.
    #[error(
        "shocks that do not move everyone alike (group_sd, member_sd, priority_sd) can be fitted with normal noise only"
    )]
    ShocksNotNormal,
    /// The first ballot asks for stances.
    #[error("the first ballot of the scenario asks for stances: it has no votes")]
    NoChoiceBallot,
    /// The totals do not say which votes are of one member.
    #[error(
        "each member has {votes} votes at the first ballot of stage `{stage}`: their totals do not say which were cast together"
    )]
    SeveralVotes {
        /// Name of the stage.
        stage: String,
        /// Votes of a member.
        votes: u32,
    },
    /// Too much moves views of several candidates together.
    #[error(
        "too many shocks move a member's views of several candidates at once (priority_sd of each trait, and member_sd where \
         votes_at lets members abstain): votes can be summed over two of them with Gumbel noise of one size, otherwise over \
         one"
    )]
    ViewsInCommon,
    /// Votes that are certain are no matter of degree.
    #[error("views without uncertainty cannot be fitted to votes: who votes for whom would be certain")]
    CertainVotes,
    /// The equations have no solution.
    #[error("no support makes the votes of the poll the expected ones")]
    VotesOutOfReach,
    /// The totals are votes, not answers about each candidate by itself.
    #[error(
        "stage `{stage}`, at whose first ballot the poll would be held, has a choice ballot: its totals are votes, not \
         encouragements and objections"
    )]
    ChoiceBallot {
        /// Name of the stage.
        stage: String,
    },
    /// Not everything is counted.
    #[error("the poll leaves open how many answered what about {candidate}")]
    Partial {
        /// Name of the candidate.
        candidate: String,
    },
    /// Nobody can be neutral.
    #[error("the poll counts {0} without opinion, but accept_at = object_at leaves no room for any")]
    NoRoomForNeutrals(u32),
    /// Everybody must be able to be neutral.
    #[error(
        "the poll counts none without opinion, but with accept_at > object_at some are expected, whatever the \
         uncertainty"
    )]
    NoNeutrals,
    /// Even the smallest uncertainty does not make so many neutral.
    #[error("the poll counts {poll} without opinion, but at most {most:.1} can be expected, whatever the uncertainty")]
    TooManyNeutrals {
        /// Answers without opinion in the poll.
        poll: u32,
        /// The most that any uncertainty tried makes expected.
        most: f64,
    },
    /// Certain views explain the poll best.
    #[error(
        "no candidate of the poll has both encouragements and objections, so it does not say how uncertain views are"
    )]
    NotDivided,
    /// Even the largest uncertainty makes more neutral.
    #[error("the poll counts {poll} without opinion, but more than {least:.1} are expected, whatever the uncertainty")]
    TooFewNeutrals {
        /// Answers without opinion in the poll.
        poll: u32,
        /// The fewest that any uncertainty tried makes expected.
        least: f64,
    },
    /// No support makes the answers about this candidate expected.
    #[error("no support makes the poll's answers about {candidate} expected")]
    OutOfReach {
        /// Name of the candidate.
        candidate: String,
    },
}

impl FitError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::ShocksNotNormal => "set noise = \"normal\", or leave these shocks out of the scenario that is fitted",
            Self::ChoiceBallot { .. } => "say how many `votes` each candidate had",
            Self::NoChoiceBallot => "say how many `encourage`, `object` and have `no_opinion`",
            Self::SeveralVotes { .. } => {
                "fit a scenario whose first stage has votes = 1, or write the support yourself"
            }
            Self::ViewsInCommon => "leave these shocks out of the scenario that is fitted",
            Self::CertainVotes => "give the scenario an uncertainty above 0",
            Self::VotesOutOfReach => {
                "where only some members have votes_at, no more than these can abstain; or write the support yourself"
            }
            Self::Partial { .. } => "leave the candidate out of the poll, or say all counts",
            Self::NoRoomForNeutrals(_) => "give members a band of silence: accept_at above object_at",
            Self::NoNeutrals => "set accept_at = object_at; the uncertainty is then taken from the scenario",
            Self::TooManyNeutrals { .. } => "set accept_at and object_at further apart, or shared shocks lower",
            Self::NotDivided => "add candidates on whom the members are divided, or write the support yourself",
            Self::TooFewNeutrals { .. } => {
                "members with an uncertainty of their own keep it: make it larger, or leave it out"
            }
            Self::OutOfReach { .. } => {
                "give the scenario an uncertainty above 0, name fewer objectors, or leave the candidate out of the poll"
            }
        }
    }
}

impl Fit {
    /// Fits `poll` with everything but its candidates' support as `model` has it. `is_common` says whether a member's
    /// uncertainty about a candidate is the one common to all, and not its own.
    ///
    /// # Errors
    /// That no support and no uncertainty make the poll's answers the expected ones.
    pub fn new(
        model: &Model,
        poll: &Poll,
        is_common: impl Fn(MemberId, CandidateId) -> bool,
    ) -> Result<Self, FitError> {
        if let Some(stage) = model.stages.first().filter(|stage| stage.ballot.is_choice()) {
            return Err(FitError::ChoiceBallot { stage: stage.name.clone() });
        }
        let polled = Polled::new(model, poll, &is_common)?;
        if !model.noise.is_normal() && polled.views().any(|view| view.parting > 0.0) {
            return Err(FitError::ShocksNotNormal);
        }
        let fitted = polled.uncertainty()?;
        let mut pairs = model.member_ids().flat_map(|(m, _)| model.candidate_ids().map(move |(c, _)| (m, c)));
        let stated = pairs.find(|&(m, c)| is_common(m, c)).map(|(m, c)| model.uncertainty(m, c));
        let uncertainty = fitted.map(rounded).or(stated);
        // Where there is none, no view depends on it.
        let row_fit = |row: &Row| row.fit(uncertainty.unwrap_or_default());
        let rest = model.candidate_ids().filter(|(c, _)| poll.rows.iter().all(|row| row.candidate != *c));
        Ok(Self {
            uncertainty,
            is_uncertainty_fitted: fitted.is_some(),
            members: model.members.iter().map(|member| Key::new(&member.id, &member.name)).collect(),
            candidates: polled.rows.iter().map(row_fit).collect::<Result<_, _>>()?,
            left_as_they_are: rest.map(|(_, candidate)| Key::of(candidate)).collect(),
        })
    }

    /// Support of every member for each candidate.
    pub fn table(&self) -> SupportTable<'_> {
        let candidates = self.candidates.iter().map(|c| (&c.candidate, c.support.clone()));
        SupportTable { members: &self.members, candidates: candidates.collect() }
    }
}

/// The poll's candidates as their members see them.
struct Polled {
    rows: Vec<Row>,
}

struct Row {
    candidate: Key,
    poll: Counted,
    noise: Noise,
    views: Vec<View>,
}

impl Polled {
    fn new(model: &Model, poll: &Poll, is_common: &impl Fn(MemberId, CandidateId) -> bool) -> Result<Self, FitError> {
        let row = |row: &PollRow| {
            let (c, candidate) = (row.candidate, &model.candidates[row.candidate.index()]);
            let partial = || FitError::Partial { candidate: candidate.name.clone() };
            Ok(Row {
                candidate: Key::of(candidate),
                poll: Counted::of(row).ok_or_else(partial)?,
                noise: model.noise,
                views: model.member_ids().map(|(m, _)| View::new(model, m, c, is_common(m, c))).collect(),
            })
        };
        Ok(Self { rows: poll.rows.iter().map(row).collect::<Result<_, _>>()? })
    }

    fn views(&self) -> impl Iterator<Item = &View> {
        self.rows.iter().flat_map(|row| &row.views)
    }

    /// The uncertainty with which as many are neutral as in the poll; none if the poll does not say.
    fn uncertainty(&self) -> Result<Option<f64>, FitError> {
        let poll: u32 = self.rows.iter().map(|row| row.poll.no_opinion).sum();
        let widest = self.views().map(|view| view.accept_at - view.object_at).fold(0.0, f64::max);
        match (widest > 0.0, poll) {
            (false, 0) => return Ok(None),
            (false, _) => return Err(FitError::NoRoomForNeutrals(poll)),
            (true, 0) => return Err(FitError::NoNeutrals),
            (true, _) if self.views().all(|view| view.own.is_some()) => return Ok(None),
            (true, _) => {}
        }
        let target = f64::from(poll);
        let mut low = widest * libm::exp2(f64::from(DOUBLINGS));
        let mut neutrals = self.neutrals(low)?;
        if neutrals > target {
            return Err(FitError::TooFewNeutrals { poll, least: neutrals });
        }
        let mut most = neutrals;
        for _ in 0..DOUBLINGS + HALVINGS {
            low /= 2.0;
            neutrals = self.neutrals(low)?;
            most = most.max(neutrals);
            if neutrals > target + MARGIN {
                return self.between(low, 2.0 * low, target).map(Some);
            }
        }
        let is_divided = |row: &Row| row.poll.encourage > 0 && row.poll.discourage > 0;
        if !self.rows.iter().any(is_divided) {
            return Err(FitError::NotDivided);
        }
        Err(FitError::TooManyNeutrals { poll, most })
    }

    /// The uncertainty between `low`, with at least `target` neutrals, and `high`, with fewer.
    fn between(&self, mut low: f64, mut high: f64, target: f64) -> Result<f64, FitError> {
        for _ in 0..BISECTIONS {
            let middle = libm::sqrt(low * high);
            if self.neutrals(middle)? >= target { low = middle } else { high = middle }
        }
        Ok(low)
    }

    /// Answers without opinion to be expected, over all candidates.
    fn neutrals(&self, uncertainty: f64) -> Result<f64, FitError> {
        let neutral = |row: &Row| {
            let expected = row.expected(&row.support(row.shift(uncertainty)?, uncertainty), uncertainty);
            Ok(row.views.len() as f64 - expected.0 - expected.1)
        };
        self.rows.iter().map(neutral).sum()
    }
}

impl Row {
    fn is_objector(&self, member: usize) -> bool {
        self.poll.objectors.contains(MemberId(member as u16))
    }

    /// Every member's support, if `shift` is that of all who are not known to object.
    fn support(&self, shift: f64, uncertainty: f64) -> Vec<f64> {
        let support =
            |(m, view): (usize, &View)| if self.is_objector(m) { view.firm_opposition(uncertainty) } else { shift };
        self.views.iter().enumerate().map(support).collect()
    }

    /// Encouragements and objections to be expected with this support.
    fn expected(&self, support: &[f64], uncertainty: f64) -> (f64, f64) {
        let answers = self.views.iter().zip(support).map(|(view, &s)| view.answers(self.noise, s, uncertainty));
        answers.fold((0.0, 0.0), |(encourage, object), (e, o)| (encourage + e, object + o))
    }

    /// The support of those not known to object with which encouragements less objections are as in the poll.
    fn shift(&self, uncertainty: f64) -> Result<f64, FitError> {
        let target = f64::from(self.poll.encourage) - f64::from(self.poll.discourage);
        let balance = |shift: f64| {
            let (encourage, object) = self.expected(&self.support(shift, uncertainty), uncertainty);
            encourage - object
        };
        let free = || self.views.iter().enumerate().filter(|(m, _)| !self.is_objector(*m)).map(|(_, view)| view);
        let far = FAR * free().map(|view| view.sd(uncertainty)).fold(0.0, f64::max);
        let mut low = free().map(|view| view.object_at - view.base).fold(f64::INFINITY, f64::min) - far;
        let mut high = free().map(|view| view.accept_at - view.base).fold(f64::NEG_INFINITY, f64::max) + far;
        let is_within = balance(low) < target && target < balance(high);
        // With views that are certain the balance moves in steps, and is met by luck only.
        if !is_within || far == 0.0 {
            return Err(FitError::OutOfReach { candidate: self.candidate.name.clone() });
        }
        for _ in 0..BISECTIONS {
            let middle = f64::midpoint(low, high);
            if balance(middle) < target { low = middle } else { high = middle }
        }
        Ok(f64::midpoint(low, high))
    }

    fn fit(&self, uncertainty: f64) -> Result<CandidateFit, FitError> {
        let shift = rounded(self.shift(uncertainty)?);
        let support: Vec<f64> = self.support(shift, uncertainty).into_iter().map(rounded).collect();
        let (encourage, discourage) = self.expected(&support, uncertainty);
        Ok(CandidateFit {
            candidate: self.candidate.clone(),
            poll: self.poll.clone(),
            shift,
            support,
            encourage,
            discourage,
            no_opinion: self.views.len() as f64 - encourage - discourage,
        })
    }
}

/// Rounded to a part of a point, without a negative zero.
fn rounded(points: f64) -> f64 {
    libm::rint(points * PARTS) / PARTS + 0.0
}
