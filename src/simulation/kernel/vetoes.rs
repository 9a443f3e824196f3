//! Which objections are vetoes, as planes.

use super::draws::SpanDraws;
use super::minds::Minds;
use super::planes::{self, Counts};
use super::views::Views;
use super::world::{Change, World};
use crate::model::{CandidateId, Effect, MemberId, Noise, Stage};
use crate::simulation::draws::Chance;
use crate::simulation::plan::{Plan, Veto};
use crate::simulation::steps;

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
    pub stage: &'a Stage,
    pub minds: &'a Minds,
    pub views: &'a Views,
    /// Lanes that face the ballot.
    pub faced: &'a [u64],
    /// By member.
    pub objecting: &'a [u64],
    /// How many encourage.
    pub encouragements: &'a Counts,
}

impl Objections<'_> {
    /// The lanes in which each holder vetoes: by holder, a plane each.
    pub fn vetoes(&self, draws: &mut SpanDraws, vetoing: &mut Vec<u64>) {
        let c = self.minds.candidate();
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
        let lanes = self.minds.lanes_of(&change.rounds);
        let objecting = &self.objecting[m * self.faced.len()..];
        for w in lanes.start / 64..planes::words(lanes.end) {
            let from = |lane: usize| u64::MAX.checked_shl(lane.saturating_sub(64 * w) as u32).unwrap_or(0);
            let mask = from(lanes.start) & !from(lanes.end);
            let vetoes = if change.loses { 0 } else { objecting[w] & self.faced[w] };
            vetoing[w] = vetoing[w] & !mask | vetoes & mask;
        }
    }

    /// Takes out the objections that are no vetoes.
    fn hold_back(&self, holder: &Holder, draws: &mut SpanDraws, vetoing: &mut [u64]) {
        if holder.powers.is_empty() {
            vetoing.fill(0);
        }
        if planes::is_empty(vetoing) {
            return;
        }
        let (c, m, kind) = (self.minds.candidate(), holder.member, draws.noise());
        let certain = holder.powers.iter().all(|(_, veto)| veto.red_line.certainty().is_some());
        let red_lines = if certain { &[] } else { draws.bits(Chance::RedLine(m, c)) };
        let changes = holder.powers.len() > 1;
        for (w, word) in vetoing.iter_mut().enumerate() {
            for lane in planes::lanes_of(w, *word) {
                let round = usize::from(self.minds.rounds[lane]);
                let veto = match changes {
                    false => &holder.powers[0].1,
                    true => self.power(holder, round),
                };
                let is_red_line = veto.red_line.certainty().unwrap_or_else(|| veto.red_line.allows(red_lines[round]));
                let vetoes = is_red_line
                    && veto.against.contains(c)
                    && (veto.cost == 0.0 || self.outweighs(m, lane, veto.cost, kind));
                *word &= !(u64::from(!vetoes) << (lane % 64));
            }
        }
    }

    /// The power that `holder` has in a round.
    fn power<'h>(&self, holder: &'h Holder, round: usize) -> &'h Veto {
        let happens = |e: &Option<usize>| e.is_none_or(|e| planes::has(&self.world.happens[e], round));
        let mut powers = holder.powers.iter().rev();
        powers.find(|(e, _)| happens(e)).map_or(&holder.powers[0].1, |(_, veto)| veto)
    }

    /// Whether an objection is worth standing alone.
    fn outweighs(&self, m: MemberId, lane: usize, cost: f32, kind: Noise) -> bool {
        let plan = self.world.plan;
        let others = (plan.members() - 1).max(1) as f32;
        let popularity = self.encouragements.get(lane) as f32 / others;
        let noise = self.minds.noise(kind, m.index(), lane);
        let utility = self.views.utility(plan, m, self.minds.candidate(), lane, noise);
        let view = utility + steps::leniency(self.stage, plan.concession[m.index()], self.world.ballot);
        plan.object_at[m.index()] - view > cost * popularity
    }
}
