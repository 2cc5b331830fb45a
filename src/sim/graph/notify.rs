//! Notifications on their way out: in order for each call, signed when they leave, and tried again once.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use tokio::time::{Instant, sleep};
use url::Url;

use super::super::{FaultKind, Recorded, Simulator, seconds};
use super::keys::claims;
use crate::provider::exchange::{Exchange, Request, fetch};

/// How long a webhook has time to answer.
const DEADLINE: Duration = Duration::from_secs(10);
/// How long the service waits before it tries again.
const AGAIN_AFTER: Duration = Duration::from_secs(1);
/// What is noted of a notification that nobody tries to deliver any more.
const GIVEN_UP: &str = "; given up";

/// Where notifications go, and by which way.
#[derive(Clone)]
pub(super) struct Webhook {
    pub exchange: Arc<dyn Exchange>,
    pub url: Url,
}

/// A notification that is to go out.
#[derive(Clone)]
pub(super) struct Notice {
    /// Where to, if not to the usual address.
    pub url: Option<Url>,
    pub tenant: String,
    /// What it has to keep its place in: the call's id.
    pub lane: String,
    pub scenario: String,
    pub chain: String,
    pub message: String,
    /// Whether nothing comes after it.
    pub last: bool,
    pub body: String,
    /// How long the service takes before it tells.
    pub wait: Duration,
    pub what: String,
}

/// Where and when a notification went out, for the record.
struct Sent {
    /// Nothing where there is no webhook.
    url: Option<Url>,
    authorized: bool,
    at: Instant,
}

/// The notifications about one call.
#[derive(Default)]
pub(super) struct Lane {
    waiting: VecDeque<Notice>,
    /// One that has to let the next one pass.
    held: Option<Notice>,
    /// Whether somebody is delivering.
    busy: bool,
}

impl Lane {
    /// Whether something is being delivered.
    pub fn is_busy(&self) -> bool {
        self.busy
    }
}

/// What a request to a webhook is made of.
pub(super) struct Parcel {
    pub url: Url,
    pub authorization: Option<String>,
    pub scenario: String,
    pub chain: String,
    pub message: String,
    pub body: Bytes,
    /// What it is, for the record.
    pub what: String,
    /// Whether nobody tries again if it fails.
    pub last_try: bool,
}

impl Simulator {
    /// The next of a lane, and the one that it may pass.
    fn next_of(&self, lane: &str) -> Option<Notice> {
        let mut world = self.lock();
        let lanes = &mut world.graph.lanes;
        let queue = lanes.get_mut(lane)?;
        let next = queue.waiting.pop_front();
        if next.is_none() {
            queue.busy = false;
            if queue.held.is_none() {
                lanes.remove(lane);
            }
        }
        next
    }

    /// Delivers what waits in a lane, one after the other.
    pub(super) async fn drive(&self, lane: &str) {
        while let Some(notice) = self.next_of(lane) {
            sleep(notice.wait).await;
            let mut kind = self.next_notification_fault();
            let held = {
                let mut world = self.lock();
                let Some(queue) = world.graph.lanes.get_mut(lane) else { return };
                let held = queue.held.take();
                if kind == Some(FaultKind::Reversed) && held.is_none() && !notice.last {
                    queue.held = Some(notice);
                    continue;
                }
                held
            };
            if kind == Some(FaultKind::Reversed) {
                kind = None;
            }
            self.deliver(&notice, kind).await;
            if let Some(held) = held {
                self.deliver(&held, None).await;
            }
        }
    }

    fn next_notification_fault(&self) -> Option<FaultKind> {
        self.with(|world| world.faults.next_fault("notify", None))
    }

    /// Delivers it, if need be at the second try.
    async fn deliver(&self, notice: &Notice, kind: Option<FaultKind>) {
        if self.arrives(notice, kind, false).await {
            return;
        }
        sleep(AGAIN_AFTER).await;
        let kind = self.next_notification_fault();
        self.arrives(notice, kind, true).await;
    }

    /// Whether it got there, and the webhook did not fail.
    async fn arrives(&self, notice: &Notice, kind: Option<FaultKind>, again: bool) -> bool {
        let hit = kind.as_ref().map(|kind| format!(", hit by {kind:?}")).unwrap_or_default();
        let what = format!("{}{}{hit}", notice.what, if again { ", again" } else { "" });
        let not_delivered = format!("{what}; not delivered{}", if again { GIVEN_UP } else { "" });
        match &kind {
            Some(FaultKind::Refused | FaultKind::Reset) => {
                self.recorded_notice(notice, 0, not_delivered);
                return false;
            }
            Some(FaultKind::Answer { status, .. }) => {
                self.recorded_notice(notice, *status, not_delivered);
                return *status < 500;
            }
            Some(FaultKind::BlackHole) => {
                let healed = self.lock().healed;
                self.until(|sim| sim.lock().healed > healed).await;
            }
            Some(FaultKind::Delay(wait)) => sleep(seconds(*wait)).await,
            _ => {}
        }
        let sent = self.send_notice(notice, &what, again).await;
        match kind {
            Some(FaultKind::LostReply) => return false,
            Some(FaultKind::Late(wait)) => sleep(seconds(wait)).await,
            Some(FaultKind::Twice) => {
                let _ = self.send_notice(notice, &what, again).await;
            }
            _ => {}
        }
        sent.is_ok_and(|status| status < 500)
    }

    fn recorded_notice(&self, notice: &Notice, status: u16, what: String) {
        let webhook = self.lock().graph.webhook.as_ref().map(|webhook| webhook.url.clone());
        let sent = Sent { url: notice.url.clone().or(webhook), authorized: false, at: Instant::now() };
        self.record_delivery(&sent, notice.body.as_bytes(), status, what);
    }

    async fn send_notice(&self, notice: &Notice, what: &str, last_try: bool) -> Result<u16, String> {
        let (url, authorization) = {
            let world = self.lock();
            let graph = &world.graph;
            let url = notice.url.clone().or(graph.webhook.as_ref().map(|webhook| webhook.url.clone()));
            (url.ok_or("no webhook is set")?, graph.genuine(&notice.tenant)?)
        };
        self.post(Parcel {
            url,
            authorization: Some(authorization),
            scenario: notice.scenario.clone(),
            chain: notice.chain.clone(),
            message: notice.message.clone(),
            body: notice.body.clone().into(),
            what: what.to_owned(),
            last_try,
        })
        .await
    }

    /// Sends something to a webhook; gives the status that it answers with.
    pub(super) async fn post(&self, parcel: Parcel) -> Result<u16, String> {
        let webhook = self.lock().graph.webhook.clone().ok_or("no webhook is set")?;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let authorization = parcel.authorization.map(|value| (AUTHORIZATION, value));
        let named = [
            (HeaderName::from_static("scenario-id"), parcel.scenario),
            (HeaderName::from_static("x-microsoft-skype-chain-id"), parcel.chain),
            (HeaderName::from_static("x-microsoft-skype-message-id"), parcel.message),
        ];
        for (name, value) in named.into_iter().chain(authorization) {
            let mut value = HeaderValue::from_str(&value).map_err(|error| error.to_string())?;
            value.set_sensitive(name == AUTHORIZATION);
            headers.insert(name, value);
        }
        let authorized = headers.contains_key(AUTHORIZATION);
        let sent = Sent { url: Some(parcel.url.clone()), authorized, at: Instant::now() };
        let request = Request {
            method: Method::POST,
            url: parcel.url,
            headers,
            body: parcel.body.clone(),
            timeout: DEADLINE,
        };
        let result = fetch(webhook.exchange, request).await;
        let (status, mut what) = match &result {
            Ok(response) => (response.status.as_u16(), parcel.what),
            Err(failure) => (0, format!("{}: {failure}", parcel.what)),
        };
        if parcel.last_try && !(1..500).contains(&status) {
            what.push_str(GIVEN_UP);
        }
        self.record_delivery(&sent, &parcel.body, status, what);
        result.map(|response| response.status.as_u16()).map_err(|failure| failure.to_string())
    }

    fn record_delivery(&self, sent: &Sent, body: &[u8], status: u16, what: String) {
        let origin = sent.url.as_ref().map(|url| url.origin().ascii_serialization());
        let target = sent.url.as_ref().map(|url| url.path().to_owned());
        self.with(|world| {
            let number = world.note(Recorded {
                method: "NOTIFY".into(),
                origin: origin.unwrap_or_default(),
                target: target.unwrap_or_default(),
                authorized: sent.authorized,
                body: String::from_utf8_lossy(body).into_owned(),
                status,
                what,
                complaint: None,
                at: sent.at,
            });
            world.answered.push(number);
        });
    }
}

impl super::Graph {
    /// Puts what is to be told into the lanes of its calls; gives the lanes in which nobody delivers yet.
    /// Without a webhook nobody is told.
    pub fn line_up(&mut self) -> Vec<String> {
        let notices = std::mem::take(&mut self.outbox);
        let mut idle = Vec::new();
        for notice in notices.into_iter().filter(|_| self.webhook.is_some()) {
            let name = notice.lane.clone();
            let lane = self.lanes.entry(name.clone()).or_default();
            lane.waiting.push_back(notice);
            if !std::mem::replace(&mut lane.busy, true) {
                idle.push(name);
            }
        }
        idle
    }

    /// The header field that shows a notification to be genuine, for an hour from now.
    pub fn genuine(&self, tenant: &str) -> Result<String, String> {
        let claims = claims(&self.options.client_id, tenant);
        Ok(format!("Bearer {}", self.keys.published()?.sign(&self.keys.header(), &claims)?))
    }
}
