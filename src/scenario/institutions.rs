//! Preset institutions: members, stages and vetoes of real bodies, each a data file in the format of
//! scenarios. It is merged into a scenario that names it.

mod from_poll;
pub(super) mod merge;
mod presets;
mod starter;

pub use from_poll::FromPoll;
pub use presets::{names, text};
pub use starter::starter;

use super::diagnostic::Collector;
use super::document::{self, Node};
use super::load::Scenario;
use super::resolve;

/// Electors of an institution that leaves their number open, where it is shown by itself.
pub const EXAMPLE_ELECTORS: usize = 100;

/// An institution by itself.
#[derive(Debug, Clone)]
pub struct Institution {
    /// Its name as a preset.
    pub name: &'static str,
    /// What it is called.
    pub title: String,
    /// What it is, and what the preset leaves out.
    pub summary: String,
    /// Where its members and rules come from.
    pub sources: Vec<String>,
    /// Whether the scenario says how many electors it has; here they are [`EXAMPLE_ELECTORS`].
    pub open: bool,
    /// The data file.
    pub text: &'static str,
    /// The scenario that says no more than the institution does, with one candidate, `someone`.
    pub scenario: Scenario,
}

impl Institution {
    /// The institution called `name`, if there is one.
    pub fn find(name: &str) -> Option<Self> {
        let (name, text) = presets::find(name)?;
        let problems = Collector::default();
        let tree = document::parse(0, text, &problems)?;
        let header = resolve::header(&tree, &problems);
        let blocs = tree.get("bloc").and_then(Node::as_array).unwrap_or_default();
        let open = blocs.iter().any(|bloc| bloc.get("size").is_none());
        let electors = if open { format!("electors = {EXAMPLE_ELECTORS}\n") } else { String::new() };
        let alone =
            format!("title = \"{name}\"\ninstitution = \"{name}\"\n{electors}[[candidate]]\nid = \"someone\"\n");
        let scenario = Scenario::from_text(name, &alone, None).ok()?;
        let (title, summary, sources) = (header.title, header.summary, header.sources);
        Some(Self { name, title, summary, sources, open, text, scenario })
    }

    /// All of them, in alphabetical order.
    pub fn all() -> impl Iterator<Item = Self> {
        names().filter_map(Self::find)
    }
}
