//! The fault layer: what goes wrong with which request, and how often.

use serde::Deserialize;
use serde_json::Value;

/// Something that goes wrong with some of the requests.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Whose requests: `events`, `accept`, `decline`, `cancel`, `addParticipant`, `applications`, `application`,
    /// `invitation`, `from`, `forwardedBy`, …, `ticket`, `user`, `discovery`, …; `contact` for everybody but whom
    /// it is from, `participant` for those too; `any` for each but the event channel's. Of the calling
    /// service: `reject`, `answer`, `redirect`, `keepAlive`, `hangUp`, `call`, `graphToken`, `metadata`, `keys`;
    /// and `notify` for what it sends to the webhook, which `any` leaves alone. With the number of an invitation
    /// (`invitation 3`) only those are meant that are for this one.
    pub of: String,
    /// So many of them pass first.
    #[serde(default)]
    pub after: u32,
    /// So many are hit then.
    #[serde(default = "once")]
    pub times: u32,
    /// What happens to them.
    pub kind: FaultKind,
}

fn once() -> u32 {
    1
}

/// What happens to a request or its answer. Durations are in seconds.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum FaultKind {
    /// No connection comes about.
    Refused,
    /// The connection breaks before the request has any effect.
    Reset,
    /// The request takes effect; the connection breaks before the answer.
    LostReply,
    /// Packets vanish, until all faults are lifted.
    BlackHole,
    /// It takes effect later.
    Delay(f64),
    /// It takes effect, and is answered later.
    Late(f64),
    /// The connection breaks after so many bytes of the answer's body.
    Cut(usize),
    /// The answer's body ends after so many bytes as if it were whole.
    Short(usize),
    /// The answer's body comes byte by byte, with so much time between them.
    Trickle(f64),
    /// Something else answers, and nothing takes effect.
    Answer {
        /// The status code.
        status: u16,
        /// The error's subcode; with an empty body.
        #[serde(default)]
        subcode: String,
        /// The media type; empty for an error as the server words it.
        #[serde(default)]
        content_type: String,
        /// The body, for another media type than the server's own.
        #[serde(default)]
        body: String,
        /// More fields.
        #[serde(default)]
        headers: Vec<(String, String)>,
    },
    /// It takes effect, but the answer has this type and body.
    Garbage {
        /// The media type.
        content_type: String,
        /// The body.
        body: String,
    },
    /// It takes effect, but bytes that are no text follow the answer.
    Noise,
    /// It takes effect, but the answer has no body.
    Empty,
    /// The request arrives twice, as when a proxy repeats it, and the answer to the first copy goes to the
    /// client. A poll takes its own copy's place so, and hears of it.
    Repeated,
    /// The answer's events are told twice.
    Twice,
    /// The answer's events are told in the wrong order.
    Reversed,
    /// Among the answer's events are ones that make no sense or are unknown.
    Strange,
    /// Of the answer's events only those are left by which something is over.
    OnlyEnds,
    /// The answer's `next` is replaced by these links: `rel` to `next` or `self`, whose href it then has, or to
    /// an href.
    Links(Vec<(String, String)>),
    /// The answer is so many bytes of nothing.
    Huge(usize),
    /// The answer unpacks to so many bytes of nothing.
    Bomb(usize),
}

impl FaultKind {
    /// An error in the server's own words.
    #[must_use]
    pub fn error(status: u16, subcode: &str) -> Self {
        Self::Answer {
            status,
            subcode: subcode.into(),
            content_type: String::new(),
            body: String::new(),
            headers: Vec::new(),
        }
    }

    /// A page of HTML, as proxies and portals send it.
    #[must_use]
    pub fn page(status: u16) -> Self {
        Self::Answer {
            status,
            subcode: String::new(),
            content_type: "text/html".into(),
            body: "<html><body>Please sign in to the network.</body></html>".into(),
            headers: Vec::new(),
        }
    }

    /// The same with one more header field, if it is an [`FaultKind::Answer`].
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name.into(), value.into()));
        }
        self
    }
}

impl Fault {
    /// The next request of that kind is hit.
    #[must_use]
    pub fn next(of: &str, kind: FaultKind) -> Self {
        Self { of: of.into(), after: 0, times: 1, kind }
    }

    /// So many are hit instead of one.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// So many pass first.
    #[must_use]
    pub fn after(self, after: u32) -> Self {
        Self { after, ..self }
    }

    /// Whether requests for `name` are meant, which belong to the invitation of that number.
    fn means(&self, name: &str, number: Option<u32>) -> bool {
        let (of, one) = self.of.split_once(' ').map_or((self.of.as_str(), None), |(of, one)| (of, Some(one)));
        if one.is_some_and(|one| one.parse().ok() != number || number.is_none()) {
            return false;
        }
        match of {
            "any" => !matches!(name, "events" | "notify"),
            "contact" => {
                matches!(name, "contact" | "forwardedBy" | "transferredBy" | "onBehalfOf" | "delegator")
            }
            "participant" => matches!(name, "participant" | "localParticipant" | "from"),
            of => of == name,
        }
    }
}

/// How many faults can be still to come.
const AT_ONCE: usize = 1_000;

/// The faults that are still to come.
#[derive(Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub fn add(&mut self, fault: Fault) {
        // One that never hits anything is forgotten in the end.
        if self.0.len() >= AT_ONCE {
            self.0.remove(0);
        }
        self.0.push(fault);
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// What happens to a request for `name`; each fault that means it counts it.
    pub fn next_fault(&mut self, name: &str, number: Option<u32>) -> Option<FaultKind> {
        let mut found = None;
        for fault in &mut self.0 {
            if !fault.means(name, number) || found.is_some() {
                continue;
            }
            if fault.after > 0 {
                fault.after -= 1;
            } else if fault.times > 0 {
                fault.times -= 1;
                found = Some(fault.kind.clone());
            }
        }
        self.0.retain(|fault| fault.times > 0);
        found
    }
}

/// Changes a batch of events as the kind says.
pub(super) fn distort(kind: &FaultKind, batch: &mut Value) {
    let senders = batch.get_mut("sender").and_then(Value::as_array_mut);
    match (kind, senders) {
        (FaultKind::Twice, Some(senders)) => senders.extend_from_within(..),
        (FaultKind::Reversed, Some(senders)) => {
            senders.reverse();
            for events in senders.iter_mut().filter_map(|it| it.get_mut("events")?.as_array_mut()) {
                events.reverse();
            }
        }
        (FaultKind::OnlyEnds, Some(senders)) => {
            for events in senders.iter_mut().filter_map(|it| it.get_mut("events")?.as_array_mut()) {
                events.retain(|event| matches!(event["type"].as_str(), Some("completed" | "deleted")));
            }
        }
        (FaultKind::Strange, Some(senders)) => senders.insert(0, strange_events()),
        (FaultKind::Links(links), _) => {
            let known = batch.get_mut("_links").and_then(Value::as_object_mut);
            if let Some(known) = known.filter(|known| known.contains_key("next")) {
                let before = known.clone();
                known.remove("next");
                for (rel, href) in links {
                    let link = before.get(href).cloned();
                    known.insert(rel.clone(), link.unwrap_or_else(|| serde_json::json!({ "href": href })));
                }
            }
        }
        _ => {}
    }
}

/// What no client knows: it must be passed over without harm to the rest.
fn strange_events() -> Value {
    serde_json::json!({"rel": "somethingNew", "href": "/new", "events": [
        {"type": "vanished", "link": {"rel": "messagingInvitation", "href": "/nowhere/1"}},
        {"type": "started", "link": {"rel": "hologramInvitation", "href": "/nowhere/2"}},
        {"type": "started", "link": 5, "_embedded": "none"},
        {"type": 7, "link": {"rel": ["x"], "href": {"y": null}}},
        "not an event",
        {"type": "updated", "link": {"rel": "conversation"}, "reason": "none", "status": 9e99},
        {"type": "completed", "status": "Perhaps", "link": {"rel": "phoneAudioInvitation", "href": "/nowhere/3"},
         "reason": {"code": 3, "subcode": "NeverHeardOf", "message": null}},
    ]})
}
