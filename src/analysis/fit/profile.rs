//! The maximum of a likelihood over few numbers, and how far each of them may be from there: profile likelihood.
//!
//! The likelihood is known from a finite number of draws, the same at every point, so that it is a function of the numbers
//! with small steps in it. It is therefore looked at on a lattice only, and maximised without derivatives: from the best
//! point of a coarse grid by the pattern search of Hooke and Jeeves ("Direct search" solution of numerical and statistical
//! problems, Journal of the ACM 8, 1961), whose steps are halved down to [`FINEST`].
//!
//! The interval of a number is where the maximum over the others is less than [`DROP`] below the maximum over all. As both
//! are known up to Monte Carlo error only, twice the standard error of their difference is added (in the spirit of
//! Ionides, Breto, Park, Smith and King, Monte Carlo profile confidence intervals for dynamic systems, Journal of the
//! Royal Society Interface 14, 2017): intervals become wider where draws are few.

use std::collections::BTreeMap;

use super::chances::Chances;

/// Half the 95 % point of χ² with one degree of freedom.
pub const DROP: f64 = 1.92;
/// Standard errors of a difference by which an interval is widened.
const WIDER: f64 = 2.0;
/// The last step of a search, in steps of the lattice.
const FINEST: i32 = 2;
/// The first step from the best point of the grid.
const COARSE: i32 = 16;
/// The first step where neighbours are known.
const NEAR: i32 = 8;
/// Points at which a profile is looked at on either side, at most.
const LOOKS: usize = 10;
/// Roots of the loss that differ by so small a part of the one that is sought are the same.
const SAME: f64 = 0.03;
/// Searches that may begin anew because a profile met something better.
const RESTARTS: usize = 4;
/// By how much it must be better.
const BETTER: f64 = 0.01;

/// A likelihood on the points of a lattice. Each of its numbers goes from 0 to a size of its own.
pub struct Surface<F> {
    sizes: Vec<i32>,
    at: F,
    known: BTreeMap<Vec<i32>, Option<Chances>>,
}

/// A point, and the logarithm of the likelihood there.
#[derive(Debug, Clone, PartialEq)]
pub struct Peak {
    /// The point.
    pub point: Vec<i32>,
    /// The logarithm of the likelihood.
    pub log: f64,
}

/// Where an interval ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum End {
    /// The likelihood has fallen enough.
    Fallen(f64),
    /// It has not, up to the end of the range.
    Range(f64),
    /// It has not, up to here, and beyond the draws are too few to say.
    Draws(f64),
}

/// How far one number may be from the maximum.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The lower end.
    pub low: End,
    /// The upper end.
    pub high: End,
    /// By how much the likelihood is below its maximum if this number is 0; nothing if there are too few draws there.
    pub loss_at_zero: Option<f64>,
    /// The largest Monte Carlo standard error of a difference of which an end was made.
    pub error: f64,
    /// Where it was looked at: the number, and by how much the maximum over the others is below that over all.
    pub points: Vec<(i32, f64)>,
}

/// A value of the profile.
#[derive(Debug, Clone)]
struct Look {
    peak: Peak,
    /// How far below the maximum, surely: less what the error may be.
    surely: f64,
    error: f64,
}

impl<E, F: FnMut(&[i32]) -> Result<Option<Chances>, E>> Surface<F> {
    /// The likelihood that `at` computes; nothing where the draws are too few.
    pub fn new(sizes: Vec<i32>, at: F) -> Self {
        Self { sizes, at, known: BTreeMap::new() }
    }

    /// The likelihood at a point.
    ///
    /// # Errors
    /// Those of the function.
    pub fn chances(&mut self, point: &[i32]) -> Result<Option<&Chances>, E> {
        if !self.known.contains_key(point) {
            let chances = (self.at)(point)?;
            self.known.insert(point.to_vec(), chances);
        }
        Ok(self.known.get(point).and_then(Option::as_ref))
    }

    /// How many points were looked at.
    pub fn evaluations(&self) -> usize {
        self.known.len()
    }

    fn log(&mut self, point: &[i32]) -> Result<f64, E> {
        Ok(self.chances(point)?.map_or(f64::NEG_INFINITY, Chances::log))
    }

    /// The maximum over all numbers, from the best point of `grid`, and each one's profile; nothing if no point of the grid
    /// has a likelihood.
    ///
    /// # Errors
    /// Those of the function.
    pub fn profiles(&mut self, grid: &[Vec<i32>]) -> Result<Option<(Peak, Vec<Profile>)>, E> {
        let mut best = Peak { point: Vec::new(), log: f64::NEG_INFINITY };
        for point in grid {
            let log = self.log(point)?;
            if log > best.log {
                best = Peak { point: point.clone(), log };
            }
        }
        if best.log == f64::NEG_INFINITY {
            return Ok(None);
        }
        best = self.climb(&best.point, None, COARSE)?;
        for _ in 0..RESTARTS {
            let profiles =
                (0..self.sizes.len()).map(|axis| self.profile(&best, axis)).collect::<Result<Vec<_>, E>>()?;
            let highest = self.known.iter().filter_map(|(point, chances)| Some((point, chances.as_ref()?.log())));
            let highest = highest.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(point, log)| (point.clone(), log));
            match highest {
                Some((point, log)) if log > best.log + BETTER => best = self.climb(&point, None, NEAR)?,
                _ => return Ok(Some((best, profiles))),
            }
        }
        let profiles = (0..self.sizes.len()).map(|axis| self.profile(&best, axis)).collect::<Result<Vec<_>, E>>()?;
        Ok(Some((best, profiles)))
    }

    /// The maximum near `start` over all numbers but the one that is `held`.
    fn climb(&mut self, start: &[i32], held: Option<usize>, step: i32) -> Result<Peak, E> {
        let mut best = Peak { point: start.to_vec(), log: self.log(start)? };
        let mut step = step;
        while step >= FINEST {
            let mut next = self.explore(best.clone(), held, step)?;
            if next.log <= best.log {
                step /= 2;
            }
            while next.log > best.log {
                // What was gained once may be gained again.
                let ahead = next.point.iter().zip(&best.point).zip(&self.sizes);
                let ahead: Vec<i32> = ahead.map(|((next, before), size)| (2 * next - before).clamp(0, *size)).collect();
                best = next;
                let log = self.log(&ahead)?;
                next = self.explore(Peak { point: ahead, log }, held, step)?;
            }
        }
        Ok(best)
    }

    /// One step up or down in each number, where that gains.
    fn explore(&mut self, mut peak: Peak, held: Option<usize>, step: i32) -> Result<Peak, E> {
        for axis in (0..self.sizes.len()).filter(|&axis| Some(axis) != held) {
            for direction in [1, -1] {
                let mut point = peak.point.clone();
                point[axis] = (point[axis] + direction * step).clamp(0, self.sizes[axis]);
                let log = self.log(&point)?;
                if log > peak.log {
                    peak = Peak { point, log };
                    break;
                }
            }
        }
        Ok(peak)
    }

    fn profile(&mut self, best: &Peak, axis: usize) -> Result<Profile, E> {
        let (mut points, mut error) = (vec![(best.point[axis], 0.0)], 0.0_f64);
        let high = self.end(best, axis, 1, &mut points, &mut error)?;
        let low = self.end(best, axis, -1, &mut points, &mut error)?;
        let lowest = points.iter().map(|(at, _)| *at).min().unwrap_or_default();
        let nearest = self.held_best(axis, lowest).unwrap_or_else(|| best.point.clone());
        let zero = self.look(best, &nearest, axis, 0, COARSE)?;
        let loss_at_zero = Some(best.log - zero.peak.log).filter(|loss| loss.is_finite());
        if let Some(loss) = loss_at_zero.filter(|_| lowest > 0) {
            points.push((0, loss));
        }
        points.sort_by_key(|(at, _)| *at);
        Ok(Profile { low, high, loss_at_zero, error, points })
    }

    /// The best point seen so far where the number `axis` is so.
    fn held_best(&self, axis: usize, at: i32) -> Option<Vec<i32>> {
        let here = self.known.iter().filter(|(point, _)| point[axis] == at);
        let known = here.filter_map(|(point, chances)| Some((point, chances.as_ref()?.log())));
        known.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(point, _)| point.clone())
    }

    /// The maximum with one number held `at` so, near `start`.
    fn look(&mut self, best: &Peak, start: &[i32], axis: usize, at: i32, step: i32) -> Result<Look, E> {
        let mut point = start.to_vec();
        point[axis] = at;
        let peak = self.climb(&point, Some(axis), step)?;
        let top = self.chances(&best.point)?.cloned();
        let Some(chances) = self.chances(&peak.point)? else {
            return Ok(Look { peak, surely: f64::INFINITY, error: 0.0 });
        };
        let error = chances.error(top.as_ref());
        let surely = (best.log - chances.log() - WIDER * error).max(0.0);
        Ok(Look { peak, surely, error })
    }

    /// Where the profile of a number has fallen by [`DROP`], upwards or downwards from the maximum.
    fn end(
        &mut self,
        best: &Peak,
        axis: usize,
        direction: i32,
        points: &mut Vec<(i32, f64)>,
        error: &mut f64,
    ) -> Result<End, E> {
        let from = best.point[axis];
        let last = if direction > 0 { self.sizes[axis] - from } else { from };
        let place = |distance: f64| f64::from(from) + f64::from(direction) * distance;
        // Distances: the largest known to be inside, with its root of the loss and its point; the smallest outside.
        let (mut inside, mut near) = ((0, 0.0), best.point.clone());
        let mut outside: Option<(i32, f64)> = None;
        let aim = DROP.sqrt();
        let mut next = COARSE.min(last);
        for _ in 0..LOOKS {
            if inside.0 == last {
                return Ok(End::Range(place(f64::from(last))));
            }
            let look = self.look(best, &near, axis, from + direction * next, NEAR)?;
            if look.surely.is_finite() {
                points.push((from + direction * next, best.log - look.peak.log));
            }
            let root = look.surely.sqrt();
            if root < aim {
                (inside, near) = ((next, root), look.peak.point);
            } else {
                outside = Some((next, root));
            }
            *error = error.max(look.error);
            let (a, b) = (f64::from(inside.0), outside.map_or(f64::from(last), |(b, _)| f64::from(b)));
            next = match outside {
                // The root of the loss is nearly proportional to the distance.
                None => {
                    let factor = if root > 0.0 { (aim / root * 1.1).clamp(1.5, 4.0) } else { 4.0 };
                    ((a * factor).ceil() as i32).min(last)
                }
                Some((_, root)) if root.is_finite() => {
                    between((a, inside.1), (b, root), aim).round().clamp(a, b) as i32
                }
                Some(_) => f64::midpoint(a, b) as i32,
            };
            if outside.is_some_and(|(b, _)| b - inside.0 <= FINEST || (root - aim).abs() < SAME * aim) {
                break;
            }
        }
        let a = f64::from(inside.0);
        Ok(match outside {
            Some((b, root)) if root.is_finite() => {
                End::Fallen(place(between((a, inside.1), (f64::from(b), root), aim)))
            }
            Some(_) => End::Draws(place(a)),
            None => End::Range(place(a)),
        })
    }
}

/// Where a line through two points reaches `aim`.
fn between((a, low): (f64, f64), (b, high): (f64, f64), aim: f64) -> f64 {
    a + (b - a) * (aim - low) / (high - low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    fn ok<T>(result: Result<T, Infallible>) -> T {
        let Ok(value) = result;
        value
    }

    /// Replicates without any error.
    fn exact(log: f64) -> Option<Chances> {
        Some(Chances { replicates: vec![vec![[0.0, log]]; 4] })
    }

    fn grid() -> Vec<Vec<i32>> {
        (0..=256).step_by(64).flat_map(|x| (0..=256).step_by(64).map(move |y| vec![x, y])).collect()
    }

    /// Of a normal likelihood the interval is 1.96 standard deviations to either side, of the marginal distribution.
    #[test]
    fn a_normal_likelihood_has_the_interval_that_is_known() {
        let (sx, sy, r) = (20.0, 12.0, 0.6);
        let mut surface = Surface::new(vec![256, 256], |p: &[i32]| -> Result<_, Infallible> {
            let (x, y) = (f64::from(p[0] - 150) / sx, f64::from(p[1] - 90) / sy);
            Ok(exact(-100.0 - (x * x - 2.0 * r * x * y + y * y) / (2.0 * (1.0 - r * r))))
        });
        let (best, profiles) = ok(surface.profiles(&grid())).unwrap();
        assert_eq!(best.point, [150, 90]);
        for ((profile, centre), sd) in profiles.iter().zip([150.0, 90.0]).zip([sx, sy]) {
            let (End::Fallen(low), End::Fallen(high)) = (profile.low, profile.high) else { panic!("{profile:?}") };
            let reach = (2.0 * DROP).sqrt() * sd;
            assert!((centre - low - reach).abs() < 1.0 && (high - centre - reach).abs() < 1.0, "{profile:?}");
            let loss = profile.loss_at_zero.unwrap();
            assert!((loss / (centre * centre / (2.0 * sd * sd)) - 1.0).abs() < 0.02, "{profile:?}");
        }
        assert!(surface.evaluations() < 400, "{}", surface.evaluations());
    }

    #[test]
    fn what_says_nothing_reaches_over_the_whole_range_and_ends_are_told_apart() {
        let mut surface = Surface::new(vec![256, 256], |p: &[i32]| -> Result<_, Infallible> {
            // Nothing about the first; the second falls from 0 on, and the draws do not reach beyond 200 of the first.
            Ok(if p[0] > 200 { None } else { exact(-f64::from(p[1]) / 30.0) })
        });
        let (best, profiles) = ok(surface.profiles(&grid())).unwrap();
        assert_eq!(best.point[1], 0);
        assert_eq!(profiles[0].low, End::Range(0.0));
        assert!(matches!(profiles[0].high, End::Draws(at) if (190.0..=200.0).contains(&at)), "{profiles:?}");
        assert_eq!(profiles[1].low, End::Range(0.0));
        assert!(matches!(profiles[1].high, End::Fallen(at) if (at - 30.0 * DROP).abs() < 1.0), "{profiles:?}");
        assert_eq!(profiles[1].loss_at_zero, Some(0.0));
        let mut nowhere = Surface::new(vec![8], |_: &[i32]| -> Result<_, Infallible> { Ok(None) });
        assert_eq!(ok(nowhere.profiles(&[vec![0], vec![8]])), None);
    }

    /// Replicates that disagree about how far it falls make the interval wider.
    #[test]
    fn the_error_of_few_draws_widens_the_interval() {
        let width = |noise: f64| {
            let mut surface = Surface::new(vec![256], |p: &[i32]| -> Result<_, Infallible> {
                let x = f64::from(p[0] - 128) / 20.0;
                let replicate = |sign: f64| vec![[0.0, -x * x / 2.0 * (1.0 + sign * noise)]];
                Ok(Some(Chances { replicates: [1.0, -1.0, 1.0, -1.0].map(replicate).into() }))
            });
            let (_, profiles) = ok(surface.profiles(&[vec![100]])).unwrap();
            let (End::Fallen(low), End::Fallen(high)) = (profiles[0].low, profiles[0].high) else { panic!() };
            (high - low, profiles[0].error)
        };
        let ((sharp, small), (blurred, large)) = (width(0.0), width(0.3));
        assert!(small < 1e-9 && large > 0.2, "{small} {large}");
        assert!(blurred > 1.1 * sharp, "{sharp} {blurred}");
    }

    /// Two peaks: the higher one is found although the search begins at the lower.
    #[test]
    fn a_higher_peak_met_on_the_way_is_taken() {
        let mut surface = Surface::new(vec![256], |p: &[i32]| -> Result<_, Infallible> {
            let at = |centre: i32, sd: f64| -(f64::from(p[0] - centre) / sd).powi(2) / 2.0;
            Ok(exact(at(80, 10.0).max(at(112, 10.0) + 1.0)))
        });
        let (best, profiles) = ok(surface.profiles(&[vec![75]])).unwrap();
        assert!((111..=113).contains(&best.point[0]), "{profiles:?}");
    }
}
