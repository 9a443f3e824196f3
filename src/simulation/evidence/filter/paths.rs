//! The ways of particles through the ballots so far, and particles made again around one of them.

use super::Filter;
use super::answers::Asking;
use crate::model::{MemberId, MemberSet};
use crate::simulation::draws::Sequence;
use crate::simulation::simd::for_every_level;

/// One ballot of all particles.
#[derive(Debug, Clone)]
pub struct Past {
    /// By particle after it: the particle before it.
    ancestors: Vec<u32>,
    /// By particle after it: drift.
    drift: Vec<f32>,
    /// By particle after it and member: views, points.
    views: Vec<f32>,
    /// By particle after what followed it: who has yielded.
    pub yielded: Vec<MemberSet>,
}

/// One particle's way through the ballots so far.
#[derive(Debug, Clone, Default)]
pub struct Path {
    /// By ballot: drift, points.
    pub drift: Vec<f64>,
    /// By ballot and member: views, points.
    views: Vec<f64>,
    /// By ballot: who had yielded after it.
    pub yielded: Vec<MemberSet>,
    /// For whom the candidate is a red line.
    pub red: MemberSet,
    /// What groups, and everyone, share about the candidate, in standard deviations.
    pub shocks: Vec<f64>,
}

impl Path {
    /// The views of all members at a ballot, from 0, points.
    pub fn views(&self, ballot: usize) -> &[f64] {
        let members = self.views.len() / self.drift.len().max(1);
        &self.views[ballot * members..][..members]
    }
}

impl Filter<'_> {
    /// Puts the first particle of each block on its way, and its answers with it.
    pub(super) fn return_to(&mut self, question: &Asking, kept: Option<&[Path]>) {
        let members = self.members();
        for (block, path) in kept.into_iter().flatten().enumerate() {
            let particle = block * self.inner;
            let views = path.views(question.number as usize - 1);
            let (mut encouraging, mut objecting) = (MemberSet::EMPTY, MemberSet::EMPTY);
            for (m, &view) in views.iter().enumerate() {
                let (id, sd) = (MemberId(m as u16), self.sd(m));
                if sd > 0.0 {
                    self.noise[particle * members + m] = (view - self.level(particle, m)) / sd;
                }
                let [object, accept] = question.bounds[m];
                let is_asked = question.members.contains(id) && !self.yielded[particle].contains(id);
                encouraging.insert_if(id, is_asked && view >= accept);
                objecting.insert_if(id, is_asked && view < object);
            }
            (self.encouraging[particle], self.objecting[particle]) = (encouraging, objecting);
        }
    }

    /// Keeps the ballot, if that is asked for.
    pub(super) fn keep(&mut self, ancestors: Vec<u32>) {
        if self.past.is_none() {
            return;
        }
        let members = self.members();
        let sds: Vec<f64> = (0..members).map(|m| self.sd(m)).collect();
        let (mut views, mut levels) = (vec![0.0; self.noise.len()], vec![0.0; members]);
        let particles = self.noise.chunks_exact(members.max(1)).zip(views.chunks_exact_mut(members.max(1)));
        for (particle, (noise, views)) in particles.enumerate() {
            self.levels(particle, &mut levels);
            add_noise(self.level, &levels, &sds, noise, views);
        }
        let past = Past {
            ancestors,
            drift: self.drift.iter().map(|&drift| drift as f32).collect(),
            views,
            yielded: self.yielded.clone(),
        };
        self.past.get_or_insert_default().push(past);
    }

    /// Notes who has yielded by now.
    pub fn note_yielded(&mut self) {
        if let Some(last) = self.past.as_mut().and_then(|past| past.last_mut()) {
            last.yielded.clone_from(&self.yielded);
        }
    }

    /// The way of one particle through the ballots so far.
    pub fn path(&self, particle: usize) -> Path {
        let (members, ballots, mut at) = (self.members(), self.past.as_ref().map_or(0, Vec::len), particle);
        let mut path = Path {
            drift: vec![0.0; ballots],
            views: vec![0.0; ballots * members],
            yielded: vec![MemberSet::EMPTY; ballots],
            red: self.red[particle],
            shocks: self.own.of(particle, &self.shocks).to_vec(),
        };
        for (ballot, past) in self.past.as_deref().unwrap_or_default().iter().enumerate().rev() {
            path.drift[ballot] = f64::from(past.drift[at]);
            let views = path.views[ballot * members..][..members].iter_mut().zip(&past.views[at * members..]);
            views.for_each(|(view, past)| *view = f64::from(*past));
            path.yielded[ballot] = past.yielded[at];
            at = past.ancestors[at] as usize;
        }
        path
    }

    /// Draws what is particular about the path of each block that is kept before the ballot: the shocks given the views up to
    /// and with it, and the noise that goes with them.
    pub(super) fn start_again(&mut self, number: u32, kept: &[Path], numbers: &mut Sequence) {
        let (members, now) = (self.members(), number as usize - 1);
        for (block, path) in kept.iter().enumerate() {
            let particle = block * self.inner;
            if self.shocks.can_be_drawn_again() {
                let drawn = self.shocks.given(path, &self.base[block * members..][..members], now, self.plan, numbers);
                self.own.set(particle, &drawn);
            }
            if now == 0 {
                self.red[particle] = path.red;
                continue;
            }
            self.drift[particle] = path.drift[now - 1];
            self.yielded[particle] = path.yielded[now - 1];
            for (m, view) in path.views(now - 1).iter().enumerate() {
                let sd = self.sd(m);
                if sd > 0.0 {
                    self.noise[particle * members + m] = (view - self.level(particle, m)) / sd;
                }
            }
        }
    }
}

for_every_level! {
    /// Views: levels and noise together.
    fn add_noise(levels: &[f64], sds: &[f64], noise: &[f64], views: &mut [f32]) {
        for (view, ((level, sd), noise)) in views.iter_mut().zip(levels.iter().zip(sds).zip(noise)) {
            *view = (level + sd * noise) as f32;
        }
    }
}
