use serde::Deserialize;

use crate::sim::graph::CallEvent;
use crate::sim::ucwa::EndCause;

/// The end of an invitation or a call to which the user contributes nothing.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    CallerGivesUp,
    AnsweredElsewhere,
    TimedOut,
    Joins,
    Declines,
    /// The other party of an answered call hangs up.
    OtherPartyEnds,
}

impl Ending {
    /// Converts to the cause that ends an invitation, if there is one.
    pub fn of_invitation(self) -> Option<EndCause> {
        match self {
            Self::CallerGivesUp => Some(EndCause::CallerGivesUp),
            Self::AnsweredElsewhere => Some(EndCause::AnsweredElsewhere),
            Self::TimedOut => Some(EndCause::TimedOut),
            Self::Joins => Some(EndCause::Joins),
            Self::Declines => Some(EndCause::Declines),
            Self::OtherPartyEnds => None,
        }
    }

    /// Converts to the event that ends a call, if there is one.
    pub fn of_call(self) -> Option<CallEvent> {
        match self {
            Self::CallerGivesUp => Some(CallEvent::CallerGivesUp),
            Self::AnsweredElsewhere => Some(CallEvent::AnsweredElsewhere),
            Self::OtherPartyEnds => Some(CallEvent::OtherPartyHangsUp),
            Self::TimedOut | Self::Joins | Self::Declines => None,
        }
    }
}

/// A disruption of the server or the network.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disruption {
    /// The held poll is answered, and the next one gets the status 503.
    Unavailable,
    /// The event channel replies with a link `resync`.
    Resync,
    /// The event channel replies with a link `resume`.
    Resume,
    /// The application ends.
    Expire,
    /// All tokens become invalid.
    Tokens,
    /// The next accept is refused.
    Refuse,
    /// The connections of held polls break.
    Drop,
}

impl Disruption {
    /// Returns the command of the console that has the same effect.
    pub fn command(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::Resync => "resync",
            Self::Resume => "resume",
            Self::Expire => "expire",
            Self::Tokens => "tokens",
            Self::Refuse => "refuse accept 500 CallbackChannelError",
            Self::Drop => "drop",
        }
    }
}
