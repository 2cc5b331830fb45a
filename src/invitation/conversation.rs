use super::{ConversationId, Meeting, Party, Waiting};
use crate::text::DisplayText;

/// Whether the user can leave a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HangUp {
    /// The user cannot leave the conversation.
    #[default]
    Impossible,
    /// The user can leave the conversation.
    Possible,
    /// The request to leave was sent, and the end is yet to be confirmed. Sending the request again is harmless.
    Requested,
}

/// A conversation that the user, or the bot, takes part in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an operation that is offered or a modality")]
pub struct Conversation {
    /// The id of the conversation.
    pub id: ConversationId,
    /// The subject; may be empty.
    pub subject: DisplayText,
    /// The other participants.
    pub participants: Vec<Party>,
    /// Whether other people can be invited now (the link `addParticipant`).
    pub can_invite: bool,
    /// Whether messages can be sent now (the link `sendMessage`).
    pub can_send: bool,
    /// Whether messages can be joined now (the link `addMessaging`).
    pub can_join: bool,
    /// Whether the conversation can be left now, as one of Skype for Business can.
    pub can_leave: bool,
    /// Whether the call can be hung up now (`call: delete` in Microsoft Graph).
    pub hang_up: HangUp,
    /// The meeting, if the conversation is one.
    pub meeting: Option<Box<Meeting>>,
    /// Whether the user talks on the phone in it (`phoneAudio`).
    pub is_on_phone: bool,
    /// Whether the call can be transferred now (`call: transfer` in Microsoft Graph).
    pub can_transfer: bool,
    /// A remark about the participation, like “the bot is on the line, not you”; may be empty.
    pub note: DisplayText,
}

impl Conversation {
    /// Creates a conversation without any details.
    #[must_use]
    pub fn new(id: ConversationId) -> Self {
        Self {
            id,
            subject: DisplayText::default(),
            participants: Vec::new(),
            can_invite: false,
            can_send: false,
            can_join: false,
            can_leave: false,
            hang_up: HangUp::Impossible,
            can_transfer: false,
            meeting: None,
            is_on_phone: false,
            note: DisplayText::default(),
        }
    }

    /// Returns a name for the kind of the conversation, of at most seven letters.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match &self.meeting {
            _ if self.can_hang_up() => "Call",
            Some(_) => "Meeting",
            None if self.is_on_phone => "Phone",
            None => "IM",
        }
    }

    /// Returns the subject, or else the first participant.
    #[must_use]
    pub fn title(&self) -> &str {
        match self.participants.first() {
            Some(party) if self.subject.is_empty() => party.label(),
            _ => self.subject.as_str(),
        }
    }

    /// Returns words for the conversation: its subject in quotes, or else the person who is in it.
    #[must_use]
    pub fn described(&self) -> String {
        match self.title() {
            "" => "the conversation".to_owned(),
            title if self.subject.is_empty() => format!("the conversation with {title}"),
            title => format!("“{title}”"),
        }
    }

    /// Returns whether the user waits in the lobby of a meeting.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.meeting.as_ref().is_some_and(|meeting| meeting.is_waiting())
    }

    /// Returns the people who wait in the lobby of the meeting.
    #[must_use]
    pub fn lobby(&self) -> &[Waiting] {
        self.meeting.as_ref().map_or(&[], |meeting| &meeting.lobby)
    }

    /// Returns whether the request to leave can be sent now.
    #[must_use]
    pub fn can_hang_up(&self) -> bool {
        self.hang_up != HangUp::Impossible
    }
}
