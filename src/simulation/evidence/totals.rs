//! The chance of totals when members answer independently, and who gave which answer given the totals.
//!
//! Members are gone through one after the other, and what must be known of the answers so far (how many encouraged,
//! how many of a group objected) is a *cell*. Layer `i` has the cells that are possible before member `i`. Which cell an
//! answer leads to is found once per row of a poll; the chance that the totals come out is then a sum over cells, for
//! several particles at once. That is the Poisson-trinomial distribution by dynamic programming, with conditions on
//! parts of the members and members whose answers are known. All terms are positive, so nothing cancels.

use rustc_hash::FxHashMap;

use crate::model::{Answer, MemberId, MemberSet, PollRow, Total, Totals};
use crate::simulation::draws::Sequence;

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
/// Members after which chances are scaled, lest they become too small to be told from 0.
const SCALED_EVERY: usize = 16;

/// The ways in which members' answers can add up to what a row of a poll says.
#[derive(Debug, Clone, PartialEq)]
pub struct Ways {
    /// Whose answers, in the order in which they are gone through.
    pub members: Vec<MemberId>,
    /// By member and cell before it: the cell after each answer.
    layers: Vec<Vec<[u32; 3]>>,
    /// Where the cells of each layer start among those of all layers; one more than there are layers.
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
    /// The ways to what `row` says of the answers of `members`.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn new(members: &MemberSet, row: &PollRow) -> Result<Self, TooMany> {
        let parts: Vec<MemberSet> = row.among.iter().map(|part| part.members).collect();
        let mut order: Vec<MemberId> = members.iter().collect();
        // Those of one part stand together, so that no more counts are kept than need be.
        order.sort_by_key(|&m| parts.iter().map(|part| !part.contains(m)).collect::<Vec<_>>());
        let mut conditions = Vec::new();
        let all = (*members, row.totals);
        for (whose, totals) in [all].into_iter().chain(row.among.iter().map(|part| (part.members, part.totals))) {
            let last = order.iter().rposition(|&m| whose.contains(m)).unwrap_or_default();
            conditions.extend(bounds(&totals, whose.len()).into_iter().map(|(answer, low, high)| Condition {
                members: whose,
                answer,
                low,
                high,
                last,
            }));
        }
        let known: Vec<Option<usize>> = order.iter().map(|m| known(row, *m)).collect();
        Self::through(order, &conditions, &known)
    }

    /// Goes through the members.
    fn through(order: Vec<MemberId>, conditions: &[Condition], known: &[Option<usize>]) -> Result<Self, TooMany> {
        let mut layers: Vec<Vec<[u32; 3]>> = Vec::with_capacity(order.len());
        let mut cells = vec![vec![0u16; conditions.len()]];
        let mut total = 1;
        for (place, &m) in order.iter().enumerate() {
            let mut next: FxHashMap<Vec<u16>, u32> = FxHashMap::default();
            let mut after = Vec::new();
            let mut layer = vec![[NOWHERE; 3]; cells.len()];
            for (cell, counts) in cells.iter().enumerate() {
                for (answer, way) in layer[cell].iter_mut().enumerate() {
                    if known[place].is_some_and(|given| given != answer) {
                        continue;
                    }
                    let Some(counts) = answered(conditions, counts, place, m, answer) else { continue };
                    let number = *next.entry(counts).or_insert_with_key(|counts| {
                        after.push(counts.clone());
                        after.len() as u32 - 1
                    });
                    *way = number;
                }
            }
            total += after.len();
            if total > MAX_CELLS {
                return Err(TooMany);
            }
            layers.push(layer);
            cells = after;
        }
        Ok(Self::pruned(order, layers, cells.len()))
    }

    /// Forgets the cells from which the totals cannot be reached.
    fn pruned(members: Vec<MemberId>, mut layers: Vec<Vec<[u32; 3]>>, ends: usize) -> Self {
        // By cell of the layer after: its new number.
        let mut numbers: Vec<u32> = (0..ends as u32).collect();
        let mut sizes = vec![ends];
        for layer in layers.iter_mut().rev() {
            let mut kept = Vec::new();
            let mut mine = Vec::with_capacity(layer.len());
            for cell in layer.iter() {
                let moved = cell.map(|to| if to == NOWHERE { NOWHERE } else { numbers[to as usize] });
                if moved.iter().all(|&to| to == NOWHERE) {
                    mine.push(NOWHERE);
                } else {
                    mine.push(kept.len() as u32);
                    kept.push(moved);
                }
            }
            sizes.push(kept.len());
            (*layer, numbers) = (kept, mine);
        }
        let mut starts = vec![0];
        for size in sizes.iter().rev() {
            starts.push(starts[starts.len() - 1] + size);
        }
        Self { members, layers, starts }
    }

    /// Whether answers can add up so at all.
    pub fn exist(&self) -> bool {
        self.starts[1] > 0
    }

    /// Whether any answers do.
    pub fn are_free(&self) -> bool {
        self.starts.windows(2).all(|ends| ends[1] - ends[0] == 1)
            && self.layers.iter().flatten().flatten().all(|&to| to != NOWHERE)
    }

    /// How many cells there are.
    pub fn cells(&self) -> usize {
        self.starts[self.starts.len() - 1]
    }

    /// The logarithms of the chances of the totals, given each member's chances of each answer in the order of
    /// [`Self::members`]. Fills `table` with the chances left from each cell on, scaled.
    pub fn chances(&self, answers: &[[Lanes; 3]], table: &mut Vec<Lanes>) -> Lanes {
        table.clear();
        table.resize(self.cells(), [0.0; LANES]);
        let ends = self.starts[self.layers.len()];
        table[ends..].fill([1.0; LANES]);
        let mut scaled = [0.0; LANES];
        for (place, layer) in self.layers.iter().enumerate().rev() {
            let (start, next) = (self.starts[place], self.starts[place + 1]);
            let (before, after) = table.split_at_mut(next);
            let p = &answers[place];
            for (cell, ways) in before[start..].iter_mut().zip(layer) {
                let mut sum = [0.0; LANES];
                for (to, p) in ways.iter().zip(p) {
                    if *to == NOWHERE {
                        continue;
                    }
                    let left = &after[*to as usize];
                    for lane in 0..LANES {
                        sum[lane] += p[lane] * left[lane];
                    }
                }
                *cell = sum;
            }
            if place % SCALED_EVERY == SCALED_EVERY - 1 {
                scale(&mut before[start..], &mut scaled);
            }
        }
        let first = table.first().copied().unwrap_or([0.0; LANES]);
        std::array::from_fn(|lane| libm::log(first[lane]) + scaled[lane])
    }

    /// Draws who gave which answer given the totals, for one of the particles of which `table` was filled.
    pub(in crate::simulation) fn draw(
        &self,
        answers: &[[Lanes; 3]],
        table: &[Lanes],
        lane: usize,
        numbers: &mut Sequence,
        mut gave: impl FnMut(MemberId, usize),
    ) {
        let mut cell = 0;
        for (place, (layer, &m)) in self.layers.iter().zip(&self.members).enumerate() {
            let ways = &layer[cell];
            let after = &table[self.starts[place + 1]..];
            let weights: [f64; 3] = std::array::from_fn(|answer| match ways[answer] {
                NOWHERE => 0.0,
                to => answers[place][answer][lane] * after[to as usize][lane],
            });
            let answer = pick(&weights, numbers.uniform());
            gave(m, answer);
            cell = ways[answer] as usize;
        }
    }
}

/// One of the weights that are not 0, which there is, by a number between 0 and 1.
fn pick(weights: &[f64; 3], number: f64) -> usize {
    let mut left = number * (weights[0] + weights[1] + weights[2]);
    let mut last = 0;
    for (answer, &weight) in weights.iter().enumerate() {
        if weight > 0.0 {
            last = answer;
            if left < weight {
                break;
            }
            left -= weight;
        }
    }
    last
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
    let answers = vec![chances.map(|chance| [chance; LANES]); ways.members.len()];
    Some(ways.chances(&answers, &mut Vec::new())[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Among, CandidateId};
    use crate::simulation::draws::Purpose;

    /// Chances of seven members, different for everyone and every lane.
    fn answers(n: usize) -> Vec<[Lanes; 3]> {
        let of = |m: usize, lane: usize| {
            let weights = [1.0 + m as f64, 2.0 + lane as f64, 1.5 + ((m + lane) % 3) as f64];
            let sum: f64 = weights.iter().sum();
            weights.map(|weight| weight / sum)
        };
        (0..n).map(|m| std::array::from_fn(|answer| std::array::from_fn(|lane| of(m, lane)[answer]))).collect()
    }

    fn group(members: &[u16]) -> MemberSet {
        members.iter().map(|&m| MemberId(m)).collect()
    }

    fn exactly(encourage: u32, object: u32, no_opinion: u32) -> Totals {
        let [encourage, object, no_opinion] = [encourage, object, no_opinion].map(Total::exactly);
        Totals { encourage, object, no_opinion, ..Totals::default() }
    }

    fn row(totals: Totals) -> PollRow {
        PollRow { candidate: CandidateId(0), totals, known: Vec::new(), among: Vec::new() }
    }

    /// Whether answers, by member, are as the row says.
    fn fits(row: &PollRow, given: &[usize]) -> bool {
        let holds = |members: &MemberSet, totals: &Totals| {
            STANCES.iter().enumerate().all(|(answer, word)| {
                let count = members.iter().filter(|m| given[m.index()] == answer).count() as u32;
                let total = totals.of(*word);
                count >= total.at_least && total.at_most.is_none_or(|most| count <= most)
            })
        };
        let known = |m: usize| known(row, MemberId(m as u16)).is_none_or(|answer| answer == given[m]);
        holds(&MemberSet::all(given.len()), &row.totals)
            && row.among.iter().all(|part| holds(&part.members, &part.totals))
            && (0..given.len()).all(known)
    }

    fn rows() -> Vec<PollRow> {
        let some = |at_least| Total { at_least, at_most: None };
        let objects = |at_least| Totals { object: some(at_least), ..Totals::default() };
        let part = |members: &[u16], totals| Among { name: String::new(), members: group(members), totals };
        let whole = row(exactly(3, 2, 2));
        vec![
            whole.clone(),
            row(Totals::default()),
            row(Totals { encourage: Total { at_least: 2, at_most: Some(4) }, object: some(2), ..Totals::default() }),
            row(Totals { no_opinion: Total::exactly(3), encourage: Total::exactly(1), ..Totals::default() }),
            PollRow { among: vec![part(&[1, 4], objects(1))], ..whole.clone() },
            // Parts that overlap, neither within the other.
            PollRow { among: vec![part(&[0, 1, 2], objects(1)), part(&[2, 3], exactly(1, 1, 0))], ..whole.clone() },
            PollRow { known: vec![(MemberId(5), Answer::Object), (MemberId(0), Answer::Encourage)], ..whole.clone() },
            PollRow { among: vec![part(&[6], exactly(0, 0, 1))], ..row(objects(3)) },
        ]
    }

    /// All 3^7 ways to answer, added up.
    #[test]
    fn chances_are_those_of_counting_every_way() {
        let (n, answers) = (7, answers(7));
        for row in rows() {
            let ways = Ways::new(&MemberSet::all(n), &row).unwrap();
            let placed: Vec<[Lanes; 3]> = ways.members.iter().map(|m| answers[m.index()]).collect();
            let found = ways.chances(&placed, &mut Vec::new());
            for lane in 0..LANES {
                let mut chance = 0.0;
                for code in 0..3usize.pow(n as u32) {
                    let given: Vec<usize> = (0..n).map(|m| code / 3usize.pow(m as u32) % 3).collect();
                    if fits(&row, &given) {
                        chance += given.iter().enumerate().map(|(m, &a)| answers[m][a][lane]).product::<f64>();
                    }
                }
                assert!((libm::exp(found[lane]) - chance).abs() < 1e-14, "{row:?} {lane}: {} {chance}", found[lane]);
            }
            assert_eq!(ways.are_free(), row == rows()[1]);
        }
    }

    /// Answers are drawn with their chance given the totals: for each way a binomial count of 40,000, five standard
    /// deviations and a half (p about 4e-8 each, a few hundred ways).
    #[test]
    fn answers_are_drawn_given_the_totals() {
        let (n, answers, draws) = (5, answers(5), 40_000);
        let all = MemberSet::all(n);
        let mut numbers = Sequence::new(1, Purpose::Particles, 1, 0, 0);
        let part = Among { name: String::new(), members: group(&[0, 3]), totals: exactly(1, 1, 0) };
        for row in [row(exactly(2, 2, 1)), PollRow { among: vec![part], ..row(exactly(2, 2, 1)) }] {
            let ways = Ways::new(&all, &row).unwrap();
            let placed: Vec<[Lanes; 3]> = ways.members.iter().map(|m| answers[m.index()]).collect();
            let mut table = Vec::new();
            let chance = libm::exp(ways.chances(&placed, &mut table)[2]);
            let mut counts: FxHashMap<Vec<usize>, f64> = FxHashMap::default();
            for _ in 0..draws {
                let mut given = vec![9; n];
                ways.draw(&placed, &table, 2, &mut numbers, |m, answer| given[m.index()] = answer);
                assert!(fits(&row, &given), "{given:?}");
                *counts.entry(given).or_default() += 1.0;
            }
            for (given, count) in counts {
                let p = given.iter().enumerate().map(|(m, &a)| answers[m][a][2]).product::<f64>() / chance;
                let (mean, sd) = (draws as f64 * p, (draws as f64 * p * (1.0 - p)).sqrt());
                assert!((count - mean).abs() < 5.5 * sd + 1.0, "{given:?}: {count} instead of {mean}");
            }
        }
    }

    #[test]
    fn chances_that_are_too_small_for_a_number_have_a_logarithm() {
        let n = 250;
        let tiny: Vec<[Lanes; 3]> = vec![[[1e-6; LANES], [1.0 - 2e-6; LANES], [1e-6; LANES]]; n];
        let ways = Ways::new(&MemberSet::all(n), &row(exactly(250, 0, 0))).unwrap();
        let found = ways.chances(&tiny, &mut Vec::new());
        assert!((found[0] - 250.0 * libm::log(1e-6)).abs() < 1e-9);
        let never = Ways::new(&MemberSet::all(2), &row(exactly(2, 1, 0))).unwrap();
        assert!(!never.exist());
    }
}
