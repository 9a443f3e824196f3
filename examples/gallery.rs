//! Builds the pages of three scenarios and an index of them in a folder, which can be published as a static site.
//!
//! Run it with `cargo run --release --example gallery -- FOLDER` from the folder of the repository.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use maud::{DOCTYPE, html};
use nemcon::report::Origin;
use nemcon::report::page::{EMBEDDED, Report, Section};
use nemcon::scenario::Scenario;
use nemcon::study::{Handle, ReportOptions, report};

const SCENARIOS: [&str; 3] = ["nato-2023", "un-2016", "eu-2019"];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name a folder: gallery FOLDER")?);
    fs::create_dir_all(&folder)?;
    let mut entries = Vec::new();
    for name in SCENARIOS {
        let scenario = Scenario::load(Path::new(&format!("scenarios/{name}.toml")))?;
        fs::write(folder.join(format!("{name}.html")), page(&scenario, name)?)?;
        entries.push((name, scenario.title));
    }
    fs::write(folder.join("index.html"), index(&entries))?;
    Ok(())
}

/// The page that `nemcon report` writes.
fn page(scenario: &Scenario, name: &str) -> Result<String, Box<dyn Error>> {
    let figures = report(scenario, &ReportOptions::default(), &Handle::default())?.ok_or("stopped")?;
    let (rounds, seed) = (figures.asked.rounds, figures.asked.seed);
    let repeat = format!("nemcon report scenarios/{name}.toml --rounds {rounds} --seed {seed} --out page.html");
    let origin = Origin::new("report", figures.asked.inputs.clone(), Some(seed), repeat);
    let sections = &Section::ALL;
    let page = Report { scenario, figures: &figures, title: None, sections, origin: &origin, engine: EMBEDDED };
    Ok(page.render().html)
}

fn index(entries: &[(&str, String)]) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                link rel="icon" href="data:,";
                title { "Selections, simulated" }
                style { "body{font:1.1rem/1.6 Georgia,serif;max-width:40rem;margin:3rem auto;padding:0 1rem}" }
            }
            body {
                main {
                    h1 { "Selections, simulated" }
                    p { "Each page holds charts, tables, methods and the engine that simulates them." }
                    ul { @for (name, title) in entries { li { a href={ (name) ".html" } { (title) } } } }
                }
            }
        }
    };
    page.into_string()
}
