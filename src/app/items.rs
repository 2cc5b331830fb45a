//! The order and the search of the items of each list.

use std::cmp::Ordering;

use super::{Entry, Item, Phase, Sort, Urgency};
use crate::invitation::{AccountId, Conversation, ConversationId, Importance, InvitationId, PastInvitation};
use crate::text::DisplayText;

impl Item for Entry {
    type Id = InvitationId;

    fn id(&self) -> InvitationId {
        self.invitation.id
    }

    fn account(&self) -> Option<AccountId> {
        Some(self.invitation.id.account)
    }

    fn compare(&self, other: &Self, sort: Sort) -> Ordering {
        let (a, b) = (&self.invitation, &other.invitation);
        let is_other = |importance| importance != Importance::Emergency;
        is_other(a.importance).cmp(&is_other(b.importance)).then_with(|| match sort {
            Sort::Arrival => a.arrived.cmp(&b.arrived),
            Sort::Deadline => a.deadline.cmp(&b.deadline),
            Sort::Importance => b.importance.cmp(&a.importance),
            Sort::Name => compare_names(a.other_side().label(), b.other_side().label()),
        })
    }

    fn urgency(&self) -> Option<Urgency> {
        let urgency = Urgency { importance: self.invitation.importance, deadline: self.invitation.deadline };
        (self.phase == Phase::Ringing).then_some(urgency)
    }

    /// Returns whether a text or a word of the row contains `needle`.
    fn matches(&self, needle: &str) -> bool {
        self.invitation.matches(needle)
    }

    /// An emergency passes every filter.
    fn passes_every_filter(&self) -> bool {
        self.invitation.importance == Importance::Emergency
    }
}

impl Item for Conversation {
    type Id = ConversationId;

    fn id(&self) -> ConversationId {
        self.id
    }

    fn account(&self) -> Option<AccountId> {
        Some(self.id.account)
    }

    fn compare(&self, other: &Self, sort: Sort) -> Ordering {
        match sort {
            Sort::Name => compare_names(self.title(), other.title()),
            Sort::Arrival | Sort::Deadline | Sort::Importance => Ordering::Equal,
        }
    }

    fn matches(&self, needle: &str) -> bool {
        let people = self.participants.iter().flat_map(|party| [&party.name, &party.uri, &party.origin]);
        let texts = [&self.subject, &self.note].into_iter().chain(people).map(DisplayText::as_str);
        texts.chain([self.word()]).any(|text| contains(text, needle))
    }
}

impl Item for PastInvitation {
    type Id = u64;

    /// Returns an id that decreases with the entry's number, so that the latest entry comes first.
    fn id(&self) -> u64 {
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
        PastInvitation::matches(self, needle)
    }
}

fn compare_names(a: &str, b: &str) -> Ordering {
    a.chars().flat_map(char::to_lowercase).cmp(b.chars().flat_map(char::to_lowercase))
}

/// Returns whether `text`, in lower case, contains `needle`.
fn contains(text: &str, needle: &str) -> bool {
    needle.is_empty() || text.to_lowercase().contains(needle)
}
