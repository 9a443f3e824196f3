//! What `report` and `explore` have in common: their options, and the page made of them.

use std::num::NonZero;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::interrupt::Interrupt;
use super::simulate::{Judgements, Set};
use super::{console, machine, numbers, progress, scenario};
use crate::report::page::{self, Page, Section, Wanted};
use crate::scenario::Scenario;
use crate::study::{self, ReportOptions, ReportQuestion};

/// What a page is about.
#[derive(Debug, Args)]
pub struct Content {
    /// The scenario file, or - for standard input
    pub scenario: PathBuf,

    /// The parts of the page, separated by commas; otherwise all. One without content is left out
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_enum, hide_possible_values = false)]
    pub sections: Option<Vec<Section>>,

    /// The title of the page; otherwise the scenario's
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub title: Option<String>,

    /// Rounds to simulate for each question, such as 100000, 1_000_000 or 1e6; otherwise as many as the scenario says
    #[arg(long, value_name = "N", value_parser = numbers::rounds, allow_negative_numbers = true)]
    pub rounds: Option<u64>,

    /// Seed of all random numbers; otherwise the scenario's
    #[arg(long, value_name = "S", value_parser = numbers::seed, allow_negative_numbers = true)]
    pub seed: Option<u64>,

    #[command(flatten)]
    pub set: Set,

    #[command(flatten)]
    pub judgements: Judgements,

    /// Threads to use, at most 1024; otherwise as many as the machine has. The page does not depend on it
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZero<u32>>,

    /// No progress and no warnings
    #[arg(long)]
    pub quiet: bool,
}

impl ValueEnum for Section {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(self.heading()))
    }
}

impl Content {
    /// Reads the scenario and makes the changes asked for; warnings go to standard error.
    ///
    /// # Errors
    /// That it cannot be read, or everything that is wrong with it.
    pub fn load(&self) -> Result<Scenario, Failure> {
        let scenario = scenario::load(&self.scenario, &self.set, self.quiet)?;
        if !self.quiet {
            scenario::remark(&scenario);
        }
        Ok(scenario)
    }

    /// Simulates and makes the page; nothing if the user stops. `is_static` leaves out what makes it run.
    ///
    /// # Errors
    /// That it cannot be simulated.
    pub fn page(&self, scenario: &Scenario, is_static: bool, watch: &Interrupt) -> Result<Option<String>, Failure> {
        let threads = self.threads.and_then(|threads| NonZero::new(threads.get() as usize));
        let simulation = study::Options { rounds: self.rounds, seed: self.seed, precision: None, threads };
        machine::check_threads(simulation.threads())?;
        let options = ReportOptions { judgements: self.judgements.judgements, simulation };
        let question = ReportQuestion::new(scenario, &options)?;
        machine::check_memory(question.bytes(simulation.threads()), "take fewer --threads, assumptions or points")?;
        let handle = watch.handle();
        let figures = progress::during(handle, self.quiet, || question.answer(handle))?;
        let Some(figures) = figures else { return Ok(None) };
        let wanted = Wanted { title: self.title.as_deref(), sections: self.sections.as_deref(), is_static };
        let Page { html, left_out } = page::whole(&self.scenario, scenario, &figures, wanted);
        if self.sections.is_some() && !self.quiet {
            for section in left_out {
                console::say(&format!("note: section `{}` has nothing to show and is left out\n", section.name()));
            }
        }
        Ok(Some(html))
    }

    /// The files that were read for it.
    pub fn inputs(scenario: &Scenario) -> Vec<PathBuf> {
        scenario.inputs.iter().map(|input| input.path.clone()).collect()
    }

    /// A name for a file about the scenario.
    pub fn stem(&self) -> String {
        let stem = self.scenario.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if self.scenario == Path::new(scenario::STANDARD) || stem.is_empty() { "scenario".to_owned() } else { stem }
    }
}
