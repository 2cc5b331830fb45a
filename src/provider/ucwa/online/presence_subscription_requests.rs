//! The requests that keep the subscription to the presence of callers and participants up to date.

use std::time::Duration;

use tokio::time::Instant;

use super::presence_subscription::{MAX_PEOPLE, SubscriptionLinks, SubscriptionRequest};
use super::session::OnlineSession;
use crate::provider::ucwa::http::error::RequestError;
use crate::provider::ucwa::store::Href;

/// The wait for more people before a request for a subscription.
const BATCHING_DELAY: Duration = Duration::from_secs(1);

impl OnlineSession<'_> {
    /// Has [`OnlineSession::update_subscription`] called soon, because somebody may have come or gone.
    pub(super) fn update_subscription_soon(&mut self) {
        if self.application.links.presence_subscriptions.is_some() {
            self.timers.update_subscription_at(Instant::now() + BATCHING_DELAY);
        }
    }

    /// Updates the subscription to the people now of interest.
    pub(super) fn update_subscription(&mut self) {
        let wanted = self.store.people_of_interest(MAX_PEOPLE);
        let (request, again) = self.subscription.next_request(wanted, Instant::now());
        if let Some(at) = again {
            self.timers.update_subscription_at(at);
        }
        self.request_subscription(request);
    }

    /// Applies the reply to a request for a subscription.
    pub(super) fn handle_subscription(&mut self, result: Result<Option<SubscriptionLinks>, RequestError>) {
        let created = result.map_err(|error| {
            tracing::info!(problem = %error.problem(), "the presence of others is not subscribed to for now");
        });
        let created =
            created.map(|links| links.map(|it| SubscriptionLinks { own: self.store.key(&it.own), ..it }));
        self.subscription.on_reply(created, Instant::now());
        self.update_subscription_soon();
    }

    /// Applies the events by which subscriptions are about to end, or have ended.
    pub(super) fn handle_subscription_changes(&mut self, expiring: &[Href], ended: &[Href]) {
        for href in ended {
            self.subscription.on_end(href);
            self.update_subscription_soon();
        }
        let is_wanted = || !self.store.people_of_interest(1).is_empty();
        let requests: Vec<_> =
            expiring.iter().filter_map(|href| self.subscription.on_expiring(href, is_wanted())).collect();
        for request in requests {
            self.request_subscription(Some(request));
        }
    }

    fn request_subscription(&mut self, request: Option<SubscriptionRequest>) {
        if let (Some(request), Some(collection)) =
            (request, self.application.links.presence_subscriptions.clone())
        {
            self.jobs.subscribe(request, collection);
        }
    }
}
