use std::time::Duration;

use crate::app::{Announcement, News};
use crate::invitation::Direction;

/// The programs that are run for events, with their arguments; empty for none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The program for an incoming invitation.
    pub on_invitation: Vec<String>,
    /// The program for the end of an invitation.
    pub on_outcome: Vec<String>,
    /// The program for a message in a conversation.
    pub on_message: Vec<String>,
    /// The program for a change of a connection.
    pub on_connection: Vec<String>,
    /// The time that a program has; it is killed after that.
    pub timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            on_invitation: Vec::new(),
            on_outcome: Vec::new(),
            on_message: Vec::new(),
            on_connection: Vec::new(),
            timeout: Duration::from_secs(10),
        }
    }
}

impl Settings {
    /// Returns whether no program is configured.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        [&self.on_invitation, &self.on_outcome, &self.on_message, &self.on_connection]
            .into_iter()
            .all(Vec::is_empty)
    }

    /// Returns the name and the program of the hook for an announcement, if there is one.
    pub(super) fn hook(&self, announcement: &Announcement) -> Option<(&'static str, &[String])> {
        let (name, command) = match &announcement.news {
            News::Invitation(invitation) if invitation.direction == Direction::Incoming => {
                ("on_invitation", &self.on_invitation)
            }
            News::Outcome(_) => ("on_outcome", &self.on_outcome),
            News::Message { .. } => ("on_message", &self.on_message),
            News::Connection(_) => ("on_connection", &self.on_connection),
            _ => return None,
        };
        (!command.is_empty()).then_some((name, command))
    }
}
