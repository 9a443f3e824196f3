//! Countries by ISO 3166 codes and English names, for whoever writes another than a scenario does.

use isocountry::CountryCode;

/// What people write, and the standard's list does not have.
const OTHERS: [(&str, CountryCode); 9] = [
    ("UK", CountryCode::GBR),
    ("EL", CountryCode::GRC),
    ("Great Britain", CountryCode::GBR),
    ("United States", CountryCode::USA),
    ("Czech Republic", CountryCode::CZE),
    ("South Korea", CountryCode::KOR),
    ("North Korea", CountryCode::PRK),
    ("Russia", CountryCode::RUS),
    ("Türkiye", CountryCode::TUR),
];
/// Shortest beginning of a name that is taken for it, in bytes.
const BEGINNING: usize = 4;

/// The country that `text` means: an alpha-2 or alpha-3 code, an English name, or the beginning of only one name, as in
/// `United Kingdom` or `Iran`; capitals, hyphens and underscores do not matter.
pub fn find(text: &str) -> Option<CountryCode> {
    let text = text.replace(['-', '_'], " ");
    let is = |name: &str| name.eq_ignore_ascii_case(&text);
    let by_code = || CountryCode::iter().find(|country| is(country.alpha2()) || is(country.alpha3()));
    let by_other_name = || OTHERS.iter().find(|(name, _)| is(name)).map(|(_, country)| country);
    let by_name = || CountryCode::iter().find(|country| is(country.name()));
    by_code().or_else(by_other_name).or_else(by_name).or_else(|| beginning(&text)).copied()
}

fn beginning(text: &str) -> Option<&'static CountryCode> {
    if text.len() < BEGINNING {
        return None;
    }
    let begins = |country: &&CountryCode| {
        let (start, rest) = country.name().split_at_checked(text.len()).unwrap_or_default();
        start.eq_ignore_ascii_case(text) && !rest.starts_with(char::is_alphanumeric)
    };
    let mut found = CountryCode::iter().filter(begins);
    found.next().filter(|_| found.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_mean_countries() {
        for text in ["GBR", "gb", "UK", "United Kingdom", "united-kingdom"] {
            assert_eq!(find(text), Some(CountryCode::GBR), "{text}");
        }
        for (text, country) in [
            ("Germany", CountryCode::DEU),
            ("Iran", CountryCode::IRN),
            ("Niger", CountryCode::NER),
            ("Guinea", CountryCode::GIN),
            ("turkey", CountryCode::TUR),
            ("Türkiye", CountryCode::TUR),
        ] {
            assert_eq!(find(text), Some(country), "{text}");
        }
        for text in ["", "West", "Uni", "Korea", "A", "elector-01"] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
