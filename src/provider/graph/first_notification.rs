//! Whether a bot was ever notified: one whose webhook cannot be reached looks like one that nobody calls.

use std::time::Duration;

use tokio::time::Instant;

use super::settings::Settings;
use crate::provider::Problem;

/// The time online without a notification after which the user is told what to check.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether a notification has ever reached the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstNotification {
    /// The bot has not been online yet.
    NotStarted,
    /// None has, and the user is told at this time.
    Until(Instant),
    /// None has, and the user was told.
    Told,
    /// One has.
    Over,
}

impl FirstNotification {
    /// Begins to wait for the first notification, unless that has happened before.
    pub fn begin(&mut self) {
        if *self == Self::NotStarted {
            *self = Self::Until(Instant::now() + PATIENCE);
        }
    }

    /// Returns when the user is to be told.
    #[must_use]
    pub fn told_at(self) -> Option<Instant> {
        match self {
            Self::Until(at) => Some(at),
            Self::NotStarted | Self::Told | Self::Over => None,
        }
    }

    /// Returns what to tell the user.
    pub fn report(&mut self, settings: &Settings) -> Problem {
        *self = Self::Told;
        let remedy = format!(
            "if somebody has called: {} must be the calling webhook in the bot's registration, and a proxy or tunnel must lead \
             from there to {} here, past every firewall",
            settings.public_url, settings.listen
        );
        Problem::new("no notification of a call has arrived yet", &remedy)
    }
}
