//! The responses of the event channel and the reasons of errors, independent of their format.

use std::borrow::Cow;

use super::resource::{Link, Resource};

/// A response of the event channel (`events` in the UCWA reference).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch<'a> {
    /// The links to the next response.
    pub links: ChannelLinks<'a>,
    /// The events, in order.
    pub changes: Vec<Change<'a>>,
    /// The number of events that could not be decoded and were left out.
    pub malformed: usize,
}

/// The links from one response of the event channel to the next. A server sends one of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChannelLinks<'a> {
    /// The usual continuation: a request to it acknowledges the batch.
    pub next: Option<Cow<'a, str>>,
    /// The continuation after a wrong acknowledgement: what the client knows may be out of date.
    pub resync: Option<Cow<'a, str>>,
    /// The continuation after a long silence: what the client knows may be out of date, and the server has forgotten
    /// the parameters of the first poll.
    pub resume: Option<Cow<'a, str>>,
}

impl<'a> ChannelLinks<'a> {
    /// Adds a link of a batch; a link of an unknown rel is left out.
    pub fn insert(&mut self, link: Link<'a>) {
        match link.rel.as_ref() {
            "next" => self.next = Some(link.href),
            "resync" => self.resync = Some(link.href),
            "resume" => self.resume = Some(link.href),
            _ => {}
        }
    }
}

/// An event of the channel: a resource changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Change<'a> {
    /// The kind of change.
    pub kind: EventKind,
    /// The link to the resource.
    pub link: Link<'a>,
    /// The href of the event's sender: for a participant, the conversation.
    pub sender: Cow<'a, str>,
    /// The rel of the collection that changed if it is not the sender itself (`in`), like `typingParticipants`.
    pub within: Option<Cow<'a, str>>,
    /// The resource, if the server embedded it.
    pub resource: Option<Resource<'a>>,
    /// The result of a completed operation.
    pub status: Option<CompletionStatus>,
    /// The reason of a failure or of a change by the server.
    pub reason: Option<Reason<'a>>,
}

/// A kind of change to a resource (`type` of an event).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// An operation started.
    Started,
    /// An operation or a resource changed.
    Updated,
    /// An operation ended.
    Completed,
    /// A resource was added.
    Added,
    /// A resource was deleted.
    Deleted,
}

impl EventKind {
    /// Parses the name of a kind.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "started" => Self::Started,
            "updated" => Self::Updated,
            "completed" => Self::Completed,
            "added" => Self::Added,
            "deleted" => Self::Deleted,
            _ => return None,
        })
    }
}

/// The result of a completed operation (`status` of an event).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionStatus {
    /// The operation succeeded.
    Success,
    /// The operation failed.
    Failure,
}

impl CompletionStatus {
    /// Parses the name of a status.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "Success" => Self::Success,
            "Failure" => Self::Failure,
            _ => return None,
        })
    }
}

/// The reason of a failure: the body of an error, or the `reason` of an event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reason<'a> {
    /// The class of the failure, like `Conflict`.
    pub code: Cow<'a, str>,
    /// The failure itself, like `AlreadyExists`; may be empty.
    pub subcode: Cow<'a, str>,
    /// A sentence that describes the failure; may be empty.
    pub message: Cow<'a, str>,
}

impl<'a> Reason<'a> {
    /// Creates a reason from its parts. The subcode `None`, which some servers send where there is none, counts as
    /// empty.
    #[must_use]
    pub fn new(code: Cow<'a, str>, subcode: Cow<'a, str>, message: Cow<'a, str>) -> Self {
        let subcode = if subcode == "None" { Cow::Borrowed("") } else { subcode };
        Self { code, subcode, message }
    }
}

impl Reason<'_> {
    /// Returns a reason that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> Reason<'static> {
        Reason {
            code: self.code.into_owned().into(),
            subcode: self.subcode.into_owned().into(),
            message: self.message.into_owned().into(),
        }
    }
}
