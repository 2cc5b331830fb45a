//! Follows the presence of those who ring and of those who take part in conversations.

use std::time::Duration;

use tokio::time::Instant;

use super::session::OnlineSession;
use super::subscription::{Links, MAX_PEOPLE, SubscriptionRequest};
use crate::provider::ucwa::http::error::RequestError;
use crate::provider::ucwa::store::Href;

/// The wait for more people before a request for a subscription.
const GATHER: Duration = Duration::from_secs(1);

impl OnlineSession<'_> {
    /// Has [`OnlineSession::follow_people`] called soon, because somebody may have come or gone.
    pub(super) fn follow_people_soon(&mut self) {
        if self.application.links.presence_subscriptions.is_some() {
            self.timers.follow_people_at(Instant::now() + GATHER);
        }
    }

    /// Sends the request for a subscription that follows from who is of interest.
    pub(super) fn follow_people(&mut self) {
        let wanted = self.store.people_of_interest(MAX_PEOPLE);
        let (request, again) = self.subscription.follow(wanted, Instant::now());
        if let Some(at) = again {
            self.timers.follow_people_at(at);
        }
        self.request_subscription(request);
    }

    /// Applies the reply to a request for a subscription.
    pub(super) fn handle_subscription(&mut self, result: Result<Option<Links>, RequestError>) {
        let created = result.map_err(|error| {
            tracing::info!(problem = %error.problem(), "the presence of others is not followed for now");
        });
        let created = created.map(|links| links.map(|it| Links { own: self.store.key(&it.own), ..it }));
        self.subscription.on_reply(created, Instant::now());
        self.follow_people_soon();
    }

    /// Applies what the server said of a subscription: that it is about to end, or has ended.
    pub(super) fn handle_subscription_changes(&mut self, expiring: &[Href], ended: &[Href]) {
        for href in ended {
            self.subscription.on_end(href);
            self.follow_people_soon();
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
