//! The chances of one ballot, given everything that members share: rare outcomes without waiting for them.
//!
//! Once shocks and events are drawn, what is left unknown about each member's view of each candidate is its own noise,
//! independent of all other. So whether each member encourages, vetoes or does neither has a known chance, and so has
//! whether the candidate passes: for consensus the product over the members of the chances not to veto, less that of
//! nobody encouraging. The mean of these chances over the rounds has the expectation of the share of rounds in which
//! the candidate passes, and a smaller variance (conditional Monte Carlo: S. Asmussen and P. W. Glynn, *Stochastic
//! Simulation*, 2007, chapter V.4, <https://doi.org/10.1007/978-0-387-69033-9>). Red lines and availabilities are
//! independent as well and need no draws either. Candidates pass independently of each other then, so the chance that
//! no one passes is a product, too.

use std::ops::Range;

use super::chances::{ChanceSum, Chances};
use super::counting::Counter;
use super::draws::Shock;
use super::experiment::{Experiment, Worker};
use super::noise::cdf;
use super::plan::Plan;
use super::range_draws::RangeDraws;
use super::round_log::LogRow;
use super::steps;
use super::tally::Tally;
use crate::model::{CandidateId, MemberId, MemberSet, Model, Noise, PossibleVeto, Rule, Side, Stage, Test, VetoPower};

/// What a candidate needs at the only ballot; made only for models whose chances are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// Vetoes count.
    no_veto: bool,
    /// At least so many members who encourage.
    encouraging: u32,
}

/// Why a model's chances are not known, each in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.0.join("; "))]
pub struct NoChances(Vec<String>);

impl Needs {
    /// What a candidate needs in `model`.
    ///
    /// # Errors
    /// Everything for which the chances are not a matter of one member after the other.
    pub fn of(model: &Model) -> Result<Self, NoChances> {
        let mut reasons = Vec::new();
        if !model.noise.is_normal() {
            reasons.push("the noise is not normal".to_owned());
        }
        if model.max_ballots() > 1 {
            reasons.push(format!("there may be {} ballots, not one", model.max_ballots()));
        }
        let mut needs = Self { no_veto: false, encouraging: 0 };
        for stage in &model.stages {
            if stage.ballot.is_choice() {
                reasons.push(format!("stage `{}` is a choice ballot", stage.name));
            }
            match &stage.appoint {
                Some(rule) => needs.add(rule, stage, model, &mut reasons),
                None => reasons.push(format!("stage `{}` has no rule that appoints", stage.name)),
            }
            if stage.appoint.is_some() && stage.appoint_from > 1 {
                reasons.push(format!("stage `{}` only sounds", stage.name));
            }
        }
        let ready = |m| model.veto_powers(m).any(|possible| possible.power.is_drawn_for_member());
        if let Some((_, member)) = model.member_ids().find(|&(m, _)| needs.no_veto && ready(m)) {
            let why = "is drawn for the member, so that candidates are not independent";
            reasons.push(format!("whether `{}` is ready to block {why}", member.id));
        }
        let mut dear =
            model.member_ids().filter(|&(m, _)| needs.no_veto && dear(model, m)).map(|(_, member)| &member.id);
        if let Some(first) = dear.next() {
            let others = match dear.count() {
                0 => String::new(),
                1 => " (as does 1 other)".to_owned(),
                more => format!(" (as do {more} others)"),
            };
            let why = "depends on what the others answer: it has a cost, or a price of standing alone";
            reasons.push(format!("whether `{first}`{others} uses its veto {why}"));
        }
        if reasons.is_empty() { Ok(needs) } else { Err(NoChances(reasons)) }
    }

    /// Adds what `rule` asks for.
    fn add(&mut self, rule: &Rule, stage: &Stage, model: &Model, reasons: &mut Vec<String>) {
        let members = stage.members.len();
        let condition = match rule {
            Rule::Condition(condition) => *condition,
            Rule::All(rules) => return rules.iter().for_each(|rule| self.add(rule, stage, model, reasons)),
            Rule::Any(_) => return reasons.push("the rule has alternatives (`any`)".to_owned()),
        };
        match condition.test(&model.measures, &stage.members) {
            Test::NoVeto => self.no_veto = true,
            Test::Sum(sum) => match sum.whose() {
                Side::Objectors => reasons.push("the rule counts objections".to_owned()),
                Side::Supporters if sum.is_share_of_voting() => {
                    reasons.push("the rule counts a share of those voting".to_owned());
                }
                Side::Supporters if !model.measures[sum.of].counts_heads() => {
                    reasons.push("the rule counts by another measure than members".to_owned());
                }
                Side::Supporters => {
                    // If not even all are enough: one more than there are.
                    let enough = (0..=members).find(|&heads| sum.holds(heads.into(), 0)).unwrap_or(members + 1);
                    self.encouraging = self.encouraging.max(enough);
                }
            },
        }
    }
}

/// Whether `m` may have a veto with a cost.
fn dear(model: &Model, m: MemberId) -> bool {
    model.veto_powers(m).any(|possible| possible.power.exists() && possible.power.has_price())
}

/// Simulates a plan of one ballot and adds up the chances in each round.
#[derive(Debug, Clone, Copy)]
pub struct Conditioning<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What a candidate needs in its model.
    pub needs: Needs,
}

impl Experiment for Conditioning<'_> {
    type Counts = Chances;

    fn plans(&self) -> &[Plan] {
        std::slice::from_ref(self.plan)
    }

    fn nothing(&self) -> Chances {
        let none = ChanceSum::default();
        let tally = Tally::new(&self.plan.model);
        Chances { tally, acceptable: vec![none; self.plan.candidates()], no_consensus: none }
    }

    fn worker(&self, seed: u64) -> impl Worker<Counts = Chances> {
        Conditioner {
            plan: self.plan,
            needs: self.needs,
            counter: Counter::new(self.plan, seed),
            draws: RangeDraws::new(self.plan, seed),
            counts: self.nothing(),
        }
    }
}

/// One thread's rounds and their chances.
struct Conditioner<'a> {
    plan: &'a Plan,
    needs: Needs,
    counter: Counter<'a>,
    draws: RangeDraws<'a>,
    /// The chances; the tally is still with the counter.
    counts: Chances,
}

impl Worker for Conditioner<'_> {
    type Counts = Chances;

    fn simulate(&mut self, rounds: Range<u64>, log: Option<&mut Vec<LogRow>>) {
        self.counter.simulate(rounds.clone(), log);
        self.draws.turn_to(rounds);
        let happens: Vec<Vec<bool>> =
            (0..self.plan.model.events.len()).map(|event| self.draws.happens(event)).collect();
        let mut nobody = vec![1.0; self.draws.len()];
        for (c, _) in self.plan.model.candidate_ids() {
            let faces = self.faces(c, &happens);
            let passes = self.passes(c, &happens);
            for ((nobody, faces), passes) in nobody.iter_mut().zip(faces).zip(passes) {
                self.counts.acceptable[c.index()].add(faces * passes);
                *nobody *= 1.0 - faces * passes;
            }
        }
        nobody.into_iter().for_each(|chance| self.counts.no_consensus.add(chance));
    }

    fn finish(self) -> Chances {
        Chances { tally: self.counter.finish(), ..self.counts }
    }
}

impl Conditioner<'_> {
    /// The only stage.
    fn stage(&self) -> &Stage {
        &self.plan.model.stages[0]
    }

    /// By round: the chance that `c` faces the ballot.
    fn faces(&self, c: CandidateId, happens: &[Vec<bool>]) -> Vec<f64> {
        let candidate = &self.plan.model.candidates[c.index()];
        let considers = self.stage().considers(c);
        let happening = |round: usize| {
            self.plan
                .model
                .events
                .iter()
                .zip(happens)
                .filter(move |(_, happens)| happens[round])
                .map(|(event, _)| event)
        };
        let chance = |round| {
            let joins = happening(round).any(|event| event.brings(c));
            let is_out = candidate.enters > 1 || happening(round).any(|event| event.removes(c));
            if is_out || !considers.holds(candidate.reserve && !joins) {
                0.0
            } else if joins {
                1.0
            } else {
                candidate.availability
            }
        };
        (0..self.draws.len()).map(chance).collect()
    }

    /// By round: the chance that `c` passes if they face the ballot.
    fn passes(&mut self, c: CandidateId, happens: &[Vec<bool>]) -> Vec<f64> {
        let (plan, rounds) = (self.plan, self.draws.len());
        let shared = self.shared(c);
        let places = self.needs.encouraging as usize + 1;
        // By round: the chances that so many encourage, the last of so many or more, and no one vetoes.
        let mut counts = vec![0.0; rounds * places];
        counts.chunks_exact_mut(places).for_each(|counts| counts[0] = 1.0);
        for m in self.stage().members.iter() {
            let powers: Vec<PossibleVeto> = plan.model.veto_powers(m).collect();
            let alike = plan.is_plain(m, c) && powers.len() == 1;
            let mut act = (0.0, 0.0);
            for (round, counts) in counts.chunks_exact_mut(places).enumerate() {
                if round == 0 || !alike {
                    let there =
                        powers.iter().rfind(|possible| possible.event.is_none_or(|event| happens[event][round]));
                    let power = there.map_or(VetoPower::NONE, |possible| possible.power);
                    act = self.acts(m, c, self.view(m, c, round, &shared, happens), power);
                }
                count(act, counts);
            }
        }
        counts.chunks_exact(places).map(|counts| counts[places - 1]).collect()
    }

    /// Shocks to the views of `c`, each with those who share it, in the order in which they are added.
    fn shared(&mut self, c: CandidateId) -> Vec<(MemberSet, Vec<f32>)> {
        let plan = self.plan;
        let everyone = MemberSet::all(plan.members());
        let groups = plan.groups.iter().map(|group| (group.members, group.sd, Shock::Bloc(group.group, c)));
        let common = Some((everyone, plan.common_sd[c.index()], Shock::Common(c))).filter(|(_, sd, _)| *sd > 0.0);
        let moments = plan.traits.iter().map(|of| (everyone, of.loading[c.index()], Shock::Moment(of.index)));
        let own = plan.own_shocks.iter().flat_map(|own| {
            let only: MemberSet = [own.member].into_iter().collect();
            let mood = Some((only, own.mood, Shock::Mood(own.member))).filter(|(_, sd, _)| *sd > 0.0);
            let of_trait =
                move |(k, loading): &(usize, Vec<f32>)| (only, loading[c.index()], Shock::Priority(own.member, *k));
            mood.into_iter().chain(own.priorities.iter().map(of_trait))
        });
        let shocks = groups.chain(common).chain(moments).chain(own);
        shocks
            .map(|(members, sd, shock)| (members, self.draws.shocks(shock).iter().map(|shock| sd * shock).collect()))
            .collect()
    }

    /// Utility of `c` to `m` at the ballot, but for the noise.
    fn view(
        &self,
        m: MemberId,
        c: CandidateId,
        round: usize,
        shared: &[(MemberSet, Vec<f32>)],
        happens: &[Vec<bool>],
    ) -> f32 {
        let plan = self.plan;
        let pair = plan.pair(m, c);
        let happening = plan.event_points.iter().filter(|event| happens[event.event][round]);
        let mean = happening.fold(plan.mean[pair], |mean, event| mean + event.points[pair]);
        let mine = shared.iter().filter(|(members, _)| members.contains(m));
        let shared = mine.fold(0.0, |shared, (_, points)| shared + points[round]);
        mean as f32 + shared + steps::leniency(plan, self.stage(), m, 1)
    }

    /// The chances that `m` encourages `c`, and that it neither encourages nor vetoes.
    fn acts(&self, m: MemberId, c: CandidateId, view: f32, power: VetoPower) -> (f64, f64) {
        let red_line = if self.needs.no_veto && power.covers(c) { power.probability } else { 0.0 };
        let (accept, object) = (self.plan.accept_at[m.index()], self.plan.object_at[m.index()]);
        let uncertainty = f64::from(self.plan.uncertainty[self.plan.pair(m, c)]);
        // The chances that the noise does, and does not, take the view across a bar so far above it; the smaller one
        // with all its digits.
        let across = |far: f32| {
            let tail = cdf(Noise::Normal, -(f64::from(far).abs() / uncertainty));
            if far > 0.0 { (tail, 1.0 - tail) } else { (1.0 - tail, tail) }
        };
        let (encourages, objects) = if uncertainty == 0.0 {
            (f64::from(view >= accept), f64::from(view < object))
        } else {
            let (encourages, below) = across(accept - view);
            (encourages, if accept == object { below } else { across(object - view).1 })
        };
        let neutral = if accept == object { 0.0 } else { (1.0 - encourages - objects).max(0.0) };
        (encourages, neutral + (1.0 - red_line) * objects)
    }
}

/// One more member, who encourages or does neither with these chances.
fn count((encourages, neither): (f64, f64), counts: &mut [f64]) {
    let last = counts.len() - 1;
    counts[last] *= encourages + neither;
    for j in (0..last).rev() {
        counts[j + 1] += counts[j] * encourages;
        counts[j] *= neither;
    }
}
