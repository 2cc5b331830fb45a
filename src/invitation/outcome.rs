use serde::{Deserialize, Serialize};

use super::{Party, Reason, Rejection};
use crate::text::DisplayText;

/// The end of an invitation, according to the server's evidence.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "outcome", content = "detail", rename_all = "kebab-case")]
pub enum Outcome {
    /// The user accepted the invitation here.
    Accepted,
    /// The user declined the invitation here.
    Declined(Reason),
    /// The user rejected a call to a bot.
    Rejected(Rejection),
    /// The invitation was declined on another device of the user.
    DeclinedElsewhere,
    /// The user cancelled an outgoing invitation.
    Cancelled,
    /// The caller hung up.
    CallerGaveUp,
    /// The user did not answer in time.
    Missed,
    /// Nobody was signed in here; the server has logged that the user missed it.
    MissedWhileAway,
    /// The call can no longer be answered, because its time is up.
    Expired,
    /// The user answered on another device (`ConnectedElsewhere`), or another instance of the bot did.
    AnsweredElsewhere,
    /// The invited person joined the conversation.
    Joined,
    /// The invited person declined.
    DeclinedByThem,
    /// The invited person did not answer in time.
    NoAnswer,
    /// The invitation was passed on to another person (`Forwarded`, `Redirected`, `Replaced`).
    Forwarded,
    /// The invitation failed, with the server's reason; may be empty.
    Failed(DisplayText),
    /// The invitation ended, but the evidence of how was lost with a session.
    Lost,
}

impl Outcome {
    /// The names of all outcomes in the exported history and on the command line.
    pub const NAMES: [&str; 16] = [
        "accepted",
        "declined",
        "rejected",
        "declined-elsewhere",
        "cancelled",
        "caller-gave-up",
        "missed",
        "missed-while-away",
        "expired",
        "answered-elsewhere",
        "joined",
        "declined-by-them",
        "no-answer",
        "forwarded",
        "failed",
        "lost",
    ];

    /// Returns the name of the outcome, one of [`Outcome::NAMES`].
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Declined(_) => "declined",
            Self::Rejected(_) => "rejected",
            Self::DeclinedElsewhere => "declined-elsewhere",
            Self::Cancelled => "cancelled",
            Self::CallerGaveUp => "caller-gave-up",
            Self::Missed => "missed",
            Self::MissedWhileAway => "missed-while-away",
            Self::Expired => "expired",
            Self::AnsweredElsewhere => "answered-elsewhere",
            Self::Joined => "joined",
            Self::DeclinedByThem => "declined-by-them",
            Self::NoAnswer => "no-answer",
            Self::Forwarded => "forwarded",
            Self::Failed(_) => "failed",
            Self::Lost => "lost",
        }
    }

    /// Returns whether an incoming invitation with this outcome was missed: it rang until its time was up, or until the
    /// caller gave up. [`Outcome::Lost`] is not among these, because nobody knows.
    #[must_use]
    pub fn is_missed(&self) -> bool {
        matches!(self, Self::CallerGaveUp | Self::Missed | Self::MissedWhileAway | Self::Expired)
    }

    /// Returns the outcome in words for the user.
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
            Self::MissedWhileAway => "missed while you were away".into(),
            Self::Expired => "expired; not answered in time".into(),
            Self::AnsweredElsewhere => "answered elsewhere".into(),
            Self::Joined => "joined".into(),
            Self::DeclinedByThem => "declined".into(),
            Self::NoAnswer => "no answer".into(),
            Self::Forwarded => "went to somebody else".into(),
            Self::Failed(why) if why.is_empty() => "failed".into(),
            Self::Failed(why) => format!("failed: {why}"),
            Self::Lost => "ended; outcome unknown (connection lost)".into(),
        }
    }

    /// Returns the outcome in words for the user, with the person who accepted in place of the recipient.
    #[must_use]
    pub fn words_with(&self, accepted_by: Option<&Party>) -> String {
        match (self, accepted_by) {
            (Self::Accepted | Self::Joined | Self::AnsweredElsewhere, Some(who)) => {
                format!("answered by {}", who.label())
            }
            _ => self.words(),
        }
    }

    /// Returns whether the outcome is what an answer given here leads to.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        matches!(self, Self::Accepted | Self::Joined | Self::Declined(_) | Self::Rejected(_))
    }

    /// Returns what was done about an invitation, for outcomes that the user's answer leads to: “declined”.
    #[must_use]
    pub fn verb(&self) -> String {
        match self {
            Self::Declined(_) => "declined".into(),
            Self::Rejected(_) => "rejected".into(),
            other => other.words(),
        }
    }

    /// Returns a symbol that distinguishes success, refusal, transfer and failure without colour.
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
            | Self::MissedWhileAway
            | Self::Expired
            | Self::NoAnswer
            | Self::Failed(_)
            | Self::Lost => '!',
        }
    }
}
