use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::Hash;

use super::key::STRAY_KEY_GUARD;
use super::urgency::{Unseen, Urgency, UrgencyIndex};
use crate::invitation::{AccountId, Moment};

/// The sort order of a list. Emergencies come first in each; ties are broken by order of arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// The least time left first.
    #[default]
    Deadline,
    /// The oldest first.
    Arrival,
    /// The most important first.
    Importance,
    /// Alphabetically by name.
    Name,
}

impl Sort {
    /// Returns the next order; the last one is followed by the first.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Deadline => Self::Arrival,
            Self::Arrival => Self::Importance,
            Self::Importance => Self::Name,
            Self::Name => Self::Deadline,
        }
    }

    /// Returns the name that the screen shows.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Arrival => "arrival",
            Self::Deadline => "time left",
            Self::Importance => "importance",
            Self::Name => "name",
        }
    }
}

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
    /// The sorted ids of the items that match the filter.
    shown: Vec<T::Id>,
    /// The shown items that wait for an answer.
    urgency: UrgencyIndex<T::Id>,
    selected: Option<T::Id>,
    sort: Sort,
    filter: String,
    /// The accounts whose names contain the filter, so that all their items match.
    filtered_accounts: Vec<AccountId>,
    /// The last time when the selection moved without the user.
    moved: Option<Moment>,
}

impl<T: Item> Default for List<T> {
    fn default() -> Self {
        Self {
            items: HashMap::new(),
            shown: Vec::new(),
            urgency: UrgencyIndex::default(),
            selected: None,
            sort: Sort::default(),
            filter: String::new(),
            filtered_accounts: Vec::new(),
            moved: None,
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

    /// Returns the number of items that match the filter.
    #[must_use]
    pub fn shown(&self) -> usize {
        self.shown.len()
    }

    /// Returns whether the list has this item and the item matches the filter.
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

    /// Returns whether the selection moved without the user less than [`STRAY_KEY_GUARD`] ago, so that a key may be
    /// meant for the item that was selected before.
    #[must_use]
    pub fn just_moved(&self, now: Moment) -> bool {
        self.moved.is_some_and(|moved| now < moved.after(STRAY_KEY_GUARD))
    }

    /// Makes a change that the user did not ask for, and records whether it moved the selection.
    pub fn change_unasked<R>(&mut self, now: Moment, change: impl FnOnce(&mut Self) -> R) -> R {
        let before = self.selected;
        let result = change(self);
        if before.is_some() && self.selected != before {
            self.moved = Some(now);
        }
        result
    }

    /// Inserts an item, or replaces the item with the same id.
    ///
    /// If the item was selected and no longer matches the filter, the item that takes its position is selected.
    pub fn upsert(&mut self, item: T) {
        let id = item.id();
        let before = self.hide(id);
        let shown = self.matches_filter(&item);
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

    /// Changes fields of an item that neither the order nor the filter depends on.
    pub fn change(&mut self, id: T::Id, change: impl FnOnce(&mut T)) {
        let is_shown = self.is_shown(id);
        let Some(item) = self.items.get_mut(&id) else { return };
        let before = item.urgency();
        change(item);
        if is_shown {
            self.urgency.remove(id, before);
            self.urgency.insert(id, item.urgency());
        }
    }

    /// Removes an item. If it was selected, the item that takes its position is selected.
    pub fn remove(&mut self, id: T::Id) -> Option<T> {
        let position = self.hide(id);
        let item = self.items.remove(&id)?;
        if self.selected == Some(id) {
            self.select_at(position.unwrap_or(0));
        }
        Some(item)
    }

    /// Keeps only the items for which `keep` returns true.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        let position = self.position();
        self.items.retain(|_, item| keep(item));
        self.rebuild_around(position);
    }

    /// Selects the shown item at `position`, or the last one if there are fewer.
    pub fn select_at(&mut self, position: usize) {
        self.selected = self.shown.get(position).or(self.shown.last()).copied();
    }

    /// Selects an item on behalf of the user, if it is shown.
    pub fn choose(&mut self, id: T::Id) {
        self.moved = None;
        self.select(id);
    }

    /// Selects an item, if it is shown.
    pub fn select(&mut self, id: T::Id) {
        if self.is_shown(id) {
            self.selected = Some(id);
        }
    }

    /// Moves the selection by `step` items on behalf of the user, stopping at the ends.
    pub fn select_by(&mut self, step: isize) {
        self.moved = None;
        let position = self.position().unwrap_or(0).saturating_add_signed(step);
        self.select_at(position);
    }

    /// Sets the sort order.
    pub fn set_sort(&mut self, sort: Sort) {
        self.moved = None;
        self.sort = sort;
        self.rebuild();
    }

    /// Shows only items that contain `filter`, ignoring case, and those of `accounts`. The selection stays on its item if
    /// that is still shown.
    pub fn set_filter(&mut self, filter: &str, accounts: &[AccountId]) {
        self.moved = None;
        self.filter = filter.to_lowercase();
        self.filtered_accounts = accounts.to_vec();
        self.rebuild();
    }

    fn matches_filter(&self, item: &T) -> bool {
        item.matches(&self.filter)
            || item.account().is_some_and(|account| self.filtered_accounts.contains(&account))
    }

    fn rebuild(&mut self) {
        self.rebuild_around(self.position());
    }

    /// Filters and sorts all items; selects the item at `position` if the selected one is not shown any more.
    fn rebuild_around(&mut self, position: Option<usize>) {
        let sort = self.sort;
        let mut shown: Vec<&T> = self.items.values().filter(|item| self.matches_filter(item)).collect();
        shown.sort_by(|a, b| a.compare(b, sort).then_with(|| a.id().cmp(&b.id())));
        self.urgency = UrgencyIndex::default();
        for item in &shown {
            self.urgency.insert(item.id(), item.urgency());
        }
        self.shown = shown.into_iter().map(Item::id).collect();
        if self.position().is_none() {
            self.select_at(position.unwrap_or(0));
        }
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
