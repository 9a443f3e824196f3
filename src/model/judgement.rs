//! Judgements: numbers of the scenario with an interval on which their author would bet.

/// A judgement about values of a scenario: how far off they may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Its name, unique among the judgements.
    pub name: String,
    /// What it rests on; may be empty.
    pub note: String,
    /// What becomes of the values.
    pub acts: Acts,
    /// Which values: setting paths; for a shift or a scale a part may be `*`.
    pub paths: Vec<String>,
    /// What is drawn.
    pub spread: Spread,
}

/// What a judgement does with the values it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acts {
    /// What is drawn stands in their place.
    Set,
    /// It is added to all of them.
    Shift,
    /// It multiplies all of them.
    Scale,
}

/// What a judgement draws.
#[derive(Debug, Clone, PartialEq)]
pub enum Spread {
    /// Normal; `low` and `high` are the points below which 5 % and 95 % lie.
    Normal {
        /// The 5 % point.
        low: f64,
        /// The 95 % point.
        high: f64,
    },
    /// Its logarithm is normal; `low` and `high`, above 0, are the points below which 5 % and 95 % lie.
    LogNormal {
        /// The 5 % point.
        low: f64,
        /// The 95 % point.
        high: f64,
    },
    /// Any number from `low` to `high`, equally likely.
    Uniform {
        /// The least.
        low: f64,
        /// The largest.
        high: f64,
    },
    /// One of these, equally likely, each as it would be written in a scenario; at least two.
    OneOf(Vec<String>),
}

/// What was drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Judged {
    /// A number.
    Number(f64),
    /// The value of this index of [`Spread::OneOf`].
    Choice(usize),
}

impl Acts {
    /// All, with the key of the format that each is.
    pub const ALL: [(Self, &'static str); 3] = [(Self::Set, "set"), (Self::Shift, "shift"), (Self::Scale, "scale")];

    /// The key of the format.
    pub fn key(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Shift => "shift",
            Self::Scale => "scale",
        }
    }
}

impl Spread {
    /// The least and the largest number that the author has in mind; nothing if it is no range of numbers.
    pub fn range(&self) -> Option<(f64, f64)> {
        match *self {
            Self::Normal { low, high } | Self::LogNormal { low, high } | Self::Uniform { low, high } => {
                Some((low, high))
            }
            Self::OneOf(_) => None,
        }
    }

    /// What is drawn, as it would be written in a scenario.
    pub fn written(&self, judged: Judged) -> String {
        match (self, judged) {
            (Self::OneOf(values), Judged::Choice(index)) => values.get(index).cloned().unwrap_or_default(),
            (_, Judged::Number(number)) => written(number),
            (_, Judged::Choice(_)) => String::new(),
        }
    }
}

impl Judged {
    /// The number, if it is one.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Choice(_) => None,
        }
    }
}

/// A number as it is written in a scenario: with at most six decimals, as many as any key takes, so that machines whose
/// logarithms differ in the last digit write the same.
pub fn written(number: f64) -> String {
    rounded(number).to_string()
}

/// The number that [`written`] writes.
pub fn rounded(number: f64) -> f64 {
    const PARTS: f64 = 1e6;
    // Without the sign of a zero.
    (number * PARTS).round() / PARTS + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_without_exponents() {
        assert_eq!(written(0.1 + 0.2), "0.3");
        assert_eq!(written(-1e-9), "0");
        assert_eq!(written(-0.123_456_7), "-0.123457");
        assert_eq!(written(1e9), "1000000000");
        assert_eq!(Spread::OneOf(vec!["a".into(), "2".into()]).written(Judged::Choice(1)), "2");
    }
}
