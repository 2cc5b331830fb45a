//! The contract between a dialog and the reducer.

use std::collections::BTreeMap;

use super::answer::Answer;
use crate::app::key::Key;
use crate::app::{
    Action, Entry, Focus, List, NewConversation, PendingRequest, PresenceChoice, Targets, Viewport,
};
use crate::invitation::{
    AccountId, Admission, CallbackUri, Conversation, ConversationId, Destination, InvitationId, Moment,
    ParticipantId, Party, Reason, Rejection,
};
use crate::provider::Ticket;

/// A dialog: it takes the keys while it is open.
pub trait Dialog {
    /// Handles a key.
    fn press(&mut self, key: Key, context: &Context<'_>) -> Step;

    /// Handles pasted text. By default the text is ignored.
    fn paste(&mut self, _text: &str) -> Step {
        Step::Stay
    }

    /// Removes an invitation that has ended from the targets. By default a dialog has none.
    fn remove(&mut self, _id: InvitationId) -> Remaining {
        Remaining::All
    }

    /// Returns the conversation that the dialog needs, and what to tell the user should it end: “your message was not
    /// sent”. By default a dialog needs none.
    fn conversation(&self) -> Option<(ConversationId, &'static str)> {
        None
    }
}

/// The parts of the state that a dialog reads.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The measurements of the last frame.
    pub viewport: &'a Viewport,
    /// The conversations.
    pub conversations: &'a List<Conversation>,
    /// The invitations that the user sent.
    pub outgoing: &'a List<Entry>,
    /// The user's requests that have not been answered yet.
    pub pending_requests: &'a BTreeMap<Ticket, PendingRequest>,
    /// The current time.
    pub now: Moment,
}

/// The outcome of a key or pasted text that a dialog has handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The dialog stays open.
    Stay,
    /// The dialog stays open, and the current list is filtered by this text.
    Filter(String),
    /// The dialog stays open; the user has written this much of a message.
    Write {
        /// The conversation.
        conversation: ConversationId,
        /// The text as edited so far.
        text: String,
    },
    /// The dialog stays open, and an account searches for people by this text; an empty text ends the search.
    Search {
        /// The account.
        account: AccountId,
        /// The text.
        text: String,
    },
    /// The dialog is closed.
    Close,
    /// The dialog is closed, and the operation is carried out.
    Perform(Operation),
}

/// An operation that a dialog asks for when it closes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Perform an action.
    Act {
        /// The action.
        action: Action,
        /// The items to act on.
        focus: Focus,
    },
    /// Give an answer that was confirmed.
    Answer {
        /// The answer.
        answer: Answer,
        /// The invitations to answer.
        targets: Targets,
    },
    /// Decline invitations, then ask for the reason to reject calls.
    Decline {
        /// The invitations to decline.
        targets: Targets,
        /// The reason.
        reason: Reason,
        /// The calls to a bot to ask about next; may be empty.
        calls: Targets,
    },
    /// Reject calls to a bot.
    Reject {
        /// The calls.
        targets: Targets,
        /// The reason.
        reason: Rejection,
        /// The address for later notifications of the calls, if not the bot's usual one.
        callback: Option<CallbackUri>,
    },
    /// Redirect a call to a bot.
    Redirect {
        /// The call.
        call: InvitationId,
        /// The new destination.
        to: Destination,
    },
    /// Transfer a call that a bot has answered.
    Transfer {
        /// The call.
        conversation: ConversationId,
        /// The party that takes the call over.
        to: Destination,
    },
    /// Invite a person to a conversation.
    Invite {
        /// The conversation.
        conversation: ConversationId,
        /// The person to invite.
        to: Party,
    },
    /// Ask for the first message to a person.
    Compose {
        /// The account to start a conversation from.
        account: AccountId,
        /// The person.
        to: Party,
    },
    /// Start a conversation.
    Start(NewConversation),
    /// Keep what was written for a conversation that is not started now.
    Keep(NewConversation),
    /// Send a message into a conversation.
    Send {
        /// The conversation.
        conversation: ConversationId,
        /// The message as plain text.
        text: String,
    },
    /// Leave a conversation although not all of its messages were seen.
    Leave(Focus),
    /// Answer people who wait in the lobby of a meeting.
    AnswerLobby {
        /// The people.
        participants: Vec<ParticipantId>,
        /// The answer.
        admission: Admission,
    },
    /// Copy a text.
    Copy(String),
    /// Set the presence of an account's user.
    SetPresence {
        /// The account.
        account: AccountId,
        /// The presence.
        choice: PresenceChoice,
    },
    /// Filter the current list by this text.
    Filter(String),
}

/// The targets of a dialog that are left after an invitation has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remaining {
    /// All targets remain, because the invitation was not one.
    All,
    /// Some targets remain.
    Some {
        /// The number of targets that are left.
        left: usize,
        /// The original number of targets.
        total: usize,
    },
    /// None. The text completes the sentence that reports the end: “before you confirmed”.
    None(&'static str),
}

impl Remaining {
    /// Removes an invitation from targets; `before` is the text of [`Remaining::None`].
    pub(super) fn after(id: InvitationId, targets: &mut Targets, before: &'static str) -> Self {
        match targets.remove(id) {
            false => Self::All,
            true if targets.ids.is_empty() => Self::None(before),
            true => Self::Some { left: targets.ids.len(), total: targets.total() },
        }
    }
}
