//! What is known of one invitation, in this generation and in the one before it.

use super::read;
use super::resource::Resource;
use super::store::{Key, RING};
use crate::invitation::{Decision, Invitation, Kind, Moment, Offers};
use crate::provider::Ticket;

/// The action links of an invitation, remembered over updates that come without them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionLinks {
    accept: Option<Key>,
    accept_with_phone: Option<Key>,
    decline: Option<Key>,
    cancel: Option<Key>,
}

impl ActionLinks {
    /// The link that carries out a decision.
    #[must_use]
    pub fn get(&self, decision: &Decision) -> Option<&str> {
        match decision {
            Decision::Accept => self.accept.as_deref(),
            Decision::AcceptWithPhone => self.accept_with_phone.as_deref(),
            Decision::Decline(_) => self.decline.as_deref(),
            Decision::Cancel => self.cancel.as_deref(),
            // Of calls to a bot.
            Decision::Reject { .. } | Decision::Redirect(_) => None,
        }
    }

    pub(super) fn merge(&mut self, resource: &Resource<'_>) {
        for (slot, rel) in [
            (&mut self.accept, "accept"),
            (&mut self.accept_with_phone, "acceptWithPhoneAudio"),
            (&mut self.decline, "decline"),
            (&mut self.cancel, "cancel"),
        ] {
            if let Some(href) = resource.href(rel).filter(|href| slot.as_deref() != Some(*href)) {
                *slot = Some(href.into());
            }
        }
    }

    pub(super) fn offers(&self) -> Offers {
        Offers {
            accept: self.accept.is_some(),
            accept_with_phone: self.accept_with_phone.is_some(),
            decline: self.decline.is_some(),
            cancel: self.cancel.is_some(),
            ..Offers::default()
        }
    }
}

/// An invitation that is pending in this generation.
pub(super) struct Known {
    pub invitation: Invitation,
    pub links: ActionLinks,
    pub conversation: Option<Key>,
    /// What stays the same when the application is created again (`threadId`).
    pub thread: Box<str>,
    pub asked: Option<Asked>,
    /// When to ask the server about it if it has not said that it is over.
    pub ask_at: Moment,
    /// Since when it is not found when it is asked for.
    pub missed: Option<Moment>,
}

/// What the user asked for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub decision: Decision,
    pub ticket: Ticket,
    /// Whether the reply was lost, so that only the invitation's state tells what came of it.
    pub lost: bool,
}

/// An invitation that an earlier generation knew, and that this one may be told of again.
pub(super) struct Former {
    pub invitation: Invitation,
    pub thread: Box<str>,
    pub asked: Option<Asked>,
}

impl Former {
    /// Whether a resource of this generation is the same invitation.
    pub fn is(&self, kind: Kind, resource: &Resource<'_>) -> bool {
        let own = &self.invitation;
        if own.kind != kind {
            return false;
        }
        let mut other = read::invitation(own.id, kind, own.arrived, RING);
        read::merge(&mut other, resource);
        // A conversation's invitations share its thread.
        let people = |it: &Invitation| (it.from.uri.clone(), it.to.as_ref().map(|to| to.uri.clone()));
        let ((from, to), (own_from, own_to)) = (people(&other), people(own));
        let same_people = to == own_to && (from == own_from || from.is_empty() || own_from.is_empty());
        match resource.text("threadId") {
            Some(thread) if !self.thread.is_empty() => same_people && thread == &*self.thread,
            _ => same_people && !(from.is_empty() && to.is_none()) && other.subject == own.subject,
        }
    }
}
