//! Ids that programs which read the files take for something else.

/// What an id may be taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misread {
    /// A missing value: `NA`, `NULL`, `nan`.
    Missing,
    /// A truth value: `TRUE`, `NO`.
    Truth,
    /// A number that is written otherwise, so that the text is lost: `007`, `1e5`, `inf`.
    Number,
}

impl Misread {
    /// What readers of CSV, JSON or YAML may take `id` for; nothing if they leave it as it is.
    pub fn of(id: &str) -> Option<Self> {
        match id.to_ascii_lowercase().as_str() {
            "na" | "nan" | "-nan" | "null" | "none" | "nil" => Some(Self::Missing),
            "true" | "false" | "yes" | "no" | "on" | "off" => Some(Self::Truth),
            _ => {
                let is_kept = id.parse::<i64>().is_ok_and(|number| number.to_string() == id);
                (id.parse::<f64>().is_ok() && !is_kept).then_some(Self::Number)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_readers_change_is_misread() {
        for (ids, as_what) in [
            (&["NA", "na", "NULL", "null", "NaN", "nan", "None"][..], Some(Misread::Missing)),
            (&["TRUE", "true", "False", "NO", "no", "Yes", "ON"], Some(Misread::Truth)),
            (&["007", "1e5", "12E3", "inf", "-inf", "Infinity", "-0"], Some(Misread::Number)),
            (&["NAM", "NOR", "n", "T", "USA", "7", "-7", "elector-07", "1-2", "0x10", "1_000", "e5"], None),
        ] {
            for id in ids {
                assert_eq!(Misread::of(id), as_what, "{id}");
            }
        }
    }
}
