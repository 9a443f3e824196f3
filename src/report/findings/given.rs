//! How assumptions differ, given the same polls.

use std::io;
use std::path::Path;

use super::Findings;
use super::update::by_option;
use crate::report::given::{GivenRecord, GivenReport};
use crate::report::json::FileRecord;
use crate::report::page::Piece;
use crate::report::shell::command_line;
use crate::report::text::Look;
use crate::report::{File, Grid, Origin, csv};
use crate::scenario::{Change, STATED, Scenario};
use crate::study::{Extent, GivenFigures, GivenOptions};

/// What `compare --given` found.
#[derive(Debug)]
pub struct GivenFindings {
    origin: Origin,
    title: String,
    /// What was found.
    pub figures: GivenFigures,
    /// Options as given, with their names.
    given: Vec<(&'static str, String)>,
    threads: usize,
}

impl GivenFindings {
    /// How assumptions of the scenario at `path` differ given its polls, by these options as given.
    pub fn new(path: &Path, scenario: &Scenario, options: &GivenOptions, figures: GivenFigures) -> Self {
        let given = given(options, &scenario.changes);
        let texts: Vec<_> = given.iter().map(|(option, value)| (*option, value.as_str())).collect();
        let repeat = command_line("compare", path, &texts);
        let (inputs, seed) = figures.updates.first().map(|it| (it.inputs.clone(), it.seed)).unzip();
        let origin = Origin::new("compare", inputs.unwrap_or_default(), seed, repeat);
        let origin = Origin { scenario: path.display().to_string(), ..origin };
        Self { origin, title: scenario.changed_title(), figures, given, threads: options.simulation.threads() }
    }

    /// The names of its files.
    pub const NAMES: [&'static str; 1] = [csv::GIVEN.name];

    fn report(&self) -> GivenReport<'_> {
        GivenReport { title: &self.title, figures: &self.figures, repeat: &self.origin.repeat }
    }
}

fn given(asked: &GivenOptions, changes: &[Change]) -> Vec<(&'static str, String)> {
    let number = |name, value: Option<u64>| value.map(|value| (name, value.to_string()));
    let polls = asked.polls.as_ref().map_or_else(|| "polls".to_owned(), |polls| polls.join(","));
    let mut options = vec![("--given", polls)];
    options.extend(asked.assumptions.as_ref().map(|names| ("--assumptions", names.join(","))));
    let baseline = asked.baseline.as_ref().filter(|baseline| *baseline != STATED);
    options.extend(baseline.map(|baseline| ("--baseline", baseline.clone())));
    options.extend(number("--particles", asked.particles.map(|particles| particles as u64)));
    options.extend(number("--replicates", asked.replicates));
    options.extend(number("--rounds", asked.simulation.rounds));
    options.extend(number("--seed", asked.simulation.seed));
    options.extend(changes.iter().map(|change| ("--set", Change::to_string(change))));
    options
}

impl Findings for GivenFindings {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn extent(&self) -> Extent {
        let asked = self.figures.updates.first().map_or(0, |it| it.replicates);
        Extent { rounds: self.figures.replicates_done(), asked }
    }

    fn files(&self) -> io::Result<Vec<File>> {
        Ok(vec![csv::GIVEN.file(&self.figures)?])
    }

    fn record(&self, files: Vec<FileRecord>) -> io::Result<File> {
        GivenRecord::new(&self.origin, &self.figures, by_option(&self.given), files, self.threads).file()
    }

    fn csv(&self) -> io::Result<Vec<u8>> {
        csv::GIVEN.bytes(&self.figures)
    }

    fn json(&self) -> io::Result<Vec<u8>> {
        self.report().json(&self.origin)
    }

    fn main(&self) -> Grid {
        self.report().main()
    }

    fn text(&self, look: Look) -> String {
        self.report().render(look)
    }

    fn charts(&self) -> Vec<Piece> {
        Vec::new()
    }
}
