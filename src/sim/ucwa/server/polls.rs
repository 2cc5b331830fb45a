//! The polls of the event channels, which are held until there is something to tell.

use std::sync::Arc;

use tokio::time::Instant;

use super::UcwaServer;
use crate::sim::reply::Reply;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::state::application::event_channel::{PollParameters, PollProgress};
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::world::World;

impl UcwaServer {
    /// Handles a poll: holds it until there are events, it times out, or another one replaces it.
    pub(super) async fn poll(&self, application: &str, request: &Arc<ParsedRequest>) -> Handled {
        let parameters = request.parameters();
        let number = |name: &str| parameters.get(name).and_then(|text| text.parse::<u64>().ok());
        let parameters = PollParameters {
            ack: number("ack").and_then(|ack| u32::try_from(ack).ok()),
            priority: parameters.get("priority").and_then(|text| text.parse().ok()).unwrap_or_default(),
            timeout: number("timeout"),
            medium: number("medium"),
            low: number("low"),
        };
        let begun = self.with(|world| {
            let known = world.applications.get_mut(application)?;
            Some(known.channel.begin(&parameters, request))
        });
        let Some(mut poll) = begun else {
            return Handled::new(Reply::error(404, "ApplicationNotFound"), "events");
        };
        let _held = HeldPoll { server: self, application, number: poll.number };
        let complaint =
            (!poll.is_valid).then(|| "events: the acknowledgement is not the one that was given".to_owned());
        let deadline = Instant::now() + poll.timeout;
        loop {
            let release = match self.lock().poll_progress(application, poll.number, deadline) {
                PollProgress::Held { until } => until,
                PollProgress::Over(reply) => {
                    // The delivery of a message may be news for its sender.
                    self.shared.notify();
                    return Handled { reply, summary: "events".into(), complaint };
                }
            };
            tokio::select! {
                biased;
                _ = poll.changes.changed() => {}
                () = tokio::time::sleep_until(release) => {}
            }
        }
    }
}

/// A poll whose client waits for the reply; the end of the connection releases it.
struct HeldPoll<'a> {
    server: &'a UcwaServer,
    application: &'a str,
    number: u64,
}

impl Drop for HeldPoll<'_> {
    fn drop(&mut self) {
        if let Some(known) = self.server.lock().applications.get_mut(self.application) {
            known.channel.release(self.number);
        }
    }
}

impl World {
    /// Returns the progress of a poll, which is held until `deadline` at most.
    fn poll_progress(&mut self, application: &str, poll: u64, deadline: Instant) -> PollProgress {
        let href = self.href(application, Resource::Events);
        let Some(known) = self.applications.get_mut(application) else {
            return PollProgress::Over(Reply::error(404, "ApplicationNotFound"));
        };
        known.last_active = Instant::now();
        let progress = known.channel.progress(poll, &href, deadline);
        let delivered = known.channel.take_delivered();
        self.deliver_messages(delivered);
        progress
    }
}
