//! What the task does: takes in what comes, carries out what the user wants, and asks what is to be asked.

use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::{Session, until};
use crate::invitation::{ConversationId, Decision, InvitationId};
use crate::provider::graph::calls::Question;
use crate::provider::graph::client::Answered;
use crate::provider::graph::error::CallError;
use crate::provider::graph::notification::CallId;
use crate::provider::graph::token::TokenError;
use crate::provider::graph::token_validation::{NoKeys, ValidationError};
use crate::provider::graph::webhook::Arrival;
use crate::provider::{Command, Event, Status, Ticket};
use crate::text::DisplayText;

/// The user is told at most this often that notifications are refused.
const TELL_AGAIN: Duration = Duration::from_secs(60);

/// How soon a token that could not be renewed is tried for again.
const RENEW_AGAIN: Duration = Duration::from_secs(10);

pub(super) type Jobs = FuturesUnordered<BoxFuture<'static, Done>>;

/// Something that was asked for is done.
pub(super) enum Done {
    Answered(CallId, Ticket, Answered),
    HungUp(CallId, Ticket, Result<(), CallError>),
    Looked(CallId, Result<Value, CallError>),
    KeptAlive(CallId, Result<(), CallError>),
    /// With the number of the beginning that asked for it.
    SignedIn(u64, Result<Instant, TokenError>),
    KeysRead(u64, Result<usize, NoKeys>),
    /// A token for a call that has just begun was fetched; if there is none, its answer will tell why.
    Prepared,
}

/// Something that happens whatever the user does, and whether or not the webhook is open.
pub(super) enum Happening {
    Done(Done),
    Arrival(Arrival),
    /// Something is due.
    Time,
}

/// Backoff for the next; may be dropped at any time.
pub(super) async fn happening(
    jobs: &mut Jobs,
    arrivals: &mut mpsc::Receiver<Arrival>,
    due: Option<Instant>,
) -> Happening {
    tokio::select! {
        biased;
        // First, so that nobody who sends without end keeps a call beyond its time.
        () = until(due) => Happening::Time,
        Some(done) = jobs.next(), if !jobs.is_empty() => Happening::Done(done),
        Some(arrival) = arrivals.recv() => Happening::Arrival(arrival),
    }
}

/// What was refused, so that the user is told of it now and then.
#[derive(Default)]
pub(super) struct Refused {
    count: u64,
    told: Option<Instant>,
}

impl Session {
    pub(super) async fn arrived(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Notifications(notifications, _room) => {
                for notification in notifications {
                    self.calls.take(notification);
                }
                for tenant in self.calls.tenants() {
                    let client = self.client.clone();
                    self.jobs.push(Box::pin(async move {
                        let _ = client.sign_in(&tenant).await;
                        Done::Prepared
                    }));
                }
            }
            Arrival::Distrusted(why) => self.distrusted(why).await,
        }
    }

    pub(super) fn pass_time(&mut self) {
        self.calls.expire();
        for question in self.calls.questions() {
            let client = self.client.clone();
            self.jobs.push(Box::pin(async move {
                match question {
                    Question::Look(target) => {
                        let result = client.look(&target).await;
                        Done::Looked(target.call, result)
                    }
                    Question::KeepAlive(target) => {
                        let result = client.keep_alive(&target).await;
                        Done::KeptAlive(target.call, result)
                    }
                }
            }));
        }
    }

    pub(super) async fn command(&mut self, command: Command) {
        match command {
            Command::Answer { ticket, invitation, decision } => {
                self.answer(ticket, invitation, decision).await;
            }
            Command::HangUp { ticket, conversation } => self.hang_up(ticket, conversation).await,
            Command::Invite { ticket, .. } => {
                self.refuse(ticket, "nobody can be invited into this call").await;
            }
            Command::Send { ticket, .. } => self.refuse(ticket, "no message can be sent into a call").await,
            Command::Active | Command::Reconnect | Command::Wake | Command::SignOut => {}
        }
    }

    async fn answer(&mut self, ticket: Ticket, invitation: InvitationId, decision: Decision) {
        let (target, deadline, action) = match self.calls.ask(invitation, &decision, ticket) {
            Ok(target) => target,
            Err(why) => return self.refuse(ticket, why).await,
        };
        let client = self.client.clone();
        self.requests += 1;
        self.jobs.push(Box::pin(async move {
            let answered = client.answer(&target, &action, &deadline).await;
            Done::Answered(target.call, ticket, answered)
        }));
    }

    async fn hang_up(&mut self, ticket: Ticket, conversation: ConversationId) {
        let Some(target) = self.calls.hang_up(conversation) else {
            return self.refuse(ticket, "the call is over already").await;
        };
        let client = self.client.clone();
        self.requests += 1;
        self.jobs.push(Box::pin(async move {
            let result = client.hang_up(&target).await;
            Done::HungUp(target.call, ticket, result)
        }));
    }

    pub(super) async fn done(&mut self, done: Done) {
        match done {
            Done::Answered(call, ticket, answered) => {
                self.requests -= 1;
                self.calls.answered(&call, ticket, answered);
            }
            Done::HungUp(call, ticket, result) => {
                self.requests -= 1;
                self.calls.hung_up(&call, ticket, result);
            }
            Done::Looked(call, result) => self.calls.looked(&call, result),
            Done::KeptAlive(call, result) => self.calls.kept_alive(&call, &result),
            Done::SignedIn(beginning, _) | Done::KeysRead(beginning, _) if beginning != self.beginnings => {}
            Done::SignedIn(_, Ok(at)) => {
                self.renew_at = Some(at);
                if std::mem::take(&mut self.without_token) {
                    self.status(Status::Online { since: self.clock.now() }).await;
                }
            }
            Done::SignedIn(_, Err(error)) if error.is_passing() => {
                tracing::warn!(%error, "the token could not be renewed");
                self.renew_at = Some(Instant::now() + RENEW_AGAIN);
            }
            // Calls are still shown, but can't be answered: that is for the user to mend.
            Done::SignedIn(_, Err(error)) => {
                self.without_token = true;
                self.status(Status::Stopped(error.problem())).await;
            }
            Done::KeysRead(_, Ok(_)) | Done::Prepared => {}
            Done::KeysRead(_, Err(error)) => {
                self.event(Event::Notice(DisplayText::new(&error.to_string()))).await;
            }
        }
    }

    /// Has a token ready before it is needed: a call leaves no time to fetch one.
    pub(super) fn renew_token(&mut self) {
        self.renew_at = None;
        let (client, tenant) = (self.client.clone(), self.settings.tenant.clone());
        let beginning = self.beginnings;
        self.jobs.push(Box::pin(async move { Done::SignedIn(beginning, client.sign_in(&tenant).await) }));
    }

    pub(super) fn read_keys(&mut self) {
        let (validator, beginning) = (self.validator.clone(), self.beginnings);
        self.jobs.push(Box::pin(async move { Done::KeysRead(beginning, validator.refresh().await) }));
    }

    async fn distrusted(&mut self, why: ValidationError) {
        self.refused.count += 1;
        if self.refused.told.is_none_or(|told| told.elapsed() >= TELL_AGAIN) {
            self.refused.told = Some(Instant::now());
            tracing::warn!(%why, so_far = self.refused.count, "a notification was refused");
            let text = format!("A notification was refused: {why} ({} so far)", self.refused.count);
            self.event(Event::Notice(DisplayText::new(&text))).await;
        }
    }

    pub(super) async fn happened(&mut self, happened: Happening) {
        match happened {
            Happening::Done(done) => self.done(done).await,
            Happening::Arrival(arrival) => self.arrived(arrival).await,
            Happening::Time => self.pass_time(),
        }
    }
}
