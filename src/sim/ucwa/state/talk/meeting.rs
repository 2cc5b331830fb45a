use super::conversation::TalkNumber;
use crate::sim::ucwa::state::people::person::Person;

/// An online meeting.
pub struct Meeting {
    pub subject: String,
    pub organizer: Person,
    pub talk: TalkNumber,
    /// Whether everyone but the organizer waits to be admitted.
    pub has_lobby: bool,
}
