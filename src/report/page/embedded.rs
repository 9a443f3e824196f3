//! What a page that runs holds beside what one reads: the scenario, the engine and the scripts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use maud::{Markup, PreEscaped, html};
use serde::Serialize;

use super::document::{Engine, Report};
use crate::report::File;
use crate::scenario::Change;

/// What makes a page run, if it is built in: `page/` in the repository.
pub const EMBEDDED: Option<Engine<'static>> = embedded();

#[cfg(not(feature = "page"))]
const fn embedded() -> Option<Engine<'static>> {
    None
}

/// One script is made of several files, each of which can be read by itself.
#[cfg(feature = "page")]
const fn embedded() -> Option<Engine<'static>> {
    let script = concat!(
        "\"use strict\";{\n",
        include_str!("../../../page/script/state.js"),
        include_str!("../../../page/script/elements.js"),
        include_str!("../../../page/script/results.js"),
        include_str!("../../../page/script/controls.js"),
        include_str!("../../../page/script/members.js"),
        include_str!("../../../page/script/procedure.js"),
        include_str!("../../../page/script/taking.js"),
        include_str!("../../../page/script/panel.js"),
        "}\n"
    );
    let early = include_str!("../../../page/script/early.js");
    let worker = include_str!("../../../page/script/worker.js");
    Some(Engine { early, script, worker, module: include_bytes!("../../../page/engine.wasm.gz") })
}

/// The script that saves files.
pub const SAVE: &str = include_str!("save.js");

/// The scenario as the engine reads it again.
#[derive(Serialize)]
struct Scenario<'a> {
    /// Its path, as given.
    name: String,
    /// What it says.
    text: &'a str,
    /// Its tables by the path that it writes.
    tables: BTreeMap<&'a str, &'a str>,
    /// Values changed under every assumption, as `path=value`.
    set: Vec<String>,
    /// Seed of all random numbers, as text: browsers round large numbers.
    seed: String,
    /// Rounds behind the results of the page.
    rounds: u64,
}

/// The elements before what one reads: few, so that one reads at once.
pub fn worker(engine: &Engine<'_>) -> Markup {
    html! {
        script type="text/plain" id="worker" { (PreEscaped(engine.worker)) }
        script { (PreEscaped(engine.early)) }
    }
}

/// The elements at the end of the page.
pub fn scripts(report: &Report<'_>, engine: &Engine<'_>, files: &[File]) -> Markup {
    let scenario = Scenario {
        name: report.origin.scenario.clone(),
        text: report.scenario.text(),
        tables: report.scenario.tables(),
        set: report.scenario.changes.iter().map(Change::to_string).collect(),
        seed: report.figures.asked.seed.to_string(),
        rounds: report.figures.asked.rounds,
    };
    // No text ends its element, or begins a comment in it.
    let scenario = serde_json::to_string(&scenario).unwrap_or_default().replace('<', "\\u003c");
    html! {
        script type="application/json" id="scenario" { (PreEscaped(scenario)) }
        script type="text/plain" id="engine" { (PreEscaped(STANDARD.encode(engine.module))) }
        script { (PreEscaped(engine.script)) }
        script type="text/plain" id="files" { (packed(files)) }
        script { (PreEscaped(SAVE)) }
    }
}

/// The files as text by name; together they take far less room than each in its link.
fn packed(files: &[File]) -> String {
    let texts: BTreeMap<&str, Cow<'_, str>> =
        files.iter().map(|file| (file.name, String::from_utf8_lossy(&file.bytes))).collect();
    let json = serde_json::to_vec(&texts).unwrap_or_default();
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let packed = packed.write_all(&json).and_then(|()| packed.finish()).unwrap_or_default();
    STANDARD.encode(packed)
}
