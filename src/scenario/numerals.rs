//! Numbers as people write them elsewhere: `.5`, `0,5`, `50 %`, `100,000`, `1 000`, `−1`.

use super::characters::{self, is_blank, is_minus, named};

/// What to write in place of `text`, if that is a number in a way that the format does not know.
pub fn advice(text: &str) -> Option<String> {
    let text = characters::trim(text);
    let (sign, digits) = match text.chars().next() {
        Some(c) if is_minus(c) => (Some(c), &text[c.len_utf8()..]),
        Some('+') => (None, &text[1..]),
        _ => (None, text),
    };
    let minus = if sign.is_some() { "-" } else { "" };
    let digits = characters::trim(digits);
    if let Some(percent) = digits.strip_suffix('%') {
        let percent = characters::trim(percent);
        let share = hundredth(&read(percent)?.decimal?)?;
        return Some(format!("write {minus}{percent} % as {minus}{share}"));
    }
    let Reading { decimal, thousands } = read(digits)?;
    let advice = match (decimal, thousands) {
        (Some(decimal), Some(thousands)) => {
            format!("write {minus}{thousands} if thousands are meant, and {minus}{decimal} if decimals are")
        }
        (Some(one), None) | (None, Some(one)) if is_led_by_zero(digits) => {
            format!("write {minus}{one}, or put it in quotes if it is a name: \"{text}\"")
        }
        (Some(decimal), None) if digits.contains(',') => format!("write decimals with a point: {minus}{decimal}"),
        (Some(one), None) | (None, Some(one)) => format!("write {minus}{one}"),
        (None, None) => return None,
    };
    Some(match sign.filter(|c| *c != '-') {
        Some(sign) => format!("the sign is {}, which is not the `-` of the keyboard; {advice}", named(sign)),
        None => advice,
    })
}

/// What `text` is with a mark that is perhaps one of thousands: `100.000` is "100_000".
pub fn as_thousands(text: &str) -> Option<String> {
    let (whole, group) = text.split_once('.')?;
    let is_group = group.len() == 3 && is_digits(group);
    (is_group && is_first_group(whole)).then(|| format!("{whole}_{group}"))
}

/// A number without sign, as the format has it: each way in which it can be read.
struct Reading {
    decimal: Option<String>,
    thousands: Option<String>,
}

/// Reads digits with points, commas, spaces and apostrophes among them.
fn read(text: &str) -> Option<Reading> {
    let is_mark = |c: char| matches!(c, '.' | ',' | '\'' | '\u{2019}' | '_') || is_blank(c);
    if !text.chars().all(|c| c.is_ascii_digit() || is_mark(c)) || !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let marks: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| is_mark(*c)).collect();
    let Some(&(at, last)) = marks.last() else {
        return Some(Reading { decimal: Some(without_zeros(text)), thousands: None });
    };
    let before = &marks[..marks.len() - 1];
    let is_point = matches!(last, '.' | ',') && before.iter().all(|(_, mark)| *mark != last);
    let (whole, places) = (&text[..at], &text[at + last.len_utf8()..]);
    let decimal = is_point.then(|| {
        let whole = if before.is_empty() { Some(without_zeros(whole)) } else { grouped(whole, is_mark) };
        Some(format!("{}.{}", whole?, if places.is_empty() { "0" } else { places }))
    });
    let one_mark = before.iter().all(|(_, mark)| *mark == last);
    // `0.125` and `1.5` can only be decimals; a point once is none of thousands, where there is a word for it.
    let thousands = (one_mark && (last != '.' || !is_point)).then(|| grouped(text, is_mark)).flatten();
    Some(Reading { decimal: decimal.flatten(), thousands })
}

/// Groups of three digits behind the first, with `_` between them; nothing if they are not.
fn grouped(text: &str, is_mark: impl Fn(char) -> bool) -> Option<String> {
    let groups: Vec<&str> = text.split(is_mark).collect();
    let (first, others) = groups.split_first()?;
    let fine = is_first_group(first) && others.iter().all(|group| group.len() == 3 && is_digits(group));
    fine.then(|| groups.join("_"))
}

fn is_first_group(digits: &str) -> bool {
    (1..=3).contains(&digits.len()) && is_digits(digits) && !digits.starts_with('0')
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_led_by_zero(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0') && is_digits(text)
}

fn without_zeros(digits: &str) -> String {
    match digits.trim_start_matches('0') {
        "" => "0".to_owned(),
        rest => rest.to_owned(),
    }
}

/// A hundredth of the number in `text`, exactly.
fn hundredth(text: &str) -> Option<String> {
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    if !is_digits(whole) || !is_digits(places) {
        return None;
    }
    let digits = format!("{whole:0>3}{places}");
    let at = digits.len() - places.len() - 2;
    let (whole, places) = (without_zeros(&digits[..at]), digits[at..].trim_end_matches('0'));
    Some(if places.is_empty() { whole } else { format!("{whole}.{places}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_other_habits_are_understood() {
        for (text, said) in [
            (".5", "write 0.5"),
            ("-.5", "write -0.5"),
            ("5.", "write 5.0"),
            ("0,5", "write decimals with a point: 0.5"),
            ("12,5", "write decimals with a point: 12.5"),
            ("0,125", "write decimals with a point: 0.125"),
            ("007", "write 7, or put it in quotes if it is a name: \"007\""),
            ("00.5", "write 0.5"),
            ("90%", "write 90 % as 0.9"),
            ("55 %", "write 55 % as 0.55"),
            ("12,5%", "write 12,5 % as 0.125"),
            ("0.5%", "write 0.5 % as 0.005"),
            ("100%", "write 100 % as 1"),
            ("100,000", "write 100_000 if thousands are meant, and 100.000 if decimals are"),
            ("1,000,000", "write 1_000_000"),
            ("1.000.000", "write 1_000_000"),
            ("100 000", "write 100_000"),
            ("1\u{a0}500\u{a0}000", "write 1_500_000"),
            ("1'000", "write 1_000"),
            ("1\u{2019}000", "write 1_000"),
            ("1,234.5", "write decimals with a point: 1_234.5"),
            ("1.234,5", "write decimals with a point: 1_234.5"),
            ("\u{2212}1", "the sign is U+2212 (minus sign), which is not the `-` of the keyboard; write -1"),
            (
                "\u{2013}0,5",
                "the sign is U+2013 (en dash), which is not the `-` of the keyboard; write decimals with a point: -0.5",
            ),
        ] {
            assert_eq!(advice(text).as_deref(), Some(said), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_left_alone() {
        for text in ["", "%", "jo", "1,2,3", "10 2", "1.2.3", "4.7.2016", "2/3", "1e5", "-", "1_00", "12 %%"] {
            assert_eq!(advice(text), None, "{text}");
        }
    }

    #[test]
    fn a_point_may_be_meant_for_thousands() {
        assert_eq!(as_thousands("100.000").as_deref(), Some("100_000"));
        for text in ["1.5", "0.125", "1000.000", "1.0000", "5"] {
            assert_eq!(as_thousands(text), None, "{text}");
        }
    }
}
