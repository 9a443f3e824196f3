//! What is drawn about support, put into a resolved model.
//!
//! Most judgements are about support, and support is no more than sums: points of the member and of its groups, in the
//! order of their ids. So the support of a drawn model is added up from numbers, whatever becomes of the
//! [rest](super::kept).

use std::collections::BTreeMap;

use super::targets::number;
use crate::model::{MemberSet, Model};
use crate::scenario::document::{Node, Table};

/// What `support` says under one assumption, and which of it is judged.
#[derive(Debug)]
pub struct Support {
    /// By member or group, then by candidate.
    rows: BTreeMap<String, BTreeMap<String, Points>>,
}

/// Points as they enter a sum.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Points {
    Written(f64),
    /// Those of the judged value of this index among those about support.
    Judged(usize),
}

/// By member and candidate of a model, the points of which the support is the sum.
#[derive(Debug)]
pub struct Sums(Vec<Vec<Points>>);

impl Support {
    /// Of a scenario's tree, of which the values at these paths, all about support, are judged. Nothing if something in
    /// it is no number.
    pub fn of<'p>(tree: &Table, judged: impl Iterator<Item = &'p str>) -> Option<Self> {
        let mut rows = BTreeMap::new();
        if let Some(written) = tree.get("support") {
            for (id, row) in written.node.as_table()? {
                let points = row.node.as_table()?.iter().map(|(candidate, cell)| points(candidate, &cell.node));
                rows.insert(id.clone(), points.collect::<Option<BTreeMap<_, _>>>()?);
            }
        }
        for (index, path) in judged.enumerate() {
            let [_, id, candidate] = path.split('.').collect::<Vec<_>>()[..] else { return None };
            rows.entry(id.to_owned()).or_default().insert(candidate.to_owned(), Points::Judged(index));
        }
        Some(Self { rows })
    }

    /// Where they are in models with the members, groups and candidates of `model`; nothing if it does not know someone.
    pub fn sums(&self, model: &Model) -> Option<Sums> {
        let candidates: BTreeMap<&str, usize> =
            model.candidate_ids().map(|(c, candidate)| (candidate.id.as_str(), c.index())).collect();
        let members =
            model.member_ids().map(|(m, member)| (member.id.as_str(), [m].into_iter().collect::<MemberSet>()));
        let groups = model.groups.iter().map(|group| (group.id.as_str(), group.members));
        let called: BTreeMap<&str, MemberSet> = members.chain(groups).collect();
        let mut sums = vec![Vec::new(); model.support.len()];
        for (id, row) in &self.rows {
            let members = called.get(id.as_str())?;
            for (candidate, points) in row {
                let c = *candidates.get(candidate.as_str())?;
                members.iter().for_each(|m| sums[m.index() * model.candidates.len() + c].push(*points));
            }
        }
        Some(Sums(sums))
    }
}

impl Sums {
    /// The support, if these numbers are drawn for what is judged of it: from 0 on and in their order, as the resolver
    /// adds points.
    pub fn add_up(&self, drawn: &[f64]) -> Vec<f64> {
        let number = |points: &Points| match *points {
            Points::Written(points) => points,
            Points::Judged(index) => drawn[index],
        };
        self.0.iter().map(|sum| sum.iter().map(number).fold(0.0, |sum, points| sum + points)).collect()
    }
}

fn points(candidate: &str, cell: &Node) -> Option<(String, Points)> {
    Some((candidate.to_owned(), Points::Written(number(cell)?)))
}
