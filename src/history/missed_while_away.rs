//! The entries for what the server has logged as missed while no program ran.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use rusqlite::{Connection, OptionalExtension};

use super::entry_id::EntryId;
use super::record::Record;
use super::row::{COLUMNS, UPSERT, decode, encode};
use crate::invitation::{Direction, MissedLog, Outcome};
use crate::text::DisplayText;

/// The age from which on nothing is told as missed.
const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 3_600);

/// The time between the end of an invitation here and the server's log of it within which both are the same.
const SAME: Duration = Duration::from_secs(90);

/// The number of logs that are remembered.
const REMEMBERED: i64 = 10_000;

impl Record {
    /// Creates the entry for a log of an account. Its id is the same each time.
    #[must_use]
    pub fn of_missed(log: &MissedLog, account: &DisplayText) -> Self {
        let identity = format!("{account}\0{}\0{}\0{}", log.thread, log.from.uri, log.at.as_millisecond());
        Self {
            number: 0,
            id: EntryId::of_line(identity.as_bytes(), 0),
            at: Zoned::new(log.at, TimeZone::system()),
            rang: None,
            account: account.clone(),
            kind: log.kind,
            direction: Direction::Incoming,
            from: log.from.clone(),
            to: None,
            accepted_by: None,
            subject: log.subject.clone(),
            message: log.message.clone(),
            importance: log.importance,
            decision: DisplayText::default(),
            rule: DisplayText::default(),
            outcome: Outcome::MissedWhileAway,
            seen: false,
        }
    }
}

/// Stores an entry for what was missed, unless it was told before, by this program or another, is too long ago, or is the end
/// of an invitation that is an entry already. Returns the entry as stored, or `None`.
pub(super) fn insert(
    connection: &Connection,
    record: &Record,
    now: Timestamp,
) -> rusqlite::Result<Option<Record>> {
    let (id, at) = (record.id.to_string(), record.at.timestamp());
    let new = connection
        .execute("INSERT OR IGNORE INTO told_log (id, at_ms) VALUES (?, ?)", (&id, at.as_millisecond()))?;
    let is_old = now.duration_since(at) > jiff::SignedDuration::try_from(MAX_AGE).unwrap_or_default();
    if new == 0 || is_old || is_known(connection, record)? {
        return Ok(None);
    }
    connection.execute(UPSERT, encode(record))?;
    let select = format!("SELECT {COLUMNS} FROM entry WHERE id = ?");
    let stored = connection.query_row(&select, [&id], decode).optional()?;
    Ok(stored.flatten())
}

/// Forgets all but the latest logs that were told.
pub(super) fn forget(connection: &Connection) -> rusqlite::Result<()> {
    let older = "SELECT id FROM told_log ORDER BY at_ms DESC LIMIT -1 OFFSET ?";
    connection.execute(&format!("DELETE FROM told_log WHERE id IN ({older})"), [REMEMBERED]).map(drop)
}

/// Returns whether an invitation of the same caller to the same account ended here at that time without being accepted: what is accepted is not
/// logged as missed.
fn is_known(connection: &Connection, record: &Record) -> rusqlite::Result<bool> {
    let at = record.at.timestamp().as_millisecond();
    let same = i64::try_from(SAME.as_millis()).unwrap_or(i64::MAX);
    let query = "SELECT EXISTS (SELECT 1 FROM entry WHERE direction = 'incoming' AND outcome <> 'accepted' \
        AND outcome <> 'missed-while-away' AND account = ? AND from_uri <> '' AND lower(from_uri) = lower(?) \
        AND ended_ms BETWEEN ? AND ?)";
    let (account, caller) = (record.account.as_str(), record.from.uri.as_str());
    connection.query_row(query, (account, caller, at - same, at + same), |row| row.get(0))
}
