//! The event channel (P-GET) of an application: acknowledgements by number, held polls, and events that are
//! delivered once each.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;

use super::event_queue::{EventQueue, Gathering, QueuedEvent, senders};
use crate::sim::event_batch::EventBatch;
use crate::sim::reply::Reply;
use crate::sim::request::ParsedRequest;
use crate::sim::ucwa::state::talk::message::MessageNumber;

/// The time for which a poll is held by default, and at least.
const MIN_TIMEOUT: Duration = Duration::from_secs(180);
/// The time for which a poll is held at most.
const MAX_TIMEOUT: Duration = Duration::from_secs(1_800);
/// The number of a poll that another one outranks.
const OUTRANKED: u64 = 0;
/// The first acknowledgement of a channel.
const FIRST_ACK: u32 = 1;

/// The event channel of an application.
pub struct EventChannel {
    /// The acknowledgement that the client has to present next.
    expected_ack: u32,
    /// Whether the client was told where the channel begins and has not polled from there since.
    is_start_named: bool,
    /// The events of the latest batch, until the client acknowledges them.
    unacknowledged: Vec<QueuedEvent>,
    queue: EventQueue,
    timeout: Duration,
    gathering: Gathering,
    /// The number of the latest poll, which replaces any earlier one.
    poll: u64,
    /// The poll that is held, so that it can be repeated.
    held: Option<Arc<ParsedRequest>>,
    /// The acknowledgement and the priority of the latest poll.
    rank: (Option<u32>, i64),
    /// The relation of the link that the latest batch led to: `next` or `resume`.
    next_rel: &'static str,
    /// The reply that the next poll gets instead of the usual one.
    forced: Option<ForcedReply>,
    /// Whether events were lost since the latest batch, so that the next one leads on with `resume`.
    has_gap: bool,
    /// The messages that the client has fetched since this was last asked.
    delivered: Vec<MessageNumber>,
    /// Wakes the poll that is held when its reply may have changed. The end of the channel wakes it, too.
    changes: watch::Sender<()>,
}

/// The reply to a poll instead of a batch of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForcedReply {
    /// A link `resync`: the acknowledgement was wrong.
    Resync,
    /// A batch at once, even without events.
    Immediate,
    /// The latest batch once more, without newer events: the client did not receive it.
    Repeat,
    /// Half a document, after which the connection breaks.
    Break,
}

/// The parameters of a poll.
pub struct PollParameters {
    pub ack: Option<u32>,
    /// The rank among polls with the same acknowledgement; 0 if the client names none.
    pub priority: i64,
    /// The time for which the poll may be held (seconds).
    pub timeout: Option<u64>,
    /// The time for which events of medium urgency may be gathered (seconds).
    pub medium: Option<u64>,
    /// The time for which events of low urgency may be gathered (seconds).
    pub low: Option<u64>,
}

/// A poll that has begun.
pub struct Poll {
    pub number: u64,
    /// The time for which it may be held.
    pub timeout: Duration,
    /// Whether its acknowledgement is the expected one or the one before.
    pub is_valid: bool,
    /// A receiver of the changes after which there may be a reply.
    pub changes: watch::Receiver<()>,
}

/// The progress of a poll.
pub enum PollProgress {
    Over(Reply),
    Held { until: Instant },
}

impl EventChannel {
    /// Creates a channel without events.
    pub fn new() -> Self {
        Self {
            expected_ack: FIRST_ACK,
            is_start_named: false,
            unacknowledged: Vec::new(),
            queue: EventQueue::default(),
            timeout: MIN_TIMEOUT,
            gathering: Gathering::default(),
            poll: 0,
            held: None,
            rank: (None, 0),
            next_rel: "next",
            forced: None,
            has_gap: false,
            delivered: Vec::new(),
            changes: watch::Sender::new(()),
        }
    }

    /// Queues an event of the resource with the href `sender`, which delivers a message to the user if one is
    /// given, and returns the number of queued events.
    pub fn push(
        &mut self,
        sender: String,
        rel: &'static str,
        event: Value,
        message: Option<MessageNumber>,
    ) -> usize {
        self.queue.push(QueuedEvent::new(sender, rel, event, message));
        self.changes.send_replace(());
        self.queue.len()
    }

    /// Removes the events of a message that the client has not fetched; returns whether there were any.
    pub fn drop_message(&mut self, message: MessageNumber) -> bool {
        self.queue.drop_message(message)
    }

    /// Drops the events of all messages that the client has not acknowledged, and tells it that events were lost.
    pub fn lose_messages(&mut self) {
        self.queue.drop_messages();
        self.unacknowledged.retain(|queued| queued.message.is_none());
        self.resume();
    }

    /// Makes the next batch end with a link `resume`, as after a long silence of the client.
    pub fn resume(&mut self) {
        self.has_gap = true;
        self.changes.send_replace(());
    }

    /// Takes the messages that the client has fetched since the last call.
    pub fn take_delivered(&mut self) -> Vec<MessageNumber> {
        std::mem::take(&mut self.delivered)
    }

    /// Drops the oldest of the queued events.
    #[cfg(test)]
    pub fn drop_oldest(&mut self, count: usize) {
        self.queue.drop_oldest(count);
    }

    /// Makes the poll that is held, or the next one, get this reply at once.
    pub fn force(&mut self, reply: ForcedReply) {
        self.forced = Some(reply);
        self.changes.send_replace(());
    }

    /// Takes note that the client was told where the channel begins, so that a poll from there is no mistake.
    pub fn name_start(&mut self) {
        self.is_start_named = true;
    }

    /// Takes the request of the poll that is held, if any.
    pub fn take_held(&mut self) -> Option<Arc<ParsedRequest>> {
        self.held.take()
    }

    /// Takes note that the client no longer waits for the poll of that number.
    pub fn release(&mut self, poll: u64) {
        if self.poll == poll {
            self.held = None;
        }
    }

    /// Begins a poll, which replaces any that is held, unless that has the same acknowledgement and a higher
    /// priority.
    pub fn begin(&mut self, parameters: &PollParameters, request: &Arc<ParsedRequest>) -> Poll {
        let (ack, priority) = self.rank;
        if self.held.is_some() && ack == parameters.ack && priority > parameters.priority {
            // The client sent this one first; it arrived late, and is the one that is replaced.
            return Poll {
                number: OUTRANKED,
                timeout: Duration::ZERO,
                is_valid: true,
                changes: self.changes.subscribe(),
            };
        }
        self.poll += 1;
        self.held = Some(request.clone());
        self.rank = (parameters.ack, parameters.priority);
        if let Some(timeout) = parameters.timeout {
            self.timeout = Duration::from_secs(timeout).clamp(MIN_TIMEOUT, MAX_TIMEOUT);
        }
        self.gathering.change(parameters.medium, parameters.low);
        let is_start = parameters.ack == Some(FIRST_ACK) && std::mem::take(&mut self.is_start_named);
        let is_acknowledged = parameters.ack == Some(self.expected_ack);
        // A client that asks for the latest batch again has not received it: the response was lost, or went
        // to another copy of the same poll.
        let is_repeated = self.expected_ack > FIRST_ACK && parameters.ack == Some(self.expected_ack - 1);
        if is_acknowledged {
            self.unacknowledged.clear();
            self.forced = self.forced.filter(|forced| *forced != ForcedReply::Repeat);
        } else {
            self.forced = Some(if is_repeated { ForcedReply::Repeat } else { ForcedReply::Resync });
        }
        self.changes.send_replace(());
        let changes = self.changes.subscribe();
        let is_valid = is_acknowledged || is_repeated || is_start;
        Poll { number: self.poll, timeout: self.timeout, is_valid, changes }
    }

    /// Returns the progress of the poll of that number, which is held until `deadline` at most. `href` is
    /// that of the channel.
    pub fn progress(&mut self, poll: u64, href: &str, deadline: Instant) -> PollProgress {
        if self.poll != poll {
            return PollProgress::Over(Reply::error(409, "PGetReplaced"));
        }
        let release = self.queue.due(self.gathering).map_or(deadline, |due| due.min(deadline));
        if release > Instant::now() && self.forced.is_none() && !self.has_gap {
            return PollProgress::Held { until: release };
        }
        PollProgress::Over(self.reply(href))
    }

    fn reply(&mut self, href: &str) -> Reply {
        self.held = None;
        let forced = self.forced.take();
        let link = |ack: u32| json!({"href": format!("{href}&ack={ack}")});
        let batch = match forced {
            Some(ForcedReply::Break) => return Reply::broken(),
            Some(ForcedReply::Repeat) => {
                let (own, next) = (link(self.expected_ack - 1), link(self.expected_ack));
                let links = json!({"self": own, self.next_rel: next});
                EventBatch { links, sender: senders(&self.unacknowledged) }
            }
            Some(ForcedReply::Resync) => {
                // The client gets the unacknowledged events again with its first valid acknowledgement.
                self.queue.prepend(std::mem::take(&mut self.unacknowledged));
                let own = link(self.expected_ack);
                EventBatch { links: json!({"self": own, "resync": own}), sender: Vec::new() }
            }
            Some(ForcedReply::Immediate) | None => self.next_batch(link),
        };
        Reply::batch(batch)
    }

    fn next_batch(&mut self, link: impl Fn(u32) -> Value) -> EventBatch {
        let own = link(self.expected_ack);
        self.expected_ack += 1;
        self.next_rel = if std::mem::take(&mut self.has_gap) {
            self.timeout = MIN_TIMEOUT;
            self.gathering = Gathering::default();
            "resume"
        } else {
            "next"
        };
        self.unacknowledged = self.queue.take();
        self.delivered.extend(self.unacknowledged.iter().filter_map(|queued| queued.message));
        let mut links = json!({"self": own});
        links[self.next_rel] = link(self.expected_ack);
        EventBatch { links, sender: senders(&self.unacknowledged) }
    }
}
