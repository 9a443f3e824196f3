//! From several polls to how minds change between them.

use std::collections::BTreeSet;
use std::ops::Range;

use super::assumption::assumption;
use super::error::Error;
use super::handle::Handle;
use super::options::Options;
use super::update::{Chosen, given};
use crate::analysis::{Bound, Chances, Estimate, Parameter, PollsFit, Profile, Surface};
use crate::model::Model;
use crate::scenario::Scenario;
use crate::simulation::evidence::{Effort, Refusal, Replicated, replicate};
use crate::simulation::{Plan, in_turn};

/// Particles of a candidate in a replicate if candidates share nothing that is drawn.
const PARTICLES: usize = 500;
/// The same if they do.
const SHARED_PARTICLES: usize = 5_000;
/// Replicates.
const REPLICATES: u64 = 40;
/// Replicates that most of the search heeds.
const FEW: u64 = 6;
/// Steps of the lattice on which each number is looked for.
const STEPS: i32 = 256;
/// The largest shared movement or doubt that is looked at, in uncertainties.
const LARGEST: f64 = 2.0;
/// Numbers are rounded to so many parts of a point.
const PARTS: f64 = 1e4;
/// Places on the lattice of each number from which the search begins.
const GRID: [&[i32]; 3] = [&[32, 96, 144, 184, 212, 232], &[0, 16, 48, 112], &[0, 64, 128]];
/// How often all replicates would be computed, as experience has it, by how many numbers there are.
const EVALUATIONS: [u64; 3] = [15, 60, 130];

/// What [`fit_polls()`] is asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FitPollsOptions {
    /// Name of the assumption about who can veto; otherwise the scenario's own.
    pub assumption: Option<String>,
    /// Names of the polls; otherwise all of the scenario.
    pub polls: Option<Vec<String>>,
    /// What to estimate; otherwise everything that the scenario has not been [changed](Scenario::changes) in.
    pub estimate: Option<Vec<Parameter>>,
    /// Replicates, at least 2; otherwise 40.
    pub replicates: Option<u64>,
    /// Particles of each candidate in a replicate; otherwise 500, or 5000 if candidates share draws.
    pub particles: Option<usize>,
    /// Seed and threads. Rounds and precision are not heeded: none are played.
    pub simulation: Options,
}

/// With which memory, shared movements and shared doubt the polls are most likely, given the first of them (or all up to the
/// last to which support was fitted) and everything else as the scenario has it, with profile likelihood intervals.
/// Nothing if it was stopped.
///
/// # Errors
/// [`Error::NoAssumption`], [`Error::NoPoll`], [`Error::NoPolls`], [`Error::OnePoll`], [`Error::SetAndEstimated`] if what is
/// to be estimated has been set, [`Error::NothingToEstimate`], [`Error::Refused`] if the polls cannot be conditioned on, or
/// that threads cannot be started.
pub fn fit_polls(scenario: &Scenario, options: &FitPollsOptions, handle: &Handle) -> Result<Option<PollsFit>, Error> {
    match Fitting::new(scenario, options, handle)?.fit() {
        Ok(fit) => Ok(Some(fit)),
        Err(Ended::Stopped) => Ok(None),
        Err(Ended::Failed(error)) => Err(error),
    }
}

/// Why a likelihood was not computed.
enum Ended {
    Stopped,
    Failed(Error),
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// A number that is sought, and its places on the lattice.
#[derive(Clone, Copy)]
struct Axis {
    parameter: Parameter,
    /// The uncertainty, points.
    unit: f64,
}

impl Axis {
    /// The number at a place. That of memory is the sine of an angle: steps should be even in it where little is forgotten.
    fn value(self, place: f64) -> f64 {
        let part = place / f64::from(STEPS);
        let value = match self.parameter {
            Parameter::Memory if part >= 1.0 => 1.0,
            Parameter::Memory => libm::sin(std::f64::consts::FRAC_PI_2 * part),
            Parameter::DriftSd | Parameter::CommonSd => LARGEST * self.unit * part,
        };
        libm::rint(value * PARTS) / PARTS
    }
}

struct Fitting<'a> {
    scenario: &'a Scenario,
    model: &'a Model,
    chosen: Chosen,
    axes: Vec<Axis>,
    idle: Vec<Parameter>,
    effort: Effort,
    replicates: u64,
    seed: u64,
    threads: usize,
    handle: &'a Handle,
}

/// What the polls come to with some numbers.
struct Seen {
    replicated: Vec<Replicated>,
    refusal: Option<Refusal>,
}

impl<'a> Fitting<'a> {
    fn new(scenario: &'a Scenario, options: &FitPollsOptions, handle: &'a Handle) -> Result<Self, Error> {
        let model = assumption(scenario, options.assumption.as_deref())?;
        let all: Vec<String> = scenario.polls.iter().map(|poll| poll.name.clone()).collect();
        let chosen = Chosen::new(scenario, &model.assumption, Some(options.polls.as_deref().unwrap_or(&all)))?;
        let changed = |parameter: &Parameter| scenario.changes.iter().any(|change| change.path == parameter.path());
        let mut asked = match &options.estimate {
            Some(asked) => asked.clone(),
            None => Parameter::ALL.into_iter().filter(|parameter| !changed(parameter)).collect(),
        };
        asked.sort_unstable();
        asked.dedup();
        if let Some(twice) = asked.iter().find(|parameter| changed(parameter)) {
            return Err(Error::SetAndEstimated(twice.path().to_owned()));
        }
        if asked.is_empty() {
            return Err(Error::NothingToEstimate);
        }
        let pairs = model.member_ids().flat_map(|(m, _)| model.candidate_ids().map(move |(c, _)| (m, c)));
        let widest = pairs.map(|(m, c)| model.uncertainty(m, c)).fold(0.0, f64::max);
        let unit = if widest > 0.0 { widest } else { 1.0 };
        let plan = Plan::new(model.clone());
        let shared = Effort { particles: SHARED_PARTICLES, rounds: 0 }.shape(&plan)[0] > 1;
        let particles = options.particles.unwrap_or(if shared { SHARED_PARTICLES } else { PARTICLES });
        let mut fitting = Self {
            scenario,
            model,
            chosen,
            axes: Vec::new(),
            idle: Vec::new(),
            effort: Effort { particles, rounds: 0 },
            replicates: options.replicates.unwrap_or(REPLICATES).max(2),
            seed: options.simulation.seed(scenario),
            threads: options.simulation.threads(),
            handle,
        };
        for parameter in asked {
            let axis = Axis { parameter, unit };
            let acts = fitting.with(&[(axis, 0.2)])? != fitting.with(&[(axis, 0.4)])?;
            if acts { fitting.axes.push(axis) } else { fitting.idle.push(parameter) }
        }
        Ok(fitting)
    }

    /// The model with these numbers.
    fn with(&self, numbers: &[(Axis, f64)]) -> Result<Model, Error> {
        let values: Vec<String> = numbers.iter().map(|(_, value)| value.to_string()).collect();
        let settings: Vec<_> =
            numbers.iter().zip(&values).map(|((axis, _), value)| (axis.parameter.path(), value.as_str())).collect();
        let model = self.scenario.with_settings(&self.model.assumption, &settings);
        model.unwrap_or_else(|| Ok(self.model.clone())).map_err(Error::Settings)
    }

    /// Conditions on the polls under `model`, in these replicates.
    fn condition(&self, model: Model, which: Range<u64>) -> Result<Seen, Ended> {
        let plan = Plan::new(model);
        let (held, script, refusal) = self.chosen.script(&plan)?;
        if let Some(refusal) = refusal {
            return Err(Error::Refused(refusal).into());
        }
        let names: Vec<&str> = held.iter().map(|poll| poll.name.as_str()).collect();
        let size = self.effort.particles as u64 * script.ballots.len() as u64;
        let wanted = which.end - which.start;
        let done = in_turn(wanted, self.threads, self.handle.control(), |number| {
            (replicate(&plan, &script, &names, self.effort, self.seed, which.start + number), size)
        });
        let done = done.map_err(Error::from)?;
        if (done.len() as u64) < wanted {
            return Err(Ended::Stopped);
        }
        let refusal = done.iter().find_map(|(_, refused)| refused.clone());
        match refusal {
            // No chance, or too few particles: with other numbers there may be more.
            Some(Refusal::Impossible { .. } | Refusal::Degenerate { .. }) | None => {}
            Some(refusal) => return Err(Error::Refused(refusal).into()),
        }
        Ok(Seen { replicated: done.into_iter().map(|(done, _)| done).collect(), refusal })
    }

    fn fit(&self) -> Result<PollsFit, Ended> {
        let plan = Plan::new(self.model.clone());
        let (held, script, _) = self.chosen.script(&plan)?;
        let wanted = self.chosen.wanted(&held);
        let (first, last) = self.ends(&wanted)?;
        let are_apart = !script.together && self.effort.shape(&plan)[0] == 1;
        let chances = |seen: &Seen| -> Option<Chances> {
            let of = |it: &Replicated| parts(it, first, last, if are_apart { plan.candidates() } else { 0 });
            Some(Chances { replicates: seen.replicated.iter().map(of).collect::<Option<_>>()? })
        };
        let evaluation = self.replicates * self.effort.particles as u64 * script.ballots.len() as u64;
        let expected = EVALUATIONS.get(self.axes.len().saturating_sub(1)).copied().unwrap_or_default();
        self.handle.expect(expected * evaluation);
        let stated = self.condition(self.model.clone(), 0..self.replicates)?;
        let mut taken: BTreeSet<String> = given(&stated.replicated, &plan).into_iter().collect();
        let mut refused = stated.refusal.clone();
        let mut surface = Surface::new(vec![STEPS; self.axes.len()], FEW, self.replicates, |point: &[i32], which| {
            let numbers: Vec<(Axis, f64)> =
                self.axes.iter().zip(point).map(|(&axis, &place)| (axis, axis.value(f64::from(place)))).collect();
            let seen = self.condition(self.with(&numbers)?, which)?;
            taken.extend(given(&seen.replicated, &plan));
            refused = refused.take().or_else(|| seen.refusal.clone());
            Ok::<_, Ended>(chances(&seen))
        });
        let found = surface.profiles(&self.grid())?;
        let top = found.as_ref().map(|(peak, _)| peak.point.clone()).unwrap_or_default();
        let error = surface.chances(&top)?.map(|chances| chances.error(None)).unwrap_or_default();
        let points = surface.points();
        drop(surface);
        let Some((peak, profiles)) = found else {
            return Err(refused.map_or(Ended::Stopped, |refusal| Error::Refused(refusal).into()));
        };
        let estimate = |((axis, profile), &place): ((&Axis, Profile), &i32)| {
            let at = |place: f64| axis.value(place);
            Estimate {
                parameter: axis.parameter,
                stated: self.stated(axis.parameter),
                value: at(f64::from(place)),
                low: Bound::new(profile.low, at),
                high: Bound::new(profile.high, at),
                loss_at_zero: profile.loss_at_zero,
                error: profile.error,
                profile: profile.points.iter().map(|&(place, loss)| (at(f64::from(place)), loss)).collect(),
            }
        };
        let name = |&poll: &usize| held[poll].name.clone();
        Ok(PollsFit {
            assumption: self.model.assumption.clone(),
            given: wanted.iter().filter(|&&poll| poll <= first).map(name).collect(),
            polls: wanted.iter().filter(|&&poll| poll > first).map(name).collect(),
            estimates: self.axes.iter().zip(profiles).zip(&peak.point).map(estimate).collect(),
            log_likelihood: peak.log,
            error,
            log_likelihood_stated: chances(&stated).map(|chances| chances.log()),
            taken: taken.into_iter().collect(),
            idle: self.idle.clone(),
            particles: self.effort.particles,
            replicates: self.replicates,
            points,
            seed: self.seed,
        })
    }

    /// Positions of the last poll that is given and of the last of all.
    fn ends(&self, wanted: &[usize]) -> Result<(usize, usize), Error> {
        let is_fitted = |&&poll: &&usize| self.chosen.polls[poll].0.fitted;
        let (Some(&first), Some(&last)) = (wanted.first(), wanted.last()) else { return Err(Error::NoPolls) };
        if first == last {
            return Err(Error::OnePoll(self.chosen.polls[first].0.name.clone()));
        }
        let fitted = wanted.iter().rfind(is_fitted).copied().filter(|&poll| poll < last);
        Ok((fitted.unwrap_or(first), last))
    }

    /// The scenario's own number.
    fn stated(&self, parameter: Parameter) -> f64 {
        let model = self.model;
        match parameter {
            Parameter::Memory => model.dynamics.memory,
            Parameter::DriftSd => model.dynamics.drift_sd,
            Parameter::CommonSd => model.candidates.iter().map(|candidate| candidate.common_sd).fold(0.0, f64::max),
        }
    }

    /// The points from which the search begins.
    fn grid(&self) -> Vec<Vec<i32>> {
        let mut points = vec![Vec::new()];
        for axis in &self.axes {
            let places = GRID[axis.parameter as usize];
            points = points
                .iter()
                .flat_map(|point: &Vec<i32>| places.iter().map(|&place| [&point[..], &[place]].concat()))
                .collect();
        }
        points
    }
}

/// The logarithms of the chance of all that was seen up to two polls: what is due to the totals of each of so many
/// candidates, which are independent of each other if nothing that is drawn is shared, and the rest.
fn parts(replicated: &Replicated, first: usize, last: usize, candidates: usize) -> Option<Vec<[f64; 2]>> {
    let mut parts = vec![[0.0; 2]; candidates + 1];
    for (which, poll) in [first, last].into_iter().enumerate() {
        let seen = replicated.polls.get(..=poll)?;
        for row in seen.iter().flat_map(|poll| &poll.rows) {
            if let Some(part) = parts[..candidates].get_mut(row.candidate.index()) {
                part[which] += row.log_chance;
            }
        }
        let totals: f64 = parts[..candidates].iter().map(|part| part[which]).sum();
        parts[candidates][which] = seen.last()?.log_evidence - totals;
    }
    Some(parts)
}
