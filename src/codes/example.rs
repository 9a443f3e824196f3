//! Inputs that show one problem each.

/// Two members and two candidates with nothing wrong, and an assumption under which one of them has a veto: what most
/// examples add to.
pub const BASE: &str = "\
[[member]]
id = \"FRA\"
member_sd = 0.5
[[member]]
id = \"USA\"
[[candidate]]
id = \"kallas\"
[[candidate]]
id = \"rutte\"
[[assumption]]
name = \"strict\"
veto = { USA = \"absolute\" }
";

/// An input that has one problem and no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Example {
    /// Lines between the title and [`BASE`].
    Added(String),
    /// A whole scenario.
    Whole(String),
    /// Lines between the title and [`BASE`], and files beside the scenario, each with its bytes. There may be none:
    /// what matters is that the scenario lies in a folder.
    Beside(String, Vec<(&'static str, Vec<u8>)>),
    /// The table of a poll about the candidates of [`BASE`].
    Poll(String),
}

impl Example {
    pub(super) fn added(lines: &str) -> Self {
        Self::Added(lines.to_owned())
    }

    pub(super) fn whole(text: &str) -> Self {
        Self::Whole(text.to_owned())
    }

    /// A table of members.
    pub(super) fn members(csv: impl AsRef<[u8]>) -> Self {
        let file = ("members.csv", csv.as_ref().to_vec());
        Self::Beside("[tables]\nmembers = \"members.csv\"".to_owned(), vec![file])
    }

    pub(super) fn poll(csv: &str) -> Self {
        Self::Poll(csv.to_owned())
    }

    /// The text of the scenario, with what the example adds to.
    pub fn scenario(&self) -> String {
        match self {
            Self::Added(lines) | Self::Beside(lines, _) => format!("title = \"Example\"\n{lines}\n{BASE}"),
            Self::Whole(text) => text.clone(),
            Self::Poll(_) => format!("title = \"Example\"\n{BASE}"),
        }
    }
}
