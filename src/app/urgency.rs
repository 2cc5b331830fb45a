//! An index of a list's items by urgency, so that no frame has to look at all items.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::invitation::{Importance, Moment};

/// The urgency of an item that waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Urgency {
    /// The importance.
    pub importance: Importance,
    /// The time at which the item expires.
    pub deadline: Moment,
}

/// A summary of the items that wait for an answer and are not on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unseen {
    /// The number of emergencies.
    pub emergencies: usize,
    /// The number of urgent items.
    pub urgent: usize,
    /// The earliest deadline that has not passed.
    pub next: Option<Moment>,
}

/// The items of a list that wait for an answer, by importance and deadline.
#[derive(Clone, Debug)]
pub(super) struct UrgencyIndex<Id> {
    normal: Deadlines<Id>,
    urgent: Deadlines<Id>,
    emergencies: Deadlines<Id>,
}

/// Items in the order of their deadlines. `None` comes before all ids, and is never inserted.
type Deadlines<Id> = BTreeSet<(Moment, Option<Id>)>;

impl<Id> Default for UrgencyIndex<Id> {
    fn default() -> Self {
        Self { normal: BTreeSet::new(), urgent: BTreeSet::new(), emergencies: BTreeSet::new() }
    }
}

impl<Id: Copy + Ord> UrgencyIndex<Id> {
    /// Adds an item, if it waits for an answer.
    pub(super) fn insert(&mut self, id: Id, urgency: Option<Urgency>) {
        if let Some(urgency) = urgency {
            self.of(urgency.importance).insert((urgency.deadline, Some(id)));
        }
    }

    /// Removes an item that was added with this urgency.
    pub(super) fn remove(&mut self, id: Id, urgency: Option<Urgency>) {
        if let Some(urgency) = urgency {
            self.of(urgency.importance).remove(&(urgency.deadline, Some(id)));
        }
    }

    /// Returns the most urgent item: an emergency, or else the one that expires next. Items whose time is up come
    /// last.
    pub(super) fn most_urgent(&self, now: Moment) -> Option<Id> {
        let first = |items| from(items, now).next();
        let others = first(&self.urgent).into_iter().chain(first(&self.normal)).min();
        let overdue = || [&self.emergencies, &self.urgent, &self.normal].into_iter().find_map(BTreeSet::last);
        first(&self.emergencies).or(others).or_else(overdue).and_then(|(_, id)| *id)
    }

    /// Summarizes the items other than those on the screen. The cost depends on the number of these alone.
    pub(super) fn unseen(&self, on_screen: &[(Id, Option<Urgency>)], now: Moment) -> Unseen {
        let rest = |items: &Deadlines<Id>, importance| {
            let is_one = |(_, urgency): &&(Id, Option<Urgency>)| {
                urgency.is_some_and(|urgency| urgency.importance == importance)
            };
            items.len().saturating_sub(on_screen.iter().filter(is_one).count())
        };
        let is_unseen =
            |(_, id): &&(Moment, Option<Id>)| !on_screen.iter().any(|(seen, _)| Some(*seen) == *id);
        let all = [&self.emergencies, &self.urgent, &self.normal];
        let next = all.into_iter().filter_map(|items| from(items, now).find(is_unseen)).min();
        Unseen {
            emergencies: rest(&self.emergencies, Importance::Emergency),
            urgent: rest(&self.urgent, Importance::Urgent),
            next: next.map(|(deadline, _)| *deadline),
        }
    }

    fn of(&mut self, importance: Importance) -> &mut Deadlines<Id> {
        match importance {
            Importance::Normal => &mut self.normal,
            Importance::Urgent => &mut self.urgent,
            Importance::Emergency => &mut self.emergencies,
        }
    }
}

/// Iterates over the items whose time is not up.
fn from<Id: Ord>(items: &Deadlines<Id>, now: Moment) -> impl Iterator<Item = &(Moment, Option<Id>)> {
    items.range((now.after(Duration::from_nanos(1)), None)..)
}
