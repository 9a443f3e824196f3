//! The chance of totals when members answer independently, and who gave which answer given the totals.
//!
//! Members are gone through one after the other, and what must be known of the answers so far (how many encouraged,
//! how many of a group objected) is a *cell*. Layer `i` has the cells that are possible before member `i`. Which cell an
//! answer leads to is found once per row of a poll; the chance that the totals come out is then a sum over cells, for
//! several particles at once. That is the Poisson-trinomial distribution by dynamic programming, with conditions on
//! parts of the members and members whose answers are known. All terms are positive, so nothing cancels.

use rustc_hash::FxHashMap;

use crate::model::{Answer, CandidateSet, MemberId, MemberSet, PollRow, Total, Totals};
use crate::simulation::draws::Taken;
use crate::simulation::simd::{Level, for_every_level};

/// Particles whose chances are found together.
pub const LANES: usize = 8;
/// A number for each of them.
pub type Lanes = [f64; LANES];

/// The answers at a ballot of stances, in this order everywhere.
pub const STANCES: [Answer; 3] = [Answer::Encourage, Answer::Object, Answer::NoOpinion];
/// No way from here to the totals.
const NOWHERE: u32 = u32::MAX;
/// Most cells of one row.
const MAX_CELLS: usize = 1 << 21;
/// Most cells of all votes at a ballot: they are gone through for every particle.
const MAX_VOTE_CELLS: usize = 1 << 16;
/// Particles whose answers are drawn at the same time.
const TOGETHER: usize = 8;
/// Members after which chances are scaled, lest they become too small to be told from 0.
const SCALED_EVERY: usize = 16;

/// The ways in which members' answers can add up to what a poll says.
#[derive(Debug, Clone, PartialEq)]
pub struct Ways {
    /// Whose answers, in the order in which they are gone through.
    pub members: Vec<MemberId>,
    /// How many answers there are.
    answers: usize,
    /// By cell, but for those after the last member, and answer: the cell that it leads to. Where the totals cannot be
    /// reached it is one more than there are.
    to: Vec<u32>,
    /// Where the cells of each layer start; one more than there are members, and the end.
    starts: Vec<usize>,
}

/// That there are too many cells to be gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany;

/// How many of some members may have given an answer.
struct Condition {
    members: MemberSet,
    answer: usize,
    low: u32,
    /// None is no limit.
    high: Option<u32>,
    /// The place of the last of these members.
    last: usize,
}

impl Condition {
    /// That so many of `members` give this answer; `order` is that in which members are gone through.
    fn new(order: &[MemberId], members: MemberSet, answer: usize, low: u32, high: Option<u32>) -> Self {
        let last = order.iter().rposition(|&m| members.contains(m)).unwrap_or_default();
        Self { members, answer, low, high, last }
    }

    /// The count after one more, if that is still possible. What is beyond the lower bound need not be told apart if
    /// there is no other bound.
    fn counted(&self, count: u16) -> Option<u16> {
        match self.high {
            Some(high) => (u32::from(count) < high).then_some(count + 1),
            None => Some((u32::from(count) + 1).min(self.low) as u16),
        }
    }
}

impl Ways {
    /// The ways to what `row` says of the stances of `members`: their answers are [`STANCES`].
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn new(members: &MemberSet, row: &PollRow) -> Result<Self, TooMany> {
        let order = in_order(members, row.among.iter().map(|part| part.members));
        let mut conditions = Vec::new();
        let all = (*members, row.totals);
        for (whose, totals) in [all].into_iter().chain(row.among.iter().map(|part| (part.members, part.totals))) {
            let bounds = bounds(&totals, whose.len()).into_iter();
            conditions.extend(bounds.map(|(answer, low, high)| Condition::new(&order, whose, answer, low, high)));
        }
        let known: Vec<Option<usize>> = order.iter().map(|m| known(row, *m)).collect();
        Self::through(order, &conditions, &known, STANCES.len(), MAX_CELLS)
    }

    /// The ways to what the rows of a choice ballot say of the votes of `members`, one each: a vote for one of `field`, in
    /// its order, or at last none, if members may abstain.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn of_votes(
        members: &MemberSet,
        field: CandidateSet,
        rows: &[PollRow],
        may_abstain: bool,
    ) -> Result<Self, TooMany> {
        let order = in_order(members, rows.iter().flat_map(|row| row.among.iter().map(|part| part.members)));
        let mut known = vec![None; order.len()];
        let mut conditions = Vec::new();
        for (answer, c) in field.iter().enumerate() {
            let Some(row) = rows.iter().find(|row| row.candidate == c) else { continue };
            let parts = row.among.iter().map(|part| (part.members, part.totals.votes));
            for (whose, votes) in [(*members, row.totals.votes)].into_iter().chain(parts) {
                let high = votes.at_most.filter(|&most| most < whose.len());
                if votes.at_least > 0 || high.is_some() {
                    conditions.push(Condition::new(&order, whose, answer, votes.at_least, high));
                }
            }
            for (m, _) in &row.known {
                order.iter().position(|other| other == m).into_iter().for_each(|place| known[place] = Some(answer));
            }
        }
        if !may_abstain {
            // What is left over for the last candidate follows from the others.
            let whole: Vec<usize> = (0..conditions.len()).filter(|&at| conditions[at].members == *members).collect();
            let exact = |&at: &usize| Some(conditions[at].low) == conditions[at].high;
            let sum: u32 = whole.iter().map(|&at| conditions[at].low).sum();
            if whole.len() == field.len() as usize
                && whole.iter().all(exact)
                && sum == members.len()
                && let Some(&at) = whole.last()
            {
                conditions.remove(at);
            }
        }
        Self::through(order, &conditions, &known, field.len() as usize + 1, MAX_VOTE_CELLS)
    }

    /// Goes through the members.
    fn through(
        order: Vec<MemberId>,
        conditions: &[Condition],
        known: &[Option<usize>],
        answers: usize,
        most: usize,
    ) -> Result<Self, TooMany> {
        let mut layers: Vec<Vec<u32>> = Vec::with_capacity(order.len());
        let mut cells = vec![vec![0u16; conditions.len()]];
        let mut total = 1;
        for (place, &m) in order.iter().enumerate() {
            let mut next: FxHashMap<Vec<u16>, u32> = FxHashMap::default();
            let mut after = Vec::new();
            let mut layer = vec![NOWHERE; answers * cells.len()];
            for (counts, ways) in cells.iter().zip(layer.chunks_exact_mut(answers)) {
                for (answer, way) in ways.iter_mut().enumerate() {
                    if known[place].is_some_and(|given| given != answer) {
                        continue;
                    }
                    let Some(counts) = answered(conditions, counts, place, m, answer) else { continue };
                    *way = *next.entry(counts).or_insert_with_key(|counts| {
                        after.push(counts.clone());
                        after.len() as u32 - 1
                    });
                }
                if total + after.len() > most {
                    return Err(TooMany);
                }
            }
            total += after.len();
            layers.push(layer);
            cells = after;
        }
        Ok(Self::pruned(order, layers, cells.len(), answers))
    }

    /// Forgets the cells from which the totals cannot be reached.
    fn pruned(members: Vec<MemberId>, mut layers: Vec<Vec<u32>>, ends: usize, answers: usize) -> Self {
        // By cell of the layer after: its new number.
        let mut numbers: Vec<u32> = (0..ends as u32).collect();
        let mut sizes = vec![ends];
        for layer in layers.iter_mut().rev() {
            let mut kept = Vec::new();
            let mut mine = Vec::with_capacity(layer.len() / answers);
            for cell in layer.chunks_exact(answers) {
                let from = kept.len();
                kept.extend(cell.iter().map(|&to| if to == NOWHERE { NOWHERE } else { numbers[to as usize] }));
                if kept[from..].iter().all(|&to| to == NOWHERE) {
                    mine.push(NOWHERE);
                    kept.truncate(from);
                } else {
                    mine.push((from / answers) as u32);
                }
            }
            sizes.push(kept.len() / answers);
            (*layer, numbers) = (kept, mine);
        }
        let mut starts = vec![0];
        for size in sizes.iter().rev() {
            starts.push(starts[starts.len() - 1] + size);
        }
        let cells = starts[starts.len() - 1] as u32;
        let after = layers.into_iter().zip(&starts[1..]);
        let to = after.flat_map(|(layer, &start)| {
            layer.into_iter().map(move |to| if to == NOWHERE { cells } else { start as u32 + to })
        });
        Self { members, answers, to: to.collect(), starts }
    }

    /// Whether answers can add up so at all.
    pub fn exist(&self) -> bool {
        self.starts[1] > 0
    }

    /// How many cells there are.
    fn cells(&self) -> usize {
        self.starts[self.starts.len() - 1]
    }

    /// The logarithms of the chances of the totals, given each member's chances of each answer in the order of
    /// [`Self::members`]. Fills `table` with the chances left from each cell on, scaled.
    pub(in crate::simulation) fn chances(&self, level: Level, answers: &[Lanes], table: &mut Vec<Lanes>) -> Lanes {
        // One more than there are cells, from which nothing can be reached.
        table.resize(self.cells() + 1, [0.0; LANES]);
        table[self.cells()] = [0.0; LANES];
        let ends = self.starts[self.members.len()]..self.cells();
        table[ends].fill([1.0; LANES]);
        let mut scaled = [0.0; LANES];
        for place in (0..self.members.len()).rev() {
            let (start, next) = (self.starts[place], self.starts[place + 1]);
            let (before, after) = table.split_at_mut(next);
            let p = &answers[place * self.answers..][..self.answers];
            let ways = &self.to[start * self.answers..next * self.answers];
            sum_up(level, p, ways, next, after, &mut before[start..]);
            if place % SCALED_EVERY == SCALED_EVERY - 1 {
                scale(&mut before[start..], &mut scaled);
            }
        }
        let first = if self.exist() { table[0] } else { [0.0; LANES] };
        std::array::from_fn(|lane| libm::log(first[lane]) + scaled[lane])
    }

    /// Draws who gave which answer given the totals, for some of the particles of which `table` was filled, each given by its
    /// lane, with a number for each member; `given` has the answers of one after the other, in the order of [`Self::members`].
    pub(in crate::simulation) fn draw(
        &self,
        level: Level,
        (answers, table): (&[Lanes], &[Lanes]),
        lanes: &[usize],
        numbers: Taken,
        given: &mut Vec<u8>,
    ) {
        let members = self.members.len();
        given.clear();
        given.resize(lanes.len() * members, 0);
        let mut uniforms = vec![0.0; TOGETHER.min(lanes.len()) * members];
        let some = lanes.chunks(TOGETHER).zip(given.chunks_mut((TOGETHER * members).max(1))).enumerate();
        for (at, (lanes, given)) in some {
            let uniforms = &mut uniforms[..given.len()];
            fill(level, numbers.after(at * TOGETHER * members), uniforms);
            if self.answers == 3 {
                let ways = self.to.as_chunks::<3>().0;
                walk(ways, answers, table, lanes, uniforms, given);
                continue;
            }
            for (&lane, (given, uniforms)) in lanes.iter().zip(given.chunks_mut(members).zip(uniforms.chunks(members)))
            {
                let mut cell = 0;
                for ((p, number), given) in answers.chunks_exact(self.answers).zip(uniforms).zip(given) {
                    let ways = &self.to[cell * self.answers..][..self.answers];
                    let answer = one_of(p.iter().zip(ways).map(|(p, &to)| p[lane] * table[to as usize][lane]), *number);
                    *given = answer as u8;
                    cell = ways[answer] as usize;
                }
            }
        }
    }
}

/// One answer in proportion to weights that are not all 0, by a number between 0 and 1.
fn one_of(weights: impl Iterator<Item = f64> + Clone, number: f64) -> usize {
    let (mut left, mut given) = (number * weights.clone().sum::<f64>(), 0);
    for (answer, weight) in weights.enumerate().filter(|(_, weight)| *weight > 0.0) {
        given = answer;
        if left < weight {
            break;
        }
        left -= weight;
    }
    given
}

/// [`Ways::draw`] for three answers and a few particles: all at once, since each step of one waits for memory.
fn walk(ways: &[[u32; 3]], answers: &[Lanes], table: &[Lanes], lanes: &[usize], uniforms: &[f64], given: &mut [u8]) {
    let answers = answers.as_chunks::<3>().0;
    let members = answers.len();
    let mut cells = [0; TOGETHER];
    for (place, [encourages, objects, neither]) in answers.iter().enumerate() {
        for (which, (&lane, cell)) in lanes.iter().zip(&mut cells).enumerate() {
            let (lane, at, to) = (lane % LANES, which * members + place, &ways[*cell]);
            let [a, b, c] = [&table[to[0] as usize], &table[to[1] as usize], &table[to[2] as usize]];
            let weights = [encourages[lane] * a[lane], objects[lane] * b[lane], neither[lane] * c[lane]];
            let answer = one_of_three(weights, uniforms[at]);
            given[at] = answer as u8;
            *cell = to[answer.min(2)] as usize;
        }
    }
}

for_every_level! {
    /// Numbers between 0 and 1.
    fn fill(random: Taken, numbers: &mut [f64]) {
        for (at, number) in numbers.iter_mut().enumerate() {
            *number = random.uniform(at);
        }
    }
}

/// One of three in proportion to weights that are not all 0, by a number between 0 and 1. Without jumps: processors cannot
/// guess them.
#[inline(always)]
fn one_of_three([a, b, c]: [f64; 3], number: f64) -> usize {
    let (two, last) = (a + b, if c > 0.0 { 2 } else { usize::from(b > 0.0) });
    let wanted = number * (two + c);
    (usize::from(wanted >= a) + usize::from(wanted >= two)).min(last)
}

for_every_level! {
    /// The chances left before a member has answered, from those after, which begin at cell `first`; `p` are the chances of
    /// its answers.
    fn sum_up(p: &[Lanes], ways: &[u32], first: usize, after: &[Lanes], before: &mut [Lanes]) {
        if let &[p0, p1, p2] = p {
            for (cell, to) in before.iter_mut().zip(ways.as_chunks::<3>().0) {
                let [a, b, c] = to.map(|to| &after[to as usize - first]);
                for lane in 0..LANES {
                    cell[lane] = (p0[lane] * a[lane] + p1[lane] * b[lane]) + p2[lane] * c[lane];
                }
            }
            return;
        }
        for (cell, ways) in before.iter_mut().zip(ways.chunks_exact(p.len())) {
            let mut sum = [0.0; LANES];
            for (&to, p) in ways.iter().zip(p) {
                let left = &after[to as usize - first];
                for lane in 0..LANES {
                    sum[lane] += p[lane] * left[lane];
                }
            }
            *cell = sum;
        }
    }
}

/// Those of one part stand together, so that no more counts are kept than need be.
fn in_order(members: &MemberSet, parts: impl Iterator<Item = MemberSet>) -> Vec<MemberId> {
    let parts: Vec<MemberSet> = parts.collect();
    let mut order: Vec<MemberId> = members.iter().collect();
    order.sort_by_key(|&m| parts.iter().map(|part| !part.contains(m)).collect::<Vec<_>>());
    order
}

/// Divides the chances of a layer by their largest, particle by particle.
fn scale(layer: &mut [Lanes], scaled: &mut Lanes) {
    for lane in 0..LANES {
        let largest = layer.iter().fold(0.0, |largest: f64, cell| largest.max(cell[lane]));
        if largest > 0.0 {
            layer.iter_mut().for_each(|cell| cell[lane] /= largest);
            scaled[lane] += libm::log(largest);
        }
    }
}

/// The counts once `m`, at this place, has given an answer; none if they cannot lead to the totals.
fn answered(conditions: &[Condition], counts: &[u16], place: usize, m: MemberId, answer: usize) -> Option<Vec<u16>> {
    let mut counts = counts.to_vec();
    for (condition, count) in conditions.iter().zip(&mut counts) {
        if condition.answer == answer && condition.members.contains(m) {
            *count = condition.counted(*count)?;
        }
        if condition.last == place {
            if u32::from(*count) < condition.low {
                return None;
            }
            *count = 0;
        }
    }
    Some(counts)
}

/// What totals ask for of `n` members, but for what follows from the rest: answer, lower and upper bound.
fn bounds(totals: &Totals, n: u32) -> Vec<(usize, u32, Option<u32>)> {
    let bound = |total: Total| (total.at_least, total.at_most.filter(|&most| most < n));
    let said = STANCES.iter().enumerate().map(|(answer, word)| (answer, bound(totals.of(*word)), totals.of(*word)));
    let mut bounds: Vec<_> = said.filter(|(_, (low, high), _)| *low > 0 || high.is_some()).collect();
    let exact = |total: &Total| total.known().is_some();
    if bounds.len() == 3 && bounds.iter().filter(|(_, _, total)| exact(total)).count() >= 2 {
        // The third follows from the two that are known.
        let implied = bounds.iter().rposition(|(_, _, total)| !exact(total)).unwrap_or(2);
        bounds.remove(implied);
    }
    bounds.into_iter().map(|(answer, (low, high), _)| (answer, low, high)).collect()
}

/// The answer that `m` is known to have given.
fn known(row: &PollRow, m: MemberId) -> Option<usize> {
    let (_, answer) = row.known.iter().find(|(member, _)| *member == m)?;
    STANCES.iter().position(|stance| stance == answer)
}

/// The logarithm of the chance of `row` if every one of `members` answers independently with these chances; nothing if it
/// can come about in too many ways.
pub fn chance_of(row: &PollRow, members: &MemberSet, chances: [f64; 3]) -> Option<f64> {
    let ways = Ways::new(members, row).ok()?;
    let answers = chances.map(|chance| [chance; LANES]).repeat(ways.members.len());
    Some(ways.chances(Level::best(), &answers, &mut Vec::new())[0])
}

#[cfg(test)]
mod tests;
