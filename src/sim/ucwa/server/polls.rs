//! The polls of the event channels, which are held until there is something to tell.

use super::UcwaServer;
use std::sync::Arc;

use tokio::time::Instant;

use crate::sim::reply::Reply;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::ucwa::state::application::event_channel::PollParameters;
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
            let is_timed_out = Instant::now() >= deadline;
            let reply = self.lock().poll_reply(application, poll.number, is_timed_out);
            if let Some(reply) = reply {
                // The delivery of a message may be news for its sender.
                self.shared.notify();
                return Handled { reply, summary: "events".into(), complaint };
            }
            tokio::select! {
                biased;
                _ = poll.changes.changed() => {}
                () = tokio::time::sleep_until(deadline) => {}
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
    /// Returns the reply to a poll, or `None` while it is held.
    fn poll_reply(&mut self, application: &str, poll: u64, is_timed_out: bool) -> Option<Reply> {
        if !self.applications.contains_key(application) {
            return Some(Reply::error(404, "ApplicationNotFound"));
        }
        let href = self.href(application, Resource::Events);
        let known = self.applications.get_mut(application)?;
        known.last_active = Instant::now();
        let reply = known.channel.reply(poll, &href, is_timed_out);
        let delivered = known.channel.take_delivered();
        self.deliver_messages(delivered);
        reply
    }
}
