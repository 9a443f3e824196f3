//! `nemcon check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::failure::{Exit, Failure};
use super::simulate::Set;
use super::{Outcome, console, scenario, terminal};
use crate::analysis::{Remark, WaitingFigures, remarks_on};
use crate::files::reason;
use crate::model::Model;
use crate::report::check::{CheckReport, Ended};
use crate::report::{problems, remarks};
use crate::scenario::{Diagnostic, LoadError, Problems, Scenario};
use crate::simulation::Plan;

/// Say everything that is wrong with a scenario or, if nothing is, what it says in words.
///
/// Every problem is shown with its file, line and place, and what to do about it. A sound scenario is told in words:
/// who decides on whom, by which rule, who is believed to hold a veto, what the other assumptions change, and settings
/// that are allowed but have no effect.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Check {
    /// The scenario file, or - for standard input
    scenario: PathBuf,

    #[command(flatten)]
    set: Set,

    /// Fail with exit code 65 on warnings and remarks, too: whatever is perhaps not meant
    #[arg(long)]
    strict: bool,

    /// What to write to standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  nemcon check scenarios/nato-2023.toml
  nemcon check scenarios/nato-2023.toml --strict --format json

Each problem has a code in brackets. docs/diagnostics.md says what each means, with an example;
docs/outputs.md says what the JSON holds.
Exit codes: 0 sound; 65 errors, or with --strict warnings or remarks; 66 a file cannot be read.";

/// What to write to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Words to read
    Table,
    /// Every problem, warning and remark as data: file, line, column, end, severity, code, message, help
    Json,
}

impl Check {
    /// Reads the scenario and says what it says.
    pub fn execute(&self) -> Outcome {
        match self.format {
            Format::Table => self.tell(),
            Format::Json => self.list(),
        }
    }

    fn tell(&self) -> Outcome {
        let scenario = scenario::load(&self.scenario, &self.set, false)?;
        let remarks = remarks_on(&scenario.assumptions);
        let inputs: Vec<_> =
            scenario.inputs.iter().map(|input| (input.path.display().to_string(), input.sha256.clone())).collect();
        let waiting: Vec<_> = scenario.assumptions.iter().filter_map(waiting).collect();
        let report = CheckReport {
            title: &scenario.changed_title(),
            summary: &scenario.summary,
            sources: &scenario.sources,
            seed: scenario.seed,
            rounds: scenario.rounds,
            models: &scenario.assumptions,
            judgements: &scenario.judgements,
            polls: &scenario.polls,
            ended: Ended { actual: scenario.actual, decided: scenario.decided.as_deref() },
            remarks: &remarks,
            inputs: &inputs,
            waiting: &waiting,
        };
        console::show(report.render(terminal::look()).as_bytes())?;
        if self.accepts(&scenario, &remarks) {
            return Ok(Exit::Done);
        }
        let what = "--strict: there are warnings, or remarks under \"Perhaps not meant\"";
        Err(Failure::new(Exit::Scenario, what, None))
    }

    fn list(&self) -> Outcome {
        match scenario::read(&self.scenario) {
            Ok(scenario) => {
                let scenario = scenario::changed(scenario, &self.set)?;
                let found = remarks_on(&scenario.assumptions);
                show(&scenario.warnings, &remarks::diagnostics(&scenario, &found))?;
                Ok(if self.accepts(&scenario, &found) { Exit::Done } else { Exit::Scenario })
            }
            Err(LoadError::Invalid(problems)) => {
                show(&problems, &[])?;
                Ok(Exit::Scenario)
            }
            Err(LoadError::Unreadable { problems: Some(problems), .. }) => {
                show(&problems, &[])?;
                Ok(Exit::Unreadable)
            }
            Err(error @ LoadError::Unreadable { problems: None, .. }) => Err(scenario::refused(&error)),
        }
    }

    /// Whether a scenario without errors passes.
    fn accepts(&self, scenario: &Scenario, remarks: &[Remark]) -> bool {
        !self.strict || (scenario.warnings.is_empty() && remarks.is_empty())
    }
}

/// What waiting is worth under an assumption, with its name; nothing where nobody looks ahead.
fn waiting(model: &Model) -> Option<(String, WaitingFigures)> {
    let plan = model.looks_ahead().then(|| Plan::new(model.clone()))?;
    Some((model.assumption.clone(), WaitingFigures::new(model, plan.solved.as_ref()?)))
}

fn show(problems: &Problems, remarks: &[Diagnostic]) -> Result<(), Failure> {
    let bytes = problems::to_json(problems, remarks).map_err(|error| {
        let what = format!("the problems cannot be written: {}", reason(&error));
        Failure::new(Exit::CannotWrite, what, None)
    })?;
    console::show(&bytes)
}
