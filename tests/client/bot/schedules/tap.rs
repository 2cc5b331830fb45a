//! The traffic between the bot and the service, as the bot sees it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use http::Method;
use http::header::AUTHORIZATION;
use rsvp::provider::exchange::{Delivery, Exchange, Request, StreamedResponse, TransportError};
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::{ASLEEP, SECRET};

/// A tap on the requests of the bot and on the notifications to it.
#[derive(Clone, Default)]
pub struct Tap(Arc<Mutex<Traffic>>);

#[derive(Clone, Default)]
pub struct Traffic {
    pub requests: Vec<BotRequest>,
    pub notifications: Vec<AcceptedNotification>,
}

/// A request of the bot.
#[derive(Clone, Debug)]
pub struct BotRequest {
    pub at: Instant,
    /// The time for which the machine had slept until then.
    pub asleep: Duration,
    pub method: Method,
    pub url: Url,
    /// The bearer token, if there is one.
    pub bearer: Option<String>,
    /// Whether the request contains the client secret.
    pub secret: bool,
    pub body: String,
    pub reply: Reply,
}

/// The reply to a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// There is none yet.
    Pending,
    /// The request was not sent.
    Unsent,
    /// The connection broke.
    Lost,
    /// The whole response was received.
    Received { at: Instant, status: u16, body: String },
}

impl BotRequest {
    /// Returns the call and the operation: the last segment of the path, or the method.
    pub fn call(&self) -> Option<(&str, &str)> {
        let path: Vec<&str> = self.url.path().split('/').collect();
        match path.as_slice() {
            [_, _, "communications", "calls", id] => Some((id, self.method.as_str())),
            [_, _, "communications", "calls", id, action] => Some((id, action)),
            _ => None,
        }
    }

    /// Returns whether it answers, rejects or redirects a call.
    pub fn decides(&self) -> bool {
        self.call().is_some_and(|(_, action)| matches!(action, "answer" | "reject" | "redirect"))
    }

    pub fn status(&self) -> Option<u16> {
        if let Reply::Received { status, .. } = &self.reply { Some(*status) } else { None }
    }

    pub fn succeeded(&self) -> bool {
        self.status().is_some_and(|status| status < 300)
    }

    /// Returns when it was answered that there is no such call.
    pub fn not_found(&self) -> Option<Instant> {
        match self.reply {
            Reply::Received { at, status: 404, .. } => Some(at),
            _ => None,
        }
    }

    /// Returns when the state of the call was read, and the state.
    pub fn state(&self) -> Option<(Instant, String)> {
        let (Reply::Received { at, status: 200, body }, &Method::GET) = (&self.reply, &self.method) else {
            return None;
        };
        let body: Value = serde_json::from_str(body).ok()?;
        Some((*at, body.get("state")?.as_str()?.to_owned()))
    }

    /// Returns whether it may have taken effect although no response tells.
    pub fn is_uncertain(&self) -> bool {
        match self.reply {
            Reply::Pending | Reply::Lost => true,
            Reply::Unsent => false,
            Reply::Received { status, .. } => matches!(status, 408 | 500 | 502 | 504),
        }
    }
}

/// A notification of a call that the bot accepted.
#[derive(Clone, Debug)]
pub struct AcceptedNotification {
    pub at: Instant,
    pub asleep: Duration,
    pub call: String,
    pub change: String,
    pub state: String,
    /// The result of an ended call: code and subcode.
    pub info: Option<(u32, u32)>,
}

impl Tap {
    pub fn traffic(&self) -> Traffic {
        self.0.lock().unwrap().clone()
    }

    /// Returns the number of requests.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap().requests.len()
    }

    /// Wraps the connection from the bot to the service.
    pub fn outgoing(&self, exchange: impl Exchange) -> Arc<dyn Exchange> {
        Arc::new(Outgoing(self.clone(), Arc::new(exchange)))
    }

    /// Wraps the connection from the service to the bot.
    pub fn incoming(&self, exchange: impl Exchange) -> Arc<dyn Exchange> {
        Arc::new(Notifying(self.clone(), Arc::new(exchange)))
    }

    fn record_request(&self, request: &Request) -> usize {
        let header = request.headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap());
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let everything = format!("{} {:?} {body}", request.url, request.headers);
        let mut traffic = self.0.lock().unwrap();
        traffic.requests.push(BotRequest {
            at: Instant::now(),
            asleep: ASLEEP.get(),
            method: request.method.clone(),
            url: request.url.clone(),
            bearer: header.map(|value| value.strip_prefix("Bearer ").unwrap().to_owned()),
            secret: everything.contains(SECRET),
            body,
            reply: Reply::Pending,
        });
        traffic.requests.len() - 1
    }

    fn record_reply(&self, number: usize, reply: Reply) {
        self.0.lock().unwrap().requests[number].reply = reply;
    }

    fn record_notifications(&self, body: &[u8]) {
        let body: Value = serde_json::from_slice(body).unwrap();
        for item in body["value"].as_array().unwrap() {
            let text = |pointer: &str| item.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            let number = |name: &str| {
                let value = item.pointer(&format!("/resourceData/resultInfo/{name}"))?;
                value.as_u64().or_else(|| value.as_str()?.parse().ok()).and_then(|it| u32::try_from(it).ok())
            };
            self.0.lock().unwrap().notifications.push(AcceptedNotification {
                at: Instant::now(),
                asleep: ASLEEP.get(),
                call: text("/resourceUrl").rsplit('/').next().unwrap().to_owned(),
                change: text("/changeType").to_owned(),
                state: text("/resourceData/state").to_owned(),
                info: number("code").zip(number("subcode")),
            });
        }
    }
}

struct Outgoing(Tap, Arc<dyn Exchange>);

impl Exchange for Outgoing {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let (tap, number) = (self.0.clone(), self.0.record_request(&request));
        let sending = self.1.send(request);
        async move {
            let incoming = match sending.await {
                Ok(incoming) => incoming,
                Err(failure) => {
                    let unsent = failure.delivery == Delivery::NotSent;
                    tap.record_reply(number, if unsent { Reply::Unsent } else { Reply::Lost });
                    return Err(failure);
                }
            };
            let pieces: Vec<Result<Bytes, TransportError>> = incoming.body.collect().await;
            let whole: Result<Vec<Bytes>, ()> =
                pieces.iter().map(|piece| piece.clone().map_err(|_| ())).collect();
            tap.record_reply(
                number,
                match whole {
                    Ok(pieces) => Reply::Received {
                        at: Instant::now(),
                        status: incoming.status.as_u16(),
                        body: String::from_utf8_lossy(&pieces.concat()).into_owned(),
                    },
                    Err(()) => Reply::Lost,
                },
            );
            Ok(StreamedResponse { body: stream::iter(pieces).boxed(), ..incoming })
        }
        .boxed()
    }

    fn forget_connections(&self) {
        self.1.forget_connections();
    }
}

struct Notifying(Tap, Arc<dyn Exchange>);

impl Exchange for Notifying {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let (tap, body) = (self.0.clone(), request.body.clone());
        let sending = self.1.send(request);
        async move {
            let incoming = sending.await?;
            if incoming.status.as_u16() == 202 {
                tap.record_notifications(&body);
            }
            Ok(incoming)
        }
        .boxed()
    }
}
