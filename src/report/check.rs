//! What `check` shows: a scenario in words, and what is odd about it.

use super::number::{grouped, plural};
use super::text::{Look, Page};
use super::{differences, polls, preferences, waiting, words};
use crate::analysis::{IdleKey, Misread, Remark, RemarkKind, Unappointable, Unmet, WaitingFigures};
use crate::model::{Acts, Bar, Candidate, Condition, Ending, Fraction, Judgement, MemberSet, Model, Poll, Spread};

/// What a sound scenario says.
#[derive(Debug, Clone, Copy)]
pub struct CheckReport<'a> {
    /// Its title.
    pub title: &'a str,
    /// What it is about; may be empty.
    pub summary: &'a str,
    /// Where its figures and judgements come from.
    pub sources: &'a [String],
    /// Seed of all random numbers.
    pub seed: u64,
    /// Rounds to simulate unless something else is asked for.
    pub rounds: u64,
    /// One model per assumption, the stated one first.
    pub models: &'a [Model],
    /// How far off its numbers may be.
    pub judgements: &'a [Judgement],
    /// Polls that were held, in order.
    pub polls: &'a [Poll],
    /// How it ended.
    pub ended: Ended<'a>,
    /// What is odd.
    pub remarks: &'a [Remark],
    /// The files read, with their SHA-256 in hexadecimal.
    pub inputs: &'a [(String, String)],
    /// By assumption with members who look ahead: its name, and what waiting is worth.
    pub waiting: &'a [(String, WaitingFigures)],
}

/// How the selection ended, as far as the scenario says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ended<'a> {
    /// With what outcome.
    pub actual: Option<Ending>,
    /// On which day, YYYY-MM-DD.
    pub decided: Option<&'a str>,
}

impl CheckReport<'_> {
    /// The report as text.
    pub fn render(&self, look: Look) -> String {
        let mut page = Page::new(look);
        page.heading(self.title);
        if !self.summary.is_empty() {
            page.plain(self.summary);
        }
        let Some(stated) = self.models.first() else { return page.finish() };
        members(&mut page, stated);
        candidates(&mut page, stated);
        preferences::section(&mut page, stated);
        procedure(&mut page, stated);
        if !stated.events.is_empty() {
            page.heading("Events");
            let events = stated.events.iter().map(|event| (event.name.as_str(), words::event(stated, event)));
            page.terms(&events.collect::<Vec<_>>());
        }
        vetoes(&mut page, stated);
        assumptions(&mut page, self.models);
        judgements(&mut page, self.judgements);
        for (assumption, figures) in self.waiting {
            waiting::section(&mut page, assumption, figures);
        }
        held(&mut page, stated, self.polls, self.ended);
        self.odd(&mut page);
        page.heading("Runs");
        let inputs = self.inputs.iter().map(|(path, sha256)| format!("{path} (SHA-256 {}…)", first(sha256, 12)));
        let mut rows = vec![
            ("rounds", format!("{}, seed {}", grouped(self.rounds), self.seed)),
            ("files", inputs.collect::<Vec<_>>().join("\n")),
        ];
        if !self.sources.is_empty() {
            rows.push(("sources", self.sources.join("\n")));
        }
        page.terms(&rows);
        page.finish()
    }

    fn odd(&self, page: &mut Page) {
        let Some(stated) = self.models.first().filter(|_| !self.remarks.is_empty()) else { return };
        page.heading("Perhaps not meant");
        for line in remarks(stated, self.remarks) {
            page.plain(&format!(" {}", line.words));
        }
    }
}

fn first(text: &str, n: usize) -> String {
    text.chars().take(n).collect()
}

/// Who decides: members told apart by name, blocs, groups.
pub(super) fn members(page: &mut Page, model: &Model) {
    page.heading(&plural(model.members.len() as u64, "member"));
    let (blocs, groups): (Vec<_>, Vec<_>) = model.groups.iter().partition(|group| group.bloc.is_some());
    let in_bloc = |m| blocs.iter().any(|bloc| bloc.members.contains(m));
    let ids: Vec<_> = model.member_ids().filter(|(m, _)| !in_bloc(*m)).map(|(_, member)| member.id.as_str()).collect();
    if !ids.is_empty() {
        page.plain(&format!(" {}", ids.join(", ")));
    }
    let blocs = blocs.iter().map(|bloc| format!("{} ({} of one kind)", bloc.id, bloc.members.len())).collect();
    let groups = groups.iter().map(|g| format!("{} ({})", g.id, g.members.len())).collect();
    let traits: Vec<_> = model.traits.iter().map(|t| t.name.clone()).collect();
    let measures: Vec<_> = model.measures.iter().skip(1).map(|m| m.name.clone()).collect();
    let rows: [(&str, Vec<String>); 4] =
        [("blocs", blocs), ("groups", groups), ("traits", traits), ("measures", measures)];
    let rows: Vec<_> =
        rows.into_iter().filter(|(_, list)| !list.is_empty()).map(|(term, list)| (term, list.join(", "))).collect();
    if !rows.is_empty() {
        page.terms(&rows);
    }
}

/// How they decide.
pub(super) fn procedure(page: &mut Page, model: &Model) {
    page.heading("Procedure");
    let stages = model.stages.iter().map(|stage| (stage.name.as_str(), words::stage(model, stage)));
    page.terms(&stages.collect::<Vec<_>>());
    for line in words::dynamics(model) {
        page.plain(&format!(" {line}"));
    }
}

/// Who can block.
pub(super) fn vetoes(page: &mut Page, model: &Model) {
    page.heading("Who can veto");
    for line in words::vetoes(model, true) {
        page.plain(&format!(" {line}"));
    }
}

/// What the others of `models` change.
pub(super) fn assumptions(page: &mut Page, models: &[Model]) {
    let Some((stated, others)) = models.split_first().filter(|(_, others)| !others.is_empty()) else { return };
    page.heading("Other assumptions, and what differs");
    let rows = others.iter().map(|model| {
        let mut lines = Vec::new();
        if !model.assumption_summary.is_empty() {
            lines.push(format!("{}.", model.assumption_summary.trim_end_matches('.')));
        }
        lines.extend(differences::between(stated, model));
        (model.assumption.as_str(), lines.join("\n"))
    });
    page.terms(&rows.collect::<Vec<_>>());
}

/// How far off the numbers may be, in the author's view.
fn judgements(page: &mut Page, judgements: &[Judgement]) {
    page.heading("Judgements");
    if judgements.is_empty() {
        page.plain(
            " These numbers carry no range: intervals say how far simulating is off, and nothing says how far the numbers \
             may be. A [[judgement]] does.",
        );
        return;
    }
    let rows = judgements.iter().map(|judgement| {
        let note = if judgement.note.is_empty() { String::new() } else { format!("\n{}", judgement.note) };
        (judgement.name.as_str(), format!("{}{note}", judged(judgement)))
    });
    page.terms(&rows.collect::<Vec<_>>());
}

/// "support.*.*: times 0.6 to 1.5"
pub(super) fn judged(judgement: &Judgement) -> String {
    let drawn = match &judgement.spread {
        Spread::Normal { low, high } | Spread::LogNormal { low, high } => format!("{low} to {high}, nine in ten"),
        Spread::Uniform { low, high } => format!("{low} to {high}, all equally likely"),
        Spread::OneOf(values) => format!("one of {}", values.join(", ")),
    };
    let does = match judgement.acts {
        Acts::Set => "",
        Acts::Shift => "shifted by ",
        Acts::Scale => "times ",
    };
    format!("{}: {does}{drawn}", judgement.paths.join(", "))
}

/// How it went, as far as that is known.
fn held(page: &mut Page, model: &Model, polls: &[Poll], ended: Ended<'_>) {
    if !polls.is_empty() {
        page.heading("Polls held");
        let rows = polls.iter().map(|poll| (poll.name.as_str(), polls::poll(model, poll)));
        page.terms(&rows.collect::<Vec<_>>());
        page.note("Behind a candidate: encouragements-objections-no opinion, or votes, where they are known. No run uses them.");
    }
    let on = ended.decided.map_or(String::new(), |day| format!(", {day}"));
    let outcome = match ended.actual {
        Some(Ending::Appointed(c)) => model.candidates.get(c.index()).map(|c| format!("{} was appointed", c.name)),
        Some(Ending::NoConsensus) => Some("no consensus".to_owned()),
        None => ended.decided.map(|_| "decided".to_owned()),
    };
    if let Some(outcome) = outcome {
        page.heading("How it ended");
        page.plain(&format!(" {outcome}{on}"));
    }
}

fn candidates(page: &mut Page, model: &Model) {
    page.heading(&plural(model.candidates.len() as u64, "candidate"));
    let rows = model.candidates.iter().map(|c| (c.name.as_str(), candidate(model, c)));
    page.terms(&rows.collect::<Vec<_>>());
}

fn candidate(model: &Model, c: &Candidate) -> String {
    let Candidate {
        id,
        name: _,
        home,
        // What members think of them is judgement, not told here.
        traits: _,
        position: _,
        uncertainty: _,
        common_sd: _,
        availability,
        enters,
        reserve,
        withdraws_if_vetoed,
        withdraws_below,
    } = c;
    let mut parts = vec![id.clone()];
    parts.extend(home.map(|m| format!("from {}", model.members[m.index()].id)));
    parts.push(match *availability {
        a if a >= 1.0 => "stands".to_owned(),
        a if a <= 0.0 => "does not stand".to_owned(),
        a => format!("stands with probability {a}"),
    });
    if *enters > 1 {
        parts.push(format!("enters at ballot {enters}"));
    }
    if *reserve {
        parts.push("held in reserve".to_owned());
    }
    if *withdraws_if_vetoed > 0.0 {
        parts.push(format!("withdraws after a veto with probability {withdraws_if_vetoed}"));
    }
    if *withdraws_below != Fraction::ZERO {
        parts.push(format!("withdraws below a support share of {withdraws_below}"));
    }
    parts.join(", ")
}

/// Remarks alike, in words.
pub struct RemarkLine<'a> {
    /// The words.
    pub words: String,
    /// The remarks; at least one.
    pub remarks: Vec<&'a Remark>,
}

/// What is odd in words; members alike in one line.
pub fn remarks<'a>(model: &Model, remarks: &'a [Remark]) -> Vec<RemarkLine<'a>> {
    let mut lines: Vec<(Subjects, &Remark, Vec<&Remark>)> = Vec::new();
    for remark in remarks {
        let same = |other: &Remark| {
            std::mem::discriminant(&other.kind) == std::mem::discriminant(&remark.kind)
                && other.assumptions == remark.assumptions
                && what(model, &other.kind) == what(model, &remark.kind)
        };
        let at = lines.iter().position(|(_, other, _)| same(other)).unwrap_or_else(|| {
            lines.push((Subjects::default(), remark, Vec::new()));
            lines.len() - 1
        });
        lines[at].0.add(model, &remark.kind);
        lines[at].2.push(remark);
    }
    let line = |(subjects, first, remarks): (Subjects, &Remark, _)| RemarkLine {
        words: sentence(model, &subjects.words(model), first),
        remarks,
    };
    lines.into_iter().map(line).collect()
}

fn sentence(model: &Model, subjects: &str, remark: &Remark) -> String {
    if let RemarkKind::SameAssumption(first) = &remark.kind {
        return format!("{} says the same as {first}", remark.assumptions.join(", "));
    }
    let subject = if subjects.is_empty() { String::new() } else { format!("{subjects}: ") };
    let under = match remark.assumptions.as_slice() {
        [] => String::new(),
        [one] => format!(" (under {one})"),
        several => format!(" (under {})", several.join(", ")),
    };
    format!("{subject}{}{under}", what(model, &remark.kind))
}

/// Whom a remark is about, if it is someone.
#[derive(Default)]
struct Subjects {
    members: MemberSet,
    others: Vec<String>,
}

impl Subjects {
    fn add(&mut self, model: &Model, kind: &RemarkKind) {
        match kind {
            RemarkKind::IdleVeto(m)
            | RemarkKind::NeverObjects(m)
            | RemarkKind::IdleDislike(m, _)
            | RemarkKind::BeyondScale(m, _) => self.members.insert(*m),
            RemarkKind::Unappointable(c, _) => self.others.push(model.candidates[c.index()].name.clone()),
            RemarkKind::ImpossibleRule(stage, _)
            | RemarkKind::AlwaysHolds(stage)
            | RemarkKind::NobodyCanVeto(stage)
            | RemarkKind::CountBelowOne(stage, _)
            | RemarkKind::BallotsRepeat(stage)
            | RemarkKind::AccommodationAtAdvisoryBallots(stage) => {
                self.others.extend(model.stages.get(*stage).map(|stage| format!("stage {}", stage.name)));
            }
            RemarkKind::MisreadId { section, id, .. } => self.others.push(format!("{section} {id}")),
            RemarkKind::IdleEvent(event) => {
                self.others.extend(model.events.get(*event).map(|event| format!("event {}", event.name)));
            }
            RemarkKind::FromOneUp(_)
            | RemarkKind::IdleKey(_)
            | RemarkKind::MomentumAtOneBallot
            | RemarkKind::MemoryAtOneBallot
            | RemarkKind::AccommodationWithoutVeto
            | RemarkKind::NoSharedDoubt
            | RemarkKind::VetoWithoutEffect
            | RemarkKind::SameAssumption(_) => {}
        }
    }

    fn words(&self, model: &Model) -> String {
        if self.members.is_empty() { self.others.join(", ") } else { words::members(model, &self.members) }
    }
}

fn what(model: &Model, kind: &RemarkKind) -> String {
    let text = match kind {
        RemarkKind::IdleVeto(_) => "holds a veto but can never object to anyone it may be used against",
        RemarkKind::NeverObjects(_) => "can never object to anyone",
        RemarkKind::Unappointable(_, Unappointable::NeverStands) => "can never be appointed: never stands",
        RemarkKind::Unappointable(_, Unappointable::NoStage) => {
            "can never be appointed: no stage that can appoint considers them"
        }
        RemarkKind::Unappointable(_, Unappointable::EntersTooLate) => {
            "can never be appointed: enters after the last ballot that could"
        }
        RemarkKind::ImpossibleRule(_, unmet) => {
            let unmet: Vec<_> = unmet.iter().map(not_met).collect();
            return format!(
                "the rule can never hold, not even with everyone in favour: it asks for {}",
                unmet.join("; ")
            );
        }
        RemarkKind::AlwaysHolds(_) => {
            "the rule always holds, even with everyone against: whoever leads is appointed, and what comes later is \
             never reached"
        }
        RemarkKind::NobodyCanVeto(_) => {
            "the rule asks for no veto, but nobody can veto, under any assumption, so that dislikes keep no one out: say \
             who can, as in [veto] default = \"absolute\", or write another rule"
        }
        RemarkKind::CountBelowOne(_, threshold) => {
            return format!(
                "the rule compares a number of members with {threshold}, less than one: for a part of them write share \
                 in place of count (or objections as a whole number)"
            );
        }
        RemarkKind::BallotsRepeat(_) => {
            "every further ballot can only repeat the one before: nothing changes minds (momentum, memory, drift, doubt, \
             concession, foresight, accommodation), and nobody is dropped, withdraws or enters"
        }
        RemarkKind::IdleDislike(_, c) => {
            return format!(
                "firmly against {}, but can keep no one from appointment: no veto under any assumption, and where only \
                 vetoes count",
                model.candidates[c.index()].name
            );
        }
        RemarkKind::BeyondScale(m, c) => {
            return format!(
                "{} points for {}, which leave no doubt: points are standard deviations of what is not known, 2 is firm \
                 support and -2 firm opposition; of percentages from -100 to 100 divide by 50",
                model.mean_utility(*m, *c),
                model.candidates[c.index()].name
            );
        }
        RemarkKind::FromOneUp(largest) => {
            let (scale, middle) = if *largest <= 5 {
                (5, 3.0)
            } else if *largest <= 7 {
                (7, 4.0)
            } else {
                (10, 5.5)
            };
            return format!(
                "every support is a whole number from 1 to {largest}: if that is a scale from 1 to {scale}, its middle is \
                 {middle} and the format's is 0; take {middle} away, and 2 points are firm support"
            );
        }
        RemarkKind::IdleEvent(_) => "changes nothing: it never happens, or what it does is so without it",
        RemarkKind::IdleKey(idle) => return idle_key(model, *idle),
        RemarkKind::MomentumAtOneBallot => "momentum has no effect: there is only one ballot",
        RemarkKind::MemoryAtOneBallot => "memory has no effect: there is only one ballot",
        RemarkKind::AccommodationWithoutVeto => "accommodation has no effect: nobody can veto, under any assumption",
        RemarkKind::AccommodationAtAdvisoryBallots(_) => {
            "accommodation has no effect here: without a rule nobody is kept from appointment; with `appoint` and \
             `appoint_from` soundings are part of the stage that decides"
        }
        RemarkKind::NoSharedDoubt => {
            "no two views share any doubt, so doubts cancel out and results look more certain than they are; \
             `common_sd` in [preferences] is a start, and so are groups, traits, moods, drift and events"
        }
        RemarkKind::VetoWithoutEffect => {
            "vetoes have no effect: no rule asks for them, and they drop or discourage no one"
        }
        RemarkKind::SameAssumption(_) => "",
        RemarkKind::MisreadId { taken_for, .. } => match taken_for {
            Misread::Missing => {
                "programs that read the files may take this id for a missing value: see docs/outputs.md"
            }
            Misread::Truth => "programs that read the files may take this id for true or false: see docs/outputs.md",
            Misread::Number => "programs that read the files may take this id for a number: see docs/outputs.md",
        },
    };
    text.to_owned()
}

/// Which key it is, and why it does nothing.
fn idle_key(model: &Model, idle: IdleKey) -> String {
    let stage = |stage: usize| model.stages.get(stage).map_or("", |stage| &stage.name);
    match idle {
        IdleKey::AtOneBallot(key) => format!("{} has no effect: there is only one ballot", key.name()),
        IdleKey::WhereVotesDecide(key) => format!(
            "{} has next to no effect: it changes stances, and here votes decide (objections only break ties)",
            key.name()
        ),
        IdleKey::VotesAtWithoutVotes => "votes_at has no effect: no stage takes votes (ballot = \"choice\")".to_owned(),
        IdleKey::RepeatThatEnds(at) => format!(
            "stage {}: repeat has no effect: with continues = 0 the stage ends after its first ballot",
            stage(at)
        ),
    }
}

/// "4 members, and there are 3", "2/3 of w, of which all members together have 0".
fn not_met(unmet: &Unmet) -> String {
    let Unmet { condition, measure, total, decimals } = unmet;
    let total = match 10_u128.checked_pow(*decimals) {
        Some(unit) if total % unit != 0 => (*total as f64 / unit as f64).to_string(),
        Some(unit) => (total / unit).to_string(),
        None => total.to_string(),
    };
    let asked = match condition {
        Condition::NoVeto => "no veto".to_owned(),
        Condition::Share { bar, .. } | Condition::Count { bar, .. } => match bar {
            Bar::AtLeast(bar) => bar.to_string(),
            Bar::MoreThan(bar) => format!("more than {bar}"),
        },
        Condition::Objections { at_most, .. } => format!("objections of at most {at_most}"),
    };
    match (measure.as_str(), condition) {
        ("members", Condition::Count { .. }) => format!("{asked} members, and there are {total}"),
        _ => format!("{asked} of {measure}, of which all members together have {total}"),
    }
}
