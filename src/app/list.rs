//! A list of items in order, with a filter.

mod selection;

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::Sort;
use super::selection_state::SelectionState;
use super::urgency::{Unseen, Urgency, UrgencyIndex};
use crate::invitation::{AccountId, Moment};

/// An item of a [`List`].
pub trait Item {
    /// The type of the item's identifier.
    type Id: Copy + Eq + Ord + Hash + std::fmt::Debug;

    /// Returns the identifier.
    fn id(&self) -> Self::Id;

    /// Compares two items; [`List`] breaks ties by id.
    fn compare(&self, other: &Self, sort: Sort) -> Ordering;

    /// Returns whether the item contains `needle`, which is in lower case.
    fn matches(&self, needle: &str) -> bool;

    /// Returns whether the item is shown with every filter.
    fn passes_every_filter(&self) -> bool {
        false
    }

    /// Returns the account of an item that does not contain its name.
    fn account(&self) -> Option<AccountId> {
        None
    }

    /// Returns the urgency of an item that waits for an answer.
    fn urgency(&self) -> Option<Urgency> {
        None
    }
}

/// A sorted, filtered list with a selection that follows its item.
#[derive(Clone, Debug)]
pub struct List<T: Item> {
    items: HashMap<T::Id, T>,
    /// The sorted ids of the items that match the filter and are not folded.
    shown: Vec<T::Id>,
    /// The items that are kept and no longer shown.
    folded: HashSet<T::Id>,
    /// The shown items that wait for an answer.
    urgency: UrgencyIndex<T::Id>,
    selected: Option<T::Id>,
    sort: Sort,
    filter: String,
    /// The accounts whose names contain the filter, so that all their items match.
    filtered_accounts: Vec<AccountId>,
    selection_state: SelectionState,
}

impl<T: Item> Default for List<T> {
    fn default() -> Self {
        Self {
            items: HashMap::new(),
            shown: Vec::new(),
            folded: HashSet::new(),
            urgency: UrgencyIndex::default(),
            selected: None,
            sort: Sort::default(),
            filter: String::new(),
            filtered_accounts: Vec::new(),
            selection_state: SelectionState::default(),
        }
    }
}

impl<T: Item> List<T> {
    /// Returns the number of items, shown or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns whether the list has no items.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Returns the number of items that are shown without a filter.
    #[must_use]
    pub fn unfiltered(&self) -> usize {
        self.items.len() - self.folded.len()
    }

    /// Returns the number of items that are shown.
    #[must_use]
    pub fn shown(&self) -> usize {
        self.shown.len()
    }

    /// Returns whether the list has this item and shows it.
    #[must_use]
    pub fn is_shown(&self, id: T::Id) -> bool {
        self.get(id).is_some_and(|item| self.find(item).is_ok())
    }

    /// Returns the item with this id.
    #[must_use]
    pub fn get(&self, id: T::Id) -> Option<&T> {
        self.items.get(&id)
    }

    /// Iterates over all items in arbitrary order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.values()
    }

    /// Iterates over the shown items in order, from the one at position `start`.
    pub fn page(&self, start: usize) -> impl Iterator<Item = &T> {
        self.shown.get(start..).unwrap_or_default().iter().filter_map(|id| self.items.get(id))
    }

    /// Returns the selected item; an item is selected whenever any is shown.
    #[must_use]
    pub fn selected(&self) -> Option<&T> {
        self.selected.and_then(|id| self.items.get(&id))
    }

    /// Returns the position of the selected item among the shown ones.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        self.selected().and_then(|item| self.find(item).ok())
    }

    /// Returns the shown item that is the most urgent of those that wait for an answer.
    #[must_use]
    pub fn most_urgent(&self, now: Moment) -> Option<T::Id> {
        self.urgency.most_urgent(now)
    }

    /// Summarizes the shown items that wait for an answer, other than the `count` items from position `start`.
    #[must_use]
    pub fn unseen(&self, start: usize, count: usize, now: Moment) -> Unseen {
        let seen: Vec<_> = self.page(start).take(count).map(|item| (item.id(), item.urgency())).collect();
        self.urgency.unseen(&seen, now)
    }

    /// Returns the sort order.
    #[must_use]
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// Returns the filter in lower case; empty if the list is not filtered.
    #[must_use]
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// Inserts an item, or replaces the item with the same id.
    ///
    /// If the item was selected and no longer matches the filter, the item that takes its position is selected.
    pub fn upsert(&mut self, item: T) {
        let id = item.id();
        let before = self.hide(id);
        let shown = self.shows(&item);
        if shown {
            let position = self.find(&item).unwrap_or_else(|position| position);
            self.shown.insert(position, id);
            self.urgency.insert(id, item.urgency());
        }
        self.items.insert(id, item);
        if self.selected.is_none() || (self.selected == Some(id) && !shown) {
            self.select_at(before.unwrap_or(0));
        }
    }

    /// Changes fields of an item that neither the order nor the filter depends on. Returns what `change` returns.
    pub fn change<R>(&mut self, id: T::Id, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let is_shown = self.is_shown(id);
        let item = self.items.get_mut(&id)?;
        let before = item.urgency();
        let result = change(item);
        if is_shown {
            self.urgency.remove(id, before);
            self.urgency.insert(id, item.urgency());
        }
        Some(result)
    }

    /// Stops showing an item, which stays in the list. If it was selected, the item that takes its position is selected.
    pub fn fold(&mut self, id: T::Id) {
        let position = self.hide(id);
        if self.items.contains_key(&id) {
            self.folded.insert(id);
        }
        self.select_replacement(id, position);
    }

    /// Removes an item. If it was selected, the item that takes its position is selected.
    pub fn remove(&mut self, id: T::Id) -> Option<T> {
        let position = self.hide(id);
        let item = self.items.remove(&id)?;
        self.folded.remove(&id);
        self.select_replacement(id, position);
        Some(item)
    }

    /// Keeps only the items for which `keep` returns true.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        let position = self.position();
        self.items.retain(|_, item| keep(item));
        self.folded.retain(|id| self.items.contains_key(id));
        self.rebuild_around(position);
    }

    /// Sets the sort order.
    pub fn set_sort(&mut self, sort: Sort) {
        self.selection_state = SelectionState::Settled;
        self.sort = sort;
        self.rebuild();
    }

    /// Shows only items that contain `filter`, ignoring case, and those of `accounts`. The selection stays on its item if
    /// that is still shown, and goes to the first one that contains `filter` otherwise.
    pub fn set_filter(&mut self, filter: &str, accounts: &[AccountId]) {
        self.selection_state = SelectionState::Settled;
        self.filter = filter.to_lowercase();
        self.filtered_accounts = accounts.to_vec();
        let is_shown = self.rebuild_around(None);
        if !is_shown {
            let first = self.page(0).position(|item| self.matches_filter(item));
            self.select_at(first.unwrap_or(0));
        }
    }

    /// Returns whether the list shows an item of its own.
    fn shows(&self, item: &T) -> bool {
        (item.passes_every_filter() || self.matches_filter(item)) && !self.folded.contains(&item.id())
    }

    fn matches_filter(&self, item: &T) -> bool {
        item.matches(&self.filter)
            || item.account().is_some_and(|account| self.filtered_accounts.contains(&account))
    }

    fn rebuild(&mut self) {
        self.rebuild_around(self.position());
    }

    /// Filters and sorts all items; selects the item at `position` if the selected one is not shown any more. Returns whether
    /// it is shown.
    fn rebuild_around(&mut self, position: Option<usize>) -> bool {
        let sort = self.sort;
        let mut shown: Vec<&T> = self.items.values().filter(|item| self.shows(item)).collect();
        shown.sort_by(|a, b| a.compare(b, sort).then_with(|| a.id().cmp(&b.id())));
        self.urgency = UrgencyIndex::default();
        for item in &shown {
            self.urgency.insert(item.id(), item.urgency());
        }
        self.shown = shown.into_iter().map(Item::id).collect();
        let is_shown = self.position().is_some();
        if !is_shown {
            self.select_at(position.unwrap_or(0));
        }
        is_shown
    }

    /// Removes an id from the shown ones and returns its former position.
    fn hide(&mut self, id: T::Id) -> Option<usize> {
        let item = self.items.get(&id)?;
        let (position, urgency) = (self.find(item).ok()?, item.urgency());
        self.shown.remove(position);
        self.urgency.remove(id, urgency);
        Some(position)
    }

    /// Returns the position of an item among the shown ones, or the position at which to insert it.
    fn find(&self, item: &T) -> Result<usize, usize> {
        let id = item.id();
        self.shown.binary_search_by(|other| match self.items.get(other) {
            Some(other) => other.compare(item, self.sort).then_with(|| other.id().cmp(&id)),
            None => other.cmp(&id),
        })
    }
}
