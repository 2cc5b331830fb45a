//! The user's own part in meetings: joining their messaging, answering those who wait, and leaving a lobby.

use super::Store;
use super::effects::{Effects, Fetch};
use super::href::{Href, normalize};
use super::outcome::failure_outcome;
use crate::invitation::{Admission, ConversationId, Direction, ParticipantId};
use crate::provider::ucwa::wire::events::{Change, CompletionStatus};

impl Store {
    /// Returns the href of a conversation whose messaging the user can join now.
    #[must_use]
    pub fn joinable(&self, id: ConversationId) -> Option<Href> {
        self.conversations.joinable(id)
    }

    /// Notes that the messaging of a conversation is being joined by a request with this `operationId`. The invitation
    /// that the request creates is not shown.
    pub fn begin_join(&mut self, conversation: &Href, operation_id: String, effects: &mut Effects) {
        self.joins.add(operation_id, conversation.clone());
        self.conversations.begin_join(conversation, effects);
    }

    /// Notes the invitation that a request with this `operationId` has created.
    pub fn add_join_invitation(&mut self, operation_id: &str, invitation: &str) {
        let href = Href::from(normalize(&self.base, invitation));
        self.joins.set_invitation(operation_id, href);
    }

    /// Applies the result of the request to join the messaging of a conversation; a problem is in words for the user.
    pub fn finish_join(&mut self, conversation: &Href, problem: Option<&str>, effects: &mut Effects) {
        self.conversations.finish_join(conversation, problem, effects);
    }

    /// Tells the user why the messaging of a conversation was not joined, if they still miss it.
    pub fn report_failed_join(&self, conversation: &Href, problem: &str, effects: &mut Effects) {
        self.conversations.report_failed_join(conversation, problem, effects);
    }

    /// Returns the fetch for somebody in a lobby and the link for an answer, if that is offered now.
    #[must_use]
    pub fn admission(&self, id: ParticipantId, admission: Admission) -> Option<(Fetch, Href)> {
        self.conversations.admission(id, admission)
    }

    /// Notes that the user leaves a conversation. Whoever leaves the lobby of a meeting declines the invitation to it.
    pub fn leave(&mut self, conversation: &Href) {
        if !self.conversations.is_joined(conversation) {
            self.invitations.leave_lobby(conversation);
        }
    }

    /// Applies an event about the invitation that a request to join messaging has created: it may fail after the
    /// request succeeded.
    pub(super) fn complete_join(&mut self, conversation: &Href, change: &Change<'_>, effects: &mut Effects) {
        if change.status == Some(CompletionStatus::Failure) {
            let outcome = failure_outcome(change.reason.as_ref(), Direction::Outgoing, None);
            let problem = outcome.words();
            self.conversations.report_failed_join(conversation, &problem, effects);
            self.conversations.finish_join(conversation, Some(&problem), effects);
        }
    }
}
