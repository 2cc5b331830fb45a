//! Moves a list's selection, and records whether the user or the program moved it.

use super::{Item, List};
use crate::app::selection_state::SelectionState;
use crate::invitation::Moment;

impl<T: Item> List<T> {
    /// Returns the next shown item that waits for an answer, wrapping around: preferably one that `suits`, and one whose time
    /// is up only if there is no other.
    #[must_use]
    pub fn next_waiting(&self, now: Moment, suits: impl Fn(&T) -> bool) -> Option<T::Id> {
        let after = self.position().map_or(0, |position| position + 1);
        let waiting = || {
            let circle = self.page(after).chain(self.page(0).take(after));
            circle.filter_map(|item| Some((item, item.urgency()?)))
        };
        let in_time = || waiting().filter(|(_, urgency)| urgency.deadline > now);
        let next = in_time().find(|(item, _)| suits(item)).or_else(|| in_time().next());
        next.or_else(|| waiting().next()).map(|(item, _)| item.id())
    }

    /// Returns whether the selection moved without the user shortly before, so that a key may be meant for the item that
    /// was selected before.
    #[must_use]
    pub fn just_moved(&self, now: Moment) -> bool {
        self.selection_state.just_moved(now)
    }

    /// Returns whether the selection moved without the user at this very moment.
    #[must_use]
    pub fn moved_at(&self, now: Moment) -> bool {
        self.selection_state == SelectionState::Moved(now)
    }

    /// Records that a key was ignored because the selection had just moved. While such keys go on, as when one is held
    /// down, all of them are meant for the item that was selected before.
    pub fn ignored_key(&mut self, now: Moment) {
        if self.just_moved(now) {
            self.selection_state = SelectionState::Moved(now);
        }
    }

    /// Returns whether the user has moved the selection lately, and so looks at the selected item.
    #[must_use]
    pub fn is_looked_at(&self, now: Moment) -> bool {
        self.selection_state.is_looked_at(now)
    }

    /// Returns whether the user has answered the selected item, so that the selection is to leave it.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.selection_state == SelectionState::Answered
    }

    /// Records whether the user has answered the selected item.
    pub fn set_answered(&mut self, is_answered: bool) {
        self.selection_state = if is_answered { SelectionState::Answered } else { SelectionState::Settled };
    }

    /// Makes a change that the user did not ask for, and records whether it moved the selection.
    pub fn change_unasked<R>(&mut self, now: Moment, change: impl FnOnce(&mut Self) -> R) -> R {
        let before = self.selected;
        let result = change(self);
        if self.selected != before {
            self.selection_state =
                if before.is_some() { SelectionState::Moved(now) } else { SelectionState::Settled };
        }
        result
    }

    /// Selects the item that has taken the place of an item that is no longer shown, if that one was selected. `position`
    /// was its place among the shown items.
    pub(super) fn select_replacement(&mut self, id: T::Id, position: Option<usize>) {
        if self.selected == Some(id) {
            self.select_at(position.unwrap_or(0));
        }
    }

    /// Selects the shown item at `position`, or the last one if there are fewer.
    pub fn select_at(&mut self, position: usize) {
        self.selected = self.shown.get(position).or(self.shown.last()).copied();
    }

    /// Selects an item on behalf of the user, if it is shown.
    pub fn choose(&mut self, id: T::Id, now: Moment) {
        self.selection_state = SelectionState::Chosen(now);
        self.select(id);
    }

    /// Selects an item, if it is shown.
    pub fn select(&mut self, id: T::Id) {
        if self.is_shown(id) {
            self.selected = Some(id);
        }
    }

    /// Moves the selection by `step` items on behalf of the user, stopping at the ends.
    pub fn select_by(&mut self, step: isize, now: Moment) {
        self.selection_state = SelectionState::Chosen(now);
        let position = self.position().unwrap_or(0).saturating_add_signed(step);
        self.select_at(position);
    }
}
