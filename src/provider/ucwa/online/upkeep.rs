//! What has to be done besides: resources that were only linked, tokens before they end, the user's presence,
//! and invitations of whose end nothing was heard.

use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;
use url::Url;

use super::fetches::{Retry, Sent};
use super::{Done, HELD, Online, SETTLING, Settling, get, operation_id, post};
use crate::invitation::Moment;
use crate::provider::Problem;
use crate::provider::exchange::Response;
use crate::provider::ucwa::Activity;
use crate::provider::ucwa::http::client::{Body, Client};
use crate::provider::ucwa::http::error::RequestError;
use crate::provider::ucwa::http::error_response::Operation;
use crate::provider::ucwa::store::{Effects, FetchFailure, Href};
use crate::provider::ucwa::wire::Document;

/// The server takes the user for inactive after five minutes; the reference asks for four at most.
pub(super) const ACTIVITY: Duration = Duration::from_secs(210);

/// How soon a renewal that failed is tried again.
pub(super) const RENEW_AGAIN: Duration = Duration::from_secs(15);

/// How often pending invitations are looked over for ones that should have ended.
const HOUSEKEEPING: Duration = Duration::from_secs(1);

impl Online<'_> {
    /// Sends the fetches that are due and within the budget.
    pub(super) fn send_fetches(&mut self) {
        let now = Instant::now();
        while self.session.upkeep.next_at(now) <= now {
            let Some(sent) = self.fetches.next(now) else { return };
            self.session.upkeep.reserve(now);
            let sent_at = self.session.port.now();
            let (client, base) = (self.client.clone(), self.application.url.clone());
            self.jobs.push(Box::pin(async move {
                let result = get_resource(&client, &base, sent.fetch.href()).await;
                Done::Fetched(sent, sent_at, result)
            }));
        }
    }

    /// Gets all that is known anew: events may have been lost.
    pub(super) fn read_all(&mut self) {
        let now = Instant::now();
        for fetch in self.store.fetch_all() {
            self.fetches.want_anew(fetch, now);
        }
    }

    pub(super) fn fetched(&mut self, sent: &Sent, sent_at: Moment, result: Result<Response, RequestError>) {
        if !self.fetches.awaits(sent) {
            return;
        }
        let fetch = &sent.fetch;
        let mut effects = Effects::default();
        let now = self.session.port.now();
        let retry = match &result {
            Err(error) if error.is_transient() => self.fetches.failed(fetch, Instant::now()),
            _ => {
                self.fetches.answered(fetch, Instant::now());
                Retry::Never
            }
        };
        match result {
            Ok(response) => match Document::of(&response).resource() {
                Ok(resource) => self.store.apply_fetched(fetch, &resource, sent_at, now, &mut effects),
                Err(error) => tracing::warn!(%error, "a resource makes no sense and was left out"),
            },
            Err(RequestError::Refused(refusal)) if refusal.status == http::StatusCode::NOT_FOUND => {
                if refusal.has_subcode("ApplicationNotFound") {
                    self.is_doubted = true;
                } else {
                    self.store.apply_missing(fetch, now, self.heard_up_to(), &mut effects);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a resource could not be fetched");
                let problem = error.problem();
                let why =
                    FetchFailure { message: problem.message.as_str(), is_transient: error.is_transient() };
                match retry {
                    Retry::Later => self.store.apply_transient_failure(fetch, why, &mut effects),
                    Retry::Never => self.store.apply_failure(fetch, why, now, &mut effects),
                }
            }
        }
        self.take(effects);
        if self.settling == Settling::Told {
            self.settle();
        }
    }

    /// An accepted meeting is only joined once we take part in one of its modalities.
    pub(super) fn join_messaging(&mut self, conversation: &str) {
        let (client, base) = (self.client.clone(), self.application.url.clone());
        let conversation = Href::from(conversation);
        self.jobs.push(Box::pin(async move {
            let problem = join_messaging(&client, &base, &conversation).await.err();
            Done::Joined(conversation, problem.map(|error| error.during(Operation::AddMessaging).problem()))
        }));
    }

    /// Takes in what became of joining a conversation's messaging.
    pub(super) fn joined(&mut self, conversation: &Href, problem: Option<&Problem>) {
        if let Some(problem) = problem {
            tracing::warn!(%problem, "the messaging of a conversation could not be joined");
        }
        let mut effects = Effects::default();
        self.store.apply_messaging_joined(conversation, problem, &mut effects);
        self.take(effects);
    }

    pub(super) fn wake(&self) -> Instant {
        let now = Instant::now();
        let housekeeping = (self.store.has_pending()).then_some(self.housekeeping_at);
        let fetches = self.fetches.due_at(now).map(|at| at.max(self.session.upkeep.next_at(now)));
        [self.renew_at, self.announce_at, self.settle_at, housekeeping, fetches]
            .into_iter()
            .flatten()
            .fold(self.activity_at, Instant::min)
    }

    pub(super) fn timers(&mut self) {
        let now = Instant::now();
        if self.activity_at <= now {
            self.activity_at = now + ACTIVITY;
            self.report_activity();
        }
        if self.renew_at.is_some_and(|at| at <= now) {
            self.renew_at = None;
            self.renew_token(false);
        }
        if self.announce_at.is_some_and(|at| at <= now) {
            match self.held_for(HELD) {
                Ok(()) => self.tell_online(),
                Err(later) => self.announce_at = Some(later),
            }
        }
        if self.settle_at.is_some_and(|at| at <= now) {
            match self.held_for(SETTLING) {
                Err(later) if self.settling == Settling::Waiting => self.settle_at = Some(later),
                _ => {
                    self.settle_at = None;
                    self.settling = Settling::Done;
                    let snapshot = self.store.snapshot();
                    self.outbox.push_back(snapshot);
                }
            }
        }
        if self.housekeeping_at <= now {
            self.housekeeping_at = now + HOUSEKEEPING;
            for fetch in self.store.overdue(self.session.port.now()) {
                self.fetches.want(fetch, now);
            }
        }
    }

    fn report_activity(&mut self) {
        let wanted = match self.session.settings.activity {
            Activity::Always => true,
            Activity::Keys => self.session.port.take_user_activity(),
        };
        let Some(url) = self.application.report_my_activity.clone().filter(|_| wanted) else { return };
        let client = self.client.clone();
        self.jobs.push(Box::pin(async move {
            if let Err(error) = client.post(url, Body::None).await {
                let problem = error.during(Operation::ReportActivity).problem();
                tracing::warn!(%problem, "the server could not be told that the user is active");
            }
            Done::Aside
        }));
    }

    /// Renews the token if it is due, or in any case: a clock that stood still does not tell what is due.
    pub(super) fn renew_token(&mut self, now: bool) {
        let (client, url) = (self.client.clone(), self.application.url.clone());
        self.jobs.push(Box::pin(async move { Done::Renewed(client.renew_token(&url, now).await) }));
    }
}

/// Gets what can be read as a resource.
async fn get_resource(client: &Client, base: &Url, href: &str) -> Result<Response, RequestError> {
    let response = get(client, base, href).await?;
    Document::of(&response).resource()?;
    Ok(response)
}

async fn join_messaging(client: &Client, base: &Url, conversation: &str) -> Result<(), RequestError> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct AddMessaging {
        operation_id: String,
    }
    let response = get(client, base, conversation).await?;
    let Some(messaging) = link_in(&response, "messaging") else { return Ok(()) };
    let response = get(client, base, &messaging).await?;
    let Some(add_messaging) = link_in(&response, "addMessaging") else { return Ok(()) };
    post(client, base, &add_messaging, Body::input(&AddMessaging { operation_id: operation_id() })).await?;
    Ok(())
}

fn link_in(response: &Response, rel: &str) -> Option<String> {
    Document::of(response).resource().ok()?.href(rel).map(str::to_owned)
}
