//! What `run --estimate conditional` adds: probabilities from chances instead of counts.

use super::number::{NBSP, estimate, grouped, interval};
use super::text::{Look, Page};
use crate::analysis::{Conditional, Quantity};

/// The probabilities as text, to follow a report of the same rounds.
pub fn render(conditional: &Conditional, look: Look) -> String {
    let mut page = Page::new(look);
    page.heading("The same from the chances in each round");
    let rows: Vec<Vec<String>> = conditional.quantities.iter().map(row).collect();
    page.table(
        &["", "probability", "95 % interval", "counted", "rounds saved"],
        &[false, true, true, true, true],
        &rows,
    );
    page.note(
        "A round's chance is what each member's own noise leaves open once everything else is drawn; its mean over the \
         rounds estimates the same probability as counting does. “Rounds saved”: counting would need so many times \
         more rounds to be as precise; as each of them is much faster, chances pay for rare outcomes. Who is appointed \
         if several pass is left to counting.",
    );
    page.finish()
}

fn row(quantity: &Quantity) -> Vec<String> {
    let what = quantity.candidate.as_ref().map_or("no consensus".to_owned(), |key| format!("{} acceptable", key.name));
    let (probability, interval) = interval(quantity.value, quantity.low, quantity.high);
    let (counted, _) = estimate(&quantity.counted);
    let (interval, saved) = match quantity.variance_ratio {
        _ if quantity.is_exact => ("exact".to_owned(), "all".to_owned()),
        Some(ratio) if ratio < 10.0 => (interval, format!("×{NBSP}{ratio:.1}")),
        Some(ratio) => (interval, format!("×{NBSP}{}", grouped(ratio.round() as u64))),
        None => (interval, "?".to_owned()),
    };
    vec![what, probability, interval, counted, saved]
}
