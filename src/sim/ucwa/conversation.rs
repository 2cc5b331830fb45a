use super::person::Person;

/// The number of a conversation in the simulator.
pub type ConversationNumber = u32;

/// A conversation that the user is in, as the server knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationSnapshot {
    /// The number.
    pub number: ConversationNumber,
    /// The subject.
    pub subject: String,
    /// The other participants.
    pub people: Vec<Person>,
    /// Whether messages can be sent.
    pub messaging: bool,
}

/// A conversation.
pub(super) struct Conversation {
    /// `Incoming`, `Connected` or `Conferenced`.
    pub state: &'static str,
    pub subject: String,
    /// Whether messages can be sent.
    pub messaging: bool,
    /// Everyone who is or was in the conversation; `None` for a participant who left.
    pub roster: Vec<Option<Person>>,
}

impl Conversation {
    /// Returns whether the user is in it.
    pub fn is_joined(&self) -> bool {
        matches!(self.state, "Connected" | "Conferenced")
    }

    /// Returns the index in the roster of the participant with that address.
    pub fn index_of(&self, uri: &str) -> Option<usize> {
        self.roster.iter().position(|person| person.as_ref().is_some_and(|person| person.uri == uri))
    }

    /// Returns the index in the roster of the latest participant with that address, including those who
    /// joined again.
    pub fn last_index_of(&self, uri: &str) -> Option<usize> {
        self.roster.iter().rposition(|person| person.as_ref().is_some_and(|person| person.uri == uri))
    }
}
