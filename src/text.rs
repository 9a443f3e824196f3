//! Text for people: what may be shown, and how much room it takes on a terminal; and numbers as people write them.

use unicode_width::UnicodeWidthStr;

/// Longest word shown whole, in characters. A word that does not fit a line is broken once for every
/// line, each time with all that is left of it, so that the time goes with the square of its length.
const MAX_WORD: usize = 4000;
/// Longest message shown whole, in characters.
const MAX_MESSAGE: usize = 1000;

/// Columns of a terminal that a line of `text` takes: two for a Chinese character, none for a combining accent.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Text that cannot disturb a terminal: control characters but line breaks, and marks of direction, become `�`, and
/// of words beyond any reason the end becomes `…`.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut word = 0;
    for c in text.chars() {
        word = if matches!(c, ' ' | '\n') { 0 } else { word + 1 };
        match word {
            ..=MAX_WORD => shown.push(if c == '\n' { c } else { harmless(c) }),
            n if n == MAX_WORD + 1 => shown.push('…'),
            _ => {}
        }
    }
    shown
}

/// A message that cannot disturb a terminal: on one line, and of bounded length.
pub fn printable_message(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_MESSAGE).map(harmless).collect();
    if text.chars().nth(MAX_MESSAGE).is_some() {
        shown.push('…');
    }
    shown
}

/// The character, or `�` in place of one that a terminal would obey.
fn harmless(c: char) -> char {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let disturbs = c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}');
    if disturbs { '\u{fffd}' } else { c }
}

/// A whole number, perhaps with `_` or an exponent, exactly. Too large a number is as large as can be.
pub fn whole(text: &str) -> Option<u64> {
    let text: String = text.chars().filter(|&c| c != '_').collect();
    let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
    let (before, after) = number.split_once('.').unwrap_or((number, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if before.is_empty() || exponent.is_empty() || ![before, after, exponent].into_iter().all(digits) {
        return None;
    }
    if after.is_empty() && number.ends_with('.') {
        return None;
    }
    let exponent: usize = exponent.parse().unwrap_or(usize::MAX);
    let after = after.trim_end_matches('0');
    let zeros = exponent.checked_sub(after.len())?; // otherwise there is something behind the decimal point
    let significant = format!("{before}{after}");
    let significant = significant.trim_start_matches('0');
    if significant.is_empty() {
        return Some(0);
    }
    if significant.len().saturating_add(zeros) > 19 {
        return Some(u64::MAX);
    }
    Some(significant.parse().unwrap_or(u64::MAX).saturating_mul(10u64.saturating_pow(zeros as u32)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_beyond_reason_are_cut() {
        let long = "x".repeat(MAX_WORD);
        assert_eq!(printable(&format!("{long} y\n{long}")), format!("{long} y\n{long}"));
        assert_eq!(printable(&format!("{long}xxx y\n{long}z")), format!("{long}… y\n{long}…"));
        assert_eq!(printable_message(&long), format!("{}…", &long[..MAX_MESSAGE]));
    }

    #[test]
    fn nothing_disturbs_the_terminal() {
        assert_eq!(printable("a\u{1b}[31m\tb\u{202e}\n"), "a\u{fffd}[31m\u{fffd}b\u{fffd}\n");
        assert_eq!(printable_message("a\u{1b}\nb\u{2066}"), "a\u{fffd}\u{fffd}b\u{fffd}");
        assert_eq!(printable("a\u{200f}b\u{2028}c\u{9b}"), "a\u{fffd}b\u{fffd}c\u{fffd}");
    }

    #[test]
    fn widths_are_those_of_terminals() {
        for (text, columns) in [("", 0), ("no veto", 7), ("日本", 4), ("e\u{301}", 1), ("Čaputová", 8), ("�", 1)]
        {
            assert_eq!(width(text), columns, "{text}");
        }
    }
}
