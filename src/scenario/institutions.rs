//! Preset institutions: members, stages and vetoes of real bodies, each a data file in the format of
//! scenarios. It is laid beneath a scenario that names it.

mod beneath;
mod starter;

pub(super) use beneath::Preset;
pub use starter::starter;

use super::diagnostic::Collector;
use super::document::{self, Node};
use super::{Scenario, resolve};

/// The presets by name: every one there is.
const PRESETS: [(&str, &str); 17] = [
    ("african-union", include_str!("institutions/african-union.toml")),
    ("conclave", include_str!("institutions/conclave.toml")),
    ("eu-council", include_str!("institutions/eu-council.toml")),
    ("eu-council-2016", include_str!("institutions/eu-council-2016.toml")),
    ("imf-board", include_str!("institutions/imf-board.toml")),
    ("ioc", include_str!("institutions/ioc.toml")),
    ("nato", include_str!("institutions/nato.toml")),
    ("nato-2023", include_str!("institutions/nato-2023.toml")),
    ("osce", include_str!("institutions/osce.toml")),
    ("unesco-board", include_str!("institutions/unesco-board.toml")),
    ("unsc", include_str!("institutions/unsc.toml")),
    ("unsc-1991", include_str!("institutions/unsc-1991.toml")),
    ("unsc-1996", include_str!("institutions/unsc-1996.toml")),
    ("unsc-2006", include_str!("institutions/unsc-2006.toml")),
    ("unsc-2016", include_str!("institutions/unsc-2016.toml")),
    ("wto", include_str!("institutions/wto.toml")),
    ("wto-2020", include_str!("institutions/wto-2020.toml")),
];

/// Electors of an institution that leaves their number open, where it is shown by itself.
pub const EXAMPLE_ELECTORS: usize = 100;

/// The names of all presets, in alphabetical order.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    PRESETS.iter().map(|(name, _)| *name)
}

/// The data file of the preset called `name`.
pub fn text(name: &str) -> Option<&'static str> {
    PRESETS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

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
        let (name, text) = PRESETS.iter().find(|(known, _)| *known == name)?;
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
