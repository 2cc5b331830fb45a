//! The user's part in meetings: joining their messaging, and answering those who wait in the lobby.

use tokio::time::Instant;

use super::end::SessionEnd;
use super::jobs::operation_id;
use super::join_request::{JoinReply, JoinRequest};
use super::session::OnlineSession;
use crate::invitation::{Admission, ConversationId, ParticipantId};
use crate::provider::exchange::Response;
use crate::provider::ucwa::http::error::RequestError;
use crate::provider::ucwa::store::{Effects, Fetch, Href};
use crate::provider::{Event, Problem, Ticket};

/// The problem of a conversation whose messaging does not offer to be joined.
const NOT_OFFERED: &str = "the server offers no messages there now";

impl OnlineSession<'_> {
    /// Joins the messaging of a conversation at the request of the user.
    pub(super) fn join_messages(&mut self, ticket: Ticket, id: ConversationId) {
        let Some(conversation) = self.store.joinable(id) else { return self.refuse(ticket, NOT_OFFERED) };
        self.pending.add(ticket);
        self.join_messaging(conversation, Some(ticket));
    }

    /// Joins the messaging of a conversation. Whoever accepted a meeting takes part only once they have joined a
    /// modality.
    pub(super) fn join_messaging(&mut self, conversation: Href, ticket: Option<Ticket>) {
        let join = JoinRequest { conversation, operation_id: operation_id(), ticket };
        let mut effects = Effects::default();
        self.store.begin_join(&join.conversation, join.operation_id.clone(), &mut effects);
        self.perform(effects);
        self.jobs.join_messaging(join);
    }

    /// Applies the reply to the request to join the messaging of a conversation.
    ///
    /// # Errors
    /// Returns an error if the reply ends the session.
    pub(super) fn handle_joined(
        &mut self,
        join: &JoinRequest,
        result: &Result<JoinReply, RequestError>,
    ) -> Result<(), SessionEnd> {
        let problem = match result {
            Ok(JoinReply::NotOffered) => Some(Problem::new(NOT_OFFERED, "")),
            Ok(JoinReply::Invited(location)) => {
                if let Some(location) = location {
                    self.store.add_join_invitation(&join.operation_id, location);
                }
                None
            }
            Ok(JoinReply::Connected) => None,
            Err(error) => Some(error.problem()),
        };
        let mut effects = Effects::default();
        let words = problem.as_ref().map(ToString::to_string);
        self.store.finish_join(&join.conversation, words.as_deref(), &mut effects);
        if let Some(words) = words {
            tracing::warn!(problem = %words, "the messaging of a conversation could not be joined");
            if join.ticket.is_none() {
                self.store.report_failed_join(&join.conversation, &words, &mut effects);
            }
        }
        self.perform(effects);
        if let Some(ticket) = join.ticket.filter(|ticket| self.pending.remove(*ticket)) {
            match problem.filter(|_| result.is_ok()) {
                Some(problem) => self.outbox.push_back(Event::Refused { ticket, problem }),
                None => self.report(ticket, result),
            }
        }
        self.probe_if_application_gone(result)
    }

    /// Answers somebody who waits in the lobby of a meeting.
    pub(super) fn answer_lobby(&mut self, ticket: Ticket, id: ParticipantId, admission: Admission) {
        match self.store.admission(id, admission) {
            Some((fetch, href)) => {
                self.jobs.answer_lobby(ticket, href, fetch);
                self.pending.add(ticket);
            }
            None => self.refuse(ticket, "they no longer wait, or the server does not allow it now"),
        }
    }

    /// Applies the reply to an answer to somebody in a lobby. If it failed, the server knows whether they still wait.
    ///
    /// # Errors
    /// Returns an error if the reply ends the session.
    pub(super) fn handle_lobby_reply(
        &mut self,
        ticket: Ticket,
        fetch: &Fetch,
        result: &Result<Response, RequestError>,
    ) -> Result<(), SessionEnd> {
        let outcome = self.handle_reply(ticket, result);
        if result.is_err() {
            self.fetches.enqueue_fresh(fetch.clone(), Instant::now());
        }
        outcome
    }
}
