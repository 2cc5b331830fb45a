use serde::{Deserialize, Serialize};

use super::{Party, Reason, Rejection};
use crate::text::DisplayText;

/// How an invitation ended, as the server's evidence tells.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "outcome", content = "detail", rename_all = "kebab-case")]
pub enum Outcome {
    /// We took it.
    Accepted,
    /// We refused it, with the reason we gave.
    Declined(Reason),
    /// We refused a call to a bot, with the reason we gave.
    Rejected(Rejection),
    /// The other side refused ours, or it was refused on another of the user's devices.
    DeclinedElsewhere,
    /// We took our own invitation back.
    Cancelled,
    /// The caller gave up.
    CallerGaveUp,
    /// Nobody answered in time.
    Missed,
    /// The time for an answer is up; nothing can be sent any more.
    Expired,
    /// The user answered on another device (`ConnectedElsewhere`), or another program of the bot did.
    AnsweredElsewhere,
    /// The person we invited is in the conversation.
    Joined,
    /// The person we invited declined.
    DeclinedByThem,
    /// The person we invited did not answer in time.
    NoAnswer,
    /// It went on to somebody else (`Forwarded`, `Redirected`, `Replaced`).
    Forwarded,
    /// It failed, with the server's word for why.
    Failed(DisplayText),
    /// It is over, and the evidence of how was lost with a session.
    Lost,
}

impl Outcome {
    /// How it ended, in words for a person.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Accepted => "accepted".into(),
            Self::Declined(reason) => match reason {
                Reason::Local => "declined here".into(),
                Reason::Global => "declined everywhere".into(),
                other => format!("declined: {}", other.explanation()),
            },
            Self::Rejected(reason) => format!("rejected: {}", reason.name()),
            Self::DeclinedElsewhere => "declined on another device".into(),
            Self::Cancelled => "cancelled by you".into(),
            Self::CallerGaveUp => "the caller gave up".into(),
            Self::Missed => "missed".into(),
            Self::Expired => "expired: not answered in time".into(),
            Self::AnsweredElsewhere => "answered elsewhere".into(),
            Self::Joined => "joined".into(),
            Self::DeclinedByThem => "declined".into(),
            Self::NoAnswer => "no answer".into(),
            Self::Forwarded => "went to somebody else".into(),
            Self::Failed(why) if why.is_empty() => "failed".into(),
            Self::Failed(why) => format!("failed: {why}"),
            Self::Lost => "over; how is not known (what would tell was lost)".into(),
        }
    }

    /// Returns the words for a person, with the name of whoever accepted the invitation in somebody's stead.
    #[must_use]
    pub fn words_with(&self, accepted_by: Option<&Party>) -> String {
        match (self, accepted_by) {
            (Self::Accepted | Self::Joined | Self::AnsweredElsewhere, Some(who)) => {
                format!("answered by {}", who.label())
            }
            _ => self.words(),
        }
    }

    /// A sign that tells it apart without colour.
    #[must_use]
    pub fn sign(&self) -> char {
        match self {
            Self::Accepted | Self::Joined => '+',
            Self::Declined(_)
            | Self::Rejected(_)
            | Self::DeclinedElsewhere
            | Self::DeclinedByThem
            | Self::Cancelled => '-',
            Self::AnsweredElsewhere | Self::Forwarded => '>',
            Self::CallerGaveUp
            | Self::Missed
            | Self::Expired
            | Self::NoAnswer
            | Self::Failed(_)
            | Self::Lost => '!',
        }
    }
}
