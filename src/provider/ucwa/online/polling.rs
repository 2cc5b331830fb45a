//! The requests of the event channel, which follow its state machine.

use std::time::Duration;

use http::Method;
use tokio::time::{Instant, sleep, sleep_until};

use super::channel::{Continuation, Step, Transition};
use super::end::SessionEnd;
use super::session::{ChannelResponse, OnlineSession};
use crate::provider::QUEUE_CAPACITY;
use crate::provider::exchange::Response;
use crate::provider::ucwa::http::client::Body;
use crate::provider::ucwa::http::error::RequestError;
use crate::provider::ucwa::store::{Effects, EventTime};
use crate::provider::ucwa::wire::Document;

/// The time after the server's own timeout after which a poll fails.
const POLL_MARGIN: Duration = Duration::from_secs(15);

impl OnlineSession<'_> {
    /// Polls if the channel is ready and the outbox has room. A poll acknowledges the previous batch, so a full
    /// outbox slows the server down.
    pub(super) fn poll_if_ready(&mut self) {
        if self.channel.is_ready() && self.outbox.len() <= QUEUE_CAPACITY {
            self.poll_at(Instant::now());
        }
    }

    /// Takes the step that the channel has decided on.
    ///
    /// # Errors
    /// Returns an error if the step is to end the session.
    pub(super) fn take_step(&mut self, step: Step) -> Result<(), SessionEnd> {
        match step {
            Step::Poll => self.channel_request = None,
            Step::PollAt(at) => self.poll_at(at),
            Step::Probe(delay) => self.probe_after(delay),
            Step::End(end) => return Err(end),
        }
        Ok(())
    }

    /// Applies the response to a request of the channel.
    ///
    /// # Errors
    /// Returns an error if the response ends the session.
    pub(super) fn handle_channel_response(&mut self, response: ChannelResponse) -> Result<(), SessionEnd> {
        let now = self.now();
        let transition = match response {
            ChannelResponse::Poll(Ok(response)) if response.body.is_empty() => {
                self.channel.on_empty_response(now)
            }
            ChannelResponse::Poll(Ok(response)) => self.apply_batch(&response),
            ChannelResponse::Application(Ok(application)) => {
                self.application = *application;
                self.jobs.set_base(self.application.url.clone());
                self.store.set_links(&self.application.links);
                Transition { events: Vec::new(), step: self.channel.on_application(&self.application.events) }
            }
            ChannelResponse::Poll(Err(error)) | ChannelResponse::Application(Err(error)) => {
                self.channel.on_error(&error, now)
            }
        };
        self.outbox.extend(transition.events);
        self.take_step(transition.step)
    }

    /// Decodes a batch and queues its events. The channel advances, and so acknowledges the batch, only after that.
    fn apply_batch(&mut self, response: &Response) -> Transition {
        let now = self.now();
        let document = Document::of(response);
        let decoded = document.batch().map_err(RequestError::from).and_then(|batch| {
            let resolve = |href: &str| self.client.resolve(&self.application.url, href);
            Ok((Continuation::resolve(&batch.links, resolve)?, batch))
        });
        let (continuation, batch) = match decoded {
            Ok(decoded) => decoded,
            Err(error) => return self.channel.on_error(&error, now),
        };
        if batch.malformed > 0 {
            tracing::warn!(events = batch.malformed, "events that could not be decoded were left out");
        }
        let certainty = self.channel.certainty(self.client.fastest_response(), now.instant);
        let time = EventTime { now: self.context.port.stamp(), certainty };
        if continuation.requires_full_reload() {
            // What was lost came before the events of this batch.
            self.report_missing_messages();
        }
        let mut effects = Effects::default();
        // What the store keeps takes the place of what was decoded, because each change is dropped once it is applied.
        for change in batch.changes {
            self.store.apply(&change, time, &mut effects);
        }
        self.perform(effects);
        if continuation.requires_full_reload() {
            self.reload_after_resync();
        } else {
            self.snapshot.batch_applied(self.store.is_unclear(), now.instant);
        }
        self.channel.on_batch(continuation, certainty, now)
    }

    /// Polls at a time, or later if the rate limit is exceeded.
    fn poll_at(&mut self, at: Instant) {
        let poll_timeout = self.context.settings.poll_timeout;
        let Some((url, in_flight)) = self.channel.start_poll(poll_timeout, self.now()) else { return };
        self.snapshot.poll_started(Instant::now());
        let at = self.context.poll_limiter.reserve(at);
        let client = self.client.clone();
        self.channel_request = Some(Box::pin(async move {
            sleep_until(at).await;
            let timeout = poll_timeout + POLL_MARGIN;
            let response = client.request_tracked(Method::GET, url, Body::None, timeout, &in_flight).await;
            ChannelResponse::Poll(response)
        }));
    }

    /// Reads the application after a delay: unlike a poll, the request shows at once whether the application still
    /// exists.
    fn probe_after(&mut self, delay: Duration) {
        self.snapshot.poll_stopped();
        let (client, application) = (self.client.clone(), self.application.clone());
        self.channel_request = Some(Box::pin(async move {
            sleep(delay).await;
            ChannelResponse::Application(application.read(&client).await.map(Box::new))
        }));
    }
}
