//! Points in policy space.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

/// A point in policy space: coordinates by dimension; empty for who has none. Copies share one list of them, so that the
/// models of many assumptions take little more room than one.
#[derive(Debug, Clone, Default)]
pub struct Point(Arc<BTreeMap<String, f64>>);

impl Point {
    /// The square of the Euclidean distance to `other`, over the dimensions that both name.
    pub fn square_of_distance(&self, other: &Self) -> f64 {
        let square = |one: &f64, other: &f64| (one - other) * (one - other);
        // In a scenario both name the same dimensions, in the same order.
        let mut pairs = self.iter().zip(other.iter());
        if self.len() == other.len() && pairs.clone().all(|((one, _), (other, _))| one == other) {
            return pairs.by_ref().map(|((_, one), (_, other))| square(one, other)).sum();
        }
        self.iter().filter_map(|(dimension, one)| other.get(dimension).map(|other| square(one, other))).sum()
    }

    /// Whether both are one and the same list.
    pub fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for Point {
    type Target = BTreeMap<String, f64>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl From<BTreeMap<String, f64>> for Point {
    fn from(coordinates: BTreeMap<String, f64>) -> Self {
        Self(Arc::new(coordinates))
    }
}

impl PartialEq for Point {
    fn eq(&self, other: &Self) -> bool {
        self.is_shared_with(other) || self.0 == other.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_is_over_the_dimensions_of_both() {
        let point = |at: &[(&str, f64)]| {
            Point::from(at.iter().map(|(d, at)| ((*d).to_owned(), *at)).collect::<BTreeMap<_, _>>())
        };
        let here = point(&[("left", 1.0), ("up", 3.0)]);
        assert_eq!(here.square_of_distance(&point(&[("left", 4.0), ("up", -1.0)])), 25.0);
        assert_eq!(here.square_of_distance(&point(&[("far", 4.0), ("up", -1.0)])), 16.0);
        assert_eq!(here.square_of_distance(&point(&[("up", 1.0)])), 4.0);
        assert_eq!(here.square_of_distance(&Point::default()), 0.0);
    }
}
