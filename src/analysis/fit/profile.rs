//! The maximum of a likelihood over few numbers, and how far each of them may be from there: profile likelihood.
//!
//! The likelihood is known from a finite number of draws, the same at every point, so that it is a function of the numbers
//! with small steps in it. It is therefore looked at on a lattice only, and maximised without derivatives: from the best
//! point of a coarse grid by the pattern search of Hooke and Jeeves ("Direct search" solution of numerical and statistical
//! problems, Journal of the ACM 8, 1961), whose steps are halved down to [`FINEST`]. Most of the search heeds a few of the
//! replicates only; what is compared in the end, maximum and profiles, is of all of them.
//!
//! The interval of a number is where the maximum over the others is less than [`DROP`] below the maximum over all. As both
//! are known up to Monte Carlo error only, twice the standard error of their difference is added (in the spirit of
//! Ionides, Breto, Park, Smith and King, Monte Carlo profile confidence intervals for dynamic systems, Journal of the
//! Royal Society Interface 14, 2017): intervals become wider where draws are few.

use std::collections::BTreeMap;
use std::ops::Range;

use super::chances::Chances;

/// Half the 95 % point of χ² with one degree of freedom.
pub const DROP: f64 = 1.92;
/// The loss from which on a point is so far outside that a closer look would not bring it back.
const FAR: f64 = 3.0 * DROP;
/// Standard errors of a difference by which an interval is widened.
const WIDER: f64 = 2.0;
/// The last step of a search, in steps of the lattice.
const FINEST: i32 = 2;
/// The first step from the best point of the grid.
const COARSE: i32 = 16;
/// The first step where neighbours are known.
const NEAR: i32 = 8;
/// The last step of a search with one number held: the loss of a miss grows with its square, and this one is far below a
/// standard error.
const FINE: i32 = 4;
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
    /// Replicates that a search heeds, and all of them.
    replicates: [u64; 2],
    at: F,
    known: BTreeMap<Vec<i32>, Known>,
}

/// What is known of a point.
struct Known {
    /// The logarithm of the likelihood by the replicates that a search heeds.
    rough: f64,
    /// As many replicates as were computed; nothing if the draws are too few.
    chances: Option<Chances>,
}

/// Which replicates count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// Those that a search heeds.
    Few,
    /// All.
    All,
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

impl<E, F: FnMut(&[i32], Range<u64>) -> Result<Option<Chances>, E>> Surface<F> {
    /// The likelihood that `at` computes from these replicates; nothing where the draws are too few. A search heeds the
    /// `few` first of `all`.
    pub fn new(sizes: Vec<i32>, few: u64, all: u64, at: F) -> Self {
        Self { sizes, replicates: [few.min(all), all], at, known: BTreeMap::new() }
    }

    /// The likelihood at a point, from all replicates.
    ///
    /// # Errors
    /// Those of the function.
    pub fn chances(&mut self, point: &[i32]) -> Result<Option<&Chances>, E> {
        self.rough(point)?;
        let [_, all] = self.replicates;
        let Some(known) = self.known.get_mut(point) else { return Ok(None) };
        let have = known.chances.as_ref().map_or(all, |chances| chances.replicates.len() as u64);
        if have < all {
            let more = (self.at)(point, have..all)?;
            known.chances = known.chances.take().zip(more).map(|(chances, more)| chances.and(more));
        }
        Ok(known.chances.as_ref())
    }

    /// The logarithm of the likelihood at a point, from the replicates that a search heeds.
    fn rough(&mut self, point: &[i32]) -> Result<f64, E> {
        if let Some(known) = self.known.get(point) {
            return Ok(known.rough);
        }
        let [few, _] = self.replicates;
        let chances = (self.at)(point, 0..few)?;
        let rough = chances.as_ref().map_or(f64::NEG_INFINITY, Chances::log);
        self.known.insert(point.to_vec(), Known { rough, chances });
        Ok(rough)
    }

    /// How many points were looked at.
    pub fn points(&self) -> usize {
        self.known.len()
    }

    /// The logarithm of the likelihood at a point.
    fn log(&mut self, point: &[i32], by: By) -> Result<f64, E> {
        match by {
            By::Few => self.rough(point),
            By::All => Ok(self.chances(point)?.map_or(f64::NEG_INFINITY, Chances::log)),
        }
    }

    /// The highest point of those of which all replicates are known.
    fn highest(&self) -> Option<Peak> {
        let [_, all] = self.replicates;
        let whole =
            |known: &Known| known.chances.as_ref().filter(|it| it.replicates.len() as u64 == all).map(Chances::log);
        let peaks =
            self.known.iter().filter_map(|(point, known)| Some(Peak { point: point.clone(), log: whole(known)? }));
        peaks.max_by(|a, b| a.log.total_cmp(&b.log))
    }

    /// The maximum over all numbers, from the best point of `grid`, and each one's profile; nothing if no point of the grid
    /// has a likelihood.
    ///
    /// # Errors
    /// Those of the function.
    pub fn profiles(&mut self, grid: &[Vec<i32>]) -> Result<Option<(Peak, Vec<Profile>)>, E> {
        let mut best = Peak { point: Vec::new(), log: f64::NEG_INFINITY };
        for point in grid {
            let log = self.rough(point)?;
            if log > best.log {
                best = Peak { point: point.clone(), log };
            }
        }
        if best.log == f64::NEG_INFINITY {
            return Ok(None);
        }
        let rough = self.climb(&best.point, None, (COARSE, FINE), By::Few)?;
        best = self.climb(&rough.point, None, (FINE, FINEST), By::All)?;
        for restart in 0.. {
            let profiles =
                (0..self.sizes.len()).map(|axis| self.profile(&best, axis)).collect::<Result<Vec<_>, E>>()?;
            match self.highest() {
                Some(highest) if restart < RESTARTS && highest.log > best.log + BETTER => {
                    best = self.climb(&highest.point, None, (NEAR, FINEST), By::All)?;
                }
                // Too few draws even for the best: some of its other replicates have none.
                _ if best.log == f64::NEG_INFINITY => break,
                _ => return Ok(Some((best, profiles))),
            }
        }
        Ok(None)
    }

    /// The maximum near `start` over all numbers but the one that is `held`, in steps from the first to the last.
    fn climb(&mut self, start: &[i32], held: Option<usize>, steps: (i32, i32), by: By) -> Result<Peak, E> {
        let mut best = Peak { point: start.to_vec(), log: self.log(start, by)? };
        let (mut step, last) = steps;
        while step >= last {
            let mut next = self.explore(best.clone(), held, step, by)?;
            if next.log <= best.log {
                step /= 2;
            }
            while next.log > best.log {
                // What was gained once may be gained again.
                let ahead = self.beyond(&best.point, &next.point, 2.0);
                best = next;
                let log = self.log(&ahead, by)?;
                next = self.explore(Peak { point: ahead, log }, held, step, by)?;
            }
        }
        Ok(best)
    }

    /// One step up or down in each number, where that gains.
    fn explore(&mut self, mut peak: Peak, held: Option<usize>, step: i32, by: By) -> Result<Peak, E> {
        for axis in (0..self.sizes.len()).filter(|&axis| Some(axis) != held) {
            for direction in [1, -1] {
                let mut point = peak.point.clone();
                point[axis] = (point[axis] + direction * step).clamp(0, self.sizes[axis]);
                let log = self.log(&point, by)?;
                if log > peak.log {
                    peak = Peak { point, log };
                    break;
                }
            }
        }
        Ok(peak)
    }

    /// As far from `a` in the direction of `b` as so many times their distance.
    fn beyond(&self, a: &[i32], b: &[i32], times: f64) -> Vec<i32> {
        let on =
            |((&a, &b), &size): ((&i32, &i32), &i32)| (a + (times * f64::from(b - a)).round() as i32).clamp(0, size);
        a.iter().zip(b).zip(&self.sizes).map(on).collect()
    }

    fn profile(&mut self, best: &Peak, axis: usize) -> Result<Profile, E> {
        let (mut points, mut error) = (vec![(best.point[axis], 0.0)], 0.0_f64);
        let high = self.end(best, axis, 1, &mut points, &mut error)?;
        let low = self.end(best, axis, -1, &mut points, &mut error)?;
        let lowest = points.iter().map(|(at, _)| *at).min().unwrap_or_default();
        let nearest = self.held_best(axis, lowest).unwrap_or_else(|| best.point.clone());
        let zero = self.look(best, [&nearest, &best.point], axis, 0)?;
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
        here.max_by(|a, b| a.1.rough.total_cmp(&b.1.rough)).map(|(point, _)| point.clone())
    }

    /// The maximum with one number held `at` so, near the better of two points.
    fn look(&mut self, best: &Peak, starts: [&[i32]; 2], axis: usize, at: i32) -> Result<Look, E> {
        let [mut start, mut other] = starts.map(<[i32]>::to_vec);
        (start[axis], other[axis]) = (at, at);
        if self.rough(&other)? > self.rough(&start)? {
            start = other;
        }
        let rough = self.climb(&start, Some(axis), (NEAR, FINE), By::Few)?;
        let look = self.seen(best, rough.point)?;
        if !(DROP..FAR).contains(&look.surely) {
            return Ok(look);
        }
        // What a few replicates do not see may belong to the interval all the same.
        let peak = self.climb(&look.peak.point, Some(axis), (FINE, FINE), By::All)?;
        self.seen(best, peak.point)
    }

    /// How far below the maximum a point is.
    fn seen(&mut self, best: &Peak, point: Vec<i32>) -> Result<Look, E> {
        let top = self.chances(&best.point)?.cloned();
        let Some(chances) = self.chances(&point)? else {
            let peak = Peak { point, log: f64::NEG_INFINITY };
            return Ok(Look { peak, surely: f64::INFINITY, error: 0.0 });
        };
        let (log, error) = (chances.log(), chances.error(top.as_ref()));
        let surely = (best.log - log - WIDER * error).max(0.0);
        Ok(Look { peak: Peak { point, log }, surely, error })
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
            // The others probably go on as they did so far.
            let times = if inside.0 > 0 { f64::from(next) / f64::from(inside.0) } else { 1.0 };
            let ahead = self.beyond(&best.point, &near, times);
            let look = self.look(best, [&near, &ahead], axis, from + direction * next)?;
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
            // Of the very end, such as a memory of 1, nothing need be known.
            Some(_) if last - inside.0 <= FINEST => End::Range(place(f64::from(last))),
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
    fn exact(log: f64, which: Range<u64>) -> Option<Chances> {
        Some(Chances { replicates: which.map(|_| vec![[0.0, log]]).collect() })
    }

    fn grid() -> Vec<Vec<i32>> {
        (0..=256).step_by(64).flat_map(|x| (0..=256).step_by(64).map(move |y| vec![x, y])).collect()
    }

    /// Of a normal likelihood the interval is 1.96 standard deviations to either side, of the marginal distribution.
    #[test]
    fn a_normal_likelihood_has_the_interval_that_is_known() {
        let (sx, sy, r) = (20.0, 12.0, 0.6);
        let mut surface = Surface::new(vec![256, 256], 2, 4, |p: &[i32], which: Range<u64>| -> Result<_, Infallible> {
            let (x, y) = (f64::from(p[0] - 150) / sx, f64::from(p[1] - 90) / sy);
            Ok(exact(-100.0 - (x * x - 2.0 * r * x * y + y * y) / (2.0 * (1.0 - r * r)), which))
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
        assert!(surface.points() < 400, "{}", surface.points());
    }

    #[test]
    fn what_says_nothing_reaches_over_the_whole_range_and_ends_are_told_apart() {
        let mut surface = Surface::new(vec![256, 256], 2, 4, |p: &[i32], which: Range<u64>| -> Result<_, Infallible> {
            // Nothing about the first; the second falls from 0 on, and the draws do not reach beyond 200 of the first.
            Ok(if p[0] > 200 { None } else { exact(-f64::from(p[1]) / 30.0, which) })
        });
        let (best, profiles) = ok(surface.profiles(&grid())).unwrap();
        assert_eq!(best.point[1], 0);
        assert_eq!(profiles[0].low, End::Range(0.0));
        assert!(matches!(profiles[0].high, End::Draws(at) if (190.0..=200.0).contains(&at)), "{profiles:?}");
        assert_eq!(profiles[1].low, End::Range(0.0));
        assert!(matches!(profiles[1].high, End::Fallen(at) if (at - 30.0 * DROP).abs() < 1.0), "{profiles:?}");
        assert_eq!(profiles[1].loss_at_zero, Some(0.0));
        let mut nowhere = Surface::new(vec![8], 2, 4, |_: &[i32], _| -> Result<_, Infallible> { Ok(None) });
        assert_eq!(ok(nowhere.profiles(&[vec![0], vec![8]])), None);
    }

    /// Replicates that disagree about how far it falls make the interval wider.
    #[test]
    fn the_error_of_few_draws_widens_the_interval() {
        let width = |noise: f64| {
            let mut surface = Surface::new(vec![256], 2, 4, |p: &[i32], which: Range<u64>| -> Result<_, Infallible> {
                let x = f64::from(p[0] - 128) / 20.0;
                let replicate = |sign: f64| vec![[0.0, -x * x / 2.0 * (1.0 + sign * noise)]];
                let sign = |number| if number % 2 == 0 { 1.0 } else { -1.0 };
                Ok(Some(Chances { replicates: which.map(|number| replicate(sign(number))).collect() }))
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
        let mut surface = Surface::new(vec![256], 2, 4, |p: &[i32], which: Range<u64>| -> Result<_, Infallible> {
            let at = |centre: i32, sd: f64| -(f64::from(p[0] - centre) / sd).powi(2) / 2.0;
            Ok(exact(at(80, 10.0).max(at(112, 10.0) + 1.0), which))
        });
        let (best, profiles) = ok(surface.profiles(&[vec![75]])).unwrap();
        assert!((111..=113).contains(&best.point[0]), "{profiles:?}");
    }
}
