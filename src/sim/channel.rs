//! The event channel (P-GET): acknowledgements by number, held polls, each event delivered once.
#![expect(clippy::indexing_slicing, reason = "assigning to a key of a JSON object adds it")]

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::Simulator;
use super::reply::Reply;
use super::requests::Asked;
use super::world::{ConversationNumber, What, World};

/// The server's default and least hold.
const TIMEOUT: Duration = Duration::from_secs(180);
/// The acknowledgement that a channel begins with.
const FIRST: u32 = 1;

/// A signed-in application.
pub(super) struct Application {
    pub endpoint: String,
    pub available: bool,
    /// When it was last heard of.
    pub heard: Instant,
    pub hrefs: HashMap<What, String>,
    /// The conversations that it was told of.
    pub conversations: HashSet<ConversationNumber>,
    /// What the next answer is to be, instead of the usual.
    pub instead: Option<Instead>,
    /// The acknowledgement that the client has to present next.
    ack: u32,
    /// What was sent and not acknowledged.
    unacknowledged: Vec<Event>,
    queue: Vec<Event>,
    timeout: Duration,
    /// Counts the polls: a newer one takes the place of the one that is held.
    poll: u64,
    /// The poll that is held, so that it can be repeated.
    pub held: Option<Arc<Asked>>,
    /// Where the latest answer led: `next` or `resume`.
    led: &'static str,
}

#[derive(Clone)]
struct Event {
    sender: String,
    rel: &'static str,
    told: Value,
}

impl Application {
    pub fn new(endpoint: String) -> Self {
        Self {
            endpoint,
            available: false,
            heard: Instant::now(),
            hrefs: HashMap::new(),
            conversations: HashSet::new(),
            instead: None,
            ack: FIRST,
            unacknowledged: Vec::new(),
            queue: Vec::new(),
            timeout: TIMEOUT,
            poll: 0,
            held: None,
            led: "next",
        }
    }
}

/// What a poll is answered with, instead of events when there are some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instead {
    /// The acknowledgement was wrong.
    Resync,
    /// The silence was too long; with the events that there are.
    Resume,
    /// Nothing, but now.
    Nothing,
    /// The latest answer was lost: the same once more, and nothing newer, so that it means the same.
    Again,
    /// Half an answer.
    Break,
}

/// What a poll asks for.
#[derive(Default)]
pub(super) struct Asking {
    pub ack: Option<u32>,
    pub timeout: Option<u64>,
}

impl World {
    /// Queues an event for an application.
    pub fn push(&mut self, application: &str, sender: What, rel: &'static str, event: Value) {
        let sender = self.href(application, sender);
        let Some(known) = self.applications.get_mut(application) else { return };
        known.queue.push(Event { sender, rel, told: event });
        if known.queue.len() > self.options.kept {
            self.end_application(application);
        }
    }

    /// Takes the place of any poll that is held; says how long this one may be, or why it is wrong.
    fn begin_poll(
        &mut self,
        application: &str,
        poll: &Asking,
        asked: &Arc<Asked>,
    ) -> Option<(u64, Duration, bool)> {
        let known = self.applications.get_mut(application)?;
        known.poll += 1;
        known.held = Some(asked.clone());
        if let Some(timeout) = poll.timeout {
            known.timeout = Duration::from_secs(timeout.clamp(180, 1_800));
        }
        // Whoever asks once more for the latest answer has not got it: it was lost, or went to another copy of
        // the same poll.
        let again = known.ack > FIRST && poll.ack == Some(known.ack - 1);
        if poll.ack == Some(known.ack) {
            // Asking for more acknowledges all that was sent.
            known.unacknowledged.clear();
            known.instead = known.instead.filter(|instead| *instead != Instead::Again);
        } else {
            known.instead = Some(if again { Instead::Again } else { Instead::Resync });
        }
        Some((known.poll, known.timeout, again || poll.ack == Some(known.ack)))
    }

    /// The answer to a poll, if it is time for one.
    fn answer_poll(&mut self, application: &str, poll: u64, over: bool) -> Option<Reply> {
        if !self.applications.contains_key(application) {
            return Some(Reply::error(404, "ApplicationNotFound"));
        }
        let href = self.href(application, What::Events);
        let known = self.applications.get_mut(application)?;
        known.heard = Instant::now();
        if known.poll != poll {
            return Some(Reply::error(409, "PGetReplaced"));
        }
        if known.queue.is_empty() && !over && known.instead.is_none() {
            return None;
        }
        known.held = None;
        let instead = known.instead.take();
        if instead == Some(Instead::Break) {
            return Some(Reply::broken());
        }
        let link = |ack: u32| json!({"href": format!("{href}&ack={ack}")});
        if instead == Some(Instead::Again) {
            let links = json!({"self": link(known.ack - 1), known.led: link(known.ack)});
            return Some(Reply::document(
                200,
                json!({"_links": links, "sender": senders(&known.unacknowledged)}),
            ));
        }
        let mut links = json!({"self": link(known.ack)});
        if instead == Some(Instead::Resync) {
            links["resync"] = link(known.ack);
            // What was not acknowledged comes again, as the first answer to the right acknowledgement.
            let mut lost = std::mem::take(&mut known.unacknowledged);
            lost.append(&mut known.queue);
            known.queue = lost;
            return Some(Reply::document(200, json!({"_links": links, "sender": []})));
        }
        known.led = if instead == Some(Instead::Resume) {
            known.timeout = TIMEOUT;
            "resume"
        } else {
            "next"
        };
        known.ack += 1;
        links[known.led] = link(known.ack);
        known.unacknowledged = std::mem::take(&mut known.queue);
        Some(Reply::document(200, json!({"_links": links, "sender": senders(&known.unacknowledged)})))
    }
}

/// Events of the same sender that follow each other stand together.
fn senders(events: &[Event]) -> Value {
    let mut senders: Vec<Value> = Vec::new();
    for group in events.chunk_by(|a, b| a.sender == b.sender) {
        let Some(first) = group.first() else { continue };
        let told: Vec<&Value> = group.iter().map(|event| &event.told).collect();
        senders.push(json!({"rel": first.rel, "href": first.sender, "events": told}));
    }
    Value::Array(senders)
}

impl Simulator {
    /// Holds a poll until there is something to say.
    pub(super) async fn poll(
        &self,
        application: &str,
        poll: Asking,
        asked: &Arc<Asked>,
    ) -> (Reply, Option<String>) {
        let mut changed = self.changed.subscribe();
        let begun = self.with(|world| world.begin_poll(application, &poll, asked));
        let Some((number, hold, right)) = begun else {
            return (Reply::error(404, "ApplicationNotFound"), None);
        };
        let complaint = (!right).then(|| "the acknowledgement is not the one that was given".to_owned());
        let until = Instant::now() + hold;
        loop {
            let over = Instant::now() >= until;
            if let Some(reply) = self.lock().answer_poll(application, number, over) {
                return (reply, complaint);
            }
            tokio::select! {
                biased;
                _ = changed.changed() => {}
                () = tokio::time::sleep_until(until) => {}
            }
        }
    }
}
