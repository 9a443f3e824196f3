//! Which points: a grid of all values, or a sample of ranges.

use std::str::FromStr;

use super::values::{MAX_POINTS, Values, Varied};
use crate::simulation::draws::id_key;
use crate::text::whole;

/// How points are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Design {
    /// Every value of every setting with every value of every other, the last setting changing first.
    Grid,
    /// This many points. Each setting's range is cut into as many equal parts, and there is one point in each, in
    /// random order. M. D. McKay, R. J. Beckman and W. J. Conover, *A comparison of three methods for selecting values
    /// of input variables in the analysis of output from a computer code*, Technometrics 21 (1979),
    /// <https://doi.org/10.1080/00401706.1979.10489755>.
    Latin(usize),
    /// What Sobol' indices need: this many rows A and as many rows B of one Sobol' sequence, and for each setting the
    /// rows A with this setting taken from B. The points come row by row: A, B, then A with each setting in turn.
    ///
    /// The sequence is scrambled by the seed: I. M. Sobol', *On the distribution of points in a cube and the
    /// approximate evaluation of integrals* (1967), <https://doi.org/10.1016/0041-5553(67)90144-9>; A. B. Owen,
    /// *Randomly permuted (t,m,s)-nets and (t,s)-sequences* (1995); B. Burley, *Practical hash-based Owen scrambling*
    /// (2020), <https://jcgt.org/published/0009/04/01/>. The design: A. Saltelli et al., *Variance based sensitivity
    /// analysis of model output* (2010), <https://doi.org/10.1016/j.cpc.2009.09.018>.
    Sobol(usize),
    /// This many points where the scenario's judgements are drawn: those of
    /// [`Drawing`](crate::analysis::judgements::Drawing), each on the same rounds. No settings are varied beside them.
    Judgements(usize),
}

/// Most rows of a Sobol' design.
pub const MAX_SOBOL: usize = 1 << 16;
/// Most settings of a Sobol' design: a row and its partner take two dimensions each.
const MAX_SOBOL_SETTINGS: usize = sobol_burley::NUM_DIMENSIONS as usize / 2;

/// Why there is no such sweep.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DesignError {
    /// A grid needs single values, and this is a range.
    #[error("`{0}` has a range, of which a grid has no values")]
    Range(String),
    /// There are too many points.
    #[error("these are {points} points, and a sweep can have at most {MAX_POINTS}")]
    TooMany {
        /// How many.
        points: u128,
    },
    /// There are too many settings.
    #[error("a Sobol' sample can vary at most {MAX_SOBOL_SETTINGS} settings")]
    Settings,
}

/// Why a text names no design.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ParseDesignError(String);

impl FromStr for Design {
    type Err = ParseDesignError;

    /// Reads `sobol:256`, `lhs:100` or `judgements:256`.
    fn from_str(text: &str) -> Result<Self, ParseDesignError> {
        let refuse = |why: String| Err(ParseDesignError(why));
        let Some((name, size)) = text.split_once(':') else {
            return refuse("expected sobol:N, lhs:N or judgements:N, such as sobol:256".to_owned());
        };
        let Some(size) = whole(size) else {
            return refuse("expected a whole number such as 256, 1_000 or 1e3".to_owned());
        };
        // More points than there can be are refused when it is known how many settings there are.
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        match name {
            "sobol" if size > MAX_SOBOL => refuse(format!("a Sobol' sample can have at most {MAX_SOBOL} rows")),
            "sobol" if size < 2 => refuse("a Sobol' sample needs at least 2 rows".to_owned()),
            "sobol" => Ok(Self::Sobol(size)),
            "lhs" if size < 1 => refuse("a Latin hypercube needs at least 1 point".to_owned()),
            "lhs" => Ok(Self::Latin(size)),
            "judgements" if size < 1 => refuse("there must be at least 1 point".to_owned()),
            "judgements" => Ok(Self::Judgements(size)),
            _ => refuse(format!("there is no design `{name}`: expected sobol:N, lhs:N or judgements:N")),
        }
    }
}

impl Design {
    /// How it is written, as in `sobol:256`; nothing for a grid.
    pub fn sample(self) -> Option<String> {
        match self {
            Self::Grid => None,
            Self::Latin(points) => Some(format!("lhs:{points}")),
            Self::Sobol(rows) => Some(format!("sobol:{rows}")),
            Self::Judgements(points) => Some(format!("judgements:{points}")),
        }
    }

    /// Whether the outcomes of its points must be counted batch by batch of rounds: what the intervals of Sobol' indices
    /// rest on.
    pub fn needs_batches(self) -> bool {
        match self {
            Self::Sobol(_) => true,
            Self::Grid | Self::Latin(_) | Self::Judgements(_) => false,
        }
    }

    /// The points of this design, by setting a value each; the sampled ones are determined by `seed`.
    ///
    /// # Errors
    /// That there are too many points or settings, or a range where there must be values.
    pub fn points(self, varied: &[Varied], seed: u64) -> Result<Vec<Vec<String>>, DesignError> {
        match self {
            Self::Grid => grid(varied),
            Self::Latin(points) => {
                within(points as u128)?;
                Ok(met(varied, &latin(points, varied.len(), seed)))
            }
            Self::Sobol(rows) => {
                if varied.len() > MAX_SOBOL_SETTINGS {
                    return Err(DesignError::Settings);
                }
                within(rows as u128 * (varied.len() as u128 + 2))?;
                Ok(met(varied, &sobol(rows.min(MAX_SOBOL), varied.len(), seed)))
            }
            // What is drawn is no setting.
            Self::Judgements(points) => {
                within(points as u128)?;
                Ok(vec![Vec::new(); points])
            }
        }
    }
}

fn within(points: u128) -> Result<(), DesignError> {
    if points > MAX_POINTS as u128 { Err(DesignError::TooMany { points }) } else { Ok(()) }
}

fn grid(varied: &[Varied]) -> Result<Vec<Vec<String>>, DesignError> {
    let mut lists = Vec::with_capacity(varied.len());
    for setting in varied {
        match &setting.values {
            Values::Listed(values) => lists.push(values),
            Values::Between(_) => return Err(DesignError::Range(setting.path.clone())),
        }
    }
    within(lists.iter().fold(1_u128, |points, values| points.saturating_mul(values.len() as u128)))?;
    let mut points = vec![Vec::new()];
    for values in lists {
        let longer = |point: &Vec<String>| {
            let point = point.clone();
            values.iter().map(move |value| [&point[..], std::slice::from_ref(value)].concat())
        };
        points = points.iter().flat_map(longer).collect();
    }
    Ok(points)
}

/// The values at the places of `shares`, by point and setting.
fn met(varied: &[Varied], shares: &[Vec<f64>]) -> Vec<Vec<String>> {
    let point =
        |shares: &Vec<f64>| varied.iter().zip(shares).map(|(setting, &share)| setting.values.at(share)).collect();
    shares.iter().map(point).collect()
}

/// A Latin hypercube: by point and setting a number in `[0, 1)`. Like every draw those here are addressed: a hash of
/// the seed, the setting's place and the point.
fn latin(points: usize, settings: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut shares = vec![Vec::with_capacity(settings); points];
    for setting in 0..settings {
        let draw = |purpose: &str, point: usize| id_key(&format!("{purpose} {seed} {setting} {point}"));
        let mut order: Vec<usize> = (0..points).collect();
        order.sort_by_cached_key(|&point| (draw("order", point), point));
        for (part, point) in order.into_iter().enumerate() {
            // 53 bits: less than 1.
            let within = (draw("place", point) >> 11) as f64 / (1_u64 << 53) as f64;
            shares[point].push((part as f64 + within) / points as f64);
        }
    }
    shares
}

/// A design for Sobol' indices: by point and setting a number in `[0, 1)`.
pub(in crate::analysis) fn sobol(rows: usize, settings: usize, seed: u64) -> Vec<Vec<f64>> {
    let seed = (seed ^ seed >> 32) as u32;
    let part = |row: usize, from: usize| -> Vec<f64> {
        (from..from + settings)
            .map(|dimension| sobol_burley::sample(row as u32, dimension as u32, seed).into())
            .collect()
    };
    let row = |row: usize| {
        let (a, b) = (part(row, 0), part(row, settings));
        let with = |setting: usize| a.iter().enumerate().map(|(s, &x)| if s == setting { b[s] } else { x }).collect();
        let exchanged: Vec<Vec<f64>> = (0..settings).map(with).collect();
        [vec![a.clone(), b.clone()], exchanged].concat()
    };
    (0..rows).flat_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn varied(texts: &[&str]) -> Vec<Varied> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_grid_has_every_combination_once() {
        let points = Design::Grid.points(&varied(&["a=1,2", "b=x,y,z"]), 1).unwrap();
        let words: Vec<String> = points.iter().map(|point| point.join("")).collect();
        assert_eq!(words, ["1x", "1y", "1z", "2x", "2y", "2z"]);
        let ranges = Design::Grid.points(&varied(&["a=1,2", "b=0..1"]), 1);
        assert_eq!(ranges, Err(DesignError::Range("b".to_owned())));
        let many = varied(&["a=1:1000:1", "b=1:1000:1", "c=1:1000:1"]);
        assert_eq!(Design::Grid.points(&many, 1), Err(DesignError::TooMany { points: 1_000_000_000 }));
    }

    #[test]
    fn a_latin_hypercube_meets_every_part_of_every_range_once() {
        let points = latin(50, 3, 7);
        for setting in 0..3 {
            let mut parts: Vec<usize> = points.iter().map(|point| (point[setting] * 50.0) as usize).collect();
            assert!(!parts.is_sorted(), "in random order");
            parts.sort_unstable();
            assert!(parts.into_iter().eq(0..50));
        }
        assert_eq!(latin(50, 3, 7), points);
        assert_ne!(latin(50, 3, 8), points);
        assert_ne!(points[0][0], points[0][1]);
    }

    #[test]
    fn a_sobol_design_exchanges_one_setting_at_a_time() {
        let points = sobol(8, 3, 7);
        assert_eq!(points.len(), 8 * 5);
        for row in points.chunks(5) {
            for setting in 0..3 {
                let mut expected = row[0].clone();
                expected[setting] = row[1][setting];
                assert_eq!(row[2 + setting], expected);
            }
        }
        // Equidistributed: of the first 8 numbers of each dimension one in each eighth.
        for setting in 0..3 {
            for which in 0..2 {
                let mut eighths: Vec<usize> =
                    points.chunks(5).map(|row| (row[which][setting] * 8.0) as usize).collect();
                eighths.sort_unstable();
                assert!(eighths.into_iter().eq(0..8));
            }
        }
        assert_ne!(sobol(8, 3, 8), points);
    }

    #[test]
    fn there_are_limits() {
        let two = varied(&["a=0..1", "b=0..1"]);
        assert_eq!(Design::Sobol(25_000).points(&two, 1).unwrap().len(), 100_000);
        assert_eq!(Design::Sobol(25_001).points(&two, 1), Err(DesignError::TooMany { points: 100_004 }));
        assert_eq!(Design::Latin(100_001).points(&two, 1), Err(DesignError::TooMany { points: 100_001 }));
        let settings: Vec<String> = (0..=MAX_SOBOL_SETTINGS).map(|i| format!("a{i}=0..1")).collect();
        let settings = varied(&settings.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(Design::Sobol(2).points(&settings, 1), Err(DesignError::Settings));
        assert!(Design::Sobol(2).points(&settings[1..], 1).is_ok());
    }

    /// Published sweeps depend on these numbers.
    #[test]
    fn designs_are_stable() {
        let settings = varied(&["a=0..1", "b=0..100"]);
        let points = |design: Design| design.points(&settings, 20_230_704).unwrap().concat().join(" ");
        assert_eq!(
            points(Design::Sobol(2)),
            "0.9327013 41.01464 0.1915216 47.00058 0.1915216 41.01464 0.9327013 47.00058 0.4039986 75.82734 0.6918208 \
             85.0148 0.6918208 75.82734 0.4039986 85.0148"
        );
        assert_eq!(
            points(Design::Latin(4)),
            "0.2930314 53.47521 0.6526105 10.99686 0.9402642 76.8924 0.1777415 31.0643"
        );
    }
}
