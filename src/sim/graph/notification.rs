use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use url::Url;

use crate::provider::exchange::Exchange;
use crate::provider::origin::is_loopback;

/// The address of the bot's webhook, and the connection to it.
#[derive(Clone)]
pub(super) struct Webhook {
    pub exchange: Arc<dyn Exchange>,
    pub url: Url,
}

impl Webhook {
    /// Returns the address for the notifications of a call with that `callbackUri`.
    ///
    /// Notifications go to the webhook's origin or to this machine only, whatever a bot asks for: a
    /// `callbackUri` elsewhere leads to the same path at the webhook's origin, as through a reverse proxy.
    pub fn address_for(&self, callback: &Url) -> Url {
        if callback.origin() == self.url.origin() || is_loopback(callback) {
            return callback.clone();
        }
        let mut address = self.url.clone();
        address.set_path(callback.path());
        address.set_query(callback.query());
        address
    }
}

/// A notification of a call that is to be delivered.
#[derive(Clone)]
pub(super) struct OutgoingNotification {
    /// The `callbackUri` of the call, if the bot named one.
    pub callback: Option<Url>,
    pub tenant: String,
    /// The id of the call, whose notifications are delivered in order.
    pub call: String,
    pub scenario: String,
    pub chain: String,
    pub message: String,
    /// Whether it is the last one of its call.
    pub is_last: bool,
    pub body: String,
    /// The delay before the service sends the notification.
    pub wait: Duration,
    /// The notification in words, for the record.
    pub summary: String,
}

/// The notifications of one call that wait for delivery.
#[derive(Default)]
pub(super) struct DeliveryQueue {
    pub waiting: VecDeque<OutgoingNotification>,
    /// A notification that the next one overtakes.
    pub overtaken: Option<OutgoingNotification>,
    /// Whether a task delivers the notifications.
    pub is_active: bool,
}

/// A request to a webhook.
pub(super) struct WebhookRequest {
    pub url: Url,
    /// The value of `Authorization`, if there is any.
    pub authorization: Option<String>,
    pub scenario: String,
    pub chain: String,
    pub message: String,
    pub body: Bytes,
    /// The request in words, for the record.
    pub summary: String,
    /// The defect of the token, if the webhook has to refuse the request.
    pub forgery: Option<&'static str>,
    /// Whether the service gives up if the request fails.
    pub is_last_attempt: bool,
}
