//! The page that `report` writes, from what was asked for.

use std::path::Path;

use super::document::{Page, Report};
use super::embedded::EMBEDDED;
use super::section::Section;
use crate::analysis::judgements::POINTS;
use crate::report::Origin;
use crate::report::shell::command_line;
use crate::scenario::{Change, Scenario};
use crate::study::ReportFigures;

/// What a page is to have.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// The title, if not the scenario's.
    pub title: Option<&'a str>,
    /// Which parts; otherwise all.
    pub sections: Option<&'a [Section]>,
    /// Whether to leave out what makes it run.
    pub is_static: bool,
}

/// The page about the scenario at `path`. The same results give the same bytes.
pub fn whole(path: &Path, scenario: &Scenario, figures: &ReportFigures, wanted: Wanted<'_>) -> Page {
    let asked = &figures.asked;
    let repeat = repeat(path, scenario, figures, wanted);
    let origin = Origin::new("report", asked.inputs.clone(), Some(asked.seed), repeat);
    let report = Report {
        scenario,
        figures,
        title: wanted.title,
        sections: wanted.sections.unwrap_or(&Section::ALL),
        origin: &origin,
        engine: EMBEDDED.filter(|_| !wanted.is_static),
    };
    report.render()
}

/// The command that makes the page again.
fn repeat(path: &Path, scenario: &Scenario, figures: &ReportFigures, wanted: Wanted<'_>) -> String {
    let asked = &figures.asked;
    let mut options = vec![("--rounds", asked.rounds.to_string()), ("--seed", asked.seed.to_string())];
    let usual = if scenario.judgements.is_empty() { 0 } else { POINTS };
    options.extend((asked.judgements != usual).then(|| ("--judgements", asked.judgements.to_string())));
    options.extend(scenario.changes.iter().map(|change| ("--set", Change::to_string(change))));
    options.extend(wanted.title.map(|title| ("--title", title.to_owned())));
    let names = |sections: &[Section]| sections.iter().map(|it| it.name()).collect::<Vec<_>>().join(",");
    options.extend(wanted.sections.map(|sections| ("--sections", names(sections))));
    options.push(("--out", "page.html".to_owned()));
    let options: Vec<_> = options.iter().map(|(option, value)| (*option, value.as_str())).collect();
    command_line("report", path, &options) + if wanted.is_static { " --static" } else { "" }
}
