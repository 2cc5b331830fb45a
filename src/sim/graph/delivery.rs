//! The delivery of notifications: in order for each call, signed when they are sent, and repeated once.

use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use tokio::time::{Instant, sleep};
use url::Url;

use super::super::fault::FaultKind;
use super::super::record::RecordedRequest;
use super::super::time::seconds;
use super::keys::claims;
use super::notification::{OutgoingNotification, WebhookRequest};
use super::notification_fault::NotificationFault;
use super::service::CallingService;
use super::state::GraphState;
use crate::provider::exchange::{Request, fetch};

/// The time within which a webhook must respond.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);
/// The delay before the service repeats a notification.
const RETRY_DELAY: Duration = Duration::from_secs(1);
/// The end of the summary of a notification that the service does not repeat again.
const GIVEN_UP: &str = "; given up";

/// When and to which address a notification was sent, for the record.
struct Sent {
    /// `None` if there is no webhook.
    url: Option<Url>,
    authorized: bool,
    at: Instant,
}

impl CallingService {
    /// Starts a task that delivers the notifications of a call.
    pub(super) fn start_delivery(&self, call: String) {
        let service = self.clone();
        tokio::spawn(async move { service.deliver_all(&call).await });
    }

    /// Delivers the notifications of a call one after the other, until none waits.
    async fn deliver_all(&self, call: &str) {
        while let Some(notification) = self.next_notification(call) {
            sleep(notification.wait).await;
            let fault = self.shared.next_fault("notify", None);
            let is_reversed = fault == Some(FaultKind::Reversed);
            let overtaken = {
                let mut state = self.lock();
                let Some(queue) = state.queues.get_mut(call) else { return };
                let overtaken = queue.overtaken.take();
                if is_reversed && overtaken.is_none() && !notification.is_last {
                    queue.overtaken = Some(notification);
                    continue;
                }
                overtaken
            };
            self.deliver(&notification, fault.filter(|_| !is_reversed)).await;
            if let Some(overtaken) = overtaken {
                self.deliver(&overtaken, None).await;
            }
        }
    }

    fn next_notification(&self, call: &str) -> Option<OutgoingNotification> {
        self.lock().next_notification(call)
    }

    /// Delivers a notification, and repeats it once if that fails.
    async fn deliver(&self, notification: &OutgoingNotification, fault: Option<FaultKind>) {
        if self.attempt(notification, fault, false).await {
            return;
        }
        sleep(RETRY_DELAY).await;
        let fault = self.shared.next_fault("notify", None);
        self.attempt(notification, fault, true).await;
    }

    /// Sends a notification that a fault may hit. Returns whether it need not be repeated: the webhook
    /// responded, and not with a status of 500 or more.
    async fn attempt(
        &self,
        notification: &OutgoingNotification,
        fault: Option<FaultKind>,
        is_last: bool,
    ) -> bool {
        let hit = fault.as_ref().map(|fault| format!(", hit by {}", fault.name())).unwrap_or_default();
        let summary = format!("{}{}{hit}", notification.summary, if is_last { ", again" } else { "" });
        let undelivered = format!("{summary}; not delivered{}", if is_last { GIVEN_UP } else { "" });
        let effect = fault.as_ref().and_then(NotificationFault::of);
        match &effect {
            Some(NotificationFault::Undelivered) => {
                self.record_undelivered(notification, 0, undelivered);
                return false;
            }
            Some(NotificationFault::Answered(status)) => {
                self.record_undelivered(notification, *status, undelivered);
                return *status < 500;
            }
            Some(NotificationFault::Held) => self.shared.next_heal().await,
            Some(NotificationFault::Delayed(wait)) => sleep(seconds(*wait)).await,
            Some(
                NotificationFault::ReplyLost | NotificationFault::ReplyLate(_) | NotificationFault::Twice,
            )
            | None => {}
        }
        let result = self.send_notification(notification, &summary, is_last).await;
        match effect {
            Some(NotificationFault::ReplyLost) => return false,
            Some(NotificationFault::ReplyLate(wait)) => sleep(seconds(wait)).await,
            Some(NotificationFault::Twice) => {
                let _ = self.send_notification(notification, &summary, is_last).await;
            }
            Some(
                NotificationFault::Undelivered
                | NotificationFault::Answered(_)
                | NotificationFault::Held
                | NotificationFault::Delayed(_),
            )
            | None => {}
        }
        result.is_ok_and(|status| status < 500)
    }

    async fn send_notification(
        &self,
        notification: &OutgoingNotification,
        summary: &str,
        is_last_attempt: bool,
    ) -> Result<u16, String> {
        let (url, authorization) = {
            let state = self.lock();
            let url = state.address_of(notification).ok_or("no webhook is set")?;
            (url, state.authorization(&notification.tenant)?)
        };
        let elsewhere = notification.callback.as_ref().filter(|callback| callback.origin() != url.origin());
        let moved = elsewhere
            .map(|callback| format!(", instead of {}", callback.origin().ascii_serialization()))
            .unwrap_or_default();
        self.send(WebhookRequest {
            url,
            authorization: Some(authorization),
            scenario: notification.scenario.clone(),
            chain: notification.chain.clone(),
            message: notification.message.clone(),
            body: notification.body.clone().into(),
            summary: format!("{summary}{moved}"),
            forgery: None,
            is_last_attempt,
        })
        .await
    }

    /// Sends a request to a webhook and returns the status of the response.
    ///
    /// # Errors
    /// Returns an error if no webhook is set, or the request fails; in words.
    pub(super) async fn send(&self, request: WebhookRequest) -> Result<u16, String> {
        let webhook = self.lock().webhook.clone().ok_or("no webhook is set")?;
        let headers = headers(&request)?;
        let authorized = headers.contains_key(AUTHORIZATION);
        let sent = Sent { url: Some(request.url.clone()), authorized, at: Instant::now() };
        let result = fetch(
            webhook.exchange,
            Request {
                method: Method::POST,
                url: request.url,
                headers,
                body: request.body.clone(),
                timeout: RESPONSE_TIMEOUT,
            },
        )
        .await;
        let (status, mut summary) = match &result {
            Ok(response) => (response.status.as_u16(), request.summary),
            Err(failure) => (0, format!("{}: {failure}", request.summary)),
        };
        if request.is_last_attempt && !(1..500).contains(&status) {
            summary.push_str(GIVEN_UP);
        }
        let complaint = request.forgery.filter(|_| (200..300).contains(&status));
        let complaint = complaint.map(|defect| {
            format!("the webhook accepted an invalid token: {defect} (Authenticate the callback)")
        });
        self.record(&sent, &request.body, status, summary, complaint);
        result.map(|response| response.status.as_u16()).map_err(|failure| failure.to_string())
    }

    /// Records a notification that a fault kept from being sent.
    fn record_undelivered(&self, notification: &OutgoingNotification, status: u16, summary: String) {
        let url = self.lock().address_of(notification);
        let sent = Sent { url, authorized: false, at: Instant::now() };
        self.record(&sent, notification.body.as_bytes(), status, summary, None);
    }

    fn record(&self, sent: &Sent, body: &[u8], status: u16, summary: String, complaint: Option<String>) {
        let origin = sent.url.as_ref().map(|url| url.origin().ascii_serialization());
        let target = sent.url.as_ref().map(|url| url.path().to_owned());
        self.shared.record_exchange(RecordedRequest {
            method: "NOTIFY".into(),
            origin: origin.unwrap_or_default(),
            target: target.unwrap_or_default(),
            resource: "notify".into(),
            number: None,
            client: String::new(),
            authorized: sent.authorized,
            body: String::from_utf8_lossy(body).into_owned(),
            status,
            summary,
            complaint,
            response: String::new(),
            at: sent.at,
            time: Timestamp::now(),
            is_claimed: false,
        });
    }
}

fn headers(request: &WebhookRequest) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let authorization = request.authorization.as_ref().map(|value| (AUTHORIZATION, value));
    let fields = [
        (HeaderName::from_static("scenario-id"), &request.scenario),
        (HeaderName::from_static("x-microsoft-skype-chain-id"), &request.chain),
        (HeaderName::from_static("x-microsoft-skype-message-id"), &request.message),
    ];
    for (name, value) in fields.into_iter().chain(authorization) {
        let mut value = HeaderValue::from_str(value).map_err(|error| error.to_string())?;
        value.set_sensitive(name == AUTHORIZATION);
        headers.insert(name, value);
    }
    Ok(headers)
}

impl GraphState {
    /// Moves the notifications of the outbox to the queues of their calls, and returns the ids of the calls
    /// whose delivery has to be started. Without a webhook, the notifications are dropped.
    pub fn queue_notifications(&mut self) -> Vec<String> {
        let notifications = std::mem::take(&mut self.outbox);
        let mut idle = Vec::new();
        for notification in notifications.into_iter().filter(|_| self.webhook.is_some()) {
            let call = notification.call.clone();
            let queue = self.queues.entry(call.clone()).or_default();
            queue.waiting.push_back(notification);
            if !std::mem::replace(&mut queue.is_active, true) {
                idle.push(call);
            }
        }
        idle
    }

    /// Takes the next notification of a call. When none waits, the queue becomes inactive, and is removed
    /// unless it still holds one to be overtaken.
    fn next_notification(&mut self, call: &str) -> Option<OutgoingNotification> {
        let queue = self.queues.get_mut(call)?;
        let next = queue.waiting.pop_front();
        if next.is_none() {
            queue.is_active = false;
            if queue.overtaken.is_none() {
                self.queues.remove(call);
            }
        }
        next
    }

    /// Returns the address of a notification: that of its call, or that of the webhook.
    fn address_of(&self, notification: &OutgoingNotification) -> Option<Url> {
        let webhook = self.webhook.as_ref()?;
        let callback = notification.callback.as_ref();
        Some(callback.map_or_else(|| webhook.url.clone(), |callback| webhook.address_for(callback)))
    }

    /// Returns the value of `Authorization` of a notification for that tenant, valid for an hour from now.
    ///
    /// # Errors
    /// Returns an error if the token cannot be signed.
    pub fn authorization(&self, tenant: &str) -> Result<String, String> {
        let claims = claims(&self.options.client_id, tenant);
        Ok(format!("Bearer {}", self.keys.published()?.sign(&self.keys.header(), &claims)?))
    }
}
