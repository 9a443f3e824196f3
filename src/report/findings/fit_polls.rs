//! How minds change, as several polls say.

use std::io;
use std::path::Path;

use crate::analysis::{Parameter, PollsFit};
use crate::report::fit_polls::PollsFitReport;
use crate::report::shell::command_line;
use crate::report::text::Look;
use crate::report::{File, Grid, Origin, csv};
use crate::scenario::{Change, Scenario};
use crate::study::{FitPollsOptions, InputRecord};

/// What `fit` found in several polls.
#[derive(Debug)]
pub struct PollsFitFindings {
    origin: Origin,
    title: String,
    fit: PollsFit,
}

impl PollsFitFindings {
    /// What the polls of the scenario at `path` say, by these options as given.
    pub fn new(path: &Path, scenario: &Scenario, options: &FitPollsOptions, fit: PollsFit) -> Self {
        let given = given(options, &scenario.changes);
        let texts: Vec<_> = given.iter().map(|(option, value)| (*option, value.as_str())).collect();
        let repeat = command_line("fit", path, &texts);
        let origin = Origin::new("fit", InputRecord::all(scenario), Some(fit.seed), repeat);
        Self { origin, title: scenario.changed_title(), fit }
    }

    /// The estimates as options `--set`, one a line: of the numbers about which the polls say something.
    pub fn settings(&self) -> String {
        PollsFitReport::settings(&self.fit).iter().map(|setting| format!("{setting}\n")).collect()
    }

    /// The table of estimates.
    ///
    /// # Errors
    /// None in practice; the csv writer's.
    pub fn estimates(&self) -> io::Result<File> {
        csv::POLLS_FIT.file(&self.fit)
    }

    /// Everything that there is to read; `written` is the file that has the estimates, if one has.
    pub fn text(&self, look: Look, written: Option<&str>) -> String {
        self.report(written).render(look)
    }

    /// The main table.
    pub fn main(&self) -> Grid {
        self.report(None).main()
    }

    /// Everything as data.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    pub fn json(&self) -> io::Result<Vec<u8>> {
        self.report(None).json(&self.origin)
    }

    fn report<'a>(&'a self, written: Option<&'a str>) -> PollsFitReport<'a> {
        PollsFitReport { title: &self.title, fit: &self.fit, written, repeat: &self.origin.repeat }
    }
}

fn given(asked: &FitPollsOptions, changes: &[Change]) -> Vec<(&'static str, String)> {
    let number = |name, value: Option<u64>| value.map(|value| (name, value.to_string()));
    let words = |all: &Vec<Parameter>| all.iter().map(|it| it.word()).collect::<Vec<_>>().join(",");
    let mut options = Vec::new();
    options.extend(asked.polls.as_ref().map(|polls| ("--polls", polls.join(","))));
    options.extend(asked.estimate.as_ref().map(|all| ("--estimate", words(all))));
    options.extend(asked.assumption.as_ref().map(|name| ("--assumption", name.clone())));
    options.extend(number("--particles", asked.particles.map(|particles| particles as u64)));
    options.extend(number("--replicates", asked.replicates));
    options.extend(number("--seed", asked.simulation.seed));
    options.extend(changes.iter().map(|change| ("--set", Change::to_string(change))));
    options
}
