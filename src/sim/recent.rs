//! Bounded collections that keep the latest of what was added.

use std::borrow::Borrow;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// A bounded sequence: adding an item to a full one drops the oldest. Every item keeps its number, counted
/// from zero.
pub(super) struct RecentList<T> {
    kept: VecDeque<T>,
    limit: usize,
    /// The number of items that were dropped.
    dropped: usize,
}

impl<T> RecentList<T> {
    /// Creates a sequence of at most `limit` items, and at least one.
    pub fn new(limit: usize) -> Self {
        Self { kept: VecDeque::new(), limit: limit.max(1), dropped: 0 }
    }

    /// Returns the number of items that were dropped.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Returns the number of the next item.
    pub fn end(&self) -> usize {
        self.dropped + self.kept.len()
    }

    /// Adds an item and returns the one that is dropped for it.
    pub fn push(&mut self, item: T) -> Option<T> {
        let oldest = if self.kept.len() < self.limit { None } else { self.kept.pop_front() };
        self.dropped += usize::from(oldest.is_some());
        self.kept.push_back(item);
        oldest
    }

    /// Removes and returns the oldest item if there are more than `least`.
    pub fn pop_beyond(&mut self, least: usize) -> Option<T> {
        let oldest = if self.kept.len() > least { self.kept.pop_front() } else { None };
        self.dropped += usize::from(oldest.is_some());
        oldest
    }

    /// Returns the item of that number, if it is kept.
    pub fn get(&self, number: usize) -> Option<&T> {
        self.kept.get(number.checked_sub(self.dropped)?)
    }

    /// Returns the item of that number for changes, if it is kept.
    pub fn get_mut(&mut self, number: usize) -> Option<&mut T> {
        self.kept.get_mut(number.checked_sub(self.dropped)?)
    }

    /// Returns the items that are kept, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.kept.iter()
    }

    /// Returns the items that are kept, from that number on.
    pub fn from(&self, number: usize) -> impl Iterator<Item = &T> {
        self.kept.iter().skip(number.saturating_sub(self.dropped))
    }
}

/// A bounded map: adding a key to a full one drops the key that was added first.
pub(super) struct RecentMap<K, V> {
    values: HashMap<K, V>,
    order: RecentList<K>,
}

impl<K: Hash + Eq + Clone, V> RecentMap<K, V> {
    /// Creates a map of at most `limit` keys, and at least one.
    pub fn new(limit: usize) -> Self {
        Self { values: HashMap::new(), order: RecentList::new(limit) }
    }

    /// Returns the value of a key, which is inserted if it is missing.
    pub fn get_or_insert(&mut self, key: K, value: impl FnOnce() -> V) -> &mut V {
        if !self.values.contains_key(&key)
            && let Some(oldest) = self.order.push(key.clone())
        {
            self.values.remove(&oldest);
        }
        self.values.entry(key).or_insert_with(value)
    }

    /// Sets the value of a key.
    pub fn insert(&mut self, key: K, value: V) {
        if let Some(known) = self.values.get_mut(&key) {
            *known = value;
        } else {
            self.get_or_insert(key, || value);
        }
    }

    /// Returns the value of a key, if it is kept.
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.values.get(key)
    }

    /// Returns the values for changes, in no order.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.values.values_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_falls_out_and_the_others_keep_their_numbers() {
        let mut recent = RecentList::new(2);
        for letter in ["a", "b"] {
            assert_eq!(recent.push(letter), None);
        }
        assert_eq!(recent.push("c"), Some("a"));
        assert_eq!((recent.dropped(), recent.end()), (1, 3));
        assert_eq!(
            (recent.get(0), recent.get(1), recent.get(2), recent.get(3)),
            (None, Some(&"b"), Some(&"c"), None)
        );
        assert_eq!(recent.from(0).collect::<Vec<_>>(), [&"b", &"c"]);
        assert_eq!(recent.from(2).collect::<Vec<_>>(), [&"c"]);
        assert_eq!(recent.from(9).next(), None);
        *recent.get_mut(2).unwrap() = "d";
        assert_eq!(recent.iter().collect::<Vec<_>>(), [&"b", &"d"]);
        assert_eq!((recent.pop_beyond(1), recent.pop_beyond(1)), (Some("b"), None));
        assert_eq!((recent.dropped(), recent.end(), recent.get(2)), (2, 3, Some(&"d")));
    }

    #[test]
    fn a_key_that_is_there_already_pushes_none_out() {
        let mut recent = RecentMap::new(2);
        for (key, value) in [("a", 1), ("b", 2), ("a", 3)] {
            recent.insert(key, value);
        }
        assert_eq!((recent.get("a"), recent.get("b")), (Some(&3), Some(&2)));
        assert_eq!(*recent.get_or_insert("b", || 9), 2);
        assert_eq!(*recent.get_or_insert("c", || 4), 4);
        assert_eq!((recent.get("a"), recent.get("b"), recent.get("c")), (None, Some(&2), Some(&4)));
    }
}
