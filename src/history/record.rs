use std::time::Duration;

use jiff::Zoned;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::entry_id::EntryId;
use crate::invitation::{
    AccountId, Direction, Importance, Invitation, InvitationId, Kind, Moment, Outcome, Party, PastInvitation,
};
use crate::text::DisplayText;

/// The number of the first entry of a run. The entries of earlier runs have the lower numbers of their rows.
pub const FIRST_NUMBER: u64 = 1 << 32;

/// An ended invitation, as it is stored and exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The number of the row, which increases with each new entry; 0 before the entry is stored.
    #[serde(skip)]
    pub number: u64,
    /// The id of the entry. A later record with the same id replaces the earlier one.
    pub id: EntryId,
    /// When the invitation ended, with the UTC offset of that time.
    #[serde(with = "super::timestamp::offset_time")]
    pub at: Zoned,
    /// The time for which the invitation rang here, if that is known, in milliseconds.
    #[serde(
        default,
        rename = "rang_ms",
        with = "super::timestamp::milliseconds",
        skip_serializing_if = "Option::is_none"
    )]
    pub rang: Option<Duration>,
    /// The name of the account; may be empty.
    #[serde(default, skip_serializing_if = "DisplayText::is_empty")]
    pub account: DisplayText,
    /// The kind of the invitation.
    pub kind: Kind,
    /// Whether the user received or sent the invitation.
    pub direction: Direction,
    /// The sender.
    pub from: Party,
    /// The recipient of an outgoing invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Party>,
    /// The person who accepted in place of the recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_by: Option<Party>,
    /// The subject.
    #[serde(default, skip_serializing_if = "DisplayText::is_empty")]
    pub subject: DisplayText,
    /// The first message; empty unless messages are kept.
    #[serde(default, skip_serializing_if = "DisplayText::is_empty")]
    pub message: DisplayText,
    /// The importance.
    #[serde(default)]
    pub importance: Importance,
    /// The name of the user's decision here, like `accept`; empty if there was none.
    #[serde(default, skip_serializing_if = "DisplayText::is_empty")]
    pub decision: DisplayText,
    /// The name of the rule that gave the answer; empty if none did.
    #[serde(default, skip_serializing_if = "DisplayText::is_empty")]
    pub rule: DisplayText,
    /// The way in which the invitation ended.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Whether the user has seen the entry in the list. Only missed invitations start unseen.
    #[serde(default = "yes")]
    pub seen: bool,
}

fn yes() -> bool {
    true
}

impl Record {
    /// Creates the record of an entry of the list.
    #[must_use]
    pub fn new(past: &PastInvitation, id: EntryId) -> Self {
        let invitation = Invitation::clone(&past.invitation);
        Self {
            number: 0,
            id,
            at: with_current_offset(past.at),
            rang: past.rang,
            account: past.account.clone(),
            kind: invitation.kind,
            direction: invitation.direction,
            from: invitation.from,
            to: invitation.to,
            accepted_by: invitation.accepted_by,
            subject: invitation.subject,
            message: invitation.message,
            importance: invitation.importance,
            decision: past.decision.clone(),
            rule: past.rule.clone(),
            outcome: past.outcome.clone(),
            seen: past.seen,
        }
    }

    /// Returns the entry of the list, numbered like the row.
    #[must_use]
    pub fn into_past_invitation(self) -> PastInvitation {
        let id = InvitationId { account: AccountId::EARLIER, number: self.number };
        let invitation = Invitation {
            from: self.from,
            to: self.to,
            accepted_by: self.accepted_by,
            subject: self.subject,
            message: self.message,
            importance: self.importance,
            ..Invitation::new(id, self.kind, self.direction, Moment::default(), Moment::default())
        };
        let at = self.at.with_time_zone(TimeZone::system()).datetime();
        PastInvitation {
            rang: self.rang,
            account: self.account,
            decision: self.decision,
            rule: self.rule,
            seen: self.seen,
            ..PastInvitation::new(self.number, invitation, self.outcome, at)
        }
    }

    /// Returns the remote party: the sender of an incoming invitation, the recipient of an outgoing one.
    #[must_use]
    pub fn other_side(&self) -> &Party {
        match (self.direction, &self.to) {
            (Direction::Outgoing, Some(to)) => to,
            _ => &self.from,
        }
    }

    /// Returns whether nobody answered the invitation for the user.
    #[must_use]
    pub fn is_missed(&self) -> bool {
        self.direction == Direction::Incoming && self.outcome.is_missed()
    }
}

/// Returns a current wall-clock time with the current UTC offset: the date and the time alone are ambiguous in the hour
/// that repeats when daylight saving time ends.
#[must_use]
pub fn with_current_offset(wall: jiff::civil::DateTime) -> Zoned {
    let now = Zoned::now();
    wall.to_zoned(TimeZone::fixed(now.offset())).unwrap_or(now)
}
