//! A model that is resolved once, into which drawn numbers are put.
//!
//! Where in a model a value of the file ends up is for the resolver to say, and is not said here a second time: it is
//! found. The scenario is resolved with a number of its own, a mark, for every judged value; where a mark stands in the
//! model, there belongs what is drawn for the value. The scenario is resolved once more, with other marks, and if these
//! put into the first model make the second, the resolver does no more with the values than put them there.
//!
//! Only about levels it does: `object_at` is held at `accept_at`, and that is told. Where drawn levels cross, no model is
//! made here.

use std::collections::BTreeMap;

use super::targets::{Limits, number};
use crate::model::{MAX_MAGNITUDE, Model, rounded};
use crate::scenario::document::Node;

/// By how much marks differ: the least that numbers as they are written do.
const STEP: f64 = 1e-6;

/// A model, and the levels of `[preferences]`, which may cross although all members say otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Levelled {
    model: Model,
    accept_at: f64,
    object_at: f64,
}

/// A resolved model, and where in it judged values are.
#[derive(Debug)]
pub struct Kept {
    base: Levelled,
    /// By number of the model: the index of the value that it is, if it is judged.
    values: Vec<Option<usize>>,
}

/// The mark number `nth`, from 1, of a value at `path` that is `number` in the file: close to that, so that what is
/// possible as written is so with marks. Nothing if the value can have none.
pub fn mark(path: &str, number: f64, limits: Limits, nth: usize) -> Option<f64> {
    let step = nth as f64 * STEP;
    // So that marks do not make levels cross.
    let ways =
        if path.ends_with(".object_at") { [number - step, number + step] } else { [number + step, number - step] };
    ways.into_iter().map(rounded).find(|mark| !limits.whole && is_possible(*mark, limits))
}

/// Whether the resolver takes a number.
pub fn is_possible(number: f64, limits: Limits) -> bool {
    number.abs() <= MAX_MAGNITUDE && (limits.min..=limits.max).contains(&number)
}

impl Levelled {
    /// The `model` that was resolved from `tree`.
    pub fn new(model: Model, tree: &Node) -> Self {
        let level = |key: &str| tree.get("preferences").and_then(|node| node.get(key)).and_then(number);
        Self { model, accept_at: level("accept_at").unwrap_or(0.0), object_at: level("object_at").unwrap_or(0.0) }
    }

    fn numbers_mut(&mut self) -> Vec<&mut f64> {
        let mut numbers = self.model.numbers_mut();
        numbers.extend([&mut self.accept_at, &mut self.object_at]);
        numbers
    }

    fn has_crossed_levels(&self) -> bool {
        self.object_at > self.accept_at || self.model.members.iter().any(|member| member.object_at > member.accept_at)
    }
}

impl Kept {
    /// What is kept of two models, made with these marks; nothing if they show that values do more than stand in the
    /// model as they are, or if two values have one mark.
    pub fn of(first: (Levelled, &[f64]), second: (&Levelled, &[f64])) -> Option<Self> {
        let (mut base, marks) = first;
        let by_mark: BTreeMap<u64, usize> =
            marks.iter().enumerate().map(|(value, mark)| (mark.to_bits(), value)).collect();
        let values = base.numbers_mut().into_iter().map(|number| by_mark.get(&number.to_bits()).copied()).collect();
        let kept = Self { base, values };
        let (other, others) = second;
        (by_mark.len() == marks.len() && kept.put(others) == *other).then_some(kept)
    }

    /// The model with these numbers for the values; nothing if levels cross.
    pub fn model(&self, numbers: &[f64]) -> Option<Model> {
        let made = self.put(numbers);
        (!made.has_crossed_levels()).then_some(made.model)
    }

    fn put(&self, numbers: &[f64]) -> Levelled {
        let mut made = self.base.clone();
        for (place, value) in made.numbers_mut().into_iter().zip(&self.values) {
            if let Some(value) = value {
                *place = numbers[*value];
            }
        }
        made
    }
}
