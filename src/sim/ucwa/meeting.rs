use super::conversation::TalkNumber;
use super::person::Person;

/// An online meeting.
pub(super) struct Meeting {
    pub subject: String,
    pub organizer: Person,
    pub talk: TalkNumber,
    /// Whether everyone but the organizer waits to be admitted.
    pub has_lobby: bool,
}
