//! The state of one pending invitation.

use std::sync::Arc;

use url::Url;

use super::action_links::ActionLinks;
use super::decode;
use super::href::{Href, normalize};
use super::mentions::{self, Mentions};
use super::named_people::NamedPeople;
use crate::invitation::{ConversationId, Decision, Invitation, Moment, Stage};
use crate::provider::Ticket;
use crate::provider::ucwa::wire::resource::Resource;
use crate::text::DisplayText;

/// The label of the fact that an invitation can't be read.
const UNREADABLE_LABEL: &str = "details";

/// An invitation that is pending in this generation of the application.
pub(super) struct PendingInvitation {
    pub invitation: Arc<Invitation>,
    pub links: ActionLinks,
    pub mentions: Mentions,
    /// The latest stage that the server sent; see [`PendingInvitation::update_stage`].
    pub stage: Stage,
    pub conversation: Option<Href>,
    /// The `threadId`, which is the same in the next generation of the application; may be empty.
    pub thread: Box<str>,
    pub answer: Option<PendingAnswer>,
    /// Whether the server ever sent the invitation itself, as opposed to a link to it.
    pub was_read: bool,
    /// When to read the invitation if it has not ended by then.
    pub next_read_at: Moment,
    /// When the invitation was first not found, unless it was found since.
    pub missing_since: Option<Moment>,
}

/// An answer of the user to an invitation that has not ended.
#[derive(Clone, Debug)]
pub(super) struct PendingAnswer {
    pub decision: Decision,
    pub ticket: Ticket,
    /// When the invitation's state will show whether the answer took effect. Set once the reply is lost.
    pub conclusive_from: Option<Moment>,
}

/// The parts of the store that decoding an invitation needs.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub base: &'a Url,
    pub people: &'a NamedPeople,
    /// The user's own address.
    pub me: &'a DisplayText,
}

impl PendingInvitation {
    /// Creates the state of an invitation that has not been read.
    pub fn new(
        invitation: Invitation,
        title: &str,
        answer: Option<PendingAnswer>,
        next_read_at: Moment,
    ) -> Self {
        let mut mentions = Mentions::default();
        mentions.set_sender_title(title);
        Self {
            invitation: Arc::new(invitation),
            links: ActionLinks::default(),
            mentions,
            stage: Stage::default(),
            conversation: None,
            thread: Box::default(),
            answer,
            was_read: false,
            next_read_at,
            missing_since: None,
        }
    }

    /// Merges a resource, or a link to it, into the state.
    pub fn merge(
        &mut self,
        resource: Option<&Resource<'_>>,
        conversation: Option<(Href, ConversationId)>,
        context: Context<'_>,
    ) {
        self.missing_since = None;
        if let Some(resource) = resource {
            self.was_read = true;
            self.merge_resource(resource, context);
        }
        self.name_people(context);
        let invitation = Arc::make_mut(&mut self.invitation);
        invitation.offers = self.links.offers();
        if let Some((href, id)) = conversation {
            self.conversation = Some(href);
            invitation.conversation = Some(id);
        }
        self.update_stage();
    }

    fn merge_resource(&mut self, resource: &Resource<'_>, context: Context<'_>) {
        self.links.merge(resource);
        self.mentions.merge(resource, |href| normalize(context.base, href).into());
        if let Some(thread) = resource.text("threadId") {
            self.thread = thread.into();
        }
        let invitation = Arc::make_mut(&mut self.invitation);
        decode::set_fact(invitation, UNREADABLE_LABEL, None);
        decode::merge_invitation(invitation, resource);
        self.stage = resource.text("state").and_then(decode::stage).unwrap_or(self.stage);
    }

    /// Names the people of the invitation as far as they are known.
    pub fn name_people(&mut self, context: Context<'_>) {
        mentions::name_people(
            Arc::make_mut(&mut self.invitation),
            &self.mentions,
            context.people,
            context.me,
        );
    }

    /// Updates the displayed stage. A ringing invitation is shown as connecting once the user has answered.
    pub fn update_stage(&mut self) {
        let is_answered = self.answer.is_some() && self.stage == Stage::Ringing;
        Arc::make_mut(&mut self.invitation).stage = if is_answered { Stage::Connecting } else { self.stage };
    }

    /// Shows on the invitation that the server does not return it.
    pub fn set_unreadable(&mut self, message: &str) {
        let fact = format!("can't be read: {message}");
        decode::set_fact(Arc::make_mut(&mut self.invitation), UNREADABLE_LABEL, Some(&fact));
    }
}
