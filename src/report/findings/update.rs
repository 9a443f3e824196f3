//! How it ends, given the polls so far.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::Findings;
use crate::report::json::FileRecord;
use crate::report::page::Piece;
use crate::report::shell::command_line;
use crate::report::text::Look;
use crate::report::update::{UpdateRecord, UpdateReport};
use crate::report::{File, Grid, Origin, csv};
use crate::scenario::{Change, Scenario};
use crate::study::{Extent, UpdateOptions, Updates};

/// What `update` found.
#[derive(Debug)]
pub struct UpdateFindings {
    origin: Origin,
    title: String,
    /// What was found.
    pub updates: Updates,
    /// Options as given, with their names.
    given: Vec<(&'static str, String)>,
    threads: usize,
}

impl UpdateFindings {
    /// What the polls of the scenario at `path` say, by these options as given.
    pub fn new(path: &Path, scenario: &Scenario, options: &UpdateOptions, updates: Updates) -> Self {
        let given = given(options, &scenario.changes);
        let texts: Vec<_> = given.iter().map(|(option, value)| (*option, value.as_str())).collect();
        let repeat = command_line("update", path, &texts);
        let origin = Origin::new("update", updates.inputs.clone(), Some(updates.seed), repeat);
        let origin = Origin { scenario: path.display().to_string(), ..origin };
        Self { origin, title: scenario.title.clone(), updates, given, threads: options.simulation.threads() }
    }

    /// The names of its files.
    pub const NAMES: [&'static str; 4] =
        [csv::UPDATES[0].name, csv::UPDATES[1].name, csv::UPDATES[2].name, csv::UPDATES[3].name];

    fn report(&self) -> UpdateReport<'_> {
        UpdateReport { title: &self.title, updates: &self.updates, repeat: &self.origin.repeat }
    }
}

fn given(asked: &UpdateOptions, changes: &[Change]) -> Vec<(&'static str, String)> {
    let number = |name, value: Option<u64>| value.map(|value| (name, value.to_string()));
    let mut options = Vec::new();
    options.extend(asked.polls.as_ref().map(|polls| ("--polls", polls.join(","))));
    options.extend(asked.assumption.as_ref().map(|name| ("--assumption", name.clone())));
    options.extend(number("--particles", asked.particles.map(|particles| particles as u64)));
    options.extend(number("--replicates", asked.replicates));
    options.extend(number("--judgements", asked.judgements));
    options.extend(number("--rounds", asked.simulation.rounds));
    options.extend(number("--seed", asked.simulation.seed));
    options.extend(changes.iter().map(|change| ("--set", Change::to_string(change))));
    options
}

impl Findings for UpdateFindings {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn extent(&self) -> Extent {
        Extent { rounds: self.updates.replicates_done, asked: self.updates.replicates }
    }

    fn files(&self) -> io::Result<Vec<File>> {
        csv::files(&csv::UPDATES, &self.updates)
    }

    fn record(&self, files: Vec<FileRecord>) -> io::Result<File> {
        let mut options: BTreeMap<&'static str, String> = BTreeMap::new();
        for (option, value) in &self.given {
            let values = options.entry(option.trim_start_matches('-')).or_default();
            *values = if values.is_empty() { value.clone() } else { format!("{values} {value}") };
        }
        let record = UpdateRecord::new(&self.origin, &self.updates, files, self.threads);
        UpdateRecord { options, ..record }.file()
    }

    fn csv(&self) -> io::Result<Vec<u8>> {
        csv::UPDATES[0].bytes(&self.updates)
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
