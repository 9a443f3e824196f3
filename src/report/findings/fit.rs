//! Support that a poll says.

use std::io;
use std::path::Path;

use crate::analysis::{Fit, VotesFit};
use crate::model::Poll;
use crate::report::fit::FitReport;
use crate::report::fit_votes::VotesFitReport;
use crate::report::rows::Kind;
use crate::report::shell::command_line;
use crate::report::text::Look;
use crate::report::{File, Grid, Origin, csv};
use crate::scenario::{Change, Scenario};
use crate::study::{self, Error, InputRecord};

/// What `fit` found.
#[derive(Debug)]
pub struct FitFindings {
    origin: Origin,
    title: String,
    poll: String,
    fit: Fitted,
}

#[derive(Debug)]
enum Fitted {
    /// To answers, with a common uncertainty.
    Answers(Fit),
    /// To votes.
    Votes(VotesFit),
}

impl FitFindings {
    /// Fits the scenario at `path` to the `poll` in the file at `beside`.
    ///
    /// # Errors
    /// [`Error::Fit`] if the poll cannot be fitted.
    pub fn new(path: &Path, scenario: &Scenario, poll: &Poll, beside: &Path) -> Result<Self, Error> {
        let model = study::assumption(scenario, None)?;
        let fit = if model.opens_with_votes() {
            Fitted::Votes(study::fit_votes(scenario, poll)?)
        } else {
            Fitted::Answers(study::fit(scenario, poll)?)
        };
        let poll = beside.display().to_string();
        let set = scenario.changes.iter().map(|change| ("--set", Change::to_string(change)));
        let options: Vec<_> = [("--poll", poll.clone())].into_iter().chain(set).collect();
        let options: Vec<_> = options.iter().map(|(option, value)| (*option, value.as_str())).collect();
        let origin = Origin::new("fit", InputRecord::all(scenario), None, command_line("fit", path, &options));
        Ok(Self { origin, title: scenario.changed_title(), poll, fit })
    }

    /// The table of support, as a scenario reads it.
    ///
    /// # Errors
    /// None in practice; the csv writer's.
    pub fn support(&self) -> io::Result<File> {
        let table = match &self.fit {
            Fitted::Answers(fit) => fit.table(),
            Fitted::Votes(fit) => fit.table(),
        };
        let points = std::iter::repeat_n(Kind::Number, table.candidates.len());
        let kinds = std::iter::once(Kind::Text).chain(points).collect();
        Ok(File { name: "support.csv", bytes: csv::support(&table)?, kinds })
    }

    /// Everything that there is to read; `written` is the file that has the table of support, if one has.
    pub fn text(&self, look: Look, written: Option<&str>) -> String {
        match &self.fit {
            Fitted::Answers(fit) => self.answers(fit, written).render(look),
            Fitted::Votes(fit) => self.votes(fit, written).render(look),
        }
    }

    /// The main table.
    pub fn main(&self) -> Grid {
        match &self.fit {
            Fitted::Answers(fit) => self.answers(fit, None).main(),
            Fitted::Votes(fit) => self.votes(fit, None).main(),
        }
    }

    /// Everything as data.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    pub fn json(&self) -> io::Result<Vec<u8>> {
        match &self.fit {
            Fitted::Answers(fit) => self.answers(fit, None).json(&self.origin),
            Fitted::Votes(fit) => self.votes(fit, None).json(&self.origin),
        }
    }

    fn answers<'a>(&'a self, fit: &'a Fit, written: Option<&'a str>) -> FitReport<'a> {
        FitReport { title: &self.title, poll: &self.poll, fit, written }
    }

    fn votes<'a>(&'a self, fit: &'a VotesFit, written: Option<&'a str>) -> VotesFitReport<'a> {
        VotesFitReport { title: &self.title, poll: &self.poll, fit, written }
    }
}
