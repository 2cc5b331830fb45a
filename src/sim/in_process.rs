use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderValue, Method, Response};
use tokio::task::JoinSet;
use tower_service::Service;

use super::Simulator;
use super::reply::Broken;
use crate::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use crate::provider::graph::{Listener, Webhook};

/// Calls the simulator's router in process: no socket, and so nothing that a paused clock would miss.
#[derive(Clone)]
pub struct InProcess(Simulator);

impl InProcess {
    /// A connection to that simulator.
    #[must_use]
    pub fn new(sim: &Simulator) -> Self {
        Self(sim.clone())
    }
}

impl Exchange for InProcess {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let mut router = self.0.router();
        async move {
            let Ok(response) = router.call(outgoing(request)?).await;
            if let Some(broken) = response.extensions().get::<Broken>() {
                return Err(if broken.sent {
                    TransportError::uncertain("the connection was reset")
                } else {
                    TransportError::not_sent("the connection was refused")
                });
            }
            Ok(incoming(response))
        }
        .boxed()
    }
}

/// Leads from a simulator to the webhook of a bot in the same process: the bot opens it, the simulator sends
/// through it.
#[derive(Clone, Default)]
pub struct Doorway(Arc<Mutex<Open>>);

#[derive(Default)]
struct Open {
    webhook: Option<Webhook>,
    /// Counts the openings, so that a late closing does not close the next one.
    number: u64,
}

impl Doorway {
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener for Doorway {
    fn open(&self, _: SocketAddr, webhook: Webhook) -> BoxFuture<'static, io::Result<JoinSet<()>>> {
        let number = {
            let mut open = self.lock();
            open.webhook = Some(webhook);
            open.number += 1;
            open.number
        };
        let closing = Closing(self.clone(), number);
        async move {
            let mut open = JoinSet::new();
            open.spawn(async move {
                let _closing = closing;
                std::future::pending::<()>().await;
            });
            Ok(open)
        }
        .boxed()
    }
}

struct Closing(Doorway, u64);

impl Drop for Closing {
    fn drop(&mut self) {
        let mut open = self.0.lock();
        if open.number == self.1 {
            open.webhook = None;
        }
    }
}

impl Exchange for Doorway {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let webhook = self.lock().webhook.clone();
        async move {
            let webhook = webhook.ok_or_else(|| TransportError::not_sent("the connection was refused"))?;
            Ok(incoming(webhook.answer(outgoing(request)?).await))
        }
        .boxed()
    }
}

/// A request as a server gets it.
fn outgoing(request: Request) -> Result<http::Request<Body>, TransportError> {
    let length = request.body.len();
    let mut outgoing = http::Request::new(Body::from(request.body));
    *outgoing.uri_mut() = request.url.as_str().parse().map_err(|_| TransportError::not_sent("no address"))?;
    *outgoing.headers_mut() = request.headers;
    if let Ok(host) = HeaderValue::from_str(request.url.authority()) {
        outgoing.headers_mut().insert(HOST, host);
    }
    if request.method == Method::POST {
        outgoing.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    *outgoing.method_mut() = request.method;
    Ok(outgoing)
}

/// A response as a client gets it.
fn incoming(response: Response<Body>) -> StreamedResponse {
    let (head, body) = response.into_parts();
    let body = body
        .into_data_stream()
        .map(|piece| piece.map_err(|error| TransportError::uncertain(error.to_string())));
    StreamedResponse { status: head.status, headers: head.headers, body: body.boxed() }
}
