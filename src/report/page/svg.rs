//! What all charts have in common: sizes, axes, marks.

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::text::printable_message;

/// For which screens a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// Names beside what is drawn: from about 560 pixels on.
    Wide,
    /// Names above it.
    Narrow,
}

impl Width {
    /// All.
    pub const ALL: [Self; 2] = [Self::Wide, Self::Narrow];

    /// Units across.
    pub fn units(self) -> f64 {
        match self {
            Self::Wide => 720.0,
            Self::Narrow => 340.0,
        }
    }

    /// By what the style sheet knows it.
    pub fn class(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Narrow => "narrow",
        }
    }

    /// The one or the other.
    pub fn pick<T>(self, wide: T, narrow: T) -> T {
        match self {
            Self::Wide => wide,
            Self::Narrow => narrow,
        }
    }
}

/// What is drawn for one width.
pub struct Drawing {
    /// Units down.
    pub height: f64,
    /// What is in it.
    pub body: Markup,
}

/// A chart: for readers who do not see it, its title and what it shows; and what is drawn.
pub fn chart(id: &str, title: &str, description: &str, widths: &[Width], drawn: impl Fn(Width) -> Drawing) -> Markup {
    html! {
        @for &width in widths {
            @let Drawing { height, body } = drawn(width);
            @let (t, d) = (format!("{id}-{}-t", width.class()), format!("{id}-{}-d", width.class()));
            svg class=(width.class()) viewBox={ "0 0 " (num(width.units())) " " (num(height)) } role="img"
                aria-labelledby={ (t) " " (d) } {
                title id=(t) { (title) }
                desc id=(d) { (description) }
                (body)
            }
        }
    }
}

/// A coordinate with one decimal place.
pub fn num(value: f64) -> String {
    // Without the sign of a zero.
    format!("{}", (10.0 * value).round() / 10.0 + 0.0)
}

/// Units across of a letter, in the widest of the typefaces that a page may be set in.
const LETTER: f64 = 7.1;

/// A name, cut to about so many units across.
pub fn fit(name: &str, units: f64) -> String {
    short(name, (units / LETTER) as usize)
}

/// A name, at most so many characters long.
pub fn short(name: &str, most: usize) -> String {
    let name = printable_message(name).replace('\n', " ");
    if name.chars().count() <= most {
        return name;
    }
    let kept: String = name.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Values laid along a line.
#[derive(Debug, Clone, Copy)]
pub struct Axis {
    low: f64,
    high: f64,
    step: f64,
    from: f64,
    to: f64,
}

impl Axis {
    /// From `low` to `high`, rounded outwards to whole steps, between the coordinates `from` and `to`.
    pub fn new(low: f64, high: f64, from: f64, to: f64) -> Self {
        let span = (high - low).max(1e-9);
        // Labels have room beside, or above, each other.
        let room = if to > from { 46.0 } else { 26.0 };
        let step = step(span / ((to - from).abs() / room).floor().clamp(1.0, 5.0));
        Self { low: (low / step).floor() * step, high: (high / step - 1e-9).ceil() * step, step, from, to }
    }

    /// Shares: from 0 to at least `high`, at most 1.
    pub fn of_shares(high: f64, from: f64, to: f64) -> Self {
        let axis = Self::new(0.0, high.clamp(0.01, 1.0), from, to);
        Self { high: axis.high.min(1.0), ..axis }
    }

    /// The coordinate of a value; of one outside that of the nearest end.
    pub fn at(&self, value: f64) -> f64 {
        let share = (value.clamp(self.low, self.high) - self.low) / (self.high - self.low);
        self.from + share * (self.to - self.from)
    }

    /// The values that are marked.
    pub fn ticks(&self) -> Vec<f64> {
        let count = ((self.high - self.low) / self.step + 1e-6).floor() as usize;
        (0..=count).map(|i| self.low + self.step * i as f64).collect()
    }

    /// Lines across at the values marked, from `top` to `bottom`, and below what they are.
    pub fn grid(&self, top: f64, bottom: f64, width: Width, label: impl Fn(f64) -> String) -> Markup {
        html! {
            @for tick in self.ticks() {
                @let x = num(self.at(tick));
                line class="grid" x1=(x) x2=(x) y1=(num(top)) y2=(num(bottom)) {}
                text class="tick" x=(x) y=(num(bottom + 15.0)) text-anchor=(self.anchor(tick, width)) { (label(tick)) }
            }
        }
    }

    /// So that nothing sticks out of a chart without margins.
    fn anchor(&self, tick: f64, width: Width) -> &'static str {
        match self.at(tick) {
            at if at < 14.0 => "start",
            at if at > width.units() - 14.0 => "end",
            _ => "middle",
        }
    }
}

/// The smallest of 1, 2, 2.5 and 5 times a power of ten that is at least `least`.
fn step(least: f64) -> f64 {
    let power = 10_f64.powi(least.log10().floor() as i32);
    let factor = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().find(|factor| factor * power >= least * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

/// A share for the label of an axis: `20 %`, `2.5 %`, the 0 without sign.
pub fn percent_tick(value: f64) -> String {
    let percent = (1e4 * value).round() / 100.0;
    if percent == 0.0 { "0".to_owned() } else { format!("{percent}\u{a0}%") }
}

/// A line of a path through points.
pub fn path(points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let mut text = String::new();
    for (number, (x, y)) in points.into_iter().enumerate() {
        let _ = write!(text, "{}{} {}", if number == 0 { "M" } else { "L" }, num(x), num(y));
    }
    text
}

/// A line from `x1` to `x2` with a cap at each end.
pub fn capped(class: &str, x1: f64, x2: f64, y: f64) -> Markup {
    // One that is hardly longer than its caps are high would look like a box.
    let cap = if x2 - x1 < 8.0 { 0.0 } else { 3.5 };
    let (left, right) = (num(x1), num(x2));
    let d = format!("M{left} {0}V{1}M{right} {0}V{1}M{left} {2}H{right}", num(y - cap), num(y + cap), num(y));
    html! { path class=(class) d=(d) {} }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_marked_at_round_values() {
        let axis = Axis::of_shares(0.59, 0.0, 300.0);
        assert_eq!(
            axis.ticks().into_iter().map(percent_tick).collect::<Vec<_>>(),
            ["0", "20\u{a0}%", "40\u{a0}%", "60\u{a0}%"]
        );
        assert!((axis.at(0.3) - 150.0).abs() < 1e-9);
        assert_eq!(Axis::of_shares(1.0, 0.0, 300.0).ticks().len(), 6);
        let small = Axis::of_shares(0.0, 0.0, 1.0);
        assert!(small.ticks().iter().all(|tick| tick.is_finite()) && small.at(0.0) == 0.0);
        // Where there is little room few values are marked.
        assert_eq!(Axis::of_shares(1.0, 0.0, 60.0).ticks().len(), 2);
    }

    #[test]
    fn names_are_cut_and_cannot_turn_the_text() {
        assert_eq!(short("Ursula von der Leyen", 10), "Ursula vo…");
        assert_eq!(short("a\u{202e}b\nc", 10), "a\u{fffd}b\u{fffd}c");
    }
}
