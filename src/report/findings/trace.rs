//! The story of one round.

use std::io;
use std::path::Path;

use crate::model::Model;
use crate::report::Origin;
use crate::report::shell::command_line;
use crate::report::text::Look;
use crate::report::trace::TraceReport;
use crate::scenario::{Change, STATED, Scenario};
use crate::simulation::Story;
use crate::study::InputRecord;

/// What `trace` found.
#[derive(Debug)]
pub struct TraceFindings {
    origin: Origin,
    title: String,
    model: Model,
    seed: u64,
    story: Story,
    nth: Option<u64>,
}

impl TraceFindings {
    /// The `story` of round `number` under the assumption `model` of the scenario at `path`; `nth` is which of those that
    /// end so, if that was asked for.
    pub fn new(
        path: &Path,
        scenario: &Scenario,
        model: &Model,
        (seed, number): (u64, u64),
        story: Story,
        nth: Option<u64>,
    ) -> Self {
        let repeat = repeat(path, scenario, model, seed, number);
        Self {
            origin: Origin::new("trace", InputRecord::all(scenario), Some(seed), repeat),
            title: scenario.changed_title(),
            model: model.clone(),
            seed,
            story,
            nth,
        }
    }

    fn report(&self) -> TraceReport<'_> {
        let Self { origin, title, model, seed, story, nth } = self;
        TraceReport { title, model, seed: *seed, story, nth: *nth, repeat: &origin.repeat }
    }

    /// The story in words and tables.
    pub fn text(&self, look: Look) -> String {
        self.report().render(look)
    }

    /// The same as data.
    ///
    /// # Errors
    /// None in practice; the JSON writer's.
    pub fn json(&self) -> io::Result<Vec<u8>> {
        self.report().json(&self.origin)
    }
}

/// The command that tells this round again.
fn repeat(path: &Path, scenario: &Scenario, model: &Model, seed: u64, number: u64) -> String {
    let (number, seed) = (number.to_string(), seed.to_string());
    let mut options = vec![("--round", number.as_str()), ("--seed", &seed)];
    let set: Vec<_> = scenario.changes.iter().map(Change::to_string).collect();
    options.extend(set.iter().map(|change| ("--set", change.as_str())));
    if model.assumption != STATED {
        options.push(("--assumption", &model.assumption));
    }
    command_line("trace", path, &options)
}
