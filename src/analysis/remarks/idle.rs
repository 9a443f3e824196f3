//! Keys that can change nothing, whatever they say.

use crate::model::{Condition, Drop, Model, Stage};

/// A key that can change nothing, and why. Stages are indices into the model's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdleKey {
    /// It acts between ballots, and there is only one.
    AtOneBallot(Pace),
    /// It changes stances, and only votes decide.
    WhereVotesDecide(Pace),
    /// `votes_at` is set, and no stage takes votes.
    VotesAtWithoutVotes,
    /// The stage repeats, and never goes on after its first ballot.
    RepeatThatEnds(usize),
}

/// A key of what changes from ballot to ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// `concession`.
    Concession,
    /// `foresight`.
    Foresight,
    /// `drift_sd`.
    Drift,
    /// `doubt_sd`.
    Doubt,
    /// `accommodation`: who yields is neutral from the next ballot on.
    Accommodation,
}

impl Pace {
    /// The key.
    pub fn name(self) -> &'static str {
        match self {
            Self::Concession => "concession",
            Self::Foresight => "foresight",
            Self::Drift => "drift_sd",
            Self::Doubt => "doubt_sd",
            Self::Accommodation => "accommodation",
        }
    }

    fn is_set(self, model: &Model) -> bool {
        match self {
            Self::Concession => model.members.iter().any(|member| member.concession != 0.0),
            Self::Foresight => model.members.iter().any(|member| member.foresight > 0.0),
            Self::Drift => model.dynamics.drift_sd > 0.0,
            Self::Doubt => model.dynamics.doubt_sd > 0.0,
            // That nobody can veto is another remark.
            Self::Accommodation => {
                model.dynamics.accommodation.is_some_and(|it| it.probability > 0.0)
                    && model.member_ids().any(|(m, _)| model.may_veto(m))
            }
        }
    }
}

/// The idle keys of `model`.
pub fn keys(model: &Model) -> impl Iterator<Item = IdleKey> {
    let all = [Pace::Concession, Pace::Foresight, Pace::Drift, Pace::Doubt, Pace::Accommodation];
    let one_ballot = model.max_ballots() <= 1;
    let at_one = all.into_iter().filter(move |_| one_ballot).map(IdleKey::AtOneBallot);
    let votes = !one_ballot && only_votes_decide(model);
    let of_stances = [Pace::Concession, Pace::Foresight].into_iter().filter(move |_| votes);
    let paces = at_one.chain(of_stances.map(IdleKey::WhereVotesDecide));
    let paces = paces.filter(|idle| match idle {
        IdleKey::AtOneBallot(pace) | IdleKey::WhereVotesDecide(pace) => pace.is_set(model),
        IdleKey::VotesAtWithoutVotes | IdleKey::RepeatThatEnds(_) => true,
    });
    let votes_at = model.members.iter().any(|member| member.votes_at.is_some());
    let takes_votes = model.stages.iter().any(|stage| stage.ballot.is_choice());
    let ends = |stage: &Stage| stage.repeat > 1 && stage.continues <= 0.0;
    let stages = model.stages.iter().enumerate().filter(move |(_, stage)| ends(stage));
    let stages = stages.map(|(at, _)| IdleKey::RepeatThatEnds(at));
    paces.chain((votes_at && !takes_votes).then_some(IdleKey::VotesAtWithoutVotes)).chain(stages)
}

/// Whether dropping in `stage` may leave anyone out: nobody can be if all that it considers are kept.
pub fn loses_by_rank(model: &Model, stage: &Stage) -> bool {
    let considered = model.candidate_ids().filter(|&(c, _)| model.may_consider(stage, c)).count();
    match stage.drop {
        Drop::Keep(n) => considered > n as usize,
        Drop::None | Drop::Lowest | Drop::Below(_) | Drop::Vetoed => stage.drop.may_drop(),
    }
}

/// Whether stances, and so what they are measured by, can decide nothing but ties.
fn only_votes_decide(model: &Model) -> bool {
    let counts_objections = |stage: &Stage| {
        let conditions = stage.appoint.iter().flat_map(|rule| rule.conditions());
        conditions.into_iter().any(|condition| matches!(condition, Condition::NoVeto | Condition::Objections { .. }))
    };
    model.stages.iter().all(|stage| stage.ballot.is_choice() && !counts_objections(stage))
        && !(model.anyone_can_block() && model.vetoes_matter())
}
