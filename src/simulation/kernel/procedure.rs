//! Which ballot comes next in each round: stage by stage, in all rounds of a span.

use super::draws::SpanDraws;
use super::planes;
use super::session::{Place, Session};
use super::world::World;
use crate::model::{CandidateSet, Considers};
use crate::simulation::draws::Chance;

impl World<'_> {
    /// Takes every open round to its next ballot, which is number `ballot` of the round, or closes it; sorts the
    /// rounds by the ballot's place.
    pub fn advance(&mut self, ballot: u32, draws: &mut SpanDraws) {
        self.ballot = ballot;
        let before = match ballot {
            1 => vec![Session { rounds: self.open.clone(), ..Session::default() }],
            _ => std::mem::take(&mut self.sessions),
        };
        let stages = &self.plan.model.stages;
        for session in before {
            let mut rounds = session.rounds;
            rounds.iter_mut().zip(&self.open).for_each(|(rounds, open)| *rounds &= open);
            // Those whose stage does not go on wait for the stages after it.
            let mut later = vec![0; rounds.len()];
            if ballot > 1 {
                let continues = self.plan.stages[usize::from(session.place.stage)].continues;
                draws.decide(continues, Chance::Continues(ballot - 1), &mut later);
                for (later, rounds) in later.iter_mut().zip(&mut rounds) {
                    *later = *rounds & !*later;
                    *rounds &= !*later;
                }
            }
            for (index, stage) in stages.iter().enumerate().skip(session.place.stage.into()) {
                let again = index == usize::from(session.place.stage);
                let repeat = if again { session.place.repeat + 1 } else { 1 };
                if u32::from(repeat) <= stage.repeat && !planes::is_empty(&rounds) {
                    self.convene(Place { stage: index as u16, repeat }, &mut rounds);
                }
                if again {
                    rounds.iter_mut().zip(&later).for_each(|(rounds, later)| *rounds |= later);
                }
            }
            self.open.iter_mut().zip(&rounds).for_each(|(open, over)| *open &= !over);
        }
        if ballot > 1 && !self.sessions.is_empty() {
            self.move_views(draws);
        }
        for session in &self.sessions {
            for round in planes::lanes(&session.rounds) {
                self.record.ballots[round] = ballot as u8;
                self.record.stage[round] = session.place.stage;
            }
        }
        if ballot == 1 {
            for session in &self.sessions {
                session.ever.iter().for_each(|c| self.prepared.find_bounds(self.plan, session.place.stage, c));
            }
        }
    }

    /// Lets those of `rounds` in which a ballot at this place has someone to be about hold it, and takes them out.
    fn convene(&mut self, place: Place, rounds: &mut [u64]) {
        let words = rounds.len();
        let at = self.sessions.iter().position(|session| session.place == place).unwrap_or_else(|| {
            let fields = vec![vec![0; words]; self.plan.candidates()];
            self.sessions.push(Session { place, rounds: vec![0; words], fields, ever: CandidateSet::EMPTY });
            self.sessions.len() - 1
        });
        let session = &mut self.sessions[at];
        let stage = &self.plan.model.stages[usize::from(place.stage)];
        for (c, candidate) in self.plan.model.candidate_ids() {
            if candidate.enters > self.ballot {
                continue;
            }
            let considers = stage.considers(c);
            let (racing, reserve) = (&self.racing[c.index()], &self.reserve[c.index()]);
            let mut any = 0;
            for w in 0..words {
                let held = match considers {
                    Considers::Always => 0,
                    Considers::UnlessInReserve => reserve[w],
                    Considers::Never => u64::MAX,
                };
                let considered = rounds[w] & racing[w] & !held;
                session.fields[c.index()][w] |= considered;
                session.rounds[w] |= considered;
                any |= considered;
            }
            if any != 0 {
                session.ever.insert(c);
            }
        }
        rounds.iter_mut().zip(&session.rounds).for_each(|(rounds, held)| *rounds &= !held);
        if session.ever.is_empty() {
            self.sessions.remove(at);
        }
    }

    /// Whether the ballot at hand at this place is the last, whatever comes of it.
    pub fn is_last(&self, at: Place) -> bool {
        let stages = &self.plan.model.stages;
        usize::from(at.stage) + 1 == stages.len()
            && stages.last().is_some_and(|last| u32::from(at.repeat) >= last.repeat)
    }
}
