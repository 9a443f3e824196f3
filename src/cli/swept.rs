//! Results files of sweeps: they hold points where those of runs hold rounds.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::analysis::precision::Length;
use crate::analysis::sweep::Point;
use crate::report::results::{Asked, Results};

use super::checkpoint::{self, Checkpoint, Saving};
use super::failure::Failure;
use super::merge;
use super::output::{Opening, OutFiles};

/// Counts of some of a sweep's points.
pub type Swept = Results<Vec<Point>>;

/// All that a sweep is to count.
pub struct Whole<'a> {
    /// What is asked.
    pub of: Asked,
    /// By point, the values of the settings.
    pub points: &'a [Vec<String>],
    /// How many outcomes a point has.
    pub outcomes: usize,
}

impl Whole<'_> {
    /// How many points there are.
    pub fn all(&self) -> u64 {
        self.points.len() as u64
    }

    /// Counts of no points, of which the first will be number `start`.
    pub fn nothing(&self, start: u64) -> Swept {
        Results { of: self.of.clone(), rounds: start..start, elapsed_seconds: 0.0, counts: Vec::new() }
    }

    /// Opens the results file, if there is to be one; it must not be one of `out`.
    ///
    /// # Errors
    /// As [`Saving::open`].
    pub fn open<'o>(
        &self,
        saving: &Saving,
        opening: Opening<'o>,
        out: Option<&OutFiles>,
    ) -> Result<Option<Checkpoint<'o, Vec<Point>>>, Failure> {
        let Some(path) = saving.path() else { return Ok(None) };
        let wanted = saving.shard.map_or(0..self.all(), |shard| shard.points(self.all()));
        let swept = match saving.resume {
            Some(_) => self.resumed(path, &wanted)?,
            None => self.nothing(wanted.start),
        };
        saving.begin(path, swept, wanted.end, opening, out).map(Some)
    }

    fn resumed(&self, path: &Path, wanted: &Range<u64>) -> Result<Swept, Failure> {
        let swept: Swept = checkpoint::load(path)?;
        checkpoint::same(path, &swept.of, &self.of)?;
        checkpoint::goes_on(path, "point", &swept.rounds, wanted)?;
        self.check(&swept, path)?;
        Ok(Results { of: self.of.clone(), ..swept })
    }

    /// Checks that `swept`, read from `path`, can be counts of these points.
    fn check(&self, swept: &Swept, path: &Path) -> Result<(), Failure> {
        let length = Length { rounds: self.of.rounds, precision: self.of.precision };
        let points = self.points.get(swept.rounds.start as usize..swept.rounds.end as usize);
        let fits = |points: &[Vec<String>]| {
            let mut pairs = swept.counts.iter().zip(points);
            points.len() == swept.counts.len()
                && pairs.all(|(point, values)| point.is_sound(values, self.outcomes, length))
        };
        if points.is_some_and(fits) { Ok(()) } else { Err(checkpoint::unsound(path)) }
    }

    /// Puts files together: all points, each once.
    ///
    /// # Errors
    /// That a file cannot be read, is about something else, or that points are missing or there twice.
    pub fn add_up(&self, files: &[PathBuf]) -> Result<Swept, Failure> {
        let mut parts = Vec::with_capacity(files.len());
        for file in files {
            let part: Swept = checkpoint::load(file)?;
            if let Some(difference) = part.of.difference(&self.of) {
                return Err(merge::mixed(file, &files[0], &difference));
            }
            self.check(&part, file)?;
            parts.push((part, file.as_path()));
        }
        let ranges = parts.iter().map(|(part, file)| (part.rounds.clone(), *file)).collect();
        merge::all_once("point", ranges, self.all())?;
        // Empty parts stand before what begins where they do.
        parts.sort_by_key(|(part, _)| (part.rounds.start, part.rounds.end));
        let mut whole = Results { rounds: 0..self.all(), ..self.nothing(0) };
        for (part, _) in parts {
            whole.counts.extend(part.counts);
            whole.elapsed_seconds += part.elapsed_seconds;
        }
        Ok(whole)
    }
}
