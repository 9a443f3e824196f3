//! Lines over one setting, in letters.

use super::name;
use crate::analysis::sweep::{Sweep, Varied};
use crate::report::number::{NBSP, plural};
use crate::report::text::Page;

/// Outcomes drawn at most, each in a letter of its own, and at most if nobody says which: more lines cannot be told apart.
const LETTERS: [char; 9] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
const UNASKED: usize = 4;
/// Where several outcomes are.
const SEVERAL: char = '*';
/// Fewest points that make a line.
const FEWEST: usize = 3;
/// Rows above the axis, and most columns beside it.
const HEIGHT: usize = 16;
const WIDEST: usize = 80;
/// Columns of the labels left of the axis.
const MARGIN: usize = 8;

/// Draws how often each of the `outcomes` over the values of `setting`, if they are numbers; unless just these are
/// `asked` for those that vary most.
pub fn draw(page: &mut Page, setting: &Varied, sweep: &Sweep, outcomes: &[usize], asked: bool) {
    let numbers = sweep.points.iter().map(|point| point.values[0].replace('_', "").parse::<f64>().ok());
    let Some(numbers) = numbers.collect::<Option<Vec<f64>>>() else { return };
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|&a, &b| numbers[a].total_cmp(&numbers[b]));
    let x: Vec<f64> = order.iter().map(|&point| numbers[point]).collect();
    let ever = |&outcome: &usize| sweep.shares(outcome).any(|share| !share.is_never());
    let mut most: Vec<usize> = outcomes.iter().copied().filter(ever).collect();
    most.sort_by(|&a, &b| sweep.variation(b).total_cmp(&sweep.variation(a)));
    most.truncate(if asked { LETTERS.len() } else { UNASKED });
    let drawn: Vec<usize> = outcomes.iter().copied().filter(|outcome| most.contains(outcome)).collect();
    let (Some(first), Some(last)) = (x.first(), x.last()) else { return };
    if x.len() < FEWEST || first == last || !(first.is_finite() && last.is_finite()) {
        return;
    }
    let line = |&outcome: &usize| {
        let shares: Vec<f64> = sweep.shares(outcome).map(|share| share.value.unwrap_or(0.0)).collect();
        order.iter().map(|&point| shares[point]).collect()
    };
    let lines: Vec<Vec<f64>> = drawn.iter().map(line).collect();
    page.heading(&format!("Over {}", setting.path));
    let columns = (usize::from(page.width()) - MARGIN).min(WIDEST);
    let plot = plot(columns, &x, &lines);
    page.drawing(&plot);
    let letters = drawn.iter().zip(LETTERS).map(|(&outcome, letter)| format!("{letter}{NBSP}{}", name(sweep, outcome)));
    let several = plot.iter().any(|line| line.contains(SEVERAL)).then(|| format!("{SEVERAL}{NBSP}several"));
    page.plain(&letters.chain(several).collect::<Vec<_>>().join("   "));
    let left = outcomes.iter().filter(|outcome| ever(outcome) && !drawn.contains(outcome)).count();
    if left > 0 {
        let others = plural(left as u64, "other outcome");
        page.note(&format!("Drawn are those that vary most; {others} below, or drawn by --outcome."));
    }
}

/// The chart as lines of text: `lines` over `x`, which rises, so many columns wide.
fn plot(columns: usize, x: &[f64], lines: &[Vec<f64>]) -> Vec<String> {
    let (first, last) = (x[0], x[x.len() - 1]);
    let top = above(lines.iter().flatten().copied().fold(0.0, f64::max));
    let column = |x: f64| ((x - first) / (last - first) * (columns - 1) as f64).round() as usize;
    let mut cells = vec![vec![' '; columns]; HEIGHT + 1];
    let mut mark = |column: usize, y: f64, mark: char| {
        let cell = &mut cells[HEIGHT - (y / top * HEIGHT as f64).round() as usize][column];
        *cell = if [' ', '·', mark].contains(cell) { mark } else { SEVERAL };
    };
    for line in lines {
        for (x, y) in x.windows(2).zip(line.windows(2)) {
            let (from, to) = (column(x[0]), column(x[1]));
            for at in from..to {
                mark(at, y[0] + (y[1] - y[0]) * (at - from) as f64 / (to - from) as f64, '·');
            }
        }
    }
    for (line, letter) in lines.iter().zip(LETTERS) {
        x.iter().zip(line).for_each(|(&x, &y)| mark(column(x), y, letter));
    }
    let label = |i: usize| match i {
        0 => percent(top),
        i if i == HEIGHT / 2 => percent(top / 2.0),
        HEIGHT => percent(0.0),
        _ => String::new(),
    };
    let mut text: Vec<String> = cells
        .into_iter()
        .enumerate()
        .map(|(i, cells)| format!("{:>width$} │{}", label(i), String::from_iter(cells).trim_end(), width = MARGIN - 2))
        .collect();
    text.push(format!("{:>MARGIN$}{}", "└", "─".repeat(columns)));
    let (from, to) = (first.to_string(), last.to_string());
    let between = columns.saturating_sub(from.len() + to.len());
    text.push(format!("{:MARGIN$}{from}{:between$}{to}", "", ""));
    text
}

/// The least of 1, 2, 3, 4, 5, 6 or 8 times a power of ten that is not below `share`, but at most 1.
fn above(share: f64) -> f64 {
    let mut power = 1e-6;
    while power < 1.0 {
        for times in [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0] {
            if times * power >= share {
                return times * power;
            }
        }
        power *= 10.0;
    }
    1.0
}

fn percent(share: f64) -> String {
    // Without the digits that a binary number adds.
    format!("{} %", (share * 1e8).round() / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_through_their_points() {
        let x = [0.0, 0.5, 1.0];
        let text = plot(21, &x, &[vec![0.0, 0.5, 1.0], vec![1.0, 0.5, 0.0]]);
        insta::assert_snapshot!(text.join("\n"), @r"
        100 % │b                   a
              │ ·                 ·
              │  ··             ··
              │    ·           ·
              │     ·         ·
              │      ·       ·
              │       ··   ··
              │         · ·
         50 % │          *
              │         · ·
              │       ··   ··
              │      ·       ·
              │     ·         ·
              │    ·           ·
              │  ··             ··
              │ ·                 ·
          0 % │a                   b
              └─────────────────────
               0                   1
        ");
    }

    #[test]
    fn axes_end_at_round_numbers() {
        for (share, top) in [
            (0.0, "0.0001 %"),
            (0.013, "2 %"),
            (0.2, "20 %"),
            (0.41, "50 %"),
            (0.26, "30 %"),
            (0.81, "100 %"),
            (1.0, "100 %"),
        ] {
            assert_eq!(percent(above(share)), top);
        }
        assert_eq!(percent(above(0.2) / 2.0), "10 %");
        assert_eq!(percent(0.025), "2.5 %");
    }
}
