//! What a few particles' members may answer about a candidate, and what the chances of a ballot's totals are.

use super::Filter;
use super::answers::Asking;
use crate::model::{MemberId, Noise};
use crate::simulation::evidence::between::{ROW, Range};
use crate::simulation::evidence::tails::{normal_stances, stances};
use crate::simulation::evidence::totals::{LANES, Lanes, Ways};
use crate::simulation::simd::{Level, for_every_level};

/// What the answers of those who are asked may be, as up to [`LANES`] particles have it before a ballot: so few that it stays
/// where processors find it at once. By slot, one for each of the particles, and in it by place in the ways; each slot
/// has room for a multiple of [`ROW`].
pub struct Prospects<'w> {
    pub(super) ways: &'w Ways,
    level: Level,
    kind: Noise,
    first: bool,
    /// Room of a slot.
    row: usize,
    /// By place: below which utility a member objects, from which it encourages, points.
    bounds: [Vec<f64>; 2],
    /// By place: what a point is in standard deviations of the noise to come.
    scale: Vec<f64>,
    /// The same of noise before.
    before: f64,
    /// By place: whether chances are found for all together.
    is_worked_out: Vec<bool>,
    /// By member, then by place: everyone's view but for the noise, points.
    levels: [Vec<f64>; 2],
    /// By place: the noise before, in standard deviations of the noise to come.
    noise: Vec<f64>,
    /// Below which noise to come a member objects, and from which it encourages, in standard deviations.
    ends: [Vec<f64>; 2],
    /// The chances of the three answers.
    chances: [Vec<f64>; 3],
    /// The chances of all slots beside each other: by place and answer.
    pub(super) lanes: Vec<Lanes>,
    /// See [`Ways::chances`].
    pub(super) table: Vec<Lanes>,
    /// The logarithms of the chances of what was seen.
    pub(super) logs: Lanes,
}

impl<'w> Prospects<'w> {
    /// Of `filter` at this ballot; nothing is found yet.
    pub(super) fn new(filter: &Filter<'_>, ways: &'w Ways, question: &Asking) -> Self {
        let first = question.number == 1;
        let (kept, fresh) = filter.memory(first);
        let (members, row) = (&ways.members, ways.members.len().next_multiple_of(ROW));
        let kind = filter.plan.model.noise;
        // What is left of the room is as if there were members of whom nothing is known.
        let rows = |of: &dyn Fn(MemberId) -> f64, rest: f64| {
            let mut of_all: Vec<f64> = members.iter().map(|m| of(*m)).collect();
            of_all.resize(row, rest);
            of_all
        };
        Self {
            ways,
            level: filter.level,
            kind,
            first,
            row,
            bounds: [0, 1].map(|which| rows(&|m| question.bounds[m.index()][which], [-1.0, 1.0][which])),
            scale: rows(&|m| 1.0 / filter.fresh_sd(m, first), 1.0),
            before: if first { 0.0 } else { kept / fresh },
            is_worked_out: members.iter().map(|m| kind == Noise::Normal && filter.fresh_sd(*m, first) > 0.0).collect(),
            levels: [vec![0.0; filter.members()], vec![0.0; row]],
            noise: vec![0.0; row],
            ends: [(); 2].map(|()| vec![0.0; LANES * row]),
            chances: [(); 3].map(|()| vec![0.0; LANES * row]),
            lanes: vec![[0.0; LANES]; 3 * members.len()],
            table: Vec::new(),
            logs: [0.0; LANES],
        }
    }

    /// Finds those of some particles, at least one.
    pub(super) fn find(&mut self, filter: &Filter<'_>, question: &Asking, particles: &[u32]) {
        let (members, row) = (&self.ways.members, self.row);
        for (slot, &particle) in particles.iter().enumerate() {
            let [levels, by_place] = &mut self.levels;
            filter.levels(particle as usize, levels);
            by_place.iter_mut().zip(members).for_each(|(level, m)| *level = levels[m.index()]);
            if !self.first {
                let noise = &filter.noise[particle as usize * levels.len()..][..levels.len()];
                let by_place = self.noise.iter_mut().zip(members);
                by_place.for_each(|(before, m)| *before = self.before * noise[m.index()]);
            }
            let [low, high] = self.ends.each_mut().map(|ends| &mut ends[slot * row..][..row]);
            let bounds = self.bounds.each_ref().map(|of| &of[..]);
            standardise(self.level, bounds, &self.scale, &self.levels[1], &self.noise, [low, high]);
        }
        if self.kind == Noise::Normal {
            let room = particles.len() * row;
            let [low, high] = self.ends.each_ref().map(|ends| &ends[..room]);
            let [encourages, objects, neither] = self.chances.each_mut().map(|chances| &mut chances[..room]);
            normal_stances(self.level, low, high, encourages, objects, neither);
        }
        let all = self.is_worked_out.iter().all(|&is| is);
        for (slot, &particle) in particles.iter().enumerate() {
            let yielded = &filter.yielded[particle as usize];
            if all && yielded.is_empty() {
                continue;
            }
            for (at, &m) in members.iter().enumerate() {
                let chances = if yielded.contains(m) {
                    [0.0, 0.0, 1.0]
                } else if self.is_worked_out[at] {
                    continue;
                } else {
                    let outlook = filter.outlook(particle as usize).of(m.index(), self.first);
                    stances(self.kind, outlook, question.bounds[m.index()])
                };
                self.chances.iter_mut().zip(chances).for_each(|(of, chance)| of[slot * row + at] = chance);
            }
        }
        self.gather(particles.len());
        self.logs = self.ways.chances(self.level, &self.lanes, &mut self.table);
    }

    /// Puts the chances of the slots beside each other; the last stands in for those that are missing.
    fn gather(&mut self, slots: usize) {
        for lane in 0..LANES {
            let start = lane.min(slots - 1) * self.row;
            let [encourages, objects, neither] = self.chances.each_ref().map(|of| &of[start..][..self.row]);
            for (at, three) in self.lanes.as_chunks_mut::<3>().0.iter_mut().enumerate() {
                three[0][lane] = encourages[at];
                three[1][lane] = objects[at];
                three[2][lane] = neither[at];
            }
        }
    }

    /// Room for the answers of a particle.
    pub(super) fn row(&self) -> usize {
        self.row
    }

    /// Below which noise to come the members of a slot object and from which they encourage, and the chances of their answers.
    pub(super) fn of(&self, slot: usize) -> ([&[f64]; 2], [&[f64]; 3]) {
        let room = slot * self.row..(slot + 1) * self.row;
        (self.ends.each_ref().map(|all| &all[room.clone()]), self.chances.each_ref().map(|all| &all[room.clone()]))
    }

    /// Where the noise behind an answer lies.
    pub(super) fn range(&self, slot: usize, place: usize, answer: u8) -> Range {
        let (ends, chances) = self.of(slot);
        range_given(ends.map(|of| of[place]), chances.map(|of| of[place]), usize::from(answer))
    }
}

/// Where the noise behind an answer lies, given below which noise a member objects and from which it encourages.
pub(super) fn range_given(
    [object, accept]: [f64; 2],
    [encourages, objects, neither]: [f64; 3],
    answer: usize,
) -> Range {
    match answer {
        0 => Range { low: accept, high: f64::INFINITY, chances: [objects + neither, encourages, 0.0] },
        1 => Range { low: f64::NEG_INFINITY, high: object, chances: [0.0, objects, encourages + neither] },
        _ => Range { low: object, high: accept, chances: [objects, neither, encourages] },
    }
}

for_every_level! {
    /// How far bounds are from where noise to come would begin, in its standard deviations.
    fn standardise(bounds: [&[f64]; 2], scale: &[f64], levels: &[f64], before: &[f64], ends: [&mut [f64]; 2]) {
        let ([objects, accepts], [low, high]) = (bounds, ends);
        let of_members = objects.iter().zip(accepts).zip(scale.iter().zip(levels.iter().zip(before)));
        for ((low, high), ((object, accept), (scale, (level, before)))) in low.iter_mut().zip(high).zip(of_members) {
            *low = (object - level) * scale - before;
            *high = (accept - level) * scale - before;
        }
    }
}
