//! Polynomials of several settings, from which a smooth surface through probabilities is made.

/// Terms of a surface at most.
const MAX_TERMS: usize = 100;
/// Their degree at most. What a probability does that is not so smooth is left to the rest.
const MAX_DEGREE: usize = 4;
/// Rows for each term at least.
const ROWS_PER_TERM: usize = 8;

/// The products of Legendre polynomials of settings up to some degree together: orthonormal over the unit cube.
pub(super) struct Basis {
    /// By term: the settings in it, each with its degree.
    terms: Vec<Vec<(usize, usize)>>,
    degree: usize,
}

impl Basis {
    /// As many as a design of so many rows can tell apart.
    pub fn new(settings: usize, rows: usize) -> Self {
        let most = (rows / ROWS_PER_TERM).min(MAX_TERMS) as u64;
        let degree = (1..=MAX_DEGREE).rev().find(|&degree| choose(settings + degree, degree) <= most).unwrap_or(0);
        let mut terms: Vec<Vec<(usize, usize)>> = vec![Vec::new()];
        for setting in 0..settings {
            let longer = |term: &Vec<(usize, usize)>| {
                let left = degree - term.iter().map(|(_, degree)| degree).sum::<usize>();
                let term = term.clone();
                (1..=left).map(move |degree| [&term[..], &[(setting, degree)]].concat())
            };
            terms.extend(terms.iter().flat_map(longer).collect::<Vec<_>>());
        }
        Self { terms, degree }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Their values at a point of the unit cube, into `values`.
    pub fn at(&self, point: &[f64], values: &mut Vec<f64>) {
        let of_settings: Vec<[f64; MAX_DEGREE + 1]> = point.iter().map(|&x| legendre(x, self.degree)).collect();
        values.clear();
        values.extend(
            self.terms
                .iter()
                .map(|term| term.iter().map(|&(setting, degree)| of_settings[setting][degree]).product::<f64>()),
        );
    }
}

/// The Legendre polynomials over [0, 1], each with a mean square of 1.
fn legendre(x: f64, degree: usize) -> [f64; MAX_DEGREE + 1] {
    let z = 2.0 * x - 1.0;
    let mut values = [1.0; MAX_DEGREE + 1];
    values[1] = z;
    for n in 2..=degree {
        let m = n as f64;
        values[n] = ((2.0 * m - 1.0) * z * values[n - 1] - (m - 1.0) * values[n - 2]) / m;
    }
    values.iter_mut().enumerate().for_each(|(n, value)| *value *= (2.0 * n as f64 + 1.0).sqrt());
    values
}

fn choose(n: usize, k: usize) -> u64 {
    (1..=k as u64).fold(1, |product, i| product * (n as u64 - k as u64 + i) / i)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terms_are_orthonormal_and_as_many_as_the_rows_bear() {
        let basis = Basis::new(2, 256);
        assert_eq!((basis.len(), basis.degree), (15, 4));
        assert_eq!(Basis::new(10, 256).len(), 11);
        assert_eq!(Basis::new(1, 8).len(), 1);
        const GRID: usize = 400;
        let mut products = vec![vec![0.0; basis.len()]; basis.len()];
        let mut at = Vec::new();
        for i in 0..GRID * GRID {
            let place = |i: usize| (i as f64 + 0.5) / GRID as f64;
            basis.at(&[place(i / GRID), place(i % GRID)], &mut at);
            for (row, a) in products.iter_mut().zip(&at) {
                row.iter_mut().zip(&at).for_each(|(product, b)| *product += a * b / (GRID * GRID) as f64);
            }
        }
        for (i, row) in products.iter().enumerate() {
            for (j, product) in row.iter().enumerate() {
                assert!((product - f64::from(u8::from(i == j))).abs() < 1e-3, "{i} {j} {product}");
            }
        }
    }
}
