//! The end of an online session.

use crate::provider::Problem;

/// The reason why an online session ended, which decides what the account does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// The user signed out, or the program is gone.
    SignOut,
    /// The server has forgotten the application: a new one is created.
    Forgotten,
    /// The application is no longer usable: it is deleted, and a new one is created.
    Unusable(Problem),
    /// The account seems to have moved to another server: discovery is repeated.
    Moved(Problem),
    /// The user has changed the account's settings: signing in starts over.
    SettingsChanged,
    /// Another client has taken over the event channel.
    Replaced,
    /// The session failed in a way that the user has to correct.
    Stopped(Problem),
}
