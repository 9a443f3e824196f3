//! Characters that look like others or like nothing: signs of other keyboards, and spaces that no one sees.

/// Whether `c` is a minus sign or a dash that spreadsheets, word processors and PDFs write in its place.
pub fn is_minus(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2013}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}')
}

/// Whether `c` shows nothing: white space, or a character of no width.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// `text` without what shows nothing around it.
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// The first character of `text` that is taken for another one, or for none, by whoever reads it.
pub fn deceptive(text: &str) -> Option<char> {
    text.chars().find(|&c| !c.is_ascii() && (is_blank(c) || is_minus(c) || common_name(c).is_some()))
}

/// How to speak of a character: "U+2212 (minus sign)".
pub fn named(c: char) -> String {
    let point = format!("U+{:04X}", u32::from(c));
    common_name(c).map_or(point.clone(), |name| format!("{point} ({name})"))
}

fn common_name(c: char) -> Option<&'static str> {
    Some(match c {
        '\t' => "tab",
        '\u{a0}' => "no-break space",
        '\u{ad}' => "soft hyphen",
        '\u{ab}' | '\u{bb}' | '\u{2018}'..='\u{201e}' => "typographic quotation mark",
        '\u{b4}' => "acute accent",
        '\u{2002}'..='\u{200a}' => "typographic space",
        '\u{200b}' => "zero-width space",
        '\u{200c}' => "zero-width non-joiner",
        '\u{200d}' => "zero-width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{2010}' => "hyphen of typography",
        '\u{2011}' => "non-breaking hyphen",
        '\u{2012}' => "figure dash",
        '\u{2013}' => "en dash",
        '\u{2014}' => "em dash",
        '\u{202f}' => "narrow no-break space",
        '\u{2060}' => "word joiner",
        '\u{2212}' => "minus sign",
        '\u{3000}' => "ideographic space",
        '\u{feff}' => "byte order mark",
        '\u{fe63}' => "small hyphen-minus",
        '\u{ff0d}' => "full-width hyphen-minus",
        '\u{ff01}'..='\u{ff5e}' => "full-width form",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_nothing_is_trimmed_only_at_the_ends() {
        assert_eq!(trim("\u{feff}\u{a0} a\u{a0}b\u{200b}\u{3000}"), "a\u{a0}b");
        assert_eq!(trim("\u{200b}"), "");
    }

    #[test]
    fn characters_that_deceive_are_named() {
        for (text, name) in [
            ("-1 \"a\"", None),
            ("Désir", None),
            ("\u{2212}1", Some("U+2212 (minus sign)")),
            ("kim\u{200b}", Some("U+200B (zero-width space)")),
            ("New\u{a0}Zealand", Some("U+00A0 (no-break space)")),
            ("\u{201c}a\u{201d}", Some("U+201C (typographic quotation mark)")),
            ("\u{ff11}", Some("U+FF11 (full-width form)")),
        ] {
            assert_eq!(deceptive(text).map(named).as_deref(), name, "{text:?}");
        }
        assert_eq!(named('é'), "U+00E9");
    }
}
