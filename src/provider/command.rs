//! Commands: what the program asks of a provider.

use crate::invitation::{
    Admission, ConversationId, Decision, Destination, InvitationId, ParticipantId, PreferredAvailability,
};
use crate::text::DisplayText;

/// The number of a user's request, which its outcome is reported under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// The tickets that no request has yet.
#[derive(Clone, Debug, Default)]
pub struct Tickets {
    next: u64,
}

impl Tickets {
    /// Returns a ticket for a request.
    pub fn take(&mut self) -> Ticket {
        let ticket = Ticket(self.next);
        self.next += 1;
        ticket
    }
}

/// A command to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Answers an invitation.
    Answer {
        /// The request's number.
        ticket: Ticket,
        /// The invitation to answer.
        invitation: InvitationId,
        /// The user's decision.
        decision: Decision,
    },
    /// Invites a party to a conversation (`addParticipant`).
    Invite {
        /// The request's number.
        ticket: Ticket,
        /// The conversation to invite to.
        conversation: ConversationId,
        /// The `sip:` or `tel:` URI of the party.
        uri: String,
    },
    /// Searches for people by name, address or number (`search`), a moment after the latest such command. Only the
    /// latest search is answered, by [`Event::Found`](super::Event::Found).
    Search {
        /// The request's number.
        ticket: Ticket,
        /// The text to search for.
        text: String,
    },
    /// Ends the search: no answer to it is wanted.
    EndSearch,
    /// Starts a conversation by an instant message (`startMessaging`).
    Start {
        /// The request's number.
        ticket: Ticket,
        /// The `sip:` URI of the person.
        to: String,
        /// The subject; may be empty.
        subject: String,
        /// The first message as plain text; may be empty.
        message: String,
    },
    /// Sends a message to a conversation (`sendMessage`).
    Send {
        /// The request's number.
        ticket: Ticket,
        /// The conversation to send to.
        conversation: ConversationId,
        /// The message as plain text.
        text: String,
    },
    /// Tells the others in a conversation that the user types (`setIsTyping`).
    Typing(ConversationId),
    /// Joins the messages of a conversation (`addMessaging`).
    JoinMessages {
        /// The request's number.
        ticket: Ticket,
        /// The conversation.
        conversation: ConversationId,
    },
    /// Answers somebody who waits in the lobby of a meeting (`admit`, `reject`).
    AnswerLobby {
        /// The request's number.
        ticket: Ticket,
        /// The person.
        participant: ParticipantId,
        /// The user's answer.
        admission: Admission,
    },
    /// Leaves a conversation (DELETE of the `conversation`).
    Leave {
        /// The request's number.
        ticket: Ticket,
        /// The conversation to leave.
        conversation: ConversationId,
    },
    /// Hangs up a call that a bot has answered (`call: delete` in Microsoft Graph).
    HangUp {
        /// The request's number.
        ticket: Ticket,
        /// The conversation to leave.
        conversation: ConversationId,
    },
    /// Transfers a call that a bot has answered (`call: transfer` in Microsoft Graph).
    Transfer {
        /// The request's number.
        ticket: Ticket,
        /// The conversation to transfer.
        conversation: ConversationId,
        /// The party that takes the call over.
        to: Destination,
    },
    /// Sets the user's presence (`presence`).
    SetPresence {
        /// The request's number.
        ticket: Ticket,
        /// The presence to set; without one, the server decides again.
        presence: Option<PreferredAvailability>,
    },
    /// Tells that the user looks at the person at an address, who is read first and again if it is long ago.
    Describe(DisplayText),
    /// Reads the user's contact list, now and whenever it changes; see [`Event::ContactList`](super::Event::ContactList).
    ReadContactList,
    /// Tells that the user has looked at the missed calls and conversations with these numbers
    /// ([`MissedLog::number`](crate::invitation::MissedLog::number)).
    MissedSeen(Vec<u64>),
    /// Reports that the user is active, as after a key press.
    Active,
    /// Retries at once with settings that are read again, or takes the event channel back.
    Reconnect,
    /// Drops all connections, because the machine was asleep or its network changed.
    Wake,
    /// Finishes the requests in flight, signs out and ends the session.
    SignOut,
}

impl Command {
    /// Returns the number of a request that a provider reports the outcome of.
    #[must_use]
    pub fn ticket(&self) -> Option<Ticket> {
        match self {
            Self::Answer { ticket, .. }
            | Self::Invite { ticket, .. }
            | Self::Search { ticket, .. }
            | Self::Start { ticket, .. }
            | Self::Send { ticket, .. }
            | Self::JoinMessages { ticket, .. }
            | Self::AnswerLobby { ticket, .. }
            | Self::Leave { ticket, .. }
            | Self::SetPresence { ticket, .. }
            | Self::HangUp { ticket, .. }
            | Self::Transfer { ticket, .. } => Some(*ticket),
            Self::EndSearch
            | Self::Typing(_)
            | Self::Describe(_)
            | Self::ReadContactList
            | Self::MissedSeen(_)
            | Self::Active
            | Self::Reconnect
            | Self::Wake
            | Self::SignOut => None,
        }
    }
}
