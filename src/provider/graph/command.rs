//! The requests of a bot's user.

use super::bot::{Bot, Completion};
use super::client::Client;
use crate::invitation::{ConversationId, Decision, Destination, InvitationId};
use crate::provider::{Command, Event, Problem, Ticket};

impl Bot {
    /// Carries out a request of the user.
    pub fn command(&mut self, command: Command) {
        match command {
            Command::Answer { ticket, invitation, decision } => self.answer(ticket, invitation, &decision),
            Command::HangUp { ticket, conversation } => self.hang_up(ticket, conversation),
            Command::Transfer { ticket, conversation, to } => self.transfer(ticket, conversation, to),
            Command::Invite { ticket, conversation, uri } => self.invite(ticket, conversation, &uri),
            Command::Send { ticket, .. } => self.refuse(ticket, "messages can't be sent to a call"),
            Command::JoinMessages { ticket, .. } | Command::AnswerLobby { ticket, .. } => {
                self.refuse(ticket, "a bot takes part in no meeting");
            }
            Command::Leave { ticket, .. } => self.refuse(ticket, "a call is hung up"),
            Command::SetPresence { ticket, .. } => self.refuse(ticket, "a bot has no presence"),
            Command::Search { ticket, .. } => self.refuse(ticket, "a bot can't search for people"),
            Command::Start { ticket, .. } => self.refuse(ticket, "a bot can't start conversations"),
            Command::EndSearch
            | Command::Typing(_)
            | Command::Describe(_)
            | Command::ReadContactList
            | Command::MissedSeen(_)
            | Command::Active
            | Command::Reconnect
            | Command::Wake
            | Command::SignOut => {}
        }
    }

    fn answer(&mut self, ticket: Ticket, invitation: InvitationId, decision: &Decision) {
        if *decision == Decision::Cancel {
            return self.withdraw(ticket, invitation);
        }
        let job = match self.calls.answer(invitation, decision, ticket) {
            Ok(job) => job,
            Err(reason) => return self.refuse(ticket, reason),
        };
        self.request(|client| async move {
            let result = client.answer(&job).await;
            Completion::Answered(job.target.call, ticket, result)
        });
    }

    fn hang_up(&mut self, ticket: Ticket, conversation: ConversationId) {
        let Some(target) = self.calls.hang_up(conversation) else {
            return self.refuse(ticket, "the call is already over");
        };
        self.request(|client| async move {
            let result = client.hang_up(&target).await;
            Completion::HungUp(target.call, ticket, result)
        });
    }

    fn transfer(&mut self, ticket: Ticket, conversation: ConversationId, to: Destination) {
        let job = match self.calls.transfer(conversation, ticket, to) {
            Ok(job) => job,
            Err(reason) => return self.refuse(ticket, reason),
        };
        self.request(|client| async move {
            let result = client.transfer(&job).await;
            Completion::Transferred(job.target.call, ticket, result)
        });
    }

    fn invite(&mut self, ticket: Ticket, conversation: ConversationId, uri: &str) {
        let Some(to) = Destination::parse(uri) else {
            return self
                .refuse(ticket, "a call takes users by their ids and phone numbers; nothing was sent");
        };
        let job = match self.calls.invite(conversation, ticket, &to) {
            Ok(job) => job,
            Err(reason) => return self.refuse(ticket, reason),
        };
        self.request(|client| async move {
            let result = client.invite(&job).await;
            Completion::Invited(job.target.call, ticket, result)
        });
    }

    fn withdraw(&mut self, ticket: Ticket, invitation: InvitationId) {
        let job = match self.calls.withdraw(invitation, ticket) {
            Ok(job) => job,
            Err(reason) => return self.refuse(ticket, reason),
        };
        self.request(|client| async move {
            let result = client.withdraw(&job).await;
            Completion::Withdrawn(job.target.call, ticket, result)
        });
    }

    /// Starts a request of the user, whose completion is awaited before the bot leaves.
    fn request<F>(&mut self, work: impl FnOnce(Client) -> F)
    where
        F: Future<Output = Completion> + Send + 'static,
    {
        self.user_requests += 1;
        self.start(work(self.client.clone()));
    }

    fn refuse(&mut self, ticket: Ticket, reason: &str) {
        self.events.push(Event::Refused { ticket, problem: Problem::new(reason, "") });
    }
}
