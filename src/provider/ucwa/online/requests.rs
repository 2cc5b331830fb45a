//! What the user wants: one request for each decision, never repeated, and what became of it.

use std::time::Duration;

use futures_util::stream::StreamExt;
use serde::Serialize;
use tokio::time::{Instant, timeout};

use super::{Done, Online, operation_id, post};
use crate::invitation::{ConversationId, Decision, InvitationId};
use crate::provider::exchange::Response;
use crate::provider::ucwa::http::client::Body;
use crate::provider::ucwa::http::error::RequestError;
use crate::provider::ucwa::http::error_response::Operation;
use crate::provider::ucwa::store::ConversationLink;
use crate::provider::ucwa::store::{Effects, LinkError};
use crate::provider::{Command, Event, Problem, Ticket};

/// How long a request in flight is waited for when the user leaves.
const PATIENCE: Duration = Duration::from_secs(3);

impl Online<'_> {
    pub(super) fn command(&mut self, command: Command) {
        match command {
            Command::Answer { ticket, invitation, decision } => self.answer(ticket, invitation, decision),
            Command::Invite { ticket, conversation, uri } => self.invite(ticket, conversation, &uri),
            Command::Send { ticket, conversation, text } => self.send(ticket, conversation, text),
            Command::HangUp { ticket, .. } => self.refuse(ticket, "this conversation has no line to hang up"),
            Command::Active => self.session.port.note_user_activity(),
            Command::Reconnect | Command::Wake | Command::SignOut => {}
        }
    }

    fn answer(&mut self, ticket: Ticket, id: InvitationId, decision: Decision) {
        #[derive(Serialize)]
        struct Decline {
            reason: crate::invitation::Reason,
        }
        let href = match self.store.link(id, &decision) {
            Ok(href) => href,
            Err(LinkError::NotPending) => {
                return self.refuse(ticket, "it is over already, or of an earlier session");
            }
            Err(LinkError::NotOffered) => return self.refuse(ticket, "the server does not offer this now"),
        };
        let body = match &decision {
            Decision::Decline(reason) => Body::input(&Decline { reason: *reason }),
            _ => Body::None,
        };
        let operation = Operation::of(&decision);
        self.store.add_answer(id, decision, ticket);
        let (client, base) = (self.client.clone(), self.application.url.clone());
        self.requests += 1;
        self.jobs.push(Box::pin(async move {
            let result = post(&client, &base, &href, body).await;
            Done::Answered(ticket, id, result.map_err(|error| error.during(operation)))
        }));
    }

    pub(super) fn answered(
        &mut self,
        ticket: Ticket,
        id: InvitationId,
        result: Result<Response, RequestError>,
    ) {
        self.requests -= 1;
        if let Err(error) = &result {
            // Whatever was refused or lost: the server knows how the invitation stands.
            let now = self.session.port.now();
            let mut effects = Effects::default();
            let ask_at = if error.is_uncertain() {
                self.store.lose_reply(id, now)
            } else {
                self.store.remove_answer(id, &mut effects);
                now
            };
            if let Some(fetch) = self.store.fetch_invitation(id) {
                self.fetches.want_first(&fetch, self.session.port.clock().instant(ask_at), Instant::now());
            }
            self.take(effects);
        }
        self.report(ticket, result);
    }

    pub(super) fn report(&mut self, ticket: Ticket, result: Result<Response, RequestError>) {
        let event = match result {
            Ok(_) => Event::Completed(ticket),
            Err(error) if error.is_uncertain() => Event::Uncertain { ticket, problem: error.problem() },
            Err(error) => Event::Refused { ticket, problem: error.problem() },
        };
        self.outbox.push_back(event);
    }

    fn invite(&mut self, ticket: Ticket, conversation: ConversationId, uri: &str) {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct AddParticipant<'a> {
            operation_id: &'a str,
            to: &'a str,
        }
        let Some(href) = self.store.conversation_link(conversation, ConversationLink::AddParticipant) else {
            return self.refuse(ticket, "nobody can be invited into this conversation now");
        };
        let operation = operation_id();
        let body = Body::input(&AddParticipant { operation_id: &operation, to: uri });
        self.store.add_outgoing(operation, ticket);
        let (client, base) = (self.client.clone(), self.application.url.clone());
        self.request(
            ticket,
            Operation::AddParticipant,
            async move { post(&client, &base, &href, body).await },
        );
    }

    fn send(&mut self, ticket: Ticket, conversation: ConversationId, text: String) {
        let Some(href) = self.store.conversation_link(conversation, ConversationLink::SendMessage) else {
            return self.refuse(ticket, "no message can be sent into this conversation now");
        };
        let (client, base) = (self.client.clone(), self.application.url.clone());
        self.request(ticket, Operation::SendMessage, async move {
            let mut url = client.resolve(&base, &href)?;
            url.query_pairs_mut().append_pair("operationId", &operation_id());
            client.post(url, Body::Text(text)).await
        });
    }

    fn request(
        &mut self,
        ticket: Ticket,
        operation: Operation,
        request: impl Future<Output = Result<Response, RequestError>> + Send + 'static,
    ) {
        self.requests += 1;
        self.requested.insert(ticket);
        self.jobs.push(Box::pin(async move {
            Done::Requested(ticket, request.await.map_err(|error| error.during(operation)))
        }));
    }

    fn refuse(&mut self, ticket: Ticket, why: &str) {
        self.outbox.push_back(Event::Refused { ticket, problem: Problem::new(why, "") });
    }

    /// The session ends, and with it the wait for replies: what came of the requests is not known yet.
    pub(super) fn give_up_replies(&mut self) {
        let now = self.session.port.now();
        let lost = self.store.lose_all_replies(now).into_iter().chain(std::mem::take(&mut self.requested));
        for ticket in lost {
            let problem = Problem::new("the session ended before the reply", "");
            self.outbox.push_back(Event::Uncertain { ticket, problem });
        }
    }

    /// Backoff a little for what the user asked for, then signs out.
    pub(super) async fn leave(&mut self) {
        let finish = async {
            while self.requests > 0 {
                let Some(done) = self.jobs.next().await else { break };
                if self.done(done).is_err() {
                    break;
                }
            }
        };
        let _ = timeout(PATIENCE, finish).await;
        self.flush().await;
        self.application.delete(&self.client).await;
    }
}
