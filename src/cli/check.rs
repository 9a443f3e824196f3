//! `nemcon check`.

use std::path::PathBuf;

use clap::Args;

use crate::analysis::oddities;
use crate::report::check::CheckReport;

use super::failure::Exit;
use super::{Outcome, console, scenario};

/// Say everything that is wrong with a scenario or, if nothing is, what it says in words.
///
/// Every problem is shown with its file, line and place, and what to do about it. A sound scenario is told in words: who
/// decides on whom, by which rule, who is believed to hold a veto, what the other assumptions change, and settings that are
/// allowed but have no effect.
#[derive(Debug, Args)]
#[command(after_help = "Example: nemcon check scenarios/nato-2023.toml")]
pub struct Check {
    /// The scenario file
    scenario: PathBuf,
}

impl Check {
    /// Reads the scenario and says what it says.
    pub fn execute(&self) -> Outcome {
        let scenario = scenario::load(&self.scenario, false)?;
        let remarks = oddities(&scenario.assumptions);
        let inputs: Vec<_> =
            scenario.inputs.iter().map(|input| (input.path.display().to_string(), input.sha256.clone())).collect();
        let report = CheckReport {
            title: &scenario.title,
            summary: &scenario.summary,
            sources: &scenario.sources,
            seed: scenario.seed,
            rounds: scenario.rounds,
            models: &scenario.assumptions,
            remarks: &remarks,
            inputs: &inputs,
        };
        console::show(report.render(console::look()).as_bytes())?;
        Ok(Exit::Done)
    }
}
