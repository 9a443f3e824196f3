//! Events that change nothing.

use crate::model::{Effect, Model};

/// The indices of the events that change nothing in any round.
pub fn idle(model: &Model) -> impl Iterator<Item = usize> {
    let events = model.events.iter().enumerate();
    events
        .filter(|(_, event)| !event.may_happen() || event.effects.iter().all(|effect| is_idle(model, effect)))
        .map(|(i, _)| i)
}

fn is_idle(model: &Model, effect: &Effect) -> bool {
    match effect {
        Effect::Points { members, candidates, points } => {
            *points == 0.0 || members.is_empty() || !candidates.iter().any(|c| model.may_stand(c))
        }
        Effect::Leaves(c) => model.candidates[c.index()].availability <= 0.0 && !model.may_join(*c),
        Effect::Joins(c) => {
            let candidate = &model.candidates[c.index()];
            let may_leave = model.events.iter().any(|event| event.may_happen() && event.removes(*c));
            candidate.availability >= 1.0 && !candidate.reserve && !may_leave
        }
        Effect::Vetoes(powers) => {
            powers.iter().all(|(m, power)| model.veto_powers(*m).all(|possible| possible.power == *power))
        }
    }
}
