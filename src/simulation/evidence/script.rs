//! What is known to have happened: the ballots up to the last poll, who was in the race at each, and what followed.

use super::refusal::Refusal;
use super::together::Votes;
use super::totals::{TooMany, Ways};
use crate::model::{CandidateId, CandidateSet, Drop, Model, Noise, Poll, PollRow, Stage, Totals};
use crate::simulation::plan::Plan;
use crate::simulation::steps;

/// A ballot that was held.
#[derive(Debug, Clone)]
pub struct Held {
    /// Its number in the round, from 1.
    pub number: u32,
    /// Position of its stage.
    pub stage: usize,
    /// Its number in the stage, from 1.
    pub repeat: u32,
    /// Position of the poll among those seen, if there was one.
    pub poll: Option<usize>,
    /// Who was in the race and considered.
    pub field: CandidateSet,
    /// About whom answers were seen.
    pub asked: CandidateSet,
    /// Who should have been for the first time, but was not.
    pub absent: CandidateSet,
    /// Who was for the first time.
    pub first: CandidateSet,
    /// Of whom something that was seen says that they were in the race, and of whom it says that they were not.
    pub there: CandidateSet,
    /// See [`Self::there`].
    pub away: CandidateSet,
    /// What was seen.
    pub rows: Vec<PollRow>,
    /// How votes for all of the field can come out as was seen, if it is a choice ballot.
    pub votes: Option<Votes>,
    /// By candidate: how answers can add up to what was seen, of those in the field.
    pub ways: Vec<Option<Ways>>,
    /// By candidate: encouragements and objections, if they are known.
    pub counts: Vec<Option<[u32; 2]>>,
    /// What followed, if another ballot of which something was seen came after it.
    pub after: Option<After>,
}

/// What followed a ballot.
#[derive(Debug, Clone, Default)]
pub struct After {
    /// Who left.
    pub left: CandidateSet,
    /// Of whom nothing later says whether they did.
    pub open: CandidateSet,
    /// Of those in the field, whom the totals let be eliminated in comparison with others: surely, or by lot.
    pub eliminated: Compared,
    /// Who led the rest, if side payments are made to those who block a leader.
    pub leader: Option<CandidateId>,
    /// By candidate: points gained from momentum.
    pub momentum: Vec<f64>,
}

/// How candidates fare who are eliminated or not by comparison with each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compared {
    /// Out whatever lots say.
    pub surely: CandidateSet,
    /// Out if lots say so.
    pub perhaps: CandidateSet,
}

/// What the polls say of the ballots up to the last of them.
#[derive(Debug, Clone)]
pub struct Script {
    /// The ballots, in order.
    pub ballots: Vec<Held>,
    /// Whether what was seen of one candidate depends on the others, so that all are drawn together.
    pub together: bool,
}

impl Script {
    /// What follows from `polls`, in their order, for a selection by `plan`.
    ///
    /// # Errors
    /// Why what the polls say is not enough to condition on it exactly.
    pub fn new(plan: &Plan, polls: &[&Poll]) -> Result<Self, Refusal> {
        let model = &plan.model;
        let mut ballots: Vec<Held> = Vec::new();
        let mut at = (0, 0);
        for (place, poll) in polls.iter().enumerate() {
            for (stage, repeat) in between(model, at, (poll.stage, poll.ballot), poll)? {
                ballots.push(held(ballots.len(), stage, repeat, None, model));
            }
            ballots.push(held(ballots.len(), poll.stage, poll.ballot, Some(place), model));
            at = (poll.stage, poll.ballot);
        }
        let mut script = Self { ballots, together: false };
        script.find_race(model, polls);
        script.check_votes(plan, polls)?;
        script.read(plan, polls)?;
        if script.ballots.iter().any(|held| is_choice(model, held)) || script.find_consequences(plan).is_none() {
            script.together = true;
        }
        Ok(script)
    }

    /// Who was in the race at each ballot.
    fn find_race(&mut self, model: &Model, polls: &[&Poll]) {
        let mut gone = CandidateSet::EMPTY;
        let mut met = CandidateSet::EMPTY;
        for place in 0..self.ballots.len() {
            let held = &self.ballots[place];
            let stage = &model.stages[held.stage];
            let number = held.number;
            let mut field = CandidateSet::EMPTY;
            let mut left = CandidateSet::EMPTY;
            let mut there = CandidateSet::EMPTY;
            for (c, candidate) in model.candidate_ids() {
                let may = model.may_consider(stage, c) && candidate.enters <= number && model.may_stand(c);
                if gone.contains(c) || !may {
                    continue;
                }
                // Of an event's candidate, and of one held in reserve, only what is seen says that they are there.
                let is_sure = candidate.availability > 0.0 && model.field(stage, reserve(model)).contains(c);
                match self.seen_from(place, c, polls, model) {
                    Seen::Here | Seen::Later => field.insert(c),
                    Seen::Never if is_sure || met.contains(c) => left.insert(c),
                    Seen::Never => {}
                    Seen::NotAskedAbout if is_sure || met.contains(c) => field.insert(c),
                    Seen::NotAskedAbout => {}
                }
                there.insert_if(c, matches!(self.seen_from(place, c, polls, model), Seen::Here | Seen::Later));
            }
            let first = field.without(met);
            let (absent, leaving) = (left.without(met), left.without(left.without(met)));
            met = met.union(field);
            gone = gone.union(left);
            let held = &mut self.ballots[place];
            (held.field, held.first, held.absent) = (field, first, absent);
            (held.there, held.away) = (there, left);
            if place > 0 {
                // They left after the last ballot before.
                self.ballots[place - 1].after.get_or_insert_default().left = leaving;
            }
        }
        for place in 1..self.ballots.len() {
            let field = self.ballots[place - 1].field;
            let is_open = |c: &CandidateId| matches!(self.seen_from(place, *c, polls, model), Seen::NotAskedAbout);
            let open = field.iter().filter(is_open).collect();
            self.ballots[place - 1].after.get_or_insert_default().open = open;
        }
    }

    /// Whether `c` is seen at this ballot or a later one.
    fn seen_from(&self, place: usize, c: CandidateId, polls: &[&Poll], model: &Model) -> Seen {
        let mut asked = false;
        for (later, held) in self.ballots.iter().enumerate().skip(place) {
            let Some(poll) = held.poll else { continue };
            if polls[poll].rows.iter().any(|row| row.candidate == c) {
                return if later == place { Seen::Here } else { Seen::Later };
            }
            let candidate = &model.candidates[c.index()];
            asked |= model.may_consider(&model.stages[held.stage], c) && candidate.enters <= held.number;
        }
        if asked { Seen::Never } else { Seen::NotAskedAbout }
    }

    /// Refuses votes of which the chances are not known.
    fn check_votes(&self, plan: &Plan, polls: &[&Poll]) -> Result<(), Refusal> {
        let model = &plan.model;
        let Some(held) = self.ballots.iter().find(|held| is_choice(model, held)) else { return Ok(()) };
        let stage = &model.stages[held.stage];
        let why = if model.noise != Noise::Gumbel {
            "the chances of votes are known in closed form with Gumbel noise only"
        } else if self.ballots.iter().any(|held| model.stages[held.stage].ballot.votes().is_some_and(|votes| votes > 1))
        {
            "members have more than one vote each"
        } else if plan.uncertainty.contains(&0.0) {
            "some views are known for certain (an uncertainty of 0)"
        } else {
            return Ok(());
        };
        let last = polls.last().map(|poll| poll.name.clone());
        let poll = held.poll.map(|poll| polls[poll].name.clone()).or(last).unwrap_or_default();
        Err(Refusal::Choice { poll, stage: stage.name.clone(), why })
    }

    /// What was seen at every ballot.
    fn read(&mut self, plan: &Plan, polls: &[&Poll]) -> Result<(), Refusal> {
        let model = &plan.model;
        for held in &mut self.ballots {
            let stage = &model.stages[held.stage];
            let poll = || held.poll.map(|poll| polls[poll].name.clone()).unwrap_or_default();
            let rows = held.poll.map_or(&[][..], |poll| &polls[poll].rows);
            held.rows = rows.iter().filter(|row| held.field.contains(row.candidate)).cloned().collect();
            held.asked = held.rows.iter().map(|row| row.candidate).collect();
            if stage.ballot.is_choice() {
                let votes = held.poll.map(|_| Votes::new(plan, held, held.field)).transpose();
                let too_many = |TooMany| Refusal::TooManyVotes { poll: poll(), stage: stage.name.clone() };
                held.votes = votes.map_err(too_many)?;
                continue;
            }
            for c in held.field.iter() {
                let unknown = PollRow { candidate: c, totals: Totals::default(), known: vec![], among: vec![] };
                let row = held.rows.iter().find(|row| row.candidate == c).unwrap_or(&unknown);
                let (neutral, most) = (neutral_at_least(row, stage), room_for_neutrals(plan, stage));
                if neutral > most {
                    let candidate = model.candidates[c.index()].id.clone();
                    return Err(Refusal::NoRoom { poll: poll(), candidate, neutral, most });
                }
                let ways = Ways::new(&stage.members, row).map_err(|TooMany| Refusal::TooManyWays {
                    poll: poll(),
                    candidate: model.candidates[c.index()].id.clone(),
                })?;
                held.counts[c.index()] = counts(row, stage);
                held.ways[c.index()] = Some(ways);
            }
        }
        Ok(())
    }

    /// What followed each ballot but the last; nothing if totals do not say it, candidate by candidate.
    fn find_consequences(&mut self, plan: &Plan) -> Option<()> {
        for held in &mut self.ballots {
            let Some(mut after) = held.after.clone() else { continue };
            let asks = Asks { plan, held };
            after.eliminated = asks.eliminated()?;
            let remaining = held.field.without(after.left);
            after.leader = asks.leader(remaining)?;
            after.momentum = asks.momentum(remaining)?;
            held.after = Some(after);
        }
        Some(())
    }
}

fn is_choice(model: &Model, held: &Held) -> bool {
    model.stages[held.stage].ballot.is_choice()
}

/// Whether a candidate is seen at a ballot or later.
enum Seen {
    Here,
    Later,
    /// There are polls at which they should be.
    Never,
    /// There are none.
    NotAskedAbout,
}

fn reserve(model: &Model) -> CandidateSet {
    model.candidate_ids().filter(|(_, candidate)| candidate.reserve).map(|(c, _)| c).collect()
}

fn held(before: usize, stage: usize, repeat: u32, poll: Option<usize>, model: &Model) -> Held {
    let candidates = model.candidates.len();
    Held {
        number: before as u32 + 1,
        stage,
        repeat,
        poll,
        field: CandidateSet::EMPTY,
        asked: CandidateSet::EMPTY,
        absent: CandidateSet::EMPTY,
        first: CandidateSet::EMPTY,
        there: CandidateSet::EMPTY,
        away: CandidateSet::EMPTY,
        rows: Vec::new(),
        votes: None,
        ways: vec![None; candidates],
        counts: vec![None; candidates],
        after: None,
    }
}

/// The ballots after `last`, a stage and its ballot, and before `next`, the ballot of a poll.
fn between(model: &Model, last: (usize, u32), next: (usize, u32), poll: &Poll) -> Result<Vec<(usize, u32)>, Refusal> {
    let mut ballots = Vec::new();
    for (s, stage) in model.stages.iter().enumerate().take(next.0 + 1).skip(last.0) {
        let first = if s == last.0 { last.1 + 1 } else { 1 };
        let end = if s == next.0 {
            next.1
        } else if stage.continues >= 1.0 {
            stage.repeat + 1
        } else if first > 1 {
            // The last poll of a stage that may end at any ballot was its last ballot.
            first
        } else if stage.repeat == 1 {
            2
        } else {
            return Err(Refusal::LengthUnknown { stage: stage.name.clone(), poll: poll.name.clone() });
        };
        ballots.extend((first..end).map(|repeat| (s, repeat)));
    }
    Ok(ballots)
}

/// How many have no opinion at least.
fn neutral_at_least(row: &PollRow, stage: &Stage) -> u32 {
    let Totals { encourage, object, no_opinion, .. } = row.totals;
    let n = stage.members.len();
    let [encourage, object] = [encourage, object].map(|total| total.at_most.unwrap_or(n));
    no_opinion.at_least.max(n.saturating_sub(encourage.saturating_add(object)))
}

/// How many members of a stage can have no opinion.
fn room_for_neutrals(plan: &Plan, stage: &Stage) -> u32 {
    // Who yields says nothing any more.
    let yields = plan.model.dynamics.accommodation.is_some();
    stage.members.iter().filter(|m| yields || plan.accept_at[m.index()] > plan.object_at[m.index()]).count() as u32
}

/// Encouragements and objections, if both are known.
fn counts(row: &PollRow, stage: &Stage) -> Option<[u32; 2]> {
    let Totals { encourage, object, no_opinion, .. } = row.totals;
    let n = stage.members.len();
    match [encourage.known(), object.known(), no_opinion.known()] {
        [Some(encourage), Some(object), _] => Some([encourage, object]),
        [Some(encourage), None, Some(none)] => Some([encourage, n.checked_sub(encourage + none)?]),
        [None, Some(object), Some(none)] => Some([n.checked_sub(object + none)?, object]),
        _ => None,
    }
}

/// Questions about one ballot whose answers depend on how candidates compare; nothing where totals do not say it.
struct Asks<'a> {
    plan: &'a Plan,
    held: &'a Held,
}

impl Asks<'_> {
    fn stage(&self) -> &Stage {
        &self.plan.model.stages[self.held.stage]
    }

    /// The encouragements and objections of everyone in `field`.
    fn counts(&self, field: CandidateSet) -> Option<Vec<(CandidateId, [u32; 2])>> {
        if self.plan.stages[self.held.stage].weights.is_some() {
            return None;
        }
        field.iter().map(|c| Some((c, self.held.counts[c.index()]?))).collect()
    }

    fn eliminated(&self) -> Option<Compared> {
        let stage = self.stage();
        let (drop, field) = (stage.drop, self.held.field);
        if !drop.breaks_ties() || self.held.repeat < stage.from_ballot {
            return Some(Compared::default());
        }
        let places = match drop {
            Drop::Lowest => (field.len() as usize).saturating_sub(1).max(1),
            Drop::Keep(n) => n as usize,
            Drop::None | Drop::Vetoed | Drop::Below(_) => field.len() as usize,
        };
        let mut counts = self.counts(field)?;
        counts.sort_by_key(|(_, [encourage, _])| std::cmp::Reverse(*encourage));
        let Some((_, [bar, _])) = counts.get(places) else { return Some(Compared::default()) };
        let above = counts.iter().filter(|(_, [encourage, _])| encourage > bar).count();
        let with = |wanted: &dyn Fn(u32) -> bool| -> CandidateSet {
            counts.iter().filter(|(_, [encourage, _])| wanted(*encourage)).map(|(c, _)| *c).collect()
        };
        let (below, tied) = (with(&|encourage| encourage < *bar), with(&|encourage| encourage == *bar));
        Some(if above >= places {
            Compared { surely: below.union(tied), perhaps: CandidateSet::EMPTY }
        } else {
            Compared { surely: below, perhaps: tied }
        })
    }

    /// Who led `field`, if that matters.
    fn leader(&self, field: CandidateSet) -> Option<Option<CandidateId>> {
        if self.plan.model.dynamics.accommodation.is_none() || self.stage().appoint.is_none() {
            return Some(None);
        }
        let counts = self.counts(field)?;
        let key = |(_, [encourage, object]): &(CandidateId, [u32; 2])| (*encourage, std::cmp::Reverse(*object));
        let best = counts.iter().map(key).max();
        let leaders: Vec<_> = counts.iter().filter(|it| Some(key(it)) == best).map(|(c, _)| *c).collect();
        match leaders[..] {
            [] => Some(None),
            [leader] => Some(Some(leader)),
            // Lots decided whose opponents were asked to yield.
            _ => None,
        }
    }

    fn momentum(&self, field: CandidateSet) -> Option<Vec<f64>> {
        let mut points = vec![0.0; self.plan.candidates()];
        if self.plan.model.dynamics.momentum == 0.0 || field.is_empty() {
            return Some(points);
        }
        let counts = self.counts(field)?;
        let total: u32 = counts.iter().map(|(_, [encourage, _])| encourage).sum();
        let mean = steps::mean_share(self.plan, self.held.stage, total as f32, field.len());
        for (c, [encourage, _]) in &counts {
            points[c.index()] = f64::from(steps::momentum(self.plan, self.held.stage, *encourage as f32, mean));
        }
        Some(points)
    }
}
