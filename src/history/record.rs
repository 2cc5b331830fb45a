use jiff::Zoned;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::EntryId;
use crate::invitation::PastInvitation;
use crate::invitation::{
    AccountId, Direction, Importance, Invitation, InvitationId, Kind, Moment, Outcome, Party,
};
use crate::text::DisplayText;

/// An invitation that is over, as it is kept: a line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Which entry it tells of. A later line of the same entry takes the place of the earlier one; lines of earlier
    /// versions name none, and are entries of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<EntryId>,
    /// When it ended, with the offset from UTC that the wall clock had.
    #[serde(with = "offset_time")]
    pub at: Zoned,
    /// What it was for.
    pub kind: Kind,
    /// Who sent it.
    pub direction: Direction,
    /// The sender.
    pub from: Party,
    /// The one it went to, for those that we sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Party>,
    /// The one who accepted it in somebody else's stead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_by: Option<Party>,
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
    pub fn of(past: &PastInvitation, id: EntryId) -> Self {
        let invitation = past.invitation.clone();
        Self {
            id: Some(id),
            at: now_at(past.at),
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

    /// The entry of the list with that number.
    #[must_use]
    pub fn into_past_invitation(self, number: u64) -> PastInvitation {
        // Of no account and no conversation of this run.
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

    /// The other side.
    #[must_use]
    pub fn other_side(&self) -> &Party {
        match (self.direction, &self.to) {
            (Direction::Outgoing, Some(to)) => to,
            _ => &self.from,
        }
    }
}

/// Returns the time that the wall clock shows, with its offset. The offset is the one of this moment: in the hour
/// that comes twice when winter time begins, the date and the time alone do not tell it.
fn now_at(wall: jiff::civil::DateTime) -> Zoned {
    let now = Zoned::now();
    wall.to_zoned(TimeZone::fixed(now.offset())).unwrap_or(now)
}

/// A time in RFC 3339, like `2026-01-05T09:00:00+01:00`. Files of earlier versions have no offset: theirs are times
/// in the time zone of this machine.
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
