//! Chances of totals beside all ways to answer, counted one by one.

use super::*;
use crate::model::{Among, CandidateId};
use crate::simulation::draws::{Purpose, Sequence};

/// Chances of seven members, different for everyone and every lane.
fn answers(n: usize) -> Vec<Lanes> {
    let of = |m: usize, lane: usize| {
        let weights = [1.0 + m as f64, 2.0 + lane as f64, 1.5 + ((m + lane) % 3) as f64];
        let sum: f64 = weights.iter().sum();
        weights.map(|weight| weight / sum)
    };
    let lanes = |m: usize, answer: usize| std::array::from_fn(|lane| of(m, lane)[answer]);
    (0..3 * n).map(|at| lanes(at / 3, at % 3)).collect()
}

/// In the order of the ways.
fn placed(ways: &Ways, answers: &[Lanes]) -> Vec<Lanes> {
    ways.members.iter().flat_map(|m| answers[3 * m.index()..][..3].to_vec()).collect()
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
        let placed = placed(&ways, &answers);
        let found = ways.chances(Level::best(), &placed, &mut Vec::new());
        for lane in 0..LANES {
            let mut chance = 0.0;
            for code in 0..3usize.pow(n as u32) {
                let given: Vec<usize> = (0..n).map(|m| code / 3usize.pow(m as u32) % 3).collect();
                if fits(&row, &given) {
                    chance += given.iter().enumerate().map(|(m, &a)| answers[3 * m + a][lane]).product::<f64>();
                }
            }
            assert!((libm::exp(found[lane]) - chance).abs() < 1e-14, "{row:?} {lane}: {} {chance}", found[lane]);
        }
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
        let placed = placed(&ways, &answers);
        let mut table = Vec::new();
        let chance = libm::exp(ways.chances(Level::best(), &placed, &mut table)[2]);
        let mut counts: FxHashMap<Vec<usize>, f64> = FxHashMap::default();
        let mut drawn = Vec::new();
        for _ in 0..draws {
            ways.draw(Level::best(), (&placed, &table), &[2], numbers.take(n), &mut drawn);
            let mut given = vec![9; n];
            ways.members.iter().zip(&drawn).for_each(|(m, &answer)| given[m.index()] = usize::from(answer));
            assert!(fits(&row, &given), "{given:?}");
            *counts.entry(given).or_default() += 1.0;
        }
        for (given, count) in counts {
            let p = given.iter().enumerate().map(|(m, &a)| answers[3 * m + a][2]).product::<f64>() / chance;
            let (mean, sd) = (draws as f64 * p, (draws as f64 * p * (1.0 - p)).sqrt());
            assert!((count - mean).abs() < 5.5 * sd + 1.0, "{given:?}: {count} instead of {mean}");
        }
    }
}

fn votes(c: u16, votes: Total) -> PollRow {
    PollRow { candidate: CandidateId(c), ..row(Totals { votes, ..Totals::default() }) }
}

/// The same of votes: all ways of seven to vote for one of two or for nobody.
#[test]
fn chances_of_votes_are_those_of_counting_every_way() {
    let (n, answers) = (7, answers(7));
    let (field, all) = ([2, 5].map(CandidateId).into_iter().collect(), MemberSet::all(7));
    let part = |c: u16, n: u32| Among {
        name: String::new(),
        members: group(&[1, 4, 6]),
        totals: votes(c, Total::exactly(n)).totals,
    };
    let some = Total { at_least: 1, at_most: Some(3) };
    for (rows, may_abstain) in [
        (vec![votes(2, Total::exactly(4)), votes(5, Total::exactly(2))], true),
        (vec![votes(2, Total::exactly(4)), votes(5, Total::exactly(3))], false),
        (vec![votes(5, some)], true),
        (vec![PollRow { known: vec![(MemberId(3), Answer::Vote)], ..votes(2, Total::exactly(4)) }], true),
        (vec![PollRow { among: vec![part(2, 2)], ..votes(2, Total::exactly(4)) }, votes(5, some)], true),
    ] {
        let ways = Ways::of_votes(&all, field, &rows, may_abstain).unwrap();
        let mut chances = placed(&ways, &answers);
        if !may_abstain {
            chances.iter_mut().skip(2).step_by(3).for_each(|none| *none = [0.0; LANES]);
        }
        let found = ways.chances(Level::best(), &chances, &mut Vec::new());
        let mut chance = 0.0;
        for code in 0..3usize.pow(n) {
            let given: Vec<usize> = (0..n).map(|m| code / 3usize.pow(m) % 3).collect();
            let fits = rows.iter().all(|row| {
                let own = if row.candidate.0 == 2 { 0 } else { 1 };
                let among = |whose: &MemberSet, total: Total| {
                    let count = whose.iter().filter(|m| given[m.index()] == own).count() as u32;
                    count >= total.at_least && total.at_most.is_none_or(|most| count <= most)
                };
                among(&all, row.totals.votes)
                    && row.among.iter().all(|part| among(&part.members, part.totals.votes))
                    && row.known.iter().all(|(m, _)| given[m.index()] == own)
            });
            if fits && (may_abstain || !given.contains(&2)) {
                chance += given.iter().enumerate().map(|(m, &a)| answers[3 * m + a][1]).product::<f64>();
            }
        }
        assert!((libm::exp(found[1]) - chance).abs() < 1e-14, "{rows:?}: {} {chance}", libm::exp(found[1]));
    }
}

#[test]
fn chances_that_are_too_small_for_a_number_have_a_logarithm() {
    let n = 250;
    let tiny: Vec<Lanes> = [[1e-6; LANES], [1.0 - 2e-6; LANES], [1e-6; LANES]].repeat(n);
    let ways = Ways::new(&MemberSet::all(n), &row(exactly(250, 0, 0))).unwrap();
    let found = ways.chances(Level::best(), &tiny, &mut Vec::new());
    assert!((found[0] - 250.0 * libm::log(1e-6)).abs() < 1e-9);
    let never = Ways::new(&MemberSet::all(2), &row(exactly(2, 1, 0))).unwrap();
    assert!(!never.exist());
}
