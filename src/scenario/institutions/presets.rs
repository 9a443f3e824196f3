//! The list of preset institutions.

/// The presets by name: every one there is.
const PRESETS: [(&str, &str); 19] = [
    ("african-union", include_str!("african-union.toml")),
    ("conclave", include_str!("conclave.toml")),
    ("eu-council", include_str!("eu-council.toml")),
    ("eu-council-2016", include_str!("eu-council-2016.toml")),
    ("imf-board", include_str!("imf-board.toml")),
    ("ioc", include_str!("ioc.toml")),
    ("nato", include_str!("nato.toml")),
    ("nato-2023", include_str!("nato-2023.toml")),
    ("osce", include_str!("osce.toml")),
    ("unesco-board", include_str!("unesco-board.toml")),
    ("unsc", include_str!("unsc.toml")),
    ("unsc-1991", include_str!("unsc-1991.toml")),
    ("unsc-1996", include_str!("unsc-1996.toml")),
    ("unsc-2006", include_str!("unsc-2006.toml")),
    ("unsc-2016", include_str!("unsc-2016.toml")),
    ("unsc-assembly", include_str!("unsc-assembly.toml")),
    ("who", include_str!("who.toml")),
    ("wto", include_str!("wto.toml")),
    ("wto-2020", include_str!("wto-2020.toml")),
];

/// The names of all presets, in alphabetical order.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    PRESETS.iter().map(|(name, _)| *name)
}

/// The data file of the preset called `name`.
pub fn text(name: &str) -> Option<&'static str> {
    find(name).map(|(_, text)| text)
}

/// The preset called `name`: its name and its data file.
pub fn find(name: &str) -> Option<(&'static str, &'static str)> {
    PRESETS.into_iter().find(|(known, _)| *known == name)
}
