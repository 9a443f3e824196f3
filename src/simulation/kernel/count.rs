//! Counting a span's rounds, 64 at a time.

use rustc_hash::FxHashMap;

use super::by_ballot::BallotCount;
use super::observer::WorldObserver;
use super::planes;
use super::session::Session;
use super::standing::StandingPlanes;
use super::world::World;
use crate::model::{CandidateId, MAX_BALLOTS};
use crate::simulation::plan::Plan;
use crate::simulation::round::LastBallot;
use crate::simulation::simd::{self, Level};
use crate::simulation::tally::Tally;

/// A tally in progress.
///
/// What counts of a candidate is the last ballot with a rule that they faced, and which one was the last is known only
/// later. So the latest standing of every candidate is kept, with the lanes that wait for the end of their round.
pub(super) struct Count {
    /// Everything counted, but for the vetoes together.
    tally: Tally,
    latest: Vec<Latest>,
    /// Rounds by ballot and outcome, the candidates and then none.
    ended: Vec<u64>,
    /// By candidate.
    together: Vec<Together>,
    /// Ballot by ballot, if that is asked for.
    by_ballot: Option<BallotCount>,
    sets: Vec<u16>,
    buffer: Vec<u64>,
}

/// How a candidate fared last.
#[derive(Default)]
struct Latest {
    standing: StandingPlanes,
    /// Lanes whose round goes on, so that another ballot may follow.
    waiting: Vec<u64>,
    /// Rounds that faced an earlier ballot last.
    before: Vec<(u16, LastBallot)>,
}

impl Count {
    /// Counts of no rounds.
    pub fn new(plan: &Plan) -> Self {
        let candidates = plan.candidates();
        Self {
            tally: Tally::new(&plan.model),
            latest: std::iter::repeat_with(Latest::default).take(candidates).collect(),
            ended: vec![0; (MAX_BALLOTS as usize + 1) * (candidates + 1)],
            sets: Vec::new(),
            together: std::iter::repeat_with(Together::default).take(candidates).collect(),
            by_ballot: None,
            buffer: Vec::new(),
        }
    }

    /// Counts ballot by ballot from now on, too.
    pub fn count_ballots(&mut self, plan: &Plan) {
        self.by_ballot = Some(BallotCount::new(plan));
    }
}

impl WorldObserver for Count {
    fn held(&mut self, world: &World, session: &Session, standings: &[StandingPlanes], level: Level) {
        if let Some(by_ballot) = &mut self.by_ballot {
            by_ballot.add(world, session, standings, level);
        }
    }

    fn leaves(&mut self, c: CandidateId) {
        self.tally.candidates[c.index()].left += 1;
    }

    fn keep(&mut self, world: &World, standing: &mut StandingPlanes, level: Level) {
        let latest = &mut self.latest[standing.candidate];
        let mut faced = vec![0; world.open.len()];
        standing.lanes.add_rounds(level, &standing.faced, &mut faced);
        latest.before.retain(|(round, _)| !planes::has(&faced, usize::from(*round)));
        if !planes::is_empty(&latest.waiting) {
            latest.standing.lanes.of_rounds(level, &faced, &mut self.buffer);
            latest.waiting.iter_mut().zip(&self.buffer).for_each(|(waiting, faced)| *waiting &= !faced);
            for lane in planes::lanes(&latest.waiting) {
                latest.before.push((latest.standing.lanes.rounds()[lane], latest.standing.last_ballot(world, lane)));
            }
        }
        std::mem::swap(&mut latest.standing, standing);
        latest.waiting.clone_from(&latest.standing.faced);
    }

    /// Counts the standings of candidates in rounds that have ended, or that they have left.
    fn settle(&mut self, world: &World, level: Level) {
        for c in 0..self.latest.len() {
            let latest = &mut self.latest[c];
            if planes::is_empty(&latest.waiting) {
                continue;
            }
            let goes_on: Vec<u64> = world.open.iter().zip(&world.racing[c]).map(|(a, b)| a & b).collect();
            let mut over = std::mem::take(&mut self.buffer);
            latest.standing.lanes.of_rounds(level, &goes_on, &mut over);
            for (over, waiting) in over.iter_mut().zip(&mut latest.waiting) {
                // What goes on is what still waits.
                let goes_on = *over & *waiting;
                *over = *waiting & !goes_on;
                *waiting = goes_on;
            }
            if !planes::is_empty(&over) {
                self.add_standing(world, c, &over, level);
            }
            self.buffer = over;
        }
    }

    fn close(&mut self, world: &World, level: Level) {
        for (c, latest) in self.latest.iter_mut().enumerate() {
            for (_, last) in latest.before.drain(..) {
                self.tally.add_last_ballot(CandidateId(c as u16), &last);
            }
        }
        let words = world.record.all.len();
        for (c, tally) in self.tally.candidates.iter_mut().enumerate() {
            tally.stood += planes::count(level, &world.record.stood[c][..words]) as u64;
            tally.acceptable += planes::count(level, &world.record.acceptable[c][..words]) as u64;
        }
        let outcomes = self.latest.len() + 1;
        for round in planes::lanes(&world.record.all) {
            let outcome = world.record.outcome[round].map_or(outcomes - 1, |c| c.index());
            self.ended[usize::from(world.record.ballots[round]) * outcomes + outcome] += 1;
        }
    }
}

impl Count {
    /// Counts lanes of a candidate's latest standing.
    fn add_standing(&mut self, world: &World, c: usize, over: &[u64], level: Level) {
        let standing = &self.latest[c].standing;
        let (tally, holders) = (&mut self.tally.candidates[c], &world.prepared.holders[c]);
        let members = world.plan.members();
        let pairs = &mut self.tally.pairs[c * members..(c + 1) * members];
        tally.faced += planes::count(level, over) as u64;
        let (total, squares) = standing.encouragements.sums(level, over);
        tally.encouragements.total += total;
        tally.encouragements.squares += squares;
        let mut counts = Vec::new();
        planes::counts_within(level, &standing.encouraging, over, &mut counts);
        pairs.iter_mut().zip(&counts).for_each(|(pair, count)| pair.encouraged += count);
        planes::counts_within(level, &standing.objecting, over, &mut counts);
        pairs.iter_mut().zip(&counts).for_each(|(pair, count)| pair.objected += count);
        planes::counts_within(level, &standing.vetoing, over, &mut counts);
        holders.iter().zip(&counts).for_each(|(holder, count)| pairs[holder.member.index()].vetoed += count);

        let mut within = |plane: &[u64], which: &[u64]| {
            planes::counts_within(level, plane, which, &mut counts);
            counts[0]
        };
        tally.short_of_support += within(over, over) - within(&standing.would_hold, over);
        tally.vetoed += within(&standing.vetoed, over);
        let alone: Vec<u64> = over
            .iter()
            .enumerate()
            .map(|(w, over)| over & standing.vetoed[w] & !standing.vetoed_by_several[w])
            .collect();
        let sole: Vec<u64> =
            alone.iter().zip(&standing.would_hold).map(|(alone, would_hold)| alone & would_hold).collect();
        tally.sole_vetoed += within(&sole, &sole);
        planes::counts_within(level, &standing.vetoing, &sole, &mut counts);
        holders.iter().zip(&counts).for_each(|(holder, count)| pairs[holder.member.index()].sole_veto += count);
        planes::counts_within(level, &standing.vetoing, &alone, &mut counts);
        let together = &mut self.together[c];
        together.alone.resize(holders.len(), 0);
        together.alone.iter_mut().zip(&counts).for_each(|(alone, count)| *alone += count);
        self.add_sets(world, c, over, level);
    }

    /// Counts who vetoes together in these lanes of a candidate's latest standing, where several do.
    fn add_sets(&mut self, world: &World, c: usize, over: &[u64], level: Level) {
        let (standing, largest_set) = (&self.latest[c].standing, self.tally.largest_set);
        let (tally, holders) = (&mut self.tally.candidates[c], world.prepared.holders[c].len());
        let together = &mut self.together[c];
        together.larger.resize(holders + 1, 0);
        if holders <= Together::FEW {
            simd::unpack(level, &standing.vetoing, over.len(), &mut self.sets);
            together.table.resize(Together::ROOM, 0);
        }
        for (w, &over) in over.iter().enumerate() {
            let several = over & standing.vetoed_by_several[w];
            if several == 0 {
                continue;
            }
            if holders <= Together::FEW {
                planes::lanes_of(w, several).for_each(|lane| together.table[usize::from(self.sets[lane])] += 1);
            } else if holders <= 64 {
                together.add_sets(level, standing, w, several, largest_set);
            } else {
                for lane in planes::lanes_of(w, several) {
                    match standing.vetoes.get(lane) {
                        size if size <= largest_set => {
                            tally.add_blocking_set(standing.vetoing_in(world, lane).collect(), 1, largest_set);
                        }
                        size => together.larger[size as usize] += 1,
                    }
                }
            }
        }
    }

    /// Everything counted so far.
    pub fn finish(mut self, world: &World) -> Tally {
        let outcomes = self.latest.len() + 1;
        for (at, &rounds) in self.ended.iter().enumerate().filter(|(_, rounds)| **rounds > 0) {
            let outcome = (at % outcomes + 1 < outcomes).then_some(CandidateId((at % outcomes) as u16));
            self.tally.add_outcome(outcome, (at / outcomes) as u32, rounds);
        }
        for (c, mut together) in self.together.into_iter().enumerate() {
            let holders = &world.prepared.holders[c];
            let members = |set: u64| planes::lanes_of(0, set).map(|i| holders[i].member).collect();
            let alone = holders.iter().zip(std::mem::take(&mut together.alone)).filter(|(_, count)| *count > 0);
            let alone = alone.map(|(holder, count)| ([holder.member].into_iter().collect(), count));
            for (size, count) in (0..).zip(std::mem::take(&mut together.larger)).filter(|(_, count)| *count > 0) {
                *self.tally.candidates[c].larger_sets.entry(size).or_default() += count;
            }
            let several = together.counts(holders.len()).map(|(set, count)| (members(set), count));
            self.tally.candidates[c].add_blocking_sets(alone.chain(several), self.tally.largest_set);
        }
        self.tally.by_ballot = self.by_ballot.map(BallotCount::finish);
        self.tally
    }
}

/// A set without its first element.
fn without_lowest(set: u64) -> u64 {
    set & set.wrapping_sub(1)
}

/// How often holders of a veto over one candidate, at most 64, vetoed together; bit `i` of a set is the `i`-th holder.
#[derive(Default)]
struct Together {
    /// By holder: how often it vetoed alone.
    alone: Vec<u64>,
    /// By set, if there are few holders; else of two holders `i < j`, at `64 i + j`.
    table: Vec<u64>,
    /// All other sets that are kept apart.
    others: FxHashMap<u64, u64>,
    /// By size: sets that are not kept apart.
    larger: Vec<u64>,
}

impl Together {
    /// As many holders as have a table of all their sets.
    const FEW: usize = 12;
    /// The size of tables: all sets of few holders, or all pairs of many.
    const ROOM: usize = 1 << 12;

    /// Counts the sets of the lanes `several` of word `w`, in all of which several veto.
    fn add_sets(&mut self, level: Level, standing: &StandingPlanes, w: usize, several: u64, largest_set: u32) {
        // Rows of 64 lanes become rows of 64 holders.
        let planes = standing.vetoing.chunks_exact(standing.words).map(|plane| plane[w] & several);
        let mut rows = [0; 64];
        if several.count_ones() > 6 {
            planes.zip(&mut rows).for_each(|(plane, row)| *row = plane);
            planes::transpose(level, &mut rows);
        } else {
            for (i, plane) in planes.enumerate() {
                planes::lanes_of(0, plane).for_each(|lane| rows[lane] |= 1 << i);
            }
        }
        for lane in planes::lanes_of(0, several) {
            let set = rows[lane];
            if without_lowest(without_lowest(set)) == 0 {
                self.add_pair(set);
                continue;
            }
            match set.count_ones() {
                size if size <= largest_set => *self.others.entry(set).or_default() += 1,
                size => self.larger[size as usize] += 1,
            }
        }
    }

    fn add_pair(&mut self, set: u64) {
        self.table.resize(Self::ROOM, 0);
        self.table[(64 * set.trailing_zeros() + 63 - set.leading_zeros()) as usize] += 1;
    }

    /// All sets of several that were counted, of so many holders.
    fn counts(self, holders: usize) -> impl Iterator<Item = (u64, u64)> {
        let set = move |at: usize| if holders <= Self::FEW { at as u64 } else { 1 << (at / 64) | 1 << (at % 64) };
        let table = self.table.into_iter().enumerate().filter(|(_, count)| *count > 0);
        table.map(move |(at, count)| (set(at), count)).chain(self.others)
    }
}
