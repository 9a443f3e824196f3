//! Proportions and means, with what is known about their precision.

use crate::simulation::tally::Sum;

/// Quantile of the standard normal distribution that leaves 2.5 % above it.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// A share of rounds with its Wilson 95 % interval.
///
/// With `p = count / rounds`, `n = rounds` and `z = 1.959964`, the bounds are
///
/// ```text
/// ( p + z²/2n ± z · √( p(1−p)/n + z²/4n² ) ) / ( 1 + z²/n )
/// ```
///
/// E. B. Wilson, *Probable inference, the law of succession, and statistical inference*, Journal of the
/// American Statistical Association 22 (1927), <https://doi.org/10.1080/01621459.1927.10502953>.
///
/// The interval measures the error of simulating finitely many rounds, nothing else.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proportion {
    /// Rounds in which it was so.
    pub count: u64,
    /// Rounds in which it could have been so; 0 means that nothing is known.
    pub rounds: u64,
    /// `count / rounds`, in `[0, 1]`; none if `rounds` is 0.
    pub value: Option<f64>,
    /// Lower bound, in `[0, value]`; 0 if `rounds` is 0.
    pub low: f64,
    /// Upper bound, in `[value, 1]`; 1 if `rounds` is 0.
    pub high: f64,
}

impl Proportion {
    /// `count` out of `rounds`; `count` at most `rounds`.
    pub fn new(count: u64, rounds: u64) -> Self {
        if rounds == 0 {
            return Self { count, rounds, value: None, low: 0.0, high: 1.0 };
        }
        let value = count as f64 / rounds as f64;
        // The lower bound of the complement, so that neither bound suffers from cancellation.
        let low = lower_bound(count, rounds).min(value);
        let high = (1.0 - lower_bound(rounds - count.min(rounds), rounds)).max(value);
        Self { count, rounds, value: Some(value), low, high }
    }

    /// Whether it was so in no round.
    pub fn is_never(&self) -> bool {
        self.count == 0
    }

    /// How far the interval reaches at most to either side of the value; 1 if `rounds` is 0.
    pub fn reach(&self) -> f64 {
        self.value.map_or(1.0, |value| (value - self.low).max(self.high - value))
    }

    /// Whether it was so in some rounds, but in so few that the interval is wider than the value.
    pub fn is_rare(&self) -> bool {
        self.value.is_some_and(|value| value > 0.0 && self.high - self.low > value)
    }
}

/// Wilson's lower bound, with numerator and denominator multiplied by `n`. Exactly 0 for no successes.
fn lower_bound(count: u64, rounds: u64) -> f64 {
    if count == 0 {
        return 0.0;
    }
    let (k, n) = (count as f64, rounds as f64);
    let spread = Z * (k * ((n - k) / n) + Z * Z / 4.0).sqrt();
    (k + Z * Z / 2.0 - spread).max(0.0) / (n + Z * Z)
}

/// The mean of whole numbers, one a round, with its standard error `s / √n`, where `s² = (Σx² − (Σx)²/n) / (n − 1)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    /// Sum over the rounds.
    pub sum: u64,
    /// Rounds summed over.
    pub rounds: u64,
    /// `sum / rounds`; none if `rounds` is 0.
    pub value: Option<f64>,
    /// Standard error of the mean; none for fewer than two rounds.
    pub standard_error: Option<f64>,
}

impl Mean {
    /// `sum` over `rounds`.
    pub fn new(sum: Sum, rounds: u64) -> Self {
        let Sum { total, squares } = sum;
        let n = rounds as f64;
        // n²(n − 1) times the squared standard error, exactly: up to 10^29.
        let spread = (u128::from(rounds) * u128::from(squares)).saturating_sub(u128::from(total) * u128::from(total));
        Self {
            sum: total,
            rounds,
            value: (rounds > 0).then(|| total as f64 / n),
            standard_error: (rounds > 1).then(|| (spread as f64 / (n - 1.0)).sqrt() / n),
        }
    }
}

/// The quantile of the `sorted` numbers at `share`, between neighbours in proportion (type 7 of Hyndman and Fan, as R and
/// NumPy have it); 0 of none.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share * sorted.len().saturating_sub(1) as f64;
    let (below, above) = (sorted.get(at.floor() as usize), sorted.get(at.ceil() as usize));
    let (below, above) = (below.copied().unwrap_or(0.0), above.copied().unwrap_or(0.0));
    below + (above - below) * at.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The Wilson intervals printed by R. G. Newcombe, *Two-sided confidence intervals for the single proportion*,
    /// Statistics in Medicine 17 (1998), 857-872, to four places.
    #[test]
    fn bounds_are_wilsons() {
        for (count, rounds, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let p = Proportion::new(count, rounds);
            assert!((p.low - low).abs() <= 5e-5 && (p.high - high).abs() <= 5e-5, "{count}/{rounds}: {p:?}");
        }
    }

    #[test]
    fn never_and_always_touch_the_ends_exactly() {
        for rounds in [1, 10, 4096, 1_000_000_000_000] {
            let (never, always) = (Proportion::new(0, rounds), Proportion::new(rounds, rounds));
            assert_eq!((never.value, never.low), (Some(0.0), 0.0));
            assert_eq!((always.value, always.high), (Some(1.0), 1.0));
            assert!(never.high > 0.0 && never.high < 1.0);
            assert!(always.low > 0.0 && always.low < 1.0);
        }
    }

    #[test]
    fn no_rounds_say_nothing() {
        assert_eq!(Proportion::new(0, 0), Proportion { count: 0, rounds: 0, value: None, low: 0.0, high: 1.0 });
        assert_eq!(Mean::new(Sum::default(), 0).value, None);
    }

    #[test]
    fn means_have_the_textbook_standard_error() {
        let mut sum = Sum::default();
        [2, 4, 4, 4, 5, 5, 7, 9].into_iter().for_each(|x| sum.add(x));
        let mean = Mean::new(sum, 8);
        assert_eq!(mean.value, Some(5.0));
        let expected = f64::sqrt(32.0 / 7.0 / 8.0);
        assert!((mean.standard_error.unwrap() - expected).abs() < 1e-15);
        let mut one = Sum::default();
        one.add(3);
        assert_eq!(Mean::new(one, 1).standard_error, None, "one round says nothing about spread");
    }

    #[test]
    fn bounds_enclose_the_value_and_stay_distinct_at_any_size() {
        for rounds in [1, 2, 3, 100, 12_345, 1_000_000_000_000_u64] {
            for count in [0, 1, rounds / 3, rounds / 2, rounds.saturating_sub(1), rounds] {
                let p = Proportion::new(count.min(rounds), rounds);
                let value = p.value.unwrap();
                assert!(0.0 <= p.low && p.low <= value && value <= p.high && p.high <= 1.0, "{p:?}");
                assert!(p.low < p.high, "{p:?}");
            }
        }
    }

    /// How often the interval covers `p`, exactly: the binomial probabilities of the counts whose interval does.
    fn coverage(p: f64, n: u64) -> f64 {
        let ln_choose =
            |k: u64| libm::lgamma((n + 1) as f64) - libm::lgamma((k + 1) as f64) - libm::lgamma((n - k + 1) as f64);
        (0..=n)
            .filter(|&k| {
                let interval = Proportion::new(k, n);
                interval.low <= p && p <= interval.high
            })
            .map(|k| libm::exp(ln_choose(k) + k as f64 * libm::log(p) + (n - k) as f64 * libm::log1p(-p)))
            .sum()
    }

    /// Wilson's interval covers 95 % on average, and nearly so everywhere but next to 0 and 1, where counts are few;
    /// see Brown, Cai and DasGupta, *Interval estimation for a binomial proportion* (2001),
    /// <https://doi.org/10.1214/ss/1009213286>. The bands leave room for the steps of a discrete count.
    #[test]
    fn intervals_cover_as_often_as_they_say() {
        for n in [50, 400, 3000] {
            let grid: Vec<f64> = (1..200).map(|i| coverage(f64::from(i) / 200.0, n)).collect();
            let mean = grid.iter().sum::<f64>() / grid.len() as f64;
            assert!((mean - 0.95).abs() < 0.005, "mean coverage {mean} at n = {n}");
            let inner = &grid[19..180];
            let (least, most) = inner.iter().fold((1.0_f64, 0.0_f64), |(l, m), &c| (l.min(c), m.max(c)));
            let band = if n == 50 { 0.03 } else { 0.015 };
            assert!(least > 0.95 - band && most < 0.95 + band, "{least}..{most} at n = {n}");
        }
    }

    /// The same test fails for the usual textbook interval: it can fail.
    #[test]
    fn the_coverage_test_would_notice_a_narrower_interval() {
        let n = 400;
        let ninety = 1.644_853_6 / Z;
        let covered: f64 = (0..=n)
            .filter(|&k| {
                let i = Proportion::new(k, n);
                let middle = f64::midpoint(i.low, i.high);
                let half = ninety * (i.high - i.low) / 2.0;
                (middle - half..=middle + half).contains(&0.3)
            })
            .map(|k| {
                let ln = libm::lgamma((n + 1) as f64) - libm::lgamma((k + 1) as f64) - libm::lgamma((n - k + 1) as f64);
                libm::exp(ln + k as f64 * libm::log(0.3) + (n - k) as f64 * libm::log(0.7))
            })
            .sum();
        assert!(covered < 0.935, "{covered}");
    }

    /// `numpy.quantile([0.1, 0.2, 0.4, 0.8], q)`.
    #[test]
    fn quantiles_are_those_of_r_and_numpy() {
        let numbers = [0.1, 0.2, 0.4, 0.8];
        for (share, value) in [(0.0, 0.1), (0.05, 0.115), (0.25, 0.175), (0.5, 0.3), (0.75, 0.5), (1.0, 0.8)] {
            assert!((quantile(&numbers, share) - value).abs() < 1e-12, "{share}");
        }
        assert_eq!((quantile(&[], 0.5), quantile(&[0.3], 0.95)), (0.0, 0.3));
    }
}
