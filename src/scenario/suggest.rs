//! The nearest known name, for whoever mistyped one.

use std::collections::BTreeSet;

use super::characters;
use super::countries;

/// Names listed at most when none is near.
const MAX_LISTED: usize = 12;
/// Longest name that is compared or listed, in characters; no name of the format is longer.
const MAX_NAME: usize = 64;

fn is_short(name: &str) -> bool {
    name.chars().nth(MAX_NAME).is_none()
}

/// The known name that `name` was most likely meant to be, if any is near, or means the same country.
///
/// Names longer than any of the format are near to none: the comparison takes time in the square of
/// their length.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<&'a str> {
    if !is_short(name) {
        return None;
    }
    if let Some(country) = countries::find(name) {
        let same = known.clone().into_iter().find(|other| countries::find(other) == Some(country));
        if same.is_some() {
            return same;
        }
    }
    let lower = name.to_lowercase();
    let length = name.chars().count();
    let reach = (length / 3).max(1);
    let near = |candidate: &&str| is_short(candidate) && candidate.chars().count().abs_diff(length) <= reach;
    known
        .into_iter()
        .filter(near)
        .map(|candidate| (strsim::osa_distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|&(distance, candidate)| distance <= reach && distance < length && !candidate.is_empty())
        .min()
        .map(|(_, candidate)| candidate)
}

/// "did you mean `x`?", or else the known names.
pub fn help<'a>(name: &str, what: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    let help = nearest(name, known.clone()).map(|near| format!("did you mean `{near}`?"));
    unseen(name, help.or_else(|| list(what, known)))
}

/// `help`, and which character of `name` is not what it seems.
fn unseen(name: &str, help: Option<String>) -> Option<String> {
    let Some(c) = characters::deceptive(name) else { return help };
    let seen = format!("it has the character {}", characters::named(c));
    Some(help.map_or(seen.clone(), |help| format!("{seen}; {help}")))
}

/// "did you mean `x`? what: `x`, `y`, …", with all that is known.
pub fn choices<'a>(name: &str, what: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    let list = list_up_to(usize::MAX, what, known.clone())?;
    unseen(name, Some(nearest(name, known).map_or(list.clone(), |near| format!("did you mean `{near}`? {list}"))))
}

/// "what: `a`, `b`, …", or nothing if there are none.
pub fn list<'a>(what: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    list_up_to(MAX_LISTED, what, known)
}

/// As [`list`], with at most `max` of them.
pub fn list_up_to<'a>(max: usize, what: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut seen = BTreeSet::new();
    let mut known = known.into_iter().filter(|name| !name.is_empty() && is_short(name) && seen.insert(*name));
    let shown: Vec<_> = known.by_ref().take(max).map(|name| format!("`{name}`")).collect();
    let more = known.count();
    match (shown.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(format!("{what}: {}", shown.join(", "))),
        (false, more) => Some(format!("{what}: {} and {more} more", shown.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let known = ["wallace", "kallas", "von-der-leyen", "USA"];
        assert_eq!(nearest("walace", known), Some("wallace"));
        assert_eq!(nearest("usa", known), Some("USA"));
        assert_eq!(nearest("von-der-layen", known), Some("von-der-leyen"));
        assert_eq!(nearest("stoltenberg", known), None);
        assert_eq!(nearest("UK", ["GBR", "UKR"]), Some("GBR"), "the country before the spelling");
        assert_eq!(nearest("United States", known), Some("USA"));
    }

    #[test]
    fn names_too_long_to_be_names_are_neither_compared_nor_listed() {
        let long = "x".repeat(65);
        assert_eq!(nearest(&long, [&long[..64]]), None);
        assert_eq!(nearest(&long[..64], [long.as_str()]), None);
        assert_eq!(nearest(&long[..63], [long.as_str(), &long[..64]]), Some(&long[..64]));
        assert_eq!(list("the names are", [long.as_str(), "short"]).unwrap(), "the names are: `short`");
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (0..20).map(|i| format!("m{i}")).collect();
        let help = help("stoltenberg", "the members", names.iter().map(String::as_str)).unwrap();
        assert!(help.ends_with("`m11` and 8 more"), "{help}");
    }
}
