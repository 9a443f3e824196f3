//! `nemcon institutions`.

use clap::Args;

use crate::report::institutions::{InstitutionReport, main, table};
use crate::report::{csv, json};
use crate::scenario::institutions::{self, Institution};
use crate::scenario::suggest;

use super::failure::{Exit, Failure};
use super::job::unwritten;
use super::simulate::Format;
use super::{Outcome, console, terminal};

/// List the institutions that a scenario can name, or say what one of them contains.
///
/// An institution fills in members, groups, vetoes and stages, with the source of each rule. With institution = "NAME"
/// a scenario needs only candidates and judgements; whatever it says itself wins.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nemcon institutions
  nemcon institutions conclave
  nemcon institutions conclave --toml")]
pub struct Institutions {
    /// The institution to tell of; otherwise all are listed
    name: Option<String>,

    /// Print the data file itself, which is in the format of scenarios
    #[arg(long, requires = "name")]
    toml: bool,

    /// What standard output shows of the list
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table, conflicts_with = "name")]
    format: Format,
}

impl Institutions {
    /// Lists the institutions, or tells of one.
    pub fn execute(&self) -> Outcome {
        let text = match &self.name {
            Some(name) => {
                let institution = find(name)?;
                if self.toml { institution.text.to_owned() } else { report(&institution).render(terminal::look()) }
            }
            None => self.list()?,
        };
        console::show(text.as_bytes())?;
        Ok(Exit::Done)
    }

    fn list(&self) -> Result<String, Failure> {
        let all: Vec<_> = Institution::all().collect();
        let reports: Vec<_> = all.iter().map(report).collect();
        let rows: Vec<_> = reports.iter().map(InstitutionReport::row).collect();
        let bytes = match self.format {
            Format::Table => return Ok(table(&reports, terminal::look())),
            Format::Csv => csv::institutions(&rows),
            Format::Json => json::institutions(&rows),
            Format::Md => return Ok(main(&reports).markdown()),
            Format::Latex => return Ok(main(&reports).latex()),
        };
        bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).map_err(|error| unwritten(&error))
    }
}

/// The institution called `name`.
///
/// # Errors
/// That there is none of this name, with the names that there are.
pub fn find(name: &str) -> Result<Institution, Failure> {
    Institution::find(name).ok_or_else(|| {
        let help = suggest::choices(name, "the institutions are", institutions::names());
        Failure::new(Exit::Usage, format!("no institution is called `{name}`"), help.as_deref())
    })
}

fn report(institution: &Institution) -> InstitutionReport<'_> {
    let Institution { name, title, summary, sources, open, scenario, .. } = institution;
    InstitutionReport { name, title, summary, sources, open: *open, models: &scenario.assumptions }
}
