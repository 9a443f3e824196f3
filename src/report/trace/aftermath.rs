//! What follows from a ballot, and why.

use std::cmp::Reverse;

use super::stances::support;
use crate::model::{
    Ballot, BallotCount, Bar, Base, CandidateId, CandidateSet, Choose, Condition, Drop, Fraction, Measure, MemberId,
    Model, Rule, Stage,
};
use crate::report::number::grouped;
use crate::report::words;
use crate::simulation::{BallotStory, Standing, Story};

/// Leaders and others kept out told one by one at most.
const TOLD: usize = 3;

/// What follows from a ballot of `story`, term by term.
pub fn rows(model: &Model, story: &Story, ballot: &BallotStory) -> Vec<(&'static str, String)> {
    let telling = Telling { model, stage: &model.stages[ballot.stage], story, ballot };
    let mut rows = vec![("result", telling.result())];
    rows.extend(telling.dropped().map(|words| ("dropped", words)));
    rows.extend(telling.withdrawn().map(|words| ("withdrawn", words)));
    rows.extend(telling.side_payment().map(|words| ("side payment", words)));
    rows
}

/// A ballot and what is needed to explain it.
struct Telling<'a> {
    model: &'a Model,
    stage: &'a Stage,
    story: &'a Story,
    ballot: &'a BallotStory,
}

impl Telling<'_> {
    fn name(&self, c: CandidateId) -> &str {
        &self.model.candidates[c.index()].name
    }

    fn standing(&self, c: CandidateId) -> Standing {
        let mut standings = self.ballot.standings.iter();
        standings.find(|(other, _)| *other == c).map(|(_, standing)| *standing).unwrap_or_default()
    }

    fn field(&self) -> CandidateSet {
        self.ballot.standings.iter().map(|(c, _)| *c).collect()
    }

    fn support(&self, c: CandidateId) -> String {
        support(self.model, self.ballot, &self.standing(c))
    }

    /// Those of `set` with the largest `value`.
    fn most<K: Ord>(&self, set: CandidateSet, value: impl Fn(&Standing) -> K) -> CandidateSet {
        let most = set.iter().map(|c| value(&self.standing(c))).max();
        set.iter().filter(|&c| Some(value(&self.standing(c))) == most).collect()
    }

    /// Most support, then fewest objections.
    fn leaders(&self, set: CandidateSet) -> CandidateSet {
        self.most(set, |standing| (standing.support, Reverse(standing.objecting.len())))
    }

    /// Who is appointed and why, or why no one is.
    fn result(&self) -> String {
        match (self.ballot.appointed, &self.stage.appoint) {
            (Some(c), _) => self.appointment(c),
            (None, None) => "an advisory ballot appoints no one".to_owned(),
            (None, Some(_)) if !self.stage.appoints_at(self.ballot.repeat) => {
                "a sounding: the rule appoints from a later ballot on".to_owned()
            }
            (None, Some(rule)) => self.failure(rule),
        }
    }

    fn appointment(&self, c: CandidateId) -> String {
        let passing = self.ballot.passing;
        let name = self.name(c);
        if passing.len() == 1 {
            return format!("{name} alone passes, with {}, and is appointed", self.support(c));
        }
        let passed = words::names(self.model, passing);
        let why = match self.stage.choose {
            Choose::Lot => "by lot".to_owned(),
            Choose::Utility => "with the largest sum of utilities (if equal, by lot)".to_owned(),
            Choose::Support => self.precedence(passing, c),
        };
        format!("{passed} pass; {name} is appointed, {why}")
    }

    /// What puts `c` before the others who pass.
    fn precedence(&self, passing: CandidateSet, c: CandidateId) -> String {
        let support = self.support(c);
        let supported = self.most(passing, |standing| standing.support);
        if supported.len() == 1 {
            return format!("with the most support, {support}");
        }
        let leaders = self.leaders(passing);
        let objections = self.standing(c).objecting.len();
        let among = words::names(self.model, if leaders.len() == 1 { supported } else { leaders });
        if leaders.len() == 1 {
            return format!(
                "with the fewest objections, {objections}, of those with the most support, {support} ({among})"
            );
        }
        format!(
            "by lot among those with the most support, {support}, and the fewest objections, {objections} ({among})"
        )
    }

    /// No one is appointed: what keeps the leader out, and who else is kept out by vetoes alone.
    fn failure(&self, rule: &Rule) -> String {
        let field = self.field();
        let leaders = self.leaders(field);
        let mut parts = vec!["no one passes".to_owned()];
        let obstacles = leaders.iter().take(TOLD).map(|c| (c, self.obstacle(rule, c)));
        if let (1, Some(c)) = (leaders.len(), leaders.iter().next()) {
            let leads = if field.len() == 1 { "has" } else { "leads with" };
            parts.extend(obstacles.map(|(_, what)| format!("{} {leads} {} but {what}", self.name(c), self.support(c))));
        } else if let Some(c) = leaders.iter().next() {
            parts.push(format!("{} lead with {} each", words::names(self.model, leaders), self.support(c)));
            parts.extend(obstacles.map(|(c, what)| format!("{} {what}", self.name(c))));
            if leaders.len() as usize > TOLD {
                let kept = leaders.intersection(self.ballot.would_hold).len();
                let rest = leaders.len() as usize - TOLD;
                parts.push(format!(
                    "{rest} more likewise; of the {} who lead, vetoes alone keep out {kept}",
                    leaders.len()
                ));
            }
        }
        let others = self.ballot.would_hold.without(leaders);
        let told: Vec<String> = others
            .iter()
            .take(TOLD)
            .map(|c| format!("{} ({})", self.name(c), words::members(self.model, &self.standing(c).vetoing)))
            .collect();
        if !told.is_empty() {
            let more = (others.len() as usize).saturating_sub(TOLD);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let also = if leaders.intersection(self.ballot.would_hold).is_empty() { "" } else { "also " };
            parts.push(format!("{also}kept out by vetoes alone: {}{more}", told.join(", ")));
        }
        parts.join("; ")
    }

    /// What keeps `c` from appointment.
    fn obstacle(&self, rule: &Rule, c: CandidateId) -> String {
        let standing = self.standing(c);
        let vetoing = words::members(self.model, &standing.vetoing);
        if self.ballot.would_hold.contains(c) {
            return match standing.vetoing.len() {
                1 => format!("is kept out by the veto of {vetoing} alone"),
                _ => format!("is kept out by the vetoes of {vetoing} alone"),
            };
        }
        let count = BallotCount {
            supporters: standing.supporters,
            objectors: standing.objecting,
            voting: match self.stage.ballot {
                Ballot::Choice { .. } => self.ballot.voting,
                Ballot::Stances => standing.encouraging.union(&standing.objecting),
            },
            all: self.stage.members,
            vetoed: false,
        };
        let missing = Missing { measures: &self.model.measures, count: &count, ballot: self.stage.ballot };
        let missing = missing.of(rule).join(", and ");
        let even = if standing.vetoing.is_empty() { "falls short" } else { "falls short even without the vetoes" };
        format!("{even}: {missing}")
    }

    fn dropped(&self) -> Option<String> {
        let dropped = self.ballot.dropped;
        let names = (!dropped.is_empty()).then(|| words::names(self.model, dropped))?;
        let least = || self.most(self.field(), |standing| Reverse(standing.support));
        let by_vote = !self.ballot.tied.intersection(dropped).is_empty();
        let among = || self.tie();
        let why = match self.stage.drop {
            Drop::Lowest if by_vote => {
                format!("with the fewest votes in one more vote among {}", among())
            }
            Drop::Lowest if least().len() > 1 => "by lot among those with the least support".to_owned(),
            Drop::Lowest => "with the least support".to_owned(),
            Drop::Keep(n) if by_vote => {
                format!("not among the {n} with the most support, after one more vote among {}", among())
            }
            Drop::Keep(n) => format!("not among the {n} with the most support (if equal, by lot)"),
            Drop::Vetoed => "because vetoed".to_owned(),
            Drop::Below(share) => format!("supported by less than {share} of the {}", self.whole()),
            Drop::None => return None,
        };
        Some(format!("{names}, {why}"))
    }

    /// Those who were tied with what they got in one more vote, and whether that tied again, so that a lot decided.
    fn tie(&self) -> String {
        let (tied, dropped) = (self.ballot.tied, self.ballot.dropped);
        let measure = &self.model.measures[self.stage.support_by];
        let votes = |c: CandidateId| self.standing(c).in_tie;
        let told: Vec<String> =
            tied.iter().map(|c| format!("{} ({})", self.name(c), amount(measure, votes(c)))).collect();
        let edge = tied.intersection(dropped).iter().map(votes).max();
        let by_lot = tied.without(dropped).iter().any(|c| Some(votes(c)) == edge);
        format!("{}{}", told.join(", "), if by_lot { ", and by lot among equals" } else { "" })
    }

    /// Of what support shares are shares.
    fn whole(&self) -> &str {
        &self.model.measures[self.stage.support_by].name
    }

    fn withdrawn(&self) -> Option<String> {
        let all = self.model.measures[self.stage.support_by].weigh(&self.stage.members);
        let unpopular = |c: CandidateId| {
            let least = self.model.candidates[c.index()].withdraws_below;
            least != Fraction::ZERO && !least.is_reached_by(self.standing(c).support, all)
        };
        let withdrawn = self.ballot.withdrawn;
        let (short, vetoed): (Vec<_>, Vec<_>) = withdrawn.iter().partition(|&c| unpopular(c));
        let reasons = [(vetoed, "after a veto"), (short, "for want of support")];
        let told = reasons.into_iter().filter(|(who, _)| !who.is_empty()).map(|(who, why)| {
            let who = words::names(self.model, who.into_iter().collect());
            format!("{who}, {why}")
        });
        (!withdrawn.is_empty()).then(|| told.collect::<Vec<_>>().join("; "))
    }

    fn side_payment(&self) -> Option<String> {
        let c = self.ballot.accommodated?;
        let asked = self.standing(c).vetoing.without(&self.ballot.out_of_reach);
        let yielded = self.ballot.yielded;
        let (who, whom) = (words::members(self.model, &asked), self.name(c));
        let beyond = self.out_of_reach();
        if asked.is_empty() {
            return Some(format!("none on {whom}: {beyond}"));
        }
        let offer = format!("offered on {whom} to {who}");
        let beyond = if beyond.is_empty() { beyond } else { format!("; {beyond}") };
        let mut later = self.story.ballots.iter().filter(|later| later.number > self.ballot.number);
        let neutral = match later.any(|ballot| ballot.standings.iter().any(|(other, _)| *other == c)) {
            true => format!("neutral on {whom} from now on"),
            false => "too late: no further ballot is about them".to_owned(),
        };
        let story = match (yielded.is_empty(), yielded == asked) {
            (true, _) => format!("{offer}: not accepted"),
            (false, true) => format!("{offer}: accepted, {neutral}"),
            (false, false) => {
                let yielded = words::members(self.model, &yielded);
                format!("{offer}: {yielded} accepts, {neutral}")
            }
        };
        Some(story + &beyond)
    }

    /// Whom of those who veto the leader no side payment reaches, and why.
    fn out_of_reach(&self) -> String {
        let takes = |m: MemberId| self.model.members[m.index()].yields;
        let (deep, never): (Vec<_>, Vec<_>) = self.ballot.out_of_reach.iter().partition(|&m| takes(m));
        let limit = self.model.dynamics.accommodation.and_then(|it| it.limit).unwrap_or(f64::INFINITY);
        let reasons =
            [(never, "takes none".to_owned()), (deep, format!("dislikes them by more than the limit, {limit}"))];
        let told = reasons.into_iter().filter(|(who, _)| !who.is_empty());
        let told = told.map(|(who, why)| format!("{} {why}", words::members(self.model, &who.into_iter().collect())));
        told.collect::<Vec<_>>().join("; ")
    }
}

/// What a rule misses at one ballot.
struct Missing<'a> {
    measures: &'a [Measure],
    count: &'a BallotCount,
    /// What the members were asked.
    ballot: Ballot,
}

impl Missing<'_> {
    /// The parts of `rule` that fail, with what there is and what is needed; nothing if it holds.
    fn of(&self, rule: &Rule) -> Vec<String> {
        if rule.holds(self.measures, self.count) {
            return Vec::new();
        }
        match rule {
            Rule::Condition(condition) => vec![self.of_condition(*condition)],
            Rule::All(rules) => rules.iter().flat_map(|rule| self.of(rule)).collect(),
            Rule::Any(rules) if rules.is_empty() => vec!["the rule can never hold".to_owned()],
            Rule::Any(rules) => {
                let parts = rules.iter().map(|rule| self.of(rule).join(", and "));
                vec![parts.collect::<Vec<_>>().join(", or ")]
            }
        }
    }

    /// What a condition that fails lacks.
    fn of_condition(&self, condition: Condition) -> String {
        let Self { measures, count, .. } = self;
        let favour = words::in_favour(self.ballot);
        match condition {
            Condition::NoVeto => "no veto is allowed".to_owned(),
            Condition::Share { of, bar, base } => self.share(&measures[of], bar, base),
            Condition::Count { of, bar } => {
                let there = heads(&measures[of], measures[of].weigh(&count.supporters));
                format!("{there} {favour}, {} needed", words::bar(bar))
            }
            Condition::Objections { of, at_most } => {
                let against = heads(&measures[of], measures[of].weigh(&count.objectors));
                format!("{against} objecting, at most {at_most} allowed")
            }
        }
    }

    fn share(&self, measure: &Measure, bar: Bar, base: Base) -> String {
        let (whole, voting) = match base {
            Base::All => (measure.weigh(&self.count.all), String::new()),
            Base::Voting => (measure.weigh(&self.count.voting), format!(" {}", words::who_vote(self.ballot))),
        };
        let favour = words::in_favour(self.ballot);
        let there = measure.weigh(&self.count.supporters);
        match measure.name.as_str() {
            "members" => {
                let needed = (0..=whole).find(|&heads| bar.is_cleared_by(heads, whole));
                let needed = needed.map_or_else(|| "more".to_owned(), |needed| needed.to_string());
                format!("{there} of {whole} members{voting} {favour}, {needed} needed")
            }
            name => {
                let (there, whole) = (amount(measure, there), amount(measure, whole));
                format!("{name} {there} of {whole}{voting} {favour}, a share of {} needed", words::bar(bar))
            }
        }
    }
}

/// "3 members", or "population 65 000".
fn heads(measure: &Measure, units: u128) -> String {
    match (measure.name.as_str(), units) {
        ("members", 1) => "1 member".to_owned(),
        ("members", n) => format!("{n} members"),
        (name, _) => format!("{name} {}", amount(measure, units)),
    }
}

/// An amount of a measure, as people write it.
fn amount(measure: &Measure, units: u128) -> String {
    let unit = measure.unit();
    let whole = u64::try_from(units / unit).map_or_else(|_| (units / unit).to_string(), grouped);
    let rest = units % unit;
    if rest == 0 {
        return whole;
    }
    let decimals = format!("{rest:0width$}", width = measure.decimals as usize);
    format!("{whole}.{}", decimals.trim_end_matches('0'))
}
