//! What the event channel says, whatever form it came in.

use std::borrow::Cow;

use super::resource::{Link, Resource};

/// One answer of the event channel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch<'a> {
    /// How it goes on.
    pub links: Links<'a>,
    /// The events, in order.
    pub changes: Vec<Change<'a>>,
    /// How many events made no sense and were left out.
    pub malformed: usize,
}

/// How the event channel goes on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Links<'a> {
    /// As usual: getting this acknowledges the batch.
    pub next: Option<Cow<'a, str>>,
    /// The acknowledgement was wrong: transient state is void.
    pub resync: Option<Cow<'a, str>>,
    /// After a long silence: transient state is void, and the parameters are to be sent again.
    pub resume: Option<Cow<'a, str>>,
}

impl<'a> Links<'a> {
    /// Takes in one of the links of a batch.
    pub fn take(&mut self, link: Link<'a>) {
        match link.rel.as_ref() {
            "next" => self.next = Some(link.href),
            "resync" => self.resync = Some(link.href),
            "resume" => self.resume = Some(link.href),
            _ => {}
        }
    }
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct Change<'a> {
    /// What happened to the resource.
    pub kind: EventKind,
    /// Which resource.
    pub link: Link<'a>,
    /// The href of the resource in whose name it is told: for a participant, the conversation.
    pub sender: Cow<'a, str>,
    /// The rel of the collection in which it happened, where that is not the sender itself: `typingParticipants`.
    pub within: Option<Cow<'a, str>>,
    /// The resource itself, where the server embedded it.
    pub resource: Option<Resource<'a>>,
    /// How an operation completed.
    pub status: Option<Status>,
    /// Why it failed, or why the server changed something.
    pub reason: Option<Reason<'a>>,
}

/// What happened to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// An operation started.
    Started,
    /// An operation or a resource changed.
    Updated,
    /// An operation is over.
    Completed,
    /// A resource is there.
    Added,
    /// A resource is gone.
    Deleted,
}

impl EventKind {
    /// The kind of that name.
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

/// How an operation completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// As it should.
    Success,
    /// Otherwise.
    Failure,
}

impl Status {
    /// The status of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "Success" => Self::Success,
            "Failure" => Self::Failure,
            _ => return None,
        })
    }
}

/// Why something failed: the body of an error, or the `reason` of an event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reason<'a> {
    /// The class (`Conflict`).
    pub code: Cow<'a, str>,
    /// The case (`AlreadyExists`); may be empty.
    pub subcode: Cow<'a, str>,
    /// A sentence; may be empty.
    pub message: Cow<'a, str>,
}

impl<'a> Reason<'a> {
    /// A reason of these parts. Some servers write the word `None` where there is no subcode.
    #[must_use]
    pub fn new(code: Cow<'a, str>, subcode: Cow<'a, str>, message: Cow<'a, str>) -> Self {
        let subcode = if subcode == "None" { Cow::Borrowed("") } else { subcode };
        Self { code, subcode, message }
    }
}

impl Reason<'_> {
    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> Reason<'static> {
        Reason {
            code: self.code.into_owned().into(),
            subcode: self.subcode.into_owned().into(),
            message: self.message.into_owned().into(),
        }
    }
}
