//! Who gave which answer, as sets.

use crate::model::{MemberId, MemberSet};
use crate::simulation::evidence::between::ROW;

/// The least bit of each byte.
const LEAST: u64 = 0x0101_0101_0101_0101;

/// Makes sets of the answers of members who are gone through in some order. Those who follow each other in it mostly do so
/// among all members as well, so bits are moved in runs.
pub struct Sides {
    runs: Vec<Run>,
}

/// Members who follow each other, both in a row of answers and in a word of a set.
struct Run {
    /// Which row.
    row: usize,
    /// Bits of their places in it.
    places: u64,
    /// Which word.
    word: usize,
    /// By how much their bits turn to get there.
    turn: u32,
}

impl Sides {
    /// For answers in this order.
    pub fn new(order: &[MemberId]) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for (place, m) in order.iter().enumerate() {
            let (row, word, places) = (place / ROW, m.index() / 64, 1 << (place % ROW));
            let turn = (m.index() % 64 + 64 - place % ROW) as u32 % 64;
            match runs.last_mut() {
                Some(run) if (run.row, run.word, run.turn) == (row, word, turn) => run.places |= places,
                _ => runs.push(Run { row, places, word, turn }),
            }
        }
        Self { runs }
    }

    /// Those whose answer is 0, and those whose answer is 1; the others' is 2. There is room for a multiple of [`ROW`].
    pub fn of(&self, answers: &[u8]) -> [MemberSet; 2] {
        let (mut sides, rows) = ([MemberSet::EMPTY; 2], answers.as_chunks::<ROW>().0);
        for Run { row, places, word, turn } in &self.runs {
            let answers = u64::from_le_bytes(rows[*row]);
            let (is_1, is_2) = (answers & LEAST, answers >> 1 & LEAST);
            for (side, these) in sides.iter_mut().zip([is_1 ^ is_2 ^ LEAST, is_1]) {
                // Each byte's bit comes to its own place among the upper eight.
                let bits = these.wrapping_mul(0x0102_0408_1020_4080) >> 56;
                side.insert_bits(*word, (bits & places).rotate_left(*turn));
            }
        }
        sides
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_answers_are_those_of_members_taken_one_by_one() {
        let mut orders = vec![(0..15).collect::<Vec<u16>>(), vec![70, 3, 4, 5, 64, 63, 62, 255, 0, 1, 2, 60, 61]];
        orders.push((0..200).rev().collect());
        orders.push((56..75).chain(0..9).collect());
        for order in orders {
            let order: Vec<MemberId> = order.into_iter().map(MemberId).collect();
            let sides = Sides::new(&order);
            for shift in 0..7 {
                let mut answers: Vec<u8> = (0..order.len()).map(|at| ((at * at + shift) % 7 % 3) as u8).collect();
                answers.resize(order.len().next_multiple_of(ROW), 2);
                let [encouraging, objecting] = sides.of(&answers);
                let who = |wanted: u8| order.iter().zip(&answers).filter(move |(_, it)| **it == wanted);
                assert_eq!(encouraging, who(0).map(|(m, _)| *m).collect());
                assert_eq!(objecting, who(1).map(|(m, _)| *m).collect());
            }
        }
    }
}
