//! Where the parts of a scenario are written, by their setting paths.

use super::document::{Node, Value};
use super::load::Scenario;
use super::place::Place;
use super::settings::entry_name;

impl Scenario {
    /// Where the value at a setting path such as `member.USA.home` is written, or else the nearest thing around it: the
    /// entry, or the section. `assumption.NAME` is the assumption's name. None if there is nothing of the kind.
    ///
    /// A member that a bloc became stands where the bloc does. What other assumptions set is not looked for.
    pub fn place_of(&self, path: &str) -> Option<Place> {
        if let Some(name) = path.strip_prefix("assumption.") {
            return self.written.iter().find(|assumption| assumption.name == name)?.place();
        }
        let mut parts = path.split('.');
        let section = parts.next()?;
        let entry = self.stated.as_table()?.get(section)?;
        match &entry.node.value {
            Value::Array(_) => {
                let name = parts.next()?;
                let (place, node) =
                    self.entry(section, name).or_else(|| self.entry("bloc", name.rsplit_once('-')?.0))?;
                Some(below(node, place, parts))
            }
            _ => Some(below(&entry.node, entry.key, parts)),
        }
    }

    /// The entry of `[[section]]` that is called `name`, and where its name is written.
    fn entry(&self, section: &str, name: &str) -> Option<(Place, &Node)> {
        let mut nodes = self.stated.get(section)?.as_array()?.iter().enumerate();
        let (_, node) = nodes.find(|(i, node)| entry_name(section, node, *i) == name)?;
        let named = node.get("id").or_else(|| node.get("name")).unwrap_or(node);
        Some((named.place, node))
    }
}

/// Where what `parts` lead to from `node` is written, as far as they lead; `place` is that of `node`.
fn below<'p>(node: &Node, place: Place, parts: impl Iterator<Item = &'p str>) -> Place {
    let (mut node, mut place) = (node, place);
    for part in parts {
        let Some(entry) = node.as_table().and_then(|table| table.get(part)) else { break };
        place = if entry.node.as_table().is_some() { entry.key } else { entry.node.place };
        node = &entry.node;
    }
    place
}
