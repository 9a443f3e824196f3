//! The scenario as the report has it, and as its reader changes it.

use std::collections::BTreeMap;

use nemcon::analysis::{Comparison, Difference, Selection};
use nemcon::model::Model;
use nemcon::report::page::{self, Live, Width};
use nemcon::scenario::{Change, Diagnostic, LoadError, Problems, STATED, Scenario, Tables};
use nemcon::simulation::{Counts, Course, NoiseStore, Plan, Tally};
use serde::{Deserialize, Serialize};

use crate::panel::{self, Panel, StageRules};

/// The scenario, as the page holds it.
#[derive(Deserialize)]
pub struct Prepare {
    /// Its name.
    name: String,
    /// The text of its file.
    text: String,
    /// The text of each table by its path as the scenario writes it.
    tables: BTreeMap<String, String>,
    /// What the report changed, each as `PATH=VALUE`.
    set: Vec<String>,
    /// Seed of all random numbers, as text.
    seed: String,
}

/// The assumptions, the report's own first.
#[derive(Serialize)]
pub struct Prepared {
    assumptions: Vec<Named>,
}

/// An assumption.
#[derive(Serialize)]
struct Named {
    name: String,
    summary: String,
}

/// Which assumption is to be described.
#[derive(Deserialize)]
pub struct Describe {
    assumption: String,
}

/// A world: an assumption with values changed, in order.
#[derive(Deserialize, PartialEq, Default)]
pub struct Settle {
    assumption: String,
    /// Setting paths with their values.
    settings: Vec<(String, String)>,
}

/// What came of it.
#[derive(Serialize)]
pub struct Settled {
    /// Whether what waiting is worth has to be found first, which takes its time.
    solves: bool,
    stages: Vec<StageRules>,
}

/// An assumption under which the values at hand cannot be.
#[derive(Serialize)]
pub struct Refused {
    assumption: String,
    why: String,
}

/// How far to simulate.
#[derive(Deserialize)]
pub struct Simulate {
    /// The round before which to stop.
    until: u64,
    /// Whether to count ballot by ballot, too.
    by_ballot: bool,
}

/// What to show.
#[derive(Deserialize)]
pub struct Show {
    /// For which screens: `wide`, `narrow`.
    widths: Vec<String>,
    /// Whether with the tables below the charts.
    tables: bool,
    /// Names of the pieces that are asked for; all if there is no list.
    pieces: Option<Vec<String>>,
}

/// Results.
#[derive(Serialize)]
pub struct Shown {
    rounds: u64,
    outcomes: Vec<Ended>,
    /// Pieces of the page by their names.
    sections: Vec<(&'static str, String)>,
}

/// How often selections end in one way.
#[derive(Serialize)]
struct Ended {
    /// The candidate's id; none is no consensus.
    id: Option<String>,
    name: String,
    count: u64,
    /// Against the report's own result, on the same draws; none if nothing is changed.
    difference: Option<Interval>,
}

/// A difference of shares.
#[derive(Serialize)]
struct Interval {
    value: f64,
    low: f64,
    high: f64,
}

/// One world and its rounds.
struct World {
    model: Model,
    /// Made when rounds are first simulated: with foresight that takes its time.
    plan: Option<Plan>,
    rounds: Option<(Course, Tally)>,
}

/// The scenario with its two worlds.
pub struct Engine {
    scenario: Scenario,
    seed: u64,
    /// As the report has it.
    own: World,
    /// As changed, if it is.
    changed: Option<World>,
    settings: Settle,
    by_ballot: bool,
    /// What both worlds draw alike.
    store: NoiseStore,
}

impl Engine {
    /// Reads the scenario.
    pub fn prepare(request: Prepare) -> Result<(Self, Prepared), String> {
        let tables = request.tables.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
        // Whoever wrote the page has found it in order.
        let scenario = Scenario::from_checked_text(&request.name, &request.text, Some(Tables::Memory(&tables)));
        let scenario = scenario.map_err(|error| match error {
            LoadError::Invalid(problems) => in_words(&problems),
            LoadError::Unreadable { .. } => error.to_string(),
        })?;
        let changes: Result<Vec<Change>, _> = request.set.iter().map(|change| change.parse()).collect();
        let changes = changes.map_err(|error| error.to_string())?;
        let scenario = if changes.is_empty() {
            scenario
        } else {
            scenario.with_changes("--set", changes).map_err(|problems| in_words(&problems))?
        };
        let seed = request.seed.parse().map_err(|_| "the seed is not a whole number".to_owned())?;
        let named = |(name, summary): (&str, &str)| Named { name: name.to_owned(), summary: summary.to_owned() };
        let own = scenario.assumption(STATED).ok_or("the scenario has no assumption")?;
        let prepared = Prepared { assumptions: scenario.summaries().map(named).collect() };
        let own = World::new(own.clone());
        let settings = Settle { assumption: STATED.to_owned(), settings: Vec::new() };
        let store = NoiseStore::default();
        Ok((Self { scenario, seed, own, changed: None, settings, by_ballot: false, store }, prepared))
    }

    /// What can be changed under an assumption.
    pub fn describe(&self, request: &Describe) -> Result<Panel, String> {
        panel::of(&self.scenario, &request.assumption).ok_or_else(|| unknown(&request.assumption))
    }

    /// Turns to another world. The one before stays if this one cannot be.
    pub fn settle(&mut self, request: &Settle) -> Result<Settled, String> {
        if *request != self.settings {
            let settings: Vec<_> =
                request.settings.iter().map(|(path, value)| (path.as_str(), value.as_str())).collect();
            let model = self.scenario.with_settings(&request.assumption, &settings);
            let model = model.ok_or_else(|| unknown(&request.assumption))?.map_err(|problems| in_words(&problems))?;
            self.settings = Settle { assumption: request.assumption.clone(), settings: request.settings.clone() };
            self.changed = (model != self.own.model).then(|| World::new(model));
        }
        let solves = [Some(&self.own), self.changed.as_ref()].into_iter().flatten().any(World::has_to_be_solved);
        Ok(Settled { solves, stages: panel::stages(&self.world().model) })
    }

    /// The other assumptions under which the values at hand cannot be: the program, which checks all, refuses them.
    pub fn check(&self) -> Vec<Refused> {
        let Settle { assumption: at_hand, settings } = &self.settings;
        let settings: Vec<_> = settings.iter().map(|(path, value)| (path.as_str(), value.as_str())).collect();
        let others = self.scenario.summaries().map(|(name, _)| name).filter(|it| it != at_hand);
        let refused = others.filter_map(|assumption| {
            let problems = self.scenario.with_settings(assumption, &settings)?.err()?;
            Some(Refused { assumption: assumption.to_owned(), why: in_words(&problems) })
        });
        refused.collect()
    }

    /// Simulates rounds, of the report's own world as many.
    pub fn simulate(&mut self, request: &Simulate) -> Result<u64, String> {
        if request.by_ballot != self.by_ballot {
            self.by_ballot = request.by_ballot;
            self.own.rounds = None;
            self.changed.iter_mut().for_each(|world| world.rounds = None);
        }
        let worlds = [Some(&mut self.own), self.changed.as_mut()];
        for world in worlds.into_iter().flatten() {
            world.go_on(self.seed, request.until, self.by_ballot, &mut self.store);
        }
        Ok(self.world().done())
    }

    /// What the rounds simulated say.
    pub fn show(&self, request: &Show) -> Result<Shown, String> {
        let (selection, comparison) = self.figures()?;
        let differences = comparison.iter().flat_map(|comparison| &comparison.outcomes);
        let mut differences = differences.map(|outcome| &outcome.difference);
        let outcomes = selection.outcomes.iter().map(|outcome| {
            let interval = |it: &Difference| Interval { value: it.value, low: it.low, high: it.high };
            Ended {
                id: outcome.candidate.as_ref().map(|key| key.id.clone()),
                name: outcome.candidate.as_ref().map_or("no consensus", |key| &key.name).to_owned(),
                count: outcome.probability.count,
                difference: differences.next().map(interval),
            }
        });
        let widths: Vec<Width> =
            Width::ALL.into_iter().filter(|width| request.widths.iter().any(|asked| asked == width.class())).collect();
        let live = Live {
            model: &self.world().model,
            selection: &selection,
            before: comparison.as_ref(),
            polls: &self.scenario.polls,
            tables: request.tables,
        };
        let is_asked = |name: &str| request.pieces.as_ref().is_none_or(|asked| asked.iter().any(|it| it == name));
        let sections = page::sections(&live, &widths, is_asked);
        Ok(Shown { rounds: selection.rounds, outcomes: outcomes.collect(), sections })
    }

    /// The world that is shown.
    fn world(&self) -> &World {
        self.changed.as_ref().unwrap_or(&self.own)
    }

    /// Its figures, and how they differ from the report's own.
    fn figures(&self) -> Result<(Selection, Option<Comparison>), String> {
        let nothing = || "nothing has been simulated".to_owned();
        let world = self.world();
        let (course, tally) = world.rounds.as_ref().ok_or_else(nothing)?;
        let selection = Selection::new(&world.model, tally);
        let comparison = match &self.changed {
            None => None,
            Some(changed) => {
                let (own, _) = self.own.rounds.as_ref().ok_or_else(nothing)?;
                Some(Comparison::new(&self.own.model, &changed.model, &own.joint(course)))
            }
        };
        Ok((selection, comparison))
    }
}

impl World {
    fn new(model: Model) -> Self {
        Self { model, plan: None, rounds: None }
    }

    /// Whether what waiting is worth has yet to be found.
    fn has_to_be_solved(&self) -> bool {
        self.plan.is_none() && self.model.looks_ahead()
    }

    /// Rounds simulated.
    fn done(&self) -> u64 {
        self.rounds.as_ref().map_or(0, |(_, tally)| tally.rounds)
    }

    /// Simulates the rounds that are missing.
    fn go_on(&mut self, seed: u64, until: u64, by_ballot: bool, store: &mut NoiseStore) {
        let done = self.done();
        if until <= done {
            return;
        }
        let plan = self.plan.get_or_insert_with(|| Plan::new(self.model.clone()));
        let (course, tally) = Course::simulate(plan, seed, done..until, by_ballot, store);
        match &mut self.rounds {
            None => self.rounds = Some((course, tally)),
            Some((before, sum)) => {
                before.append(&course);
                sum.merge(&tally);
            }
        }
    }
}

/// What is wrong, in a line for each problem.
fn in_words(problems: &Problems) -> String {
    let line = |problem: &Diagnostic| match &problem.help {
        Some(help) => format!("{}: {help}", problem.message),
        None => problem.message.clone(),
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn unknown(assumption: &str) -> String {
    format!("no assumption is called `{assumption}`")
}
