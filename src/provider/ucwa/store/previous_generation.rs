//! Invitations of an earlier generation of the application, which the current one may send again under other hrefs.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::decode;
use super::effects::EventTime;
use super::href::Href;
use super::mentions::{self, Mentions};
use super::named_people::NamedPeople;
use super::pending_invitation::{PendingAnswer, PendingInvitation};
use crate::invitation::{Invitation, Kind, Party};
use crate::provider::ucwa::wire::resource::Resource;
use crate::text::DisplayText;

/// The invitations of earlier generations that the current one has not sent yet.
#[derive(Default)]
pub(super) struct PreviousGeneration {
    invitations: Vec<PreviousInvitation>,
    /// The invitations of the current generation that may be among them: only their links are known.
    links: BTreeMap<Href, (Kind, EventTime)>,
}

impl PreviousGeneration {
    pub fn new(invitations: Vec<PreviousInvitation>) -> Self {
        Self { invitations, links: BTreeMap::new() }
    }

    pub fn is_empty(&self) -> bool {
        self.invitations.is_empty()
    }

    pub fn into_invitations(self) -> impl Iterator<Item = PreviousInvitation> {
        self.invitations.into_iter()
    }

    /// Removes and returns the invitation that a resource of the current generation continues, if there is one.
    pub fn take(
        &mut self,
        kind: Kind,
        resource: &Resource<'_>,
        me: &DisplayText,
    ) -> Option<PreviousInvitation> {
        let place = self.invitations.iter().position(|invitation| invitation.is_same(kind, resource, me))?;
        Some(self.invitations.swap_remove(place))
    }

    /// Adds a link whose resource has to be read. Returns whether the link is new.
    pub fn add_link(&mut self, href: &Href, kind: Kind, time: EventTime) -> bool {
        self.links.insert(href.clone(), (kind, time)).is_none()
    }

    pub fn remove_link(&mut self, href: &Href) -> Option<(Kind, EventTime)> {
        self.links.remove(href)
    }

    pub fn has_links(&self) -> bool {
        !self.links.is_empty()
    }

    /// Returns the hrefs of the links.
    pub fn links(&self) -> impl Iterator<Item = &Href> {
        self.links.keys()
    }

    pub fn into_links(self) -> BTreeMap<Href, (Kind, EventTime)> {
        self.links
    }
}

/// An invitation that was pending in an earlier generation.
pub(super) struct PreviousInvitation {
    pub invitation: Invitation,
    pub answer: Option<PendingAnswer>,
    thread: Box<str>,
}

impl PreviousInvitation {
    /// Returns whether a resource of the current generation is the same invitation: it has the same kind, people and
    /// `threadId`, or, without the latter, the same subject. `me` is the user's own address.
    pub fn is_same(&self, kind: Kind, resource: &Resource<'_>, me: &DisplayText) -> bool {
        let own = &self.invitation;
        if own.kind != kind {
            return false;
        }
        let mut other = decode::new_invitation(own.id, kind, own.arrived, own.deadline);
        decode::merge_invitation(&mut other, resource);
        let mut mentions = Mentions::default();
        mentions.merge(resource, |href| Href::from(href));
        mentions::name_people(&mut other, &mentions, &NamedPeople::default(), me);
        // The thread alone is not enough: all invitations to a conversation share it.
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

impl From<PendingInvitation> for PreviousInvitation {
    fn from(pending: PendingInvitation) -> Self {
        Self {
            invitation: Arc::unwrap_or_clone(pending.invitation),
            answer: pending.answer,
            thread: pending.thread,
        }
    }
}
