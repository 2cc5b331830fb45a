//! Notifications that a test writes itself and posts to a bot, beside those of the simulator.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use rsvp::invitation::AccountId;
use rsvp::provider::Clock;
use rsvp::provider::exchange::{Exchange, Request, fetch};
use rsvp::provider::graph::RINGING_TIME;
use rsvp::provider::graph::calls::Calls;
use rsvp::provider::graph::notification::{self, Notification};
use rsvp::sim::{GraphOptions, InProcess, InProcessWebhook, Simulator};
use serde_json::{Value, json};

use super::settings;
use crate::support::TestClient;

/// Starts a bot, and returns its webhook, to which the test can post notifications of its own.
pub(super) async fn with_webhook(sim: &Simulator) -> (TestClient, InProcessWebhook) {
    let settings = settings(&GraphOptions::default());
    let webhook = InProcessWebhook::default();
    sim.graph.set_webhook(Arc::new(webhook.clone()), settings.public_url.clone());
    let mut client = TestClient::behind(sim, settings, Arc::new(InProcess::new(sim)), webhook.clone());
    client.until_online().await;
    (client, webhook)
}

/// Posts a body with a good token.
pub(super) async fn post(sim: &Simulator, webhook: &InProcessWebhook, body: impl Into<Bytes>) -> StatusCode {
    post_as(&sim.graph.authorization().unwrap(), webhook, body).await
}

/// Posts a body with any `Authorization`.
pub(super) async fn post_as(
    authorization: &str,
    webhook: &InProcessWebhook,
    body: impl Into<Bytes>,
) -> StatusCode {
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_str(authorization).unwrap());
    let url = "https://bot.example/api/calls".parse().unwrap();
    let deadline = Duration::from_secs(20);
    let request = Request { method: Method::POST, url, headers, body: body.into(), timeout: deadline };
    fetch(Arc::new(webhook.clone()) as Arc<dyn Exchange>, request).await.unwrap().status
}

pub(super) fn about(id: &str, change: &str, data: &Value) -> Value {
    json!({ "changeType": change, "resourceUrl": format!("/communications/calls/{id}"), "resourceData": data })
}

pub(super) fn notification_body(items: &[Value]) -> String {
    json!({ "value": items }).to_string()
}

pub(super) fn calls() -> Calls {
    Calls::new(AccountId(0), Clock::start(), "1cd119ab-b444-4c16-84b9-8538585d1987".into(), RINGING_TIME)
}

pub(super) fn read(item: &Value) -> Notification {
    match notification::decode(notification_body(std::slice::from_ref(item)).as_bytes()) {
        notification::NotificationBody::Notifications(mut all, _) => all.pop().unwrap(),
        other => panic!("{other:?}"),
    }
}
