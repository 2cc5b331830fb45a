//! The events that wait for delivery, of which those of less urgency are gathered for a while.
#![expect(clippy::indexing_slicing, reason = "a property that JSON lacks reads as null")]

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::urgency::Urgency;
use crate::sim::event_batch::{Sender, SharedEvent};
use crate::sim::ucwa::state::talk::message::MessageNumber;

/// The shortest time for which events are gathered, and the usual one for those of medium urgency.
const SHORTEST: Duration = Duration::from_secs(5);
/// The longest time for which events are gathered.
const LONGEST: Duration = Duration::from_secs(1_800);
/// The usual time for which events of low urgency are gathered.
const USUAL_LOW: Duration = Duration::from_secs(15);

/// An event that waits for delivery.
pub struct QueuedEvent {
    /// The message to the user that it delivers, if any.
    pub message: Option<MessageNumber>,
    /// The href of the resource that sends it.
    pub sender: String,
    pub rel: &'static str,
    pub event: SharedEvent,
    urgency: Urgency,
    /// When it, or an earlier event that it replaces, began to wait.
    since: Instant,
}

impl QueuedEvent {
    /// Creates an event that begins to wait now.
    pub fn new(sender: String, rel: &'static str, event: Value, message: Option<MessageNumber>) -> Self {
        let urgency = Urgency::of(&event);
        Self { message, sender, rel, event: SharedEvent::new(event), urgency, since: Instant::now() }
    }

    /// Returns whether the client needs no more than this event of the two.
    fn supersedes(&self, earlier: &Self) -> bool {
        let what = |event: &Value| (event["link"]["href"].clone(), event["in"]["href"].clone());
        let (event, earlier) = (self.event.get(), earlier.event.get());
        self.urgency != Urgency::High
            && event["type"] == "updated"
            && earlier["type"] == "updated"
            && what(event) == what(earlier)
    }
}

/// The times for which events of less than high urgency are gathered.
#[derive(Clone, Copy)]
pub struct Gathering {
    medium: Duration,
    low: Duration,
}

impl Default for Gathering {
    fn default() -> Self {
        Self { medium: SHORTEST, low: USUAL_LOW }
    }
}

impl Gathering {
    /// Changes the times (seconds) that a client has named.
    pub fn change(&mut self, medium: Option<u64>, low: Option<u64>) {
        let time = |seconds: u64| Duration::from_secs(seconds).clamp(SHORTEST, LONGEST);
        self.medium = medium.map_or(self.medium, time);
        self.low = low.map_or(self.low, time);
    }

    fn of(self, urgency: Urgency) -> Duration {
        match urgency {
            Urgency::High => Duration::ZERO,
            Urgency::Medium => self.medium,
            Urgency::Low => self.low,
        }
    }
}

/// The events that wait for delivery, in order.
#[derive(Default)]
pub struct EventQueue(Vec<QueuedEvent>);

impl EventQueue {
    /// Adds an event, which takes the place in time of one that it supersedes.
    pub fn push(&mut self, mut event: QueuedEvent) {
        if let Some(earlier) = self.0.iter().position(|earlier| event.supersedes(earlier)) {
            event.since = self.0.remove(earlier).since;
        }
        self.0.push(event);
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the moment at which the events are to be delivered, if there are any: all of them, as soon as
    /// one has waited for long enough.
    pub fn due(&self, gathering: Gathering) -> Option<Instant> {
        self.0.iter().map(|event| event.since + gathering.of(event.urgency)).min()
    }

    /// Takes all events.
    pub fn take(&mut self) -> Vec<QueuedEvent> {
        std::mem::take(&mut self.0)
    }

    /// Puts events before the others.
    pub fn prepend(&mut self, mut events: Vec<QueuedEvent>) {
        events.append(&mut self.0);
        self.0 = events;
    }

    /// Removes the events of a message that the client has not fetched; returns whether there were any.
    pub fn drop_message(&mut self, message: MessageNumber) -> bool {
        let before = self.0.len();
        self.0.retain(|queued| queued.message != Some(message));
        self.0.len() < before
    }

    /// Drops the events of all messages.
    pub fn drop_messages(&mut self) {
        self.0.retain(|queued| queued.message.is_none());
    }

    /// Drops the oldest events.
    #[cfg(test)]
    pub fn drop_oldest(&mut self, count: usize) {
        self.0.drain(..count.min(self.0.len()));
    }
}

/// Groups consecutive events of the same sender, as a batch has them.
pub fn senders(events: &[QueuedEvent]) -> Vec<Sender> {
    let groups = events.chunk_by(|a, b| a.sender == b.sender).filter_map(|group| {
        let first = group.first()?;
        let events = group.iter().map(|queued| queued.event.clone()).collect();
        Some(Sender { rel: first.rel, href: first.sender.clone(), events })
    });
    groups.collect()
}
