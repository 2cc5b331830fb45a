use serde::{Deserialize, Serialize};

use crate::app::Past;
use crate::invitation::{
    AccountId, Direction, Importance, Invitation, InvitationId, Kind, Moment, Outcome, Party,
};
use crate::text::DisplayText;

/// An invitation that is over, as it is kept: a line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When it ended, by the wall clock.
    pub at: jiff::civil::DateTime,
    /// What it was for.
    pub kind: Kind,
    /// Who sent it.
    pub direction: Direction,
    /// The sender.
    pub from: Party,
    /// The one it went to, for those that we sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Party>,
    /// Its subject.
    #[serde(default, skip_serializing_if = "DisplayText::is_empty")]
    pub subject: DisplayText,
    /// Its first message.
    #[serde(default, skip_serializing_if = "DisplayText::is_empty")]
    pub message: DisplayText,
    /// How important it was.
    #[serde(default)]
    pub importance: Importance,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
}

impl Record {
    /// What is kept of an entry of the list.
    #[must_use]
    pub fn of(past: &Past) -> Self {
        let invitation = past.invitation.clone();
        Self {
            at: past.at,
            kind: invitation.kind,
            direction: invitation.direction,
            from: invitation.from,
            to: invitation.to,
            subject: invitation.subject,
            message: invitation.message,
            importance: invitation.importance,
            outcome: past.outcome.clone(),
        }
    }

    /// The entry of the list with that number.
    #[must_use]
    pub fn into_past(self, number: u64) -> Past {
        // Of no account and no conversation of this run.
        let id = InvitationId { account: AccountId(u8::MAX), number };
        let invitation = Invitation {
            from: self.from,
            to: self.to,
            subject: self.subject,
            message: self.message,
            importance: self.importance,
            ..Invitation::new(id, self.kind, self.direction, Moment::default(), Moment::default())
        };
        Past { number, invitation, outcome: self.outcome, at: self.at }
    }

    /// The other side.
    #[must_use]
    pub fn who(&self) -> &Party {
        match (self.direction, &self.to) {
            (Direction::Outgoing, Some(to)) => to,
            _ => &self.from,
        }
    }
}
