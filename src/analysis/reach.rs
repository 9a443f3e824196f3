//! How far views can move, and who can be considered when.

use crate::model::{CandidateId, Effect, MemberId, Model, Noise, Stage};

/// Largest magnitude of a simulated standard normal shock: probabilities are resolved to 2^-33.
const NORMAL: f64 = 6.4;

/// The lowest and the highest shock of each kind of noise, rounded outwards.
fn extremes(noise: Noise) -> (f64, f64) {
    match noise {
        Noise::Normal => (-NORMAL, NORMAL),
        Noise::Logistic => (-12.3, 12.3),
        Noise::Laplace => (-15.2, 15.2),
        Noise::Gumbel => (-2.9, 16.9),
        Noise::Uniform => (-1.7321, 1.7321),
    }
}

/// A bound below which member `m` never sees candidate `c`, in points above its reservation level, at any ballot of
/// any stage that considers `c`; everything goes against the candidate at once. Infinite if no stage does.
pub fn lowest_view(model: &Model, m: MemberId, c: CandidateId) -> f64 {
    let between = f64::from(model.max_ballots().saturating_sub(1));
    let goodwill = model.stages.iter().filter(|stage| may_consider(model, stage, c)).map(|stage| stage.goodwill);
    let candidate = &model.candidates[c.index()];
    let blocs: f64 = model.groups.iter().filter(|g| g.members.contains(m)).map(|g| g.sd).sum();
    let moment: f64 = model.traits.iter().zip(&candidate.traits).map(|(t, value)| t.sd * value.abs()).sum();
    let worst_noise = extremes(model.noise).0 * lasting(model.dynamics.memory, model.max_ballots());
    model.mean_utility(m, c)
        + worst_events(model, m, c)
        + goodwill.fold(f64::INFINITY, f64::min)
        + (model.members[m.index()].concession * between).min(0.0)
        - model.dynamics.momentum.abs() * between
        - NORMAL * (blocs + candidate.common_sd + moment)
        + model.uncertainty(m, c) * worst_noise
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
    let taken = |effects: &[Effect]| -> f64 {
        let points = effects.iter().map(|effect| match effect {
            Effect::Points { members, candidates, points } if members.contains(m) && candidates.contains(c) => *points,
            _ => 0.0,
        });
        points.sum()
    };
    let possible = model.events.iter().filter(|event| event.probability > 0.0);
    possible.map(|event| (taken(&event.effects), event.probability >= 1.0)).map(worst).sum()
}

fn worst((points, certain): (f64, bool)) -> f64 {
    if certain { points } else { points.min(0.0) }
}

/// Whether an event can bring the candidate into the race.
pub fn can_join(model: &Model, c: CandidateId) -> bool {
    model.events.iter().any(|event| event.probability > 0.0 && event.effects.contains(&Effect::Joins(c)))
}

/// Whether an event always takes the candidate out of the race.
pub fn always_leaves(model: &Model, c: CandidateId) -> bool {
    model.events.iter().any(|event| event.probability >= 1.0 && event.effects.contains(&Effect::Leaves(c)))
}

/// Whether the candidate, if in the race, can be among those whom the stage considers.
pub fn may_consider(model: &Model, stage: &Stage, c: CandidateId) -> bool {
    match stage.field {
        Some(field) => field.contains(c),
        None => !model.candidates[c.index()].reserve || can_join(model, c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::example;
    use crate::model::{CandidateSet, Event, Group, MemberSet, Trait};

    const M: MemberId = MemberId(0);
    const C: CandidateId = CandidateId(0);

    #[test]
    fn every_shock_at_its_worst_at_once() {
        let mut model = example::model(2, 1);
        assert!((lowest_view(&model, M, C) + 6.4).abs() < 1e-12);
        model.support[0] = 10.0;
        model.groups = vec![Group { id: "g".into(), members: MemberSet::all(1), bloc: None, sd: 0.5 }];
        model.traits = vec![Trait { name: "t".into(), sd: 0.1 }];
        model.candidates[0].traits = vec![-2.0];
        for member in &mut model.members {
            member.priority = vec![0.0];
        }
        model.candidates[0].common_sd = 0.3;
        assert!((lowest_view(&model, M, C) - (10.0 - 6.4 * 2.0)).abs() < 1e-12);
        assert!((lowest_view(&model, MemberId(1), C) + 6.4 * 1.5).abs() < 1e-12, "not in the group, and no support");
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
        assert!((lowest_view(&model, M, C) - (-6.4 - 1.0 + 2.0)).abs() < 1e-12);
    }

    #[test]
    fn goodwill_counts_where_the_candidate_is_considered() {
        let mut model = example::model(1, 2);
        model.stages[0].field = Some([CandidateId(1)].into_iter().collect());
        model.stages[0].goodwill = -4.0;
        model.stages.push(Stage { goodwill: 1.0, ..example::stage("last", None) });
        assert!((lowest_view(&model, M, C) - (-6.4 + 1.0)).abs() < 1e-12);
        assert!((lowest_view(&model, M, CandidateId(1)) - (-6.4 - 4.0)).abs() < 1e-12);
    }

    #[test]
    fn noise_that_is_replaced_can_outgrow_a_single_draw() {
        assert!((lasting(1.0, 50) - 1.0).abs() < 1e-12);
        let half = 0.5_f64;
        assert!((lasting(half, 2) - (0.5 + 0.75_f64.sqrt())).abs() < 1e-12);
        assert!(lasting(0.0, 9) >= 1.0);
    }
}
