//! How often vetoes decide.
//!
//! ```text
//! cargo run --release --example vetoes_decide -- scenarios/nato-2023.toml
//! ```
//!
//! Takes all vetoes out of a scenario, those that events give included, and sets the scenario against the rest on the
//! same draws: a round that ends alike in both was not decided by a veto.

use std::error::Error;
use std::path::Path;

use nemcon::analysis::Comparison;
use nemcon::model::{Effect, Model, VetoPower};
use nemcon::scenario::{STATED, Scenario};
use nemcon::simulation::{Comparing, Execution, Plan, simulate};

const ROUNDS: u64 = 20_000;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("say which scenario: vetoes_decide scenarios/nato-2023.toml")?;
    let scenario = Scenario::load(Path::new(&path)).map_err(|error| error.render(false, 100))?;
    let stated = scenario.assumption(STATED).ok_or("every scenario has its own assumption")?;

    let plans = [Plan::new(without_vetoes(stated)), Plan::new(stated.clone())];
    let counts = simulate(&Comparing(&plans), Execution::new(scenario.seed, 0..ROUNDS))?.counts;
    let compared = Comparison::new(&plans[0].model, stated, &counts.joints[1]);

    println!("{}", scenario.title);
    println!("vetoes decide {:.1} % of {ROUNDS} rounds", percent(compared.changed.value));
    for outcome in &compared.outcomes {
        let name = outcome.candidate.as_ref().map_or("no consensus", |candidate| &candidate.name);
        let (before, after) = (outcome.difference.before.value, outcome.difference.after.value);
        println!("{name}: {:.1} % with the vetoes, {:.1} % without", percent(after), percent(before));
    }
    Ok(())
}

/// The same selection, in which nobody can ever veto.
fn without_vetoes(model: &Model) -> Model {
    let mut free = model.clone();
    free.vetoes.fill(VetoPower::NONE);
    for event in &mut free.events {
        event.effects.retain(|effect| !matches!(effect, Effect::Vetoes(_)));
    }
    free
}

/// A share in percent; 0 of no rounds.
fn percent(share: Option<f64>) -> f64 {
    100.0 * share.unwrap_or(0.0)
}
