//! The user's commands. A request that changes something is never repeated.

use serde::Serialize;
use tokio::time::Instant;

use super::end::SessionEnd;
use super::jobs::operation_id;
use super::session::OnlineSession;
use crate::invitation::{ConversationId, Decision, InvitationId, PreferredAvailability, Reason};
use crate::provider::ucwa::http::client::Body;
use crate::provider::ucwa::http::error_response::Operation;
use crate::provider::ucwa::store::{ConversationLink, Effects, LinkError};
use crate::provider::{Command, Event, Problem, Ticket};

impl OnlineSession<'_> {
    /// Carries out a command; [`Command::SignOut`] is handled by the loop.
    ///
    /// # Errors
    /// Returns an error if the channel ends the session.
    pub(super) fn handle_command(&mut self, command: Command) -> Result<(), SessionEnd> {
        match command {
            Command::Answer { ticket, invitation, decision } => self.answer(ticket, invitation, decision),
            Command::Invite { ticket, conversation, uri } => self.invite(ticket, conversation, &uri),
            Command::Search { ticket, text } => self.search_for(ticket, text),
            Command::EndSearch => self.search.end(),
            Command::Start { ticket, to, subject, message } => {
                self.start_conversation(ticket, &to, &subject, &message);
            }
            Command::Send { ticket, conversation, text } => self.send_message(ticket, conversation, text),
            Command::Typing(conversation) => {
                let link = self.store.conversation_link(conversation, ConversationLink::SetIsTyping);
                if let Some(href) = link {
                    self.jobs.report_typing(href);
                }
            }
            Command::JoinMessages { ticket, conversation } => self.join_messages(ticket, conversation),
            Command::AnswerLobby { ticket, participant, admission } => {
                self.answer_lobby(ticket, participant, admission);
            }
            Command::Leave { ticket, conversation } => self.leave(ticket, conversation),
            Command::SetPresence { ticket, presence } => self.set_presence(ticket, presence),
            Command::HangUp { ticket, .. } => {
                self.refuse(ticket, "this conversation is not a call, so there is nothing to hang up");
            }
            Command::Transfer { ticket, .. } => {
                self.refuse(ticket, "only a call that a bot has answered can be transferred");
            }
            Command::Describe(address) => {
                let mut effects = Effects::default();
                self.store.describe(&address, self.context.port.now(), &mut effects);
                self.perform(effects);
            }
            Command::ReadContactList => {
                let mut effects = Effects::default();
                self.store.read_contact_list(&mut effects);
                self.perform(effects);
            }
            Command::MissedSeen(numbers) => {
                let marks = self.store.take_marks(&numbers);
                self.jobs.mark_read(marks);
            }
            Command::Active => self.context.port.note_user_activity(),
            Command::Reconnect => {
                // The token is renewed once the settings are read, because the password may have been corrected.
                self.jobs.reload_settings(self.context.settings.reload());
                return self.reconnect();
            }
            Command::Wake => {
                // The runtime's clock stopped while the machine was asleep, so that the token may have expired.
                self.jobs.renew_token(true);
                return self.reconnect();
            }
            Command::SignOut => {}
        }
        Ok(())
    }

    /// Repeats the requests whose connections are dead, except the user's own.
    fn reconnect(&mut self) -> Result<(), SessionEnd> {
        self.client.forget_connections();
        self.fetches.restart(Instant::now());
        let step = self.channel.abandon_request();
        self.take_step(step)
    }

    fn answer(&mut self, ticket: Ticket, id: InvitationId, decision: Decision) {
        #[derive(Serialize)]
        struct Decline {
            reason: Reason,
        }
        let href = match self.store.answer_link(id, &decision) {
            Ok(href) => href,
            Err(LinkError::NotPending) => {
                return self.refuse(ticket, "it has already ended, or belongs to an earlier session");
            }
            Err(LinkError::NotOffered) => return self.refuse(ticket, "the server does not offer this now"),
        };
        let body = match &decision {
            Decision::Decline(reason) => Body::input(&Decline { reason: *reason }),
            _ => Body::None,
        };
        self.jobs.answer(ticket, id, href, body, Operation::of(&decision));
        self.pending.add_answer();
        self.store.add_answer(id, decision, ticket);
    }

    fn invite(&mut self, ticket: Ticket, conversation: ConversationId, uri: &str) {
        let Some(href) = self.store.conversation_link(conversation, ConversationLink::AddParticipant) else {
            return self.refuse(ticket, "no one can be invited to this conversation right now");
        };
        let operation_id = operation_id();
        self.jobs.add_participant(ticket, href, &operation_id, uri);
        self.pending.add(ticket);
        self.store.add_outgoing(operation_id, ticket);
    }

    fn send_message(&mut self, ticket: Ticket, conversation: ConversationId, text: String) {
        let Some(href) = self.store.conversation_link(conversation, ConversationLink::SendMessage) else {
            return self.refuse(ticket, "messages can't be sent to this conversation right now");
        };
        self.jobs.send_message(ticket, href, text);
        self.pending.add(ticket);
    }

    fn leave(&mut self, ticket: Ticket, conversation: ConversationId) {
        let Some(href) = self.store.conversation_link(conversation, ConversationLink::Conversation) else {
            return self.refuse(ticket, "the conversation has already ended");
        };
        self.store.leave(&href);
        self.jobs.leave(ticket, href);
        self.pending.add(ticket);
    }

    fn set_presence(&mut self, ticket: Ticket, presence: Option<PreferredAvailability>) {
        let Some(href) = self.store.presence_link() else {
            return self.refuse(ticket, "the server does not let you set it now");
        };
        self.jobs.set_presence(ticket, href, presence);
        self.pending.add(ticket);
    }

    pub(super) fn refuse(&mut self, ticket: Ticket, why: &str) {
        self.outbox.push_back(Event::Refused { ticket, problem: Problem::new(why, "") });
    }
}
