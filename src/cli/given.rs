//! `nemcon compare --given`.

use std::num::NonZero;

use clap::Args;

use super::compare::Compare;
use super::failure::{Exit, Failure};
use super::interrupt::Interrupt;
use super::job::unwritten;
use super::shell::command_line_of;
use super::simulate::Format;
use super::update::{Results, by_option};
use super::{Outcome, console, machine, names, numbers, progress, scenario, terminal};
use crate::report::given::{GivenRecord, GivenReport};
use crate::report::{Origin, csv};
use crate::scenario::{Change, STATED, Scenario};
use crate::study::{self, GivenFigures, GivenOptions};

/// The word for all polls that `update` conditions on.
const POLLS: &str = "polls";

/// Options that condition on polls.
#[derive(Debug, Default, Args)]
pub struct Given {
    /// Compare given polls of the scenario, each assumption weighing its own rounds by them: their names, separated by
    /// commas, or `polls` for all but those to which its support was fitted
    #[arg(
        long,
        value_name = "POLLS",
        value_delimiter = ',',
        value_parser = names::name,
        allow_hyphen_values = true,
        conflicts_with_all = ["precision", "checkpoint", "resume", "shard", "judgements", "full", "ballots"],
        help_heading = "Given polls"
    )]
    pub given: Option<Vec<String>>,

    /// Particles of each candidate in a replicate; otherwise 3000, or 10000 if candidates share draws such as moods
    #[arg(long, value_name = "N", value_parser = numbers::particles, allow_negative_numbers = true, requires = "given", help_heading = "Given polls")]
    pub particles: Option<u64>,

    /// Independent replicates, from which the intervals follow; otherwise 20
    #[arg(long, value_name = "N", value_parser = numbers::replicates, allow_negative_numbers = true, requires = "given", help_heading = "Given polls")]
    pub replicates: Option<u64>,
}

impl Compare {
    /// Conditions on polls under each assumption and reports how these differ.
    pub(super) fn execute_given(&self) -> Outcome {
        let scenario = scenario::load(&self.scenario, &self.options.set, self.options.quiet)?;
        if !self.options.quiet {
            scenario::remark(&scenario);
        }
        let asked = self.asked_given();
        let threads = asked.simulation.threads();
        machine::check_threads(threads)?;
        let watch = Interrupt::watch(self.options.quiet);
        let results = Results::open(&self.options, &scenario, &[csv::GIVEN.name], &watch)?;
        let handle = watch.handle();
        let figures = progress::during(handle, self.options.quiet, || study::compare_given(&scenario, &asked, handle))?;
        if figures.replicates_done() < 2 {
            if !self.options.quiet {
                console::say(
                    "interrupted before two replicates of every assumption were finished: nothing is written\n",
                );
            }
            return Ok(Exit::Interrupted);
        }
        let origin = self.origin_given(&figures);
        let files = || Ok(vec![csv::GIVEN.file(&figures)?]);
        results.write(&self.options, files, |files| {
            GivenRecord::new(&origin, &figures, by_option(self.options_given()), files, threads).file()
        })?;
        self.show_given(&scenario, &figures, &origin)?;
        if let Some(error) = figures.refused() {
            return Err(error.into());
        }
        Ok(if figures.is_partial() { Exit::Interrupted } else { Exit::Done })
    }

    fn asked_given(&self) -> GivenOptions {
        let threads = self.options.threads.and_then(|threads| NonZero::new(threads.get() as usize));
        let (rounds, seed) = (self.options.rounds, self.options.seed);
        GivenOptions {
            assumptions: self.assumptions.clone(),
            baseline: Some(self.baseline.clone()),
            polls: self.given.given.clone().filter(|polls| *polls != [POLLS]),
            replicates: self.given.replicates,
            particles: self.given.particles.map(|particles| particles as usize),
            simulation: study::Options { rounds, seed, precision: None, threads },
        }
    }

    fn options_given(&self) -> Vec<(&'static str, String)> {
        let number = |name, value: Option<u64>| value.map(|value| (name, value.to_string()));
        let names = |name, value: &Option<Vec<String>>| value.as_ref().map(|names| (name, names.join(",")));
        let mut options = Vec::new();
        options.extend(names("--given", &self.given.given));
        options.extend(names("--assumptions", &self.assumptions));
        options.extend((self.baseline != STATED).then(|| ("--baseline", self.baseline.clone())));
        options.extend(number("--particles", self.given.particles));
        options.extend(number("--replicates", self.given.replicates));
        options.extend(number("--rounds", self.options.rounds));
        options.extend(number("--seed", self.options.seed));
        options.extend(self.options.set.changes.iter().map(|change| ("--set", Change::to_string(change))));
        options
    }

    fn origin_given(&self, figures: &GivenFigures) -> Origin {
        let options = self.options_given();
        let options: Vec<_> = options.iter().map(|(option, value)| (*option, value.as_str())).collect();
        let repeat = command_line_of("compare", &[self.scenario.as_path()], &options);
        let (inputs, seed) = figures.updates.first().map(|it| (it.inputs.clone(), it.seed)).unzip();
        Origin {
            scenario: self.scenario.display().to_string(),
            ..Origin::new("compare", inputs.unwrap_or_default(), seed, repeat)
        }
    }

    fn show_given(&self, scenario: &Scenario, figures: &GivenFigures, origin: &Origin) -> Result<(), Failure> {
        if self.options.format == Format::Csv && !self.options.quiet {
            console::say(&format!("{}\n", origin.line()));
        }
        let title = scenario::title(scenario);
        let report = GivenReport { title: &title, figures, repeat: &origin.repeat };
        let shown = match self.options.format {
            Format::Table => Ok(report.render(terminal::look()).into_bytes()),
            Format::Csv if self.options.excel => {
                csv::GIVEN.bytes(figures).and_then(|bytes| csv::for_spreadsheets(&bytes))
            }
            Format::Csv => csv::GIVEN.bytes(figures),
            Format::Json => report.json(origin),
            Format::Md => Ok(report.main().markdown().into_bytes()),
            Format::Latex => Ok(report.main().latex().into_bytes()),
        };
        console::show(&shown.map_err(|error| unwritten(&error))?)
    }
}
