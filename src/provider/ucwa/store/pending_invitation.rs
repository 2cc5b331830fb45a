//! The state of one pending invitation.

use url::Url;

use super::action_links::ActionLinks;
use super::decode;
use super::href::{Href, normalize};
use super::mentions::{self, Mentions};
use super::people::People;
use crate::invitation::{ConversationId, Decision, Invitation, Moment, Stage};
use crate::provider::Ticket;
use crate::provider::ucwa::wire::resource::Resource;
use crate::text::DisplayText;

/// The label of the fact that an invitation can't be read.
const UNREAD: &str = "details";

/// An invitation that is pending in this generation of the application.
pub(super) struct PendingInvitation {
    pub invitation: Invitation,
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
    pub read_at: Moment,
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
    pub people: &'a People,
    /// The user's own address.
    pub me: &'a DisplayText,
}

impl PendingInvitation {
    /// Creates the state of an invitation that has not been read.
    pub fn new(invitation: Invitation, title: &str, answer: Option<PendingAnswer>, read_at: Moment) -> Self {
        let mut mentions = Mentions::default();
        mentions.set_sender_title(title);
        Self {
            invitation,
            links: ActionLinks::default(),
            mentions,
            stage: Stage::default(),
            conversation: None,
            thread: Box::default(),
            answer,
            was_read: false,
            read_at,
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
            decode::set_fact(&mut self.invitation, UNREAD, None);
            self.merge_resource(resource, context);
        }
        self.name_people(context);
        self.invitation.offers = self.links.offers();
        if let Some((href, id)) = conversation {
            self.conversation = Some(href);
            self.invitation.conversation = Some(id);
        }
        self.update_stage();
    }

    fn merge_resource(&mut self, resource: &Resource<'_>, context: Context<'_>) {
        self.links.merge(resource);
        self.mentions.merge(resource, |href| normalize(context.base, href).into());
        if let Some(thread) = resource.text("threadId") {
            self.thread = thread.into();
        }
        decode::merge_invitation(&mut self.invitation, resource);
        self.stage = resource.text("state").and_then(decode::stage).unwrap_or(self.stage);
    }

    /// Names the people of the invitation as far as they are known.
    pub fn name_people(&mut self, context: Context<'_>) {
        mentions::name_people(&mut self.invitation, &self.mentions, context.people, context.me);
    }

    /// Updates the displayed stage. A ringing invitation is shown as connecting once the user has answered.
    pub fn update_stage(&mut self) {
        let is_answered = self.answer.is_some() && self.stage == Stage::Ringing;
        self.invitation.stage = if is_answered { Stage::Connecting } else { self.stage };
    }

    /// Removes the answer if a resource shows that it was not carried out: its reply was lost, and the invitation
    /// still offers it. `as_of` is the time at which the server was asked. Returns the answer's ticket.
    pub fn check_answer(&mut self, resource: &Resource<'_>, as_of: Moment) -> Option<Ticket> {
        let PendingAnswer { decision, ticket, conclusive_from } = self.answer.as_ref()?;
        let (ticket, conclusive_from) = (*ticket, (*conclusive_from)?);
        let mut offered = ActionLinks::default();
        offered.merge(resource);
        offered.get(decision)?;
        if as_of < conclusive_from {
            // The server may still carry out the request.
            self.read_at = self.read_at.min(conclusive_from);
            return None;
        }
        self.remove_answer();
        Some(ticket)
    }

    /// Removes the answer, which the server did not carry out.
    pub fn remove_answer(&mut self) {
        self.answer = None;
        self.update_stage();
    }

    /// Shows on the invitation that the server does not return it.
    pub fn set_unread(&mut self, message: &str) {
        decode::set_fact(&mut self.invitation, UNREAD, Some(&format!("can't be read: {message}")));
    }
}
