//! What is known of one invitation, in this generation and in the one before it.

use super::Key;
use super::people::{Mentions, People};
use super::read;
use crate::invitation::{Decision, Invitation, Kind, Moment, Offers, Party, Stage};
use crate::provider::Ticket;
use crate::provider::ucwa::wire::resource::Resource;
use crate::text::DisplayText;

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
    pub mentions: Mentions,
    /// The stage that the server named last.
    pub stage: Stage,
    pub conversation: Option<Key>,
    /// What stays the same when the application is created again (`threadId`).
    pub thread: Box<str>,
    pub asked: Option<Asked>,
    /// Whether the server ever told more of it than its link.
    pub was_read: bool,
    /// When to ask the server about it if it has not said that it is over.
    pub ask_at: Moment,
    /// Since when it is not found when it is asked for.
    pub missed: Option<Moment>,
}

impl Known {
    /// Sets the stage that is shown: once the user has answered what rings, it is being connected.
    pub fn set_stage(&mut self) {
        let answered = self.asked.is_some() && self.stage == Stage::Ringing;
        self.invitation.stage = if answered { Stage::Connecting } else { self.stage };
    }
}

/// A request of the user about an invitation.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub decision: Decision,
    pub ticket: Ticket,
    /// From when on the invitation's state tells what came of the request; set once the reply is lost.
    pub tells_from: Option<Moment>,
}

/// An invitation that an earlier generation knew, and that this one may be told of again.
pub(super) struct PreviousGeneration {
    pub invitation: Invitation,
    pub thread: Box<str>,
    pub asked: Option<Asked>,
}

impl PreviousGeneration {
    /// Whether a resource of this generation is the same invitation.
    pub fn is(&self, kind: Kind, resource: &Resource<'_>, me: &DisplayText) -> bool {
        let own = &self.invitation;
        if own.kind != kind {
            return false;
        }
        let mut other = read::invitation(own.id, kind, own.arrived, own.deadline);
        read::merge(&mut other, resource);
        let mut mentions = Mentions::default();
        mentions.merge(resource, |href| Key::from(href));
        read::people(&mut other, &mentions, &People::default(), me);
        // A conversation's invitations share its thread.
        let same = |a: &DisplayText, b: &DisplayText| a == b || a.is_empty() || b.is_empty();
        let nobody = Party::default();
        let (to, own_to) = (other.to.as_ref().unwrap_or(&nobody), own.to.as_ref().unwrap_or(&nobody));
        let same_people = same(&to.uri, &own_to.uri) && same(&other.from.uri, &own.from.uri);
        match resource.text("threadId") {
            Some(thread) if !self.thread.is_empty() => same_people && thread == &*self.thread,
            _ => {
                let nobody_named = other.from.uri.is_empty() && to.uri.is_empty();
                same_people && !nobody_named && other.subject == own.subject
            }
        }
    }
}
