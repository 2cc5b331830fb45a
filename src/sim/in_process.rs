use axum::body::Body;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderValue, Method};
use tower_service::Service;

use super::Simulator;
use super::reply::Broken;
use crate::provider::exchange::{Exchange, Failure, Incoming, Request};

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
    fn send(&self, request: Request) -> BoxFuture<'static, Result<Incoming, Failure>> {
        let mut router = self.0.router();
        async move {
            let length = request.body.len();
            let mut outgoing = http::Request::new(Body::from(request.body));
            *outgoing.uri_mut() = request.url.as_str().parse().map_err(|_| Failure::unsent("no address"))?;
            *outgoing.headers_mut() = request.headers;
            if let Ok(host) = HeaderValue::from_str(request.url.authority()) {
                outgoing.headers_mut().insert(HOST, host);
            }
            if request.method == Method::POST {
                outgoing.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
            }
            *outgoing.method_mut() = request.method;
            let Ok(response) = router.call(outgoing).await;
            if let Some(broken) = response.extensions().get::<Broken>() {
                return Err(if broken.sent {
                    Failure::perhaps("the connection was reset")
                } else {
                    Failure::unsent("the connection was refused")
                });
            }
            let (head, body) = response.into_parts();
            let body = body
                .into_data_stream()
                .map(|piece| piece.map_err(|error| Failure::perhaps(error.to_string())));
            Ok(Incoming { status: head.status, headers: head.headers, body: body.boxed() })
        }
        .boxed()
    }
}
