//! A value that is changed for one call, whatever the scenario says.

use std::fmt;
use std::str::FromStr;

/// A value that is changed under every assumption, after the assumption's own `set`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The setting path.
    pub path: String,
    /// The value as it would be written in a scenario; a bare word such as `two-thirds` is text.
    pub value: String,
}

/// Why a text does not say what to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ParseChangeError(&'static str);

impl FromStr for Change {
    type Err = ParseChangeError;

    /// Reads `PATH=VALUE`.
    fn from_str(text: &str) -> Result<Self, ParseChangeError> {
        let expected = ParseChangeError("expected PATH=VALUE, such as preferences.uncertainty=0.5");
        let (path, value) = text.split_once('=').ok_or(expected)?;
        let (path, value) = (path.trim(), value.trim());
        match (path, value) {
            ("", _) => Err(ParseChangeError("there is no setting path before `=`")),
            (_, "") => Err(ParseChangeError("there is no value behind `=`; empty text is \"\"")),
            // A change is a line of its own among others.
            _ if text.contains(char::is_control) => {
                Err(ParseChangeError("there is a line break or another control character in it"))
            }
            _ => Ok(Self { path: path.to_owned(), value: value.to_owned() }),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.path, self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_a_path_and_a_value() {
        let read =
            |text: &str| text.parse::<Change>().map(|change| change.to_string()).map_err(|error| error.to_string());
        assert_eq!(read("support.A.x=-1").unwrap(), "support.A.x=-1");
        assert_eq!(read(" veto.A = { cost = 1 } ").unwrap(), "veto.A={ cost = 1 }");
        for (text, why) in [
            ("support.A.x", "expected PATH=VALUE"),
            ("=1", "no setting path"),
            ("support.A.x=", "no value"),
            ("support.A.x=1\n[veto]", "line break"),
        ] {
            assert!(read(text).unwrap_err().contains(why), "{text}");
        }
    }
}
