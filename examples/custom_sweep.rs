//! A sweep of one's own: two settings that move together.
//!
//! ```text
//! cargo run --release --example custom_sweep
//! ```
//!
//! `nemcon sweep` varies settings independently. Here everybody's salience of the left-right dimension rises while the
//! uncertainty about everybody falls, in a scenario written on the spot; each point is simulated on the same draws.
//! Prints a table in CSV.

use std::error::Error;

use nemcon::analysis::Selection;
use nemcon::scenario::{STATED, Scenario};
use nemcon::simulation::{Counting, Execution, Plan, simulate};

const SCENARIO: &str = r#"
title = "A committee on a line"
candidate = [
    { id = "left", position = { line = -1.0 } },
    { id = "middle", position = { line = 0.1 } },
    { id = "right", position = { line = 1.2 } },
]
member = [
    { id = "A", ideal = { line = -0.8 } },
    { id = "B", ideal = { line = 0.0 } },
    { id = "C", ideal = { line = 0.9 } },
]
[support]
A = { left = 0.5, middle = 0.5, right = 0.5 }
B = { left = 0.5, middle = 0.5, right = 0.5 }
C = { left = 0.5, middle = 0.5, right = 0.5 }
[veto]
default = "absolute"
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let scenario = Scenario::from_text("committee", SCENARIO, None).map_err(|error| error.render(false, 100))?;
    println!("salience,uncertainty,outcome,probability,ci_low,ci_high");
    for step in 0..=4 {
        let salience = 0.5 * f64::from(step);
        let uncertainty = 1.2 - 0.2 * f64::from(step);
        let settings = [
            ("preferences.salience", format!("{salience:.1}")),
            ("preferences.uncertainty", format!("{uncertainty:.1}")),
        ];
        let settings: Vec<(&str, &str)> = settings.iter().map(|(path, value)| (*path, value.as_str())).collect();
        let model = scenario.with_settings(STATED, &settings).ok_or("every scenario has its own assumption")??;
        let plan = Plan::new(model);
        let tally = simulate(&Counting(&plan), Execution::new(scenario.seed, 0..20_000))?.counts;
        for outcome in Selection::new(&plan.model, &tally).outcomes {
            let name = outcome.candidate.map_or("no-consensus".to_owned(), |candidate| candidate.id);
            let p = outcome.probability;
            let value = p.value.unwrap_or(0.0);
            println!("{salience:.1},{uncertainty:.1},{name},{value:.4},{:.4},{:.4}", p.low, p.high);
        }
    }
    Ok(())
}
