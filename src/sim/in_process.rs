use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderValue, Method, Response};
use http_body_util::BodyExt;
use tokio::task::JoinSet;

use super::reply::Broken;
use super::simulator::Simulator;
use crate::provider::body::{self, Body};
use crate::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use crate::provider::graph::{Listener, Webhook};

/// A connection to a simulator in the same process, without sockets: tests with a paused clock need it.
#[derive(Clone)]
pub struct InProcess(Simulator);

impl InProcess {
    /// Creates a connection to that simulator.
    #[must_use]
    pub fn new(sim: &Simulator) -> Self {
        Self(sim.clone())
    }
}

impl Exchange for InProcess {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let sim = self.0.clone();
        async move {
            let response = sim.respond(to_server(request)?).await;
            if let Some(broken) = response.extensions().get::<Broken>() {
                return Err(if broken.sent {
                    TransportError::uncertain("the connection was reset")
                } else {
                    TransportError::not_sent("the connection was refused")
                });
            }
            Ok(to_client(response))
        }
        .boxed()
    }
}

/// A connection from a simulator to the webhook of a bot in the same process: the bot listens on it, the
/// simulator sends over it.
#[derive(Clone, Default)]
pub struct InProcessWebhook(Arc<Mutex<Slot>>);

#[derive(Default)]
struct Slot {
    webhook: Option<Webhook>,
    /// The number of times that a bot began to listen: one that stops late must not remove the webhook of the
    /// next.
    number: u64,
}

impl InProcessWebhook {
    fn lock(&self) -> MutexGuard<'_, Slot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener for InProcessWebhook {
    fn open(&self, _: SocketAddr, webhook: Webhook) -> BoxFuture<'static, io::Result<JoinSet<()>>> {
        let number = {
            let mut slot = self.lock();
            slot.webhook = Some(webhook);
            slot.number += 1;
            slot.number
        };
        let registration = Registration { webhook: self.clone(), number };
        async move {
            let mut tasks = JoinSet::new();
            tasks.spawn(async move {
                let _registration = registration;
                std::future::pending::<()>().await;
            });
            Ok(tasks)
        }
        .boxed()
    }
}

/// Removes the webhook when the bot stops listening.
struct Registration {
    webhook: InProcessWebhook,
    number: u64,
}

impl Drop for Registration {
    fn drop(&mut self) {
        let mut slot = self.webhook.lock();
        if slot.number == self.number {
            slot.webhook = None;
        }
    }
}

impl Exchange for InProcessWebhook {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let webhook = self.lock().webhook.clone();
        async move {
            let webhook = webhook.ok_or_else(|| TransportError::not_sent("the connection was refused"))?;
            Ok(to_client(webhook.handle(to_server(request)?).await))
        }
        .boxed()
    }
}

/// Converts a request of a client to one that a server receives.
fn to_server(request: Request) -> Result<http::Request<Body>, TransportError> {
    let length = request.body.len();
    let mut converted = http::Request::new(body::full(request.body));
    *converted.uri_mut() =
        request.url.as_str().parse().map_err(|_| TransportError::not_sent("no address"))?;
    *converted.headers_mut() = request.headers;
    if let Ok(host) = HeaderValue::from_str(request.url.authority()) {
        converted.headers_mut().insert(HOST, host);
    }
    if request.method == Method::POST {
        converted.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    *converted.method_mut() = request.method;
    Ok(converted)
}

/// Converts a response of a server to one that a client receives.
fn to_client(response: Response<Body>) -> StreamedResponse {
    let (head, body) = response.into_parts();
    let body = body
        .into_data_stream()
        .map(|piece| piece.map_err(|error| TransportError::uncertain(error.to_string())));
    StreamedResponse { status: head.status, headers: head.headers, body: body.boxed() }
}
