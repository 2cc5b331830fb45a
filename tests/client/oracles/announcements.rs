//! Checks that what is announced to those who do not look at the screen is what the screen and the history show.

use std::collections::{BTreeMap, BTreeSet};

use rsvp::app::{Announcement, Effect, Entry, List, News};
use rsvp::invitation::{Conversation, ConversationId, InvitationId, PastInvitation};
use rsvp::report;

use super::schema::complaint;
use crate::support::TestClient;

impl TestClient {
    fn announcements(&self) -> impl Iterator<Item = &Announcement> {
        self.effects.iter().filter_map(|(_, effect)| match effect {
            Effect::Announce(announcement) => Some(&**announcement),
            _ => None,
        })
    }

    /// Checks that each end in the history was announced once, and nothing else as an end.
    pub fn announcements_agree_with_the_history(&self) {
        let mut announced: BTreeMap<u64, &PastInvitation> = BTreeMap::new();
        for announcement in self.announcements() {
            if let News::Outcome(past) = &announcement.news {
                assert_eq!(announced.insert(past.number, past), None, "announced twice");
            }
        }
        let history: BTreeMap<u64, &PastInvitation> =
            self.state.history.iter().map(|past| (past.number, past)).collect();
        assert_eq!(announced.keys().collect::<Vec<_>>(), history.keys().collect::<Vec<_>>());
        for (number, past) in history {
            let of = |past: &PastInvitation| {
                let id = past.invitation.id;
                (id, past.outcome.clone(), past.at, past.rang, past.decision.clone())
            };
            assert_eq!(of(announced[&number]), of(past));
            assert_eq!(announced[&number].other_side(), past.other_side());
        }
    }

    /// Checks that whoever followed the announcements from the start knows the invitations and the conversations that the
    /// screen shows.
    pub fn announcements_agree_with_the_screen(&self) {
        let mut ringing: BTreeMap<InvitationId, String> = BTreeMap::new();
        let mut over: BTreeSet<InvitationId> = BTreeSet::new();
        let mut open: BTreeSet<ConversationId> = BTreeSet::new();
        for announcement in self.announcements() {
            match &announcement.news {
                News::Invitation(it) | News::InvitationChanged(it) => {
                    assert!(!over.contains(&it.id), "announced after its end: {it:?}");
                    let is_known = ringing.insert(it.id, it.other_side().full()).is_some();
                    let is_change = matches!(announcement.news, News::InvitationChanged(_));
                    assert!(is_known || !is_change, "changed before it arrived: {it:?}");
                }
                News::Outcome(past) if past.decision.is_empty() && past.rang.is_none() => {}
                News::Outcome(past) => {
                    let id = past.invitation.id;
                    assert!(ringing.remove(&id).is_some(), "ended without having arrived: {past:?}");
                    over.insert(id);
                }
                News::Conversation(it) => assert!(open.insert(it.id), "began twice: {it:?}"),
                News::ConversationEnded(it) => assert!(open.remove(&it.id), "ended twice: {it:?}"),
                _ => {}
            }
        }
        let lists = [&self.state.incoming, &self.state.outgoing];
        let pending = lists.into_iter().flat_map(List::iter).filter(|entry| entry.is_pending());
        let shown = |entry: &Entry| (entry.invitation.id, entry.invitation.other_side().full());
        assert_eq!(ringing, pending.map(shown).collect());
        let listed = self.state.conversations.iter().map(|it: &Conversation| it.id);
        assert_eq!(open, listed.collect());
    }
}

/// Checks the object and the line that are printed of an announcement.
pub fn is_printed_well(announcement: &Announcement) {
    let line = report::announcement(announcement).to_line();
    let object = serde_json::from_str(&line).unwrap();
    assert_eq!(complaint(&object), None);
    let words = report::words(announcement);
    assert_eq!(object["words"], words.as_str());
    assert!(!line.contains(char::is_control) && !words.as_str().contains(char::is_control), "{line:?}");
}
