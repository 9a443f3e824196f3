//! Which objections are vetoes, as planes.

use super::draws::SpanDraws;
use super::minds::Subject;
use super::planes::{self, Counts};
use super::stances::{Kinds, Stances};
use super::world::{Change, World};
use crate::model::{CandidateId, Effect, MemberId};
use crate::simulation::draws::Chance;
use crate::simulation::plan::{Plan, Veto};
use crate::simulation::simd::{self, Level, for_every_level};

/// A member who may ever veto some candidate.
#[derive(Debug)]
pub(super) struct Holder {
    pub member: MemberId,
    /// The powers it may have over the candidate, and the event that gives it; none is the power it has at the outset.
    /// The last one whose event happens counts. Empty if it never has one.
    powers: Vec<(Option<usize>, Veto)>,
}

impl Holder {
    /// Those who may ever veto `c`.
    pub fn of(plan: &Plan, c: CandidateId) -> Vec<Self> {
        Self::everyone(plan, c).into_iter().filter(|holder| !holder.powers.is_empty()).collect()
    }

    /// Every member, with the powers over `c` of those who may ever veto them.
    pub fn everyone(plan: &Plan, c: CandidateId) -> Vec<Self> {
        let may_veto = |veto: &Veto| veto.against.contains(c) && veto.red_line.certainty() != Some(false);
        let holder = |m: MemberId| {
            let mut powers = vec![(None, plan.vetoes[m.index()])];
            for (e, event) in plan.model.events.iter().enumerate() {
                for effect in &event.effects {
                    if let Effect::Vetoes(given) = effect {
                        let given = given.iter().filter(|(of, _)| *of == m);
                        powers.extend(given.map(|&(_, power)| (Some(e), power.into())));
                    }
                }
            }
            if !powers.iter().any(|(_, veto)| may_veto(veto)) {
                powers.clear();
            }
            Self { member: m, powers }
        };
        plan.model.member_ids().map(|(m, _)| holder(m)).collect()
    }

    /// Whether it may ever weigh what a veto costs.
    pub fn weighs(&self) -> bool {
        self.powers.iter().any(|(_, veto)| veto.cost != 0.0)
    }

    /// Whether every objection is a veto, whatever happens.
    fn is_absolute(&self, c: CandidateId) -> bool {
        matches!(&self.powers[..], [(None, veto)] if is_absolute(veto, c))
    }
}

fn is_absolute(veto: &Veto, c: CandidateId) -> bool {
    veto.cost == 0.0 && veto.against.contains(c) && veto.red_line.certainty() == Some(true)
}

/// One candidate at one ballot, as far as vetoes are concerned.
pub(super) struct Objections<'a> {
    pub world: &'a World<'a>,
    pub subject: Subject<'a>,
    pub stances: &'a Stances,
    pub kinds: &'a Kinds,
    /// Lanes that face the ballot.
    pub faced: &'a [u64],
    /// By member.
    pub objecting: &'a [u64],
    /// How many encourage.
    pub encouragements: &'a Counts,
    pub buffers: Buffers,
}

#[derive(Default)]
pub(super) struct Buffers {
    /// The share of the other members who encourage, by lane; empty if nobody has asked yet.
    popularity: Vec<f32>,
    lanes: Vec<u64>,
    surplus: Vec<f32>,
}

impl Objections<'_> {
    /// The lanes in which each holder vetoes: by holder, a plane each.
    pub fn vetoes(&mut self, draws: &mut SpanDraws, vetoing: &mut Vec<u64>) {
        let c = self.subject.candidate();
        let words = self.faced.len();
        vetoing.clear();
        for holder in &self.world.holders[c.index()] {
            let m = holder.member.index();
            let objecting = self.objecting[m * words..(m + 1) * words].iter().zip(self.faced).map(|(a, b)| a & b);
            let first = vetoing.len();
            vetoing.extend(objecting);
            if !holder.is_absolute(c) {
                self.hold_back(holder, draws, &mut vetoing[first..]);
            }
            if let Some(change) = self.world.changes.get(m) {
                self.change(change, m, &mut vetoing[first..]);
            }
        }
    }

    /// Takes away the vetoes of `m`, or makes all its objections vetoes, where that is to be changed.
    fn change(&self, change: &Change, m: usize, vetoing: &mut [u64]) {
        // Lanes are in the order of rounds.
        let before = |end: u16| self.subject.lanes().rounds().partition_point(|&round| round < end);
        let lanes = before(change.rounds.start)..before(change.rounds.end);
        let objecting = &self.objecting[m * self.faced.len()..];
        for w in lanes.start / 64..planes::words(lanes.end) {
            let from = |lane: usize| u64::MAX.checked_shl(lane.saturating_sub(64 * w) as u32).unwrap_or(0);
            let mask = from(lanes.start) & !from(lanes.end);
            let vetoes = if change.loses { 0 } else { objecting[w] & self.faced[w] };
            vetoing[w] = vetoing[w] & !mask | vetoes & mask;
        }
    }

    /// Takes out the objections that are no vetoes.
    fn hold_back(&mut self, holder: &Holder, draws: &mut SpanDraws, vetoing: &mut [u64]) {
        if holder.powers.is_empty() {
            vetoing.fill(0);
        }
        if planes::is_empty(vetoing) {
            return;
        }
        let (c, m, level) = (self.subject.candidate(), holder.member, draws.level());
        if let [(None, veto)] = holder.powers[..] {
            if veto.red_line.certainty().is_none() {
                let red_lines = draws.decided(veto.red_line, Chance::RedLine(m, c), &self.subject.minds.lanes);
                if planes::count(level, vetoing) < red_lines.len() {
                    for (w, word) in vetoing.iter_mut().enumerate() {
                        for lane in planes::lanes_of(w, *word) {
                            let is_red_line = planes::has(red_lines, self.subject.lanes().rounds()[lane].into());
                            *word &= !(u64::from(!is_red_line) << (lane % 64));
                        }
                    }
                } else {
                    self.subject.lanes().of_rounds(level, red_lines, &mut self.buffers.lanes);
                    vetoing.iter_mut().zip(&self.buffers.lanes).for_each(|(vetoing, red_lines)| *vetoing &= red_lines);
                }
            }
            if veto.cost != 0.0 {
                self.swallow(m, veto.cost, level, vetoing);
            }
            return;
        }
        // Rounds, and then lanes, in which each power is there and the candidate a red line under it.
        let (mut decided, mut open) = (vec![0; self.world.all.len()], vec![u64::MAX; self.world.all.len()]);
        let mut lanes = Vec::new();
        let objecting = vetoing.to_vec();
        vetoing.fill(0);
        for (event, veto) in holder.powers.iter().rev() {
            let happens = |w: usize| event.map_or(u64::MAX, |e| self.world.happens[e][w]);
            if veto.against.contains(c) && veto.red_line.certainty() != Some(false) {
                if veto.red_line.certainty().is_some() {
                    decided.fill(u64::MAX);
                } else {
                    decided.copy_from_slice(draws.decided(
                        veto.red_line,
                        Chance::RedLine(m, c),
                        &self.subject.minds.lanes,
                    ));
                }
                decided.iter_mut().enumerate().for_each(|(w, decided)| *decided &= open[w] & happens(w));
                self.subject.lanes().of_rounds(level, &decided, &mut lanes);
                lanes.iter_mut().zip(&objecting).for_each(|(lanes, objecting)| *lanes &= objecting);
                if veto.cost != 0.0 {
                    self.swallow(m, veto.cost, level, &mut lanes);
                }
                vetoing.iter_mut().zip(&lanes).for_each(|(vetoing, lanes)| *vetoing |= lanes);
            }
            open.iter_mut().enumerate().for_each(|(w, open)| *open &= !happens(w));
        }
    }

    /// Takes out the objections of `m` that are not worth standing alone.
    fn swallow(&mut self, m: MemberId, cost: f32, level: Level, vetoing: &mut [u64]) {
        let Buffers { popularity, lanes, surplus, .. } = &mut self.buffers;
        if popularity.is_empty() {
            let others = (self.world.plan.members() - 1).max(1) as f32;
            let mut encouraging = Vec::new();
            self.encouragements.unpack(level, &mut encouraging);
            popularity.extend(encouraging.iter().map(|&encouraging| f32::from(encouraging) / others));
        }
        let Some(number) = self.kinds.weighs[m.index()] else { return };
        let views = self.stances.views(number, self.subject.lanes().padded());
        surplus.resize(views.len(), 0.0);
        weigh(level, self.world.plan.object_at[m.index()], views, cost, popularity, surplus);
        lanes.resize(vetoing.len(), 0);
        simd::at_least(level, surplus, 0.0, lanes);
        vetoing.iter_mut().zip(&*lanes).for_each(|(vetoing, swallowed)| *vetoing &= !swallowed);
    }
}

for_every_level! {
    /// By how much the cost of standing alone exceeds the dislike: at least 0 exactly if it is no less.
    fn weigh(object_at: f32, views: &[f32], cost: f32, popularity: &[f32], surplus: &mut [f32]) {
        for ((surplus, &view), &popularity) in surplus.iter_mut().zip(views).zip(popularity) {
            *surplus = cost * popularity - (object_at - view);
        }
    }
}
