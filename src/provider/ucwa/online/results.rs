//! The results of requests.

use http::StatusCode;
use http::header::LOCATION;
use tokio::time::Instant;

use super::end::SessionEnd;
use super::fetches::{Retry, SentFetch};
use super::jobs::{Completion, ReloadResult};
use super::session::OnlineSession;
use crate::invitation::{InvitationId, Moment};
use crate::provider::exchange::Response;
use crate::provider::ucwa::http::caching::Caching;
use crate::provider::ucwa::http::error::RequestError;
use crate::provider::ucwa::http::token::TokenError;
use crate::provider::ucwa::store::{Effects, FetchFailure};
use crate::provider::ucwa::wire::Document;
use crate::provider::{Event, Ticket};

impl OnlineSession<'_> {
    /// Applies the result of a request.
    ///
    /// # Errors
    /// Returns an error if the result ends the session.
    pub(super) fn handle_completion(&mut self, completion: Completion) -> Result<(), SessionEnd> {
        match completion {
            Completion::Answer { ticket, invitation, result } => {
                self.handle_answer_reply(ticket, invitation, &result)?;
            }
            Completion::Request { ticket, result } => self.handle_reply(ticket, &result)?,
            Completion::Search { ticket, result } => self.handle_found(ticket, &result)?,
            Completion::Presence { ticket, index, result } => self.handle_presence(ticket, index, &result)?,
            Completion::OwnPresence { ticket, result } => {
                // Whether or not the reply arrived, the server knows the presence.
                if let Some(fetch) = self.store.fetch_own_presence() {
                    self.fetches.enqueue_fresh(fetch, Instant::now());
                }
                self.handle_reply(ticket, &result)?;
            }
            Completion::Message { ticket, result } => self.handle_message_reply(ticket, &result)?,
            Completion::Fetch { sent, sent_at, result } => self.handle_fetched(&sent, sent_at, &result)?,
            Completion::MessagingJoined { join, result } => self.handle_joined(&join, &result)?,
            Completion::LobbyAnswered { ticket, fetch, result } => {
                self.handle_lobby_reply(ticket, &fetch, &result)?;
            }
            Completion::TokenRenewed(result) => self.handle_renewal(result)?,
            Completion::SettingsReloaded(result) => self.handle_reload(*result)?,
            Completion::Subscription(result) => self.handle_subscription(result),
            Completion::MissedMarked
            | Completion::SubscriptionChanged
            | Completion::ActivityReported
            | Completion::TypingReported => {}
        }
        Ok(())
    }

    fn handle_answer_reply(
        &mut self,
        ticket: Ticket,
        id: InvitationId,
        result: &Result<Response, RequestError>,
    ) -> Result<(), SessionEnd> {
        self.pending.remove_answer();
        if let Err(error) = result {
            // Whether the answer was refused or its reply lost, the server knows the invitation's state.
            let now = self.context.port.now();
            let mut effects = Effects::default();
            let read_at = if error.is_uncertain() {
                self.store.mark_reply_lost(id, now)
            } else {
                self.store.remove_answer(id, &mut effects);
                now
            };
            if let Some(fetch) = self.store.fetch_invitation(id) {
                let read_at = self.context.port.clock().instant(read_at);
                self.fetches.enqueue_first(&fetch, read_at, Instant::now());
            }
            self.perform(effects);
        }
        self.report(ticket, result);
        self.probe_if_application_gone(result)
    }

    pub(super) fn handle_reply(
        &mut self,
        ticket: Ticket,
        result: &Result<Response, RequestError>,
    ) -> Result<(), SessionEnd> {
        if result.as_ref().is_err_and(|error| !error.is_uncertain()) {
            self.store.remove_outgoing(ticket);
        }
        if self.pending.remove(ticket) {
            self.report(ticket, result);
        }
        self.probe_if_application_gone(result)
    }

    /// Reports that a message was sent, and expects the event that tells what became of it.
    fn handle_message_reply(
        &mut self,
        ticket: Ticket,
        result: &Result<Response, RequestError>,
    ) -> Result<(), SessionEnd> {
        let outcome = self.handle_reply(ticket, result);
        let location = result.as_ref().ok().and_then(|response| response.headers.get(LOCATION));
        if let Some(location) = location.and_then(|value| value.to_str().ok()) {
            let mut effects = Effects::default();
            self.store.add_sent_message(location, ticket, &mut effects);
            self.perform(effects);
        }
        outcome
    }

    /// Emits the result of a request of the user.
    pub(super) fn report<T>(&mut self, ticket: Ticket, result: &Result<T, RequestError>) {
        self.outbox.push_back(match result {
            Ok(_) => Event::Completed(ticket),
            Err(error) if error.is_uncertain() => Event::Uncertain { ticket, problem: error.problem() },
            Err(error) => Event::Refused { ticket, problem: error.problem() },
        });
    }

    /// Reads the application if a response says that it is gone.
    pub(super) fn probe_if_application_gone<T>(
        &mut self,
        result: &Result<T, RequestError>,
    ) -> Result<(), SessionEnd> {
        match result {
            Err(RequestError::Refused(response)) if response.has_subcode("ApplicationNotFound") => {
                let step = self.channel.verify_application();
                self.take_step(step)
            }
            _ => Ok(()),
        }
    }

    fn handle_fetched(
        &mut self,
        sent: &SentFetch,
        sent_at: Moment,
        result: &Result<Response, RequestError>,
    ) -> Result<(), SessionEnd> {
        if !self.fetches.is_current(sent) {
            return Ok(());
        }
        let (fetch, now) = (&sent.fetch, self.now());
        let retry = match result {
            Err(error) if error.is_transient() => self.fetches.retry(fetch, now.instant),
            _ => {
                self.fetches.complete(fetch, now.instant);
                Retry::Never
            }
        };
        let mut effects = Effects::default();
        if let Ok(response) = result {
            self.store.keep(fetch, Caching::of(&response.headers), now.moment);
        }
        match result {
            Ok(response) if response.status == StatusCode::NOT_MODIFIED => {
                self.store.apply_unchanged(fetch, now.moment, &mut effects);
            }
            Ok(response) => match Document::of(response).resource() {
                Ok(resource) => {
                    self.store.apply_fetched(fetch, &resource, sent_at, now.moment, &mut effects);
                }
                Err(error) => tracing::warn!(%error, "a resource could not be decoded and was left out"),
            },
            Err(RequestError::Refused(response)) if response.status == StatusCode::NOT_FOUND => {
                if response.is_gone() {
                    let known_up_to = self.channel.known_up_to(now);
                    self.store.apply_missing(fetch, now.moment, known_up_to, &mut effects);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a resource could not be fetched");
                let problem = error.problem();
                let failure =
                    FetchFailure { message: problem.message.as_str(), is_transient: error.is_transient() };
                match retry {
                    Retry::Later => self.store.apply_transient_failure(fetch, failure, &mut effects),
                    Retry::Never => self.store.apply_failure(fetch, failure, now.moment, &mut effects),
                }
            }
        }
        self.perform(effects);
        self.snapshot.fetch_applied(self.store.is_unclear(), now.instant);
        self.probe_if_application_gone(result)
    }

    fn handle_renewal(&mut self, result: Result<Option<Instant>, TokenError>) -> Result<(), SessionEnd> {
        match result {
            Ok(next) => self.timers.renew_token_at(next),
            // A secret that can't be read now may be readable before the token expires.
            Err(error) if error.is_transient() || matches!(error, TokenError::Secret(_)) => {
                tracing::warn!(%error, "the token could not be renewed; trying again");
                self.timers.renew_token_again(error.retry_after(), Instant::now());
            }
            Err(error) => return Err(SessionEnd::Stopped(error.problem())),
        }
        Ok(())
    }

    fn handle_reload(&mut self, result: ReloadResult) -> Result<(), SessionEnd> {
        let before = self.context.settings.clone();
        let notice = self.context.settings.apply(result);
        self.outbox.extend(notice.map(Event::Notice));
        if *self.context.settings != before {
            return Err(SessionEnd::SettingsChanged);
        }
        self.jobs.renew_token(true);
        Ok(())
    }
}
