//! The fault layer: what goes wrong with which request, and how often.

use serde::Deserialize;

/// A fault that hits some of the requests.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The requests that it hits.
    ///
    /// Of UCWA: `discovery`, `user`, `ticket`, `applications`, or the name of a resource or link, such as
    /// `events`, `accept`, `decline`, `cancel`, `addParticipant`, `application`, `invitation`, `from` and
    /// `forwardedBy`. `contact` is every person but the sender, `participant` every participant including the
    /// sender. Of the calling service: `reject`, `answer`, `redirect`, `transfer`, `keepAlive`, `hangUp`, `call`,
    /// `graphToken`, `metadata` and `keys`; `notify` is a notification that it sends. `any` is every request
    /// but `events` and `notify`.
    ///
    /// With the number of an invitation (`invitation 3`), only requests that belong to that invitation are
    /// hit.
    pub of: String,
    /// The number of such requests that pass first.
    #[serde(default)]
    pub after: u32,
    /// The number of requests that are hit.
    #[serde(default = "once")]
    pub times: u32,
    /// The fault to apply.
    pub kind: FaultKind,
}

fn once() -> u32 {
    1
}

/// The fault that a request or its response meets. Durations are in seconds.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum FaultKind {
    /// The connection is refused.
    Refused,
    /// The connection breaks before the request takes effect.
    Reset,
    /// The request takes effect; the connection breaks before the response.
    LostReply,
    /// Packets vanish until all faults are removed.
    BlackHole,
    /// The request takes effect after this time.
    Delay(f64),
    /// The request takes effect at once; the response is sent after this time.
    Late(f64),
    /// The connection breaks after this many bytes of the response's body.
    Cut(usize),
    /// The response's body ends after this many bytes, although its length was announced.
    Short(usize),
    /// The response's body is sent byte by byte with this pause between two bytes.
    Trickle(f64),
    /// The request takes no effect and gets this response.
    Answer {
        /// The status code.
        status: u16,
        /// The subcode of the error; ignored with another media type than the server's own.
        #[serde(default)]
        subcode: String,
        /// The media type; empty for an error document of the server.
        #[serde(default)]
        content_type: String,
        /// The body, for another media type than the server's own.
        #[serde(default)]
        body: String,
        /// More header fields.
        #[serde(default)]
        headers: Vec<(String, String)>,
    },
    /// The request takes effect; the response has this media type and body instead of its own.
    Garbage {
        /// The media type.
        content_type: String,
        /// The body.
        body: String,
    },
    /// The request takes effect; the body of the response is not valid text.
    Noise,
    /// The request takes effect; the response has no body.
    Empty,
    /// The request arrives twice, as when a proxy repeats it; the client gets the response to the first copy.
    /// The second copy of a poll replaces the first.
    Repeated,
    /// The events of the response are in it twice.
    Twice,
    /// The events of the response are in reverse order.
    Reversed,
    /// The response also has events that are malformed or of unknown types.
    Strange,
    /// The response has only the events by which something ends.
    OnlyEnds,
    /// The link `next` of the response is replaced by these links: a relation, and `next` or `self` for the
    /// href of that link, or an href.
    Links(Vec<(String, String)>),
    /// The body of the response is this many spaces.
    Huge(usize),
    /// The body of the response is compressed and unpacks to this many spaces.
    Bomb(usize),
}

impl FaultKind {
    /// Creates an error response with a document of the server.
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

    /// Creates a response with an HTML page, as proxies and captive portals send it.
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

    /// Adds a header field to a [`FaultKind::Answer`]; does nothing to another kind.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name.into(), value.into()));
        }
        self
    }

    /// Returns the name of the kind in scenarios, in the console and in the record.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Reset => "reset",
            Self::LostReply => "lost-reply",
            Self::BlackHole => "black-hole",
            Self::Delay(_) => "delay",
            Self::Late(_) => "late",
            Self::Cut(_) => "cut",
            Self::Short(_) => "short",
            Self::Trickle(_) => "trickle",
            Self::Answer { .. } => "answer",
            Self::Garbage { .. } => "garbage",
            Self::Noise => "noise",
            Self::Empty => "empty",
            Self::Repeated => "repeated",
            Self::Twice => "twice",
            Self::Reversed => "reversed",
            Self::Strange => "strange",
            Self::OnlyEnds => "only-ends",
            Self::Links(_) => "links",
            Self::Huge(_) => "huge",
            Self::Bomb(_) => "bomb",
        }
    }
}

impl Fault {
    /// Creates a fault that hits the next request named `of`.
    #[must_use]
    pub fn next(of: &str, kind: FaultKind) -> Self {
        Self { of: of.into(), after: 0, times: 1, kind }
    }

    /// Sets the number of requests that are hit.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// Sets the number of requests that pass first.
    #[must_use]
    pub fn after(self, after: u32) -> Self {
        Self { after, ..self }
    }

    /// Returns whether the fault is for requests named `target` that belong to the given invitation.
    fn matches(&self, target: &str, invitation: Option<u32>) -> bool {
        let (of, number) =
            self.of.split_once(' ').map_or((self.of.as_str(), None), |(of, number)| (of, Some(number)));
        if number.is_some_and(|number| invitation.is_none() || number.parse().ok() != invitation) {
            return false;
        }
        match of {
            "any" => !matches!(target, "events" | "notify"),
            "contact" => {
                matches!(target, "contact" | "forwardedBy" | "transferredBy" | "onBehalfOf" | "delegator")
            }
            "participant" => matches!(target, "participant" | "localParticipant"),
            of => of == target,
        }
    }
}

/// The maximum number of pending faults; for another one, the oldest is dropped.
const MAX_FAULTS: usize = 1_000;

/// The pending faults, in the order in which they were added.
#[derive(Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    /// Adds a fault.
    pub fn add(&mut self, fault: Fault) {
        if self.0.len() >= MAX_FAULTS {
            self.0.remove(0);
        }
        self.0.push(fault);
    }

    /// Removes all faults.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns the fault that hits a request named `target`. Every matching fault up to that one counts the
    /// request.
    pub fn next_fault(&mut self, target: &str, invitation: Option<u32>) -> Option<FaultKind> {
        let mut found = None;
        for fault in &mut self.0 {
            if !fault.matches(target, invitation) || found.is_some() {
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
