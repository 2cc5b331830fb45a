//! What is remembered: the latest of it.

use std::borrow::Borrow;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// The latest of a row of things; the oldest falls out for one that is too many. Each keeps its number.
pub(super) struct Latest<T> {
    kept: VecDeque<T>,
    limit: usize,
    /// How many fell out.
    gone: usize,
}

impl<T> Latest<T> {
    /// So many are kept, and at least one.
    pub fn new(limit: usize) -> Self {
        Self { kept: VecDeque::new(), limit: limit.max(1), gone: 0 }
    }

    /// How many fell out.
    pub fn gone(&self) -> usize {
        self.gone
    }

    /// The number that the next one gets.
    pub fn end(&self) -> usize {
        self.gone + self.kept.len()
    }

    /// Adds one; gives the one that falls out for it.
    pub fn push(&mut self, item: T) -> Option<T> {
        let oldest = if self.kept.len() < self.limit { None } else { self.kept.pop_front() };
        self.gone += usize::from(oldest.is_some());
        self.kept.push_back(item);
        oldest
    }

    /// The one of that number, if it is kept.
    pub fn get(&self, number: usize) -> Option<&T> {
        self.kept.get(number.checked_sub(self.gone)?)
    }

    /// The one of that number, if it is kept.
    pub fn get_mut(&mut self, number: usize) -> Option<&mut T> {
        self.kept.get_mut(number.checked_sub(self.gone)?)
    }

    /// Those that are kept, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.kept.iter()
    }

    /// Those that are kept from that number on.
    pub fn from(&self, number: usize) -> impl Iterator<Item = &T> {
        self.kept.iter().skip(number.saturating_sub(self.gone))
    }
}

/// The latest of many values by their keys.
pub(super) struct LatestByKey<K, V> {
    values: HashMap<K, V>,
    order: Latest<K>,
}

impl<K: Hash + Eq + Clone, V> LatestByKey<K, V> {
    /// So many are kept, and at least one.
    pub fn new(limit: usize) -> Self {
        Self { values: HashMap::new(), order: Latest::new(limit) }
    }

    /// The value of a key, also one that was not there until now.
    pub fn get_or_insert(&mut self, key: K, value: impl FnOnce() -> V) -> &mut V {
        if !self.values.contains_key(&key)
            && let Some(oldest) = self.order.push(key.clone())
        {
            self.values.remove(&oldest);
        }
        self.values.entry(key).or_insert_with(value)
    }

    /// Sets the value of a key; whether the key was not there until now.
    pub fn insert(&mut self, key: K, value: V) -> bool {
        if let Some(known) = self.values.get_mut(&key) {
            *known = value;
            return false;
        }
        self.get_or_insert(key, || value);
        true
    }

    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.values.get(key)
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.values.values_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_falls_out_and_the_others_keep_their_numbers() {
        let mut latest = Latest::new(2);
        for letter in ["a", "b"] {
            assert_eq!(latest.push(letter), None);
        }
        assert_eq!(latest.push("c"), Some("a"));
        assert_eq!((latest.gone(), latest.end()), (1, 3));
        assert_eq!(
            (latest.get(0), latest.get(1), latest.get(2), latest.get(3)),
            (None, Some(&"b"), Some(&"c"), None)
        );
        assert_eq!(latest.from(0).collect::<Vec<_>>(), [&"b", &"c"]);
        assert_eq!(latest.from(2).collect::<Vec<_>>(), [&"c"]);
        assert_eq!(latest.from(9).next(), None);
        *latest.get_mut(2).unwrap() = "d";
        assert_eq!(latest.iter().collect::<Vec<_>>(), [&"b", &"d"]);
    }

    #[test]
    fn a_key_that_is_there_already_pushes_none_out() {
        let mut latest = LatestByKey::new(2);
        assert!(latest.insert("a", 1) && latest.insert("b", 2));
        assert!(!latest.insert("a", 3));
        assert_eq!((latest.get("a"), latest.get("b")), (Some(&3), Some(&2)));
        assert_eq!(*latest.get_or_insert("b", || 9), 2);
        assert_eq!(*latest.get_or_insert("c", || 4), 4);
        assert_eq!((latest.get("a"), latest.get("b"), latest.get("c")), (None, Some(&2), Some(&4)));
    }
}
