//! The inputs of the store besides the documents, and the effects that it asks for.

use std::collections::BTreeSet;

use super::conversation_part::ConversationPart;
use super::href::Href;
use crate::invitation::{Certainty, InvitationId, Moment};
use crate::provider::{Event, Ticket};

/// A resource that has to be fetched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fetch {
    /// An invitation.
    Invitation(Href),
    /// A person whom invitations name.
    Person(Href),
    /// The user's own presence.
    OwnPresence(Href),
    /// The user's contact list.
    ContactList(Href),
    /// A `contact`.
    Contact(Href),
    /// A part of a `contact`.
    ContactPart(ContactPart, Href),
    /// The numbers of what was missed.
    MissedItems(Href),
    /// The list of the logs of past conversations.
    Logs(Href),
    /// A log of a past conversation.
    Log(Href),
    /// A conversation.
    Conversation(Href),
    /// The messaging modality of a conversation.
    Messaging(Href),
    /// A message (the second href) of a conversation (the first).
    Message(Href, Href),
    /// A participant (the second href) of a conversation (the first).
    Participant(Href, Href),
    /// A part (the second href) of a conversation (the first).
    Part(Href, ConversationPart, Href),
}

impl Fetch {
    /// Returns the href of the resource.
    #[must_use]
    pub fn href(&self) -> &str {
        match self {
            Self::Invitation(href)
            | Self::Conversation(href)
            | Self::Messaging(href)
            | Self::Person(href)
            | Self::OwnPresence(href)
            | Self::MissedItems(href)
            | Self::Logs(href)
            | Self::Log(href)
            | Self::ContactList(href)
            | Self::Contact(href)
            | Self::ContactPart(_, href)
            | Self::Message(_, href)
            | Self::Participant(_, href)
            | Self::Part(_, _, href) => href,
        }
    }
}

/// A part of a `contact` that is a resource of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContactPart {
    /// `contactPresence`
    Presence,
    /// `contactNote`
    Note,
    /// `contactLocation`
    Location,
}

impl ContactPart {
    /// All parts in the order in which they are fetched.
    pub const ALL: [Self; 3] = [Self::Presence, Self::Note, Self::Location];

    /// Returns the rel of the link to the part.
    #[must_use]
    pub fn rel(self) -> &'static str {
        match self {
            Self::Presence => "contactPresence",
            Self::Note => "contactNote",
            Self::Location => "contactLocation",
        }
    }
}

/// A fetch failure other than a missing resource.
#[derive(Clone, Copy, Debug)]
pub struct FetchFailure<'a> {
    /// The description for a user.
    pub message: &'a str,
    /// Whether the same fetch may succeed later.
    pub is_transient: bool,
}

/// When an event arrived, and whether it happened just then or possibly earlier.
#[derive(Clone, Copy, Debug)]
pub struct EventTime {
    /// The time of arrival.
    pub now: Moment,
    /// Whether the change happened at this time, or possibly some time before.
    pub certainty: Certainty,
}

impl EventTime {
    /// Creates the time of a change that happened just now.
    #[must_use]
    pub fn exact(now: Moment) -> Self {
        Self { now, certainty: Certainty::Exact }
    }
}

/// The effects of events and resources.
#[derive(Debug, Default)]
pub struct Effects {
    /// The answers whose replies were lost and that the server has not carried out.
    pub not_carried_out: Vec<Ticket>,
    /// The requests that the server has carried out, whether or not their replies arrive, and the invitations that they
    /// have created.
    pub carried_out: Vec<(Ticket, InvitationId)>,
    /// The events to emit, in order.
    pub events: Vec<Event>,
    /// The conversations that changed; for each one, one event is emitted.
    pub changed_conversations: BTreeSet<Href>,
    /// The resources to fetch.
    pub fetches: Vec<Fetch>,
    /// The resources to fetch that have just changed: a response to an earlier request is out of date.
    pub fresh_fetches: Vec<Fetch>,
    /// The presence subscriptions that are about to end.
    pub expiring_subscriptions: Vec<Href>,
    /// The presence subscriptions that have ended.
    pub ended_subscriptions: Vec<Href>,
    /// The conversations whose messaging is to be joined, as after an accepted meeting.
    pub joins: Vec<Href>,
}
