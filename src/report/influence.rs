//! What `influence` shows: what each member's veto does, beside the power that the rule alone would give it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::grid::Grid;
use super::number::{NBSP, change, grouped, plural, share};
use super::text::{Look, Page};
use super::{blocs, outcome_name, rests_on, words};
use crate::analysis::power::SAMPLES;
use crate::analysis::{Influence, MemberInfluence, OutcomeDifference};
use crate::model::{Group, MemberSet, Model};

/// Members told one by one; of a larger body the rest is summed up.
const MEMBERS: usize = 40;
/// Outcomes told of a member without whose veto, or with it, so large a share of rounds ends differently.
const OUTCOMES: usize = 3;
const MUCH: f64 = 0.01;
/// Columns from which on there is room for what changes most, and for formal power.
const BROAD: u16 = 80;
const MEDIUM: u16 = 60;

/// The influence of every member.
#[derive(Debug, Clone, Copy)]
pub struct InfluenceReport<'a> {
    /// Title of the scenario.
    pub title: &'a str,
    /// The model that was simulated.
    pub model: &'a Model,
    /// What came out.
    pub influence: &'a Influence,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Rounds asked for.
    pub rounds_asked: u64,
    /// The command that repeats exactly these rounds.
    pub repeat: &'a str,
}

impl InfluenceReport<'_> {
    /// The report as text.
    pub fn render(&self, look: Look) -> String {
        let mut page = Page::new(look);
        let Influence { assumption, rounds, .. } = self.influence;
        page.partial(*rounds, self.rounds_asked);
        page.heading(self.title);
        page.note(&format!(
            "{} rounds under the assumption “{assumption}”, each again with one member's veto changed, everything else \
             and all draws equal",
            grouped(*rounds)
        ));
        if self.model.vetoes_matter() {
            self.table(&mut page);
        } else {
            self.power_alone(&mut page);
        }
        if page.width() >= MEDIUM && self.has_powers() {
            self.idle(&mut page);
        }
        self.assumed(&mut page);
        page.finish()
    }

    /// What each veto does: one row a member, the most influential first.
    pub fn main(&self) -> Grid {
        self.grid(&self.rows(), self.has_powers(), true)
    }

    fn has_powers(&self) -> bool {
        self.influence.members.iter().any(|member| member.power.is_some())
    }

    /// With formal powers, and with what changes most, if there is room.
    fn grid(&self, told: &[(usize, MemberInfluence)], powers: bool, broad: bool) -> Grid {
        let mut header = vec!["member", "its veto", "rounds\nchanged", "consensus"];
        let mut right = vec![false, false, true, true];
        if powers {
            header.extend(["Banzhaf", "Shapley-\nShubik"]);
            right.extend([true, true]);
        }
        if broad {
            header.push("what changes most");
            right.push(false);
        }
        let rows = told.iter().map(|(_, member)| {
            let mut row = vec![
                member.member.id.clone(),
                if member.has_veto { "taken" } else { "given" }.to_owned(),
                share(&member.changed),
                member.consensus().map_or(String::new(), |consensus| change(&consensus)),
            ];
            if powers {
                row.extend([index(member.power.map(|p| p.banzhaf)), index(member.power.map(|p| p.shapley_shubik))]);
            }
            if broad {
                row.push(most_changed(member));
            }
            row
        });
        Grid::new(&header, &right, rows.collect())
    }

    fn table(&self, page: &mut Page) {
        page.heading("What each veto does");
        let rows = self.rows();
        let (told, rest) = rows.split_at(rows.len().min(MEMBERS));
        let powers = page.width() >= MEDIUM && self.has_powers();
        page.grid(&self.grid(told, powers, page.width() >= BROAD));
        if let Some((_, most)) = rest.first() {
            let others = plural(rest.iter().map(|(members, _)| *members as u64).sum(), "other member");
            page.note(&format!(
                "{others}: at most {} of rounds end differently; see influence.csv",
                share(&most.changed)
            ));
        }
        page.note(
            "Changes are in percentage points, with the reach of their paired 95 % interval. A member without veto is \
             given an absolute one.",
        );
        if self.model.looks_ahead() {
            page.note(
                "What waiting is worth stays that of the scenario: others do not foresee the change of a veto. `compare` with an \
                 assumption that makes the change finds it anew, and may answer otherwise.",
            );
        }
        if told.iter().any(|(members, _)| *members > 1) {
            page.note(
                "Members of a bloc are not told apart: “each of” it is the mean of its members, one veto changed at a \
                 time.",
            );
        }
        if powers {
            self.about_power(page);
        }
    }

    /// Where no veto can matter: that it is so, and what power the rule gives.
    fn power_alone(&self, page: &mut Page) {
        page.heading("What each veto does");
        page.plain(
            "Nothing: no rule here asks about vetoes, and they drop or discourage no one. Whoever is given a veto, or \
             loses one, every round ends as before.",
        );
        let rows = self.rows();
        let row = |member: &MemberInfluence| {
            let power = member.power?;
            Some(vec![member.member.id.clone(), index(Some(power.banzhaf)), index(Some(power.shapley_shubik))])
        };
        let told: Vec<_> = rows.iter().take(MEMBERS).filter_map(|(_, member)| row(member)).collect();
        if !told.is_empty() {
            page.heading("What power the rule gives");
            page.table(&["member", "Banzhaf", "Shapley-\nShubik"], &[false, true, true], &told);
            if rows.len() > told.len() {
                page.note("The rest: influence.csv.");
            }
            self.about_power(page);
        }
    }

    /// What the columns of formal power mean.
    fn about_power(&self, page: &mut Page) {
        if let Some(stage) = &self.influence.rule_of {
            page.note(&format!(
                "Banzhaf (normalised) and Shapley-Shubik: voting power by the rule of stage “{stage}” alone, whatever \
                 anyone wants; a veto counts in full, however unlikely or dear its use. Each adds up to 100{NBSP}%."
            ));
        }
        if let Some(error) = &self.influence.power_error {
            page.note(&format!(
                "Estimated from {} random orders and as many coalitions: {error}. No standard error is larger than {}; \
                 each is in influence.csv.",
                grouped(SAMPLES),
                index(self.largest_error())
            ));
        }
    }

    /// The largest standard error of an index that the table shows.
    fn largest_error(&self) -> Option<f64> {
        let errors = self.influence.members.iter().filter_map(|member| member.power?.errors);
        errors.flat_map(|errors| [errors.banzhaf, errors.shapley_shubik]).reduce(f64::max)
    }

    /// The members, those of a bloc who are alike together, with how many they are: the most influential first.
    pub(super) fn rows(&self) -> Vec<(usize, MemberInfluence)> {
        let blocs =
            self.model.member_ids().filter_map(|(m, member)| Some((member.id.as_str(), self.model.bloc_of(m)?)));
        let blocs: BTreeMap<&str, &Group> = blocs.collect();
        let mut classes: Vec<(Option<&Group>, Vec<&MemberInfluence>)> = Vec::new();
        for member in &self.influence.members {
            let bloc = blocs.get(member.member.id.as_str()).copied();
            let shown = |m: &MemberInfluence| {
                (m.has_veto, m.power.map(|p| (index(Some(p.banzhaf)), index(Some(p.shapley_shubik)))))
            };
            let alike = |(of, others): &&mut (Option<&Group>, Vec<&MemberInfluence>)| {
                bloc.is_some() && *of == bloc && shown(others[0]) == shown(member)
            };
            match classes.iter_mut().find(alike) {
                Some((_, members)) => members.push(member),
                None => classes.push((bloc, vec![member])),
            }
        }
        let row = |(bloc, members): (Option<&Group>, Vec<&MemberInfluence>)| match (bloc, members.as_slice()) {
            (_, [only]) => Some((1, (*only).clone())),
            (Some(bloc), all) => {
                let part =
                    if all.len() == bloc.members.len() as usize { String::new() } else { format!("{} of ", all.len()) };
                Some((all.len(), MemberInfluence::mean(&format!("each of {part}{}", bloc.id), all)?))
            }
            (None, _) => None,
        };
        let mut rows: Vec<_> = classes.into_iter().filter_map(row).collect();
        let changed = |member: &MemberInfluence| member.changed.value.unwrap_or(0.0);
        rows.sort_by(|(_, a), (_, b)| changed(b).total_cmp(&changed(a)));
        rows
    }

    /// What formal power does not see.
    fn idle(&self, page: &mut Page) {
        let members = &self.influence.members;
        let is_idle = |member: &MemberInfluence| member.has_veto && member.changed.is_never();
        let ids: BTreeSet<&str> = members.iter().filter(|m| is_idle(m)).map(|m| m.member.id.as_str()).collect();
        let idle: MemberSet =
            self.model.member_ids().filter(|(_, member)| ids.contains(member.id.as_str())).map(|(m, _)| m).collect();
        let all = members.iter().filter(|member| member.has_veto).count();
        // If no veto matters, the rule does not ask for any, and formal power sees that.
        if !idle.is_empty() && ids.len() < all {
            page.heading("What formal power does not see");
            page.plain(&format!(
                "In none of these {} rounds does the outcome depend on the veto of {}, {} of the {} who have one: \
                 formal power is what a rule gives a member, not what the member has reason to use.",
                grouped(self.influence.rounds),
                blocs::list(&blocs::together(self.model, &idle)),
                ids.len(),
                all
            ));
        }
    }

    fn assumed(&self, page: &mut Page) {
        let terms = [
            ("vetoes", words::vetoes(self.model, false).join("; ")),
            ("rule", words::rules(self.model).join("; ")),
            ("rounds", format!("{}, seed {}", grouped(self.influence.rounds), self.seed)),
        ];
        rests_on(page, &terms, self.repeat);
    }
}

/// "Ben Wallace +38.7 ± 0.3": the appointments that clearly change, those that change most first.
fn most_changed(member: &MemberInfluence) -> String {
    let mut changed: Vec<&OutcomeDifference> =
        member.outcomes.iter().filter(|outcome| outcome.difference.is_clear() && outcome.candidate.is_some()).collect();
    changed.sort_by_key(|outcome| Reverse(outcome.difference.lost.abs_diff(outcome.difference.gained)));
    let much = member.changed.value.is_some_and(|share| share >= MUCH);
    let told = changed.iter().take(if much { OUTCOMES } else { 1 });
    let lines = told.map(|o| format!("{} {}", outcome_name(o.candidate.as_ref()), change(&o.difference)));
    lines.collect::<Vec<_>>().join("\n")
}

/// An index of voting power in per cent: two significant digits below 1 %.
fn index(power: Option<f64>) -> String {
    let Some(percent) = power.map(|power| 100.0 * power) else { return String::new() };
    match percent {
        0.0 => format!("0{NBSP}%"),
        p if p < 0.01 => format!("<0.01{NBSP}%"),
        p if p < 1.0 => format!("{p:.2}{NBSP}%"),
        p => format!("{p:.1}{NBSP}%"),
    }
}
