//! What is unknown of views, and from where on members encourage, object and vote, in words.

use super::text::Page;
use super::words;
use crate::model::{Member, MemberSet, Model, Noise};

/// Values told one by one at most.
const TOLD: usize = 3;

/// How views come about, as far as it is no judgement about a single candidate.
pub fn section(page: &mut Page, model: &Model) {
    page.heading("Views");
    let mut rows = vec![("unknown of each", unknown(model))];
    let shared = shared(model);
    let nothing = || "nothing: what is not known of one view says nothing of any other".to_owned();
    rows.push(("shared doubt", if shared.is_empty() { nothing() } else { shared.join("; ") }));
    rows.push(("encourage", format!("from {}", by_member(model, "points", |member| Some(member.accept_at)))));
    rows.push(("object", format!("below {}", by_member(model, "points", |member| Some(member.object_at)))));
    if model.members.iter().any(|member| member.votes_at.is_some()) {
        rows.push(("vote", format!("from {}", by_member(model, "points", |member| member.votes_at))));
    }
    page.terms(&rows);
}

/// "normal noise, 0.8 points (sd)", with those about whom it is another.
fn unknown(model: &Model) -> String {
    let mut parts = vec![by_member(model, "points (sd)", |member| Some(member.uncertainty))];
    let of_candidate = |c: &crate::model::Candidate| Some(format!("{} about {}", c.uncertainty?, c.name));
    parts.extend(model.candidates.iter().filter_map(of_candidate));
    let about = model.members.iter().filter(|member| !member.uncertainty_about.is_empty()).count();
    if about > 0 {
        parts.push(format!("of {} another about some", super::number::plural(about as u64, "member")));
    }
    format!(
        "{} noise, {}",
        Noise::WORDS[Noise::ALL.iter().position(|kind| *kind == model.noise).unwrap_or_default()],
        parts.join("; ")
    )
}

/// What several views share of what is not known, each with its standard deviation.
fn shared(model: &Model) -> Vec<String> {
    let mut parts = Vec::new();
    let months: Vec<f64> = model.candidates.iter().map(|c| c.common_sd).collect();
    if months.iter().any(|&sd| sd > 0.0) {
        parts.push(format!("with everyone about a candidate: {} points", range(&months)));
    }
    let groups = model.groups.iter().filter(|group| group.sd > 0.0).map(|group| format!("{} {}", group.id, group.sd));
    let groups: Vec<String> = groups.collect();
    if !groups.is_empty() {
        parts.push(format!("within a group: {}", groups.join(", ")));
    }
    let traits = model.traits.iter().filter(|of| of.sd > 0.0).map(|of| format!("{} {}", of.name, of.sd));
    let traits: Vec<String> = traits.collect();
    if !traits.is_empty() {
        parts.push(format!("what the moment asks for: {}", traits.join(", ")));
    }
    let moods: Vec<f64> = model.members.iter().map(|member| member.member_sd).collect();
    if moods.iter().any(|&sd| sd > 0.0) {
        parts.push(format!("a member's mood: {} points", range(&moods)));
    }
    for (k, of) in model.traits.iter().enumerate() {
        let weights: Vec<f64> = model.members.iter().map(|member| member.priority_sd[k]).collect();
        if weights.iter().any(|&sd| sd > 0.0) {
            parts.push(format!("the weight of {}: {}", of.name, range(&weights)));
        }
    }
    parts
}

/// "0.5" or "0 to 0.5".
fn range(values: &[f64]) -> String {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if least == most { most.to_string() } else { format!("{least} to {most}") }
}

/// A value of each member, those alike together.
fn by_member(model: &Model, unit: &str, value: impl Fn(&Member) -> Option<f64>) -> String {
    let mut classes: Vec<(Option<f64>, MemberSet)> = Vec::new();
    for (m, member) in model.member_ids() {
        let value = value(member);
        match classes.iter_mut().find(|(other, _)| *other == value) {
            Some((_, set)) => set.insert(m),
            None => classes.push((value, [m].into_iter().collect())),
        }
    }
    let told = |value: Option<f64>| value.map_or_else(|| "no limit".to_owned(), |value| format!("{value} {unit}"));
    match classes.as_slice() {
        [(value, _)] => told(*value),
        several if several.len() <= TOLD => {
            let words = several.iter().map(|(value, set)| format!("{} ({})", told(*value), words::members(model, set)));
            words.collect::<Vec<_>>().join(", ")
        }
        several => {
            let values: Vec<f64> = several.iter().filter_map(|(value, _)| *value).collect();
            format!("{} {unit}, from member to member", range(&values))
        }
    }
}
