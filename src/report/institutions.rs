//! What `institutions` shows: all presets in a table, or one in words.

use super::grid::Grid;
use super::rows::row;
use super::text::{Look, Page};
use super::{check, words};
use crate::model::Model;

/// A preset institution and what it says.
#[derive(Debug, Clone, Copy)]
pub struct InstitutionReport<'a> {
    /// Its name as a preset.
    pub name: &'a str,
    /// What it is called.
    pub title: &'a str,
    /// What it is, and what the preset leaves out.
    pub summary: &'a str,
    /// Where its members and rules come from.
    pub sources: &'a [String],
    /// Whether the scenario says how many electors there are; the models then have some number of them.
    pub open: bool,
    /// One model per assumption, the stated one first, about a candidate of no consequence.
    pub models: &'a [Model],
}

row! {
    /// One row per institution, in alphabetical order.
    InstitutionRow {
        /// Its name as a preset.
        institution: &'a str,
        /// What it is called.
        title: &'a str,
        /// How many members it has; empty if a scenario says how many.
        members: Option<usize>,
        /// The rule that appoints, in words.
        rule: String,
    }
}

impl<'a> InstitutionReport<'a> {
    /// What there is to say of it in a row.
    pub fn row(&self) -> InstitutionRow<'a> {
        let model = self.models.first();
        let members = model.map_or(0, |model| model.members.len());
        let rule = model.map(|model| words::rules(model).join("; ")).unwrap_or_default();
        InstitutionRow {
            institution: self.name,
            title: self.title,
            members: (!self.open).then_some(members),
            rule: if self.open { format!("of {members}, for example: {rule}") } else { rule },
        }
    }

    /// The institution in words.
    pub fn render(&self, look: Look) -> String {
        let mut page = Page::new(look);
        page.heading(self.title);
        page.plain(self.summary);
        let Some(model) = self.models.first() else { return page.finish() };
        check::members(&mut page, model);
        if self.open {
            page.plain(&format!(
                " A scenario says how many there are by `electors = …`, or lists all of them; these are {}, for \
                 example.",
                model.members.len()
            ));
        }
        check::procedure(&mut page, model);
        check::vetoes(&mut page, model);
        check::assumptions(&mut page, self.models);
        page.heading("Sources");
        page.terms(&self.sources.iter().map(|source| ("–", source.clone())).collect::<Vec<_>>());
        page.note("");
        page.command("A scenario to start from:", &format!("nemcon new FILE --institution {}", self.name));
        page.command("The data file:", &format!("nemcon institutions {} --toml", self.name));
        page.finish()
    }
}

/// All institutions: one row each.
pub fn main(institutions: &[InstitutionReport<'_>]) -> Grid {
    let rows: Vec<_> = institutions.iter().map(InstitutionReport::row).collect();
    let rows = rows
        .into_iter()
        .map(|row| {
            let members = row.members.map_or("any".to_owned(), |members| members.to_string());
            vec![row.institution.to_owned(), row.title.to_owned(), members, row.rule]
        })
        .collect();
    Grid::new(&["institution", "what", "members", "who is appointed"], &[false, false, true, false], rows)
}

/// All institutions in a table.
pub fn table(institutions: &[InstitutionReport<'_>], look: Look) -> String {
    let mut page = Page::new(look);
    page.grid(&main(institutions));
    page.note("");
    page.command("What one of them says, and its sources:", "nemcon institutions NAME");
    page.finish()
}
