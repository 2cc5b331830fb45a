use jiff::Zoned;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::entry_id::EntryId;
use crate::invitation::{
    AccountId, Direction, Importance, Invitation, InvitationId, Kind, Moment, Outcome, Party, PastInvitation,
};
use crate::text::DisplayText;

/// An ended invitation, as a line of the history file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The id of the entry. A later line with the same id replaces the earlier one; lines without an id, which earlier
    /// versions wrote, are separate entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<EntryId>,
    /// When the invitation ended, with the UTC offset of that time.
    #[serde(with = "offset_time")]
    pub at: Zoned,
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
    /// The first message.
    #[serde(default, skip_serializing_if = "DisplayText::is_empty")]
    pub message: DisplayText,
    /// The importance.
    #[serde(default)]
    pub importance: Importance,
    /// How the invitation ended.
    #[serde(flatten)]
    pub outcome: Outcome,
}

impl Record {
    /// Creates the record of an entry of the list.
    #[must_use]
    pub fn new(past: &PastInvitation, id: EntryId) -> Self {
        let invitation = past.invitation.clone();
        Self {
            id: Some(id),
            at: with_current_offset(past.at),
            kind: invitation.kind,
            direction: invitation.direction,
            from: invitation.from,
            to: invitation.to,
            accepted_by: invitation.accepted_by,
            subject: invitation.subject,
            message: invitation.message,
            importance: invitation.importance,
            outcome: past.outcome.clone(),
        }
    }

    /// Returns the entry of the list with the given number.
    #[must_use]
    pub fn into_past_invitation(self, number: u64) -> PastInvitation {
        // No account of this run has this id.
        let id = InvitationId { account: AccountId(u8::MAX), number };
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
        PastInvitation { number, invitation, outcome: self.outcome, at }
    }

    /// Returns the remote party: the sender of an incoming invitation, the recipient of an outgoing one.
    #[must_use]
    pub fn other_side(&self) -> &Party {
        match (self.direction, &self.to) {
            (Direction::Outgoing, Some(to)) => to,
            _ => &self.from,
        }
    }
}

/// Returns a current wall-clock time with the current UTC offset. The date and the time alone are ambiguous in the hour
/// that repeats when daylight saving time ends.
fn with_current_offset(wall: jiff::civil::DateTime) -> Zoned {
    let now = Zoned::now();
    wall.to_zoned(TimeZone::fixed(now.offset())).unwrap_or(now)
}

/// The RFC 3339 form of a time, like `2026-01-05T09:00:00+01:00`. Times without an offset, which earlier versions wrote,
/// are in the time zone of this machine.
mod offset_time {
    use std::borrow::Cow;

    use jiff::Zoned;
    use jiff::civil::Time;
    use jiff::fmt::temporal::Pieces;
    use jiff::tz::TimeZone;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(at: &Zoned, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&at.strftime("%Y-%m-%dT%H:%M:%S%.f%:z"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Zoned, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let pieces = Pieces::parse(text.as_ref()).map_err(D::Error::custom)?;
        let wall = pieces.date().to_datetime(pieces.time().unwrap_or(Time::midnight()));
        let zone = pieces.to_numeric_offset().map_or_else(TimeZone::system, TimeZone::fixed);
        wall.to_zoned(zone).map_err(D::Error::custom)
    }
}
