//! What waiting is worth, in words and a table.

use super::number::NBSP;
use super::text::Page;
use crate::analysis::{WaitingFigures, WaitingValue};

/// Ballots told one by one at most.
const TOLD: u32 = 6;

/// Whether the values settled, and how fast: "settled after 4 passes; the last moved none by more than 0.003 points".
pub fn settled(figures: &WaitingFigures) -> String {
    let passes = match figures.passes {
        1 => format!("1{NBSP}pass"),
        passes => format!("{passes}{NBSP}passes"),
    };
    let residual = format!("{:.3}{NBSP}points", figures.residual);
    match figures.settled {
        true if figures.residual < 0.0005 => {
            format!("settled after {passes}; the last moved no value by as much as 0.001{NBSP}points")
        }
        true => format!("settled after {passes}; the last moved no value by more than {residual}"),
        false => format!(
            "did not settle in {passes}: the last still moved a value by {residual}. With little uncertainty there may be \
             no values that hang together"
        ),
    }
}

/// What waiting is worth to whom, ballot by ballot.
pub fn section(page: &mut Page, assumption: &str, figures: &WaitingFigures) {
    page.heading(&format!("What waiting is worth under “{assumption}”"));
    let last = figures.values.iter().map(|value| value.ballot).max().unwrap_or(0);
    let rows: Vec<Vec<String>> = (1..last).take(TOLD as usize).map(|ballot| row(figures, ballot)).collect();
    let header = ["at ballot", "mean", "least", "most"];
    page.table(&header, &[true, true, false, false], &rows);
    let error = figures.values.iter().map(|value| value.error).fold(0.0, f64::max);
    let deadline = match figures.may_end_early {
        true => {
            " They are over all rounds, so that rounds which ended before a ballot because their stage did not go on count as \
             no consensus: who waits at a late ballot asks for less than the chances from then on are worth."
        }
        false => "",
    };
    page.note(&format!(
        "Points: the mean utility to a member of how rounds end if nobody is appointed yet; no consensus is 0. The values \
         {} (standard errors up to {error:.3}{NBSP}points, which no interval of a result includes).{deadline} With --out all \
         are in waiting.csv.",
        settled(figures)
    ));
}

fn row(figures: &WaitingFigures, ballot: u32) -> Vec<String> {
    let at: Vec<&WaitingValue> = figures.values.iter().filter(|value| value.ballot == ballot).collect();
    let mean = at.iter().map(|value| value.value).sum::<f64>() / at.len().max(1) as f64;
    let told = |value: Option<&&WaitingValue>| {
        value.map_or(String::new(), |value| format!("{:+.2} {}", value.value, value.member.name))
    };
    let least = at.iter().min_by(|a, b| a.value.total_cmp(&b.value));
    let most = at.iter().max_by(|a, b| a.value.total_cmp(&b.value));
    vec![ballot.to_string(), format!("{mean:+.2}"), told(least), told(most)]
}
