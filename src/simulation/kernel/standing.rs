//! How one candidate fares at one ballot, in all rounds that hold it.

use super::candidate_noise::CandidateNoise;
use super::draws::SpanDraws;
use super::lanes::Lanes;
use super::needs::ViewNeeds;
use super::planes::{self, Counts};
use super::rule::{BallotPlanes, PlaneRule, Weights};
use super::session::{Place, Session};
use super::stances::Stances;
use super::vetoes::{Buffers, VetoStep};
use super::world::World;
use crate::model::{CandidateId, MemberId};
use crate::simulation::round::LastBallot;
use crate::simulation::simd::Level;

/// The [standings](crate::simulation::round::Standing) of a candidate at one ballot, by lane; planes by member are one
/// after the other.
#[derive(Default)]
pub(super) struct StandingPlanes {
    pub candidate: usize,
    pub lanes: Lanes,
    /// Words of a plane.
    pub words: usize,
    /// Lanes that face the ballot.
    pub faced: Vec<u64>,
    /// By member: who encourages. Lanes that do not face the ballot may have anything.
    pub encouraging: Vec<u64>,
    /// By member: who objects. Lanes that do not face the ballot may have anything.
    pub objecting: Vec<u64>,
    /// By holder of a veto over the candidate: who vetoes.
    pub vetoing: Vec<u64>,
    /// By member: who votes for the candidate, in a choice ballot.
    pub voting: Vec<u64>,
    /// How many encourage; they are the support unless there is a vote.
    pub encouragements: Counts,
    pub votes: Counts,
    /// How many object; anything where nobody asks.
    pub objections: Counts,
    pub vetoes: Counts,
    /// Lanes with a veto, and with several.
    pub vetoed: Vec<u64>,
    pub vetoed_by_several: Vec<u64>,
    /// Lanes where the rule holds, and where it would without the vetoes.
    pub passing: Vec<u64>,
    pub would_hold: Vec<u64>,
    /// Whether votes are the support.
    pub is_choice: bool,
    /// By member: who casts a vote for anyone, in a choice ballot.
    pub casting: Vec<u64>,
    /// Support by lane where it is not counted by heads, else empty; and the same as digits.
    pub weighed: Vec<u128>,
    pub weighed_digits: Counts,
}

impl StandingPlanes {
    /// Turns to a candidate at a ballot.
    pub fn start(&mut self, session: &Session, noise: &CandidateNoise, level: Level) {
        self.candidate = noise.candidate().index();
        self.lanes.copy(noise.lanes());
        self.words = self.lanes.words();
        self.lanes.of_rounds(level, &session.fields[self.candidate], &mut self.faced);
    }

    /// 1. Everyone takes a stance, but those who have yielded on the candidate stay silent. Heads are counted.
    pub fn take_stances(&mut self, world: &World, place: Place, stances: &mut Stances, level: Level) {
        let (plan, words) = (world.plan, self.words);
        if stances.outlook.is_some() {
            self.encouraging.clone_from(&stances.encouraging);
            self.objecting.clone_from(&stances.objecting);
        } else {
            std::mem::swap(&mut self.encouraging, &mut stances.encouraging);
            std::mem::swap(&mut self.objecting, &mut stances.objecting);
        }
        let mut silent = false;
        for &(round, m) in &world.yielded[self.candidate] {
            if let Some(lane) = self.lanes.find(round.into()) {
                planes::clear(&mut self.encouraging[m.index() * words..], lane);
                planes::clear(&mut self.objecting[m.index() * words..], lane);
                silent = true;
            }
        }
        let shared = stances.outlook.is_some() && !silent;
        let count = |known: &mut Option<Counts>, counts: &mut Counts, planes: &[u64]| match known {
            Some(known) if shared => counts.clone_from(known),
            _ => {
                counts.count(level, planes, words, plan.members());
                *known = shared.then(|| counts.clone());
            }
        };
        count(&mut stances.encouragements, &mut self.encouragements, &self.encouraging);
        if world.prepared.stages[usize::from(place.stage)].counts_objections {
            count(&mut stances.objections, &mut self.objections, &self.objecting);
        }
    }

    /// 2. Some objections are vetoes.
    pub fn decide_vetoes(
        &mut self,
        world: &World,
        noise: &CandidateNoise,
        stances: &Stances,
        needs: &ViewNeeds,
        members: u32,
        draws: &mut SpanDraws,
    ) {
        let mut step = VetoStep {
            world,
            members,
            noise,
            stances,
            needs,
            faced: &self.faced,
            objecting: &self.objecting,
            encouragements: &self.encouragements,
            buffers: Buffers::default(),
        };
        step.decide(draws, &mut self.vetoing);
        self.vetoes.count(draws.level(), &self.vetoing, self.words, world.prepared.holders[self.candidate].len());
        self.vetoes.any_and_several(draws.level(), &mut self.vetoed, &mut self.vetoed_by_several);
    }

    /// Readies the planes of a vote, if there is one.
    pub fn open_vote(&mut self, is_choice: bool, members: usize) {
        self.is_choice = is_choice;
        self.voting.clear();
        self.casting.clear();
        if is_choice {
            self.voting.resize(members * self.words, 0);
            self.casting.resize(members * self.words, 0);
        }
    }

    /// How many support the candidate.
    fn heads(&self) -> &Counts {
        if self.is_choice { &self.votes } else { &self.encouragements }
    }

    /// How much supports the candidate, by the measure of the stage.
    pub fn support(&self) -> &Counts {
        if self.weighed.is_empty() { self.heads() } else { &self.weighed_digits }
    }

    /// The support by lane, if it is not counted by heads.
    pub fn weighed_support(&self) -> Option<&[u128]> {
        (!self.weighed.is_empty()).then_some(&self.weighed)
    }

    /// Who supports the candidate, by member.
    fn supporting(&self) -> &[u64] {
        if self.is_choice { &self.voting } else { &self.encouraging }
    }

    /// Counts the support; `whole` is that of everyone.
    pub fn count_support(&mut self, weights: Option<&Weights>, whole: u128, members: usize, level: Level) {
        if self.is_choice {
            self.votes.count(level, &self.voting, self.words, members);
        }
        self.weighed.clear();
        if let Some(weights) = weights {
            self.weighed = weights.weigh(level, self.supporting(), self.words);
            self.weighed_digits.take(&self.weighed, self.words, whole);
        }
    }

    /// 3. Where the rule holds, and where it would without the vetoes. Nobody passes a sounding.
    pub fn apply_rule(&mut self, rule: Option<&mut PlaneRule>, is_sounding: bool, level: Level) {
        self.passing.clear();
        self.passing.resize(self.words, 0);
        self.would_hold.clear();
        self.would_hold.resize(self.words, 0);
        let Some(rule) = rule else { return };
        rule.weigh(
            level,
            &BallotPlanes {
                words: self.words,
                supporting: self.supporting(),
                objecting: &self.objecting,
                encouraging: &self.encouraging,
                support: self.heads(),
                objections: &self.objections,
                casting: self.is_choice.then_some(&self.casting),
            },
        );
        for w in 0..self.words {
            let faced = self.faced[w];
            self.passing[w] = rule.holds(self.words, w, self.vetoed[w]) & faced;
            self.would_hold[w] = self.passing[w] | rule.holds(self.words, w, 0) & faced;
            if is_sounding {
                self.passing[w] = 0;
            }
        }
    }

    /// The candidate.
    pub fn id(&self) -> CandidateId {
        CandidateId(self.candidate as u16)
    }

    /// The members who veto in one lane.
    pub fn vetoing_in<'a>(&'a self, world: &'a World, lane: usize) -> impl Iterator<Item = MemberId> + 'a {
        let holders = world.prepared.holders[self.candidate].iter();
        let planes = self.vetoing.chunks_exact(self.words.max(1));
        holders.zip(planes).filter(move |(_, plane)| planes::has(plane, lane)).map(|(holder, _)| holder.member)
    }

    /// How the candidate fared in one lane.
    pub fn last_ballot(&self, world: &World, lane: usize) -> LastBallot {
        let members = |planes: &[u64]| {
            let planes = planes.chunks_exact(self.words.max(1)).enumerate();
            planes.filter(|(_, plane)| planes::has(plane, lane)).map(|(m, _)| MemberId(m as u16)).collect()
        };
        LastBallot {
            encouraging: members(&self.encouraging),
            objecting: members(&self.objecting),
            vetoing: self.vetoing_in(world, lane).collect(),
            short_of_support: !planes::has(&self.would_hold, lane),
        }
    }
}
