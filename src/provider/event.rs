//! Events: what a provider reports to the program.

use std::sync::Arc;

use super::command::Ticket;
use super::problem::Problem;
use super::status::Status;
use crate::invitation::{
    Availability, ChatMessage, Contact, Conversation, ConversationId, FoundPerson, Invitation, InvitationId,
    MissedLog, Outcome, Party, Presence,
};
use crate::text::DisplayText;

/// An event emitted by a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The state of the connection changed.
    Status(Status),
    /// A bot is online and no notification has ever reached it, with what to check; `None` as soon as one has.
    Unheard(Option<Problem>),
    /// The account signed in.
    SignedIn {
        /// The user's own name and address.
        me: Party,
    },
    /// Calls and conversations that were missed before signing in, the oldest first. Some may have been told before.
    MissedWhileAway(Vec<MissedLog>),
    /// The user's own presence became known or changed; `None` if the server does not tell it.
    Presence(Option<Presence>),
    /// More than the name of the person at an address became known, or changed.
    Contact {
        /// The address, as invitations and conversations show it.
        address: DisplayText,
        /// All that is known of the person.
        contact: Box<Contact>,
    },
    /// The addresses in the user's contact list became known, or changed.
    ContactList(Vec<DisplayText>),
    /// An invitation arrived or changed. Holds its current state as a whole.
    Invitation(Arc<Invitation>),
    /// A request of the user has created an invitation, whose event came before.
    Started {
        /// The number of the request.
        ticket: Ticket,
        /// The invitation.
        invitation: InvitationId,
    },
    /// An invitation ended. No later event but [`Event::AcceptedBy`] refers to it.
    Ended {
        /// The invitation.
        id: InvitationId,
        /// The way in which the invitation ended.
        outcome: Outcome,
    },
    /// The party that accepted an ended invitation became known.
    AcceptedBy {
        /// The invitation.
        id: InvitationId,
        /// The party that accepted it.
        party: Box<Party>,
    },
    /// The latest search was answered.
    Found {
        /// The number of the search.
        ticket: Ticket,
        /// The people, in the server's order.
        people: Vec<FoundPerson>,
        /// Whether the server has no more results.
        is_complete: bool,
    },
    /// The presence of a person whom the latest search found became known.
    PresenceFound {
        /// The number of the search.
        ticket: Ticket,
        /// The index of the person among those who were found.
        index: usize,
        /// The presence.
        availability: Availability,
    },
    /// A conversation began or changed. Holds its current state as a whole.
    Conversation(Box<Conversation>),
    /// A message of another participant of a conversation arrived.
    Message(Box<ChatMessage>),
    /// A message of the user, sent by this request, reached everyone.
    Delivered(Ticket),
    /// A message of the user did not reach everyone.
    NotDelivered {
        /// The number of the request.
        ticket: Ticket,
        /// Why it did not.
        problem: Problem,
    },
    /// A participant of a conversation began or stopped to type.
    Typing {
        /// The conversation.
        conversation: ConversationId,
        /// The participant.
        who: Box<Party>,
        /// Whether the participant types now.
        is_typing: bool,
    },
    /// Messages of a conversation may have been lost, because events were.
    MessagesMissing(ConversationId),
    /// The user is no longer part of a conversation.
    ConversationEnded(ConversationId),
    /// Everything was read from the server. Invitations and conversations that are not listed no longer exist.
    Snapshot {
        /// The pending invitations.
        invitations: Vec<Arc<Invitation>>,
        /// The conversations that the user is part of.
        conversations: Vec<Conversation>,
    },
    /// The server accepted a request. What came of an answer follows as [`Event::Ended`] or [`Event::Invitation`].
    Completed(Ticket),
    /// A request was refused, or was never sent.
    Refused {
        /// The request's number.
        ticket: Ticket,
        /// Why the request was refused.
        problem: Problem,
    },
    /// The response to a request was lost. A later event tells whether the request was carried out.
    Uncertain {
        /// The request's number.
        ticket: Ticket,
        /// Why the response was lost.
        problem: Problem,
    },
    /// The outcome of a request whose response was lost will never be known, because its session ended.
    Unsettled(Ticket),
    /// A message to the user.
    Notice(DisplayText),
}
