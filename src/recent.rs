//! A set that remembers only the values inserted last.

use std::borrow::Borrow;
use std::collections::{HashSet, VecDeque};
use std::hash::Hash;

/// A set of at most `capacity` values, from which each further insertion evicts the value inserted first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentSet<T: Eq + Hash> {
    values: HashSet<T>,
    /// The values in the order of their insertion, the oldest first.
    order: VecDeque<T>,
    capacity: usize,
}

impl<T: Eq + Hash + Clone> RecentSet<T> {
    /// Creates an empty set that holds at most `capacity` values, and at least one.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { values: HashSet::new(), order: VecDeque::new(), capacity: capacity.max(1) }
    }

    /// Inserts a value and returns whether the set did not contain it. Inserting a value again does not renew it.
    pub fn insert(&mut self, value: T) -> bool {
        if !self.values.insert(value.clone()) {
            return false;
        }
        self.order.push_back(value);
        if self.order.len() > self.capacity
            && let Some(oldest) = self.order.pop_front()
        {
            self.values.remove(&oldest);
        }
        true
    }

    /// Returns whether the set contains a value.
    #[must_use]
    pub fn contains<Q: Eq + Hash + ?Sized>(&self, value: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.values.contains(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_set_evicts_the_value_inserted_first() {
        let mut set = RecentSet::new(2);
        assert!(set.insert("a") && set.insert("b"));
        assert!(!set.insert("a"));
        assert!(set.insert("c"));
        assert!(!set.contains(&"a") && set.contains(&"b") && set.contains(&"c"));
    }
}
