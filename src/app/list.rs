use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use crate::invitation::{Conversation, ConversationId, Decision, Invitation, InvitationId, Moment, Outcome};
use crate::provider::Ticket;

use crate::invitation::PastInvitation;

/// What lists are sorted by; ties are settled by arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// The oldest first: it rings out first, and nothing moves under the cursor when one more arrives.
    #[default]
    Arrival,
    /// The least time left first.
    Deadline,
    /// The most pressing first.
    Importance,
    /// By name.
    Name,
}

impl Sort {
    /// The one after this, in a circle.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Arrival => Self::Deadline,
            Self::Deadline => Self::Importance,
            Self::Importance => Self::Name,
            Self::Name => Self::Arrival,
        }
    }

    /// Its name on the screen.
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

/// What a [`List`] can hold.
pub trait Item {
    /// What names it.
    type Id: Copy + Eq + Ord + Hash + std::fmt::Debug;

    /// Its name.
    fn id(&self) -> Self::Id;

    /// Which of two comes first; [`List`] settles ties by id.
    fn compare(&self, other: &Self, sort: Sort) -> Ordering;

    /// Whether it is found by `needle`, which is lower case.
    fn matches(&self, needle: &str) -> bool;
}

/// How far an invitation is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It waits for an answer.
    Ringing,
    /// The user has decided; the server has not said yet what came of it.
    Answering {
        /// What was decided.
        decision: Decision,
        /// The request that carries it.
        ticket: Ticket,
        /// Whether the server took the request, and what is known if it is not clear.
        progress: Progress,
    },
    /// It is over. The row stays for a moment, so that nothing else moves under the cursor unseen.
    Over {
        /// How it ended.
        outcome: Outcome,
        /// When the row goes.
        until: Moment,
    },
}

/// How far a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Progress {
    /// On its way.
    Sending,
    /// The server took it; its effect will show.
    Sent,
    /// The reply was lost: whether it was carried out will show.
    Unknown,
}

/// An invitation in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What is known of it.
    pub invitation: Invitation,
    /// How far it is.
    pub phase: Phase,
}

impl Entry {
    /// Whether it still waits for the server's last word.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        !matches!(self.phase, Phase::Over { .. })
    }
}

impl Item for Entry {
    type Id = InvitationId;

    fn id(&self) -> InvitationId {
        self.invitation.id
    }

    fn compare(&self, other: &Self, sort: Sort) -> Ordering {
        let (a, b) = (&self.invitation, &other.invitation);
        match sort {
            Sort::Arrival => a.arrived.cmp(&b.arrived),
            Sort::Deadline => a.deadline.cmp(&b.deadline),
            Sort::Importance => b.importance.cmp(&a.importance),
            Sort::Name => compare_names(a.other_side().label(), b.other_side().label()),
        }
    }

    fn matches(&self, needle: &str) -> bool {
        says(&self.invitation, needle)
    }
}

impl Item for Conversation {
    type Id = ConversationId;

    fn id(&self) -> ConversationId {
        self.id
    }

    fn compare(&self, other: &Self, sort: Sort) -> Ordering {
        match sort {
            Sort::Name => compare_names(self.title(), other.title()),
            Sort::Arrival | Sort::Deadline | Sort::Importance => Ordering::Equal,
        }
    }

    fn matches(&self, needle: &str) -> bool {
        let people = self.participants.iter().flat_map(|party| [&party.name, &party.uri]);
        std::iter::once(&self.subject).chain(people).any(|text| contains(text.as_str(), needle))
    }
}

/// Whether anything that is shown of an invitation contains `needle`.
fn says(invitation: &Invitation, needle: &str) -> bool {
    let people = [Some(invitation.other_side()), invitation.to.as_ref(), invitation.accepted_by.as_ref()];
    let people = people.into_iter().flatten().flat_map(|party| [&party.name, &party.uri]);
    [&invitation.subject, &invitation.message]
        .into_iter()
        .chain(people)
        .chain(&invitation.routes)
        .chain(invitation.facts.iter().map(|fact| &fact.value))
        .any(|text| contains(text.as_str(), needle))
}

fn compare_names(a: &str, b: &str) -> Ordering {
    a.chars().flat_map(char::to_lowercase).cmp(b.chars().flat_map(char::to_lowercase))
}

pub(super) fn contains(text: &str, needle: &str) -> bool {
    needle.is_empty() || text.to_lowercase().contains(needle)
}

/// Items in the order in which they are shown, with a selection that follows its item.
#[derive(Clone, Debug)]
pub struct List<T: Item> {
    items: HashMap<T::Id, T>,
    /// The ids of the items that the filter lets through, sorted.
    shown: Vec<T::Id>,
    selected: Option<T::Id>,
    sort: Sort,
    filter: String,
    /// When the selection last moved without the user.
    moved: Option<Moment>,
}

impl<T: Item> Default for List<T> {
    fn default() -> Self {
        Self {
            items: HashMap::new(),
            shown: Vec::new(),
            selected: None,
            sort: Sort::default(),
            filter: String::new(),
            moved: None,
        }
    }
}

/// For this long after something changed by itself, keys that may have been meant for what was there before are ignored.
pub const BLINK: Duration = Duration::from_millis(400);

impl<T: Item> List<T> {
    /// How many there are, shown or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many the filter lets through.
    #[must_use]
    pub fn shown(&self) -> usize {
        self.shown.len()
    }

    /// Whether the filter lets the item of that name through.
    #[must_use]
    pub fn shows(&self, id: T::Id) -> bool {
        self.get(id).is_some_and(|item| self.find(item).is_ok())
    }

    /// The item of that name.
    #[must_use]
    pub fn get(&self, id: T::Id) -> Option<&T> {
        self.items.get(&id)
    }

    /// All items, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.values()
    }

    /// The shown items from the one at `start`, in order.
    pub fn page(&self, start: usize) -> impl Iterator<Item = &T> {
        self.shown.get(start..).unwrap_or_default().iter().filter_map(|id| self.items.get(id))
    }

    /// The selected item; there is one whenever any is shown.
    #[must_use]
    pub fn selected(&self) -> Option<&T> {
        self.selected.and_then(|id| self.items.get(&id))
    }

    /// The place of the selected item among the shown ones.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        self.selected().and_then(|item| self.find(item).ok())
    }

    /// What they are sorted by.
    #[must_use]
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// What they are filtered by; empty for nothing.
    #[must_use]
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// Whether the selection moved without the user a moment ago, so that a key may be meant for what was
    /// selected before.
    #[must_use]
    pub fn just_moved(&self, now: Moment) -> bool {
        self.moved.is_some_and(|moved| now < moved.after(BLINK))
    }

    /// Makes a change that the user did not ask for, and notes whether it moved the selection.
    pub fn change_by_itself<R>(&mut self, now: Moment, change: impl FnOnce(&mut Self) -> R) -> R {
        let before = self.selected;
        let result = change(self);
        if before.is_some() && self.selected != before {
            self.moved = Some(now);
        }
        result
    }

    /// Adds an item, or puts it in the place of the one with its id. If it was selected and the filter no longer
    /// lets it through, the one that comes into its place is selected.
    pub fn put(&mut self, item: T) {
        let id = item.id();
        let before = self.unlist(id);
        let shown = item.matches(&self.filter);
        if shown {
            let place = self.find(&item).unwrap_or_else(|place| place);
            self.shown.insert(place, id);
        }
        self.items.insert(id, item);
        if self.selected.is_none() || (self.selected == Some(id) && !shown) {
            self.select_at(before.unwrap_or(0));
        }
    }

    /// Changes an item in ways that neither sort nor filter depend on.
    pub fn change(&mut self, id: T::Id, change: impl FnOnce(&mut T)) {
        if let Some(item) = self.items.get_mut(&id) {
            change(item);
        }
    }

    /// Takes an item out. If it was selected, the one that comes into its place is.
    pub fn remove(&mut self, id: T::Id) -> Option<T> {
        let place = self.unlist(id);
        let item = self.items.remove(&id)?;
        if self.selected == Some(id) {
            self.select_at(place.unwrap_or(0));
        }
        Some(item)
    }

    /// Keeps only what `keep` says.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        let place = self.position();
        self.items.retain(|_, item| keep(item));
        self.rebuild_around(place);
    }

    /// Selects the shown item at `place`, or the last if there are fewer.
    pub fn select_at(&mut self, place: usize) {
        self.selected = self.shown.get(place).or(self.shown.last()).copied();
    }

    /// Moves the selection by `step` items, stopping at the ends, as the user asked.
    pub fn select_by(&mut self, step: isize) {
        self.moved = None;
        let place = self.position().unwrap_or(0).saturating_add_signed(step);
        self.select_at(place);
    }

    /// Sorts by something else.
    pub fn set_sort(&mut self, sort: Sort) {
        self.moved = None;
        self.sort = sort;
        self.rebuild();
    }

    /// Shows only what matches; the selection stays where it can.
    pub fn set_filter(&mut self, filter: &str) {
        self.moved = None;
        self.filter = filter.to_lowercase();
        self.rebuild();
    }

    fn rebuild(&mut self) {
        self.rebuild_around(self.position());
    }

    fn rebuild_around(&mut self, place: Option<usize>) {
        let (items, sort, filter) = (&self.items, self.sort, &self.filter);
        let mut shown: Vec<&T> = items.values().filter(|item| item.matches(filter)).collect();
        shown.sort_by(|a, b| a.compare(b, sort).then_with(|| a.id().cmp(&b.id())));
        self.shown = shown.into_iter().map(Item::id).collect();
        if self.position().is_none() {
            self.select_at(place.unwrap_or(0));
        }
    }

    fn unlist(&mut self, id: T::Id) -> Option<usize> {
        let place = self.items.get(&id).and_then(|item| self.find(item).ok())?;
        self.shown.remove(place);
        Some(place)
    }

    fn find(&self, item: &T) -> Result<usize, usize> {
        let id = item.id();
        self.shown.binary_search_by(|other| match self.items.get(other) {
            Some(other) => other.compare(item, self.sort).then_with(|| other.id().cmp(&id)),
            None => other.cmp(&id),
        })
    }
}

impl Item for PastInvitation {
    type Id = u64;

    fn id(&self) -> u64 {
        // The latest first.
        u64::MAX - self.number
    }

    fn compare(&self, other: &Self, sort: Sort) -> Ordering {
        match sort {
            Sort::Name => compare_names(self.other_side().label(), other.other_side().label()),
            Sort::Importance => other.invitation.importance.cmp(&self.invitation.importance),
            Sort::Arrival | Sort::Deadline => Ordering::Equal,
        }
    }

    fn matches(&self, needle: &str) -> bool {
        says(&self.invitation, needle) || contains(&self.outcome.words(), needle)
    }
}
