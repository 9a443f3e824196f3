//! A model in words.

use super::blocs;
use super::number::{NBSP, plural};
use crate::model::{
    Accommodation, Ballot, Bar, Base, CandidateSet, Choose, Condition, Drawn, Drop, Dynamics, Effect, Event, Fraction,
    Measure, MemberId, MemberSet, Model, Rule, Stage, Ties, VetoPower,
};

/// Members or candidates named one by one at most.
const NAMED: usize = 8;

/// "USA; quad without USA" would be clever; this is plain: everyone, a group, the ids, or how many. Members of a bloc
/// are told by how many they are.
pub fn members(model: &Model, set: &MemberSet) -> String {
    if set.len() as usize == model.members.len() {
        return "every member".to_owned();
    }
    if set.len() > 1
        && let Some(group) = model.groups.iter().find(|group| group.members == *set)
    {
        return group.id.clone();
    }
    let parts = blocs::together(model, set);
    if parts.len() <= NAMED { blocs::list(&parts) } else { plural(u64::from(set.len()), "member") }
}

/// Candidates by name.
pub fn candidates(model: &Model, set: CandidateSet) -> String {
    if set.len() as usize == model.candidates.len() {
        return "everyone".to_owned();
    }
    names(model, set)
}

/// Candidates by name, even if they are everyone there is.
pub fn names(model: &Model, set: CandidateSet) -> String {
    let names: Vec<&str> = set.iter().map(|c| model.candidates[c.index()].name.as_str()).collect();
    if names.len() <= NAMED { names.join(", ") } else { plural(names.len() as u64, "candidate") }
}

/// Who can veto and who cannot, those alike together; every member is in one line. The largest class, if it is of many,
/// is "the other n".
pub fn vetoes(model: &Model, long: bool) -> Vec<String> {
    let mut lines = stated_vetoes(model, long);
    for event in model.events.iter().filter(|event| event.vetoes().next().is_some()) {
        lines.push(format!("event {}, with probability {}: {}", event.name, event.probability, effects(model, event)));
    }
    lines
}

fn stated_vetoes(model: &Model, long: bool) -> Vec<String> {
    let mut classes = by_power((0..).map(MemberId).zip(model.vetoes.iter().copied()));
    if classes.iter().all(|(_, power)| !power.exists()) {
        return vec!["no member can veto".to_owned()];
    }
    let largest = (0..classes.len()).rev().max_by_key(|&i| classes[i].0.len());
    let others = largest.filter(|&i| classes.len() > 1 && classes[i].0.len() as usize > NAMED);
    let others = others.map(|i| classes.remove(i)).map(|(set, power)| {
        format!("the other {}: {}", plural(u64::from(set.len()), "member"), veto(model, &power, long))
    });
    let rest = others.or_else(|| {
        let powerless = classes.iter().position(|(_, power)| !power.exists());
        powerless.map(|i| classes.remove(i)).map(|_| "nobody else".to_owned())
    });
    let named = classes.iter().map(|(set, power)| format!("{}: {}", members(model, set), veto(model, power, long)));
    named.chain(rest).collect()
}

/// Members by what veto power they have, in the order of the first of each.
fn by_power(powers: impl Iterator<Item = (MemberId, VetoPower)>) -> Vec<(MemberSet, VetoPower)> {
    let mut classes: Vec<(MemberSet, VetoPower)> = Vec::new();
    for (m, power) in powers {
        let alike = |other: &VetoPower| *other == power || (!other.exists() && !power.exists());
        match classes.iter_mut().find(|(_, other)| alike(other)) {
            Some((set, _)) => set.insert(m),
            None => classes.push(([m].into_iter().collect(), power)),
        }
    }
    classes
}

fn veto(model: &Model, power: &VetoPower, long: bool) -> String {
    if !power.exists() {
        return "no veto".to_owned();
    }
    let against = power.against;
    let kind = if long { veto_in_full(power) } else { veto_in_short(power) };
    if against.len() as usize == model.candidates.len() {
        kind
    } else {
        format!("{kind}; only against {}", candidates(model, against))
    }
}

/// The rule of a stage.
pub fn rule(model: &Model, stage: &Stage) -> String {
    stage
        .appoint
        .as_ref()
        .map_or("appoints no one (advisory)".to_owned(), |rule| terms(rule, &model.measures, stage.ballot))
}

/// How many ballots, and about whom if not about everyone: "consultations (up to 6 ballots)".
pub fn stage_in_short(model: &Model, stage: &Stage) -> String {
    let field = stage.field.map(|field| format!("{} only, ", candidates(model, field))).unwrap_or_default();
    format!("{} ({field}{})", stage.name, ballots(stage))
}

fn ballots(stage: &Stage) -> String {
    let upto = if stage.repeat > 1 { "up to " } else { "" };
    format!("{upto}{}", plural(u64::from(stage.repeat), "ballot"))
}

/// Everything about a stage.
pub fn stage(model: &Model, stage: &Stage) -> String {
    // What is new in a stage is to be told too.
    let Stage {
        name: _,
        members: who,
        ballot,
        repeat: _,
        continues,
        appoint,
        appoint_from,
        support_by,
        choose,
        drop,
        from_ballot,
        ties,
        field,
        goodwill,
    } = stage;
    let mut parts = vec![ballots(stage)];
    if *continues < 1.0 {
        parts.push(format!("goes on after an inconclusive one with probability {continues}"));
    }
    if who.len() as usize != model.members.len() {
        parts.push(format!("taking part: {}", members(model, who)));
    }
    parts.push(match *field {
        Some(field) => format!("considers {}", candidates(model, field)),
        None if model.candidates.iter().any(|c| c.reserve) => "considers everyone not held in reserve".to_owned(),
        None => "considers everyone in the race".to_owned(),
    });
    if let Some(votes) = ballot.votes() {
        parts.push(format!("each member casts {}", plural(u64::from(votes), "vote")));
    }
    if *goodwill != 0.0 {
        parts.push(format!("every view shifted by {goodwill:+} points"));
    }
    match appoint {
        None => parts.push("appoints no one (advisory)".to_owned()),
        Some(rule) => {
            let from = match *appoint_from {
                1 => String::new(),
                from => format!(" from its ballot {from} on"),
            };
            parts.push(format!("appoints{from} with {}", terms(rule, &model.measures, *ballot)));
            parts.push(match choose {
                Choose::Support => "of several, the one with most support".to_owned(),
                Choose::Utility => "of several, the one with the largest sum of utilities".to_owned(),
                Choose::Lot => "of several, one by lot".to_owned(),
            });
        }
    }
    let support = model.measures[*support_by].name.as_str();
    if *support_by != 0 {
        parts.push(format!("support is counted by {support}"));
    }
    let dropped = match drop {
        Drop::None => None,
        Drop::Lowest => Some("the one with least support".to_owned()),
        Drop::Vetoed => Some("everyone vetoed".to_owned()),
        Drop::Keep(n) => Some(format!("all but the {n} with most support")),
        Drop::Below(share) => Some(format!("everyone supported by less than {share} of the {support}")),
    };
    if let Some(dropped) = dropped {
        let from = if *from_ballot > 1 { format!(" from its ballot {from_ballot} on") } else { String::new() };
        parts.push(format!("drops {dropped} after an inconclusive ballot{from}"));
        parts.extend(
            (drop.breaks_ties() && ballot.is_choice() && *ties == Ties::Ballot)
                .then(|| "ties there: one more vote among those tied".to_owned()),
        );
    }
    parts.join("; ")
}

/// A veto in a sentence.
fn veto_in_full(power: &VetoPower) -> String {
    let &VetoPower { probability, drawn, cost, alone, against: _ } = power;
    let with_probability = match drawn {
        _ if probability >= 1.0 => String::new(),
        Drawn::Candidate => format!("with probability {probability} "),
        Drawn::Member => format!("with probability {probability}, for all candidates at once, "),
    };
    let cost_part = (cost > 0.0).then(|| format!("its cost, {cost} × the share of the others in favour"));
    let alone_part = (alone > 0.0).then(|| format!("{alone} points if no one else objects"));
    let price: Vec<String> = cost_part.into_iter().chain(alone_part).collect();
    match (probability >= 1.0, drawn, price.is_empty()) {
        (true, _, true) => "absolute: every objection blocks".to_owned(),
        (false, Drawn::Candidate, true) => {
            format!("conditional: an objection blocks with probability {probability}")
        }
        (false, Drawn::Member, true) => format!("conditional: {with_probability}an objection blocks"),
        (true, _, false) => format!("conditional: an objection blocks if it outweighs {}", price.join(" and ")),
        (false, _, false) => {
            format!("conditional: {with_probability}an objection blocks, if it outweighs {}", price.join(" and "))
        }
    }
}

/// A veto in a word or two.
fn veto_in_short(power: &VetoPower) -> String {
    let &VetoPower { probability, drawn, cost, alone, against: _ } = power;
    if probability >= 1.0 && !power.has_price() {
        return "absolute".to_owned();
    }
    let drawn = match drawn {
        Drawn::Member if probability < 1.0 => " a round",
        Drawn::Candidate | Drawn::Member => "",
    };
    let mut parts = vec![format!("p{NBSP}={NBSP}{probability}{drawn}")];
    parts.extend((cost > 0.0).then(|| format!("cost{NBSP}{cost}")));
    parts.extend((alone > 0.0).then(|| format!("alone{NBSP}{alone}")));
    format!("conditional ({})", parts.join(", "))
}

/// How much is enough: "at least" is what goes without saying.
pub fn bar(bar: Bar) -> String {
    match bar {
        Bar::AtLeast(enough) => enough.to_string(),
        Bar::MoreThan(bar) => format!("more than {bar}"),
    }
}

/// By what rule a stage's ballots appoint, and how they are cast if not by stances.
pub fn terms_of_stage(model: &Model, stage: &Stage) -> String {
    let cast = |votes: u32| format!("each member casts {}; ", plural(u64::from(votes), "vote"));
    let votes = stage.ballot.votes().map(cast).unwrap_or_default();
    let appoints = if stage.appoint.is_some() { "appoints with " } else { "" };
    format!("{votes}{appoints}{}", rule(model, stage))
}

/// What changes from ballot to ballot; empty if nothing does.
pub fn dynamics(model: &Model) -> Vec<String> {
    let Dynamics { momentum, memory, drift_sd, doubt_sd, accommodation } = model.dynamics;
    let mut parts = Vec::new();
    if momentum != 0.0 {
        parts.push(format!("momentum: {momentum} points per unit of support share above the field's mean"));
    }
    if memory < 1.0 {
        parts.push(format!("memory: {memory} of what is unknown about a view stays, the rest is drawn afresh"));
    }
    if drift_sd > 0.0 {
        parts.push(format!(
            "drift: everyone's view of a candidate moves by {drift_sd} points (sd) from ballot to ballot"
        ));
    }
    if doubt_sd > 0.0 {
        parts.push(format!(
            "doubt: after the first ballot everyone's view of a candidate moves by {doubt_sd} points (sd)"
        ));
    }
    let mut concessions: Vec<f64> = model.members.iter().map(|m| m.concession).filter(|&c| c != 0.0).collect();
    concessions.sort_by(f64::total_cmp);
    if let (Some(least), Some(most)) = (concessions.first(), concessions.last()) {
        let points = if least == most { format!("{most}") } else { format!("{least} to {most}") };
        let who = if concessions.len() == model.members.len() {
            "every member".to_owned()
        } else {
            plural(concessions.len() as u64, "member")
        };
        parts.push(format!("concession: {who} asks {points} points less at each further ballot"));
    }
    let mut foresights: Vec<f64> = model.members.iter().map(|m| m.foresight).filter(|&f| f > 0.0).collect();
    foresights.sort_by(f64::total_cmp);
    if let (Some(least), Some(most)) = (foresights.first(), foresights.last()) {
        let how_much = if least == most { format!("{most}") } else { format!("{least} to {most}") };
        let who = plural(foresights.len() as u64, "member");
        let knows = if foresights.len() == 1 { "knows" } else { "know" };
        parts.push(format!("foresight: {who} {knows} what waiting is worth, weight {how_much}"));
    }
    if let Some(Accommodation { holdouts, probability, limit }) = accommodation {
        let deep = limit.map(|limit| format!(" unless it dislikes by more than {limit} points")).unwrap_or_default();
        parts.push(format!(
            "accommodation: if vetoes of at most {} alone keep the leader out, each yields with probability \
             {probability}{deep}",
            plural(u64::from(holdouts), "member"),
        ));
        let firm: MemberSet = model.member_ids().filter(|(_, m)| !m.yields).map(|(m, _)| m).collect();
        parts.extend((!firm.is_empty()).then(|| format!("never yielding: {}", members(model, &firm))));
    }
    parts
}

/// An event and what it does.
pub fn event(model: &Model, event: &Event) -> String {
    format!("with probability {}: {}", event.probability, effects(model, event))
}

/// What an event does.
pub fn effects(model: &Model, event: &Event) -> String {
    let name = |c: crate::model::CandidateId| model.candidates[c.index()].name.as_str();
    let effects: Vec<String> = event
        .effects
        .iter()
        .map(|effect| match effect {
            Effect::Points { members: who, candidates: whom, points } => {
                format!("{points:+} points from {} for {}", members(model, who), candidates(model, *whom))
            }
            Effect::Leaves(c) => format!("{} does not stand", name(*c)),
            Effect::Joins(c) => format!("{} stands", name(*c)),
            Effect::Vetoes(powers) => {
                let classes = by_power(powers.iter().copied());
                let changed = classes.iter().map(|(set, power)| {
                    format!("the veto of {} becomes {}", members(model, set), veto(model, power, false))
                });
                changed.collect::<Vec<_>>().join(", ")
            }
        })
        .collect();
    effects.join("; ")
}

/// Every distinct rule that appoints, with the stages it belongs to if they differ.
pub fn rules(model: &Model) -> Vec<String> {
    let appointing: Vec<(&Stage, &Rule)> =
        model.stages.iter().filter_map(|stage| Some((stage, stage.appoint.as_ref()?))).collect();
    match appointing.as_slice() {
        [] => vec!["no stage appoints anyone".to_owned()],
        [first, rest @ ..] if rest.iter().all(|(stage, rule)| (stage.ballot, *rule) == (first.0.ballot, first.1)) => {
            vec![terms(first.1, &model.measures, first.0.ballot)]
        }
        all => all.iter().map(|(stage, _)| format!("{}: {}", stage.name, rule(model, stage))).collect(),
    }
}

/// A rule in words, such as "no veto, and at least 1 member in favour".
fn terms(rule: &Rule, measures: &[Measure], ballot: Ballot) -> String {
    match rule {
        Rule::Condition(one) => condition(*one, measures, ballot),
        Rule::All(rules) => join(rules, measures, ballot, ", and "),
        Rule::Any(rules) => join(rules, measures, ballot, ", or "),
    }
}

fn condition(condition: Condition, measures: &[Measure], ballot: Ballot) -> String {
    let favour = in_favour(ballot);
    let amount = |of: usize, threshold: Fraction| match (measures[of].name.as_str(), threshold.to_string()) {
        ("members", one) if one == "1" => "1 member".to_owned(),
        ("members", n) => format!("{n} members"),
        (name, n) => format!("{n} of {name}"),
    };
    match condition {
        Condition::NoVeto => "no veto".to_owned(),
        Condition::Share { of, bar, base } => {
            let whole = match (measures[of].name.as_str(), base) {
                ("members", Base::All) => "all members".to_owned(),
                ("members", Base::Voting) => format!("the members {}", who_vote(ballot)),
                (name, Base::All) => format!("the {name} of all"),
                (name, Base::Voting) => format!("the {name} of those {}", who_vote(ballot)),
            };
            match bar {
                Bar::AtLeast(share) if share.to_string() == "1" && whole == "all members" => {
                    format!("every member {favour}")
                }
                Bar::AtLeast(share) if share.to_string() == "1" => format!("all of {whole} {favour}"),
                Bar::AtLeast(share) => format!("at least {share} of {whole} {favour}"),
                Bar::MoreThan(share) => format!("more than {share} of {whole} {favour}"),
            }
        }
        Condition::Count { of, bar: Bar::AtLeast(enough) } => format!("at least {} {favour}", amount(of, enough)),
        Condition::Count { of, bar: Bar::MoreThan(bar) } => format!("more than {} {favour}", amount(of, bar)),
        Condition::Objections { of: _, at_most } if at_most == Fraction::ZERO => "no member objecting".to_owned(),
        Condition::Objections { of, at_most } => format!("at most {} objecting", amount(of, at_most)),
    }
}

fn join(rules: &[Rule], measures: &[Measure], ballot: Ballot, word: &str) -> String {
    let part = |rule: &Rule| match rule {
        Rule::All(inner) | Rule::Any(inner) if inner.len() > 1 => format!("({})", terms(rule, measures, ballot)),
        Rule::Condition(_) | Rule::All(_) | Rule::Any(_) => terms(rule, measures, ballot),
    };
    rules.iter().map(part).collect::<Vec<_>>().join(word)
}

/// Who counts where shares are of those voting.
pub fn who_vote(ballot: Ballot) -> &'static str {
    match ballot {
        Ballot::Stances => "voting",
        Ballot::Choice { .. } => "who cast a vote",
    }
}

/// How members support a candidate: in a choice ballot support is votes, whatever their stance.
pub fn in_favour(ballot: Ballot) -> &'static str {
    match ballot {
        Ballot::Stances => "in favour",
        Ballot::Choice { .. } => "voting for the candidate",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::example;

    /// Whoever reads that the others may veto must not take a member without veto to be one of them.
    #[test]
    fn every_member_is_in_one_class_of_vetoes() {
        let mut model = example::model(12, 2);
        assert_eq!(vetoes(&model, false), ["no member can veto"]);
        model.vetoes.fill(VetoPower { probability: 0.5, ..VetoPower::absolute(2) });
        model.vetoes[0] = VetoPower::NONE;
        model.vetoes[1] = VetoPower::absolute(2);
        let said = ["m0: no veto", "m1: absolute", "the other 10 members: conditional (p = 0.5)"];
        assert_eq!(vetoes(&model, false).iter().map(|line| line.replace(NBSP, " ")).collect::<Vec<_>>(), said);
        model.vetoes.fill(VetoPower::absolute(2));
        assert_eq!(vetoes(&model, false), ["every member: absolute"]);
        let mut model = example::model(3, 2);
        model.vetoes[1] = VetoPower::absolute(2);
        assert_eq!(vetoes(&model, false), ["m1: absolute", "nobody else"]);
    }
}
