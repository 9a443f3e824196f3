//! How NATO 2023 was read at first: what benchmarks time and published figures are of.

use nemcon::scenario::{Change, Scenario};

/// The scenario with the settings of its assumption `first-reading` under every assumption.
pub fn of(nato: Scenario) -> Scenario {
    let settings = [
        ("preferences.uncertainty", "1"),
        ("preferences.member_sd", "0"),
        ("candidate.caputova.uncertainty", "1"),
        ("candidate.grabar-kitarovic.uncertainty", "1"),
        ("stage.consultations.appoint_from", "1"),
        ("dynamics.accommodation", "{ holdouts = 2, probability = 0.1 }"),
        ("member.USA.yields", "true"),
    ];
    let changes = settings.map(|(path, value)| Change { path: path.into(), value: value.into() });
    nato.with_changes("first reading", changes.into()).unwrap_or_else(|problem| panic!("{problem}"))
}
