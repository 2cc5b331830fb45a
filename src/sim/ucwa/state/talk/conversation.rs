use tokio::time::Instant;

use crate::sim::ucwa::state::people::person::Person;
use crate::sim::ucwa::state::people::user::UserNumber;

/// The number of a conversation in the simulator.
pub type ConversationNumber = u32;

/// The number of a talk, which the conversations of all its users have in common.
pub type TalkNumber = u32;

/// A conversation that the user is in, as the server knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationSnapshot {
    /// The number.
    pub number: ConversationNumber,
    /// The number of the user, from 0.
    pub user: usize,
    /// The subject.
    pub subject: String,
    /// The other participants.
    pub people: Vec<Person>,
    /// Whether messages can be sent.
    pub messaging: bool,
}

/// A talk as one of its users sees it: the resource `conversation`.
pub struct Conversation {
    pub user: UserNumber,
    /// The application that takes part; `None` while an invitation rings in every application of the user.
    pub application: Option<String>,
    pub talk: TalkNumber,
    pub state: ConversationState,
    pub subject: String,
    /// When it was created (milliseconds since 1970 UTC).
    pub created: i64,
    /// `Normal`, `Urgent` or `Emergency`.
    pub importance: String,
    pub messaging: ModalityState,
    pub phone_audio: PhoneAudioState,
    /// The `onlineMeetingUri`, if it is a meeting.
    pub meeting: Option<String>,
    /// The user's role in a meeting.
    pub role: Role,
    /// Everyone else who is or was in the conversation; `None` for a participant who left.
    pub roster: Vec<Option<Participant>>,
}

/// A state of a conversation (`ConversationState` of the reference).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConversationState {
    Incoming,
    Connecting,
    Connected,
    /// Connected to a meeting.
    Conferenced,
    /// Waiting to be admitted to a meeting.
    InLobby,
    Disconnected,
}

impl ConversationState {
    /// Returns the name of the state.
    pub fn name(self) -> &'static str {
        match self {
            Self::Incoming => "Incoming",
            Self::Connecting => "Connecting",
            Self::Connected => "Connected",
            Self::Conferenced => "Conferenced",
            Self::InLobby => "InLobby",
            Self::Disconnected => "Disconnected",
        }
    }
}

/// A state of a modality of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModalityState {
    Connecting,
    Connected,
    Disconnected,
}

impl ModalityState {
    /// Returns the name of the state.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connecting => "Connecting",
            Self::Connected => "Connected",
            Self::Disconnected => "Disconnected",
        }
    }
}

/// A state of the phone audio of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneAudioState {
    Connecting,
    Connected,
    /// The user has transferred the call, which nobody has answered yet.
    Transferring,
    Disconnected,
}

impl PhoneAudioState {
    /// Returns the name of the state.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connecting => "Connecting",
            Self::Connected => "Connected",
            Self::Transferring => "Transferring",
            Self::Disconnected => "Disconnected",
        }
    }
}

/// A role in a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Attendee,
    Leader,
}

impl Role {
    /// Returns the name of the role.
    pub fn name(self) -> &'static str {
        match self {
            Self::Attendee => "Attendee",
            Self::Leader => "Leader",
        }
    }
}

/// A participant of a conversation other than its user.
#[derive(Clone)]
pub struct Participant {
    pub person: Person,
    pub role: Role,
    /// Whether the person waits to be admitted to the meeting.
    pub is_in_lobby: bool,
    /// The end of the time for which the person counts as typing; `None` if they do not type.
    pub typing_until: Option<Instant>,
}

impl Participant {
    /// Creates an attendee who is in the conversation.
    pub fn new(person: Person) -> Self {
        Self { person, role: Role::Attendee, is_in_lobby: false, typing_until: None }
    }
}

impl Conversation {
    /// Creates a conversation of a user in a talk, in which nobody else is yet.
    pub fn new(user: UserNumber, talk: TalkNumber, state: ConversationState) -> Self {
        Self {
            user,
            application: None,
            talk,
            state,
            subject: String::new(),
            created: 0,
            importance: String::new(),
            messaging: ModalityState::Disconnected,
            phone_audio: PhoneAudioState::Disconnected,
            meeting: None,
            role: Role::Attendee,
            roster: Vec::new(),
        }
    }

    /// Returns whether the user is in it.
    pub fn is_joined(&self) -> bool {
        matches!(self.state, ConversationState::Connected | ConversationState::Conferenced)
    }

    /// Returns whether messages can be sent.
    pub fn has_messaging(&self) -> bool {
        self.messaging == ModalityState::Connected
    }

    /// Returns the index in the roster of the participant with that address.
    pub fn index_of(&self, uri: &str) -> Option<usize> {
        self.roster.iter().position(|it| it.as_ref().is_some_and(|it| it.person.uri == uri))
    }

    /// Returns the participant at an index of the roster, unless they left.
    pub fn participant(&self, index: usize) -> Option<&Participant> {
        self.roster.get(index)?.as_ref()
    }

    /// Returns the participant at an index of the roster for changes, unless they left.
    pub fn participant_mut(&mut self, index: usize) -> Option<&mut Participant> {
        self.roster.get_mut(index)?.as_mut()
    }

    /// Returns the participants who have not left, and their indices in the roster.
    pub fn participants(&self) -> impl Iterator<Item = (usize, &Participant)> {
        (0..).zip(&self.roster).filter_map(|(index, it)| Some((index, it.as_ref()?)))
    }
}
