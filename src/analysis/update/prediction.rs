//! What was expected of a poll before it was seen, and who gave which answer.

use super::mean;
use crate::analysis::Key;
use crate::model::{Answer, CandidateId, MemberId, MemberSet, Model, Poll, PollRow, Total, Totals};
use crate::simulation::evidence::{Replicated, RowSeen, STANCES, chance_of, log_mean};

/// What was expected of the answers about a candidate in a poll, given the polls before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Name of the poll.
    pub poll: String,
    /// Whom the answers are about.
    pub candidate: Key,
    /// By answer.
    pub answers: Vec<Predicted>,
    /// Logarithm of the chance that was given to the totals as they came out.
    pub log_score: f64,
    /// The same of the forecast that everyone answers independently with the shares of the last poll; nothing if there is
    /// no last poll of which the totals about the candidate are known.
    pub log_score_last_poll: Option<f64>,
}

/// How many were expected to give an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Predicted {
    /// The answer.
    pub answer: Answer,
    /// How many gave it, if that is known.
    pub actual: Option<u32>,
    /// The mean of what was expected.
    pub mean: f64,
    /// The least number that was not exceeded with a chance of 5 %.
    pub q05: u32,
    /// The same with 95 %.
    pub q95: u32,
    /// How many gave it in the last poll, if that is known.
    pub last: Option<u32>,
}

/// The chances that members gave each answer about a candidate in a poll, given that poll and those before it.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerShares {
    /// Name of the poll.
    pub poll: String,
    /// Whom the answers are about.
    pub candidate: Key,
    /// Whether it was a choice ballot.
    pub is_choice: bool,
    /// Each member who takes part, with the chance that it encouraged, objected and had no opinion; at a choice ballot that it
    /// voted for the candidate, 0, and that it did not. Empty where members are alike, so that nothing tells them apart.
    pub members: Vec<(Key, [f64; 3])>,
}

fn key(model: &Model, c: CandidateId) -> Key {
    let candidate = &model.candidates[c.index()];
    Key { id: candidate.id.clone(), name: candidate.name.clone() }
}

fn is_choice(model: &Model, poll: &Poll) -> bool {
    model.stages[poll.stage].ballot.is_choice()
}

/// The last row about the candidate before this poll, of a poll of the same kind.
fn last_row(model: &Model, polls: &[&Poll], before: usize, c: CandidateId) -> Option<PollRow> {
    let kind = is_choice(model, polls[before]);
    let alike = polls[..before].iter().rev().filter(|poll| is_choice(model, poll) == kind);
    alike.flat_map(|poll| &poll.rows).find(|row| row.candidate == c).cloned()
}

/// The number, if it is known or follows from the two others, of `n` members.
fn number(row: &PollRow, answer: Answer, n: u32) -> Option<u32> {
    let known = |total: Total| total.known();
    let count = known(row.totals.of(answer));
    if answer == Answer::Vote {
        return count;
    }
    count.or_else(|| {
        let others = STANCES.iter().filter(|other| **other != answer).map(|other| known(row.totals.of(*other)));
        n.checked_sub(others.sum::<Option<u32>>()?)
    })
}

/// The logarithm of the chance of a row if everyone answers independently with the shares of the last, `(count + 1/2) /
/// (n + 3/2)`, or of votes `(count + 1/2) / (n + 1)`; nothing if these are not known.
pub fn persistence(row: &PollRow, last: &PollRow, members: &MemberSet) -> Option<f64> {
    let n = members.len();
    // Who is known to have given which answer is no part of what is forecast.
    let totals = |totals| PollRow { totals, known: Vec::new(), among: Vec::new(), ..row.clone() };
    if let Some(votes) = number(last, Answer::Vote, n) {
        let share = (f64::from(votes) + 0.5) / (f64::from(n) + 1.0);
        let votes = totals(Totals { encourage: row.totals.votes, ..Totals::default() });
        return chance_of(&votes, members, [share, 0.0, 1.0 - share]);
    }
    let counts: Option<Vec<u32>> = STANCES.iter().map(|answer| number(last, *answer, n)).collect();
    let counts = counts?;
    let shares = [0, 1, 2].map(|answer| (f64::from(counts[answer]) + 0.5) / (f64::from(n) + 1.5));
    chance_of(&totals(row.totals), members, shares)
}

impl Prediction {
    /// What was expected of poll number `poll`.
    pub(crate) fn all(model: &Model, polls: &[&Poll], poll: usize, replicates: &[Replicated]) -> Vec<Self> {
        let members = model.stages[polls[poll].stage].members;
        let rows = replicates.first().map_or(&[][..], |it| &it.polls[poll].rows);
        let about = |place: usize| -> Option<Self> {
            let c = rows[place].candidate;
            let row = polls[poll].rows.iter().find(|row| row.candidate == c)?;
            let last = last_row(model, polls, poll, c);
            let all = || replicates.iter().filter_map(|it| it.polls[poll].rows.get(place));
            let words = Answer::at(is_choice(model, polls[poll]));
            let answers = words.iter().enumerate().map(|(answer, &word)| {
                let mut counts = vec![0u64; members.len() as usize + 1];
                for seen in all() {
                    counts.iter_mut().zip(&seen.expected[answer]).for_each(|(sum, count)| *sum += u64::from(*count));
                }
                let total: u64 = counts.iter().sum();
                let at = |share: f64| {
                    let mut sum = 0;
                    let wanted = share * total as f64;
                    counts.iter().position(|count| {
                        sum += count;
                        sum as f64 >= wanted
                    })
                };
                let moment = |(n, count): (usize, &u64)| n as f64 * *count as f64;
                Predicted {
                    answer: word,
                    actual: number(row, word, members.len()),
                    mean: counts.iter().enumerate().map(moment).sum::<f64>() / total.max(1) as f64,
                    q05: at(0.05).unwrap_or_default() as u32,
                    q95: at(0.95).unwrap_or_default() as u32,
                    last: last.as_ref().and_then(|last| number(last, word, members.len())),
                }
            });
            Some(Self {
                poll: polls[poll].name.clone(),
                candidate: key(model, c),
                answers: answers.collect(),
                log_score: log_mean(&all().map(|seen| seen.log_chance).collect::<Vec<_>>()),
                log_score_last_poll: last.and_then(|last| persistence(row, &last, &members)),
            })
        };
        (0..rows.len()).filter_map(about).collect()
    }
}

impl AnswerShares {
    /// Who gave which answer in poll number `poll`; `alike` says whether nothing tells members apart.
    pub(crate) fn all(
        model: &Model,
        polls: &[&Poll],
        poll: usize,
        replicates: &[Replicated],
        alike: impl Fn(CandidateId, &MemberSet) -> bool,
    ) -> Vec<Self> {
        let members = model.stages[polls[poll].stage].members;
        let rows = replicates.first().map_or(&[][..], |it| &it.polls[poll].rows);
        let about = |(place, of): (usize, &RowSeen)| {
            let c = of.candidate;
            let mut so_far = polls[..=poll].iter().flat_map(|poll| &poll.rows).filter(|row| row.candidate == c);
            let told_apart = so_far.any(|row| !row.known.is_empty() || !row.among.is_empty());
            let share = |m: MemberId| {
                let chances = [0, 1, 2].map(|answer| {
                    let of = replicates.iter().filter_map(|it| it.polls[poll].rows.get(place));
                    mean(&of.map(|seen| seen.answers[m.index()][answer]).collect::<Vec<_>>())
                });
                let member = &model.members[m.index()];
                (Key { id: member.id.clone(), name: member.name.clone() }, chances)
            };
            let says_nothing = !told_apart && alike(c, &members);
            let shares = if says_nothing { Vec::new() } else { members.iter().map(share).collect() };
            Self {
                poll: polls[poll].name.clone(),
                candidate: key(model, c),
                is_choice: is_choice(model, polls[poll]),
                members: shares,
            }
        };
        rows.iter().enumerate().map(about).collect()
    }
}
