//! What goes over the wires between the bot and the service, as it looks from the bot's end of them.

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

/// Two wires with an ear at each: the requests of the bot, and the notifications to it.
#[derive(Clone, Default)]
pub struct Tap(Arc<Mutex<Traffic>>);

#[derive(Clone, Default)]
pub struct Traffic {
    pub asked: Vec<Asked>,
    pub taken: Vec<Taken>,
}

/// A request of the bot.
#[derive(Clone, Debug)]
pub struct Asked {
    pub at: Instant,
    /// How long the machine had slept until then.
    pub asleep: Duration,
    pub method: Method,
    pub url: Url,
    /// What stands behind `Bearer`, if anything does.
    pub bearer: Option<String>,
    /// Whether the client secret is anywhere in it.
    pub secret: bool,
    pub body: String,
    pub reply: Reply,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// Nothing, or nothing yet.
    None,
    /// It did not leave.
    Unsent,
    /// The connection broke.
    Lost,
    /// A whole answer.
    Came { at: Instant, status: u16, body: String },
}

impl Asked {
    /// The call that it is about, and what is done with it: the last segment of the address, or the verb.
    pub fn call(&self) -> Option<(&str, &str)> {
        let path: Vec<&str> = self.url.path().split('/').collect();
        match path.as_slice() {
            [_, _, "communications", "calls", id] => Some((id, self.method.as_str())),
            [_, _, "communications", "calls", id, action] => Some((id, action)),
            _ => None,
        }
    }

    /// Whether it decides about a call that rings.
    pub fn decides(&self) -> bool {
        self.call().is_some_and(|(_, action)| matches!(action, "answer" | "reject" | "redirect"))
    }

    pub fn status(&self) -> Option<u16> {
        if let Reply::Came { status, .. } = &self.reply { Some(*status) } else { None }
    }

    pub fn succeeded(&self) -> bool {
        self.status().is_some_and(|status| status < 300)
    }

    /// When it was answered that there is no such call.
    pub fn gone(&self) -> Option<Instant> {
        match self.reply {
            Reply::Came { at, status: 404, .. } => Some(at),
            _ => None,
        }
    }

    /// The state of the call, if that was asked for and answered.
    pub fn state(&self) -> Option<(Instant, String)> {
        let (Reply::Came { at, status: 200, body }, &Method::GET) = (&self.reply, &self.method) else {
            return None;
        };
        let body: Value = serde_json::from_str(body).ok()?;
        Some((*at, body.get("state")?.as_str()?.to_owned()))
    }

    /// Whether it may have been carried out although nobody said so.
    pub fn is_uncertain(&self) -> bool {
        match self.reply {
            Reply::None | Reply::Lost => true,
            Reply::Unsent => false,
            Reply::Came { status, .. } => matches!(status, 408 | 500 | 502 | 504),
        }
    }
}

/// Something about one call that the bot said it has taken.
#[derive(Clone, Debug)]
pub struct Taken {
    pub at: Instant,
    pub asleep: Duration,
    pub call: String,
    pub change: String,
    pub state: String,
    /// How it ended: class and reason.
    pub info: Option<(u32, u32)>,
}

impl Tap {
    pub fn traffic(&self) -> Traffic {
        self.0.lock().unwrap().clone()
    }

    /// How many requests there were.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap().asked.len()
    }

    /// The bot's wire to the service.
    pub fn outgoing(&self, exchange: impl Exchange) -> Arc<dyn Exchange> {
        Arc::new(Outgoing(self.clone(), Arc::new(exchange)))
    }

    /// The service's wire to the bot.
    pub fn incoming(&self, exchange: impl Exchange) -> Arc<dyn Exchange> {
        Arc::new(Notifying(self.clone(), Arc::new(exchange)))
    }

    fn asks(&self, request: &Request) -> usize {
        let header = request.headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap());
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let everything = format!("{} {:?} {body}", request.url, request.headers);
        let mut traffic = self.0.lock().unwrap();
        traffic.asked.push(Asked {
            at: Instant::now(),
            asleep: ASLEEP.get(),
            method: request.method.clone(),
            url: request.url.clone(),
            bearer: header.map(|value| value.strip_prefix("Bearer ").unwrap().to_owned()),
            secret: everything.contains(SECRET),
            body,
            reply: Reply::None,
        });
        traffic.asked.len() - 1
    }

    fn replied(&self, number: usize, reply: Reply) {
        self.0.lock().unwrap().asked[number].reply = reply;
    }

    fn took(&self, body: &[u8]) {
        let body: Value = serde_json::from_slice(body).unwrap();
        for item in body["value"].as_array().unwrap() {
            let text = |pointer: &str| item.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            let number = |name: &str| {
                let value = item.pointer(&format!("/resourceData/resultInfo/{name}"))?;
                value.as_u64().or_else(|| value.as_str()?.parse().ok()).and_then(|it| u32::try_from(it).ok())
            };
            self.0.lock().unwrap().taken.push(Taken {
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
        let (tap, number) = (self.0.clone(), self.0.asks(&request));
        let sending = self.1.send(request);
        async move {
            let incoming = match sending.await {
                Ok(incoming) => incoming,
                Err(failure) => {
                    let unsent = failure.delivery == Delivery::NotSent;
                    tap.replied(number, if unsent { Reply::Unsent } else { Reply::Lost });
                    return Err(failure);
                }
            };
            let pieces: Vec<Result<Bytes, TransportError>> = incoming.body.collect().await;
            let whole: Result<Vec<Bytes>, ()> =
                pieces.iter().map(|piece| piece.clone().map_err(|_| ())).collect();
            tap.replied(
                number,
                match whole {
                    Ok(pieces) => Reply::Came {
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
                tap.took(&body);
            }
            Ok(incoming)
        }
        .boxed()
    }
}
