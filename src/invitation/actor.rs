use super::{Outcome, PastInvitation};

/// The one whose doing the end of an invitation was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The user, here.
    User,
    /// The user on another device, or another instance of the bot.
    OtherDevice,
    /// The caller of an incoming invitation, or the person whom the user invited.
    OtherSide,
    /// A person who answered in place of the recipient.
    SomebodyElse,
    /// Nobody: the time was up.
    Nobody,
    /// The server, which reported a failure.
    Server,
    /// Nobody knows.
    Unknown,
}

impl Actor {
    /// Returns the one whose doing the end of an invitation was.
    #[must_use]
    pub fn of(past: &PastInvitation) -> Self {
        let is_by_other = past.invitation.accepted_by.is_some();
        match past.outcome {
            Outcome::Accepted | Outcome::AnsweredElsewhere | Outcome::Joined if is_by_other => {
                Self::SomebodyElse
            }
            Outcome::Accepted | Outcome::Declined(_) | Outcome::Rejected(_) | Outcome::Cancelled => {
                Self::User
            }
            Outcome::Forwarded if past.decision.as_str() == "redirect" => Self::User,
            Outcome::DeclinedElsewhere | Outcome::AnsweredElsewhere => Self::OtherDevice,
            Outcome::CallerGaveUp | Outcome::Joined | Outcome::DeclinedByThem => Self::OtherSide,
            Outcome::Missed | Outcome::MissedWhileAway | Outcome::Expired | Outcome::NoAnswer => Self::Nobody,
            Outcome::Failed(_) => Self::Server,
            Outcome::Forwarded | Outcome::Lost => Self::Unknown,
        }
    }

    /// Returns the name of the actor in the output of `rsvp watch`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::OtherDevice => "other-device",
            Self::OtherSide => "other-side",
            Self::SomebodyElse => "somebody-else",
            Self::Nobody => "nobody",
            Self::Server => "server",
            Self::Unknown => "unknown",
        }
    }
}
