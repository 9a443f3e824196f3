//! How far views can move.

use crate::model::{CandidateId, Event, MemberId, Model, Noise};
use crate::simulation::extremes;

/// A bound below which member `m` never sees candidate `c`, in points above its reservation level, at any ballot of
/// any stage that considers `c` and in which `m` takes part; everything goes against the candidate at once. Infinite if no stage does.
pub fn lowest_view(model: &Model, m: MemberId, c: CandidateId) -> f64 {
    let between = f64::from(model.max_ballots().saturating_sub(1));
    let goodwill = model.stages.iter().filter(|stage| stage.members.contains(m) && model.may_consider(stage, c));
    if model.members[m.index()].foresight > 0.0 && between > 0.0 {
        return f64::NEG_INFINITY; // what waiting is worth is known only when it is solved
    }
    let moves = if between > 0.0 { model.dynamics.drift_sd * between + model.dynamics.doubt_sd } else { 0.0 };
    let (lowest_shock, _) = extremes(Noise::Normal);
    let (lowest_noise, _) = extremes(model.noise);
    model.mean_utility(m, c)
        + worst_events(model, m, c)
        + goodwill.map(|stage| stage.goodwill).fold(f64::INFINITY, f64::min)
        + (model.members[m.index()].concession * between).min(0.0)
        - model.dynamics.momentum.abs() * between
        + lowest_shock * (model.shared_sds(m, c).sum::<f64>() + moves)
        + model.uncertainty(m, c) * lowest_noise * lasting(model.dynamics.memory, model.max_ballots())
}

/// How much larger noise can grow than a single draw when part of it is replaced at every ballot.
fn lasting(memory: f64, ballots: u32) -> f64 {
    let fresh = (1.0 - memory * memory).max(0.0).sqrt();
    let mut size = 1.0_f64;
    let mut largest = size;
    for _ in 1..ballots {
        size = memory * size + fresh;
        largest = largest.max(size);
    }
    largest
}

/// The points that the worst choice of events takes away.
fn worst_events(model: &Model, m: MemberId, c: CandidateId) -> f64 {
    let possible = model.events.iter().filter(|event| event.may_happen());
    let worst = |event: &Event| {
        let points = event.points(m, c);
        if event.is_certain() { points } else { points.min(0.0) }
    };
    possible.map(worst).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::example;
    use crate::model::{CandidateSet, Effect, Group, MemberSet, Stage, Trait};

    const M: MemberId = MemberId(0);
    const C: CandidateId = CandidateId(0);

    /// The lowest normal shock.
    fn lowest() -> f64 {
        extremes(Noise::Normal).0
    }

    #[test]
    fn every_shock_at_its_worst_at_once() {
        let mut model = example::model(2, 1);
        assert!((lowest_view(&model, M, C) - lowest()).abs() < 1e-12);
        model.support[0] = 10.0;
        model.groups = vec![Group { id: "g".into(), members: MemberSet::all(1), bloc: None, sd: 0.5 }];
        model.traits = vec![Trait { name: "t".into(), sd: 0.1 }];
        model.candidates[0].traits = vec![-2.0];
        for member in &mut model.members {
            member.priority = vec![0.0];
        }
        model.candidates[0].common_sd = 0.3;
        assert!((lowest_view(&model, M, C) - (10.0 + lowest() * 2.0)).abs() < 1e-12);
        assert!(
            (lowest_view(&model, MemberId(1), C) - lowest() * 1.5).abs() < 1e-12,
            "not in the group, and no support"
        );
    }

    #[test]
    fn good_events_may_fail_to_happen_and_bad_ones_may_happen() {
        let mut model = example::model(1, 1);
        let event = |probability, points| Event {
            name: format!("{points}"),
            probability,
            effects: vec![Effect::Points { members: MemberSet::all(1), candidates: CandidateSet::all(1), points }],
        };
        model.events = vec![event(0.5, 3.0), event(0.5, -1.0), event(0.0, -5.0), event(1.0, 2.0)];
        assert!((lowest_view(&model, M, C) - (lowest() - 1.0 + 2.0)).abs() < 1e-12);
    }

    #[test]
    fn goodwill_counts_where_the_candidate_is_considered() {
        let mut model = example::model(1, 2);
        model.stages[0].field = Some([CandidateId(1)].into_iter().collect());
        model.stages[0].goodwill = -4.0;
        model.stages.push(Stage { goodwill: 1.0, ..example::stage("last", 1, None) });
        assert!((lowest_view(&model, M, C) - (lowest() + 1.0)).abs() < 1e-12);
        assert!((lowest_view(&model, M, CandidateId(1)) - (lowest() - 4.0)).abs() < 1e-12);
    }

    #[test]
    fn noise_that_is_replaced_can_outgrow_a_single_draw() {
        assert!((lasting(1.0, 50) - 1.0).abs() < 1e-12);
        let half = 0.5_f64;
        assert!((lasting(half, 2) - (0.5 + 0.75_f64.sqrt())).abs() < 1e-12);
        assert!(lasting(0.0, 9) >= 1.0);
    }
}
