//! An exchange that counts the events in the responses to polls.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use rsvp::sim::InProcess;

/// The types of events, as the responses write them.
const TYPES: [&[u8]; 5] = [
    b"\"type\":\"added\"",
    b"\"type\":\"updated\"",
    b"\"type\":\"deleted\"",
    b"\"type\":\"started\"",
    b"\"type\":\"completed\"",
];

pub struct CountingExchange {
    pub inner: InProcess,
    pub events: Arc<AtomicU64>,
}

impl Exchange for CountingExchange {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let is_poll = request.url.path().ends_with("/events");
        let (response, events) = (self.inner.send(request), self.events.clone());
        async move {
            let mut response = response.await?;
            if !is_poll {
                return Ok(response);
            }
            let mut body = Vec::new();
            while let Some(piece) = response.body.next().await {
                body.extend_from_slice(&piece?);
            }
            let is_event = |rest: &[u8]| TYPES.iter().any(|name| rest.starts_with(name));
            let count = (0..body.len()).filter(|start| is_event(&body[*start..])).count();
            events.fetch_add(count as u64, Ordering::Relaxed);
            Ok(StreamedResponse { body: stream::once(async { Ok(body.into()) }).boxed(), ..response })
        }
        .boxed()
    }
}
