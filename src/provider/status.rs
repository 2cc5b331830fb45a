//! The state of a provider's connection.

use super::problem::Problem;
use crate::invitation::Moment;

/// The state of a provider's connection, as the header shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// The session has not started.
    #[default]
    Idle,
    /// The session is connecting. Holds the current step in words: “discovering”, “signing in”.
    Connecting(&'static str),
    /// The session is connected and receives events.
    Online {
        /// When the session went online.
        since: Moment,
    },
    /// The connection failed and is retried automatically.
    Retrying {
        /// When the next attempt starts.
        at: Moment,
        /// Why the connection failed.
        problem: Problem,
    },
    /// Another client took over the event channel. The session waits for [`Command::Reconnect`].
    ///
    /// [`Command::Reconnect`]: super::Command::Reconnect
    Replaced,
    /// The session gave up and waits for [`Command::Reconnect`].
    ///
    /// [`Command::Reconnect`]: super::Command::Reconnect
    Stopped(Problem),
    /// The session signed out and ended.
    SignedOut,
}

impl Status {
    /// Returns whether the account's invitations are shown as the server has them.
    #[must_use]
    pub fn is_online(&self) -> bool {
        matches!(self, Self::Online { .. })
    }
}
