//! Which objections are vetoes, as planes.

use super::candidate_noise::CandidateNoise;
use super::draws::SpanDraws;
use super::holders::{Flip, FlippedVeto, Holder};
use super::needs::ViewNeeds;
use super::planes::{self, Counts};
use super::stances::Stances;
use super::world::World;
use crate::model::{Drawn, MemberId};
use crate::simulation::plan::Veto;
use crate::simulation::simd::{self, Level, for_every_level};

/// One candidate at one ballot, as far as vetoes are concerned.
pub(super) struct VetoStep<'a> {
    pub world: &'a World<'a>,
    /// How many take part.
    pub members: u32,
    pub noise: &'a CandidateNoise,
    pub stances: &'a Stances,
    pub needs: &'a ViewNeeds,
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
    /// Lanes in which several object; empty if nobody has asked yet.
    several: Vec<u64>,
    lanes: Vec<u64>,
    surplus: Vec<f32>,
}

impl VetoStep<'_> {
    /// The lanes in which each holder vetoes: by holder, a plane each.
    pub fn decide(&mut self, draws: &mut SpanDraws, vetoing: &mut Vec<u64>) {
        let c = self.noise.candidate();
        let words = self.faced.len();
        vetoing.clear();
        for holder in &self.world.prepared.holders[c.index()] {
            let m = holder.member.index();
            let objecting = self.objecting[m * words..(m + 1) * words].iter().zip(self.faced).map(|(a, b)| a & b);
            let first = vetoing.len();
            vetoing.extend(objecting);
            if !holder.is_absolute(c) {
                self.keep_vetoes(holder, draws, &mut vetoing[first..]);
            }
            if let Some(flipped) = self.world.flips.get(m) {
                self.flip(flipped, m, &mut vetoing[first..]);
            }
        }
    }

    /// Takes away the vetoes of `m`, or makes all its objections vetoes, in some rounds.
    fn flip(&self, flipped: &FlippedVeto, m: usize, vetoing: &mut [u64]) {
        // Lanes are in the order of rounds.
        let before = |end: u16| self.noise.lanes().rounds().partition_point(|&round| round < end);
        let lanes = before(flipped.rounds.start)..before(flipped.rounds.end);
        let objecting = &self.objecting[m * self.faced.len()..];
        for w in lanes.start / 64..planes::words(lanes.end) {
            let from = |lane: usize| u64::MAX.checked_shl(lane.saturating_sub(64 * w) as u32).unwrap_or(0);
            let mask = from(lanes.start) & !from(lanes.end);
            let vetoes = match flipped.flip {
                Flip::TakenAway => 0,
                Flip::Given => objecting[w] & self.faced[w],
            };
            vetoing[w] = vetoing[w] & !mask | vetoes & mask;
        }
    }

    /// Of lanes in which `holder` objects, keeps those in which it vetoes.
    fn keep_vetoes(&mut self, holder: &Holder, draws: &mut SpanDraws, vetoing: &mut [u64]) {
        if holder.powers.is_empty() {
            vetoing.fill(0);
        }
        if planes::is_empty(vetoing) {
            return;
        }
        let Some(veto) = holder.only_veto() else { return self.keep_vetoes_of_powers(holder, draws, vetoing) };
        if veto.red_line.certainty().is_none() {
            self.keep_red_lines(holder.member, veto, draws, vetoing);
        }
        if veto.has_price() {
            self.take_out_too_costly(holder.member, veto, draws.level(), vetoing);
        }
    }

    /// The rounds in which the candidate is a red line for `m`, or `m` ready to block, at a chance that is neither 0
    /// nor 1.
    fn red_lines<'d>(&self, m: MemberId, veto: Veto, draws: &'d mut SpanDraws) -> &'d [u64] {
        let lanes = match veto.drawn {
            Drawn::Candidate => Some(&self.noise.kept.lanes),
            // Other candidates have other lanes.
            Drawn::Member => None,
        };
        draws.decided(veto.red_line, veto.chance(m, self.noise.candidate()), lanes.map(AsRef::as_ref))
    }

    /// Keeps the lanes in which the candidate is a red line for `m`, at a chance that is neither 0 nor 1.
    fn keep_red_lines(&mut self, m: MemberId, veto: Veto, draws: &mut SpanDraws, vetoing: &mut [u64]) {
        let (lanes, level) = (self.noise.lanes(), draws.level());
        let red_lines = self.red_lines(m, veto, draws);
        if planes::count(level, vetoing) >= red_lines.len() {
            lanes.of_rounds(level, red_lines, &mut self.buffers.lanes);
            vetoing.iter_mut().zip(&self.buffers.lanes).for_each(|(vetoing, red_lines)| *vetoing &= red_lines);
            return;
        }
        for (w, word) in vetoing.iter_mut().enumerate() {
            for lane in planes::lanes_of(w, *word) {
                let is_red_line = planes::has(red_lines, lanes.rounds()[lane].into());
                *word &= !(u64::from(!is_red_line) << (lane % 64));
            }
        }
    }

    /// The same as [`Self::keep_vetoes`] for a holder whose powers depend on what happens.
    fn keep_vetoes_of_powers(&mut self, holder: &Holder, draws: &mut SpanDraws, vetoing: &mut [u64]) {
        let (c, m, level) = (self.noise.candidate(), holder.member, draws.level());
        // Rounds in which each power is there and the candidate a red line under it, and those left to earlier powers.
        let rounds = self.world.open.len();
        let (mut decided, mut left) = (vec![0; rounds], vec![u64::MAX; rounds]);
        let mut lanes = Vec::new();
        let objecting = vetoing.to_vec();
        vetoing.fill(0);
        for power in holder.powers.iter().rev() {
            let veto = &power.veto;
            let happens = |w: usize| power.event.map_or(u64::MAX, |e| self.world.happens[e][w]);
            if veto.covers(c) {
                match veto.red_line.certainty() {
                    Some(_) => decided.fill(u64::MAX),
                    None => decided.copy_from_slice(self.red_lines(m, *veto, draws)),
                }
                decided.iter_mut().enumerate().for_each(|(w, decided)| *decided &= left[w] & happens(w));
                self.noise.lanes().of_rounds(level, &decided, &mut lanes);
                lanes.iter_mut().zip(&objecting).for_each(|(lanes, objecting)| *lanes &= objecting);
                if veto.has_price() {
                    self.take_out_too_costly(m, *veto, level, &mut lanes);
                }
                vetoing.iter_mut().zip(&lanes).for_each(|(vetoing, lanes)| *vetoing |= lanes);
            }
            left.iter_mut().enumerate().for_each(|(w, left)| *left &= !happens(w));
        }
    }

    /// Takes out the objections of `m` that are not worth what a veto takes.
    fn take_out_too_costly(&mut self, m: MemberId, veto: Veto, level: Level, vetoing: &mut [u64]) {
        let Buffers { popularity, several, lanes, surplus } = &mut self.buffers;
        if popularity.is_empty() {
            let others = self.members.saturating_sub(1).max(1) as f32;
            let mut encouraging = Vec::new();
            self.encouragements.unpack(level, &mut encouraging);
            popularity.extend(encouraging.iter().map(|&encouraging| f32::from(encouraging) / others));
        }
        let Some(row) = self.needs.kept_row[m.index()] else { return };
        let views = self.stances.views(row, self.noise.lanes().padded());
        let object_at = self.world.plan.object_at[m.index()];
        if veto.alone != 0.0 && several.is_empty() {
            find_several(level, self.objecting, vetoing.len(), several);
        }
        if planes::count(level, vetoing) < views.len() / FEW {
            for (w, word) in vetoing.iter_mut().enumerate() {
                for lane in planes::lanes_of(w, *word) {
                    let price = veto.cost * popularity[lane];
                    let is_alone = veto.alone != 0.0 && !planes::has(several, lane);
                    let price = if is_alone { price + veto.alone } else { price };
                    let is_too_costly = price - (object_at - views[lane]) >= 0.0;
                    *word &= !(u64::from(is_too_costly) << (lane % 64));
                }
            }
            return;
        }
        surplus.resize(views.len(), 0.0);
        weigh(level, object_at, views, veto.cost, popularity, surplus);
        if veto.alone != 0.0 {
            // Those who object here object alone where not several do.
            for (w, (&objecting, &several)) in vetoing.iter().zip(&*several).enumerate() {
                for lane in planes::lanes_of(w, objecting & !several) {
                    surplus[lane] = veto.cost * popularity[lane] + veto.alone - (object_at - views[lane]);
                }
            }
        }
        lanes.resize(vetoing.len(), 0);
        simd::at_least(level, surplus, 0.0, lanes);
        vetoing.iter_mut().zip(&*lanes).for_each(|(vetoing, too_costly)| *vetoing &= !too_costly);
    }
}

/// One lane in so many are few, and looked at one by one.
const FEW: usize = 8;

/// The lanes that are in several of `planes`, of so many words.
fn find_several(level: Level, planes: &[u64], words: usize, several: &mut Vec<u64>) {
    let mut once = vec![0; words];
    several.resize(words, 0);
    planes.chunks_exact(words).for_each(|plane| planes::add_again(level, plane, &mut once, several));
}

for_every_level! {
    /// By how much the cost of standing against the popular exceeds the dislike: at least 0 exactly if it is no less.
    fn weigh(object_at: f32, views: &[f32], cost: f32, popularity: &[f32], surplus: &mut [f32]) {
        for ((surplus, &view), &popularity) in surplus.iter_mut().zip(views).zip(popularity) {
            *surplus = cost * popularity - (object_at - view);
        }
    }
}
