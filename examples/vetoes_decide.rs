//! How often vetoes decide.
//!
//! ```text
//! cargo run --release --example vetoes_decide -- scenarios/nato-2023.toml
//! ```
//!
//! Adds an assumption under which nobody can veto to a scenario, and sets the scenario's own against it on the same
//! draws: a round that ends alike under both was not decided by a veto.

use std::error::Error;
use std::fs;
use std::path::Path;

use nemcon::scenario::{Scenario, Tables};
use nemcon::study::{CompareOptions, Handle, Options, compare};

const FREE: &str = "nobody-can-veto";

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("say which scenario: vetoes_decide scenarios/nato-2023.toml")?;
    let text =
        fs::read_to_string(&path)? + &format!("\n[[assumption]]\nname = \"{FREE}\"\nveto = {{ default = \"none\" }}\n");
    let folder = Path::new(&path).parent().map(Tables::Folder);
    let scenario = Scenario::from_text(&path, &text, folder).map_err(|error| error.render(false, 100))?;

    let options = CompareOptions {
        baseline: Some(FREE.to_owned()),
        assumptions: Some(vec!["stated".to_owned()]),
        simulation: Options { rounds: Some(20_000), ..Options::default() },
    };
    let answer = compare(&scenario, &options, &Handle::default())?;
    let stated = &answer.figures.comparisons[0];

    println!("{}", scenario.title);
    println!("vetoes decide {:.1} % of {} rounds", percent(stated.changed.value), answer.extent.rounds);
    for outcome in &stated.outcomes {
        let name = outcome.candidate.as_ref().map_or("no consensus", |candidate| &candidate.name);
        let (before, after) = (outcome.difference.before.value, outcome.difference.after.value);
        println!("{name}: {:.1} % with the vetoes, {:.1} % without", percent(after), percent(before));
    }
    Ok(())
}

/// A share in percent; 0 of no rounds.
fn percent(share: Option<f64>) -> f64 {
    100.0 * share.unwrap_or(0.0)
}
