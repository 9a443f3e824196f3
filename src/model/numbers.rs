//! The numbers of a model that stand in it as they are written, one by one.

use super::{Accommodation, Candidate, Dynamics, Effect, Event, Group, Member, Model, Stage, Trait, VetoPower};

impl Model {
    /// The numbers that stand in the model as they are written in a scenario, always in the same order. Not among them are
    /// points that are added up ([`Model::support`]), points in policy space, fractions and whole numbers.
    pub fn numbers_mut(&mut self) -> Vec<&mut f64> {
        // Every part has its name here and below, so that a new one is not forgotten.
        let Self {
            assumption: _,
            assumption_summary: _,
            noise: _,
            members,
            candidates,
            groups,
            traits,
            measures: _,
            support: _,
            events,
            stages,
            dynamics: Dynamics { momentum, memory, drift_sd, doubt_sd, accommodation },
            vetoes,
        } = self;
        let mut numbers = vec![momentum, memory, drift_sd, doubt_sd];
        if let Some(Accommodation { holdouts: _, probability, limit }) = accommodation {
            numbers.push(probability);
            numbers.extend(limit);
        }
        members.iter_mut().for_each(|member| of_member(member, &mut numbers));
        candidates.iter_mut().for_each(|candidate| of_candidate(candidate, &mut numbers));
        numbers.extend(groups.iter_mut().map(|Group { id: _, members: _, bloc: _, sd }| sd));
        numbers.extend(traits.iter_mut().map(|Trait { name: _, sd }| sd));
        events.iter_mut().for_each(|event| of_event(event, &mut numbers));
        stages.iter_mut().for_each(|stage| of_stage(stage, &mut numbers));
        vetoes.iter_mut().for_each(|power| of_power(power, &mut numbers));
        numbers
    }
}

fn of_member<'m>(member: &'m mut Member, numbers: &mut Vec<&'m mut f64>) {
    let Member {
        id: _,
        name: _,
        priority,
        priority_sd,
        ideal: _,
        salience,
        home,
        member_sd,
        uncertainty,
        uncertainty_about,
        accept_at,
        object_at,
        votes_at,
        concession,
        foresight,
        yields: _,
    } = member;
    numbers.extend([salience, home, member_sd, uncertainty, accept_at, object_at, concession, foresight]);
    numbers.extend(priority.iter_mut().chain(priority_sd).chain(uncertainty_about.values_mut()).chain(votes_at));
}

fn of_candidate<'m>(candidate: &'m mut Candidate, numbers: &mut Vec<&'m mut f64>) {
    let Candidate {
        id: _,
        name: _,
        home: _,
        traits,
        position: _,
        uncertainty,
        common_sd,
        availability,
        enters: _,
        reserve: _,
        withdraws_if_vetoed,
        withdraws_below: _,
    } = candidate;
    numbers.extend([common_sd, availability, withdraws_if_vetoed]);
    numbers.extend(traits.iter_mut().chain(uncertainty));
}

fn of_event<'m>(event: &'m mut Event, numbers: &mut Vec<&'m mut f64>) {
    let Event { name: _, probability, effects } = event;
    numbers.push(probability);
    for effect in effects {
        match effect {
            Effect::Points { members: _, candidates: _, points } => numbers.push(points),
            Effect::Vetoes(powers) => powers.iter_mut().for_each(|(_, power)| of_power(power, numbers)),
            Effect::Leaves(_) | Effect::Joins(_) => {}
        }
    }
}

fn of_stage<'m>(stage: &'m mut Stage, numbers: &mut Vec<&'m mut f64>) {
    let Stage {
        name: _,
        members: _,
        ballot: _,
        repeat: _,
        continues,
        appoint: _,
        appoint_from: _,
        support_by: _,
        choose: _,
        drop: _,
        from_ballot: _,
        ties: _,
        field: _,
        goodwill,
    } = stage;
    numbers.extend([continues, goodwill]);
}

fn of_power<'m>(power: &'m mut VetoPower, numbers: &mut Vec<&'m mut f64>) {
    let VetoPower { probability, drawn: _, cost, alone, against: _ } = power;
    numbers.extend([probability, cost, alone]);
}
